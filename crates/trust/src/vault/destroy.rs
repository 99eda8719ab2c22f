//! Destruction: two people approve the exact list; the keys go at once, and with the next rotation they
//! are gone for ever (152-ФЗ ст. 21; the KEK that wrapped them is retired within seven days).

use std::collections::BTreeSet;

use kernel::{DestructionId, Fault, Outcome, PersonId, Scope, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::person::forget;
use super::table::person_key;
use crate::Trust;
use crate::access::table::{approval, destruction, destruction_person, staff};
use crate::act::Act;
use crate::jobs::NewJob;
use crate::journal::core::json::Value;
use crate::journal::{self, Kind};

/// Approvals that a destruction needs.
const APPROVERS: usize = 2;
/// Roles that may approve one: those who answer for the data (152-ФЗ ст. 22.1).
const AUTHORISED: [&str; 2] = ["responsible", "owner"];
/// Days within which the KEK is retired.
const ROTATION_DAYS: i64 = 7;

/// A list proposed for destruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: DestructionId,
    /// SHA-256 over the sorted list, hexadecimal: what is approved.
    pub list_hash: String,
}

/// Why nothing was destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestructionRefusal {
    /// Only a named employee, signed in and authorised to, approves.
    NotStaff,
    /// No such proposal, or an empty one.
    Absent,
    /// The list is not the one that was shown.
    AnotherList,
    /// Two employees must have approved, by acts that stand in the journal.
    TooFewApprovals,
    /// It was carried out already.
    Done,
}

impl Trust {
    /// Carries an approved destruction out and answers only once the journal's signed checkpoint includes it.
    ///
    /// # Errors
    /// [`DestructionRefusal`]; or a fault.
    pub async fn destroy(
        &self,
        scope: Scope,
        id: DestructionId,
    ) -> Outcome<u64, DestructionRefusal> {
        let destroyed = self
            .act("vault.destroy", scope, move |act| Box::pin(act.destroy(id)))
            .await?;
        self.sign_checkpoint().await?;
        Ok(destroyed)
    }
}

impl Act {
    /// Proposes to destroy a list of persons. Jobs may propose too; people decide (policy clause 4.1).
    ///
    /// # Errors
    /// An empty list.
    pub async fn propose_destruction(
        &mut self,
        persons: &BTreeSet<PersonId>,
        reason: &str,
    ) -> Outcome<Proposal, DestructionRefusal> {
        if persons.is_empty() {
            return Err(Stop::Refused(DestructionRefusal::Absent));
        }
        let id = DestructionId::from_uuid(entropy::ordered_id(self.now()));
        let list_hash = hash_of(persons);
        let row = destruction::ActiveModel {
            id: Set(id.uuid()),
            reason: Set(reason.into()),
            list_hash: Set(list_hash.clone()),
            proposed_at: Set(self.now().micros()),
            removed_at: Set(None),
            unrecoverable_at: Set(None),
            kek: Set(None),
            act: Set(self.id().uuid()),
        };
        self.db().insert(vec![row]).await?;
        let rows = persons
            .iter()
            .map(|person| destruction_person::ActiveModel {
                destruction: Set(id.uuid()),
                person: Set(person.uuid()),
                chain: Set(None),
            });
        self.db().insert(rows.collect()).await?;
        self.record(
            Kind::DestructionProposed,
            json!({ "destruction": id, "list": list_hash, "persons": persons.len() }),
        )?;
        Ok(Proposal { id, list_hash })
    }

