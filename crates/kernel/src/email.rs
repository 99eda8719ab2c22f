//! Addresses of electronic mail.

use std::fmt;

use crate::{Personal, text};

/// The text is not an address. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailError;

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not an e-mail address; write it like name@example.ru")
    }
}

impl std::error::Error for EmailError {}

/// An e-mail address in the common form `local@domain` (RFC 5321 §4.1.2 without quoting and
/// address literals), at most 254 octets. The domain is kept in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(Personal<String>);

impl Email {
    /// Parses what a person types.
    ///
    /// # Errors
    /// The text is not an address.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailError)?;
        let plain = typed.len() <= 254 && !text::has_hidden_characters(typed);
        if plain && is_local(local) && is_domain(domain) {
            Ok(Self(Personal::new(format!(
                "{local}@{}",
                domain.to_lowercase()
            ))))
        } else {
            Err(EmailError)
        }
    }

    /// The address, to be sealed or written to.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

fn is_local(local: &str) -> bool {
    let atoms = local.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c))
    });
    atoms && local.len() <= 64
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    labels.len() >= 2
        && labels.iter().all(label_ok)
        && labels
            .last()
            .is_some_and(|top| top.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_is_not() {
        for typed in [
            "anna@example.ru",
            " a.b+c@Пример.РФ ",
            "o'neil@example.co.uk",
        ] {
            assert!(Email::parse(typed).is_ok(), "{typed}");
        }
        assert_eq!(
            Email::parse("Anna@EXAMPLE.ru").map(|e| e.reveal().to_owned()),
            Ok("Anna@example.ru".to_owned())
        );
        for typed in [
            "",
            "anna",
            "anna@",
            "@example.ru",
            "anna@example",
            "a b@example.ru",
            "a@exa mple.ru",
            "a..b@example.ru",
            "a@-x.ru",
            "a\r\nBcc: x@y.ru",
            "<a@example.ru>",
        ] {
            assert_eq!(Email::parse(typed).map(|_| ()), Err(EmailError), "{typed}");
        }
    }
}
