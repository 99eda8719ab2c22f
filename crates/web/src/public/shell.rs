//! What stands around every page: the clinic's name and phones, the ways on, the legal lines.

use kernel::Language;
use trust::consent::ClinicTexts;
use trust::consent::declaration::{Declaration, Operator, dialled};

use super::found::Found;
use super::view::{View, ViewGroup};
use crate::assets;
use crate::words::{Fill, Words};

/// Which entry of the menu is the page's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// The first page.
    Home,
    /// Booking.
    Book,
    /// Doctors.
    Doctors,
    /// Services and prices.
    Prices,
    /// Branches and the ways there.
    Contacts,
    /// The policy and other documents.
    Documents,
    /// None of them.
    None,
}

/// How the page is had in the other language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// By an address.
    Link(String),
    /// By a button of the form with this id.
    Button(&'static str),
    /// Not at all: the page is the answer to something done.
    None,
}

/// A phone, as read and as dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PhoneLink {
    /// «+7 495 000-00-00».
    pub(super) shown: String,
    /// `+74950000000`.
    pub(super) dialled: String,
}

/// What a page tells of the clinic, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClinicFacts {
    /// Its name as patients know it.
    pub(super) name: String,
    /// Its phones; the first is the one to call.
    pub(super) phones: Vec<PhoneLink>,
    /// The numbers it calls from.
    pub(super) outgoing: Vec<PhoneLink>,
    /// Its e-mail.
    pub(super) email: String,
    /// Full legal name.
    pub(super) legal_name: String,
    /// Registered address.
    pub(super) legal_address: String,
    /// ОГРН.
    pub(super) ogrn: String,
    /// ИНН.
    pub(super) inn: String,
    /// The licence: number, date, issuer.
    pub(super) licence: String,
}

/// A declared service that has a form of its own, beside booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherService {
    /// Its code in the address.
    pub(super) code: String,
    /// Its name.
    pub(super) title: String,
}

/// Everything around a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shell {
    /// The language.
    pub(super) words: Words,
    /// The clinic.
    pub(super) clinic: ClinicFacts,
    /// Services with a form of their own.
    pub(super) others: Vec<OtherService>,
    /// Whether the clinic is a demonstration.
    pub(super) demo: bool,
    /// Whether the page is about somebody: neither stored nor indexed.
    pub(super) private: bool,
    /// The entry of the menu.
    pub(super) section: Section,
    /// The way to the other language.
    pub(super) switch: Switch,
    /// How it looks.
    pub(super) view: View,
    /// Where the page can be had again, without the language.
    pub(super) back: String,
    /// What search engines are told of the page; nothing where it is not for them.
    pub(super) found: Option<Found>,
}

impl Shell {
    /// What stands around a page of this clinic.
    pub(super) fn new(
        texts: &ClinicTexts,
        words: Words,
        demo: bool,
        section: Section,
        switch: Switch,
    ) -> Self {
        Self::of(
            texts.operator(),
            texts.declarations(),
            words,
            demo,
            section,
            switch,
        )
    }

