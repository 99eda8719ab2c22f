//! One policy in two languages: the Russian text is the authority. Whoever reads another language is asked for what is
//! in force — the Russian text while there is no translation of it — is told so, and what is recorded is the text that
//! was agreed to.

use journeys::{TestClinic, Visitor, on_both};
use kernel::{Language, Moment};
use serde_json::{Value, json};

const NOTE: &str =
    "This version has not been translated into English yet; the Russian text is in force.";

async fn publish(
    clinic: &TestClinic,
    language: Language,
    words: &str,
    effective_at: Option<Moment>,
) {
    let body = format!("# Policy\n\n## 1. Section\n\n{words}\n");
    clinic
        .publish("policy", language, "Policy", &body, effective_at)
        .await;
}

/// The policy that the interface serves in this language: number and language of the text.
async fn served(clinic: &TestClinic, language: &str) -> (i64, String) {
    let policy = clinic
        .get(format!("/api/v1/policy?language={language}"))
        .send()
        .await
        .json();
    named(&policy)
}

fn named(text: &Value) -> (i64, String) {
    let language = text["language"].as_str().expect("a language");
    (
        text["version"].as_i64().expect("a number"),
        language.to_owned(),
    )
}

fn is(number: i64, language: &str) -> (i64, String) {
    (number, language.to_owned())
}

/// What the interface asks in English of whoever books for themselves.
async fn asked(clinic: &TestClinic) -> Vec<Value> {
    let answer = clinic
        .get("/api/v1/consents?service=booking&for=self&language=en")
        .send()
        .await;
    assert_eq!(answer.code(), 200, "{}", answer.text());
    let asked = answer.json();
    asked["consents"].as_array().expect("consents").clone()
}

/// The body of a booking in English that agrees to these texts.
async fn booking(clinic: &TestClinic, start: &str, asked: &[Value]) -> Value {
    let mut body = clinic.booking("anna", start).await;
    body["language"] = json!("en");
    let given = asked.iter().map(|one| {
        json!({ "document": one["document"], "version": one["version"], "sha256": one["sha256"], "given": true })
    });
    body["consents"] = given.collect();
    body
}

async fn book(clinic: &TestClinic, body: &Value) -> journeys::Answer {
    clinic.post("/api/v1/appointments", body).send().await
}

/// Consents recorded to this text of the policy, which is there to be shown.
async fn agreed(clinic: &TestClinic, number: i64, language: &str) -> i64 {
    clinic
        .count(&format!(
            "consent c JOIN document d ON d.code = c.document AND d.version = c.version \
             AND d.language = c.language AND d.sha256 = c.sha256 \
             WHERE c.document = 'policy' AND c.version = {number} AND c.language = '{language}'"
        ))
        .await
}

on_both!(
    a_translation_that_is_behind_gives_way_to_the_russian_text,
    |clinic: TestClinic| async move {
        assert_eq!(served(&clinic, "en").await, is(1, "en"));
        let old = asked(&clinic).await;
        let old = booking(&clinic, "2026-11-24T10:00:00+03:00", &old).await;

        publish(&clinic, Language::Ru, "Вторая редакция.", None).await;
        assert_eq!(served(&clinic, "ru").await, is(2, "ru"));
        assert_eq!(served(&clinic, "en").await, is(2, "ru"));
        let asks = asked(&clinic).await;
        for one in &asks {
            let expected = if one["document"] == "policy" {
                is(2, "ru")
            } else {
                is(1, "en")
            };
            assert_eq!(named(one), expected, "{one}");
        }

        let refused = book(&clinic, &old).await;
        assert_eq!(refused.code(), 422, "{}", refused.text());
        let errors = refused.json()["errors"].clone();
        assert_eq!(errors[0]["code"], "outdated", "{errors}");
        assert_eq!(clinic.count("person").await, 0);
        let body = booking(&clinic, "2026-11-24T10:00:00+03:00", &asks).await;
        let booked = book(&clinic, &body).await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        assert_eq!(agreed(&clinic, 2, "ru").await, 1);
        assert_eq!(
            clinic
                .count("consent WHERE document = 'booking-self' AND language <> 'en'")
                .await,
            0,
            "a text that is translated is agreed to in English"
        );

        publish(&clinic, Language::En, "The second edition.", None).await;
        assert_eq!(served(&clinic, "en").await, is(2, "en"));
        assert_eq!(served(&clinic, "ru").await, is(2, "ru"));
        let outdated = book(
            &clinic,
            &booking(&clinic, "2026-11-24T12:00:00+03:00", &asks).await,
        )
        .await;
        assert_eq!(outdated.code(), 422, "the page shows another text now");
        let asks = asked(&clinic).await;
        let body = booking(&clinic, "2026-11-24T12:00:00+03:00", &asks).await;
        let booked = book(&clinic, &body).await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        assert_eq!(agreed(&clinic, 2, "en").await, 1);

        // What is planned in Russian takes the translation's place on its day and not before.
        let tomorrow = clinic.clock.now().plus_minutes(24 * 60);
        publish(&clinic, Language::Ru, "Третья редакция.", Some(tomorrow)).await;
        assert_eq!(served(&clinic, "en").await, is(2, "en"));
        clinic.clock.set(tomorrow);
        assert_eq!(served(&clinic, "en").await, is(3, "ru"));
    }
);

