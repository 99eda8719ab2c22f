//! How full time is: what is claimed of what is offered, by practitioner and by the hours of the week.
//!
//! Offered is what the schedule, as it stands now, opens on these days, without what staff keep free. Claimed are visits
//! that were not cancelled, also those to which nobody came: nobody else could have had their time. What another system
//! has taken is claimed there.

use std::collections::BTreeMap;

use calendar::schedule::{Interval, IntervalSet, Minute};
use kernel::{BranchId, Fault, PractitionerId, ResourceId};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::sql::{Counting, number};
use super::zones::Zone;
use super::{Tally, TallyQuery};
use crate::booking::catalogue::Catalogue;
use crate::booking::show::Status;
use crate::booking::table::block;
use crate::booking::timetable::windows_of;

/// How full a practitioner's time is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Visits that were not cancelled.
    pub visits: u64,
    /// Their minutes.
    pub claimed: i64,
    /// Minutes that another system has.
    pub external: i64,
    /// Minutes offered.
    pub offered: i64,
}

/// How full an hour of the week is, all such hours of the days together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourLoad {
    /// Visits that touch it.
    pub visits: u64,
    /// Minutes claimed, another system's too.
    pub claimed: i64,
    /// Minutes offered.
    pub offered: i64,
}

/// Blocks of a practitioner: what staff keep free, and what another system has.
#[derive(Default)]
struct Kept {
    free: Vec<Interval>,
    external: Vec<Interval>,
}

pub(super) async fn count(
    db: &DatabaseConnection,
    catalogue: &Catalogue,
    zone: &Zone,
    query: TallyQuery,
    tally: &mut Tally,
) -> Result<(), Fault> {
    by_practitioner(db, zone, tally).await?;
    by_hour(db, zone, tally).await?;
    let kept = kept(db, zone).await?;
    offered(catalogue, zone, query, &kept, tally);
    Ok(())
}

/// What became of visits, and how much of whose time they take: one statement for both.
async fn by_practitioner(
    db: &DatabaseConnection,
    zone: &Zone,
    tally: &mut Tally,
) -> Result<(), Fault> {
    let (start, end) = zone.whole();
    let rows = Counting::new(db)
        .say("SELECT status, practitioner, count(*) AS n, CAST(sum(ends - starts) AS bigint) AS minutes")
        .say("FROM appointment WHERE")
        .at(&zone.branches)
        .say("AND")
        .between("starts", start, end)
        .say("GROUP BY 1, 2")
        .rows()
        .await?;
    for row in rows {
        let code: String = row.try_get("", "status")?;
        let status = Status::from_code(&code)
            .ok_or_else(|| Fault::broken(format!("no appointment is in the state {code}")))?;
        let count = number(&row, "n")?;
        *tally.ended.entry(status).or_default() += count;
        if status == Status::Cancelled {
            continue;
        }
        let id: Uuid = row.try_get("", "practitioner")?;
        let load = tally.load.entry(PractitionerId::from_uuid(id)).or_default();
        load.visits += count;
        load.claimed += row.try_get::<i64>("", "minutes")?;
    }
    Ok(())
}

/// Visits that begin at the same minute of the same day of the week and last as long are one row.
async fn by_hour(db: &DatabaseConnection, zone: &Zone, tally: &mut Tally) -> Result<(), Fault> {
    for stretch in &zone.stretches {
        let rows = Counting::new(db)
            .say("SELECT at % 10080 AS minute, length, count(*) AS n FROM (SELECT starts + 4320 +")
            .bind(stretch.ahead)
            .say("AS at, ends - starts AS length FROM appointment WHERE status <> 'cancelled' AND")
            .at(&zone.branches)
            .say("AND")
            .between("starts", stretch.start, stretch.end)
            .say(") v GROUP BY 1, 2")
            .rows()
            .await?;
        for row in rows {
            let minute: i64 = row.try_get("", "minute")?;
            let length: i64 = row.try_get("", "length")?;
            let count = number(&row, "n")?;
            spread(minute, length, |day, hour, minutes| {
                let load = &mut tally.hours[day][hour];
                load.visits += count;
                load.claimed += minutes * i64::try_from(count).unwrap_or(i64::MAX);
            });
        }
    }
    Ok(())
}

