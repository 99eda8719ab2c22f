//! Who acts, why, and about which case.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{JobId, Purpose, SessionId, StaffId};

/// Who acts. Stands in every entry of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody on the public site who has shown nothing about himself.
    Visitor,
    /// Whoever holds the secret link of a case: the patient, as far as the house can know.
    Holder,
    /// A signed-in member of staff.
    Staff {
        /// Whose account.
        staff: StaffId,
        /// In which session.
        session: SessionId,
    },
    /// The queue's worker, running a job.
    Worker {
        /// Which job.
        job: JobId,
        /// The employee who approved the template or the list, where one must (policy clause 4.1).
        approved_by: Option<StaffId>,
    },
    /// Whoever holds the machine, by a command in its terminal.
    Console,
}

/// What kind of thing a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// An appointment.
    Appointment,
    /// A submission of a declared service.
    Submission,
    /// A request of the person or of an authority.
    Request,
    /// A destruction of an approved list.
    Destruction,
    /// A batch: a day's board, an export.
    Batch,
    /// A card that an employee opens without the patient having asked for anything: a case of their own making.
    Inquiry,
}

impl CaseKind {
    /// The word used in rows, entries and policies of access.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Appointment => "appointment",
            Self::Submission => "submission",
            Self::Request => "request",
            Self::Destruction => "destruction",
            Self::Batch => "batch",
            Self::Inquiry => "inquiry",
        }
    }
}

/// The case an act is about: this appointment, that request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Case {
    /// Its kind.
    pub kind: CaseKind,
    /// Its id among those of its kind.
    pub id: Uuid,
}

impl Case {
    /// The case of an appointment.
    #[must_use]
    pub const fn appointment(id: crate::AppointmentId) -> Self {
        Self {
            kind: CaseKind::Appointment,
            id: id.uuid(),
        }
    }

    /// The case of a list of appointments, whose names are opened together.
    #[must_use]
    pub const fn board(id: crate::BoardId) -> Self {
        Self {
            kind: CaseKind::Batch,
            id: id.uuid(),
        }
    }

    /// The case of a submission.
    #[must_use]
    pub const fn submission(id: crate::SubmissionId) -> Self {
        Self {
            kind: CaseKind::Submission,
            id: id.uuid(),
        }
    }
}

/// Who acts, for which purpose, about which case. Time is added when the act begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Who.
    pub actor: Actor,
    /// Why.
    pub purpose: Purpose,
    /// About what, where there is a case already.
    pub case: Option<Case>,
}

impl Scope {
    /// A visitor using a service of the site.
    #[must_use]
    pub const fn visitor() -> Self {
        Self {
            actor: Actor::Visitor,
            purpose: Purpose::Services,
            case: None,
        }
    }

    /// The holder of a case's secret link.
    #[must_use]
    pub const fn holder(case: Case) -> Self {
        Self {
            actor: Actor::Holder,
            purpose: Purpose::Services,
            case: Some(case),
        }
    }

    /// A command in the machine's terminal.
    #[must_use]
    pub const fn console() -> Self {
        Self {
            actor: Actor::Console,
            purpose: Purpose::Safeguard,
            case: None,
        }
    }

    /// A member of staff in a session.
    #[must_use]
    pub const fn staff(
        staff: StaffId,
        session: SessionId,
        purpose: Purpose,
        case: Option<Case>,
    ) -> Self {
        Self {
            actor: Actor::Staff { staff, session },
            purpose,
            case,
        }
    }
}
