//! Minutes in, RFC 3339 out, and back.
//!
//! *Invariant*: inside the house a time is whole minutes since 1970 UTC; outside it is RFC 3339 with the offset that
//! the branch's clocks show at that minute. Seconds other than zero are refused, never rounded.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Bytes in a time such as `2026-11-24T10:00:00+03:00`.
pub const LENGTH: usize = 25;

/// Reads an RFC 3339 time with offset that lies on a whole minute: minutes since 1970 UTC. `None` for anything else,
/// a local time without offset or seconds other than zero among it.
#[must_use]
pub fn minutes(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || bytes.len() < 20 || !matches!(bytes[10], b'T' | b't') {
        return None;
    }
    let date = date(&text[..10])?;
    let (hour, minute) = clock(&bytes[11..16])?;
    let after = text[16..].strip_prefix(":00")?;
    let after = match after.strip_prefix('.') {
        Some(fraction) => {
            let zeros = fraction.bytes().take_while(|byte| *byte == b'0').count();
            if zeros == 0 {
                return None;
            }
            &fraction[zeros..]
        }
        None => after,
    };
    let offset = match after.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), shift @ ..] => {
            let (hours, minutes) = clock(shift)?;
            let shift = hours * 60 + minutes;
            if *sign == b'-' { -shift } else { shift }
        }
        _ => return None,
    };
    let days = Date::constant(1970, 1, 1).until(date).ok()?.get_days();
    Some(i64::from(days) * 1440 + hour * 60 + minute - offset)
}

/// Reads a date as ISO 8601 writes it, `2026-11-24`, and no other way.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let shaped = year.len() == 4 && month.len() == 2 && day.len() == 2;
    if !shaped || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `HH:MM` to hours and minutes.
fn clock(bytes: &[u8]) -> Option<(i64, i64)> {
    let [h, hh, b':', m, mm] = bytes else {
        return None;
    };
    let number = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes) = (number(h, hh)?, number(m, mm)?);
    (hours < 24 && minutes < 60).then_some((hours, minutes))
}

/// The clock of a place: writes minutes as its walls show them. It remembers the day and the offset of the time
/// before, so that times in order cost a few copied bytes each.
#[derive(Clone, Debug)]
pub struct Local {
    zone: TimeZone,
    /// Minutes for which `offset` is right: from, inclusive, and until, exclusive.
    known: (i64, i64),
    /// Local minus UTC, minutes.
    offset: i64,
    /// `+03:00`.
    offset_text: [u8; 6],
    /// Days since 1970 of `day_text`, local.
    day: i64,
    /// `2026-11-24T`.
    day_text: [u8; 11],
}

impl Local {
    /// The clock of a zone.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            known: (0, 0),
            offset: 0,
            offset_text: *b"+00:00",
            day: 0,
            day_text: *b"1970-01-01T",
        }
    }

    /// Writes minutes since 1970 UTC as RFC 3339 with offset. Times outside the years 1 to 9999 are brought to the
    /// nearest end.
    pub fn write(&mut self, minutes: i64, out: &mut [u8; LENGTH]) {
        if !(self.known.0..self.known.1).contains(&minutes) {
            self.learn_offset(minutes);
        }
        let local = minutes + self.offset;
        let day = local.div_euclid(1440);
        if day != self.day {
            self.learn_day(day);
        }
        let of_day = local.rem_euclid(1440);
        out[..11].copy_from_slice(&self.day_text);
        out[11..13].copy_from_slice(&two_digits(of_day / 60));
        out[13] = b':';
        out[14..16].copy_from_slice(&two_digits(of_day % 60));
        out[16..19].copy_from_slice(b":00");
        out[19..].copy_from_slice(&self.offset_text);
    }

    /// The same as text.
    #[must_use]
    pub fn text(&mut self, minutes: i64) -> String {
        let mut out = [0; LENGTH];
        self.write(minutes, &mut out);
        out.iter().copied().map(char::from).collect()
    }

    fn learn_offset(&mut self, minutes: i64) {
        let instant = instant(minutes);
        self.offset = i64::from(self.zone.to_offset(instant).seconds()).div_euclid(60);
        let change = self.zone.following(instant).next();
        let until = change.map_or(i64::MAX, |change| {
            change.timestamp().as_second().div_euclid(60)
        });
        self.known = (minutes, until.max(minutes + 1));
        let shift = self.offset.abs();
        let [h, hh] = two_digits(shift / 60);
        let [m, mm] = two_digits(shift % 60);
        self.offset_text = [
            if self.offset < 0 { b'-' } else { b'+' },
            h,
            hh,
            b':',
            m,
            mm,
        ];
    }

    fn learn_day(&mut self, day: i64) {
        let date = jiff::tz::Offset::UTC
            .to_datetime(instant(day * 1440))
            .date();
        let year = i64::from(date.year());
        let ([y, yy], [yyy, yyyy]) = (two_digits(year / 100), two_digits(year % 100));
        let [m, mm] = two_digits(date.month().into());
        let [d, dd] = two_digits(date.day().into());
        self.day = day;
        self.day_text = [y, yy, yyy, yyyy, b'-', m, mm, b'-', d, dd, b'T'];
    }
}

