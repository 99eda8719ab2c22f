//! What an entry tells of consents: the rows that the sub-entry binds (decision 0010), read back.

use kernel::Moment;
use uuid::Uuid;

use super::ReceiptFailure;
use crate::journal::core::json::{Object, Value};
use crate::journal::core::proof::VerifiedEntry;

/// A consent's row as an entry tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) id: Uuid,
    pub(super) given_by: Uuid,
    pub(super) document: String,
    pub(super) version: i64,
    pub(super) language: String,
    pub(super) sha256: String,
    pub(super) purpose: String,
    pub(super) given: bool,
    pub(super) form: String,
    pub(super) at: Moment,
    pub(super) withdraws: Option<Uuid>,
    /// The hash of what stood beside the box: on the first row of a document.
    pub(super) terms: Option<String>,
    /// The document's title: on the first row of a document.
    pub(super) title: Option<String>,
}

impl Told {
    /// Whether it is the same decision for another purpose, or itself.
    pub(super) fn belongs_to(&self, head: &Self) -> bool {
        let mut same = head.clone();
        same.id = self.id;
        same.purpose.clone_from(&self.purpose);
        if self.id != head.id {
            (same.terms, same.title) = (None, None);
        }
        *self == same
    }
}

/// The consents that an entry tells of, in its order.
pub(super) fn consents_in(entry: &VerifiedEntry) -> Result<Vec<Told>, ReceiptFailure> {
    // What the row says of its time is what the entry says.
    let at = entry.entry.at.as_str().parse::<jiff::Timestamp>();
    let at = at.map_err(|_| ReceiptFailure::Row)?;
    let Some(Value::List(notes)) = entry.sub.details.get("notes") else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for note in notes {
        let Value::Object(note) = note else { continue };
        if text(note, "table") != Some("consent") {
            continue;
        }
        found.push(told(note, at).ok_or(ReceiptFailure::Row)?);
    }
    Ok(found)
}

fn told(note: &Object, at: jiff::Timestamp) -> Option<Told> {
    let Some(Value::Object(row)) = note.get("row") else {
        return None;
    };
    let own = |name: &str| text(row, name).map(str::to_owned);
    let Some(Value::Int(version)) = row.get("version") else {
        return None;
    };
    let Some(Value::Bool(given)) = row.get("given") else {
        return None;
    };
    let Some(Value::Int(micros)) = row.get("at") else {
        return None;
    };
    if at.as_microsecond() != *micros {
        return None;
    }
    let withdraws = match row.get("withdraws") {
        Some(Value::Null) => None,
        Some(Value::Text(id)) => Some(Uuid::parse_str(id).ok()?),
        _ => return None,
    };
    let what = match (given, withdraws) {
        (true, None) => "consent.given",
        (false, None) => "consent.refused",
        (false, Some(_)) => "consent.withdrawn",
        (true, Some(_)) => return None,
    };
    if text(note, "what") != Some(what) {
        return None;
    }
    let (terms, title) = match note.get("shown") {
        None => (None, None),
        Some(Value::Object(shown)) => (
            text(shown, "terms").map(str::to_owned),
            text(shown, "title").map(str::to_owned),
        ),
        Some(_) => return None,
    };
    Some(Told {
        id: Uuid::parse_str(text(note, "of")?).ok()?,
        given_by: Uuid::parse_str(text(row, "given_by")?).ok()?,
        document: own("document")?,
        version: *version,
        language: own("language")?,
        sha256: own("sha256")?,
        purpose: own("purpose")?,
        given: *given,
        form: own("form")?,
        at: at.into(),
        withdraws,
        terms,
        title,
    })
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    match object.get(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
