//! Documents: the policy and the consents, in immutable versions, each in force from its date until the
//! next one's.
//!
//! *Invariant*: a published version is never changed. The hash is of the text as it is kept and served. Versions are
//! counted over all languages of a document, and where a translation is behind, the Russian text counts
//! (`languages.rs`).

mod decide;
mod history;
mod languages;
pub(crate) mod table;
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Actor, DocumentId, Fault, Language, Moment, Outcome, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Trust;
use crate::access::table::staff;
use crate::act::Act;
use crate::consent::HOUSE;
use crate::journal::Kind;
use languages::Edition;
use table::document;

pub use decide::{Proposal, Standing, TextRefusal};
pub use history::History;

/// The code of the policy among the documents.
pub const POLICY: &str = "policy";

/// A version of a document. Its text, plain or Markdown, is had by [`Trust::document_text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: DocumentId,
    /// The document's code.
    pub code: String,
    /// Counted from one over all languages of the document.
    pub version: i32,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
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
    /// Its language, which need not be the reader's.
    pub language: Language,
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
    /// From when it shall be in force; if absent, at once, and a translation not before what it translates.
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
    /// A date of effect before the last version's, or before the Russian text's that this one translates: the past is
    /// not rewritten.
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
        let known = Known::of(self.db(), &new.code).await?;
        let version = languages::next_number(&known, new.language);
        let of = |language| move |one: &&Known| one.language == language;
        let last = known
            .iter()
            .filter(of(new.language))
            .max_by_key(|one| one.version);
        let original = known
            .iter()
            .filter(of(Language::Ru))
            .find(|one| one.version == version && !one.declined);
        let sha256 = hash(&new.body);
        if let Some(last) = last
            && last.sha256 == sha256
            // The same words may well be the translation of a newer Russian text too.
            && original.is_none()
        {
            return Ok(Proposed::Unchanged {
                version: last.version,
            });
        }
        let begins = original.and_then(|original| original.effective_at);
        let effective_at = new
            .effective_at
            .unwrap_or_else(|| begins.map_or(self.now(), |begins| begins.max(self.now())));
        let latest = last.and_then(|last| last.effective_at).max(begins);
        if latest.is_some_and(|latest| effective_at < latest) {
            return Err(Stop::Refused(ProposalRefusal::TooEarly));
        }
        // A translation of what waits for approval waits with it.
        let approved = original.is_none_or(|original| original.effective_at.is_some())
            && staff::Entity::find()
                .filter(staff::Column::DismissedAt.is_null())
                .all(self.db())
                .await?
                .len()
                < 2;
        let id = DocumentId::from_uuid(entropy::ordered_id(self.now()));
        let proposer = match self.scope().actor {
            Actor::Staff { staff, .. } => Some(staff),
            _ => None,
        };
        let row = document::ActiveModel {
            id: Set(id.uuid()),
            code: Set(new.code.clone()),
            version: Set(version),
            language: Set(new.language.code().into()),
            title: Set(new.title.clone()),
            body: Set(new.body.clone()),
            sha256: Set(sha256.clone()),
            proposed_at: Set(self.now().micros()),
            proposed_by: Set(proposer.map(StaffId::uuid)),
            effective_at: Set(approved.then_some(effective_at.micros())),
            wanted_at: Set(new.effective_at.map(Moment::micros)),
            approved_by: Set(None),
            declined_at: Set(None),
            declined_by: Set(None),
            act: Set(self.id().uuid()),
        };
        self.db().insert(vec![row]).await?;
        let kind = if approved {
            Kind::DocumentApproved
        } else {
            Kind::DocumentProposed
        };
        self.record(
            kind,
            // All that its readers are shown and go by; absent is a date that nobody approved yet.
            json!({
                "document": id, "code": new.code, "version": version, "language": new.language, "sha256": sha256,
                "title": new.title, "effective_at": approved.then_some(effective_at.micros()),
                "proposed_by": proposer, "wanted_at": new.effective_at.map(Moment::micros),
            }),
        )?;
        Ok(if approved {
            Proposed::Approved { version }
        } else {
            Proposed::Waiting { version }
        })
    }

    /// The approved versions of documents in all languages, asked once for all acts of a batch.
    pub(crate) async fn approvals(&self, codes: &[&str]) -> Result<Arc<Approvals>, Fault> {
        let answer = Approvals::of(self.db(), codes);
        self.db().seldom("document", codes.join(" "), answer).await
    }
}

impl Trust {
    /// The version of a document in force now for readers of a language: Russian where theirs is behind.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_in_force(
        &self,
        code: &str,
        language: Language,
    ) -> Result<Option<Version>, Fault> {
        let history = self.document_history(code).await?;
        Ok(history.in_force(language, self.0.clock.now()).cloned())
    }

    /// All approved versions of a document in all languages.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_history(&self, code: &str) -> Result<History, Fault> {
        let rows = Version::approved(code)
            .into_tuple::<Row>()
            .all(self.reads())
            .await?;
        let versions = rows.into_iter().map(Version::try_from);
        Ok(History::of(versions.collect::<Result<_, _>>()?))
    }

    /// The text of a version as it was published, word by word.
    ///
    /// # Errors
    /// There is no such version; the database's.
    pub async fn document_text(&self, id: DocumentId) -> Result<String, Fault> {
        let body = document::Entity::find_by_id(id.uuid())
            .select_only()
            .column(document::Column::Body)
            .into_tuple::<String>()
            .one(self.reads())
            .await?;
        body.ok_or_else(|| Fault::broken("a version of a document is not there"))
    }

    /// All approved versions of a document in one language, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn document_versions(
        &self,
        code: &str,
        language: Language,
    ) -> Result<Vec<Version>, Fault> {
        let rows = Version::approved(code)
            .filter(document::Column::Language.eq(language.code()))
            .order_by_desc(document::Column::Version)
            .into_tuple::<Row>()
            .all(self.reads())
            .await?;
        rows.into_iter().map(Version::try_from).collect()
    }
}

