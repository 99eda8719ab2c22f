//! The figures as they are shown: counts that may be seen, shares in tenths of a percent, minutes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{BranchId, PractitionerId};

use super::Period;
use super::shown::{self, FEW, Shown};
use crate::booking::catalogue::Catalogue;
use crate::booking::tally::{Channel, Claimed, Lead, Tally, Whose};
use crate::booking::{Slot, Status};

/// Days beyond which bookings are shown by weeks.
const MOST_BARS: i64 = 45;

/// Working minutes in which a booking should be accepted (policy clause 4.1).
#[must_use]
pub const fn acceptable_minutes() -> i64 {
    30
}

/// A value beside that of the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared<T> {
    /// Of the period.
    pub now: T,
    /// Of the one before.
    pub before: T,
}

/// Bookings made on a day, or in a week that begins on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub first: Date,
    /// By the ways of [`Channel::ALL`].
    pub ways: Vec<Shown>,
    /// All of them.
    pub all: Shown,
}

/// How full a practitioner's time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PractitionerLoad {
    /// Whose.
    pub practitioner: PractitionerId,
    /// Visits.
    pub visits: Shown,
    /// Minutes claimed, another system's too; nothing where it would tell of few visits.
    pub claimed: Option<i64>,
    /// Of them, another system's.
    pub external: i64,
    /// Minutes offered.
    pub offered: i64,
    /// Claimed of offered, tenths of a percent.
    pub share: Option<u32>,
}

/// How full an hour of the week is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hour {
    /// Nothing is offered then.
    Closed,
    /// Too few visits to be told apart.
    Few,
    /// Tenths of a percent.
    Share(u32),
}

/// What became of visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// By state, in the order of a visit's way.
    pub states: Vec<(Status, Shown)>,
    /// Of those who should have come, how many did not: tenths of a percent.
    pub missed: Compared<Option<u32>>,
    /// Who cancelled: a row for each of [`Whose::ALL`], by the steps of [`Lead::ALL`], and their sum; a row of sums.
    pub cancelled: Vec<Vec<Shown>>,
}

/// How long bookings of the site waited for acceptance, working minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// How many were accepted.
    pub accepted: Shown,
    /// Half of them waited no longer.
    pub median: Compared<Option<i64>>,
    /// Nine of ten waited no longer.
    pub ninetieth: Compared<Option<i64>>,
    /// Waited longer than [`acceptable_minutes`].
    pub over: Shown,
    /// Wait now.
    pub waiting: Shown,
    /// Of them, too long.
    pub escalated: Shown,
}

/// The earliest free time of a speciality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speciality {
    /// Its code.
    pub code: String,
    /// When, with whom, where; nothing within the site's horizon.
    pub earliest: Option<Slot>,
}

/// All figures of a period.
#[derive(Clone, Debug)]
pub struct Report {
    /// In which ids are to be read.
    pub catalogue: Arc<Catalogue>,
    /// The branches that may be asked for.
    pub reached: Vec<BranchId>,
    /// Which days.
    pub period: Period,
    /// Against which.
    pub before: Period,
    /// Bookings made.
    pub bookings: Compared<Shown>,
    /// By day, or by week.
    pub days: Vec<Day>,
    /// Whether they are weeks.
    pub weeks: bool,
    /// By way, in the order of [`Channel::ALL`].
    pub ways: Vec<Shown>,
    /// How full all time is, tenths of a percent.
    pub load: Compared<Option<u32>>,
    /// By practitioner, in the catalogue's order.
    pub practitioners: Vec<PractitionerLoad>,
    /// By the hours of the week: seven days from Monday, 24 hours each.
    pub hours: Vec<Vec<Hour>>,
    /// What became of visits.
    pub ended: Ended,
    /// Waiting for acceptance.
    pub waited: Waited,
    /// The earliest free time.
    pub earliest: Vec<Speciality>,
}

impl Report {
    pub(super) fn of(
        (period, now): (Period, &Tally),
        (before, earlier): (Period, &Tally),
        earliest: Vec<(String, Option<Slot>)>,
    ) -> Self {
        let (days, ways, all, weeks) = bookings(period, now);
        let earlier_all = earlier.made.values().sum();
        let practitioners = practitioners(now);
        Self {
            catalogue: Arc::clone(&now.catalogue),
            reached: now.reached.clone(),
            period,
            before,
            bookings: Compared {
                now: all,
                before: Shown::of(earlier_all),
            },
            days,
            weeks,
            ways,
            load: Compared {
                now: whole_load(now),
                before: whole_load(earlier),
            },
            practitioners,
            hours: hours(now),
            ended: ended(now, earlier),
            waited: waited(now, earlier),
            earliest: earliest
                .into_iter()
                .map(|(code, earliest)| Speciality { code, earliest })
                .collect(),
        }
    }
}

/// Tenths of a percent.
fn share(part: i64, whole: i64) -> Option<u32> {
    if whole <= 0 {
        return None;
    }
    u32::try_from((part.max(0) * 1000 + whole / 2) / whole).ok()
}

