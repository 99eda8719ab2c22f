//! What stands around every page of the desk: the sections an employee may enter, who they are, the way out.

use kernel::Language;
use trust::access::Action;
use trust::staff::Employee;

use super::asked::Asked;
use crate::assets;
use crate::public::view::{View, ViewGroup};
use crate::words::{Fill, Words};

/// Sections of the desk: word, address, and what it takes to enter.
const SECTIONS: &[(&str, &str, Action)] = &[
    ("desk-section-today", "/desk/today", Action::SeeBoard),
    (BOOK, "/desk/book", Action::Book),
    ("desk-section-people", "/desk/people", Action::FindPerson),
    ("desk-section-looks", "/desk/looks", Action::SeeAllLooks),
    ("desk-section-journal", "/desk/journal", Action::SeeJournal),
    ("desk-section-figures", "/desk/figures", Action::SeeFigures),
    (
        "desk-section-external",
        "/desk/external",
        Action::ImportBusy,
    ),
    (
        "desk-section-clinic",
        "/desk/clinic",
        Action::ManageCatalogue,
    ),
    ("desk-section-texts", "/desk/texts", Action::ProposeText),
    ("desk-section-staff", "/desk/staff", Action::ManageStaff),
];

/// The section that a key opens from anywhere: a telephone does not wait.
const BOOK: &str = "desk-section-book";

/// A section as the menu shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// What it is called.
    pub(super) title: String,
    /// Where it is.
    pub(super) address: &'static str,
    /// Whether the page stands in it.
    pub(super) here: bool,
    /// The physical key that leads there, and its letter.
    pub(super) key: Option<(&'static str, &'static str)>,
}

/// Who is at work, as the head of a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Who {
    /// Their name.
    pub(super) name: String,
    /// Their role.
    pub(super) role: &'static str,
}

impl Who {
    /// Surname and initials, as the head of a page has room for.
    pub(super) fn short(&self) -> String {
        let mut words = self.name.split_whitespace();
        let mut short = words.next().unwrap_or_default().to_owned();
        for initial in words.filter_map(|word| word.chars().next()).take(2) {
            short.push('\u{a0}');
            short.push(initial);
            short.push('.');
        }
        short
    }
}

/// Everything around a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeskShell {
    /// The language.
    pub(super) words: Words,
    /// The clinic's name.
    pub(super) clinic: String,
    /// Whether visitors are told that there is no such clinic.
    pub(super) demo: bool,
    /// Whether the house was started as a demonstration.
    pub(super) demonstration: bool,
    /// How it looks.
    pub(super) view: View,
    /// Where a button about that leads back to.
    pub(super) back: String,
    /// Who is at work; nobody at the door.
    pub(super) who: Option<Who>,
    /// What they may enter.
    pub(super) sections: Vec<Section>,
    /// Whether they may look for people.
    pub(super) finds: bool,
    /// Whether they oversee who looks.
    pub(super) oversees: bool,
}

impl DeskShell {
    pub(super) fn new(asked: &Asked, employee: Option<&Employee>) -> Self {
        let words = asked.words;
        let who = employee.map(|employee| Who {
            name: employee.name.clone(),
            role: employee.role.title(words.0),
        });
        let enters =
            |action| employee.is_some_and(|employee| asked.site.trust.may(employee, action));
        let obliged = employee.is_some_and(|employee| employee.obliged);
        let sections = SECTIONS
            .iter()
            .copied()
            .filter(|(_, _, action)| obliged && enters(*action))
            .map(|(word, address, _)| Section {
                title: match asked.site.booking.open_overlaps() {
                    // What waits to be settled is counted in the menu.
                    count if count > 0 && address == "/desk/external" => {
                        format!("{} · {count}", words.say(word))
                    }
                    _ => words.say(word),
                },
                address,
                here: asked.is_in(address),
                key: (word == BOOK).then_some(("KeyB", "B")),
            });
        Self {
            words,
            clinic: asked
                .site
                .texts
                .operator()
                .name
                .get(words.of_texts())
                .to_owned(),
            demonstration: asked.site.demonstration.is_some(),
            demo: asked.site.is_demo(),
            view: asked.view,
            back: asked.back.clone(),
            who,
            sections: sections.collect(),
            finds: obliged && enters(Action::FindPerson),
            oversees: enters(Action::SeeAllLooks),
        }
    }

