//! `/desk/texts/{code}`: a document in one language, its versions, and the form by which a new one is proposed.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Language, Moment, Purpose};
use trust::policy::text::{Text, difference};
use trust::policy::{NewVersion, Proposal, Proposed, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::{Piece, Said, VersionRow, decides, pieces, refused, titled};
use crate::wording;

/// A language in which the document is kept.
pub(super) struct Tab {
    pub(super) address: String,
    pub(super) name: String,
    pub(super) here: bool,
}

/// What a proposal would be.
pub(super) struct Preview {
    pub(super) html: String,
    pub(super) pieces: Vec<Piece>,
}

/// A document.
#[derive(Template)]
#[template(path = "desk/texts/one.html")]
pub(in crate::desk) struct TextPage {
    pub(super) shell: DeskShell,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) language: &'static str,
    pub(super) tabs: Vec<Tab>,
    pub(super) versions: Vec<VersionRow>,
    /// The text as it was typed, or as it is in force.
    pub(super) text: String,
    pub(super) from: String,
    /// The first day that can be asked for.
    pub(super) today: String,
    pub(super) preview: Option<Preview>,
    pub(super) alone: bool,
    pub(super) wrong: Option<String>,
    pub(super) done: Option<String>,
}

/// Which document in which language an address names.
struct Named {
    code: String,
    language: Language,
    versions: Vec<Proposal>,
}

async fn named(desk: &Desk, language: &str) -> Result<Named, Trouble> {
    let code = desk.place("code").to_owned();
    let mut all = desk.site.trust.proposals().await?;
    let versions = all.remove(&code).ok_or(Trouble::NotFound)?;
    Ok(Named {
        code,
        language: language.parse().unwrap_or(Language::Ru),
        versions,
    })
}

impl Named {
    /// What a proposal is compared with: the text in force, else the newest.
    fn current(&self) -> Option<&Proposal> {
        let of = || {
            self.versions
                .iter()
                .filter(|one| one.version.language == self.language)
        };
        of().find(|one| one.standing == Standing::InForce)
            .or_else(|| of().next())
    }

    async fn text(&self, desk: &Desk) -> Result<String, Trouble> {
        Ok(match self.current() {
            Some(one) => desk.site.trust.document_text(one.version.id).await?,
            None => String::new(),
        })
    }
}

/// `GET /desk/texts/{code}`.
pub(in crate::desk) async fn one(desk: Arc<Desk>) -> Answered {
    let named = named(&desk, desk.query.get("text")).await?;
    let text = named.text(&desk).await?;
    let done = match desk.query.get("done") {
        "waits" => Some("desk-texts-done-waits"),
        "in-force" => Some("desk-texts-done-in-force"),
        "unchanged" => Some("desk-texts-done-unchanged"),
        _ => None,
    };
    let page = TextPage {
        text,
        done: done.map(|key| desk.words.say(key)),
        ..bare(&desk, &named).await?
    };
    Ok(desk.page(StatusCode::OK, &page))
}

async fn bare(desk: &Desk, named: &Named) -> Result<TextPage, Trouble> {
    let said = Said::of(desk).await?;
    let today = wording::today(desk.site.booking.catalogue().await?.as_ref(), desk.now());
    let address = |language: Language| format!("/desk/texts/{}?text={language}", named.code);
    Ok(TextPage {
        shell: desk.shell(),
        title: titled(desk.words, &named.code, &named.versions),
        code: named.code.clone(),
        language: named.language.code(),
        tabs: Language::ALL
            .into_iter()
            .map(|language| Tab {
                address: address(language),
                name: said.language(language),
                here: language == named.language,
            })
            .collect(),
        versions: named
            .versions
            .iter()
            .filter(|one| one.version.language == named.language)
            .map(|one| said.row(one))
            .collect(),
        text: String::new(),
        from: String::new(),
        today: today.to_string(),
        preview: None,
        alone: said.colleagues < 2,
        wrong: None,
        done: None,
    })
}

