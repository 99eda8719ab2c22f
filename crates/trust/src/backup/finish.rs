//! The end of a restore: the journal's new beginning, the destructions carried out again, the indexes.
//! Each step may be done twice; a row of the queue marks how far it went, and while it is there the house
//! does not open.

use kernel::{
    Actor, Case, CaseKind, Fault, FaultKind, Moment, OperatorId, Outcome, PersonId, Purpose, Scope,
    Stop, entropy,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::error::RestoreError;
use super::load::Loaded;
use super::restore::{JournalAfter, Restored, Restoring};
use super::state::{JournalState, State, root_at, stamp, tree_of};
use crate::access::table::{destruction, destruction_person};
use crate::act::Act;
use crate::house::Opening;
use crate::jobs::NewJob;
use crate::jobs::table::job;
use crate::journal::core::hash::Hash;
use crate::journal::{Kind, number_pending};
use crate::vault::table::person_key;
use crate::vault::{KeySource, Keyring, SignedState, chains_hash, forget};
use crate::{Trust, consent, jobs};

/// The mark's kind in the queue. Nobody works it off: its state is `dead`.
const MARK: &str = "restore.unfinished";
/// Persons indexed in one act.
const BATCH: u64 = 500;

/// What is left to do, and what was done; kept in the mark.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) operator: Uuid,
    pub(super) data: String,
    pub(super) keys: String,
    pub(super) keyset: u64,
    journal: JournalPlan,
    pub(super) loaded: Loaded,
    /// The restore stands in the journal.
    recorded: bool,
    /// Destructions still to be carried out again.
    again: Vec<Uuid>,
    pub(super) carried_out_again: u64,
}

/// Which log goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum JournalPlan {
    /// The one that was signed last.
    Continue { origin: String },
    /// A new one, after `ended`.
    Begin {
        ended: SignedState,
        begun: SignedState,
        lost: Option<u64>,
    },
}

/// Whether a restore into this store did not end.
pub(crate) async fn unfinished(db: &impl ConnectionTrait) -> Result<bool, Fault> {
    Ok(mark_of(db).await?.is_some())
}

/// What an interrupted restore has still to do.
pub(super) async fn plan_of(db: &impl ConnectionTrait) -> Result<Option<Plan>, Fault> {
    let Some(mark) = mark_of(db).await? else {
        return Ok(None);
    };
    let plan = serde_json::from_str(&mark.last_error.unwrap_or_default());
    plan.map(Some).map_err(|error| {
        Fault::from(error).during(
            "the mark of an interrupted restore cannot be read; restore into a new, empty database",
        )
    })
}

async fn mark_of(db: &impl ConnectionTrait) -> Result<Option<job::Model>, Fault> {
    let mark = job::Entity::find()
        .filter(job::Column::Kind.eq(MARK))
        .one(db)
        .await;
    mark.map_err(|error| {
        Fault::from(error).during("the store has not been made; run `medok init` or `medok serve`")
    })
}

/// What was signed last, as far as is known here.
pub(super) struct Signed {
    /// By the key folder and the keyset archive together.
    pub(super) state: SignedState,
    /// The key folder outlived the store: nothing was signed after `state`. Without it anything may have been.
    pub(super) witnessed: bool,
}

