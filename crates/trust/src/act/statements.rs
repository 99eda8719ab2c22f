//! The statements of one act. Every answer of the database passes here, so that an act which met
//! trouble cannot go on writing outside its transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use kernel::Fault;
use platform::database::Dialect;
use platform::database::dialect::Trouble;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};

/// The trouble an act met; a higher one covers a lower.
const NONE: u8 = 0;
const BROKEN: u8 = 1;
const UNAVAILABLE: u8 = 2;
const CROSSED: u8 = 3;

/// A transaction as an act sees it.
#[derive(Clone)]
pub struct Statements {
    transaction: Arc<DatabaseTransaction>,
    dialect: Dialect,
    state: Arc<State>,
    /// Upkeep may change these tables only; an act any.
    only: Option<&'static [&'static str]>,
}

#[derive(Default)]
struct State {
    trouble: AtomicU8,
    writes: AtomicUsize,
}

impl Statements {
    pub(super) fn new(
        transaction: &Arc<DatabaseTransaction>,
        only: Option<&'static [&'static str]>,
    ) -> Self {
        Self {
            transaction: Arc::clone(transaction),
            dialect: Dialect::of(transaction.get_database_backend()),
            state: Arc::default(),
            only,
        }
    }

    /// Which kind of database it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether anything was written.
    pub(super) fn wrote(&self) -> bool {
        self.state.writes.load(Ordering::Relaxed) > 0
    }

    /// Whether the act crossed another and may be run again.
    pub(super) fn crossed(&self) -> bool {
        self.state.trouble.load(Ordering::Relaxed) == CROSSED
    }

    /// Whether the database could not serve.
    pub(super) fn unavailable(&self) -> bool {
        self.state.trouble.load(Ordering::Relaxed) >= UNAVAILABLE
    }

    /// Fails if any statement met trouble, even if the verb overlooked it.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match self.state.trouble.load(Ordering::Relaxed) {
            NONE => Ok(()),
            BROKEN => Err(Fault::broken("a statement of the act failed")),
            _ => Err(Fault::unavailable("the database could not serve the act")),
        }
    }

    fn gate(&self, statement: &str) -> Result<(), DbErr> {
        if self.state.trouble.load(Ordering::Relaxed) != NONE {
            return Err(DbErr::Custom("the act has already failed".into()));
        }
        let Some(tables) = self.only else {
            return Ok(());
        };
        match written_table(statement) {
            Some(table) if !tables.contains(&table) => Err(DbErr::Custom(format!(
                "upkeep may not write the table {table}"
            ))),
            _ => Ok(()),
        }
    }

    fn heed<T>(&self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &answer {
            let trouble = match self.dialect.trouble(error) {
                Trouble::Crossed => CROSSED,
                // PostgreSQL gives the transaction up at any error; on both, a key that a verb did not
                // expect to exist means two acts raced for it, and the second run will see the first.
                Trouble::Exists => CROSSED,
                Trouble::Unavailable => UNAVAILABLE,
                Trouble::Broken => BROKEN,
            };
            self.state.trouble.fetch_max(trouble, Ordering::Relaxed);
        }
        answer
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Statements {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.gate(&statement.sql)?;
        self.state.writes.fetch_add(1, Ordering::Relaxed);
        self.heed(self.transaction.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.gate(sql)?;
        self.state.writes.fetch_add(1, Ordering::Relaxed);
        self.heed(self.transaction.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.gate(&statement.sql)?;
        self.heed(self.transaction.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.gate(&statement.sql)?;
        self.heed(self.transaction.query_all_raw(statement).await)
    }
}

/// The table that a statement writes, if it writes one.
fn written_table(statement: &str) -> Option<&str> {
    let mut words = statement.split_ascii_whitespace();
    let first = words.next()?;
    let table = match first.to_ascii_uppercase().as_str() {
        "INSERT" | "DELETE" => words.nth(1)?,
        "UPDATE" => words.next()?,
        "SELECT" | "SAVEPOINT" | "RELEASE" | "ROLLBACK" => return None,
        _ => first,
    };
    Some(table.split('(').next().unwrap_or(table).trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_table_is_read_from_the_statement() {
        for (statement, table) in [
            (r#"INSERT INTO "job" ("id") VALUES (?)"#, Some("job")),
            ("insert into job(id) values (1)", Some("job")),
            (r#"UPDATE "person_key" SET kek = 1"#, Some("person_key")),
            ("DELETE FROM consent", Some("consent")),
            ("SELECT 1 FROM person_key", None),
            ("DROP TABLE person_key", Some("DROP")),
            ("WITH x AS (SELECT 1) DELETE FROM person", Some("WITH")),
        ] {
            assert_eq!(written_table(statement), table, "{statement}");
        }
    }
}
