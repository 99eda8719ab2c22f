//! What every handler may ask for.

use std::sync::Arc;

use clinic::booking::Booking;
use clinic::oversight::Oversight;
use clinic::papers::Papers;
use clinic::people::People;
use clinic::photos::Photos;
use clinic::submission::Submissions;
use platform::config::Settings;
use trust::Trust;
use trust::consent::ClinicTexts;

/// The open house as the doors see it. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// Trust.
    pub trust: Trust,
    /// Booking.
    pub booking: Booking,
    /// Submissions of declared services.
    pub submissions: Submissions,
    /// People at the desk.
    pub people: People,
    /// Who looked, for whoever oversees.
    pub oversight: Oversight,
    /// Papers as PDF.
    pub papers: Papers,
    /// The operator's record, declarations, documents.
    pub texts: Arc<ClinicTexts>,
    /// Photos of practitioners.
    pub photos: Arc<Photos>,
    /// Settings.
    pub settings: Arc<Settings>,
    /// How the outside names the site: scheme, host and port.
    pub origin: Arc<str>,
    /// Whether visitors are told that there is no such clinic: in the demonstration, with people clearly fictional, and
    /// while the clinic's record is still the sample's.
    pub demo: bool,
}
