//! Trust: where every promise is kept.
//!
//! *Invariant*: this is the only crate that names a cipher or opens a transaction. Whatever changes or
//! reveals anything about a person is an [`act`](Trust::act).

pub mod access;
pub mod act;
pub mod backup;
pub mod consent;
mod context;
mod house;
pub mod jobs;
pub mod journal;
pub mod policy;
pub mod staff;
pub mod vault;

pub use act::{Act, Statements};
pub use context::{CasePlace, Context};
pub(crate) use house::House;
pub use house::{HouseError, Opening, Trust};
pub use jobs::NewJob;

/// SHA-256 of bytes in hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}

/// SHA-256 of bytes in Base64 (RFC 4648 §4), as a Content-Security-Policy names what may stand in a page (CSP 3 §2.3.1).
#[must_use]
pub fn sha256_base64(bytes: &[u8]) -> String {
    use base64::Engine;
    use sha2::Digest;
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(bytes))
}
