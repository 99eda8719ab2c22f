//! Faults of the store: 503 to exactly the acts that met them, nothing half-written, the next act works.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::join_all;
use journeys::{Store, TestClinic, on_both};
use kernel::{FaultKind, PersonId, Scope, Stop};
use serde_json::{Value, json};
use tokio::sync::Notify;

const STARTS: [&str; 8] = [
    "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00",
];

async fn bodies(clinic: &TestClinic) -> Vec<Value> {
    let mut bodies = Vec::new();
    for doctor in ["anna", "boris", "vera"] {
        for start in STARTS {
            bodies.push(
                clinic
                    .booking(doctor, &format!("2026-11-24T{start}:00+03:00"))
                    .await,
            );
        }
    }
    bodies
}

async fn all_at_once(clinic: &Arc<TestClinic>, bodies: &[Value]) -> Vec<u16> {
    let tasks = bodies.iter().cloned().map(|body| {
        let clinic = Arc::clone(clinic);
        tokio::spawn(async move {
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code()
        })
    });
    join_all(tasks)
        .await
        .into_iter()
        .map(|code| code.expect("no panic"))
        .collect()
}

/// Every acknowledged booking is there whole, and nothing else is.
async fn nothing_half_made(clinic: &TestClinic, acknowledged: usize) {
    let acknowledged = i64::try_from(acknowledged).expect("a small number");
    for (table, each) in [
        ("appointment", 1),
        ("person", 1),
        ("person_key", 1),
        ("consent", 4),
        ("busy", 1),
        ("claim", 6),
        ("sealed_field WHERE field = 'surname'", 1),
        ("journal_entry WHERE kind = 'appointment.booked'", 1),
        ("job WHERE kind = 'appointment.escalate'", 1),
        ("journal_chain", 1),
    ] {
        assert_eq!(clinic.count(table).await, acknowledged * each, "{table}");
    }
}

on_both!(
    a_commit_that_fails_takes_its_acts_and_no_others,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        // A deferred constraint that an English booking breaks: the commit itself fails.
        clinic
            .sql("CREATE TABLE nowhere (id integer PRIMARY KEY)")
            .await;
        clinic.sql("CREATE TABLE poison (id integer REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED)").await;
        match clinic.store {
            Store::Sqlite => {
                clinic.sql("CREATE TRIGGER poisoned AFTER INSERT ON appointment WHEN NEW.language = 'en' \
                        BEGIN INSERT INTO poison VALUES (1); END").await;
            }
            Store::Postgres => {
                clinic.sql("CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS \
                        'BEGIN IF NEW.language = ''en'' THEN INSERT INTO poison VALUES (1); END IF; RETURN NEW; END'").await;
                clinic.sql("CREATE TRIGGER poisoned AFTER INSERT ON appointment FOR EACH ROW EXECUTE FUNCTION poisoned()").await;
            }
        }
        let mut bodies = bodies(&clinic).await;
        let english = clinic
            .get("/api/v1/consents?service=booking&for=self&language=en")
            .send()
            .await
            .json();
        let english: Vec<Value> = english["consents"].as_array().expect("consents").iter()
        .map(|one| json!({ "document": one["document"], "version": one["version"], "sha256": one["sha256"], "given": true })).collect();
        bodies[5]["language"] = json!("en");
        bodies[5]["consents"] = json!(english);
        let codes = all_at_once(&clinic, &bodies).await;
        assert_eq!(codes[5], 503, "{codes:?}");
        assert!(
            codes.iter().all(|code| [201, 503].contains(code)),
            "{codes:?}"
        );
        if clinic.store == Store::Postgres {
            assert_eq!(
                codes.iter().filter(|code| **code == 503).count(),
                1,
                "acts side by side do not share a commit: {codes:?}"
            );
        }
        nothing_half_made(&clinic, codes.iter().filter(|code| **code == 201).count()).await;
        // Whoever was in the same commit tries again and gets their time.
        for (index, body) in bodies
            .iter()
            .enumerate()
            .filter(|(index, _)| codes[*index] == 503 && *index != 5)
        {
            assert_eq!(
                clinic
                    .post("/api/v1/appointments", body)
                    .send()
                    .await
                    .code(),
                201,
                "{index}"
            );
        }
        nothing_half_made(&clinic, bodies.len() - 1).await;
        assert!(
            clinic
                .trust
                .verify()
                .await
                .expect("the journal can be read")
                .sound()
        );
    }
);

