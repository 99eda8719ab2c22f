//! The pages of an appointment.

use askama::Template;

use super::super::page::Page;
use super::super::shell::{PhoneLink, Shell};
use super::super::summary::Summary;
use super::super::times::{SlotView, TimeChoice};

/// The appointment.
#[derive(Template)]
#[template(path = "appointment/show.html")]
pub(in super::super) struct AppointmentPage {
    pub(super) shell: Shell,
    pub(super) summary: Summary,
    /// Its state, in words.
    pub(super) status: String,
    /// Whether it may still be moved or cancelled.
    pub(super) open: bool,
    /// The patient's phone, masked.
    pub(super) phone_mask: Option<String>,
    /// What was just done.
    pub(super) message: Option<String>,
}

impl AppointmentPage {
    fn outgoing(&self) -> &[PhoneLink] {
        &self.shell.clinic.outgoing
    }
}

/// «Отменить запись?»
#[derive(Template)]
#[template(path = "appointment/cancel.html")]
pub(in super::super) struct CancelPage {
    pub(super) shell: Shell,
    pub(super) summary: Summary,
    /// Which appointment is shown.
    pub(super) of: String,
    /// Under which it is cancelled once.
    pub(super) key: String,
}

/// Another time.
#[derive(Template)]
#[template(path = "appointment/move.html")]
pub(in super::super) struct MovePage {
    pub(super) shell: Shell,
    pub(super) summary: Summary,
    /// Which appointment is shown.
    pub(super) of: String,
    pub(super) from: String,
    pub(super) day: String,
    pub(super) turn: String,
    pub(super) choice: TimeChoice,
    pub(super) notice: Option<String>,
    pub(super) taken: Option<Vec<SlotView>>,
}

impl Page for AppointmentPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let page = |open, message: Option<&str>, phone_mask: Option<&str>| Self {
            shell: shell.clone(),
            summary: Summary::sample(),
            status: "Вы записаны".into(),
            open,
            phone_mask: phone_mask.map(Into::into),
            message: message.map(Into::into),
        };
        vec![
            page(true, None, Some("+7 *** ***-09-13")),
            page(false, Some("Запись отменена"), None),
        ]
    }
}

impl Page for CancelPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        vec![Self {
            shell,
            summary: Summary::sample(),
            of: "o".into(),
            key: "k".into(),
        }]
    }
}

impl Page for MovePage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        use super::super::times::samples as times;
        let page = |choice, notice: Option<&str>, taken| Self {
            shell: shell.clone(),
            summary: Summary::sample(),
            of: "o".into(),
            from: String::new(),
            day: "2026-11-24".into(),
            turn: "t".into(),
            choice,
            notice: notice.map(Into::into),
            taken,
        };
        vec![
            page(times::choice(), None, None),
            page(times::choice(), None, Some(vec![times::slot("11:00")])),
            page(times::nothing(), Some("Выберите время ещё раз"), None),
        ]
    }
}
