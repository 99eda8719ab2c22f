//! Why booking says no. One list, matched in one place.

use kernel::{BirthDateError, Moment, Outcome, PractitionerId, ServiceId};
use serde::de::DeserializeOwned;
use trust::Act;
use trust::consent::ConsentProblem;
use trust::vault::Once;

/// Which part of a request is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// `/service`.
    Service,
    /// `/practitioner`.
    Practitioner,
    /// `/branch`.
    Branch,
    /// `/start`.
    Start,
    /// `/hold`.
    Hold,
    /// `/patient/birth_date`.
    BirthDate,
    /// `/for`.
    ForWhom,
}

impl Pointer {
    /// RFC 6901.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Service => "/service",
            Self::Practitioner => "/practitioner",
            Self::Branch => "/branch",
            Self::Start => "/start",
            Self::Hold => "/hold",
            Self::BirthDate => "/patient/birth_date",
            Self::ForWhom => "/for",
        }
    }
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing has this id.
    Unknown(Pointer),
    /// The range of days is reversed or too long.
    Range,
    /// The time is past, or nearer than the notice the clinic needs.
    TooSoon,
    /// The time lies past the horizon.
    TooFar,
    /// This practitioner does not offer this service then and there.
    NeverOffered,
    /// Somebody has the time. The nearest free ones are asked for apart.
    SlotTaken {
        /// The service wanted.
        service: ServiceId,
        /// With whom.
        practitioner: PractitionerId,
        /// When, minutes since 1970 UTC.
        start: i64,
    },
    /// The hold is of another time, service or practitioner.
    AnotherHold,
    /// The client holds as many times as it may.
    TooManyHolds {
        /// When the first of them runs out.
        until: Moment,
    },
    /// The service is for other ages: from and to, full years inclusive.
    Age {
        /// Youngest.
        from: Option<i16>,
        /// Oldest.
        to: Option<i16>,
    },
    /// Whoever is under 18 is booked by a parent or guardian (ГК РФ ст. 26, 28).
    NotAdult,
    /// Whoever is 18 or older is not booked as a child.
    NotChild,
    /// The date of birth cannot be.
    BirthDate(BirthDateError),
    /// The service is not asked for in this case.
    NotForThem,
    /// Boxes are missing, outdated or not asked.
    Consents(Vec<ConsentProblem>),
    /// The idempotency key came with another body.
    AnotherBody,
    /// The link leads nowhere.
    LinkUnknown,
    /// The journal's signed end does not cover it yet: in some seconds.
    NotSigned,
    /// The appointment is over, or was cancelled: it does not change any more.
    Settled,
    /// The catalogue changed while the request was under way; it is tried again by itself.
    Stale,
}

/// What the same request was answered before; refused where its key came with another body.
pub(super) async fn answered<T: DeserializeOwned>(
    act: &mut Act,
    once: Option<&Once>,
) -> Outcome<Option<T>, Refusal> {
    act.answered(once)
        .await
        .map_err(|stop| stop.map_refusal(|_| Refusal::AnotherBody))
}
