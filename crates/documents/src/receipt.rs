//! The receipt of a consent: what exactly was asked, what was answered, by whom and for whom, and the journal's proof
//! (152-ФЗ ст. 9 ч. 3: the operator proves that consent was given; so can the person).

use kernel::Language;
use serde::{Deserialize, Serialize};

use crate::{Block, Operator, Origin};

/// The receipt of one decision about one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The reader's language.
    pub language: Language,
    /// What is the same in every printing.
    pub origin: Origin,
    /// Who asked.
    pub operator: Operator,
    /// The receipt's own number.
    pub number: String,
    /// The title of what was agreed to.
    pub title: String,
    /// Its version.
    pub version: i32,
    /// SHA-256 of its text as it is kept, hexadecimal.
    pub sha256: String,
    /// The language in which it was shown.
    pub text_language: Language,
    /// The exact text shown.
    pub blocks: Vec<Block>,
    /// What was answered.
    pub decision: Decision,
    /// When, in words with the zone: «24 ноября 2026 года, 10:03, Москва (UTC+3)».
    pub moment: String,
    /// The form in which it was asked, in words or as its address.
    pub form: String,
    /// Who gave it, and for whom.
    pub parties: Vec<Party>,
    /// For what the data is used.
    pub purposes: Vec<String>,
    /// How to withdraw it: a way a line.
    pub withdrawal: Vec<String>,
    /// The proof, once the journal signed it.
    pub proof: Option<Proof>,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The box was ticked.
    Given,
    /// It was not.
    Refused,
    /// It was given, and taken back.
    Withdrawn,
}

/// Somebody on the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// «Дал согласие», «За кого», in words.
    pub role: String,
    /// The name, where the reader may have it.
    pub name: Option<String>,
}

/// Where the decision stands in the journal (C2SP tlog-checkpoint), and how far the person's own chain had come: a later
/// list of entries must extend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The log's name.
    pub origin: String,
    /// Entries in the signed tree.
    pub tree_size: u64,
    /// Its root, base64 or hexadecimal.
    pub root_hash: String,
    /// The entry's number, counted from zero.
    pub entry_index: u64,
    /// The person's chain.
    pub chain: String,
    /// Links in it.
    pub n: u64,
    /// The hash of the last.
    pub head: String,
}
