//! Acts on SQLite: one writer runs them one after another, each in a savepoint, and commits together
//! those that wait. One fsync serves many; no answer leaves before it.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Fault, Outcome, Scope, Stop};
use platform::database::Database;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use super::memo::Memo;
use super::perform::{Performed, perform};
use super::{Kept, Learned, Pending, Statements, Upkeep, Verb};
use crate::{House, journal};

/// Acts in one commit at most.
const BATCH: usize = 128;
/// Acts that may wait for the writer; more answer 503 at once.
const QUEUE: usize = 4096;

/// Opens the savepoint of the batch's first act.
const FIRST: &str = "SAVEPOINT act";
/// Keeps an act and opens the savepoint of the next.
pub(super) const NEXT: &str = "RELEASE act;SAVEPOINT act";
/// Undoes an act; its savepoint stays and is the next one's.
const UNDO: &str = "ROLLBACK TO act";

/// The door to the writer's task.
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Errand>>,
}

/// Something the writer runs inside the shared transaction and answers after its commit.
trait Errand: Send {
    fn tables(&self) -> Option<&'static [&'static str]>;
    fn run(&mut self, db: Statements) -> BoxFuture<'_, Verdict>;
    fn answer(self: Box<Self>, committed: Result<(), Fault>);
}

/// Whether the savepoint stays.
enum Verdict {
    Keep(Kept),
    Drop,
}

impl Writer {
    /// Makes the door; [`serve`](Self::serve) opens it once the house stands.
    pub(crate) fn new() -> (Self, Waiting) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        (Self { queue }, Waiting(waiting))
    }

    pub(super) async fn act<T, R, V>(
        &self,
        house: &Arc<House>,
        _name: &'static str,
        scope: Scope,
        verb: V,
    ) -> Outcome<T, R>
    where
        T: Send + 'static,
        R: Send + 'static,
        V: Verb<T, R>,
    {
        let (reply, answer) = oneshot::channel();
        let errand = ActErrand {
            house: Arc::clone(house),
            scope,
            verb,
            outcome: None,
            reply,
        };
        self.send(Box::new(errand))?;
        answer
            .await
            .unwrap_or_else(|_| Err(Stop::Fault(Fault::unavailable("the writer has stopped"))))
    }

    pub(super) async fn upkeep<T: Send + 'static>(&self, upkeep: Upkeep<T>) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(UpkeepErrand {
            upkeep,
            outcome: None,
            reply,
        }))?;
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::unavailable("the writer has stopped")))
    }

    fn send(&self, errand: Box<dyn Errand>) -> Result<(), Fault> {
        self.queue.try_send(errand).map_err(|error| {
            Fault::unavailable(match error {
                mpsc::error::TrySendError::Full(_) => "too many acts wait for the writer",
                mpsc::error::TrySendError::Closed(_) => "the writer has stopped",
            })
        })
    }
}

/// Acts on their way to the writer.
pub(crate) struct Waiting(mpsc::Receiver<Box<dyn Errand>>);

impl Waiting {
    /// Runs acts on a thread of their own until the house is gone: among requests the writer would wait for its turn
    /// at each statement, and everybody waits for the writer.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn start(self, house: std::sync::Weak<House>) -> Result<(), Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Fault::broken(format!("the writer's runtime: {error}")))?;
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || runtime.block_on(self.serve(house)))
            .map_err(|error| Fault::broken(format!("the writer's thread: {error}")))?;
        Ok(())
    }

    async fn serve(mut self, house: std::sync::Weak<House>) {
        let mut left = VecDeque::new();
        loop {
            if left.is_empty() {
                match self.0.recv().await {
                    Some(errand) => left.push_back(errand),
                    None => return,
                }
            }
            let Some(house) = house.upgrade() else { return };
            let batch = Batch {
                house: &house,
                queue: &mut self.0,
                left: &mut left,
            };
            // Verbs' panics are caught act by act. One of our own ends its batch, whose callers hear that nothing was
            // done (their transaction falls with it), and the next batch begins.
            if AssertUnwindSafe(batch.run()).catch_unwind().await.is_err() {
                tracing::error!("a batch was given up: the writer panicked");
            }
        }
    }
}

struct Batch<'a> {
    house: &'a Arc<House>,
    queue: &'a mut mpsc::Receiver<Box<dyn Errand>>,
    left: &'a mut VecDeque<Box<dyn Errand>>,
}

