//! Zones with odd offsets, with gaps and folds, and one that skipped a day.

use calendar::schedule::{Change, windows};
use jiff::civil::{Date, date};

use crate::clinic::*;

fn utc(zone_name: &str, day: Date, text: &str) -> Vec<String> {
    let found = windows(&[once(day, text)], &[], &zone(zone_name), day, day);
    found
        .iter()
        .map(|window| {
            format!(
                "{}/{}",
                window.interval.start().timestamp(),
                window.interval.end().timestamp()
            )
        })
        .collect()
}

#[test]
fn offsets_of_half_and_quarter_hours() {
    let day = date(2026, 7, 1);
    assert_eq!(
        utc("Asia/Kolkata", day, "09:00-18:00"),
        ["2026-07-01T03:30:00Z/2026-07-01T12:30:00Z"]
    );
    assert_eq!(
        utc("Pacific/Chatham", day, "09:00-18:00"),
        ["2026-06-30T20:15:00Z/2026-07-01T05:15:00Z"]
    );
    assert_eq!(
        utc("Pacific/Chatham", date(2026, 1, 1), "09:00-18:00"),
        ["2025-12-31T19:15:00Z/2026-01-01T04:15:00Z"]
    );
}

#[test]
fn the_eleven_zones_of_russia_do_not_change() {
    let zones = [
        ("Europe/Kaliningrad", 2),
        ("Europe/Moscow", 3),
        ("Europe/Samara", 4),
        ("Asia/Yekaterinburg", 5),
        ("Asia/Omsk", 6),
        ("Asia/Krasnoyarsk", 7),
        ("Asia/Irkutsk", 8),
        ("Asia/Yakutsk", 9),
        ("Asia/Vladivostok", 10),
        ("Asia/Magadan", 11),
        ("Asia/Kamchatka", 12),
    ];
    for (name, offset) in zones {
        let zone = zone(name);
        let (from, to) = (date(2025, 1, 1), date(2027, 12, 31));
        let found = windows(&[daily("12:00-13:00")], &[], &zone, from, to);
        assert_eq!(found.len(), 3 * 365);
        let noon = found[0].interval.start().0;
        assert_eq!(noon.rem_euclid(1440), (12 - offset) * 60, "{name}");
        assert!(
            found
                .iter()
                .zip(0..)
                .all(|(window, day)| window.interval.start().0 == noon + day * 1440),
            "{name}"
        );
    }
}

#[test]
fn a_gap_that_swallows_midnight() {
    // Cairo goes from 00:00 to 01:00 on a Friday at the end of April.
    let (cairo, day) = (zone("Africa/Cairo"), date(2026, 4, 24));
    assert_eq!(
        windows(&[once(day, "00:00-00:00")], &[], &cairo, day, day)[0]
            .interval
            .minutes(),
        23 * 60
    );
    let night = windows(
        &[once(date(2026, 4, 23), "22:00-02:00")],
        &[],
        &cairo,
        date(2026, 4, 23),
        day,
    );
    assert_eq!(
        night
            .iter()
            .map(|window| window.interval.minutes())
            .sum::<i64>(),
        3 * 60
    );
}

#[test]
fn a_change_of_half_an_hour() {
    // Lord Howe goes back from 02:00 to 01:30 on 5 April 2026 and on from 02:00 to 02:30 on 4 October.
    let zone = zone("Australia/Lord_Howe");
    for (day, minutes) in [(date(2026, 4, 5), 390), (date(2026, 10, 4), 330)] {
        assert_eq!(
            windows(&[once(day, "00:00-06:00")], &[], &zone, day, day)[0]
                .interval
                .minutes(),
            minutes,
            "{day}"
        );
    }
}

#[test]
fn a_day_that_never_was() {
    // Samoa went from 29 to 31 December 2011.
    let apia = zone("Pacific/Apia");
    let (before, skipped, after) = (date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31));
    assert!(windows(&[daily("09:00-18:00")], &[], &apia, skipped, skipped).is_empty());
    let found = windows(&[daily("09:00-18:00")], &[], &apia, before, after);
    assert_eq!(
        shown_windows(&apia, &found),
        ["29 09:00–29 18:00", "31 09:00–31 18:00"]
    );
    let off = [on(skipped, Change::DayOff)];
    assert_eq!(
        windows(&[daily("09:00-18:00")], &off, &apia, before, after),
        found
    );
}

#[test]
fn overnight_over_a_clock_change() {
    let berlin = zone("Europe/Berlin");
    for (day, hours) in [
        (date(2026, 3, 28), 7),
        (date(2026, 3, 27), 8),
        (date(2026, 10, 24), 9),
    ] {
        let found = windows(
            &[once(day, "22:00-06:00")],
            &[],
            &berlin,
            day,
            day.tomorrow().unwrap(),
        );
        assert_eq!(found[0].interval.minutes(), hours * 60, "{day}");
    }
}

#[test]
fn a_break_in_the_gap_takes_nothing_and_one_around_it_what_is_left() {
    let (berlin, day) = (zone("Europe/Berlin"), date(2026, 3, 29));
    let open = |pause| {
        windows(
            &[once(day, "00:00-06:00").with_break(pause)],
            &[],
            &berlin,
            day,
            day,
        )
        .iter()
        .map(|window| window.interval.minutes())
        .sum::<i64>()
    };
    assert_eq!(open("02:10-02:50"), 300);
    assert_eq!(open("01:30-03:30"), 240);
}
