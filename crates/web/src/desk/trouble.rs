//! When a page of the desk cannot be had: what happened and what to do.

use askama::Template;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use kernel::{Fault, FaultKind, Stop};
use trust::staff::AccessRefusal;

use super::asked::{Asked, Desk};
use super::page::DeskPage;
use super::shell::DeskShell;
use crate::typed::NotAForm;

/// What went wrong.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is nothing of the kind, or not within the employee's reach: the two look alike.
    NotFound,
    /// The role does not allow it.
    NotAllowed,
    /// The session ended while the request was on its way.
    SignedOut,
    /// The clinic has no branch yet, or none within the employee's reach.
    NoBranch,
    /// An invitation that was used, has run out, or never was.
    Invitation,
    /// The body is no form.
    NotAForm(NotAForm),
    /// Something broke.
    Fault(Fault),
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Invitation | Self::NoBranch => StatusCode::NOT_FOUND,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotAForm(NotAForm::Type) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAForm(NotAForm::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAForm(NotAForm::TooMany) => StatusCode::BAD_REQUEST,
            Self::Fault(fault) => match fault.kind() {
                FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                FaultKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotAllowed => "not-allowed",
            Self::SignedOut => "signed-out",
            Self::Invitation => "invitation",
            Self::NoBranch => "no-branch",
            Self::NotAForm(_) => "form",
            Self::Fault(fault) => match fault.kind() {
                FaultKind::Unavailable => "busy",
                FaultKind::Broken => "broken",
            },
        }
    }

    /// The answer to whoever is not signed in.
    pub(super) fn at_the_door(&self, asked: &Asked) -> Response {
        self.told(asked, asked.shell())
    }

    /// The answer to an employee.
    pub(super) fn at_work(&self, desk: &Desk) -> Response {
        if matches!(self, Self::SignedOut) && desk.part.is_none() {
            return desk.see("/desk/sign-in");
        }
        self.told(desk, desk.shell())
    }

    fn told(&self, asked: &Asked, shell: DeskShell) -> Response {
        let mut response = asked.page(self.status(), &TroublePage::of(shell, self.word()));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert("retry-after", HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a page of the desk could not be served");
        Self::Fault(fault)
    }
}

impl From<AccessRefusal> for Trouble {
    fn from(refusal: AccessRefusal) -> Self {
        match refusal {
            AccessRefusal::SignedOut => Self::SignedOut,
            AccessRefusal::NotAllowed => Self::NotAllowed,
        }
    }
}

impl<R: Into<Self>> From<Stop<R>> for Trouble {
    fn from(stop: Stop<R>) -> Self {
        match stop {
            Stop::Fault(fault) => fault.into(),
            Stop::Refused(refusal) => refusal.into(),
        }
    }
}

/// The page of a trouble.
#[derive(Template)]
#[template(path = "desk/trouble.html")]
pub(super) struct TroublePage {
    shell: DeskShell,
    title: String,
    says: String,
}

impl TroublePage {
    /// A page that says one thing: why something was not done.
    pub(super) fn said(shell: DeskShell, says: String) -> Self {
        Self {
            title: shell.say("desk-not-done"),
            says,
            shell,
        }
    }

    fn of(shell: DeskShell, word: &str) -> Self {
        let say = |part: &str| shell.say(&format!("desk-trouble-{word}-{part}"));
        Self {
            title: say("title"),
            says: say("says"),
            shell,
        }
    }
}

impl DeskPage for TroublePage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        [
            Trouble::NotFound,
            Trouble::NotAllowed,
            Trouble::SignedOut,
            Trouble::Invitation,
            Trouble::NoBranch,
            Trouble::NotAForm(NotAForm::TooLarge),
            Trouble::Fault(Fault::unavailable("busy")),
            Trouble::Fault(Fault::broken("broken")),
        ]
        .iter()
        .map(|trouble| Self::of(shell.clone(), trouble.word()))
        .collect()
    }
}
