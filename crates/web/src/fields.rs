//! A declaration as a form, and a form read back by its declaration. Labels, order, kinds and what is required
//! come from the declaration alone: a field declared tomorrow appears by itself (policy clause 2.4).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{BirthDate, BirthDateError, Email, NameError, NamePart, Personal, Phone};
use serde_json::{Map, Value};
use trust::consent::declaration::{
    Coded, Declaration, Field, ForWhom, Kind, Party, Reason, Required,
};

use crate::typed::Typed;
use crate::words::Words;

/// Something to put right: what to do, and beside which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The field's name, where one stands on the page.
    pub(crate) field: Option<String>,
    /// What stands beside that field.
    pub(crate) label: Option<String>,
    /// What to do.
    pub(crate) says: String,
}

impl Wrong {
    /// Something about a field.
    pub(crate) fn at(field: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            label: None,
            says: says.into(),
        }
    }

    /// Something about the whole form.
    pub(crate) fn whole(says: impl Into<String>) -> Self {
        Self {
            field: None,
            label: None,
            says: says.into(),
        }
    }

    /// The fragment of the field's place on the page.
    pub(crate) fn fragment(&self) -> Option<String> {
        self.field.as_deref().map(id_of)
    }
}

/// The id of a field's element.
pub(crate) fn id_of(name: &str) -> String {
    name.replace('.', "-")
}

/// An option of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OptionView {
    /// What is sent.
    pub(crate) value: String,
    /// What is shown.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// A field as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldView {
    /// Its name: `patient.surname`.
    pub(crate) name: String,
    /// The id of its element.
    pub(crate) id: String,
    /// What stands beside it.
    pub(crate) label: String,
    /// How to fill it in.
    pub(crate) hint: Option<String>,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What was typed.
    pub(crate) value: String,
    /// Whether it may stay empty.
    pub(crate) optional: bool,
    /// `text`, `tel` or `email`; empty for a text of several lines and for a choice.
    pub(crate) input: &'static str,
    /// Which keyboard a phone shows; empty for the usual one.
    pub(crate) keyboard: &'static str,
    /// What a browser may fill in of its owner (WCAG 2.2 §1.3.5).
    pub(crate) autocomplete: &'static str,
    /// Where a script asks, as soon as it is filled in, what is known; nowhere, but at the desk.
    pub(crate) asks: Option<&'static str>,
    /// The most characters.
    pub(crate) max: usize,
    /// The options of a choice.
    pub(crate) options: Vec<OptionView>,
}

impl FieldView {
    /// Ids of what describes it, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        match (error, hint) {
            (Some(error), Some(hint)) => Some(format!("{error} {hint}")),
            (error, hint) => error.or(hint),
        }
    }
}

/// The fields of one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupView {
    /// Whose they are.
    pub(crate) legend: String,
    /// The fields, in the declaration's order.
    pub(crate) fields: Vec<FieldView>,
}

/// The form of a service in a case, with what was typed and what is wrong with it.
pub(crate) fn groups(
    words: Words,
    declaration: &Declaration,
    for_whom: ForWhom,
    typed: &Typed,
    wrongs: &[Wrong],
) -> Vec<GroupView> {
    let fields = declaration.fields_for(for_whom);
    for_whom
        .parties()
        .iter()
        .map(|party| GroupView {
            legend: match party {
                Party::Patient => words.say(&format!("party-patient-{}", for_whom.code())),
                other => words.say(&format!("party-{}", other.code())),
            },
            fields: fields
                .iter()
                .filter(|field| field.party == *party)
                .map(|field| view(words, declaration, for_whom, field, typed, wrongs))
                .collect(),
        })
        .filter(|group| !group.fields.is_empty())
        .collect()
}

/// The name of a field in a form: `patient.surname`.
pub(crate) fn name_of(party: Party, code: &str) -> String {
    format!("{}.{code}", party.code())
}

/// Whether a service asks this field in any case.
pub(crate) fn is_declared(declaration: &Declaration, name: &str) -> bool {
    declaration
        .fields
        .iter()
        .any(|field| name_of(field.party, &field.code) == name)
}

