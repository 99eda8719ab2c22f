//! Where settings come from, beside defaults and the command line: the file and the variables of the process.
//!
//! *Invariant*: nothing is read over in silence. A variable with our prefix that is none of ours stops the start, as an
//! unknown key of the file does: a typing error must not leave a setting at its default.

use std::ffi::OsStr;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use figment::providers::Env;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::SettingsError;

/// What the names of our variables begin with.
const PREFIX: &str = "MEDOK_";

/// The variables that are settings.
const SETTINGS: [&str; 10] = [
    "data",
    "keys",
    "listen",
    "origin",
    "metrics_listen",
    "database_url",
    "nats_url",
    "limits",
    "trusted_proxies",
    "log",
];

/// Variables that somebody else reads: `restore` the secret half of a recipient, tests and their tools the rest.
const OTHERS: [&str; 3] = ["MEDOK_IDENTITY", "MEDOK_KILL_ROUNDS", "MEDOK_POSTGRES_BIN"];
/// What the names of variables for tests begin with.
const TESTS: &str = "MEDOK_TEST_";

/// The variables that are settings, as a source of them.
pub(super) fn variables() -> Env {
    Env::prefixed(PREFIX)
        .only(&SETTINGS)
        .map(|name| name.as_str().to_lowercase().into())
}

/// The problem of each variable of the process that has our prefix and is none of ours; `None` where there is none.
pub(super) fn unknown_variables() -> Option<SettingsError> {
    let mut names: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| unknown(&name))
        .collect();
    names.sort_unstable();
    let known = SETTINGS.map(|name| format!("{PREFIX}{}", name.to_uppercase()));
    let known = known.join(", ");
    let problems = names.iter().map(|name| {
        format!(
            "the variable {name} is no setting; correct its name or take it away. Variables are {known}; other \
             settings stand in the file that --config names"
        )
    });
    SettingsError::of(problems.collect())
}

/// The name, if it has our prefix and is none of ours.
fn unknown(name: &OsStr) -> Option<String> {
    let name = name.to_string_lossy();
    let own = name.strip_prefix(PREFIX)?;
    let is_setting = SETTINGS.iter().any(|known| known.eq_ignore_ascii_case(own));
    let is_known = is_setting || OTHERS.contains(&&*name) || name.starts_with(TESTS);
    (!is_known).then(|| name.into_owned())
}

/// Whether the file can be read as text; the words of whoever parses it would not name it.
pub(super) fn readable(file: &Path) -> Result<(), SettingsError> {
    if !file.is_file() {
        return Err(SettingsError::no_file(file));
    }
    match std::fs::read(file) {
        Err(error) => Err(SettingsError::one(format!(
            "the settings file {} cannot be read: {error}; let the account Medok runs under read it",
            file.display()
        ))),
        Ok(bytes) => std::str::from_utf8(&bytes).map(drop).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            SettingsError::one(format!(
                "the settings file {} is not in UTF-8 (line {line}); save it in UTF-8 and start again",
                file.display()
            ))
        }),
    }
}

/// Reads addresses: a list of them, or one text with commas between, as a variable of the process can hold.
pub(super) fn addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpAddr>, D::Error> {
    from.deserialize_any(Addresses)
}

struct Addresses;

impl<'de> Visitor<'de> for Addresses {
    type Value = Vec<IpAddr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "addresses, such as [\"10.0.0.1\", \"fd00::1\"] in the file and 10.0.0.1,fd00::1 in the variable",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let bare = |text: &str| text.trim_matches(['[', ']', '"', '\'', ' ']).to_owned();
        text.split(',')
            .map(bare)
            .filter(|one| !one.is_empty())
            .map(|one| address(&one, &self))
            .collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut addresses = Vec::new();
        while let Some(one) = list.next_element::<String>()? {
            addresses.push(address(one.trim(), &self)?);
        }
        Ok(addresses)
    }
}

fn address<E: Error>(text: &str, expected: &Addresses) -> Result<IpAddr, E> {
    text.parse()
        .map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_told_apart_from_typing_errors() {
        for name in [
            "MEDOK_DATA",
            "MEDOK_TRUSTED_PROXIES",
            "MEDOK_IDENTITY",
            "MEDOK_TEST_POSTGRES",
            "MEDOK_KILL_ROUNDS",
            "MEDOK_POSTGRES_BIN",
            "MEDOK",
            "PATH",
            "NOT_MEDOK_DATA",
        ] {
            assert_eq!(unknown(OsStr::new(name)), None, "{name}");
        }
        for name in ["MEDOK_LISEN", "MEDOK_", "MEDOK_HOSTS", "MEDOK_DATA_"] {
            assert_eq!(unknown(OsStr::new(name)).as_deref(), Some(name));
        }
    }
}
