//! Telephone numbers in international form.

use std::fmt;

use crate::{Personal, text};

/// Why a number was refused. Never holds the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// Nothing typed.
    Empty,
    /// A character that telephone numbers do not have.
    Foreign,
    /// Not a number that any network could have.
    Impossible,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Foreign => "may have only digits, spaces, hyphens, brackets and a leading plus",
            Self::Impossible => "is not a telephone number; write it like +7 916 777-09-13",
        })
    }
}

impl std::error::Error for PhoneError {}

/// A telephone number, E.164: a plus and up to fifteen digits. `8 916…` and `916…` are read as
/// Russian; numbers of other countries begin with a plus.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Personal<String>);

impl Phone {
    /// Parses what a person types.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(PhoneError::Empty);
        }
        if typed.chars().count() > 40 || text::has_hidden_characters(typed) {
            return Err(PhoneError::Foreign);
        }
        let plus = typed.starts_with('+');
        let mut digits = String::with_capacity(16);
        for (index, character) in typed.chars().enumerate() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if index == 0 => {}
                ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '.' => {}
                _ => return Err(PhoneError::Foreign),
            }
        }
        let international = match (plus, digits.len(), digits.as_bytes().first()) {
            (true, _, Some(b'7')) | (false, 11, Some(b'7')) => russian(&digits[1..])?,
            (false, 11, Some(b'8')) => russian(&digits[1..])?,
            (false, 10, Some(b'3'..=b'9')) => russian(&digits)?,
            (true, _, Some(_)) => foreign(&digits)?,
            _ => return Err(PhoneError::Impossible),
        };
        Ok(Self(Personal::new(international)))
    }

    /// The number as `+79167770913`, to be sealed or dialled.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What the owner may see to recognise it: `+7 *** ***-09-13`.
    #[must_use]
    pub fn mask(&self) -> String {
        let digits = &self.reveal()[1..];
        let (head, tail) = digits.split_at(digits.len() - 4);
        let code = if head.starts_with('7') { "+7" } else { "+" };
        format!("{code} *** ***-{}-{}", &tail[..2], &tail[2..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// Ten digits after +7: Russia and Kazakhstan share the code; no number begins with 0, 1 or 2.
fn russian(national: &str) -> Result<String, PhoneError> {
    match (national.len(), national.as_bytes().first()) {
        (10, Some(b'3'..=b'9')) => Ok(format!("+7{national}")),
        _ => Err(PhoneError::Impossible),
    }
}

fn foreign(digits: &str) -> Result<String, PhoneError> {
    let number =
        phonenumber::parse(None, format!("+{digits}")).map_err(|_| PhoneError::Impossible)?;
    if phonenumber::is_valid(&number) {
        Ok(format!("+{digits}"))
    } else {
        Err(PhoneError::Impossible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for typed in [
            "+7 916 777-09-13",
            "8 (916) 777-09-13",
            "89167770913",
            "79167770913",
            "916 777 09 13",
            " +7(916)777.09.13 ",
        ] {
            assert_eq!(
                Phone::parse(typed).map(|p| p.reveal().to_owned()),
                Ok("+79167770913".to_owned()),
                "{typed}"
            );
        }
        for (typed, kept) in [
            ("+7 701 123-45-67", "+77011234567"),
            ("+375 29 123-45-67", "+375291234567"),
            ("+44 20 7946 0958", "+442079460958"),
        ] {
            assert_eq!(
                Phone::parse(typed).map(|p| p.reveal().to_owned()),
                Ok(kept.to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for (typed, reason) in [
            ("", PhoneError::Empty),
            ("  ", PhoneError::Empty),
            ("позвоните", PhoneError::Foreign),
            ("+7 916 777-09-13; DROP", PhoneError::Foreign),
            ("916\u{202e}7770913", PhoneError::Foreign),
            ("7770913", PhoneError::Impossible),
            ("+7 916 777-09-1", PhoneError::Impossible),
            ("+7 116 777-09-13", PhoneError::Impossible),
            ("+7 916 777-09-133", PhoneError::Impossible),
            ("+999 123456789", PhoneError::Impossible),
            ("٩١٦٧٧٧٠٩١٣", PhoneError::Foreign),
        ] {
            assert_eq!(Phone::parse(typed).map(|_| ()), Err(reason), "{typed}");
        }
    }

    #[test]
    fn the_mask_shows_four_digits() {
        assert_eq!(
            Phone::parse("89167770913").map(|p| p.mask()),
            Ok("+7 *** ***-09-13".to_owned())
        );
        assert_eq!(
            Phone::parse("+375291234567").map(|p| p.mask()),
            Ok("+ *** ***-45-67".to_owned())
        );
    }
}
