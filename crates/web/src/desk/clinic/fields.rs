//! Which fields the things of the catalogue have on screen, in which order, and what stands in them.

use std::collections::BTreeSet;

use clinic::booking::Catalogue;
use clinic::booking::catalogue::ResourceKind;
use clinic::booking::catalogue::typed::{FieldFlaw, Sheet};
use serde_json::Value;

use crate::typed::Typed;
use crate::wording;
use crate::words::Words;

/// What kind of thing a page is about: the word in its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Branch,
    Person,
    Room,
    Service,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Branch, Self::Person, Self::Room, Self::Service];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Branch => "branches",
            Self::Person => "people",
            Self::Room => "rooms",
            Self::Service => "services",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) chosen: bool,
}

/// A field.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    /// `text`, `area`, `number`, `time`, `date`, `select`, `checks`.
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) must: bool,
    pub(super) error: Option<String>,
    pub(super) choices: Vec<Choice>,
}

impl Field {
    /// What describes the field to whoever hears it: its hint and its error.
    pub(super) fn described(&self) -> String {
        let parts = [
            self.hint.as_ref().map(|_| format!("{}-hint", self.name)),
            self.error.as_ref().map(|_| format!("{}-error", self.name)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let invalid = if self.error.is_some() {
            " aria-invalid=\"true\""
        } else {
            ""
        };
        if parts.is_empty() {
            invalid.to_owned()
        } else {
            format!(" aria-describedby=\"{}\"{invalid}", parts.join(" "))
        }
    }

    /// Whether few signs fit in it.
    pub(super) fn is_short(&self) -> bool {
        ["number", "time", "date"].contains(&self.kind) || self.name == "price"
    }
}

/// What stands in the fields: as it is, or as it was typed.
pub(super) trait Filled: Sync {
    fn text(&self, name: &str) -> String;
    fn ticked(&self, list: &str) -> BTreeSet<String>;
}

/// A thing's state, as fields read it: `title` is its Russian words, `title_en` the English.
pub(super) struct Stands<'a>(pub(super) Option<&'a Value>);

impl Filled for Stands<'_> {
    fn text(&self, name: &str) -> String {
        let Some(state) = self.0 else {
            return usual(name).to_owned();
        };
        let (base, language) = match name.strip_suffix("_en") {
            Some(base) => (base, "en"),
            None => (name, "ru"),
        };
        let key = if base == "since" {
            "practising_since"
        } else {
            base
        };
        shown(key, &state[key], language)
    }

    fn ticked(&self, list: &str) -> BTreeSet<String> {
        let items = self.0.and_then(|state| state[list].as_array());
        items
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    }
}

/// What a new thing begins with.
fn usual(name: &str) -> &'static str {
    match name {
        "zone" => "Europe/Moscow",
        "opens" => "08:00",
        "closes" => "20:00",
        "duration" => "30",
        "lanes" => "1",
        "grain" => "5",
        "kind" => "room",
        _ => "",
    }
}

/// A part of a state as a field has it.
pub(super) fn shown(key: &str, value: &Value, language: &str) -> String {
    match value {
        Value::Object(words) => words
            .get(language)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or_default();
            match key {
                "opens" | "closes" => format!("{:02}:{:02}", number / 60, number % 60),
                "price" if number % 100 == 0 => (number / 100).to_string(),
                "price" => format!("{},{:02}", number / 100, number % 100),
                _ => number.to_string(),
            }
        }
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            texts.join(", ")
        }
        Value::Bool(_) | Value::Null => String::new(),
    }
}

/// A form as it was typed.
pub(super) struct Asked<'a> {
    pub(super) form: &'a Typed,
    /// The code that is given where none was typed.
    pub(super) code: String,
}

impl Filled for Asked<'_> {
    fn text(&self, name: &str) -> String {
        self.form.shown(name).replace("\r\n", "\n")
    }

    fn ticked(&self, list: &str) -> BTreeSet<String> {
        Sheet::ticked(self, list).into_iter().collect()
    }
}

