//! Owns the demo clinic: its catalogue, its people and what is taken at first.
//!
//! *Invariant*: all of it follows from the date of filling, and nobody in it exists. Names are of bees and meadows
//! for the clinic and of drafts and samples for its patients; the streets are on no map.

mod catalogue;
mod fill;
mod patients;
mod taken;
#[cfg(test)]
mod tests;

pub use catalogue::{DAYS, FILE, catalogue};
pub use fill::{Filled, accept, fill};
pub use patients::{Guardian, Patient, patients};
pub use taken::{Taken, taken};
