//! The pure core of the vault: it seals and opens bytes, keeps the key folder, and computes what may be looked up.
//! It knows no row, no person's name, no clock and no randomness of its own: times and random bytes are passed in.
//! Nothing here prints, serialises or logs a key or an opened value; errors never name a value.
//!
//! ```text
//! KEK (key folder) --wrap--> person key (row, random) --HKDF--> key per (table, field) --seal--> sealed field (row)
//! index epoch (key folder) --HKDF--> key per index kind --HMAC--> blind index (row)
//! lookup key (key folder) --HKDF--> hashes of secret links and of repeated request bodies
//! ```

pub mod error;
mod hash;
pub mod index;
pub mod keyring;
pub mod keyset;
mod normal;
pub mod signed_state;
pub mod source;
pub mod suite;
#[cfg(test)]
mod testing;
pub mod token;
pub mod wrap;
mod xchacha;

pub use error::KeyringError;
pub use index::{IndexEpoch, IndexKind, IndexTag, IndexTerm};
pub use keyring::{Archive, Contents, Keyring};
pub use keyset::{KeyKind, KeyRecord, Keyset};
pub use signed_state::SignedState;
pub use source::KeySource;
pub use suite::{FieldKeys, OpenError, PersonKey, Place, Suite, open, seal};
pub use token::{LookupKey, SecretToken, TokenHash};
pub use wrap::{Kek, KeyPlace, WrappedKey, rewrap, unwrap, wrap};