/// A version's columns without the text: id, code, number, language, title, hash, when proposed, from when in force.
type Row = (Uuid, String, i32, String, String, String, i64, Option<i64>);

impl Version {
    /// Whether this very text was published in it.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.sha256 == hash(text)
    }

    fn approved(code: &str) -> Select<document::Entity> {
        use document::Column;
        Self::without_text(document::Entity::find())
            .filter(Column::Code.eq(code))
            // What the house keeps for itself is no document for readers.
            .filter(Column::Code.not_like(format!("{HOUSE}%")))
            .filter(Column::EffectiveAt.is_not_null())
    }

    fn without_text(documents: Select<document::Entity>) -> Select<document::Entity> {
        use document::Column;
        documents.select_only().columns([
            Column::Id,
            Column::Code,
            Column::Version,
            Column::Language,
            Column::Title,
            Column::Sha256,
            Column::ProposedAt,
            Column::EffectiveAt,
        ])
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

impl TryFrom<Row> for Version {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let (id, code, version, language, title, sha256, proposed_at, effective_at) = row;
        Ok(Self {
            id: DocumentId::from_uuid(id),
            code,
            version,
            language: language.parse()?,
            title,
            sha256,
            proposed_at: Moment::from_micros(proposed_at),
            effective_at: effective_at.map(Moment::from_micros),
        })
    }
}

/// Number, language, hash, from when in force, when declined.
type KnownRow = (i32, String, String, Option<i64>, Option<i64>);

/// A version as the numbering sees it, approved or not.
struct Known {
    version: i32,
    language: Language,
    sha256: String,
    effective_at: Option<Moment>,
    declined: bool,
}

impl Known {
    /// All versions of a document.
    async fn of(db: &impl ConnectionTrait, code: &str) -> Result<Vec<Self>, Fault> {
        use document::Column;
        let rows: Vec<KnownRow> = document::Entity::find()
            .select_only()
            .columns([
                Column::Version,
                Column::Language,
                Column::Sha256,
                Column::EffectiveAt,
                Column::DeclinedAt,
            ])
            .filter(Column::Code.eq(code))
            .into_tuple()
            .all(db)
            .await?;
        rows.into_iter()
            .map(|(version, language, sha256, effective_at, declined_at)| {
                Ok(Self {
                    version,
                    language: language.parse()?,
                    sha256,
                    effective_at: effective_at.map(Moment::from_micros),
                    declined: declined_at.is_some(),
                })
            })
            .collect()
    }
}

impl Edition for Known {
    fn number(&self) -> i32 {
        self.version
    }

    fn language(&self) -> Language {
        self.language
    }

    fn effective_at(&self) -> Option<Moment> {
        self.effective_at
    }

    fn is_declined(&self) -> bool {
        self.declined
    }
}

/// The approved versions of several documents in all languages without their texts, by code.
pub(crate) struct Approvals(BTreeMap<String, Vec<Approved>>);

/// An approved version, with the moment from which it counts.
struct Approved(Moment, InForce);

impl Edition for Approved {
    fn number(&self) -> i32 {
        self.1.version
    }

    fn language(&self) -> Language {
        self.1.language
    }

    fn effective_at(&self) -> Option<Moment> {
        Some(self.0)
    }
}

impl Approvals {
    pub(crate) async fn of(db: &impl ConnectionTrait, codes: &[&str]) -> Result<Self, Fault> {
        use document::Column;
        let rows: Vec<(i64, String, i32, String, String, String)> = document::Entity::find()
            .select_only()
            .columns([
                Column::EffectiveAt,
                Column::Code,
                Column::Version,
                Column::Language,
                Column::Sha256,
                Column::Title,
            ])
            .filter(Column::Code.is_in(codes.iter().copied()))
            .filter(Column::EffectiveAt.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        let mut approvals = BTreeMap::<String, Vec<Approved>>::new();
        for (effective_at, code, version, language, sha256, title) in rows {
            let version = InForce {
                version,
                language: language.parse()?,
                sha256,
                title,
            };
            approvals
                .entry(code)
                .or_default()
                .push(Approved(Moment::from_micros(effective_at), version));
        }
        Ok(Self(approvals))
    }

    /// This very version with the moment from which it counts, in the language or in Russian.
    pub(crate) fn exact(
        &self,
        code: &str,
        version: i32,
        language: Language,
    ) -> Option<(Moment, &InForce)> {
        let numbered = self
            .0
            .get(code)?
            .iter()
            .filter(|one| one.1.version == version);
        let of = |language| numbered.clone().find(|one| one.1.language == language);
        let found = of(language).or_else(|| of(Language::Ru))?;
        Some((found.0, &found.1))
    }

    /// The versions in force at a moment for readers of a language, by code.
    pub(crate) fn in_force(&self, language: Language, now: Moment) -> BTreeMap<&str, &InForce> {
        self.0
            .iter()
            .filter_map(|(code, versions)| {
                let found = languages::in_force(versions, language, now)?;
                Some((code.as_str(), &found.1))
            })
            .collect()
    }
}
