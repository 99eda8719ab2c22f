//! Upkeep: the only transactions that are not acts. They may write a closed list of tables, none of
//! which holds personal data.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::Fault;
use sea_orm::TransactionTrait;

use super::Statements;

/// Sessions' last use, the browsers they are in, failed attempts, challenges that wait for an answer, leases of jobs, the state
/// of the tree, answers past their day, what stands beside the boxes, logs of changes, what another system's files gave when
/// last read.
const TABLES: [&str; 17] = [
    "session",
    "device",
    "sign_in_failure",
    "ceremony",
    "job",
    "journal_entry",
    "journal_pending",
    "journal_tile",
    "journal_tree",
    "journal_checkpoint",
    "idempotency",
    "consent_terms",
    "busy_change",
    "claim",
    "busy",
    "hold",
    "external_reading",
];

type Work<T> = Box<dyn for<'a> Fn(&'a Statements) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync>;

/// One piece of upkeep.
pub struct Upkeep<T> {
    name: &'static str,
    work: Work<T>,
}

impl<T> Upkeep<T> {
    pub(super) const fn tables(&self) -> &'static [&'static str] {
        &TABLES
    }

    pub(super) async fn run(&self, db: Statements) -> Result<T, Fault> {
        let done = AssertUnwindSafe((self.work)(&db)).catch_unwind().await;
        let value = done.unwrap_or_else(|_| Err(Fault::unavailable("upkeep panicked")));
        let value = value.map_err(|fault| fault.during(self.name))?;
        db.check().map_err(|fault| fault.during(self.name))?;
        let sent = match db.keep().await {
            Ok(()) => db.send("").await,
            Err(error) => Err(error),
        };
        sent.map_err(|error| Fault::from(error).during(self.name))?;
        Ok(value)
    }
}

impl crate::Trust {
    /// Runs upkeep in a transaction of its own.
    ///
    /// # Errors
    /// The database's, or a write outside the closed list of tables; then nothing was done.
    pub async fn upkeep<T, W>(&self, name: &'static str, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a Statements) -> BoxFuture<'a, Result<T, Fault>> + Send + Sync + 'static,
    {
        let upkeep = Upkeep {
            name,
            work: Box::new(work),
        };
        if let Some(writer) = &self.0.writer {
            return writer.upkeep(upkeep).await;
        }
        let transaction = Arc::new(self.0.database.reads().begin().await?);
        let value = upkeep
            .run(Statements::new(&transaction, Some(upkeep.tables())))
            .await?;
        let transaction = Arc::into_inner(transaction)
            .ok_or_else(|| Fault::broken("upkeep kept its transaction past its end"))?;
        transaction.commit().await?;
        Ok(value)
    }
}
