//! Free time: what can be booked, for one practitioner or for all who give the service.

use std::collections::HashMap;
use std::sync::Arc;

use calendar::schedule::{
    BlockedStarts, Interval, Minute, Request, Requirement, Start, Viewer, free_except, is_offered,
};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{BranchId, Fault, HoldId, Moment, PractitionerId, ServiceId, limits};

use super::Booking;
use super::book::Place;
use super::catalogue::{Branch, Catalogue, Resource, Service};
use super::refusal::{Pointer, Refusal};
use super::timetable::Picture;
use kernel::{Outcome, Stop};

/// A question for free time. Dates are local to each branch; `to` is inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotQuery {
    /// Which service.
    pub service: ServiceId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// One practitioner, or any.
    pub practitioner: Option<PractitionerId>,
    /// One branch, or any.
    pub branch: Option<BranchId>,
    /// The asker's own hold, whose time is free to them.
    pub hold: Option<HoldId>,
}

/// A time that can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
}

/// Free time found, with the catalogue in which its ids are to be read.
#[derive(Clone, Debug)]
pub struct Found {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The service asked for.
    pub service: ServiceId,
    /// Minutes each visit takes.
    pub duration: i64,
    /// By time, then practitioner.
    pub slots: Vec<Slot>,
}

impl Booking {
    /// Free time of a service on the site. Past the horizon there is none.
    ///
    /// # Errors
    /// No such service, practitioner or branch; a range reversed or longer than 62 days; the database's.
    pub async fn slots(&self, query: &SlotQuery) -> Outcome<Found, Refusal> {
        self.free_for(query, Viewer::Site).await
    }

    /// Free time of a service as the desk sees it: without the windows that are the site's alone, and from this minute on.
    ///
    /// # Errors
    /// As [`slots`](Self::slots).
    pub async fn slots_of_desk(&self, query: &SlotQuery) -> Outcome<Found, Refusal> {
        self.free_for(query, Viewer::Desk).await
    }

    async fn free_for(&self, query: &SlotQuery, viewer: Viewer) -> Outcome<Found, Refusal> {
        self.timetable.fresh().await?;
        let now = self.trust.clock().now();
        let picture = self.timetable.picture();
        check(&picture.catalogue, query)?;
        let service = known_service(&picture.catalogue, query.service)?;
        let mut slots = Vec::new();
        for branch in picture
            .catalogue
            .branches
            .iter()
            .filter(|branch| query.branch.is_none_or(|id| id == branch.id))
        {
            let Some(within) = self.within(branch, now, (query.from, query.to), viewer) else {
                continue;
            };
            let whose = Whose {
                practitioner: query.practitioner,
                besides: query.hold.map(HoldId::uuid),
                viewer,
            };
            free_at(&picture, service, branch.id, whose, within, now, &mut slots);
        }
        slots.sort_unstable();
        Ok(Found {
            catalogue: Arc::clone(&picture.catalogue),
            service: service.id,
            duration: service.visit.duration().into(),
            slots,
        })
    }

    /// The nearest free times to one that was taken: the same practitioner first, then anybody.
    ///
    /// # Errors
    /// As [`slots`](Self::slots).
    pub async fn nearest(
        &self,
        service: ServiceId,
        practitioner: PractitionerId,
        start: i64,
    ) -> Outcome<Found, Refusal> {
        const SHOWN: usize = 6;
        let day = Moment::from_minutes(start)
            .timestamp()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let ask = |practitioner| SlotQuery {
            service,
            from: day.saturating_sub(1.day()),
            to: day.saturating_add(14.days()),
            practitioner,
            branch: None,
            hold: None,
        };
        let mut found = self.slots(&ask(Some(practitioner))).await?;
        found.slots.sort_by_key(|slot| (slot.start - start).abs());
        found.slots.truncate(SHOWN / 2);
        let mut others = self.slots(&ask(None)).await?.slots;
        others.sort_by_key(|slot| ((slot.start - start).abs(), slot.practitioner));
        for slot in others {
            if found.slots.len() == SHOWN {
                break;
            }
            if !found.slots.contains(&slot) {
                found.slots.push(slot);
            }
        }
        found.slots.sort_unstable();
        Ok(found)
    }

