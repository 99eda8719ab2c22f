//! Work for later: rows queued by acts, run after their commit, again until done, buried when hopeless.
//!
//! *Invariant*: a job carries an id, never a value; its body is one idempotent verb; the act that does the
//! work also takes the job off the queue, so it is done once.

pub(crate) mod table;
mod worker;

use std::collections::BTreeSet;

use kernel::{Fault, Moment, entropy};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::act::{Act, Statements};

pub use worker::{Handler, Worked};

/// A job to queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    kind: &'static str,
    subject: Uuid,
    run_at: Option<Moment>,
}

impl NewJob {
    /// As soon as the act is committed.
    #[must_use]
    pub const fn now(kind: &'static str, subject: Uuid) -> Self {
        Self {
            kind,
            subject,
            run_at: None,
        }
    }

    /// Not before this moment.
    #[must_use]
    pub const fn at(kind: &'static str, subject: Uuid, run_at: Moment) -> Self {
        Self {
            kind,
            subject,
            run_at: Some(run_at),
        }
    }
}

/// A job with the act that queued it.
pub(crate) struct NewJobOf {
    pub(crate) job: NewJob,
    pub(crate) act: Uuid,
    pub(crate) now: Moment,
}

/// The state of a job in its row. One that is done has no row.
pub(crate) mod state {
    pub(crate) const WAITING: &str = "waiting";
    pub(crate) const LEASED: &str = "leased";
    pub(crate) const DEAD: &str = "dead";
}

pub(crate) async fn insert_all(db: &Statements, jobs: Vec<NewJobOf>) -> Result<(), Fault> {
    let rows = jobs.into_iter().map(|of| table::job::ActiveModel {
        id: Set(entropy::ordered_id(of.now)),
        kind: Set(of.job.kind.into()),
        subject: Set(of.job.subject),
        state: Set(state::WAITING.into()),
        run_at: Set(of.job.run_at.unwrap_or(of.now).micros()),
        attempts: Set(0),
        lease: Set(None),
        last_error: Set(None),
        created_at: Set(of.now.micros()),
        act: Set(of.act),
    });
    db.insert(rows.collect()).await
}

/// What a job's verb gives: whether it did anything. One that found nothing to do records nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It acted and recorded.
    Acted,
    /// There was nothing to do.
    Nothing,
}

/// A look at rows without personal data, for all jobs of a kind that are run together: of these subjects, those with
/// which there may be anything to do.
pub type JobLook = fn(
    crate::Trust,
    Vec<Uuid>,
) -> futures::future::BoxFuture<'static, Result<BTreeSet<Uuid>, Fault>>;

/// A job's verb.
pub type JobVerb =
    for<'a> fn(&'a mut Act, Uuid) -> futures::future::BoxFuture<'a, Result<Done, Fault>>;
