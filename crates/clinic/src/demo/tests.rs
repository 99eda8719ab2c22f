//! The demo is lawful, whole and fictional.

use std::collections::{BTreeMap, BTreeSet};

use calendar::schedule::{Interval, Visit};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use kernel::{BirthDate, Language, NamePart, Phone};

use super::{DAYS, FILE, catalogue, patients, taken};
use crate::booking::catalogue::new::{NewCatalogue, ResourceKind, Words};
use crate::booking::import;

/// A Friday; with the days after it every day of the week and a 31st before a 1st.
const TODAY: Date = date(2026, 10, 30);

fn days_from(today: Date) -> impl Iterator<Item = Date> {
    (0..DAYS).map(move |day| today.saturating_add(day.days()))
}

/// Who begins a shift on a date, by the plain reading of the rules.
fn working(catalogue: &NewCatalogue, day: Date) -> BTreeSet<&str> {
    let admits = |rule: &calendar::schedule::WeeklySchedule<String>| {
        let parity = match rule.days.parity {
            calendar::schedule::Parity::Any => true,
            calendar::schedule::Parity::Odd => day.day() % 2 == 1,
            calendar::schedule::Parity::Even => day.day() % 2 == 0,
        };
        let valid = rule.from.unwrap() <= day && day <= rule.to.unwrap();
        parity && valid && rule.days.weekdays.contains(day.weekday())
    };
    let schedules = catalogue.schedules.iter();
    schedules
        .filter(|one| admits(&one.rule))
        .map(|one| one.practitioner.as_str())
        .collect()
}

#[test]
fn the_file_has_neither_errors_nor_warnings_and_is_what_was_promised() {
    let examined = import::examine(FILE.as_bytes(), TODAY);
    let told: Vec<String> = examined.problems.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:#?}");

    let catalogue = catalogue(TODAY);
    let counts = import::summary(&catalogue);
    assert_eq!(
        (counts.branches, counts.practitioners, counts.services),
        (2, 20, 25)
    );
    let is_practitioner = |kind| kind == ResourceKind::Practitioner;
    let specialities: BTreeSet<_> = catalogue
        .resources
        .iter()
        .filter(|one| is_practitioner(one.kind))
        .map(|one| &one.family)
        .collect();
    assert_eq!(specialities.len(), 8);
    for branch in &catalogue.branches {
        let scanners = catalogue.resources.iter().filter(|one| {
            one.family == "ultrasound"
                && !is_practitioner(one.kind)
                && one.branch.as_ref() == Some(&branch.code)
        });
        assert_eq!(scanners.map(|one| one.lanes).sum::<u16>(), 2);
    }
    for service in &catalogue.services {
        assert!((20..=60).contains(&service.duration), "{}", service.code);
        assert!(service.price > 0);
        for words in [&service.title, &service.preparation] {
            assert!(
                !words.ru.is_empty() && !words.en.is_empty(),
                "{}",
                service.code
            );
        }
    }
    let first = &catalogue.services[0];
    assert_eq!((first.age_from, first.age_to), (None, None));
    assert!(first.requires.is_empty());
}

#[test]
fn the_site_has_something_to_tell_of_everything_in_both_languages() {
    let catalogue = catalogue(TODAY);
    let lines = |words: &Words| {
        let [ru, en] = [Language::Ru, Language::En].map(|language| words.lines(language).count());
        assert_eq!(ru, en, "{words:?}");
        ru
    };
    let mut told = BTreeSet::new();
    for one in &catalogue.resources {
        if one.kind != ResourceKind::Practitioner {
            assert_eq!(one.education, Words::default(), "{}", one.code);
            continue;
        }
        assert!(lines(&one.education) >= 3, "{}", one.code);
        assert!(told.insert(&one.education.ru), "{}", one.code);
        // Years never go back, and practice begins when the first training after the university ends.
        let years: Vec<i16> = one
            .education
            .lines(Language::Ru)
            .map(|line| line[..4].parse().unwrap())
            .collect();
        assert!(years.is_sorted(), "{}: {years:?}", one.code);
        let since = one.practising_since.unwrap();
        assert_eq!(since, years[1], "{}", one.code);
        let least = match &one.about.ru {
            about if about.contains("высшая категория") => 20,
            about if about.contains("первая категория") => 10,
            _ => 3,
        };
        assert!(TODAY.year() - since >= least, "{}", one.code);
        let latest = years[years.len() - 1];
        assert!(TODAY.year() - latest <= 5, "{}: accreditation", one.code);
    }
    for service in &catalogue.services {
        assert_eq!(lines(&service.about), 1, "{}", service.code);
        assert!(told.insert(&service.about.ru), "{}", service.code);
    }
    for branch in &catalogue.branches {
        assert!(lines(&branch.way) >= 4, "{}", branch.code);
        // Reserved by RFC 2606: nobody's mail.
        assert!(branch.email.ends_with(".example"), "{}", branch.email);
    }
}

#[test]
fn schedules_last_sixty_days_and_no_longer() {
    for today in [TODAY, date(2027, 2, 28), date(2028, 2, 29)] {
        let catalogue = catalogue(today);
        assert!(days_from(today).all(|day| !working(&catalogue, day).is_empty()));
        let after = today.saturating_add(DAYS.days());
        for day in [today.yesterday().unwrap(), after] {
            assert!(working(&catalogue, day).is_empty(), "{day}");
        }
    }
}

