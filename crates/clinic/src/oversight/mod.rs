//! Oversight: who looked at anything, and what of it is unusual, by rules that are data (152-ФЗ ст. 22.1).
//!
//! *Invariant*: no person is named here; of each line of the journal stands who did what, when and why, of how many persons.

mod rules;

use kernel::{Moment, Outcome, Scope, Stop};
use trust::Trust;
use trust::access::Action;
use trust::journal::{Line, State};
use trust::staff::AccessRefusal;

pub use rules::{Hours, Rule, unusual};

/// Kinds of lines that are about looking.
pub const LOOKS: &[&str] = &[
    "ticket.issued",
    "person.opened",
    "people.searched",
    "card.shown",
    "looks.shown",
    "person.identified",
    "identity.withdrawn",
    "persons.joined",
    "persons.parted",
];

/// Kinds of lines about who may look.
pub const STAFF: &[&str] = &[
    "staff.added",
    "staff.invited",
    "staff.changed",
    "staff.dismissed",
    "staff.obliged",
    "factors.changed",
    "factor.refused",
    "session.began",
    "session.resumed",
    "session.ended",
];

/// A line with what is unusual about it: codes of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The line.
    pub line: Line,
    /// Codes of the rules that it meets.
    pub unusual: Vec<&'static str>,
}

/// The room, open.
#[derive(Clone)]
pub struct Oversight {
    trust: Trust,
}

/// Minutes of lines read before those shown, so that a count knows what came before.
const BEFORE: i64 = 60;
/// Lines read at once.
const MOST: u32 = 2000;

impl Oversight {
    /// Opens the room.
    #[must_use]
    pub const fn open(trust: Trust) -> Self {
        Self { trust }
    }

    /// Lines of these kinds since a moment, the latest first, with what is unusual about them.
    ///
    /// # Errors
    /// Not theirs to see; the database's.
    pub async fn seen(
        &self,
        scope: Scope,
        since: Moment,
        kinds: &'static [&'static str],
        hours: &[Hours],
    ) -> Outcome<Vec<Seen>, AccessRefusal> {
        self.allowed(scope, Action::SeeAllLooks).await?;
        let lines = self
            .trust
            .journal_lines(None, since.plus_minutes(-BEFORE), kinds, MOST)
            .await?;
        let unusual = unusual(&lines, hours);
        Ok(lines
            .into_iter()
            .zip(unusual)
            .filter(|(line, _)| line.at >= since)
            .map(|(line, unusual)| Seen { line, unusual })
            .collect())
    }

    /// The journal as it stands.
    ///
    /// # Errors
    /// Not theirs to see; the database's.
    pub async fn journal(&self, scope: Scope) -> Outcome<State, AccessRefusal> {
        self.allowed(scope, Action::SeeJournal).await?;
        Ok(self.trust.journal_state().await?)
    }

    async fn allowed(&self, scope: Scope, action: Action) -> Outcome<(), AccessRefusal> {
        self.trust
            .act("oversight.allowed", scope, move |act| {
                Box::pin(async move {
                    act.allowed(action).await?;
                    Ok::<_, Stop<AccessRefusal>>(())
                })
            })
            .await
    }
}
