//! Older keys, tampered, cut and foreign files: refused with a word that helps, and the store stays empty.

use std::fs;

use sea_orm::ConnectionTrait;
use trust::Trust;
use trust::backup::{Identity, RestoreError};
use trust::vault::core::KeyringError;

use super::clinic::{ANNA, BORIS, Clinic, Side, empty_store, open, patient, phone_of};
use super::{copy, says};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_keyset_is_refused_however_it_comes() {
    let clinic = Clinic::open(Side::Sqlite).await;
    patient(&clinic.trust, ANNA).await;
    let boris = patient(&clinic.trust, BORIS).await;
    let old = clinic.backup().await;
    clinic.destroy(boris).await;
    clinic.trust.sign_checkpoint().await.unwrap();
    let before_rotation = clinic.folder.path().join("keys-before-rotation");
    copy(&clinic.keys(), &before_rotation);
    clinic.trust.rotate_keys().await.unwrap();
    let new = clinic.backup().await;
    let anew = clinic.folder.path().join("keys-anew");
    let database = empty_store(Side::Sqlite, clinic.folder.path()).await;
    let away = |backup: &trust::backup::Backup| {
        let files = [&backup.data, &backup.keys, &backup.manifest, &backup.note];
        files.map(|file| (file.clone(), fs::read(file).unwrap()))
    };
    let kept = away(&new);

    // The newest keys are missing, and the manifest tells.
    fs::remove_file(&new.keys).unwrap();
    let error = clinic
        .restore(&database, &anew, Some(&old))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, RestoreError::NoKeys(file) if *file == format!("keys-{}.age", new.time)),
        "{error}"
    );
    // An old archive in their place.
    fs::copy(&old.keys, &new.keys).unwrap();
    let error = clinic
        .restore(&database, &anew, Some(&old))
        .await
        .unwrap_err();
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error}");
    // No trace of the newest backup, but the key folder knows of one rotation or one destruction more.
    for (file, _) in &kept {
        fs::remove_file(file).unwrap();
    }
    let error = clinic
        .restore(&database, &clinic.keys(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            RestoreError::FewerDestructions {
                known: 1,
                archive: 0
            }
        ),
        "{error}"
    );
    says(&error, &["bring the newest keys-<time>.age"]);
    let error = clinic
        .restore(&database, &before_rotation, None)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            RestoreError::FewerDestructions {
                known: 1,
                archive: 0
            }
        ),
        "{error}"
    );
    let undestroyed = Clinic::open(Side::Sqlite).await;
    undestroyed.backup().await;
    undestroyed.trust.rotate_keys().await.unwrap();
    let error = undestroyed
        .restore(&database, &undestroyed.keys(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, RestoreError::Keys(KeyringError::OlderArchive { .. })),
        "{error}"
    );
    // The keys of another clinic.
    let error = clinic
        .restore(&database, &undestroyed.keys(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, RestoreError::Keys(KeyringError::OtherStore { .. })),
        "{error}"
    );

    // After all that the store is still empty, and the right files restore.
    for (file, bytes) in kept {
        fs::write(file, bytes).unwrap();
    }
    assert_eq!(
        clinic
            .restore(&database, &clinic.keys(), None)
            .await
            .unwrap()
            .unreadable,
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_tampered_with_cut_or_put_in_is_refused() {
    let clinic = Clinic::open(Side::Sqlite).await;
    let anna = patient(&clinic.trust, ANNA).await;
    let backup = clinic.backup().await;
    let database = empty_store(Side::Sqlite, clinic.folder.path()).await;
    let keys = clinic.folder.path().join("keys-anew");
    let refused = async |what: &str| {
        let error = clinic
            .restore(&database, &keys, None)
            .await
            .expect_err(what);
        assert!(
            !matches!(error, RestoreError::Fault(_) | RestoreError::House(_)),
            "{what}: {error}"
        );
        assert!(!keys.exists(), "{what}: keys were put in place");
    };
    for file in [&backup.data, &backup.keys, &backup.manifest, &backup.note] {
        let whole = fs::read(file).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 2] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            fs::write(file, &changed).unwrap();
            refused(&format!("{} at {place}", file.display())).await;
        }
        fs::write(file, &whole[..whole.len() - 100]).unwrap();
        refused("cut").await;
        fs::remove_file(file).unwrap();
        refused("taken away").await;
        fs::write(file, &whole).unwrap();
    }
    // Manifests say what is in the folder: one that hides a destruction or names a newer keyset is not signed.
    let text = fs::read_to_string(&backup.manifest).unwrap();
    fs::write(
        &backup.manifest,
        text.replace("\"keyset\": 1", "\"keyset\": 9"),
    )
    .unwrap();
    refused("a manifest was changed").await;
    fs::write(&backup.manifest, &text).unwrap();

    // Another clinic's backup in the folder, encrypted to the same recipient.
    let mut other = Clinic::open(Side::Sqlite).await;
    other.key = clinic.key.clone();
    let foreign = other.backup().await;
    let names = [
        &foreign.data,
        &foreign.keys,
        &foreign.manifest,
        &foreign.note,
    ];
    let brought = names.map(|file| {
        clinic
            .backups()
            .join(file.file_name().unwrap())
            .with_extension(format!("z.{}", file.extension().unwrap().display()))
    });
    for (file, place) in names.into_iter().zip(&brought) {
        fs::copy(file, place).unwrap();
    }
    refused("a foreign manifest").await;
    for place in brought {
        fs::remove_file(place).unwrap();
    }

    // Not for this identity; not the journal that was written down; no backup at all; no such time.
    let mut restoring = clinic.restoring(database.clone(), &keys);
    let stranger = age::x25519::Identity::generate();
    restoring.identity = Identity::read(age::secrecy::ExposeSecret::expose_secret(
        &stranger.to_string(),
    ))
    .unwrap();
    assert!(matches!(
        Trust::restore(restoring).await.unwrap_err(),
        RestoreError::OtherIdentity(_)
    ));
    let mut restoring = clinic.restoring(database.clone(), &keys);
    restoring.journal_key = Some(other.trust.journal_key());
    assert!(matches!(
        Trust::restore(restoring).await.unwrap_err(),
        RestoreError::Foreign { .. }
    ));
    let mut restoring = clinic.restoring(database.clone(), &keys);
    restoring.folder = clinic.keys();
    assert!(matches!(
        Trust::restore(restoring).await.unwrap_err(),
        RestoreError::NoBackup(_)
    ));
    let mut restoring = clinic.restoring(database.clone(), &keys);
    restoring.data = Some("20200101T000000Z".into());
    assert!(matches!(
        Trust::restore(restoring).await.unwrap_err(),
        RestoreError::NoData(_)
    ));
    // A store that is in use, or of another shape.
    let used = clinic
        .restore(clinic.trust.database(), &keys, None)
        .await
        .unwrap_err();
    says(&used, &["not empty", "nothing was changed"]);
    database
        .acts()
        .execute_unprepared("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)")
        .await
        .unwrap();
    let shape = clinic.restore(&database, &keys, None).await.unwrap_err();
    says(&shape, &["m9999_later", "restore with Medok"]);
    database
        .acts()
        .execute_unprepared("DELETE FROM seaql_migrations WHERE version = 'm9999_later'")
        .await
        .unwrap();

    let mut restoring = clinic.restoring(database.clone(), &keys);
    restoring.journal_key = Some(clinic.trust.journal_key());
    Trust::restore(restoring).await.unwrap();
    let trust = open(database, &keys, &clinic.clock).await.unwrap();
    assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
}
