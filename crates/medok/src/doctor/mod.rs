//! `medok doctor`: looks, changes nothing it is not asked to, and says what to do. A line each:
//! `ok|warn|fail  what  — what to do`. `fail` means that something does not work or does not fit; `warn`, that a
//! clinic should not go on like that.

mod folders;
mod machine;
mod site;
mod store;
mod texts;

use std::fmt;

use kernel::Clock;
use platform::config::{Limits, Settings, SettingsError};

use crate::house::House;
use crate::output::Output;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Well.
    Ok,
    /// Not as it should be, yet it works.
    Warn,
    /// It does not work, or does not fit.
    Fail,
}

/// One line of the doctor's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it stands.
    pub state: State,
    /// What was looked at and found.
    pub what: String,
    /// What to do about it; nothing where all is well.
    pub remedy: Option<String>,
}

impl Finding {
    pub(crate) fn ok(what: impl Into<String>) -> Self {
        Self {
            state: State::Ok,
            what: what.into(),
            remedy: None,
        }
    }

    pub(crate) fn warn(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Warn,
            what: what.into(),
            remedy: Some(remedy.into()),
        }
    }

    pub(crate) fn fail(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Fail,
            what: what.into(),
            remedy: Some(remedy.into()),
        }
    }

    /// A failure told by an error whose words say what to do themselves.
    pub(crate) fn failed(what: &str, error: &impl fmt::Display) -> Self {
        let words = error.to_string();
        match words.split_once("; ").or_else(|| words.split_once(": ")) {
            Some((found, remedy)) => Self::fail(format!("{what}: {found}"), remedy),
            None => Self {
                state: State::Fail,
                what: format!("{what}: {words}"),
                remedy: None,
            },
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Ok => "ok  ",
            State::Warn => "warn",
            State::Fail => "fail",
        };
        write!(f, "{state}  {}", self.what.replace('\n', " "))?;
        match &self.remedy {
            Some(remedy) => write!(f, "  — {}", remedy.replace('\n', " ")),
            None => Ok(()),
        }
    }
}

/// Tells that the settings cannot be used, before there is anything else to look at.
pub fn tell_settings(error: &SettingsError, output: &Output) {
    for line in error.to_string().lines() {
        output.line(Finding::failed("settings", &line));
    }
}

/// Looks from outside: nothing is opened that cannot be, nothing is made. Gives whether nothing fails.
pub async fn outside(settings: &Settings, clock: Clock, output: &Output) -> bool {
    let mut findings = examined(settings, &clock);
    if let Some(trust) = store::opened(settings, clock, &mut findings).await {
        findings.extend(store::of_trust(&trust, settings).await);
        findings.extend(texts::of_folder(settings, &trust, texts::Serving::No).await);
        findings.extend(site::of_catalogue(settings, &trust).await);
        // Nothing was written: what does not close now ends with the process.
        let _ = trust.database().clone().close().await;
    }
    told(&findings, output)
}

/// Looks from inside the process that has the house open. Gives whether nothing fails.
pub async fn inside(house: &House, output: &Output) -> bool {
    let mut findings = examined(&house.settings, house.trust.clock());
    findings.push(Finding::ok("the house is open"));
    findings.extend(store::migrations(house.trust.database()).await);
    findings.extend(store::of_trust(&house.trust, &house.settings).await);
    findings.extend(texts::of_folder(&house.settings, &house.trust, texts::Serving::Yes).await);
    findings.extend(site::of_catalogue(&house.settings, &house.trust).await);
    told(&findings, output)
}

/// What can be looked at without a database.
fn examined(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let mut findings = of_settings(settings);
    findings.extend(folders::of_data(settings));
    findings.extend(folders::of_keys(settings));
    findings.extend(machine::of_clock(settings, clock.now()));
    findings.extend(machine::of_disks(settings));
    findings
}

fn told(findings: &[Finding], output: &Output) -> bool {
    for finding in findings {
        output.line(finding);
    }
    findings.iter().all(|finding| finding.state < State::Fail)
}

fn of_settings(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let local = settings.listen.ip().is_loopback();
    match settings.origin.as_deref() {
        None if !local => findings.push(Finding::warn(
            format!(
                "settings: the site listens on {} and has no origin",
                settings.listen
            ),
            "set `origin` to the address visitors use, like https://www.clinic.example",
        )),
        Some(origin) if origin.starts_with("http://") && !is_local(origin) => {
            findings.push(Finding::warn(
                format!("settings: the origin {origin} is not encrypted"),
                "put a proxy with TLS before the site and write the origin with https://",
            ))
        }
        _ => {}
    }
    if settings.limits == Limits::Off {
        findings.push(Finding::warn(
            "settings: requests are not limited",
            "take `limits = \"off\"` and MEDOK_LIMITS away: it is for benches",
        ));
    }
    if settings.backup.recipients.is_empty() {
        findings.push(Finding::warn(
            "settings: backups have no recipients",
            "make a key pair with `age-keygen`, keep its secret half apart, and put the public one (age1…) into \
             [backup] recipients",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("settings"));
    }
    findings
}

fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_it_stands_and_what_to_do() {
        assert_eq!(Finding::ok("settings").to_string(), "ok    settings");
        assert_eq!(Finding::warn("a", "b").to_string(), "warn  a  — b");
        assert_eq!(
            Finding::failed("keys", &"gone; bring them back").to_string(),
            "fail  keys: gone  — bring them back"
        );
        assert_eq!(
            Finding::failed("keys", &"gone").to_string(),
            "fail  keys: gone"
        );
    }

    #[test]
    fn settings_that_work_may_still_be_unwise() {
        let states = |settings: &Settings| {
            of_settings(settings)
                .iter()
                .map(|found| found.state)
                .collect::<Vec<_>>()
        };
        let mut settings = Settings::default();
        settings.backup.recipients.push("age1x".into());
        assert_eq!(states(&settings), [State::Ok]);
        settings.limits = Limits::Off;
        settings.listen = ([0, 0, 0, 0], 80).into();
        settings.backup.recipients.clear();
        assert_eq!(states(&settings), [State::Warn; 3]);
        settings.origin = Some("http://clinic.example".into());
        assert_eq!(states(&settings), [State::Warn; 3]);
        settings.origin = Some("https://clinic.example".into());
        assert_eq!(states(&settings), [State::Warn; 2]);
    }
}
