//! What the house stands on: settings and the database.
//!
//! *Invariant*: nothing here knows a person, a purpose or a page. What differs between SQLite
//! and PostgreSQL stands in `database/dialect.rs` and nowhere else.

pub mod config;
pub mod database;
