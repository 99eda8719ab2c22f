//! Dates of birth.

use std::fmt;

use jiff::civil::Date;

/// Why a date of birth was refused. Never holds the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BirthDateError {
    /// Not a date of the calendar, or not in a form people write.
    Malformed,
    /// After today.
    Future,
    /// More than [`crate::limits::AGE_YEARS`] years ago.
    TooLongAgo,
}

impl fmt::Display for BirthDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "is not a date; write it like 24.11.1986",
            Self::Future => "is in the future",
            Self::TooLongAgo => "is too long ago",
        })
    }
}

impl std::error::Error for BirthDateError {}

/// A date of birth: a day of the calendar that some living person could have been born on.
#[derive(Clone, PartialEq, Eq)]
pub struct BirthDate(Date);

impl BirthDate {
    /// Parses `24.11.1986`, the same with spaces, slashes or hyphens, or `24111986` without any (as people type it,
    /// some of them on a keypad that has digits alone), or `1986-11-24` (as programs do). A year has four digits: of
    /// two nobody can tell the century, nor whether they are the year.
    ///
    /// # Errors
    /// Says which rule the text breaks; `today` is the date at the clinic.
    pub fn parse(typed: &str, today: Date) -> Result<Self, BirthDateError> {
        let date = read(typed.trim()).ok_or(BirthDateError::Malformed)?;
        if date > today {
            return Err(BirthDateError::Future);
        }
        if age_on(date, today) > crate::limits::AGE_YEARS {
            return Err(BirthDateError::TooLongAgo);
        }
        Ok(Self(date))
    }

    /// The date, to be sealed or shown to those entitled.
    #[must_use]
    pub const fn reveal(&self) -> Date {
        self.0
    }

    /// Full years reached on the given day.
    #[must_use]
    pub fn age_on(&self, day: Date) -> i16 {
        age_on(self.0, day)
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// Born on 29 February, one turns a year older on 1 March of common years.
fn age_on(born: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    day.year() - born.year() - i16::from(!had_birthday)
}

fn read(typed: &str) -> Option<Date> {
    if !typed.is_ascii() {
        return None;
    }
    let digits = |part: &str, lengths: &[usize]| -> Option<i16> {
        (lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    // One separator, the same in both places; none at all is eight digits, day first.
    let separator = typed.chars().find(|character| !character.is_ascii_digit());
    let parts: Vec<&str> = match separator {
        None if typed.len() == 8 => vec![&typed[..2], &typed[2..4], &typed[4..]],
        None => return None,
        Some(separator) if ['.', ' ', '/', '-'].contains(&separator) => {
            typed.split(separator).collect()
        }
        Some(_) => return None,
    };
    let (year, month, day) = match parts[..] {
        [year, month, day] if separator == Some('-') && year.len() == 4 => (
            digits(year, &[4])?,
            digits(month, &[2])?,
            digits(day, &[2])?,
        ),
        [day, month, year] => (
            digits(year, &[4])?,
            digits(month, &[1, 2])?,
            digits(day, &[1, 2])?,
        ),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn dates_are_read_as_people_and_programs_write_them() {
        for typed in [
            "24.11.1986",
            "1986-11-24",
            " 24.11.1986 ",
            "24111986",
            "24 11 1986",
            "24/11/1986",
            "24-11-1986",
        ] {
            assert_eq!(
                BirthDate::parse(typed, TODAY).map(|d| d.reveal()),
                Ok(date(1986, 11, 24)),
                "{typed}"
            );
        }
        assert_eq!(
            BirthDate::parse("1.2.2000", TODAY).map(|d| d.reveal()),
            Ok(date(2000, 2, 1))
        );
        assert_eq!(
            BirthDate::parse("01022000", TODAY).map(|d| d.reveal()),
            Ok(date(2000, 2, 1))
        );
        assert!(BirthDate::parse("29.02.2024", TODAY).is_ok());
        assert!(BirthDate::parse("23.11.2026", TODAY).is_ok());
    }

    #[test]
    fn impossible_dates_are_refused() {
        for (typed, reason) in [
            ("", BirthDateError::Malformed),
            ("29.02.2025", BirthDateError::Malformed),
            ("31.04.2000", BirthDateError::Malformed),
            ("00.01.2000", BirthDateError::Malformed),
            ("24.11.86", BirthDateError::Malformed),
            ("241186", BirthDateError::Malformed),
            ("24 11 86", BirthDateError::Malformed),
            ("24/11/86", BirthDateError::Malformed),
            ("86-11-24", BirthDateError::Malformed),
            ("2411986", BirthDateError::Malformed),
            ("19861124", BirthDateError::Malformed),
            ("1986/11/24", BirthDateError::Malformed),
            ("1986.11-24", BirthDateError::Malformed),
            ("24.11/1986", BirthDateError::Malformed),
            ("24  11  1986", BirthDateError::Malformed),
            ("11/24/1986", BirthDateError::Malformed),
            ("1986-1-4", BirthDateError::Malformed),
            ("24.11.1986.", BirthDateError::Malformed),
            ("24,11,1986", BirthDateError::Malformed),
            ("24\u{a0}11\u{a0}1986", BirthDateError::Malformed),
            ("31022000", BirthDateError::Malformed),
            ("24112026", BirthDateError::Future),
            ("24 ноября", BirthDateError::Malformed),
            ("+1.02.2000", BirthDateError::Malformed),
            ("24.11.2026", BirthDateError::Future),
            ("01.01.1900", BirthDateError::TooLongAgo),
        ] {
            assert_eq!(
                BirthDate::parse(typed, TODAY).map(|_| ()),
                Err(reason),
                "{typed}"
            );
        }
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let born = BirthDate::parse("29.02.2008", TODAY).expect("a leap day");
        assert_eq!(born.age_on(date(2026, 2, 28)), 17);
        assert_eq!(born.age_on(date(2026, 3, 1)), 18);
    }
}
