//! SQLite's write-ahead log is brought over into its file beside the acts, not by the one that fills it: whoever books
//! does not wait until the pages of thousands before them are written a second time.

use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::task::JoinHandle;

/// How often: what so short a time leaves is brought over in milliseconds, and few who commit meet it.
const PAUSE: Duration = Duration::from_millis(250);

/// Brings the log over until the last clone of the database is gone.
#[derive(Clone, Debug)]
pub(super) struct Keeper(#[expect(dead_code, reason = "it is kept for its end")] Arc<Ending>);

#[derive(Debug)]
struct Ending(JoinHandle<()>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Keeper {
    /// Begins. `readers` change no row, which is no hindrance (SQLite, PRAGMA query_only).
    pub(super) fn begin(readers: SqlitePool) -> Self {
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                // Passive: it waits for nobody, and nobody for it. What it leaves is brought over the next time, or by the
                // writer itself once the log is long.
                let moved = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&readers);
                if let Err(error) = moved.await {
                    tracing::debug!("the write-ahead log was not brought over: {error}");
                }
            }
        });
        Self(Arc::new(Ending(task)))
    }
}
