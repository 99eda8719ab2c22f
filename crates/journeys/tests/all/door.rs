//! The door: what stands around every verb tells no more than is known, lets nobody in who should not be, and leaves
//! nobody without a way on.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use journeys::{Answer, ClinicOptions, Store, TestClinic, Visitor, on_both};
use platform::config::{Limits, Settings};
use serde_json::{Value, json};
use tower::ServiceExt;

const START: &str = "2026-11-24T10:00:00+03:00";
const BOOK: (&str, &str) = ("go", "book");
/// The first phone of the clinic's record, as a link dials it.
const PHONE: &str = "tel:+74950000000";
const STAYS: &str = "останется в форме";

const ANNA: [(&str, &str); 6] = [
    ("patient.surname", "Пчёлкина"),
    ("patient.given_name", "Анна"),
    ("patient.birth_date", "24111986"),
    ("patient.phone", "8 916 777-09-13"),
    ("given.policy", "yes"),
    ("given.booking-self", "yes"),
];

/// What a browser would send of the form on the page, each name once, after filling in these fields.
fn as_it_stands(visitor: &Visitor<'_>, fill: &[(&str, &str)]) -> Vec<(String, String)> {
    let names: BTreeSet<String> = visitor.fields().into_iter().collect();
    names
        .into_iter()
        .filter_map(|name| {
            let filled = fill.iter().find(|(known, _)| *known == name);
            let value = match filled {
                Some((_, value)) => (*value).to_owned(),
                None => visitor.values(&name).first()?.clone(),
            };
            Some((name, value))
        })
        .collect()
}

async fn sent(
    clinic: &TestClinic,
    path: &str,
    fields: &[(String, String)],
    more: &[(&str, &str)],
) -> Answer {
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(more.iter().copied())
        .collect();
    clinic.form(path, &pairs).send().await
}

/// From now on whatever is written into the table spoils the catalogue with the same commit: reading it fails.
async fn spoil_with(clinic: &TestClinic, table: &str) {
    const SPOIL: &str =
        "UPDATE branch SET zone = 'Nowhere/Never'; UPDATE catalogue SET version = version + 1;";
    for event in ["INSERT", "UPDATE"] {
        match clinic.store {
            Store::Sqlite => {
                clinic
                    .sql(&format!(
                        "CREATE TRIGGER spoiled_{table}_{event} AFTER {event} ON {table} BEGIN {SPOIL} END"
                    ))
                    .await;
            }
            Store::Postgres => {
                clinic
                    .sql(&format!(
                        "CREATE OR REPLACE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS \
                         $$ BEGIN {SPOIL} RETURN NEW; END $$"
                    ))
                    .await;
                clinic
                    .sql(&format!(
                        "CREATE TRIGGER spoiled_{table}_{event} AFTER {event} ON {table} \
                         FOR EACH ROW EXECUTE FUNCTION spoil()"
                    ))
                    .await;
            }
        }
    }
}

async fn mend(clinic: &TestClinic) {
    clinic.sql("UPDATE branch SET zone = 'Europe/Moscow'").await;
    clinic
        .sql("UPDATE catalogue SET version = version + 1")
        .await;
}

on_both!(
    an_act_that_is_done_is_answered_whatever_comes_after,
    |clinic: TestClinic| async move {
        let mut body = clinic.booking("anna", START).await;
        let place = json!({
            "service": body["service"], "practitioner": body["practitioner"], "branch": body["branch"], "start": START,
        });
        spoil_with(&clinic, "hold").await;
        spoil_with(&clinic, "appointment").await;

        let held = clinic.post("/api/v1/holds", &place).send().await;
        assert_eq!(held.code(), 201, "{}", held.text());
        mend(&clinic).await;
        let hold = held.json()["hold"].as_str().expect("an id").to_owned();
        let extended = clinic
            .post(format!("/api/v1/holds/{hold}/extend"), &json!({}))
            .send()
            .await;
        assert_eq!(extended.code(), 200, "{}", extended.text());
        mend(&clinic).await;

        body["hold"] = json!(hold);
        let booked = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(
            booked.code(),
            201,
            "the secret is told once: {}",
            booked.text()
        );
        assert_eq!(booked.json()["start"], START, "by the branch's clock");
        mend(&clinic).await;
        let token = booked.json()["token"].as_str().expect("a token").to_owned();

        let mut later = place.clone();
        later["start"] = json!("2026-11-24T12:00:00+03:00");
        later.as_object_mut().expect("an object").remove("service");
        let moved = clinic
            .post(format!("/api/v1/appointments/{token}/move"), &later)
            .send()
            .await;
        assert_eq!(moved.code(), 200, "{}", moved.text());
        mend(&clinic).await;
        let cancelled = clinic
            .post(format!("/api/v1/appointments/{token}/cancel"), &json!({}))
            .send()
            .await;
        assert_eq!(cancelled.code(), 200, "{}", cancelled.text());
        assert_eq!(cancelled.json()["status"], "cancelled");
    }
);