on_both!(
    a_statement_that_fails_takes_its_own_act_only,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        let chosen = clinic.id("practitioner", "vera").await;
        match clinic.store {
            Store::Sqlite => {
                let hex = chosen.replace('-', "");
                clinic.sql(&format!("CREATE TRIGGER refused BEFORE INSERT ON appointment WHEN NEW.practitioner = X'{hex}' \
                                 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END")).await;
            }
            Store::Postgres => {
                clinic.sql(&format!("CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS \
                                 'BEGIN IF NEW.practitioner = ''{chosen}'' THEN RAISE EXCEPTION ''refused by the test''; END IF; RETURN NEW; END'")).await;
                clinic.sql("CREATE TRIGGER refused BEFORE INSERT ON appointment FOR EACH ROW EXECUTE FUNCTION refused()").await;
            }
        }
        let bodies = bodies(&clinic).await;
        let codes = all_at_once(&clinic, &bodies).await;
        for (index, code) in codes.iter().enumerate() {
            let veras = bodies[index]["practitioner"] == json!(chosen);
            assert_eq!(*code >= 500, veras, "{index}: {codes:?}");
            assert!(veras || *code == 201);
        }
        nothing_half_made(&clinic, codes.iter().filter(|code| **code == 201).count()).await;
    }
);

on_both!(
    a_panic_in_a_verb_is_a_fault_of_its_act_only,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        let bodies = bodies(&clinic).await;
        let panics = (0..5).map(|_| {
            let trust = clinic.trust.clone();
            tokio::spawn(async move {
                let outcome: kernel::Outcome<(), ()> = trust
                    .act("test.panic", Scope::console(), |act| {
                        Box::pin(async move {
                            let person = act.new_person();
                            act.seal(
                                person,
                                trust::vault::Record::person(person),
                                "surname",
                                "Паникёр",
                            )
                            .await?;
                            panic!("on purpose");
                        })
                    })
                    .await;
                matches!(outcome, Err(Stop::Fault(fault)) if fault.kind() == FaultKind::Unavailable)
            })
        });
        let panics: Vec<_> = panics.collect();
        let codes = all_at_once(&clinic, &bodies).await;
        for panicked in join_all(panics).await {
            assert!(panicked.expect("the panic stays in its act"));
        }
        assert!(codes.iter().all(|code| *code == 201), "{codes:?}");
        nothing_half_made(&clinic, codes.len()).await;
    }
);

