//! A visitor of the site: requests through the whole router, as they come over the wire.

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::TestClinic;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The status as a number.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }
}

/// A request under way.
pub struct Visit<'a> {
    clinic: &'a TestClinic,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl TestClinic {
    /// A GET.
    #[must_use]
    pub fn get(&self, path: impl Into<String>) -> Visit<'_> {
        self.request(Method::GET, path)
    }

    /// A POST of JSON.
    #[must_use]
    pub fn post(&self, path: impl Into<String>, body: &Value) -> Visit<'_> {
        let visit = self
            .request(Method::POST, path)
            .header("content-type", "application/json");
        Visit {
            body: body.to_string().into_bytes(),
            ..visit
        }
    }

    /// A POST of a form, from the site itself.
    #[must_use]
    pub fn form(&self, path: impl Into<String>, fields: &[(&str, &str)]) -> Visit<'_> {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let visit = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "http://clinic.test")
            .header("sec-fetch-site", "same-origin");
        Visit {
            body: body.join("&").into_bytes(),
            ..visit
        }
    }

    /// Any request.
    #[must_use]
    pub fn request(&self, method: Method, path: impl Into<String>) -> Visit<'_> {
        Visit {
            clinic: self,
            method,
            path: path.into(),
            headers: vec![("host".into(), "clinic.test".into())],
            body: Vec::new(),
        }
    }

    /// The body of a booking for oneself that lacks nothing, at the given time.
    pub async fn booking(&self, practitioner: &str, start: &str) -> Value {
        self.booking_of("visit", practitioner, start).await
    }

    /// The same for another service.
    pub async fn booking_of(&self, service: &str, practitioner: &str, start: &str) -> Value {
        json!({
            "service": self.id("service", service).await,
            "practitioner": self.id("practitioner", practitioner).await,
            "branch": self.id("branch", "main").await,
            "start": start,
            "hold": null,
            "language": "ru",
            "for": "self",
            "patient": {
                "surname": "Тестова", "given_name": "Мария", "patronymic": "Ивановна",
                "birth_date": "1986-11-24", "phone": "+7 916 777-09-13", "email": null
            },
            "representative": null,
            "booker": null,
            "consents": self.consents("booking", "self").await,
        })
    }

    /// The consents asked, all given.
    pub async fn consents(&self, service: &str, for_whom: &str) -> Value {
        let asked = self
            .get(format!("/api/v1/consents?service={service}&for={for_whom}"))
            .send()
            .await;
        assert_eq!(asked.code(), 200, "{}", asked.text());
        let asked = asked.json();
        let given = asked["consents"].as_array().expect("a list of consents").iter().map(|one| {
            json!({ "document": one["document"], "version": one["version"], "sha256": one["sha256"], "given": true })
        });
        Value::Array(given.collect())
    }

    /// Free starts of a service on a day, as RFC 3339.
    pub async fn free(&self, service: &str, practitioner: &str, day: &str) -> Vec<String> {
        let (service, practitioner) = (
            self.id("service", service).await,
            self.id("practitioner", practitioner).await,
        );
        let path = format!(
            "/api/v1/slots?service={service}&practitioner={practitioner}&from={day}&to={day}"
        );
        let answer = self.get(path).send().await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        let slots = answer.json()["slots"]
            .as_array()
            .cloned()
            .expect("a list of slots");
        slots
            .iter()
            .map(|slot| slot["start"].as_str().expect("a time").to_owned())
            .collect()
    }
}

impl Visit<'_> {
    /// Adds a header; `host` replaces the usual one.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends other bytes as the body.
    #[must_use]
    pub fn bytes(self, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    /// Sends the request and reads the answer whole.
    ///
    /// # Panics
    /// The request cannot be made, or the answer cannot be read.
    pub async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(self.body)).expect("a request");
        request
            .extensions_mut()
            .insert(ConnectInfo(std::net::SocketAddr::from((
                [192, 0, 2, 7],
                4711,
            ))));
        let answer = web::router(self.clinic.site.clone())
            .oneshot(request)
            .await
            .expect("a router always answers");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
