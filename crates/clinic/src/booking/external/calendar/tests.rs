//! Calendars as programs write them, and as somebody would who means harm.

use super::*;

fn horizon() -> Stretch {
    (at("2026-11-23T00:00:00Z"), at("2027-01-23T00:00:00Z"))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn moscow() -> TimeZone {
    TimeZone::get("Europe/Moscow").expect("a zone")
}

fn file(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}\r\nEND:VCALENDAR\r\n")
}

fn event(lines: &str) -> String {
    file(&format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT"))
}

/// Beginnings and ends in UTC, `MM-DDTHH:MM`.
fn read(text: &str) -> Vec<String> {
    let mut found = busy(text, &moscow(), horizon()).unwrap_or_else(|flaws| panic!("{flaws:?}"));
    found.sort_unstable();
    let short = |at: Timestamp| at.strftime("%m-%dT%H:%M").to_string();
    found
        .into_iter()
        .map(|(from, until)| format!("{}/{}", short(from), short(until)))
        .collect()
}

fn wrong(text: &str) -> Vec<Flaw> {
    busy(text, &moscow(), horizon()).expect_err("it is wrong")
}

#[test]
fn times_are_read_by_their_zones() {
    for (lines, expected) in [
        (
            "DTSTART:20261124T070000Z\r\nDTEND:20261124T073000Z",
            "11-24T07:00/11-24T07:30",
        ),
        (
            "DTSTART:20261124T100000\r\nDURATION:PT30M",
            "11-24T07:00/11-24T07:30",
        ),
        (
            "DTSTART;TZID=Asia/Yekaterinburg:20261124T100000\r\nDTEND;TZID=Asia/Yekaterinburg:20261124T110000",
            "11-24T05:00/11-24T06:00",
        ),
        (
            "DTSTART;TZID=\"Ekaterinburg Standard Time\":20261124T100000\r\nDURATION:P0DT1H0M",
            "11-24T05:00/11-24T06:00",
        ),
        (
            "DTSTART;TZID=/example.org/Europe/Moscow:20261124T100000\r\nDURATION:PT1H",
            "11-24T07:00/11-24T08:00",
        ),
        ("DTSTART;VALUE=DATE:20261124", "11-23T21:00/11-24T21:00"),
        (
            "DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261126",
            "11-23T21:00/11-25T21:00",
        ),
    ] {
        assert_eq!(read(&event(lines)), [expected], "{lines}");
    }
}

#[test]
fn a_clock_that_skips_an_hour_and_one_that_has_it_twice() {
    let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
    let all = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let text = event(
        "DTSTART;TZID=Europe/Berlin:20260328T023000\r\nDURATION:PT30M\r\nRRULE:FREQ=DAILY;COUNT=3",
    );
    let found = busy(&text, &berlin, all).expect("a calendar");
    let starts: Vec<String> = found.iter().map(|(from, _)| from.to_string()).collect();
    assert_eq!(
        starts,
        [
            "2026-03-28T01:30:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-30T00:30:00Z"
        ],
        "half past two is not there on the 29th, and half past three stands for it"
    );
    let text = event("DTSTART;TZID=Europe/Berlin:20261025T023000\r\nDURATION:PT1H");
    let found = busy(&text, &berlin, all).expect("a calendar");
    assert_eq!(
        found[0].0,
        at("2026-10-25T00:30:00Z"),
        "the first of the two"
    );
}

#[test]
fn recurrences_have_their_exceptions() {
    let rule = "DTSTART;TZID=Europe/Moscow:20261101T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261204T070000Z\r\nEXDATE;TZID=Europe/Moscow:20261126T100000";
    assert_eq!(
        read(&event(rule)),
        [
            "11-24T07:00/11-24T08:00",
            "12-01T07:00/12-01T08:00",
            "12-03T07:00/12-03T08:00"
        ]
    );
    let moved = file(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\n{rule}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Europe/Moscow:20261124T100000\r\nDTSTART;TZID=Europe/Moscow:20261125T120000\r\nDURATION:PT30M\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20261201T070000Z\r\nDTSTART:20261201T070000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT"
    ));
    assert_eq!(
        read(&moved),
        ["11-25T09:00/11-25T09:30", "12-03T07:00/12-03T08:00"]
    );
    let dates = "DTSTART:20261124T070000Z\r\nDURATION:PT1H\r\nRDATE:20261125T070000Z,20261126T070000Z\r\nEXDATE;VALUE=DATE:20261125";
    assert_eq!(
        read(&event(dates)),
        ["11-24T07:00/11-24T08:00", "11-26T07:00/11-26T08:00"]
    );
}

