//! The act: the only way to change or reveal anything about a person.
//!
//! *Invariant*: an act is one database transaction (or one savepoint of a shared one), one entry
//! of the journal and the jobs it queues. `Ok` keeps all of it, anything else none. An act that
//! wrote without recording does not commit. Nothing leaves the house inside it.

mod memo;
mod perform;
mod serializable;
mod statements;
mod together;
mod upkeep;
mod writer;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{EntryId, Fault, Moment, Outcome, PersonId, Scope, entropy};
use serde_json::Value;
use uuid::Uuid;

use crate::House;
use crate::jobs::NewJob;
use crate::journal::core::chain::Head;
use crate::journal::core::json::{Object, object};
use crate::journal::{Kind, Touched};
use crate::vault::{Buffer, OpenedUnder, ShownUnder};

pub use statements::Statements;
pub use upkeep::Upkeep;
pub(crate) use writer::Writer;

/// A running act: its time, its scope and the transaction.
pub struct Act {
    house: Arc<House>,
    db: Statements,
    id: EntryId,
    now: Moment,
    scope: Scope,
    record: Option<(Kind, Object)>,
    jobs: Vec<NewJob>,
    persons: BTreeMap<PersonId, Touched>,
    buffer: Buffer,
    learned: Learned,
}

/// What a process knows once an act is committed, and not before.
#[derive(Default)]
pub(crate) struct Learned {
    /// What it opened: the journal tells of it, before or by this act.
    pub(crate) told: Vec<OpenedUnder>,
    /// What it showed of a list.
    pub(crate) shown: Vec<ShownUnder>,
    /// Whom it destroyed.
    pub(crate) destroyed: HashSet<PersonId>,
}

impl Learned {
    pub(crate) fn extend(&mut self, more: Self) {
        self.told.extend(more.told);
        self.shown.extend(more.shown);
        self.destroyed.extend(more.destroyed);
    }
}

impl House {
    /// Remembers what a committed act lets be known.
    pub(crate) fn learn(self: &Arc<Self>, learned: Learned) {
        self.told.remember(learned.told);
        self.show(learned.shown, &learned.destroyed);
    }
}

/// What an act leaves to its commit.
pub(crate) struct Kept {
    /// Its record; none if it changed nothing.
    pub(crate) pending: Option<Box<Pending>>,
    /// What is known once it is committed.
    pub(crate) learned: Learned,
}

/// What an act leaves to be numbered and written with its commit.
pub(crate) struct Pending {
    pub(crate) id: EntryId,
    pub(crate) now: Moment,
    pub(crate) scope: Scope,
    pub(crate) kind: Kind,
    pub(crate) data: Object,
    pub(crate) categories: BTreeSet<String>,
    pub(crate) persons: BTreeMap<PersonId, Touched>,
    /// The heads of the chains of those known before, as this act found them.
    pub(crate) heads: BTreeMap<Uuid, Head>,
    pub(crate) jobs: Vec<NewJob>,
}

impl Pending {
    /// The chains of persons whom this act made.
    pub(crate) fn begun(&self) -> impl Iterator<Item = Uuid> {
        let fresh = self.persons.values().filter(|touched| touched.fresh);
        fresh.map(|touched| touched.chain)
    }
}

impl Act {
    fn begin(house: Arc<House>, db: Statements, scope: Scope) -> Self {
        let now = house.clock.now();
        let id = EntryId::from_uuid(entropy::ordered_id(now));
        Self {
            house,
            db,
            id,
            now,
            scope,
            record: None,
            jobs: Vec::new(),
            persons: BTreeMap::new(),
            buffer: Buffer::default(),
            learned: Learned::default(),
        }
    }

    /// The id of the entry that this act writes.
    #[must_use]
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// The time of the act: read once, when it begins.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// Who acts, why, about what.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The transaction, for the rows of the context that runs the act.
    #[must_use]
    pub const fn db(&self) -> &Statements {
        &self.db
    }

    pub(crate) const fn house(&self) -> &Arc<House> {
        &self.house
    }

    /// Names the case, once the act has made it.
    pub const fn about(&mut self, case: kernel::Case) {
        self.scope.case = Some(case);
    }

    /// Says what the act did: the entry of the journal. `data` holds ids and counts, never a personal value.
    ///
    /// # Errors
    /// The act has said so already: one act is one entry.
    pub fn record(&mut self, kind: Kind, data: Value) -> Result<(), Fault> {
        let data = if data.is_null() {
            Object::new()
        } else {
            object(&data)?
        };
        match self.record.replace((kind, data)) {
            None => Ok(()),
            Some(_) => Err(Fault::broken("an act recorded itself twice")),
        }
    }

    /// Queues a job that runs after the commit.
    pub fn later(&mut self, job: NewJob) {
        self.jobs.push(job);
    }

    /// Adds a line to the entry as a person will read it about themselves: what happened to their data.
    ///
    /// # Errors
    /// The person's key is gone or cannot be unwrapped.
    pub async fn note(
        &mut self,
        person: PersonId,
        detail: &'static str,
        of: Uuid,
    ) -> Result<(), Fault> {
        self.touch(person).await?.details.note(detail, of);
        Ok(())
    }

