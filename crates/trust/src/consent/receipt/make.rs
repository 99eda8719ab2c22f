//! Making receipts, inside the act of whoever holds the case: which consents were given by an act, and the receipt of one.
//!
//! *Invariant*: opening what the journal sealed for a person is noted in that person's chain. Whether the asker may have it,
//! the verb decides that runs the act.

use std::collections::BTreeSet;

use kernel::{ConsentId, Fault, Moment, Outcome, PersonId, Stop};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use super::told::consents_in;
use super::{JournalProof, Receipt, ReceiptFailure};
use crate::act::Act;
use crate::consent::table::{consent, consent_terms};
use crate::journal::core::entry::FormatVersion;
use crate::journal::core::note::Checkpoint;
use crate::journal::core::proof::{EntryEvidence, VerifiedEntry};
use crate::journal::table::entry;
use crate::journal::{Kind, last_checkpoint};
use crate::policy::table::document;

/// A decision in the list of a case: one a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The record: the first of its rows.
    pub id: ConsentId,
    /// Whose data it is about.
    pub person: PersonId,
    /// The document's code.
    pub document: String,
    /// Its version.
    pub version: i32,
    /// The language of its text.
    pub language: String,
    /// Its title.
    pub title: String,
    /// The state of the box.
    pub given: bool,
    /// When.
    pub at: Moment,
    /// When it was withdrawn for the last of its purposes; absent while one is in force.
    pub withdrawn: Option<Moment>,
    /// Whether the journal's signed end covers it, so that its receipt can be had.
    pub ready: bool,
}

/// Why there is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptRefusal {
    /// No such consent in this case.
    Unknown,
    /// Not signed yet: in some seconds.
    NotYet,
}

/// The rows of one document, and the withdrawals of each.
struct Group {
    rows: Vec<consent::Model>,
    withdrawals: Vec<consent::Model>,
}

impl Group {
    /// The acts that wrote it: the decision's first.
    fn acts(&self) -> Vec<Uuid> {
        let mut seen = BTreeSet::new();
        let all = self.rows.iter().chain(&self.withdrawals).map(|row| row.act);
        all.filter(|act| seen.insert(*act)).collect()
    }

    fn withdrawn(&self) -> Option<Moment> {
        let withdrawn = |row: &consent::Model| {
            let mut all = self.withdrawals.iter();
            all.find(|one| one.withdraws == Some(row.id))
                .map(|one| one.at)
        };
        let all: Option<Vec<i64>> = self.rows.iter().map(withdrawn).collect();
        all?.into_iter().max().map(Moment::from_micros)
    }
}

