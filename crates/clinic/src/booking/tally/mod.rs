//! Counting: what the appointments of some days come to, for rooms that show figures.
//!
//! *Invariant*: rows are counted by the database and never named: nothing here loads, opens or returns a person, and no
//! ticket is asked for. Days and hours are those of the branch's clock. Whoever asks is told of the branches they reach.

mod load;
mod sql;
mod visits;
mod waits;
mod zones;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{BranchId, Outcome, PractitionerId, Scope, Stop};
use trust::access::Action;
use trust::staff::AccessRefusal;

use super::Booking;
use super::catalogue::{Branch, Catalogue};
use super::show::Status;
use super::slots::Slot;

pub use load::{Claimed, HourLoad};
pub use visits::{Lead, Whose};
pub use waits::Waits;

/// Days counted at once at most.
pub const MOST_DAYS: i64 = 400;

/// By which way a booking came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// The patient's own, on the site.
    Site,
    /// An employee's, for somebody who called or came.
    Desk,
    /// An employee's, by a consent signed on paper.
    Paper,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Site, Self::Desk, Self::Paper];

    /// The word in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Desk => "desk",
            Self::Paper => "paper",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyQuery {
    /// The first day, of the branch's clock.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// One branch's alone.
    pub branch: Option<BranchId>,
}

/// Why nothing is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TallyRefusal {
    /// The role does not allow it, or the session is over.
    Access(AccessRefusal),
    /// There is no such branch within reach.
    Branch,
    /// The last day lies before the first, or more than [`MOST_DAYS`] after it.
    Span,
}

impl From<AccessRefusal> for TallyRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

/// What some days come to.
#[derive(Clone, Debug)]
pub struct Tally {
    /// In which ids are to be read.
    pub catalogue: Arc<Catalogue>,
    /// The branches counted, in the catalogue's order.
    pub branches: Vec<BranchId>,
    /// The branches that whoever asks may ask for.
    pub reached: Vec<BranchId>,
    /// Bookings by the day on which they were made, and by their way.
    pub made: BTreeMap<(Date, Channel), u64>,
    /// Visits of these days by what became of them.
    pub ended: BTreeMap<Status, u64>,
    /// Of the cancelled ones: by whom, how long before the visit.
    pub cancelled: BTreeMap<(Whose, Lead), u64>,
    /// How full each practitioner's time is.
    pub load: BTreeMap<PractitionerId, Claimed>,
    /// How full the hours of the week are: from Monday, from midnight.
    pub hours: Box<[[HourLoad; 24]; 7]>,
    /// How long bookings of the site, made on these days, waited for their acceptance.
    pub waits: Waits,
}

impl Booking {
    /// Counts.
    ///
    /// # Errors
    /// [`TallyRefusal`].
    pub async fn tally(&self, scope: Scope, query: TallyQuery) -> Outcome<Tally, TallyRefusal> {
        let days = query
            .from
            .until(query.to)
            .map_or(-1, |span| i64::from(span.get_days()));
        if !(0..MOST_DAYS).contains(&days) {
            return Err(Stop::Refused(TallyRefusal::Span));
        }
        let (catalogue, reached) = self.counted_branches(scope).await?;
        let wanted: Vec<&Branch> = catalogue
            .branches
            .iter()
            .filter(|one| reached.contains(&one.id))
            .filter(|one| query.branch.is_none_or(|only| only == one.id))
            .collect();
        if query.branch.is_some() && wanted.is_empty() {
            return Err(Stop::Refused(TallyRefusal::Branch));
        }
        let db = self.trust.reads();
        let mut tally = Tally {
            branches: wanted.iter().map(|one| one.id).collect(),
            made: BTreeMap::new(),
            ended: BTreeMap::new(),
            cancelled: BTreeMap::new(),
            load: BTreeMap::new(),
            hours: Box::default(),
            waits: Waits::default(),
            reached,
            catalogue: Arc::clone(&catalogue),
        };
        for zone in zones::zones(&wanted, query.from, query.to) {
            visits::count(db, &zone, &mut tally).await?;
            load::count(db, &catalogue, &zone, query, &mut tally).await?;
        }
        for branch in wanted {
            waits::count(
                db,
                branch,
                query,
                self.trust.clock().now(),
                &mut tally.waits,
            )
            .await?;
        }
        Ok(tally)
    }

    /// The earliest free time of each speciality at these branches, in the catalogue's order; nothing where there is none
    /// within the site's horizon.
    ///
    /// # Errors
    /// Not theirs to see; the database's.
    pub async fn earliest(
        &self,
        scope: Scope,
        branch: Option<BranchId>,
    ) -> Outcome<Vec<(String, Option<Slot>)>, TallyRefusal> {
        let (_, reached) = self.counted_branches(scope).await?;
        let first = self.first_times().await?;
        let here = |at: &BranchId| reached.contains(at) && branch.is_none_or(|only| only == *at);
        let mut found: Vec<(String, Option<Slot>)> = Vec::new();
        for one in first.catalogue.practitioners() {
            let works = first.catalogue.works_at(one.id);
            if !works.iter().any(here) {
                continue;
            }
            let own = first.of(one.id).iter().map(|time| time.slot);
            let nearest = own
                .filter(|slot| here(&slot.branch))
                .min_by_key(|slot| slot.start);
            match found.iter_mut().find(|(family, _)| *family == one.family) {
                Some((_, known)) => {
                    *known = [*known, nearest]
                        .into_iter()
                        .flatten()
                        .min_by_key(|slot| slot.start);
                }
                None => found.push((one.family.clone(), nearest)),
            }
        }
        Ok(found)
    }

    /// The catalogue, and which branches of it whoever asks may see counted.
    async fn counted_branches(
        &self,
        scope: Scope,
    ) -> Outcome<(Arc<Catalogue>, Vec<BranchId>), TallyRefusal> {
        self.timetable.fresh().await?;
        let catalogue = Arc::clone(&self.timetable.picture().catalogue);
        let employee = self
            .trust
            .act("booking.tally", scope, |act| {
                Box::pin(async move {
                    let employee = act.allowed(Action::SeeFigures).await;
                    employee.map_err(|stop| stop.map_refusal(TallyRefusal::from))
                })
            })
            .await?;
        let reached = catalogue.branches.iter().map(|one| one.id);
        let reached = reached
            .filter(|id| employee.reach.has_branch(*id))
            .collect();
        Ok((catalogue, reached))
    }
}