/// Whether the restored journal may go on, or a new one begins (decision 0003).
pub(super) async fn decide(
    db: &impl ConnectionTrait,
    archived: &JournalState,
    file: &str,
    signed: &Signed,
    now: Moment,
) -> Result<JournalPlan, RestoreError> {
    let Signed { state, witnessed } = signed;
    let (size, root) = tree_of(db).await?;
    if (size, root) != (archived.size, archived.root) {
        return Err(RestoreError::damaged(
            file,
            "its journal is not the one its manifest names",
        ));
    }
    let same_log = state.origin == archived.origin || state.origin.is_empty();
    let whole = same_log && size >= state.journal_size;
    if whole && root_at(db, state.journal_size).await? != Hash(state.root) {
        return Err(RestoreError::Forked {
            origin: state.origin.clone(),
            size: state.journal_size,
        });
    }
    if whole && *witnessed {
        return Ok(JournalPlan::Continue {
            origin: archived.origin.clone(),
        });
    }
    let begun = SignedState {
        origin: next_origin(&state.origin, now),
        journal_size: size,
        root: root.0,
        destructions: state.destructions,
    };
    let lost = (same_log && *witnessed).then(|| state.journal_size - size);
    Ok(JournalPlan::Begin {
        ended: state.clone(),
        begun,
        lost,
    })
}

/// `clinic.example/journal` → `clinic.example/journal-20260203T040506Z`: a name that no other restore of the same
/// backup, such as an exercise, signs under.
fn next_origin(origin: &str, now: Moment) -> String {
    let stamped =
        |text: &str| text.len() == 16 && text.ends_with('Z') && text.as_bytes()[8] == b'T';
    let name = origin
        .rsplit_once('-')
        .filter(|(_, last)| stamped(last))
        .map_or(origin, |(name, _)| name);
    let mut at = now;
    loop {
        let next = format!("{name}-{}", stamp(at));
        if next != origin {
            return next;
        }
        at = at.plus_seconds(1);
    }
}

impl Plan {
    pub(super) fn new(
        data: String,
        newest: &State,
        journal: JournalPlan,
        loaded: Loaded,
        again: Vec<Uuid>,
    ) -> Self {
        let (operator, keys, keyset) = (newest.operator, newest.stamp(), newest.keyset);
        Self {
            operator,
            data,
            keys,
            keyset,
            journal,
            loaded,
            recorded: false,
            again,
            carried_out_again: 0,
        }
    }

    /// Leaves the mark, in the transaction that writes the rows.
    pub(super) async fn mark(&self, db: &impl ConnectionTrait, now: Moment) -> Result<(), Fault> {
        let row = job::ActiveModel {
            id: Set(entropy::ordered_id(now)),
            kind: Set(MARK.into()),
            subject: Set(self.operator),
            state: Set(jobs::state::DEAD.into()),
            run_at: Set(now.micros()),
            attempts: Set(0),
            lease: Set(None),
            last_error: Set(Some(serde_json::to_string(self)?)),
            created_at: Set(now.micros()),
            act: Set(Uuid::nil()),
        };
        job::Entity::insert(row).exec_without_returning(db).await?;
        Ok(())
    }

    /// Moves the mark on, in the act that did the step.
    async fn moved(&self, db: &impl ConnectionTrait) -> Result<(), Fault> {
        let text = serde_json::to_string(self)?;
        let mark = job::Entity::update_many().col_expr(job::Column::LastError, Expr::value(text));
        mark.filter(job::Column::Kind.eq(MARK)).exec(db).await?;
        Ok(())
    }

    fn after(&self, from_size: u64) -> JournalAfter {
        match &self.journal {
            JournalPlan::Continue { origin } => JournalAfter::Continued {
                origin: origin.clone(),
            },
            JournalPlan::Begin { ended, begun, lost } => JournalAfter::Begun {
                origin: begun.origin.clone(),
                old_origin: ended.origin.clone(),
                old_size: ended.journal_size,
                from_size,
                lost: *lost,
            },
        }
    }

    /// What the entry says. The new log names the end of the old one: whoever kept a checkpoint of it can see
    /// that it was given up, where, and how much is missing.
    fn told(&self, from_size: u64) -> serde_json::Value {
        let mut data = json!({
            "data": self.data, "keys": self.keys, "keyset": self.keyset, "from_size": from_size,
            "persons": self.loaded.persons, "destroyed": self.loaded.destroyed, "destructions_again": self.again.len(),
            "keys_dropped": self.loaded.keys_dropped, "unreadable": self.loaded.unreadable,
        });
        if let JournalPlan::Begin { ended, begun, lost } = &self.journal {
            data["origin"] = json!(begun.origin);
            data["old_origin"] = json!(ended.origin);
            data["old_size"] = json!(ended.journal_size);
            data["old_root"] = json!(Hash(ended.root));
            data["lost"] = json!(lost);
        }
        data
    }
}

