//! Everything in which SQLite and PostgreSQL differ.

use sea_orm::{DbBackend, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions};

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded: one writer, a file.
    Sqlite,
    /// A server: acts side by side.
    Postgres,
}

/// What an error of the database means to an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A unique key exists already: an answer, not a fault, where a verb expects it.
    Exists,
    /// Two acts crossed; the same act may succeed when run again (SQLSTATE 40001, 40P01).
    Crossed,
    /// Locked, full, gone: nothing was done and the client may try again.
    Unavailable,
    /// A defect.
    Broken,
}

impl Dialect {
    /// The kind behind a SeaORM connection.
    ///
    /// # Panics
    /// MySQL is compiled out.
    #[must_use]
    pub fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Sqlite => Self::Sqlite,
            DbBackend::Postgres => Self::Postgres,
            _ => unreachable!("only SQLite and PostgreSQL are compiled in"),
        }
    }

    /// How a transaction that will write begins. SQLite takes its write lock at once, so that it cannot
    /// fail half-way; PostgreSQL's isolation is a property of the pool.
    #[must_use]
    pub fn begin(self) -> TransactionOptions {
        let mode = (self == Self::Sqlite).then_some(SqliteTransactionMode::Immediate);
        TransactionOptions {
            sqlite_transaction_mode: mode,
            ..TransactionOptions::default()
        }
    }

    /// What makes all reads of a transaction see one state, as its first statement. SQLite's do by themselves.
    #[must_use]
    pub const fn one_state(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
        }
    }

    /// Waits for the writers of a table and lets no other in until the transaction ends. As its first statement it
    /// makes the transaction see all they wrote. SQLite has one writer and needs nothing.
    #[must_use]
    pub fn hold(self, table: &str) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!("LOCK TABLE \"{table}\" IN SHARE MODE")),
        }
    }

    /// Ends a SELECT whose rows the transaction will change. SQLite has one writer and needs nothing.
    #[must_use]
    pub const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Whether a SELECT may pass over rows that another transaction has. SQLite has one writer and knows no such words.
    #[must_use]
    pub const fn skips_locked(self) -> bool {
        matches!(self, Self::Postgres)
    }

    /// The `number`-th bound value of a statement, counted from one.
    #[must_use]
    pub fn bound(self, number: usize) -> String {
        match self {
            Self::Sqlite => format!("?{number}"),
            Self::Postgres => format!("${number}"),
        }
    }

    /// The transaction from which on changes may still appear: rows of a change log with a smaller
    /// `transaction` are all visible. SQLite commits in order, so a log's own numbers suffice.
    #[must_use]
    pub const fn oldest_unfinished(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT CAST(0 AS bigint) AS oldest",
            Self::Postgres => {
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest"
            }
        }
    }

    /// Rows `(table_name, column_name, kind)` of all our tables, ordered; kind is the declared type.
    #[must_use]
    pub const fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS kind, c.pk > 0 AS in_key \
                 FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
            }
            Self::Postgres => {
                "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name, c.data_type::text AS kind, \
                 EXISTS (SELECT 1 FROM information_schema.table_constraints t \
                         JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) \
                         WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = 'public' \
                           AND t.table_name = c.table_name AND k.column_name = c.column_name) AS in_key \
                 FROM information_schema.columns c WHERE c.table_schema = 'public' \
                 ORDER BY c.table_name, c.ordinal_position"
            }
        }
    }

    /// Sets a generated number past those that a restore wrote; `None` where the database does so itself.
    #[must_use]
    pub fn continue_numbers(self, table: &str, column: &str) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), \
                 (SELECT coalesce(max(\"{column}\"), 0) + 1 FROM \"{table}\"), false)"
            )),
        }
    }

    /// What an error means to an act.
    #[must_use]
    pub fn trouble(self, error: &DbErr) -> Trouble {
        let (DbErr::Exec(runtime) | DbErr::Query(runtime) | DbErr::Conn(runtime)) = error else {
            return match error {
                DbErr::ConnectionAcquire(_) => Trouble::Unavailable,
                _ => Trouble::Broken,
            };
        };
        let RuntimeErr::SqlxError(error) = runtime else {
            return Trouble::Broken;
        };
        match error.as_ref() {
            sqlx::Error::Database(database) => {
                let code = database.code();
                self.code(code.as_deref().unwrap_or_default())
            }
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Trouble::Unavailable,
            _ => Trouble::Broken,
        }
    }

    fn code(self, code: &str) -> Trouble {
        match self {
            // https://sqlite.org/rescode.html: the low byte of an extended code is the primary one.
            Self::Sqlite => match code.parse::<u32>() {
                Ok(1555 | 2067) => Trouble::Exists,
                Ok(code) if matches!(code & 0xff, 5 | 6 | 8 | 9 | 10 | 13 | 14) => {
                    Trouble::Unavailable
                }
                _ => Trouble::Broken,
            },
            // https://www.postgresql.org/docs/current/errcodes-appendix.html
            Self::Postgres => match code {
                "23505" => Trouble::Exists,
                "40001" | "40P01" => Trouble::Crossed,
                "55P03" | "57014" => Trouble::Unavailable,
                _ if ["08", "53", "57P", "58"]
                    .iter()
                    .any(|class| code.starts_with(class)) =>
                {
                    Trouble::Unavailable
                }
                _ => Trouble::Broken,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, trouble) in [
            ("1555", Trouble::Exists),
            ("2067", Trouble::Exists),
            ("5", Trouble::Unavailable),
            ("517", Trouble::Unavailable),
            ("13", Trouble::Unavailable),
            ("778", Trouble::Unavailable),
            ("787", Trouble::Broken),
            ("1", Trouble::Broken),
        ] {
            assert_eq!(Dialect::Sqlite.code(code), trouble, "{code}");
        }
        for (code, trouble) in [
            ("23505", Trouble::Exists),
            ("40001", Trouble::Crossed),
            ("40P01", Trouble::Crossed),
            ("53100", Trouble::Unavailable),
            ("57P01", Trouble::Unavailable),
            ("08006", Trouble::Unavailable),
            ("23503", Trouble::Broken),
            ("42P01", Trouble::Broken),
        ] {
            assert_eq!(Dialect::Postgres.code(code), trouble, "{code}");
        }
    }
}
