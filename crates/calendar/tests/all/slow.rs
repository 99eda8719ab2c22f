//! A second engine, slow and obvious: it looks at every minute by itself.
//!
//! It shares no code with the first. For each minute of real time it asks the library what the zone's clock shows,
//! remembers the latest reading shown so far, and decides from that reading alone what is open.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use calendar::schedule::{
    Audience, Change, DaySpan, Exception, Interval, Minute, Opening, Parity, Request, Start,
    Viewer, WeeklySchedule,
};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clinic::Branch;

/// What the clock shows, minute by minute, from five days before a date to four days after the longest query.
pub struct Clock {
    first_minute: i64,
    /// The latest reading shown so far, in minutes since the reading 1970-01-01 00:00.
    readings: Vec<i64>,
}

/// The longest query, in days.
pub const LONGEST: i64 = 3;

impl Clock {
    /// Made once per zone and date: asking the library for every minute takes its time.
    pub fn around(zone: &'static str, from: Date) -> Arc<Self> {
        type Made = HashMap<(&'static str, Date), Arc<Clock>>;
        static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
        MADE.lock()
            .unwrap()
            .entry((zone, from))
            .or_insert_with(|| Arc::new(Self::make(zone, from)))
            .clone()
    }

    fn make(zone: &str, from: Date) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        // Two days more than the three, so that the first reading that counts is surely past any fold.
        let start = from
            .checked_sub(5.days())
            .unwrap()
            .to_zoned(zone.clone())
            .unwrap()
            .timestamp();
        let first_minute = start.as_second() / 60;
        let mut latest = i64::MIN;
        let minutes = (5 + LONGEST + 4) * 1440;
        let readings = (first_minute..first_minute + minutes).map(|minute| {
            let instant = Timestamp::from_second(minute * 60).unwrap();
            let shown = zone.to_offset(instant).to_datetime(instant);
            latest = latest.max(
                days_since_1970(shown.date()) * 1440
                    + i64::from(shown.hour()) * 60
                    + i64::from(shown.minute()),
            );
            latest
        });
        Self {
            first_minute,
            readings: readings.collect(),
        }
    }

    /// The index of the first minute at which `date` has begun.
    fn midnight(&self, date: Date) -> usize {
        let reading = days_since_1970(date) * 1440;
        self.readings.partition_point(|shown| *shown < reading)
    }

    /// The minutes of `date` and the date after it.
    fn two_days(&self, date: Date) -> std::ops::Range<usize> {
        self.midnight(date)..self.midnight(date.checked_add(2.days()).unwrap())
    }

    fn minute(&self, index: usize) -> Minute {
        Minute(self.first_minute + index as i64)
    }
}

