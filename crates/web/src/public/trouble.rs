//! Pages of trouble: each says what happened to what was sent, and what to do next.

use askama::Template;
use axum::http::StatusCode;
use kernel::{Fault, FaultKind, Stop};

use super::page::Page;
use super::shell::Shell;
use crate::typed::NotAForm;

/// Why a handler has no page of its own to show.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Nothing is at this address.
    NotFound,
    /// No doctor has this page.
    DoctorUnknown,
    /// The doctor was here and is not any more.
    DoctorLeft,
    /// A secret link that leads nowhere, or whose cookie is gone.
    LinkUnknown,
    /// The address is not asked in this way.
    Method,
    /// The body is no form.
    NotAForm(NotAForm),
    /// A document could not be printed now; its text is on its page.
    Paper,
    /// The slip of an appointment could not be printed now; all of it is on the appointment's page.
    Slip,
    /// The receipt of a consent could not be printed now; its file for programs is made without printing.
    Receipt,
    /// Something broke.
    Fault(Fault),
}

impl Trouble {
    /// The status of its answer.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::DoctorUnknown | Self::LinkUnknown => StatusCode::NOT_FOUND,
            Self::DoctorLeft => StatusCode::GONE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAForm(NotAForm::Type) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAForm(NotAForm::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAForm(NotAForm::TooMany) => StatusCode::BAD_REQUEST,
            Self::Paper | Self::Slip | Self::Receipt => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(fault) => status_of(fault),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::DoctorUnknown => "no-doctor",
            Self::DoctorLeft => "doctor-left",
            Self::LinkUnknown => "link",
            Self::Method => "method",
            Self::NotAForm(NotAForm::Type | NotAForm::TooMany) => "type",
            Self::NotAForm(NotAForm::TooLarge) => "large",
            Self::Paper => "paper",
            Self::Slip => "slip",
            Self::Receipt => "receipt",
            Self::Fault(fault) => match fault.kind() {
                FaultKind::Unavailable => "busy",
                FaultKind::Broken => "broken",
            },
        }
    }
}

/// 503 for what passes, 500 for what does not.
pub(super) fn status_of(fault: &Fault) -> StatusCode {
    match fault.kind() {
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Writes a fault into the operator's log, once, where it is answered.
pub(super) fn log(fault: &Fault) {
    tracing::error!(%fault, "a page could not be served");
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        log(&fault);
        Self::Fault(fault)
    }
}

impl<R: std::fmt::Debug> From<Stop<R>> for Trouble {
    /// A refusal that no page expects is a defect; its words are ours and name nobody.
    fn from(stop: Stop<R>) -> Self {
        match stop {
            Stop::Fault(fault) => fault.into(),
            Stop::Refused(refusal) => {
                Fault::broken(format!("a refusal that has no page: {refusal:?}")).into()
            }
        }
    }
}

/// The page of a trouble.
#[derive(Template)]
#[template(path = "trouble.html")]
pub(super) struct TroublePage {
    shell: Shell,
    title: String,
    says: String,
    way_on: String,
}

impl TroublePage {
    /// The page that tells of this trouble.
    pub(super) fn of(shell: Shell, trouble: &Trouble) -> Self {
        let word = trouble.word();
        let say = |part: &str| shell.say(&format!("trouble-{word}-{part}"));
        Self {
            title: say("title"),
            says: say("says"),
            way_on: say("way"),
            shell,
        }
    }
}

impl Page for TroublePage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        [
            Trouble::NotFound,
            Trouble::DoctorUnknown,
            Trouble::DoctorLeft,
            Trouble::LinkUnknown,
            Trouble::Method,
            Trouble::NotAForm(NotAForm::Type),
            Trouble::NotAForm(NotAForm::TooLarge),
            Trouble::Paper,
            Trouble::Slip,
            Trouble::Receipt,
            Trouble::Fault(Fault::unavailable("busy")),
            Trouble::Fault(Fault::broken("broken")),
        ]
        .iter()
        .map(|trouble| Self::of(shell.clone(), trouble))
        .collect()
    }
}
