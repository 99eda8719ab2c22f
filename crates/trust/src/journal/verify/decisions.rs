//! Rows by which people decide, against the entries by which they decided: destructions, approvals, staff, their sessions
//! and tickets, documents. And every act and every person that any row names is there.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Fault, Moment, PersonId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::told::Told;
use super::{Audit, Finding, IdRow};
use crate::access::issued;
use crate::access::table::{approval, destruction, destruction_person, session, staff, ticket};
use crate::consent::Terms;
use crate::consent::table::consent_terms;
use crate::journal::core::entry::Entry;
use crate::journal::core::json::{Object, Value};
use crate::journal::{Kind, written};
use crate::policy::table::document;
use crate::staff::began;
use crate::vault::{chains_hash, list_hash};

/// Approvals that a destruction needs.
const APPROVERS: usize = 2;
/// Missing acts that are named one by one for each table.
const NAMED: usize = 100;

/// Columns that name a person.
const OF_PERSONS: [&str; 5] = ["person", "other", "given_by", "representative", "booker"];
/// Tables whose persons are looked for elsewhere: lists for destruction here, keys and sealed fields with the chains.
const LOOKED_AT: [&str; 3] = ["destruction_person", "person_key", "sealed_field"];

/// What sound destructions cover.
#[derive(Default)]
pub(super) struct Covered {
    /// Chains that no key opens any more.
    pub(super) chains: BTreeSet<Uuid>,
    /// Persons who are not there any more.
    pub(super) persons: BTreeSet<Uuid>,
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
}

impl Audit<'_> {
    /// Checks all decisions; gives what sound destructions cover. `remembered` is the number of destructions that the key
    /// folder knows.
    pub(super) async fn decisions(
        &mut self,
        told: &Told,
        remembered: u64,
    ) -> Result<Covered, Fault> {
        self.acts().await?;
        self.staff().await?;
        self.sessions(told).await?;
        self.tickets().await?;
        self.documents(told).await?;
        self.terms().await?;
        let approvals = self.approvals().await?;
        let covered = self.destructions(told, &approvals, remembered).await?;
        self.persons(&covered).await?;
        Ok(covered)
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

    /// Every person whom a row of any table names is there, or was destroyed.
    async fn persons(&mut self, covered: &Covered) -> Result<(), Fault> {
        let columns: Vec<ColumnRow> = self.rows(self.dialect.columns(), Vec::new()).await?;
        for ColumnRow {
            table_name: table,
            column_name: column,
        } in columns
        {
            if !OF_PERSONS.contains(&column.as_str()) || LOOKED_AT.contains(&table.as_str()) {
                continue;
            }
            let sql = format!(
                "SELECT DISTINCT t.\"{column}\" AS id FROM \"{table}\" t LEFT JOIN person p ON p.id = t.\"{column}\" \
                 WHERE t.\"{column}\" IS NOT NULL AND p.id IS NULL"
            );
            let gone = self.ids(&sql).await?;
            let missing = gone.into_iter().filter(|id| !covered.persons.contains(id));
            for person in missing.take(NAMED) {
                self.found(Finding::PersonMissing {
                    table: table.clone(),
                    person,
                });
            }
        }
        Ok(())
    }

    async fn sessions(&mut self, told: &Told) -> Result<(), Fault> {
        for row in session::Entity::find().all(&self.db).await? {
            let entry = match told.sessions.get(&row.id) {
                Some(entry) => self.entry_of(*entry).await?,
                None => None,
            };
            if !entry.is_some_and(|entry| is(&entry, Kind::SessionBegan) && began(&entry, &row)) {
                self.found(Finding::SessionByHand { session: row.id });
            }
        }
        Ok(())
    }

    async fn tickets(&mut self) -> Result<(), Fault> {
        for row in ticket::Entity::find().all(&self.db).await? {
            let entry = self.entry_of(row.act).await?;
            if !entry.is_some_and(|entry| is(&entry, Kind::TicketIssued) && issued(&entry, &row)) {
                self.found(Finding::TicketByHand { ticket: row.id });
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
                    // A role that changed since is held against the employee's own chain, as all of the row is.
                    && (row.person.is_some() || says(&entry.data, "role", &row.role))
            });
            if !sound {
                self.found(Finding::StaffByHand { staff: row.id });
            }
        }
        Ok(())
    }

    async fn documents(&mut self, told: &Told) -> Result<(), Fault> {
        let mut named = told.documents.clone();
        for row in document::Entity::find().all(&self.db).await? {
            named.remove(&row.id);
            let entry = self.entry_of(row.act).await?;
            let sound = entry.is_some_and(|entry| {
                (is(&entry, Kind::DocumentProposed) || is(&entry, Kind::DocumentApproved))
                    && says(&entry.data, "document", &row.id.to_string())
                    && says(&entry.data, "code", &row.code)
                    && says(&entry.data, "language", &row.language)
                    && says(&entry.data, "title", &row.title)
                    && says(&entry.data, "sha256", &row.sha256)
                    && row
                        .proposed_by
                        .is_none_or(|staff| says(&entry.data, "proposed_by", &staff.to_string()))
                    && entry.at.as_str() == written(Moment::from_micros(row.proposed_at))
                    && entry.data.get("version") == Some(&Value::Int(row.version.into()))
            });
            if !sound || hex::encode(Sha256::digest(row.body.as_bytes())) != row.sha256 {
                self.found(Finding::DocumentDiffers { document: row.id });
            }
            match told.approved.get(&row.id) {
                None if row.effective_at.is_some() => {
                    self.found(Finding::DocumentUnapproved { document: row.id });
                }
                Some(effective_at) if *effective_at != row.effective_at => {
                    self.found(Finding::DocumentMoved { document: row.id });
                }
                _ => {}
            }
            // Another than whoever proposed it, and whom the entry names.
            let approver = told.approvers.get(&row.id).copied();
            if approver != row.approved_by || (approver.is_some() && approver == row.proposed_by) {
                self.found(Finding::DocumentUnapproved { document: row.id });
            }
        }
        for document in named {
            self.found(Finding::DocumentMissing { document });
        }
        Ok(())
    }

    /// What stood beside the boxes is found by its hash and is what the hash says.
    async fn terms(&mut self) -> Result<(), Fault> {
        for row in consent_terms::Entity::find().all(&self.db).await? {
            if Terms::hash(&row.body) == row.sha256 {
                self.terms_kept.insert(row.sha256);
            } else {
                self.found(Finding::TermsDiffer { sha256: row.sha256 });
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
    ) -> Result<Covered, Fault> {
        let mut covered = Covered::default();
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
                    covered.chains.extend(chains);
                    covered.persons.extend(persons.iter().map(|row| row.person));
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
