//! Looking for a person: by phone, its last four digits, e-mail, surname with birth date or with an initial.

use jiff::civil::Date;
use kernel::{BirthDate, Email, Fault, Outcome, PersonId, Personal, Phone, Purpose, Scope, Stop};
use serde_json::json;
use trust::Act;
use trust::access::{Action, Reach};
use trust::journal::Kind;
use trust::vault::{Masked, Sought};

use super::refusal::ours;
use super::{People, Refusal};
use crate::booking::{AppointmentOf, appointments_of};

/// Persons shown at once.
const MOST: usize = 20;

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The person.
    pub person: PersonId,
    /// What is shown of them.
    pub masked: Masked,
    /// Their latest appointment within reach.
    pub last: Option<AppointmentOf>,
}

/// What a line that was typed asks for; `today` is the date at the clinic.
#[must_use]
pub fn sought(typed: &str, today: Date) -> Option<Sought> {
    let typed = typed.trim();
    if typed.contains('@') {
        return Email::parse(typed).ok().map(Sought::Email);
    }
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let is_number = typed
        .chars()
        .all(|sign| sign.is_ascii_digit() || "+()- \u{a0}".contains(sign));
    if is_number && digits > 0 {
        return if digits == 4 {
            let four = typed.chars().filter(char::is_ascii_digit).collect();
            Some(Sought::LastFour(four))
        } else {
            Phone::parse(typed).ok().map(Sought::Phone)
        };
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (surname, rest) = words.split_first()?;
    let last = rest.last()?;
    let surname = Personal::new((*surname).to_owned());
    if last.starts_with(|first: char| first.is_ascii_digit()) {
        let born = BirthDate::parse(&spelled(last), today).ok()?;
        return Some(Sought::SurnameBirth(surname, born));
    }
    let given = rest.first()?;
    given
        .starts_with(char::is_alphabetic)
        .then(|| Sought::SurnameInitial(surname, Personal::new((*given).to_owned())))
}

/// A date as it is kept: `24.11.1986` and `24111986` become `1986-11-24`.
fn spelled(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 && !typed.contains('-') {
        format!("{}-{}-{}", &digits[4..], &digits[2..4], &digits[..2])
    } else {
        typed.to_owned()
    }
}

/// The latest appointment within reach of each, in the order of the list; whoever has none is left out.
pub(super) fn within(
    reach: &Reach,
    appointments: &[AppointmentOf],
    of: PersonId,
) -> Option<AppointmentOf> {
    appointments
        .iter()
        .find(|one| one.person == of && reach.has(&one.place()))
        .cloned()
}

impl People {
    /// Persons within reach who fit what is sought, masked. That they were found stands in the journal of each.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn find(&self, scope: Scope, sought: Sought) -> Outcome<Vec<Found>, Refusal> {
        self.trust
            .act("people.find", scope, move |act| {
                let sought = sought.clone();
                Box::pin(async move { find_in(act, &sought).await })
            })
            .await
    }
}

async fn find_in(act: &mut Act, sought: &Sought) -> Outcome<Vec<Found>, Refusal> {
    let employee = act.allowed(Action::FindPerson).await.map_err(ours)?;
    let persons = act.find_persons(sought).await?;
    let appointments = appointments_of(act, &persons).await?;
    let purpose = act.scope().purpose;
    let mut seen = Vec::new();
    for person in persons {
        let last = within(&employee.reach, &appointments, person);
        let everywhere = employee.reach == Reach::default();
        if (last.is_some() || everywhere) && is_served(act, person, purpose).await? {
            seen.push((person, last));
        }
    }
    seen.sort_by_key(|(_, last)| last.as_ref().map(|last| std::cmp::Reverse(last.start)));
    seen.truncate(MOST);
    let ids: Vec<PersonId> = seen.iter().map(|(person, _)| *person).collect();
    let mut masks = act.masks(&ids, "found.masked").await?;
    let found = seen.into_iter().filter_map(|(person, last)| {
        Some(Found {
            person,
            masked: masks.remove(&person)?,
            last,
        })
    });
    let found: Vec<Found> = found.collect();
    act.record(
        Kind::PeopleSearched,
        json!({ "by": sought.by(), "found": found.len() }),
    )?;
    Ok(found)
}

/// Whether a person may be dealt with for this purpose; after a withdrawal only the responsible person finds them.
pub(super) async fn is_served(
    act: &Act,
    person: PersonId,
    purpose: Purpose,
) -> Result<bool, Fault> {
    let asked = match purpose {
        Purpose::Rights | Purpose::Disclosure | Purpose::Safeguard => purpose,
        // Whoever may be served may be looked for.
        _ => Purpose::Services,
    };
    act.may_process(person, asked).await
}

/// So that a refusal of this room can be told from a fault.
pub(super) fn refused<T>(refusal: Refusal) -> Outcome<T, Refusal> {
    Err(Stop::Refused(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_line_is_understood_as_people_type_it() {
        let by = |typed: &str| sought(typed, date(2026, 11, 23)).map(|sought| sought.by());
        for (typed, kind) in [
            ("0913", "phone_last4"),
            ("09-13", "phone_last4"),
            ("8 916 777-09-13", "phone"),
            ("+7 (916) 777-09-13", "phone"),
            ("anna@mail.example", "email"),
            ("Пчёлкина 24.11.1986", "surname_birth"),
            ("пчелкина 24111986", "surname_birth"),
            ("Пчёлкина 1986-11-24", "surname_birth"),
            ("Пчёлкина А", "surname_initial"),
            ("Пчёлкина Анна Сергеевна", "surname_initial"),
            ("Пчёлкина а.", "surname_initial"),
        ] {
            assert_eq!(by(typed), Some(kind), "{typed}");
        }
        for typed in [
            "",
            "   ",
            "12",
            "123",
            "Пчёлкина",
            "@",
            "Пчёлкина 99.99.1986",
            "Пчёлкина 24.11.2086",
            "12345 12345 12345 12345",
        ] {
            assert_eq!(by(typed), None, "{typed}");
        }
    }
}
