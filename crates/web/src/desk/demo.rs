//! `/desk/demo`: how the people of a demonstration sign in, and how the demonstration begins again.
//!
//! *Invariant*: nothing of it is there unless the house was started as a demonstration. A link's secret is traded at once for a
//! cookie and a clean address; reading a page uses nothing up.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::Stop;
use trust::staff::LetIn;

use super::asked::{Asked, Lasts};
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::site::Demonstration;

const COOKIE: &str = "desk_demo";
const PATH: &str = "/desk/demo";

/// The page.
#[derive(Template)]
#[template(path = "desk/demo.html")]
pub(super) struct DemoPage {
    shell: DeskShell,
    who: Option<(String, &'static str)>,
    used: bool,
    resets: bool,
}

/// The page while all begins again.
#[derive(Template)]
#[template(path = "desk/demo-again.html")]
pub(super) struct AgainPage {
    shell: DeskShell,
}

fn demonstration(asked: &Asked) -> Result<&Demonstration, Trouble> {
    asked.site.demonstration.as_ref().ok_or(Trouble::NotFound)
}

/// `GET /desk/demo/{token}`: the secret leaves the address.
pub(super) async fn open(asked: Arc<Asked>) -> Answered {
    demonstration(&asked)?;
    let token = asked.place("token");
    if asked.site.trust.link_hash(token).is_none() {
        return Err(Trouble::NotFound);
    }
    Ok(asked.with_cookie(asked.see(PATH), (COOKIE, token), PATH, Lasts::UntilClosed))
}

async fn page(asked: &Asked) -> Result<DemoPage, Trouble> {
    let resets = demonstration(asked)?.resets();
    let link = asked.cookie(COOKIE);
    let who = match link {
        Some(link) => asked.site.trust.let_in_by(link).await?,
        None => None,
    };
    Ok(DemoPage {
        shell: asked.shell(),
        used: link.is_some() && who.is_none(),
        who: who.map(|LetIn { name, role }| (name, role.title(asked.words.0))),
        resets,
    })
}

/// `GET /desk/demo`.
pub(super) async fn form(asked: Arc<Asked>) -> Answered {
    Ok(asked.page(StatusCode::OK, &page(&asked).await?))
}

/// `POST /desk/demo`: signs in, and uses the link up.
pub(super) async fn enter(asked: Arc<Asked>) -> Answered {
    demonstration(&asked)?;
    let link = asked.cookie(COOKIE).unwrap_or_default();
    let (device, limits) = (asked.device_link(), asked.limits());
    match asked.site.trust.sign_in_by_link(link, device, limits).await {
        Ok(signed) => {
            let answer = asked.with_session(asked.see("/desk"), &signed);
            Ok(asked.with_cookie(answer, (COOKIE, ""), PATH, Lasts::NoMore))
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(Stop::Refused(_)) => Ok(asked.page(StatusCode::FORBIDDEN, &page(&asked).await?)),
    }
}

/// `POST /desk/demo/reset`: everything that was tried out goes, and the demonstration begins anew.
pub(super) async fn reset(asked: Arc<Asked>) -> Answered {
    let demonstration = demonstration(&asked)?;
    if !demonstration.resets() {
        return Err(Trouble::NotFound);
    }
    if !asked.form.has("sure") {
        return Ok(asked.page(StatusCode::UNPROCESSABLE_ENTITY, &page(&asked).await?));
    }
    let shell = asked.shell();
    let answer = asked.page(StatusCode::OK, &AgainPage { shell });
    demonstration.reset();
    Ok(asked.without_session(answer))
}

impl DeskPage for DemoPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |who: Option<(&str, &'static str)>, used, resets| Self {
            shell: shell.clone(),
            who: who.map(|(name, role)| (name.to_owned(), role)),
            used,
            resets,
        };
        vec![
            page(Some(("Ромашкина <b>", "Администратор")), false, true),
            page(None, true, true),
            page(None, false, false),
        ]
    }
}

impl DeskPage for AgainPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        vec![Self { shell }]
    }
}
