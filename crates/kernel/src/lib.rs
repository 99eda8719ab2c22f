//! Words every room shares. Values that reach the house are parsed here, at the door:
//! inside there are no bare strings for names, phones, e-mails, ids or time.
//!
//! *Invariant*: nothing here knows a database, a network or a page, and this is the only
//! crate that reads the wall clock or draws randomness.

mod actor;
mod birth_date;
mod clock;
mod email;
pub mod entropy;
mod fault;
mod id;
mod language;
pub mod limits;
mod name;
mod personal;
mod phone;
mod purpose;
mod text;

pub use actor::{Actor, Case, CaseKind, Scope};
pub use birth_date::{BirthDate, BirthDateError};
pub use clock::{Clock, Moment};
pub use email::{Email, EmailError};
pub use fault::{Fault, FaultKind, Outcome, Stop};
pub use id::*;
pub use language::Language;
pub use name::{NameError, NamePart, PersonName};
pub use personal::Personal;
pub use phone::{Phone, PhoneError};
pub use purpose::Purpose;
pub use text::{has_hidden_characters, is_hidden};
