//! Keys are rotated under load, twice at once: nobody's data is lost, and no old key is left.

use std::collections::BTreeMap;

use journeys::{TestClinic, WORK_DAY, on_both, settled};
use kernel::{DestructionId, Outcome, Scope, entropy};
use trust::NewJob;
use trust::jobs::Handler;

async fn booked(clinic: &TestClinic, practitioner: &str, starts: &[String]) -> Vec<String> {
    let mut tokens = Vec::new();
    for start in starts {
        let body = clinic.booking(practitioner, start).await;
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        tokens.push(answer.json()["token"].as_str().expect("a token").to_owned());
    }
    tokens
}

async fn two_rotations_and_bookings(clinic: TestClinic) {
    let starts = clinic.free("visit", "anna", WORK_DAY).await;
    let mut tokens = booked(&clinic, "anna", &starts[..4]).await;
    let (first, second, anna, boris) = tokio::join!(
        clinic.trust.rotate_keys(),
        clinic.trust.rotate_keys(),
        booked(&clinic, "anna", &starts[4..12]),
        booked(&clinic, "boris", &starts[..12]),
    );
    let (first, second) = (first.expect("a rotation"), second.expect("a rotation"));
    assert_ne!(first.kek, second.kek);
    tokens.extend(anna);
    tokens.extend(boris);
    let last = first.kek.max(second.kek);
    let old = format!("person_key WHERE kek <> {last}");
    assert_eq!(
        clinic.count(&old).await,
        0,
        "every key is under the last KEK"
    );
    for token in &tokens {
        let answer = clinic
            .get(format!("/api/v1/appointments/{token}"))
            .send()
            .await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        assert!(
            answer.json()["patient"]["phone_mask"].is_string(),
            "the telephone still opens: {}",
            answer.text()
        );
    }
}

/// The number beside a key is anybody's with the database: a key that only says it is under the new KEK is rewrapped
/// all the same.
async fn a_lying_column(clinic: TestClinic) {
    let starts = clinic.free("visit", "anna", WORK_DAY).await;
    let tokens = booked(&clinic, "anna", &starts[..1]).await;
    clinic.sql("UPDATE person_key SET kek = kek + 1").await;
    clinic.trust.rotate_keys().await.expect("a rotation");
    let answer = clinic
        .get(format!("/api/v1/appointments/{}", tokens[0]))
        .send()
        .await;
    assert!(
        answer.json()["patient"]["phone_mask"].is_string(),
        "the telephone still opens: {}",
        answer.text()
    );
}

/// Two destructions in one week queue two rotations: one is enough, and both jobs end.
async fn two_jobs_of_rotation(clinic: TestClinic) {
    let queued: Outcome<(), ()> = clinic
        .trust
        .act("test.queue", Scope::console(), |act| {
            Box::pin(async move {
                for _ in 0..2 {
                    act.later(NewJob::now("keys.rotate", entropy::random_id()));
                }
                act.record(trust::journal::Kind::HouseOpened, serde_json::Value::Null)?;
                Ok(())
            })
        })
        .await;
    settled(queued);
    let handlers = BTreeMap::from([(
        "keys.rotate",
        Handler::Long(|trust, destruction| {
            Box::pin(async move {
                let id = DestructionId::from_uuid(destruction);
                trust.rotate_after(id).await.map(drop)
            })
        }),
    )]);
    for _ in 0..2 {
        let worked = clinic
            .trust
            .work_once(&handlers)
            .await
            .expect("the queue can be read");
        assert_eq!(
            (worked.done, worked.failed),
            (1, 0),
            "long jobs run one at a time"
        );
    }
    assert_eq!(clinic.count("job").await, 0);
}

on_both!(at_once, two_rotations_and_bookings);
on_both!(lying, a_lying_column);
on_both!(queued, two_jobs_of_rotation);
