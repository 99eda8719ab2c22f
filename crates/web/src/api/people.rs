//! The people a form names: their fields held against the declaration, then parsed by the kernel's own types.
//!
//! *Invariant*: what leaves here was declared, was asked for in this case, and has been parsed.

use std::collections::BTreeMap;

use clinic::booking::{Basis, Booker, Patient, Representative, Values};
use jiff::civil::Date;
use kernel::{BirthDate, BirthDateError, Email, NameError, NamePart, PersonName, Personal, Phone};
use serde_json::{Map, Value};
use trust::consent::declaration::{Coded, Declaration, Field, ForWhom, Kind, Party, Reason};

use super::flaw::{Flaws, What};
use super::json::step;

/// The objects of a body that hold people.
pub(super) const PARTIES: [&str; 3] = ["patient", "representative", "booker"];

/// The codes of those for whom a service is asked.
pub(super) const FOR_WHOM: [&str; 4] = ["self", "child", "ward", "adult"];

/// Values by party and field, each parsed and in its normal form.
pub(super) type People = Values;

/// The fields of one party.
pub(super) type Person = BTreeMap<String, Personal<String>>;

/// Reads the people of a body. `today` is the date at the clinic.
pub(super) fn people(
    declaration: &Declaration,
    for_whom: ForWhom,
    body: &Map<String, Value>,
    today: Date,
    flaws: &mut Flaws,
) -> People {
    let mut submitted = Map::new();
    for party in PARTIES {
        if let Some(object) = body.get(party) {
            submitted.insert(party.to_owned(), object.clone());
        }
    }
    for refusal in declaration.check(for_whom, &submitted) {
        let what = match refusal.reason {
            // The declaration speaks to people; a program is told the one form that it may send.
            Reason::Shape(Kind::BirthDate) => What::BirthDate(BirthDateError::Malformed),
            reason => What::Declared(reason),
        };
        flaws.add(refusal.pointer, what);
    }
    let mut people = People::new();
    for field in declaration.fields_for(for_whom) {
        let given = submitted
            .get(field.party.code())
            .and_then(|object| object.get(&field.code));
        let Some(text) = given
            .filter(|value| field.refuses(value).is_none())
            .and_then(written)
        else {
            continue;
        };
        match normal(field, text.reveal().trim(), today) {
            Ok(value) => {
                people
                    .entry(field.party)
                    .or_default()
                    .insert(field.code.clone(), value);
            }
            Err(what) => flaws.add(pointer(field.party, &field.code), what),
        }
    }
    people
}

/// The text of a value; none where it was left blank.
fn written(value: &Value) -> Option<Personal<String>> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.trim().is_empty()).then(|| Personal::new(text))
}

/// The value in its normal form: the kernel's types have the last word.
fn normal(field: &Field, text: &str, today: Date) -> Result<Personal<String>, What> {
    let shape = |kind| What::Declared(Reason::Shape(kind));
    let kind = field.kind;
    let text = match kind {
        Kind::Surname | Kind::GivenName | Kind::Patronymic | Kind::Name => NamePart::parse(text)
            .map(|name| name.reveal().to_owned())
            .map_err(|error| match error {
                NameError::Empty => What::Missing,
                NameError::TooLong => {
                    What::Declared(Reason::TooLong(kernel::limits::NAME_CHARACTERS))
                }
                NameError::Hidden => What::Declared(Reason::Characters),
                NameError::Foreign => shape(kind),
            })?,
        Kind::BirthDate => BirthDate::parse(text, today)
            .map(|date| date.reveal().to_string())
            .map_err(What::BirthDate)?,
        Kind::Phone => Phone::parse(text)
            .map(|phone| phone.reveal().to_owned())
            .map_err(|_| shape(kind))?,
        Kind::Email => Email::parse(text)
            .map(|email| email.reveal().to_owned())
            .map_err(|_| shape(kind))?,
        Kind::Age
        | Kind::Choice
        | Kind::Text
        | Kind::Inn
        | Kind::Year
        | Kind::Amount
        | Kind::Recorded => text.to_owned(),
    };
    Ok(Personal::new(text))
}

/// The patient of a booking.
pub(super) fn patient(people: &People, today: Date, flaws: &mut Flaws) -> Option<Patient> {
    let mut read = Reading {
        party: Party::Patient,
        person: people.get(&Party::Patient),
        flaws,
    };
    let name = read.name();
    let birth_date = read.needed("birth_date", |text| BirthDate::parse(text, today).ok());
    let phone = read.given("phone", |text| Phone::parse(text).ok());
    let email = read.given("email", |text| Email::parse(text).ok());
    Some(Patient {
        name: name?,
        birth_date: birth_date?,
        phone,
        email,
    })
}

/// The legal representative of a booking, if one is named.
pub(super) fn representative(people: &People, flaws: &mut Flaws) -> Option<Representative> {
    let person = people.get(&Party::Representative)?;
    let mut read = Reading {
        party: Party::Representative,
        person: Some(person),
        flaws,
    };
    let name = read.name();
    let phone = read.needed("phone", |text| Phone::parse(text).ok());
    let basis = read.needed("basis", Basis::from_code);
    Some(Representative {
        name: name?,
        phone: phone?,
        basis: basis?,
    })
}

