//! `/desk/texts/{code}/{id}`: a version, what it changes, and the decision about it.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{DocumentId, Purpose};
use trust::policy::text::{Text, difference};
use trust::policy::{Proposal, Standing};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::one::may_decide;
use super::{Piece, Said, VersionRow, pieces, refused};

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
    let read = async |one: &Proposal| -> Result<Text, Trouble> {
        let body = desk.site.trust.document_text(one.version.id).await?;
        Ok(Text::read(body.as_bytes()).map_err(kernel::Fault::from)?)
    };
    let text = read(one).await?;
    let pieces = match before {
        Some(before) => pieces(difference(&read(before).await?.plain(), &text.plain())),
        None => Vec::new(),
    };
    Ok(VersionPage {
        shell: desk.shell(),
        code: one.version.code.clone(),
        title: one.version.title.clone(),
        language: one.version.language.code(),
        row: said.row(one),
        sha256: one.version.sha256.clone(),
        html: text.html_under(&one.version.title, 3),
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

async fn decided_or(
    desk: &Desk,
    id: DocumentId,
    decided: kernel::Outcome<(), trust::policy::TextRefusal>,
    done: &str,
) -> Answered {
    match decided {
        Ok(()) => {
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
