//! 2.2: capable adults act for themselves; for a child or a ward the legal representative consents, kept
//! apart; for another adult nobody consents in their name.

use journeys::{TestClinic, on_both};
use serde_json::{Value, json};

async fn for_whom(clinic: &TestClinic, for_whom: &str, birth_date: &str, start: &str) -> Value {
    let mut body = clinic.booking("anna", start).await;
    body["for"] = json!(for_whom);
    body["patient"]["birth_date"] = json!(birth_date);
    body["consents"] = clinic.consents("booking", for_whom).await;
    body
}

fn representative() -> Value {
    json!({ "surname": "Тестов", "given_name": "Пётр", "patronymic": null, "phone": "+7 916 777-09-14", "basis": "parent" })
}

on_both!(
    a_child_comes_with_a_representative,
    |clinic: TestClinic| async move {
        let mut body = for_whom(&clinic, "child", "2020-03-01", "2026-11-24T10:00:00+03:00").await;
        body["patient"]["phone"] = Value::Null;
        let alone = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(alone.code(), 422, "{}", alone.text());
        body["representative"] = representative();
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        // Two people, two keys: the representative's data is kept apart from the patient's.
        assert_eq!(clinic.count("person").await, 2);
        assert_eq!(clinic.count("person_key").await, 2);
        assert_eq!(
            clinic.count("consent WHERE person <> given_by").await,
            3,
            "for the child, by the representative"
        );
        assert_eq!(
            clinic.count("consent WHERE person = given_by").await,
            4,
            "the policy line and the representative's own"
        );
        assert_eq!(
            clinic
                .count("appointment WHERE basis = 'parent' AND representative IS NOT NULL")
                .await,
            1
        );
    }
);

on_both!(a_ward_too, |clinic: TestClinic| async move {
    let mut body = for_whom(&clinic, "ward", "1950-03-01", "2026-11-24T10:00:00+03:00").await;
    body["representative"] = representative();
    body["representative"]["basis"] = json!("guardian");
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    assert_eq!(
        clinic
            .count("consent WHERE document = 'booking-ward' AND person <> given_by")
            .await,
        3
    );
});

on_both!(
    another_adult_is_booked_without_a_consent_in_their_name,
    |clinic: TestClinic| async move {
        let mut body = for_whom(&clinic, "adult", "1986-11-24", "2026-11-24T10:00:00+03:00").await;
        body["patient"]["phone"] = Value::Null;
        body["booker"] = json!({ "given_name": "Пётр", "phone": "+7 916 777-09-14" });
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 201, "{}", answer.text());
        assert_eq!(clinic.count("person").await, 2);
        assert_eq!(
            clinic.count("consent WHERE person <> given_by").await,
            0,
            "nobody consents for another adult"
        );
        let patients = "legal_basis WHERE person IN (SELECT person FROM appointment)";
        assert_eq!(
            clinic.count(patients).await,
            3,
            "the basis named for the patient: one row a purpose"
        );
        assert_eq!(
            clinic
                .count("consent WHERE person IN (SELECT person FROM appointment)")
                .await,
            0
        );
    }
);

on_both!(age_decides_who_may_act, |clinic: TestClinic| async move {
    for (whom, birth_date, pointer) in [
        ("self", "2015-01-01", "/for"),
        ("child", "1986-11-24", "/for"),
        ("adult", "2015-01-01", "/for"),
    ] {
        let mut body = for_whom(&clinic, whom, birth_date, "2026-11-24T10:00:00+03:00").await;
        match whom {
            "child" => body["representative"] = representative(),
            "adult" => {
                body["booker"] = json!({ "given_name": "Пётр", "phone": "+7 916 777-09-14" })
            }
            _ => {}
        }
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 422, "{whom}: {}", answer.text());
        let errors = answer.json()["errors"].clone();
        assert!(
            errors
                .as_array()
                .expect("errors")
                .iter()
                .any(|e| e["pointer"] == pointer),
            "{whom}: {errors}"
        );
    }
    assert_eq!(clinic.count("person").await, 0);
});
