//! Future visits that stand inside the schedule now and would not after a change.

use std::collections::{HashMap, HashSet};

use calendar::schedule::Window;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{AppointmentId, BranchId, Fault, PractitionerId, ServiceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use trust::Act;
use uuid::Uuid;

use super::Left;
use crate::booking::catalogue::Catalogue;
use crate::booking::show::Status;
use crate::booking::table::{appointment, busy};
use crate::booking::timetable::windows_of;

/// Visits still to come that the change leaves outside, by time.
pub(super) async fn left_outside(
    act: &Act,
    before: &Catalogue,
    after: &Catalogue,
) -> Result<Vec<Left>, Fault> {
    let firm = [Status::Requested.code(), Status::Accepted.code()];
    let visits = appointment::Entity::find()
        .filter(appointment::Column::Starts.gte(act.now().minutes()))
        .filter(appointment::Column::Status.is_in(firm))
        .all(act.db())
        .await?;
    let Some(last) = visits.iter().map(|visit| visit.ends).max() else {
        return Ok(Vec::new());
    };
    let days = (day(act.now().minutes(), -1), day(last, 1));
    let (was, is) = (Picture::of(before, days), Picture::of(after, days));
    let taken = taken(act, before, after).await?;
    let mut left: Vec<Left> = visits
        .iter()
        .filter(|visit| was.holds(visit) && !is.holds(visit) || taken.contains(&visit.id))
        .map(|visit| Left {
            start: visit.starts,
            appointment: AppointmentId::from_uuid(visit.id),
            practitioner: PractitionerId::from_uuid(visit.practitioner),
            branch: BranchId::from_uuid(visit.branch),
            service: ServiceId::from_uuid(visit.service),
        })
        .collect();
    left.sort_unstable();
    Ok(left)
}

/// The day of a minute in any zone, give or take.
fn day(minutes: i64, more: i64) -> Date {
    let at = kernel::Moment::from_minutes(minutes).timestamp();
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    date.saturating_add(more.days())
}

/// The catalogue with the windows of its practitioners.
struct Picture<'a> {
    catalogue: &'a Catalogue,
    windows: HashMap<PractitionerId, Vec<Window<BranchId>>>,
}

impl<'a> Picture<'a> {
    fn of(catalogue: &'a Catalogue, days: (Date, Date)) -> Self {
        Self {
            catalogue,
            windows: windows_of(catalogue, days),
        }
    }

    /// Whether a visit lies inside: all that it names is offered, and its practitioner is there all the while.
    fn holds(&self, visit: &appointment::Model) -> bool {
        let practitioner = PractitionerId::from_uuid(visit.practitioner);
        let branch = BranchId::from_uuid(visit.branch);
        let service = ServiceId::from_uuid(visit.service);
        let inside = |window: &Window<BranchId>| {
            window.branch == branch
                && window.interval.start().0 <= visit.starts
                && visit.starts < window.interval.end().0
                && visit.ends <= window.runs_to.0
        };
        self.catalogue.branch(branch).is_some()
            && self.catalogue.service(service).is_some()
            && self
                .windows
                .get(&practitioner)
                .is_some_and(|windows| windows.iter().any(inside))
    }
}

/// Owners of time in rooms and devices that are withdrawn.
async fn taken(act: &Act, before: &Catalogue, after: &Catalogue) -> Result<HashSet<Uuid>, Fault> {
    let gone: Vec<Uuid> = before
        .resources
        .iter()
        .filter(|one| after.resource(one.id).is_none())
        .map(|one| one.id.uuid())
        .collect();
    if gone.is_empty() {
        return Ok(HashSet::new());
    }
    let owners: Vec<Uuid> = busy::Entity::find()
        .select_only()
        .column(busy::Column::Owner)
        .filter(busy::Column::Resource.is_in(gone))
        .filter(busy::Column::Ends.gt(act.now().minutes()))
        .into_tuple()
        .all(act.db())
        .await?;
    Ok(owners.into_iter().collect())
}
