//! The hard cases of booking, each named after what goes wrong elsewhere.

use calendar::schedule::{Change, Interval, Minute, Request, is_offered, windows};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::clinic::*;

/// A Monday on which nothing special happens anywhere.
const MONDAY: Date = date(2026, 11, 23);
const TUESDAY: Date = date(2026, 11, 24);

fn moscow() -> TimeZone {
    zone("Europe/Moscow")
}

#[test]
fn six_hours_across_spring_forward_are_five() {
    let (berlin, day) = (zone("Europe/Berlin"), date(2026, 3, 29));
    let found = windows(&[daily("00:00-06:00")], &[], &berlin, day, day);
    assert_eq!(found[0].interval.minutes(), 5 * 60);
    let hours = free_on(&berlin, &[daily("00:00-06:00")], day, day, visit(60));
    assert_eq!(
        hours,
        ["29 00:00", "29 01:00", "29 03:00", "29 04:00", "29 05:00"]
    );
}

#[test]
fn six_hours_across_fall_back_are_seven() {
    let (berlin, day) = (zone("Europe/Berlin"), date(2026, 10, 25));
    let found = windows(&[daily("00:00-06:00")], &[], &berlin, day, day);
    assert_eq!(found[0].interval.minutes(), 7 * 60);
    let hours = free_on(&berlin, &[daily("00:00-06:00")], day, day, visit(60));
    assert_eq!(
        hours,
        [
            "25 00:00", "25 01:00", "25 02:00", "25 02:00", "25 03:00", "25 04:00", "25 05:00"
        ]
    );
}

#[test]
fn half_past_two_that_does_not_exist() {
    let (new_york, day) = (zone("America/New_York"), date(2026, 3, 8));
    let on = |text| {
        shown_windows(
            &new_york,
            &windows(&[daily(text)], &[], &new_york, day, day),
        )
    };
    assert_eq!(
        on("02:30-05:00"),
        ["08 03:00–08 05:00"],
        "begins when the clock goes on"
    );
    assert_eq!(
        on("01:00-02:30"),
        ["08 01:00–08 03:00"],
        "the same instant, shown as 03:00"
    );
    assert!(
        on("02:10-02:50").is_empty(),
        "what lies in the gap does not happen"
    );
    let parted = windows(
        &[daily("01:00-02:30"), daily("02:30-05:00").at(THERE)],
        &[],
        &new_york,
        day,
        day,
    );
    assert_eq!(
        parted[0].interval.end(),
        parted[1].interval.start(),
        "no minute twice, none lost"
    );
}

#[test]
fn half_past_one_that_comes_twice() {
    let (new_york, day) = (zone("America/New_York"), date(2026, 11, 1));
    let parted = windows(
        &[daily("00:00-01:30"), daily("01:30-03:00").at(THERE)],
        &[],
        &new_york,
        day,
        day,
    );
    assert_eq!(parted[0].interval.end(), parted[1].interval.start());
    assert_eq!(
        (parted[0].interval.minutes(), parted[1].interval.minutes()),
        (90, 150),
        "the second coming is the later shift's"
    );
}

#[test]
fn overnight_15_20_to_01_20() {
    let rules = [once(MONDAY, "15:20-01:20")];
    let both = windows(&rules, &[], &moscow(), MONDAY, TUESDAY);
    assert_eq!(shown_windows(&moscow(), &both), ["23 15:20–24 01:20"]);
    assert_eq!(both[0].interval.minutes(), 600);
}

#[test]
fn a_visit_over_midnight_is_found_on_the_day_it_begins() {
    let rules = [once(MONDAY, "15:20-01:20")];
    assert_eq!(
        free_on(&moscow(), &rules, MONDAY, MONDAY, visit(300)),
        ["23 15:20", "23 20:20"]
    );
    assert!(free_on(&moscow(), &rules, TUESDAY, TUESDAY, visit(300)).is_empty());
}