    /// The catalogue as it stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, Fault> {
        self.timetable.fresh().await?;
        Ok(Arc::clone(&self.timetable.picture().catalogue))
    }

    /// The catalogue as it stood a second ago at most: for reading a form whose act looks again.
    ///
    /// # Errors
    /// The database's.
    pub async fn recent_catalogue(&self) -> Result<Arc<Catalogue>, Fault> {
        self.timetable.recent().await?;
        Ok(Arc::clone(&self.timetable.picture().catalogue))
    }

    /// Where starts may lie at a branch: from now and the notice to the horizon, within the days asked.
    fn within(
        &self,
        branch: &Branch,
        now: Moment,
        (from, to): (Date, Date),
        viewer: Viewer,
    ) -> Option<Interval> {
        let midnight = |date: Date| {
            let zoned = branch
                .zone
                .to_ambiguous_zoned(date.at(0, 0, 0, 0))
                .compatible()
                .ok()?;
            Some(Minute::floor(zoned.timestamp()))
        };
        let sight = self.sight(branch, now, viewer)?;
        Interval::new(midnight(from)?, midnight(to.saturating_add(1.day()))?)?.common(sight)
    }

    /// Where starts may lie at a branch at all. The notice is for those whom nobody sees coming: at the desk, somebody does.
    pub(super) fn sight(&self, branch: &Branch, now: Moment, viewer: Viewer) -> Option<Interval> {
        let notice = match viewer {
            Viewer::Site => self.settings.notice_minutes.into(),
            Viewer::Desk => 0,
        };
        let earliest = Minute::ceil(now.timestamp()).plus(notice);
        let today = now.timestamp().to_zoned(branch.zone.clone()).date();
        let after = today.saturating_add(i64::from(self.settings.horizon_days).days());
        let end = branch
            .zone
            .to_ambiguous_zoned(after.at(0, 0, 0, 0))
            .compatible()
            .ok()?;
        Interval::new(earliest, Minute::floor(end.timestamp()))
    }
}

/// Whether a start was ever offered, taken or not.
pub(super) fn offered(
    picture: &Picture,
    service: &Service,
    place: &Place,
    sight: Interval,
    viewer: Viewer,
) -> bool {
    let request = Request {
        visit: service.visit,
        viewer,
        branch: Some(place.branch),
        within: sight,
    };
    let start = Minute(place.start);
    service.practitioners.contains(&place.practitioner)
        && is_offered(picture.windows(place.practitioner), &request, start)
}

pub(super) fn known_service(catalogue: &Catalogue, id: ServiceId) -> Outcome<&Service, Refusal> {
    catalogue
        .service(id)
        .ok_or(Stop::Refused(Refusal::Unknown(Pointer::Service)))
}

fn check(catalogue: &Catalogue, query: &SlotQuery) -> Outcome<(), Refusal> {
    let unknown = |pointer| Err(Stop::Refused(Refusal::Unknown(pointer)));
    if query
        .practitioner
        .is_some_and(|id| catalogue.practitioner(id).is_none())
    {
        return unknown(Pointer::Practitioner);
    }
    if query
        .branch
        .is_some_and(|id| catalogue.branch(id).is_none())
    {
        return unknown(Pointer::Branch);
    }
    let days = query
        .from
        .until(query.to)
        .map_or(-1, |span| span.get_days());
    if (0..limits::SLOT_RANGE_DAYS).contains(&days) {
        Ok(())
    } else {
        Err(Stop::Refused(Refusal::Range))
    }
}

/// Whose free time is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    /// One practitioner's, or anybody's who gives the service.
    pub(super) practitioner: Option<PractitionerId>,
    /// The asker's own hold, whose time is free to them.
    pub(super) besides: Option<uuid::Uuid>,
    /// Who asks.
    pub(super) viewer: Viewer,
}

