//! `/desk/provider`: signing in at the clinic's own provider of identities (OpenID Connect).
//!
//! *Invariant*: whoever comes back is who left: what they bring is bound to a cookie of this browser, counts once and within
//! minutes. Coming back acts only by a form of our own, so that another site's page signs nobody in. The provider being
//! down closes no other way.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{Personal, StaffId, Stop};
use platform::identity::{IdentityProvider, OnTheWay, ProviderTrouble};
use serde::{Deserialize, Serialize};
use trust::staff::{AccountRefusal, SignInRefusal, Vouched};

use super::asked::{Asked, Desk, Lasts};
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::sign_in::{refused, said, status};
use super::trouble::Trouble;

const COOKIE: &str = "desk_provider";
const PATH: &str = "/desk/provider";

/// What is kept while somebody is away.
#[derive(Serialize, Deserialize)]
struct Away {
    way: OnTheWay,
    to: String,
}

/// The page on which somebody arrives who comes back.
#[derive(Template)]
#[template(path = "desk/provider-back.html")]
pub(super) struct BackPage {
    shell: DeskShell,
    title: String,
    brought: Vec<(&'static str, String)>,
}

/// Our own second factor, where the provider vouches for none.
#[derive(Template)]
#[template(path = "desk/provider-second.html")]
pub(super) struct SecondPage {
    shell: DeskShell,
    to: String,
    passkeys: bool,
}

/// Why nobody was let in, with the way on.
#[derive(Template)]
#[template(path = "desk/provider-trouble.html")]
pub(super) struct ProviderPage {
    shell: DeskShell,
    says: String,
    again: bool,
}

fn provider(asked: &Asked) -> Result<&IdentityProvider, Trouble> {
    asked.site.identity.as_ref().ok_or(Trouble::NotFound)
}

fn troubled(asked: &Asked, trouble: &ProviderTrouble) -> axum::response::Response {
    tracing::warn!("signing in: {trouble}");
    let (code, word) = match trouble {
        ProviderTrouble::Unreachable(_) => (StatusCode::SERVICE_UNAVAILABLE, "desk-provider-down"),
        ProviderTrouble::Refused(_) | ProviderTrouble::Untrue(_) => {
            (StatusCode::FORBIDDEN, "desk-provider-untrue")
        }
    };
    told(asked, code, word)
}

fn told(asked: &Asked, code: StatusCode, word: &str) -> axum::response::Response {
    let page = ProviderPage {
        says: asked.words.say(word),
        again: code != StatusCode::SERVICE_UNAVAILABLE,
        shell: asked.shell(),
    };
    let answer = asked.page(code, &page);
    asked.with_cookie(answer, (COOKIE, ""), PATH, Lasts::NoMore)
}

/// `GET /desk/provider`: off to the provider.
pub(super) async fn leave(asked: Arc<Asked>) -> Answered {
    let provider = provider(&asked)?;
    let to = asked.goes_on_to(asked.query.get("to")).to_owned();
    let (address, way) = match provider.send_off().await {
        Ok(begun) => begun,
        Err(trouble) => return Ok(troubled(&asked, &trouble)),
    };
    let kept = serde_json::to_string(&Away { way, to }).map_err(kernel::Fault::from)?;
    let secret = asked.site.trust.leave_for_provider(kept).await?;
    let answer = asked.see(&address);
    Ok(asked.with_cookie(answer, (COOKIE, secret.reveal()), PATH, Lasts::UntilClosed))
}

/// `GET /desk/provider/back`: the browser is back from another site, without our cookies, which follow our own forms alone.
pub(super) async fn back(asked: Arc<Asked>) -> Answered {
    let title = provider(&asked)?.title().to_owned();
    let names = ["state", "code", "iss", "error"];
    let brought = names
        .into_iter()
        .filter(|name| asked.query.has(name))
        .map(|name| (name, asked.query.shown(name)));
    let page = BackPage {
        shell: asked.shell(),
        title,
        brought: brought.collect(),
    };
    Ok(asked.page(StatusCode::OK, &page))
}

/// `POST /desk/provider`: what was brought is looked at.
pub(super) async fn enter(asked: Arc<Asked>) -> Answered {
    let provider = provider(&asked)?;
    let secret = asked.cookie(COOKIE).unwrap_or_default();
    let kept = asked.site.trust.back_from_provider(secret).await?;
    let away = kept.and_then(|kept| serde_json::from_str::<Away>(&kept).ok());
    let (code, state) = (asked.form.get("code"), asked.form.get("state"));
    let Some(away) = away.filter(|away| away.way.state == state && !code.is_empty()) else {
        return Ok(told(&asked, StatusCode::FORBIDDEN, "desk-provider-late"));
    };
    let issuer = asked.form.get("iss");
    let issuer = (!issuer.is_empty()).then_some(issuer);
    let known = match provider.finish(&away.way, code, issuer).await {
        Ok(known) => known,
        Err(trouble) => return Ok(troubled(&asked, &trouble)),
    };
    let subject = (known.issuer.as_str(), known.subject.as_str(), known.strong);
    let (device, limits) = (asked.device_link(), asked.limits());
    let signing = asked
        .site
        .trust
        .sign_in_by_provider(subject, device, limits);
    match signing.await {
        Ok(Vouched::In(signed)) => {
            let answer = asked.with_session(asked.see(asked.goes_on_to(&away.to)), &signed);
            Ok(asked.with_cookie(answer, (COOKIE, ""), PATH, Lasts::NoMore))
        }
        Ok(Vouched::Second(secret)) => {
            let page = SecondPage {
                shell: asked.shell(),
                to: away.to,
                passkeys: asked.relying_party().is_some(),
            };
            let answer = asked.page(StatusCode::OK, &page);
            Ok(asked.with_cookie(answer, (COOKIE, secret.reveal()), PATH, Lasts::UntilClosed))
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(Stop::Refused(_)) => Ok(told(&asked, StatusCode::FORBIDDEN, "desk-provider-unknown")),
    }
}

/// `POST /desk/provider/second`: our own second factor.
pub(super) async fn second(asked: Arc<Asked>) -> Answered {
    provider(&asked)?;
    let secret = asked.cookie(COOKIE).unwrap_or_default();
    let (device, limits) = (asked.device_link(), asked.limits());
    let shown = asked.shown();
    let signing = asked
        .site
        .trust
        .second_after_provider(secret, shown, device, limits);
    match signing.await {
        Ok(signed) => {
            let to = asked.goes_on_to(asked.form.get("to"));
            let answer = asked.with_session(asked.see(to), &signed);
            let answer = asked.without_ceremony(answer);
            Ok(asked.with_cookie(answer, (COOKIE, ""), PATH, Lasts::NoMore))
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(Stop::Refused(refusal)) => {
            let says = match refusal {
                SignInRefusal::Wrong => asked.words.say("desk-provider-second-wrong"),
                SignInRefusal::Closed(_) => said(&asked, refusal),
            };
            let page = ProviderPage {
                shell: asked.shell(),
                says,
                again: true,
            };
            Ok(refused(&asked, refusal, asked.page(status(refusal), &page)))
        }
    }
}

/// `POST /desk/staff/{id}/identity`: an administrator says who a colleague is at the provider, or that they are nobody there.
pub(super) async fn link(desk: Arc<Desk>) -> Answered {
    let issuer = provider(&desk)?.issuer().to_owned();
    let id: StaffId = desk.id("id")?;
    let subject = Personal::new(desk.form.get("subject").to_owned());
    let removes = desk.form.has("remove");
    let shared = Arc::new((issuer, subject));
    let scope = desk.scope(kernel::Purpose::Safeguard);
    let linked = desk
        .site
        .trust
        .act("staff.link_identity", scope, move |act| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let (issuer, subject) = shared.as_ref();
                if removes {
                    act.unlink_identity(id).await
                } else {
                    act.link_identity(id, (issuer, subject.reveal())).await
                }
            })
        });
    let key = match linked.await {
        Ok(()) => return Ok(desk.see(&format!("/desk/staff/{id}?done=changed"))),
        Err(Stop::Refused(AccountRefusal::LoginTaken)) => "desk-provider-taken",
        Err(Stop::Refused(AccountRefusal::BadLogin)) => "desk-provider-subject-wrong",
        Err(Stop::Refused(AccountRefusal::Own)) => "desk-staff-wrong-own",
        Err(Stop::Refused(refusal)) => return Err(refusal.into()),
        Err(Stop::Fault(fault)) => return Err(fault.into()),
    };
    super::staff::wrong_in_one(&desk, key).await
}

impl DeskPage for BackPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        vec![Self {
            title: "Вход клиники <b>".into(),
            brought: vec![("code", "\"><script>".into()), ("state", "b".into())],
            shell,
        }]
    }
}

impl DeskPage for SecondPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |passkeys| Self {
            shell: shell.clone(),
            to: "/desk".into(),
            passkeys,
        };
        vec![page(true), page(false)]
    }
}

impl DeskPage for ProviderPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |word: &str, again| Self {
            says: shell.say(word),
            again,
            shell: shell.clone(),
        };
        vec![
            page("desk-provider-down", false),
            page("desk-provider-untrue", true),
        ]
    }
}
