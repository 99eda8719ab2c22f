//! Small promises of the interface: what an answer names is there, what is repeated is answered again, what is refused
//! says until when.

use journeys::{Answer, ClinicOptions, TestClinic, Visitor, on_both};
use serde_json::{Value, json};

const START: &str = "2026-11-24T10:00:00+03:00";

async fn place(clinic: &TestClinic, start: &str) -> Value {
    json!({
        "service": clinic.id("service", "visit").await,
        "practitioner": clinic.id("practitioner", "anna").await,
        "branch": clinic.id("branch", "main").await,
        "start": start,
    })
}

async fn booked(clinic: &TestClinic) -> String {
    let body = clinic.booking("anna", START).await;
    let answer = clinic.post("/api/v1/appointments", &body).send().await;
    assert_eq!(answer.code(), 201, "{}", answer.text());
    answer.json()["token"].as_str().expect("a token").to_owned()
}

async fn keyed(clinic: &TestClinic, path: &str, key: &str, body: &Value) -> Answer {
    clinic
        .post(path, body)
        .header("idempotency-key", key)
        .send()
        .await
}

on_both!(
    a_hold_is_where_its_answer_says,
    |clinic: TestClinic| async move {
        let wanted = place(&clinic, START).await;
        let held = clinic.post("/api/v1/holds", &wanted).send().await;
        assert_eq!(held.code(), 201, "{}", held.text());
        let there = held.header("location").to_owned();
        let shown = clinic.get(&there).send().await;
        assert_eq!(shown.code(), 200, "{}", shown.text());
        let (held, shown) = (held.json(), shown.json());
        for name in ["hold", "expires_at"] {
            assert_eq!(shown[name], held[name]);
        }
        for name in ["service", "practitioner", "branch", "start"] {
            assert_eq!(shown[name], wanted[name], "{shown}");
        }
        assert_eq!(shown["end"], "2026-11-24T10:30:00+03:00", "{shown}");
        // The id alone opens it, so it must not be guessed: RFC 9562 §5.4, 122 random bits.
        let id = uuid::Uuid::try_parse(held["hold"].as_str().expect("an id")).expect("a UUID");
        assert_eq!(id.get_version_num(), 4);

        let nobodys = "/api/v1/holds/00000000-0000-4000-8000-000000000000";
        for path in [nobodys, "/api/v1/holds/x"] {
            let answer = clinic.get(path).send().await;
            assert_eq!(answer.code(), 404, "{path}");
            assert_eq!(answer.json()["type"], "/problems/not-found");
        }
        clinic.clock.advance_seconds(11 * 60);
        assert_eq!(
            clinic.get(&there).send().await.code(),
            404,
            "it has run out"
        );
        let again = clinic.post("/api/v1/holds", &wanted).send().await;
        let there = again.header("location").to_owned();
        let given_up = clinic.request(axum::http::Method::DELETE, &there);
        assert_eq!(given_up.send().await.code(), 204);
        assert_eq!(
            clinic.get(&there).send().await.code(),
            404,
            "it was given up"
        );
    }
);

on_both!(
    an_extension_repeated_is_the_same_extension,
    |clinic: TestClinic| async move {
        let wanted = place(&clinic, START).await;
        let held = clinic.post("/api/v1/holds", &wanted).send().await;
        let path = format!("{}/extend", held.header("location"));
        clinic.clock.advance_seconds(4 * 60);
        let first = keyed(&clinic, &path, "more", &json!({})).await;
        assert_eq!(first.code(), 200, "{}", first.text());
        clinic.clock.advance_seconds(4 * 60);
        let again = keyed(&clinic, &path, "more", &json!({})).await;
        assert_eq!((again.code(), again.json()), (200, first.json()));
        let other = keyed(&clinic, &path, "more", &json!({ "language": "en" })).await;
        assert_eq!(other.code(), 422, "{}", other.text());
        assert_eq!(other.json()["type"], "/problems/idempotency-key-reused");
        let anew = keyed(&clinic, &path, "once more", &json!({})).await;
        assert_ne!(anew.json()["expires_at"], first.json()["expires_at"]);
        // The answer is remembered, not the hold kept: it is told again though the hold has run out since.
        clinic.clock.advance_seconds(60 * 60);
        let late = keyed(&clinic, &path, "more", &json!({})).await;
        assert_eq!((late.code(), late.json()), (200, first.json()));
        assert_eq!(keyed(&clinic, &path, "late", &json!({})).await.code(), 404);
    }
);

