//! Asking the house to stop: one says so, many hear it.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Who may ask to stop.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<watch::Sender<bool>>);

/// Who hears it.
#[derive(Clone, Debug)]
pub struct Stop {
    heard: watch::Receiver<bool>,
    stopper: Stopper,
}

impl Stopper {
    /// Asks to stop. Asking twice is fine.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// A pair: the one who asks, and one who hears.
    #[must_use]
    pub fn pair() -> (Stopper, Self) {
        let (said, heard) = watch::channel(false);
        let stopper = Stopper(Arc::new(said));
        (stopper.clone(), Self { heard, stopper })
    }

    /// Ends when somebody asked.
    pub async fn asked(&self) {
        // The other half lives in `self`, so this ends by being asked only.
        let _ = self.heard.clone().wait_for(|asked| *asked).await;
    }

    /// Whoever hears may also ask: a part that cannot go on stops the rest.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }
}

/// Stops on SIGTERM and SIGINT. A second one ends the process at once: the store stands any end.
///
/// # Errors
/// The system takes no handler.
pub(super) fn on_signals() -> io::Result<Stop> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let (stopper, stop) = Stop::pair();
    tokio::spawn(async move {
        let mut asked_before = false;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if asked_before {
                tracing::warn!("asked a second time: ending at once");
                std::process::exit(1);
            }
            asked_before = true;
            stopper.stop();
        }
    });
    Ok(stop)
}
