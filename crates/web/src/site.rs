//! What every handler may ask for.

use std::sync::Arc;

use clinic::booking::Booking;
use clinic::booking::desk::Live;
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
    /// What happens at the desk, as it happens; nothing where nobody serves.
    pub live: Option<Live>,
    /// Tells streams that the house closes.
    pub closing: Closing,
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

/// Whether the house closes: streams end then, so that nobody is waited for.
#[derive(Clone, Debug)]
pub struct Closing(tokio::sync::watch::Sender<bool>);

impl Default for Closing {
    fn default() -> Self {
        Self(tokio::sync::watch::Sender::new(false))
    }
}

impl Closing {
    /// Says that it does.
    pub fn announce(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it does.
    pub async fn announced(&self) {
        // The sender is held by ourselves: waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|closing| *closing).await;
    }
}
