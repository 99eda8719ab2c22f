//! A provider of identities in a few lines: discovery, keys, and tokens for codes (OpenID Connect Core §3.1, RFC 7636), as
//! faithful as a story needs it and, where a story asks for it, a liar.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use kernel::Clock;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What a code stands for.
#[derive(Clone)]
struct Granted {
    challenge: String,
    redirect: String,
    claims: Value,
}

struct Inner {
    issuer: String,
    key: Mutex<SigningKey>,
    codes: Mutex<BTreeMap<String, Granted>>,
    down: Mutex<bool>,
    clock: Clock,
}

/// The provider, listening on this machine.
#[derive(Clone)]
pub struct Issuer(Arc<Inner>);

fn key() -> SigningKey {
    SigningKey::from_slice(&kernel::entropy::bytes::<32>()).expect("a scalar")
}

impl Issuer {
    /// Begins to listen.
    pub async fn open(clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let issuer = Self(Arc::new(Inner {
            issuer: format!("http://{address}"),
            key: Mutex::new(key()),
            codes: Mutex::default(),
            down: Mutex::new(false),
            clock: clock.clone(),
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        issuer
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.0.issuer
    }

    /// Whether it answers.
    pub fn is_down(&self, down: bool) {
        *self.0.down.lock().expect("no panic") = down;
    }

    /// It signs with another key from now on.
    pub fn changes_its_key(&self) {
        *self.0.key.lock().expect("no panic") = key();
    }

    /// Somebody with this subject agrees to what a browser was sent here with: gives what it goes back with. `tell` changes
    /// what the token will say.
    pub fn agrees(
        &self,
        asked: &str,
        subject: &str,
        tell: impl Fn(&mut Value),
    ) -> (String, String) {
        let query = asked.split_once('?').expect("a query").1;
        let wish: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        assert_eq!(wish["response_type"], "code");
        assert_eq!(wish["code_challenge_method"], "S256");
        assert!(wish["scope"].contains("openid"));
        let now = self.0.clock.now().micros() / 1_000_000;
        let mut claims = json!({
            "iss": self.0.issuer, "sub": subject, "aud": wish["client_id"], "iat": now, "exp": now + 300,
            "nonce": wish["nonce"],
        });
        tell(&mut claims);
        let code = hex::encode(kernel::entropy::bytes::<16>());
        let granted = Granted {
            challenge: wish["code_challenge"].clone(),
            redirect: wish["redirect_uri"].clone(),
            claims,
        };
        self.0
            .codes
            .lock()
            .expect("no panic")
            .insert(code.clone(), granted);
        (code, wish["state"].clone())
    }

    fn signed(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let head = json!({ "alg": "ES256", "typ": "JWT" });
        let text = format!("{}.{}", part(&head), part(claims));
        let signature: Signature = self.0.key.lock().expect("no panic").sign(text.as_bytes());
        format!("{text}.{}", BASE64.encode(signature.to_bytes()))
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        match (first, more) {
            (b'%', [one, two, after @ ..]) => {
                let digits = [*one, *two];
                bytes.extend(hex::decode(digits).expect("hexadecimal digits"));
                rest = after;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).expect("a text")
}

fn out_of_order(issuer: &Issuer) -> Option<Response> {
    let down = *issuer.0.down.lock().expect("no panic");
    down.then(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn discovery(State(issuer): State<Issuer>) -> Response {
    if let Some(answer) = out_of_order(&issuer) {
        return answer;
    }
    let at = issuer.address();
    Json(json!({
        "issuer": at, "authorization_endpoint": format!("{at}/auth"), "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/keys"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
    }))
    .into_response()
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    let point = issuer
        .0
        .key
        .lock()
        .expect("no panic")
        .verifying_key()
        .to_encoded_point(false);
    let part = |bytes: Option<&p256::FieldBytes>| BASE64.encode(bytes.expect("a point"));
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "x": part(point.x()), "y": part(point.y()),
    }]}))
}

async fn token(
    State(issuer): State<Issuer>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if let Some(answer) = out_of_order(&issuer) {
        return answer;
    }
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    // A code counts once, for whoever has its verifier.
    let granted = issuer
        .0
        .codes
        .lock()
        .expect("no panic")
        .remove(&field("code"));
    let challenge = BASE64.encode(Sha256::digest(field("code_verifier").as_bytes()));
    let fits = granted.filter(|granted| {
        granted.challenge == challenge && granted.redirect == field("redirect_uri")
    });
    match fits {
        Some(granted) => Json(json!({
            "access_token": "none", "token_type": "Bearer", "id_token": issuer.signed(&granted.claims),
        }))
        .into_response(),
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}
