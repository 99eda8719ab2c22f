//! `/desk/account`: one's own sessions and factors.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::SessionId;
use trust::staff::{Factors, Which};

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;

/// A session in the list.
struct SessionRow {
    id: String,
    here: bool,
    locked: bool,
    since: String,
    seen: String,
    until: String,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/account.html")]
pub(super) struct AccountPage {
    shell: DeskShell,
    login: String,
    about: &'static str,
    norm: Option<&'static str>,
    sessions: Vec<SessionRow>,
    factors: Factors,
    /// Whether there is a schedule of their own to share with their calendar.
    own_schedule: bool,
    passkeys: Vec<PasskeyRow>,
    offered: bool,
    form: Form,
    done: Option<String>,
}

/// A passkey in the list.
struct PasskeyRow {
    id: String,
    title: String,
    added: String,
    used: Option<String>,
}

/// The form by which a passkey is added, as it was filled in.
#[derive(Default)]
pub(super) struct Form {
    /// How the key is called.
    pub(super) title: String,
    /// What the device answered.
    pub(super) credential: String,
    /// What is wrong with which field.
    pub(super) wrong: Option<(&'static str, String)>,
}

impl Form {
    fn wrong(&self, field: &str) -> Option<&str> {
        let (of, says) = self.wrong.as_ref()?;
        (*of == field).then_some(says.as_str())
    }
}

/// `GET /desk/account`.
pub(super) async fn show(desk: Arc<Desk>) -> Answered {
    let page = own_page(&desk, Form::default()).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// The page with the form as it was filled in.
pub(super) async fn own_page(desk: &Desk, form: Form) -> Result<AccountPage, Trouble> {
    let trust = &desk.site.trust;
    let catalogue = desk.site.booking.catalogue().await?;
    let (zone, today) = (
        wording::zone(&catalogue),
        wording::today(&catalogue, desk.now()),
    );
    let at = |moment: kernel::Moment| {
        let local = moment.timestamp().to_zoned(zone.clone());
        wording::soon(desk.words, &local, today)
    };
    let employee = &desk.employee;
    let sessions = trust.sessions_of(employee.staff).await?;
    let factors = trust.factors_of(employee.staff).await?;
    let passkeys = trust.passkeys_of(employee.staff).await?;
    let done = match desk.query.get("done") {
        "out" => Some("desk-account-out"),
        "key" => Some("desk-passkey-added"),
        "key-removed" => Some("desk-passkey-removed"),
        _ => None,
    };
    Ok(AccountPage {
        shell: desk.shell(),
        login: employee.login.clone(),
        about: employee.role.about(desk.words.0),
        norm: employee.role.norm(desk.words.0),
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                here: session.id == employee.session,
                id: session.id.to_string(),
                locked: session.locked,
                since: at(session.since),
                seen: at(session.seen),
                until: at(session.until),
            })
            .collect(),
        factors,
        passkeys: passkeys
            .into_iter()
            .map(|key| PasskeyRow {
                id: key.id.to_string(),
                title: key.title,
                added: at(key.added),
                used: key.used.map(at),
            })
            .collect(),
        own_schedule: employee.reach.practitioner.flatten().is_some(),
        offered: desk.relying_party().is_some(),
        form,
        done: done.map(|key| desk.words.say(key)),
    })
}

/// `POST /desk/account/sign-out`: here, one of the others, all of them.
pub(super) async fn sign_out(desk: Arc<Desk>) -> Answered {
    let employee = &desk.employee;
    let which = match desk.form.get("which") {
        "all" => Which::All,
        "others" => Which::Others,
        id => Which::One(id.parse::<SessionId>().unwrap_or(employee.session)),
    };
    desk.site.trust.sign_out(employee, which).await?;
    let stays = match which {
        Which::All => false,
        Which::One(one) => one != employee.session,
        Which::Others => true,
    };
    Ok(if stays {
        desk.see("/desk/account?done=out")
    } else {
        desk.without_session(desk.see("/desk/sign-in"))
    })
}

impl DeskPage for AccountPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let session = |here, locked| SessionRow {
            id: if here { "1".into() } else { "2".into() },
            here,
            locked,
            since: "сегодня, 7:52".into(),
            seen: "сегодня, 9:10".into(),
            until: "сегодня, 19:52".into(),
        };
        let key = |id: &str, used: Option<&str>| PasskeyRow {
            id: id.into(),
            title: "Ключ <b>".into(),
            added: "сегодня, 9:10".into(),
            used: used.map(str::to_owned),
        };
        vec![
            Self {
                shell: shell.clone(),
                login: "romashkina".into(),
                about: "Ведёт день.",
                norm: Some("152-ФЗ"),
                sessions: vec![session(true, false), session(false, true)],
                factors: Factors {
                    password: true,
                    totp: true,
                    passkeys: 1,
                    recovery: true,
                },
                passkeys: vec![key("1", None), key("2", Some("вчера, 8:00"))],
                own_schedule: true,
                offered: true,
                form: Form {
                    title: "\"><script>".into(),
                    credential: "{\"id\":\"<b>\"}".into(),
                    wrong: Some(("own-password", shell.say("desk-passkey-password-wrong"))),
                },
                done: Some(shell.say("desk-account-out")),
            },
            Self {
                shell: shell.clone(),
                login: "anna".into(),
                about: "Ведёт день.",
                norm: None,
                sessions: vec![session(true, false)],
                factors: Factors::default(),
                passkeys: Vec::new(),
                own_schedule: true,
                offered: true,
                form: Form::default(),
                done: None,
            },
            Self {
                shell,
                login: "a<b".into(),
                about: "Ведёт день.",
                norm: None,
                sessions: vec![session(true, false)],
                factors: Factors::default(),
                passkeys: vec![key("1", None)],
                own_schedule: false,
                offered: false,
                form: Form::default(),
                done: None,
            },
        ]
    }
}
