//! The receipt of a consent: what somebody was shown, what they decided, and the journal's proof of it, in one file that
//! can be checked without us (decision 0013).
//!
//! *Invariant*: a receipt says nothing but what its proof says. [`Receipt::of`] derives every word from the entries of the
//! journal, from texts whose hashes they hold, and from nothing else; whoever makes one and whoever checks one do the same.

mod check;
mod compare;
mod failure;
mod linked;
mod make;
mod told;
mod vocabulary;

#[cfg(test)]
mod tests;

use kernel::{ConsentId, Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Terms;
use crate::journal::core::chain::ChainId;
use crate::journal::core::entry::FormatVersion;
use crate::journal::core::hash::Hash;
use crate::journal::core::note::Checkpoint;
use crate::journal::core::proof::{EntryEvidence, VerifiedEntry};

pub use check::{Checked, MAX_BYTES, StoreKey, Trusted, Vouched, check};
pub use compare::{Extension, extends};
pub use failure::{ExtensionFailure, ReceiptFailure};
pub use make::{Given, ReceiptRefusal};

use told::{Told, consents_in};

/// A receipt, whole: all that a page, a file or a print of it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record it is of: the first of its rows.
    pub id: ConsentId,
    /// What was shown.
    pub notice: Notice,
    /// Whether the box was ticked.
    pub given: bool,
    /// When it was decided.
    pub at: Moment,
    /// Who decided: a random id.
    pub given_by: Uuid,
    /// By which form: `book` for the page, `api` for a program.
    pub form: String,
    /// The decision for each purpose, withdrawals among them.
    pub decisions: Vec<Decision>,
    /// What stood beside the box; absent for consents of a time when it was not bound to them.
    pub terms: Option<Terms>,
    /// The end of the log that vouches for it.
    pub checkpoint: Checkpoint,
    /// The proof, as it stands in the receipt's file.
    pub journal: JournalProof,
}

/// The document that was agreed to or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its code.
    pub document: String,
    /// Its version.
    pub version: i64,
    /// The language of its text: `ru` or `en`.
    pub language: String,
    /// Its title; absent where it was not bound.
    pub title: Option<String>,
    /// Its text, exactly.
    pub text: String,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    pub sha256: String,
}

/// The decision for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The row's id.
    pub id: ConsentId,
    /// The purpose's code; `policy` for the policy line, which consents to nothing by itself.
    pub purpose: String,
    /// What the purpose means here.
    pub title: Option<String>,
    /// When it was withdrawn, and the row that says so.
    pub withdrawn: Option<(Moment, ConsentId)>,
}

/// What has become of a consent, as far as the receipt shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Given, and not withdrawn by then.
    Given,
    /// The box was left empty.
    Refused,
    /// Withdrawn for some of its purposes.
    PartlyWithdrawn,
    /// Withdrawn for all of them.
    Withdrawn,
}

impl State {
    /// Its code in the receipt's file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::PartlyWithdrawn => "partly-withdrawn",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The journal's proof, under the key `journal` of a receipt. Everything its check needs but trust in the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalProof {
    /// The form's version, always 1.
    pub v: FormatVersion,
    /// The row that the receipt is of.
    pub record: Uuid,
    /// The log's public key (C2SP signed-note). By itself it vouches for nobody.
    pub key: String,
    /// The log's name.
    pub origin: String,
    /// The signed end of the log (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The person's chain.
    pub chain: ChainId,
    /// The number of the link that holds the decision.
    pub n: u64,
    /// The hash of the link before; zeros for the first.
    pub prev: Hash,
    /// The hash of this link: a later list must hold it as number `n`.
    pub head: Hash,
    /// The text of what stood beside the box, in its one byte form.
    pub terms: Option<String>,
    /// The entry of the decision, then those of its withdrawals.
    pub entries: Vec<EntryEvidence>,
}