fn bookings(period: Period, tally: &Tally) -> (Vec<Day>, Vec<Shown>, Shown, bool) {
    let weeks = period.days() > MOST_BARS;
    let first_of = |day: Date| {
        let since = i64::from(day.weekday().to_monday_zero_offset());
        match weeks {
            true => day.saturating_sub(since.days()).max(period.from),
            false => day,
        }
    };
    let mut counts: BTreeMap<Date, Vec<u64>> = BTreeMap::new();
    let mut day = period.from;
    while day <= period.to {
        counts
            .entry(first_of(day))
            .or_insert_with(|| vec![0; Channel::ALL.len()]);
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    for ((day, channel), count) in &tally.made {
        let at = Channel::ALL.iter().position(|one| one == channel);
        if let (Some(row), Some(at)) = (counts.get_mut(&first_of(*day)), at) {
            row[at] += count;
        }
    }
    let firsts: Vec<Date> = counts.keys().copied().collect();
    let rows: Vec<Vec<u64>> = counts.into_values().collect();
    let mut shown = shown::guarded(&rows);
    let mut ways = shown.pop().unwrap_or_default();
    let all = ways.pop().unwrap_or(Shown::Number(0));
    let days = firsts
        .into_iter()
        .zip(shown)
        .map(|(first, mut ways)| Day {
            first,
            all: ways.pop().unwrap_or(Shown::Number(0)),
            ways,
        })
        .collect();
    (days, ways, all, weeks)
}

fn whole_load(tally: &Tally) -> Option<u32> {
    let all = tally.load.values();
    let (visits, claimed, offered) = all.fold((0, 0, 0), |(visits, claimed, offered), one| {
        (
            visits + one.visits,
            claimed + one.claimed + one.external,
            offered + one.offered,
        )
    });
    let told = visits == 0 || visits >= FEW;
    share(claimed, offered).filter(|_| told)
}

fn practitioners(tally: &Tally) -> Vec<PractitionerLoad> {
    let known = tally.catalogue.practitioners().map(|one| one.id);
    let known: Vec<PractitionerId> = known.collect();
    let left = tally.load.keys().filter(|id| !known.contains(id)).copied();
    let all: Vec<(PractitionerId, Claimed)> = known
        .iter()
        .copied()
        .chain(left)
        .filter_map(|id| Some((id, *tally.load.get(&id)?)))
        .collect();
    // Their sum is the load of all, which tells no count of visits: each stands for itself.
    all.into_iter()
        .map(|(practitioner, one)| {
            let visits = Shown::of(one.visits);
            let claimed = visits.number().map(|_| one.claimed + one.external);
            PractitionerLoad {
                practitioner,
                visits,
                claimed,
                external: one.external,
                offered: one.offered,
                share: claimed.and_then(|claimed| share(claimed, one.offered)),
            }
        })
        .collect()
}

fn hours(tally: &Tally) -> Vec<Vec<Hour>> {
    let hour = |one: &crate::booking::tally::HourLoad| match share(one.claimed, one.offered) {
        None => Hour::Closed,
        Some(_) if (1..FEW).contains(&one.visits) => Hour::Few,
        Some(share) => Hour::Share(share),
    };
    let days = tally.hours.iter();
    days.map(|day| day.iter().map(hour).collect()).collect()
}

fn ended(now: &Tally, earlier: &Tally) -> Ended {
    const WAY: [Status; 6] = [
        Status::Requested,
        Status::Accepted,
        Status::Arrived,
        Status::Completed,
        Status::NoShow,
        Status::Cancelled,
    ];
    let count = |tally: &Tally, status| tally.ended.get(&status).copied().unwrap_or_default();
    let states: Vec<Vec<u64>> = vec![WAY.iter().map(|status| count(now, *status)).collect()];
    let mut shown = shown::guarded(&states);
    let row = if shown.is_empty() {
        Vec::new()
    } else {
        shown.swap_remove(0)
    };
    let by_whom: Vec<Vec<u64>> = Whose::ALL
        .iter()
        .map(|whose| {
            let steps = Lead::ALL.iter();
            steps
                .map(|lead| {
                    now.cancelled
                        .get(&(*whose, *lead))
                        .copied()
                        .unwrap_or_default()
                })
                .collect()
        })
        .collect();
    Ended {
        states: WAY.into_iter().zip(row).collect(),
        missed: Compared {
            now: missed(now),
            before: missed(earlier),
        },
        cancelled: shown::guarded(&by_whom),
    }
}

/// Of those who should have come, how many did not. Nothing where few did not, or few came.
fn missed(tally: &Tally) -> Option<u32> {
    let count = |status| tally.ended.get(&status).copied().unwrap_or_default();
    let missed = count(Status::NoShow);
    let came = count(Status::Arrived) + count(Status::Completed);
    if (1..FEW).contains(&missed) || (1..FEW).contains(&came) {
        return None;
    }
    share(
        i64::try_from(missed).ok()?,
        i64::try_from(missed + came).ok()?,
    )
}

fn waited(now: &Tally, earlier: &Tally) -> Waited {
    let percentile = |tally: &Tally, percent| {
        let told = tally.waits.count() >= FEW;
        tally.waits.percentile(percent).filter(|_| told)
    };
    let compared = |percent| Compared {
        now: percentile(now, percent),
        before: percentile(earlier, percent),
    };
    let part_and_all = |part: u64, all: u64| {
        let shown = shown::guarded(&[vec![part, all.saturating_sub(part)]]);
        match shown.first().map(Vec::as_slice) {
            Some([part, _, all]) => (*part, *all),
            _ => (Shown::Number(0), Shown::Number(0)),
        }
    };
    let (over, accepted) = part_and_all(now.waits.over(acceptable_minutes()), now.waits.count());
    let (escalated, waiting) = part_and_all(now.waits.escalated, now.waits.waiting);
    Waited {
        accepted,
        median: compared(50),
        ninetieth: compared(90),
        over,
        waiting,
        escalated,
    }
}
