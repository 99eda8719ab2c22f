//! `/desk/texts/{code}/{id}`: a version, what it changes, and the decision about it.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{DocumentId, Purpose};
use trust::consent::file_of;
use trust::policy::text::{Text, difference};
use trust::policy::{Proposal, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::one::may_decide;
use super::{Piece, Said, VersionRow, pieces, refused, titled};

/// A version.
#[derive(Template)]
#[template(path = "desk/texts/version.html")]
pub(in crate::desk) struct VersionPage {
    pub(super) shell: DeskShell,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) language: &'static str,
    pub(super) row: VersionRow,
    pub(super) sha256: String,
    pub(super) html: String,
    /// The text as it stands, of a file of the house.
    pub(super) source: String,
    /// What it changes, and in which version.
    pub(super) before: Option<String>,
    pub(super) pieces: Vec<Piece>,
    pub(super) decides: bool,
    /// Whether it waits, and was proposed by whoever reads this.
    pub(super) own: bool,
    pub(super) wrong: Option<String>,
    pub(super) done: Option<String>,
}

/// `GET /desk/texts/{code}/{id}`.
pub(in crate::desk) async fn version(desk: Arc<Desk>) -> Answered {
    let done = match desk.query.get("done") {
        "approved" => Some("desk-texts-done-approved"),
        "declined" => Some("desk-texts-done-declined"),
        "withdrawn" => Some("desk-texts-done-withdrawn"),
        _ => None,
    };
    let done = done.map(|key| desk.words.say(key));
    let page = shown(&desk, None, done).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// The version that the address names, and the one it is compared with: the newest approved before it.
fn found(versions: &[Proposal], id: DocumentId) -> Option<(&Proposal, Option<&Proposal>)> {
    let one = versions.iter().find(|one| one.version.id == id)?;
    let before = versions
        .iter()
        .filter(|other| other.version.language == one.version.language)
        .filter(|other| other.version.effective_at.is_some())
        .find(|other| other.version.version < one.version.version);
    Some((one, before))
}

async fn shown(
    desk: &Desk,
    wrong: Option<String>,
    done: Option<String>,
) -> Result<VersionPage, Trouble> {
    let id: DocumentId = desk.id("id")?;
    let all = desk.site.trust.proposals().await?;
    let versions = all.get(desk.place("code")).ok_or(Trouble::NotFound)?;
    let (one, before) = found(versions, id).ok_or(Trouble::NotFound)?;
    let said = Said::of(desk).await?;
    let trust = &desk.site.trust;
    let text = trust.document_text(one.version.id).await?;
    let old = match before {
        Some(before) => Some(trust.document_text(before.version.id).await?),
        None => None,
    };
    // A file of the house is read as it stands, a text as its readers will.
    let file = file_of(&one.version.code).is_some();
    let plain = |text: &str| -> Result<String, Trouble> {
        if file {
            return Ok(text.to_owned());
        }
        let read = Text::read(text.as_bytes()).map_err(kernel::Fault::from)?;
        Ok(read.plain())
    };
    let pieces = match &old {
        Some(old) => pieces(difference(&plain(old)?, &plain(&text)?)),
        None => Vec::new(),
    };
    let html = if file {
        String::new()
    } else {
        let read = Text::read(text.as_bytes()).map_err(kernel::Fault::from)?;
        read.html_under(&one.version.title, 3)
    };
    Ok(VersionPage {
        shell: desk.shell(),
        code: one.version.code.clone(),
        title: titled(desk.words, &one.version.code, versions),
        language: one.version.language.code(),
        row: said.row(one),
        sha256: one.version.sha256.clone(),
        html,
        source: if file { text } else { String::new() },
        before: before.map(|before| {
            let number = before.version.version.to_string();
            desk.words.with("desk-texts-changes", "number", &number)
        }),
        pieces,
        decides: may_decide(desk, one),
        own: one.standing == Standing::Waiting && one.proposed_by == Some(desk.employee.staff),
        wrong,
        done,
    })
}

/// `POST /desk/texts/{code}/{id}/approve`.
pub(in crate::desk) async fn approve(desk: Arc<Desk>) -> Answered {
    let id: DocumentId = desk.id("id")?;
    let decided = desk
        .site
        .trust
        .act("text.approve", desk.scope(Purpose::Safeguard), move |act| {
            Box::pin(async move { act.approve_text(id).await.map(|_| ()) })
        })
        .await;
    decided_or(&desk, id, decided, "approved").await
}

/// `POST /desk/texts/{code}/{id}/decline`.
pub(in crate::desk) async fn decline(desk: Arc<Desk>) -> Answered {
    let id: DocumentId = desk.id("id")?;
    let decided = desk
        .site
        .trust
        .act("text.decline", desk.scope(Purpose::Safeguard), move |act| {
            Box::pin(async move { act.decline_text(id).await })
        })
        .await;
    decided_or(&desk, id, decided, "declined").await
}

/// `POST /desk/texts/{code}/{id}/withdraw`: whoever proposed it takes it back.
pub(in crate::desk) async fn withdraw(desk: Arc<Desk>) -> Answered {
    let id: DocumentId = desk.id("id")?;
    let done = desk
        .site
        .trust
        .act(
            "text.withdraw",
            desk.scope(Purpose::Safeguard),
            move |act| Box::pin(async move { act.withdraw_text(id).await }),
        )
        .await;
    decided_or(&desk, id, done, "withdrawn").await
}

async fn decided_or(
    desk: &Desk,
    id: DocumentId,
    decided: kernel::Outcome<(), trust::policy::TextRefusal>,
    done: &str,
) -> Answered {
    match decided {
        Ok(()) => {
            // A file edited on screen may count from now on.
            desk.site.trust.refresh_texts(&desk.site.texts).await?;
            let code = desk.place("code");
            Ok(desk.see(&format!("/desk/texts/{code}/{id}?done={done}")))
        }
        Err(stop) => {
            let wrong = desk.words.say(refused(stop)?);
            let page = shown(desk, Some(wrong), None).await?;
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

impl DeskPage for VersionPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        super::samples::versions(&shell)
    }
}