/// Does what is left. Begun again after a crash, it goes on.
pub(super) async fn finish(
    restoring: &Restoring,
    mut plan: Plan,
) -> Result<Restored, RestoreError> {
    begin_journal(restoring, &plan)?;
    let trust = Trust::enter(Opening {
        database: restoring.database.clone(),
        keys: restoring.keys.clone(),
        clock: restoring.clock.clone(),
        // The key folder remembers it.
        origin: String::new(),
        contexts: restoring.contexts.clone(),
    })
    .await?;
    if trust.0.operator != OperatorId::from_uuid(plan.operator) {
        return Err(
            Fault::broken("the store is of another operator than the interrupted restore").into(),
        );
    }
    // Entries that waited for their number when the archive was made: on PostgreSQL there may be some.
    number_pending(&trust).await?;
    let from_size = trust.0.journal.tree().size();
    if !plan.recorded {
        let told = plan.told(from_size);
        plan.recorded = true;
        record(&trust, plan.clone(), told).await?;
    }
    while let Some(destruction) = plan.again.pop() {
        plan.carried_out_again += 1;
        destroy_again(&trust, plan.clone(), destruction).await?;
    }
    let unindexed = index_all(&trust).await?;
    trust.sign_checkpoint().await?;
    trust
        .upkeep("restore.finish", |db| {
            Box::pin(async move {
                job::Entity::delete_many()
                    .filter(job::Column::Kind.eq(MARK))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await?;
    Ok(Restored::new(
        &plan,
        plan.after(from_size),
        unindexed,
        trust.journal_key(),
    ))
}

/// The key folder learns of a new log before anything is written to it.
fn begin_journal(restoring: &Restoring, plan: &Plan) -> Result<(), RestoreError> {
    let JournalPlan::Begin { ended, begun, .. } = &plan.journal else {
        return Ok(());
    };
    let keyring = Keyring::open(KeySource::from(restoring.keys.clone()), Some(plan.operator))?;
    if keyring.recall()?.origin != begun.origin {
        keyring.remember_new_journal(begun, ended)?;
    }
    Ok(())
}

async fn record(trust: &Trust, plan: Plan, told: serde_json::Value) -> Result<(), Fault> {
    let done = trust
        .act("restore.record", Scope::console(), move |act| {
            let (plan, told) = (plan.clone(), told.clone());
            Box::pin(async move {
                plan.moved(act.db()).await?;
                Ok(act.record(Kind::Restored, told)?)
            })
        })
        .await;
    settled(done)
}

/// A destruction that the data archive did not know: what the rooms hold goes, and the journal, which lost the
/// entry of it, says so again.
async fn destroy_again(trust: &Trust, plan: Plan, id: Uuid) -> Result<(), Fault> {
    let done = trust
        .act("restore.destroy", Scope::console(), move |act| {
            let plan = plan.clone();
            Box::pin(async move {
                let row = destruction::Entity::find_by_id(id).one(act.db()).await?;
                let row = row.ok_or_else(|| Fault::broken("a destruction of the keyset archive is not in the store"))?;
                let listed = destruction_person::Entity::find().filter(destruction_person::Column::Destruction.eq(id));
                let listed = listed.all(act.db()).await?;
                for person in &listed {
                    erase(act, PersonId::from_uuid(person.person)).await?;
                }
                let persons: Vec<Uuid> = listed.iter().map(|row| row.person).collect();
                forget(act.db(), &persons).await?;
                if row.unrecoverable_at.is_none() {
                    act.later(NewJob::now("keys.rotate", id));
                }
                // The entry of its proposal may be lost like that of its end: this one stands for both.
                let now_told = destruction::ActiveModel { id: Set(id), act: Set(act.id().uuid()), ..Default::default() };
                destruction::Entity::update(now_told).exec(act.db()).await?;
                plan.moved(act.db()).await?;
                let chains: Vec<Uuid> = listed.iter().filter_map(|row| row.chain).collect();
                act.record(
                    Kind::PersonsDestroyed,
                    json!({ "destruction": id, "list": row.list_hash, "persons": persons.len(), "chains": chains_hash(&chains), "again": true }),
                )?;
                Ok(())
            })
        })
        .await;
    settled(done)
}

async fn erase(act: &mut Act, person: PersonId) -> Result<(), Fault> {
    for context in act.house().contexts.clone() {
        context.erase_for(act, person).await?;
    }
    consent::erase_for(act.db(), person).await
}

/// Writes the index rows of everybody, under the epoch in use: they were in no archive. Gives how many persons
/// could not be read.
async fn index_all(trust: &Trust) -> Result<u64, Fault> {
    let (mut after, mut unindexed) = (Uuid::nil(), 0);
    loop {
        let rows = person_key::Entity::find()
            .filter(person_key::Column::Person.gt(after))
            .order_by_asc(person_key::Column::Person)
            .limit(BATCH)
            .all(trust.0.database.reads())
            .await?;
        let persons: Vec<PersonId> = rows
            .iter()
            .map(|row| PersonId::from_uuid(row.person))
            .collect();
        let Some(last) = rows.last() else {
            return Ok(unindexed);
        };
        after = last.person;
        match index(trust, persons.clone()).await {
            Err(fault) if fault.kind() == FaultKind::Broken => {
                // One value that is not what was sealed must not keep the others from being found.
                for person in persons {
                    match index(trust, vec![person]).await {
                        Err(fault) if fault.kind() == FaultKind::Broken => unindexed += 1,
                        done => done?,
                    }
                }
            }
            done => done?,
        }
    }
}

async fn index(trust: &Trust, persons: Vec<PersonId>) -> Result<(), Fault> {
    let case = Case {
        kind: CaseKind::Batch,
        id: entropy::random_id(),
    };
    let scope = Scope {
        actor: Actor::Console,
        purpose: Purpose::Rekey,
        case: Some(case),
    };
    let done = trust
        .act("restore.index", scope, move |act| {
            let persons = persons.clone();
            Box::pin(async move {
                act.reindex(&persons).await?;
                let epoch = act.house().keyring().current_epoch().number();
                Ok(act.record(
                    Kind::IndexRebuilt,
                    json!({ "persons": persons.len(), "epoch": epoch }),
                )?)
            })
        })
        .await;
    settled(done)
}

fn settled<T>(outcome: Outcome<T, ()>) -> Result<T, Fault> {
    outcome.map_err(|stop| match stop {
        Stop::Refused(()) => Fault::broken("a step of the restore was refused"),
        Stop::Fault(fault) => fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_log_is_named_by_its_time() {
        let now = Moment::from_micros(1_770_091_506_000_000);
        for (origin, next) in [
            (
                "clinic.example/journal",
                "clinic.example/journal-20260203T040506Z",
            ),
            (
                "clinic.example/journal-20250101T000000Z",
                "clinic.example/journal-20260203T040506Z",
            ),
            (
                "clinic.example/journal-20260203T040506Z",
                "clinic.example/journal-20260203T040507Z",
            ),
            (
                "clinic-one.example/journal",
                "clinic-one.example/journal-20260203T040506Z",
            ),
            (
                "clinic.example/journal-",
                "clinic.example/journal--20260203T040506Z",
            ),
        ] {
            assert_eq!(next_origin(origin, now), next);
        }
    }
}
