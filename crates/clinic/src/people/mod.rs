//! People at the desk: looked for, shown masked, opened for a purpose, identified by a document, joined by a human; who acts
//! for whom.
//!
//! *Invariant*: whom an employee reaches has a case within their reach; all others look absent. A card shows masks; what
//! they hide is opened under a ticket: that of a case, or of an inquiry with a purpose and a reason. Here stand ids alone.

mod card;
mod context;
mod find;
mod refusal;
mod represent;
mod reveal;
mod table;

use trust::Trust;

pub use card::{Card, Like, Looked};
pub use context::PeopleContext;
pub use find::{Found, sought};
pub use refusal::Refusal;
pub use represent::{NewRepresentation, Paper, RepresentRefusal, Tie, TieId};
pub use reveal::{Revealed, Via};

/// The room, open. Cheap to clone.
#[derive(Clone)]
pub struct People {
    trust: Trust,
}

impl People {
    /// Opens the room.
    #[must_use]
    pub const fn open(trust: Trust) -> Self {
        Self { trust }
    }
}