fn view(
    words: Words,
    declaration: &Declaration,
    for_whom: ForWhom,
    field: &Field,
    typed: &Typed,
    wrongs: &[Wrong],
) -> FieldView {
    let name = name_of(field.party, &field.code);
    let own = field.party == for_whom.consenting();
    let (input, keyboard) = match field.kind {
        // No keypad for dates: the one of iPhones has digits alone, and no full stop to put between them.
        Kind::BirthDate => ("text", ""),
        Kind::Age | Kind::Inn | Kind::Year => ("text", "numeric"),
        Kind::Amount => ("text", "decimal"),
        Kind::Phone => ("tel", "tel"),
        Kind::Email => ("email", "email"),
        Kind::Text | Kind::Choice => ("", ""),
        _ => ("text", ""),
    };
    let autocomplete = match field.kind {
        _ if !own => "off",
        Kind::Surname => "family-name",
        Kind::GivenName => "given-name",
        Kind::Patronymic => "additional-name",
        Kind::Name => "name",
        Kind::BirthDate if field.code == "birth_date" => "bday",
        Kind::Phone => "tel",
        Kind::Email => "email",
        _ => "off",
    };
    let options = field.options.iter().map(|option| OptionView {
        value: option.code.clone(),
        label: option.label.get(words.of_texts()).to_owned(),
        chosen: typed.get(&name) == option.code,
    });
    FieldView {
        id: id_of(&name),
        label: field.label.get(words.of_texts()).to_owned(),
        hint: words.maybe(&format!("hint-{}", field.kind.code().replace('_', "-"))),
        error: wrongs
            .iter()
            .find(|wrong| wrong.field.as_deref() == Some(&name))
            .map(|wrong| wrong.says.clone()),
        value: typed.shown(&name),
        optional: is_optional(declaration, for_whom, field),
        input,
        keyboard,
        autocomplete,
        asks: None,
        max: field.max,
        options: options.collect(),
        name,
    }
}

/// A field that is needed only in place of another is optional where that other must be given anyway.
fn is_optional(declaration: &Declaration, for_whom: ForWhom, field: &Field) -> bool {
    match &field.required {
        Required::Always => false,
        Required::Never => true,
        Required::Unless(others) => declaration.fields_for(for_whom).iter().any(|other| {
            other.required == Required::Always
                && others
                    .iter()
                    .any(|(party, code)| *party == other.party && *code == other.code)
        }),
    }
}

/// A form read by its declaration.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// What was given, in the form in which the house keeps it: dates ISO, phones E.164.
    pub(crate) values: BTreeMap<Party, BTreeMap<String, Personal<String>>>,
    /// What is to be put right, in the form's order.
    pub(crate) wrongs: Vec<Wrong>,
}

impl Answers {
    /// A value, if it was given.
    pub(crate) fn get(&self, party: Party, code: &str) -> Option<&str> {
        self.values
            .get(&party)?
            .get(code)
            .map(|value| value.reveal().as_str())
    }

    /// All that was given, a line each: what a repeated form is known again by.
    pub(crate) fn said(&self) -> impl Iterator<Item = String> {
        self.values.iter().flat_map(|(party, values)| {
            let party = party.code();
            values
                .iter()
                .map(move |(code, value)| format!("{party}.{code}={}", value.reveal()))
        })
    }
}

