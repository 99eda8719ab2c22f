//! Roles: data of a file that an auditor can read (`roles.toml`). What a role may do stands in the policies.

use std::fmt;
use std::sync::LazyLock;

use kernel::Language;
use serde::Deserialize;

static ROLES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("roles.toml"))
        .expect("the bundled roles are read by the tests of their own room");
    file.roles
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roles: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    title: Words,
    about: Words,
    norm: Option<Words>,
    #[serde(default)]
    own: bool,
    #[serde(default)]
    everywhere: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    ru: String,
    en: String,
}

impl Words {
    fn of(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// A role of staff: one of those in the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role(usize);

impl Role {
    /// All of them, in the order of the file.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ROLES.len()).map(Self)
    }

    /// The role of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        ROLES.iter().position(|row| row.code == code).map(Self)
    }

    /// The word in rows, entries and policies of access.
    #[must_use]
    pub fn code(self) -> &'static str {
        &ROLES[self.0].code
    }

    /// «Администратор регистратуры».
    #[must_use]
    pub fn title(self, language: Language) -> &'static str {
        ROLES[self.0].title.of(language)
    }

    /// What it is for, in a sentence.
    #[must_use]
    pub fn about(self, language: Language) -> &'static str {
        ROLES[self.0].about.of(language)
    }

    /// The norm that asks for it, where one does.
    #[must_use]
    pub fn norm(self, language: Language) -> Option<&'static str> {
        ROLES[self.0].norm.as_ref().map(|norm| norm.of(language))
    }

    /// Whether what it is for has no branches: it keeps or oversees the clinic as a whole.
    #[must_use]
    pub fn is_everywhere(self) -> bool {
        ROLES[self.0].everywhere
    }

    /// Whether it reaches nothing but its holder's own schedule.
    #[must_use]
    pub fn is_own_schedule(self) -> bool {
        ROLES[self.0].own
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_and_told_apart() {
        let codes: std::collections::BTreeSet<_> = Role::all().map(Role::code).collect();
        assert_eq!(codes.len(), Role::all().count());
        assert!(
            codes
                .iter()
                .all(|code| Role::parse(code).map(Role::code) == Some(*code))
        );
        assert_eq!(Role::parse("root"), None);
        let own: Vec<_> = Role::all().filter(|role| role.is_own_schedule()).collect();
        assert_eq!(
            own,
            Role::parse("practitioner").into_iter().collect::<Vec<_>>()
        );
    }
}
