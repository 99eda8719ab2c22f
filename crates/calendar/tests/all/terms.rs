//! Terms of law: the vectors of the law's fact sheet and the corners of ГК РФ ст. 191–194.

use calendar::working::{Deadline, Term, Unit, WorkingCalendar, YearUnknown};
use jiff::civil::{Date, date};
use jiff::{Timestamp, Zoned};

const MOSCOW: &str = "Europe/Moscow";

/// Noon of a day in Moscow.
fn noon(day: Date) -> Zoned {
    day.at(12, 0, 0, 0).in_tz(MOSCOW).unwrap()
}

fn after(event: Date, amount: u16, unit: Unit) -> Deadline {
    Term::new(amount, unit)
        .after(&noon(event), &WorkingCalendar::russia())
        .unwrap()
}

#[test]
fn vectors_of_the_fact_sheet() {
    assert_eq!(
        after(date(2025, 12, 26), 10, Unit::WorkingDays).legal,
        date(2026, 1, 21)
    );
    assert_eq!(
        after(date(2026, 4, 29), 7, Unit::WorkingDays).legal,
        date(2026, 5, 12)
    );
    assert_eq!(
        after(date(2027, 2, 18), 3, Unit::WorkingDays).legal,
        date(2027, 2, 24)
    );

    let month = after(date(2026, 12, 4), 30, Unit::CalendarDays);
    assert_eq!(
        (month.raw, month.legal),
        (date(2027, 1, 3), date(2027, 1, 11))
    );
    assert_eq!(
        month.target,
        date(2026, 12, 30),
        "the last working day before the raw date"
    );
}

#[test]
fn the_last_day_ends_at_24_00_where_the_event_was() {
    let deadline = after(date(2026, 12, 4), 30, Unit::CalendarDays);
    assert_eq!(
        deadline.ends.to_string(),
        "2027-01-12T00:00:00+03:00[Europe/Moscow]"
    );
    let last_second: Timestamp = "2027-01-11T23:59:59+03:00".parse().unwrap();
    assert!(!deadline.is_over(last_second));
    assert!(deadline.is_over("2027-01-12T00:00:00+03:00".parse().unwrap()));

    let kamchatka = date(2026, 12, 4)
        .at(0, 30, 0, 0)
        .in_tz("Asia/Kamchatka")
        .unwrap();
    let there = Term::new(30, Unit::CalendarDays)
        .after(&kamchatka, &WorkingCalendar::russia())
        .unwrap();
    assert_eq!(
        there.ends.to_string(),
        "2027-01-12T00:00:00+12:00[Asia/Kamchatka]",
        "the local date counts, not UTC's"
    );
}

#[test]
fn the_time_of_the_event_does_not_matter_only_its_day() {
    let calendar = WorkingCalendar::russia();
    let term = Term::new(10, Unit::WorkingDays);
    for (hour, minute) in [(0, 0), (12, 0), (23, 59)] {
        let event = date(2025, 12, 26)
            .at(hour, minute, 0, 0)
            .in_tz(MOSCOW)
            .unwrap();
        assert_eq!(
            term.after(&event, &calendar).unwrap().legal,
            date(2026, 1, 21)
        );
    }
}

#[test]
fn hours_run_through_holidays_and_clock_changes() {
    let calendar = WorkingCalendar::russia();
    let event: Zoned = "2025-12-31T23:10:05[Europe/Moscow]".parse().unwrap();
    let deadline = Term::new(72, Unit::Hours).after(&event, &calendar).unwrap();
    assert_eq!(
        deadline.ends.to_string(),
        "2026-01-03T23:10:05+03:00[Europe/Moscow]"
    );
    assert_eq!(deadline.legal, date(2026, 1, 3));
    assert!(!deadline.is_over("2026-01-03T23:10:04+03:00".parse().unwrap()));

    let spring: Zoned = "2026-03-28T12:00:00[Europe/Berlin]".parse().unwrap();
    let real = Term::new(24, Unit::Hours)
        .after(&spring, &calendar)
        .unwrap();
    assert_eq!(
        real.ends.to_string(),
        "2026-03-29T13:00:00+02:00[Europe/Berlin]",
        "24 hours, not a day"
    );
}

