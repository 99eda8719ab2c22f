//! Every route there is, by every method, under its own name and a foreign one: what it answers and with which headers.
//! The list of routes comes from the router and from the description of the interface: a route without a row here fails.

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;

use axum::http::{HeaderMap, Method};
use futures::FutureExt;
use journeys::{Answer, ClinicOptions, Store, TestClinic, on_both};
use serde_json::json;

use rows::{ASSETS, Kept, ROWS, Row};

/// A consent that is not there.
const NOBODYS: &str = "00000000-0000-4000-8000-000000000000";

/// Addresses that no route has.
const NOWHERE: &str = "/nothing";

/// On every answer whatsoever, once.
const ALWAYS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
         payment=(), usb=()",
    ),
];

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
];

fn once<'a>(headers: &'a HeaderMap, name: &str, what: &str) -> &'a str {
    let mut all = headers.get_all(name).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        panic!("{what}: {name} should stand there once: {headers:?}");
    };
    value.to_str().expect("ASCII")
}

/// The headers that all answers share.
fn guarded(answer: &Answer, path: &str, secure: bool, what: &str) {
    let headers = &answer.headers;
    for (name, value) in ALWAYS {
        assert_eq!(once(headers, name, what), value, "{what}");
    }
    let policy = once(headers, "content-security-policy", what);
    for word in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(word), "{what}: {policy}");
    }
    for word in ["unsafe", "http:", "https:", "*"] {
        assert!(!policy.contains(word), "{what}: {policy}");
    }
    if secure {
        assert_eq!(
            once(headers, "strict-transport-security", what),
            "max-age=31536000"
        );
    } else {
        assert!(!headers.contains_key("strict-transport-security"), "{what}");
    }
    let for_programs = ["/api/", "/health/", "/journal/"]
        .iter()
        .any(|room| path.starts_with(room));
    let kept = once(headers, "cache-control", what);
    let not_kept = kept.contains("no-store");
    if not_kept || for_programs {
        assert_eq!(once(headers, "x-robots-tag", what), "noindex, nofollow");
    } else {
        assert!(!headers.contains_key("x-robots-tag"), "{what}");
    }
    if not_kept {
        assert!(!headers.contains_key("etag"), "{what}");
    }
    if answer.code() >= 400 && answer.code() != 405 {
        assert_eq!(kept, "no-store", "{what}: a refusal is not kept");
    }
    for tells_of_the_house in ["server", "x-powered-by", "via"] {
        assert!(!headers.contains_key(tells_of_the_house), "{what}");
    }
}

/// A clinic where every route has something to show.
struct Shown {
    clinic: TestClinic,
    secure: bool,
    places: BTreeMap<&'static str, String>,
}

