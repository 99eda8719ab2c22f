//! Owns which days are worked and how a term of law is counted on them.
//!
//! Invariant: what the law or a decree says lives in tables (`data/ru_calendar.csv`, `data/norms.csv`), never in
//! code, and a table loaded later replaces a built-in one. A year no table covers is an error, never a guess.

mod days;
mod hours;
mod lines;
mod norms;
mod table;
mod term;

pub use days::{WorkingCalendar, YearUnknown};
pub use hours::{DayHours, NotDayHours};
pub use lines::{LineError, LineErrors, Shape};
pub use norms::{Confidence, Grounds, Norm, NormDue, NormError, NormProblem, Norms};
pub use table::{CalendarProblem, DayKind};
pub use term::{Deadline, Term, Unit};
