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
    /// A character that names do not have (digits, brackets, punctuation other than hyphen, apostrophe, full stop), or
    /// one of those that has no letter beside it.
    Foreign,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 100 characters",
            Self::Hidden => "has invisible or direction-changing characters",
            Self::Foreign => "may have only letters, with spaces, hyphens, apostrophes and full stops between them",
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

/// Accents and the like on one letter: the most that any script of ours puts there (Vietnamese, taken apart, has two).
const MARKS: usize = 2;

/// What the next character follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// A letter with so many marks on it.
    Letter(usize),
    /// The full stop of an abbreviation.
    Stop,
    /// The beginning, a space, a hyphen or an apostrophe: a letter must follow.
    Gap,
}

/// A letter must begin the name and end it, perhaps with a full stop; hyphens and apostrophes stand between letters.
/// The apostrophe of typewriters, the printed one and U+02BC, which Unicode counts among the letters, are one here.
fn check(name: &str) -> Result<(), NameError> {
    let mut after = After::Gap;
    for character in name.chars() {
        after = match (character, after) {
            ('\'' | '\u{2019}' | '\u{2bc}', After::Letter(_)) => After::Gap,
            ('-' | '\u{2010}' | '\u{2011}' | ' ', After::Letter(_) | After::Stop) => After::Gap,
            ('.', After::Letter(_)) => After::Stop,
            ('\'' | '\u{2019}' | '\u{2bc}', _) => return Err(NameError::Foreign),
            (mark, After::Letter(marks)) if is_combining(mark) && marks < MARKS => {
                After::Letter(marks + 1)
            }
            (mark, _) if is_combining(mark) => return Err(NameError::Foreign),
            (letter, _) if letter.is_alphabetic() => After::Letter(0),
            _ => return Err(NameError::Foreign),
        };
    }
    match after {
        After::Letter(_) | After::Stop => Ok(()),
        After::Gap => Err(NameError::Foreign),
    }
}

/// Whether it is written onto the letter before it. Unicode counts some of these (points of Hebrew and Arabic, letters
/// above letters of Church Slavonic) as alphabetic all the same.
const fn is_combining(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{5b0}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{2de0}'..='\u{2dff}'
            | '\u{a674}'..='\u{a67b}'
    )
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
            ("Nguye\u{302}\u{303}n", "Nguye\u{302}\u{303}n"),
            ("д'Артаньян", "д'Артаньян"),
            ("Анна-Мария", "Анна-Мария"),
            ("Лук\u{2bc}янова", "Лук\u{2bc}янова"),
            ("оглы", "оглы"),
            ("Ст.-Мартин", "Ст.-Мартин"),
            ("А. Б.", "А. Б."),
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
            ("А''''''''", NameError::Foreign),
            ("А''Б", NameError::Foreign),
            ("О'", NameError::Foreign),
            ("О\u{2019}", NameError::Foreign),
            ("О\u{2bc}", NameError::Foreign),
            ("\u{2bc}О", NameError::Foreign),
            ("'Нил", NameError::Foreign),
            ("А-'Б", NameError::Foreign),
            ("А'-Б", NameError::Foreign),
            ("А--Б", NameError::Foreign),
            ("А -Б", NameError::Foreign),
            ("А- Б", NameError::Foreign),
            ("-Анна", NameError::Foreign),
            ("А..", NameError::Foreign),
            (".", NameError::Foreign),
            ("а\u{301}\u{302}\u{303}", NameError::Foreign),
            ("а\u{5b0}\u{5b1}\u{5b2}", NameError::Foreign),
            ("А-\u{301}Б", NameError::Foreign),
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