#[test]
fn midnight_to_midnight_is_the_whole_day() {
    let whole = windows(
        &[once(MONDAY, "00:00-00:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    assert_eq!(shown_windows(&moscow(), &whole), ["23 00:00–24 00:00"]);
    let berlin = zone("Europe/Berlin");
    for (day, hours) in [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)] {
        let whole = windows(&[once(day, "00:00-00:00")], &[], &berlin, day, day);
        assert_eq!(whole[0].interval.minutes(), hours * 60);
    }
}

#[test]
fn ninety_minutes_fit_into_23_00_to_23_59_and_00_00_to_00_30() {
    let rules = [once(MONDAY, "23:00-23:59"), once(TUESDAY, "00:00-00:30")];
    assert_eq!(
        free_on(&moscow(), &rules, MONDAY, MONDAY, visit(90)),
        ["23 23:00"]
    );
    assert_eq!(
        free_on(&moscow(), &rules, MONDAY, TUESDAY, visit(90)),
        ["23 23:00"]
    );
    assert!(free_on(&moscow(), &rules, MONDAY, TUESDAY, visit(91)).is_empty());
}

#[test]
fn a_query_that_starts_inside_a_shift_has_its_tail_on_the_same_grid() {
    let rules = [once(MONDAY, "22:00-02:00")];
    let tail = windows(&rules, &[], &moscow(), TUESDAY, TUESDAY);
    assert_eq!(shown_windows(&moscow(), &tail), ["24 00:00–24 02:00"]);
    // 22:00 + n · 50 min: 00:30 and 01:20 begin after midnight, 01:20 does not end in time.
    assert_eq!(
        free_on(&moscow(), &rules, TUESDAY, TUESDAY, visit(50)),
        ["24 00:30"]
    );
    assert_eq!(
        free_on(&moscow(), &rules, MONDAY, TUESDAY, visit(50)),
        ["23 22:00", "23 22:50", "23 23:40", "24 00:30"]
    );
}

#[test]
fn a_request_from_inside_a_shift_keeps_the_grid() {
    let found = windows(
        &[once(MONDAY, "09:00-12:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    let now = minute(&moscow(), MONDAY.at(10, 1, 0, 0));
    let within = Interval::new(now, now.plus(60)).unwrap();
    let request = Request {
        within,
        ..request(visit(20))
    };
    let shown = shown_starts(&moscow(), &starts(&found, &[], &request));
    assert_eq!(shown, ["23 10:20", "23 10:40", "23 11:00"]);
}

#[test]
fn an_override_whose_utc_date_is_tomorrow() {
    // 20:00–23:00 in New York is 01:00–04:00 UTC of the next date; in Kamchatka 08:00 is still yesterday in UTC.
    let new_york = zone("America/New_York");
    let replaced = [on(MONDAY, Change::Replace(vec![opening("20:00-23:00")]))];
    let found = windows(
        &[daily("09:00-10:00")],
        &replaced,
        &new_york,
        MONDAY,
        TUESDAY,
    );
    assert_eq!(
        shown_windows(&new_york, &found),
        ["23 20:00–23 23:00", "24 09:00–24 10:00"]
    );

    let kamchatka = zone("Asia/Kamchatka");
    let off = [on(MONDAY, Change::DayOff)];
    let found = windows(&[daily("08:00-10:00")], &off, &kamchatka, MONDAY, TUESDAY);
    assert_eq!(shown_windows(&kamchatka, &found), ["24 08:00–24 10:00"]);
}

#[test]
fn touching_intervals_do_not_collide() {
    let found = windows(
        &[once(MONDAY, "09:00-11:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    let busy = [
        interval(&moscow(), MONDAY.at(9, 30, 0, 0), MONDAY.at(10, 0, 0, 0)),
        interval(&moscow(), MONDAY.at(10, 0, 0, 0), MONDAY.at(10, 30, 0, 0)),
    ];
    let left = shown_starts(&moscow(), &starts(&found, &busy, &request(visit(30))));
    assert_eq!(left, ["23 09:00", "23 10:30"]);
}

#[test]
fn overlapping_ranges_with_one_end_are_one_window() {
    let rules = [once(MONDAY, "09:00-12:00"), once(MONDAY, "10:10-12:00")];
    let found = windows(&rules, &[], &moscow(), MONDAY, MONDAY);
    assert_eq!(shown_windows(&moscow(), &found), ["23 09:00–23 12:00"]);
    assert_eq!(
        free_on(&moscow(), &rules, MONDAY, MONDAY, visit(60)),
        ["23 09:00", "23 10:00", "23 11:00"],
        "no start twice"
    );
}

#[test]
fn eight_minute_visits() {
    let hour = free_on(
        &moscow(),
        &[once(MONDAY, "09:00-10:00")],
        MONDAY,
        MONDAY,
        visit(8),
    );
    assert_eq!(
        hour,
        [
            "23 09:00", "23 09:08", "23 09:16", "23 09:24", "23 09:32", "23 09:40", "23 09:48"
        ]
    );
}

#[test]
fn the_last_slot_of_the_day() {
    let day = free_on(
        &moscow(),
        &[once(MONDAY, "17:00-18:00")],
        MONDAY,
        MONDAY,
        visit(30),
    );
    assert_eq!(
        day,
        ["23 17:00", "23 17:30"],
        "it ends with the window, not before"
    );
    let late = free_on(
        &moscow(),
        &[once(MONDAY, "23:00-24:00")],
        MONDAY,
        MONDAY,
        visit(30),
    );
    assert_eq!(late, ["23 23:00", "23 23:30"]);
}

#[test]
fn the_clock_one_second_before_the_hour() {
    let earliest = |text: &str| {
        let now: Timestamp = text.parse().unwrap();
        shown(&moscow(), Minute::ceil(now))
    };
    assert_eq!(earliest("2026-11-23T09:59:59+03:00"), "23 10:00");
    assert_eq!(earliest("2026-11-23T10:00:00+03:00"), "23 10:00");
    assert_eq!(
        earliest("2026-11-23T10:00:00.000000001+03:00"),
        "23 10:01",
        "ten o'clock is gone"
    );
    assert_eq!(earliest("2026-11-23T09:59:00.5+03:00"), "23 10:00");

    let before_1970 = |text: &str| Minute::ceil(text.parse().unwrap()).0;
    assert_eq!(before_1970("1969-12-31T23:59:00.5Z"), 0);
    assert_eq!(before_1970("1969-12-31T23:58:59.5Z"), -1);
    assert_eq!(
        Minute::floor("1969-12-31T23:59:59.5Z".parse().unwrap()),
        Minute(-1)
    );
}

#[test]
fn two_holds_at_once() {
    // Two holds overlap (their claims will decide the race), one lies inside another: all keep their time.
    let found = windows(
        &[once(MONDAY, "09:00-12:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    let hold = |from: (i8, i8), to: (i8, i8)| {
        interval(
            &moscow(),
            MONDAY.at(from.0, from.1, 0, 0),
            MONDAY.at(to.0, to.1, 0, 0),
        )
    };
    let busy = [
        hold((9, 0), (10, 40)),
        hold((9, 10), (9, 20)),
        hold((9, 30), (10, 30)),
    ];
    assert_eq!(
        shown_starts(&moscow(), &starts(&found, &busy, &request(visit(20)))),
        ["23 10:40", "23 11:00", "23 11:20", "23 11:40"]
    );
}

#[test]
fn never_offered_is_not_the_same_as_taken() {
    let found = windows(
        &[once(MONDAY, "09:00-12:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    let request = request(visit(30));
    let offered = |hour, minutes| {
        is_offered(
            &found,
            &request,
            minute(&moscow(), MONDAY.at(hour, minutes, 0, 0)),
        )
    };
    let busy = [interval(
        &moscow(),
        MONDAY.at(9, 0, 0, 0),
        MONDAY.at(10, 0, 0, 0),
    )];
    assert_eq!(starts(&found, &busy, &request).len(), 4);
    assert!(offered(9, 0) && offered(9, 30), "taken, yet offered");
    assert!(offered(11, 30));
    assert!(!offered(9, 10) && !offered(11, 31) && !offered(12, 0) && !offered(8, 30));
    let elsewhere = Request {
        branch: Some(THERE),
        ..request
    };
    assert!(!is_offered(
        &found,
        &elsewhere,
        minute(&moscow(), MONDAY.at(9, 0, 0, 0))
    ));
    let past = Request {
        within: Interval::new(found[0].interval.start().plus(1), found[0].interval.end()).unwrap(),
        ..request
    };
    assert!(
        !is_offered(&found, &past, found[0].interval.start()),
        "before the first minute asked for"
    );
}
