//! Blanks in legal texts, `{operator.legal_name}`, filled from records. A text that asks for what is not there is
//! refused with its line: nothing is published with a hole in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::operator::Operator;
use super::problem::Problem;
use super::words::Language;

/// What blanks may be filled with, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blanks {
    language: Language,
    values: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// Words; their marks mean nothing.
    Plain(String),
    /// Markdown made by us.
    Markdown(String),
}

impl Blanks {
    /// The operator's blanks, all under `operator.`.
    pub fn of_operator(operator: &Operator, language: Language) -> Self {
        let licence = &operator.licence;
        let values = [
            ("legal_name", operator.legal_name.get(language).to_owned()),
            ("short_name", operator.short_name.get(language).to_owned()),
            ("name", operator.name.get(language).to_owned()),
            (
                "legal_address",
                operator.legal_address.get(language).to_owned(),
            ),
            (
                "postal_address",
                operator.postal_address.get(language).to_owned(),
            ),
            ("site", operator.site.clone()),
            ("host", operator.host().to_owned()),
            ("policy_url", operator.policy_url()),
            ("email", operator.email.clone()),
            ("privacy_email", operator.privacy_email.clone()),
            (
                "phone",
                operator.phones.first().cloned().unwrap_or_default(),
            ),
            ("phones", operator.phones.join(", ")),
            ("outgoing_numbers", operator.outgoing_numbers.join(", ")),
            ("ogrn", operator.ogrn.clone()),
            ("inn", operator.inn.clone()),
            ("licence_number", licence.number.clone()),
            ("licence_date", day_in_words(licence.issued_on, language)),
            ("licence_issuer", licence.issuer.get(language).to_owned()),
            (
                "responsible_post",
                operator.responsible_post.get(language).to_owned(),
            ),
            ("system_name", operator.system_name.get(language).to_owned()),
        ];
        let values = values
            .into_iter()
            .map(|(name, value)| (format!("operator.{name}"), Value::Plain(value)))
            .collect();
        Self { language, values }
    }

    /// The language the values are in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// With one more value, of plain words.
    #[must_use]
    pub fn with(mut self, name: &str, words: impl Into<String>) -> Self {
        self.values
            .insert(name.to_owned(), Value::Plain(words.into()));
        self
    }

    /// With one more value that is Markdown made by this program, never by a visitor or a record.
    #[must_use]
    pub(super) fn with_markdown(mut self, name: &str, markdown: impl Into<String>) -> Self {
        self.values
            .insert(name.to_owned(), Value::Markdown(markdown.into()));
        self
    }

    /// Fills a plain text: a letter, a sentence. `{{` and `}}` stand for the brackets themselves.
    pub fn fill(&self, text: &str) -> Result<String, Vec<Problem>> {
        self.filled(text, |value| match value {
            Value::Plain(words) | Value::Markdown(words) => words.clone(),
        })
    }

    /// Fills a Markdown text; marks inside plain values are escaped.
    pub fn fill_markdown(&self, text: &str) -> Result<String, Vec<Problem>> {
        self.filled(text, |value| match value {
            Value::Plain(words) => escaped(words),
            Value::Markdown(markdown) => markdown.clone(),
        })
    }

    fn filled(&self, text: &str, write: impl Fn(&Value) -> String) -> Result<String, Vec<Problem>> {
        let mut out = String::with_capacity(text.len() * 2);
        let mut problems = Vec::new();
        for (line, piece) in pieces(text) {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Blank(name) => match self.values.get(name) {
                    Some(value) => out.push_str(&write(value)),
                    None => {
                        let known = self
                            .values
                            .keys()
                            .map(String::as_str)
                            .collect::<Vec<_>>()
                            .join(", ");
                        problems.push(Problem::at(
                            line,
                            format!("{{{name}}}"),
                            "no such value is known here",
                            format!("use one of: {known}"),
                        ));
                    }
                },
                Piece::Open => problems.push(Problem::at(
                    line,
                    "{",
                    "a bracket is opened and not closed in its line",
                    "close it, or write {{ for the bracket itself",
                )),
            }
        }
        if problems.is_empty() {
            Ok(out)
        } else {
            Err(problems)
        }
    }
}

/// The names of the blanks in a text.
pub fn blanks_in(text: &str) -> BTreeSet<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|(_, piece)| {
            if let Piece::Blank(name) = piece {
                Some(name)
            } else {
                None
            }
        })
        .collect()
}

/// A day in words: «24 ноября 2026 года», `24 November 2026`.
pub fn day_in_words(day: Date, language: Language) -> String {
    const RUSSIAN: [&str; 12] = [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    match language {
        Language::Russian => format!("{} {} {} года", day.day(), RUSSIAN[month], day.year()),
        Language::English => format!("{} {} {}", day.day(), ENGLISH[month], day.year()),
    }
}

/// Plain words so written that Markdown reads them as words.
pub(super) fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 8);
    for character in words.chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '~' | '!' | '|'
        ) {
            out.push('\\');
        }
        out.push(if character == '\n' { ' ' } else { character });
    }
    out
}

enum Piece<'t> {
    Words(&'t str),
    Blank(&'t str),
    Open,
}

fn pieces(text: &str) -> Vec<(usize, Piece<'_>)> {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(at) = rest.find(['{', '}']) {
        let (words, bracket) = rest.split_at(at);
        line += words.matches('\n').count();
        found.push((line, Piece::Words(words)));
        if bracket.starts_with("{{") || bracket.starts_with("}}") {
            found.push((line, Piece::Words(&bracket[..1])));
            rest = &bracket[2..];
        } else if let Some(after) = bracket.strip_prefix('}') {
            found.push((line, Piece::Words(&bracket[..1])));
            rest = after;
        } else if let Some(end) = bracket
            .find('}')
            .filter(|end| !bracket[1..*end].contains(['\n', '{']))
        {
            found.push((line, Piece::Blank(bracket[1..end].trim())));
            rest = &bracket[end + 1..];
        } else {
            found.push((line, Piece::Open));
            rest = &bracket[1..];
        }
    }
    found.push((line, Piece::Words(rest)));
    found
}
