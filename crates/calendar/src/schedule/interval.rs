//! Owns stretches of real time in whole UTC minutes, and the algebra of sets of them.
//!
//! Intervals are half-open and never empty; the members of a set neither overlap nor touch.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A minute of real time: whole minutes since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(pub i64);

impl Minute {
    /// The minute in which `instant` lies.
    pub fn floor(instant: Timestamp) -> Self {
        Self(whole_second(instant).div_euclid(60))
    }

    /// The first minute that begins not before `instant`: the earliest start that is not past. One second before
    /// the hour the hour is still to come; one second after it is gone.
    pub fn ceil(instant: Timestamp) -> Self {
        let fraction = instant.subsec_nanosecond() != 0;
        let second = whole_second(instant) + i64::from(fraction);
        Self((second + 59).div_euclid(60))
    }

    /// The instant at which the minute begins; minutes outside the years -9999 to 9999 are held at their edge.
    pub fn timestamp(self) -> Timestamp {
        let edge = if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Timestamp::from_second(self.0.saturating_mul(60)).unwrap_or(edge)
    }

    /// This many minutes later, or earlier when negative.
    pub const fn plus(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes))
    }
}

/// The second in which the instant lies.
fn whole_second(instant: Timestamp) -> i64 {
    // jiff truncates towards zero; before 1970 a fraction belongs to the second before.
    instant.as_second() - i64::from(instant.subsec_nanosecond() < 0)
}

/// A stretch of real time, `start` inclusive, `end` exclusive, never empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Interval {
    start: Minute,
    end: Minute,
}

impl Interval {
    /// From `start` to a later `end`; `None` if it is not later.
    pub const fn new(start: Minute, end: Minute) -> Option<Self> {
        if start.0 < end.0 {
            Some(Self { start, end })
        } else {
            None
        }
    }

    /// The first minute.
    #[inline]
    pub const fn start(self) -> Minute {
        self.start
    }

    /// The first minute after.
    #[inline]
    pub const fn end(self) -> Minute {
        self.end
    }

    /// The length in minutes, at least one.
    pub const fn minutes(self) -> i64 {
        self.end.0 - self.start.0
    }

    /// Whether `minute` lies inside.
    pub const fn contains(self, minute: Minute) -> bool {
        self.start.0 <= minute.0 && minute.0 < self.end.0
    }

    /// Whether the two share a minute; touching ones do not.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start.0 < other.end.0 && other.start.0 < self.end.0
    }

    /// What the two share.
    pub fn common(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "[{}, {})",
            self.start.timestamp(),
            self.end.timestamp()
        )
    }
}

/// A set of minutes as the fewest intervals, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    /// The intervals, ascending, neither overlapping nor touching.
    pub fn as_slice(&self) -> &[Interval] {
        &self.0
    }

    /// How many minutes the set has.
    pub fn minutes(&self) -> i64 {
        self.0.iter().map(|interval| interval.minutes()).sum()
    }

    /// Whether `minute` is in the set.
    pub fn contains(&self, minute: Minute) -> bool {
        let after = self.0.partition_point(|interval| interval.end <= minute);
        self.0
            .get(after)
            .is_some_and(|interval| interval.contains(minute))
    }

    /// Every minute of either.
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// Every minute of this that is not in `other`.
    pub fn difference(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut cuts = other.0.as_slice();
        for &whole in &self.0 {
            let passed = cuts.partition_point(|cut| cut.end <= whole.start);
            cuts = &cuts[passed..];
            subtract(whole, cuts, |rest| left.push(rest));
        }
        Self(left)
    }

    /// Every minute of both.
    pub fn intersection(&self, other: &Self) -> Self {
        self.difference(&self.difference(other))
    }

    /// The minute by which `minutes` of the set have passed since `start`: the clock of "30 minutes of opening
    /// time". Time that runs out at closing ends at closing; zero minutes end at the first minute of the set not
    /// before `start`. `None` when the set ends first.
    pub fn advance(&self, start: Minute, minutes: u32) -> Option<Minute> {
        let mut left = i64::from(minutes);
        let ahead = self.0.partition_point(|interval| interval.end <= start);
        for interval in &self.0[ahead..] {
            let from = interval.start.max(start);
            if left <= interval.end.0 - from.0 {
                return Some(from.plus(left));
            }
            left -= interval.end.0 - from.0;
        }
        None
    }
}

impl FromIterator<Interval> for IntervalSet {
    /// Takes intervals in any order, overlapping or not.
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut intervals: Vec<Interval> = intervals.into_iter().collect();
        intervals.sort_unstable();
        merge_sorted(&mut intervals);
        Self(intervals)
    }
}

/// Joins overlapping and touching intervals of a list sorted by start.
pub(super) fn merge_sorted(intervals: &mut Vec<Interval>) {
    intervals.dedup_by(|next, kept| {
        let joins = next.start <= kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
}

/// Hands on what is left of `whole` without `cuts` (sorted by start; they may overlap), ascending.
pub(super) fn subtract(whole: Interval, cuts: &[Interval], mut keep: impl FnMut(Interval)) {
    let mut from = whole.start;
    for cut in cuts.iter().take_while(|cut| cut.start < whole.end) {
        if let Some(rest) = Interval::new(from, cut.start) {
            keep(rest);
        }
        from = from.max(cut.end);
    }
    if let Some(rest) = Interval::new(from, whole.end) {
        keep(rest);
    }
}
