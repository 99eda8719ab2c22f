//! What the lists of the desk showed, while their tickets may live: a board drawn again opens nobody anew (decision 0016).
//!
//! *Invariant*: an act leaves a value here only after its commit, and takes one only after it passed the locks of a ticket,
//! a policy and a basis again and the store says that the person's key is there and no value changed since. Values are wiped
//! when their ticket is over, or their person destroyed.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{PersonId, limits};
use uuid::Uuid;

use super::opening::{Opened, Wanted};
use super::person::Record;
use crate::House;

/// Openings kept at most: about a hundred boards of three hundred visits.
const MOST: usize = 30_000;

/// The rows that an opening read: how many, and the sum of their versions, which every change of a value makes greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Versions {
    pub(super) rows: i64,
    pub(super) sum: i64,
}

impl Versions {
    pub(super) fn add(&mut self, version: i32) {
        self.rows += 1;
        self.sum += i64::from(version);
    }
}

impl std::iter::Sum for Versions {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            rows: sum.rows + one.rows,
            sum: sum.sum + one.sum,
        })
    }
}

/// What was opened, and out of which versions.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) opened: Arc<Opened>,
    pub(super) versions: Versions,
}

/// What is wanted of one person.
type What = (PersonId, Record, &'static [&'static str]);

fn what(wanted: &Wanted) -> What {
    (wanted.person, wanted.record, wanted.fields)
}

/// One opening that a list showed.
pub(crate) struct ShownUnder {
    permit: Uuid,
    what: What,
    value: Value,
}

impl ShownUnder {
    pub(super) fn new(permit: Uuid, wanted: &Wanted, value: Value) -> Self {
        Self {
            permit,
            what: what(wanted),
            value,
        }
    }
}

/// What is shown under the tickets of lists.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    of: HashMap<Uuid, HashMap<What, Value>>,
    /// The permits, in the order in which they were met.
    permits: VecDeque<Uuid>,
}

impl Shown {
    /// Keeps what an act showed, once it is committed. Gives the permits that were met for the first time.
    fn keep(&self, all: Vec<ShownUnder>) -> Vec<Uuid> {
        let mut kept = self.kept();
        let mut met = Vec::new();
        for one in all {
            if !kept.of.contains_key(&one.permit) {
                kept.permits.push_back(one.permit);
                met.push(one.permit);
            }
            let of = kept.of.entry(one.permit).or_default();
            of.insert(one.what, one.value);
        }
        let mut count: usize = kept.of.values().map(HashMap::len).sum();
        while count > MOST
            && let Some(oldest) = kept.permits.pop_front()
        {
            count -= kept.of.remove(&oldest).map_or(0, |of| of.len());
        }
        met
    }

    /// What is kept of these.
    pub(super) fn of(&self, permit: Uuid, wanted: &[&Wanted]) -> Vec<Option<Value>> {
        let kept = self.kept();
        let of = kept.of.get(&permit);
        let value = |wanted: &&Wanted| of.and_then(|of| of.get(&what(wanted))).cloned();
        wanted.iter().map(value).collect()
    }

    /// Wipes what was shown under a permit.
    pub(super) fn forget(&self, permit: Uuid) {
        let mut kept = self.kept();
        kept.of.remove(&permit);
        kept.permits.retain(|one| *one != permit);
    }

    /// Wipes what was shown of these persons.
    fn forget_persons(&self, persons: &HashSet<PersonId>) {
        if persons.is_empty() {
            return;
        }
        for of in self.kept().of.values_mut() {
            of.retain(|(person, ..), _| !persons.contains(person));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Maps are whole between their calls, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl House {
    /// Keeps what a committed act showed, until the tickets are over; wipes what is kept of whom it destroyed.
    pub(crate) fn show(self: &Arc<Self>, shown: Vec<ShownUnder>, destroyed: &HashSet<PersonId>) {
        for permit in self.shown.keep(shown) {
            let house = Arc::downgrade(self);
            tokio::spawn(async move {
                let minutes = limits::TICKET_MINUTES.unsigned_abs();
                tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
                if let Some(house) = house.upgrade() {
                    house.shown.forget(permit);
                }
            });
        }
        self.shown.forget_persons(destroyed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &[&str] = &["surname"];

    fn wanted(person: u128) -> Wanted {
        let person = PersonId::from_uuid(Uuid::from_u128(person));
        Wanted {
            person,
            record: Record::person(person),
            fields: NAME,
        }
    }

    fn shown(permit: u128, person: u128) -> ShownUnder {
        let value = Value {
            opened: Arc::default(),
            versions: Versions { rows: 1, sum: 1 },
        };
        ShownUnder::new(Uuid::from_u128(permit), &wanted(person), value)
    }

    fn knows(shown: &Shown, permit: u128, persons: [u128; 2]) -> [bool; 2] {
        persons.map(|person| {
            let of = shown.of(Uuid::from_u128(permit), &[&wanted(person)]);
            of.iter().all(Option::is_some)
        })
    }

    #[test]
    fn a_permit_shows_what_was_opened_under_it_alone() {
        let all = Shown::default();
        assert_eq!(
            all.keep(vec![shown(1, 1), shown(1, 2)]),
            [Uuid::from_u128(1)]
        );
        assert!(all.keep(vec![shown(1, 1)]).is_empty());
        assert_eq!(knows(&all, 1, [1, 3]), [true, false]);
        assert_eq!(knows(&all, 2, [1, 2]), [false, false]);
        let other = Wanted {
            fields: &["surname", "phone"],
            ..wanted(1)
        };
        assert!(all.of(Uuid::from_u128(1), &[&other])[0].is_none());
    }

    #[test]
    fn what_is_over_is_wiped() {
        let all = Shown::default();
        all.keep(vec![shown(1, 1), shown(1, 2), shown(2, 1)]);
        let gone = HashSet::from([PersonId::from_uuid(Uuid::from_u128(1))]);
        all.forget_persons(&gone);
        assert_eq!(knows(&all, 1, [1, 2]), [false, true]);
        all.forget(Uuid::from_u128(1));
        assert_eq!(knows(&all, 1, [1, 2]), [false, false]);
        assert_eq!(all.keep(vec![shown(1, 2)]), [Uuid::from_u128(1)]);
    }

    #[test]
    fn the_oldest_permits_are_forgotten_first() {
        let all = Shown::default();
        let many = MOST as u128;
        all.keep(vec![shown(1, 1)]);
        all.keep((0..many).map(|person| shown(2, person)).collect());
        assert_eq!(knows(&all, 1, [1, 1]), [false, false]);
        assert_eq!(knows(&all, 2, [0, many - 1]), [true, true]);
    }
}
