//! Working minutes: the clock of "escalated after 30 working minutes".

use calendar::working::{DayHours, NotDayHours, WorkingCalendar, YearUnknown};
use calendar::{DayMinute, schedule::IntervalSet};
use jiff::civil::date;
use jiff::{SignedDuration, Zoned};
use proptest::prelude::*;

use crate::clinic::{daily, minute, shown, zone};

fn hours(from: &str, to: &str) -> DayHours {
    DayHours::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// The end of `minutes` of working time from 08:00 to 21:00 Moscow time.
fn after(start: &str, minutes: u32) -> String {
    let start: Zoned = format!("{start}[Europe/Moscow]").parse().unwrap();
    let end =
        WorkingCalendar::russia().add_working_minutes(&start, minutes, hours("08:00", "21:00"));
    end.unwrap().strftime("%F %T").to_string()
}

#[test]
fn within_a_day() {
    assert_eq!(after("2026-11-23T10:00:20", 30), "2026-11-23 10:30:20");
    assert_eq!(after("2026-11-23T03:00:00", 30), "2026-11-23 08:30:00");
}

#[test]
fn over_night_weekend_and_holidays() {
    assert_eq!(after("2026-11-23T20:50:00", 30), "2026-11-24 08:20:00");
    assert_eq!(after("2026-11-27T20:50:00", 30), "2026-11-30 08:20:00");
    assert_eq!(after("2025-12-30T20:50:00", 30), "2026-01-12 08:20:00");
    assert_eq!(
        after("2025-12-30T20:50:00", 10 + 13 * 60 + 1),
        "2026-01-13 08:01:00"
    );
    assert_eq!(
        after("2027-02-19T20:59:00", 2),
        "2027-02-20 08:01:00",
        "a Saturday that is worked"
    );
}

#[test]
fn time_that_runs_out_at_closing_ends_there() {
    assert_eq!(after("2026-11-23T20:30:00", 30), "2026-11-23 21:00:00");
    assert_eq!(after("2026-11-23T21:00:00", 1), "2026-11-24 08:01:00");
}

#[test]
fn no_minutes_end_at_the_first_working_instant() {
    assert_eq!(after("2026-11-23T10:00:20", 0), "2026-11-23 10:00:20");
    assert_eq!(after("2026-11-21T10:00:00", 0), "2026-11-23 08:00:00");
    assert_eq!(after("2026-11-23T21:00:00", 0), "2026-11-24 08:00:00");
}

#[test]
fn a_shortened_day_counts_whole() {
    assert_eq!(after("2026-11-03T20:50:00", 10), "2026-11-03 21:00:00");
}

#[test]
fn a_clock_change_counts_as_the_minutes_that_pass() {
    // 29 March 2026 is made a working day: at 02:00 Berlin's clock goes to 03:00.
    let table =
        "date,kind,note\n2026-01-01,holiday,\n2026-03-29,working_weekend,\n2026-12-25,holiday,\n";
    let calendar = WorkingCalendar::parse(table).unwrap();
    let start: Zoned = "2026-03-29T01:30:00[Europe/Berlin]".parse().unwrap();
    let end = calendar
        .add_working_minutes(&start, 60, hours("00:00", "24:00"))
        .unwrap();
    assert_eq!(end.to_string(), "2026-03-29T03:30:00+02:00[Europe/Berlin]");
    let gap = calendar
        .add_working_minutes(&start, 1, hours("02:10", "02:50"))
        .unwrap();
    assert_eq!(
        gap.to_string(),
        "2026-03-30T02:11:00+02:00[Europe/Berlin]",
        "hours the clock skips hold no time"
    );
}

#[test]
fn refused_and_unknown() {
    assert_eq!(
        DayHours::new(DayMinute::END, DayMinute::MIDNIGHT),
        Err(NotDayHours)
    );
    assert_eq!(
        DayHours::new(DayMinute::END, DayMinute::END),
        Err(NotDayHours)
    );
    let start: Zoned = "2027-12-30T20:59:00[Europe/Moscow]".parse().unwrap();
    let end = WorkingCalendar::russia().add_working_minutes(&start, 30, hours("08:00", "21:00"));
    assert_eq!(end, Err(YearUnknown(2028)));
}

#[test]
fn opening_minutes_of_a_branch_that_works_on_saturdays() {
    let moscow = zone("Europe/Moscow");
    let windows = calendar::schedule::windows(
        &[daily("08:00-21:00")],
        &[],
        &moscow,
        date(2026, 11, 27),
        date(2026, 11, 29),
    );
    let open: IntervalSet = windows.iter().map(|window| window.interval).collect();
    let friday = minute(&moscow, date(2026, 11, 27).at(20, 50, 0, 0));
    assert_eq!(
        open.advance(friday, 30)
            .map(|end| shown(&moscow, end))
            .as_deref(),
        Some("28 08:20")
    );
    assert_eq!(
        open.advance(friday, 10)
            .map(|end| shown(&moscow, end))
            .as_deref(),
        Some("27 21:00")
    );
    assert_eq!(
        open.advance(friday.plus(10), 0)
            .map(|end| shown(&moscow, end))
            .as_deref(),
        Some("28 08:00")
    );
    assert_eq!(open.advance(friday, 5000), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_time_between_is_the_time_added(start in 0..500_000_i64, minutes in 0..3000_u32, from in 0..1440_u16, length in 1..1440_u16) {
        let calendar = WorkingCalendar::russia();
        let to = DayMinute::new((from + length).min(1440)).unwrap();
        let hours = DayHours::new(DayMinute::new(from).unwrap(), to).unwrap();
        let start = date(2025, 1, 1).at(0, 0, 0, 0).in_tz("Europe/Moscow").unwrap() + SignedDuration::from_mins(start);
        // Few minutes a day may take the time past the last known year; that is an error, not a wrong end.
        if let Ok(end) = calendar.add_working_minutes(&start, minutes, hours) {
            let passed = calendar.working_time(&start, end.timestamp(), hours).unwrap();
            prop_assert_eq!(passed, SignedDuration::from_mins(i64::from(minutes)));
            prop_assert!(end >= start);
        }
    }
}
