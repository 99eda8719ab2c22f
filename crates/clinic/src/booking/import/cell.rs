//! Owns the reading of one cell: text in, value or [`Flaw`] out.

use std::collections::HashSet;

use calendar::DayMinute;
use calendar::schedule::{Audience, Break, DaySpan, NotASpan, Parity, WeekdaySet};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use kernel::{Email, NamePart, Phone};

use super::columns::plain;
use super::flaw::Flaw;
use crate::booking::catalogue::new::{Code, ResourceKind};

/// Nobody who practises today began before it.
const EARLIEST_YEAR: i16 = 1940;

type Read<T> = Result<T, Flaw>;

/// The dearest price, kopecks: ten million roubles.
const DEAREST: i64 = 1_000_000_000;

/// Text of so many characters at most that no spreadsheet takes for a formula.
pub(in crate::booking) fn text(most: usize) -> impl Fn(&str) -> Read<String> {
    move |text| {
        if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
            Err(Flaw::Formula)
        } else if text.chars().count() > most {
            Err(Flaw::TooLong(most))
        } else {
            Ok(text.to_owned())
        }
    }
}

/// Lines parted by `|`, of so many characters at most together.
pub(in crate::booking) fn lines(most: usize) -> impl Fn(&str) -> Read<String> {
    move |cell| {
        let whole = text(most)(cell)?;
        let lines = whole.split('|').map(str::trim);
        Ok(lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n"))
    }
}

/// An electronic address.
pub(in crate::booking) fn email(text: &str) -> Read<String> {
    let email = Email::parse(text).map_err(|_| Flaw::Email)?;
    Ok(email.reveal().to_owned())
}

/// The year in which somebody living began to practise, not after `latest`.
pub(in crate::booking) fn year(latest: i16) -> impl Fn(&str) -> Read<i16> {
    move |text| {
        let refused = || Flaw::Year(EARLIEST_YEAR, latest);
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let year = digits.then(|| text.parse().ok()).flatten();
        year.filter(|year| (EARLIEST_YEAR..=latest).contains(year))
            .ok_or_else(refused)
    }
}

/// A person's whole name.
pub(in crate::booking) fn name(text: &str) -> Read<String> {
    let name = NamePart::parse(text).map_err(Flaw::Name)?;
    Ok(name.reveal().to_owned())
}

/// A telephone number, kept as people read it.
pub(in crate::booking) fn phone(text: &str) -> Read<String> {
    Phone::parse(text).map_err(Flaw::Phone)?;
    Ok(text.to_owned())
}

/// A code.
pub(in crate::booking) fn code(text: &str) -> Read<Code> {
    let allowed = |character: char| character.is_alphanumeric() || character == '-';
    if text.is_empty()
        || text.starts_with('-')
        || text.chars().count() > 40
        || !text.chars().all(allowed)
    {
        return Err(Flaw::Code);
    }
    let latin = text
        .chars()
        .any(|character| character.is_ascii_alphabetic());
    let cyrillic = text
        .chars()
        .any(|character| matches!(character, '\u{400}'..='\u{52f}'));
    if latin && cyrillic {
        // А and A look the same, and a code that is not found for that reason is hard to mend.
        return Err(Flaw::MixedAlphabets);
    }
    Ok(text.to_owned())
}

/// Codes parted by `|` or a comma, none twice.
pub(in crate::booking) fn codes(text: &str) -> Read<Vec<Code>> {
    let mut seen = HashSet::new();
    let once = |part| {
        let code = code(part)?;
        if seen.insert(part) {
            Ok(code)
        } else {
            Err(Flaw::Twice(code))
        }
    };
    parts(text).map(once).collect()
}

/// A time zone by its IANA name, in the spelling of the database.
pub(in crate::booking) fn zone(text: &str) -> Read<String> {
    let refused = || Flaw::Zone(text.to_owned());
    let like_a_name =
        |character: char| character.is_ascii_alphanumeric() || "/_-+".contains(character);
    let has_region = text.contains('/') && !text.starts_with(['/', '.']);
    if !has_region || !text.chars().all(like_a_name) || plain(text) == "etc unknown" {
        return Err(refused());
    }
    let zone = TimeZone::get(text).map_err(|_| refused())?;
    zone.iana_name().map(str::to_owned).ok_or_else(refused)
}

/// A time of day.
pub(in crate::booking) fn time(text: &str) -> Read<DayMinute> {
    text.parse().map_err(|_| Flaw::Time(text.to_owned()))
}

/// From a time to a time; over midnight when the end is not later.
pub(in crate::booking) fn span(start: DayMinute, end: DayMinute) -> Read<DaySpan> {
    DaySpan::new(start, end).map_err(not_a_span)
}

/// Breaks `12:00-12:30`, parted by `|` or a comma.
pub(in crate::booking) fn breaks(text: &str) -> Read<Vec<Break>> {
    let pause = |part: &str| {
        let unclear = || Flaw::Span(part.to_owned());
        let (start, end) = part.split_once(['-', '–', '—']).ok_or_else(unclear)?;
        let minute = |text: &str| text.trim().parse::<DayMinute>().map_err(|_| unclear());
        Break::new(minute(start)?, minute(end)?).map_err(not_a_span)
    };
    parts(text).map(pause).collect()
}

fn not_a_span(refusal: NotASpan) -> Flaw {
    match refusal {
        NotASpan::StartsAtEnd => Flaw::StartsAtEnd,
        NotASpan::EmptyBreak => Flaw::EmptyBreak,
    }
}

/// A date ДД.ММ.ГГГГ of the years 2000–2199.
pub(in crate::booking) fn date(text: &str) -> Read<Date> {
    let refused = || Flaw::Date(text.to_owned());
    let mut parts = text.split('.');
    let mut number = |lengths: std::ops::RangeInclusive<usize>| {
        let part = parts.next().filter(|part| lengths.contains(&part.len()))?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (day, month, year) = (number(1..=2), number(1..=2), number(4..=4));
    let (Some(day), Some(month), Some(year), None) = (day, month, year, parts.next()) else {
        return Err(refused());
    };
    if !(2000..=2199).contains(&year) {
        return Err(refused());
    }
    let small = |number: i16| i8::try_from(number).map_err(|_| refused());
    Date::new(year, small(month)?, small(day)?).map_err(|_| refused())
}

/// A price in kopecks: `1500`, `1 500,00`, `1500.5 руб.`
pub(in crate::booking) fn price(text: &str) -> Read<i64> {
    let refused = || Flaw::Price(text.to_owned());
    let mut number = text;
    for unit in ["₽", "руб.", "руб", "р."] {
        number = number.strip_suffix(unit).unwrap_or(number);
    }
    let number = number.trim();
    let (roubles, kopecks) = number.split_once([',', '.']).unwrap_or((number, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let groups: Vec<&str> = roubles.split([' ', '\u{a0}', '\u{202f}']).collect();
    let grouped = groups.len() == 1
        || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let roubles = groups.concat();
    if !grouped || !digits(&roubles, 8) || !digits(kopecks, 2) {
        return Err(refused());
    }
    let roubles: i64 = roubles.parse().map_err(|_| refused())?;
    let hundredths: i64 = format!("{kopecks:0<2}").parse().map_err(|_| refused())?;
    let price = roubles * 100 + hundredths;
    if price > DEAREST {
        Err(refused())
    } else {
        Ok(price)
    }
}

/// A whole number from `least` to `most`.
pub(in crate::booking) fn number(least: u16, most: u16) -> impl Fn(&str) -> Read<u16> {
    move |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or(Flaw::Number(least, most))
    }
}

/// An age in full years.
pub(in crate::booking) fn age(text: &str) -> Read<u8> {
    let age = number(0, kernel::limits::AGE_YEARS.unsigned_abs())(text)?;
    u8::try_from(age).map_err(|_| Flaw::Number(0, 255))
}

/// Minutes in a cell of time.
pub(in crate::booking) fn grain(text: &str) -> Read<u16> {
    match text {
        "5" => Ok(5),
        "1" => Ok(1),
        _ => Err(Flaw::Grain),
    }
}

/// A room or a device.
pub(in crate::booking) fn kind(text: &str) -> Read<ResourceKind> {
    match plain(text).as_str() {
        "кабинет" | "room" => Ok(ResourceKind::Room),
        "аппарат" | "device" => Ok(ResourceKind::Device),
        _ => Err(Flaw::Word(
            text.to_owned(),
            "кабинет, аппарат",
            "room, device",
        )),
    }
}

/// Odd or even dates.
pub(in crate::booking) fn parity(text: &str) -> Read<Parity> {
    match plain(text).as_str() {
        "все" | "любые" | "any" | "all" => Ok(Parity::Any),
        "нечетные" | "нечет" | "по нечетным" | "odd" => Ok(Parity::Odd),
        "четные" | "чет" | "по четным" | "even" => Ok(Parity::Even),
        _ => Err(Flaw::Word(
            text.to_owned(),
            "все, чётные, нечётные",
            "any, even, odd",
        )),
    }
}

/// For whom a shift is open.
pub(in crate::booking) fn audience(text: &str) -> Read<Audience> {
    match plain(text).as_str() {
        "все" | "всех" | "everyone" | "all" => Ok(Audience::Everyone),
        "сайт" | "site" => Ok(Audience::Site),
        "регистратура" | "desk" => Ok(Audience::Desk),
        _ => Err(Flaw::Word(
            text.to_owned(),
            "все, сайт, регистратура",
            "everyone, site, desk",
        )),
    }
}

/// What is different on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeKind {
    DayOff,
    PartOff,
    Replace,
}

/// The word for it.
pub(super) fn change(text: &str) -> Read<ChangeKind> {
    match plain(text).as_str() {
        "выходной" | "day off" => Ok(ChangeKind::DayOff),
        "отсутствие" | "отсутствует" | "absence" | "absent" => {
            Ok(ChangeKind::PartOff)
        }
        "замена" | "replacement" | "replace" => Ok(ChangeKind::Replace),
        _ => Err(Flaw::Word(
            text.to_owned(),
            "выходной, отсутствие, замена",
            "day off, absence, replacement",
        )),
    }
}

/// Days of the week: `Пн-Пт`, `Пн|Ср`, `пн ср`, `ежедневно`, `будни`, `выходные`; a range may go over Sunday.
pub(in crate::booking) fn days(text: &str) -> Read<WeekdaySet> {
    let refused = || Flaw::Days(text.to_owned());
    match plain(text).as_str() {
        "ежедневно" | "все" | "daily" | "all" => return Ok(WeekdaySet::ALL),
        "будни" | "weekdays" => return Ok(WeekdaySet::MONDAY_TO_FRIDAY),
        "выходные" | "weekends" => return days("Сб|Вс"),
        _ => {}
    }
    // A dash binds its neighbours however it is spaced.
    let dashed = text.to_lowercase().replace(['–', '—'], "-");
    let dashed = dashed
        .split('-')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("-");
    let mut days = WeekdaySet::NONE;
    let tokens =
        dashed.split(|character: char| character.is_whitespace() || "|,".contains(character));
    for token in tokens.filter(|token| !token.is_empty()) {
        match token.split_once('-') {
            None => days = days.with(weekday(token).ok_or_else(refused)?),
            Some((first, last)) => {
                let first = weekday(first).ok_or_else(refused)?;
                let last = weekday(last).ok_or_else(refused)?;
                let mut day = first;
                days = days.with(day);
                while day != last {
                    day = day.next();
                    days = days.with(day);
                }
            }
        }
    }
    if days == WeekdaySet::NONE {
        Err(refused())
    } else {
        Ok(days)
    }
}

/// The days of the week as the sample has them, from Monday.
pub(super) const DAY_NAMES: [&str; 7] = ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"];

fn weekday(token: &str) -> Option<Weekday> {
    const NAMES: [[&str; 4]; 7] = [
        ["пн", "понедельник", "mon", "monday"],
        ["вт", "вторник", "tue", "tuesday"],
        ["ср", "среда", "wed", "wednesday"],
        ["чт", "четверг", "thu", "thursday"],
        ["пт", "пятница", "fri", "friday"],
        ["сб", "суббота", "sat", "saturday"],
        ["вс", "воскресенье", "sun", "sunday"],
    ];
    let token = token.trim_end_matches('.');
    let at = NAMES.iter().position(|names| names.contains(&token))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

/// The parts of a list.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['|', ','])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
