//! Why a verb about a person says no.

use kernel::Stop;
use trust::access::TicketRefusal;
use trust::staff::AccessRefusal;
use trust::vault::{JoinRefusal, OpeningRefusal};

use super::represent::RepresentRefusal;

/// Why nothing was found, shown or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role does not allow it, or the session is over.
    Access(AccessRefusal),
    /// There is no such person within reach.
    Unknown,
    /// What was typed is nothing anybody can be found by.
    NotSought,
    /// A purpose and a reason are asked for first.
    ReasonNeeded,
    /// It may not be opened.
    Closed(OpeningRefusal),
    /// The two are not joined, or not parted.
    Join(JoinRefusal),
    /// One does not act for the other, or does already.
    Represent(RepresentRefusal),
}

impl From<AccessRefusal> for Refusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<JoinRefusal> for Refusal {
    fn from(refusal: JoinRefusal) -> Self {
        Self::Join(refusal)
    }
}

impl From<TicketRefusal> for Refusal {
    fn from(refusal: TicketRefusal) -> Self {
        match refusal {
            TicketRefusal::SignedOut | TicketRefusal::NotStaff => {
                Self::Access(AccessRefusal::SignedOut)
            }
            TicketRefusal::OutOfReach => Self::Unknown,
            TicketRefusal::ReasonNeeded => Self::ReasonNeeded,
            other => Self::Closed(OpeningRefusal::Ticket(other)),
        }
    }
}

impl From<OpeningRefusal> for Refusal {
    fn from(refusal: OpeningRefusal) -> Self {
        match refusal {
            OpeningRefusal::Ticket(ticket) => ticket.into(),
            OpeningRefusal::AnotherPerson => Self::Unknown,
            other => Self::Closed(other),
        }
    }
}

/// A refusal of another room as one of ours.
pub(super) fn ours<R: Into<Refusal>>(stop: Stop<R>) -> Stop<Refusal> {
    stop.map_refusal(Into::into)
}
