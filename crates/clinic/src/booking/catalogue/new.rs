//! A catalogue as it comes from outside — a file, the demo — with codes where the store has ids.

use calendar::schedule::{Exception, WeeklySchedule};
use serde::Serialize;

/// Words in both languages. English falls back to Russian where a clinic has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// A code: letters, digits, hyphens; unique within its kind.
pub type Code = String;

/// A whole catalogue. It replaces the one there: what has the same code keeps its id and its appointments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCatalogue {
    /// Branches.
    pub branches: Vec<NewBranch>,
    /// Practitioners, rooms, devices.
    pub resources: Vec<NewResource>,
    /// Services.
    pub services: Vec<NewService>,
    /// Weekly schedules of practitioners.
    pub schedules: Vec<NewSchedule>,
    /// Single dates that differ.
    pub exceptions: Vec<NewException>,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewBranch {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub title: Words,
    /// Where it is.
    pub address: Words,
    /// Its telephone, as people read it.
    pub phone: String,
    /// Its time zone, an IANA name.
    pub zone: String,
    /// When it opens, minutes of the local day.
    pub opens: u16,
    /// When it closes.
    pub closes: u16,
    /// How to get there, in lines; may be empty.
    pub way: Words,
    /// Its electronic address, or nothing.
    pub email: String,
}

/// What kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// A person of the clinic.
    Practitioner,
    /// A room.
    Room,
    /// A device.
    Device,
}

impl ResourceKind {
    /// The word in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Room => "room",
            Self::Device => "device",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Practitioner, Self::Room, Self::Device]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A person, room or device whose time is claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewResource {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub kind: ResourceKind,
    /// For a practitioner the speciality's code; for a room or device the family that services require.
    pub family: Code,
    /// Name: of a practitioner the full name, publicly known.
    pub title: Words,
    /// What is told of it: a practitioner's speciality and post, in words.
    pub about: Words,
    /// Where a practitioner learnt: a line each, year — institution — speciality; may be empty.
    pub education: Words,
    /// The year in which a practitioner began to practise.
    pub practising_since: Option<i16>,
    /// Where a room or device stands.
    pub branch: Option<Code>,
    /// How many visits it takes at once.
    pub lanes: u16,
    /// Minutes in a cell of its time: 5, or 1 for odd lengths.
    pub grain: u16,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewService {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub title: Words,
    /// What it is, in a sentence or two; may be empty.
    pub about: Words,
    /// What to bring, how to prepare.
    pub preparation: Words,
    /// Minutes with the patient.
    pub duration: u16,
    /// Minutes claimed before.
    pub buffer_before: u16,
    /// Minutes claimed after.
    pub buffer_after: u16,
    /// Minutes from one offered start to the next.
    pub step: u16,
    /// Price in kopecks.
    pub price: i64,
    /// Youngest age in full years, inclusive.
    pub age_from: Option<u8>,
    /// Oldest age in full years, inclusive.
    pub age_to: Option<u8>,
    /// Who gives it.
    pub practitioners: Vec<Code>,
    /// Families of which one lane each is needed at the branch.
    pub requires: Vec<Code>,
}

/// A weekly rule of one practitioner; branches by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    /// Whose.
    pub practitioner: Code,
    /// The rule.
    pub rule: WeeklySchedule<Code>,
}

/// A date of one practitioner that differs; branches by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewException {
    /// Whose.
    pub practitioner: Code,
    /// The exception.
    pub exception: Exception<Code>,
}
