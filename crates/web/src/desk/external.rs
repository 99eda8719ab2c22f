//! `/desk/external`: files of another system, what their last readings gave, and the appointments they overlap.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::Catalogue;
use clinic::booking::external::{ExternalRefusal, NewSource, Overlap, ReadingResult, Source};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{AppointmentId, Outcome, Purpose, Stop};
use trust::access::Action;
use uuid::Uuid;

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;
use crate::words::{Fill, Words};

/// A choice of a list.
struct Choice {
    value: String,
    title: String,
    chosen: bool,
}

/// A file.
struct SourceRow {
    id: String,
    title: String,
    file: String,
    whose: String,
    read: String,
    intervals: String,
    flaws: Vec<String>,
}

/// An appointment that is overlapped.
struct OverlapRow {
    source: String,
    appointment: String,
    when: String,
    practitioner: String,
    branch: String,
    busy: String,
    known: bool,
    /// Its day on the board; nothing for who does not see it.
    board: Option<String>,
}

/// The form, as it was typed.
#[derive(Default)]
struct Form {
    title: String,
    file: String,
    practitioners: Vec<Choice>,
    /// The field that is wrong, and what is.
    wrong: Option<(&'static str, String)>,
}

impl Form {
    fn error(&self, field: &str) -> Option<&String> {
        let wrong = self.wrong.as_ref().filter(|(of, _)| *of == field);
        wrong.map(|(_, says)| says)
    }
}

/// The page.
#[derive(Template)]
#[template(path = "desk/external.html")]
pub(super) struct ExternalPage {
    shell: DeskShell,
    folder: bool,
    every: String,
    sources: Vec<SourceRow>,
    overlaps: Vec<OverlapRow>,
    form: Form,
    done: Option<String>,
}

/// `GET /desk/external`.
pub(super) async fn show(desk: Arc<Desk>) -> Answered {
    let done = match desk.query.get("done") {
        word @ ("added" | "removed" | "known") => {
            Some(desk.words.say(&format!("external-done-{word}")))
        }
        _ => None,
    };
    let page = page(&desk, done, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// `POST /desk/external`: a file is read from now on.
pub(super) async fn add(desk: Arc<Desk>) -> Answered {
    let practitioner = match desk.form.get("practitioner") {
        "" => Ok(None),
        id => id
            .parse()
            .map(Some)
            .map_err(|_| ExternalRefusal::Practitioner),
    };
    let scope = desk.scope(Purpose::Services);
    let added = match practitioner {
        Ok(practitioner) => {
            let new = NewSource {
                title: desk.form.get("title").to_owned(),
                file: desk.form.get("file").to_owned(),
                practitioner,
            };
            desk.site.booking.add_source(scope, new).await
        }
        Err(refusal) => Err(Stop::Refused(refusal)),
    };
    match added {
        Ok(_) => Ok(desk.see("/desk/external?done=added")),
        Err(Stop::Refused(refusal)) if field_of(refusal).is_some() => {
            let page = page(&desk, None, Some(refusal)).await?;
            Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(stop) => Err(stop.into()),
    }
}

/// `POST /desk/external/{id}/read`: it is read now, whatever the clock says.
pub(super) async fn read(desk: Arc<Desk>) -> Answered {
    let id: Uuid = desk.id("id")?;
    let folder = desk.site.settings.external.folder.as_deref();
    let scope = desk.scope(Purpose::Services);
    let result = desk.site.booking.read_source(scope, id, folder).await?;
    let page = page(&desk, Some(result_said(desk.words, &result)), None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// `POST /desk/external/{id}/remove`.
pub(super) async fn remove(desk: Arc<Desk>) -> Answered {
    let id: Uuid = desk.id("id")?;
    let scope = desk.scope(Purpose::Services);
    told(
        &desk,
        desk.site.booking.remove_source(scope, id).await,
        "removed",
    )
}

/// `POST /desk/external/{id}/known/{appointment}`.
pub(super) async fn known(desk: Arc<Desk>) -> Answered {
    let (id, appointment): (Uuid, AppointmentId) = (desk.id("id")?, desk.id("appointment")?);
    let scope = desk.scope(Purpose::Services);
    let known = desk
        .site
        .booking
        .overlap_known(scope, id, appointment)
        .await;
    told(&desk, known, "known")
}

fn told(
    desk: &Desk,
    outcome: Outcome<(), ExternalRefusal>,
    word: &str,
) -> Result<Response, Trouble> {
    outcome?;
    Ok(desk.see(&format!("/desk/external?done={word}")))
}

/// The field that a refusal is about, and its word.
const fn field_of(refusal: ExternalRefusal) -> Option<(&'static str, &'static str)> {
    match refusal {
        ExternalRefusal::Title => Some(("title", "external-wrong-title")),
        ExternalRefusal::File => Some(("file", "external-wrong-file")),
        ExternalRefusal::Twice => Some(("file", "external-wrong-twice")),
        ExternalRefusal::Practitioner => Some(("practitioner", "external-wrong-practitioner")),
        ExternalRefusal::Access(_) | ExternalRefusal::Unknown => None,
    }
}

fn result_said(words: Words, result: &ReadingResult) -> String {
    if !result.flaws.is_empty() {
        return words.say("external-read-flawed");
    }
    let number = |count: usize| Fill::from(count);
    words.fill(
        "external-read-done",
        [
            ("added", number(result.applied.added)),
            ("removed", number(result.applied.removed)),
            ("overlaps", number(result.applied.overlaps)),
        ],
    )
}

async fn page(
    desk: &Desk,
    done: Option<String>,
    wrong: Option<ExternalRefusal>,
) -> Result<ExternalPage, Trouble> {
    let (booking, words) = (&desk.site.booking, desk.words);
    let catalogue = booking.catalogue().await?;
    let sources = booking.sources(desk.scope(Purpose::Services)).await?;
    let overlaps = booking.overlaps(desk.scope(Purpose::Services)).await?;
    let (zone, today) = (
        wording::zone(&catalogue),
        wording::today(&catalogue, desk.now()),
    );
    let typed = desk.form.get("practitioner").to_owned();
    let none = Choice {
        value: String::new(),
        title: words.say("external-by-table"),
        chosen: typed.is_empty(),
    };
    let choices = catalogue.practitioners().map(|one| Choice {
        value: one.id.to_string(),
        title: one.title.get(words.0).to_owned(),
        chosen: one.id.to_string() == typed,
    });
    let wrong = wrong.and_then(field_of);
    let form = Form {
        title: wrong.map_or_else(String::new, |_| desk.form.shown("title")),
        file: wrong.map_or_else(String::new, |_| desk.form.shown("file")),
        practitioners: [none].into_iter().chain(choices).collect(),
        wrong: wrong.map(|(field, word)| (field, words.say(word))),
    };
    let external = &desk.site.settings.external;
    let sees_board = desk.may(Action::SeeBoard);
    Ok(ExternalPage {
        folder: external.folder.is_some(),
        every: wording::length(words, external.minutes.into()),
        sources: sources
            .into_iter()
            .map(|source| source_row(words, &catalogue, source, &zone, today))
            .collect(),
        overlaps: overlaps
            .iter()
            .map(|one| overlap_row(words, &catalogue, one, today, sees_board))
            .collect(),
        form,
        done,
        shell: desk.shell(),
    })
}

fn source_row(
    words: Words,
    catalogue: &Catalogue,
    source: Source,
    zone: &TimeZone,
    today: Date,
) -> SourceRow {
    let whose = source
        .practitioner
        .and_then(|id| catalogue.practitioner_named(id));
    let read = source.read_at.map(|at| {
        let local = at.timestamp().to_zoned(zone.clone());
        wording::soon(words, &local, today)
    });
    let flaws = source.flaws.iter().map(|flaw| {
        let says = words.say(&format!("external-flaw-{}", flaw.wrong.code()));
        match flaw.line {
            Some(line) => words.fill(
                "external-at-line",
                [("line", Fill::from(line)), ("says", Fill::from(says))],
            ),
            None => says,
        }
    });
    SourceRow {
        id: source.id.to_string(),
        whose: whose.map_or_else(
            || words.say("external-by-table"),
            |one| one.title.get(words.0).to_owned(),
        ),
        read: read.unwrap_or_else(|| words.say("external-not-yet")),
        intervals: source.intervals.to_string(),
        flaws: flaws.collect(),
        title: source.title,
        file: source.file,
    }
}

fn overlap_row(
    words: Words,
    catalogue: &Catalogue,
    one: &Overlap,
    today: Date,
    sees_board: bool,
) -> OverlapRow {
    let branch = catalogue.branch_named(one.branch);
    let zone = branch.map_or(TimeZone::UTC, |branch| branch.zone.clone());
    let at = |minute| wording::local(&zone, minute);
    let until = |minute| wording::clock(&at(minute));
    let practitioner = catalogue.practitioner_named(one.practitioner);
    OverlapRow {
        source: one.source.to_string(),
        appointment: one.appointment.to_string(),
        when: format!(
            "{}–{}",
            wording::soon(words, &at(one.start), today),
            until(one.end)
        ),
        practitioner: practitioner.map_or_else(String::new, |of| of.title.get(words.0).to_owned()),
        branch: branch.map_or_else(String::new, |of| of.title.get(words.0).to_owned()),
        busy: format!("{}–{}", until(one.busy.0), until(one.busy.1)),
        known: one.known,
        board: sees_board.then(|| {
            format!(
                "/desk/today?day={}&branch={}",
                at(one.start).date(),
                one.branch
            )
        }),
    }
}

impl From<ExternalRefusal> for Trouble {
    fn from(refusal: ExternalRefusal) -> Self {
        match refusal {
            ExternalRefusal::Access(access) => access.into(),
            // What is about a field was told at it.
            _ => Self::NotFound,
        }
    }
}

impl DeskPage for ExternalPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let source = |id: &str, flaws: &[&str]| SourceRow {
            id: id.into(),
            title: "МИС <script>".into(),
            file: "busy.csv".into(),
            whose: "по коду".into(),
            read: "сегодня, 9:00".into(),
            intervals: "12".into(),
            flaws: flaws.iter().map(|flaw| (*flaw).to_owned()).collect(),
        };
        let overlap = |appointment: &str, known| OverlapRow {
            source: "1".into(),
            appointment: appointment.into(),
            when: "завтра, 10:00–10:30".into(),
            practitioner: "Пчёлкин <i> А. С.".into(),
            branch: "На Медовой".into(),
            busy: "10:15–11:00".into(),
            known,
            board: (!known).then(|| "/desk/today?day=2026-11-24".to_owned()),
        };
        let form = |wrong: Option<&'static str>| Form {
            title: "МИС".into(),
            file: "../keys".into(),
            practitioners: vec![Choice {
                value: String::new(),
                title: "по коду".into(),
                chosen: true,
            }],
            wrong: wrong.map(|field| (field, "Так нельзя <b>".to_owned())),
        };
        let page = |folder, sources, overlaps, wrong, done: Option<&str>| Self {
            shell: shell.clone(),
            folder,
            every: "5 минут".into(),
            sources,
            overlaps,
            form: form(wrong),
            done: done.map(str::to_owned),
        };
        vec![
            page(
                true,
                vec![source("1", &["строка 3: время"]), source("2", &[])],
                vec![overlap("1", false), overlap("2", true)],
                None,
                Some("Прочитано"),
            ),
            page(false, Vec::new(), Vec::new(), Some("title"), None),
            page(true, Vec::new(), Vec::new(), Some("file"), None),
            page(true, Vec::new(), Vec::new(), Some("practitioner"), None),
        ]
    }
}
