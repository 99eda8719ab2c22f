//! The first free time of every practitioner for every service at every branch: for pages that show all of them at
//! once. Worked out once for a picture and a minute, and shared by all who ask meanwhile.
//!
//! *Invariant*: what is handed out is never older than the picture, and no time in it is past or too soon.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use calendar::schedule::{Interval, Minute, Viewer};
use kernel::{BranchId, Fault, Moment, PractitionerId, ServiceId};

use super::Booking;
use super::catalogue::{Catalogue, Service};
use super::slots::{Slot, Whose, free_at};
use super::timetable::Picture;

/// Minutes after which a search looks farther: most first times are near, and a near one is found quickly.
const STAGES: [i64; 3] = [2 * 1440, 7 * 1440, 21 * 1440];

/// A practitioner's first free time for one service at one branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstTime {
    /// For which service.
    pub service: ServiceId,
    /// When, with whom, where.
    pub slot: Slot,
}

/// First free times, with the catalogue in which their ids are to be read.
#[derive(Clone, Debug)]
pub struct FirstTimes {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    times: HashMap<PractitionerId, Vec<FirstTime>>,
    /// Of which picture, in which minute.
    of: (u64, Minute),
}

impl FirstTimes {
    /// A practitioner's first time for each service and branch where there is one: by service as the catalogue orders
    /// them, so that what a doctor is first of all there for comes first; of one service the nearest first.
    #[must_use]
    pub fn of(&self, practitioner: PractitionerId) -> &[FirstTime] {
        self.times.get(&practitioner).map_or(&[], Vec::as_slice)
    }

    /// The nearest of all practitioners' first wanted times; of two at once that of the practitioner who stands first
    /// in the catalogue.
    pub fn nearest(&self, wanted: impl Fn(&FirstTime) -> bool) -> Option<FirstTime> {
        let firsts = self.catalogue.practitioners().filter_map(|practitioner| {
            let mut times = self.of(practitioner.id).iter();
            times.find(|time| wanted(time))
        });
        firsts.min_by_key(|time| time.slot.start).copied()
    }
}

impl Booking {
    /// The first free times on the site.
    ///
    /// # Errors
    /// The database's.
    pub async fn first_times(&self) -> Result<Arc<FirstTimes>, Fault> {
        self.timetable.fresh().await?;
        let now = self.trust.clock().now();
        let picture = self.timetable.picture();
        let of = (picture.revision, Minute::ceil(now.timestamp()));
        // Whoever comes while they are worked out waits for them, and does not work them out beside.
        let mut kept = self
            .timetable
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = kept.as_ref().filter(|first| first.of == of) {
            return Ok(Arc::clone(first));
        }
        let mut times: HashMap<PractitionerId, Vec<FirstTime>> = HashMap::new();
        for service in &picture.catalogue.services {
            for branch in &picture.catalogue.branches {
                let Some(sight) = self.sight(branch, now, Viewer::Site) else {
                    continue;
                };
                for slot in first_at(&picture, service, branch.id, sight, now) {
                    times.entry(slot.practitioner).or_default().push(FirstTime {
                        service: service.id,
                        slot,
                    });
                }
            }
        }
        // They were found service by service; within one the branches are put in order of time.
        for times in times.values_mut() {
            for one in times.chunk_by_mut(|one, next| one.service == next.service) {
                one.sort_by_key(|time| time.slot.start);
            }
        }
        let first = Arc::new(FirstTimes {
            catalogue: Arc::clone(&picture.catalogue),
            times,
            of,
        });
        *kept = Some(Arc::clone(&first));
        Ok(first)
    }
}

/// The first free time of each who gives a service at a branch, looked for stage by stage.
fn first_at(
    picture: &Picture,
    service: &Service,
    branch: BranchId,
    sight: Interval,
    now: Moment,
) -> Vec<Slot> {
    let works_here = |practitioner: &PractitionerId| {
        let mut windows = picture.windows(*practitioner).iter();
        windows.any(|window| window.branch == branch && window.interval.end() > sight.start())
    };
    let mut missing: Vec<PractitionerId> = service
        .practitioners
        .iter()
        .copied()
        .filter(works_here)
        .collect();
    let (mut found, mut slots) = (Vec::with_capacity(missing.len()), Vec::new());
    let mut from = sight.start();
    let ends = STAGES
        .iter()
        .map(|minutes| sight.start().plus(*minutes).min(sight.end()));
    for end in ends.chain([sight.end()]) {
        if missing.is_empty() {
            break;
        }
        let Some(within) = Interval::new(from, end) else {
            continue;
        };
        slots.clear();
        // Many are looked for at once, so that what they share is worked out once.
        if let [only] = missing[..] {
            let whose = Whose {
                practitioner: Some(only),
                ..Whose::ANYBODY
            };
            free_at(picture, service, branch, whose, within, now, &mut slots);
        } else {
            free_at(
                picture,
                service,
                branch,
                Whose::ANYBODY,
                within,
                now,
                &mut slots,
            );
        }
        missing.retain(|practitioner| {
            let own = slots
                .iter()
                .filter(|slot| slot.practitioner == *practitioner);
            let first = own.min_by_key(|slot| slot.start);
            found.extend(first.copied());
            first.is_none()
        });
        from = end;
    }
    found
}