/// Who books for another adult, if one is named.
pub(super) fn booker(people: &People, flaws: &mut Flaws) -> Option<Booker> {
    let person = people.get(&Party::Booker)?;
    let mut read = Reading {
        party: Party::Booker,
        person: Some(person),
        flaws,
    };
    let given_name = read.needed("given_name", |text| NamePart::parse(text).ok());
    let phone = read.needed("phone", |text| Phone::parse(text).ok());
    Some(Booker {
        given_name: given_name?,
        phone: phone?,
    })
}

/// What a booking needs whatever its declaration says is told as missing here.
struct Reading<'a> {
    party: Party,
    person: Option<&'a Person>,
    flaws: &'a mut Flaws,
}

impl Reading<'_> {
    fn given<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        parse(self.person?.get(field)?.reveal())
    }

    fn needed<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.given(field, parse);
        if value.is_none() {
            self.flaws.add(pointer(self.party, field), What::Missing);
        }
        value
    }

    fn name(&mut self) -> Option<PersonName> {
        let surname = self.needed("surname", |text| NamePart::parse(text).ok());
        let given_name = self.needed("given_name", |text| NamePart::parse(text).ok());
        let patronymic = self.given("patronymic", |text| NamePart::parse(text).ok());
        Some(PersonName {
            surname: surname?,
            given_name: given_name?,
            patronymic,
        })
    }
}

fn pointer(party: Party, field: &str) -> String {
    format!("/{}{}", party.code(), step(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use kernel::Language;
    use serde_json::json;
    use trust::consent::declaration::{Whitelist, bundled};

    const TODAY: Date = date(2026, 11, 24);

    fn read(for_whom: ForWhom, body: &Value) -> (People, String) {
        let whitelist = Whitelist::parse(bundled::WHITELIST).unwrap();
        let declaration = Declaration::parse(bundled::BOOKING, &whitelist).unwrap();
        let mut flaws = Flaws::new(Language::Ru);
        let people = people(
            &declaration,
            for_whom,
            body.as_object().unwrap(),
            TODAY,
            &mut flaws,
        );
        if flaws_are_none(&flaws) {
            patient(&people, TODAY, &mut flaws);
            representative(&people, &mut flaws);
            booker(&people, &mut flaws);
        }
        (people, format!("{flaws:?}"))
    }

    fn flaws_are_none(flaws: &Flaws) -> bool {
        format!("{flaws:?}").ends_with("list: [] }")
    }

    fn anna() -> Value {
        json!({ "surname": " Пчёлкина ", "given_name": "Анна", "birth_date": "1986-11-24", "phone": "8 916 777-09-13", "email": "A@Example.RU" })
    }

    #[test]
    fn a_form_is_read_into_its_normal_form() {
        let (people, flaws) = read(
            ForWhom::Myself,
            &json!({ "patient": anna(), "service": "ignored here" }),
        );
        assert!(flaws.ends_with("list: [] }"), "{flaws}");
        let anna = &people[&Party::Patient];
        for (field, value) in [
            ("surname", "Пчёлкина"),
            ("phone", "+79167770913"),
            ("email", "A@example.ru"),
            ("birth_date", "1986-11-24"),
        ] {
            assert_eq!(anna[field].reveal(), value);
        }
    }

    #[test]
    fn a_child_comes_with_a_representative_whose_phone_is_enough() {
        let child =
            json!({ "surname": "Пчёлкин", "given_name": "Пётр", "birth_date": "2020-02-29" });
        let mother = json!({ "surname": "Пчёлкина", "given_name": "Анна", "phone": "89167770913", "basis": "parent" });
        let (people, flaws) = read(
            ForWhom::Child,
            &json!({ "patient": child, "representative": mother }),
        );
        assert!(flaws.ends_with("list: [] }"), "{flaws}");
        assert_eq!(people.len(), 2);
        let (_, flaws) = read(ForWhom::Child, &json!({ "patient": child }));
        assert!(flaws.contains("/representative/phone"), "{flaws}");
        assert!(!flaws.contains("/patient/phone"), "one is missing: {flaws}");
    }

    #[test]
    fn each_bad_value_is_told_by_its_place_and_never_repeated() {
        let bad = json!({
            "surname": "<b>Пчёлкина</b>", "given_name": "Ан\u{202e}на", "patronymic": 5, "birth_date": "2026-11-25",
            "phone": "+7 916", "email": "a@b", "sex": "f",
        });
        let (_, flaws) = read(
            ForWhom::Myself,
            &json!({ "patient": bad, "representative": { "surname": "Я" } }),
        );
        for place in [
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "phone",
            "email",
            "sex",
        ] {
            assert!(
                flaws.contains(&format!("\"/patient/{place}\"")),
                "{place}: {flaws}"
            );
        }
        assert!(
            flaws.contains("(\"/representative\", Declared(NotAsked))"),
            "{flaws}"
        );
        for value in ["<b>", "916", "a@b"] {
            assert!(!flaws.contains(value), "{value}: {flaws}");
        }
    }

    #[test]
    fn dates_are_iso_in_json() {
        for (typed, fine) in [
            ("1986-11-24", true),
            ("24.11.1986", false),
            ("24111986", false),
            ("24/11/1986", false),
            ("1986-02-30", false),
            ("1886-11-24", false),
        ] {
            let mut patient = anna();
            patient["birth_date"] = typed.into();
            let (_, flaws) = read(ForWhom::Myself, &json!({ "patient": patient }));
            assert_eq!(flaws.ends_with("list: [] }"), fine, "{typed}: {flaws}");
            let told = "(\"/patient/birth_date\", BirthDate(";
            assert_eq!(flaws.contains(told), !fine, "{typed}: {flaws}");
        }
    }
}
