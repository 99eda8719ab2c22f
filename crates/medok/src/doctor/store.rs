//! The store: reachable, of this version, and no less than what was signed.

use kernel::{Clock, Fault};
use platform::config::Settings;
use platform::database::Database;
use trust::journal::core::note::{Checkpoint, VerifierKey};
use trust::vault::{KeySource, Keyring, SignedState};
use trust::{Opening, Trust};

use super::{Finding, State};
use crate::house::{database_file, journal_origin};
use crate::seams;

/// Opens the store if it is there and whole; says why not otherwise.
pub(super) async fn opened(
    settings: &Settings,
    clock: Clock,
    findings: &mut Vec<Finding>,
) -> Option<Trust> {
    if !settings.data.is_dir() {
        return None;
    }
    if let Some(file) = database_file(settings)
        && !file.is_file()
    {
        findings.push(Finding::fail(
            format!("database: {} is not there", file.display()),
            "make a store with `medok init`, or bring the newest backup back with `medok restore`",
        ));
        return None;
    }
    let database =
        match Database::connect(&settings.database(), settings.database_connections).await {
            Ok(database) => database,
            Err(error) => {
                findings.push(Finding::failed("database", &error));
                return None;
            }
        };
    let tables = migrations(&database).await;
    let whole = tables.iter().all(|finding| finding.state == State::Ok);
    findings.extend(tables);
    // Opening trust over a store that was never made would make it.
    let keyed = findings
        .iter()
        .all(|finding| !(finding.state == State::Fail && finding.what.starts_with("key folder")));
    if !whole || !keyed {
        return None;
    }
    let origin = journal_origin(settings).ok()?;
    let opening = Opening {
        database,
        keys: settings.key_folder(),
        clock,
        origin,
        contexts: seams::contexts(),
    };
    match Trust::open(opening).await {
        Ok(trust) => Some(trust),
        Err(error) => {
            findings.push(Finding::failed("house", &error));
            None
        }
    }
}

/// Whether the tables are those of this version; makes none.
pub(super) async fn migrations(database: &Database) -> Vec<Finding> {
    let kind = format!("{:?}", database.dialect());
    vec![match migrations::pending(database.reads()).await {
        Ok(pending) if pending.is_empty() => {
            Finding::ok(format!("database: {kind}, tables up to date"))
        }
        Ok(pending) => Finding::warn(
            format!("database: {kind}, {} migrations wait", pending.len()),
            "make a backup; `medok init` or the next `medok serve` brings the tables up to date",
        ),
        Err(error) => Finding::fail(
            format!("database: {kind}, {}", Fault::from(error)),
            "if a newer Medok wrote this store, run that one; else check that the database answers",
        ),
    }]
}

/// The journal against what was signed, and the queue.
pub(super) async fn of_trust(trust: &Trust, settings: &Settings) -> Vec<Finding> {
    let journal = match signed(trust, settings).await {
        Ok(finding) => finding,
        Err(fault) => Finding::failed("journal", &fault),
    };
    let queue = match trust.dead_letters().await {
        Ok(dead) if dead.is_empty() => Finding::ok("queue: no job was given up"),
        Ok(dead) => {
            let mut kinds: Vec<&str> = dead.iter().map(|(kind, _, _)| kind.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            Finding::warn(
                format!(
                    "queue: {} jobs were given up: {}",
                    dead.len(),
                    kinds.join(", ")
                ),
                "look into the log for why",
            )
        }
        Err(fault) => Finding::failed("queue", &fault),
    };
    vec![journal, queue]
}

async fn signed(trust: &Trust, settings: &Settings) -> Result<Finding, Fault> {
    // The store's word first: a serving house may sign meanwhile, and what it signs is remembered before it is stored.
    let mut note = trust.checkpoint().await?;
    let remembered = Keyring::open(KeySource::from(settings.key_folder()), None)?.recall()?;
    if note.is_none() && remembered.journal_size > 0 {
        // The very first may be on its way into the store.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        note = trust.checkpoint().await?;
    }
    let Some(note) = note else {
        return Ok(if remembered.journal_size == 0 {
            Finding::ok("journal: nothing signed yet; `medok serve` signs")
        } else {
            Finding::warn(
                format!(
                    "journal: {} entries were signed, and the store has no checkpoint",
                    remembered.journal_size
                ),
                "look again; if it stays so, run `medok journal verify`",
            )
        });
    };
    let key: VerifierKey = trust.journal_key().parse()?;
    Ok(match Checkpoint::open(&note, &[key]) {
        Ok(checkpoint) => compared(&checkpoint, &remembered),
        Err(error) => Finding::fail(
            format!("journal: the last checkpoint is false: {error}"),
            "run `medok journal verify`",
        ),
    })
}

/// A checkpoint is remembered beside the keys before it is stored: the store may be behind by one, never ahead.
fn compared(checkpoint: &Checkpoint, remembered: &SignedState) -> Finding {
    let forked = checkpoint.size == remembered.journal_size && checkpoint.root.0 != remembered.root;
    if checkpoint.size > remembered.journal_size {
        Finding::fail(
            format!(
                "journal: signed at {} entries, the key folder remembers {}",
                checkpoint.size, remembered.journal_size
            ),
            "the key folder is an older copy: bring the newest one back",
        )
    } else if forked || checkpoint.origin != remembered.origin {
        Finding::fail(
            format!(
                "journal: what is stored at {} entries is not what was signed",
                checkpoint.size
            ),
            "run `medok journal verify`",
        )
    } else {
        Finding::ok(format!(
            "journal: {}, signed at {} entries",
            remembered.origin, remembered.journal_size
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trust::journal::core::hash::Hash;

    #[test]
    fn the_store_may_be_behind_what_was_signed_never_ahead_or_beside() {
        let state = |size, root, origin: &str| {
            let checkpoint = Checkpoint::new("clinic/journal", 10, Hash([1; 32]));
            let remembered = SignedState {
                origin: origin.into(),
                journal_size: size,
                root: [root; 32],
                destructions: 0,
            };
            compared(&checkpoint, &remembered).state
        };
        assert_eq!(state(10, 1, "clinic/journal"), State::Ok);
        assert_eq!(state(11, 2, "clinic/journal"), State::Ok);
        assert_eq!(state(9, 1, "clinic/journal"), State::Fail);
        assert_eq!(state(10, 2, "clinic/journal"), State::Fail);
        assert_eq!(state(10, 1, "other/journal"), State::Fail);
    }
}
