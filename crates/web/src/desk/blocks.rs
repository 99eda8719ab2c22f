//! `/desk/blocks`: breaks and time kept free, of a day. What is in the way is told before anything is done.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::{Branch, ResourceKind};
use clinic::booking::desk::{BlockKind, BoardQuery, Conflict, DeskRefusal, Fit, NewBlock, With};
use jiff::civil::{Date, Time};
use kernel::{BlockId, Purpose, ResourceId, Scope, Stop};

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::today::{branch_named, written};
use super::trouble::Trouble;
use crate::fields::OptionView;
use crate::typed::Typed;
use crate::wording;

/// Time that is kept free already.
struct Row {
    id: String,
    whose: String,
    when: String,
    what: String,
    reason: String,
}

/// Something in the way.
struct InTheWay {
    says: String,
    /// The appointment on the board, if it is one.
    address: Option<String>,
}

/// Whether it can be done.
#[derive(Template)]
#[template(path = "desk/blocks/fits.html")]
pub(super) struct FitsPart {
    shell: DeskShell,
    fits: Option<bool>,
    in_the_way: Vec<InTheWay>,
    wrong: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/blocks.html")]
pub(super) struct BlocksPage {
    shell: DeskShell,
    title: String,
    back: String,
    branch: String,
    day: String,
    rows: Vec<Row>,
    whose: Vec<OptionView>,
    kinds: Vec<OptionView>,
    from: String,
    to: String,
    reason: String,
    fits: Option<bool>,
    in_the_way: Vec<InTheWay>,
    wrong: Option<String>,
}

/// What a form says.
struct Asked {
    catalogue: Arc<Catalogue>,
    branch: Branch,
    day: Date,
    typed: Typed,
}

fn scope(desk: &Desk) -> Scope {
    desk.scope(Purpose::Services)
}

impl Asked {
    async fn of(desk: &Desk, typed: &Typed) -> Result<Self, Trouble> {
        let catalogue = desk.site.booking.catalogue().await?;
        let branch = branch_named(desk, &catalogue, typed.get("branch"))
            .and_then(|id| catalogue.branch(id))
            .ok_or(Trouble::NoBranch)?
            .clone();
        let today = wording::local(&branch.zone, desk.now().minutes()).date();
        Ok(Self {
            day: typed.get("day").parse().unwrap_or(today),
            typed: typed.clone(),
            catalogue,
            branch,
        })
    }

    fn minute(&self, name: &str) -> Option<i64> {
        let text = self.typed.get(name);
        // The end of a day is written as the hour it would be.
        let (day, text) = match text {
            "24:00" => (self.day.tomorrow().ok()?, "00:00"),
            text => (self.day, text),
        };
        let time = Time::strptime("%H:%M", text).ok()?;
        let moment = self.branch.zone.to_ambiguous_zoned(day.to_datetime(time));
        Some(
            moment
                .unambiguous()
                .ok()?
                .timestamp()
                .as_second()
                .div_euclid(60),
        )
    }

    /// The block, if all of it was said.
    fn block(&self) -> Option<NewBlock> {
        Some(NewBlock {
            resource: self.typed.get("column").parse::<ResourceId>().ok()?,
            branch: self.branch.id,
            start: self.minute("from")?,
            end: self.minute("to")?,
            kind: BlockKind::from_code(self.typed.get("kind"))?,
            reason: self.typed.get("reason").to_owned(),
        })
    }

