//! The things of the catalogue as they are typed into forms: every flaw told at its field, all at once.
//!
//! A form and a file of import mean the same by a cell: both read it in `import::cell`.

use jiff::civil::Date;
use kernel::Language;

use super::new::{NewBranch, NewResource, NewService, ResourceKind, Words};
use crate::booking::import::{Flaw, PROSE, TITLE, cell};

/// What is wrong with a field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFlaw {
    /// The field.
    pub field: String,
    what: Words,
    remedy: Words,
}

impl FieldFlaw {
    fn of(field: &str, flaw: &Flaw) -> Self {
        let (what, remedy) = flaw.words();
        Self {
            field: field.to_owned(),
            what,
            remedy,
        }
    }

    fn said(field: &str, what: (&str, &str), remedy: (&str, &str)) -> Self {
        let words = |(ru, en): (&str, &str)| Words {
            ru: ru.to_owned(),
            en: en.to_owned(),
        };
        Self {
            field: field.to_owned(),
            what: words(what),
            remedy: words(remedy),
        }
    }

    /// What it is and what to do, as two sentences.
    #[must_use]
    pub fn says(&self, language: Language) -> String {
        let sentence = |words: &Words| {
            let text = words.get(language);
            let mut signs = text.chars();
            let first: String = signs
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .collect();
            format!("{first}{}.", signs.as_str())
        };
        format!("{} {}", sentence(&self.what), sentence(&self.remedy))
    }
}

pub(super) fn code_taken(code: &str) -> FieldFlaw {
    FieldFlaw::said(
        "code",
        (
            &format!("код {code} уже занят"),
            &format!("the code {code} is taken"),
        ),
        ("напишите другой", "write another one"),
    )
}

pub(super) fn off_grain(field: &str, grain: u16, whose: String) -> FieldFlaw {
    FieldFlaw::of(field, &Flaw::OffGrain(grain, whose))
}

pub(super) fn taken_ahead(field: &str, count: usize) -> FieldFlaw {
    if count == 0 {
        return FieldFlaw::said(
            field,
            (
                "на этой сетке уже есть будущие записи",
                "visits are booked ahead on this grid",
            ),
            (
                "поменяйте её, когда они пройдут",
                "change it once they are over",
            ),
        );
    }
    FieldFlaw::said(
        field,
        (
            &format!("на места, которых не станет, уже записаны: {count}"),
            &format!("{count} visits are booked in the places that would be gone"),
        ),
        (
            "сначала перенесите их или дождитесь, когда они пройдут",
            "move them first, or wait until they are over",
        ),
    )
}

/// A form: its fields, and the names ticked below a prefix.
pub trait Sheet: Sync {
    /// What stands in a field, trimmed; empty where it is not there.
    fn field(&self, name: &str) -> String;
    /// What is ticked of a list: `practitioners.anna` gives `anna` of `practitioners`.
    fn ticked(&self, list: &str) -> Vec<String>;
}

/// Reads one form.
struct Reading<'a> {
    sheet: &'a dyn Sheet,
    flaws: Vec<FieldFlaw>,
}

impl<'a> Reading<'a> {
    const fn of(sheet: &'a dyn Sheet) -> Self {
        Self {
            sheet,
            flaws: Vec::new(),
        }
    }

    fn refuse(&mut self, field: &str, flaw: &Flaw) {
        self.flaws.push(FieldFlaw::of(field, flaw));
    }

    fn must<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        if self.sheet.field(field).is_empty() {
            self.flaws.push(FieldFlaw::said(
                field,
                ("здесь пусто", "this is empty"),
                ("заполните поле", "fill the field in"),
            ));
            return None;
        }
        self.may(field, parse)?
    }

    fn may<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<Option<T>> {
        let text = self.sheet.field(field);
        if text.is_empty() {
            return Some(None);
        }
        match parse(&text) {
            Ok(value) => Some(Some(value)),
            Err(flaw) => {
                self.refuse(field, &flaw);
                None
            }
        }
    }

    fn usual<T>(
        &mut self,
        field: &str,
        usual: T,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        Some(self.may(field, parse)?.unwrap_or(usual))
    }

    fn words(&mut self, field: &str, most: usize, must: bool) -> Option<Words> {
        let ru = if must {
            self.must(field, cell::text(most))
        } else {
            self.usual(field, String::new(), cell::text(most))
        };
        let en = self.usual(&format!("{field}_en"), String::new(), cell::text(most));
        Some(Words { ru: ru?, en: en? })
    }

    fn lines(&mut self, field: &str) -> Option<Words> {
        let mut one = |name: &str| {
            let parse = |text: &str| cell::lines(PROSE)(&text.replace('\n', "|"));
            self.usual(name, String::new(), parse)
        };
        let (ru, en) = (one(field), one(&format!("{field}_en")));
        Some(Words { ru: ru?, en: en? })
    }

    fn prose(&mut self, field: &str) -> Option<Words> {
        let mut one = |name: &str| {
            let parse = |text: &str| cell::text(PROSE)(&text.replace('\n', " "));
            self.usual(name, String::new(), parse)
        };
        let (ru, en) = (one(field), one(&format!("{field}_en")));
        Some(Words { ru: ru?, en: en? })
    }

    /// The code: the one the thing has, the one that is typed, or one made of its name.
    fn code(&mut self, known: Option<&str>, name: &str) -> Option<String> {
        if let Some(known) = known {
            return Some(known.to_owned());
        }
        let made = slug(&self.sheet.field(name));
        self.usual("code", made, cell::code)
    }

    fn done<T>(self, made: Option<T>) -> Result<T, Vec<FieldFlaw>> {
        match made {
            Some(made) if self.flaws.is_empty() => Ok(made),
            _ => Err(self.flaws),
        }
    }
}

