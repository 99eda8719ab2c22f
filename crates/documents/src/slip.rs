//! «Талон»: a half-sheet to take along.
//!
//! *Invariant*: it says no more of a person than the page of the appointment does, and holds no secret: a sheet is left
//! on a table.

use kernel::Language;
use serde::{Deserialize, Serialize};

use crate::{Operator, Origin};

/// The slip of an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slip {
    /// The reader's language.
    pub language: Language,
    /// What is the same in every printing.
    pub origin: Origin,
    /// Whose it is.
    pub operator: Operator,
    /// The number to tell at the desk or by phone.
    pub number: String,
    /// The day: «24 ноября 2026 года».
    pub day: String,
    /// Its day of the week, 1 Monday to 7 Sunday.
    pub weekday: u8,
    /// When it begins, on the branch's clock: «10:00».
    pub time: String,
    /// What for: the service, its price.
    pub service: Line,
    /// With whom.
    pub doctor: Line,
    /// Where: the branch, its address.
    pub place: Line,
    /// The branch's phone, as read.
    pub phone: String,
    /// The numbers the clinic calls from.
    pub outgoing: Vec<String>,
    /// What to bring and how to prepare.
    pub preparation: Option<String>,
    /// The patient's phone, masked, as the page of the appointment shows it.
    pub phone_mask: Option<String>,
    /// How things stood when it was printed: «23 ноября 2026 года, 09:00».
    pub as_of: String,
}

/// A line with what belongs to it in smaller letters below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The line.
    pub main: String,
    /// What is below it.
    pub below: Option<String>,
}
