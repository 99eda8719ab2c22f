//! One document in several languages: which number a text gets, and which text counts for readers of a language.
//!
//! *Invariant*: Russian is the authority. A number belongs to one edition over all languages, and a text in another
//! language counts only while it is not older than the Russian one in force; otherwise the Russian one counts there
//! too. Nobody is asked to agree to what is no longer in force.

use kernel::{Language, Moment};

/// What decides when and for whom a version counts.
pub(super) trait Edition {
    /// Its number.
    fn number(&self) -> i32;
    /// Its language.
    fn language(&self) -> Language;
    /// From when it is in force; absent until approved.
    fn effective_at(&self) -> Option<Moment>;
    /// Whether it was declined: it keeps its number, and nobody translates it.
    fn is_declined(&self) -> bool {
        false
    }
}

/// The number of a new text, where `known` are the versions of its document in all languages, approved or not: the
/// next one, or that of the newest Russian version if the text is its first in another language.
pub(super) fn next_number<T: Edition>(known: &[T], language: Language) -> i32 {
    let numbers = |of: Language| {
        known
            .iter()
            .filter(move |one| one.language() == of)
            .map(Edition::number)
    };
    let greatest = known.iter().map(Edition::number).max().unwrap_or(0);
    let russian = known
        .iter()
        .filter(|one| one.language() == Language::Ru && !one.is_declined())
        .map(Edition::number)
        .max();
    match russian {
        Some(russian) if numbers(language).all(|number| number != russian) => russian,
        _ => greatest + 1,
    }
}

/// The version in force for readers of a language at a moment: theirs unless the Russian one is newer.
pub(super) fn in_force<T: Edition>(known: &[T], language: Language, now: Moment) -> Option<&T> {
    let newest = |of: Language| {
        known
            .iter()
            .filter(|one| one.language() == of)
            .filter(|one| one.effective_at().is_some_and(|from| from <= now))
            .max_by_key(|one| one.number())
    };
    match (newest(language), newest(Language::Ru)) {
        (Some(own), Some(russian)) if own.number() < russian.number() => Some(russian),
        (Some(own), _) => Some(own),
        (None, russian) => russian,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Ru};

    /// Number, language, and the second from which it is in force.
    type Row = (i32, Language, Option<i64>);

    impl Edition for Row {
        fn number(&self) -> i32 {
            self.0
        }

        fn language(&self) -> Language {
            self.1
        }

        fn effective_at(&self) -> Option<Moment> {
            self.2.map(|second| Moment::from_micros(second * 1_000_000))
        }
    }

    fn at(second: i64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    #[test]
    fn a_number_is_of_one_edition_over_all_languages() {
        let mut known: Vec<Row> = Vec::new();
        let mut publish = |language, expected| {
            assert_eq!(
                next_number(&known, language),
                expected,
                "{language} after {known:?}"
            );
            known.push((expected, language, Some(0)));
        };
        publish(Ru, 1);
        publish(En, 1);
        publish(Ru, 2);
        publish(Ru, 3);
        // A translation is of the newest Russian text; a second one of it is an edition of its own.
        publish(En, 3);
        publish(En, 4);
        // What is newer in Russian has the greater number, whatever was published meanwhile.
        publish(Ru, 5);
        publish(En, 5);
    }

    #[test]
    fn a_text_that_waits_for_approval_has_its_number_already() {
        let known = [(1, Ru, Some(0)), (2, Ru, None), (1, En, Some(0))];
        assert_eq!(next_number(&known, Ru), 3);
        assert_eq!(next_number(&known, En), 2);
        let known = [(1, Ru, Some(0)), (1, En, None)];
        assert_eq!(next_number(&known, En), 2);
    }

    #[test]
    fn a_translation_that_came_first_is_older_than_the_russian_text_after_it() {
        assert_eq!(next_number::<Row>(&[], En), 1);
        let known = [(1, En, Some(0))];
        assert_eq!(next_number(&known, Ru), 2);
        assert_eq!(in_force(&known, En, at(1)), Some(&known[0]));
        assert_eq!(in_force(&known, Ru, at(1)), None);
        let known = [(1, En, Some(0)), (2, Ru, Some(0))];
        assert_eq!(in_force(&known, En, at(1)), Some(&known[1]));
    }

    #[test]
    fn a_language_that_is_behind_reads_the_russian_text() {
        let known = [
            (1, Ru, Some(0)),
            (1, En, Some(0)),
            (2, Ru, Some(10)),
            (2, En, Some(20)),
            (3, En, Some(30)),
            (4, Ru, None),
        ];
        let counts = |language, second| {
            in_force(&known, language, at(second)).map(|one| (one.number(), one.language()))
        };
        for (second, russian, english) in [
            (0, (1, Ru), (1, En)),
            (9, (1, Ru), (1, En)),
            // Before its translation the new edition is in force in Russian alone.
            (10, (2, Ru), (2, Ru)),
            (19, (2, Ru), (2, Ru)),
            (20, (2, Ru), (2, En)),
            // A corrected translation is newer than its original, and what waits for approval counts for nobody.
            (30, (2, Ru), (3, En)),
        ] {
            assert_eq!(counts(Ru, second), Some(russian), "{second}");
            assert_eq!(counts(En, second), Some(english), "{second}");
        }
        assert_eq!(counts(Ru, -1), None);
        assert_eq!(counts(En, -1), None);
    }

    #[test]
    fn a_document_never_translated_is_read_in_russian() {
        let known = [(1, Ru, Some(0)), (2, Ru, Some(5))];
        assert_eq!(in_force(&known, En, at(9)), Some(&known[1]));
    }
}