#[test]
fn what_does_not_count_is_left_out() {
    for lines in [
        "DTSTART:20261124T070000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED",
        "DTSTART:20261124T070000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT",
        "DTSTART:20261124T070000Z",
        "DTSTART:20201124T070000Z\r\nDURATION:PT1H",
        "DTSTART:20301124T070000Z\r\nDURATION:PT1H",
    ] {
        assert_eq!(read(&event(lines)), Vec::<String>::new(), "{lines}");
    }
    let alarm = "DTSTART:20261124T070000Z\r\nDURATION:PT1H\r\nSUMMARY:Иванова\\, жалобы\r\n  и ещё\r\nBEGIN:VALARM\r\nDURATION:PT5M\r\nTRIGGER:-PT15M\r\nEND:VALARM";
    assert_eq!(
        read(&event(alarm)),
        ["11-24T07:00/11-24T08:00"],
        "an alarm is no event"
    );
}

#[test]
fn infinite_recurrences_end_at_the_horizon() {
    let daily = read(&event(
        "DTSTART:19900101T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY",
    ));
    assert_eq!(daily.len(), 61);
    assert_eq!(
        read(&event(
            "DTSTART:20260228T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
        ))
        .len(),
        0
    );
}

#[test]
fn flaws_are_told_by_line() {
    for (text, line, expected) in [
        ("", None, Wrong::NotCalendar),
        (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261124T070000Z\r\n",
            None,
            Wrong::NotCalendar,
        ),
        (&event("SUMMARY:x"), Some(3), Wrong::NoStart),
        (&event("DTSTART:20261324T070000Z"), Some(5), Wrong::Time),
        (&event("DTSTART:завтра"), Some(5), Wrong::Time),
        (
            &event("DTSTART;TZID=Nowhere/Land:20261124T070000"),
            Some(5),
            Wrong::Zone,
        ),
        (
            &event("DTSTART;TZID=../../etc/passwd:20261124T070000"),
            Some(5),
            Wrong::Zone,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nDTEND:20261123T070000Z"),
            Some(3),
            Wrong::Span,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nDURATION:P99W"),
            Some(3),
            Wrong::Span,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nDURATION:PT99999999999999999999H"),
            Some(6),
            Wrong::Time,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nRRULE:FREQ=SECONDLY"),
            Some(6),
            Wrong::TooMany,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3"),
            Some(6),
            Wrong::TooMany,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nRRULE:FREQ=DAILY;INTERVAL=x"),
            Some(6),
            Wrong::Recurrence,
        ),
        (
            &event("DTSTART:20261124T070000Z\r\nRRULE:чепуха"),
            Some(6),
            Wrong::Recurrence,
        ),
    ] {
        assert_eq!(
            wrong(text),
            [Flaw {
                line,
                wrong: expected
            }],
            "{text}"
        );
    }
}

#[test]
fn a_bomb_of_recurrences_is_refused() {
    let one = "BEGIN:VEVENT\r\nUID:x\r\nDTSTART:19000101T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n";
    let flaws = wrong(&file(one.repeat(30).trim_end()));
    assert!(
        flaws.iter().any(|flaw| flaw.wrong == Wrong::TooMany),
        "{flaws:?}"
    );
    let flaws = wrong(&file(one.repeat(2_001).trim_end()));
    assert_eq!(flaws, [Flaw::of_file(Wrong::TooMany)]);
}
