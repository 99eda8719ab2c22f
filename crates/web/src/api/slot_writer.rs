//! Free times as JSON, written byte by byte: a month of twenty practitioners is a megabyte, and most of it is the
//! same few fragments again.
//!
//! *Invariant*: what is written here, `serde_json` reads as the list of `SlotShape`.

use clinic::booking::{Found, Slot};
use jiff::tz::TimeZone;
use kernel::{BranchId, PractitionerId, ServiceId};

use crate::door::times::{LENGTH, Local};

/// Where the start stands in the bytes of a slot, and where the end.
const START: usize = r#"{"start":""#.len();
const END: usize = START + LENGTH + r#"","end":""#.len();
/// Bytes of a slot with its comma: two times and three ids of fixed length.
const SLOT: usize = 223;

/// The list of the slots found, in their order.
pub(super) fn list(found: &Found) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 + found.slots.len() * SLOT);
    write(found, &mut out);
    out
}

/// The answer to a question for free time.
pub(super) fn answer(found: &Found) -> Vec<u8> {
    const HEAD: &[u8] = br#"{"slots":"#;
    let mut out = Vec::with_capacity(HEAD.len() + 3 + found.slots.len() * SLOT);
    out.extend_from_slice(HEAD);
    write(found, &mut out);
    out.push(b'}');
    out
}

fn write(found: &Found, out: &mut Vec<u8>) {
    let mut fragments = Fragments::of(found);
    out.push(b'[');
    for slot in &found.slots {
        let fragment = fragments.find(slot);
        let Fragment { text, clock, .. } = &fragments.all[fragment];
        let clock = &mut fragments.clocks[*clock];
        clock.show(slot.start, found.duration);
        let mut line = **text;
        line[START..START + LENGTH].copy_from_slice(&clock.start);
        line[END..END + LENGTH].copy_from_slice(&clock.end);
        out.extend_from_slice(&line);
    }
    if !found.slots.is_empty() {
        out.pop();
    }
    out.push(b']');
}

/// What is the same in all slots of one practitioner at one branch, its times to be filled in.
struct Fragment {
    of: (PractitionerId, BranchId),
    text: Box<[u8; SLOT]>,
    /// Which of the clocks.
    clock: usize,
}

/// The times of a branch as last shown: many practitioners are free at the same minute.
struct Clock {
    branch: BranchId,
    shown: Option<i64>,
    starts: Local,
    /// Apart from `starts`, for each remembers its own day.
    ends: Local,
    start: [u8; LENGTH],
    end: [u8; LENGTH],
}

impl Clock {
    fn of(branch: BranchId, zone: TimeZone) -> Self {
        let (starts, ends) = (Local::new(zone.clone()), Local::new(zone));
        Self {
            branch,
            shown: None,
            starts,
            ends,
            start: [0; LENGTH],
            end: [0; LENGTH],
        }
    }

    fn show(&mut self, start: i64, duration: i64) {
        if self.shown != Some(start) {
            self.shown = Some(start);
            self.starts.write(start, &mut self.start);
            self.ends.write(start + duration, &mut self.end);
        }
    }
}

/// The fragments of one answer, in the order of practitioner and branch; each is made when it is first needed.
struct Fragments<'a> {
    found: &'a Found,
    all: Vec<Fragment>,
    /// One of each branch.
    clocks: Vec<Clock>,
    /// Which fragment comes next if everybody is free: slots at one time are in the order of practitioners.
    next: usize,
}

impl<'a> Fragments<'a> {
    fn of(found: &'a Found) -> Self {
        Self {
            found,
            all: Vec::new(),
            clocks: Vec::new(),
            next: 0,
        }
    }

    /// The place of a slot's fragment.
    fn find(&mut self, slot: &Slot) -> usize {
        /// Of those who come next some are taken: so many are looked at before the others are searched.
        const NEAR: usize = 4;
        let of = (slot.practitioner, slot.branch);
        let from = self.next.min(self.all.len());
        let ahead = &self.all[from..self.all.len().min(from + NEAR)];
        let at = match ahead.iter().position(|fragment| fragment.of == of) {
            Some(steps) => from + steps,
            None => match self.all.binary_search_by(|fragment| fragment.of.cmp(&of)) {
                Ok(at) => at,
                Err(at) => self.insert(at, of),
            },
        };
        self.next = at + 1;
        at
    }