/// Reads a branch. `known` is the code that it has.
///
/// # Errors
/// Every flaw.
pub fn branch(sheet: &dyn Sheet, known: Option<&str>) -> Result<NewBranch, Vec<FieldFlaw>> {
    let mut row = Reading::of(sheet);
    let code = row.code(known, "title");
    let title = row.words("title", TITLE, true);
    let address = row.words("address", TITLE, true);
    let phone = row.must("phone", cell::phone);
    let zone = row.must("zone", cell::zone);
    let opens = row.must("opens", cell::time);
    let closes = row.must("closes", cell::time);
    let way = row.lines("way");
    let email = row.usual("email", String::new(), cell::email);
    if let (Some(opens), Some(closes)) = (opens, closes)
        && closes <= opens
    {
        row.refuse("closes", &Flaw::HoursReversed);
    }
    let made = (|| {
        Some(NewBranch {
            code: code?,
            title: title?,
            address: address?,
            phone: phone?,
            zone: zone?,
            opens: opens?.minutes(),
            closes: closes?.minutes(),
            way: way?,
            email: email?,
        })
    })();
    row.done(made)
}

/// Visits that a room or device takes at once at most.
const MOST_LANES: u16 = 50;

/// Reads a practitioner; a year of experience is not after `today`'s.
///
/// # Errors
/// Every flaw.
pub fn practitioner(
    sheet: &dyn Sheet,
    known: Option<&str>,
    today: Date,
) -> Result<NewResource, Vec<FieldFlaw>> {
    let mut row = Reading::of(sheet);
    let code = row.code(known, "title");
    let ru = row.must("title", cell::name);
    let en = row.usual("title_en", String::new(), cell::name);
    let family = row.must("family", cell::code);
    let about = row.words("about", TITLE, false);
    let education = row.lines("education");
    let since = row.may("since", cell::year(today.year()));
    let lanes = row.usual("lanes", 1, cell::number(1, MOST_LANES));
    let grain = row.usual("grain", 5, cell::grain);
    let made = (|| {
        Some(NewResource {
            code: code?,
            kind: ResourceKind::Practitioner,
            family: family?,
            title: Words { ru: ru?, en: en? },
            about: about?,
            education: education?,
            practising_since: since?,
            branch: None,
            lanes: lanes?,
            grain: grain?,
        })
    })();
    row.done(made)
}

/// Reads a room or device.
///
/// # Errors
/// Every flaw.
pub fn room(sheet: &dyn Sheet, known: Option<&str>) -> Result<NewResource, Vec<FieldFlaw>> {
    let mut row = Reading::of(sheet);
    let code = row.code(known, "title");
    let kind = row.must("kind", cell::kind);
    let title = row.words("title", TITLE, true);
    let family = row.code_of("family", "title");
    let branch = row.must("branch", cell::code);
    let lanes = row.usual("lanes", 1, cell::number(1, MOST_LANES));
    let grain = row.usual("grain", 5, cell::grain);
    let made = (|| {
        Some(NewResource {
            code: code?,
            kind: kind?,
            family: family?,
            title: title?,
            about: Words::default(),
            education: Words::default(),
            practising_since: None,
            branch: Some(branch?),
            lanes: lanes?,
            grain: grain?,
        })
    })();
    row.done(made)
}

impl Reading<'_> {
    fn code_of(&mut self, field: &str, name: &str) -> Option<String> {
        let made = slug(&self.sheet.field(name));
        self.usual(field, made, cell::code)
    }
}

/// Minutes of the longest visit, and of the longest buffer.
const DAY: u16 = 1440;

