//! Settings that cannot work are refused at start, all at once, each with what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Settings;

/// The settings cannot be used. Prints one line a problem.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsError(Vec<String>);

impl SettingsError {
    pub(super) fn no_file(file: &Path) -> Self {
        Self(vec![format!(
            "the settings file {} is not there; create it or leave --config out",
            file.display()
        )])
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
                    let place = one
                        .metadata
                        .as_ref()
                        .map_or_else(String::new, |m| format!(" in {}", m.name));
                    let key = if one.path.is_empty() {
                        String::new()
                    } else {
                        format!("setting `{}`{place}: ", one.path.join("."))
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
    if problems.is_empty() {
        Ok(())
    } else {
        Err(SettingsError(problems))
    }
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
