//! The shape of the store: plain SQL, in order, the same for both databases but for the words in braces.
//!
//! *Invariant*: a migration that has landed is never edited; a change is a new one, made so that the
//! release before it still runs on the result (expand, then contract).

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend};

/// Brings a store's tables up to date.
///
/// # Errors
/// The database's; what was applied stays applied.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(db, None).await
}

/// Names of the migrations that a store lacks, in order.
///
/// # Errors
/// The database's.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(pending
        .into_iter()
        .map(|migration| migration.name().to_owned())
        .collect())
}

/// All migrations.
struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Plain {
                name: "m0001_trust",
                sql: include_str!("sql/m0001_trust.sql"),
            }),
            Box::new(Plain {
                name: "m0002_booking",
                sql: include_str!("sql/m0002_booking.sql"),
            }),
            Box::new(Plain {
                name: "m0003_withdrawn",
                sql: include_str!("sql/m0003_withdrawn.sql"),
            }),
            Box::new(Plain {
                name: "m0004_public",
                sql: include_str!("sql/m0004_public.sql"),
            }),
            Box::new(Plain {
                name: "m0005_receipts",
                sql: include_str!("sql/m0005_receipts.sql"),
            }),
            Box::new(Plain {
                name: "m0006_staff",
                sql: include_str!("sql/m0006_staff.sql"),
            }),
            Box::new(Plain {
                name: "m0007_desk",
                sql: include_str!("sql/m0007_desk.sql"),
            }),
            Box::new(Plain {
                name: "m0008_people",
                sql: include_str!("sql/m0008_people.sql"),
            }),
            Box::new(Plain {
                name: "m0009_house",
                sql: include_str!("sql/m0009_house.sql"),
            }),
            Box::new(Plain {
                name: "m0010_passkeys",
                sql: include_str!("sql/m0010_passkeys.sql"),
            }),
            Box::new(Plain {
                name: "m0011_beside",
                sql: include_str!("sql/m0011_beside.sql"),
            }),
            Box::new(Plain {
                name: "m0012_representation",
                sql: include_str!("sql/m0012_representation.sql"),
            }),
        ]
    }
}

struct Plain {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Plain {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Plain {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&spell(self.sql, connection.get_database_backend()))
            .await?;
        Ok(())
    }
}

/// Puts each database's own words in: `{text}` compares by code point, `{blob}` holds bytes,
/// `{serial}` numbers rows, `{transaction}` is the number of the writing transaction where commits
/// are not in order, `{clustered}` keeps the rows in the order of their key.
fn spell(sql: &str, backend: DbBackend) -> String {
    let words = match backend {
        DbBackend::Postgres => [
            ("{text}", "text COLLATE \"C\""),
            ("{blob}", "bytea"),
            ("{serial}", "bigserial PRIMARY KEY"),
            (
                "{transaction}",
                "bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)",
            ),
            ("{clustered}", ""),
        ],
        _ => [
            ("{text}", "text"),
            ("{blob}", "blob"),
            ("{serial}", "integer PRIMARY KEY AUTOINCREMENT"),
            ("{transaction}", "bigint NOT NULL DEFAULT 0"),
            ("{clustered}", "WITHOUT ROWID"),
        ],
    };
    words.iter().fold(sql.to_owned(), |sql, (word, spelling)| {
        sql.replace(word, spelling)
    })
}
