//! Pure time: working days and legal terms; weekly schedules turned into free time.
//!
//! Invariant: every answer follows from the arguments alone. Nothing here reads a clock, a file, a
//! database or the machine's zone; tables come in as text, "now" comes in as a value. No name, phone
//! or other personal data passes through this crate: branches and lanes are opaque keys.
//!
//! Two halves, which share only the day's clock:
//!
//! - [`working`]: days of work and rest, terms of law counted on them, and the table of norms;
//! - [`schedule`]: what a practitioner's week looks like on real dates, and which starts are free.

mod day_minute;
mod local_clock;
pub mod schedule;
pub mod working;

pub use day_minute::{DayMinute, NotADayMinute};
