//! A TOML table that knows its lines. Every problem of a file is collected in one pass, a key nobody asked for is one
//! too, and no value is taken whose characters cannot be seen.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, line_of};
use super::words::{Coded, Words};
use crate::policy::text::characters;

/// Reads `source` with `build`, which takes what it needs and answers `None` after naming a problem.
pub(super) fn read<T>(
    source: &str,
    build: impl FnOnce(&Reader<'_>) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    if let Some((line, column, character)) = characters::first_refused(source) {
        let what = format!(
            "column {column} holds U+{:04X}, a character that is not seen or that reorders the text",
            u32::from(character)
        );
        return Err(vec![Problem::at(line, "", what, "delete it")]);
    }
    let document = DeTable::parse(source).map_err(|error| {
        let line = error.span().map(|span| line_of(source, span.start));
        vec![Problem::at(
            line,
            "",
            error.message().lines().collect::<Vec<_>>().join(", "),
            "write the file as TOML (toml.io)",
        )]
    })?;
    let problems = RefCell::new(Vec::new());
    let reader = Reader::new(source, document.get_ref(), String::new(), 0, &problems);
    let built = build(&reader);
    reader.refuse_the_rest();
    let mut problems = problems.into_inner();
    problems.sort_by_key(|problem| problem.line);
    match built {
        Some(built) if problems.is_empty() => Ok(built),
        None if problems.is_empty() => Err(vec![Problem::at(
            None,
            "",
            "the file could not be read",
            "compare it with the sample that comes with the program",
        )]),
        _ => Err(problems),
    }
}

/// One table of the file.
pub(super) struct Reader<'r> {
    source: &'r str,
    table: &'r DeTable<'r>,
    path: String,
    line: usize,
    asked: RefCell<BTreeSet<String>>,
    problems: &'r RefCell<Vec<Problem>>,
}

impl<'r> Reader<'r> {
    fn new(
        source: &'r str,
        table: &'r DeTable<'r>,
        path: String,
        start: usize,
        problems: &'r RefCell<Vec<Problem>>,
    ) -> Self {
        Self {
            source,
            table,
            path,
            line: line_of(source, start),
            asked: RefCell::default(),
            problems,
        }
    }

    /// The table's line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Whether there is a value at `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Names a problem of the value at `key`.
    pub(super) fn refuse(&self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let line = self
            .entry(key)
            .map_or(self.line, |value| line_of(self.source, value.span().start));
        self.problems
            .borrow_mut()
            .push(Problem::at(line, self.place(key), what, remedy));
    }

