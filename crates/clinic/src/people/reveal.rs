//! Opening what a card hides: under the ticket of a case, or with a purpose and a reason.

use std::sync::Arc;

use kernel::{Actor, AppointmentId, Case, CaseKind, Outcome, PersonId, Scope, Stop, entropy};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::vault::{Opened, OpeningRefusal, Record, Wanted};

use super::card::reached;
use super::find::refused;
use super::refusal::ours;
use super::table::inquiry;
use super::{People, Refusal};

/// All that a card can show.
const ALL: &[&str] = &[
    "surname",
    "given_name",
    "patronymic",
    "name",
    "birth_date",
    "phone",
    "email",
];
/// What is shown to those who may not see how to reach a person.
const IDENTITY: &[&str] = &["surname", "given_name", "patronymic", "name", "birth_date"];

/// Under what a card is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// This appointment's ticket. A case of the opener's own making asks for a reason.
    Appointment(AppointmentId, Option<String>),
    /// No case: a purpose and a reason; nothing where the ticket of an earlier inquiry still lives.
    Inquiry(Option<String>),
}

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// Values by field.
    pub values: Opened,
    /// Whether contacts are among what the role may see.
    pub with_contacts: bool,
}

impl People {
    /// Opens a card for the scope's purpose.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn reveal(
        &self,
        scope: Scope,
        person: PersonId,
        via: Via,
    ) -> Outcome<Revealed, Refusal> {
        let via = Arc::new(via);
        self.trust
            .act("people.reveal", scope, move |act| {
                let via = Arc::clone(&via);
                Box::pin(async move { reveal_in(act, person, &via).await })
            })
            .await
    }
}

async fn reveal_in(act: &mut Act, person: PersonId, via: &Via) -> Outcome<Revealed, Refusal> {
    let employee = act.allowed(Action::Reveal).await.map_err(ours)?;
    if !act.is_there(person).await? {
        return refused(Refusal::Unknown);
    }
    let reason = match via {
        Via::Appointment(id, reason) => {
            act.about(Case::appointment(*id));
            reason.as_deref()
        }
        Via::Inquiry(reason) => {
            reached(act, &employee, person).await?;
            let case = inquiry_of(act, person, reason.as_deref()).await?;
            act.about(case);
            reason.as_deref()
        }
    };
    let ticket = act.ticket(reason).await.map_err(ours)?;
    let wanted = |fields| {
        [Wanted {
            person,
            record: Record::person(person),
            fields,
        }]
    };
    let (opened, with_contacts) = match act.open(Some(ticket), &wanted(ALL)).await {
        Err(Stop::Refused(OpeningRefusal::Denied)) => {
            (act.open(Some(ticket), &wanted(IDENTITY)).await, false)
        }
        opened => (opened, true),
    };
    let opened = opened.map_err(ours)?.pop().unwrap_or_default();
    Ok(Revealed {
        values: opened,
        with_contacts,
    })
}

/// The inquiry of this employee about this person that still lives, or a new one with this reason.
async fn inquiry_of(
    act: &mut Act,
    person: PersonId,
    reason: Option<&str>,
) -> Outcome<Case, Refusal> {
    let Actor::Staff { staff, .. } = act.scope().actor else {
        return refused(Refusal::Unknown);
    };
    let purpose = act.scope().purpose.code();
    let case = |id| Case {
        kind: CaseKind::Inquiry,
        id,
    };
    let since = act
        .now()
        .plus_minutes(-kernel::limits::TICKET_MINUTES)
        .micros();
    let living = inquiry::Entity::find()
        .filter(inquiry::Column::Person.eq(person.uuid()))
        .filter(inquiry::Column::Staff.eq(staff.uuid()))
        .filter(inquiry::Column::Purpose.eq(purpose))
        .filter(inquiry::Column::MadeAt.gt(since))
        .order_by_desc(inquiry::Column::MadeAt)
        .one(act.db())
        .await?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    // Another reason is another inquiry: none is lost.
    if let Some(row) = living.filter(|row| reason.is_none_or(|reason| reason == row.reason)) {
        return Ok(case(row.id));
    }
    let Some(reason) = reason else {
        return refused(Refusal::ReasonNeeded);
    };
    let row = inquiry::Model {
        id: entropy::random_id(),
        person: person.uuid(),
        staff: staff.uuid(),
        purpose: purpose.to_owned(),
        reason: reason.to_owned(),
        made_at: act.now().micros(),
        act: act.id().uuid(),
    };
    let noted = json!({
        "staff": row.staff, "purpose": row.purpose, "reason": row.reason, "made_at": row.made_at,
    });
    let id = row.id;
    act.bind(person, "inquiry.made", ("inquiry", id), noted)
        .await?;
    let row = inquiry::ActiveModel::from(row).reset_all();
    inquiry::Entity::insert(row)
        .exec_without_returning(act.db())
        .await?;
    Ok(case(id))
}
