//! `/desk/switch`: a colleague takes the place at a shared computer by the second factor alone; nobody shares a login.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{StaffId, Stop};
use trust::staff::{AtDevice, SignInRefusal};

use super::asked::{Asked, Desk};
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::sign_in::{refused, said, status};
use crate::wording;

/// A colleague to choose.
struct Colleague {
    id: String,
    name: String,
    told: String,
    chosen: bool,
}

/// The form.
#[derive(Template)]
#[template(path = "desk/switch.html")]
pub(super) struct SwitchPage {
    shell: DeskShell,
    to: String,
    colleagues: Vec<Colleague>,
    wrong: Option<String>,
    passkeys: bool,
}

/// `GET /desk/switch`.
pub(super) async fn form(asked: Arc<Asked>) -> Answered {
    let to = asked.goes_on_to(asked.query.get("to")).to_owned();
    let colleagues = colleagues(&asked, "").await?;
    if colleagues.is_empty() {
        return Ok(asked.see(&format!("/desk/sign-in?to={to}")));
    }
    let page = SwitchPage {
        shell: asked.shell(),
        to,
        colleagues,
        wrong: None,
        passkeys: asked.relying_party().is_some(),
    };
    Ok(asked.page(StatusCode::OK, &page))
}

async fn colleagues(asked: &Asked, chosen: &str) -> Result<Vec<Colleague>, kernel::Fault> {
    let Some(device) = asked.device_link() else {
        return Ok(Vec::new());
    };
    let there = asked.site.trust.at_device(device).await?;
    let catalogue = asked.site.booking.catalogue().await?;
    let zone = wording::zone(&catalogue);
    let first = there.first().map(|one| one.staff.to_string());
    let chosen = there
        .iter()
        .map(|one| one.staff.to_string())
        .find(|id| id == chosen)
        .or(first)
        .unwrap_or_default();
    Ok(there
        .into_iter()
        .map(|one: AtDevice| {
            let since = wording::clock(&one.since.timestamp().to_zoned(zone.clone()));
            let role = one.role.title(asked.words.0);
            let id = one.staff.to_string();
            Colleague {
                chosen: id == chosen,
                id,
                told: format!(
                    "{role} · {}",
                    asked.words.with("desk-since", "time", &since)
                ),
                name: one.name,
            }
        })
        .collect())
}

/// `POST /desk/switch`.
pub(super) async fn resume(asked: Arc<Asked>) -> Answered {
    let form = &asked.form;
    let to = asked.goes_on_to(form.get("to")).to_owned();
    let staff: Option<StaffId> = form.get("staff").parse().ok();
    let refusal = match asked.device_link() {
        Some(device) => match asked.site.trust.resume(device, staff, asked.shown()).await {
            Ok(signed) => {
                let answer = asked.with_session(asked.see(&to), &signed);
                return Ok(asked.without_ceremony(answer));
            }
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Refused(refusal)) => refusal,
        },
        None => SignInRefusal::Wrong,
    };
    let colleagues = colleagues(&asked, form.get("staff")).await?;
    if colleagues.is_empty() {
        return Ok(asked.see(&format!("/desk/sign-in?to={to}")));
    }
    let page = SwitchPage {
        shell: asked.shell(),
        to,
        colleagues,
        wrong: Some(said(&asked, refusal)),
        passkeys: asked.relying_party().is_some(),
    };
    Ok(refused(&asked, refusal, asked.page(status(refusal), &page)))
}

/// `POST /desk/lock`: the screen is left; whoever comes next shows who they are.
pub(super) async fn lock(desk: Arc<Desk>) -> Answered {
    desk.site.trust.lock_session(desk.employee.session).await?;
    Ok(desk.see("/desk/switch"))
}

impl DeskPage for SwitchPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let colleague = |id: &str, chosen| Colleague {
            id: id.into(),
            name: "Ромашкина <i>".into(),
            told: "администратор".into(),
            chosen,
        };
        let page = |wrong: Option<&str>| Self {
            shell: shell.clone(),
            to: "/desk".into(),
            colleagues: vec![colleague("1", true), colleague("2", false)],
            wrong: wrong.map(|key| shell.say(key)),
            passkeys: wrong.is_some(),
        };
        vec![page(None), page(Some("desk-sign-in-wrong"))]
    }
}
