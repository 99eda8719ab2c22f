//! Dates, times, money and lengths as people read them: «24 ноября, вторник, 10:00».

use clinic::booking::Catalogue;
use clinic::booking::catalogue::{Branch, Resource};
pub(crate) use clinic::booking::money;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use kernel::Moment;

use super::words::{Fill, Words};

/// A moment of the clock on the wall of a branch; `minutes` since 1970 UTC.
pub(crate) fn local(zone: &TimeZone, minutes: i64) -> Zoned {
    Moment::from_minutes(minutes)
        .timestamp()
        .to_zoned(zone.clone())
}

/// «10:00».
pub(crate) fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// «24 ноября, вторник, 10:00».
pub(crate) fn day_and_time(words: Words, at: &Zoned) -> String {
    format!("{}, {}", day(words, at.date()), clock(at))
}

/// «сегодня, 10:00», «завтра, 10:00», else with the day in full.
pub(crate) fn soon(words: Words, at: &Zoned, today: Date) -> String {
    let day = soon_day(words, at.date(), today);
    format!("{day}, {}", clock(at))
}

/// «сегодня», «завтра», else «24 ноября, вторник».
pub(crate) fn soon_day(words: Words, date: Date, today: Date) -> String {
    if date == today {
        words.say("day-today")
    } else if today.tomorrow().is_ok_and(|next| next == date) {
        words.say("day-tomorrow")
    } else {
        day(words, date)
    }
}

/// «24 ноября, вторник».
pub(crate) fn day(words: Words, date: Date) -> String {
    words.fill(
        "date-day",
        [
            ("day", Fill::from(i64::from(date.day()))),
            (
                "month",
                Fill::from(words.say(&format!("month-{}", date.month()))),
            ),
            ("weekday", Fill::from(weekday(words, date))),
        ],
    )
}

/// «24 ноября».
pub(crate) fn short_day(words: Words, date: Date) -> String {
    words.fill(
        "date-short",
        [
            ("day", Fill::from(i64::from(date.day()))),
            (
                "month",
                Fill::from(words.say(&format!("month-{}", date.month()))),
            ),
        ],
    )
}

/// «вторник».
pub(crate) fn weekday(words: Words, date: Date) -> String {
    words.say(&format!(
        "weekday-{}",
        date.weekday().to_monday_one_offset()
    ))
}

/// «24 ноября 2026 года», in the zone given.
pub(crate) fn full_day(words: Words, at: Timestamp, zone: &TimeZone) -> String {
    trust::consent::declaration::day_in_words(at.to_zoned(zone.clone()).date(), words.of_texts())
}

/// «30 минут».
pub(crate) fn length(words: Words, minutes: i64) -> String {
    words.fill("minutes", [("count", Fill::from(minutes))])
}

/// «стаж 14 лет», counted from the year in which practice began; nothing for a year that is still to come.
pub(crate) fn experience(words: Words, since: i16, today: Date) -> Option<String> {
    let years = i64::from(today.year()) - i64::from(since);
    match years {
        ..0 => None,
        0 => Some(words.say("experience-new")),
        _ => Some(words.fill("experience", [("count", Fill::from(years))])),
    }
}

/// «08:00–20:00», minutes of the local day.
pub(crate) fn hours(opens: u16, closes: u16) -> String {
    let one = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{}–{}", one(opens), one(closes))
}

/// For whom a service is, in whole years: «с 18 лет», «до 18 лет»; nothing where anybody is welcome. The catalogue's
/// last age is still welcome, so people are told the first that is not.
pub(crate) fn ages(words: Words, from: Option<i16>, to: Option<i16>) -> Option<String> {
    let place = |name, age: i64| (name, Fill::from(age));
    let from = from.filter(|age| *age > 0).map(i64::from);
    let under = to.map(|age| i64::from(age) + 1);
    match (from, under) {
        (None, None) => None,
        (Some(from), None) => Some(words.fill("ages-from", [place("from", from)])),
        (None, Some(under)) => Some(words.fill("ages-to", [place("to", under)])),
        (Some(from), Some(under)) => {
            Some(words.fill("ages-between", [place("from", from), place("to", under)]))
        }
    }
}

