//! What the journal keeps of consents and other legal grounds (decisions 0010 and 0013).
//!
//! *Invariant*: no such row is written or changed without a note of it in the chain of the person it is about.

use kernel::{Fault, PersonId};
use serde_json::json;

use super::table::{consent, legal_basis};
use crate::act::Act;

impl Act {
    /// Notes a consent's row word for word in the chain of the person it is about, so that none can be changed, taken
    /// away or put in unseen; and what the person was shown: the title, and the hash of what stood beside the box.
    pub(super) async fn bind_consent(
        &mut self,
        what: &'static str,
        row: &consent::Model,
        shown: Option<serde_json::Value>,
    ) -> Result<(), Fault> {
        let columns = json!({
            "given_by": row.given_by, "document": row.document, "version": row.version, "language": row.language,
            "sha256": row.sha256, "purpose": row.purpose, "given": row.given, "form": row.form, "at": row.at,
            "withdraws": row.withdraws,
        });
        let person = PersonId::from_uuid(row.person);
        self.bind_shown(person, what, ("consent", row.id), columns, shown)
            .await
    }

    /// The same for another legal basis, which is known by person, purpose and norm.
    pub(super) async fn bind_basis(
        &mut self,
        what: &'static str,
        row: &legal_basis::Model,
    ) -> Result<(), Fault> {
        let columns = json!({
            "purpose": row.purpose, "norm": row.norm, "at": row.at, "ended_at": row.ended_at,
        });
        let (person, act) = (PersonId::from_uuid(row.person), self.id().uuid());
        self.bind(person, what, ("legal_basis", act), columns).await
    }
}
