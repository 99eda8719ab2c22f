//! Identifiers. Opaque outside, sixteen random or time-ordered bytes inside; two kinds never mix.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares one kind of identifier.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The same sixteen bytes, named.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bytes, for a row or a canonical form.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )*};
}

id! {
    /// The clinic as the operator of personal data (152-ФЗ ст. 3 п. 2); binds every sealed value to this store.
    OperatorId;
    /// A person about whom something is kept. Random: tells nothing, not even when it was made.
    PersonId;
    /// A member of staff with a named account.
    StaffId;
    /// A signed-in session of a member of staff.
    SessionId;
    /// What proves a member of staff: a password, a second factor.
    FactorId;
    /// A way in for a member of staff who has no factors yet.
    InvitationId;
    /// A browser in which staff sign in.
    DeviceId;
    /// One entry of the journal, and the act that made it.
    EntryId;
    /// A job in the queue.
    JobId;
    /// A permission to open personal data of one case.
    TicketId;
    /// A recorded consent, refusal or withdrawal.
    ConsentId;
    /// One immutable version of a document.
    DocumentId;
    /// A proposal to destroy an exact list of persons.
    DestructionId;
    /// A branch of the clinic.
    BranchId;
    /// A person, room or device whose time is claimed.
    ResourceId;
    /// A medical service with its duration and price.
    ServiceId;
    /// An appointment.
    AppointmentId;
    /// A break, or a block of a resource's time.
    BlockId;
    /// A list of appointments as staff see it: a day's board, those who wait.
    BoardId;
    /// A temporary claim on a slot.
    HoldId;
    /// A filled-in form of a declared service that has no room of its own.
    SubmissionId;
}

/// A practitioner is a resource who is a person of the clinic.
pub type PractitionerId = ResourceId;
