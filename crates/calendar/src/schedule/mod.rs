//! Owns the way from a practitioner's week to the starts a patient may choose.
//!
//! Invariant: free time is computed, never stored, and in integers: after one look at the zone per stretch of dates
//! everything is minutes since the epoch. Whatever is asked, the answer for a date does not depend on the other
//! dates asked with it.
//!
//! rules + exceptions + zone → [`windows`] → minus what is taken → [`free`] starts.
//!
//! A start that [`is_offered`] but not free is *taken*; one that is not offered was *never* there.

mod days;
mod free;
mod interval;
mod lanes;
mod rule;
mod span;
mod windows;

pub use days::LocalDays;
pub use free::{NotAVisit, Request, Start, Viewer, Visit, free, free_except, is_offered};
pub use interval::{Interval, IntervalSet, Minute};
pub use lanes::{BlockedStarts, Requirement, free_lanes, free_of_all};
pub use rule::{
    Audience, Change, DayPattern, Exception, Opening, Parity, WeekdaySet, WeeklySchedule,
};
pub use span::{Break, DaySpan, NotASpan};
pub use windows::{Window, windows, windows_into};
