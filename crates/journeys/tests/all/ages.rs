//! Ages: who decides for whom goes by the day of deciding (ГК РФ ст. 21, policy clause 2.2), a service's limits by the
//! day of the visit, also when a visit is moved.

use journeys::{ClinicOptions, TestClinic, on_both};
use serde_json::{Value, json};

async fn free_on(clinic: &TestClinic, service: &str, day: &str) -> String {
    clinic.free(service, "anna", day).await.remove(0)
}

async fn of_age(clinic: &TestClinic, service: &str, day: &str, born: &str) -> Value {
    let start = free_on(clinic, service, day).await;
    let mut body = clinic.booking_of(service, "anna", &start).await;
    body["patient"]["birth_date"] = json!(born);
    body
}

/// The clock stands at 23 November 2026.
async fn who_decides(clinic: TestClinic) {
    let grows_up = of_age(&clinic, "visit", "2026-12-18", "2008-12-03").await;
    let refused = clinic.post("/api/v1/appointments", &grows_up).send().await;
    assert_eq!(refused.code(), 422, "17 today: {}", refused.text());
    let mut child = grows_up;
    child["for"] = json!("child");
    child["patient"]["phone"] = Value::Null;
    child["representative"] = json!({
        "surname": "Тестова", "given_name": "Анна", "phone": "+7 916 777-09-14", "basis": "parent",
    });
    child["consents"] = clinic.consents("booking", "child").await;
    let booked = clinic.post("/api/v1/appointments", &child).send().await;
    assert_eq!(
        booked.code(),
        201,
        "a parent decides today: {}",
        booked.text()
    );
}

async fn a_move_keeps_to_the_ages(clinic: TestClinic) {
    let mut body = of_age(&clinic, "children", "2026-11-28", "2008-11-29").await;
    body["for"] = json!("child");
    body["patient"]["phone"] = Value::Null;
    body["representative"] = json!({
        "surname": "Тестова", "given_name": "Анна", "phone": "+7 916 777-09-14", "basis": "parent",
    });
    body["consents"] = clinic.consents("booking", "child").await;
    let booked = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(booked.code(), 201, "{}", booked.text());
    let token = booked.json()["token"].as_str().expect("a token").to_owned();
    let to = async |day: &str, nth: usize| {
        let start = clinic.free("children", "anna", day).await.remove(nth);
        let to = json!({ "start": start, "practitioner": body["practitioner"], "branch": body["branch"] });
        let path = format!("/api/v1/appointments/{token}/move");
        clinic.post(path, &to).send().await
    };
    let grown = to("2026-12-02", 0).await;
    assert_eq!(grown.code(), 422, "18 by then: {}", grown.text());
    let still = to("2026-11-28", 2).await;
    assert_eq!(still.code(), 200, "{}", still.text());
}

async fn a_child_asks_for_no_certificate(clinic: TestClinic) {
    let body = json!({
        "language": "ru", "for": "self",
        "patient": {
            "surname": "Тестова", "given_name": "Мария", "birth_date": "2021-01-01", "phone": "+7 916 777-09-13",
            "inn": "500100732259", "year": "2025",
        },
        "consents": clinic.consents("tax_certificate", "self").await,
    });
    let answer = clinic
        .post("/api/v1/submissions/tax_certificate", &body)
        .send()
        .await;
    assert_eq!(answer.code(), 422, "{}", answer.text());
    assert_eq!(answer.json()["errors"][0]["code"], "not-adult");
    assert_eq!(clinic.count("submission").await, 0);
}

on_both!(deciding, who_decides);
on_both!(moving, a_move_keeps_to_the_ages);
on_both!(
    certificate,
    ClinicOptions::with_tax_certificate(),
    a_child_asks_for_no_certificate
);