fn days_since_1970(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

/// Open minutes for one branch and audience.
type Open = Vec<bool>;

pub struct Slow {
    clock: Arc<Clock>,
    from: Date,
    to: Date,
    open: HashMap<(Branch, Audience), Open>,
}

impl Slow {
    pub fn new(
        rules: &[WeeklySchedule<Branch>],
        exceptions: &[Exception<Branch>],
        clock: Arc<Clock>,
        from: Date,
        to: Date,
    ) -> Self {
        let mut slow = Self {
            clock,
            from,
            to,
            open: HashMap::new(),
        };
        let days = || {
            from.checked_sub(3.days())
                .unwrap()
                .series(1.day())
                .take_while(|day| *day <= to.checked_add(3.days()).unwrap())
        };
        for day in days() {
            for opening in begin_on(day, rules, exceptions) {
                slow.add(opening, day);
            }
        }
        for exception in exceptions {
            if let Change::PartOff(span) = exception.change
                && days().any(|day| day == exception.date)
            {
                slow.take_out(span, exception.date);
            }
        }
        slow.give_way();
        slow
    }

    /// Every start, minute by minute.
    pub fn starts(&self, busy: &[Interval], request: &Request<Branch>) -> Vec<Start<Branch>> {
        let mut taken = vec![false; self.clock.readings.len()];
        for minute in busy.iter().flat_map(|busy| busy.start().0..busy.end().0) {
            if let Some(taken) = usize::try_from(minute - self.clock.first_minute)
                .ok()
                .and_then(|index| taken.get_mut(index))
            {
                *taken = true;
            }
        }
        let mut starts = Vec::new();
        let minutes = |minutes: u16| usize::from(minutes);
        let (duration, step) = (
            minutes(request.visit.duration()),
            minutes(request.visit.step()),
        );
        let (before, after) = (
            minutes(request.visit.before()),
            minutes(request.visit.after()),
        );
        for ((branch, audience), open) in &self.open {
            let sees = match audience {
                Audience::Everyone => true,
                Audience::Site => request.viewer == Viewer::Site,
                Audience::Desk => request.viewer == Viewer::Desk,
            };
            if !sees || request.branch.is_some_and(|only| only != *branch) {
                continue;
            }
            let anchors = self.anchors(open);
            for index in self.asked() {
                let at = self.clock.minute(index);
                let on_grid = open[index] && (index - anchors[index]).is_multiple_of(step);
                if on_grid
                    && request.within.contains(at)
                    && !open[index..index + duration].contains(&false)
                    && !taken[index - before..index + duration + after].contains(&true)
                {
                    starts.push(Start {
                        at,
                        branch: *branch,
                    });
                }
            }
        }
        starts.sort_unstable();
        starts
    }

    /// The open minutes of the dates asked for, in any branch, for anyone.
    pub fn open_minutes(&self) -> Vec<Minute> {
        let open = |index: &usize| self.open.values().any(|open| open[*index]);
        self.asked()
            .filter(open)
            .map(|index| self.clock.minute(index))
            .collect()
    }

    fn asked(&self) -> std::ops::Range<usize> {
        self.clock.midnight(self.from)..self.clock.midnight(self.to.tomorrow().unwrap())
    }

    fn add(&mut self, opening: &Opening<Branch>, day: Date) {
        let length = self.clock.readings.len();
        let open = self
            .open
            .entry((opening.branch, opening.audience))
            .or_insert_with(|| vec![false; length]);
        let midnight = days_since_1970(day) * 1440;
        let shift = readings(opening.span);
        let breaks: Vec<_> = opening
            .breaks
            .iter()
            .map(|pause| readings(pause.span()))
            .collect();
        for index in self.clock.two_days(day) {
            let reading = self.clock.readings[index];
            if shift.contains(&(reading - midnight)) {
                // A break is a span of the clock, of whichever day.
                let clock = reading.rem_euclid(1440);
                let on_break = breaks
                    .iter()
                    .any(|pause| pause.contains(&clock) || pause.contains(&(clock + 1440)));
                open[index] = open[index] || !on_break;
            }
        }
    }

    fn take_out(&mut self, span: DaySpan, day: Date) {
        let midnight = days_since_1970(day) * 1440;
        let absent = readings(span);
        for open in self.open.values_mut() {
            for index in self.clock.two_days(day) {
                open[index] =
                    open[index] && !absent.contains(&(self.clock.readings[index] - midnight));
            }
        }
    }

    fn give_way(&mut self) {
        let exclusive: Vec<_> = self
            .open
            .iter()
            .filter(|((_, audience), _)| *audience != Audience::Everyone)
            .map(|((branch, _), open)| (*branch, open.clone()))
            .collect();
        for (branch, given) in exclusive {
            if let Some(shared) = self.open.get_mut(&(branch, Audience::Everyone)) {
                shared
                    .iter_mut()
                    .zip(given)
                    .for_each(|(shared, given)| *shared = *shared && !given);
            }
        }
    }

    /// For each open minute the minute at which its grid begins.
    fn anchors(&self, open: &Open) -> Vec<usize> {
        let mut begins_anew = vec![false; open.len()];
        let days = self
            .from
            .checked_sub(3.days())
            .unwrap()
            .series(1.day())
            .take(LONGEST as usize + 7);
        let midnights: Vec<usize> = days.map(|day| self.clock.midnight(day)).collect();
        for day in midnights
            .windows(2)
            .filter(|day| day[0] < day[1] && day[1] < open.len())
        {
            begins_anew[day[1]] = !open[day[0]..day[1]].contains(&false);
        }
        let mut anchors = vec![0; open.len()];
        for index in midnights[0]..open.len() {
            let begins = begins_anew[index] || !open[index - 1];
            anchors[index] = if begins { index } else { anchors[index - 1] };
        }
        anchors
    }
}

fn begin_on<'a>(
    day: Date,
    rules: &'a [WeeklySchedule<Branch>],
    exceptions: &'a [Exception<Branch>],
) -> Vec<&'a Opening<Branch>> {
    let today = || exceptions.iter().filter(|exception| exception.date == day);
    if today().any(|exception| exception.change == Change::DayOff) {
        return Vec::new();
    }
    let replacements: Vec<_> = today()
        .filter_map(|exception| {
            if let Change::Replace(openings) = &exception.change {
                Some(openings)
            } else {
                None
            }
        })
        .collect();
    if !replacements.is_empty() {
        return replacements.into_iter().flatten().collect();
    }
    let applies = |rule: &&WeeklySchedule<Branch>| {
        let parity = match rule.days.parity {
            Parity::Any => true,
            Parity::Odd => day.day() % 2 != 0,
            Parity::Even => day.day() % 2 == 0,
        };
        parity
            && rule.days.weekdays.contains(day.weekday())
            && rule.from.is_none_or(|from| day >= from)
            && rule.to.is_none_or(|to| day <= to)
    };
    rules
        .iter()
        .filter(applies)
        .map(|rule| &rule.opening)
        .collect()
}

/// The readings of a span, counted from the midnight its day begins with.
fn readings(span: DaySpan) -> std::ops::Range<i64> {
    let (start, end) = (
        i64::from(span.start().minutes()),
        i64::from(span.end().minutes()),
    );
    start..if end <= start { end + 1440 } else { end }
}
