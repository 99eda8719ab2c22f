//! A restore that fails or is cut off: the store is empty, or shut until the restore has gone on to its end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use platform::database::Database;
use trust::{HouseError, Trust};

use super::clinic::{
    ANNA, BORIS, Clinic, Room, Side, empty_store, found_by_phone, number, open, patient, phone_of,
    places_of, ways,
};
use super::{says, sound};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_failed_midway_keeps_the_house_shut_and_goes_on() {
    for (from, to) in ways() {
        let clinic = Clinic::open(from).await;
        let anna = patient(&clinic.trust, ANNA).await;
        let boris = patient(&clinic.trust, BORIS).await;
        let old = clinic.backup().await;
        clinic.destroy(boris).await;
        clinic.backup().await;
        let database = empty_store(to, clinic.folder.path()).await;
        let keys = clinic.folder.path().join("keys-anew");
        let room = Arc::new(Room::default());
        room.broken.store(true, Ordering::SeqCst);
        let mut restoring = clinic.restoring(database.clone(), &keys);
        restoring.data = Some(old.time.clone());
        restoring.contexts = vec![room];
        says(
            &Trust::restore(restoring).await.unwrap_err(),
            &["the room burns"],
        );

        // Boris' form is still there, so nobody gets in.
        let shut = open(database.clone(), &keys, &clinic.clock)
            .await
            .err()
            .expect("the house opened");
        assert!(matches!(shut, HouseError::Unrestored), "{shut}");
        says(&shut, &["medok restore", "goes on"]);
        clinic.clock.advance_seconds(5);
        let restored = clinic.restore(&database, &keys, None).await.unwrap();
        assert_eq!(
            (restored.data.as_str(), restored.destructions_again),
            (old.time.as_str(), 1)
        );
        let trust = open(database.clone(), &keys, &clinic.clock).await.unwrap();
        sound(&trust).await;
        assert_eq!(
            number(
                &database,
                "SELECT count(*) FROM journal_entry WHERE kind = 'store.restored'"
            )
            .await,
            1
        );
        assert_eq!(places_of(&database, boris.id).await.len(), 1);
        assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_cut_off_anywhere_is_empty_or_goes_on() {
    let clinic = Clinic::open(Side::Sqlite).await;
    let anna = patient(&clinic.trust, ANNA).await;
    let boris = patient(&clinic.trust, BORIS).await;
    let old = clinic.backup().await;
    clinic.destroy(boris).await;
    clinic.backup().await;
    let keys = clinic.folder.path().join("keys-anew");
    let path = clinic.folder.path().join("cut-off");
    let connect = async || {
        Database::connect(&format!("sqlite:{}", path.display()), 1)
            .await
            .unwrap()
    };
    let database = connect().await;
    migrations::up(database.acts()).await.unwrap();
    database.close().await.unwrap();
    let (mut patience, mut shut) = (Duration::from_millis(2), 0);
    loop {
        let database = connect().await;
        let ended =
            tokio::time::timeout(patience, clinic.restore(&database, &keys, Some(&old))).await;
        database.close().await.unwrap();
        if let Ok(ended) = ended {
            ended.unwrap();
            break;
        }
        // As after a crash: another process looks at what is left.
        let database = connect().await;
        let rows = number(&database, "SELECT count(*) FROM person").await;
        if rows == 0 {
            assert!(!keys.exists(), "keys without rows");
        } else {
            match open(database.clone(), &keys, &clinic.clock).await {
                Err(HouseError::Unrestored) => shut += 1,
                // Its last step was done when patience ran out.
                Ok(_) => break,
                Err(other) => panic!("{other}"),
            }
        }
        database.close().await.unwrap();
        patience += Duration::from_millis(4);
    }
    println!("cut off with rows {shut} times");
    let database = connect().await;
    let trust = open(database.clone(), &keys, &clinic.clock).await.unwrap();
    sound(&trust).await;
    assert_eq!(phone_of(&trust, anna).await.as_deref(), Some(ANNA[1]));
    assert_eq!(places_of(&database, boris.id).await.len(), 1);
    assert_eq!(found_by_phone(&trust, ANNA[1]).await, 1);
}
