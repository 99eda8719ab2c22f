//! `medok journal verify` against an attacker who has the database and neither the keys nor the vault. Each attack is
//! done by plain SQL to a store of real acts that was sound before, on both databases, and must be found by its own name.
//!
//! SQLite always; PostgreSQL when `MEDOK_TEST_POSTGRES` holds the address of a server that lets us make databases, such as
//! `postgres://postgres@localhost:5432/postgres`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and says aloud what it skipped"
)]

mod changed;
mod clinic;
mod ends;
mod proofs;
mod rows;
mod store;

use std::collections::BTreeSet;

use trust::journal::verify::verify_closed;

use clinic::{Clinic, sound};
use store::stores;

#[tokio::test]
async fn a_store_that_nobody_touched_is_sound() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let report = clinic.verify().await;
        // Two patients and the two employees who approved.
        assert_eq!((report.checkpoints, report.persons), (2, 4));
        assert!(report.entries > 15, "{} entries", report.entries);
        // What waits for its number is covered as well, and a store is checked the same without being opened.
        clinic
            .store
            .reseal(clinic.boris, "phone", "+79160000000")
            .await;
        sound(&clinic.verify().await);
        let closed = verify_closed(clinic.store.database(), clinic.store.keys())
            .await
            .unwrap();
        sound(&closed);
        assert_eq!((closed.entries, closed.persons), (report.entries + 1, 4));
        // Rotation rewraps every key and changes no field; rebuilding changes index rows only.
        clinic.store.trust.rotate_keys().await.unwrap();
        clinic.store.trust.rebuild_indexes().await.unwrap();
        clinic.store.trust.map_chains().await.unwrap();
        clinic.store.trust.sign_checkpoint().await.unwrap();
        sound(&clinic.verify().await);
        // A destruction counts from its act, numbered or not.
        let approvers = [
            clinic.store.employee("nina", "responsible").await,
            clinic.store.employee("igor", "owner").await,
        ];
        clinic
            .store
            .destroy(&BTreeSet::from([clinic.boris]), &approvers)
            .await;
        let report = clinic.verify().await;
        sound(&report);
        // The other patient, and four employees by now.
        assert_eq!(report.persons, 5);
    }
}

#[tokio::test]
async fn maps_made_among_other_acts_are_sound() {
    for store in stores().await {
        let work = (0..40).map(|turn| {
            let store = &store;
            async move {
                if turn % 8 == 5 {
                    store.trust.map_chains().await.unwrap();
                } else {
                    let person = store.person("Волков", "+79167770914").await;
                    store.note(person).await;
                }
            }
        });
        futures::future::join_all(work).await;
        store.trust.sign_checkpoint().await.unwrap();
        sound(&store.trust.verify().await.unwrap());
        assert!(store.trust.published().await.unwrap().is_some());
    }
}
