//! What an act did with one person's data, gathered as it happens.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::core::json::{Object, Value};
use crate::vault::Record;
use crate::vault::core::FieldKeys;

/// A person whom an act touched: the keys, for as long as the act and its record live.
pub(crate) struct Touched {
    pub(crate) chain: Uuid,
    pub(crate) keys: FieldKeys,
    /// Made in this act: the chain has no links yet.
    pub(crate) fresh: bool,
    pub(crate) details: Details,
}

impl Touched {
    pub(crate) fn fresh(chain: Uuid, keys: FieldKeys) -> Self {
        Self {
            chain,
            keys,
            fresh: true,
            details: Details::default(),
        }
    }

    pub(crate) fn known(chain: Uuid, keys: FieldKeys) -> Self {
        Self {
            chain,
            keys,
            fresh: false,
            details: Details::default(),
        }
    }
}

/// Written and opened fields, and whatever else happened.
#[derive(Default)]
pub(crate) struct Details {
    wrote: BTreeMap<Record, BTreeMap<String, i32>>,
    /// By the permit under which they were opened.
    opened: BTreeMap<(Uuid, Record), BTreeSet<String>>,
    notes: Vec<Note>,
}

/// A line about what happened, with the row it wrote where there is one.
struct Note {
    what: &'static str,
    of: Uuid,
    row: Option<(&'static str, Object)>,
    /// What the person was shown beside it.
    shown: Option<Object>,
}

impl Details {
    pub(crate) fn wrote(&mut self, record: Record, field: &str, version: i32) {
        self.wrote
            .entry(record)
            .or_default()
            .insert(field.to_owned(), version);
    }

    pub(crate) fn opened(&mut self, permit: Uuid, record: Record, field: &str) {
        self.opened
            .entry((permit, record))
            .or_default()
            .insert(field.to_owned());
    }

    pub(crate) fn note(&mut self, what: &'static str, of: Uuid) {
        self.notes.push(Note {
            what,
            of,
            row: None,
            shown: None,
        });
    }

    pub(crate) fn bind(
        &mut self,
        what: &'static str,
        of: Uuid,
        (table, row): (&'static str, Object),
        shown: Option<Object>,
    ) {
        self.notes.push(Note {
            what,
            of,
            row: Some((table, row)),
            shown,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wrote.is_empty() && self.opened.is_empty() && self.notes.is_empty()
    }

    pub(crate) fn only_opened(&self) -> bool {
        self.wrote.is_empty() && self.notes.is_empty() && !self.opened.is_empty()
    }

    /// The fields touched, for the entry's categories.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        let wrote = self
            .wrote
            .values()
            .flat_map(|fields| fields.keys().map(String::as_str));
        wrote.chain(self.opened.values().flatten().map(String::as_str))
    }

    /// The form in a sub-entry:
    /// `{"wrote":[{"place","record","fields":{field: version}}],"opened":[{"permit","place","record","fields":[…]}],
    /// "notes":[{"what","of"}, {"what","of","table","row":{column: value}}]}` (decision 0010); beside the row of a consent
    /// may stand `"shown"` (decision 0013).
    pub(crate) fn into_object(self) -> Object {
        let text = |text: &str| Value::Text(text.to_owned());
        let of = |record: Record, fields: Value| {
            Value::Object(Object::from([
                ("place".into(), text(record.place)),
                ("record".into(), Value::Text(record.id.to_string())),
                ("fields".into(), fields),
            ]))
        };
        let mut object = Object::new();
        if !self.wrote.is_empty() {
            let wrote = self.wrote.into_iter().map(|(record, fields)| {
                of(
                    record,
                    Value::Object(
                        fields
                            .into_iter()
                            .map(|(f, v)| (f, Value::Int(v.into())))
                            .collect(),
                    ),
                )
            });
            object.insert("wrote".into(), Value::List(wrote.collect()));
        }
        if !self.opened.is_empty() {
            let opened = self.opened.into_iter().map(|((permit, record), fields)| {
                Value::Object(Object::from([
                    ("permit".into(), Value::Text(permit.to_string())),
                    ("place".into(), text(record.place)),
                    ("record".into(), Value::Text(record.id.to_string())),
                    (
                        "fields".into(),
                        Value::List(fields.into_iter().map(Value::Text).collect()),
                    ),
                ]))
            });
            object.insert("opened".into(), Value::List(opened.collect()));
        }
        if !self.notes.is_empty() {
            let notes = self.notes.into_iter().map(|note| {
                let mut said = Object::from([
                    ("what".into(), text(note.what)),
                    ("of".into(), Value::Text(note.of.to_string())),
                ]);
                if let Some((table, row)) = note.row {
                    said.insert("table".into(), text(table));
                    said.insert("row".into(), Value::Object(row));
                }
                if let Some(shown) = note.shown {
                    said.insert("shown".into(), Value::Object(shown));
                }
                Value::Object(said)
            });
            object.insert("notes".into(), Value::List(notes.collect()));
        }
        object
    }
}

/// Fields that a sub-entry tells were opened: `(permit, place, record, field)`, ids as texts.
pub(crate) fn openings(details: &Object) -> BTreeSet<[String; 4]> {
    let mut openings = BTreeSet::new();
    let Some(Value::List(opened)) = details.get("opened") else {
        return openings;
    };
    for one in opened {
        let Value::Object(one) = one else { continue };
        let text = |name: &str| match one.get(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (Some(permit), Some(place), Some(record), Some(Value::List(fields))) = (
            text("permit"),
            text("place"),
            text("record"),
            one.get("fields"),
        ) else {
            continue;
        };
        for field in fields {
            if let Value::Text(field) = field {
                openings.insert([permit.clone(), place.clone(), record.clone(), field.clone()]);
            }
        }
    }
    openings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_is_told_by_permit_record_and_field() {
        let (permit, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let record = Record {
            place: "person",
            id: Uuid::from_u128(3),
        };
        let mut details = Details::default();
        details.opened(permit, record, "phone");
        details.opened(permit, record, "email");
        details.opened(other, record, "phone");
        assert!(details.only_opened());
        let openings = openings(&details.into_object());
        let said = |permit: Uuid, field: &str| {
            let id = record.id.to_string();
            openings.contains(&[permit.to_string(), "person".into(), id, field.into()])
        };
        assert!(said(permit, "phone") && said(permit, "email") && said(other, "phone"));
        assert!(!said(other, "email"));
        assert_eq!(openings.len(), 3);
    }

    #[test]
    fn a_bound_row_stands_in_its_note() {
        let mut details = Details::default();
        let row = Object::from([("status".to_owned(), Value::from("requested"))]);
        let bound = ("appointment", row.clone());
        details.bind("test.bound", Uuid::from_u128(1), bound, None);
        details.note("test.noted", Uuid::from_u128(2));
        assert!(!details.is_empty() && !details.only_opened());
        let Some(Value::List(notes)) = details.into_object().remove("notes") else {
            panic!("no notes");
        };
        let Value::Object(bound) = &notes[0] else {
            panic!("no object");
        };
        assert_eq!(bound["table"], Value::from("appointment"));
        assert_eq!(bound["row"], Value::Object(row));
        let Value::Object(noted) = &notes[1] else {
            panic!("no object");
        };
        assert!(!noted.contains_key("table") && !noted.contains_key("row"));
    }
}
