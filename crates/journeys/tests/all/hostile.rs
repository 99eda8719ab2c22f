//! Bad input gets a clear error, and not one row is changed.

use journeys::{Answer, TestClinic, on_both};
use serde_json::{Value, json};

const START: &str = "2026-11-24T10:00:00+03:00";

/// Rows of every table but the journal's own upkeep.
async fn all_rows(clinic: &TestClinic) -> i64 {
    let mut rows =
        clinic.count("claim").await + clinic.count("busy").await + clinic.count("job").await;
    rows += clinic.count("journal_entry").await + clinic.count("hold").await;
    rows + crate::clauses::personal_rows(clinic).await
}

fn is_problem(answer: &Answer, what: &str) {
    assert!(
        (400..500).contains(&answer.code()),
        "{what}: {} {}",
        answer.code(),
        answer.text()
    );
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    let problem = answer.json();
    assert_eq!(problem["status"], answer.code(), "{what}");
    assert!(
        problem["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty()),
        "{what}: {problem}"
    );
}

on_both!(
    a_booking_with_anything_wrong_changes_nothing,
    |clinic: TestClinic| async move {
        let usual = clinic.booking("anna", START).await;
        let before = all_rows(&clinic).await;
        let set = |pointer: &str, value: Value| {
            let mut body = usual.clone();
            *body
                .pointer_mut(pointer)
                .unwrap_or_else(|| panic!("{pointer} is there")) = value;
            body
        };
        let cases: Vec<(&str, Value, u16)> = vec![
            (
                "malformed phone",
                set("/patient/phone", json!("позвоните мне")),
                422,
            ),
            (
                "short phone",
                set("/patient/phone", json!("+7 916 777")),
                422,
            ),
            (
                "phone as a number",
                set("/patient/phone", json!(79_167_770_913_i64)),
                422,
            ),
            (
                "impossible date",
                set("/patient/birth_date", json!("1986-02-30")),
                422,
            ),
            (
                "date of the future",
                set("/patient/birth_date", json!("2030-01-01")),
                422,
            ),
            ("no surname", set("/patient/surname", Value::Null), 422),
            ("empty surname", set("/patient/surname", json!("   ")), 422),
            (
                "script in a name",
                set("/patient/surname", json!("<script>alert(1)</script>")),
                422,
            ),
            (
                "SQL in a name",
                set(
                    "/patient/given_name",
                    json!("Robert'); DROP TABLE person;--"),
                ),
                422,
            ),
            (
                "control character",
                set("/patient/surname", json!("Тест\u{7}ова")),
                422,
            ),
            (
                "bidirectional override",
                set("/patient/surname", json!("Тест\u{202e}ова")),
                422,
            ),
            (
                "zero width",
                set("/patient/surname", json!("Тест\u{200b}ова")),
                422,
            ),
            (
                "a thousand letters",
                set("/patient/surname", json!("я".repeat(1000))),
                422,
            ),
            (
                "malformed e-mail",
                set("/patient/email", json!("maria@")),
                422,
            ),
            (
                "header in an e-mail",
                set("/patient/email", json!("a@b.ru\r\nBcc: c@d.ru")),
                422,
            ),
            (
                "a time past",
                set("/start", json!("2026-11-20T10:00:00+03:00")),
                422,
            ),
            (
                "a time never offered",
                set("/start", json!("2026-11-24T10:07:00+03:00")),
                422,
            ),
            (
                "a time outside the schedule",
                set("/start", json!("2026-11-24T03:00:00+03:00")),
                422,
            ),
            (
                "a time past the horizon",
                set("/start", json!("2027-11-24T10:00:00+03:00")),
                422,
            ),
            ("no time at all", set("/start", json!("tomorrow")), 422),
            (
                "a time without offset",
                set("/start", json!("2026-11-24T10:00:00")),
                422,
            ),
            (
                "an unknown service",
                set("/service", json!("00000000-0000-7000-8000-000000000000")),
                422,
            ),
            (
                "a service that is no id",
                set("/service", json!("' OR 1=1")),
                422,
            ),
            (
                "an unknown practitioner",
                set(
                    "/practitioner",
                    json!("00000000-0000-7000-8000-000000000000"),
                ),
                422,
            ),
            ("another case", set("/for", json!("everybody")), 422),
            ("another language", set("/language", json!("xx")), 422),
            ("patient as text", set("/patient", json!("Мария")), 422),
            ("consents as text", set("/consents", json!("yes")), 422),
            (
                "a representative for oneself",
                set(
                    "/representative",
                    json!({ "surname": "Тестов", "given_name": "Пётр", "patronymic": null, "phone": "+7 916 777-09-14", "basis": "parent" }),
                ),
                422,
            ),
        ];
        for (what, body, status) in cases {
            let answer = clinic.post("/api/v1/appointments", &body).send().await;
            is_problem(&answer, what);
            assert_eq!(answer.code(), status, "{what}: {}", answer.text());
            for value in ["DROP TABLE", "alert(1)", "позвоните мне", "Bcc"] {
                assert!(
                    !answer.text().contains(value),
                    "{what}: what was typed is not repeated"
                );
            }
            assert_eq!(all_rows(&clinic).await, before, "{what}");
        }
    }
);

on_both!(
    a_request_that_is_no_request,
    |clinic: TestClinic| async move {
        let usual = clinic.booking("anna", START).await;
        let before = all_rows(&clinic).await;
        let visit = || clinic.post("/api/v1/appointments", &usual);
        for (what, visit, status) in [
            (
                "another content type",
                visit().header("content-type", "text/plain"),
                415,
            ),
            (
                "a form instead of JSON",
                visit().header("content-type", "application/x-www-form-urlencoded"),
                415,
            ),
            ("no JSON", visit().bytes("{"), 400),
            ("a list", visit().bytes("[]"), 400),
            (
                "invalid UTF-8",
                visit().bytes(b"{\"service\":\"\xff\xfe\"}".to_vec()),
                400,
            ),
            (
                "ten megabytes",
                visit().bytes(vec![b' '; 10 * 1024 * 1024]),
                413,
            ),
            ("deep nesting", visit().bytes("[".repeat(30_000)), 400),
            (
                "the same key twice",
                visit().bytes(r#"{"service":"a","service":"b"}"#),
                422,
            ),
            (
                "a key that is too long",
                visit().header("idempotency-key", &"k".repeat(256)),
                400,
            ),
            (
                "a key with a space",
                visit().header("idempotency-key", "a b"),
                400,
            ),
            ("a foreign host", visit().header("host", "evil.test"), 421),
        ] {
            let answer = visit.send().await;
            is_problem(&answer, what);
            assert_eq!(answer.code(), status, "{what}: {}", answer.text());
            assert_eq!(all_rows(&clinic).await, before, "{what}");
        }
        for path in [
            "/api/v1/appointments/' OR 1=1--",
            "/api/v1/appointments/aaaa",
            "/api/v1/nothing",
            "/api/v1/slots?service=x",
        ] {
            let answer = clinic.get(path.replace(' ', "%20")).send().await;
            is_problem(&answer, path);
        }
    }
);

on_both!(
    a_repeated_request_is_answered_once,
    |clinic: TestClinic| async move {
        let body = clinic.booking("anna", START).await;
        let send = |body: Value| {
            let clinic = &clinic;
            async move {
                clinic
                    .post("/api/v1/appointments", &body)
                    .header("idempotency-key", "key-1")
                    .send()
                    .await
            }
        };
        let first = send(body.clone()).await;
        assert_eq!(first.code(), 201, "{}", first.text());
        let again = send(body.clone()).await;
        assert_eq!(
            (again.code(), again.json()),
            (201, first.json()),
            "the first answer, the same token"
        );
        assert_eq!(clinic.count("appointment").await, 1);
        let before = all_rows(&clinic).await;
        let mut other = body.clone();
        other["patient"]["surname"] = json!("Другова");
        let refused = send(other).await;
        is_problem(&refused, "another body");
        assert_eq!(refused.code(), 422);
        assert_eq!(all_rows(&clinic).await, before);
        // A refusal is not remembered.
        let mut taken = clinic.booking("anna", START).await;
        taken["patient"]["phone"] = json!("+79167770999");
        let send = |body: Value| {
            let clinic = &clinic;
            async move {
                clinic
                    .post("/api/v1/appointments", &body)
                    .header("idempotency-key", "key-2")
                    .send()
                    .await
            }
        };
        assert_eq!(send(taken.clone()).await.code(), 409);
        let token = first.json()["token"].as_str().expect("a token").to_owned();
        assert_eq!(
            clinic
                .post(format!("/api/v1/appointments/{token}/cancel"), &json!({}))
                .send()
                .await
                .code(),
            200
        );
        assert_eq!(send(taken).await.code(), 201);
        // After a day the key is new again.
        clinic.clock.advance_seconds(25 * 3600);
        assert!(clinic.trust.forget_answers().await.expect("upkeep runs") > 0);
        assert_eq!(clinic.count("idempotency").await, 0);
    }
);

on_both!(
    a_form_keeps_what_was_typed,
    |clinic: TestClinic| async move {
        let before = all_rows(&clinic).await;
        let answer = clinic
            .request(axum::http::Method::POST, "/book")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "http://evil.test")
            .bytes("step=who")
            .send()
            .await;
        assert_eq!(answer.code(), 403, "a form from elsewhere is refused");
        let answer = clinic
            .request(axum::http::Method::POST, "/book")
            .header("content-type", "text/plain")
            .header("origin", "http://clinic.test")
            .bytes("step=who")
            .send()
            .await;
        assert!((400..500).contains(&answer.code()), "{}", answer.code());
        assert!(
            answer.header("content-type").starts_with("text/html"),
            "a page for a form"
        );
        assert_eq!(all_rows(&clinic).await, before);
    }
);
