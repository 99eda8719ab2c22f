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
use platform::identity::IdentityProvider;
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
    /// Whether that is for the sample's record alone: once the clinic wrote its own on screen, nobody is told so any more.
    pub sample: bool,
    /// The clinic's own provider of identities, where it has one.
    pub identity: Option<IdentityProvider>,
    /// The demonstration, where the house was started as one.
    pub demonstration: Option<Demonstration>,
}

/// A house that was started as a demonstration: its people sign in by links, and it can begin again.
#[derive(Clone)]
pub struct Demonstration(Option<Arc<dyn Fn() + Send + Sync>>);

impl Demonstration {
    /// One that begins again by this; none where its store is not to be emptied.
    #[must_use]
    pub fn new(reset: Option<Arc<dyn Fn() + Send + Sync>>) -> Self {
        Self(reset)
    }

    /// Whether it can begin again.
    pub(crate) fn resets(&self) -> bool {
        self.0.is_some()
    }

    /// Begins again: the house closes, is emptied and opens anew.
    pub(crate) fn reset(&self) {
        if let Some(reset) = &self.0 {
            reset();
        }
    }
}

impl Site {
    /// Whether visitors are told that there is no such clinic.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.demo && !(self.sample && self.texts.has_edited_record())
    }
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