impl Receipt {
    /// Derives a receipt from a proof whose entries were verified against this checkpoint, and the document's text.
    ///
    /// # Errors
    /// The entries do not say what the proof claims, or a text is not the one they hold the hash of.
    pub(super) fn of(
        journal: JournalProof,
        checkpoint: Checkpoint,
        entries: &[VerifiedEntry],
        text: String,
    ) -> Result<Self, ReceiptFailure> {
        let (first, later) = entries.split_first().ok_or(ReceiptFailure::NoEntry)?;
        if journal.origin != checkpoint.origin {
            return Err(ReceiptFailure::Origin);
        }
        let link = (journal.chain, journal.n, journal.prev, journal.head);
        if link
            != (
                first.sub.chain,
                first.sub.n,
                first.sub.prev,
                first.head.hash,
            )
        {
            return Err(ReceiptFailure::Link);
        }
        let mut before = first;
        for entry in later {
            let follows = entry.sub.n > before.sub.n && entry.index > before.index;
            if entry.sub.chain != journal.chain || !follows {
                return Err(ReceiptFailure::Order);
            }
            before = entry;
        }
        let all = consents_in(first)?;
        let group = all
            .iter()
            .find(|told| told.id == journal.record && told.withdraws.is_none())
            .ok_or(ReceiptFailure::NoConsent)?;
        let decided: Vec<&Told> = all
            .iter()
            .filter(|told| told.withdraws.is_none() && told.document == group.document)
            .collect();
        let head = decided.first().copied().ok_or(ReceiptFailure::NoConsent)?;
        if head.id != journal.record || decided.iter().any(|told| !told.belongs_to(head)) {
            return Err(ReceiptFailure::NoConsent);
        }
        if Terms::hash(&text) != head.sha256 {
            return Err(ReceiptFailure::Text);
        }
        let terms = terms(head, journal.terms.as_deref())?;
        let mut decisions: Vec<Decision> = decided
            .iter()
            .map(|told| Decision {
                id: ConsentId::from_uuid(told.id),
                purpose: told.purpose.clone(),
                title: terms.as_ref().and_then(|terms| {
                    let mut all = terms.purposes.iter();
                    let named = all.find(|named| named.code == told.purpose);
                    named.map(|named| named.title.clone())
                }),
                withdrawn: None,
            })
            .collect();
        for entry in later {
            withdraw(&mut decisions, entry)?;
        }
        Ok(Self {
            id: ConsentId::from_uuid(head.id),
            notice: Notice {
                document: head.document.clone(),
                version: head.version,
                language: head.language.clone(),
                title: head.title.clone(),
                sha256: head.sha256.clone(),
                text,
            },
            given: head.given,
            at: head.at,
            given_by: head.given_by,
            form: head.form.clone(),
            decisions,
            terms,
            checkpoint,
            journal,
        })
    }

    /// What has become of it.
    #[must_use]
    pub fn state(&self) -> State {
        let withdrawn = |decision: &Decision| decision.withdrawn.is_some();
        match self.given {
            false => State::Refused,
            true if self.decisions.iter().all(withdrawn) => State::Withdrawn,
            true if self.decisions.iter().any(withdrawn) => State::PartlyWithdrawn,
            true => State::Given,
        }
    }

    /// Where on the clinic's site the document stands, if its operator is known.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let Notice {
            document,
            version,
            language,
            ..
        } = &self.notice;
        let site = &self.terms.as_ref()?.controller.site;
        Some(if document == super::declaration::POLICY_DOCUMENT {
            format!("{site}/policy/{version}?text={language}")
        } else {
            format!("{site}/documents/{document}/{version}?text={language}")
        })
    }

    /// The receipt's file: JSON-LD in the terms of the Data Privacy Vocabulary, shaped as ISO/IEC TS 27560 has it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&linked::document(self))
            .expect("a receipt has text keys only, and writing to memory does not fail")
    }
}

/// What stood beside the box: the text given must be the one that the entry holds the hash of, and none where it holds none.
fn terms(head: &Told, text: Option<&str>) -> Result<Option<Terms>, ReceiptFailure> {
    match (&head.terms, text) {
        (None, None) => Ok(None),
        (Some(hash), Some(text)) if Terms::hash(text) == *hash => Terms::decode(text)
            .map(Some)
            .map_err(ReceiptFailure::TermsForm),
        _ => Err(ReceiptFailure::Terms),
    }
}

/// Takes the withdrawals over that an entry tells of; it must tell of one at least.
fn withdraw(decisions: &mut [Decision], entry: &VerifiedEntry) -> Result<(), ReceiptFailure> {
    let mut some = false;
    for told in consents_in(entry)? {
        let Some(of) = told.withdraws else { continue };
        let decision = decisions
            .iter_mut()
            .find(|decision| decision.id.uuid() == of && decision.withdrawn.is_none());
        if let Some(decision) = decision
            && decision.purpose == told.purpose
        {
            decision.withdrawn = Some((told.at, ConsentId::from_uuid(told.id)));
            some = true;
        }
    }
    if some {
        Ok(())
    } else {
        Err(ReceiptFailure::NoWithdrawal)
    }
}
