//! Pools. SQLite: one connection that writes, a few that only read. PostgreSQL: a pool whose
//! transactions are SERIALIZABLE for acts, and a small READ COMMITTED one for reads and upkeep.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kernel::Fault;
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Dialect;
use super::log::Keeper;

/// How long a statement of SQLite waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(2);
/// How long an act waits for a connection of the pool before it answers 503.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Readers on SQLite.
const READERS: u32 = 4;

/// An open database.
#[derive(Clone, Debug)]
pub struct Database {
    dialect: Dialect,
    acts: DatabaseConnection,
    reads: DatabaseConnection,
    file: Option<PathBuf>,
    log: Option<Keeper>,
}

impl Database {
    /// Connects to `sqlite:PATH` (made if absent) or `postgres://…`. `connections` is the number of
    /// acts that PostgreSQL runs side by side; SQLite has one writer whatever it says.
    ///
    /// # Errors
    /// The address is malformed or the database does not answer; the text says what to do.
    pub async fn connect(url: &str, connections: u16) -> Result<Self, Fault> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await,
            None => Self::postgres(url, connections).await,
        }
    }

    async fn sqlite(path: &Path) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256)
            // A list of a day comes over whole: its reader is not waited for row by row.
            .row_buffer_size(1024)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-8192")
            // Where the log grows faster than it is brought over beside the acts (`log.rs`).
            .pragma("wal_autocheckpoint", "16000");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.clone())
            .await
            .map_err(|error| {
                Fault::from(error).during(&format!(
                    "opening {}: check that its folder exists and is writable",
                    path.display()
                ))
            })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.pragma("query_only", "true"))
            .await?;
        let log = Keeper::begin(readers.clone());
        Ok(Self {
            dialect: Dialect::Sqlite,
            acts: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            reads: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
            file: Some(path.to_owned()),
            log: Some(log),
        })
    }

    async fn postgres(url: &str, connections: u16) -> Result<Self, Fault> {
        let options: PgConnectOptions = url.parse().map_err(|_| {
            Fault::broken("setting `database_url` is not an address; write it like postgres://user:password@host/name")
        })?;
        let options = options.application_name("medok").options([
            ("timezone", "UTC"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "60s"),
        ]);
        let pool = |size: u32| {
            PgPoolOptions::new()
                .max_connections(size)
                .test_before_acquire(false)
                .acquire_timeout(ACQUIRE)
        };
        let serializable = options
            .clone()
            .options([("default_transaction_isolation", "serializable")]);
        let acts = pool(u32::from(connections))
            .connect_with(serializable)
            .await
            .map_err(|error| {
                Fault::from(error).during(
                    "connecting to PostgreSQL: check that it runs and that `database_url` is right",
                )
            })?;
        let reads = pool(6).connect_with(options).await?;
        Ok(Self {
            dialect: Dialect::Postgres,
            acts: SqlxPostgresConnector::from_sqlx_postgres_pool(acts),
            reads: SqlxPostgresConnector::from_sqlx_postgres_pool(reads),
            file: None,
            log: None,
        })
    }

    /// Which kind it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Where acts run: the writer of SQLite, the SERIALIZABLE pool of PostgreSQL. Only `trust` begins transactions on it.
    #[must_use]
    pub const fn acts(&self) -> &DatabaseConnection {
        &self.acts
    }

    /// Where rows without personal data are read; on PostgreSQL upkeep runs here too.
    #[must_use]
    pub const fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// The file of SQLite.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Closes all connections; waits for those in use.
    ///
    /// # Errors
    /// A connection could not be closed.
    pub async fn close(self) -> Result<(), Fault> {
        drop(self.log);
        self.reads.close().await?;
        self.acts.close().await?;
        Ok(())
    }
}
