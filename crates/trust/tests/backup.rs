//! Backup → destroy a person → rotate → restore the old archive with the newest keyset: the living are there, the
//! destroyed nowhere, an older keyset is refused (DESIGN §3). And every way in which files or machines can be wrong.
//!
//! SQLite always; PostgreSQL too, and from one to the other, when `MEDOK_TEST_POSTGRES` holds the address of a server
//! that lets us make databases, such as `postgres://postgres@localhost:5432/postgres`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and says aloud what it skipped"
)]

#[path = "backup/clinic.rs"]
mod clinic;
#[path = "backup/interruptions.rs"]
mod interruptions;
#[path = "backup/refusals.rs"]
mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use clinic::{
    ANNA, BORIS, CLARA, Clinic, ORIGIN, Side, empty_store, found_by_phone, id_in, number, open,
    patient, phone_of, places_of, plain, ways,
};
use sea_orm::ConnectionTrait;
use trust::Trust;
use trust::backup::{BackupError, JournalAfter};

#[track_caller]
fn says(error: &impl std::fmt::Display, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

async fn sound(trust: &Trust) {
    let report = trust.verify().await.unwrap();
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.sound(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archives_hold_what_they_should_and_nobody_else_reads_them() {
    let clinic = Clinic::open(Side::Sqlite).await;
    patient(&clinic.trust, ANNA).await;
    let backup = clinic.backup().await;
    let (data, keys) = (
        plain(&backup.data, &clinic.key),
        plain(&backup.keys, &clinic.key),
    );
    for canary in ANNA.into_iter().chain(["Канарейка"]) {
        assert!(!data.contains(canary) && !keys.contains(canary), "{canary}");
    }
    for (archive, table, there) in [
        (&data, "person_key", false),
        (&data, "blind_index", false),
        (&data, "seaql_migrations", false),
        (&data, "sealed_field", true),
        (&data, "appointment", true),
        (&keys, "person_key", true),
        (&keys, "sealed_field", false),
    ] {
        assert_eq!(
            archive.contains(&format!("{{\"table\":\"{table}\"")),
            there,
            "{table}"
        );
    }
    assert!(
        !data.contains("medok-key") && !data.contains("{\"file\""),
        "a key file is in the data archive"
    );
    // A table is there because it is in the database, not because somebody listed it.
    let tables = number(
        clinic.trust.database(),
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .await;
    assert_eq!(data.matches("{\"table\":").count() as i64, tables - 3);
    assert!(
        data.contains("\"backup.made\""),
        "the act of the backup is in it"
    );

    for path in [&backup.data, &backup.keys, &backup.manifest, &backup.note] {
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            path.display()
        );
    }
    let left: Vec<_> = fs::read_dir(clinic.backups())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 4, "{left:?}");
    // The note is one that any verifier of signed notes reads.
    let note = fs::read_to_string(&backup.note).unwrap();
    let verifier = clinic.trust.journal_key().parse().unwrap();
    let note = trust::journal::core::note::SignedNote::parse(&note).unwrap();
    assert_eq!(note.verify(&[verifier]).unwrap().len(), 1);
    assert_eq!(note.text(), fs::read_to_string(&backup.manifest).unwrap());

    let recipient = [clinic.key.to_public().to_string()];
    let nobody = clinic
        .trust
        .backup(&clinic.backups(), &[])
        .await
        .unwrap_err();
    assert!(matches!(nobody, BackupError::NoRecipients));
    says(&nobody, &["age-keygen", "backup.recipients"]);
    let typo = clinic
        .trust
        .backup(&clinic.backups(), &["age1nobody".into()])
        .await
        .unwrap_err();
    says(&typo, &["age1nobody", "age-keygen"]);
    let twice = clinic
        .trust
        .backup(&clinic.backups(), &recipient)
        .await
        .unwrap_err();
    assert!(matches!(twice, BackupError::Exists(_)), "{twice}");
    let file = clinic
        .trust
        .backup(&backup.data, &recipient)
        .await
        .unwrap_err();
    assert!(matches!(file, BackupError::Folder { .. }), "{file}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_living_come_back_and_the_destroyed_do_not() {
    for (from, to) in ways() {
        let clinic = Clinic::open(from).await;
        let anna = patient(&clinic.trust, ANNA).await;
        let boris = patient(&clinic.trust, BORIS).await;
        let old = clinic.backup().await;
        clinic.destroy(boris).await;
        let clara = patient(&clinic.trust, CLARA).await;
        clinic.trust.rotate_keys().await.unwrap();
        let new = clinic.backup().await;
        assert!(new.keyset > old.keyset && new.destructions == 1);
        // Keyset archives are short-lived: only the newest is kept.
        fs::remove_file(&old.keys).unwrap();

        let database = empty_store(to, clinic.folder.path()).await;
        let keys = clinic.folder.path().join("keys-anew");
        let restored = clinic.restore(&database, &keys, Some(&old)).await.unwrap();
        assert_eq!(
            (restored.data, restored.keys),
            (old.time.clone(), new.time.clone()),
            "{from:?} -> {to:?}"
        );
        assert_eq!(
            (
                restored.persons,
                restored.destroyed,
                restored.destructions_again
            ),
            // The living patient, and the two employees who approved.
            (3, 1, 1)
        );
        assert_eq!(
            (
                restored.keys_dropped,
                restored.unreadable,
                restored.unindexed,
                restored.sessions_ended
            ),
            (1, 0, 0, 2)
        );

        let trust = open(database.clone(), &keys, &clinic.clock).await.unwrap();
        sound(&trust).await;
        assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
        assert_eq!(phone_of(&trust, boris).await, None);
        assert_eq!(
            places_of(&database, boris.id).await,
            BTreeSet::from(["destruction_person.person".to_owned()])
        );
        assert_eq!(places_of(&database, clara.id).await, BTreeSet::new());
        assert_eq!(
            number(
                &database,
                "SELECT count(*) FROM session WHERE ended_at IS NULL"
            )
            .await,
            0
        );
        assert_eq!(found_by_phone(&trust, ANNA[1]).await, 1);
        assert_eq!(found_by_phone(&trust, BORIS[1]).await, 0);

        // The old log is named where the new one begins.
        let JournalAfter::Begun {
            origin,
            old_origin,
            old_size,
            from_size,
            lost,
        } = restored.journal
        else {
            panic!("an older archive continued the log")
        };
        assert_eq!(
            (old_origin.as_str(), from_size, lost),
            (ORIGIN, old.journal_size, None)
        );
        assert!(
            old_size > from_size && origin.starts_with(ORIGIN) && origin != ORIGIN,
            "{origin}"
        );
        assert!(restored.journal_key.starts_with(&format!("{origin}+")));
        assert!(
            trust
                .checkpoint()
                .await
                .unwrap()
                .unwrap()
                .starts_with(&format!("{origin}\n"))
        );
        let kind = format!(
            "SELECT count(*) FROM journal_entry WHERE number = {from_size} AND kind = 'store.restored'"
        );
        assert_eq!(
            number(&database, &kind).await,
            1,
            "the first entry of the new log"
        );

        // It lives on: people come, keys turn, backups are made and restored.
        patient(&trust, CLARA).await;
        trust.rotate_keys().await.unwrap();
        trust.rebuild_indexes().await.unwrap();
        trust.sign_checkpoint().await.unwrap();
        sound(&trust).await;
        clinic.clock.advance_seconds(60);
        let third = trust
            .backup(&clinic.backups(), &[clinic.key.to_public().to_string()])
            .await
            .unwrap();
        let again = empty_store(from, clinic.folder.path()).await;
        let restored = clinic
            .restore(
                &again,
                &clinic.folder.path().join("keys-third"),
                Some(&third),
            )
            .await
            .unwrap();
        assert_eq!(
            (
                restored.destroyed,
                restored.destructions_again,
                restored.unreadable
            ),
            (0, 0, 0)
        );
        let trust = open(
            again,
            &clinic.folder.path().join("keys-third"),
            &clinic.clock,
        )
        .await
        .unwrap();
        sound(&trust).await;
        assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_comes_back_as_it_was_from_any_database_to_any() {
    for (from, to) in ways() {
        let clinic = Clinic::open(from).await;
        patient(&clinic.trust, ANNA).await;
        // More than a page and more than a statement of rows, by keys of several columns; nulls; generated numbers.
        let zero = id_in(clinic.trust.database(), uuid::Uuid::nil());
        let claims: Vec<String> = (0..1100)
            .map(|cell| format!("({zero}, {}, {cell}, {zero}, NULL)", cell % 3))
            .collect();
        let families: Vec<String> = (0..250).map(|n| format!("({zero}, 'ё\"{n}\\')")).collect();
        let changes: Vec<String> = (0..5)
            .map(|n| format!("({n}, {zero}, {zero}, 0, {}, 2, {})", i64::MIN, n % 2 == 0))
            .collect();
        let change =
            "INSERT INTO busy_change (at, owner, resource, lane, starts, ends, freed) VALUES";
        for sql in [
            format!(
                "INSERT INTO claim (resource, lane, cell, owner, expires_at) VALUES {}",
                claims.join(", ")
            ),
            format!(
                "INSERT INTO service_requirement (service, family) VALUES {}",
                families.join(", ")
            ),
            format!("{change} {}", changes.join(", ")),
        ] {
            clinic
                .trust
                .database()
                .acts()
                .execute_unprepared(&sql)
                .await
                .unwrap();
        }
        let backup = clinic.backup().await;
        let database = empty_store(to, clinic.folder.path()).await;
        let keys = clinic.folder.path().join("keys-anew");
        clinic.restore(&database, &keys, None).await.unwrap();
        let trust = open(database.clone(), &keys, &clinic.clock).await.unwrap();
        clinic.clock.advance_seconds(60);
        let again = trust
            .backup(&clinic.backups(), &[clinic.key.to_public().to_string()])
            .await
            .unwrap();
        let (before, after) = (
            tables_in(&backup.data, &clinic),
            tables_in(&again.data, &clinic),
        );
        assert_eq!(
            before.keys().collect::<Vec<_>>(),
            after.keys().collect::<Vec<_>>()
        );
        assert_eq!(
            (
                before["claim"].len(),
                before["service_requirement"].len(),
                before["busy_change"].len()
            ),
            (1100, 250, 5)
        );
        for (table, rows) in &before {
            if table == "session" || table.starts_with("journal_") {
                assert!(after[table].len() >= rows.len(), "{table}");
            } else {
                assert_eq!(rows, &after[table], "{from:?} -> {to:?}: {table}");
            }
        }
        let zero = id_in(&database, uuid::Uuid::nil());
        let next = format!("{change} (5, {zero}, {zero}, 0, 1, 2, true)");
        database
            .acts()
            .execute_unprepared(&next)
            .await
            .expect("generated numbers go on past those that were restored");
    }
}

/// The rows of an archive by table, sorted: databases do not agree on the order of every key.
fn tables_in(archive: &Path, clinic: &Clinic) -> BTreeMap<String, BTreeSet<String>> {
    let mut tables = BTreeMap::<String, BTreeSet<String>>::new();
    let mut table = String::new();
    for line in plain(archive, &clinic.key).lines() {
        if let Some(begun) = line.strip_prefix("{\"table\":\"") {
            table = begun.split('"').next().unwrap().to_owned();
            tables.insert(table.clone(), BTreeSet::new());
        } else if line.starts_with('[') {
            assert!(
                tables.get_mut(&table).unwrap().insert(line.to_owned()),
                "a row twice: {line}"
            );
        }
    }
    tables
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_its_own_keys_the_log_goes_on_or_says_how_much_is_lost() {
    for (from, to) in ways() {
        let clinic = Clinic::open(from).await;
        let anna = patient(&clinic.trust, ANNA).await;
        clinic.backup().await;

        // The store is lost at once: nothing was signed since.
        let database = empty_store(to, clinic.folder.path()).await;
        let keys = clinic.folder.path().join("keys-copy");
        copy(&clinic.keys(), &keys);
        let restored = clinic.restore(&database, &keys, None).await.unwrap();
        assert_eq!(
            restored.journal,
            JournalAfter::Continued {
                origin: ORIGIN.into()
            }
        );
        let trust = open(database, &keys, &clinic.clock).await.unwrap();
        sound(&trust).await;
        assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));

        // The store is lost later: the keys know that three entries more were signed.
        for _ in 0..3 {
            patient(&clinic.trust, BORIS).await;
        }
        clinic.trust.sign_checkpoint().await.unwrap();
        let database = empty_store(to, clinic.folder.path()).await;
        let restored = clinic
            .restore(&database, &clinic.keys(), None)
            .await
            .unwrap();
        let JournalAfter::Begun {
            lost, old_origin, ..
        } = restored.journal
        else {
            panic!("a shorter log was continued")
        };
        assert_eq!((lost, old_origin.as_str()), (Some(3), ORIGIN));
        sound(&open(database, &clinic.keys(), &clinic.clock).await.unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_opened_any_more_is_told_loudly_and_keeps_nobody_out() {
    for (from, to) in ways() {
        let clinic = Clinic::open(from).await;
        let anna = patient(&clinic.trust, ANNA).await;
        let boris = patient(&clinic.trust, BORIS).await;
        let clara = patient(&clinic.trust, CLARA).await;
        let source = clinic.trust.database();
        let sql = async |sql: String| {
            assert!(
                source
                    .acts()
                    .execute_unprepared(&sql)
                    .await
                    .unwrap()
                    .rows_affected()
                    > 0,
                "{sql}"
            )
        };
        // Clara's phone is not what was sealed.
        let phone = format!(
            "SELECT s.sealed FROM sealed_field s WHERE s.field = 'phone' AND s.person = {}",
            id_in(source, anna.id.uuid())
        );
        let of_clara = format!(
            "field = 'phone' AND person = {}",
            id_in(source, clara.id.uuid())
        );
        sql(format!(
            "UPDATE sealed_field SET sealed = ({phone}) WHERE {of_clara}"
        ))
        .await;
        let old = clinic.backup().await;
        // Boris was not destroyed by anybody's decision: his key was taken away.
        sql(format!(
            "DELETE FROM person_key WHERE person = {}",
            id_in(source, boris.id.uuid())
        ))
        .await;
        clinic.backup().await;
        let database = empty_store(to, clinic.folder.path()).await;
        let keys = clinic.folder.path().join("keys-anew");
        let restored = clinic.restore(&database, &keys, Some(&old)).await.unwrap();
        assert_eq!(
            (
                restored.persons,
                restored.unreadable,
                restored.unindexed,
                restored.destroyed
            ),
            // Three patients and the two employees.
            (5, 1, 1, 0)
        );
        let trust = open(database, &keys, &clinic.clock).await.unwrap();
        assert!(
            !trust.verify().await.unwrap().sound(),
            "the loss was not found"
        );
        assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
        assert_eq!(phone_of(&trust, boris).await, None);
        assert_eq!(phone_of(&trust, clara).await, None);
        assert_eq!(found_by_phone(&trust, ANNA[1]).await, 1);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
