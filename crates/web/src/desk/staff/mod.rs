//! `/desk/staff`: accounts made, changed and ended on screen.

mod terms;

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{Personal, Purpose, StaffId, Stop};
use trust::staff::{Account, AccountRefusal, NewAccount};

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;
use terms::{Chosen, Fields, fields, terms_as_they_are, terms_of, typed_terms};

/// An account in the list.
struct Row {
    id: String,
    name: String,
    login: String,
    role: &'static str,
    branches: String,
    factors: Standing,
    obliged: Option<String>,
    seen: Option<String>,
}

/// Whether somebody can sign in.
struct Standing {
    class: &'static str,
    says: String,
}

/// The list, with the form by which somebody is invited.
#[derive(Template)]
#[template(path = "desk/staff.html")]
pub(super) struct StaffPage {
    shell: DeskShell,
    rows: Vec<Row>,
    fields: Fields,
    wrong: Option<String>,
    done: Option<String>,
}

/// One account.
#[derive(Template)]
#[template(path = "desk/employee.html")]
pub(super) struct EmployeePage {
    shell: DeskShell,
    row: Row,
    own: bool,
    ended: bool,
    provider: Option<ProviderLink>,
    fields: Fields,
    wrong: Option<String>,
    done: Option<String>,
}

/// Whether somebody signs in at the clinic's provider of identities.
struct ProviderLink {
    title: String,
    since: Option<String>,
}

/// The invitation's address, shown once.
#[derive(Template)]
#[template(path = "desk/invited.html")]
pub(super) struct InvitedPage {
    shell: DeskShell,
    name: String,
    address: String,
}

/// `GET /desk/staff`.
pub(super) async fn list(desk: Arc<Desk>) -> Answered {
    let done =
        (desk.query.get("done") == "dismissed").then(|| desk.words.say("desk-staff-dismissed"));
    let page = listed(&desk, None, done).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn listed(
    desk: &Desk,
    wrong: Option<String>,
    done: Option<String>,
) -> Result<StaffPage, Trouble> {
    let accounts = desk.site.trust.accounts().await?;
    let mut rows = Vec::with_capacity(accounts.len());
    for account in &accounts {
        rows.push(row(desk, account).await?);
    }
    let chosen = typed_terms(&desk.form);
    Ok(StaffPage {
        shell: desk.shell(),
        rows,
        fields: fields(desk, &chosen).await?,
        wrong,
        done,
    })
}

async fn row(desk: &Desk, account: &Account) -> Result<Row, Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    let (zone, today) = (
        wording::zone(&catalogue),
        wording::today(&catalogue, desk.now()),
    );
    let soon = |moment: kernel::Moment| {
        let local = moment.timestamp().to_zoned(zone.clone());
        wording::soon(desk.words, &local, today)
    };
    let day = |moment: kernel::Moment| wording::full_day(desk.words, moment.timestamp(), &zone);
    let branches = match &account.terms.branches {
        None => desk.words.say("desk-staff-every-branch"),
        Some(branches) => {
            let titles: Vec<String> = branches
                .iter()
                .filter_map(|id| catalogue.branch(*id))
                .map(|branch| branch.title.get(desk.words.0).to_owned())
                .collect();
            titles.join(", ")
        }
    };
    let standing = |class, says| Standing { class, says };
    let factors = match (account.dismissed_at, account.invited_until) {
        (Some(at), _) => standing(
            "cancelled",
            desk.words.with("desk-staff-dismissed-on", "day", &day(at)),
        ),
        (None, _) if account.factors.are_enough() => {
            standing("accepted", desk.words.say("desk-staff-can"))
        }
        (None, Some(until)) => standing(
            "requested",
            desk.words
                .with("desk-staff-invited-until", "time", &soon(until)),
        ),
        (None, None) => standing("requested", desk.words.say("desk-staff-cannot")),
    };
    Ok(Row {
        id: account.id.to_string(),
        name: account.name.clone(),
        login: account.login.clone(),
        role: account.terms.role.title(desk.words.0),
        branches,
        factors,
        obliged: account.obliged_at.map(day),
        seen: account.seen_at.map(soon),
    })
}

const fn said(refusal: AccountRefusal) -> Option<&'static str> {
    Some(match refusal {
        AccountRefusal::Access(_) | AccountRefusal::Unknown | AccountRefusal::Password(_) => {
            return None;
        }
        AccountRefusal::LoginTaken => "desk-staff-wrong-taken",
        AccountRefusal::BadLogin => "desk-staff-wrong-login",
        AccountRefusal::BadName => "desk-staff-wrong-name",
        AccountRefusal::Own => "desk-staff-wrong-own",
        AccountRefusal::LastAdministrator => "desk-staff-wrong-last",
        AccountRefusal::NoContract => "desk-staff-wrong-contract",
        AccountRefusal::NoPractitioner => "desk-staff-wrong-practitioner",
        AccountRefusal::Everywhere => "desk-staff-wrong-everywhere",
    })
}

