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
pub mod vault;

pub use act::{Act, Statements};
pub use context::Context;
pub(crate) use house::House;
pub use house::{HouseError, Opening, Trust};
pub use jobs::NewJob;