on_both!(
    a_booking_that_is_done_shows_its_page,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
        spoil_with(&clinic, "appointment").await;
        anna.press(BOOK, &ANNA).await;
        assert_eq!(anna.heading(), "Вы записаны", "{}", anna.text());
        let link = anna.link("/a/").expect("the link is told once");
        mend(&clinic).await;
        let owner = Visitor::at(&clinic, &link).await;
        assert_eq!((owner.code(), owner.path()), (200, "/appointment"));
    }
);

on_both!(
    an_address_cannot_tell_what_was_not_done,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at_who(&clinic, "self", "visit", 3).await;
        anna.press(BOOK, &ANNA).await;
        let link = anna.link("/a/").expect("a link");
        let mut owner = Visitor::at(&clinic, &link).await;
        for done in ["cancelled", "moved", "settled"] {
            owner.go(&format!("/appointment?done={done}")).await;
            assert_eq!(owner.code(), 200);
            for claim in ["Запись отменена", "Запись перенесена", "нельзя изменить"]
            {
                assert!(!owner.text().contains(claim), "{done}: {}", owner.text());
            }
        }
        let mut elsewhere = Visitor::at(&clinic, &link).await;
        elsewhere.go("/appointment/move").await;
        owner.go("/appointment/cancel").await;
        owner.submit(&[]).await;
        assert!(
            owner.text().contains("спасибо, что предупредили"),
            "{}",
            owner.text()
        );
        owner.go("/appointment?done=moved").await;
        assert!(!owner.text().contains("перенесена"), "{}", owner.text());
        // The page stood open in another window.
        elsewhere.choose("slot", 4).await;
        assert!(
            elsewhere.text().contains("уже нельзя изменить"),
            "{}",
            elsewhere.text()
        );
        for page in ["/appointment/move", "/appointment/cancel"] {
            owner.go(page).await;
            assert_eq!(
                (owner.code(), owner.path()),
                (200, "/appointment"),
                "{page}"
            );
        }
    }
);

on_both!(
    a_form_takes_nothing_undeclared_and_nothing_twice,
    |clinic: TestClinic| async move {
        let anna = Visitor::at_who(&clinic, "self", "visit", 0).await;
        assert!(
            !anna.html().contains("inputmode=\"numeric\""),
            "a date needs a keyboard with a full stop"
        );
        let mut form = as_it_stands(&anna, &ANNA);
        form.push(("go".into(), "book".into()));
        let before = crate::clauses::personal_rows(&clinic).await;
        for more in [
            &[("given.ads", "yes")][..],
            &[("given.ads", "yes"), ("shown.ads", "1.00")],
            &[("shown.booking-child", "1.00")],
            &[("patient.surname", "Липова")],
            &[("patient.phone", "8 916 777-09-13")],
            &[("given.policy", "yes")],
            &[("key", "another")],
            &[("start", "1.2.3")],
        ] {
            let answer = sent(&clinic, "/book", &form, more).await;
            assert_eq!(answer.code(), 422, "{more:?}: {}", answer.text());
            let rows = crate::clauses::personal_rows(&clinic).await;
            assert_eq!(rows, before, "{more:?}");
        }
        assert_eq!(clinic.count("appointment").await, 0);
        let answer = sent(&clinic, "/book", &form, &[]).await;
        assert_eq!(
            answer.code(),
            200,
            "as the page itself sends it: {}",
            answer.text()
        );
        assert_eq!(clinic.count("appointment").await, 1);
    }
);

async fn another_service(clinic: TestClinic) {
    let path = "/services/tax_certificate";
    let page = Visitor::at(&clinic, &format!("{path}?for=self")).await;
    let mut form = as_it_stands(&page, &[("patient.surname", "Пчёлкина")]);
    form.push(("go".into(), "send".into()));
    let (undeclared, twice) = ("Этого поля здесь нет", "пришло дважды");
    let text = |answer: Answer| {
        assert_eq!(answer.code(), 422, "{}", answer.text());
        answer.text()
    };
    let plain = text(sent(&clinic, path, &form, &[]).await);
    assert!(
        !plain.contains(undeclared) && !plain.contains(twice),
        "{plain}"
    );
    let more = text(sent(&clinic, path, &form, &[("given.ads", "yes")]).await);
    assert!(more.contains(undeclared), "{more}");
    let more = text(sent(&clinic, path, &form, &[("patient.surname", "Липова")]).await);
    assert!(more.contains(twice), "{more}");
    assert_eq!(clinic.count("submission").await, 0);
}

