//! Booking: slots, claims on time, appointments.
//!
//! *Invariant*: two claims on one cell of one lane cannot both exist. Free time is computed, never stored.
//! Names and contacts are sealed by the vault; here stand ids of persons alone.

mod book;
pub mod calendars;
pub mod catalogue;
mod change;
mod claim;
mod consents;
mod context;
pub mod desk;
pub mod external;
mod first;
mod hold;
pub mod import;
pub mod jobs;
mod of_person;
mod people;
mod price;
mod refusal;
mod revision;
mod rules;
mod show;
mod slots;
mod table;
pub mod tally;
mod timetable;
mod upkeep;

use std::sync::Arc;

use platform::config::BookingSettings;
use trust::Trust;

pub use book::{Booked, Booking as NewBooking};
pub use catalogue::Catalogue;
pub use change::NewTime;
pub use consents::ConsentGiven;
pub use context::BookingContext;
pub use first::{FirstTime, FirstTimes};
pub use hold::{HeldTime, Hold, HoldRequest};
pub use of_person::{AppointmentOf, Part, appointments_of};
pub use people::{Basis, Booker, Patient, Representative, Values, beyond};
pub use price::money;
pub use refusal::{Pointer, Refusal};
pub use revision::Change;
pub use rules::may_decide;
pub use show::{Appointment, Status};
pub use slots::{Found, Slot, SlotQuery};

use timetable::Timetable;

/// The service code under which booking is declared.
pub const SERVICE: &str = "booking";

/// The booking room, open. Cheap to clone.
#[derive(Clone)]
pub struct Booking {
    trust: Trust,
    timetable: Arc<Timetable>,
    settings: Arc<BookingSettings>,
    /// Appointments that another system overlaps, as last counted here.
    overlaps: Arc<std::sync::atomic::AtomicUsize>,
}

impl Booking {
    /// Opens the room.
    #[must_use]
    pub fn open(trust: Trust, settings: BookingSettings) -> Self {
        let settings = Arc::new(settings);
        let timetable = Arc::new(Timetable::new(trust.clone(), Arc::clone(&settings)));
        Self {
            trust,
            timetable,
            settings,
            overlaps: Arc::default(),
        }
    }

    /// What booking allows.
    #[must_use]
    pub fn settings(&self) -> &BookingSettings {
        &self.settings
    }
}
