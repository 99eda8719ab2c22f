//! A declaration's file changed on screen: the order of its fields and consents, whether a field must be filled, the
//! sentence beside a box. Everything else of the file, its comments too, stays as its writer left it.
//!
//! *Invariant*: what is written is read again and must say exactly what was asked for; a file in which these parts are
//! written in another way than the samples' is refused, and is changed by hand.

use std::fmt::Write;

use super::service::POLICY_DOCUMENT;

/// A field as its block says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldBlock {
    /// Its code.
    pub code: String,
    /// Whose data it is.
    pub parties: Vec<String>,
    /// Whether it must be filled.
    pub required: bool,
}

/// A consent as its block says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentBlock {
    /// Its document.
    pub document: String,
    /// In which cases it is asked; empty means all.
    pub cases: Vec<String>,
    /// Whether it must be given.
    pub required: bool,
    /// What stands beside its box, Russian and English.
    pub sentence: (String, String),
}

impl ConsentBlock {
    /// Whether the sentence is given by the policy itself (clause 5.2) and stays to the letter.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.document == POLICY_DOCUMENT
    }
}

/// The parts of a declaration that are changed on screen, in the form's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Its fields.
    pub fields: Vec<FieldBlock>,
    /// Its consents.
    pub consents: Vec<ConsentBlock>,
}

/// What somebody asks for: places are those in [`Parts`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The fields in their new order, and whether each must be filled.
    pub fields: Vec<(usize, bool)>,
    /// The consents in their new order, each with its sentence.
    pub consents: Vec<(usize, (String, String))>,
}

/// The file is not written as the samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlike;

/// Reads the parts of a file.
///
/// # Errors
/// [`Unlike`].
pub fn parts(source: &str) -> Result<Parts, Unlike> {
    let fields = blocks(source, "fields");
    let consents = blocks(source, "consents");
    Ok(Parts {
        fields: fields
            .iter()
            .map(|range| field(&source[range.clone()]))
            .collect::<Result<_, _>>()?,
        consents: consents
            .iter()
            .map(|range| consent(&source[range.clone()]))
            .collect::<Result<_, _>>()?,
    })
}

/// The file as somebody asks for it.
///
/// # Errors
/// [`Unlike`]; also where not every part is named once.
pub fn edited(source: &str, asked: &Asked) -> Result<String, Unlike> {
    let known = parts(source)?;
    let whole = |places: Vec<usize>, count: usize| {
        let mut places = places;
        places.sort_unstable();
        places == (0..count).collect::<Vec<_>>()
    };
    let fields: Vec<usize> = asked.fields.iter().map(|(place, _)| *place).collect();
    let consents: Vec<usize> = asked.consents.iter().map(|(place, _)| *place).collect();
    if !whole(fields, known.fields.len()) || !whole(consents, known.consents.len()) {
        return Err(Unlike);
    }
    let field_ranges = blocks(source, "fields");
    let consent_ranges = blocks(source, "consents");
    let mut new: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for (range, (place, required)) in field_ranges.iter().zip(&asked.fields) {
        let from = field_ranges.get(*place).ok_or(Unlike)?.clone();
        let line = required.then_some("required = true");
        new.push((range.clone(), with_line(&source[from], "required", line)));
    }
    for (range, (place, sentence)) in consent_ranges.iter().zip(&asked.consents) {
        let from = consent_ranges.get(*place).ok_or(Unlike)?.clone();
        let same = known
            .consents
            .get(*place)
            .is_some_and(|known| known.is_fixed() || known.sentence == *sentence);
        let block = &source[from];
        let text = if same {
            block.to_owned()
        } else {
            let line = format!(
                "sentence = {{ ru = {}, en = {} }}",
                quoted(&sentence.0),
                quoted(&sentence.1)
            );
            with_line(block, "sentence", Some(&line))
        };
        new.push((range.clone(), text));
    }
    new.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for (range, text) in new {
        out.push_str(&source[at..range.start]);
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(&source[at..]);
    let expected = Parts {
        fields: asked
            .fields
            .iter()
            .map(|(place, required)| FieldBlock {
                required: *required,
                ..known.fields[*place].clone()
            })
            .collect(),
        consents: asked
            .consents
            .iter()
            .map(|(place, sentence)| {
                let known = known.consents[*place].clone();
                if known.is_fixed() {
                    known
                } else {
                    ConsentBlock {
                        sentence: sentence.clone(),
                        ..known
                    }
                }
            })
            .collect(),
    };
    if parts(&out)? == expected {
        Ok(out)
    } else {
        Err(Unlike)
    }
}

/// Where the blocks of a list stand: from their head to their last line that says something.
fn blocks(source: &str, list: &str) -> Vec<std::ops::Range<usize>> {
    let head = format!("[[{list}]]");
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut at, mut open) = (0, false);
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        let end = at + line.len();
        if text == head {
            found.push(at..end);
            open = true;
        } else if text.starts_with('[') {
            open = false;
        } else if open
            && !text.is_empty()
            && !text.starts_with('#')
            && let Some(last) = found.last_mut()
        {
            last.end = end;
        }
        at = end;
    }
    found
}

