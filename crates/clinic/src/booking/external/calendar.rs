//! An iCalendar file (RFC 5545) as stretches of busy time.
//!
//! *Invariant*: of an event are read its times, its recurrence and whether it counts. Titles, descriptions, places and
//! people are dropped where their line is met and reach no value of ours. Recurrences are followed to the horizon and no
//! further, and together no more often than [`MOST`] times.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rrule::RRuleSet;

use super::flaw::{Flaw, Wrong};

/// Occurrences looked at in one file.
const MOST: usize = 100_000;
/// Events that recur, in one file.
const MOST_RECURRING: usize = 2_000;
/// Days that an event lasts at most.
const LONGEST: i64 = 31;

/// A stretch of real time, the end excluded.
pub(super) type Stretch = (Timestamp, Timestamp);

/// Names of zones as programs of Microsoft write them (Unicode CLDR, windowsZones).
const WINDOWS: [(&str, &str); 12] = [
    ("Kaliningrad Standard Time", "Europe/Kaliningrad"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Russia Time Zone 3", "Europe/Samara"),
    ("Volgograd Standard Time", "Europe/Volgograd"),
    ("Ekaterinburg Standard Time", "Asia/Yekaterinburg"),
    ("Omsk Standard Time", "Asia/Omsk"),
    ("N. Central Asia Standard Time", "Asia/Novosibirsk"),
    ("North Asia Standard Time", "Asia/Krasnoyarsk"),
    ("North Asia East Standard Time", "Asia/Irkutsk"),
    ("Yakutsk Standard Time", "Asia/Yakutsk"),
    ("Vladivostok Standard Time", "Asia/Vladivostok"),
    ("Russia Time Zone 11", "Asia/Kamchatka"),
];

/// A time as it is written: by a clock on a wall.
#[derive(Clone, Debug)]
struct When {
    local: DateTime,
    zone: TimeZone,
    whole_day: bool,
}

impl When {
    fn instant(&self) -> Option<Timestamp> {
        instant(&self.zone, self.local)
    }
}

/// The instant of a clock's reading; one that the clock skips is as much later as the clock was put forward.
fn instant(zone: &TimeZone, local: DateTime) -> Option<Timestamp> {
    let at = zone.to_ambiguous_zoned(local).compatible().ok()?;
    Some(at.timestamp())
}

/// An event as far as it is read.
#[derive(Default)]
struct Event {
    line: u64,
    uid: String,
    start: Option<When>,
    end: Option<When>,
    lasts: Option<SignedDuration>,
    rule: Option<(u64, String)>,
    without: Vec<When>,
    more: Vec<When>,
    instead_of: Option<When>,
    free: bool,
    cancelled: bool,
}

/// The busy stretches of a calendar that touch `horizon`, in the zone `local` where none is named.
///
/// # Errors
/// What is wrong, by line; then nothing of the file counts.
pub(super) fn busy(
    text: &str,
    local: &TimeZone,
    horizon: Stretch,
) -> Result<Vec<Stretch>, Vec<Flaw>> {
    let events = events(text, local)?;
    let mut flaws = Vec::new();
    let mut left = MOST;
    let recurring = events.iter().filter(|event| event.rule.is_some()).count();
    if recurring > MOST_RECURRING {
        return Err(vec![Flaw::of_file(Wrong::TooMany)]);
    }
    // Occurrences that an event of its own stands for, by the event that recurs.
    let mut replaced: BTreeMap<&str, BTreeSet<Timestamp>> = BTreeMap::new();
    for event in &events {
        if let Some(at) = event.instead_of.as_ref().and_then(When::instant) {
            replaced.entry(&event.uid).or_default().insert(at);
        }
    }
    let nothing = BTreeSet::new();
    let mut found = Vec::new();
    for event in events
        .iter()
        .filter(|event| !event.free && !event.cancelled)
    {
        let without = match event.instead_of {
            Some(_) => &nothing,
            None => replaced.get(event.uid.as_str()).unwrap_or(&nothing),
        };
        match occurrences(event, without, horizon, &mut left) {
            Ok(stretches) => found.extend(stretches),
            Err(flaw) => flaws.push(flaw),
        }
        if flaws.len() >= super::flaw::MOST || left == 0 {
            break;
        }
    }
    if left == 0 {
        flaws.push(Flaw::of_file(Wrong::TooMany));
    }
    if flaws.is_empty() {
        Ok(found)
    } else {
        Err(flaws)
    }
}

/// Lines put together again (RFC 5545 §3.1), each with the number of its first.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// Parameters of a line, by their names in capitals.
type Parameters = Vec<(String, String)>;

/// A line taken apart: name, parameters, value.
fn parts(line: &str) -> Option<(String, Parameters, &str)> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, sign)| {
        quoted ^= sign == '"';
        (sign == ':' && !quoted).then_some(at)
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut words = head.split(';');
    let name = words.next()?.to_ascii_uppercase();
    let parameters = words.filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        Some((
            name.to_ascii_uppercase(),
            value.trim_matches('"').to_owned(),
        ))
    });
    Some((name, parameters.collect(), value))
}