impl Sheet for Asked<'_> {
    fn field(&self, name: &str) -> String {
        let typed = self.form.shown(name).replace("\r\n", "\n");
        let typed = typed.trim();
        if name == "code" && typed.is_empty() {
            return self.code.clone();
        }
        typed.to_owned()
    }

    fn ticked(&self, list: &str) -> Vec<String> {
        let prefix = format!("{list}.");
        let names = self.form.names();
        let mut ticked: Vec<String> = names
            .iter()
            .filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned))
            .collect();
        ticked.sort_unstable();
        ticked
    }
}

/// Name, kind, whether it must be filled, whether it has a hint.
type Spec = (&'static str, &'static str, bool, bool);

const fn specs(kind: Kind) -> &'static [Spec] {
    match kind {
        Kind::Branch => &[
            ("title", "text", true, false),
            ("title_en", "text", false, false),
            ("address", "text", true, false),
            ("address_en", "text", false, false),
            ("phone", "text", true, false),
            ("email", "text", false, false),
            ("opens", "time", true, false),
            ("closes", "time", true, false),
            ("zone", "select", true, false),
            ("way", "area", false, true),
            ("way_en", "area", false, false),
        ],
        Kind::Person => &[
            ("title", "text", true, true),
            ("title_en", "text", false, false),
            ("family", "select", true, false),
            ("about", "text", false, true),
            ("about_en", "text", false, false),
            ("since", "number", false, true),
            ("education", "area", false, true),
            ("education_en", "area", false, false),
        ],
        Kind::Room => &[
            ("kind", "select", true, false),
            ("title", "text", true, false),
            ("title_en", "text", false, false),
            ("branch", "select", true, false),
            ("family", "text", false, true),
            ("lanes", "number", false, true),
        ],
        Kind::Service => &[
            ("title", "text", true, false),
            ("title_en", "text", false, false),
            ("price", "text", true, true),
            ("duration", "number", true, false),
            ("step", "number", false, true),
            ("buffer_before", "number", false, false),
            ("buffer_after", "number", false, true),
            ("age_from", "number", false, false),
            ("age_to", "number", false, true),
            ("practitioners", "checks", false, false),
            ("requires", "checks", false, true),
            ("about", "area", false, false),
            ("about_en", "area", false, false),
            ("preparation", "area", false, true),
            ("preparation_en", "area", false, false),
        ],
    }
}

/// Zones of the country, from west to east.
const ZONES: [&str; 11] = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
];

/// Specialities that have a name in `locales/`.
pub(super) const SPECIALITIES: [&str; 15] = [
    "therapist",
    "paediatrician",
    "cardiologist",
    "neurologist",
    "ophthalmologist",
    "otolaryngologist",
    "dermatologist",
    "gynaecologist",
    "urologist",
    "surgeon",
    "endocrinologist",
    "gastroenterologist",
    "dentist",
    "ultrasound",
    "orthopaedics",
];

/// The fields of a form of this kind.
pub(super) fn fields(
    words: Words,
    kind: Kind,
    catalogue: &Catalogue,
    filled: &dyn Filled,
    flaws: &[FieldFlaw],
    new: bool,
) -> Vec<Field> {
    let mut all: Vec<Field> = specs(kind)
        .iter()
        .map(|(name, input, must, hint)| {
            let key = name.replace('_', "-");
            let own = format!("desk-clinic-field-{}-{key}", kind.word());
            let label = words
                .maybe(&own)
                .unwrap_or_else(|| words.say(&format!("desk-clinic-field-{key}")));
            let value = filled.text(name);
            Field {
                name,
                label,
                hint: hint.then(|| words.say(&format!("desk-clinic-hint-{}-{key}", kind.word()))),
                kind: input,
                must: *must,
                error: None,
                choices: choices(words, kind, name, catalogue, filled, &value),
                value,
            }
        })
        .collect();
    // Rare: a grid of one minute for odd lengths, and a code of one's own while there is none yet.
    if matches!(kind, Kind::Person | Kind::Room) {
        all.push(Field {
            name: "grain",
            label: words.say("desk-clinic-field-grain"),
            hint: Some(words.say("desk-clinic-hint-grain")),
            kind: "select",
            value: String::new(),
            must: false,
            error: None,
            choices: ["5", "1"]
                .map(|value| Choice {
                    value: value.to_owned(),
                    title: value.to_owned(),
                    chosen: filled.text("grain") == value,
                })
                .into(),
        });
    }
    if new {
        all.push(Field {
            name: "code",
            label: words.say("desk-clinic-field-code"),
            hint: Some(words.say("desk-clinic-hint-code")),
            kind: "text",
            value: filled.text("code"),
            must: false,
            error: None,
            choices: Vec::new(),
        });
    }
    for field in &mut all {
        let flaw = flaws.iter().find(|flaw| flaw.field == field.name);
        field.error = flaw.map(|flaw| flaw.says(words.0));
    }
    all.retain(|field| field.kind != "checks" || !field.choices.is_empty());
    all
}

