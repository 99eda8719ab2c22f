//! What can be wrong with a place of a request, its code for programs and its words for people.

use kernel::{BirthDateError, Language, limits};
use trust::consent::declaration::Reason;

use crate::door::problem::{Flaw, Problem};

/// No more flaws than this are told of one request.
const MOST: usize = 50;

/// What is wrong with a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Nobody declared this field.
    Undeclared,
    /// It came twice.
    Twice,
    /// It must be given.
    Missing,
    /// It is not of the right JSON type; the right one is named.
    Type(Type),
    /// Nothing in the catalogue has this id.
    Unknown,
    /// No hold has this id; holds stand in no catalogue.
    NoSuchHold,
    /// Not an ISO date.
    Date,
    /// Not an RFC 3339 time with offset on a whole minute.
    Time,
    /// None of these words.
    Option(&'static [&'static str]),
    /// Dates reversed, or too many days.
    Range,
    /// Past, or too near.
    TooSoon,
    /// Past the horizon.
    TooFar,
    /// Not offered then and there.
    NeverOffered,
    /// The hold is of another time.
    AnotherHold,
    /// The service is for other ages.
    Age(Option<i16>, Option<i16>),
    /// Under 18.
    NotAdult,
    /// Not under 18.
    NotChild,
    /// The service is not given in this case.
    NotForThem,
    /// The date of birth cannot be.
    BirthDate(BirthDateError),
    /// A required consent is not there.
    ConsentMissing,
    /// A required consent came without its tick.
    ConsentNotGiven,
    /// The text of a consent changed.
    ConsentOutdated,
    /// A consent that is not asked here, or came twice.
    ConsentNotAsked,
    /// Too many entries of a list.
    TooMany,
    /// What the declaration says of its own fields.
    Declared(Reason),
}

/// The types of JSON, as far as they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// An object.
    Object,
    /// A list.
    List,
}

