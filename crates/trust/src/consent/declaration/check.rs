//! A submission held against its declaration, at the door: an undeclared field is refused, not ignored (clause 3.1).
//! What is said about a value never repeats the value.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::fields::Choice;
use super::numbers::is_inn;
use super::service::{Declaration, Field, Required};
use super::words::{Coded, ForWhom, Kind, Language, Party};
use crate::policy::text::characters;

/// No more refusals than this are told of one submission.
const MOST: usize = 50;

/// One refused place of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where (RFC 6901). It may hold a key the sender invented: for the answer only, never for a log.
    pub pointer: String,
    /// Why.
    pub reason: Reason,
}

/// Why a place is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The service does not declare this field.
    Undeclared,
    /// The service is not offered in this case, or asks nothing about this party in it.
    NotAsked,
    /// It must be given.
    Missing,
    /// It is not of the right JSON type.
    Type,
    /// It has more characters than this.
    TooLong(usize),
    /// It holds a control, invisible or reordering character.
    Characters,
    /// It does not look like its kind.
    Shape(Kind),
    /// It is none of the options.
    Option(Vec<Choice>),
}

impl Reason {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::NotAsked => "not-asked",
            Self::Missing => "missing",
            Self::Type => "type",
            Self::TooLong(_) => "too-long",
            Self::Characters => "characters",
            Self::Shape(_) => "shape",
            Self::Option(_) => "option",
        }
    }

    /// What to do about it, for the visitor.
    pub fn says(&self, language: Language) -> String {
        let russian = language == Language::Russian;
        let say = |ru: &str, en: &str| {
            if russian {
                ru.to_owned()
            } else {
                en.to_owned()
            }
        };
        match self {
            Self::Undeclared => say(
                "Этого поля здесь нет: уберите его, мы не принимаем лишних данных",
                "There is no such field here: leave it out, we take no needless data",
            ),
            Self::NotAsked => say(
                "Здесь эти данные не нужны: уберите их",
                "This data is not needed here: leave it out",
            ),
            Self::Missing => say("Заполните это поле", "Fill in this field"),
            Self::Type => say("Введите значение текстом", "Give the value as text"),
            Self::TooLong(max) if russian => format!("Слишком длинно: не больше {max} знаков"),
            Self::TooLong(max) => format!("Too long: no more than {max} characters"),
            Self::Characters => say(
                "Уберите невидимые и служебные знаки: наберите текст заново",
                "Remove invisible and control characters: type the text anew",
            ),
            Self::Shape(kind) => shape_says(*kind, language).to_owned(),
            Self::Option(options) => {
                let listed = options
                    .iter()
                    .map(|option| option.label.get(language))
                    .collect::<Vec<_>>()
                    .join(", ");
                if russian {
                    format!("Выберите одно из: {listed}")
                } else {
                    format!("Choose one of: {listed}")
                }
            }
        }
    }
}

impl Declaration {
    /// Holds a submission — objects by party, `{"patient": {…}, "representative": null}` — against the declaration.
    /// `null` equals absent; a blank text is a field not filled in. An empty list means: taken.
    pub fn check(&self, for_whom: ForWhom, submitted: &Map<String, Value>) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if !self.for_whom.contains(&for_whom) {
            refusals.push(Refusal {
                pointer: "/for".to_owned(),
                reason: Reason::NotAsked,
            });
            return refusals;
        }
        for (key, value) in submitted.iter().filter(|(_, value)| !value.is_null()) {
            let reason = match Party::from_code(key) {
                None => Reason::Undeclared,
                Some(party) if !self.asks(for_whom, party) => Reason::NotAsked,
                Some(_) if !value.is_object() => Reason::Type,
                Some(_) => continue,
            };
            refusals.push(Refusal {
                pointer: pointer(&[key]),
                reason,
            });
        }
        for party in for_whom
            .parties()
            .iter()
            .filter(|party| self.asks(for_whom, **party))
        {
            let nothing = Map::new();
            let object = match submitted.get(party.code()) {
                Some(Value::Object(object)) => object,
                None | Some(Value::Null) => &nothing,
                Some(_) => continue,
            };
            self.check_party(for_whom, *party, object, submitted, &mut refusals);
        }
        refusals.truncate(MOST);
        refusals
    }

    fn asks(&self, for_whom: ForWhom, party: Party) -> bool {
        self.fields_for(for_whom)
            .iter()
            .any(|field| field.party == party)
    }

    fn check_party(
        &self,
        for_whom: ForWhom,
        party: Party,
        object: &Map<String, Value>,
        submitted: &Map<String, Value>,
        refusals: &mut Vec<Refusal>,
    ) {
        let fields: Vec<&Field> = self
            .fields_for(for_whom)
            .into_iter()
            .filter(|field| field.party == party)
            .collect();
        for (key, value) in object {
            let reason = match fields.iter().find(|field| field.code == *key) {
                _ if value.is_null() => None,
                None => Some(Reason::Undeclared),
                Some(field) => field.refuses(value),
            };
            refusals.extend(reason.map(|reason| Refusal {
                pointer: pointer(&[party.code(), key]),
                reason,
            }));
        }
        for field in fields {
            let missing = is_blank(object.get(&field.code))
                && match &field.required {
                    Required::Always => true,
                    Required::Never => false,
                    Required::Unless(others) => !others.iter().any(|(party, code)| {
                        let given = submitted
                            .get(party.code())
                            .and_then(|object| object.get(code));
                        for_whom.parties().contains(party)
                            && (!is_blank(given) || self.wants(for_whom, *party, code))
                    }),
                };
            if missing {
                refusals.push(Refusal {
                    pointer: pointer(&[party.code(), &field.code]),
                    reason: Reason::Missing,
                });
            }
        }
    }

    /// Whether a field is asked and must be given whatever else is: where it lacks, that is told of itself, and not of
    /// the field that could stand in for it too.
    fn wants(&self, for_whom: ForWhom, party: Party, code: &str) -> bool {
        self.fields_for(for_whom).iter().any(|field| {
            field.party == party && field.code == code && field.required == Required::Always
        })
    }
}

