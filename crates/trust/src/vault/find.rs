//! Finding a person at the desk: by phone, its last four digits, e-mail, surname with birth date or with the first letter of
//! the given name. What is found is shown masked; each who was found reads of it in their own part of the journal.

use std::collections::BTreeMap;

use kernel::{BirthDate, Email, Fault, PersonId, Phone};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::core::IndexTerm;
use super::lookup::{Known, terms_of};
use super::opening::Opened;
use super::person::Standing;
use super::table::person;
use crate::act::Act;

/// What somebody is looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// A whole telephone number.
    Phone(Phone),
    /// The last four digits of one.
    LastFour(String),
    /// An e-mail address.
    Email(Email),
    /// A surname and a date of birth.
    SurnameBirth(kernel::Personal<String>, BirthDate),
    /// A surname and the first letter of the given name.
    SurnameInitial(kernel::Personal<String>, kernel::Personal<String>),
}

impl Sought {
    /// The word in the journal: by what kind of thing, never which.
    #[must_use]
    pub const fn by(&self) -> &'static str {
        match self {
            Self::Phone(_) => "phone",
            Self::LastFour(_) => "phone_last4",
            Self::Email(_) => "email",
            Self::SurnameBirth(..) => "surname_birth",
            Self::SurnameInitial(..) => "surname_initial",
        }
    }

    fn term(&self) -> Option<IndexTerm> {
        match self {
            Self::Phone(phone) => IndexTerm::phone(phone.reveal()),
            Self::LastFour(digits) => IndexTerm::phone_last4(digits),
            Self::Email(email) => IndexTerm::email(email.reveal()),
            Self::SurnameBirth(surname, born) => {
                IndexTerm::surname_birth(surname.reveal(), &born.reveal().to_string())
            }
            Self::SurnameInitial(surname, given) => {
                IndexTerm::surname_initial(surname.reveal(), given.reveal())
            }
        }
    }
}

/// A person with most of everything hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// «П•••••••а А. С.»; empty where no name is known.
    pub name: String,
    /// The year of birth.
    pub born: Option<i16>,
    /// «+7 *** ***-09-13».
    pub phone: Option<String>,
    /// «a•••@mail.ru».
    pub email: Option<String>,
    /// Whether an identity was confirmed.
    pub identified: bool,
}

impl Act {
    /// Persons who fit what is sought, told by nobody to anybody yet. Fifty at most.
    ///
    /// # Errors
    /// The database's; a value that is not what was sealed.
    pub async fn find_persons(&mut self, sought: &Sought) -> Result<Vec<PersonId>, Fault> {
        let Some(term) = sought.term() else {
            return Ok(Vec::new());
        };
        let nobody = PersonId::from_uuid(Uuid::nil());
        let candidates = self.candidates(nobody, std::slice::from_ref(&term)).await?;
        let known = self.known(&candidates).await?;
        Ok(known
            .into_iter()
            .filter(|(_, values)| {
                terms_of(&Known::of(values))
                    .iter()
                    .any(|one| one.matches(&term))
            })
            .map(|(person, _)| person)
            .collect())
    }

    /// These persons, masked. Each reads in their own part of the journal that they were shown so: `why` is the line there.
    ///
    /// # Errors
    /// A person's key is gone; a value that is not what was sealed.
    pub async fn masks(
        &mut self,
        persons: &[PersonId],
        why: &'static str,
    ) -> Result<BTreeMap<PersonId, Masked>, Fault> {
        let known = self.known(persons).await?;
        let identified: Vec<Uuid> = person::Entity::find()
            .filter(person::Column::Id.is_in(persons.iter().map(|person| person.uuid())))
            .filter(person::Column::Standing.eq(Standing::Identified.code()))
            .all(self.db())
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        let patronymics = self.patronymics(persons).await?;
        let of = self.id().uuid();
        let mut masks = BTreeMap::new();
        for (person, values) in known {
            self.note(person, why, of).await?;
            let patronymic = patronymics.get(&person).copied();
            let standing = identified.contains(&person.uuid());
            masks.insert(person, masked(&values, patronymic, standing));
        }
        Ok(masks)
    }