/// Reads a form that is sent to be kept. `others` are the names that are not data of anybody: steps, boxes, keys.
/// Whatever is neither declared nor one of them is refused (policy clause 3.1), and so is a name that came twice: two
/// readers would take two different values.
pub(crate) fn read(
    words: Words,
    declaration: &Declaration,
    for_whom: ForWhom,
    typed: &Typed,
    today: Date,
    others: impl Fn(&str) -> bool,
) -> Answers {
    let mut answers = Answers::default();
    let mut submitted = Map::new();
    for name in typed.names().into_iter().filter(|name| !others(name)) {
        let Some((party, code)) = name.split_once('.') else {
            answers
                .wrongs
                .push(Wrong::whole(Reason::Undeclared.says(words.of_texts())));
            continue;
        };
        let object = submitted
            .entry(party)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(object) = object {
            object.insert(
                code.to_owned(),
                Value::String(as_checked(declaration, name, typed.get(name), today)),
            );
        }
    }
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let twice = typed.twice();
    for name in &twice {
        let asked = declaration
            .fields_for(for_whom)
            .iter()
            .any(|field| name_of(field.party, &field.code) == *name);
        if asked {
            found.insert((*name).to_owned(), words.say("field-twice"));
        } else {
            answers.wrongs.push(Wrong::whole(words.say("form-twice")));
        }
    }
    for refusal in declaration.check(for_whom, &submitted) {
        let name = refusal
            .pointer
            .trim_start_matches('/')
            .replacen('/', ".", 1);
        let says = refusal.reason.says(words.of_texts());
        let asked = declaration
            .fields_for(for_whom)
            .iter()
            .any(|field| name_of(field.party, &field.code) == name);
        if asked {
            found.entry(name).or_insert(says);
        } else {
            answers.wrongs.push(Wrong::whole(says));
        }
    }
    for field in declaration.fields_for(for_whom) {
        let name = name_of(field.party, &field.code);
        let text = typed.get(&name);
        let kept = if typed.is_unreadable(&name) {
            Err(Reason::Characters.says(words.of_texts()))
        } else if text.is_empty() {
            found.get(&name).map_or(Ok(None), |says| Err(says.clone()))
        } else if twice.contains(&name.as_str()) {
            Err(words.say("field-twice"))
        } else {
            // The kernel's word is the more exact one: a date after today, not only no date.
            match (kept(words, field, text, today), found.get(&name)) {
                (Ok(_), Some(says)) => Err(says.clone()),
                (kept, _) => kept.map(Some),
            }
        };
        match kept {
            Ok(None) => {}
            Ok(Some(value)) => {
                answers
                    .values
                    .entry(field.party)
                    .or_default()
                    .insert(field.code.clone(), Personal::new(value));
            }
            Err(says) => answers.wrongs.push(Wrong::at(name, says)),
        }
    }
    // What is wrong with the form as a whole is said once, however often it is.
    let mut said = BTreeSet::new();
    answers
        .wrongs
        .retain(|wrong| wrong.field.is_some() || said.insert(wrong.says.clone()));
    answers
}

/// What the declaration is shown: it reads dates as programs write them.
fn as_checked(declaration: &Declaration, name: &str, text: &str, today: Date) -> String {
    let is_date = declaration
        .fields
        .iter()
        .any(|field| field.kind == Kind::BirthDate && name_of(field.party, &field.code) == name);
    match BirthDate::parse(text, today) {
        Ok(date) if is_date => date.reveal().to_string(),
        _ => text.to_owned(),
    }
}

/// The value as the house keeps it, or what to do about it.
fn kept(words: Words, field: &Field, text: &str, today: Date) -> Result<String, String> {
    let shape = |kind| Reason::Shape(kind).says(words.of_texts());
    match field.kind {
        Kind::Surname | Kind::GivenName | Kind::Patronymic => match NamePart::parse(text) {
            Ok(name) => Ok(name.reveal().to_owned()),
            Err(NameError::TooLong) => Err(Reason::TooLong(field.max).says(words.of_texts())),
            Err(NameError::Hidden) => Err(Reason::Characters.says(words.of_texts())),
            Err(NameError::Empty | NameError::Foreign) => Err(shape(field.kind)),
        },
        Kind::BirthDate => BirthDate::parse(text, today)
            .map(|date| date.reveal().to_string())
            .map_err(|error| birth_date_says(words, error)),
        Kind::Phone => Phone::parse(text)
            .map(|phone| phone.reveal().to_owned())
            .map_err(|_| shape(field.kind)),
        Kind::Email => Email::parse(text)
            .map(|email| email.reveal().to_owned())
            .map_err(|_| shape(field.kind)),
        _ => Ok(text.to_owned()),
    }
}

/// What to do about a date of birth.
pub(crate) fn birth_date_says(words: Words, error: BirthDateError) -> String {
    words.say(match error {
        BirthDateError::Malformed => "birth-date-malformed",
        BirthDateError::Future => "birth-date-future",
        BirthDateError::TooLongAgo => "birth-date-too-long-ago",
    })
}

#[cfg(test)]
mod tests;