/// Which part of a calendar begins or ends with this line, in capitals.
fn component(line: &str, word: &str) -> Option<String> {
    let head = line.get(..word.len())?;
    let rest = || line[word.len()..].trim().to_ascii_uppercase();
    head.eq_ignore_ascii_case(word).then(rest)
}

fn events(text: &str, local: &TimeZone) -> Result<Vec<Event>, Vec<Flaw>> {
    let lines = unfolded(text);
    let is = |line: Option<&(u64, String)>, word: &str| {
        line.is_some_and(|(_, line)| line.trim().eq_ignore_ascii_case(word))
    };
    let whole = is(lines.first(), "BEGIN:VCALENDAR") && is(lines.last(), "END:VCALENDAR");
    if !whole {
        return Err(vec![Flaw::of_file(Wrong::NotCalendar)]);
    }
    let (mut events, mut flaws) = (Vec::new(), Vec::new());
    let mut inside: Vec<String> = Vec::new();
    let mut event = Event::default();
    for (number, line) in &lines {
        if let Some(begun) = component(line, "BEGIN:") {
            if begun == "VEVENT" {
                event = Event {
                    line: *number,
                    ..Event::default()
                };
            }
            inside.push(begun);
            continue;
        }
        if let Some(ended) = component(line, "END:") {
            if inside.pop().as_deref() != Some(ended.as_str()) {
                return Err(vec![Flaw::at(*number, Wrong::NotCalendar)]);
            }
            if ended == "VEVENT" {
                events.push(std::mem::take(&mut event));
            }
            continue;
        }
        if inside.last().is_none_or(|name| name != "VEVENT") {
            continue;
        }
        let Some((name, parameters, value)) = parts(line) else {
            // A line that is none: some programs break titles so. It is of no event's times.
            continue;
        };
        if let Err(wrong) = read(&mut event, *number, (&name, &parameters, value), local) {
            flaws.push(Flaw::at(*number, wrong));
        }
        if flaws.len() >= super::flaw::MOST {
            break;
        }
    }
    if !inside.is_empty() && flaws.is_empty() {
        flaws.push(Flaw::of_file(Wrong::NotCalendar));
    }
    if flaws.is_empty() {
        Ok(events)
    } else {
        Err(flaws)
    }
}

fn read(
    event: &mut Event,
    line: u64,
    (name, parameters, value): (&str, &[(String, String)], &str),
    local: &TimeZone,
) -> Result<(), Wrong> {
    let one = || when(parameters, value, local);
    let several = || -> Result<Vec<When>, Wrong> {
        let values = value.split(',').filter(|value| !value.trim().is_empty());
        // Of a period (RFC 5545 §3.3.9) the beginning; its length is the event's.
        values
            .map(|value| when(parameters, value.split('/').next().unwrap_or(value), local))
            .collect()
    };
    match name {
        "UID" => value.trim().clone_into(&mut event.uid),
        "DTSTART" => event.start = Some(one()?),
        "DTEND" => event.end = Some(one()?),
        "DURATION" => event.lasts = Some(duration(value)?),
        "RRULE" if event.rule.is_some() => return Err(Wrong::Recurrence),
        "RRULE" => event.rule = Some((line, value.trim().to_owned())),
        "EXDATE" => event.without.extend(several()?),
        "RDATE" => event.more.extend(several()?),
        "RECURRENCE-ID" => event.instead_of = Some(one()?),
        "STATUS" => event.cancelled = value.trim().eq_ignore_ascii_case("CANCELLED"),
        "TRANSP" => event.free = value.trim().eq_ignore_ascii_case("TRANSPARENT"),
        "EXRULE" => return Err(Wrong::Recurrence),
        _ => {}
    }
    Ok(())
}

