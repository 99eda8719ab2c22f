//! Two people never get the same slot: 200 clients at once, on both databases.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use journeys::{TestClinic, on_both};
use serde_json::{Value, json};

const CLIENTS: usize = 200;

/// Sends all bodies at once; gives how many answers of each status came, and the refusals.
async fn race(clinic: &Arc<TestClinic>, bodies: Vec<Value>) -> (BTreeMap<u16, usize>, Vec<Value>) {
    let tasks = bodies.into_iter().map(|body| {
        let clinic = Arc::clone(clinic);
        tokio::spawn(async move {
            // As a client told to try again does.
            loop {
                let answer = clinic.post("/api/v1/appointments", &body).send().await;
                if answer.code() != 503 {
                    return answer;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        })
    });
    let (mut counts, mut refusals) = (BTreeMap::new(), Vec::new());
    for answer in join_all(tasks).await {
        let answer = answer.expect("a client does not panic");
        *counts.entry(answer.code()).or_insert(0) += 1;
        if answer.code() == 409 {
            refusals.push(answer.json());
        }
    }
    (counts, refusals)
}

async fn bodies(
    clinic: &TestClinic,
    of: impl Fn(usize) -> (&'static str, &'static str, String),
) -> Vec<Value> {
    let mut bodies = Vec::with_capacity(CLIENTS);
    let template = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
    for index in 0..CLIENTS {
        let (service, practitioner, start) = of(index);
        let mut body = template.clone();
        body["service"] = json!(clinic.id("service", service).await);
        body["practitioner"] = json!(clinic.id("practitioner", practitioner).await);
        body["start"] = json!(start);
        body["patient"]["phone"] = json!(format!("+7916{index:07}"));
        bodies.push(body);
    }
    bodies
}

on_both!(one_slot_has_one_winner, |clinic: TestClinic| async move {
    let clinic = Arc::new(clinic);
    let bodies = bodies(&clinic, |_| {
        ("visit", "anna", "2026-11-24T10:00:00+03:00".into())
    })
    .await;
    let (counts, refusals) = race(&clinic, bodies).await;
    assert_eq!(counts, BTreeMap::from([(201, 1), (409, CLIENTS - 1)]));
    for refusal in refusals {
        let nearest = refusal["alternatives"].as_array().expect("alternatives");
        assert!(
            !nearest.is_empty()
                && nearest
                    .iter()
                    .all(|slot| slot["start"] != "2026-11-24T10:00:00+03:00"
                        || slot["practitioner"] != "")
        );
    }
    assert_eq!(clinic.count("appointment").await, 1);
    assert_eq!(clinic.count("person").await, 1, "losers leave no trace");
});

on_both!(
    overlapping_slots_of_different_lengths,
    |clinic: TestClinic| async move {
        let clinic = Arc::new(clinic);
        // An hour at 10:00, 10:15, 10:30, 10:45 or half an hour at 10:00 or 10:30: what wins may not overlap.
        let starts = ["10:00", "10:15", "10:30", "10:45"];
        let bodies = bodies(&clinic, |index| {
            let time = starts[index % starts.len()];
            let half = index % 3 == 0 && (time == "10:00" || time == "10:30");
            (
                if half { "visit" } else { "long" },
                "anna",
                format!("2026-11-24T{time}:00+03:00"),
            )
        })
        .await;
        let (counts, _) = race(&clinic, bodies).await;
        let won = counts[&201];
        assert!((1..=2).contains(&won), "{counts:?}");
        let overlapping = clinic
        .count("appointment a JOIN appointment b ON a.practitioner = b.practitioner AND a.id < b.id AND a.starts < b.ends AND b.starts < a.ends")
        .await;
        assert_eq!(overlapping, 0);
        assert_eq!(clinic.count("appointment").await, won as i64);
    }
);

on_both!(one_shared_room, |clinic: TestClinic| async move {
    let clinic = Arc::new(clinic);
    let doctors = ["anna", "boris", "vera"];
    let bodies = bodies(&clinic, |index| {
        (
            "in-room",
            doctors[index % 3],
            "2026-11-24T10:00:00+03:00".into(),
        )
    })
    .await;
    let (counts, _) = race(&clinic, bodies).await;
    assert_eq!(counts, BTreeMap::from([(201, 1), (409, CLIENTS - 1)]));
});

on_both!(the_last_of_three_lanes, |clinic: TestClinic| async move {
    let clinic = Arc::new(clinic);
    for doctor in ["anna", "boris"] {
        let body = clinic
            .booking_of("on-device", doctor, "2026-11-24T10:00:00+03:00")
            .await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
    }
    let bodies = bodies(&clinic, |_| {
        ("on-device", "vera", "2026-11-24T10:00:00+03:00".into())
    })
    .await;
    let (counts, _) = race(&clinic, bodies).await;
    assert_eq!(counts, BTreeMap::from([(201, 1), (409, CLIENTS - 1)]));
    assert_eq!(
        clinic
            .count("claim WHERE resource IN (SELECT id FROM resource WHERE kind = 'device')")
            .await,
        18
    );
});

on_both!(
    holds_expire_are_taken_over_and_survive_a_restart,
    |clinic: TestClinic| async move {
        let request = json!({
            "service": clinic.id("service", "visit").await,
            "practitioner": clinic.id("practitioner", "anna").await,
            "branch": clinic.id("branch", "main").await,
            "start": "2026-11-24T10:00:00+03:00",
        });
        let held = clinic.post("/api/v1/holds", &request).send().await;
        assert_eq!(held.code(), 201, "{}", held.text());
        let hold = held.json()["hold"].clone();
        assert_eq!(
            clinic.post("/api/v1/holds", &request).send().await.code(),
            409
        );
        assert!(
            !clinic
                .free("visit", "anna", "2026-11-24")
                .await
                .contains(&"2026-11-24T10:00:00+03:00".to_owned())
        );
        let stranger = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &stranger)
                .send()
                .await
                .code(),
            409
        );

        let clinic = clinic.restart().await;
        assert_eq!(
            clinic.post("/api/v1/holds", &request).send().await.code(),
            409,
            "it survived the restart"
        );
        let mut own = stranger.clone();
        own["hold"] = hold.clone();
        let booked = clinic.post("/api/v1/appointments", &own).send().await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &own)
                .send()
                .await
                .code(),
            409,
            "confirmed once"
        );

        let mut other = request.clone();
        other["start"] = json!("2026-11-24T11:00:00+03:00");
        let first = clinic.post("/api/v1/holds", &other).send().await.json();
        clinic.clock.advance_seconds(10 * 60);
        assert!(
            clinic
                .free("visit", "anna", "2026-11-24")
                .await
                .contains(&"2026-11-24T11:00:00+03:00".to_owned())
        );
        let second = clinic.post("/api/v1/holds", &other).send().await;
        assert_eq!(
            second.code(),
            201,
            "an expired hold is taken over: {}",
            second.text()
        );
        let mut late = clinic.booking("anna", "2026-11-24T11:00:00+03:00").await;
        late["hold"] = first["hold"].clone();
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &late)
                .send()
                .await
                .code(),
            409,
            "the first hold is gone"
        );
        late["hold"] = second.json()["hold"].clone();
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &late)
                .send()
                .await
                .code(),
            201
        );
    }
);