on_both!(
    the_pages_say_that_the_text_is_russian,
    |clinic: TestClinic| async move {
        publish(&clinic, Language::Ru, "Вторая редакция.", None).await;
        let page = async |path: &str| {
            let answer = clinic.get(path).send().await;
            assert_eq!(answer.code(), 200, "{path}: {}", answer.text());
            answer.text()
        };
        let russian = "<article class=\"legal\" lang=\"ru\">";
        let english = "<article class=\"legal\" lang=\"en\">";
        for path in ["/policy?language=en", "/policy/2?language=en"] {
            let shown = page(path).await;
            assert!(
                shown.contains(NOTE) && shown.contains("Вторая редакция"),
                "{path}: {shown}"
            );
            assert!(
                shown.contains(russian) && shown.contains("<h2 id=\"p-1\">1. Section</h2>"),
                "{path}: {shown}"
            );
            assert!(shown.contains("<html lang=\"en\""), "{path}: {shown}");
        }
        let past = page("/policy/1?language=en").await;
        assert!(
            past.contains(english)
                && past.contains("This is an earlier version")
                && !past.contains(NOTE),
            "{past}"
        );
        let exact = page("/policy/1?language=en&text=ru").await;
        assert!(exact.contains(russian) && !exact.contains(NOTE), "{exact}");
        // Texts of one language are compared, and the links lead to them.
        let changes = page("/policy/2/changes?language=en").await;
        assert!(
            changes.contains("Вторая редакция") && changes.contains("/policy/1?text=ru\""),
            "{changes}"
        );
        let answer = clinic.get("/policy/1/changes?language=en").send().await;
        assert_eq!(answer.code(), 404, "nothing came before it");
        let own = page("/policy?language=ru").await;
        assert!(
            own.contains(russian) && !own.contains("Английского перевода"),
            "{own}"
        );

        let mut visitor = Visitor::at(&clinic, "/book?for=self&language=en").await;
        let service = clinic.id("service", "visit").await;
        visitor.press(("choose", &service), &[]).await;
        visitor.choose("slot", 2).await;
        assert_eq!(visitor.heading(), "Who is coming", "{}", visitor.text());
        assert!(visitor.text().contains(NOTE), "{}", visitor.text());
        let link = visitor.link("/policy/2").expect("the text that is asked");
        assert_eq!(link, "/policy/2?language=en&text=ru");
        let filled = [
            ("patient.surname", "Пчёлкина"),
            ("patient.given_name", "Анна"),
            ("patient.birth_date", "24.11.1986"),
            ("patient.phone", "8 916 777-09-13"),
            ("given.policy", "yes"),
            ("given.booking-self", "yes"),
        ];
        visitor.press(("go", "book"), &filled).await;
        assert_eq!(visitor.code(), 200, "{}", visitor.text());
        assert_eq!(clinic.count("appointment").await, 1, "{}", visitor.text());
        assert_eq!(agreed(&clinic, 2, "ru").await, 1);

        publish(&clinic, Language::En, "The second edition.", None).await;
        let shown = page("/policy?language=en").await;
        assert!(
            shown.contains(english)
                && shown.contains("The second edition")
                && !shown.contains(NOTE),
            "{shown}"
        );
    }
);

on_both!(
    a_document_never_translated_is_asked_in_russian,
    |clinic: TestClinic| async move {
        clinic
            .sql("DELETE FROM document WHERE language = 'en'")
            .await;
        let asks = asked(&clinic).await;
        assert_eq!(asks.len(), 2);
        for one in &asks {
            assert_eq!(named(one), is(1, "ru"), "{one}");
        }
        let body = booking(&clinic, "2026-11-24T10:00:00+03:00", &asks).await;
        let booked = book(&clinic, &body).await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        assert_eq!(
            clinic.count("consent WHERE language <> 'ru'").await,
            0,
            "what was agreed to is Russian"
        );
        let shown = clinic
            .get("/documents/booking-self?language=en")
            .send()
            .await;
        assert_eq!(shown.code(), 200, "{}", shown.text());
        assert!(shown.text().contains(NOTE), "{}", shown.text());
        assert_eq!(served(&clinic, "en").await, is(1, "ru"));
    }
);
