//! The journal's name. It stands in every checkpoint and never changes once the store is made.

use platform::config::Settings;

use super::StartError;

/// The journal's origin for a new store: the site's host and `/journal` (C2SP tlog-checkpoint: a URL without
/// scheme). A site that only this machine reaches is called `localhost`.
///
/// # Errors
/// The setting `origin` holds what a key's name may not (C2SP signed-note: spaces, control characters, a plus).
pub fn journal_origin(settings: &Settings) -> Result<String, StartError> {
    let host = match &settings.origin {
        Some(origin) => origin
            .split_once("://")
            .map_or(origin.as_str(), |(_, host)| host)
            .to_owned(),
        None if settings.listen.ip().is_loopback() || settings.listen.ip().is_unspecified() => {
            "localhost".to_owned()
        }
        None => settings.listen.ip().to_string(),
    };
    if host
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || c == '+')
    {
        return Err(StartError::Setting(format!(
            "setting `origin`: {host:?} holds a space, a control character or a plus; write the host alone, like https://www.clinic.example"
        )));
    }
    Ok(format!("{host}/journal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(origin: Option<&str>, listen: &str) -> Result<String, StartError> {
        let settings = Settings {
            origin: origin.map(str::to_owned),
            listen: listen.parse().unwrap(),
            ..Settings::default()
        };
        journal_origin(&settings)
    }

    #[test]
    fn the_journal_is_named_after_the_site() {
        for (site, listen, name) in [
            (
                Some("https://www.clinic.example"),
                "127.0.0.1:1",
                "www.clinic.example/journal",
            ),
            (
                Some("http://clinic.example:8443"),
                "127.0.0.1:1",
                "clinic.example:8443/journal",
            ),
            (None, "127.0.0.1:8080", "localhost/journal"),
            (None, "[::]:8080", "localhost/journal"),
            (None, "192.0.2.7:80", "192.0.2.7/journal"),
        ] {
            assert_eq!(origin(site, listen).unwrap(), name);
        }
        assert!(origin(Some("https://a+b.example"), "127.0.0.1:1").is_err());
        assert!(origin(Some("https://a\u{a0}b.example"), "127.0.0.1:1").is_err());
    }
}