    /// Whether one of these persons has a surname that stands in this name. Told to nobody by whom.
    pub(crate) async fn has_surname_of(
        &mut self,
        persons: &[PersonId],
        name: &str,
    ) -> Result<bool, Fault> {
        let known = self.known(persons).await?;
        let same = |surname: &str, word: &str| {
            IndexTerm::surname_initial(surname, "a")
                .zip(IndexTerm::surname_initial(word, "a"))
                .is_some_and(|(one, other)| one.matches(&other))
        };
        Ok(known.values().any(|values| {
            let surname = values.get("surname");
            surname.is_some_and(|surname| {
                name.split_whitespace()
                    .any(|word| same(surname.reveal(), word))
            })
        }))
    }

    /// Whether somebody is there: with a key, neither destroyed nor made up.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_there(&self, person: PersonId) -> Result<bool, Fault> {
        use super::table::person_key;
        let row = person_key::Entity::find_by_id(person.uuid())
            .one(self.db())
            .await?;
        Ok(row.is_some())
    }

    /// First letters of patronymics.
    async fn patronymics(
        &mut self,
        persons: &[PersonId],
    ) -> Result<BTreeMap<PersonId, char>, Fault> {
        use super::table::sealed_field;
        let rows = sealed_field::Entity::find()
            .filter(sealed_field::Column::Person.is_in(persons.iter().map(|person| person.uuid())))
            .filter(sealed_field::Column::Place.eq("person"))
            .filter(sealed_field::Column::Field.eq("patronymic"))
            .all(self.db())
            .await?;
        let mut letters = BTreeMap::new();
        for row in rows {
            let person = PersonId::from_uuid(row.person);
            let value = self.read_sealed(person, &row).await?;
            if let Some(first) = value.reveal().chars().next() {
                letters.insert(person, first);
            }
        }
        Ok(letters)
    }
}

fn masked(values: &Opened, patronymic: Option<char>, identified: bool) -> Masked {
    let value = |field: &str| values.get(field).map(|value| value.reveal().as_str());
    let mut name = value("surname").map(hidden).unwrap_or_default();
    let given = value("given_name").and_then(|given| given.chars().next());
    for letter in [given, patronymic].into_iter().flatten() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(letter.to_uppercase());
        name.push('.');
    }
    Masked {
        name,
        born: value("birth_date").and_then(|date| date.get(..4)?.parse().ok()),
        phone: value("phone")
            .and_then(|phone| Phone::parse(phone).ok())
            .map(|phone| phone.mask()),
        email: value("email").and_then(|email| {
            let (local, domain) = email.rsplit_once('@')?;
            Some(format!("{}•••@{domain}", local.chars().next()?))
        }),
        identified,
    }
}

/// The first and the last letter, points between: «П•••••••а». A short one keeps the first alone.
fn hidden(surname: &str) -> String {
    let letters: Vec<char> = surname.chars().collect();
    match letters.as_slice() {
        [first, middle @ .., last] if letters.len() > 3 => {
            let mut out = String::from(*first);
            out.extend(std::iter::repeat_n('•', middle.len()));
            out.push(*last);
            out
        }
        [first, rest @ ..] => {
            let mut out = String::from(*first);
            out.extend(std::iter::repeat_n('•', rest.len()));
            out
        }
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Personal;

    #[test]
    fn a_mask_shows_enough_to_tell_apart_and_no_more() {
        let values: Opened = [
            ("surname", "Пчёлкина"),
            ("given_name", "анна"),
            ("birth_date", "1986-11-24"),
            ("phone", "+79167770913"),
            ("email", "anna.p@mail.example"),
        ]
        .into_iter()
        .map(|(field, value)| (field.to_owned(), Personal::new(value.to_owned())))
        .collect();
        let mask = masked(&values, Some('с'), true);
        assert_eq!(mask.name, "П••••••а А. С.");
        assert_eq!(mask.born, Some(1986));
        assert_eq!(mask.phone.as_deref(), Some("+7 *** ***-09-13"));
        assert_eq!(mask.email.as_deref(), Some("a•••@mail.example"));
        assert_eq!(hidden("Цой"), "Ц••");
        let nobody = masked(&Opened::new(), None, false);
        assert_eq!(
            (nobody.name.as_str(), nobody.born, nobody.phone),
            ("", None, None)
        );
    }
}