fn choices(
    words: Words,
    kind: Kind,
    name: &str,
    catalogue: &Catalogue,
    filled: &dyn Filled,
    value: &str,
) -> Vec<Choice> {
    let one = |code: &str, title: String| Choice {
        value: code.to_owned(),
        title,
        chosen: code == value,
    };
    match name {
        "zone" => {
            let mut all: Vec<Choice> = ZONES
                .iter()
                .map(|zone| {
                    let city = zone.rsplit('/').next().unwrap_or(zone).to_lowercase();
                    one(zone, words.say(&format!("desk-clinic-zone-{city}")))
                })
                .collect();
            if !all.iter().any(|choice| choice.chosen) && !value.is_empty() {
                all.push(one(value, value.to_owned()));
            }
            all
        }
        "family" if kind == Kind::Person => {
            let mut codes: BTreeSet<String> =
                SPECIALITIES.iter().map(|code| (*code).to_owned()).collect();
            codes.extend(catalogue.practitioners().map(|one| one.family.clone()));
            if !value.is_empty() {
                codes.insert(value.to_owned());
            }
            let mut all: Vec<Choice> = codes
                .iter()
                .map(|code| one(code, wording::speciality_coded(words, code)))
                .collect();
            all.sort_by(|one, other| one.title.cmp(&other.title));
            all
        }
        "kind" => vec![
            one("room", words.say("desk-clinic-room")),
            one("device", words.say("desk-clinic-device")),
        ],
        "branch" => catalogue
            .branches
            .iter()
            .map(|branch| one(&branch.code, branch.title.get(words.0).to_owned()))
            .collect(),
        "practitioners" => {
            let ticked = filled.ticked(name);
            catalogue
                .practitioners()
                .map(|practitioner| Choice {
                    value: practitioner.code.clone(),
                    title: format!(
                        "{}, {}",
                        practitioner.title.get(words.0),
                        wording::speciality(words, practitioner)
                    ),
                    chosen: ticked.contains(&practitioner.code),
                })
                .collect()
        }
        "requires" => {
            let ticked = filled.ticked(name);
            let mut families: BTreeSet<&str> = BTreeSet::new();
            let things = || {
                catalogue
                    .resources
                    .iter()
                    .filter(|one| one.kind != ResourceKind::Practitioner)
            };
            families.extend(things().map(|one| one.family.as_str()));
            families.extend(ticked.iter().map(String::as_str));
            families
                .into_iter()
                .map(|family| {
                    let titles: BTreeSet<&str> = things()
                        .filter(|one| one.family == family)
                        .map(|one| one.title.get(words.0))
                        .collect();
                    let titles: Vec<&str> = titles.into_iter().take(3).collect();
                    Choice {
                        value: family.to_owned(),
                        title: if titles.is_empty() {
                            family.to_owned()
                        } else {
                            titles.join(", ")
                        },
                        chosen: ticked.contains(family),
                    }
                })
                .collect()
        }
        _ => Vec::new(),
    }
}