#[test]
fn the_first_service_is_given_every_day_by_two_at_least() {
    for start in 0..40 {
        let today = TODAY.saturating_add(start.days());
        let catalogue = catalogue(today);
        let first = &catalogue.services[0].practitioners;
        for day in days_from(today) {
            let working = working(&catalogue, day);
            let count = first
                .iter()
                .filter(|code| working.contains(code.as_str()))
                .count();
            assert!(count >= 2, "{day}: {count}");
            let all = if day.weekday() == Weekday::Sunday {
                2
            } else {
                6
            };
            assert!(working.len() >= all, "{day}: {working:?}");
        }
    }
}

#[test]
fn patients_are_people_the_house_would_take() {
    let patients = patients(TODAY);
    let mut phones = BTreeSet::new();
    let mut persons = BTreeSet::new();
    for patient in &patients {
        for part in [&patient.surname, &patient.given_name, &patient.patronymic] {
            assert!(NamePart::parse(part).is_ok(), "{part}");
        }
        let typed = patient.birth_date.to_string();
        let age = BirthDate::parse(&typed, TODAY).unwrap().age_on(TODAY);
        let phone = match (&patient.phone, &patient.guardian) {
            (Some(phone), None) => {
                assert!((18..100).contains(&age), "{age}");
                phone
            }
            (None, Some(guardian)) => {
                assert!((0..18).contains(&age), "{age}");
                for part in [
                    &guardian.surname,
                    &guardian.given_name,
                    &guardian.patronymic,
                ] {
                    assert!(NamePart::parse(part).is_ok(), "{part}");
                }
                &guardian.phone
            }
            both => panic!("{both:?}"),
        };
        assert!(Phone::parse(phone).unwrap().reveal().starts_with("+799900"));
        assert!(phones.insert(phone));
        assert!(persons.insert((
            &patient.surname,
            &patient.given_name,
            &patient.patronymic,
            patient.birth_date
        )));
    }
    assert!(patients.iter().any(|patient| patient.guardian.is_some()));
}

#[test]
fn half_of_two_days_is_taken_without_a_clash() {
    for start in 0..14 {
        let today = TODAY.saturating_add(start.days());
        let catalogue = catalogue(today);
        let patients = patients(today);
        let taken = taken(today);
        let two_days = [today, today.tomorrow().unwrap()];
        let shifts: usize = two_days
            .iter()
            .map(|day| working(&catalogue, *day).len())
            .sum();
        // Sixteen starts of 20 minutes or eight of 40, and half of them taken.
        assert!(
            (3 * shifts..=8 * shifts).contains(&taken.len()),
            "{today}: {} of {shifts}",
            taken.len()
        );
        let given: BTreeSet<_> = taken.iter().map(|one| &one.practitioner).collect();
        let expected: BTreeSet<_> = two_days
            .iter()
            .flat_map(|day| working(&catalogue, *day))
            .collect();
        assert_eq!(given.len(), expected.len());
        let seen: BTreeSet<_> = taken.iter().map(|one| one.patient).collect();
        assert_eq!(seen.len(), taken.len(), "a patient comes once");

        let mut claims: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
        for one in &taken {
            let service = catalogue
                .services
                .iter()
                .find(|service| service.code == one.service)
                .unwrap();
            assert!(service.practitioners.contains(&one.practitioner));
            let local = one
                .start
                .timestamp()
                .to_zoned(jiff::tz::TimeZone::get("Europe/Moscow").unwrap());
            assert!(two_days.contains(&local.date()));
            assert!(working(&catalogue, local.date()).contains(one.practitioner.as_str()));

            let age =
                BirthDate::parse(&patients[one.patient].birth_date.to_string(), today).unwrap();
            let age = u8::try_from(age.age_on(local.date())).unwrap();
            assert!(
                service.age_from.is_none_or(|from| from <= age),
                "{} at {age}",
                service.code
            );
            assert!(
                service.age_to.is_none_or(|to| age <= to),
                "{} at {age}",
                service.code
            );

            let visit = Visit::new(
                service.duration,
                service.buffer_before,
                service.buffer_after,
                service.step,
            )
            .unwrap();
            let claim = visit.claim(one.start);
            claims
                .entry(one.practitioner.clone())
                .or_default()
                .push(claim);
            for family in &service.requires {
                claims
                    .entry(format!("{family} at {}", one.branch))
                    .or_default()
                    .push(claim);
            }
        }
        for (what, claims) in claims {
            let lanes = match what.split_once(" at ") {
                None => 1,
                Some((family, branch)) => catalogue
                    .resources
                    .iter()
                    .filter(|one| one.family == family && one.branch.as_deref() == Some(branch))
                    .map(|one| usize::from(one.lanes))
                    .sum(),
            };
            for claim in &claims {
                let at_once = claims
                    .iter()
                    .filter(|other| other.contains(claim.start()))
                    .count();
                assert!(at_once <= lanes, "{what}: {at_once} of {lanes}");
            }
        }
    }
}

#[test]
fn the_plan_is_the_same_every_time() {
    assert_eq!(taken(TODAY), taken(TODAY));
    assert_eq!(patients(TODAY), patients(TODAY));
}
