//! The fast engine and the slow one agree on random clinics, most of them around a change of the clock.

use calendar::DayMinute;
use calendar::schedule::{
    Audience, Break, Change, DayPattern, DaySpan, Exception, Interval, IntervalSet, Minute,
    Opening, Parity, Request, Start, Viewer, Visit, WeekdaySet, is_offered, windows,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;

use crate::clinic::{Branch, HERE, Rule, THERE, starts, zone};
use crate::slow::{Clock, LONGEST, Slow};

/// Zones with days on which something happens, and some on which nothing does.
const PLACES: [(&str, Date); 16] = [
    ("Europe/Moscow", date(2026, 11, 30)),
    ("Asia/Kamchatka", date(2026, 2, 27)),
    ("Asia/Kolkata", date(2026, 12, 30)),
    ("Pacific/Chatham", date(2026, 4, 4)),
    ("Pacific/Chatham", date(2026, 9, 26)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("America/Santiago", date(2026, 9, 5)),
    ("Asia/Gaza", date(2026, 3, 28)),
    ("Pacific/Apia", date(2011, 12, 29)),
];

/// A clinic of one practitioner and what is asked of it.
#[derive(Clone, Debug)]
struct Clinic {
    place: (&'static str, Date),
    days: i64,
    rules: Vec<Rule>,
    exceptions: Vec<Exception<Branch>>,
    /// Minutes from the first midnight, and lengths.
    busy: Vec<(i64, i64)>,
    visit: Visit,
    viewer: Viewer,
    branch: Option<Branch>,
}

impl Clinic {
    fn from(&self) -> Date {
        self.place.1
    }

    fn to(&self) -> Date {
        self.from().checked_add((self.days - 1).days()).unwrap()
    }

    fn midnight(&self) -> Minute {
        Minute::floor(
            self.from()
                .to_zoned(zone(self.place.0))
                .unwrap()
                .timestamp(),
        )
    }

    fn busy(&self) -> Vec<Interval> {
        let at = |(start, length)| {
            Interval::new(
                self.midnight().plus(start),
                self.midnight().plus(start + length),
            )
            .unwrap()
        };
        let mut busy: Vec<_> = self.busy.iter().copied().map(at).collect();
        busy.sort_unstable();
        busy
    }

    fn request(&self) -> Request<Branch> {
        let within = Interval::new(
            self.midnight().plus(-10),
            self.midnight().plus(self.days * 1440 - 77),
        )
        .unwrap();
        Request {
            visit: self.visit,
            viewer: self.viewer,
            branch: self.branch,
            within,
        }
    }

    fn windows(&self, from: Date, to: Date) -> Vec<calendar::schedule::Window<Branch>> {
        windows(&self.rules, &self.exceptions, &zone(self.place.0), from, to)
    }

    fn slow(&self) -> Slow {
        let clock = Clock::around(self.place.0, self.from());
        Slow::new(&self.rules, &self.exceptions, clock, self.from(), self.to())
    }
}

/// Readings of the clock, the awkward ones often.
fn reading() -> impl Strategy<Value = DayMinute> {
    let awkward = select(&[0, 30, 60, 90, 120, 150, 180, 720, 1380, 1410, 1439][..]);
    prop_oneof![2 => awkward, 2 => (0..288_u16).prop_map(|five| five * 5), 1 => 0..1440_u16]
        .prop_map(|minutes| DayMinute::new(minutes).unwrap())
}

fn span() -> impl Strategy<Value = DaySpan> {
    (reading(), reading()).prop_map(|(start, end)| DaySpan::new(start, end).unwrap())
}

fn pause() -> impl Strategy<Value = Break> {
    (reading(), reading()).prop_filter_map("a break must last", |(start, end)| {
        Break::new(start, end).ok()
    })
}

fn opening() -> impl Strategy<Value = Opening<Branch>> {
    let audience = select(
        &[
            Audience::Everyone,
            Audience::Everyone,
            Audience::Everyone,
            Audience::Site,
            Audience::Desk,
        ][..],
    );
    let breaks = prop::collection::vec(pause(), 0..3);
    let branch = select(&[HERE, HERE, HERE, THERE][..]);
    (branch, span(), breaks, audience).prop_map(|(branch, span, breaks, audience)| Opening {
        branch,
        span,
        breaks,
        audience,
    })
}

fn rule(base: Date) -> impl Strategy<Value = Rule> {
    let weekdays = prop_oneof![
        Just(WeekdaySet::ALL),
        any::<u8>().prop_map(WeekdaySet::from_bits)
    ];
    let parity = select(&[Parity::Any, Parity::Any, Parity::Odd, Parity::Even][..]);
    let bound = move || prop::option::weighted(0.2, nearby(base));
    (weekdays, parity, bound(), bound(), opening()).prop_map(
        |(weekdays, parity, from, to, opening)| Rule {
            days: DayPattern { weekdays, parity },
            from,
            to,
            opening,
        },
    )
}

fn exception(base: Date) -> impl Strategy<Value = Exception<Branch>> {
    let change = prop_oneof![
        Just(Change::DayOff),
        span().prop_map(Change::PartOff),
        span().prop_map(Change::PartOff),
        prop::collection::vec(opening(), 0..3).prop_map(Change::Replace),
    ];
    (nearby(base), change).prop_map(|(date, change)| Exception { date, change })
}

fn nearby(base: Date) -> impl Strategy<Value = Date> {
    (-3..LONGEST + 3).prop_map(move |days| base.checked_add(days.days()).unwrap())
}

fn clinic() -> impl Strategy<Value = Clinic> {
    let visit = (
        prop_oneof![1..=90_u16, 1..=1440_u16],
        0..40_u16,
        0..40_u16,
        prop_oneof![1..=60_u16, 1..=1440_u16],
    )
        .prop_map(|(duration, before, after, step)| {
            Visit::new(duration, before, after, step).unwrap()
        });
    select(&PLACES[..]).prop_flat_map(move |place| {
        (
            Just(place),
            1..=LONGEST,
            prop::collection::vec(rule(place.1), 0..5),
            prop::collection::vec(exception(place.1), 0..4),
            prop::collection::vec((-1440..LONGEST * 1440, 1..200_i64), 0..10),
            visit.clone(),
            select(&[Viewer::Site, Viewer::Desk][..]),
            select(&[None, None, Some(HERE), Some(THERE)][..]),
        )
            .prop_map(
                |(place, days, rules, exceptions, busy, visit, viewer, branch)| Clinic {
                    place,
                    days,
                    rules,
                    exceptions,
                    busy,
                    visit,
                    viewer,
                    branch,
                },
            )
    })
}

fn sorted(mut starts: Vec<Start<Branch>>) -> Vec<Start<Branch>> {
    starts.sort_unstable();
    starts
}

fn minutes_of(intervals: impl Iterator<Item = Interval>) -> Vec<Minute> {
    let set: IntervalSet = intervals.collect();
    set.as_slice()
        .iter()
        .flat_map(|interval| (interval.start().0..interval.end().0).map(Minute))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn both_engines_find_the_same_starts(clinic in clinic()) {
        let windows = clinic.windows(clinic.from(), clinic.to());
        let (busy, request) = (clinic.busy(), clinic.request());
        let slow = clinic.slow();
        prop_assert_eq!(minutes_of(windows.iter().map(|window| window.interval)), slow.open_minutes());
        prop_assert_eq!(sorted(starts(&windows, &busy, &request)), slow.starts(&busy, &request));
    }

    #[test]
    fn both_engines_agree_on_what_is_offered_and_on_nothing_else(clinic in clinic()) {
        let windows = clinic.windows(clinic.from(), clinic.to());
        let request = clinic.request();
        let offered = clinic.slow().starts(&[], &request);
        let is_there = |at: Minute| offered.iter().any(|start| start.at == at);
        let beside = offered.iter().step_by(3).flat_map(|start| [start.at.plus(-1), start.at, start.at.plus(1)]);
        let anywhere = (request.within.start().0 - 100..request.within.end().0 + 100).step_by(37).map(Minute);
        for at in beside.chain(anywhere) {
            prop_assert_eq!(is_offered(&windows, &request, at), is_there(at), "{}", at.timestamp());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_range_in_two_parts_has_the_same_starts_as_in_one(clinic in clinic(), cut in 1..LONGEST) {
        let request = Request { within: crate::clinic::everywhen(), ..clinic.request() };
        let busy = clinic.busy();
        let of = |from, to| starts(&clinic.windows(from, to), &busy, &request);
        let middle = clinic.from().checked_add((cut % clinic.days).days()).unwrap();
        let mut parts = of(clinic.from(), middle);
        parts.extend(of(middle.tomorrow().unwrap(), clinic.to()));
        prop_assert_eq!(sorted(parts), sorted(of(clinic.from(), clinic.to())));
    }

    #[test]
    fn free_time_and_claims_make_up_the_schedule(clinic in clinic()) {
        let schedule: IntervalSet = clinic.windows(clinic.from(), clinic.to()).iter().map(|window| window.interval).collect();
        let claims: IntervalSet = clinic.busy().into_iter().collect();
        let left = schedule.difference(&claims);
        prop_assert_eq!(left.union(&claims.intersection(&schedule)), schedule.clone());
        prop_assert_eq!(left.minutes() + claims.intersection(&schedule).minutes(), schedule.minutes());
    }

    #[test]
    fn every_offered_start_is_free_or_hit_by_a_claim(clinic in clinic()) {
        let windows = clinic.windows(clinic.from(), clinic.to());
        let (busy, request) = (clinic.busy(), clinic.request());
        let left = starts(&windows, &busy, &request);
        let hit = |start: &Start<Branch>| busy.iter().any(|busy| busy.overlaps(request.visit.claim(start.at)));
        let not_hit: Vec<_> = starts(&windows, &[], &request).into_iter().filter(|start| !hit(start)).collect();
        prop_assert_eq!(left, not_hit);
    }

    #[test]
    fn booking_what_is_free_until_nothing_is_leaves_no_two_claims_together(clinic in clinic()) {
        let windows = clinic.windows(clinic.from(), clinic.to());
        let request = clinic.request();
        let mut claims: Vec<Interval> = Vec::new();
        while let Some(start) = starts(&windows, &claims, &request).first() {
            let claim = request.visit.claim(start.at);
            prop_assert!(!claims.iter().any(|taken| taken.overlaps(claim)));
            claims.push(claim);
            claims.sort_unstable();
            if claims.len() > 60 { break }
        }
    }
}