impl Field {
    /// Why this value, which is not null, cannot be taken; `None` when it can. The kernel's types say the last word.
    pub fn refuses(&self, value: &Value) -> Option<Reason> {
        let number = value
            .as_u64()
            .filter(|_| matches!(self.kind, Kind::Age | Kind::Year))
            .map(|number| number.to_string());
        let text = match (value, number) {
            (Value::String(text), _) => text.clone(),
            (_, Some(number)) => number,
            _ => return Some(Reason::Type),
        };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > self.max {
            return Some(Reason::TooLong(self.max));
        }
        if characters::first_refused(text).is_some()
            || (self.kind != Kind::Text && text.contains(['\n', '\r', '\t']))
        {
            return Some(Reason::Characters);
        }
        if self.kind == Kind::Choice {
            return (!self.options.iter().any(|option| option.code == text))
                .then(|| Reason::Option(self.options.clone()));
        }
        (!looks_like(self.kind, text)).then_some(Reason::Shape(self.kind))
    }
}

fn looks_like(kind: Kind, text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match kind {
        Kind::Surname | Kind::GivenName | Kind::Patronymic | Kind::Name => is_name(text),
        Kind::BirthDate => is_date(text),
        Kind::Age => text.parse::<u8>().is_ok_and(|age| age <= 130),
        Kind::Phone => {
            (5..=15).contains(&digits)
                && text.chars().all(|character| {
                    character.is_ascii_digit()
                        || matches!(
                            character,
                            '+' | '-' | '(' | ')' | '.' | ' ' | '\u{A0}' | '‑' | '–'
                        )
                })
        }
        Kind::Email => is_email(text),
        Kind::Inn => text.len() == 12 && is_inn(text),
        Kind::Year => {
            text.len() == 4
                && digits == 4
                && text
                    .parse::<u16>()
                    .is_ok_and(|year| (1900..=2100).contains(&year))
        }
        Kind::Amount => is_amount(text),
        Kind::Text | Kind::Choice => true,
        Kind::Recorded => false,
    }
}

/// Letters of any script, with what stands between the parts of a name; no digits, no marks of markup.
fn is_name(text: &str) -> bool {
    let between = |character: char| {
        matches!(
            character,
            ' ' | '\u{A0}' | '-' | '‑' | '–' | '\'' | '’' | '‘' | 'ʼ' | '.'
        ) || ('\u{300}'..='\u{36F}').contains(&character)
    };
    text.contains(char::is_alphabetic)
        && text
            .chars()
            .all(|character| character.is_alphabetic() || between(character))
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text
            .parse::<Date>()
            .is_ok_and(|date| (1880..=2200).contains(&date.year()) && date.to_string() == text)
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.contains('@')
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(|character: char| {
                character.is_whitespace() || matches!(character, '<' | '>' | '"' | ',' | ';')
            })
    })
}

fn is_amount(text: &str) -> bool {
    let (roubles, kopecks) = text.split_once(['.', ',']).unwrap_or((text, "00"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=10).contains(&roubles.len())
        && matches!(kopecks.len(), 1 | 2)
        && all_digits(roubles)
        && all_digits(kopecks)
}

fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

/// A JSON pointer (RFC 6901 §3); a key longer than 64 characters is cut.
fn pointer(keys: &[&str]) -> String {
    let escaped = |key: &&str| {
        key.chars()
            .take(64)
            .collect::<String>()
            .replace('~', "~0")
            .replace('/', "~1")
    };
    keys.iter()
        .map(|key| format!("/{}", escaped(key)))
        .collect()
}

fn shape_says(kind: Kind, language: Language) -> &'static str {
    let (ru, en) = match kind {
        Kind::Surname | Kind::GivenName | Kind::Patronymic | Kind::Name => (
            "Напишите буквами, без цифр и знаков",
            "Write it in letters, without digits and signs",
        ),
        Kind::BirthDate => (
            "Укажите дату полностью: день, месяц и год",
            "Give the whole date: day, month and year",
        ),
        Kind::Age => (
            "Укажите возраст полных лет числом",
            "Give the age in whole years",
        ),
        Kind::Phone => (
            "Укажите телефон полностью, например +7 495 000-00-00",
            "Give the whole phone number, such as +7 495 000-00-00",
        ),
        Kind::Email => (
            "Укажите адрес полностью, например name@example.ru",
            "Give the whole address, such as name@example.com",
        ),
        Kind::Inn => (
            "Проверьте ИНН: у человека в нём 12 цифр",
            "Check the taxpayer number: a person's has 12 digits",
        ),
        Kind::Year => (
            "Укажите год четырьмя цифрами",
            "Give the year in four digits",
        ),
        Kind::Amount => (
            "Укажите сумму в рублях, например 1500,00",
            "Give the sum in roubles, such as 1500.00",
        ),
        Kind::Choice | Kind::Text | Kind::Recorded => ("Исправьте это поле", "Correct this field"),
    };
    if language == Language::Russian {
        ru
    } else {
        en
    }
}
