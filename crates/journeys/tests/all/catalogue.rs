//! A catalogue is replaced under a running clinic.

use clinic::booking::catalogue::NewCatalogue;
use journeys::{Answer, TestClinic, Visitor, WORK_DAY, on_both, small_catalogue};
use kernel::Scope;
use serde_json::json;

/// Cells of another size would not meet those that are taken: a grid stays while time is claimed on it.
async fn a_grid_stays_under_claims(clinic: TestClinic) {
    let start = clinic.free("visit", "anna", WORK_DAY).await.remove(0);
    let body = clinic.booking("anna", &start).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        201
    );
    let with_grid_of = |practitioner: &str| {
        let mut catalogue = small_catalogue();
        for resource in &mut catalogue.resources {
            if resource.code == practitioner {
                resource.grain = 10;
            }
        }
        clinic
            .booking
            .replace_catalogue(Scope::console(), catalogue)
    };
    let refused = with_grid_of("anna").await.expect_err("her time is taken");
    assert!(refused.to_string().contains("`anna`"), "{refused}");
    assert_eq!(clinic.count("resource WHERE grain = 10").await, 0);
    with_grid_of("boris").await.expect("nobody has booked him");
    assert_eq!(clinic.count("resource WHERE grain = 10").await, 1);
    let start = clinic.free("visit", "boris", WORK_DAY).await.remove(0);
    let body = clinic.booking("boris", &start).await;
    assert_eq!(
        clinic
            .post("/api/v1/appointments", &body)
            .send()
            .await
            .code(),
        201
    );
    assert_eq!(
        clinic.count("claim").await,
        6 + 3,
        "half an hour in cells of five and of ten minutes"
    );
}

on_both!(grid, a_grid_stays_under_claims);

async fn book(clinic: &TestClinic, service: &str, practitioner: &str, start: &str) -> Answer {
    let body = clinic.booking_of(service, practitioner, start).await;
    clinic.post("/api/v1/appointments", &body).send().await
}

async fn replace(
    clinic: &TestClinic,
    change: impl FnOnce(&mut NewCatalogue),
) -> Result<usize, String> {
    let mut catalogue = small_catalogue();
    change(&mut catalogue);
    let stored = clinic
        .booking
        .replace_catalogue(Scope::console(), catalogue)
        .await;
    stored
        .map(|stored| stored.kept)
        .map_err(|fault| fault.to_string())
}

/// A hold of twenty minutes confirms as an hour once the catalogue says so, with an hour of claims.
async fn a_hold_confirms_what_the_catalogue_says_now(clinic: TestClinic) {
    let starts = clinic.free("visit", "anna", WORK_DAY).await;
    let mut body = clinic.booking("anna", &starts[0]).await;
    let wish = json!({
        "service": body["service"], "practitioner": body["practitioner"], "branch": body["branch"], "start": starts[0],
    });
    let held = clinic.post("/api/v1/holds", &wish).send().await;
    assert_eq!(held.code(), 201, "{}", held.text());
    body["hold"] = held.json()["hold"].clone();
    replace(&clinic, |new| new.services[0].duration = 60)
        .await
        .expect("a catalogue");
    let booked = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(booked.code(), 201, "{}", booked.text());
    assert_eq!(
        clinic.count("claim").await,
        12,
        "an hour in cells of five minutes"
    );
    let second = book(&clinic, "visit", "anna", &starts[1]).await;
    assert_eq!(
        second.code(),
        409,
        "the second half-hour is taken: {}",
        second.text()
    );
}

/// What a new catalogue no longer has is offered to nobody, shown with the appointments that name it, and the same
/// thing when it returns, with its time still taken.
async fn withdrawn_and_back(clinic: TestClinic) {
    let start = clinic.free("in-room", "anna", WORK_DAY).await.remove(0);
    let booked = book(&clinic, "in-room", "anna", &start).await;
    assert_eq!(booked.code(), 201, "{}", booked.text());
    let token = booked.json()["token"].as_str().expect("a token").to_owned();
    let kept = replace(&clinic, |new| {
        new.resources
            .retain(|one| one.code != "room-1" && one.code != "anna");
        new.services.retain(|one| one.code != "in-room");
        new.schedules.retain(|one| one.practitioner != "anna");
        for service in &mut new.services {
            service.practitioners.retain(|code| code != "anna");
        }
    })
    .await
    .expect("a catalogue");
    assert_eq!(
        kept, 3,
        "room, practitioner and service are named by an appointment"
    );
    for path in ["/api/v1/services", "/api/v1/practitioners"] {
        let list = clinic.get(path).send().await.text();
        assert!(
            !list.contains("in-room") && !list.contains("Пчёлкина"),
            "{list}"
        );
    }
    let shown = clinic
        .get(format!("/api/v1/appointments/{token}"))
        .send()
        .await;
    assert_eq!(shown.code(), 200, "{}", shown.text());
    let mut owner = Visitor::at(&clinic, &format!("/a/{token}")).await;
    assert!(owner.text().contains("Пчёлкина"), "{}", owner.text());
    replace(&clinic, |_| {}).await.expect("a catalogue");
    assert!(
        !clinic
            .free("in-room", "boris", WORK_DAY)
            .await
            .contains(&start),
        "the one room is still taken then"
    );
    owner.go("/appointment/cancel").await;
    owner.submit(&[]).await;
    assert!(
        clinic
            .free("in-room", "boris", WORK_DAY)
            .await
            .contains(&start)
    );
}

/// A room may not shrink below what is booked ahead in it.
async fn lanes_stay_under_claims(clinic: TestClinic) {
    let start = clinic.free("on-device", "anna", WORK_DAY).await.remove(0);
    let mut tokens = Vec::new();
    for practitioner in ["anna", "boris"] {
        let booked = book(&clinic, "on-device", practitioner, &start).await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        tokens.push(booked.json()["token"].as_str().expect("a token").to_owned());
    }
    let cancel = format!("/api/v1/appointments/{}/cancel", tokens[0]);
    assert_eq!(clinic.post(cancel, &json!({})).send().await.code(), 200);
    let one_lane = |new: &mut NewCatalogue| {
        for resource in &mut new.resources {
            resource.lanes = 1;
        }
    };
    let refused = replace(&clinic, one_lane)
        .await
        .expect_err("its second place is taken");
    assert!(refused.contains("`device-1`"), "{refused}");
    let cancel = format!("/api/v1/appointments/{}/cancel", tokens[1]);
    assert_eq!(clinic.post(cancel, &json!({})).send().await.code(), 200);
    replace(&clinic, one_lane)
        .await
        .expect("nothing is booked ahead");
}

/// Who sees two at once is free until both places are taken.
async fn a_practitioner_of_two_lanes(clinic: TestClinic) {
    replace(&clinic, |new| {
        for resource in &mut new.resources {
            if resource.code == "anna" {
                resource.lanes = 2;
            }
        }
    })
    .await
    .expect("a catalogue");
    let start = clinic.free("visit", "anna", WORK_DAY).await.remove(0);
    for (place, code) in [(1, 201), (2, 201), (3, 409)] {
        let offered = clinic
            .free("visit", "anna", WORK_DAY)
            .await
            .contains(&start);
        assert_eq!(offered, code == 201, "place {place}");
        assert_eq!(
            book(&clinic, "visit", "anna", &start).await.code(),
            code,
            "place {place}"
        );
    }
}

on_both!(grown, a_hold_confirms_what_the_catalogue_says_now);
on_both!(withdrawn, withdrawn_and_back);
on_both!(lanes, lanes_stay_under_claims);
on_both!(two_at_once, a_practitioner_of_two_lanes);
