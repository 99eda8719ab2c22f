//! Submissions: the filled-in form of any declared service that has no room of its own. A new service is a
//! new declaration, not a new special case (policy clause 2.4).
//!
//! *Invariant*: what the declaration does not name is not here; values are sealed, of people ids alone.

mod context;
mod submit;
mod table;

use trust::Trust;

pub use context::SubmissionContext;
pub use submit::{NewSubmission, Refusal, Submitted};

/// The room, open.
#[derive(Clone)]
pub struct Submissions {
    trust: Trust,
}

impl Submissions {
    /// Opens the room.
    #[must_use]
    pub const fn open(trust: Trust) -> Self {
        Self { trust }
    }
}