/// `POST /desk/staff`.
pub(super) async fn invite_new(desk: Arc<Desk>) -> Answered {
    let terms = match terms_of(&desk).await? {
        Ok(terms) => terms,
        Err(key) => return wrong_in_list(&desk, key).await,
    };
    let new = Arc::new(NewAccount {
        login: desk.form.get("login").to_owned(),
        name: desk.form.get("name").to_owned(),
        terms,
    });
    let made = desk
        .site
        .trust
        .act(
            "staff.invite_new",
            desk.scope(Purpose::Safeguard),
            move |act| {
                let new = Arc::clone(&new);
                Box::pin(async move { act.add_and_invite(&new).await })
            },
        )
        .await;
    match made {
        Ok((_, secret)) => Ok(invited(&desk, desk.form.shown("name"), &secret)),
        Err(stop) => match refused(stop)? {
            Some(key) => wrong_in_list(&desk, key).await,
            None => Err(Trouble::NotFound),
        },
    }
}

async fn wrong_in_list(desk: &Desk, key: &str) -> Answered {
    let page = listed(desk, Some(desk.words.say(key)), None).await?;
    Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What to say of a refusal; nothing where there is no such account.
fn refused(stop: Stop<AccountRefusal>) -> Result<Option<&'static str>, Trouble> {
    match stop {
        Stop::Refused(AccountRefusal::Access(refusal)) => Err(refusal.into()),
        Stop::Refused(refusal) => Ok(said(refusal)),
        Stop::Fault(fault) => Err(fault.into()),
    }
}

fn invited(desk: &Desk, name: String, secret: &Personal<String>) -> axum::response::Response {
    let page = InvitedPage {
        shell: desk.shell(),
        name,
        address: format!("{}/desk/welcome/{}", desk.site.origin, secret.reveal()),
    };
    desk.page(StatusCode::OK, &page)
}

async fn account(desk: &Desk) -> Result<Account, Trouble> {
    let id: StaffId = desk.id("id")?;
    let accounts = desk.site.trust.accounts().await?;
    accounts
        .into_iter()
        .find(|account| account.id == id)
        .ok_or(Trouble::NotFound)
}

