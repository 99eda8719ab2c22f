//! Everything that can be wrong with a receipt, each by its own name: whoever checks one should learn what to ask about.
//! No message repeats what the receipt says: it is about a person.

use std::fmt;

use crate::journal::core::json::JsonError;
use crate::journal::core::note::NoteError;
use crate::journal::core::proof::EntryFailure;

/// Why a receipt is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptFailure {
    /// More bytes than are read.
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Not JSON, or with a field twice, a fraction, too deep.
    NotJson(JsonError),
    /// JSON without the parts of a receipt; which.
    NotAReceipt(&'static str),
    /// The part `journal` is not of its form.
    Proof(JsonError),
    /// The key in the receipt is not a key.
    Key(NoteError),
    /// The receipt names another key than the trusted one.
    ForeignKey,
    /// The checkpoint is malformed, or not signed by the key.
    Checkpoint(NoteError),
    /// The log named is not the one that the checkpoint is of.
    Origin,
    /// An entry is not proved; which, counted from one.
    Entry {
        /// Its place.
        place: usize,
        /// Why.
        failure: EntryFailure,
    },
    /// No entry is given.
    NoEntry,
    /// Chain, number, hash before or hash are not those of the entry.
    Link,
    /// The withdrawals are of another chain, or not in their order.
    Order,
    /// A row that an entry tells of is malformed.
    Row,
    /// The entry does not tell of this consent.
    NoConsent,
    /// A later entry does not tell of its withdrawal.
    NoWithdrawal,
    /// The document's text is not the one agreed to.
    Text,
    /// What stood beside the box is not what the entry holds the hash of, is missing, or was never bound.
    Terms,
    /// The same is not of its form.
    TermsForm(JsonError),
    /// Something outside the proof says otherwise than the proof.
    Differs {
        /// Where: RFC 6901.
        place: String,
    },
}

impl fmt::Display for ReceiptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(
                f,
                "the file is larger than {} MB: no receipt is",
                super::MAX_BYTES / 1024 / 1024
            ),
            Self::NotText => f.write_str("the file is not UTF-8 text"),
            Self::NotJson(error) => write!(f, "the file is not the JSON of a receipt: {error}"),
            Self::NotAReceipt(part) => write!(f, "the file is no receipt: {part}"),
            Self::Proof(error) => write!(f, "the part `journal` is not a proof: {error}"),
            Self::Key(error) => write!(f, "the key in the receipt: {error}"),
            Self::ForeignKey => f.write_str(
                "the receipt names another key than the trusted one: it is another clinic's, or forged",
            ),
            Self::Checkpoint(error) => write!(f, "the checkpoint is not to be believed: {error}"),
            Self::Origin => f.write_str("the log named is not the one of the checkpoint"),
            Self::Entry { place, failure } => write!(f, "entry {place} of the proof: {failure}"),
            Self::NoEntry => f.write_str("the proof holds no entry"),
            Self::Link => f.write_str(
                "chain, n, prev or head are not those of the entry: the place in the person's chain was changed",
            ),
            Self::Order => f.write_str(
                "the entries of withdrawal are of another chain, or out of order",
            ),
            Self::Row => f.write_str("the entry tells of a consent in a form that is not known"),
            Self::NoConsent => f.write_str("the entry of the journal does not tell of this consent"),
            Self::NoWithdrawal => {
                f.write_str("an entry that should withdraw the consent does not")
            }
            Self::Text => f.write_str(
                "the document's text is not the one decided on: its hash is not the one in the journal",
            ),
            Self::Terms => f.write_str(
                "what stood beside the box is missing or was changed: its hash is not the one in the journal",
            ),
            Self::TermsForm(error) => write!(f, "what stood beside the box: {error}"),
            Self::Differs { place } => write!(
                f,
                "{} says otherwise than the journal (at {place})",
                subject(place)
            ),
        }
    }
}

impl std::error::Error for ReceiptFailure {}

/// What a place of the file is about, in plain words.
fn subject(place: &str) -> &'static str {
    const ABOUT: [(&str, &str); 20] = [
        ("@context", "the meaning of the words (@context)"),
        (
            "dpv:hasConsentStatus",
            "the decision: state, time or who decided",
        ),
        ("medok:state", "the state of the consent"),
        ("dct:created", "the time of the decision"),
        ("medok:sentence", "the sentence beside the box"),
        ("medok:sha256", "the hash of the text"),
        ("dct:hasVersion", "the version of the document"),
        ("dpv:hasNotice", "the document"),
        ("dpv:hasDataController", "the operator's record"),
        ("dct:publisher", "the operator's record"),
        ("dpv:hasPurpose", "the purposes"),
        ("dpv:hasPersonalData", "the data"),
        ("dpv:hasProcessing", "what is done with the data"),
        ("dpv:hasStorageCondition", "the terms of keeping"),
        ("dpv:hasLegalBasis", "the legal ground"),
        ("dpv:hasDataSubject", "whose data it is"),
        ("dpv:hasConsentControl", "the way to withdraw"),
        ("dpv:hasRight", "the rights"),
        ("dct:identifier", "the id of the record"),
        ("dct:conformsTo", "the form of the receipt"),
    ];
    let found = ABOUT.iter().find(|(name, _)| place.contains(name));
    found.map_or("the receipt", |(_, words)| words)
}

/// Why a later receipt does not continue an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionFailure {
    /// The two are of the same number of the chain, and not the same.
    OtherLink {
        /// The number.
        n: u64,
    },
    /// The later names another hash before it than the earlier has.
    Broken {
        /// The number of the later link.
        n: u64,
    },
    /// A higher number of the chain stands earlier in the log, or the same.
    Order,
    /// The log was signed twice at the same size, with another root.
    Forked {
        /// The size.
        size: u64,
    },
}

impl fmt::Display for ExtensionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherLink { n } => write!(
                f,
                "link {n} of the chain is another in each: the chain was rewritten"
            ),
            Self::Broken { n } => write!(
                f,
                "link {n} does not follow the one before: the chain was rewritten"
            ),
            Self::Order => f.write_str(
                "the order in the chain is not the order in the log: one of the two was rewritten",
            ),
            Self::Forked { size } => write!(
                f,
                "the log was signed twice at {size} entries with different contents: it was forked"
            ),
        }
    }
}

impl std::error::Error for ExtensionFailure {}
