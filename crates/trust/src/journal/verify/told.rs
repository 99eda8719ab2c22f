//! What the entries say that rows are held against, gathered while the log is read: each once, as its leaf says it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::journal::Kind;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::{Object, Value};

/// What the log says that other parts are held against.
#[derive(Default)]
pub(super) struct Told {
    /// Data of `persons.destroyed` entries by the destruction's id.
    pub(super) destroyed: BTreeMap<Uuid, Object>,
    /// Versions of documents that entries propose or approve.
    pub(super) documents: BTreeSet<Uuid>,
    /// Those approved, with the date of effect.
    pub(super) approved: BTreeMap<Uuid, Option<i64>>,
    /// By whom, where an employee approved.
    pub(super) approvers: BTreeMap<Uuid, Uuid>,
    /// The entries by which sessions began, by session.
    pub(super) sessions: BTreeMap<Uuid, Uuid>,
}

impl Told {
    /// Takes over what an entry says.
    pub(super) fn keep(&mut self, entry: &Entry) {
        let kind = entry.kind.as_str();
        let id = |name: &str| match entry.data.get(name) {
            Some(Value::Text(text)) => Uuid::parse_str(text).ok(),
            _ => None,
        };
        if kind == Kind::PersonsDestroyed.code() {
            if let Some(destruction) = id("destruction") {
                self.destroyed.insert(destruction, entry.data.clone());
            }
        } else if kind == Kind::DocumentProposed.code() {
            self.documents.extend(id("document"));
        } else if kind == Kind::DocumentApproved.code() {
            if let Some(document) = id("document").or_else(|| id("subject")) {
                let effective_at = match entry.data.get("effective_at") {
                    Some(Value::Int(at)) => Some(*at),
                    _ => None,
                };
                self.approvers
                    .extend(id("staff").map(|staff| (document, staff)));
                self.documents.insert(document);
                self.approved.insert(document, effective_at);
            }
        } else if kind == Kind::SessionBegan.code() {
            self.sessions
                .extend(id("session").map(|session| (session, entry.id)));
        }
    }
}
