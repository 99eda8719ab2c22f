//! What committed entries of the journal are known to tell: which fields of whom were opened under which permit.
//!
//! *Invariant*: an act remembers here only after its commit, so what is remembered needs no look at the journal again.
//! What is forgotten costs that look, and nothing else.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use kernel::PersonId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Openings remembered at most: about a hundred boards of three hundred visits, in some megabytes.
const MOST: usize = 50_000;

/// One opening: the permit, and a hash of whose and which fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OpenedUnder {
    permit: Uuid,
    what: [u8; 16],
}

impl OpenedUnder {
    /// `said` is what the opening's row says: place, record and fields.
    pub(crate) fn new(permit: Uuid, person: PersonId, said: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(person.uuid())
            .chain_update(said)
            .finalize();
        let mut what = [0; 16];
        what.copy_from_slice(&hash[..16]);
        Self { permit, what }
    }
}

/// The openings that are known to stand in the journal.
#[derive(Default)]
pub(crate) struct Told(Mutex<Known>);

#[derive(Default)]
struct Known {
    of: HashMap<Uuid, HashSet<[u8; 16]>>,
    /// The permits, in the order in which they were met.
    permits: VecDeque<Uuid>,
    count: usize,
}

impl Told {
    /// Remembers what an act told, once it is committed.
    pub(crate) fn remember(&self, openings: impl IntoIterator<Item = OpenedUnder>) {
        // A set is whole between its calls, whoever panicked.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for opening in openings {
            known.add(opening);
        }
    }

    /// Which of these are known.
    pub(crate) fn knows(&self, openings: &[OpenedUnder]) -> Vec<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |one: &OpenedUnder| {
            let of = known.of.get(&one.permit);
            of.is_some_and(|of| of.contains(&one.what))
        };
        openings.iter().map(has).collect()
    }
}

impl Known {
    fn add(&mut self, opening: OpenedUnder) {
        if !self.of.contains_key(&opening.permit) {
            self.permits.push_back(opening.permit);
        }
        if self
            .of
            .entry(opening.permit)
            .or_default()
            .insert(opening.what)
        {
            self.count += 1;
        }
        while self.count > MOST {
            let Some(oldest) = self.permits.pop_front() else {
                return;
            };
            self.count -= self.of.remove(&oldest).map_or(0, |of| of.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(permit: u128, person: u128, said: &str) -> OpenedUnder {
        let person = PersonId::from_uuid(Uuid::from_u128(person));
        OpenedUnder::new(Uuid::from_u128(permit), person, said)
    }

    #[test]
    fn what_was_told_is_known_by_its_permit_person_and_fields() {
        let told = Told::default();
        told.remember([opening(1, 1, "person/1:surname")]);
        let asked = [
            opening(1, 1, "person/1:surname"),
            opening(2, 1, "person/1:surname"),
            opening(1, 2, "person/1:surname"),
            opening(1, 1, "person/1:surname,phone"),
        ];
        assert_eq!(told.knows(&asked), [true, false, false, false]);
    }

    #[test]
    fn the_oldest_permits_are_forgotten_first() {
        let told = Told::default();
        let many = MOST as u128 - 1;
        told.remember([opening(1, 1, "")]);
        told.remember((0..many).map(|person| opening(2, person, "")));
        let ends = [opening(1, 1, ""), opening(2, many - 1, "")];
        assert_eq!(told.knows(&ends), [true, true]);
        told.remember([opening(3, 1, "")]);
        assert_eq!(told.knows(&ends), [false, true]);
    }
}
