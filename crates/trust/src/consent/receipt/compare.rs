//! Two receipts of one chain: whether the later continues the earlier, as far as two of them can show.

use super::{ExtensionFailure, Receipt};

/// What two receipts show of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// They are of different logs: nothing.
    OtherLog,
    /// They are of different persons: nothing but that one log holds both.
    OtherChain,
    /// They show the same link.
    Same,
    /// The later link names the earlier as the one before it.
    Next,
    /// Links lie between them that neither shows.
    Apart {
        /// How many.
        between: u64,
    },
}

/// Holds two receipts that were checked against each other, whichever is the earlier.
///
/// # Errors
/// [`ExtensionFailure`]: both are signed, and cannot both be true.
pub fn extends(one: &Receipt, other: &Receipt) -> Result<Extension, ExtensionFailure> {
    if one.journal.origin != other.journal.origin || one.journal.key != other.journal.key {
        return Ok(Extension::OtherLog);
    }
    let (first, second) = (&one.checkpoint, &other.checkpoint);
    if first.size == second.size && first.root != second.root {
        return Err(ExtensionFailure::Forked { size: first.size });
    }
    if one.journal.chain != other.journal.chain {
        return Ok(Extension::OtherChain);
    }
    let (earlier, later) = if one.journal.n <= other.journal.n {
        (one, other)
    } else {
        (other, one)
    };
    let index = |receipt: &Receipt| receipt.journal.entries.first().map(|entry| entry.index);
    let (from, to) = (&earlier.journal, &later.journal);
    match to.n - from.n {
        0 if from.head != to.head || index(earlier) != index(later) => {
            Err(ExtensionFailure::OtherLink { n: to.n })
        }
        0 => Ok(Extension::Same),
        _ if index(later) <= index(earlier) => Err(ExtensionFailure::Order),
        1 if to.prev != from.head => Err(ExtensionFailure::Broken { n: to.n }),
        1 => Ok(Extension::Next),
        apart => Ok(Extension::Apart { between: apart - 1 }),
    }
}
