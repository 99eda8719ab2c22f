//! What the words of a week mean: exceptions, breaks, validity, audiences, branches, the grid.

use calendar::schedule::{
    Audience, Change, DayPattern, Parity, Request, Start, Viewer, Visit, is_offered, windows,
};
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
fn buffers_keep_their_distance_but_may_leave_the_window() {
    let found = windows(
        &[once(MONDAY, "09:00-12:00")],
        &[],
        &moscow(),
        MONDAY,
        MONDAY,
    );
    let busy = [interval(
        &moscow(),
        MONDAY.at(10, 0, 0, 0),
        MONDAY.at(10, 30, 0, 0),
    )];
    let visit = Visit::new(30, 10, 15, 15).unwrap();
    let left = shown_starts(&moscow(), &starts(&found, &busy, &request(visit)));
    // 09:15 + 30 + 15 touches 10:00; 10:45 - 10 is after 10:30; 11:30 ends with the window, its buffer after it.
    assert_eq!(
        left,
        [
            "23 09:00", "23 09:15", "23 10:45", "23 11:00", "23 11:15", "23 11:30"
        ]
    );
}

#[test]
fn a_day_off_takes_the_shift_that_begins_on_it_and_leaves_the_tail_of_the_one_before() {
    let off = [on(TUESDAY, Change::DayOff)];
    let found = windows(
        &[daily("22:00-06:00")],
        &off,
        &moscow(),
        MONDAY,
        date(2026, 11, 26),
    );
    assert_eq!(
        shown_windows(&moscow(), &found),
        [
            "23 00:00–23 06:00",
            "23 22:00–24 06:00",
            "25 22:00–26 06:00",
            "26 22:00–27 00:00"
        ]
    );
}

#[test]
fn a_part_absence_takes_clock_time_whichever_shift_it_is() {
    let away = |span_text| [on(TUESDAY, Change::PartOff(span(span_text)))];
    let nights = [daily("22:00-06:00")];
    let tuesday = |exceptions: &[_]| {
        shown_windows(
            &moscow(),
            &windows(&nights, exceptions, &moscow(), TUESDAY, TUESDAY),
        )
    };
    assert_eq!(
        tuesday(&away("02:00-04:00")),
        [
            "24 00:00–24 02:00",
            "24 04:00–24 06:00",
            "24 22:00–25 00:00"
        ]
    );
    assert_eq!(
        tuesday(&away("23:00-01:00")),
        ["24 00:00–24 06:00", "24 22:00–24 23:00"]
    );
    assert!(tuesday(&away("00:00-00:00")).is_empty());
    let wednesday = date(2026, 11, 25);
    let next = windows(
        &nights,
        &away("23:00-01:00"),
        &moscow(),
        wednesday,
        wednesday,
    );
    assert_eq!(
        shown_windows(&moscow(), &next),
        ["25 01:00–25 06:00", "25 22:00–26 00:00"]
    );
}

#[test]
fn replacements_add_up_and_a_day_off_beats_them() {
    let replaced = [
        on(MONDAY, Change::Replace(vec![opening("10:00-11:00")])),
        on(MONDAY, Change::Replace(vec![opening("13:00-14:00")])),
    ];
    let found = windows(
        &[daily("08:00-20:00")],
        &replaced,
        &moscow(),
        MONDAY,
        MONDAY,
    );
    assert_eq!(
        shown_windows(&moscow(), &found),
        ["23 10:00–23 11:00", "23 13:00–23 14:00"]
    );
    let with_day_off = [
        replaced[0].clone(),
        on(MONDAY, Change::DayOff),
        replaced[1].clone(),
    ];
    assert!(
        windows(
            &[daily("08:00-20:00")],
            &with_day_off,
            &moscow(),
            MONDAY,
            MONDAY
        )
        .is_empty()
    );
    let nothing = [on(MONDAY, Change::Replace(Vec::new()))];
    assert!(windows(&[daily("08:00-20:00")], &nothing, &moscow(), MONDAY, MONDAY).is_empty());
}

#[test]
fn breaks_of_an_overnight_shift_fall_on_either_day() {
    let shift = once(MONDAY, "20:00-08:00")
        .with_break("23:30-00:15")
        .with_break("03:00-03:30")
        .with_break("20:00-20:30");
    let found = windows(&[shift], &[], &moscow(), MONDAY, TUESDAY);
    assert_eq!(
        shown_windows(&moscow(), &found),
        [
            "23 20:30–23 23:30",
            "24 00:15–24 03:00",
            "24 03:30–24 08:00"
        ]
    );
    let whole = once(MONDAY, "00:00-00:00").with_break("23:30-00:30");
    let found = windows(&[whole], &[], &moscow(), MONDAY, MONDAY);
    assert_eq!(
        shown_windows(&moscow(), &found),
        ["23 00:30–23 23:30"],
        "the break comes in from the night before"
    );
}

