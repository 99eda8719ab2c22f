//! The statements of one act. Every answer of the database passes here, so that an act which met
//! trouble cannot go on writing outside its transaction.
//!
//! Writes that nobody waits for are gathered and sent together before the next statement that must be answered: each
//! journey to the connection's thread, or to PostgreSQL's process, and back costs more than the rows.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Fault;
use platform::database::Dialect;
use platform::database::dialect::Trouble;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    ExecResult, QueryResult, QueryTrait, Statement, StatementBuilder,
};
use uuid::Uuid;

use super::memo::Memo;
use super::together;

/// Rows of one insert at most.
const ROWS: usize = 1000;
/// Values that are sent together at most: PostgreSQL counts them in sixteen bits.
const VALUES: usize = 60_000;
/// Statements gathered at most.
const GATHERED: usize = 32;

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
    memo: Option<Arc<Memo>>,
    /// Upkeep may change these tables only; an act any.
    only: Option<&'static [&'static str]>,
}

#[derive(Default)]
struct State {
    trouble: AtomicU8,
    writes: AtomicUsize,
    gathered: Mutex<Vec<Statement>>,
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
            memo: None,
            only,
        }
    }

    pub(super) fn with(mut self, memo: &Arc<Memo>) -> Self {
        self.memo = Some(Arc::clone(memo));
        self
    }

    /// Asks a question of a table that seldom changes: once in a transaction, shared or an act's own. `question` tells it
    /// from others of the same table.
    ///
    /// # Errors
    /// Those of the answer.
    pub async fn seldom<T, A>(
        &self,
        table: &'static str,
        question: String,
        answer: A,
    ) -> Result<Arc<T>, Fault>
    where
        T: Send + Sync + 'static,
        A: Future<Output = Result<T, Fault>>,
    {
        let Some(memo) = &self.memo else {
            return Ok(Arc::new(answer.await?));
        };
        if let Some(known) = memo.get(table, &question) {
            return Ok(known);
        }
        let answer = Arc::new(answer.await?);
        memo.keep(table, question, Arc::<T>::clone(&answer));
        Ok(answer)
    }

    /// Whether a person's chain began earlier in this very transaction: its head is written at the end.
    pub(crate) fn has_begun(&self, chain: Uuid) -> bool {
        self.memo.as_ref().is_some_and(|memo| memo.has_begun(chain))
    }

    /// Which kind of database it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Inserts rows, whose order and keys are the caller's.
    ///
    /// # Errors
    /// The database's; it may come with a later statement of the act.
    pub async fn insert<M: ActiveModelTrait>(&self, mut rows: Vec<M>) -> Result<(), Fault> {
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(ROWS));
            self.write(&M::Entity::insert_many(rows).into_query())
                .await?;
            rows = rest;
        }
        Ok(())
    }

    /// Writes by a statement whose answer nobody needs. It may not rest on another write that is gathered with it: on
    /// PostgreSQL they see one state and none of each other's rows. Whatever does is executed as ever.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub async fn write(&self, statement: &impl StatementBuilder) -> Result<(), Fault> {
        let statement = self.get_database_backend().build(statement);
        self.gate(&statement.sql)?;
        self.state.writes.fetch_add(1, Ordering::Relaxed);
        let bound = |statement: &Statement| statement.values.as_ref().map_or(0, |all| all.0.len());
        let full = {
            let gathered = self.gathered();
            let values: usize = gathered.iter().map(bound).sum();
            gathered.len() >= GATHERED || values + bound(&statement) > VALUES
        };
        if full {
            self.send("").await?;
        }
        self.gathered().push(statement);
        Ok(())
    }

    /// Sends what was gathered, and `then` after it.
    pub(crate) async fn send(&self, then: &str) -> Result<(), DbErr> {
        let gathered = std::mem::take(&mut *self.gathered());
        if gathered.is_empty() && then.is_empty() {
            return Ok(());
        }
        let whole = match self.dialect {
            Dialect::Sqlite => together::as_text(gathered, then),
            Dialect::Postgres => together::as_one(gathered),
        };
        self.heed(self.transaction.execute_raw(whole).await)?;
        Ok(())
    }

    fn gathered(&self) -> MutexGuard<'_, Vec<Statement>> {
        // A list is whole between its calls, whoever panicked.
        self.state
            .gathered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the savepoint of the act has to be undone when the act is dropped.
    pub(super) fn dirty(&self) -> bool {
        self.wrote() || self.state.trouble.load(Ordering::Relaxed) != NONE
    }

    /// Sends the last of what an act gathered. In the shared transaction of SQLite its savepoint ends with it and the
    /// next act's begins; on PostgreSQL it goes with the act's record.
    pub(super) async fn keep(&self) -> Result<(), DbErr> {
        match self.dialect {
            Dialect::Sqlite if self.wrote() => self.send(super::writer::NEXT).await,
            _ => Ok(()),
        }
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
        let Some(table) = written_table(statement) else {
            return Ok(());
        };
        if let Some(memo) = &self.memo {
            memo.written(table);
        }
        match self.only {
            Some(tables) if !tables.contains(&table) => Err(DbErr::Custom(format!(
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
        self.send("").await?;
        self.state.writes.fetch_add(1, Ordering::Relaxed);
        self.heed(self.transaction.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.gate(sql)?;
        self.send("").await?;
        self.state.writes.fetch_add(1, Ordering::Relaxed);
        self.heed(self.transaction.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.gate(&statement.sql)?;
        self.send("").await?;
        self.heed(self.transaction.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.gate(&statement.sql)?;
        self.send("").await?;
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