on_both!(
    a_hold_that_ran_out_still_confirms_if_nobody_took_the_time,
    |clinic: TestClinic| async move {
        let mut body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let request = json!({
            "service": body["service"], "practitioner": body["practitioner"], "branch": body["branch"], "start": body["start"],
        });
        let hold = clinic.post("/api/v1/holds", &request).send().await.json();
        clinic.clock.advance_seconds(11 * 60);
        body["hold"] = hold["hold"].clone();
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &body)
                .send()
                .await
                .code(),
            201
        );
    }
);

on_both!(
    moving_frees_its_own_cells_first,
    |clinic: TestClinic| async move {
        let body = clinic
            .booking_of("long", "anna", "2026-11-24T10:00:00+03:00")
            .await;
        let booked = clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .json();
        let token = booked["token"].as_str().expect("a token");
        let to = json!({ "start": "2026-11-24T10:15:00+03:00", "practitioner": body["practitioner"], "branch": body["branch"] });
        let moved = clinic
            .post(format!("/api/v1/appointments/{token}/move"), &to)
            .send()
            .await;
        assert_eq!(moved.code(), 200, "{}", moved.text());
        assert_eq!(
            (&moved.json()["id"], &moved.json()["start"]),
            (&booked["id"], &json!("2026-11-24T10:15:00+03:00"))
        );
        let taken = clinic
            .booking_of("visit", "anna", "2026-11-24T11:00:00+03:00")
            .await;
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &taken)
                .send()
                .await
                .code(),
            409,
            "10:15 to 11:15 is taken"
        );
        let cancelled = clinic
            .post(format!("/api/v1/appointments/{token}/cancel"), &json!({}))
            .send()
            .await;
        assert_eq!(
            (cancelled.code(), &cancelled.json()["status"]),
            (200, &json!("cancelled"))
        );
        assert_eq!(
            clinic
                .post("/api/v1/appointments", &taken)
                .send()
                .await
                .code(),
            201,
            "and free after the cancellation"
        );
    }
);
