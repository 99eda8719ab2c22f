//! The worker: leases jobs that are due, runs each as an act, retries with growing pauses, buries those
//! that fail eight times. A lease that its worker did not live to end runs out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use kernel::{Actor, Fault, JobId, Moment, Purpose, Scope, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::table::job;
use super::{Done, JobLook, JobVerb, state};
use crate::Trust;
use crate::act::Statements;

/// Jobs leased at once and run side by side: on SQLite they share a commit.
const BATCH: u64 = 16;
/// Tries after the first that a job gets in company; then it is leased alone, so that one that ends the process does
/// not use up its neighbours' tries.
const TRUSTED_TRIES: i32 = 1;
/// Tries after which a job is buried. A try counts when it is leased, so that a job that ends its process counts too.
const ATTEMPTS: i32 = 8;
/// How long the worker sleeps when nothing is due.
const PAUSE: Duration = Duration::from_millis(500);

/// How long it sleeps between rounds: jobs wait for nobody, and must not crowd out those who wait for an answer.
const BREATH: Duration = Duration::from_millis(100);

/// Who does the jobs of one kind.
#[derive(Clone)]
pub enum Handler {
    /// One act that also ends the job.
    Act(JobVerb),
    /// The same, if a look outside the act, one for all that are leased together, says that there may be something to do.
    ActIf(JobLook, JobVerb),
    /// Longer work of several acts, each idempotent; the job is ended after it.
    Long(fn(Trust, Uuid) -> BoxFuture<'static, Result<(), Fault>>),
}

/// What a round of the worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Jobs done.
    pub done: u64,
    /// Jobs that failed and wait for another try.
    pub failed: u64,
    /// Jobs given up.
    pub buried: u64,
}

impl Trust {
    /// Runs jobs until the house closes. Long ones have a round of their own, and nobody waits for them.
    pub async fn keep_working(self, handlers: Arc<BTreeMap<&'static str, Handler>>) {
        tokio::join!(
            self.keep_round(Round::Acts, &handlers),
            self.keep_round(Round::Long, &handlers)
        );
    }