/// The instant of a minute, within the years that have four digits.
fn instant(minutes: i64) -> Timestamp {
    /// 0001-01-02 and 9999-12-29, in minutes since 1970: a zone's offset does not lead out of the four digits.
    const ENDS: (i64, i64) = (-1_035_591_840, 4_223_367_360);
    let minutes = minutes.clamp(ENDS.0, ENDS.1);
    Timestamp::from_second(minutes * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}

const fn two_digits(number: i64) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_with_their_offset() {
        for (text, instant) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T03:00:00+03:00", 0),
            ("1969-12-31T19:00:00-05:00", 0),
            ("2026-11-24t10:00:00+03:00", 29_925_060),
            ("2026-11-24T07:00:00.000z", 29_925_060),
            ("2026-11-24T19:45:00+12:45", 29_925_060),
        ] {
            assert_eq!(minutes(text), Some(instant), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_whole_minute_with_offset_is_refused() {
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T10:00:00",
            "2026-11-24T10:00+03:00",
            "2026-11-24 10:00:00+03:00",
            "2026-11-24T10:00:01+03:00",
            "2026-11-24T10:00:00.5+03:00",
            "2026-11-24T10:00:00.+03:00",
            "2026-11-24T10:00:60+03:00",
            "2026-11-24T24:00:00+03:00",
            "2026-11-31T10:00:00+03:00",
            "2026-02-29T10:00:00+03:00",
            "2026-11-24T10:00:00+0300",
            "2026-11-24T10:00:00+03",
            "2026-11-24T10:00:00+03:00[Europe/Moscow]",
            "+026-11-24T10:00:00+03:00",
            "２０２６-11-24T10:00:00Z",
            "20261124T100000+03:00",
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_change_changes_the_offset() {
        let mut berlin = Local::new(TimeZone::get("Europe/Berlin").unwrap());
        let before = minutes("2026-03-29T00:59:00Z").unwrap();
        assert_eq!(berlin.text(before), "2026-03-29T01:59:00+01:00");
        assert_eq!(berlin.text(before + 1), "2026-03-29T03:00:00+02:00");
        assert_eq!(berlin.text(before), "2026-03-29T01:59:00+01:00");
        let mut chatham = Local::new(TimeZone::get("Pacific/Chatham").unwrap());
        assert_eq!(
            chatham.text(minutes("2026-07-01T00:00:00Z").unwrap()),
            "2026-07-01T12:45:00+12:45"
        );
        let mut newfoundland = Local::new(TimeZone::get("America/St_Johns").unwrap());
        assert_eq!(
            newfoundland.text(minutes("2026-07-01T01:00:00Z").unwrap()),
            "2026-06-30T22:30:00-02:30"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_the_library_writes_and_is_read_back(
            times in prop::collection::vec(0i64..80_000_000, 1..20),
            zone in prop::sample::select(vec!["Europe/Moscow", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "UTC"]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let mut local = Local::new(zone.clone());
            for time in times {
                let text = local.text(time);
                let there = Timestamp::from_second(time * 60).unwrap().to_zoned(zone.clone());
                prop_assert_eq!(&text, &there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
                prop_assert_eq!(minutes(&text), Some(time));
            }
        }
    }
}
