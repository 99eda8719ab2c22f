//! Legal documents as files: a head of TOML between `+++` lines, then Markdown with blanks. What a consent lists is
//! written by the declaration, so that the text a person agrees to and the form they fill in cannot part.

use jiff::civil::Date;

use super::blanks::{Blanks, blanks_in, day_in_words, escaped};
use super::operator::Operator;
use super::problem::Problem;
use super::reader::{is_slug, read};
use super::register::{register, register_markdown};
use super::service::{Declaration, Field, POLICY_DOCUMENT, Required};
use super::words::{Language, Party};

/// The blanks no consent may do without: operator, purpose, data, actions and methods, terms, ways to withdraw.
const NEEDED: [&str; 9] = [
    "operator.legal_name",
    "operator.legal_address",
    "purpose",
    "consent.data",
    "consent.actions",
    "consent.method",
    "consent.terms",
    "operator.postal_address",
    "operator.privacy_email",
];

/// A legal document with its blanks open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its code: `policy`, `booking-self`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its purpose, in its language; a consent has one.
    pub purpose: Option<String>,
    /// Its language.
    pub language: Language,
    body: String,
    body_line: usize,
}

/// A legal document ready to be published: what is hashed, shown and agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: Language,
    /// The whole text, the title as its first heading.
    pub markdown: String,
}

impl Document {
    /// Reads a document's file; every problem of its head at once.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        let source = source
            .strip_prefix('\u{FEFF}')
            .unwrap_or(source)
            .replace("\r\n", "\n");
        let no_head = || {
            vec![Problem::at(
                1,
                "",
                "the document has no head",
                "begin the file with a line +++, then code, title and language, then a line +++",
            )]
        };
        let (head, body) = source
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .ok_or_else(no_head)?;
        // The head is read with the line of its fence, so that lines are counted in the file.
        let document = read(&format!("\n{head}\n"), |file| {
            let (code, title, language) = (
                file.text("code"),
                file.text("title"),
                file.one_of("language"),
            );
            let purpose = file.optional_text("purpose");
            let (code, title, language) = (code?, title?, language?);
            if !is_slug(&code) {
                file.refuse(
                    "code",
                    format!("`{code}` is not a code"),
                    "use small Latin letters, digits, _ and -",
                );
            }
            if purpose.is_none() && code != POLICY_DOCUMENT {
                file.refuse(
                    "purpose",
                    "a consent names its purpose (152-ФЗ ст. 9 ч. 4 п. 4)",
                    "add a line purpose = \"…\"",
                );
            }
            let body_line = head.lines().count() + 3;
            Some(Self {
                code,
                title,
                purpose,
                language,
                body: body.trim_start_matches('\n').to_owned(),
                body_line: body_line + leading_lines(body),
            })
        })?;
        Ok(document)
    }

    /// Fills a consent from the operator's record and from the declaration that asks for it.
    pub fn compose_consent(
        &self,
        operator: &Operator,
        declaration: &Declaration,
    ) -> Result<Composed, Vec<Problem>> {
        let about = declaration
            .consents
            .iter()
            .filter(|consent| consent.document == self.code)
            .find_map(|consent| consent.about);
        let Some(about) = about else {
            let what = format!(
                "the service `{}` asks for no consent `{}`",
                declaration.code, self.code
            );
            return Err(vec![Problem::at(
                None,
                "code",
                what,
                "correct the document's code, or ask for it in the declaration's [[consents]]",
            )]);
        };
        let used = blanks_in(&self.body);
        let missing = NEEDED.iter().filter(|name| !used.contains(*name));
        let lacks: Vec<Problem> = missing
            .map(|name| {
                Problem::at(
                    None,
                    format!("{{{name}}}"),
                    "the consent does not say it",
                    "write the blank where the text says so (152-ФЗ ст. 9)",
                )
            })
            .collect();
        if !lacks.is_empty() {
            return Err(lacks);
        }
        let language = self.language;
        let listed = |words: Vec<String>| words.join(", ");
        let terms = declaration
            .retention
            .iter()
            .map(|retention| format!("- {}", escaped(retention.words().get(language))))
            .collect::<Vec<_>>()
            .join("\n");
        let blanks = Blanks::of_operator(operator, language)
            .with("purpose", self.purpose.clone().unwrap_or_default())
            .with("service.title", declaration.title.get(language))
            .with("consent.data", listed(self.data(declaration, about)))
            .with(
                "consent.actions",
                listed(
                    declaration
                        .actions
                        .iter()
                        .map(|action| action.name(language).to_owned())
                        .collect(),
                ),
            )
            .with("consent.method", declaration.method.name(language))
            .with(
                "consent.destruction",
                declaration.destruction.get(language).trim_end_matches('.'),
            )
            .with_markdown("consent.terms", terms);
        self.composed(&blanks)
    }

    /// Fills the policy from the operator's record and the register of all declared services. `changed` is the date of
    /// the last change (clause 6.1).
    pub fn compose_policy(
        &self,
        operator: &Operator,
        declarations: &[Declaration],
        changed: Date,
    ) -> Result<Composed, Vec<Problem>> {
        let language = self.language;
        let blanks = Blanks::of_operator(operator, language)
            .with("policy.changed", day_in_words(changed, language))
            .with_markdown(
                "register",
                register_markdown(&register(declarations, operator), language),
            );
        self.composed(&blanks)
    }

    fn composed(&self, blanks: &Blanks) -> Result<Composed, Vec<Problem>> {
        let filled = |text: &str, above: usize| {
            blanks.fill_markdown(text).map_err(|problems| {
                let moved = |problem: Problem| Problem {
                    line: problem.line.map(|line| line + above),
                    ..problem
                };
                problems.into_iter().map(moved).collect::<Vec<_>>()
            })
        };
        let body = filled(&self.body, self.body_line - 1)?;
        let markdown = format!("# {}\n\n{}\n", escaped(&self.title), body.trim_end());
        Ok(Composed {
            code: self.code.clone(),
            title: self.title.clone(),
            language: self.language,
            markdown,
        })
    }

    /// The data of one party, in the cases in which this document is asked.
    fn data(&self, declaration: &Declaration, about: Party) -> Vec<String> {
        let cases: Vec<_> = declaration
            .consents
            .iter()
            .filter(|consent| consent.document == self.code)
            .flat_map(|consent| &consent.for_whom)
            .collect();
        let asked = |field: &&Field| {
            field.party == about && cases.iter().any(|case| field.is_asked(**case))
        };
        let fields = declaration.fields.iter().filter(asked).map(|field| {
            let by_choice = match (&field.required, self.language) {
                (Required::Never, Language::Russian) => " (по желанию)",
                (Required::Never, Language::English) => " (optional)",
                _ => "",
            };
            format!("{}{by_choice}", lower(field.label.get(self.language)))
        });
        let recorded = declaration
            .recorded
            .iter()
            .filter(|_| about == Party::Patient)
            .map(|recorded| lower(recorded.label.get(self.language)));
        fields.chain(recorded).collect()
    }
}

fn leading_lines(body: &str) -> usize {
    body.len() - body.trim_start_matches('\n').len()
}

/// A label inside a sentence: «Фамилия» → «фамилия», but «ИНН» stays.
fn lower(label: &str) -> String {
    let mut characters = label.chars();
    let (first, second) = (characters.next(), characters.next());
    match (first, second) {
        (Some(first), Some(second)) if second.is_uppercase() => {
            format!("{first}{second}{}", characters.as_str())
        }
        (Some(first), second) => {
            first.to_lowercase().chain(second).collect::<String>() + characters.as_str()
        }
        _ => String::new(),
    }
}