on_both!(
    an_act_goes_on_when_its_client_leaves,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        let bodies = bodies(&clinic).await;
        for (index, body) in bodies.iter().enumerate() {
            let task = tokio::spawn({
                let (clinic, body) = (Arc::clone(&clinic), body.clone());
                async move { clinic.post("/api/v1/appointments", &body).send().await }
            });
            tokio::time::sleep(Duration::from_micros(400 * index as u64)).await;
            task.abort();
            let _ = task.await;
        }
        // Whatever was begun is whole, and the house works on.
        let body = clinic.booking("anna", "2026-11-25T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
        tokio::time::sleep(Duration::from_millis(300)).await;
        let whole = clinic.count("appointment").await;
        nothing_half_made(&clinic, usize::try_from(whole).expect("a count")).await;
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_answers_503_and_a_freed_one_serves() {
    let clinic = Arc::new(
        TestClinic::open(Store::Sqlite)
            .await
            .expect("a file can always be made"),
    );
    let bodies = bodies(&clinic).await;
    clinic.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    clinic.sql("PRAGMA max_page_count = 1").await;
    let mut codes = Vec::new();
    for body in &bodies {
        codes.push(
            clinic
                .post("/api/v1/appointments", body)
                .send()
                .await
                .code(),
        );
    }
    assert!(codes.contains(&503), "{codes:?}");
    assert!(
        codes.iter().all(|code| [201, 503].contains(code)),
        "{codes:?}"
    );
    nothing_half_made(&clinic, codes.iter().filter(|code| **code == 201).count()).await;
    clinic.sql("PRAGMA max_page_count = 1073741823").await;
    for (body, code) in bodies.iter().zip(&codes) {
        if *code == 503 {
            assert_eq!(
                clinic
                    .post("/api/v1/appointments", body)
                    .send()
                    .await
                    .code(),
                201
            );
        }
    }
    nothing_half_made(&clinic, bodies.len()).await;
    assert!(
        clinic
            .trust
            .verify()
            .await
            .expect("the journal can be read")
            .sound()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_answers_503_and_a_freed_one_serves() {
    let clinic = TestClinic::open(Store::Sqlite)
        .await
        .expect("a file can always be made");
    let other =
        rusqlite::Connection::open(clinic.folder().join("medok.db")).expect("the file is there");
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the lock is free");
    let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 503, "{}", answer.text());
    assert!(!answer.header("retry-after").is_empty());
    other.execute_batch("ROLLBACK").expect("the lock is ours");
    nothing_half_made(&clinic, 0).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        201
    );
    nothing_half_made(&clinic, 1).await;
}

on_both!(
    a_broken_chain_fails_the_act_that_touches_it_alone,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        let mut bodies = bodies(&clinic).await;
        let first = bodies.remove(0);
        let booked = clinic.post("/api/v1/appointments", &first).send().await;
        let token = booked.json()["token"].as_str().expect("a token").to_owned();
        clinic.sql("UPDATE journal_chain SET n = -1").await;
        let path = format!("/api/v1/appointments/{token}/cancel");
        let cancelled = async {
            let mut codes = Vec::new();
            for _ in 0..5 {
                codes.push(clinic.post(&path, &json!({})).send().await.code());
            }
            codes
        };
        let (cancelled, booked) = tokio::join!(cancelled, all_at_once(&clinic, &bodies));
        assert!(cancelled.iter().all(|code| *code >= 500), "{cancelled:?}");
        assert!(booked.iter().all(|code| *code == 201), "{booked:?}");
        let open = "appointment WHERE status = 'requested'";
        assert_eq!(clinic.count(open).await, 24, "nothing was cancelled");
    }
);

/// On SQLite acts that wait are committed together. One that meets a person whom an earlier one of them made finds the
/// person's row, but no head of their chain in the store yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_meets_a_person_made_in_the_same_batch() {
    let clinic = TestClinic::open(Store::Sqlite)
        .await
        .expect("a file can always be made");
    let (opened, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let made: Arc<OnceLock<PersonId>> = Arc::default();
    let first = tokio::spawn({
        let (trust, opened, gate) = (clinic.trust.clone(), opened.clone(), gate.clone());
        async move {
            let outcome: kernel::Outcome<(), ()> = trust
                .act("test.wait", Scope::console(), move |_| {
                    let (opened, gate) = (opened.clone(), gate.clone());
                    Box::pin(async move {
                        opened.notify_one();
                        gate.notified().await;
                        Ok(())
                    })
                })
                .await;
            outcome
        }
    });
    opened.notified().await;
    let make = clinic.trust.act("test.make", Scope::console(), {
        let made = Arc::clone(&made);
        move |act| {
            let made = Arc::clone(&made);
            Box::pin(async move {
                let person = act.new_person();
                let record = trust::vault::Record::person(person);
                act.seal(person, record, "surname", "Пчёлкина").await?;
                act.record(trust::journal::Kind::SlotHeld, json!({}))?;
                made.set(person).expect("made once");
                Ok::<(), Stop<()>>(())
            })
        }
    });
    let meet = |n: u128| {
        let made = Arc::clone(&made);
        clinic.trust.act("test.meet", Scope::console(), move |act| {
            let made = Arc::clone(&made);
            Box::pin(async move {
                let person = *made.get().expect("made before");
                act.note(person, "receipt.given", uuid::Uuid::from_u128(n))
                    .await?;
                act.record(trust::journal::Kind::SlotHeld, json!({}))?;
                Ok::<(), Stop<()>>(())
            })
        })
    };
    // All three wait while the gate is shut, and are one batch with the act that waits at it.
    let open = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        gate.notify_one();
    };
    let (made, second, third, ()) = tokio::join!(make, meet(1), meet(2), open);
    first.await.expect("no panic").expect("nothing was done");
    made.expect("the person is made");
    second.expect("met once");
    third.expect("and again");
    let report = clinic.trust.verify().await.expect("a report");
    assert!(report.sound(), "{report:?}");
    assert_eq!(clinic.count("journal_chain WHERE n = 3").await, 1);
}
