//! Acts on PostgreSQL: side by side, SERIALIZABLE, run again when two cross.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Fault, Outcome, Scope, Stop, entropy};
use platform::database::dialect::Trouble;
use sea_orm::{DatabaseTransaction, TransactionTrait};

use super::perform::{Performed, perform};
use super::{Kept, Statements, Verb};
use crate::{House, journal};

/// Runs after the first.
const RERUNS: u32 = 7;

pub(super) async fn act<T, R, V>(
    house: &Arc<House>,
    name: &'static str,
    scope: Scope,
    verb: V,
) -> Outcome<T, R>
where
    T: Send + 'static,
    R: Send + 'static,
    V: Verb<T, R>,
{
    let house = Arc::clone(house);
    // A task of its own: the act ends although its caller has left.
    tokio::spawn(async move {
        for run in 0..=RERUNS {
            match once(&house, scope, &verb).await {
                Run::Ended(outcome) => return *outcome,
                Run::Crossed => {
                    metrics::counter!("medok_act_reruns_total", "act" => name).increment(1);
                    tokio::time::sleep(pause(run)).await;
                }
            }
        }
        Err(Stop::Fault(Fault::unavailable(
            "the act crossed others eight times",
        )))
    })
    .await
    .unwrap_or_else(|error| Err(Stop::Fault(Fault::from(error).passing())))
}

enum Run<T, R> {
    Ended(Box<Outcome<T, R>>),
    Crossed,
}

async fn once<T, R, V: Verb<T, R>>(house: &Arc<House>, scope: Scope, verb: &V) -> Run<T, R> {
    let ended = |outcome| Run::Ended(Box::new(outcome));
    let _under_way = house.under_way.read().await;
    let transaction = match house.database.acts().begin().await {
        Ok(transaction) => Arc::new(transaction),
        Err(error) => return ended(Err(Stop::Fault(Fault::from(error).passing()))),
    };
    let statements = Statements::new(&transaction, None).with(&Arc::default());
    match perform(house, statements.clone(), scope, verb).await {
        Performed::Drop(_) if statements.crossed() => Run::Crossed,
        Performed::Drop(stop) => ended(Err(stop)),
        Performed::Keep(
            value,
            Kept {
                pending: None,
                learned,
            },
        ) => {
            house.learn(learned);
            ended(Ok(value))
        }
        Performed::Keep(
            value,
            Kept {
                pending: Some(pending),
                learned,
            },
        ) => {
            let written = journal::write::pending(house, &statements, *pending).await;
            if statements.crossed() {
                return Run::Crossed;
            }
            if let Err(fault) = written {
                let fault = if statements.unavailable() {
                    fault.passing()
                } else {
                    fault
                };
                return ended(Err(Stop::Fault(fault)));
            }
            drop(statements);
            match commit(house, transaction).await {
                Ok(()) => {
                    house.learn(learned);
                    house.committed();
                    ended(Ok(value))
                }
                Err(None) => Run::Crossed,
                Err(Some(fault)) => ended(Err(Stop::Fault(fault))),
            }
        }
    }
}

/// `Err(None)`: crossed another act at the last moment.
async fn commit(house: &House, transaction: Arc<DatabaseTransaction>) -> Result<(), Option<Fault>> {
    let Some(transaction) = Arc::into_inner(transaction) else {
        return Err(Some(Fault::broken(
            "an act kept its transaction past its end",
        )));
    };
    transaction
        .commit()
        .await
        .map_err(|error| match house.database.dialect().trouble(&error) {
            Trouble::Crossed => None,
            _ => Some(Fault::from(error).during("committing").passing()),
        })
}

/// Doubles from 4 ms, with as much chance again, so that those who crossed do not meet again.
fn pause(run: u32) -> Duration {
    let base = 4u64 << run;
    Duration::from_millis(base + u64::from(entropy::bytes::<1>()[0]) * base / 256)
}
