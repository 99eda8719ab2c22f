//! `/desk/obligation`: nobody works before they have accepted not to disclose (323-ФЗ ст. 13; 152-ФЗ ст. 7, 18.1).

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use trust::staff::AccountRefusal;

use super::asked::{Asked, Desk};
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;

/// The text, as one employee reads it.
pub(super) struct Obligation {
    /// Its paragraphs.
    pub(super) paragraphs: Vec<String>,
}

impl Obligation {
    /// The obligation in this employee's name.
    pub(super) fn of(asked: &Asked, name: &str) -> Self {
        Self::said(&asked.shell(), name)
    }

    fn said(shell: &DeskShell, name: &str) -> Self {
        Self {
            paragraphs: vec![
                shell.with("desk-obligation-secrecy", "name", name),
                shell.say("desk-obligation-journal"),
                shell.say("desk-obligation-login"),
            ],
        }
    }

    /// SHA-256 of what was read, in hexadecimal digits: paragraphs separated by line ends.
    pub(super) fn sha256(&self) -> String {
        trust::sha256_hex(self.paragraphs.join("\n").as_bytes())
    }

    #[cfg(test)]
    pub(super) fn sample(shell: &DeskShell) -> Self {
        Self::said(shell, "Ромашкина <b>")
    }
}

/// The page.
#[derive(Template)]
#[template(path = "desk/obligation.html")]
pub(super) struct ObligationPage {
    shell: DeskShell,
    obligation: Obligation,
    wrong: bool,
}

/// `GET /desk/obligation`.
pub(super) async fn form(desk: Arc<Desk>) -> Answered {
    if desk.employee.obliged {
        return Ok(desk.see("/desk"));
    }
    Ok(desk.page(StatusCode::OK, &page(&desk, false)))
}

fn page(desk: &Desk, wrong: bool) -> ObligationPage {
    ObligationPage {
        shell: desk.shell(),
        obligation: Obligation::of(desk, &desk.employee.name),
        wrong,
    }
}

/// `POST /desk/obligation`.
pub(super) async fn accept(desk: Arc<Desk>) -> Answered {
    if !desk.form.has("obliged") {
        return Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page(&desk, true)));
    }
    let scope = desk.employee.about_themselves();
    let text = Obligation::of(&desk, &desk.employee.name).sha256();
    desk.site
        .trust
        .act("staff.oblige", scope, move |act| {
            let text = text.clone();
            Box::pin(async move { act.oblige_staff(&text).await })
        })
        .await?;
    Ok(desk.see("/desk"))
}

impl From<AccountRefusal> for Trouble {
    fn from(refusal: AccountRefusal) -> Self {
        match refusal {
            AccountRefusal::Access(refusal) => refusal.into(),
            _ => Self::NotFound,
        }
    }
}

impl DeskPage for ObligationPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        [false, true]
            .into_iter()
            .map(|wrong| Self {
                obligation: Obligation::sample(&shell),
                shell: shell.clone(),
                wrong,
            })
            .collect()
    }
}
