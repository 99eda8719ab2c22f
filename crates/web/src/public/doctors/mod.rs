//! Doctors: the list with its filter, and a page for each.
//!
//! *Invariant*: a filter travels in the address and names nobody who asks; a time that is shown was free when the page
//! was made, and is never past.

mod card;
mod filter;
mod list;
mod one;

pub(super) use card::{DoctorCard, FirstView, Today, book_link, first_view};
pub(super) use filter::{Filter, specialities};
#[cfg(test)]
pub(super) use list::DoctorsPage;
pub(super) use list::doctors;
#[cfg(test)]
pub(super) use one::DoctorPage;
pub(super) use one::doctor;