on_both!(
    another_service_takes_nothing_more,
    ClinicOptions::with_tax_certificate(),
    another_service
);

on_both!(
    a_program_is_told_what_it_can_do,
    |clinic: TestClinic| async move {
        let mut body = clinic.booking("anna", START).await;
        body["patient"]["birth_date"] = json!("02.01.1990");
        body["hold"] = json!("xyz");
        let answer = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(answer.code(), 422, "{}", answer.text());
        let problem = answer.json();
        let detail = |pointer: &str| -> String {
            let errors: &Vec<Value> = problem["errors"].as_array().expect("errors");
            let found = errors.iter().find(|flaw| flaw["pointer"] == pointer);
            let found = found.unwrap_or_else(|| panic!("{pointer}: {problem}"));
            found["detail"].as_str().expect("words").to_owned()
        };
        assert!(
            detail("/patient/birth_date").contains("ГГГГ-ММ-ДД"),
            "{problem}"
        );
        assert!(!detail("/hold").contains("справочник"), "{problem}");
        assert!(
            !answer.text().contains("02.01.1990"),
            "nothing sent is repeated"
        );

        let described = clinic.get("/api/openapi.json").send().await.text();
        assert!(described.contains("outcome-unknown"));
        let meant = clinic.get("/problems/outcome-unknown").send().await;
        assert_eq!(meant.code(), 200);
        assert!(meant.text().contains("Idempotency-Key"), "{}", meant.text());
        for problem in ["broken", "unavailable", "outcome-unknown"] {
            let page = clinic
                .get(format!("/problems/{problem}"))
                .send()
                .await
                .text();
            assert!(!page.contains("Ничего не сделано"), "{problem}: {page}");
        }
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_door_gives_the_number_and_keeps_what_was_typed() {
    let options = ClinicOptions {
        settings: Settings {
            limits: Limits::On,
            ..Settings::default()
        },
        ..ClinicOptions::default()
    };
    let clinic = TestClinic::open_with(Store::Sqlite, options)
        .await
        .expect("a file can always be made");
    let form = |fields| clinic.form("/book", fields);
    let foreign = form(&[("for", "self")])
        .header("origin", "http://evil.test")
        .header("sec-fetch-site", "cross-site");
    let large = form(&[]).header("content-length", "10000000");
    for (what, visit, status, typed) in [
        ("a foreign form", foreign, 403, true),
        ("a large form", large, 413, true),
        (
            "a foreign host",
            clinic.get("/").header("host", "evil.test"),
            421,
            false,
        ),
    ] {
        let answer = visit.send().await;
        let page = answer.text();
        assert_eq!(answer.code(), status, "{what}: {page}");
        assert!(page.contains(PHONE), "{what}: {page}");
        assert_eq!(page.contains(STAYS), typed, "{what}: {page}");
        assert!(page.contains("<style>"), "{what}: {page}");
    }

    // One router, as the server has: it remembers who wrote how often.
    let router = web::router(clinic.site.clone());
    let write = |path: &'static str, kind: &'static str| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("host", "clinic.test")
            .header("content-type", kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(if path == "/book" { "for=self" } else { "{}" }));
        router.clone().oneshot(request.expect("a request"))
    };
    let mut writes = 0;
    let refused = loop {
        let answer = write("/book", "application/x-www-form-urlencoded")
            .await
            .expect("a router always answers");
        if answer.status() != 200 {
            break answer;
        }
        writes += 1;
        assert!(writes < 1000, "nobody may write for ever");
    };
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let page = to_bytes(refused.into_body(), usize::MAX)
        .await
        .expect("a body");
    let page = String::from_utf8_lossy(&page);
    assert!(page.contains(PHONE) && page.contains(STAYS), "{page}");
    let refused = write("/api/v1/holds", "application/json")
        .await
        .expect("a router always answers");
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_of_where_a_visitor_came_from_and_forms_work_all_the_same() {
    let clinic = TestClinic::open(Store::Sqlite)
        .await
        .expect("a file can always be made");
    let page = clinic.get("/book").send().await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    // Over plain http a browser that hides the origin says `null` and nothing else.
    let from = |origin: &str| {
        clinic
            .request(Method::POST, "/book")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .bytes("for=self")
    };
    assert_eq!(from("null").send().await.code(), 200);
    assert_eq!(from("http://clinic.test").send().await.code(), 200);
    assert_eq!(from("http://evil.test").send().await.code(), 403);
    let foreign = from("null").header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.send().await.code(), 403);
}
