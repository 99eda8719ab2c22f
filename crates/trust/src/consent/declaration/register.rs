//! The register of processing activities, read off the declarations: what the policy must say of each purpose
//! (152-ФЗ ст. 18.1 ч. 1 п. 2) is never written a second time by hand.

use serde::Serialize;

use super::blanks::escaped;
use super::operator::Operator;
use super::service::{Declaration, ServedPurpose};
use super::words::{Category, Coded, Language, Party, Purpose, Words};

/// One activity: a service and one of its purposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterRow {
    /// The operator's short legal name.
    pub operator: Words,
    /// The information system (ИСПДн).
    pub system: Words,
    /// The service's code.
    pub service: String,
    /// The service's name.
    pub title: Words,
    /// Which of the seven purposes.
    pub purpose: Purpose,
    /// What it means in this service.
    pub aim: Words,
    /// Categories of data.
    pub categories: Vec<Category>,
    /// The data, field by field.
    pub data: Vec<Words>,
    /// Whose data: categories of subjects.
    pub subjects: Vec<Words>,
    /// Legal bases, each with its article.
    pub bases: Vec<Words>,
    /// How it is processed.
    pub method: Words,
    /// What is done with it.
    pub actions: Vec<Words>,
    /// Terms of keeping.
    pub terms: Vec<Words>,
    /// The order of destruction.
    pub destruction: Words,
    /// Whether rows are secret-class.
    pub secret: bool,
}

/// The register of all declared services, a row per service and purpose.
pub fn register(declarations: &[Declaration], operator: &Operator) -> Vec<RegisterRow> {
    declarations
        .iter()
        .flat_map(|declaration| {
            declaration
                .purposes
                .iter()
                .map(move |served| row(declaration, served, operator))
        })
        .collect()
}

/// The register as Markdown, a heading of level three per row.
pub fn register_markdown(rows: &[RegisterRow], language: Language) -> String {
    let listed = |words: &[Words]| {
        words
            .iter()
            .map(|words| words.get(language))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let mut out = String::new();
    for row in rows {
        let categories: Vec<Words> = row
            .categories
            .iter()
            .map(|category| category.words())
            .collect();
        let facts = [
            (
                "Категории данных",
                "Categories of data",
                listed(&categories),
            ),
            ("Данные", "Data", listed(&row.data)),
            ("Чьи данные", "Whose data", listed(&row.subjects)),
            ("Правовое основание", "Legal basis", listed(&row.bases)),
            (
                "Способ обработки",
                "Method",
                row.method.get(language).to_owned(),
            ),
            ("Действия с данными", "What is done", listed(&row.actions)),
            ("Сроки обработки и хранения", "Terms", listed(&row.terms)),
            (
                "Порядок уничтожения",
                "Order of destruction",
                row.destruction.get(language).to_owned(),
            ),
        ];
        out.push_str(&format!(
            "### {}: {}\n\n",
            escaped(row.title.get(language)),
            escaped(row.aim.get(language))
        ));
        for (ru, en, fact) in facts {
            let name = if language == Language::Russian {
                ru
            } else {
                en
            };
            out.push_str(&format!(
                "- **{name}:** {}\n",
                escaped(fact.trim_end_matches('.'))
            ));
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn row(declaration: &Declaration, served: &ServedPurpose, operator: &Operator) -> RegisterRow {
    let mut categories = Vec::new();
    let mut data: Vec<Words> = Vec::new();
    let mut subjects: Vec<Party> = Vec::new();
    let asked = declaration
        .fields
        .iter()
        .filter(|field| {
            served.fields.contains(&field.code)
                && is_subject(declaration, served.purpose, field.party)
        })
        .map(|field| (field.category, &field.label, field.party));
    let recorded = declaration
        .recorded
        .iter()
        .filter(|recorded| served.fields.contains(&recorded.code))
        .map(|recorded| (recorded.category, &recorded.label, Party::Patient));
    for (category, label, party) in asked.chain(recorded) {
        put(&mut categories, category);
        put(&mut data, label.clone());
        put(&mut subjects, party);
    }
    subjects.sort();
    let basis = |norm: &Words, words: &Words| {
        Words::new(
            format!("{} ({})", words.ru, norm.ru),
            format!("{} ({})", words.en, norm.en),
        )
    };
    RegisterRow {
        operator: operator.short_name.clone(),
        system: operator.system_name.clone(),
        service: declaration.code.clone(),
        title: declaration.title.clone(),
        purpose: served.purpose,
        aim: served.words.clone(),
        secret: categories.iter().any(|category| category.is_secret()) || declaration.is_secret(),
        categories,
        data,
        bases: declaration
            .bases
            .iter()
            .filter(|basis| basis.about.iter().any(|party| subjects.contains(party)))
            .map(|found| basis(&found.norm, &found.words))
            .collect(),
        subjects: subjects.into_iter().map(Party::subjects).collect(),
        method: declaration.method.words(),
        actions: declaration
            .actions
            .iter()
            .map(|action| action.words())
            .collect(),
        terms: declaration
            .retention
            .iter()
            .map(|retention| retention.words())
            .collect(),
        destruction: declaration.destruction.clone(),
    }
}

/// Whose data rests on consent is a subject of those purposes alone which that consent names.
fn is_subject(declaration: &Declaration, purpose: Purpose, party: Party) -> bool {
    let mut consents = declaration
        .consents
        .iter()
        .filter(|consent| consent.about == Some(party))
        .peekable();
    consents.peek().is_none() || consents.any(|consent| consent.purposes.contains(&purpose))
}

fn put<T: PartialEq>(list: &mut Vec<T>, member: T) {
    if !list.contains(&member) {
        list.push(member);
    }
}

impl RegisterRow {
    /// Its service and purpose as one name: `booking/contact`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.service, self.purpose.code())
    }
}