    /// One employee's approval of the exact list they were shown.
    ///
    /// # Errors
    /// Not an employee; no such list; another list than the one shown.
    pub async fn approve_destruction(
        &mut self,
        id: DestructionId,
        list_hash: &str,
    ) -> Outcome<(), DestructionRefusal> {
        let employee = self
            .employee()
            .await
            .map_err(|stop| stop.map_refusal(|_| DestructionRefusal::NotStaff))?;
        let staff = employee.staff;
        if !AUTHORISED.contains(&employee.role.code()) {
            return Err(Stop::Refused(DestructionRefusal::NotStaff));
        }
        let (_, persons) = self.proposed(id).await?;
        if hash_of(&persons) != list_hash {
            return Err(Stop::Refused(DestructionRefusal::AnotherList));
        }
        let row = approval::ActiveModel {
            subject: Set(id.uuid()),
            staff: Set(staff.uuid()),
            content_hash: Set(list_hash.into()),
            at: Set(self.now().micros()),
            act: Set(self.id().uuid()),
        };
        approval::Entity::insert(row)
            .on_conflict(
                sea_orm::sea_query::OnConflict::new()
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(self.db())
            .await?;
        self.record(
            Kind::DestructionApproved,
            json!({ "subject": id, "list": list_hash, "staff": staff }),
        )?;
        Ok(())
    }

    /// Carries an approved destruction out: keys, index rows and sealed rows go; every context erases its own.
    ///
    /// # Errors
    /// [`DestructionRefusal`], among them approvals whose acts the journal does not know.
    pub async fn destroy(&mut self, id: DestructionId) -> Outcome<u64, DestructionRefusal> {
        let (row, persons) = self.proposed(id).await?;
        if row.removed_at.is_some() {
            return Err(Stop::Refused(DestructionRefusal::Done));
        }
        if hash_of(&persons) != row.list_hash {
            return Err(Stop::Refused(DestructionRefusal::AnotherList));
        }
        self.check_approvals(id, &row.list_hash).await?;
        let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
        let keys = person_key::Entity::find()
            .filter(person_key::Column::Person.is_in(ids.clone()))
            .all(self.db())
            .await?;
        for person in &persons {
            for context in self.house().contexts.clone() {
                context.erase_for(self, *person).await?;
            }
            crate::consent::erase_for(self.db(), *person).await?;
        }
        for key in &keys {
            destruction_person::Entity::update(destruction_person::ActiveModel {
                destruction: Set(id.uuid()),
                person: Set(key.person),
                chain: Set(Some(key.chain)),
            })
            .exec(self.db())
            .await?;
        }
        forget(self.db(), &ids).await?;
        self.learned().destroyed.extend(persons.iter().copied());
        let kek = self.house().keyring().current_kek().number().cast_signed();
        destruction::Entity::update(destruction::ActiveModel {
            id: Set(id.uuid()),
            removed_at: Set(Some(self.now().micros())),
            kek: Set(Some(kek)),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        self.later(NewJob::at(
            "keys.rotate",
            id.uuid(),
            self.now().plus_seconds((ROTATION_DAYS - 1) * 86_400),
        ));
        let chains: Vec<Uuid> = keys.iter().map(|key| key.chain).collect();
        self.record(
            Kind::PersonsDestroyed,
            json!({ "destruction": id, "list": row.list_hash, "persons": ids.len(), "chains": chains_hash(&chains) }),
        )?;
        Ok(ids.len() as u64)
    }

    async fn proposed(
        &self,
        id: DestructionId,
    ) -> Outcome<(destruction::Model, BTreeSet<PersonId>), DestructionRefusal> {
        let row = destruction::Entity::find_by_id(id.uuid())
            .one(self.db())
            .await?
            .ok_or(Stop::Refused(DestructionRefusal::Absent))?;
        let persons = destruction_person::Entity::find()
            .filter(destruction_person::Column::Destruction.eq(id.uuid()))
            .order_by_asc(destruction_person::Column::Person)
            .all(self.db())
            .await?;
        Ok((
            row,
            persons
                .into_iter()
                .map(|row| PersonId::from_uuid(row.person))
                .collect(),
        ))
    }

    /// Two employees still employed, whose approvals are acts of the journal: a row put in by hand is none.
    async fn check_approvals(
        &self,
        id: DestructionId,
        list_hash: &str,
    ) -> Outcome<(), DestructionRefusal> {
        let rows = approval::Entity::find()
            .filter(approval::Column::Subject.eq(id.uuid()))
            .all(self.db())
            .await?;
        let mut sound = BTreeSet::new();
        for row in rows {
            let employed = staff::Entity::find_by_id(row.staff)
                .one(self.db())
                .await?
                .is_some_and(|staff| staff.dismissed_at.is_none());
            let staff = StaffId::from_uuid(row.staff);
            let journalled = journal::stands(
                self.house(),
                self.db(),
                row.act,
                Kind::DestructionApproved,
                |entry| {
                    let says = |name: &str, text: &str| {
                        entry.data.get(name) == Some(&Value::Text(text.to_owned()))
                    };
                    says("list", list_hash)
                        && says("subject", &id.to_string())
                        && says("staff", &staff.to_string())
                },
            )
            .await?;
            if employed && journalled && row.content_hash == list_hash {
                sound.insert(staff);
            }
        }
        if sound.len() >= APPROVERS {
            Ok(())
        } else {
            Err(Stop::Refused(DestructionRefusal::TooFewApprovals))
        }
    }
}

/// SHA-256 over the sorted ids.
pub(crate) fn hash_of(persons: &BTreeSet<PersonId>) -> String {
    let mut hash = Sha256::new();
    for person in persons {
        hash.update(person.uuid().as_bytes());
    }
    hex::encode(hash.finalize())
}

/// SHA-256 over the sorted chains: what a list of chains that cannot be opened any more is held against.
pub(crate) fn chains_hash(chains: &[Uuid]) -> String {
    let sorted: BTreeSet<&Uuid> = chains.iter().collect();
    let mut hash = Sha256::new();
    for chain in sorted {
        hash.update(chain.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Says a fault plainly where a refusal has no room.
impl From<DestructionRefusal> for Fault {
    fn from(refusal: DestructionRefusal) -> Self {
        Self::broken(format!("destruction refused: {refusal:?}"))
    }
}