    /// Names a problem found elsewhere.
    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// One line of text that must be there.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let found = self.optional_text(key);
        if self.value(key).is_none() {
            self.refuse(
                key,
                "the value is missing",
                format!("add a line `{key} = \"…\"`"),
            );
        }
        found
    }

    /// One line of text that may be absent.
    pub(super) fn optional_text(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            DeValue::String(text) => self.line_of_text(key, text),
            other => self.wrong(key, other, "text in quotes"),
        }
    }

    /// A list of lines of text; absent is empty.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            return self
                .wrong(key, value, "a list in brackets")
                .unwrap_or_default();
        };
        items
            .iter()
            .filter_map(|item| {
                item.get_ref().as_str().map_or_else(
                    || self.wrong(key, item.get_ref(), "texts in quotes"),
                    |text| self.line_of_text(key, text),
                )
            })
            .collect()
    }

    /// True or false; absent is `default`.
    pub(super) fn flag(&self, key: &str, default: bool) -> bool {
        match self.value(key) {
            None => default,
            Some(DeValue::Boolean(flag)) => *flag,
            Some(other) => self.wrong(key, other, "true or false").unwrap_or(default),
        }
    }

    /// A whole number from 1 up; absent is absent.
    pub(super) fn count(&self, key: &str) -> Option<u32> {
        let value = self.value(key)?;
        let number = value
            .as_integer()
            .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        match number {
            Some(number) if number > 0 => Some(number),
            _ => self.wrong(key, value, "a whole number above zero"),
        }
    }

    /// A day that must be there, as `2026-11-24` with or without quotes.
    pub(super) fn date(&self, key: &str) -> Option<Date> {
        let Some(value) = self.value(key) else {
            self.refuse(
                key,
                "the value is missing",
                format!("add a line `{key} = 2026-11-24`"),
            );
            return None;
        };
        let text = value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_datetime().map(ToString::to_string));
        match text
            .filter(|text| text.len() == 10)
            .and_then(|text| text.parse().ok())
        {
            Some(date) => Some(date),
            None => self.wrong(key, value, "a day such as 2026-11-24"),
        }
    }

    /// Words in both languages: `{ ru = "…", en = "…" }`.
    pub(super) fn words(&self, key: &str) -> Option<Words> {
        if self.value(key).is_none() {
            self.refuse(
                key,
                "the words are missing",
                format!("add `{key} = {{ ru = \"…\", en = \"…\" }}`"),
            );
            return None;
        }
        self.optional_words(key)
    }

    /// Words that may be absent.
    pub(super) fn optional_words(&self, key: &str) -> Option<Words> {
        let entry = self.entry(key)?;
        let Some(table) = entry.get_ref().as_table() else {
            return self.wrong(key, entry.get_ref(), "{ ru = \"…\", en = \"…\" }");
        };
        self.nested(table, self.place(key), entry.span().start, |reader| {
            let (ru, en) = (reader.text("ru"), reader.text("en"));
            Some(Words { ru: ru?, en: en? })
        })
    }

    /// Words where a single text serves both languages.
    pub(super) fn words_or_text(&self, key: &str) -> Option<Words> {
        match self.value(key) {
            Some(DeValue::String(_)) => self.text(key).map(|text| Words::new(text.clone(), text)),
            _ => self.words(key),
        }
    }

    /// A member of a closed set that must be there.
    pub(super) fn one_of<T: Coded>(&self, key: &str) -> Option<T> {
        let code = self.text(key)?;
        let found = T::from_code(&code);
        if found.is_none() {
            self.refuse(
                key,
                format!("`{code}` is not known here"),
                format!("use one of: {}", all_codes::<T>()),
            );
        }
        found
    }

    /// Members of a closed set, each once; absent is `None`.
    pub(super) fn some_of<T: Coded + PartialEq>(&self, key: &str) -> Option<Vec<T>> {
        self.value(key)?;
        let mut found = Vec::new();
        for code in self.texts(key) {
            match T::from_code(&code) {
                Some(member) if found.contains(&member) => {
                    self.refuse(key, format!("`{code}` is named twice"), "name it once")
                }
                Some(member) => found.push(member),
                None => self.refuse(
                    key,
                    format!("`{code}` is not known here"),
                    format!("use some of: {}", all_codes::<T>()),
                ),
            }
        }
        Some(found)
    }

    /// The table at `key`, which must be there.
    pub(super) fn table<T>(
        &self,
        key: &str,
        build: impl FnOnce(&Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.entry(key) {
            None => {
                self.refuse(
                    key,
                    "the table is missing",
                    format!("add a table `[{}]`", self.place(key)),
                );
                None
            }
            Some(entry) => match entry.get_ref() {
                DeValue::Table(table) => {
                    self.nested(table, self.place(key), entry.span().start, build)
                }
                other => self.wrong(key, other, "a table"),
            },
        }
    }

    /// The tables `[[key]]`, in their order; absent is none.
    pub(super) fn tables<T>(&self, key: &str, build: impl Fn(&Reader<'_>) -> Option<T>) -> Vec<T> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            return self
                .wrong(key, value, "tables in double brackets")
                .unwrap_or_default();
        };
        let mut built = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let place = format!("{}[{at}]", self.place(key));
            match item.get_ref() {
                DeValue::Table(table) => {
                    built.extend(self.nested(table, place, item.span().start, &build))
                }
                other => built.extend(self.wrong(key, other, "tables in double brackets")),
            }
        }
        built
    }

    fn nested<T>(
        &self,
        table: &DeTable<'_>,
        path: String,
        start: usize,
        build: impl FnOnce(&Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let reader = Reader::new(self.source, table, path, start, self.problems);
        let built = build(&reader);
        reader.refuse_the_rest();
        built
    }

    fn value(&self, key: &str) -> Option<&'r DeValue<'r>> {
        self.entry(key).map(Spanned::get_ref)
    }

    fn entry(&self, key: &str) -> Option<&'r Spanned<DeValue<'r>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    fn place(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn line_of_text(&self, key: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.refuse(
                key,
                "the text is empty",
                "write it, or delete the line where the value may be absent",
            );
            return None;
        }
        if text.contains(['\n', '\r', '\t']) || characters::first_refused(text).is_some() {
            self.refuse(
                key,
                "the text holds a line break or a character that is not seen",
                "write it in one line",
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn wrong<T>(&self, key: &str, value: &DeValue<'_>, wanted: &str) -> Option<T> {
        self.refuse(
            key,
            format!("a {} does not fit here", value.type_str()),
            format!("write {wanted}"),
        );
        None
    }

    fn refuse_the_rest(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self
            .table
            .iter()
            .filter(|(name, _)| !asked.contains(name.get_ref().as_ref()))
        {
            let known = asked
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let line = line_of(self.source, name.span().start);
            let problem = Problem::at(
                line,
                self.place(name.get_ref()),
                "this key is not known here",
                format!("correct or delete it; known are: {known}"),
            );
            self.problems.borrow_mut().push(problem);
        }
    }
}

/// Whether `code` may name a service or a document: it stands in addresses and file names.
pub(in crate::consent) fn is_slug(code: &str) -> bool {
    code.len() <= 40
        && code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.chars().all(|character| {
            character.is_ascii_lowercase()
                || character.is_ascii_digit()
                || matches!(character, '_' | '-')
        })
}

fn all_codes<T: Coded>() -> String {
    T::ALL
        .iter()
        .map(|member| member.code())
        .collect::<Vec<_>>()
        .join(", ")
}
