//! A statement that counts, put together for either database with its values bound.

use kernel::{BranchId, Fault};
use platform::database::Dialect;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, Value};

/// A statement on its way.
pub(super) struct Counting<'a> {
    db: &'a DatabaseConnection,
    dialect: Dialect,
    text: String,
    values: Vec<Value>,
}

impl<'a> Counting<'a> {
    pub(super) fn new(db: &'a DatabaseConnection) -> Self {
        Self {
            db,
            dialect: Dialect::of(db.get_database_backend()),
            text: String::new(),
            values: Vec::new(),
        }
    }

    /// Adds words.
    pub(super) fn say(mut self, words: &str) -> Self {
        self.text.push_str(words);
        self.text.push(' ');
        self
    }

    /// Adds a value.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let place = self.dialect.bound(self.values.len());
        self.say(&place)
    }

    /// Adds `column >= from AND column < until`.
    pub(super) fn between(self, column: &str, from: i64, until: i64) -> Self {
        self.say(column)
            .say(">=")
            .bind(from)
            .say("AND")
            .say(column)
            .say("<")
            .bind(until)
    }

    /// Adds `branch IN (…)`.
    pub(super) fn at(mut self, branches: &[BranchId]) -> Self {
        self = self.say("branch IN (");
        for (nth, branch) in branches.iter().enumerate() {
            self = self
                .say(if nth == 0 { "" } else { "," })
                .bind(branch.uuid());
        }
        self.say(")")
    }

    /// Asks.
    pub(super) async fn rows(self) -> Result<Vec<QueryResult>, Fault> {
        let backend = self.db.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, self.text, self.values);
        Ok(self.db.query_all_raw(statement).await?)
    }
}

/// A number that the database counted.
pub(super) fn number(row: &QueryResult, column: &str) -> Result<u64, Fault> {
    let number: i64 = row.try_get("", column)?;
    Ok(u64::try_from(number).unwrap_or_default())
}
