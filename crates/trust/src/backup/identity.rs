//! The secret half of a recipient, which opens archives.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::RestoreError;

/// How the text of a secret key begins (age v1, X25519).
const SECRET: &str = "AGE-SECRET-KEY-1";

/// Secret keys of recipients. Printed as `[sealed]`.
#[derive(Clone)]
pub struct Identity(Arc<Vec<age::x25519::Identity>>);

impl Identity {
    /// Reads a secret key (`AGE-SECRET-KEY-1…`), or the file at a path, as `age-keygen` writes it: a key a
    /// line, `#` begins a comment.
    ///
    /// # Errors
    /// [`RestoreError::Identity`].
    pub fn read(key_or_path: &str) -> Result<Self, RestoreError> {
        let given = key_or_path.trim();
        if given.starts_with(SECRET) {
            return Self::parse(given);
        }
        let text = std::fs::read_to_string(given)
            .map(Zeroizing::new)
            .map_err(|error| RestoreError::Identity(format!("{given}: {error}")))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, RestoreError> {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        // The words of the parser are kept, the line is not: it may be a key with a slip in it.
        let keys: Vec<_> = lines
            .map(|line| {
                line.parse()
                    .map_err(|why: &str| RestoreError::Identity(why.to_owned()))
            })
            .collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(RestoreError::Identity("the file holds no key".to_owned()));
        }
        Ok(Self(Arc::new(keys)))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|key| key as &dyn age::Identity)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::secrecy::ExposeSecret;

    #[test]
    fn keys_are_read_from_text_and_file_and_never_printed() {
        let key = age::x25519::Identity::generate();
        let text = key.to_string();
        let read = Identity::read(text.expose_secret()).unwrap();
        assert_eq!(format!("{read:?}"), "[sealed]");
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("identity.txt");
        std::fs::write(
            &file,
            format!(
                "# created: today\n# public key: {}\n{}\n",
                key.to_public(),
                text.expose_secret()
            ),
        )
        .unwrap();
        assert_eq!(
            Identity::read(file.to_str().unwrap())
                .unwrap()
                .keys()
                .count(),
            1
        );
        std::fs::write(&file, "# nothing\n").unwrap();
        for wrong in [
            "AGE-SECRET-KEY-1QQQ",
            file.to_str().unwrap(),
            "/no/such/file",
        ] {
            let error = Identity::read(wrong).unwrap_err();
            assert!(matches!(error, RestoreError::Identity(_)), "{error}");
        }
    }
}
