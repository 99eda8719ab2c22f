//! Rows by which people decide, against the entries by which they decided: destructions, approvals, staff, documents. And
//! every act that any row names is there.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Fault, PersonId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::leaves::Told;
use super::{Audit, Finding, IdRow};
use crate::access::table::{approval, destruction, destruction_person, staff};
use crate::journal::Kind;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::{Object, Value};
use crate::policy::table::document;
use crate::vault::{chains_hash, list_hash};

/// Approvals that a destruction needs.
const APPROVERS: usize = 2;
/// Missing acts that are named one by one for each table.
const NAMED: usize = 100;

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
}

impl Audit<'_> {
    /// Checks all decisions; gives the chains that sound destructions cover. `remembered` is the number of destructions
    /// that the key folder knows.
    pub(super) async fn decisions(
        &mut self,
        told: &Told,
        remembered: u64,
    ) -> Result<BTreeSet<Uuid>, Fault> {
        self.acts().await?;
        self.staff().await?;
        self.documents(told).await?;
        let approvals = self.approvals().await?;
        self.destructions(told, &approvals, remembered).await
    }

    /// Every act that a row of any table names stands in the journal, or waits to.
    async fn acts(&mut self) -> Result<(), Fault> {
        let columns: Vec<ColumnRow> = self.rows(self.dialect.columns(), Vec::new()).await?;
        for ColumnRow {
            table_name: table,
            column_name,
        } in columns
        {
            if column_name != "act" {
                continue;
            }
            let sql = format!(
                "SELECT DISTINCT t.act AS id FROM \"{table}\" t LEFT JOIN journal_entry e ON e.id = t.act \
                 WHERE e.id IS NULL ORDER BY t.act LIMIT {NAMED}"
            );
            for IdRow { id: act } in self.rows::<IdRow>(&sql, Vec::new()).await? {
                self.found(Finding::ActMissing {
                    table: table.clone(),
                    act,
                });
            }
        }
        Ok(())
    }

    async fn staff(&mut self) -> Result<(), Fault> {
        for row in staff::Entity::find().all(&self.db).await? {
            let entry = self.entry_of(row.act).await?;
            let sound = entry.is_some_and(|entry| {
                is(&entry, Kind::StaffAdded)
                    && says(&entry.data, "staff", &row.id.to_string())
                    && says(&entry.data, "role", &row.role)
            });
            if !sound {
                self.found(Finding::StaffByHand { staff: row.id });
            }
        }
        Ok(())
    }

    async fn documents(&mut self, told: &Told) -> Result<(), Fault> {
        for row in document::Entity::find().all(&self.db).await? {
            let entry = self.entry_of(row.act).await?;
            let sound = entry.is_some_and(|entry| {
                (is(&entry, Kind::DocumentProposed) || is(&entry, Kind::DocumentApproved))
                    && says(&entry.data, "document", &row.id.to_string())
                    && says(&entry.data, "code", &row.code)
                    && says(&entry.data, "sha256", &row.sha256)
                    && entry.data.get("version") == Some(&Value::Int(row.version.into()))
            });
            if !sound || hex::encode(Sha256::digest(row.body.as_bytes())) != row.sha256 {
                self.found(Finding::DocumentDiffers { document: row.id });
            }
            if row.effective_at.is_some() && !told.approved.contains(&row.id) {
                self.found(Finding::DocumentUnapproved { document: row.id });
            }
        }
        Ok(())
    }

    /// Checks each approval against its entry; gives the employees with a sound one, by what they approved.
    async fn approvals(&mut self) -> Result<BTreeMap<Uuid, BTreeSet<Uuid>>, Fault> {
        let mut sound = BTreeMap::<Uuid, BTreeSet<Uuid>>::new();
        for row in approval::Entity::find().all(&self.db).await? {
            let entry = self.entry_of(row.act).await?;
            if entry.is_some_and(|entry| approves(&entry, &row)) {
                sound.entry(row.subject).or_default().insert(row.staff);
            } else {
                self.found(Finding::ApproverByHand {
                    subject: row.subject,
                    staff: row.staff,
                });
            }
        }
        Ok(sound)
    }

    async fn destructions(
        &mut self,
        told: &Told,
        approvals: &BTreeMap<Uuid, BTreeSet<Uuid>>,
        remembered: u64,
    ) -> Result<BTreeSet<Uuid>, Fault> {
        let mut covered = BTreeSet::new();
        let mut carried_out = BTreeSet::new();
        let rows = destruction::Entity::find().all(&self.db).await?;
        for row in rows {
            let id = row.id;
            let persons = destruction_person::Entity::find()
                .filter(destruction_person::Column::Destruction.eq(id))
                .all(&self.db)
                .await?;
            let list = list_hash(
                &persons
                    .iter()
                    .map(|row| PersonId::from_uuid(row.person))
                    .collect(),
            );
            let entry = self.entry_of(row.act).await?;
            // A restore carried it out again: its proposal and its approvals were entries of a log that was lost.
            let again = entry.as_ref().is_some_and(|entry| {
                is(entry, Kind::PersonsDestroyed)
                    && entry.data.get("again") == Some(&Value::Bool(true))
            });
            let proposed = entry.is_some_and(|entry| {
                (again || is(&entry, Kind::DestructionProposed))
                    && says(&entry.data, "destruction", &id.to_string())
                    && says(&entry.data, "list", &list)
            });
            let mut sound = proposed && list == row.list_hash;
            if let Some(data) = told.destroyed.get(&id) {
                carried_out.insert(id);
                let chains: Vec<Uuid> = persons.iter().filter_map(|row| row.chain).collect();
                sound &= says(data, "list", &list) && says(data, "chains", &chains_hash(&chains));
                if sound {
                    covered.extend(chains);
                }
                if !again && approvals.get(&id).map_or(0, BTreeSet::len) < APPROVERS {
                    self.found(Finding::DestructionUnapproved { destruction: id });
                }
            }
            if !sound {
                self.found(Finding::DestructionDiffers { destruction: id });
            }
            if row.removed_at.is_some() != told.destroyed.contains_key(&id) {
                self.found(Finding::DestructionUnrecorded { destruction: id });
            }
        }
        for destruction in told
            .destroyed
            .keys()
            .copied()
            .filter(|id| !carried_out.contains(id))
        {
            self.found(Finding::DestructionUnrecorded { destruction });
        }
        let there = carried_out.len() as u64;
        if there < remembered {
            self.found(Finding::DestructionsFewer { remembered, there });
        }
        Ok(covered)
    }
}

fn approves(entry: &Entry, row: &approval::Model) -> bool {
    let says = |name: &str, text: &str| says(&entry.data, name, text);
    let subject = row.subject.to_string();
    let of_this = (is(entry, Kind::DestructionApproved)
        && says("subject", &subject)
        && says("list", &row.content_hash))
        || (is(entry, Kind::DocumentApproved)
            && (says("subject", &subject) || says("document", &subject))
            && says("sha256", &row.content_hash));
    of_this && says("staff", &row.staff.to_string())
}

fn is(entry: &Entry, kind: Kind) -> bool {
    entry.kind.as_str() == kind.code()
}

fn says(data: &Object, name: &str, text: &str) -> bool {
    matches!(data.get(name), Some(Value::Text(said)) if said == text)
}