fn when(parameters: &[(String, String)], value: &str, local: &TimeZone) -> Result<When, Wrong> {
    let value = value.trim();
    let zone = parameters.iter().find(|(name, _)| name == "TZID");
    let (text, utc) = match value.strip_suffix(['Z', 'z']) {
        Some(text) => (text, true),
        None => (value, false),
    };
    let zone = match zone {
        _ if utc => TimeZone::UTC,
        Some((_, name)) => zone_named(name).ok_or(Wrong::Zone)?,
        None => local.clone(),
    };
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = digits(date, 8).ok_or(Wrong::Time)?;
    let date = Date::new(
        i16::try_from(date / 10_000).map_err(|_| Wrong::Time)?,
        i8::try_from(date / 100 % 100).map_err(|_| Wrong::Time)?,
        i8::try_from(date % 100).map_err(|_| Wrong::Time)?,
    )
    .map_err(|_| Wrong::Time)?;
    let at = match time {
        None => Time::midnight(),
        Some(time) => {
            let time = digits(time, 6).ok_or(Wrong::Time)?;
            let part = |number: i64| i8::try_from(number).map_err(|_| Wrong::Time);
            // A leap second is the last one of its minute.
            let second = part((time % 100).min(59))?;
            Time::new(part(time / 10_000)?, part(time / 100 % 100)?, second, 0)
                .map_err(|_| Wrong::Time)?
        }
    };
    Ok(When {
        local: date.to_datetime(at),
        zone,
        whole_day: time.is_none(),
    })
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A zone by its name: of the time zone database, of Microsoft's, or with a prefix before it (RFC 5545 §3.2.19).
fn zone_named(name: &str) -> Option<TimeZone> {
    let known = WINDOWS.iter().find(|(windows, _)| *windows == name);
    let name = known.map_or(name, |(_, name)| name);
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let mut words = name.rsplit('/');
    let (city, area) = (words.next()?, words.next()?);
    TimeZone::get(&format!("{area}/{city}")).ok()
}

/// RFC 5545 §3.3.6: `P15DT5H0M20S`, `P7W`.
fn duration(text: &str) -> Result<SignedDuration, Wrong> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_prefix('P').ok_or(Wrong::Time)?;
    let (mut seconds, mut number) = (0_i64, None::<i64>);
    for sign in text.chars() {
        if let Some(digit) = sign.to_digit(10) {
            let so_far = number.unwrap_or_default();
            let next = so_far
                .checked_mul(10)
                .and_then(|many| many.checked_add(i64::from(digit)));
            number = Some(next.ok_or(Wrong::Time)?);
            continue;
        }
        let unit = match sign {
            'T' if number.is_none() => continue,
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return Err(Wrong::Time),
        };
        let part = number.take().and_then(|number| number.checked_mul(unit));
        seconds = part
            .and_then(|part| seconds.checked_add(part))
            .ok_or(Wrong::Time)?;
    }
    match number {
        None => Ok(SignedDuration::from_secs(seconds)),
        Some(_) => Err(Wrong::Time),
    }
}

/// How long an event lasts: whole days by the calendar, or real time.
enum Length {
    Days(i64),
    Real(SignedDuration),
}

fn length(event: &Event, start: &When) -> Result<Length, Flaw> {
    let wrong = |wrong| Flaw::at(event.line, wrong);
    let longest = SignedDuration::from_hours(24 * LONGEST);
    let checked = |length: SignedDuration| {
        if length.is_negative() || length > longest {
            Err(wrong(Wrong::Span))
        } else {
            Ok(Length::Real(length))
        }
    };
    match (&event.end, event.lasts) {
        (Some(end), _) if start.whole_day && end.whole_day => {
            let days = start.local.date().until(end.local.date());
            let days = days.map_err(|_| wrong(Wrong::Span))?.get_days();
            match i64::from(days) {
                // What ends on its own day lasts that day.
                0 => Ok(Length::Days(1)),
                days @ 1..=LONGEST => Ok(Length::Days(days)),
                _ => Err(wrong(Wrong::Span)),
            }
        }
        (Some(end), _) => {
            let times = start.instant().zip(end.instant());
            let (from, until) = times.ok_or_else(|| wrong(Wrong::Time))?;
            checked(until.duration_since(from))
        }
        (None, Some(lasts)) => checked(lasts),
        (None, None) if start.whole_day => Ok(Length::Days(1)),
        (None, None) => Ok(Length::Real(SignedDuration::ZERO)),
    }
}

