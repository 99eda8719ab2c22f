//! The clinic's own provider of identities (OpenID Connect Core 1.0): the authorization code flow with PKCE (RFC 7636), from
//! the address to which a browser goes to the claims of who came back.
//!
//! *Invariant*: nothing of the provider's is believed before signature, issuer, audience, nonce and time are right. It is asked
//! over https alone (http on this machine), within seconds, never where it redirects to, and never for more than a megabyte.
//! Who an employee is here is not this room's to say.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{Clock, Moment, entropy};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::url::{Host, Url};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse, reqwest,
};
use serde::{Deserialize, Serialize};

use crate::config::ProviderSettings;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer at most.
const MOST: usize = 1 << 20;
/// Minutes for which what the provider told of itself, its keys among them, is kept.
const KEPT_MINUTES: i64 = 60;
/// How it signs: never by a secret that both know, never not at all (RFC 8725 §3.1).
const SIGNED_BY: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The provider.
#[derive(Clone)]
pub struct IdentityProvider(Arc<Inner>);

struct Inner {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    known: Mutex<Option<(Moment, Arc<CoreProviderMetadata>)>>,
}

/// Somebody on their way to the provider: kept at the house until they are back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OnTheWay {
    /// What comes back with them: binds the answer to the browser.
    pub state: String,
    nonce: String,
    verifier: String,
}

/// Who came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Identified {
    /// Who says so.
    pub issuer: String,
    /// Who they are there: `sub`.
    pub subject: String,
    /// Whether they showed a second factor there, as the settings tell it.
    pub strong: bool,
}

impl fmt::Debug for Identified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identified")
    }
}

/// Why nobody is known. The text is for the log: it holds no code, no token and no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderTrouble {
    /// The provider does not answer, or not as one does.
    Unreachable(String),
    /// It does not know the code, or not us.
    Refused(String),
    /// What it says is not to be believed.
    Untrue(String),
}

impl fmt::Display for ProviderTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => {
                write!(f, "the provider of identities does not answer: {why}")
            }
            Self::Refused(why) => write!(f, "the provider of identities refused: {why}"),
            Self::Untrue(why) => {
                write!(f, "what the provider of identities says is not true: {why}")
            }
        }
    }
}

/// An answer that could not be had.
#[derive(Debug)]
struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Lost {}

impl IdentityProvider {
    /// The provider of the settings; `origin` is how the outside names this site. Asks nobody anything yet.
    ///
    /// # Errors
    /// What is wrong with the settings, with what to do.
    pub fn of(settings: &ProviderSettings, origin: &str, clock: Clock) -> Result<Self, String> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| {
            wrong(
                "issuer",
                "is no address; write it as the provider names itself",
            )
        })?;
        if !is_safe(issuer.url()) {
            return Err(wrong(
                "issuer",
                "is not https; only a provider on this machine may be without",
            ));
        }
        if settings.client_id.is_empty() {
            return Err(wrong(
                "client_id",
                "is empty; register this site with the provider",
            ));
        }
        let secret = match &settings.client_secret_file {
            Some(file) => Some(ClientSecret::new(read_secret(file)?)),
            None => None,
        };
        let back = RedirectUrl::new(format!("{origin}/desk/provider/back"))
            .map_err(|_| "setting `origin` is no address".to_owned())?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .https_only(issuer.url().scheme() == "https")
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self(Arc::new(Inner {
            settings: settings.clone(),
            issuer,
            secret,
            back,
            http,
            clock,
            known: Mutex::new(None),
        })))
    }

    /// How staff call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.settings.title
    }

    /// Who it is to others.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.settings.issuer
    }

    /// Where to send a browser, and what to keep until it is back.
    ///
    /// # Errors
    /// [`ProviderTrouble::Unreachable`].
    pub async fn send_off(&self) -> Result<(String, OnTheWay), ProviderTrouble> {
        let metadata = self.metadata(false).await?;
        let way = OnTheWay {
            state: random(),
            nonce: random(),
            verifier: random(),
        };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
            way.verifier.clone(),
        ));
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.0.settings.client_id.clone()),
            self.0.secret.clone(),
        )
        .set_redirect_uri(self.0.back.clone());
        let (state, nonce) = (way.state.clone(), way.nonce.clone());
        let mut asked = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state.clone()),
            move || Nonce::new(nonce.clone()),
        );
        for scope in &self.0.settings.scopes {
            asked = asked.add_scope(Scope::new(scope.clone()));
        }
        let (address, _, _) = asked.set_pkce_challenge(challenge).url();
        Ok((address.into(), way))
    }

    /// Who came back with this code. `issuer` is what the answer names as its sender, where it does (RFC 9207).
    ///
    /// # Errors
    /// [`ProviderTrouble`].
    pub async fn finish(
        &self,
        way: &OnTheWay,
        code: &str,
        issuer: Option<&str>,
    ) -> Result<Identified, ProviderTrouble> {
        if issuer.is_some_and(|issuer| issuer != self.issuer()) {
            return Err(untrue("the answer comes from another issuer"));
        }
        let token = self.exchanged(way, code).await?;
        let nonce = Nonce::new(way.nonce.clone());
        let metadata = self.metadata(false).await?;
        let claims = match self.claims(&metadata, &token, &nonce) {
            Ok(claims) => claims,
            // Its keys may have changed since they were kept.
            Err(_) => {
                let fresh = self.metadata(true).await?;
                self.claims(&fresh, &token, &nonce)?
            }
        };
        Ok(Identified {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            strong: self.is_strong(&claims),
        })
    }

    async fn exchanged(
        &self,
        way: &OnTheWay,
        code: &str,
    ) -> Result<CoreTokenResponse, ProviderTrouble> {
        let metadata = self.metadata(false).await?;
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.0.settings.client_id.clone()),
            self.0.secret.clone(),
        )
        .set_redirect_uri(self.0.back.clone());
        let http = self.0.http.clone();
        let asks = move |request| ask(http.clone(), request);
        client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderTrouble::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()))
            .request_async(&asks)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(told) => {
                    ProviderTrouble::Refused(told.error().to_string())
                }
                RequestTokenError::Request(lost) => ProviderTrouble::Unreachable(lost.to_string()),
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    untrue("its answer to the code is none")
                }
            })
    }

    fn claims(
        &self,
        metadata: &Arc<CoreProviderMetadata>,
        token: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ProviderTrouble> {
        let client = CoreClient::from_provider_metadata(
            (**metadata).clone(),
            ClientId::new(self.0.settings.client_id.clone()),
            self.0.secret.clone(),
        );
        let clock = self.0.clock.clone();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNED_BY)
            .set_time_fn(move || time_of(clock.now()));
        let token = token
            .id_token()
            .ok_or_else(|| untrue("it gives no token of identity"))?;
        token
            .claims(&verifier, nonce)
            .cloned()
            .map_err(|error| untrue(&error.to_string()))
    }

    /// Whether a second factor was shown there: one of the methods (RFC 8176) or contexts that the settings name.
    fn is_strong(&self, claims: &CoreIdTokenClaims) -> bool {
        let settings = &self.0.settings;
        let method = claims.auth_method_refs().is_some_and(|methods| {
            methods
                .iter()
                .any(|method| settings.strong_methods.contains(&**method))
        });
        let context = claims
            .auth_context_ref()
            .is_some_and(|context| settings.strong_contexts.contains(&**context));
        method || context
    }

    /// What the provider tells of itself, with its keys.
    async fn metadata(&self, fresh: bool) -> Result<Arc<CoreProviderMetadata>, ProviderTrouble> {
        let now = self.0.clock.now();
        let kept = self
            .0
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, metadata)) = kept {
            let minutes = if fresh { 1 } else { KEPT_MINUTES };
            if at.plus_minutes(minutes) > now {
                return Ok(metadata);
            }
        }
        let http = self.0.http.clone();
        let asks = move |request| ask(http.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(self.0.issuer.clone(), &asks)
            .await
            .map_err(|error| ProviderTrouble::Unreachable(error.to_string()))?;
        let ends = [
            Some(metadata.authorization_endpoint().url()),
            metadata.token_endpoint().map(|end| end.url()),
            Some(metadata.jwks_uri().url()),
        ];
        if !ends.into_iter().flatten().all(is_safe) {
            return Err(untrue("one of its addresses is not https"));
        }
        let metadata = Arc::new(metadata);
        *self.0.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }
}

