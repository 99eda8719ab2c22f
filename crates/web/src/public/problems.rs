//! What a problem means, at the address that its `type` names (RFC 9457 §3.1.1).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::door::problem::Code;

/// `GET /problems/{code}`.
pub(super) async fn problem(visit: Visit, Path(code): Path<String>) -> Response {
    let made = Code::ALL
        .into_iter()
        .find(|one| one.text() == code)
        .map(|code| {
            visit.page(
                StatusCode::OK,
                &ProblemPage::of(visit.shell(Section::None), code),
            )
        })
        .ok_or(Trouble::NotFound);
    visit.answer(made)
}

/// The page of a kind of problem.
#[derive(Template)]
#[template(path = "problem.html")]
pub(super) struct ProblemPage {
    shell: Shell,
    title: &'static str,
    says: &'static str,
    status: u16,
    code: &'static str,
}

impl ProblemPage {
    fn of(shell: Shell, code: Code) -> Self {
        let (title, says) = code.words(shell.words.0);
        Self {
            title,
            says,
            status: code.status().as_u16(),
            code: code.text(),
            shell,
        }
    }
}

impl Page for ProblemPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        Code::ALL
            .into_iter()
            .map(|code| Self::of(shell.clone(), code))
            .collect()
    }
}
