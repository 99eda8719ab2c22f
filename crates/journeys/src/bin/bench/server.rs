//! The binary under measure, with a clinic of the size that rivals were measured with.

use std::time::Duration;

use journeys::{Client, Medok, Served, Serving, Store};
use tempfile::TempDir;

use crate::engine::catalogue_csv;
use crate::figures::{Figures, Limit, Stopwatch, ms};

/// 20 practitioners, 60 days, 16 slots a day.
pub const PRACTITIONERS: usize = 20;

/// A running server and its clinic.
pub struct Server {
    /// The process.
    pub serving: Serving,
    /// What bookings need to know.
    pub clinic: Served,
    medok: Medok,
    _folder: TempDir,
}

impl Server {
    /// Makes a clinic on an empty store and serves it; none where the database is not there.
    pub async fn start(store: Store) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let medok = match store {
            Store::Sqlite => Medok::below(folder.path(), None)?,
            Store::Postgres => {
                Medok::below(folder.path(), Some(&store.fresh(folder.path()).await?))?
            }
        };
        let medok = medok.with("MEDOK_LOG", "warn");
        medok.set_up(&catalogue_csv(PRACTITIONERS));
        let serving = medok.serve().await;
        let clinic = serving.clinic().await;
        Some(Self {
            serving,
            clinic,
            medok,
            _folder: folder,
        })
    }
}

/// How long an outsider's check of all that was booked takes.
pub fn verify(server: Server, figures: &mut Figures, name: &str) {
    let Server {
        serving,
        medok,
        _folder,
        ..
    } = server;
    serving.stop();
    let watch = Stopwatch::start();
    let words = medok.run(&["journal", "verify"]);
    let took = watch.elapsed();
    let first = words.lines().next().unwrap_or_default();
    figures.put(
        name,
        "journal verify",
        format!("{:.2} s: {first}", took.as_secs_f64()),
        Limit::None,
    );
}

/// How soon a server is ready on an existing store, and what it keeps in memory when idle.
pub async fn start_up(figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(medok) = Medok::below(folder.path(), None) else {
        return;
    };
    medok.set_up(&catalogue_csv(PRACTITIONERS));
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let watch = Stopwatch::start();
        let serving = medok.serve().await;
        assert_eq!(
            Client::connect(serving.address)
                .await
                .get("/health/ready")
                .await
                .status,
            200
        );
        best = best.min(watch.elapsed());
        serving.stop();
    }
    figures.put(
        "start",
        "ready on an existing store, best of 5",
        format!("{:.0} ms", ms(best)),
        Limit::AtMost(ms(best), 300.0, "ms"),
    );
    let serving = medok.serve().await;
    assert_eq!(
        Client::connect(serving.address)
            .await
            .get("/api/v1/services")
            .await
            .status,
        200
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    let memory = serving.memory() as f64 / 1e6;
    figures.put(
        "start",
        "resident memory when idle",
        format!("{memory:.1} MB"),
        Limit::AtMost(memory, 50.0, "MB"),
    );
    serving.stop();
}