/// Sends one request; what is longer than it may be is let go.
async fn ask(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Lost> {
    let lost = |error: reqwest::Error| Lost(error.without_url().to_string());
    let request = request.try_into().map_err(lost)?;
    let mut response = http.execute(request).await.map_err(lost)?;
    let mut answer = openidconnect::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(lost)? {
        if body.len() + part.len() > MOST {
            return Err(Lost("an answer of more than a megabyte".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    answer.body(body).map_err(|error| Lost(error.to_string()))
}

/// Whether nobody on the way can read along: https, or this machine alone.
fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

fn read_secret(file: &Path) -> Result<String, String> {
    let told = |error: io::Error| {
        wrong(
            "client_secret_file",
            &format!(
                "{}: {error}; write the secret there, mode 0600",
                file.display()
            ),
        )
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map_err(told)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(wrong(
                "client_secret_file",
                &format!(
                    "{0} can be read by others; run `chmod 600 '{0}'`",
                    file.display()
                ),
            ));
        }
    }
    let secret = std::fs::read_to_string(file).map_err(told)?;
    match secret.trim() {
        "" => Err(wrong("client_secret_file", "is empty")),
        secret => Ok(secret.to_owned()),
    }
}

fn wrong(setting: &str, why: &str) -> String {
    format!("setting `desk.identity_provider.{setting}` {why}")
}

fn untrue(why: &str) -> ProviderTrouble {
    ProviderTrouble::Untrue(why.to_owned())
}

/// 256 bits in 64 digits: enough for a verifier (RFC 7636 §4.1 asks for 43 signs at least).
fn random() -> String {
    entropy::bytes::<32>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn time_of(now: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(now.micros()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str) -> ProviderSettings {
        ProviderSettings {
            issuer: issuer.into(),
            client_id: "medok".into(),
            ..ProviderSettings::default()
        }
    }

    #[test]
    fn only_https_or_this_machine_is_asked() {
        let of = |issuer: &str| {
            IdentityProvider::of(&settings(issuer), "https://clinic.example", Clock::system())
        };
        for good in [
            "https://id.example",
            "http://localhost:9000",
            "http://127.0.0.1:9000",
        ] {
            assert!(of(good).is_ok(), "{good}");
        }
        for bad in ["http://id.example", "ftp://localhost", "id.example", ""] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, " s3cret \n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read_secret(&file).unwrap_err().contains("chmod 600"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read_secret(&file).unwrap(), "s3cret");
        assert!(read_secret(&folder.path().join("none")).is_err());
    }
}