    fn insert(&mut self, at: usize, of: (PractitionerId, BranchId)) -> usize {
        let clock = self
            .clocks
            .iter()
            .position(|clock| clock.branch == of.1)
            .unwrap_or_else(|| {
                let branch = self
                    .found
                    .catalogue
                    .branches
                    .iter()
                    .find(|branch| branch.id == of.1);
                let zone = branch.map_or(TimeZone::UTC, |branch| branch.zone.clone());
                self.clocks.push(Clock::of(of.1, zone));
                self.clocks.len() - 1
            });
        self.all.insert(
            at,
            Fragment {
                of,
                text: text(of, self.found.service),
                clock,
            },
        );
        at
    }
}

/// A slot without its times.
fn text((practitioner, branch): (PractitionerId, BranchId), service: ServiceId) -> Box<[u8; SLOT]> {
    let time = "0".repeat(LENGTH);
    let text = format!(
        r#"{{"start":"{time}","end":"{time}","practitioner":"{practitioner}","branch":"{branch}","service":"{service}"}},"#
    );
    text.into_bytes()
        .try_into()
        .expect("times and ids are of fixed length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use clinic::booking::Catalogue;
    use clinic::booking::catalogue::{Branch, Words};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn branch(number: u128, zone: &str) -> Branch {
        Branch {
            id: BranchId::from_uuid(Uuid::from_u128(number)),
            code: String::new(),
            title: Words::default(),
            address: Words::default(),
            phone: String::new(),
            zone: TimeZone::get(zone).unwrap(),
            opens: 0,
            closes: 1440,
            way: Words::default(),
            email: String::new(),
        }
    }

    fn found(times: Vec<(i64, u128, u128)>, duration: i64) -> Found {
        let service = ServiceId::from_uuid(Uuid::from_u128(7));
        let mut catalogue = Catalogue::default();
        catalogue.branches = vec![branch(1, "Europe/Berlin"), branch(2, "Asia/Kolkata")];
        let slot = |(start, practitioner, branch)| Slot {
            start,
            practitioner: PractitionerId::from_uuid(Uuid::from_u128(practitioner)),
            branch: BranchId::from_uuid(Uuid::from_u128(branch)),
        };
        Found {
            catalogue: Arc::new(catalogue),
            service,
            duration,
            slots: times.into_iter().map(slot).collect(),
        }
    }

    fn slow(found: &Found) -> Value {
        let slots = found.slots.iter().map(|slot| {
            let zone = &found
                .catalogue
                .branches
                .iter()
                .find(|branch| branch.id == slot.branch)
                .unwrap()
                .zone;
            let time = |minutes: i64| {
                let zoned = jiff::Timestamp::from_second(minutes * 60)
                    .unwrap()
                    .to_zoned(zone.clone());
                zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            };
            json!({
                "start": time(slot.start),
                "end": time(slot.start + found.duration),
                "practitioner": slot.practitioner.to_string(),
                "branch": slot.branch.to_string(),
                "service": found.service.to_string(),
            })
        });
        json!({ "slots": slots.collect::<Vec<_>>() })
    }

    #[test]
    fn no_slots_are_an_empty_list() {
        assert_eq!(answer(&found(Vec::new(), 30)), br#"{"slots":[]}"#);
        assert_eq!(list(&found(Vec::new(), 30)), b"[]");
    }

    #[test]
    fn a_slot_is_as_long_as_is_set_aside_for_it() {
        let found = found(vec![(29_925_060, 1, 1), (29_925_060, 2, 1)], 30);
        assert_eq!(list(&found).len(), 1 + 2 * SLOT);
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_found(
            times in prop::collection::vec((29_000_000i64..31_000_000, 0u128..30, 1u128..3), 0..200),
            duration in 5i64..600,
            sorted in any::<bool>(),
        ) {
            let mut found = found(times, duration);
            if sorted {
                found.slots.sort_unstable();
            }
            let written: Value = serde_json::from_slice(&answer(&found)).unwrap();
            prop_assert_eq!(written, slow(&found));
        }
    }
}
