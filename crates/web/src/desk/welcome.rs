//! `/desk/welcome`: whoever was invited reads the obligation, sets a password and a second factor, and gets recovery codes.
//!
//! *Invariant*: the invitation's secret stands in the address once and is traded at once for a cookie and a clean address.
//! GET sets nothing.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use kernel::{Personal, Stop};
use qrcode::{EcLevel, QrCode};
use trust::staff::{
    InvitationRefusal, Invited, SecondFactor, WeakPassword, Welcomed, WelcomedPasskey,
};

use super::asked::{Asked, Lasts};
use super::obligation::Obligation;
use super::page::DeskPage;
use super::passkeys::FIELD;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;

const COOKIE: &str = "desk_invitation";
const PATH: &str = "/desk/welcome";

/// The form.
#[derive(Template)]
#[template(path = "desk/welcome.html")]
pub(super) struct WelcomePage {
    shell: DeskShell,
    name: String,
    login: String,
    role: &'static str,
    until: String,
    obligation: Obligation,
    obliged: bool,
    secret: String,
    spaced: String,
    square: Square,
    passkeys: bool,
    credential: String,
    wrongs: Vec<(&'static str, String)>,
}

/// A QR code as a path of unit squares.
pub(super) struct Square {
    side: usize,
    path: String,
}

/// The recovery codes, shown once.
#[derive(Template)]
#[template(path = "desk/recovery.html")]
pub(super) struct RecoveryPage {
    shell: DeskShell,
    codes: Vec<String>,
}

/// `GET /desk/welcome/{token}`.
pub(super) async fn open(asked: Arc<Asked>) -> Answered {
    let token = asked.place("token");
    if asked.site.trust.link_hash(token).is_none() {
        return Err(Trouble::Invitation);
    }
    Ok(asked.with_cookie(asked.see(PATH), (COOKIE, token), PATH, Lasts::UntilClosed))
}

/// The invitation whose cookie the browser has.
pub(super) async fn invited(asked: &Asked) -> Result<(String, Invited), Trouble> {
    let link = asked.cookie(COOKIE).ok_or(Trouble::Invitation)?;
    match asked.site.trust.invited(link).await {
        Ok(invited) => Ok((link.to_owned(), invited)),
        Err(Stop::Refused(_)) => Err(Trouble::Invitation),
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

/// `GET /desk/welcome`.
pub(super) async fn form(asked: Arc<Asked>) -> Answered {
    let (_, invited) = invited(&asked).await?;
    let second = SecondFactor::random(&asked.shell().clinic, &invited.login)?;
    let page = page(&asked, invited, &second, Vec::new()).await?;
    Ok(asked.page(StatusCode::OK, &page))
}

async fn page(
    asked: &Asked,
    invited: Invited,
    second: &SecondFactor,
    wrongs: Vec<(&'static str, String)>,
) -> Result<WelcomePage, Trouble> {
    let catalogue = asked.site.booking.catalogue().await?;
    let until = invited
        .until
        .timestamp()
        .to_zoned(wording::zone(&catalogue));
    let secret = second.base32();
    // A key that was made is as good as it was, whatever else has to be put right.
    let refused = wrongs.iter().any(|(field, _)| *field == "passkey");
    Ok(WelcomePage {
        passkeys: asked.relying_party().is_some(),
        credential: if refused {
            String::new()
        } else {
            asked.form.shown(FIELD)
        },
        shell: asked.shell(),
        obligation: Obligation::of(asked, &invited.name),
        obliged: asked.form.has("obliged"),
        name: invited.name,
        login: invited.login,
        role: invited.role.title(asked.words.0),
        until: wording::day_and_time(asked.words, &until),
        spaced: spaced(secret.reveal()),
        square: square(second.address()?.reveal())?,
        secret: secret.reveal().clone(),
        wrongs,
    })
}

/// In fours, as people read long words.
fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let fours: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    fours.join(" ")
}

fn square(address: &str) -> Result<Square, kernel::Fault> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M)?;
    let side = code.width();
    let colours = code.to_colors();
    let dark = colours
        .iter()
        .enumerate()
        .filter(|(_, colour)| **colour == qrcode::Color::Dark);
    let path = dark.fold(String::new(), |mut path, (at, _)| {
        path.push_str(&format!("M{} {}h1v1h-1z", at % side, at / side));
        path
    });
    Ok(Square { side, path })
}

/// `POST /desk/welcome`.
pub(super) async fn set(asked: Arc<Asked>) -> Answered {
    let (link, invited) = invited(&asked).await?;
    let form = &asked.form;
    let clinic = asked.shell().clinic;
    let second = SecondFactor::parse(form.get("secret"), &clinic, &invited.login);
    let Some(second) = second else {
        // Nothing of ours sends another: the page is given anew.
        return Ok(asked.see(PATH));
    };
    let (password, again) = (form.shown("new-password"), form.shown("again"));
    let refusal = if password == again {
        let set = Welcomed {
            link,
            password: Personal::new(password),
            second: second.clone(),
            code: form.get("code").to_owned(),
            obliged: form.has("obliged"),
            obligation: Obligation::of(&asked, &invited.name).sha256(),
            passkey: passkey(&asked),
        };
        match asked.site.trust.welcome(set).await {
            Ok(codes) => {
                let page = RecoveryPage {
                    shell: asked.shell(),
                    codes: codes.printed().to_vec(),
                };
                let answer = asked.page(StatusCode::OK, &page);
                let answer = asked.without_ceremony(answer);
                return Ok(asked.with_cookie(answer, (COOKIE, ""), PATH, Lasts::NoMore));
            }
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Refused(refusal)) => Some(refusal),
        }
    } else {
        None
    };
    let (field, key) = match refusal {
        None => ("again", "desk-welcome-again-wrong"),
        Some(InvitationRefusal::Unknown) => return Err(Trouble::Invitation),
        Some(InvitationRefusal::Password(weak)) => ("new-password", weak_password(weak)),
        Some(InvitationRefusal::Code) => ("code", "desk-welcome-code-wrong"),
        Some(InvitationRefusal::NotObliged) => ("obliged", "desk-welcome-obliged-wrong"),
        Some(InvitationRefusal::Passkey) => ("passkey", "desk-passkey-refused"),
    };
    let wrongs = vec![(field, asked.words.say(key))];
    let page = page(&asked, invited, &second, wrongs).await?;
    Ok(asked.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The passkey that the script put into the form, if it did.
fn passkey(asked: &Asked) -> Option<WelcomedPasskey> {
    let answer = asked.form.get(FIELD);
    let party = asked.relying_party().filter(|_| !answer.is_empty())?;
    Some(WelcomedPasskey {
        party,
        ceremony: asked.ceremony(),
        answer: Personal::new(answer.to_owned()),
        title: asked.words.say("desk-passkey-first"),
    })
}

/// Why a password will not do.
pub(super) const fn weak_password(weak: WeakPassword) -> &'static str {
    match weak {
        WeakPassword::Short => "desk-password-short",
        WeakPassword::Long => "desk-password-long",
        WeakPassword::Guessable => "desk-password-guessable",
    }
}

impl WelcomePage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrongs
            .iter()
            .find(|(of, _)| *of == field)
            .map(|(_, says)| says.as_str())
    }
}

impl DeskPage for WelcomePage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |wrongs: Vec<&'static str>| Self {
            obligation: Obligation::sample(&shell),
            name: "Ромашкина <b>".into(),
            login: "romashkina".into(),
            role: "Администратор",
            until: "27 ноября, 18:00".into(),
            obliged: !wrongs.is_empty(),
            secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
            spaced: spaced("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
            square: square("otpauth://totp/a").expect("a code"),
            passkeys: true,
            credential: if wrongs.is_empty() {
                String::new()
            } else {
                "{\"id\":\"<b>\"}".into()
            },
            wrongs: wrongs
                .into_iter()
                .map(|field| (field, shell.say("desk-welcome-code-wrong")))
                .collect(),
            shell: shell.clone(),
        };
        vec![
            page(Vec::new()),
            page(vec!["obliged", "new-password", "again", "code"]),
        ]
    }
}

impl DeskPage for RecoveryPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        vec![Self {
            shell,
            codes: vec!["7KQ4A-M2VXB".into(), "R9TDC-3HWAD".into()],
        }]
    }
}