    /// As [`note`](Self::note), and binds a row of this person to the entry: `row` holds the columns as they are from
    /// this act on, those that stay as they were left out. `medok journal verify` holds the row of `table` with the id
    /// `of` against what was noted of it last (decision 0010). Ids, codes, numbers and hashes only: bytes as
    /// hexadecimal digits.
    ///
    /// # Errors
    /// As [`note`](Self::note); a value with a fraction.
    pub async fn bind(
        &mut self,
        person: PersonId,
        detail: &'static str,
        (table, of): (&'static str, Uuid),
        row: Value,
    ) -> Result<(), Fault> {
        let row = object(&row)?;
        let details = &mut self.touch(person).await?.details;
        details.bind(detail, of, (table, row), None);
        Ok(())
    }

    /// As [`bind`](Self::bind), with what the person was shown beside it: no column of the row, but part of what the entry
    /// commits to (decision 0013).
    pub(crate) async fn bind_shown(
        &mut self,
        person: PersonId,
        detail: &'static str,
        (table, of): (&'static str, Uuid),
        row: Value,
        shown: Option<Value>,
    ) -> Result<(), Fault> {
        let row = object(&row)?;
        let shown = shown.map(|shown| object(&shown)).transpose()?;
        let details = &mut self.touch(person).await?.details;
        details.bind(detail, of, (table, row), shown);
        Ok(())
    }

    pub(crate) const fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// What is to be known once the act is committed.
    pub(crate) const fn learned(&mut self) -> &mut Learned {
        &mut self.learned
    }

    /// A person whom this act touched before.
    pub(crate) fn touched(&self, person: PersonId) -> Result<&Touched, Fault> {
        self.persons
            .get(&person)
            .ok_or_else(|| Fault::broken("a touched person is not there"))
    }

    pub(crate) const fn persons(&mut self) -> &mut BTreeMap<PersonId, Touched> {
        &mut self.persons
    }

    /// Ends the act: writes what the vault gathered and hands over the record.
    async fn finish(mut self) -> Result<Kept, Fault> {
        let learned = std::mem::take(&mut self.learned);
        let pending = self.ended().await?.map(Box::new);
        Ok(Kept { pending, learned })
    }

    async fn ended(mut self) -> Result<Option<Pending>, Fault> {
        let buffer = std::mem::take(&mut self.buffer);
        buffer.write(&self.db).await?;
        let db = self.db.clone();
        self.persons
            .retain(|_, touched| !touched.details.is_empty());
        let Some((kind, data)) = self.record.or_else(|| opened(&self.persons)) else {
            return if self.db.wrote() || !self.persons.is_empty() || !self.jobs.is_empty() {
                Err(Fault::broken(
                    "an act changed or revealed something without recording it",
                ))
            } else {
                db.check()?;
                Ok(None)
            };
        };
        // Checked here, so that an act that touches what nobody declared fails alone and not with its batch.
        let fields = self
            .persons
            .values()
            .flat_map(|touched| touched.details.fields());
        let categories = crate::consent::categories_of(fields)?;
        let heads = crate::journal::write::heads(&db, &self.persons).await?;
        // Checked before, so that a trouble that the verb overlooked is not kept; sent last, so that nothing can fail
        // once it is.
        db.check()?;
        db.keep().await?;
        Ok(Some(Pending {
            id: self.id,
            now: self.now,
            scope: self.scope,
            kind,
            data,
            categories,
            persons: self.persons,
            heads,
            jobs: self.jobs,
        }))
    }
}

/// Opening journals itself: an act that did nothing else needs no word of its verb.
fn opened(persons: &BTreeMap<PersonId, Touched>) -> Option<(Kind, Object)> {
    let only_opened = !persons.is_empty()
        && persons
            .values()
            .all(|touched| touched.details.only_opened());
    only_opened.then(|| (Kind::Opened, Object::new()))
}

/// A verb: the closure that an act runs. On PostgreSQL it may run again, so it changes nothing but the act.
pub trait Verb<T, R>:
    for<'a> Fn(&'a mut Act) -> BoxFuture<'a, Outcome<T, R>> + Send + Sync + 'static
{
}

impl<T, R, V> Verb<T, R> for V where
    V: for<'a> Fn(&'a mut Act) -> BoxFuture<'a, Outcome<T, R>> + Send + Sync + 'static
{
}

impl crate::Trust {
    /// Runs a verb as one act and answers after its commit. The act goes on when the caller leaves.
    /// `name` is the verb's, for logs and metrics.
    ///
    /// # Errors
    /// The verb's refusal; or a fault, and then nothing was done.
    pub async fn act<T, R, V>(&self, name: &'static str, scope: Scope, verb: V) -> Outcome<T, R>
    where
        T: Send + 'static,
        R: Send + 'static,
        V: Verb<T, R>,
    {
        let outcome = match &self.0.writer {
            Some(writer) => writer.act(&self.0, name, scope, verb).await,
            None => serializable::act(&self.0, name, scope, verb).await,
        };
        let ended = match &outcome {
            Ok(_) => "done",
            Err(kernel::Stop::Refused(_)) => "refused",
            Err(kernel::Stop::Fault(fault)) => {
                tracing::error!(act = name, kind = ?fault.kind(), "{fault}");
                "fault"
            }
        };
        metrics::counter!("medok_acts_total", "act" => name, "ended" => ended).increment(1);
        outcome
    }
}
