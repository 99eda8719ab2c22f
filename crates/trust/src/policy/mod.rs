//! Documents: the policy and the consents, in immutable versions, each in force from its date until the
//! next one's.
//!
//! *Invariant*: a published version is never changed. The hash is of the text as it is kept and served.

pub(crate) mod table;
pub mod text;

use std::collections::BTreeMap;

use kernel::{DocumentId, Fault, Language, Moment, Outcome, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::Trust;
use crate::access::table::staff;
use crate::act::Act;
use crate::journal::Kind;
use table::document;

/// The code of the policy among the documents.
pub const POLICY: &str = "policy";

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: DocumentId,
    /// The document's code.
    pub code: String,
    /// Counted from one within code and language.
    pub version: i32,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its text: plain or Markdown.
    pub body: String,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    pub sha256: String,
    /// When it was proposed.
    pub proposed_at: Moment,
    /// From when it is in force; absent until approved.
    pub effective_at: Option<Moment>,
}

/// A version in force, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// Its number.
    pub version: i32,
    /// Its hash.
    pub sha256: String,
    /// Its title.
    pub title: String,
}

/// A text to be published.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// The document's code.
    pub code: String,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// From when it shall be in force; at once if absent.
    pub effective_at: Option<Moment>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// In force from the date given.
    Approved {
        /// Its number.
        version: i32,
    },
    /// Waits for another employee's approval.
    Waiting {
        /// Its number.
        version: i32,
    },
    /// The same text is the last version already.
    Unchanged {
        /// Its number.
        version: i32,
    },
}

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalRefusal {
    /// A date of effect before the last version's: the past is not rewritten.
    TooEarly,
}

impl Act {
    /// Proposes a version. It is approved at once only while no second employee exists who could do it.
    ///
    /// # Errors
    /// [`ProposalRefusal`]; the database's.
    pub async fn propose_document(
        &mut self,
        new: &NewVersion,
    ) -> Outcome<Proposed, ProposalRefusal> {
        let last = document::Entity::find()
            .filter(document::Column::Code.eq(&new.code))
            .filter(document::Column::Language.eq(new.language.code()))
            .order_by_desc(document::Column::Version)
            .one(self.db())
            .await?;
        let sha256 = hex::encode(Sha256::digest(new.body.as_bytes()));
        if let Some(last) = &last
            && last.sha256 == sha256
        {
            return Ok(Proposed::Unchanged {
                version: last.version,
            });
        }
        let effective_at = new.effective_at.unwrap_or(self.now());
        let latest = last.as_ref().and_then(|last| last.effective_at);
        if latest.is_some_and(|latest| effective_at.micros() < latest) {
            return Err(Stop::Refused(ProposalRefusal::TooEarly));
        }
        let alone = staff::Entity::find()
            .filter(staff::Column::DismissedAt.is_null())
            .all(self.db())
            .await?
            .len()
            < 2;
        let version = last.map_or(1, |last| last.version + 1);
        let id = DocumentId::from_uuid(entropy::ordered_id(self.now()));
        let row = document::ActiveModel {
            id: Set(id.uuid()),
            code: Set(new.code.clone()),
            version: Set(version),
            language: Set(new.language.code().into()),
            title: Set(new.title.clone()),
            body: Set(new.body.clone()),
            sha256: Set(sha256.clone()),
            proposed_at: Set(self.now().micros()),
            proposed_by: Set(None),
            effective_at: Set(alone.then_some(effective_at.micros())),
            act: Set(self.id().uuid()),
        };
        self.db().insert(vec![row]).await?;
        let kind = if alone {
            Kind::DocumentApproved
        } else {
            Kind::DocumentProposed
        };
        self.record(
            kind,
            json!({ "document": id, "code": new.code, "version": version, "language": new.language, "sha256": sha256 }),
        )?;
        Ok(if alone {
            Proposed::Approved { version }
        } else {
            Proposed::Waiting { version }
        })
    }
}

impl Trust {
    /// The version of a document in force now.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_in_force(
        &self,
        code: &str,
        language: Language,
    ) -> Result<Option<Version>, Fault> {
        let row = document::Entity::find()
            .filter(document::Column::Code.eq(code))
            .filter(document::Column::Language.eq(language.code()))
            .filter(document::Column::EffectiveAt.lte(self.0.clock.now().micros()))
            .order_by_desc(document::Column::Version)
            .one(self.reads())
            .await?;
        row.map(Version::try_from).transpose()
    }

    /// All approved versions of a document, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_versions(
        &self,
        code: &str,
        language: Language,
    ) -> Result<Vec<Version>, Fault> {
        let rows = document::Entity::find()
            .filter(document::Column::Code.eq(code))
            .filter(document::Column::Language.eq(language.code()))
            .filter(document::Column::EffectiveAt.is_not_null())
            .order_by_desc(document::Column::Version)
            .all(self.reads())
            .await?;
        rows.into_iter().map(Version::try_from).collect()
    }
}

impl TryFrom<document::Model> for Version {
    type Error = Fault;

    fn try_from(row: document::Model) -> Result<Self, Fault> {
        Ok(Self {
            id: DocumentId::from_uuid(row.id),
            code: row.code,
            version: row.version,
            language: row.language.parse()?,
            title: row.title,
            body: row.body,
            sha256: row.sha256,
            proposed_at: Moment::from_micros(row.proposed_at),
            effective_at: row.effective_at.map(Moment::from_micros),
        })
    }
}

/// The approved versions of several documents without their texts, each with the moment from which it counts.
pub(crate) struct Approvals(Vec<(i64, String, InForce)>);

impl Approvals {
    pub(crate) async fn of(
        db: &impl ConnectionTrait,
        codes: &[&str],
        language: Language,
    ) -> Result<Self, Fault> {
        use document::Column;
        use sea_orm::QuerySelect;
        let rows: Vec<(i64, String, i32, String, String)> = document::Entity::find()
            .select_only()
            .columns([
                Column::EffectiveAt,
                Column::Code,
                Column::Version,
                Column::Sha256,
                Column::Title,
            ])
            .filter(Column::Code.is_in(codes.iter().copied()))
            .filter(Column::Language.eq(language.code()))
            .filter(Column::EffectiveAt.is_not_null())
            .order_by_asc(Column::Version)
            .into_tuple()
            .all(db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|(effective_at, code, version, sha256, title)| {
                let version = InForce {
                    version,
                    sha256,
                    title,
                };
                (effective_at, code, version)
            });
        Ok(Self(rows.collect()))
    }

    /// The versions in force at a moment, by code.
    pub(crate) fn in_force(&self, now: Moment) -> BTreeMap<&str, &InForce> {
        // Versions ascend, so that the last of each stays.
        self.0
            .iter()
            .filter(|(effective_at, _, _)| *effective_at <= now.micros())
            .map(|(_, code, version)| (code.as_str(), version))
            .collect()
    }
}