impl Act {
    /// The decisions about consents that an act recorded about these persons, one a document, in the order asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn consents_given(
        &self,
        by: Uuid,
        persons: &[PersonId],
    ) -> Result<Vec<Given>, Fault> {
        let groups = self.groups(by, persons).await?;
        let size = last_checkpoint(self).await?.map_or(0, |(_, size)| size);
        let acts: BTreeSet<Uuid> = groups.iter().flat_map(Group::acts).collect();
        let covered = self.covered(acts, size).await?;
        let mut given = Vec::with_capacity(groups.len());
        for group in &groups {
            let Some(row) = group.rows.first() else {
                continue;
            };
            given.push(Given {
                id: ConsentId::from_uuid(row.id),
                person: PersonId::from_uuid(row.person),
                document: row.document.clone(),
                version: row.version,
                language: row.language.clone(),
                title: self.text_of(row).await?.title,
                given: row.given,
                at: Moment::from_micros(row.at),
                withdrawn: group.withdrawn(),
                ready: group.acts().iter().all(|act| covered.contains(act)),
            });
        }
        Ok(given)
    }

    /// The receipt of one of them. The act notes in the person's chain that it was given, and records itself.
    ///
    /// # Errors
    /// [`ReceiptRefusal`]; the person's key is gone; a store that is not what the journal says.
    pub async fn consent_receipt(
        &mut self,
        by: Uuid,
        persons: &[PersonId],
        id: ConsentId,
    ) -> Outcome<Receipt, ReceiptRefusal> {
        let groups = self.groups(by, persons).await?;
        let group = groups
            .into_iter()
            .find(|group| group.rows.iter().any(|row| row.id == id.uuid()))
            .ok_or(Stop::Refused(ReceiptRefusal::Unknown))?;
        let row = group
            .rows
            .first()
            .ok_or(Stop::Refused(ReceiptRefusal::Unknown))?;
        let Some((note, size)) = last_checkpoint(self).await? else {
            return Err(Stop::Refused(ReceiptRefusal::NotYet));
        };
        let acts = group.acts();
        let covered = self.covered(acts.iter().copied().collect(), size).await?;
        if covered.len() != acts.len() {
            return Err(Stop::Refused(ReceiptRefusal::NotYet));
        }
        let person = PersonId::from_uuid(row.person);
        let evidence = self.evidence(person, Some(&acts), size).await?;
        let text = self.text_of(row).await?.body;
        let receipt = self.derive(row.id, note, evidence, text).await?;
        self.note(person, "receipt.given", row.id).await?;
        self.record(Kind::ReceiptGiven, Value::Null)?;
        Ok(receipt)
    }

    /// Puts the proof together and derives the receipt from it, as whoever checks it will.
    async fn derive(
        &self,
        record: Uuid,
        note: String,
        entries: Vec<EntryEvidence>,
        text: String,
    ) -> Result<Receipt, Fault> {
        let key = self.house().journal.key().verifier().clone();
        let checkpoint = Checkpoint::open(&note, std::slice::from_ref(&key))?;
        let verified: Vec<VerifiedEntry> = entries
            .iter()
            .map(|evidence| evidence.verify(&checkpoint))
            .collect::<Result<_, _>>()?;
        let first = verified.first().ok_or(ReceiptFailure::NoEntry)?;
        let told = consents_in(first)?;
        let of = told.iter().find(|told| told.id == record);
        // The first row of its document, which says what was shown.
        let head = of.and_then(|of| {
            let mut all = told.iter();
            all.find(|told| told.withdraws.is_none() && told.document == of.document)
        });
        let head = head.ok_or(ReceiptFailure::NoConsent)?;
        let terms = match head.terms.clone() {
            Some(hash) => Some(self.terms_of(hash).await?),
            None => None,
        };
        let journal = JournalProof {
            v: FormatVersion,
            record: head.id,
            key: key.to_string(),
            origin: checkpoint.origin.clone(),
            checkpoint: note,
            chain: first.sub.chain,
            n: first.sub.n,
            prev: first.sub.prev,
            head: first.head.hash,
            terms,
            entries,
        };
        let receipt = Receipt::of(journal, checkpoint, &verified, text);
        receipt.map_err(|failure| {
            Fault::from(failure).during(
                "a receipt; the store is not what the journal says, run `medok journal verify`",
            )
        })
    }

    async fn groups(&self, by: Uuid, persons: &[PersonId]) -> Result<Vec<Group>, Fault> {
        use consent::Column;
        let rows = consent::Entity::find()
            .filter(Column::Person.is_in(persons.iter().map(|person| person.uuid())))
            .order_by_asc(Column::At)
            .order_by_asc(Column::Id)
            .all(self.db())
            .await?;
        let (withdrawals, rows): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.withdraws.is_some());
        let mut groups = Vec::<Group>::new();
        for row in rows.into_iter().filter(|row| row.act == by) {
            let same = groups.iter_mut().find(|group| {
                let mut all = group.rows.iter();
                all.any(|one| (one.person, &one.document) == (row.person, &row.document))
            });
            match same {
                Some(group) => group.rows.push(row),
                None => groups.push(Group {
                    rows: vec![row],
                    withdrawals: Vec::new(),
                }),
            }
        }
        for group in &mut groups {
            let ids: BTreeSet<Uuid> = group.rows.iter().map(|row| row.id).collect();
            let of = withdrawals
                .iter()
                .filter(|row| row.withdraws.is_some_and(|id| ids.contains(&id)));
            group.withdrawals = of.cloned().collect();
        }
        Ok(groups)
    }

    /// Which of these acts the first `size` entries of the journal hold.
    async fn covered(&self, acts: BTreeSet<Uuid>, size: u64) -> Result<BTreeSet<Uuid>, Fault> {
        let rows = entry::Entity::find()
            .filter(entry::Column::Id.is_in(acts))
            .filter(entry::Column::Number.lt(size.cast_signed()))
            .all(self.db())
            .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    async fn text_of(&self, row: &consent::Model) -> Result<document::Model, Fault> {
        let found = document::Entity::find()
            .filter(document::Column::Code.eq(&row.document))
            .filter(document::Column::Version.eq(row.version))
            .filter(document::Column::Language.eq(&row.language))
            .one(self.db())
            .await?;
        found.ok_or_else(|| {
            Fault::broken("the document of a consent is not there; run `medok journal verify`")
        })
    }

    async fn terms_of(&self, hash: String) -> Result<String, Fault> {
        let found = consent_terms::Entity::find_by_id(hash)
            .one(self.db())
            .await?;
        let found = found.ok_or_else(|| {
            Fault::broken("what stood beside a box was not kept; start the house with the clinic's texts of that time")
        })?;
        Ok(found.body)
    }
}