#[test]
fn hours_need_no_calendar() {
    let event = noon(date(2035, 5, 5));
    let deadline = Term::new(24, Unit::Hours)
        .after(&event, &WorkingCalendar::default())
        .unwrap();
    assert_eq!(deadline.ends, noon(date(2035, 5, 6)));
}

#[test]
fn months_end_on_the_same_number_or_the_last_day() {
    assert_eq!(
        after(date(2026, 3, 15), 6, Unit::Months).legal,
        date(2026, 9, 15)
    );
    let february = after(date(2025, 8, 31), 6, Unit::Months);
    assert_eq!(
        (february.raw, february.legal),
        (date(2026, 2, 28), date(2026, 3, 2)),
        "a Saturday moves to Monday"
    );
}

#[test]
fn the_fifteenth_of_the_next_month() {
    let by = |event| after(event, 15, Unit::DayOfNextMonth);
    assert_eq!(by(date(2026, 3, 1)).legal, date(2026, 4, 15));
    assert_eq!(by(date(2026, 3, 31)).legal, date(2026, 4, 15));
    assert_eq!(
        (by(date(2026, 1, 20)).raw, by(date(2026, 1, 20)).legal),
        (date(2026, 2, 15), date(2026, 2, 16))
    );
    assert_eq!(
        after(date(2026, 1, 20), 31, Unit::DayOfNextMonth).raw,
        date(2026, 2, 28)
    );
    assert_eq!(
        by(date(2025, 12, 1)).raw,
        date(2026, 1, 15),
        "over the year's end"
    );
}

#[test]
fn at_once_is_due_with_the_event() {
    let event = noon(date(2026, 1, 1));
    let deadline = Term::new(0, Unit::Immediately)
        .after(&event, &WorkingCalendar::default())
        .unwrap();
    assert_eq!((deadline.legal, &deadline.ends), (date(2026, 1, 1), &event));
    assert!(deadline.is_over(event.timestamp()));
}

#[test]
fn an_extension_runs_on_and_moves_once() {
    let calendar = WorkingCalendar::russia();
    let extended = |amount, unit, event| {
        let term = Term::new(amount, unit);
        term.extended_by(Term::new(5, unit), &noon(event), &calendar)
            .unwrap()
    };
    assert_eq!(
        extended(10, Unit::WorkingDays, date(2025, 12, 26)).legal,
        date(2026, 1, 28)
    );
    // 30 days end on Sunday 3 January; five more from there, not from the 11th to which they would have moved.
    assert_eq!(
        extended(30, Unit::CalendarDays, date(2026, 12, 4)).raw,
        date(2027, 1, 8)
    );
    assert_eq!(
        extended(24, Unit::Hours, date(2026, 1, 1)).ends.to_string(),
        "2026-01-02T17:00:00+03:00[Europe/Moscow]"
    );
}

#[test]
fn the_inner_target_is_never_before_the_event() {
    // Saturday; one working day ends on Monday, and no working day lies between.
    let deadline = after(date(2026, 6, 6), 1, Unit::WorkingDays);
    assert_eq!(
        (deadline.raw, deadline.target),
        (date(2026, 6, 8), date(2026, 6, 8))
    );
    let friday = after(date(2026, 6, 5), 1, Unit::WorkingDays);
    assert_eq!(
        (friday.raw, friday.target),
        (date(2026, 6, 8), date(2026, 6, 5))
    );
}

#[test]
fn a_term_into_an_unknown_year_is_an_error() {
    let calendar = WorkingCalendar::russia();
    let event = noon(date(2027, 12, 20));
    for (amount, unit) in [
        (10, Unit::WorkingDays),
        (30, Unit::CalendarDays),
        (6, Unit::Months),
        (15, Unit::DayOfNextMonth),
    ] {
        assert_eq!(
            Term::new(amount, unit).after(&event, &calendar),
            Err(YearUnknown(2028))
        );
    }
    assert!(
        Term::new(u16::MAX, Unit::Months)
            .after(&event, &calendar)
            .is_err()
    );
}