/// `GET /desk/staff/{id}`.
pub(super) async fn one(desk: Arc<Desk>) -> Answered {
    let account = account(&desk).await?;
    let done = (desk.query.get("done") == "changed").then(|| desk.words.say("desk-staff-changed"));
    let page = shown(&desk, &account, terms_as_they_are(&account), None, done).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn shown(
    desk: &Desk,
    account: &Account,
    chosen: Chosen,
    wrong: Option<String>,
    done: Option<String>,
) -> Result<EmployeePage, Trouble> {
    let provider = match &desk.site.identity {
        None => None,
        Some(provider) => Some(ProviderLink {
            title: provider.title().to_owned(),
            since: since(desk, account).await?,
        }),
    };
    Ok(EmployeePage {
        provider,
        shell: desk.shell(),
        row: row(desk, account).await?,
        own: account.id == desk.employee.staff,
        ended: account.dismissed_at.is_some(),
        fields: fields(desk, &chosen).await?,
        wrong,
        done,
    })
}

/// Since when somebody is linked with the provider of identities.
async fn since(desk: &Desk, account: &Account) -> Result<Option<String>, Trouble> {
    let linked = desk.site.trust.identity_of(account.id).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    let zone = wording::zone(&catalogue);
    Ok(linked.map(|at| wording::full_day(desk.words, at.timestamp(), &zone)))
}

pub(super) async fn wrong_in_one(desk: &Desk, key: &str) -> Answered {
    let account = account(desk).await?;
    let chosen = if desk.form.has("role") {
        typed_terms(&desk.form)
    } else {
        terms_as_they_are(&account)
    };
    let page = shown(desk, &account, chosen, Some(desk.words.say(key)), None).await?;
    Ok(desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /desk/staff/{id}/change`.
pub(super) async fn change(desk: Arc<Desk>) -> Answered {
    let id: StaffId = desk.id("id")?;
    let terms = match terms_of(&desk).await? {
        Ok(terms) => Arc::new(terms),
        Err(key) => return wrong_in_one(&desk, key).await,
    };
    let changed = desk
        .site
        .trust
        .act("staff.change", desk.scope(Purpose::Safeguard), move |act| {
            let terms = Arc::clone(&terms);
            Box::pin(async move { act.change_staff(id, &terms).await })
        })
        .await;
    match changed {
        Ok(()) => Ok(desk.see(&format!("/desk/staff/{id}?done=changed"))),
        Err(stop) => match refused(stop)? {
            Some(key) => wrong_in_one(&desk, key).await,
            None => Err(Trouble::NotFound),
        },
    }
}

/// `POST /desk/staff/{id}/invite`: also for whoever lost what they sign in with.
pub(super) async fn invite(desk: Arc<Desk>) -> Answered {
    let account = account(&desk).await?;
    let id = account.id;
    let made = desk
        .site
        .trust
        .act("staff.invite", desk.scope(Purpose::Safeguard), move |act| {
            Box::pin(async move { act.invite_staff(id).await })
        })
        .await;
    match made {
        Ok(secret) => Ok(invited(&desk, account.name, &secret)),
        Err(stop) => match refused(stop)? {
            Some(key) => wrong_in_one(&desk, key).await,
            None => Err(Trouble::NotFound),
        },
    }
}

/// `POST /desk/staff/{id}/dismiss`.
pub(super) async fn dismiss(desk: Arc<Desk>) -> Answered {
    let id: StaffId = desk.id("id")?;
    if !desk.form.has("sure") {
        return wrong_in_one(&desk, "desk-staff-wrong-sure").await;
    }
    let ended = desk
        .site
        .trust
        .act(
            "staff.dismiss",
            desk.scope(Purpose::Safeguard),
            move |act| Box::pin(async move { act.dismiss_staff(id).await }),
        )
        .await;
    match ended {
        Ok(()) => Ok(desk.see("/desk/staff?done=dismissed")),
        Err(stop) => match refused(stop)? {
            Some(key) => wrong_in_one(&desk, key).await,
            None => Err(Trouble::NotFound),
        },
    }
}

impl DeskPage for StaffPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |rows, wrong: Option<&str>, done: Option<&str>| Self {
            rows,
            fields: samples::fields(),
            wrong: wrong.map(|key| shell.say(key)),
            done: done.map(|key| shell.say(key)),
            shell: shell.clone(),
        };
        vec![
            page(vec![samples::row()], None, Some("desk-staff-dismissed")),
            page(Vec::new(), Some("desk-staff-wrong-taken"), None),
        ]
    }
}

impl DeskPage for EmployeePage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |own, ended, wrong: Option<&str>| Self {
            row: samples::row(),
            own,
            ended,
            provider: Some(ProviderLink {
                title: "Вход клиники <b>".into(),
                since: wrong.map(|_| "1 сентября 2026 года".into()),
            }),
            fields: samples::fields(),
            wrong: wrong.map(|key| shell.say(key)),
            done: wrong.is_none().then(|| shell.say("desk-staff-changed")),
            shell: shell.clone(),
        };
        vec![
            page(false, false, None),
            page(true, false, Some("desk-staff-wrong-own")),
            page(false, false, Some("desk-provider-taken")),
            page(false, true, None),
        ]
    }
}

impl DeskPage for InvitedPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        vec![Self {
            shell,
            name: "Ромашкина <b>".into(),
            address: "https://clinic.example/desk/welcome/abc".into(),
        }]
    }
}

#[cfg(test)]
mod samples {
    use super::terms::{Choice, Named};
    use super::*;

    pub(super) fn row() -> Row {
        Row {
            id: "1".into(),
            name: "Ромашкина <b>".into(),
            login: "romashkina".into(),
            role: "Администратор",
            branches: "Сотовый переулок".into(),
            factors: Standing {
                class: "accepted",
                says: "Входит".into(),
            },
            obliged: Some("1 сентября 2026 года".into()),
            seen: None,
        }
    }

    pub(super) fn fields() -> Fields {
        let choice = |value: &str, chosen| Choice {
            value: value.into(),
            title: "Врач <i>".into(),
            about: "Видит своё расписание".into(),
            chosen,
        };
        Fields {
            name: "\"><script>".into(),
            login: "a".into(),
            roles: vec![choice("registrar", false), choice("practitioner", true)],
            branches: vec![choice("b1", true), choice("b2", false)],
            practitioners: vec![choice("p1", true)],
            contract: "7 <b>".into(),
            named: vec![Named {
                kind: "action",
                title: "Что делает".into(),
                choices: vec![choice("book", true)],
            }],
        }
    }
}