/// A practitioner's speciality: the catalogue has a code; the common ones have names in `locales/`.
pub(crate) fn speciality(words: Words, practitioner: &Resource) -> String {
    speciality_coded(words, &practitioner.family)
}

/// The same of a code alone.
pub(crate) fn speciality_coded(words: Words, code: &str) -> String {
    words
        .maybe(&format!("speciality-{code}"))
        .unwrap_or_else(|| {
            let spaced = code.replace('-', " ");
            let mut characters = spaced.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(characters).collect()
            })
        })
}

/// Where a branch is, with its name.
pub(crate) fn place(words: Words, branch: &Branch) -> String {
    format!(
        "{}, {}",
        branch.title.get(words.0),
        branch.address.get(words.0)
    )
}

/// The day it is at the clinic: in its first branch's zone.
pub(crate) fn today(catalogue: &Catalogue, now: Moment) -> Date {
    now.timestamp().to_zoned(zone(catalogue)).date()
}

/// The clinic's zone: its first branch's.
pub(crate) fn zone(catalogue: &Catalogue) -> TimeZone {
    catalogue
        .branches
        .first()
        .map_or(TimeZone::UTC, |branch| branch.zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Language;

    const RU: Words = Words(Language::Ru);
    const EN: Words = Words(Language::En);

    #[test]
    fn dates_read_as_clinics_write_them() {
        let moscow = TimeZone::get("Europe/Moscow").expect("a zone");
        let at = local(
            &moscow,
            "2026-11-24T07:00:00Z"
                .parse::<Timestamp>()
                .map(|at| Moment::from(at).minutes())
                .expect("a time"),
        );
        assert_eq!(day_and_time(RU, &at), "24 ноября, вторник, 10:00");
        assert_eq!(day_and_time(EN, &at), "Tuesday, 24 November, 10:00");
        assert_eq!(short_day(RU, at.date()), "24 ноября");
    }

    #[test]
    fn money_and_minutes_have_their_forms() {
        assert_eq!(money(180_000), "1\u{a0}800\u{a0}₽");
        assert_eq!(money(99_950), "999,50\u{a0}₽");
        assert_eq!(money(123_456_700), "1\u{a0}234\u{a0}567\u{a0}₽");
        assert_eq!(
            [1, 2, 5, 21, 30].map(|count| length(RU, count)),
            ["1 минута", "2 минуты", "5 минут", "21 минута", "30 минут"]
        );
        assert_eq!(
            [1, 30].map(|count| length(EN, count)),
            ["1 minute", "30 minutes"]
        );
        assert_eq!(hours(480, 1200), "08:00–20:00");
    }

    #[test]
    fn near_days_have_names() {
        let day = jiff::civil::date(2026, 11, 23);
        let at = |date: Date| date.at(9, 5, 0, 0).to_zoned(TimeZone::UTC).expect("a time");
        assert_eq!(soon(RU, &at(day), day), "сегодня, 09:05");
        assert_eq!(
            soon(RU, &at(jiff::civil::date(2026, 11, 24)), day),
            "завтра, 09:05"
        );
        assert_eq!(
            soon(EN, &at(jiff::civil::date(2026, 11, 24)), day),
            "tomorrow, 09:05"
        );
        assert_eq!(
            soon(RU, &at(jiff::civil::date(2026, 11, 25)), day),
            "25 ноября, среда, 09:05"
        );
    }

    #[test]
    fn years_of_experience_have_their_forms() {
        let today = jiff::civil::date(2026, 11, 23);
        let says = |words, since| experience(words, since, today);
        for (since, text) in [
            (2025, "стаж 1 год"),
            (2024, "стаж 2 года"),
            (2021, "стаж 5 лет"),
            (2015, "стаж 11 лет"),
            (2012, "стаж 14 лет"),
            (2005, "стаж 21 год"),
            (2026, "стаж меньше года"),
        ] {
            assert_eq!(
                says(RU, since)
                    .map(|text| text.replace('\u{a0}', " "))
                    .as_deref(),
                Some(text)
            );
        }
        assert_eq!(says(EN, 2025).as_deref(), Some("1 year of experience"));
        assert_eq!(says(EN, 2012).as_deref(), Some("14 years of experience"));
        assert_eq!(says(RU, 2027), None);
    }
}