impl What {
    /// A stable word for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::Twice => "twice",
            Self::Missing | Self::ConsentMissing | Self::ConsentNotGiven => "missing",
            Self::Type(_) => "type",
            Self::Unknown | Self::NoSuchHold => "unknown",
            Self::Date | Self::Time => "shape",
            Self::Option(_) => "option",
            Self::Range => "range",
            Self::TooSoon => "too-soon",
            Self::TooFar => "too-far",
            Self::NeverOffered => "never-offered",
            Self::AnotherHold => "another-hold",
            Self::Age(..) => "age",
            Self::NotAdult => "not-adult",
            Self::NotChild => "not-child",
            Self::NotForThem | Self::ConsentNotAsked => "not-asked",
            Self::BirthDate(BirthDateError::Malformed) => "shape",
            Self::BirthDate(BirthDateError::Future) => "future",
            Self::BirthDate(BirthDateError::TooLongAgo) => "too-long-ago",
            Self::ConsentOutdated => "outdated",
            Self::TooMany => "too-many",
            Self::Declared(reason) => reason.code(),
        }
    }

    /// What to do about it.
    pub(super) fn says(&self, language: Language) -> String {
        let (ru, en) = match self {
            Self::Option(words) => return options(words, language),
            Self::Age(from, to) => return ages(*from, *to, language),
            Self::Range => return range(language),
            Self::Declared(reason) => return reason.says(language.into()),
            Self::Undeclared => (
                "Этого поля здесь нет: уберите его, мы не принимаем лишних данных",
                "There is no such field here: leave it out, we take no needless data",
            ),
            Self::Twice => (
                "Поле указано дважды: оставьте одно",
                "The field came twice: leave one",
            ),
            Self::Missing => ("Заполните это поле", "Fill in this field"),
            Self::Type(Type::Text) => ("Нужна строка", "A string is needed"),
            Self::Type(Type::Flag) => ("Нужно true или false", "true or false is needed"),
            Self::Type(Type::Number) => ("Нужно целое число", "A whole number is needed"),
            Self::Type(Type::Object) => ("Нужен объект", "An object is needed"),
            Self::Type(Type::List) => ("Нужен список", "A list is needed"),
            Self::Unknown => (
                "Такого здесь нет: возьмите id из справочника",
                "There is none such: take the id from the catalogue",
            ),
            Self::NoSuchHold => (
                "Такого отложенного времени нет: возьмите hold из ответа, который его отложил, или уберите поле",
                "No such time is held: take hold from the answer that held it, or leave the field out",
            ),
            Self::Date => (
                "Нужна дата, например 2026-11-24",
                "A date is needed, such as 2026-11-24",
            ),
            Self::Time => (
                "Нужно время со смещением и без секунд, например 2026-11-24T10:00:00+03:00",
                "A time with offset and no seconds is needed, such as 2026-11-24T10:00:00+03:00",
            ),
            Self::TooSoon => (
                "Это время прошло или слишком близко: выберите позже",
                "This time is past or too near: choose a later one",
            ),
            Self::TooFar => (
                "Так далеко запись ещё не открыта: выберите раньше",
                "Booking is not open so far ahead: choose an earlier time",
            ),
            Self::NeverOffered => (
                "В это время здесь не принимают: выберите время из списка свободного",
                "No visits are offered here at this time: choose one from the free times",
            ),
            Self::AnotherHold => (
                "Отложено другое время: отложите это или уберите поле",
                "Another time is held: hold this one or leave the field out",
            ),
            Self::NotAdult => (
                "Пациенту нет 18 лет: его записывает родитель или опекун, «for»: «child»",
                "The patient is under 18: a parent or guardian books, \"for\": \"child\"",
            ),
            Self::NotChild => (
                "Пациенту уже есть 18 лет: он записывается сам",
                "The patient is 18 or older and books for themselves",
            ),
            Self::NotForThem => (
                "В этом случае услуга не оказывается на сайте: позвоните в клинику",
                "The site does not offer this service in this case: call the clinic",
            ),
            Self::BirthDate(BirthDateError::Malformed) => (
                "Нужна дата рождения в виде ГГГГ-ММ-ДД, например 1986-11-24",
                "A date of birth is needed as YYYY-MM-DD, such as 1986-11-24",
            ),
            Self::BirthDate(BirthDateError::Future) => (
                "Дата рождения ещё не наступила",
                "The date of birth is in the future",
            ),
            Self::BirthDate(BirthDateError::TooLongAgo) => (
                "Проверьте год рождения: это слишком давно",
                "Check the year of birth: it is too long ago",
            ),
            Self::ConsentMissing => (
                "Без этого согласия услугу оказать нельзя: добавьте его",
                "The service cannot be given without this consent: add it",
            ),
            Self::ConsentNotGiven => (
                "Без этого согласия услугу оказать нельзя",
                "The service cannot be given without this consent",
            ),
            Self::ConsentOutdated => (
                "Текст изменился: запросите согласия заново и покажите их",
                "The text has changed: ask for the consents anew and show them",
            ),
            Self::ConsentNotAsked => (
                "Это согласие здесь не спрашивают или оно уже есть: уберите его",
                "This consent is not asked here, or came already: leave it out",
            ),
            Self::TooMany => (
                "Слишком много: сократите список",
                "Too many: shorten the list",
            ),
        };
        match language {
            Language::Ru => ru.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

fn options(words: &[&str], language: Language) -> String {
    let words = words.join(", ");
    match language {
        Language::Ru => format!("Возможно одно из: {words}"),
        Language::En => format!("One of these is possible: {words}"),
    }
}

fn range(language: Language) -> String {
    let days = limits::SLOT_RANGE_DAYS;
    match language {
        Language::Ru => format!("Последний день — не раньше первого, всего не больше {days} дней"),
        Language::En => format!(
            "The last day must not come before the first, with no more than {days} days in all"
        ),
    }
}

/// «Года» or «лет», in the genitive.
const fn years(age: i16) -> &'static str {
    if age % 10 == 1 && age % 100 != 11 {
        "года"
    } else {
        "лет"
    }
}

fn ages(from: Option<i16>, to: Option<i16>, language: Language) -> String {
    match (language, from, to) {
        (Language::Ru, Some(from), Some(to)) => {
            format!(
                "Услуга для пациентов в возрасте от {from} до {to} лет, оба возраста включительно"
            )
        }
        (Language::Ru, Some(from), None) => {
            format!("Услуга для пациентов не младше {from} {}", years(from))
        }
        (Language::Ru, None, Some(to)) => {
            format!("Услуга для пациентов не старше {to} {}", years(to))
        }
        (Language::Ru, None, None) => "Услуга для пациентов другого возраста".to_owned(),
        (Language::En, Some(from), Some(to)) => {
            format!("The service is for patients from {from} to {to} years of age")
        }
        (Language::En, Some(from), None) => {
            format!("The service is for patients of {from} years and older")
        }
        (Language::En, None, Some(to)) => {
            format!("The service is for patients of up to {to} years")
        }
        (Language::En, None, None) => "The service is for patients of another age".to_owned(),
    }
}

/// All that is wrong with one request.
#[derive(Debug)]
pub(super) struct Flaws {
    language: Language,
    list: Vec<(String, What)>,
}

impl Flaws {
    /// None yet.
    pub(super) const fn new(language: Language) -> Self {
        Self {
            language,
            list: Vec::new(),
        }
    }

    /// The language they will be told in.
    pub(super) const fn language(&self) -> Language {
        self.language
    }

    /// Tells them in another language.
    pub(super) const fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// Notes one. A place is told of once: what was found first stands.
    pub(super) fn add(&mut self, pointer: impl Into<String>, what: What) {
        let pointer = pointer.into();
        if self.list.len() < MOST && !self.list.iter().any(|(there, _)| *there == pointer) {
            self.list.push((pointer, what));
        }
    }

    /// Well if there are none.
    ///
    /// # Errors
    /// The problem that tells all of them.
    pub(super) fn check(self) -> Result<(), Problem> {
        if self.list.is_empty() {
            Ok(())
        } else {
            Err(self.problem())
        }
    }

    /// The problem that tells all of them.
    pub(super) fn problem(self) -> Problem {
        let told = self.list.into_iter().map(|(pointer, what)| Flaw {
            pointer,
            code: what.code(),
            detail: what.says(self.language),
        });
        Problem::invalid(self.language, told.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_sends_nobody_to_where_nothing_is() {
        let says = |what: What, language| what.says(language);
        assert!(says(What::Unknown, Language::Ru).contains("справочника"));
        assert!(!says(What::NoSuchHold, Language::Ru).contains("справочник"));
        assert!(!says(What::NoSuchHold, Language::En).contains("catalogue"));
        let malformed = || What::BirthDate(BirthDateError::Malformed);
        assert!(says(malformed(), Language::Ru).contains("ГГГГ-ММ-ДД"));
        assert!(says(malformed(), Language::En).contains("YYYY-MM-DD"));
        for language in Language::ALL {
            assert!(says(What::Date, language).contains("2026-11-24"));
        }
    }
}
