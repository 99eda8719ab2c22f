//! The table of norms: complete, dated, correctable.

use calendar::working::{Grounds, NormError, Norms, Term, Unit, WorkingCalendar, YearUnknown};
use jiff::Zoned;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn noon(day: Date) -> Zoned {
    day.at(12, 0, 0, 0).in_tz("Europe/Moscow").unwrap()
}

const TODAY: Date = date(2026, 11, 23);

#[test]
fn every_duty_of_152_fz_is_there() {
    use Unit::{CalendarDays, DayOfNextMonth, Hours, Immediately, Months, WorkingDays};
    let expected = [
        ("access", 10, WorkingDays, 5),
        ("refuse", 10, WorkingDays, 5),
        ("repeat", 30, CalendarDays, 0),
        ("rectify", 7, WorkingDays, 0),
        ("erase_bad", 7, WorkingDays, 0),
        ("rkn", 10, WorkingDays, 5),
        ("block", 0, Immediately, 0),
        ("unlawful_stop", 3, WorkingDays, 0),
        ("unlawful_destroy", 10, WorkingDays, 0),
        ("incident", 24, Hours, 0),
        ("incident_result", 72, Hours, 0),
        ("purpose_done", 30, CalendarDays, 0),
        ("withdraw", 30, CalendarDays, 0),
        ("stop_demand", 10, WorkingDays, 5),
        ("cannot_destroy", 6, Months, 0),
        ("auto_objection", 30, CalendarDays, 0),
        ("spread_stop", 3, WorkingDays, 0),
        ("ads_stop", 0, Immediately, 0),
        ("rkn_change", 15, DayOfNextMonth, 0),
        ("rkn_cease", 10, WorkingDays, 0),
        ("rkn_start", 0, Immediately, 0),
        ("rkn_entry", 30, CalendarDays, 0),
    ];
    let norms = Norms::russia();
    assert_eq!(norms.rows().len(), expected.len());
    for (code, amount, unit, extension) in expected {
        let norm = norms.get(code, TODAY).unwrap_or_else(|| panic!("{code}"));
        assert_eq!(norm.term, Term::new(amount, unit), "{code}");
        assert_eq!(
            norm.extension,
            (extension > 0).then_some(Term::new(extension, WorkingDays)),
            "{code}"
        );
        assert!(norm.norm.contains("152-ФЗ ст. "), "{code}");
    }
}

#[test]
fn a_deadline_comes_with_its_article() {
    let (norms, calendar) = (Norms::russia(), WorkingCalendar::russia());
    let withdraw = norms
        .due("withdraw", &noon(date(2026, 12, 4)), &calendar)
        .unwrap();
    assert_eq!(withdraw.norm.norm, "152-ФЗ ст. 21 ч. 5");
    assert_eq!(
        (withdraw.deadline.legal, withdraw.extended),
        (date(2027, 1, 11), None)
    );

    let access = norms
        .due("access", &noon(date(2025, 12, 26)), &calendar)
        .unwrap();
    assert_eq!(access.deadline.legal, date(2026, 1, 21));
    assert_eq!(access.extended.unwrap().legal, date(2026, 1, 28));
    assert_eq!(access.norm.confidence.grounds, Grounds::Stated);
    assert_eq!(
        norms
            .get("unlawful_destroy", TODAY)
            .unwrap()
            .confidence
            .percent,
        Some(97)
    );
}

#[test]
fn what_the_table_does_not_say_is_not_guessed() {
    let (norms, calendar) = (Norms::russia(), WorkingCalendar::russia());
    let due = |code, day| norms.due(code, &noon(day), &calendar).unwrap_err();
    let unknown = |code: &str, on| NormError::Unknown {
        code: code.to_owned(),
        on,
    };
    assert_eq!(due("nothing", TODAY), unknown("nothing", TODAY));
    assert_eq!(
        due("access", date(2022, 8, 31)),
        unknown("access", date(2022, 8, 31))
    );
    assert_eq!(
        due("withdraw", date(2027, 12, 20)),
        NormError::Year(YearUnknown(2028))
    );
}