/// `POST /desk/texts/{code}`: shows what a proposal would be, or makes it.
pub(in crate::desk) async fn propose(desk: Arc<Desk>) -> Answered {
    let named = named(&desk, desk.form.get("text-language")).await?;
    // A browser sends the lines of an area with CR LF (WHATWG HTML §4.10.21.4); what is kept and hashed has LF alone.
    let typed = desk.form.shown("body").replace("\r\n", "\n");
    let body = if typed.ends_with('\n') {
        typed
    } else {
        format!("{typed}\n")
    };
    let from = desk.form.get("from").to_owned();
    let answer = |wrong: Option<String>, preview| {
        let (desk, named, text, from) = (&desk, &named, body.clone(), from.clone());
        async move {
            let status = match wrong {
                Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
                None => StatusCode::OK,
            };
            let page = TextPage {
                text,
                from,
                wrong,
                preview,
                ..bare(desk, named).await?
            };
            Ok(desk.page(status, &page))
        }
    };
    let text = match Text::read(body.as_bytes()) {
        Ok(text) => text,
        Err(_) if body.trim().is_empty() => {
            return answer(Some(desk.words.say("desk-texts-wrong-empty")), None).await;
        }
        Err(unreadable) => {
            let line = unreadable.line.unwrap_or(1).to_string();
            let wrong = desk.words.with("desk-texts-wrong-text", "line", &line);
            return answer(Some(wrong), None).await;
        }
    };
    let effective_at = match effective(&desk, &from).await? {
        Ok(effective_at) => effective_at,
        Err(key) => return answer(Some(desk.words.say(key)), None).await,
    };
    if desk.form.get("do") != "propose" {
        let old = named.text(&desk).await?;
        let old = Text::read(old.as_bytes()).map(|old| old.plain());
        let preview = Preview {
            html: text.html_from(3),
            pieces: pieces(difference(&old.unwrap_or_default(), &text.plain())),
        };
        return answer(None, Some(preview)).await;
    }
    let title = text
        .title()
        .or_else(|| named.current().map(|one| one.version.title.clone()))
        .unwrap_or_else(|| named.code.clone());
    let new = NewVersion {
        code: named.code.clone(),
        language: named.language,
        title,
        body: body.clone(),
        effective_at,
    };
    let proposed = desk
        .site
        .trust
        .act("text.propose", desk.scope(Purpose::Safeguard), move |act| {
            let new = new.clone();
            Box::pin(async move { act.propose_text(&new).await })
        })
        .await;
    match proposed {
        Ok(proposed) => {
            desk.site.trust.refresh_texts(&desk.site.texts).await?;
            let done = match proposed {
                Proposed::Approved { .. } => "in-force",
                Proposed::Waiting { .. } => "waits",
                Proposed::Unchanged { .. } => "unchanged",
            };
            let (code, language) = (&named.code, named.language);
            Ok(desk.see(&format!("/desk/texts/{code}?text={language}&done={done}")))
        }
        Err(stop) => {
            let key = refused(stop)?;
            answer(Some(desk.words.say(key)), None).await
        }
    }
}

/// The first moment of the day of effect by the clinic's clock; nothing where none is named, or it is today.
async fn effective(
    desk: &Desk,
    typed: &str,
) -> Result<Result<Option<Moment>, &'static str>, Trouble> {
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    let catalogue = desk.site.booking.catalogue().await?;
    let today = wording::today(&catalogue, desk.now());
    let Ok(day) = typed.parse::<Date>() else {
        return Ok(Err("desk-texts-wrong-day"));
    };
    if day < today {
        return Ok(Err("desk-texts-wrong-past"));
    }
    if day == today {
        return Ok(Ok(None));
    }
    let first = wording::zone(&catalogue)
        .to_ambiguous_zoned(day.at(0, 0, 0, 0))
        .compatible();
    Ok(match first {
        Ok(first) => Ok(Some(first.timestamp().into())),
        Err(_) => Err("desk-texts-wrong-day"),
    })
}

impl TextPage {
    /// Whether an employee reads this who may decide about it: the page says what happens next.
    pub(super) fn is_new(&self) -> bool {
        self.preview.is_none()
    }
}

/// Whether the page of a version offers to decide about it.
pub(super) fn may_decide(desk: &Desk, one: &Proposal) -> bool {
    one.standing == Standing::Waiting
        && decides(desk)
        && one.proposed_by != Some(desk.employee.staff)
}

impl DeskPage for TextPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::documents(&shell)
    }
}