    /// The same from the parts of the clinic's texts.
    pub(super) fn of<'a>(
        operator: &Operator,
        declarations: impl Iterator<Item = &'a Declaration>,
        words: Words,
        demo: bool,
        section: Section,
        switch: Switch,
    ) -> Self {
        let others = declarations
            .filter(|declaration| declaration.code != clinic::booking::SERVICE)
            .map(|declaration| OtherService {
                code: declaration.code.clone(),
                title: declaration.title.get(words.of_texts()).to_owned(),
            })
            .collect();
        Self {
            words,
            clinic: ClinicFacts::of(operator, words),
            others,
            demo,
            private: false,
            section,
            switch,
            view: View::default(),
            back: "/".into(),
            found: None,
        }
    }

    /// A sentence.
    pub(super) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// «Себя», «Ребёнка»: a case by its code.
    pub(super) fn say_case(&self, code: &str) -> String {
        self.words.say(&format!("for-{code}"))
    }

    /// What the case means, in a few words.
    pub(super) fn say_case_hint(&self, code: &str) -> String {
        self.words.say(&format!("for-{code}-hint"))
    }

    /// «для себя», «за ребёнка»: a case by its code, inside a sentence.
    pub(super) fn say_asked_for(&self, code: &str) -> String {
        self.words.say(&format!("asked-for-{code}"))
    }

    /// A sentence with a text in its place.
    pub(super) fn with(&self, key: &str, place: &'static str, value: impl AsRef<str>) -> String {
        self.words.with(key, place, value.as_ref())
    }

    /// A sentence with a number in its place.
    pub(super) fn count(&self, key: &str, count: &usize) -> String {
        self.words.fill(key, [("count", Fill::from(*count))])
    }

    /// The language's code.
    pub(super) fn language(&self) -> &'static str {
        self.words.0.code()
    }

    /// The other language's code.
    pub(super) fn other_language(&self) -> &'static str {
        match self.words.0 {
            Language::Ru => Language::En.code(),
            Language::En => Language::Ru.code(),
        }
    }

    /// The other language's own name.
    pub(super) fn other_language_name(&self) -> &'static str {
        match self.words.0 {
            Language::Ru => "English",
            Language::En => "Русский",
        }
    }

    /// The address of the page in the other language.
    pub(super) fn switch_link(&self) -> Option<&str> {
        if let Switch::Link(address) = &self.switch {
            Some(address)
        } else {
            None
        }
    }

    /// The form whose button changes the language.
    pub(super) fn switch_form(&self) -> Option<&str> {
        if let Switch::Button(form) = self.switch {
            Some(form)
        } else {
            None
        }
    }

    /// Where one asks to be called back, once the clinic has declared that it calls.
    pub(super) fn callback(&self) -> Option<&'static str> {
        let declared = self.others.iter().any(|other| other.code == "callback");
        declared.then_some("/services/callback")
    }

    /// The phone to call.
    pub(super) fn phone(&self) -> &PhoneLink {
        &self.clinic.phones[0]
    }

    /// Whether the page belongs to this entry of the menu.
    pub(super) fn is_in(&self, section: &str) -> bool {
        let own = match self.section {
            Section::Home => "home",
            Section::Book => "book",
            Section::Doctors => "doctors",
            Section::Prices => "prices",
            Section::Contacts => "contacts",
            Section::Documents => "documents",
            Section::None => "",
        };
        own == section
    }

    /// The form that buttons about the page's looks belong to: the page's own, so that nothing typed is lost, or one
    /// that stands beside them.
    pub(super) fn view_form(&self) -> &str {
        self.switch_form().unwrap_or("seen")
    }

    /// The buttons of the low-vision panel: its groups, each with its choices.
    pub(super) fn view_choices(&self) -> Vec<ViewGroup> {
        self.view.choices(self.words)
    }

    /// The style of the page, which stands in it: the first paint waits for nothing else.
    pub(super) fn style(&self) -> &'static str {
        assets::style()
    }

    /// The address of a script.
    pub(super) fn script(&self, name: &str) -> &'static str {
        assets::path(name)
    }

    /// The address of the icon.
    pub(super) fn icon(&self) -> &'static str {
        assets::path("medok.svg")
    }
}

impl ClinicFacts {
    fn of(operator: &Operator, words: Words) -> Self {
        let language = words.of_texts();
        let links = |phones: &[String]| {
            phones
                .iter()
                .map(|shown| PhoneLink {
                    shown: shown.clone(),
                    dialled: dialled(shown),
                })
                .collect()
        };
        let licence = &operator.licence;
        Self {
            name: operator.name.get(language).to_owned(),
            phones: links(&operator.phones),
            outgoing: links(&operator.outgoing_numbers),
            email: operator.email.clone(),
            legal_name: operator.legal_name.get(language).to_owned(),
            legal_address: operator.legal_address.get(language).to_owned(),
            ogrn: operator.ogrn.clone(),
            inn: operator.inn.clone(),
            licence: words.fill(
                "footer-licence",
                [
                    ("number", Fill::from(licence.number.as_str())),
                    (
                        "date",
                        Fill::from(trust::consent::declaration::day_in_words(
                            licence.issued_on,
                            language,
                        )),
                    ),
                    ("issuer", Fill::from(licence.issuer.get(language))),
                ],
            ),
        }
    }
}
