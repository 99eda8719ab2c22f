//! The lines of consent beside their boxes. A box is never ticked by us (policy clause 5.2): it is shown ticked
//! only where this very person ticked this very version in this very form a moment ago.

use kernel::Language;
use trust::consent::declaration::POLICY_DOCUMENT;
use trust::consent::{Asked, ConsentProblem, Decided};

use super::documents::TEXT;
use crate::fields::{GroupView, Wrong, id_of};
use crate::typed::Typed;
use crate::words::Words;

/// Before the document's code in the name of the hidden field that says which version was shown.
const SHOWN: &str = "shown.";
/// Before the document's code in the name of the box.
const GIVEN: &str = "given.";

/// A line of consent as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BoxView {
    /// The name of the box.
    pub(super) name: String,
    /// Its id.
    pub(super) id: String,
    /// The name of the hidden field with the version.
    pub(super) shown_name: String,
    /// Version and hash of what is shown.
    pub(super) shown: String,
    /// The sentence.
    pub(super) sentence: String,
    /// The document's title.
    pub(super) title: String,
    /// The language of title and text where it is not the page's.
    pub(super) foreign: Option<&'static str>,
    /// Why it is not.
    pub(super) note: Option<String>,
    /// Where the version shown can be read.
    pub(super) href: String,
    /// Whether the service cannot be given without it.
    pub(super) required: bool,
    /// Whether the person ticked it.
    pub(super) ticked: bool,
    /// What is wrong with it.
    pub(super) error: Option<String>,
}

/// Whether a field's name is one of the boxes'.
pub(super) fn is_box(name: &str) -> bool {
    name.starts_with(SHOWN) || name.starts_with(GIVEN)
}

/// Whether a field's name is that of a box asked here, or of what it was shown with.
pub(super) fn is_asked(asked: &[Asked], name: &str) -> bool {
    let document = name
        .strip_prefix(SHOWN)
        .or_else(|| name.strip_prefix(GIVEN));
    document.is_some_and(|document| asked.iter().any(|asked| asked.document == document))
}

/// Where the very text that is asked is to be read, on a page in this language.
pub(super) fn address(asked: &Asked, language: Language) -> String {
    let (document, version) = (&asked.document, asked.version);
    let mut address = if document == POLICY_DOCUMENT {
        format!("/policy/{version}?language={language}")
    } else {
        format!("/documents/{document}/{version}?language={language}")
    };
    if asked.language != language {
        address.push_str(&format!("&{TEXT}={}", asked.language));
    }
    address
}

/// The lines asked, with the boxes as this person left them.
pub(super) fn views(
    words: Words,
    asked: &[Asked],
    typed: &Typed,
    wrongs: &[Wrong],
) -> Vec<BoxView> {
    asked
        .iter()
        .map(|asked| {
            let name = format!("{GIVEN}{}", asked.document);
            let shown_name = format!("{SHOWN}{}", asked.document);
            let shown = tag(asked);
            let foreign = asked.language != words.0;
            BoxView {
                id: id_of(&name),
                error: wrongs
                    .iter()
                    .find(|wrong| wrong.field.as_deref() == Some(&name))
                    .map(|wrong| wrong.says.clone()),
                ticked: is_ticked(typed, &name) && typed.get(&shown_name) == shown,
                href: address(asked, words.0),
                sentence: asked.text.clone(),
                title: asked.title.clone(),
                foreign: foreign.then_some(asked.language.code()),
                note: foreign.then(|| words.say("document-untranslated")),
                required: asked.required,
                name,
                shown_name,
                shown,
            }
        })
        .collect()
}

/// What is to be put right, each with the name of its field as it stands on the page, so that the list can be read
/// alone. Where several people are asked, with whose field it is.
pub(super) fn named(wrongs: Vec<Wrong>, groups: &[GroupView], boxes: &[BoxView]) -> Vec<Wrong> {
    let label_of = |name: &str| {
        let field = groups.iter().find_map(|group| {
            let field = group.fields.iter().find(|field| field.name == name)?;
            Some(match groups {
                [_] => field.label.clone(),
                _ => format!("{}: {}", group.legend, field.label),
            })
        });
        field.or_else(|| {
            let line = boxes.iter().find(|line| line.name == name)?;
            // A title in another language would be read out as if it were in the page's.
            let own = line.foreign.is_none();
            Some(if own { &line.title } else { &line.sentence }.clone())
        })
    };
    wrongs
        .into_iter()
        .map(|wrong| Wrong {
            label: wrong.field.as_deref().and_then(label_of),
            ..wrong
        })
        .collect()
}

/// The boxes as they came back, in the form's order.
pub(super) fn decided(typed: &Typed) -> Vec<Decided> {
    typed
        .names()
        .into_iter()
        .filter_map(|name| name.strip_prefix(SHOWN))
        .map(|document| {
            let (version, sha256) = typed
                .get(&format!("{SHOWN}{document}"))
                .split_once('.')
                .unwrap_or_default();
            Decided {
                document: document.to_owned(),
                version: version.parse().unwrap_or_default(),
                sha256: sha256.to_owned(),
                given: is_ticked(typed, &format!("{GIVEN}{document}")),
            }
        })
        .collect()
}