/// Reads a service.
///
/// # Errors
/// Every flaw.
pub fn service(sheet: &dyn Sheet, known: Option<&str>) -> Result<NewService, Vec<FieldFlaw>> {
    let mut row = Reading::of(sheet);
    let code = row.code(known, "title");
    let title = row.words("title", TITLE, true);
    let about = row.prose("about");
    let preparation = row.prose("preparation");
    let duration = row.must("duration", cell::number(1, DAY));
    let buffer_before = row.usual("buffer_before", 0, cell::number(0, DAY));
    let buffer_after = row.usual("buffer_after", 0, cell::number(0, DAY));
    let step = row.may("step", cell::number(1, DAY));
    let price = row.must("price", cell::price);
    let age_from = row.may("age_from", cell::age);
    let age_to = row.may("age_to", cell::age);
    if let (Some(Some(from)), Some(Some(to))) = (age_from, age_to)
        && to < from
    {
        row.refuse("age_to", &Flaw::AgeReversed);
    }
    let made = (|| {
        Some(NewService {
            code: code?,
            title: title?,
            about: about?,
            preparation: preparation?,
            duration: duration?,
            buffer_before: buffer_before?,
            buffer_after: buffer_after?,
            step: step?.or(duration)?,
            price: price?,
            age_from: age_from?,
            age_to: age_to?,
            practitioners: sheet.ticked("practitioners"),
            requires: sheet.ticked("requires"),
        })
    })();
    row.done(made)
}

/// A code made of a name: Latin letters, digits, hyphens. Empty where nothing of it can be written so.
#[must_use]
pub fn slug(name: &str) -> String {
    const LETTERS: [(char, &str); 33] = [
        ('а', "a"),
        ('б', "b"),
        ('в', "v"),
        ('г', "g"),
        ('д', "d"),
        ('е', "e"),
        ('ё', "e"),
        ('ж', "zh"),
        ('з', "z"),
        ('и', "i"),
        ('й', "y"),
        ('к', "k"),
        ('л', "l"),
        ('м', "m"),
        ('н', "n"),
        ('о', "o"),
        ('п', "p"),
        ('р', "r"),
        ('с', "s"),
        ('т', "t"),
        ('у', "u"),
        ('ф', "f"),
        ('х', "kh"),
        ('ц', "ts"),
        ('ч', "ch"),
        ('ш', "sh"),
        ('щ', "sch"),
        ('ъ', ""),
        ('ы', "y"),
        ('ь', ""),
        ('э', "e"),
        ('ю', "yu"),
        ('я', "ya"),
    ];
    let mut made = String::new();
    for sign in name.to_lowercase().chars() {
        match LETTERS.iter().find(|(letter, _)| *letter == sign) {
            Some((_, latin)) => made.push_str(latin),
            None if sign.is_ascii_alphanumeric() => made.push(sign),
            None if !made.is_empty() && !made.ends_with('-') => made.push('-'),
            None => {}
        }
    }
    made.truncate(40);
    made.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Form(BTreeMap<&'static str, &'static str>);

    impl Sheet for Form {
        fn field(&self, name: &str) -> String {
            self.0.get(name).copied().unwrap_or_default().to_owned()
        }

        fn ticked(&self, list: &str) -> Vec<String> {
            let prefix = format!("{list}.");
            let names = self.0.keys().filter_map(|name| name.strip_prefix(&prefix));
            names.map(str::to_owned).collect()
        }
    }

    #[test]
    fn a_code_is_made_of_a_name() {
        for (name, code) in [
            ("Щукина Юлия", "schukina-yuliya"),
            ("  УЗИ — брюшная полость ", "uzi-bryushnaya-polost"),
            ("Кабинет №7", "kabinet-7"),
            ("ъь", ""),
        ] {
            assert_eq!(slug(name), code, "{name}");
        }
    }

    #[test]
    fn every_flaw_of_a_form_is_told_at_its_field() {
        let form = Form(BTreeMap::from([
            ("title", "Приём"),
            ("duration", "полчаса"),
            ("price", "-5"),
            ("age_from", "18"),
            ("age_to", "7"),
        ]));
        let flaws = service(&form, None).expect_err("it cannot be");
        let fields: Vec<&str> = flaws.iter().map(|flaw| flaw.field.as_str()).collect();
        assert_eq!(fields, ["duration", "price", "age_to"]);
        assert_eq!(
            flaws[0].says(Language::Ru),
            "Это не целое число от 1 до 1440. Напишите его цифрами."
        );
    }

    #[test]
    fn a_form_makes_what_it_says() {
        let form = Form(BTreeMap::from([
            ("title", "Приём терапевта"),
            ("duration", "30"),
            ("price", "1 800"),
            ("practitioners.anna", "yes"),
        ]));
        let made = service(&form, None).expect("a service");
        assert_eq!(
            (made.code.as_str(), made.price, made.step),
            ("priem-terapevta", 180_000, 30)
        );
        assert_eq!(made.practitioners, ["anna"]);
        assert_eq!(service(&form, Some("old")).expect("a service").code, "old");
    }
}
