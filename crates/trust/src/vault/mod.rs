//! The vault: a person is a random id; all that is known of them is sealed with a key of their own.
//!
//! *Invariant*: a sealed value opens only inside an act, for a purpose that Cedar, the case and a live
//! consent or legal basis allow, and each opening is in the journal. Keys of persons live as long as the
//! act that unwrapped them.

mod buffer;
pub mod core;
mod destroy;
mod find;
mod join;
mod link;
mod lookup;
mod once;
mod opening;
mod person;
mod rotate;
mod shown;
pub(crate) mod table;
mod told;

pub use self::core::{
    Archive, IndexKind, IndexTerm, KeySource, Keyring, SecretToken, SignedState, TokenHash,
};
pub(crate) use buffer::Buffer;
pub use destroy::{DestructionRefusal, Proposal};
pub(crate) use destroy::{chains_hash, hash_of as list_hash};
pub use find::{Masked, Sought};
pub use join::{JoinRefusal, Likeness};
pub use link::NewLink;
pub use lookup::{Known, SuggestSame};
pub use once::{Once, OnceRefusal};
pub use opening::{Opened, OpeningRefusal, Wanted};
pub(crate) use person::forget;
pub(crate) use person::unwrap_row;
pub use person::{Record, Standing};
pub(crate) use shown::{Shown, ShownUnder};
pub(crate) use told::{OpenedUnder, Told};
