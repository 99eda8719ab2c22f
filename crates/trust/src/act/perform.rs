//! Runs a verb once, whatever the database, and says whether its work may stay.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use kernel::{Fault, Scope, Stop};

use super::{Act, Kept, Statements, Verb};
use crate::House;

/// How one run of a verb ended.
pub(super) enum Performed<T, R> {
    /// Its work may stay, once it is committed.
    Keep(T, Kept),
    /// Its work must go.
    Drop(Stop<R>),
}

pub(super) async fn perform<T, R, V: Verb<T, R>>(
    house: &Arc<House>,
    db: Statements,
    scope: Scope,
    verb: &V,
) -> Performed<T, R> {
    let mut act = Act::begin(Arc::clone(house), db.clone(), scope);
    // A panic leaves the act half-made; dropping it whole is exactly what a failed act asks for.
    let stop = match AssertUnwindSafe(verb(&mut act)).catch_unwind().await {
        Ok(Ok(value)) => match AssertUnwindSafe(act.finish()).catch_unwind().await {
            Ok(Ok(kept)) => return Performed::Keep(value, kept),
            Ok(Err(fault)) => Stop::Fault(fault),
            Err(panic) => panicked(panic.as_ref()),
        },
        Ok(Err(stop)) => stop,
        Err(panic) => panicked(panic.as_ref()),
    };
    Performed::Drop(match stop {
        Stop::Fault(fault) if db.unavailable() => Stop::Fault(fault.passing()),
        // A refusal read from a transaction that had failed is no refusal.
        Stop::Refused(_) if db.unavailable() => {
            Stop::Fault(Fault::unavailable("the database could not serve the act"))
        }
        stop => stop,
    })
}

fn panicked<R>(panic: &(dyn Any + Send)) -> Stop<R> {
    let words = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word");
    // The message is ours, written by a programmer; it is told to the log, never to the client.
    Stop::Fault(Fault::unavailable(format!("a verb panicked: {words}")))
}
