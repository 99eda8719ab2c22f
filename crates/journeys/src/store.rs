//! Where a story's clinic keeps its rows: a file of its own, or a database of its own on the tests' server.

use sqlx::{Connection, Executor, PgConnection};

/// The variable that names the tests' PostgreSQL; `cargo xtask test` sets it.
pub const POSTGRES: &str = "MEDOK_TEST_POSTGRES";

/// A kind of database to tell a story on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// A file in the story's folder.
    Sqlite,
    /// A fresh database on the tests' server.
    Postgres,
}

impl Store {
    /// The address of a new, empty database; none where there is no server, which is said aloud.
    pub async fn fresh(self, folder: &std::path::Path) -> Option<String> {
        match self {
            Self::Sqlite => Some(format!("sqlite:{}", folder.join("medok.db").display())),
            Self::Postgres => {
                let Ok(server) = std::env::var(POSTGRES) else {
                    eprintln!(
                        "SKIPPED on PostgreSQL: {POSTGRES} is not set; run `cargo xtask test`"
                    );
                    return None;
                };
                let name = format!("journey_{}", kernel::entropy::random_id().simple());
                let mut connection = PgConnection::connect(&server)
                    .await
                    .expect("the tests' PostgreSQL answers");
                connection
                    .execute(sqlx::AssertSqlSafe(format!(
                        "CREATE DATABASE {name} TEMPLATE template0"
                    )))
                    .await
                    .expect("a database can be made");
                let (base, _) = server
                    .rsplit_once('/')
                    .expect("the address names a database");
                Some(format!("{base}/{name}"))
            }
        }
    }
}

/// Tells a story once a database: `on_both!(name, |clinic| async move { … })`, or with options for the clinic
/// between the two.
#[macro_export]
macro_rules! on_both {
    ($name:ident, $story:expr) => {
        $crate::on_both!($name, $crate::ClinicOptions::default(), $story);
    };
    ($name:ident, $options:expr, $story:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "a story may need nothing of its file")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let clinic = $crate::TestClinic::open_with($crate::Store::Sqlite, $options)
                    .await
                    .expect("a file can always be made");
                ($story)(clinic).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let clinic = $crate::TestClinic::open_with($crate::Store::Postgres, $options).await;
                if let Some(clinic) = clinic {
                    ($story)(clinic).await;
                }
            }
        }
    };
}