/// What is to be put right before anything is asked of the house: ticks that are missing, texts that changed.
pub(super) fn wrongs(words: Words, asked: &[Asked], typed: &Typed) -> Vec<Wrong> {
    asked
        .iter()
        .filter_map(|asked| {
            let name = format!("{GIVEN}{}", asked.document);
            let shown = typed.get(&format!("{SHOWN}{}", asked.document));
            if !shown.is_empty() && shown != tag(asked) {
                Some(Wrong::at(name, words.say("consent-outdated")))
            } else if asked.required && !is_ticked(typed, &name) {
                Some(Wrong::at(name, words.say("consent-missing")))
            } else {
                None
            }
        })
        .collect()
}

/// What the house itself found, told beside the boxes it found it in.
pub(super) fn wrongs_of(
    words: Words,
    problems: &[ConsentProblem],
    decided: &[Decided],
) -> Vec<Wrong> {
    let at = |index: usize, key: &str| {
        let says = words.say(key);
        decided.get(index).map_or_else(
            || Wrong::whole(says.clone()),
            |one| Wrong::at(format!("{GIVEN}{}", one.document), says.clone()),
        )
    };
    problems
        .iter()
        .map(|problem| match problem {
            ConsentProblem::Missing(Some(index)) => at(*index, "consent-missing"),
            ConsentProblem::Missing(None) => Wrong::whole(words.say("consent-missing")),
            ConsentProblem::Outdated(index) => at(*index, "consent-outdated"),
            ConsentProblem::NotAsked(_) => Wrong::whole(words.say("consent-not-asked")),
        })
        .collect()
}

fn tag(asked: &Asked) -> String {
    format!("{}.{}", asked.version, asked.sha256)
}

fn is_ticked(typed: &Typed, name: &str) -> bool {
    typed.get(name) == "yes"
}

#[cfg(test)]
mod tests {
    use super::*;

    const RU: Words = Words(Language::Ru);

    fn asked() -> Asked {
        Asked {
            document: "booking-self".into(),
            version: 3,
            language: Language::Ru,
            sha256: "ab".repeat(32),
            title: "Согласие".into(),
            text: "Даю согласие".into(),
            required: true,
        }
    }

    fn typed(shown: &str, given: &str) -> Typed {
        Typed::parse(format!("shown.booking-self={shown}&given.booking-self={given}").as_bytes())
    }

    #[test]
    fn a_box_is_empty_until_this_person_ticks_this_version() {
        let ticked = |typed: &Typed| views(RU, &[asked()], typed, &[])[0].ticked;
        let version = tag(&asked());
        assert!(!ticked(&Typed::default()));
        assert!(!ticked(&typed(&version, "")));
        assert!(!ticked(&typed("2.00", "yes")));
        assert!(!ticked(&typed("", "yes")));
        assert!(ticked(&typed(&version, "yes")));
    }

    #[test]
    fn a_text_in_another_language_is_told_and_named_exactly() {
        let view = |words| views(words, &[asked()], &Typed::default(), &[]).remove(0);
        let own = view(RU);
        assert_eq!((own.foreign, own.note), (None, None));
        assert_eq!(own.href, "/documents/booking-self/3?language=ru");
        let english = Words(Language::En);
        let foreign = view(english);
        assert_eq!(foreign.foreign, Some("ru"));
        assert_eq!(foreign.note, Some(english.say("document-untranslated")));
        assert_eq!(
            foreign.href,
            "/documents/booking-self/3?language=en&text=ru"
        );
    }

    #[test]
    fn only_boxes_that_are_asked_are_known() {
        for name in ["shown.booking-self", "given.booking-self"] {
            assert!(is_asked(&[asked()], name) && is_box(name), "{name}");
        }
        for name in ["given.ads", "shown.ads", "given.", "given.booking-self.x"] {
            assert!(!is_asked(&[asked()], name) && is_box(name), "{name}");
        }
        assert!(!is_asked(&[asked()], "booking-self"));
    }

    #[test]
    fn a_missing_tick_and_a_changed_text_are_told_apart() {
        let says = |typed: &Typed| {
            wrongs(RU, &[asked()], typed)
                .into_iter()
                .map(|wrong| wrong.says)
                .collect::<Vec<_>>()
        };
        let version = tag(&asked());
        assert_eq!(says(&typed(&version, "yes")), Vec::<String>::new());
        assert_eq!(says(&typed(&version, "")), [RU.say("consent-missing")]);
        assert_eq!(says(&typed("2.00", "yes")), [RU.say("consent-outdated")]);
        assert_eq!(says(&Typed::default()), [RU.say("consent-missing")]);
    }

    #[test]
    fn what_came_back_names_version_and_state() {
        let found = decided(&typed(&tag(&asked()), "yes"));
        assert_eq!(
            found,
            [Decided {
                document: "booking-self".into(),
                version: 3,
                sha256: "ab".repeat(32),
                given: true
            }]
        );
        assert!(!decided(&typed("nonsense", ""))[0].given);
    }
}
