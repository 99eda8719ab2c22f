//! A paper as data, and how it travels to the child: one JSON value, no larger than [`LARGEST_REQUEST`].

use kernel::Language;
use serde::{Deserialize, Serialize};

use crate::{Legal, Receipt, Slip};

/// The largest request in bytes: a legal text of half a megabyte, each of its letters escaped.
pub const LARGEST_REQUEST: usize = 4 * 1024 * 1024;

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "data",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub enum Document {
    /// A policy or the text of a consent, in one version and one language.
    Legal(Legal),
    /// «Талон»: when, where and to whom to come.
    Slip(Slip),
    /// What was agreed to or refused, with the journal's proof.
    Receipt(Box<Receipt>),
}

/// What makes two printings of the same paper the same bytes: everything that a typesetter would take from a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// What the paper is, the same for every printing of it and different from all others. It is hashed, not printed.
    pub identifier: String,
    /// Its date in the file: seconds since 1970 UTC.
    pub made_at: i64,
}

/// Whose paper it is, in the paper's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The clinic's name as patients know it.
    pub name: String,
    /// Full legal name.
    pub legal_name: String,
    /// Registered address.
    pub legal_address: String,
    /// Where letters go.
    pub postal_address: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// ИНН.
    pub inn: String,
    /// Phones, as read.
    pub phones: Vec<String>,
    /// Where requests about personal data go.
    pub email: String,
    /// `https://host`.
    pub site: String,
}

impl Document {
    /// The paper's language.
    #[must_use]
    pub fn language(&self) -> Language {
        match self {
            Self::Legal(legal) => legal.language,
            Self::Slip(slip) => slip.language,
            Self::Receipt(receipt) => receipt.language,
        }
    }

    /// What it takes from no clock.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Legal(legal) => &legal.origin,
            Self::Slip(slip) => &slip.origin,
            Self::Receipt(receipt) => &receipt.origin,
        }
    }

    /// As it goes to the child: equal documents give equal bytes.
    ///
    /// # Errors
    /// Larger than [`LARGEST_REQUEST`].
    pub fn to_request(&self) -> Result<Vec<u8>, TooLarge> {
        let request = serde_json::to_vec(self).map_err(|_| TooLarge)?;
        if request.len() > LARGEST_REQUEST {
            return Err(TooLarge);
        }
        Ok(request)
    }
}

/// A paper of more than [`LARGEST_REQUEST`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;
