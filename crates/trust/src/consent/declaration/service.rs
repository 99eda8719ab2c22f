//! A service, declared once (clause 2.4): its fields, purposes, legal bases, terms and the consents it asks for. Forms,
//! validation, the register of processing and the rules of erasure are read from here; nothing else may be asked.

use std::collections::BTreeMap;

use super::fields::Choice;
use super::words::{
    Action, BasisKind, Category, Ends, ForWhom, Kind, Language, Method, Party, Purpose, Starts,
    Unit, Words,
};

/// The document code of the policy itself, beside which the sentence of clause 5.2 stands.
pub const POLICY_DOCUMENT: &str = "policy";

/// The sentence of clause 5.2, to the letter.
pub const POLICY_SENTENCE: &str =
    "Настоящим подтверждаю, что я ознакомлен и согласен с условиями политики конфиденциальности";

/// A declared service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its code in addresses and files.
    pub code: String,
    /// Its name.
    pub title: Words,
    /// What all of it is for, in one sentence: the aim named in the consent.
    pub aim: Words,
    /// For whom a visitor may use it.
    pub for_whom: Vec<ForWhom>,
    /// The purposes of clause 3.2 it serves.
    pub purposes: Vec<ServedPurpose>,
    /// Why the law allows it.
    pub bases: Vec<Basis>,
    /// What is asked, one entry per party and code, in the form's order.
    pub fields: Vec<Field>,
    /// What the system itself records about the patient.
    pub recorded: Vec<Recorded>,
    /// How long data is kept, by what starts the term.
    pub retention: Vec<Retention>,
    /// The consents asked, in the form's order.
    pub consents: Vec<AskedConsent>,
    /// How data is processed.
    pub method: Method,
    /// What is done with it.
    pub actions: Vec<Action>,
    /// The order of destruction (152-ФЗ ст. 18.1 ч. 1 п. 2).
    pub destruction: Words,
}

/// A purpose, and the fields it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedPurpose {
    /// Which of the seven.
    pub purpose: Purpose,
    /// What it means in this service.
    pub words: Words,
    /// Codes of the fields (asked or recorded) it needs.
    pub fields: Vec<String>,
    pub(super) line: usize,
}

/// A legal basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Its kind.
    pub kind: BasisKind,
    /// The article: `152-ФЗ ст. 6 ч. 1 п. 1`.
    pub norm: Words,
    /// What it means here.
    pub words: Words,
    /// Whose data it covers.
    pub about: Vec<Party>,
    /// In which cases.
    pub for_whom: Vec<ForWhom>,
    pub(super) line: usize,
}

/// A field asked of a visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its code.
    pub code: String,
    /// Whose data it is.
    pub party: Party,
    /// What its values look like.
    pub kind: Kind,
    /// What kind of data it is.
    pub category: Category,
    /// Whether it must be given.
    pub required: Required,
    /// In which cases it is asked.
    pub for_whom: Vec<ForWhom>,
    /// The most characters a value may have.
    pub max: usize,
    /// What stands beside it.
    pub label: Words,
    /// The options of a choice.
    pub options: Vec<Choice>,
    pub(super) line: usize,
}

/// Whether a field must be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Required {
    /// Always.
    Always,
    /// Unless one of these fields is given instead.
    Unless(Vec<(Party, String)>),
    /// Never.
    Never,
}

/// What the system records by itself; under medical secrecy where it names a doctor or a speciality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its code.
    pub code: String,
    /// What kind of data it is.
    pub category: Category,
    /// Its name for people.
    pub label: Words,
}

/// A term of keeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The term's code in the table of norms.
    pub term: String,
    /// What starts it.
    pub starts: Starts,
    /// Its length.
    pub count: u32,
    /// In what it is counted.
    pub unit: Unit,
    /// What happens at its end, once named employees decided it.
    pub ends: Ends,
    /// The article.
    pub norm: Words,
}

/// A consent asked beside the form: a box, empty when shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedConsent {
    /// The document's code.
    pub document: String,
    /// In which cases it is asked.
    pub for_whom: Vec<ForWhom>,
    /// Whose data it covers; nobody's for the policy line.
    pub about: Option<Party>,
    /// The purposes it covers.
    pub purposes: Vec<Purpose>,
    /// Whether the service cannot be given without it.
    pub required: bool,
    /// The sentence beside the box.
    pub sentence: Words,
    /// The hashes of what stands beside the box, by case and language; none before the operator's record is known
    /// (`consent::Terms`).
    pub terms: BTreeMap<(ForWhom, Language), String>,
    pub(super) line: usize,
}

impl Declaration {
    /// The fields asked in this case, in the form's order; none where the service is not for it.
    pub fn fields_for(&self, for_whom: ForWhom) -> Vec<&Field> {
        self.fields
            .iter()
            .filter(|field| self.for_whom.contains(&for_whom) && field.is_asked(for_whom))
            .collect()
    }

    /// The consents asked in this case, in the form's order.
    pub fn consents_for(&self, for_whom: ForWhom) -> Vec<&AskedConsent> {
        self.consents
            .iter()
            .filter(|consent| {
                self.for_whom.contains(&for_whom) && consent.for_whom.contains(&for_whom)
            })
            .collect()
    }

    /// The legal bases for one party's data in this case.
    pub fn bases_for(&self, for_whom: ForWhom, about: Party) -> Vec<&Basis> {
        self.bases
            .iter()
            .filter(|basis| basis.for_whom.contains(&for_whom) && basis.about.contains(&about))
            .collect()
    }

    /// Whether a row of this service is secret-class: it ties a person to a doctor or a speciality, or holds free text.
    pub fn is_secret(&self) -> bool {
        self.recorded
            .iter()
            .any(|recorded| recorded.category.is_secret())
            || self.fields.iter().any(Field::is_secret)
    }
}

impl Field {
    /// Whether it is asked in this case.
    pub fn is_asked(&self, for_whom: ForWhom) -> bool {
        self.for_whom.contains(&for_whom) && for_whom.parties().contains(&self.party)
    }

    /// Whether its values are secret-class.
    pub fn is_secret(&self) -> bool {
        self.category.is_secret()
    }
}

impl AskedConsent {
    /// Whether this is the line of clause 5.2 and not a consent to processing.
    pub fn is_policy(&self) -> bool {
        self.document == POLICY_DOCUMENT
    }
}

impl Retention {
    /// The term for people: what starts it, how long, what then, by which article.
    pub fn words(&self) -> Words {
        let one = self.count % 10 == 1 && self.count % 100 != 11;
        let ru = match (self.unit, one) {
            (Unit::CalendarDays, true) => "календарного дня",
            (Unit::WorkingDays, true) => "рабочего дня",
            (Unit::Months, true) => "месяца",
            (Unit::Years, true) => "года",
            (unit, false) => unit.name(Language::Russian),
        };
        let en = self.unit.name(Language::English);
        let en = if self.count == 1 {
            en.trim_end_matches('s')
        } else {
            en
        };
        let count = self.count;
        Words::new(
            format!(
                "{} — хранение не дольше {count} {ru}, затем {} ({})",
                self.starts.name(Language::Russian),
                self.ends.name(Language::Russian),
                self.norm.ru
            ),
            format!(
                "{}: kept for no longer than {count} {en}, then {} ({})",
                self.starts.name(Language::English),
                self.ends.name(Language::English),
                self.norm.en
            ),
        )
    }
}
