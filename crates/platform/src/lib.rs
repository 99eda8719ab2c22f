//! What the house stands on: settings, the database, the provider of identities.
//!
//! *Invariant*: nothing here knows a person, a purpose or a page. What differs between SQLite
//! and PostgreSQL stands in `database/dialect.rs` and nowhere else.

pub mod config;
pub mod database;
pub mod identity;