impl Shown {
    async fn of(mut clinic: TestClinic, secure: bool) -> Self {
        if secure {
            clinic.site.origin = "https://clinic.test".into();
        }
        // A second version of each, so that there are changes to show.
        clinic.clock.advance_seconds(60);
        for (code, title) in [
            ("policy", "Политика"),
            ("booking-self", "Согласие на обработку данных"),
        ] {
            let text = format!("# {title}\n\nВторая редакция.\n");
            clinic
                .publish(code, kernel::Language::Ru, title, &text, None)
                .await;
        }
        let body = clinic.booking("anna", "2026-11-24T10:00:00+03:00").await;
        let booked = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        let token = booked.json()["token"].as_str().expect("a token").to_owned();
        let mut place = json!({ "start": "2026-11-24T12:00:00+03:00" });
        for name in ["service", "practitioner", "branch"] {
            place[name] = body[name].clone();
        }
        let held = clinic.post("/api/v1/holds", &place).send().await;
        assert_eq!(held.code(), 201, "{}", held.text());
        let hold = held.json()["hold"].as_str().expect("an id").to_owned();
        let size = clinic.trust.sign_checkpoint().await.expect("a checkpoint");
        let service = body["service"].as_str().expect("an id");
        let places = BTreeMap::from([
            ("/a/{token}", format!("/a/{token}")),
            ("/doctors/{code}", "/doctors/anna".into()),
            ("/legal/{code}", "/legal/nothing".into()),
            ("/photos/{name}", "/photos/nothing.webp".into()),
            ("/policy/{version}", "/policy/1".into()),
            ("/policy/{version}/pdf", "/policy/1/pdf".into()),
            (
                "/documents/{code}/{version}/pdf",
                "/documents/booking-self/1/pdf".into(),
            ),
            (
                "/appointment/consents/{id}/receipt.json",
                format!("/appointment/consents/{NOBODYS}/receipt.json"),
            ),
            (
                "/appointment/consents/{id}/receipt.pdf",
                format!("/appointment/consents/{NOBODYS}/receipt.pdf"),
            ),
            (
                "/api/v1/appointments/{token}/consents",
                format!("/api/v1/appointments/{token}/consents"),
            ),
            (
                "/api/v1/appointments/{token}/consents/{consent}/receipt.json",
                format!("/api/v1/appointments/{token}/consents/{NOBODYS}/receipt.json"),
            ),
            ("/policy/{version}/changes", "/policy/2/changes".into()),
            ("/documents/{code}", "/documents/booking-self".into()),
            (
                "/documents/{code}/{version}",
                "/documents/booking-self/1".into(),
            ),
            (
                "/documents/{code}/{version}/changes",
                "/documents/booking-self/2/changes".into(),
            ),
            ("/services/{code}", "/services/tax_certificate".into()),
            ("/problems/{code}", "/problems/invalid".into()),
            (
                "/api/v1/slots",
                format!("/api/v1/slots?service={service}&from=2026-11-24&to=2026-11-24"),
            ),
            (
                "/api/v1/consents",
                "/api/v1/consents?service=booking&for=self".into(),
            ),
            ("/api/v1/holds/{hold}", format!("/api/v1/holds/{hold}")),
            (
                "/api/v1/holds/{hold}/extend",
                format!("/api/v1/holds/{hold}/extend"),
            ),
            (
                "/api/v1/appointments/{token}",
                format!("/api/v1/appointments/{token}"),
            ),
            (
                "/api/v1/appointments/{token}/move",
                format!("/api/v1/appointments/{token}/move"),
            ),
            (
                "/api/v1/appointments/{token}/cancel",
                // Of nobody: whoever tries all methods cancels.
                format!("/api/v1/appointments/{}/cancel", "A".repeat(token.len())),
            ),
            (
                "/api/v1/appointments/{token}/calendar.ics",
                format!("/api/v1/appointments/{token}/calendar.ics"),
            ),
            (
                "/api/v1/submissions/{service}",
                "/api/v1/submissions/tax_certificate".into(),
            ),
            (
                "/journal/tile/{*path}",
                format!("/journal/tile/0/000.p/{size}"),
            ),
            ("cookie", format!("appointment={token}")),
        ]);
        Self {
            clinic,
            secure,
            places,
        }
    }

    fn place<'a>(&'a self, template: &'a str) -> &'a str {
        self.places.get(template).map_or(template, String::as_str)
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let visit = self
            .clinic
            .request(method, path)
            .header("cookie", &self.places["cookie"])
            .header("sec-fetch-site", "same-origin");
        headers
            .iter()
            .fold(visit, |visit, (name, value)| visit.header(name, value))
            .send()
            .await
    }

