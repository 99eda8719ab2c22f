//! Attacks on what the journal tells of: sealed fields, keys, approvals, staff, documents.

use trust::journal::verify::Finding;

use crate::clinic::{Clinic, finds, is_field, sound};
use crate::store::stores;

#[tokio::test]
async fn swapped_fields_are_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let (annas, boriss) = (
            clinic.sealed(clinic.anna, "surname").await,
            clinic.sealed(clinic.boris, "surname").await,
        );
        for (person, sealed) in [(clinic.anna, &boriss), (clinic.boris, &annas)] {
            clinic
                .sql(&format!(
                    "UPDATE sealed_field SET sealed = {sealed} WHERE {}",
                    clinic.field(person, "surname")
                ))
                .await;
        }
        let report = clinic.verify().await;
        for person in [clinic.anna, clinic.boris] {
            finds(
                &report,
                "a field of another person",
                |finding| matches!(finding, Finding::FieldUnopened { at, .. } if is_field(at, person, "surname")),
            );
        }
        assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
    }
}

#[tokio::test]
async fn swapped_fields_of_one_person_are_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let (surname, email) = (
            clinic.sealed(clinic.boris, "surname").await,
            clinic.sealed(clinic.boris, "email").await,
        );
        for (field, sealed) in [("surname", &email), ("email", &surname)] {
            clinic
                .sql(&format!(
                    "UPDATE sealed_field SET sealed = {sealed} WHERE {}",
                    clinic.field(clinic.boris, field)
                ))
                .await;
        }
        let report = clinic.verify().await;
        for field in ["surname", "email"] {
            finds(
                &report,
                "a field of another name",
                |finding| matches!(finding, Finding::FieldUnopened { at, .. } if is_field(at, clinic.boris, field)),
            );
        }
    }
}

#[tokio::test]
async fn a_rewound_row_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let old = clinic.sealed(clinic.anna, "phone").await;
        clinic
            .store
            .reseal(clinic.anna, "phone", "+79035556677")
            .await;
        sound(&clinic.verify().await);
        let row = clinic.field(clinic.anna, "phone");
        clinic
            .sql(&format!(
                "UPDATE sealed_field SET sealed = {old}, version = 2 WHERE {row}"
            ))
            .await;
        finds(
            &clinic.verify().await,
            "the older version",
            |finding| matches!(finding, Finding::FieldRewound { at, told: 3, found: 2 } if is_field(at, clinic.anna, "phone")),
        );
        // The old value under the new number does not open at all.
        clinic
            .sql(&format!("UPDATE sealed_field SET version = 3 WHERE {row}"))
            .await;
        finds(
            &clinic.verify().await,
            "the older value",
            |finding| matches!(finding, Finding::FieldUnopened { at, .. } if is_field(at, clinic.anna, "phone")),
        );
    }
}

#[tokio::test]
async fn rows_put_in_or_taken_away_are_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        clinic
            .sql(&format!(
                "UPDATE sealed_field SET field = 'birth_date' WHERE {}",
                clinic.field(clinic.anna, "surname")
            ))
            .await;
        let report = clinic.verify().await;
        finds(
            &report,
            "a field put in",
            |finding| matches!(finding, Finding::FieldUntold { at } if is_field(at, clinic.anna, "birth_date")),
        );
        finds(
            &report,
            "a field taken away",
            |finding| matches!(finding, Finding::FieldMissing { at } if is_field(at, clinic.anna, "surname")),
        );
    }
}

#[tokio::test]
async fn a_dropped_key_is_found_and_a_destroyed_one_is_not() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let chain = clinic.chain(clinic.boris).await;
        clinic
            .sql(&format!(
                "DELETE FROM person_key WHERE person = {}",
                clinic.id(clinic.boris)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the chain", |finding| {
            *finding == Finding::KeyDropped { chain }
        });
        finds(&report, "the person", |finding| {
            *finding
                == Finding::PersonWithoutKey {
                    person: clinic.boris.uuid(),
                }
        });
        // Even with every row of the person gone, the chain is still nobody's.
        for table in ["sealed_field", "blind_index"] {
            clinic
                .sql(&format!(
                    "DELETE FROM {table} WHERE person = {}",
                    clinic.id(clinic.boris)
                ))
                .await;
        }
        clinic
            .sql(&format!(
                "DELETE FROM person WHERE id = {}",
                clinic.id(clinic.boris)
            ))
            .await;
        assert_eq!(
            clinic.verify().await.findings,
            [Finding::KeyDropped { chain }]
        );
        // And a row that says he was destroyed covers nothing, for the list is not the one approved.
        let destruction = clinic.destruction;
        clinic
            .sql(&format!(
                "INSERT INTO destruction_person (destruction, person, chain) VALUES ({}, {}, {})",
                clinic.id(destruction),
                clinic.id(clinic.boris),
                clinic.id(chain)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the chain", |finding| {
            *finding == Finding::KeyDropped { chain }
        });
        finds(&report, "the list", |finding| {
            *finding == Finding::DestructionDiffers { destruction }
        });
    }
}

