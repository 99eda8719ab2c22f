//! The clinic's work. Each context has the same rooms: `mod.rs` (invariant and public verbs), `table.rs`
//! (rows, private), `rules.rs` (pure), `jobs.rs`, tests.
//!
//! *Invariant*: a context never reads another's rows; it calls the owner's verb. Of people it keeps ids only.

pub mod booking;
pub mod demo;
pub mod figures;
pub mod oversight;
pub mod papers;
pub mod people;
pub mod photos;
pub mod submission;