    /// All that is promised of one route.
    async fn check(&self, (template, methods, status, kept): Row) {
        let path = self.place(template);
        let mut allowed: BTreeSet<&str> =
            methods.split(',').filter(|one| !one.is_empty()).collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD");
        }
        let nowhere = template.contains(NOWHERE);
        for method in METHODS {
            let what = format!("{method} {template}");
            let foreign = self.ask(method, path, &[("host", "evil.test")]).await;
            assert_eq!(foreign.code(), 421, "{what}: {}", foreign.text());
            guarded(&foreign, path, self.secure, &what);
            assert!(!foreign.headers.contains_key("set-cookie"), "{what}");
            if method == "DELETE" && allowed.contains(method) {
                // What it deletes is still wanted below.
                continue;
            }
            let answer = self.ask(method, path, &[]).await;
            guarded(&answer, path, self.secure, &what);
            if nowhere {
                assert_eq!(answer.code(), 404, "{what}");
            } else if !allowed.contains(method) {
                assert_eq!(answer.code(), 405, "{what}: {}", answer.text());
                let told = once(&answer.headers, "allow", &what);
                let told: BTreeSet<&str> = told.split(',').map(str::trim).collect();
                assert_eq!(told, allowed, "{what}");
                assert_eq!(once(&answer.headers, "cache-control", &what), "no-store");
            } else if matches!(method, "GET" | "HEAD") {
                assert_eq!(answer.code(), status, "{what}: {}", answer.text());
                assert_eq!(
                    once(&answer.headers, "cache-control", &what),
                    kept.told(),
                    "{what}"
                );
            } else {
                // Sent empty: told what is missing, in a shape.
                assert!(
                    (200..500).contains(&answer.code()),
                    "{what}: {}",
                    answer.code()
                );
                assert_ne!(answer.code(), 405, "{what}");
                assert_eq!(
                    once(&answer.headers, "cache-control", &what),
                    "no-store",
                    "{what}"
                );
            }
        }
        if allowed.contains("GET") {
            self.head_is_get(path, kept).await;
            self.kept_as_told(path, kept).await;
        }
    }

    /// HEAD says all that GET says, but the body.
    async fn head_is_get(&self, path: &str, kept: Kept) {
        for takes in ["br", "identity"] {
            let takes = [("accept-encoding", takes)];
            let mut get = self.ask("GET", path, &takes).await;
            let mut head = self.ask("HEAD", path, &takes).await;
            assert!(head.body.is_empty(), "{path}");
            assert_eq!(get.code(), head.code(), "{path}");
            // The body of a form holds a random key, whose length when packed is not the same twice.
            for answer in [&mut get, &mut head] {
                answer.headers.remove("content-length");
                if kept == Kept::Form {
                    answer.headers.remove("etag");
                }
            }
            assert_eq!(get.headers, head.headers, "{path}");
        }
    }

    /// What may be kept has a validator that holds, plain and packed; what may not has none.
    async fn kept_as_told(&self, path: &str, kept: Kept) {
        let mut tags = BTreeSet::new();
        for takes in ["br", "gzip", "identity", "identity;q=0"] {
            let takes = ("accept-encoding", takes);
            let answer = self.ask("GET", path, &[takes]).await;
            guarded(&answer, path, self.secure, path);
            if kept == Kept::Nothing {
                assert!(answer.header("etag").is_empty(), "{path}");
                let all = [takes, ("if-none-match", "*")];
                let again = self.ask("GET", path, &all).await;
                assert_ne!(again.code(), 304, "{path}");
                continue;
            }
            let tag = once(&answer.headers, "etag", path).to_owned();
            if kept == Kept::Form {
                continue;
            }
            let again = self
                .ask("GET", path, &[takes, ("if-none-match", &tag)])
                .await;
            assert_eq!(again.code(), 304, "{path}");
            assert!(again.body.is_empty(), "{path}");
            guarded(&again, path, self.secure, path);
            for name in ["etag", "cache-control"] {
                assert_eq!(again.header(name), answer.header(name), "{path}");
            }
            tags.insert(tag);
        }
        assert!(tags.len() <= 1, "{path}: {tags:?}");
    }
}

/// Rows that stand for no route, and routes that no row stands for.
fn unlisted() -> (Vec<String>, Vec<String>) {
    let rows: BTreeSet<String> = ROWS
        .iter()
        .map(|row| row.0.to_owned())
        .filter(|path| !path.contains(NOWHERE))
        .collect();
    let routes: BTreeSet<String> = web::paths()
        .into_iter()
        .filter(|path| !path.starts_with(ASSETS.0))
        .collect();
    let less = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        these.difference(those).cloned().collect()
    };
    (less(&rows, &routes), less(&routes, &rows))
}

