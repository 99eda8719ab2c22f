//! Backup and restore: two archives and a signed manifest out, a living store back in.
//!
//! *Invariant*: what is destroyed stays destroyed. The data archive never holds a person's key or an index
//! row; keys come from the newest keyset archive alone, which also carries the list of destructions; and a
//! restore is not over, and the store does not open, before they are carried out again and the restore
//! stands in the journal.
//!
//! ```text
//! data-<time>.age      every table but person_key and blind_index, encrypted to the recipients (age v1)
//! keys-<time>.age      the key folder, person_key, destruction and destruction_person, likewise
//! manifest-<time>.json what they are: operator, journal, destructions, keyset number, SHA-256 of both
//! manifest-<time>.note the same text signed with the journal's key (C2SP signed-note)
//! ```
//!
//! `<time>` is `20260203T040506Z`, UTC. Inside, an archive is lines of JSON (see [`seal`]).
//!
//! How the parts hang together: [`make`] reads [`rows`] page by page into [`seal`] and signs a [`manifest`];
//! [`restore`] finds the archives, checks them and hands them to [`load`], one transaction for all rows;
//! [`finish`] then opens the house and does what needs acts. A crash before the transaction's end leaves an
//! empty store; one after it leaves a mark by which the store refuses to open and `restore` goes on.

mod error;
mod finish;
mod identity;
mod load;
mod make;
mod manifest;
mod restore;
mod rows;
mod seal;
mod state;
mod unseal;

pub use error::{BackupError, RestoreError};
pub(crate) use finish::unfinished;
pub use identity::Identity;
pub use make::Backup;
pub use restore::{JournalAfter, Restored, Restoring};