impl Whose {
    /// Anybody's, as the site sees it.
    pub(super) const ANYBODY: Self = Self {
        practitioner: None,
        besides: None,
        viewer: Viewer::Site,
    };
}

pub(super) fn free_at(
    picture: &Picture,
    service: &Service,
    branch: BranchId,
    Whose {
        practitioner: only,
        besides,
        viewer,
    }: Whose,
    within: Interval,
    now: Moment,
    slots: &mut Vec<Slot>,
) {
    let request = Request {
        visit: service.visit,
        viewer,
        branch: Some(branch),
        within,
    };
    let without: Vec<BlockedStarts> = service
        .requires
        .iter()
        .map(|family| {
            let lanes = picture.catalogue.family(family, branch);
            blocked(picture, lanes, service, within, now, besides)
        })
        .collect();
    let families: Vec<&BlockedStarts> = without.iter().collect();
    let (mut starts, mut taken): (Vec<Start<BranchId>>, Vec<Interval>) = (Vec::new(), Vec::new());
    for practitioner in service
        .practitioners
        .iter()
        .filter(|id| only.is_none_or(|one| one == **id))
    {
        // One who sees several at once is free while any lane is.
        let several = picture
            .catalogue
            .practitioner(*practitioner)
            .filter(|resource| resource.lanes > 1)
            .map(|one| blocked(picture, std::iter::once(one), service, within, now, besides));
        taken.clear();
        if several.is_none() {
            busy_near(
                picture,
                *practitioner,
                within,
                service,
                now,
                besides,
                &mut taken,
            );
        }
        let blocked: Vec<&BlockedStarts> = families.iter().copied().chain(&several).collect();
        starts.clear();
        free_except(
            picture.windows(*practitioner),
            &taken,
            &blocked,
            &request,
            &mut starts,
        );
        slots.extend(starts.iter().map(|start| Slot {
            start: start.at.0,
            practitioner: *practitioner,
            branch,
        }));
    }
}

/// What is taken of a resource near the range asked, as the walk wants it.
fn busy_near(
    picture: &Picture,
    resource: PractitionerId,
    within: Interval,
    service: &Service,
    now: Moment,
    besides: Option<uuid::Uuid>,
    taken: &mut Vec<Interval>,
) {
    let reach = i64::from(service.visit.duration()) + i64::from(service.visit.after());
    let until = within.end().plus(reach);
    let busy = picture.busy(resource);
    // No claim is longer than a day and its buffers: what began three days before is over.
    let from = busy.partition_point(|one| one.interval.start() < within.start().plus(-3 * 1440));
    for one in &busy[from..] {
        if one.interval.start() >= until {
            break;
        }
        if one.stands(now, besides) {
            taken.push(one.interval);
        }
    }
}

/// The starts at which no lane of these resources is free.
fn blocked<'a>(
    picture: &Picture,
    resources: impl Iterator<Item = &'a Resource>,
    service: &Service,
    within: Interval,
    now: Moment,
    besides: Option<uuid::Uuid>,
) -> BlockedStarts {
    let mut lanes: Vec<Vec<Interval>> = Vec::new();
    for resource in resources {
        let mut by_lane: HashMap<i32, Vec<Interval>> = HashMap::new();
        let near = |one: &&super::timetable::Busy| {
            one.interval.end() > within.start().plus(-1440) && one.stands(now, besides)
        };
        for one in picture.busy(resource.id).iter().filter(near) {
            by_lane.entry(one.lane).or_default().push(one.interval);
        }
        lanes.extend((0..resource.lanes).map(|lane| by_lane.remove(&lane).unwrap_or_default()));
    }
    let lanes: Vec<&[Interval]> = lanes.iter().map(Vec::as_slice).collect();
    BlockedStarts::of(
        &Requirement {
            lanes: &lanes,
            needed: 1,
        },
        service.visit,
    )
}
