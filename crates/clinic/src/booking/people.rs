//! The people whom a booking names, and how their data is sealed: each is a person of their own, what identifies
//! them belongs to them, the rest to the appointment.

use std::collections::BTreeMap;

use kernel::{
    AppointmentId, BirthDate, Email, Fault, NamePart, Outcome, PersonId, PersonName, Personal,
    Phone,
};
use trust::Act;
use trust::consent::Parties;
use trust::consent::declaration::Party;
use trust::vault::{Known, Record};

use super::NewBooking;
use super::refusal::Refusal;

/// What a form says, by party and field.
pub type Values = BTreeMap<Party, BTreeMap<String, Personal<String>>>;

/// Who comes.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Their name.
    pub name: PersonName,
    /// Their date of birth.
    pub birth_date: BirthDate,
    /// Their telephone; may be absent where a representative's or booker's is given.
    pub phone: Option<Phone>,
    /// Their e-mail, if they gave one.
    pub email: Option<Email>,
}

/// On what ground somebody acts for the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A parent.
    Parent,
    /// A guardian.
    Guardian,
    /// By a power of attorney.
    Attorney,
}

impl Basis {
    /// The word in rows and requests.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Attorney => "attorney",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Parent, Self::Guardian, Self::Attorney]
            .into_iter()
            .find(|basis| basis.code() == code)
    }
}

/// The legal representative of a child or ward.
#[derive(Clone, Debug)]
pub struct Representative {
    /// Their name.
    pub name: PersonName,
    /// Their telephone.
    pub phone: Phone,
    /// The ground.
    pub basis: Basis,
}

/// Who books for another adult.
#[derive(Clone, Debug)]
pub struct Booker {
    /// What to call them.
    pub given_name: NamePart,
    /// Their telephone.
    pub phone: Phone,
}

/// The fields that booking has names for.
const fn understood(party: Party) -> &'static [&'static str] {
    match party {
        Party::Patient => &[
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "phone",
            "email",
        ],
        Party::Representative => &["surname", "given_name", "patronymic", "phone", "basis"],
        Party::Booker => &["given_name", "phone"],
    }
}

/// What of a form booking has no names for: fields that a clinic's own declaration asks beside (policy clause 2.4).
#[must_use]
pub fn beyond(values: &Values) -> Values {
    let mut beyond = Values::new();
    for (party, fields) in values {
        for (field, value) in fields {
            if !understood(*party).contains(&field.as_str()) {
                beyond
                    .entry(*party)
                    .or_default()
                    .insert(field.clone(), value.clone());
            }
        }
    }
    beyond
}

/// Seals everybody whom the form names, as people of their own: a stated contact finds nobody.
pub(super) async fn seal(
    act: &mut Act,
    id: AppointmentId,
    booking: &NewBooking,
) -> Outcome<Parties, Refusal> {
    let patient = act.new_person();
    let of = &booking.patient;
    let birth_date = of.birth_date.reveal().to_string();
    seal_name(act, patient, &of.name).await?;
    let record = Record::person(patient);
    act.seal(patient, record, "birth_date", &birth_date).await?;
    if let Some(phone) = &of.phone {
        act.seal(patient, record, "phone", phone.reveal()).await?;
    }
    if let Some(email) = &of.email {
        act.seal(patient, record, "email", email.reveal()).await?;
    }
    act.index_person(
        patient,
        &Known {
            surname: Some(of.name.surname.reveal()),
            given_name: Some(of.name.given_name.reveal()),
            birth_date: Some(&birth_date),
            phone: of.phone.as_ref().map(Phone::reveal),
            email: of.email.as_ref().map(Email::reveal),
        },
    );
    let representative = match &booking.representative {
        None => None,
        Some(of) => {
            let person = act.new_person();
            seal_name(act, person, &of.name).await?;
            act.seal(person, Record::person(person), "phone", of.phone.reveal())
                .await?;
            act.index_person(
                person,
                &Known {
                    surname: Some(of.name.surname.reveal()),
                    given_name: Some(of.name.given_name.reveal()),
                    phone: Some(of.phone.reveal()),
                    ..Default::default()
                },
            );
            Some(person)
        }
    };
    let booker = match &booking.booker {
        None => None,
        Some(of) => {
            let person = act.new_person();
            act.seal(
                person,
                Record::person(person),
                "given_name",
                of.given_name.reveal(),
            )
            .await?;
            act.seal(person, Record::person(person), "phone", of.phone.reveal())
                .await?;
            act.index_person(
                person,
                &Known {
                    phone: Some(of.phone.reveal()),
                    ..Default::default()
                },
            );
            Some(person)
        }
    };
    let parties = Parties {
        for_whom: booking.for_whom,
        patient,
        representative,
        booker,
    };
    seal_more(act, id, &parties, &booking.more).await?;
    Ok(parties)
}

async fn seal_more(
    act: &mut Act,
    id: AppointmentId,
    parties: &Parties,
    more: &Values,
) -> Outcome<(), Refusal> {
    let record = Record {
        place: "appointment",
        id: id.uuid(),
    };
    for (party, fields) in more {
        let person = parties.of(*party).ok_or_else(|| {
            Fault::broken("a form says something of a party that it does not name")
        })?;
        for (field, value) in fields {
            act.seal(person, record, field, value.reveal()).await?;
        }
    }
    Ok(())
}

async fn seal_name(act: &mut Act, person: PersonId, name: &PersonName) -> Outcome<(), Refusal> {
    let record = Record::person(person);
    act.seal(person, record, "surname", name.surname.reveal())
        .await?;
    act.seal(person, record, "given_name", name.given_name.reveal())
        .await?;
    if let Some(patronymic) = &name.patronymic {
        act.seal(person, record, "patronymic", patronymic.reveal())
            .await?;
    }
    Ok(())
}
