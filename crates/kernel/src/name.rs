//! Names of people, Russian and foreign.

use std::fmt;

use zeroize::Zeroize;

use crate::{Personal, limits, text};

/// Why a part of a name was refused. Never holds the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but spaces.
    Empty,
    /// Longer than [`limits::NAME_CHARACTERS`].
    TooLong,
    /// A control, bidirectional or invisible character.
    Hidden,
    /// A character that names do not have: digits, brackets, punctuation other than hyphen, apostrophe, full stop.
    Foreign,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 100 characters",
            Self::Hidden => "has invisible or direction-changing characters",
            Self::Foreign => "may have only letters, spaces, hyphens, apostrophes and full stops",
        })
    }
}

impl std::error::Error for NameError {}

/// One part of a name: a surname, a given name or a patronymic. Letters of any script with
/// hyphens, apostrophes, spaces and full stops between them («Салтыков-Щедрин», «Гусейн оглы»,
/// «O’Neil», «St. John»). Case and ё stay as typed; runs of spaces become one; Cyrillic й and ё
/// that arrive as two characters are joined.
#[derive(Clone, PartialEq, Eq)]
pub struct NamePart(Personal<String>);

impl NamePart {
    /// Parses one part.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text::has_hidden_characters(text) {
            return Err(NameError::Hidden);
        }
        let mut kept = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !kept.is_empty() {
                kept.push(' ');
            }
            kept.push_str(word);
        }
        let name = compose(&kept);
        kept.zeroize();
        if name.reveal().is_empty() {
            return Err(NameError::Empty);
        }
        if name.reveal().chars().count() > limits::NAME_CHARACTERS {
            return Err(NameError::TooLong);
        }
        check(name.reveal())?;
        Ok(Self(name))
    }

    /// The text, to be sealed or shown to those entitled.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Debug for NamePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// A whole name. The patronymic is optional: not every person has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// Фамилия.
    pub surname: NamePart,
    /// Имя.
    pub given_name: NamePart,
    /// Отчество, if the person has one.
    pub patronymic: Option<NamePart>,
}

/// A letter must begin the name and every special mark must stand beside a letter.
fn check(name: &str) -> Result<(), NameError> {
    let mut after_letter = false;
    for character in name.chars() {
        match character {
            letter if letter.is_alphabetic() => after_letter = true,
            mark if is_combining(mark) && after_letter => {}
            '-' | '\u{2010}' | '\u{2011}' | ' ' => {
                if !after_letter {
                    return Err(NameError::Foreign);
                }
                after_letter = false;
            }
            '\'' | '\u{2019}' | '\u{2bc}' => {}
            '.' if after_letter => {}
            _ => return Err(NameError::Foreign),
        }
    }
    if name.chars().any(char::is_alphabetic) && after_letter {
        Ok(())
    } else {
        Err(NameError::Foreign)
    }
}

const fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Joins the two letters that Cyrillic keyboards of some systems send in two pieces, so that
/// «Андрей» typed anywhere is the same name.
fn compose(text: &str) -> Personal<String> {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let joined = match (out.chars().next_back(), character) {
            (Some('и'), '\u{306}') => 'й',
            (Some('И'), '\u{306}') => 'Й',
            (Some('е'), '\u{308}') => 'ё',
            (Some('Е'), '\u{308}') => 'Ё',
            _ => {
                out.push(character);
                continue;
            }
        };
        out.pop();
        out.push(joined);
    }
    Personal::new(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_peoples_are_names() {
        for (typed, kept) in [
            ("Иванов", "Иванов"),
            ("  Салтыков-Щедрин ", "Салтыков-Щедрин"),
            ("Пчёлкина", "Пчёлкина"),
            ("Мамед  оглы", "Мамед оглы"),
            ("Гаджи-кызы", "Гаджи-кызы"),
            ("O'Neil", "O'Neil"),
            ("D’Artagnan", "D’Artagnan"),
            ("де ла Крус", "де ла Крус"),
            ("Nguyễn", "Nguyễn"),
            ("李", "李"),
            ("Ю", "Ю"),
            ("Джон мл.", "Джон мл."),
            ("Андреи\u{306}", "Андрей"),
            ("Артe\u{308}м", "Артe\u{308}м"),
        ] {
            assert_eq!(
                NamePart::parse(typed).map(|n| n.reveal().to_owned()),
                Ok(kept.to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("", NameError::Empty),
            ("   ", NameError::Empty),
            ("Иванов\u{202e}", NameError::Hidden),
            ("Ива\0нов", NameError::Hidden),
            ("Ива\nнов", NameError::Hidden),
            ("<script>alert(1)</script>", NameError::Foreign),
            ("Robert'); DROP TABLE person;--", NameError::Foreign),
            ("1=1", NameError::Foreign),
            ("-", NameError::Foreign),
            ("'", NameError::Foreign),
            ("Иванов-", NameError::Foreign),
            ("Иванов7", NameError::Foreign),
            ("=HYPERLINK", NameError::Foreign),
            ("\u{301}", NameError::Foreign),
        ] {
            assert_eq!(NamePart::parse(typed).map(|_| ()), Err(reason), "{typed:?}");
        }
        assert_eq!(
            NamePart::parse(&"я".repeat(101)).map(|_| ()),
            Err(NameError::TooLong)
        );
        assert!(NamePart::parse(&"я".repeat(100)).is_ok());
    }
}
