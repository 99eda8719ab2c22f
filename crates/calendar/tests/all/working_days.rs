//! The working calendar: the built-in years, loading others, and what is refused.

use calendar::working::{CalendarProblem, LineError, WorkingCalendar, YearUnknown};
use jiff::civil::{Date, date};
use proptest::prelude::*;

#[test]
fn every_built_in_year_has_247_working_days() {
    let calendar = WorkingCalendar::russia();
    assert_eq!(calendar.years().collect::<Vec<_>>(), [2025, 2026, 2027]);
    for year in calendar.years() {
        assert_eq!(
            calendar.working_days(date(year, 1, 1), date(year, 12, 31)),
            Ok(247),
            "{year}"
        );
    }
}

#[test]
fn the_built_in_table_is_the_common_one() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/ru_calendar.csv"
    );
    let Ok(common) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the common table is not beside this checkout");
        return;
    };
    assert_eq!(
        WorkingCalendar::parse(&common),
        Ok(WorkingCalendar::russia())
    );
}

#[test]
fn transfers_and_worked_weekends() {
    let calendar = WorkingCalendar::russia();
    let worked = |year, month, day| calendar.is_working(date(year, month, day)).unwrap();
    assert!(worked(2025, 11, 1), "a Saturday worked for the 3rd");
    assert!(!worked(2025, 11, 3));
    assert!(calendar.is_shortened(date(2025, 11, 1)).unwrap());
    assert!(!worked(2025, 11, 2), "an ordinary Sunday");
    assert!(worked(2025, 11, 5), "an ordinary Wednesday");
    assert!(!worked(2026, 1, 9), "a Friday off for January 3rd");
    assert!(worked(2027, 2, 20) && !worked(2027, 2, 22));
    assert_eq!(calendar.note(date(2026, 5, 9)), Ok(Some("День_Победы")));
    assert_eq!(calendar.note(date(2026, 5, 6)), Ok(None));
}

#[test]
fn neighbours() {
    let calendar = WorkingCalendar::russia();
    assert_eq!(
        calendar.next_working_day(date(2025, 12, 30)),
        Ok(date(2026, 1, 12))
    );
    assert_eq!(
        calendar.previous_working_day(date(2026, 1, 12)),
        Ok(date(2025, 12, 30))
    );
    assert_eq!(
        calendar.on_or_after(date(2026, 1, 12)),
        Ok(date(2026, 1, 12))
    );
    assert_eq!(
        calendar.on_or_after(date(2026, 1, 1)),
        Ok(date(2026, 1, 12))
    );
    assert_eq!(
        calendar.add_working_days(date(2026, 1, 12), -1),
        Ok(date(2025, 12, 30))
    );
    assert_eq!(
        calendar.add_working_days(date(2026, 1, 3), 0),
        Ok(date(2026, 1, 3))
    );
    assert_eq!(
        calendar.working_days(date(2026, 1, 2), date(2026, 1, 1)),
        Ok(0)
    );
}

#[test]
fn an_uncovered_year_is_an_error_wherever_it_is_met() {
    let calendar = WorkingCalendar::russia();
    let late = date(2027, 12, 30);
    assert_eq!(
        calendar.is_working(date(2029, 6, 1)),
        Err(YearUnknown(2029))
    );
    assert_eq!(
        calendar.is_shortened(date(2024, 6, 1)),
        Err(YearUnknown(2024))
    );
    assert_eq!(calendar.next_working_day(late), Err(YearUnknown(2028)));
    assert_eq!(calendar.add_working_days(late, 3), Err(YearUnknown(2028)));
    assert_eq!(
        calendar.previous_working_day(date(2025, 1, 5)),
        Err(YearUnknown(2024))
    );
    assert_eq!(
        calendar.working_days(late, date(2028, 1, 1)),
        Err(YearUnknown(2028))
    );
    assert_eq!(
        WorkingCalendar::default().is_working(Date::MAX),
        Err(YearUnknown(9999))
    );
    assert_eq!(
        YearUnknown(2029).to_string(),
        "no working calendar for the year 2029: load its table"
    );
}

const YEAR_2028: &str = "date,kind,note\n2028-01-03,holiday,\n2028-11-06,transferred_day_off,\n";

