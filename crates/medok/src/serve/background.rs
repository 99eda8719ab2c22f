//! The work behind the site: checkpoints, numbers, jobs, upkeep. A part that panics is begun again; all of it
//! ends when the guard goes, never inside an act (the writer ends those by itself).

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::house::House;
use crate::seams;

/// How long a part that panicked rests.
const REST: Duration = Duration::from_secs(1);
/// How often what has run out is forgotten.
const UPKEEP: Duration = Duration::from_secs(300);

/// Starts the work; it ends when what this gives is dropped.
pub(super) fn start(house: &Arc<House>) -> JoinSet<()> {
    let mut work = JoinSet::new();
    let journal = &house.settings.journal;
    let (every, map_every) = (
        Duration::from_secs(journal.checkpoint_seconds.into()),
        journal.map_every_entries,
    );

    let trust = house.trust.clone();
    work.spawn(forever("signing", REST, move || {
        trust.clone().keep_signing(every, map_every)
    }));
    let trust = house.trust.clone();
    work.spawn(forever("numbering", REST, move || {
        trust.clone().keep_numbering()
    }));
    let (trust, handlers) = (house.trust.clone(), Arc::new(seams::handlers()));
    work.spawn(forever("the queue", REST, move || {
        trust.clone().keep_working(Arc::clone(&handlers))
    }));
    let beside = Arc::clone(house);
    work.spawn(forever("another system", REST, move || {
        read_external(Arc::clone(&beside))
    }));
    let house = Arc::clone(house);
    work.spawn(forever("upkeep", REST, move || upkeep(Arc::clone(&house))));
    work
}

async fn upkeep(house: Arc<House>) {
    let mut due = tokio::time::interval(UPKEEP);
    loop {
        due.tick().await;
        if let Err(fault) = seams::upkeep(&house).await {
            tracing::error!("upkeep: {fault}");
        }
    }
}

/// Reads the files of another system again and again.
async fn read_external(house: Arc<House>) {
    let external = &house.settings.external;
    let mut due = tokio::time::interval(Duration::from_secs(u64::from(external.minutes) * 60));
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        if let Err(fault) = seams::read_external(&house).await {
            tracing::error!("another system: {fault}");
        }
    }
}

/// Runs a part until it ends by itself; begins it again when it panics.
async fn forever<F>(name: &'static str, rest: Duration, part: impl Fn() -> F + Send)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // A set of one, so that the part ends with us.
        let mut one = JoinSet::new();
        one.spawn(part());
        match one.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!("{name} panicked and begins again");
                tokio::time::sleep(rest).await;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_part_that_panics_begins_again_until_it_ends_by_itself() {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        forever("a part", Duration::ZERO, move || {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move { assert!(run >= 2, "not yet") }
        })
        .await;
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }
}