#[test]
fn odd_days_even_days_and_validity() {
    let odd = Rule {
        days: DayPattern::dates(Parity::Odd),
        ..daily("09:00-10:00")
    };
    let even = Rule {
        days: DayPattern::dates(Parity::Even),
        from: Some(date(2026, 10, 31)),
        to: Some(date(2026, 11, 2)),
        ..daily("14:00-15:00")
    };
    let found = windows(
        &[odd, even],
        &[],
        &moscow(),
        date(2026, 10, 30),
        date(2026, 11, 4),
    );
    assert_eq!(
        shown_windows(&moscow(), &found),
        [
            "31 09:00–31 10:00",
            "01 09:00–01 10:00",
            "02 14:00–02 15:00",
            "03 09:00–03 10:00"
        ]
    );
}

#[test]
fn a_shift_that_begins_on_the_last_valid_date_is_worked_to_its_end() {
    let rule = Rule {
        to: Some(MONDAY),
        ..daily("22:00-06:00")
    };
    let found = windows(&[rule], &[], &moscow(), TUESDAY, TUESDAY);
    assert_eq!(shown_windows(&moscow(), &found), ["24 00:00–24 06:00"]);
}

#[test]
fn internet_windows_belong_to_the_site_alone() {
    let rules = [
        once(MONDAY, "09:00-12:00"),
        once(MONDAY, "10:00-11:00").for_(Audience::Site),
    ];
    let found = windows(&rules, &[], &moscow(), MONDAY, MONDAY);
    let seen = |viewer| {
        let request = Request {
            viewer,
            ..request(visit(60))
        };
        shown_starts(&moscow(), &starts(&found, &[], &request))
    };
    assert_eq!(seen(Viewer::Site), ["23 09:00", "23 10:00", "23 11:00"]);
    assert_eq!(seen(Viewer::Desk), ["23 09:00", "23 11:00"]);
    let other_branch = [
        once(MONDAY, "09:00-12:00"),
        once(MONDAY, "10:00-11:00").for_(Audience::Desk).at(THERE),
    ];
    assert_eq!(
        windows(&other_branch, &[], &moscow(), MONDAY, MONDAY)[0]
            .interval
            .minutes(),
        180,
        "only its own branch"
    );
}

#[test]
fn two_branches_open_at_once_lose_no_busy_time() {
    // The windows overlap and their grids differ: what the first has walked past still counts for the second.
    let rules = [
        once(MONDAY, "23:10-04:00"),
        once(TUESDAY, "00:05-04:00").at(THERE),
    ];
    let found = windows(&rules, &[], &moscow(), TUESDAY, TUESDAY);
    let busy = [interval(
        &moscow(),
        TUESDAY.at(0, 0, 0, 0),
        TUESDAY.at(0, 6, 0, 0),
    )];
    let left = starts(&found, &busy, &request(Visit::new(60, 0, 0, 120).unwrap()));
    let left: Vec<_> = left
        .iter()
        .map(|&Start { at, branch }| (shown(&moscow(), at), branch))
        .collect();
    let expect = |text: &str, branch| (text.to_owned(), branch);
    assert_eq!(left, [expect("24 01:10", HERE), expect("24 02:05", THERE)]);
}

#[test]
fn a_clinic_that_never_closes_begins_its_grid_at_each_midnight() {
    for rules in [
        vec![daily("00:00-00:00")],
        vec![daily("08:00-20:00"), daily("20:00-08:00")],
    ] {
        let from_monday = free_on(&moscow(), &rules, MONDAY, TUESDAY, visit(50));
        let tuesday_alone = free_on(&moscow(), &rules, TUESDAY, TUESDAY, visit(50));
        assert_eq!(
            from_monday[29..],
            tuesday_alone,
            "the same starts however they are asked for"
        );
        assert_eq!(tuesday_alone[0], "24 00:00");
        assert_eq!(
            from_monday[28], "23 23:20",
            "and a visit may run over midnight"
        );
    }
}

#[test]
fn an_empty_range_and_the_ends_of_time() {
    assert!(windows(&[daily("00:00-00:00")], &[], &moscow(), TUESDAY, MONDAY).is_empty());
    assert!(
        windows(
            &[daily("00:00-00:00")],
            &[],
            &moscow(),
            Date::MAX,
            Date::MAX
        )
        .is_empty()
    );
    assert!(
        windows(
            &[daily("00:00-00:00")],
            &[],
            &moscow(),
            Date::MIN,
            Date::MIN
        )
        .is_empty()
    );
    assert_eq!(
        windows(
            &[daily("09:00-10:00")],
            &[],
            &moscow(),
            date(9998, 12, 30),
            Date::MAX
        )
        .len(),
        2
    );
}

#[test]
fn what_is_no_visit_is_refused() {
    assert!(Visit::new(0, 0, 0, 5).is_err() && Visit::new(5, 0, 0, 0).is_err());
    assert!(Visit::new(1441, 0, 0, 5).is_err() && Visit::new(5, 0, 1441, 5).is_err());
    assert!(Visit::new(1440, 1440, 1440, 1440).is_ok());
}

#[test]
fn a_visit_of_24_hours_reaches_past_a_day_of_23() {
    let (berlin, saturday) = (zone("Europe/Berlin"), date(2026, 3, 28));
    let found = windows(&[daily("00:00-00:00")], &[], &berlin, saturday, saturday);
    let late = minute(&berlin, saturday.at(23, 30, 0, 0));
    assert!(is_offered(
        &found,
        &request(Visit::new(1440, 0, 0, 30).unwrap()),
        late
    ));
}
