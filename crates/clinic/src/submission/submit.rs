//! Receiving a form: checked against its declaration, sealed field by field, recorded.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{
    BirthDate, Case, Fault, Outcome, PersonId, Personal, Scope, Stop, SubmissionId, entropy,
};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trust::Act;
use trust::consent::declaration::{Coded, Declaration, ForWhom, Party};
use trust::consent::{ConsentProblem, Decided, Form, Parties};
use trust::journal::Kind;
use trust::vault::{Known, Once, Record};

use super::Submissions;
use super::table::submission;
use crate::booking::{self, Values};

/// A form, checked field by field at the door.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// For whom.
    pub for_whom: ForWhom,
    /// Values by party and field.
    pub values: Values,
    /// The date at the clinic: who may decide for whom goes by it.
    pub today: Date,
    /// The boxes as they came back.
    pub consents: Vec<Decided>,
    /// Where and how they were shown.
    pub form: Form,
}

/// A received form: what its sender gets, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// Its id.
    pub id: SubmissionId,
    /// The secret of its link.
    pub token: String,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The service is not asked for in this case, or the form names nobody.
    NotForThem,
    /// The patient is under 18 and cannot decide for themselves (ГК РФ ст. 21).
    NotAdult,
    /// The patient is 18 or older and nobody's child in law.
    NotChild,
    /// Boxes are missing, outdated or not asked.
    Consents(Vec<ConsentProblem>),
    /// The idempotency key came with another body.
    AnotherBody,
}

impl Submissions {
    /// Receives a form of a declared service.
    ///
    /// # Errors
    /// [`Refusal`]; or a fault, and then nothing was done.
    pub async fn submit(
        &self,
        declaration: &Declaration,
        new: NewSubmission,
        once: Option<Once>,
    ) -> Outcome<Submitted, Refusal> {
        let shared = Arc::new((declaration.clone(), new, once));
        self.trust
            .act("submission.submit", Scope::visitor(), move |act| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (declaration, new, once) = shared.as_ref();
                    submit(act, declaration, new, once.as_ref()).await
                })
            })
            .await
    }
}

async fn submit(
    act: &mut Act,
    declaration: &Declaration,
    new: &NewSubmission,
    once: Option<&Once>,
) -> Outcome<Submitted, Refusal> {
    let answered = act
        .answered(once)
        .await
        .map_err(|stop| stop.map_refusal(|_| Refusal::AnotherBody))?;
    if let Some(submitted) = answered {
        return Ok(submitted);
    }
    if !declaration.for_whom.contains(&new.for_whom) || !new.values.contains_key(&Party::Patient) {
        return Err(Stop::Refused(Refusal::NotForThem));
    }
    check_age(new)?;
    let problems = act
        .check_consents(declaration, new.for_whom, new.form.language, &new.consents)
        .await?;
    if !problems.is_empty() {
        return Err(Stop::Refused(Refusal::Consents(problems)));
    }
    let id = SubmissionId::from_uuid(entropy::ordered_id(act.now()));
    act.about(Case::submission(id));
    let mut persons = BTreeMap::new();
    for (party, values) in &new.values {
        persons.insert(*party, seal(act, id, values).await?);
    }
    let parties = Parties {
        for_whom: new.for_whom,
        patient: persons
            .get(&Party::Patient)
            .copied()
            .ok_or_else(|| Fault::broken("a submission without its subject"))?,
        representative: persons.get(&Party::Representative).copied(),
        booker: persons.get(&Party::Booker).copied(),
    };
    act.give_consents(declaration, &parties, &new.form, &new.consents)
        .await?;
    let link = act.new_link();
    let row = submission::ActiveModel {
        id: Set(id.uuid()),
        service: Set(declaration.code.clone()),
        person: Set(parties.patient.uuid()),
        representative: Set(parties.representative.map(PersonId::uuid)),
        booker: Set(parties.booker.map(PersonId::uuid)),
        for_whom: Set(new.for_whom.code().into()),
        status: Set("received".into()),
        language: Set(new.form.language.code().into()),
        link_hash: Set(link.hash.clone()),
        created_at: Set(act.now().micros()),
        act: Set(act.id().uuid()),
    };
    act.db().insert(vec![row]).await?;
    let noted = json!({
        "service": declaration.code, "representative": parties.representative.map(PersonId::uuid),
        "booker": parties.booker.map(PersonId::uuid), "for_whom": new.for_whom.code(), "status": "received",
        "link_hash": link.digits(),
    });
    let bound = ("submission", id.uuid());
    act.bind(parties.patient, "submission.received", bound, noted)
        .await?;
    let submitted = Submitted {
        id,
        token: link.secret.reveal().clone(),
    };
    act.answer(once, Some(parties.patient), &submitted).await?;
    act.record(
        Kind::SubmissionReceived,
        json!({ "service": declaration.code, "for": new.for_whom.code() }),
    )?;
    Ok(submitted)
}

/// Whoever gives a consent must be able to; a service that asks no birth date cannot know.
fn check_age(new: &NewSubmission) -> Outcome<(), Refusal> {
    let born = new
        .values
        .get(&Party::Patient)
        .and_then(|patient| patient.get("birth_date"))
        .map(|text| BirthDate::parse(text.reveal(), new.today))
        .transpose()
        .map_err(|_| Fault::broken("a birth date that the door took is none"))?;
    let Some(born) = born else { return Ok(()) };
    booking::may_decide(new.for_whom, &born, new.today).map_err(|refusal| {
        Stop::Refused(match refusal {
            booking::Refusal::NotChild => Refusal::NotChild,
            _ => Refusal::NotAdult,
        })
    })
}

/// What identifies the person belongs to the person; the rest to this submission.
async fn seal(
    act: &mut Act,
    id: SubmissionId,
    values: &BTreeMap<String, Personal<String>>,
) -> Result<PersonId, Fault> {
    const OF_THE_PERSON: [&str; 6] = [
        "surname",
        "given_name",
        "patronymic",
        "birth_date",
        "phone",
        "email",
    ];
    let person = act.new_person();
    for (field, value) in values {
        let record = if OF_THE_PERSON.contains(&field.as_str()) {
            Record::person(person)
        } else {
            Record {
                place: "submission",
                id: id.uuid(),
            }
        };
        act.seal(person, record, field, value.reveal()).await?;
    }
    let value = |field: &str| values.get(field).map(|value| value.reveal().as_str());
    let known = Known {
        surname: value("surname"),
        given_name: value("given_name"),
        birth_date: value("birth_date"),
        phone: value("phone"),
        email: value("email"),
    };
    act.index_person(person, &known);
    Ok(person)
}
