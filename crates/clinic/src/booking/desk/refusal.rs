//! Why the desk says no, with what is true now.

use kernel::{AppointmentId, BranchId, Fault, Moment, PractitionerId, StaffId, Stop};
use trust::access::TicketRefusal;
use trust::consent::PaperRefusal;
use trust::staff::AccessRefusal;
use trust::vault::OpeningRefusal;

use super::Conflict;
use crate::booking::book::Outdated;
use crate::booking::refusal::Refusal;
use crate::booking::revision::Change;
use crate::booking::show::Status;
use crate::booking::table::appointment;

/// An appointment as it is now, and what was done to it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Which.
    pub id: AppointmentId,
    /// Its state.
    pub status: Status,
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// How often it changed.
    pub revision: i32,
    /// What was done last; nothing since it was booked.
    pub change: Option<Change>,
    /// When.
    pub changed_at: Option<Moment>,
    /// By whom; nobody where the holder of the link did it.
    pub changed_by: Option<StaffId>,
    /// Who accepted it.
    pub accepted_by: Option<StaffId>,
}

impl Current {
    pub(super) fn of(row: &appointment::Model) -> Result<Self, Fault> {
        let status = Status::from_code(&row.status).ok_or_else(|| {
            Fault::broken(format!("no appointment is in the state {}", row.status))
        })?;
        Ok(Self {
            id: AppointmentId::from_uuid(row.id),
            status,
            start: row.starts,
            end: row.ends,
            practitioner: PractitionerId::from_uuid(row.practitioner),
            branch: BranchId::from_uuid(row.branch),
            revision: row.revision,
            change: row.last_change.as_deref().and_then(Change::from_code),
            changed_at: row.changed_at.map(Moment::from_micros),
            changed_by: row.changed_by.map(StaffId::from_uuid),
            accepted_by: row.accepted_by.map(StaffId::from_uuid),
        })
    }
}

/// Why not. One list, matched in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskRefusal {
    /// The employee may not.
    Access(AccessRefusal),
    /// There is no such appointment or list, or it lies outside the employee's reach: the two look alike.
    Absent,
    /// Somebody changed it since it was seen.
    Changed(Box<Current>),
    /// Its state does not allow it.
    NotNow(Box<Current>),
    /// Others have the time.
    Conflict(Vec<Conflict>),
    /// The time is not kept free for so long: at most a day, and it ends after it begins.
    Span,
    /// A reason is missing, or longer than a line.
    Reason,
    /// A note is longer than [`NOTE_CHARACTERS`](super::NOTE_CHARACTERS).
    NoteTooLong,
    /// The paper cannot be registered.
    Paper(PaperRefusal),
    /// The names stay closed.
    Opening(OpeningRefusal),
    /// What booking says to anybody.
    Booking(Refusal),
}

impl From<AccessRefusal> for DeskRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<Refusal> for DeskRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Booking(refusal)
    }
}

impl From<TicketRefusal> for DeskRefusal {
    fn from(refusal: TicketRefusal) -> Self {
        match refusal {
            TicketRefusal::OutOfReach => Self::Absent,
            TicketRefusal::SignedOut => Self::Access(AccessRefusal::SignedOut),
            other => Self::Opening(OpeningRefusal::Ticket(other)),
        }
    }
}

impl From<OpeningRefusal> for DeskRefusal {
    fn from(refusal: OpeningRefusal) -> Self {
        match refusal {
            OpeningRefusal::Ticket(refusal) => refusal.into(),
            other => Self::Opening(other),
        }
    }
}

impl From<PaperRefusal> for DeskRefusal {
    fn from(refusal: PaperRefusal) -> Self {
        Self::Paper(refusal)
    }
}

impl Outdated for DeskRefusal {
    fn may_be_outdated(&self) -> bool {
        matches!(self, Self::Booking(refusal) if refusal.may_be_outdated())
    }
}

/// Says another room's refusal in the desk's words.
pub(super) fn said<R: Into<DeskRefusal>>(stop: Stop<R>) -> Stop<DeskRefusal> {
    stop.map_refusal(Into::into)
}
