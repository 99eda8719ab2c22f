//! 1.1: using the site is no consent. Browsing stores nothing about anyone; no personal field is stored
//! without a recorded consent or another named basis.

use journeys::{TestClinic, WORK_DAY, on_both};

use super::personal_rows;

on_both!(browsing_leaves_no_trace, |clinic: TestClinic| async move {
    let before = clinic.count("journal_entry").await;
    let service = clinic.id("service", "visit").await;
    for path in [
        "/".to_owned(),
        "/book".to_owned(),
        "/policy".to_owned(),
        "/doctors".to_owned(),
        "/api/v1/branches".to_owned(),
        "/api/v1/practitioners".to_owned(),
        "/api/v1/services".to_owned(),
        "/api/v1/policy".to_owned(),
        "/api/v1/consents?service=booking&for=self".to_owned(),
        format!("/api/v1/slots?service={service}&from={WORK_DAY}&to={WORK_DAY}"),
    ] {
        let answer = clinic.get(&path).send().await;
        assert_eq!(answer.code(), 200, "{path}: {}", answer.text());
        assert_eq!(
            answer.header("set-cookie"),
            "",
            "{path} sets a cookie on somebody who only looks"
        );
    }
    assert_eq!(personal_rows(&clinic).await, 0);
    assert_eq!(
        clinic.count("journal_entry").await,
        before,
        "looking is no act"
    );
});

on_both!(
    nothing_is_stored_without_a_consent,
    |clinic: TestClinic| async move {
        for given in [serde_json::json!([]), serde_json::Value::Null] {
            let mut body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
            body["consents"] = given;
            let answer = clinic.post("/api/v1/appointments", &body).send().await;
            assert_eq!(answer.code(), 422, "{}", answer.text());
            assert_eq!(personal_rows(&clinic).await, 0);
        }
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        // One row a purpose: the policy line, and the consent for services, identification and contact.
        assert_eq!(clinic.count("consent").await, 4);
        assert_eq!(clinic.count("person").await, 1);
    }
);