impl Batch<'_> {
    fn next(&mut self) -> Option<Box<dyn Errand>> {
        self.left.pop_front().or_else(|| self.queue.try_recv().ok())
    }

    async fn run(mut self) {
        let database = &self.house.database;
        let transaction = match begin(database).await {
            Ok(transaction) => Arc::new(transaction),
            Err(error) => {
                let fault = Fault::from(error);
                while let Some(errand) = self.next() {
                    errand.answer(Err(Fault::unavailable(format!("beginning: {fault}"))));
                }
                return;
            }
        };
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        let mut pending = Vec::new();
        let mut learned = Learned::default();
        let mut gone = None;
        let memo = Arc::new(Memo::default());
        while kept.len() + dropped.len() < BATCH {
            let Some(mut errand) = self.next() else { break };
            match one(&transaction, &memo, errand.as_mut()).await {
                Ok(Verdict::Keep(of_act)) => {
                    let begun = of_act.pending.iter().flat_map(|record| record.begun());
                    memo.begin(begun);
                    pending.extend(of_act.pending.map(|record| *record));
                    learned.extend(of_act.learned);
                    kept.push(errand);
                }
                Ok(Verdict::Drop) => dropped.push(errand),
                // The transaction itself is gone (SQLite gave it up): nobody's work stays.
                Err(fault) => {
                    kept.push(errand);
                    gone = Some(fault);
                    break;
                }
            }
        }
        let committed = match gone {
            Some(fault) => {
                // Before the connection is asked for again below: the pool has this one alone.
                drop(transaction);
                Err(fault)
            }
            None => commit(self.house, transaction, pending).await,
        };
        if committed.is_ok() {
            self.house.learn(learned);
        }
        for errand in dropped {
            errand.answer(Ok(()));
        }
        if let Err(fault) = &committed {
            tracing::error!(acts = kept.len(), "a batch was given up: {fault}");
            // What SeaORM's own rollback may have missed; an error here means there is nothing to roll back.
            let _ = database.acts().execute_unprepared("ROLLBACK").await;
        }
        for errand in kept {
            errand.answer(
                committed
                    .as_ref()
                    .map_err(|fault| Fault::unavailable(fault.to_string()))
                    .copied(),
            );
        }
    }
}

async fn begin(database: &Database) -> Result<DatabaseTransaction, DbErr> {
    let transaction = database
        .acts()
        .begin_with_options(database.dialect().begin())
        .await?;
    transaction.execute_unprepared(FIRST).await?;
    Ok(transaction)
}

/// Runs one errand in the open savepoint. `Err`: the whole transaction is gone.
async fn one(
    transaction: &Arc<DatabaseTransaction>,
    memo: &Arc<Memo>,
    errand: &mut dyn Errand,
) -> Result<Verdict, Fault> {
    let statements = Statements::new(transaction, errand.tables()).with(memo);
    let verdict = errand.run(statements.clone()).await;
    if matches!(verdict, Verdict::Drop) && statements.dirty() {
        transaction.execute_unprepared(UNDO).await?;
        memo.undone();
    }
    Ok(verdict)
}

/// Numbers the entries of the batch, writes them, commits, and only then moves the tree on.
async fn commit(
    house: &House,
    transaction: Arc<DatabaseTransaction>,
    pending: Vec<Pending>,
) -> Result<(), Fault> {
    let statements = Statements::new(&transaction, None);
    let tree = journal::write::numbered(house, &statements, pending).await?;
    statements.send("").await?;
    drop(statements);
    let transaction = Arc::into_inner(transaction)
        .ok_or_else(|| Fault::broken("an act kept its transaction past its end"))?;
    transaction
        .commit()
        .await
        .map_err(|error| Fault::from(error).during("committing"))?;
    house.journal.grown(tree);
    house.committed();
    Ok(())
}

struct ActErrand<T, R, V> {
    house: Arc<House>,
    scope: Scope,
    verb: V,
    outcome: Option<Outcome<T, R>>,
    reply: oneshot::Sender<Outcome<T, R>>,
}

impl<T, R, V> Errand for ActErrand<T, R, V>
where
    T: Send + 'static,
    R: Send + 'static,
    V: Verb<T, R>,
{
    fn tables(&self) -> Option<&'static [&'static str]> {
        None
    }

    fn run(&mut self, db: Statements) -> BoxFuture<'_, Verdict> {
        Box::pin(async move {
            match perform(&self.house, db, self.scope, &self.verb).await {
                Performed::Keep(value, kept) => {
                    self.outcome = Some(Ok(value));
                    Verdict::Keep(kept)
                }
                Performed::Drop(stop) => {
                    self.outcome = Some(Err(stop));
                    Verdict::Drop
                }
            }
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Stop::Fault(Fault::broken("an act was not run"))),
            (Err(fault), _) => Err(Stop::Fault(fault)),
        };
        // Whoever asked may have left; the act is done all the same.
        let _ = self.reply.send(outcome);
    }
}

struct UpkeepErrand<T> {
    upkeep: Upkeep<T>,
    outcome: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, Fault>>,
}

impl<T: Send + 'static> Errand for UpkeepErrand<T> {
    fn tables(&self) -> Option<&'static [&'static str]> {
        Some(self.upkeep.tables())
    }

    fn run(&mut self, db: Statements) -> BoxFuture<'_, Verdict> {
        Box::pin(async move {
            let outcome = self.upkeep.run(db).await;
            let verdict = if outcome.is_ok() {
                Verdict::Keep(Kept {
                    pending: None,
                    learned: Learned::default(),
                })
            } else {
                Verdict::Drop
            };
            self.outcome = Some(outcome);
            verdict
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Fault::broken("upkeep was not run")),
            (Err(fault), _) => Err(fault),
        };
        let _ = self.reply.send(outcome);
    }
}