/// Cuts a stretch that begins at this minute of a week (from Monday, midnight) into hours.
fn spread(minute: i64, length: i64, mut take: impl FnMut(usize, usize, i64)) {
    let (mut at, end) = (minute, minute + length);
    while at < end {
        let next = (at.div_euclid(60) + 1) * 60;
        let hour = at.div_euclid(60).rem_euclid(7 * 24);
        let hour = usize::try_from(hour).expect("an hour of a week is not negative");
        take(hour / 24, hour % 24, next.min(end) - at);
        at = next;
    }
}

/// The minute of the week that a minute of the wall's clock is: 1 January 1970 was a Thursday.
const fn of_week(wall: i64) -> i64 {
    (wall + 3 * 1440).rem_euclid(7 * 1440)
}

async fn kept(db: &DatabaseConnection, zone: &Zone) -> Result<BTreeMap<ResourceId, Kept>, Fault> {
    let (start, end) = zone.whole();
    let rows: Vec<(Uuid, String, i64, i64)> = block::Entity::find()
        .select_only()
        .columns([
            block::Column::Resource,
            block::Column::Kind,
            block::Column::Starts,
            block::Column::Ends,
        ])
        .filter(block::Column::Branch.is_in(zone.branches.iter().map(|id| id.uuid())))
        // A block lasts a day at most.
        .filter(block::Column::Starts.gte(start - 1440))
        .filter(block::Column::Starts.lt(end))
        .into_tuple()
        .all(db)
        .await?;
    let mut kept: BTreeMap<ResourceId, Kept> = BTreeMap::new();
    for (resource, kind, starts, ends) in rows {
        let Some(interval) = Interval::new(Minute(starts), Minute(ends)) else {
            continue;
        };
        let of = kept.entry(ResourceId::from_uuid(resource)).or_default();
        if kind == "external" {
            of.external.push(interval);
        } else {
            of.free.push(interval);
        }
    }
    Ok(kept)
}

fn offered(
    catalogue: &Catalogue,
    zone: &Zone,
    query: TallyQuery,
    kept: &BTreeMap<ResourceId, Kept>,
    tally: &mut Tally,
) {
    let (start, end) = zone.whole();
    let Some(whole) = Interval::new(Minute(start), Minute(end)) else {
        return;
    };
    let here = |branch: &BranchId| zone.branches.contains(branch);
    for (practitioner, windows) in windows_of(catalogue, (query.from, query.to)) {
        let open: IntervalSet = windows
            .iter()
            .filter(|window| here(&window.branch))
            .filter_map(|window| window.interval.common(whole))
            .collect();
        let of = kept.get(&practitioner);
        let free: IntervalSet = of.iter().flat_map(|of| of.free.iter().copied()).collect();
        let taken: IntervalSet = of
            .iter()
            .flat_map(|of| of.external.iter().copied())
            .collect();
        let open = open.difference(&free);
        let taken = taken.intersection(&open);
        if open.as_slice().is_empty() {
            continue;
        }
        let load = tally.load.entry(practitioner).or_default();
        load.offered += open.minutes();
        load.external += taken.minutes();
        for (set, is_offered) in [(&open, true), (&taken, false)] {
            for interval in set.as_slice() {
                let (from, until) = (interval.start().0, interval.end().0);
                let minute = of_week(zone.wall(from));
                spread(minute, until - from, |day, hour, minutes| {
                    let load = &mut tally.hours[day][hour];
                    if is_offered {
                        load.offered += minutes;
                    } else {
                        load.claimed += minutes;
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_cut_at_the_hours() {
        let mut found = Vec::new();
        spread(6 * 1440 + 23 * 60 + 40, 50, |day, hour, minutes| {
            found.push((day, hour, minutes));
        });
        assert_eq!(found, [(6, 23, 20), (0, 0, 30)], "from Sunday into Monday");
        found.clear();
        spread(600, 0, |day, hour, minutes| {
            found.push((day, hour, minutes))
        });
        assert_eq!(found, []);
    }

    #[test]
    fn the_week_begins_on_monday() {
        let monday = 20_780 * 1440;
        assert_eq!(of_week(monday), 0, "23 November 2026");
        assert_eq!(of_week(monday - 1), 7 * 1440 - 1);
    }
}
