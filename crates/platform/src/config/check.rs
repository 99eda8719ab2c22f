//! Settings that cannot work are refused at start, all at once, each with what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Settings;

/// The settings cannot be used. Prints one line a problem.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsError(Vec<String>);

impl SettingsError {
    pub(super) fn no_file(file: &Path) -> Self {
        Self::one(format!(
            "the settings file {} is not there; create it or leave --config out",
            file.display()
        ))
    }

    pub(super) fn one(problem: String) -> Self {
        Self(vec![problem])
    }

    /// All of these; `None` where there are none.
    pub(super) fn of(problems: Vec<String>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// These and others.
    pub(super) fn and(mut self, others: Option<Self>) -> Self {
        self.0
            .extend(others.into_iter().flat_map(|others| others.0));
        self
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for SettingsError {}

impl From<figment::Error> for SettingsError {
    fn from(error: figment::Error) -> Self {
        Self(
            error
                .into_iter()
                .map(|one| {
                    let place = one.metadata.as_ref().map(|metadata| {
                        match metadata
                            .source
                            .as_ref()
                            .and_then(|source| source.file_path())
                        {
                            Some(file) => format!("the settings file {}", file.display()),
                            None => metadata.name.clone().into_owned(),
                        }
                    });
                    let key = match (one.path.is_empty(), place) {
                        (true, None) => String::new(),
                        (true, Some(place)) => format!("{place}: "),
                        (false, None) => format!("setting `{}`: ", one.path.join(".")),
                        (false, Some(place)) => {
                            format!("setting `{}` in {place}: ", one.path.join("."))
                        }
                    };
                    format!("{key}{}; correct it and start again", one.kind)
                })
                .collect(),
        )
    }
}

/// The default key folder: the data folder's sibling `DIR.keys`, so that a copy of the data alone opens nothing.
#[must_use]
pub fn key_folder_beside(data: &Path) -> PathBuf {
    let mut name = data
        .file_name()
        .map_or_else(|| "data".into(), std::ffi::OsStr::to_os_string);
    name.push(".keys");
    data.with_file_name(name)
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let mut problems = Vec::new();
    let mut problem = |text: String| problems.push(text);
    if let Some(origin) = &settings.origin
        && !is_origin(origin)
    {
        problem(format!(
            "setting `origin`: {origin:?} is not a scheme and a host; write it like https://www.clinic.example, without a path"
        ));
    }
    let database = settings.database();
    if !["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|scheme| database.starts_with(scheme))
    {
        problem("setting `database_url`: begins with none of sqlite: and postgres:; write sqlite:PATH or postgres://user:password@host/name".into());
    }
    let (data, keys) = (&settings.data, settings.key_folder());
    if keys.starts_with(data) {
        problem(format!(
            "setting `keys`: {} lies inside the data folder {}; keep keys outside it, or a copy of the data opens itself",
            keys.display(),
            data.display()
        ));
    }
    if data.starts_with(&keys) {
        problem(format!(
            "setting `data`: {} lies inside the key folder {}; keep them apart",
            data.display(),
            keys.display()
        ));
    }
    let booking = &settings.booking;
    if booking.horizon_days == 0 || booking.horizon_days > 366 {
        problem("setting `booking.horizon_days`: must be between 1 and 366".into());
    }
    if settings.external.minutes == 0 || settings.external.minutes > 1440 {
        problem("setting `external.minutes`: must be between 1 and 1440".into());
    }
    let desk = &settings.desk;
    if desk.idle_minutes == 0 || desk.idle_minutes > 480 {
        problem("setting `desk.idle_minutes`: must be between 1 and 480".into());
    }
    if desk.shift_hours == 0 || desk.shift_hours > 24 {
        problem("setting `desk.shift_hours`: must be between 1 and 24".into());
    }
    if booking.hold_minutes == 0 || booking.hold_minutes > 120 {
        problem("setting `booking.hold_minutes`: must be between 1 and 120".into());
    }
    if settings.journal.checkpoint_seconds == 0 || settings.journal.checkpoint_seconds > 3600 {
        problem("setting `journal.checkpoint_seconds`: must be between 1 and 3600".into());
    }
    if settings.database_connections == 0 {
        problem("setting `database_connections`: must be at least 1".into());
    }
    for recipient in &settings.backup.recipients {
        if !recipient.starts_with("age1") {
            problem(
                "setting `backup.recipients`: each must be a public key that begins with age1"
                    .into(),
            );
        }
    }
    SettingsError::of(problems).map_or(Ok(()), Err)
}

fn is_origin(origin: &str) -> bool {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

#[cfg(test)]
#[expect(
    clippy::result_large_err,
    reason = "figment's jail speaks its own error"
)]
mod tests {
    use super::super::{Limits, Overrides};
    use super::*;
    use figment::Jail;

    fn read(file: Option<&str>) -> Result<Settings, SettingsError> {
        Settings::read(file.map(Path::new), &Overrides::default())
    }

    #[test]
    fn a_variable_overrides_the_file_and_the_command_line_both() {
        Jail::expect_with(|jail| {
            jail.create_file(
                "medok.toml",
                "listen = \"127.0.0.1:1\"\nlog = \"warn\"\n[booking]\nhorizon_days = 30\n",
            )?;
            jail.set_env("MEDOK_LISTEN", "127.0.0.1:2");
            jail.set_env("MEDOK_LIMITS", "off");
            jail.set_env("MEDOK_TRUSTED_PROXIES", "[127.0.0.1]");
            jail.set_env("MEDOK_TEST_POSTGRES", "not a setting");
            let settings = read(Some("medok.toml")).expect("all is well");
            assert_eq!(
                (
                    settings.listen.port(),
                    settings.log.as_str(),
                    settings.booking.horizon_days
                ),
                (2, "warn", 30)
            );
            assert_eq!(
                (settings.limits, settings.trusted_proxies.len()),
                (Limits::Off, 1)
            );
            let over = Overrides {
                listen: Some(([127, 0, 0, 1], 3).into()),
                data: Some("elsewhere".into()),
            };
            let settings =
                Settings::read(Some(Path::new("medok.toml")), &over).expect("all is well");
            assert_eq!(
                (settings.listen.port(), settings.key_folder()),
                (3, PathBuf::from("elsewhere.keys"))
            );
            Ok(())
        });
    }

    #[test]
    fn every_problem_is_told_at_once_with_what_to_do() {
        Jail::expect_with(|jail| {
            jail.create_file(
                "medok.toml",
                "origin = \"clinic.example\"\ndatabase_url = \"mysql:x\"\ndata = \"d\"\nkeys = \"d/keys\"\n[booking]\nhorizon_days = 0\n",
            )?;
            let text = read(Some("medok.toml"))
                .expect_err("four problems")
                .to_string();
            assert_eq!(text.lines().count(), 4, "{text}");
            for word in ["https://", "postgres://", "outside", "between 1 and 366"] {
                assert!(text.contains(word), "{word}: {text}");
            }
            Ok(())
        });
    }

    #[test]
    fn proxies_are_written_as_a_list_or_with_commas() {
        let two = [[10, 0, 0, 1], [10, 0, 0, 2]].map(std::net::IpAddr::from);
        for (text, addresses) in [
            ("10.0.0.1", &two[..1]),
            ("10.0.0.1,10.0.0.2", &two[..]),
            (" 10.0.0.1, 10.0.0.2 ", &two[..]),
            ("[10.0.0.1, 10.0.0.2]", &two[..]),
            ("[\"10.0.0.1\",\"10.0.0.2\"]", &two[..]),
            ("", &[][..]),
        ] {
            Jail::expect_with(|jail| {
                jail.set_env("MEDOK_TRUSTED_PROXIES", text);
                let settings = read(None).unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(settings.trusted_proxies, addresses, "{text}");
                Ok(())
            });
        }
        for text in ["::1,fd00::1", "[::1], fd00::1", "[::1,fd00::1]"] {
            Jail::expect_with(|jail| {
                jail.set_env("MEDOK_TRUSTED_PROXIES", text);
                let settings = read(None).unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(settings.trusted_proxies.len(), 2, "{text}");
                Ok(())
            });
        }
        for text in [
            "proxy.clinic.example",
            "10.0.0.1;10.0.0.2",
            "10.0.0.1,x",
            "7",
        ] {
            Jail::expect_with(|jail| {
                jail.set_env("MEDOK_TRUSTED_PROXIES", text);
                let error = read(None).expect_err(text).to_string();
                for word in ["trusted_proxies", "10.0.0.1,fd00::1"] {
                    assert!(error.contains(word), "{text}: {error}");
                }
                Ok(())
            });
        }
        Jail::expect_with(|jail| {
            jail.create_file(
                "medok.toml",
                "trusted_proxies = [\"10.0.0.1\", \"10.0.0.2\"]\n",
            )?;
            let settings = read(Some("medok.toml")).expect("all is well");
            assert_eq!(settings.trusted_proxies, two);
            Ok(())
        });
    }

    #[test]
    fn a_variable_that_is_no_setting_is_refused_with_every_other_problem() {
        Jail::expect_with(|jail| {
            jail.set_env("MEDOK_LISEN", "127.0.0.1:1");
            jail.set_env("MEDOK_HOSTS", "clinic.example");
            jail.set_env("MEDOK_IDENTITY", "AGE-SECRET-KEY-1");
            jail.set_env("MEDOK_TEST_ANYTHING", "1");
            let text = read(None).expect_err("two of them").to_string();
            assert_eq!(text.lines().count(), 2, "{text}");
            for word in ["MEDOK_LISEN", "MEDOK_HOSTS", "MEDOK_LISTEN", "--config"] {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(!text.contains("AGE-SECRET"), "no value is told: {text}");
            jail.set_env("MEDOK_LIMITS", "sometimes");
            let text = read(None).expect_err("three of them").to_string();
            assert_eq!(text.lines().count(), 3, "{text}");
            Ok(())
        });
    }

    #[test]
    fn a_file_that_is_no_text_is_named() {
        Jail::expect_with(|jail| {
            let bytes = b"# \xef\xf0\xe8\nlog = \"info\"\n";
            std::fs::write(jail.directory().join("medok.toml"), bytes)
                .map_err(|error| figment::Error::from(error.to_string()))?;
            let text = read(Some("medok.toml"))
                .expect_err("windows-1251")
                .to_string();
            for word in ["medok.toml", "UTF-8", "line 1"] {
                assert!(text.contains(word), "{word}: {text}");
            }
            jail.create_file("medok.toml", "log = \n")?;
            let text = read(Some("medok.toml")).expect_err("no TOML").to_string();
            assert!(text.contains("medok.toml"), "{text}");
            Ok(())
        });
    }

    #[test]
    fn an_unknown_word_or_a_wrong_kind_names_its_place() {
        Jail::expect_with(|jail| {
            jail.create_file("medok.toml", "lisen = \"127.0.0.1:1\"\n")?;
            assert!(
                read(Some("medok.toml"))
                    .expect_err("a typing error")
                    .to_string()
                    .contains("lisen")
            );
            jail.create_file("medok.toml", "[booking]\nhorizon_days = \"many\"\n")?;
            let text = read(Some("medok.toml"))
                .expect_err("not a number")
                .to_string();
            assert!(text.contains("booking.horizon_days"), "{text}");
            assert!(
                read(Some("absent.toml"))
                    .expect_err("no file")
                    .to_string()
                    .contains("absent.toml")
            );
            Ok(())
        });
    }
}
