//! The people whom a filled-in form of booking names, as the house takes them. The form was read by its declaration
//! before: what is not there now was never declared.

use clinic::booking::{Basis, Booker, Patient, Representative, Values, beyond};
use jiff::civil::Date;
use kernel::{BirthDate, Email, Fault, NamePart, PersonName, Phone};
use trust::consent::declaration::{ForWhom, Party};

use crate::fields::Answers;

/// Who is named.
pub(crate) struct Parties {
    /// The patient.
    pub(crate) patient: Patient,
    /// The legal representative.
    pub(crate) representative: Option<Representative>,
    /// Who books for another adult.
    pub(crate) booker: Option<Booker>,
    /// What else the declaration asks.
    pub(crate) more: Values,
}

impl Parties {
    /// Takes them from the answers; `today` is the date at the clinic.
    ///
    /// # Errors
    /// The declaration does not ask what booking needs.
    pub(crate) fn of(answers: &Answers, for_whom: ForWhom, today: Date) -> Result<Self, Fault> {
        let name = |party| -> Result<PersonName, Fault> {
            Ok(PersonName {
                surname: NamePart::parse(needed(answers, party, "surname")?)?,
                given_name: NamePart::parse(needed(answers, party, "given_name")?)?,
                patronymic: answers
                    .get(party, "patronymic")
                    .map(NamePart::parse)
                    .transpose()?,
            })
        };
        let phone = |party| Ok::<_, Fault>(Phone::parse(needed(answers, party, "phone")?)?);
        let patient = Patient {
            name: name(Party::Patient)?,
            birth_date: BirthDate::parse(needed(answers, Party::Patient, "birth_date")?, today)?,
            phone: answers
                .get(Party::Patient, "phone")
                .map(Phone::parse)
                .transpose()?,
            email: answers
                .get(Party::Patient, "email")
                .map(Email::parse)
                .transpose()?,
        };
        let parties = for_whom.parties();
        let representative = if parties.contains(&Party::Representative) {
            let basis = Basis::from_code(needed(answers, Party::Representative, "basis")?);
            Some(Representative {
                name: name(Party::Representative)?,
                phone: phone(Party::Representative)?,
                basis: basis.ok_or_else(|| {
                    Fault::broken("booking declares a basis that it does not know")
                })?,
            })
        } else {
            None
        };
        let booker = if parties.contains(&Party::Booker) {
            let given_name = NamePart::parse(needed(answers, Party::Booker, "given_name")?)?;
            Some(Booker {
                given_name,
                phone: phone(Party::Booker)?,
            })
        } else {
            None
        };
        Ok(Self {
            patient,
            representative,
            booker,
            more: beyond(&answers.values),
        })
    }
}

fn needed<'a>(answers: &'a Answers, party: Party, code: &str) -> Result<&'a str, Fault> {
    answers.get(party, code).ok_or_else(|| {
        Fault::broken(format!(
            "booking needs the field {code}, and its declaration does not ask it"
        ))
    })
}