    /// The first section, where an employee begins.
    pub(super) fn begins_at(&self) -> &'static str {
        self.sections
            .first()
            .map_or("/desk/account", |section| section.address)
    }

    /// Whether a section stands in their menu.
    pub(super) fn enters(&self, address: &str) -> bool {
        self.sections
            .iter()
            .any(|section| section.address == address)
    }

    /// A sentence.
    pub(super) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// A sentence with a text in its place.
    pub(super) fn with(&self, key: &str, place: &'static str, value: impl AsRef<str>) -> String {
        self.words.with(key, place, value.as_ref())
    }

    /// A sentence with a number in its place.
    pub(super) fn count(&self, key: &str, count: &usize) -> String {
        self.words.fill(key, [("count", Fill::from(*count))])
    }

    /// The buttons of the low-vision panel.
    pub(super) fn view_choices(&self) -> Vec<ViewGroup> {
        self.view.choices(self.words)
    }

    /// The language's code.
    pub(super) fn language(&self) -> &'static str {
        self.words.0.code()
    }

    /// The other language: its code and its own name.
    pub(super) fn other(&self) -> (&'static str, &'static str) {
        match self.words.0 {
            Language::Ru => (Language::En.code(), "English"),
            Language::En => (Language::Ru.code(), "Русский"),
        }
    }

    /// What keys do, with the keys in both layouts.
    pub(super) fn keys(&self) -> Vec<(String, &'static [&'static str])> {
        const KEYS: [(&str, &[&str]); 18] = [
            ("desk-key-arrows", &["← ↑ ↓ →"]),
            ("desk-key-enter", &["Enter"]),
            ("desk-key-accept", &["A", "Ф"]),
            ("desk-key-arrive", &["P", "З"]),
            ("desk-key-complete", &["C", "С"]),
            ("desk-key-no-show", &["N", "Т"]),
            ("desk-key-move", &["M", "Ь"]),
            ("desk-key-cancel", &["X", "Ч"]),
            ("desk-key-undo", &["U", "Г"]),
            ("desk-key-book", &["B", "И"]),
            ("desk-key-block", &["K", "Л"]),
            ("desk-key-today", &["T", "Е"]),
            ("desk-key-before", &["[", "Х"]),
            ("desk-key-after", &["]", "Ъ"]),
            ("desk-key-find", &["/", "."]),
            ("desk-key-lock", &["L", "Д"]),
            ("desk-key-help", &["?", ","]),
            ("desk-key-leave", &["Esc"]),
        ];
        KEYS.into_iter()
            .map(|(word, keys)| (self.say(word), keys))
            .collect()
    }

    /// The address of one of our files.
    pub(super) fn file(&self, name: &str) -> &'static str {
        assets::path(name)
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// What stands around a page in a test.
    pub(crate) fn shell(language: Language, signed_in: bool) -> DeskShell {
        let words = Words(language);
        let section = |word: &str, address, here| Section {
            title: words.say(word),
            address,
            here,
            key: Some(("KeyB", "B")),
        };
        DeskShell {
            words,
            clinic: "МЕДОК <b>".into(),
            demo: language == Language::Ru,
            demonstration: language == Language::Ru,
            view: if language == Language::En {
                View::default().pressed("on")
            } else {
                View::default()
            },
            back: "/desk/account".into(),
            who: signed_in.then(|| Who {
                name: "Соколова <script>".into(),
                role: "Администратор",
            }),
            sections: if signed_in {
                vec![section("desk-section-staff", "/desk/staff", true)]
            } else {
                Vec::new()
            },
            finds: signed_in,
            oversees: language == Language::En,
        }
    }
}