#[tokio::test]
async fn a_key_that_came_back_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let gone = clinic
            .store
            .uuid(&format!(
                "SELECT chain AS value FROM destruction_person WHERE person = {}",
                clinic.id(clinic.gone)
            ))
            .await;
        clinic
            .sql(&format!(
                "UPDATE person_key SET chain = {} WHERE person = {}",
                clinic.id(gone),
                clinic.id(clinic.anna)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the key", |finding| {
            *finding
                == Finding::KeyOfDestroyed {
                    person: clinic.anna.uuid(),
                }
        });
        finds(
            &report,
            "the links it does not open",
            |finding| matches!(finding, Finding::LinkUnopened { chain, .. } if *chain == gone),
        );
        clinic.sql("DELETE FROM destruction_person").await;
        clinic.sql("DELETE FROM destruction").await;
        let report = clinic.verify().await;
        let destruction = clinic.destruction;
        finds(&report, "the destruction", |finding| {
            *finding == Finding::DestructionUnrecorded { destruction }
        });
        finds(&report, "its number", |finding| {
            *finding
                == Finding::DestructionsFewer {
                    remembered: 1,
                    there: 0,
                }
        });
    }
}

#[tokio::test]
async fn an_approver_added_by_hand_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let nina = clinic.store.employee("nina", "registrar").await;
        sound(&clinic.verify().await);
        let by_hand = Finding::ApproverByHand {
            subject: clinic.destruction,
            staff: nina.0.uuid(),
        };
        // The act is a real entry of the right kind, but not hers.
        clinic
            .sql(&format!(
                "INSERT INTO approval (subject, staff, content_hash, at, act) \
                 SELECT subject, {}, content_hash, at, act FROM approval LIMIT 1",
                clinic.id(nina.0)
            ))
            .await;
        let report = clinic.verify().await;
        finds(&report, "the approver", |finding| *finding == by_hand);
        assert!(
            by_hand.to_string().starts_with("approver added by hand"),
            "{by_hand}"
        );
        assert_eq!(report.findings.len(), 1);
        clinic
            .sql(&format!(
                "UPDATE staff SET role = 'owner' WHERE id = {}",
                clinic.id(nina.0)
            ))
            .await;
        finds(&clinic.verify().await, "the role", |finding| {
            *finding
                == Finding::RowDiffers {
                    table: "staff".into(),
                    record: nina.0.uuid(),
                    column: "role".into(),
                }
        });
        // Approvals taken away afterwards leave the destruction without its two.
        clinic.sql("DELETE FROM approval").await;
        let destruction = clinic.destruction;
        finds(&clinic.verify().await, "the missing approvals", |finding| {
            *finding == Finding::DestructionUnapproved { destruction }
        });
    }
}

#[tokio::test]
async fn a_document_changed_by_hand_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let document = clinic.store.uuid("SELECT id AS value FROM document").await;
        clinic
            .sql("UPDATE document SET body = 'Другой текст.'")
            .await;
        finds(&clinic.verify().await, "the text", |finding| {
            *finding == Finding::DocumentDiffers { document }
        });
    }
}

#[tokio::test]
async fn a_document_moved_retitled_or_deleted_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let document = clinic.store.uuid("SELECT id AS value FROM document").await;
        clinic
            .sql("UPDATE document SET effective_at = effective_at - 1000000")
            .await;
        assert_eq!(
            clinic.verify().await.findings,
            [Finding::DocumentMoved { document }]
        );
        clinic
            .sql("UPDATE document SET effective_at = effective_at + 1000000, title = 'Согласие'")
            .await;
        assert_eq!(
            clinic.verify().await.findings,
            [Finding::DocumentDiffers { document }]
        );
        clinic.sql("DELETE FROM document").await;
        assert_eq!(
            clinic.verify().await.findings,
            [Finding::DocumentMissing { document }]
        );
    }
}

#[tokio::test]
async fn a_person_deleted_with_every_row_is_missed_by_the_entries() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        // Nothing of them is signed into a map yet, and nothing but the entry knows of them.
        let person = clinic.store.person("Зайцев", "+79167770916").await;
        let chain = clinic.chain(person).await;
        let of = clinic.id(chain);
        let entry = clinic
            .store
            .uuid(&format!(
                "SELECT entry AS value FROM journal_sub WHERE chain = {of}"
            ))
            .await;
        sound(&clinic.verify().await);
        for table in ["journal_sub", "journal_chain", "person_key"] {
            clinic
                .sql(&format!("DELETE FROM {table} WHERE chain = {of}"))
                .await;
        }
        let of = clinic.id(person);
        for table in ["sealed_field", "blind_index"] {
            clinic
                .sql(&format!("DELETE FROM {table} WHERE person = {of}"))
                .await;
        }
        clinic
            .sql(&format!("DELETE FROM person WHERE id = {of}"))
            .await;
        let missing = Finding::SubsMissing {
            entry,
            missing: 1,
            there: 0,
        };
        assert_eq!(
            clinic.verify().await.findings,
            std::slice::from_ref(&missing)
        );
        // Numbered and signed since, it is missed as before.
        clinic.store.trust.sign_checkpoint().await.unwrap();
        assert_eq!(clinic.verify().await.findings, [missing]);
    }
}

#[tokio::test]
async fn a_sub_entry_put_where_a_filler_is_is_found() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let chain = clinic.chain(clinic.boris).await;
        let of = clinic.id(chain);
        clinic
            .sql(&format!(
                "UPDATE journal_sub SET position = (position + 1) % 4 WHERE chain = {of} AND n = 1"
            ))
            .await;
        let report = clinic.verify().await;
        finds(
            &report,
            "the position",
            |finding| matches!(finding, Finding::SubPosition { chain: c, n: 1, .. } if *c == chain),
        );
        finds(&report, "the leaf left bare", |finding| {
            matches!(finding, Finding::SubsMissing { missing: 1, .. })
        });
    }
}
