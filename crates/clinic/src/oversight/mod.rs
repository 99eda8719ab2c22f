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

/// Kinds of lines that are about looking: what was opened, shown, printed or handed out, and who was said to be whom.
pub const LOOKS: &[&str] = &[
    "ticket.issued",
    "person.opened",
    "people.searched",
    "card.shown",
    "looks.shown",
    "day.printed",
    "appointment.slip_printed",
    "receipt.given",
    "person.identified",
    "identity.withdrawn",
    "persons.joined",
    "persons.parted",
    "same.suggested",
    "same.dismissed",
    "representative.named",
    "representative.ended",
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

/// Kinds of lines about visits and what patients asked for.
pub const VISITS: &[&str] = &[
    "slot.held",
    "hold.released",
    "appointment.booked",
    "appointment.moved",
    "appointment.cancelled",
    "appointment.accepted",
    "appointment.escalated",
    "appointment.arrived",
    "appointment.completed",
    "appointment.missed",
    "appointment.undone",
    "block.made",
    "block.removed",
    "submission.received",
    "submission.withdrawn",
    "consent.withdrawn",
];

/// Kinds of lines about the clinic itself: its texts, its catalogue, what comes in and goes out, its keys.
pub const CLINIC: &[&str] = &[
    "house.opened",
    "document.proposed",
    "document.approved",
    "document.declined",
    "document.withdrawn",
    "catalogue.changed",
    "catalogue.imported",
    "figures.downloaded",
    "calendar.made",
    "calendar.revoked",
    "calendar.read",
    "external.added",
    "external.removed",
    "external.read",
    "external.known",
    "keys.rewrapped",
    "keys.rotated",
    "index.rebuilt",
    "destruction.proposed",
    "destruction.approved",
    "persons.destroyed",
    "backup.made",
    "store.restored",
    "journal.map",
    "job.buried",
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trust::journal::Kind;

    use super::{CLINIC, LOOKS, STAFF, VISITS};

    /// Whoever oversees sees everything: each kind of entry stands in one list, and in one alone.
    #[test]
    fn every_kind_of_entry_is_overseen() {
        let listed: Vec<&str> = [LOOKS, STAFF, VISITS, CLINIC].concat();
        let lists: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(lists.len(), listed.len(), "a kind stands twice");
        let all: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(lists, all);
    }
}
