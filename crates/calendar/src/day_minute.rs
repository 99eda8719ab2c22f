//! Owns the reading of a clock within one day: whole minutes, 00:00 to 24:00.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A minute of the local day, 0 (`00:00`) to 1440 (`24:00`, the end of the day).
///
/// It is what a wall clock shows, not a length: on a day of 23 or 25 hours the same reading lies at another
/// distance from midnight. Written and read as `HH:MM`, in serde as well.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayMinute(u16);

impl DayMinute {
    /// `00:00`.
    pub const MIDNIGHT: Self = Self(0);
    /// `24:00`, good only as an end.
    pub const END: Self = Self(1440);

    /// Minutes since local midnight; more than 1440 is refused.
    pub const fn new(minutes: u16) -> Result<Self, NotADayMinute> {
        if minutes <= 1440 {
            Ok(Self(minutes))
        } else {
            Err(NotADayMinute)
        }
    }

    /// Hour 0–23 and minute 0–59, or 24 and 0.
    pub const fn at(hour: u16, minute: u16) -> Result<Self, NotADayMinute> {
        if hour > 24 || minute > 59 {
            Err(NotADayMinute)
        } else {
            Self::new(hour * 60 + minute)
        }
    }

    /// Minutes since local midnight, 0–1440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for DayMinute {
    type Err = NotADayMinute;

    /// Reads `H:MM` or `HH:MM`.
    fn from_str(text: &str) -> Result<Self, NotADayMinute> {
        let (hour, minute) = text.split_once(':').ok_or(NotADayMinute)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
            return Err(NotADayMinute);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| NotADayMinute);
        Self::at(number(hour)?, number(minute)?)
    }
}

impl fmt::Display for DayMinute {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for DayMinute {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl TryFrom<String> for DayMinute {
    type Error = NotADayMinute;

    fn try_from(text: String) -> Result<Self, NotADayMinute> {
        text.parse()
    }
}

impl From<DayMinute> for String {
    fn from(minute: DayMinute) -> Self {
        minute.to_string()
    }
}

/// The text or number is no reading of a day's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADayMinute;

impl fmt::Display for NotADayMinute {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a time of day is written HH:MM, from 00:00 to 24:00")
    }
}

impl std::error::Error for NotADayMinute {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        for minutes in 0..=1440 {
            let minute = DayMinute::new(minutes).unwrap();
            assert_eq!(minute.to_string().parse(), Ok(minute));
        }
        assert_eq!("8:05".parse(), DayMinute::at(8, 5));
        assert_eq!("24:00".parse(), Ok(DayMinute::END));
        for wrong in [
            "",
            ":",
            "8",
            "08:5",
            "08:60",
            "24:01",
            "25:00",
            "+8:00",
            "08:+5",
            "008:00",
            "08:00:00",
            "٠٨:٠٠",
            " 08:00",
        ] {
            assert_eq!(wrong.parse::<DayMinute>(), Err(NotADayMinute), "{wrong:?}");
        }
        assert_eq!(DayMinute::new(1441), Err(NotADayMinute));
    }
}
