//! Passkeys (WebAuthn): what a browser asks its authenticator with, and one's own keys added and taken away.
//!
//! *Invariant*: what is asked before anybody signed in tells nothing of who exists. The challenge is bound to the browser by a
//! cookie of its own. Without a script, or where the site is reached by numbers, codes do all the same.

use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::{Moment, Personal, Stop};
use trust::staff::{NewPasskey, PasskeyRefusal, RelyingParty, Shown, ShownPasskey};

use super::account::{Form, own_page};
use super::asked::{Asked, Desk, Lasts};
use super::routes::Answered;
use super::sign_in::closed;
use super::trouble::Trouble;

/// The cookie of a ceremony under way.
const CEREMONY: &str = "desk_passkey";
/// It goes back to the desk alone.
const PATH: &str = "/desk";
/// The field into which the script puts what the authenticator answered.
pub(super) const FIELD: &str = "credential";

impl Asked {
    /// The site as authenticators know it; none where its address is one of numbers.
    pub(super) fn relying_party(&self) -> Option<RelyingParty> {
        RelyingParty::at(&self.site.origin, &self.shell().clinic)
    }

    /// The secret of the ceremony under way in this browser.
    pub(super) fn ceremony(&self) -> String {
        self.cookie(CEREMONY).unwrap_or_default().to_owned()
    }

    /// What was shown beside a password: a passkey's answer where there is one, else the code.
    pub(super) fn shown(&self) -> Shown {
        let answer = self.form.get(FIELD);
        match self.relying_party() {
            Some(party) if !answer.is_empty() => Shown::Passkey(Box::new(ShownPasskey {
                party,
                ceremony: self.ceremony(),
                answer: Personal::new(answer.to_owned()),
            })),
            _ => Shown::Code(Personal::new(self.form.get("code").to_owned())),
        }
    }

    /// Options for the browser's authenticators, with the cookie of their ceremony.
    fn options(&self, options: &serde_json::Value, secret: &Personal<String>) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let answer = (StatusCode::OK, headers, options.to_string()).into_response();
        self.with_cookie(
            answer,
            (CEREMONY, secret.reveal()),
            PATH,
            Lasts::UntilClosed,
        )
    }

    /// Takes a finished ceremony's cookie out of the browser.
    pub(super) fn without_ceremony(&self, answer: Response) -> Response {
        if self.cookie(CEREMONY).is_none() {
            return answer;
        }
        self.with_cookie(answer, (CEREMONY, ""), PATH, Lasts::NoMore)
    }
}

/// `POST /desk/passkey`: whoever stands at the door shows a passkey.
pub(super) async fn ask(asked: Arc<Asked>) -> Answered {
    let party = asked.relying_party().ok_or(Trouble::NotFound)?;
    let (options, secret) = asked.site.trust.ask_passkey(&party).await?;
    Ok(asked.options(&options, &secret))
}

/// `POST /desk/account/passkey`: an employee is about to add one.
pub(super) async fn new(desk: Arc<Desk>) -> Answered {
    let party = desk.relying_party().ok_or(Trouble::NotFound)?;
    let (options, secret) = desk.site.trust.new_passkey(&party, &desk.employee).await?;
    Ok(desk.options(&options, &secret))
}

/// `POST /desk/welcome/passkey`: whoever was invited is about to add one.
pub(super) async fn of_invited(asked: Arc<Asked>) -> Answered {
    let party = asked.relying_party().ok_or(Trouble::NotFound)?;
    let (_, invited) = super::welcome::invited(&asked).await?;
    let begun = asked.site.trust.new_passkey_of_invited(&party, &invited);
    let (options, secret) = begun.await?;
    Ok(asked.options(&options, &secret))
}

/// `POST /desk/account/passkeys`: adds one.
pub(super) async fn add(desk: Arc<Desk>) -> Answered {
    let party = desk.relying_party().ok_or(Trouble::NotFound)?;
    let new = NewPasskey {
        party,
        ceremony: desk.ceremony(),
        answer: Personal::new(desk.form.get(FIELD).to_owned()),
        title: desk.form.shown("title"),
        password: Personal::new(desk.form.shown("password")),
    };
    let refusal = match desk.site.trust.add_passkey(&desk.employee, new).await {
        Ok(()) => return Ok(desk.without_ceremony(desk.see("/desk/account?done=key"))),
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::Refused(refusal)) => refusal,
    };
    let (field, key, keeps) = match refusal {
        PasskeyRefusal::Access(refusal) => return Err(refusal.into()),
        PasskeyRefusal::Closed(until) => return too_often(&desk, until).await,
        PasskeyRefusal::Title => ("title", "desk-passkey-title-wrong", true),
        PasskeyRefusal::Password => ("own-password", "desk-passkey-password-wrong", true),
        PasskeyRefusal::Answer => ("title", "desk-passkey-refused", false),
        PasskeyRefusal::Known => ("title", "desk-passkey-known", false),
        PasskeyRefusal::Many => ("title", "desk-passkey-many", false),
    };
    let page = own_page(&desk, form(&desk, field, desk.words.say(key), keeps)).await?;
    Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The form as it was filled in. What the device answered is kept while it is as good as it was.
fn form(desk: &Desk, field: &'static str, says: String, keeps: bool) -> Form {
    Form {
        title: desk.form.shown("title"),
        credential: if keeps {
            desk.form.shown(FIELD)
        } else {
            String::new()
        },
        wrong: Some((field, says)),
    }
}

async fn too_often(desk: &Desk, until: Moment) -> Answered {
    let says = closed(desk, until);
    let page = own_page(desk, form(desk, "own-password", says, true)).await?;
    let answer = desk.page(StatusCode::TOO_MANY_REQUESTS, &page);
    Ok(super::sign_in::come_again(desk, until, answer))
}

/// `POST /desk/account/passkeys/{id}/remove`.
pub(super) async fn remove(desk: Arc<Desk>) -> Answered {
    let id: uuid::Uuid = desk.id("id")?;
    let trust = &desk.site.trust;
    trust.remove_passkey(&desk.employee, id).await?;
    Ok(desk.see("/desk/account?done=key-removed"))
}