    fn board(&self) -> String {
        format!("/desk/today?branch={}&day={}", self.branch.id, self.day)
    }
}

/// `GET /desk/blocks`: what is kept free that day, and the form for more.
pub(super) async fn form(desk: Arc<Desk>) -> Answered {
    let asked = Asked::of(&desk, &desk.query).await?;
    shown(&desk, &asked, StatusCode::OK, Looked::default()).await
}

/// `POST /desk/blocks/check`: what would be in the way; nothing is done.
pub(super) async fn check(desk: Arc<Desk>) -> Answered {
    let asked = Asked::of(&desk, &desk.form).await?;
    let looked = match asked.block() {
        None => Looked::default(),
        Some(block) => match desk.site.booking.could_block(scope(&desk), block).await {
            Ok(fit) => Looked::of(&desk, &asked, fit),
            Err(Stop::Refused(refusal)) => Looked::refused(&desk, &asked, refusal)?,
            Err(Stop::Fault(fault)) => return Err(fault.into()),
        },
    };
    if desk.part.is_none() {
        return shown(&desk, &asked, StatusCode::OK, looked).await;
    }
    let part = FitsPart {
        shell: desk.shell(),
        fits: looked.fits,
        in_the_way: looked.in_the_way,
        wrong: looked.wrong,
    };
    Ok(desk.html(StatusCode::OK, written(&part)?))
}

/// `POST /desk/blocks`: keeps the time free.
pub(super) async fn make(desk: Arc<Desk>) -> Answered {
    let asked = Asked::of(&desk, &desk.form).await?;
    let Some(block) = asked.block() else {
        let looked = Looked::wrong(desk.words.say("desk-block-needs"));
        return shown(&desk, &asked, StatusCode::UNPROCESSABLE_ENTITY, looked).await;
    };
    match desk.site.booking.block(scope(&desk), block).await {
        Ok(_) => Ok(desk.see(&format!("{}&done=blocked", asked.board()))),
        Err(Stop::Refused(refusal)) => {
            let looked = Looked::refused(&desk, &asked, refusal)?;
            let status = match looked.wrong {
                Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
                None => StatusCode::CONFLICT,
            };
            shown(&desk, &asked, status, looked).await
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

/// `POST /desk/blocks/{id}/remove`: gives the time free.
pub(super) async fn remove(desk: Arc<Desk>) -> Answered {
    let asked = Asked::of(&desk, &desk.form).await?;
    let id = desk.id::<BlockId>("id")?;
    desk.site.booking.unblock(scope(&desk), id).await?;
    Ok(desk.see(&format!("{}&done=unblocked", asked.board())))
}

/// What was found when it was looked whether it fits.
#[derive(Default)]
struct Looked {
    fits: Option<bool>,
    in_the_way: Vec<InTheWay>,
    wrong: Option<String>,
}

impl Looked {
    fn wrong(says: String) -> Self {
        Self {
            wrong: Some(says),
            ..Self::default()
        }
    }

    fn of(desk: &Desk, asked: &Asked, fit: Fit) -> Self {
        match fit {
            Fit::Fits | Fit::NotOffered(_) => Self {
                fits: Some(true),
                ..Self::default()
            },
            Fit::Conflict(conflicts) => Self {
                fits: Some(false),
                in_the_way: conflicts
                    .iter()
                    .map(|one| in_the_way(desk, asked, one))
                    .collect(),
                wrong: None,
            },
        }
    }

    fn refused(desk: &Desk, asked: &Asked, refusal: DeskRefusal) -> Result<Self, Trouble> {
        let says = match refusal {
            DeskRefusal::Conflict(conflicts) => {
                return Ok(Self::of(desk, asked, Fit::Conflict(conflicts)));
            }
            DeskRefusal::Span => "desk-block-span",
            DeskRefusal::Reason => "desk-block-reason-wrong",
            DeskRefusal::Booking(_) => "desk-block-needs",
            other => return Err(other.into()),
        };
        Ok(Self::wrong(desk.words.say(says)))
    }
}

fn in_the_way(desk: &Desk, asked: &Asked, one: &Conflict) -> InTheWay {
    let clock = |minutes| wording::clock(&wording::local(&asked.branch.zone, minutes));
    let what = desk.words.say(match one.with {
        With::Appointment(_) => "desk-conflict-appointment",
        With::Block(_) => "desk-conflict-block",
        With::Hold { .. } => "desk-conflict-hold",
    });
    InTheWay {
        says: format!("{}–{}: {what}", clock(one.start), clock(one.end)),
        address: match one.with {
            With::Appointment(id) => Some(format!("{}&appointment={id}", asked.board())),
            _ => None,
        },
    }
}

async fn shown(desk: &Desk, asked: &Asked, status: StatusCode, looked: Looked) -> Answered {
    let words = desk.words;
    let query = BoardQuery {
        branch: asked.branch.id,
        first: asked.day,
        days: 1,
        practitioner: None,
    };
    let board = desk.site.booking.board(scope(desk), query).await?;
    let clock = |minutes| wording::clock(&wording::local(&asked.branch.zone, minutes));
    let title = |id| {
        let resource = board.catalogue.resource(id);
        resource.map_or_else(String::new, |one| one.title.get(words.0).to_owned())
    };
    let here = |id: ResourceId| board.columns.iter().any(|column| column.practitioner == id);
    let chosen = asked.typed.get("column");
    let kind = asked.typed.get("kind");
    let page = BlocksPage {
        title: words.with("desk-blocks-title", "day", &wording::day(words, asked.day)),
        back: asked.board(),
        branch: asked.branch.id.to_string(),
        day: asked.day.to_string(),
        rows: board
            .blocks
            .iter()
            .map(|block| Row {
                id: block.id.to_string(),
                whose: title(block.resource),
                when: format!("{}–{}", clock(block.start), clock(block.end)),
                what: words.say(&format!("desk-kept-{}", block.kind.code())),
                reason: block.reason.clone(),
            })
            .collect(),
        whose: asked
            .catalogue
            .resources
            .iter()
            .filter(|one| match one.kind {
                ResourceKind::Practitioner => {
                    here(one.id) && desk.employee.reach.has_practitioner(one.id)
                }
                _ => one.branch == Some(asked.branch.id),
            })
            .map(|one| OptionView {
                value: one.id.to_string(),
                label: one.title.get(words.0).to_owned(),
                chosen: one.id.to_string() == chosen,
            })
            .collect(),
        kinds: [BlockKind::Break, BlockKind::Block]
            .into_iter()
            .map(|one| OptionView {
                value: one.code().to_owned(),
                label: words.say(&format!("desk-kept-{}", one.code())),
                chosen: one.code() == kind,
            })
            .collect(),
        from: asked.typed.shown("from"),
        to: asked.typed.shown("to"),
        reason: asked.typed.shown("reason"),
        fits: looked.fits,
        in_the_way: looked.in_the_way,
        wrong: looked.wrong,
        shell: desk.shell(),
    };
    Ok(desk.page(status, &page))
}

impl DeskPage for BlocksPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |rows: bool, fits, way: bool, wrong: bool| Self {
            shell: shell.clone(),
            title: "24 ноября".into(),
            back: "/desk/today".into(),
            branch: "m".into(),
            day: "2026-11-24".into(),
            rows: rows
                .then(|| Row {
                    id: "1".into(),
                    whose: "Чабрецов <b>".into(),
                    when: "13:00–14:00".into(),
                    what: "Перерыв".into(),
                    reason: "Обед <script>".into(),
                })
                .into_iter()
                .collect(),
            whose: vec![OptionView {
                value: "p".into(),
                label: "Чабрецов <b>".into(),
                chosen: true,
            }],
            kinds: vec![OptionView {
                value: "break".into(),
                label: "Перерыв".into(),
                chosen: false,
            }],
            from: "13:00".into(),
            to: "14:00".into(),
            reason: "\"><script>".into(),
            fits,
            in_the_way: way
                .then(|| InTheWay {
                    says: "13:20–13:40: запись <b>".into(),
                    address: Some("/desk/today?appointment=1".into()),
                })
                .into_iter()
                .collect(),
            wrong: wrong.then(|| "Не длиннее суток".into()),
        };
        vec![
            page(false, None, false, false),
            page(true, Some(true), false, false),
            page(true, Some(false), true, true),
        ]
    }
}