on_both!(
    a_second_cancelling_remembers_its_key,
    |clinic: TestClinic| async move {
        let token = booked(&clinic).await;
        let path = format!("/api/v1/appointments/{token}/cancel");
        assert_eq!(clinic.post(&path, &json!({})).send().await.code(), 200);
        let second = keyed(&clinic, &path, "second", &json!({})).await;
        assert_eq!(second.code(), 200, "{}", second.text());
        assert_eq!(second.json()["status"], "cancelled");
        let again = keyed(&clinic, &path, "second", &json!({})).await;
        assert_eq!((again.code(), again.json()), (200, second.json()));
        let other = keyed(&clinic, &path, "second", &json!({ "language": "en" })).await;
        assert_eq!(other.code(), 422, "the key came with another body before");
        clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        let report = clinic.trust.verify().await.expect("it can be looked at");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
);

on_both!(
    a_calendar_is_the_same_by_every_way,
    |clinic: TestClinic| async move {
        let token = booked(&clinic).await;
        for language in ["ru", "en"] {
            let by_program = clinic
                .get(format!(
                    "/api/v1/appointments/{token}/calendar.ics?language={language}"
                ))
                .send()
                .await;
            let mut owner = Visitor::at(&clinic, &format!("/a/{token}")).await;
            owner
                .go(&format!("/appointment/visit.ics?language={language}"))
                .await;
            assert_eq!(by_program.text(), owner.html(), "{language}");
            assert_eq!(
                by_program.header("content-type"),
                "text/calendar; charset=utf-8"
            );
            let text = by_program.text().replace("\r\n ", "");
            let title = if language == "ru" {
                "Визит"
            } else {
                "Visit"
            };
            assert!(text.contains(&format!("SUMMARY:{title}\r\n")), "{text}");
            let email = &clinic.site.texts.operator().email;
            let organizer = text
                .lines()
                .filter(|line| line.starts_with("ORGANIZER;CN="));
            let organizer: Vec<&str> = organizer.collect();
            assert_eq!(organizer.len(), 1, "{text}");
            assert!(
                organizer[0].ends_with(&format!("\":mailto:{email}")),
                "{text}"
            );
            for secret in [token.as_str(), "Тестова", "Консультация", "Consultation"]
            {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }
);

fn two_holds() -> ClinicOptions {
    let mut options = ClinicOptions::default();
    options.settings.booking.holds_per_client = 2;
    options
}

on_both!(
    who_holds_too_much_is_told_when_the_first_runs_out,
    two_holds(),
    |clinic: TestClinic| async move {
        for (start, after) in [("10:00", 3), ("11:00", 4)] {
            let wanted = place(&clinic, &format!("2026-11-24T{start}:00+03:00")).await;
            let held = clinic.post("/api/v1/holds", &wanted).send().await;
            assert_eq!(held.code(), 201, "{}", held.text());
            clinic.clock.advance_seconds(after * 60);
        }
        let third = place(&clinic, "2026-11-24T12:00:00+03:00").await;
        let refused = clinic.post("/api/v1/holds", &third).send().await;
        assert_eq!(refused.code(), 429, "{}", refused.text());
        assert_eq!(refused.json()["type"], "/problems/too-many-holds");
        // Seven of the first hold's ten minutes are over.
        assert_eq!(refused.header("retry-after"), "180");
        clinic.clock.advance_seconds(3 * 60);
        let held = clinic.post("/api/v1/holds", &third).send().await;
        assert_eq!(held.code(), 201, "as it was told: {}", held.text());
    }
);

on_both!(
    a_body_that_is_described_as_closed_is,
    |clinic: TestClinic| async move {
        let described = clinic.get("/api/openapi.json").send().await.json();
        let schemas = &described["components"]["schemas"];
        let token = booked(&clinic).await;
        let held = clinic
            .post(
                "/api/v1/holds",
                &place(&clinic, "2026-11-24T12:00:00+03:00").await,
            )
            .send()
            .await;
        let hold = held.header("location").to_owned();
        for (path, template) in [
            ("/api/v1/holds".to_owned(), "/api/v1/holds"),
            (format!("{hold}/extend"), "/api/v1/holds/{hold}/extend"),
            ("/api/v1/appointments".to_owned(), "/api/v1/appointments"),
            (
                format!("/api/v1/appointments/{token}/move"),
                "/api/v1/appointments/{token}/move",
            ),
            (
                format!("/api/v1/appointments/{token}/cancel"),
                "/api/v1/appointments/{token}/cancel",
            ),
        ] {
            let body = &described["paths"][template]["post"]["requestBody"];
            let text = body.to_string();
            let (_, name) = text.split_once("#/components/schemas/").expect("a shape");
            let name = name.split('"').next().expect("a name");
            assert_eq!(schemas[name]["additionalProperties"], false, "{template}");
            let answer = clinic
                .post(&path, &json!({ "undeclared": "x" }))
                .send()
                .await;
            assert_eq!(answer.code(), 422, "{path}: {}", answer.text());
            let errors = answer.json()["errors"].clone();
            let told = errors.as_array().expect("errors").iter();
            let told: Vec<&str> = told.filter_map(|flaw| flaw["pointer"].as_str()).collect();
            assert!(told.contains(&"/undeclared"), "{path}: {told:?}");
        }
    }
);
