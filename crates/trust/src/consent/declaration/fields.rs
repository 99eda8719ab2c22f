//! The whitelist of clause 2.5: the only fields a service may ask for or record, each with its category. A lawyer edits
//! the file; code only sees to it that free text and what is tied to a doctor or a speciality stay secret-class.

use super::problem::Problem;
use super::reader::{Reader, is_slug, read};
use super::words::{Category, Kind, Words};

/// Every field the operator may process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whitelist {
    rules: Vec<FieldRule>,
}

/// One allowed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    /// Its code, the same in files, requests and the vault.
    pub code: String,
    /// What its values look like.
    pub kind: Kind,
    /// What kind of data it is.
    pub category: Category,
    /// Its name for people.
    pub label: Words,
    /// The most characters a value may have.
    pub max: usize,
    /// The codes of a choice, with their names.
    pub options: Vec<Choice>,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// What is sent.
    pub code: String,
    /// What is shown.
    pub label: Words,
}

impl Whitelist {
    /// Reads the whitelist from TOML; every problem of the file at once.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        read(source, |file| {
            let rules = file.tables("fields", rule);
            if rules.is_empty() {
                file.refuse("fields", "no field is named", "add tables `[[fields]]`");
            }
            for (at, rule) in rules.iter().enumerate() {
                if rules[..at].iter().any(|other| other.code == rule.code) {
                    file.refuse(
                        "fields",
                        format!("`{}` is named twice", rule.code),
                        "name each field once",
                    );
                }
            }
            Some(Self { rules })
        })
    }

    /// The rule of the field `code`.
    pub fn rule(&self, code: &str) -> Option<&FieldRule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// All rules, in the file's order.
    pub fn rules(&self) -> &[FieldRule] {
        &self.rules
    }
}

impl FieldRule {
    /// Whether values are secret-class.
    pub fn is_secret(&self) -> bool {
        self.category.is_secret()
    }
}

/// The options of a choice, from tables `[[…options]]`.
pub(super) fn options(table: &Reader<'_>) -> Vec<Choice> {
    table.tables("options", |option| {
        let (code, label) = (option.text("code"), option.words("label"));
        Some(Choice {
            code: code?,
            label: label?,
        })
    })
}

fn rule(table: &Reader<'_>) -> Option<FieldRule> {
    let code = table.text("code");
    let kind = table.one_of::<Kind>("kind");
    let category = table.one_of::<Category>("category");
    let label = table.words("label");
    let max = table.count("max");
    let tied = table.flag("tied_to_doctor_or_speciality", false);
    let options = options(table);
    let (code, kind, category) = (code?, kind?, category?);
    if !is_slug(&code) {
        table.refuse(
            "code",
            format!("`{code}` is not a code"),
            "use small Latin letters, digits and _",
        );
    }
    if tied && category != Category::Special {
        table.refuse("category", "what is tied to a doctor or a speciality is under medical secrecy (323-ФЗ ст. 13 ч. 1)", "write category = \"special\"");
    }
    if kind == Kind::Text && category != Category::FreeText {
        table.refuse(
            "category",
            "free text may say anything and is secret-class",
            "write category = \"free_text\"",
        );
    }
    if !options.is_empty() && kind != Kind::Choice {
        table.refuse(
            "options",
            "only a choice has options",
            "delete them, or write kind = \"choice\"",
        );
    }
    if max.is_none() && !matches!(kind, Kind::Choice | Kind::Recorded) {
        table.refuse(
            "max",
            "the greatest length is missing",
            "add a line `max = 100` (characters)",
        );
    }
    Some(FieldRule {
        code,
        kind,
        category,
        label: label?,
        max: max.map_or(40, |max| max as usize),
        options,
    })
}

#[cfg(test)]
mod tests {
    use super::super::bundled;
    use super::*;

    #[test]
    fn the_policys_fields_are_all_listed_with_a_category() {
        let whitelist =
            Whitelist::parse(bundled::WHITELIST).expect("the bundled whitelist is right");
        for code in [
            "surname",
            "given_name",
            "patronymic",
            "sex",
            "age",
            "birth_date",
            "phone",
            "email",
        ] {
            assert!(!whitelist.rule(code).expect(code).is_secret(), "{code}");
        }
        for code in ["message", "topic", "practitioner", "speciality", "service"] {
            assert!(whitelist.rule(code).expect(code).is_secret(), "{code}");
        }
        assert!(whitelist.rule("diagnosis").is_none());
    }

    #[test]
    fn secrecy_cannot_be_talked_away() {
        let problems = Whitelist::parse(
            "[[fields]]\ncode = \"note\"\nkind = \"text\"\ncategory = \"contact\"\nmax = 10\nlabel = { ru = \"а\", en = \"a\" }\n\
             [[fields]]\ncode = \"doctor\"\nkind = \"name\"\ncategory = \"identity\"\nmax = 10\ntied_to_doctor_or_speciality = true\nlabel = { ru = \"а\", en = \"a\" }\n",
        )
        .expect_err("refused");
        let places: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, problem.path.as_str()))
            .collect();
        assert_eq!(
            places,
            [
                (Some(4), "fields[0].category"),
                (Some(10), "fields[1].category")
            ]
        );
    }
}
