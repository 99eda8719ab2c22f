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
    opened: BTreeMap<Record, BTreeSet<String>>,
    notes: Vec<(&'static str, Uuid)>,
}

impl Details {
    pub(crate) fn wrote(&mut self, record: Record, field: &str, version: i32) {
        self.wrote
            .entry(record)
            .or_default()
            .insert(field.to_owned(), version);
    }

    pub(crate) fn opened(&mut self, record: Record, field: &str) {
        self.opened
            .entry(record)
            .or_default()
            .insert(field.to_owned());
    }

    pub(crate) fn note(&mut self, what: &'static str, of: Uuid) {
        self.notes.push((what, of));
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
    /// `{"wrote":[{"place","record","fields":{field: version}}],"opened":[{"place","record","fields":[…]}],"notes":[{"what","of"}]}`.
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
            let opened = self.opened.into_iter().map(|(record, fields)| {
                of(
                    record,
                    Value::List(fields.into_iter().map(Value::Text).collect()),
                )
            });
            object.insert("opened".into(), Value::List(opened.collect()));
        }
        if !self.notes.is_empty() {
            let notes = self.notes.into_iter().map(|(what, of)| {
                Value::Object(Object::from([
                    ("what".into(), text(what)),
                    ("of".into(), Value::Text(of.to_string())),
                ]))
            });
            object.insert("notes".into(), Value::List(notes.collect()));
        }
        object
    }
}