    async fn keep_round(&self, round: Round, handlers: &BTreeMap<&'static str, Handler>) {
        loop {
            match self.work_round(round, handlers).await {
                Ok(Worked {
                    done: 0,
                    failed: 0,
                    buried: 0,
                }) => tokio::time::sleep(PAUSE).await,
                Ok(_) => tokio::time::sleep(BREATH).await,
                Err(fault) => {
                    tracing::error!("the queue: {fault}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Runs the jobs that are due now, once.
    ///
    /// # Errors
    /// The queue cannot be read. A job's own failure is in its row.
    pub async fn work_once(
        &self,
        handlers: &BTreeMap<&'static str, Handler>,
    ) -> Result<Worked, Fault> {
        let acts = self.work_round(Round::Acts, handlers).await?;
        let long = self.work_round(Round::Long, handlers).await?;
        Ok(Worked {
            done: acts.done + long.done,
            failed: acts.failed + long.failed,
            buried: acts.buried + long.buried,
        })
    }

    async fn work_round(
        &self,
        round: Round,
        handlers: &BTreeMap<&'static str, Handler>,
    ) -> Result<Worked, Fault> {
        let mut worked = Worked::default();
        let long: Vec<&'static str> = handlers
            .iter()
            .filter(|(_, handler)| matches!(handler, Handler::Long(_)))
            .map(|(kind, _)| *kind)
            .collect();
        let jobs = self.lease(round, &long).await?;
        let looked = self.looked(&jobs, handlers).await;
        let running = jobs
            .iter()
            .map(|job| self.work(job, handlers.get(job.kind.as_str()), &looked));
        let (mut over, mut trouble) = (Vec::new(), None);
        for (job, ended) in jobs.iter().zip(join_all(running).await) {
            match ended {
                Ok(Ended::Gone) => worked.done += 1,
                Ok(Ended::Over) => {
                    worked.done += 1;
                    over.push(job);
                }
                Err(fault) => {
                    tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, "a job failed: {fault}");
                    match self.failed(job, &fault).await {
                        Ok(true) => worked.buried += 1,
                        Ok(false) => worked.failed += 1,
                        Err(fault) => trouble = Some(fault),
                    }
                }
            }
        }
        self.take_off(&over).await?;
        metrics::counter!("medok_jobs_done_total").increment(worked.done);
        metrics::counter!("medok_jobs_buried_total").increment(worked.buried);
        trouble.map_or(Ok(worked), Err)
    }

    /// Jobs given up: kind and id.
    ///
    /// # Errors
    /// The database's.
    pub async fn dead_letters(&self) -> Result<Vec<(String, JobId, Option<String>)>, Fault> {
        let rows = job::Entity::find()
            .filter(job::Column::State.eq(state::DEAD))
            .all(self.reads())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.kind, JobId::from_uuid(row.id), row.last_error))
            .collect())
    }

    async fn lease(&self, round: Round, long: &[&'static str]) -> Result<Vec<job::Model>, Fault> {
        let now = self.0.clock.now();
        let kinds = match round {
            Round::Long => job::Column::Kind.is_in(long.iter().copied()),
            Round::Acts => job::Column::Kind.is_not_in(long.iter().copied()),
        };
        let due = Condition::all()
            .add(job::Column::State.is_in([state::WAITING, state::LEASED]))
            .add(job::Column::RunAt.lte(now.micros()))
            .add(kinds);
        // A cheap look before a transaction is begun.
        let any = job::Entity::find()
            .filter(due.clone())
            .one(self.reads())
            .await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let lease = entropy::random_id();
        self.upkeep("jobs.lease", move |db| {
            Box::pin(lease_batch(db, now, lease, round, due.clone()))
        })
        .await
    }

    /// What the looks for jobs of these kinds found.
    async fn looked(
        &self,
        jobs: &[job::Model],
        handlers: &BTreeMap<&'static str, Handler>,
    ) -> Looked {
        let mut looked = Looked::new();
        for (kind, handler) in handlers {
            let Handler::ActIf(look, _) = handler else {
                continue;
            };
            let of_kind = jobs.iter().filter(|job| job.kind == *kind);
            let subjects: Vec<Uuid> = of_kind.map(|job| job.subject).collect();
            if !subjects.is_empty() {
                looked.insert(kind, look(self.clone(), subjects).await);
            }
        }
        looked
    }

    async fn work(
        &self,
        job: &job::Model,
        handler: Option<&Handler>,
        looked: &Looked,
    ) -> Result<Ended, Fault> {
        match handler {
            None => Err(Fault::broken(format!(
                "nobody does jobs of the kind {}",
                job.kind
            ))),
            Some(Handler::Act(verb)) => self.work_act(job, *verb).await,
            Some(Handler::ActIf(_, verb)) => match looked.get(job.kind.as_str()) {
                Some(Ok(found)) if !found.contains(&job.subject) => Ok(Ended::Over),
                Some(Err(fault)) => Err(Fault::unavailable(fault.to_string())),
                _ => self.work_act(job, *verb).await,
            },
            Some(Handler::Long(work)) => {
                work(self.clone(), job.subject).await?;
                Ok(Ended::Over)
            }
        }
    }

    async fn work_act(&self, job: &job::Model, verb: JobVerb) -> Result<Ended, Fault> {
        let scope = Scope {
            actor: Actor::Worker {
                job: JobId::from_uuid(job.id),
                approved_by: None,
            },
            purpose: Purpose::Services,
            case: None,
        };
        let (id, subject, lease) = (job.id, job.subject, job.lease);
        let done = self
            .act("jobs.run", scope, move |act| {
                Box::pin(async move {
                    match verb(act, subject).await? {
                        Done::Nothing => Err(Stop::Refused(NothingToDo)),
                        Done::Acted => {
                            let mine = job::Entity::delete_many()
                                .filter(job::Column::Id.eq(id))
                                .filter(job::Column::Lease.eq(lease))
                                .exec(act.db())
                                .await?;
                            if mine.rows_affected == 1 {
                                Ok(())
                            } else {
                                Err(Stop::Fault(Fault::broken("the lease ran out")))
                            }
                        }
                    }
                })
            })
            .await;
        match done {
            Ok(()) => Ok(Ended::Gone),
            Err(Stop::Refused(NothingToDo)) => Ok(Ended::Over),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// Takes off the jobs of one lease that no act took off.
    async fn take_off(&self, jobs: &[&job::Model]) -> Result<(), Fault> {
        let Some(lease) = jobs.first().map(|job| job.lease) else {
            return Ok(());
        };
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
        self.upkeep("jobs.end", move |db| {
            let mine = job::Entity::delete_many()
                .filter(job::Column::Id.is_in(ids.clone()))
                .filter(job::Column::Lease.eq(lease));
            Box::pin(async move { db.write(&mine.into_query()).await })
        })
        .await
    }

    /// Puts the job back with a longer pause, or buries it. Gives whether it was buried.
    async fn failed(&self, job: &job::Model, fault: &Fault) -> Result<bool, Fault> {
        let attempts = job.attempts;
        let buried = attempts >= ATTEMPTS;
        let run_at = self.0.clock.now().plus_seconds(pause(attempts)).micros();
        let (id, lease, words) = (job.id, job.lease, fault.to_string());
        self.upkeep("jobs.failed", move |db| {
            let words = words.clone();
            Box::pin(async move {
                job::Entity::update_many()
                    .col_expr(
                        job::Column::State,
                        Expr::value(if buried { state::DEAD } else { state::WAITING }),
                    )
                    .col_expr(job::Column::RunAt, Expr::value(run_at))
                    .col_expr(job::Column::LastError, Expr::value(words))
                    .col_expr(job::Column::Lease, Expr::value(None::<Uuid>))
                    .filter(job::Column::Id.eq(id))
                    .filter(job::Column::Lease.eq(lease))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await?;
        Ok(buried)
    }
}

/// Seconds before the next try: from twenty, four times as long each time, to a day at most.
fn pause(attempts: i32) -> i64 {
    const LONGEST: i32 = 14;
    5 << if attempts < LONGEST / 2 {
        2 * attempts
    } else {
        LONGEST
    }
}

/// What the looks found, by kind.
type Looked = BTreeMap<&'static str, Result<BTreeSet<Uuid>, Fault>>;

struct NothingToDo;

/// How a job's work ended.
enum Ended {
    /// Its act took it off the queue.
    Gone,
    /// It is still to be taken off.
    Over,
}

/// Which jobs are run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Those of one act, side by side.
    Acts,
    /// Those of many acts, one at a time.
    Long,
}

impl Round {
    const fn jobs(self) -> u64 {
        match self {
            Self::Acts => BATCH,
            Self::Long => 1,
        }
    }

    /// Minutes after which a lease runs out.
    const fn minutes(self) -> i64 {
        match self {
            Self::Acts => 5,
            Self::Long => 60,
        }
    }
}

async fn lease_batch(
    db: &Statements,
    now: Moment,
    lease: Uuid,
    round: Round,
    due: Condition,
) -> Result<Vec<job::Model>, Fault> {
    bury_deadly(db, now).await?;
    let mut query = job::Entity::find()
        .filter(due)
        .order_by_asc(job::Column::RunAt)
        .limit(round.jobs());
    if db.dialect().skips_locked() {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let mut jobs = query.all(db).await?;
    if jobs.first().is_some_and(|job| job.attempts > TRUSTED_TRIES) {
        jobs.truncate(1);
    } else {
        jobs.retain(|job| job.attempts <= TRUSTED_TRIES);
    }
    let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    for job in &mut jobs {
        job.lease = Some(lease);
        job.attempts += 1;
    }
    let leased = job::Entity::update_many()
        .set(job::ActiveModel {
            state: Set(state::LEASED.into()),
            lease: Set(Some(lease)),
            run_at: Set(now.plus_minutes(round.minutes()).micros()),
            ..Default::default()
        })
        .col_expr(
            job::Column::Attempts,
            Expr::col(job::Column::Attempts).add(1),
        )
        .filter(job::Column::Id.is_in(ids));
    db.write(&leased.into_query()).await?;
    Ok(jobs)
}

/// Gives up the jobs whose last lease ran out at their last try: whoever ran them did not live to tell.
async fn bury_deadly(db: &Statements, now: Moment) -> Result<(), Fault> {
    let deadly = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state::DEAD))
        .col_expr(job::Column::Lease, Expr::value(None::<Uuid>))
        .col_expr(
            job::Column::LastError,
            Expr::value("the process ended while it ran"),
        )
        .filter(job::Column::State.eq(state::LEASED))
        .filter(job::Column::RunAt.lte(now.micros()))
        .filter(job::Column::Attempts.gte(ATTEMPTS));
    db.write(&deadly.into_query()).await
}