fn occurrences(
    event: &Event,
    replaced: &BTreeSet<Timestamp>,
    horizon: Stretch,
    left: &mut usize,
) -> Result<Vec<Stretch>, Flaw> {
    let start = event
        .start
        .as_ref()
        .ok_or(Flaw::at(event.line, Wrong::NoStart))?;
    let length = length(event, start)?;
    let mut starts = match &event.rule {
        None => vec![start.local],
        Some((line, rule)) => {
            repeated(start, rule, horizon.1, left).map_err(|wrong| Flaw::at(*line, wrong))?
        }
    };
    *left = left.saturating_sub(1);
    for more in &event.more {
        let at = more
            .instant()
            .map(|at| at.to_zoned(start.zone.clone()).datetime());
        starts.extend(at);
    }
    let without: BTreeSet<Timestamp> = event
        .without
        .iter()
        .filter_map(|one| {
            // A day that is left out leaves out what begins on it.
            if one.whole_day && !start.whole_day {
                let local = one.local.date().to_datetime(start.local.time());
                return instant(&start.zone, local);
            }
            one.instant()
        })
        .collect();
    let mut found = Vec::new();
    for local in starts {
        let Some(from) = instant(&start.zone, local) else {
            return Err(Flaw::at(event.line, Wrong::Time));
        };
        if without.contains(&from) || replaced.contains(&from) {
            continue;
        }
        let until = match length {
            Length::Days(days) => {
                let end = local.date().checked_add(days.days()).ok();
                end.and_then(|end| instant(&start.zone, end.to_datetime(Time::midnight())))
            }
            Length::Real(length) => from.checked_add(length).ok(),
        };
        let until = until.ok_or(Flaw::at(event.line, Wrong::Time))?;
        if until > from && until > horizon.0 && from < horizon.1 {
            found.push((from, until));
        }
    }
    Ok(found)
}

/// When an event begins again and again, up to `end`: by the clock on the wall, as if it stood in UTC.
fn repeated(
    start: &When,
    rule: &str,
    end: Timestamp,
    left: &mut usize,
) -> Result<Vec<DateTime>, Wrong> {
    let rule = rule_by_the_wall(start, rule)?;
    let begins = start.local.strftime("%Y%m%dT%H%M%SZ");
    let set: RRuleSet = format!("DTSTART:{begins}\nRRULE:{rule}")
        .parse()
        .map_err(|_| Wrong::Recurrence)?;
    // A day past the end, so that no zone's clock is short of it.
    let last = end.as_second() + 86_400;
    let mut starts = Vec::new();
    for at in &set.limit() {
        if at.timestamp() > last {
            break;
        }
        if *left == 0 {
            return Err(Wrong::TooMany);
        }
        *left -= 1;
        let at = Timestamp::from_second(at.timestamp()).map_err(|_| Wrong::Recurrence)?;
        starts.push(at.to_zoned(TimeZone::UTC).datetime());
    }
    Ok(starts)
}

/// The rule with its end by the same clock. What comes oftener than daily is no appointment.
fn rule_by_the_wall(start: &When, rule: &str) -> Result<String, Wrong> {
    let mut parts = Vec::new();
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or(Wrong::Recurrence)?;
        match name.to_ascii_uppercase().as_str() {
            "FREQ"
                if !["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(value)) =>
            {
                return Err(Wrong::TooMany);
            }
            // They would multiply the occurrences of a day; no calendar of people has them.
            "BYSECOND" | "BYMINUTE" | "BYHOUR" => return Err(Wrong::TooMany),
            "UNTIL" => {
                let until = when(&[], value, &start.zone)?;
                let local = if until.whole_day {
                    until
                        .local
                        .date()
                        .to_datetime(Time::constant(23, 59, 59, 0))
                } else {
                    let at = until.instant().ok_or(Wrong::Time)?;
                    at.to_zoned(start.zone.clone()).datetime()
                };
                parts.push(format!("UNTIL={}", local.strftime("%Y%m%dT%H%M%SZ")));
            }
            _ => parts.push(part.to_owned()),
        }
    }
    Ok(parts.join(";"))
}

#[cfg(test)]
mod tests;