#[test]
fn every_route_has_its_row() {
    let (without_route, without_row) = unlisted();
    assert!(
        without_row.is_empty(),
        "say in ROWS what these routes answer and what may be kept of them: {without_row:?}"
    );
    assert!(without_route.is_empty(), "{without_route:?}");
    let assets = web::paths()
        .into_iter()
        .filter(|path| path.starts_with(ASSETS.0));
    assert!(assets.count() >= 2, "style sheet and icon");
}

async fn every_route(clinic: TestClinic, secure: bool) {
    let shown = Shown::of(clinic, secure).await;
    let mut wrong = Vec::new();
    for row in ROWS {
        let checked = AssertUnwindSafe(shown.check(*row)).catch_unwind().await;
        wrong.extend(checked.err().map(|_| row.0.to_owned()));
    }
    for path in web::paths() {
        if path.starts_with(ASSETS.0) {
            let checked = AssertUnwindSafe(shown.check_asset(&path));
            wrong.extend(checked.catch_unwind().await.err().map(|_| path.clone()));
        }
    }
    assert!(wrong.is_empty(), "told above: {wrong:?}");
}

impl Shown {
    async fn check_asset(&self, path: &str) {
        let (_, _, status, kept) = ASSETS;
        for method in METHODS {
            let what = format!("{method} {path}");
            let foreign = self.ask(method, path, &[("host", "evil.test")]).await;
            assert_eq!(foreign.code(), 421, "{what}");
            guarded(&foreign, path, self.secure, &what);
            let answer = self.ask(method, path, &[]).await;
            guarded(&answer, path, self.secure, &what);
            if matches!(method, "GET" | "HEAD") {
                assert_eq!(answer.code(), status, "{what}");
                assert_eq!(answer.header("cache-control"), kept.told(), "{what}");
                assert!(!answer.headers.contains_key("set-cookie"), "{what}");
            } else {
                assert_eq!(answer.code(), 405, "{what}");
            }
        }
        self.head_is_get(path, kept).await;
        self.kept_as_told(path, kept).await;
    }
}

on_both!(
    every_route_answers_with_its_headers,
    ClinicOptions::with_tax_certificate(),
    |clinic: TestClinic| every_route(clinic, false)
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_every_route_asks_for_tls_from_now_on() {
    let clinic = TestClinic::open_with(Store::Sqlite, ClinicOptions::with_tax_certificate())
        .await
        .expect("a file can always be made");
    every_route(clinic, true).await;
}

/// A language chosen comes with a cookie: kept by nobody's validator, and the page is the other one from then on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_in_another_language_is_another_page() {
    let clinic = TestClinic::open(Store::Sqlite)
        .await
        .expect("a file can always be made");
    let page = |language: &'static str, tag: String| {
        let visit = clinic.get("/").header("accept-language", language);
        let visit = if tag.is_empty() {
            visit
        } else {
            visit.header("if-none-match", &tag)
        };
        visit.send()
    };
    let russian = page("ru", String::new()).await;
    let tag = russian.header("etag").to_owned();
    assert_eq!(page("ru", tag.clone()).await.code(), 304);
    let english = page("en", tag.clone()).await;
    assert_eq!(english.code(), 200, "another language is another page");
    assert_ne!(english.header("etag"), tag);
    for depends_on in ["Accept-Language", "Cookie", "Accept-Encoding"] {
        let vary = russian.headers.get_all("vary").iter();
        let vary: Vec<&str> = vary.map(|line| line.to_str().expect("ASCII")).collect();
        assert!(vary.join(", ").contains(depends_on), "{vary:?}");
    }
    let chosen = clinic
        .get("/?language=en")
        .header("if-none-match", "*")
        .send()
        .await;
    assert_eq!(chosen.code(), 200, "the cookie must arrive");
    assert!(chosen.header("set-cookie").starts_with("language=en"));
    assert!(chosen.header("etag").is_empty());
}