const HEADER: &str =
    "code,duty,amount,unit,extension_amount,extension_unit,norm,valid_from,valid_to,confidence\n";

#[test]
fn a_corrected_row_applies_from_its_day() {
    let mut norms = Norms::russia();
    let corrected = format!(
        "{HEADER}withdraw,До,30,calendar_days,,,152-ФЗ ст. 21 ч. 5,2022-09-01,2026-12-31,stated\n\
         withdraw,После,10,working_days,,,152-ФЗ ст. 21 ч. 5 (новая),2027-01-01,,memory 60\n"
    );
    norms.merge(&corrected).unwrap();
    assert_eq!(
        norms.get("withdraw", date(2026, 12, 31)).unwrap().duty,
        "До"
    );
    assert_eq!(
        norms.get("withdraw", date(2027, 1, 1)).unwrap().duty,
        "После"
    );
    assert!(norms.get("access", TODAY).is_some(), "other codes stay");
    assert_eq!(norms.rows().len(), Norms::russia().rows().len() + 1);
}

#[test]
fn every_fault_of_a_table_is_listed_and_nothing_is_taken_over() {
    let text = format!(
        "{HEADER}Ответ,d,1,hours,,,n,2022-09-01,,stated\n\
         a,,0,hours,,,,2022-09-01,,stated\n\
         a,d,1,weeks,5,,n,01.09.2022,2022-09-01,sure\n\
         b,d,1,hours,5,immediately,n,2022-09-01,2022-08-31,memory 0\n\
         c,d,1,hours,,,n,2022-09-01,,stated\n\
         d,d,32,day_of_next_month,,,n,2022-09-01,,partly 101\n\
         e,d,1,immediately,,,n,2022-09-01\n\
         c,d,2,hours,,,n,2023-09-01,,stated\n"
    );
    let mut norms = Norms::russia();
    let errors = norms.merge(&text).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "line 2: `Ответ` is not a code of a–z, 0–9 and _\n\
         line 3: `duty` is empty\n\
         line 3: `norm` is empty\n\
         line 3: the amount `0` does not fit its unit\n\
         line 4: `weeks` is not a unit this column can have\n\
         line 4: `` is not a unit this column can have\n\
         line 4: `01.09.2022` is not a date YYYY-MM-DD\n\
         line 4: `sure` is not stated, partly or memory, with or without a per cent of 1–100\n\
         line 5: `immediately` is not a unit this column can have\n\
         line 5: `memory 0` is not stated, partly or memory, with or without a per cent of 1–100\n\
         line 5: valid_to is before valid_from\n\
         line 7: the amount `32` does not fit its unit\n\
         line 7: `partly 101` is not stated, partly or memory, with or without a per cent of 1–100\n\
         line 8: 8 fields instead of 10\n\
         line 9: `c` is in force twice, see line 6"
    );
    assert_eq!(norms, Norms::russia());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_breaks_the_reader(rows in "([a-z0-9_,\"# -]{0,40}\n){0,6}") {
        let _ = Norms::parse(&format!("{HEADER}{rows}"));
    }

    #[test]
    fn deadlines_are_in_order_and_end_on_working_days(day in 0..600_i64, row in 0..22_usize) {
        let (norms, calendar) = (Norms::russia(), WorkingCalendar::russia());
        let norm = &norms.rows()[row];
        let event = noon(date(2025, 1, 1).checked_add(jiff::ToSpan::days(day)).unwrap());
        let due = norms.due(&norm.code, &event, &calendar).unwrap();
        let deadline = &due.deadline;
        prop_assert!(event.date() <= deadline.target && deadline.target <= deadline.legal);
        prop_assert!(deadline.raw <= deadline.legal);
        if !matches!(norm.term.unit, Unit::Hours | Unit::Immediately) {
            prop_assert!(calendar.is_working(deadline.legal).unwrap());
            prop_assert_eq!(deadline.ends.date(), deadline.legal.tomorrow().unwrap());
            let between = deadline.raw < deadline.legal;
            prop_assert!(!between || !calendar.is_working(deadline.raw).unwrap());
        }
        if let Some(extended) = &due.extended {
            prop_assert!(deadline.ends < extended.ends);
        }
    }
}