/// A block with this line instead of the one that sets the key, or without one.
fn with_line(block: &str, key: &str, line: Option<&str>) -> String {
    let mut out = String::with_capacity(block.len() + 16);
    let mut line = line;
    for known in block.split_inclusive('\n') {
        let sets = known
            .split_once('=')
            .is_some_and(|(name, _)| name.trim() == key);
        if !sets {
            out.push_str(known);
        } else if let Some(line) = line.take() {
            out.push_str(line);
            out.push('\n');
        }
    }
    if let Some(line) = line {
        if !out.ends_with('\n') {
            out.push('\n');
        }
        writeln!(out, "{line}").expect("a string takes text");
    }
    out
}

/// A basic string of TOML, which a string of JSON is.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

fn table(block: &str, list: &str) -> Result<toml::Table, Unlike> {
    let file: toml::Table = block.parse().map_err(|_| Unlike)?;
    let rows = file.get(list).and_then(toml::Value::as_array);
    let row = rows.and_then(|rows| rows.first());
    row.and_then(toml::Value::as_table).cloned().ok_or(Unlike)
}

fn text(table: &toml::Table, key: &str) -> String {
    let value = table.get(key).and_then(toml::Value::as_str);
    value.unwrap_or_default().to_owned()
}

fn texts(table: &toml::Table, key: &str) -> Vec<String> {
    let items = table.get(key).and_then(toml::Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn is_required(table: &toml::Table) -> bool {
    table
        .get("required")
        .and_then(toml::Value::as_bool)
        .unwrap_or(false)
}

fn field(block: &str) -> Result<FieldBlock, Unlike> {
    let table = table(block, "fields")?;
    Ok(FieldBlock {
        code: text(&table, "code"),
        parties: texts(&table, "parties"),
        required: is_required(&table),
    })
}

fn consent(block: &str) -> Result<ConsentBlock, Unlike> {
    let table = table(block, "consents")?;
    let words = table.get("sentence").ok_or(Unlike)?;
    let sentence = match words.as_table() {
        Some(words) => (text(words, "ru"), text(words, "en")),
        None => {
            let one = words.as_str().ok_or(Unlike)?;
            (one.to_owned(), one.to_owned())
        }
    };
    Ok(ConsentBlock {
        document: text(&table, "document"),
        cases: texts(&table, "for"),
        required: is_required(&table),
        sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::super::bundled::BOOKING;
    use super::*;

    fn as_it_is(parts: &Parts) -> Asked {
        Asked {
            fields: (0..)
                .zip(parts.fields.iter().map(|one| one.required))
                .collect(),
            consents: (0..)
                .zip(parts.consents.iter().map(|one| one.sentence.clone()))
                .collect(),
        }
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let known = parts(BOOKING).expect("the sample");
        assert_eq!(
            (known.fields.len(), known.fields[5].code.as_str()),
            (8, "email")
        );
        assert_eq!(
            edited(BOOKING, &as_it_is(&known)).expect("it is so"),
            BOOKING
        );
    }

    #[test]
    fn order_and_need_and_sentences_change_and_comments_stay() {
        let known = parts(BOOKING).expect("the sample");
        let mut asked = as_it_is(&known);
        asked.fields.swap(4, 5);
        asked.fields[4].1 = true;
        asked.fields[3].1 = false;
        asked.consents[1].1.0 = "Разрешаю «всё» \"это\"".into();
        let new = edited(BOOKING, &asked).expect("it can be written");
        let read = parts(&new).expect("it reads");
        assert_eq!(
            (read.fields[4].code.as_str(), read.fields[4].required),
            ("email", true)
        );
        assert!(!read.fields[3].required);
        assert_eq!(read.consents[1].sentence.0, "Разрешаю «всё» \"это\"");
        let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(comments(&new), comments(BOOKING));
    }

    #[test]
    fn the_sentence_of_the_policy_stays_to_the_letter() {
        let known = parts(BOOKING).expect("the sample");
        let mut asked = as_it_is(&known);
        asked.consents[0].1.0 = "Согласен на всё".into();
        assert_eq!(edited(BOOKING, &asked).expect("it is left"), BOOKING);
    }

    #[test]
    fn what_does_not_name_every_part_once_is_refused() {
        let known = parts(BOOKING).expect("the sample");
        let mut asked = as_it_is(&known);
        asked.fields[1].0 = 0;
        assert_eq!(edited(BOOKING, &asked), Err(Unlike));
        assert_eq!(edited(BOOKING, &Asked::default()), Err(Unlike));
    }
}
