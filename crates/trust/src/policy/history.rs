//! The approved versions of a document in all its languages, as its readers meet them.

use kernel::{Language, Moment};

use super::Version;
use super::languages::{self, Edition};

/// All approved versions of a document, the newest first.
#[derive(Clone, Debug, Default)]
pub struct History(Vec<Version>);

impl Edition for Version {
    fn number(&self) -> i32 {
        self.version
    }

    fn language(&self) -> Language {
        self.language
    }

    fn effective_at(&self) -> Option<Moment> {
        self.effective_at
    }
}

impl History {
    pub(super) fn of(mut versions: Vec<Version>) -> Self {
        versions.sort_by_key(|one| (std::cmp::Reverse(one.version), one.language));
        Self(versions)
    }

    /// The version in force for readers of a language at a moment: Russian where theirs is behind. Its language says
    /// which it is.
    #[must_use]
    pub fn in_force(&self, language: Language, now: Moment) -> Option<&Version> {
        languages::in_force(&self.0, language, now)
    }

    /// The version of this number in exactly this language.
    #[must_use]
    pub fn exact(&self, number: i32, language: Language) -> Option<&Version> {
        self.0
            .iter()
            .find(|one| one.version == number && one.language == language)
    }

    /// The version of this number for readers of a language: theirs, else the Russian one.
    #[must_use]
    pub fn numbered(&self, number: i32, language: Language) -> Option<&Version> {
        self.exact(number, language)
            .or_else(|| self.exact(number, Language::Ru))
    }

    /// What readers of a language find, the newest first: every version in it, the Russian ones that it lacks, and
    /// the one in force for them.
    #[must_use]
    pub fn read_in(&self, language: Language, now: Moment) -> Vec<&Version> {
        let current = self.in_force(language, now).map(|one| one.id);
        self.0
            .iter()
            .filter(|one| {
                one.language == language
                    || current == Some(one.id)
                    || (one.language == Language::Ru && self.exact(one.version, language).is_none())
            })
            .collect()
    }

    /// The version before this one in its own language: what it is compared with.
    #[must_use]
    pub fn before(&self, version: &Version) -> Option<&Version> {
        self.0
            .iter()
            .find(|one| one.language == version.language && one.version < version.version)
    }

    /// The greatest number in a language, also of a version planned for later.
    #[must_use]
    pub fn newest(&self, language: Language) -> Option<i32> {
        self.0
            .iter()
            .find(|one| one.language == language)
            .map(|one| one.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Ru};
    use kernel::DocumentId;
    use uuid::Uuid;

    fn version(number: i32, language: Language, second: i64) -> Version {
        let at = Moment::from_micros(second * 1_000_000);
        let id = u128::from(number.unsigned_abs()) * 2 + u128::from(language == En);
        Version {
            id: DocumentId::from_uuid(Uuid::from_u128(id)),
            code: "policy".into(),
            version: number,
            language,
            title: String::new(),
            sha256: String::new(),
            proposed_at: at,
            effective_at: Some(at),
        }
    }

    fn named(versions: Vec<&Version>) -> Vec<(i32, Language)> {
        versions
            .into_iter()
            .map(|one| (one.version, one.language))
            .collect()
    }

    #[test]
    fn readers_find_each_edition_in_their_language_or_in_russian() {
        let history = History::of(vec![
            version(1, Ru, 0),
            version(1, En, 0),
            version(2, Ru, 10),
            version(3, Ru, 20),
            version(3, En, 30),
        ]);
        let read_in = |language, second: i64| {
            named(history.read_in(language, Moment::from_micros(second * 1_000_000)))
        };
        assert_eq!(read_in(Ru, 40), [(3, Ru), (2, Ru), (1, Ru)]);
        assert_eq!(read_in(En, 40), [(3, En), (2, Ru), (1, En)]);
        // The translation that is not in force yet stands beside the Russian text that is.
        assert_eq!(read_in(En, 25), [(3, Ru), (3, En), (2, Ru), (1, En)]);
        let numbered = |number| {
            history
                .numbered(number, En)
                .map(|one| (one.version, one.language))
        };
        assert_eq!(numbered(1), Some((1, En)));
        assert_eq!(numbered(2), Some((2, Ru)));
        assert_eq!(numbered(4), None);
        assert_eq!(history.newest(En), Some(3));
    }

    #[test]
    fn a_version_is_compared_with_one_of_its_own_language() {
        let history = History::of(vec![
            version(1, Ru, 0),
            version(1, En, 0),
            version(2, Ru, 10),
            version(3, En, 30),
        ]);
        let before = |number, language| {
            let version = history.exact(number, language).expect("published");
            history
                .before(version)
                .map(|one| (one.version, one.language))
        };
        assert_eq!(before(3, En), Some((1, En)));
        assert_eq!(before(2, Ru), Some((1, Ru)));
        assert_eq!(before(1, En), None);
    }
}
