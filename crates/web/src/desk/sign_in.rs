//! `/desk/sign-in`: login, password and second factor in one step.
//!
//! *Invariant*: what did not fit is not told, and what was typed stays nowhere but in the login's own field.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use kernel::{Moment, Personal, Stop};
use trust::staff::{Attempt, Session, SignInRefusal};

use super::asked::Asked;
use super::page::DeskPage;
use super::passkeys::FIELD;
use super::routes::Answered;
use super::shell::DeskShell;

/// The form.
#[derive(Template)]
#[template(path = "desk/sign-in.html")]
pub(super) struct SignInPage {
    shell: DeskShell,
    to: String,
    login: String,
    wrong: Option<String>,
    colleagues: bool,
    passkeys: bool,
    provider: Option<String>,
}

/// `GET /desk/sign-in`.
pub(super) async fn form(asked: Arc<Asked>) -> Answered {
    let to = asked.goes_on_to(asked.query.get("to")).to_owned();
    match asked.session().await? {
        Session::Live(_) => return Ok(asked.see(&to)),
        // Whoever was led here by a page that closed finds their own session first.
        Session::Locked(_) if !asked.query.has("to") => return Ok(asked.see("/desk/switch")),
        _ => {}
    }
    let page = SignInPage {
        shell: asked.shell(),
        to,
        login: String::new(),
        wrong: None,
        colleagues: has_colleagues(&asked).await?,
        passkeys: asked.relying_party().is_some(),
        provider: provider(&asked),
    };
    Ok(asked.page(StatusCode::OK, &page))
}

/// How the clinic's provider of identities is called, where it has one.
fn provider(asked: &Asked) -> Option<String> {
    let provider = asked.site.identity.as_ref()?;
    Some(provider.title().to_owned())
}

async fn has_colleagues(asked: &Asked) -> Result<bool, kernel::Fault> {
    match asked.device_link() {
        Some(device) => Ok(!asked.site.trust.at_device(device).await?.is_empty()),
        None => Ok(false),
    }
}

/// `POST /desk/sign-in`.
pub(super) async fn sign_in(asked: Arc<Asked>) -> Answered {
    let form = &asked.form;
    let to = asked.goes_on_to(form.get("to")).to_owned();
    let attempt = Attempt {
        login: form.get("login").to_owned(),
        password: Personal::new(form.shown("password")),
        shown: asked.shown(),
        device: asked.device_link().map(str::to_owned),
        limits: asked.limits(),
    };
    match asked.site.trust.sign_in(attempt).await {
        Ok(signed) => Ok(asked.without_ceremony(asked.with_session(asked.see(&to), &signed))),
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(Stop::Refused(refusal)) => {
            let page = SignInPage {
                shell: asked.shell(),
                to,
                login: form.shown("login"),
                wrong: Some(said(&asked, refusal)),
                colleagues: has_colleagues(&asked).await?,
                passkeys: asked.relying_party().is_some(),
                provider: provider(&asked),
            };
            Ok(refused(&asked, refusal, asked.page(status(refusal), &page)))
        }
    }
}

/// How a refusal is told.
pub(super) fn said(asked: &Asked, refusal: SignInRefusal) -> String {
    match refusal {
        SignInRefusal::Wrong if asked.form.get(FIELD).is_empty() => {
            asked.words.say("desk-sign-in-wrong")
        }
        SignInRefusal::Wrong => asked.words.say("desk-sign-in-wrong-key"),
        SignInRefusal::Closed(until) => closed(asked, until),
    }
}

/// How it is told that the way is closed until then.
pub(super) fn closed(asked: &Asked, until: Moment) -> String {
    let minutes = usize::try_from(minutes_until(asked.now(), until)).unwrap_or(1);
    asked.shell().count("desk-sign-in-closed", &minutes)
}

fn minutes_until(now: Moment, until: Moment) -> i64 {
    ((until.micros() - now.micros()) / 60_000_000 + 1).max(1)
}

pub(super) const fn status(refusal: SignInRefusal) -> StatusCode {
    match refusal {
        SignInRefusal::Wrong => StatusCode::FORBIDDEN,
        SignInRefusal::Closed(_) => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// Says when to come again, where the way is closed (RFC 9110 §10.2.3).
pub(super) fn refused(asked: &Asked, refusal: SignInRefusal, response: Response) -> Response {
    match refusal {
        SignInRefusal::Closed(until) => come_again(asked, until, response),
        SignInRefusal::Wrong => response,
    }
}

/// Says when to come again.
pub(super) fn come_again(asked: &Asked, until: Moment, mut response: Response) -> Response {
    let seconds = (until.micros() - asked.now().micros()) / 1_000_000 + 1;
    if let Ok(value) = HeaderValue::from_str(&seconds.max(1).to_string()) {
        response.headers_mut().insert("retry-after", value);
    }
    response
}

impl DeskPage for SignInPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |login: &str, wrong: Option<&str>, colleagues| Self {
            shell: shell.clone(),
            to: "/desk/staff".into(),
            login: login.into(),
            wrong: wrong.map(|key| shell.count(key, &2)),
            colleagues,
            passkeys: !login.is_empty(),
            provider: (!login.is_empty()).then(|| "Вход клиники <b>".to_owned()),
        };
        vec![
            page("", None, false),
            page("\"><script>", Some("desk-sign-in-wrong"), true),
            page("anna", Some("desk-sign-in-closed"), true),
        ]
    }
}