#[test]
fn another_year_is_loaded_from_text() {
    let mut calendar = WorkingCalendar::russia();
    calendar.merge(YEAR_2028).unwrap();
    assert_eq!(calendar.is_working(date(2028, 1, 3)), Ok(false));
    assert_eq!(calendar.is_working(date(2028, 1, 4)), Ok(true));
    assert_eq!(
        calendar.working_days(date(2026, 1, 1), date(2026, 12, 31)),
        Ok(247),
        "other years stay"
    );
}

#[test]
fn a_loaded_year_replaces_the_old_one_whole() {
    let mut calendar = WorkingCalendar::russia();
    calendar
        .merge(
            &YEAR_2028
                .replace("2028-01-03", "2027-01-04")
                .replace("2028", "2027"),
        )
        .unwrap();
    assert_eq!(
        calendar.is_working(date(2027, 1, 5)),
        Ok(true),
        "only the 4th is off now"
    );
    assert_eq!(calendar.is_working(date(2027, 1, 4)), Ok(false));
}

#[test]
fn every_fault_of_a_table_is_listed_and_nothing_is_taken_over() {
    let text = "date,kind,note\n\
                2028-01-01,holiday,\n\
                2028-13-01,holiday,\n\
                2028-01-01,holiday,again\n\
                01.02.2028,vacation,\n\
                2028-02-23\n\
                2028-03-01,working_weekend,a Wednesday\n\
                2028-03-04,shortened,a Saturday\n\
                2028-05-01,holiday,\n\
                2028-05-01,shortened,\n\
                2028-01-07T12:00,holiday,\n";
    let mut calendar = WorkingCalendar::russia();
    let before = calendar.clone();
    let errors = calendar.merge(text).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "line 3: `2028-13-01` is not a date YYYY-MM-DD\n\
         line 4: 2028-01-01 already stands in line 2\n\
         line 5: `01.02.2028` is not a date YYYY-MM-DD\n\
         line 5: `vacation` is not one of holiday, transferred_day_off, working_weekend, shortened\n\
         line 6: 1 fields instead of 3\n\
         line 7: 2028-03-01 is no Saturday or Sunday\n\
         line 8: 2028-03-04 is shortened but not worked\n\
         line 10: 2028-05-01 already stands in line 9\n\
         line 11: `2028-01-07T12:00` is not a date YYYY-MM-DD"
    );
    assert_eq!(calendar, before);
}

#[test]
fn a_table_cut_short_is_refused() {
    let cut = "date,kind,note\n2027-12-31,transferred_day_off,\n2028-01-01,holiday,\n";
    let errors = WorkingCalendar::parse(cut).unwrap_err().0;
    let problem = |line, year| LineError {
        line,
        problem: CalendarProblem::YearCutShort(year),
    };
    assert_eq!(errors, [problem(2, 2027), problem(3, 2028)]);
    assert_eq!(
        WorkingCalendar::parse(""),
        WorkingCalendar::parse("nonsense"),
        "no header, no table"
    );
    assert!(WorkingCalendar::parse("").is_err());
}

#[test]
fn line_ends_and_marks_of_other_systems() {
    let unix = WorkingCalendar::parse(YEAR_2028);
    let windows = format!("\u{feff}{}", YEAR_2028.replace('\n', "\r\n"));
    assert!(unix.is_ok());
    assert_eq!(WorkingCalendar::parse(&windows), unix);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn forth_and_back_is_the_same_working_day(day in 0..300_i64, count in 1..120_i32) {
        let calendar = WorkingCalendar::russia();
        let start = date(2026, 1, 1).checked_add(jiff::ToSpan::days(day)).unwrap();
        let end = calendar.add_working_days(start, count).unwrap();
        prop_assert!(calendar.is_working(end).unwrap());
        prop_assert_eq!(calendar.working_days(start.tomorrow().unwrap(), end), Ok(count.unsigned_abs()));
        let back = calendar.add_working_days(end, -count).unwrap();
        prop_assert!(back <= start);
        prop_assert!(calendar.is_working(back).unwrap());
        prop_assert_eq!(calendar.working_days(back.tomorrow().unwrap(), start), Ok(0));
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(date,kind,note\n)?([-0-9a-z_,\"# ]{0,20}\n){0,6}") {
        let _ = WorkingCalendar::parse(&text);
    }
}
