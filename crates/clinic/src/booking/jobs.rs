//! Booking's jobs: an appointment that nobody accepted in time is escalated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use calendar::DayMinute;
use calendar::working::{DayHours, WorkingCalendar};
use futures::future::BoxFuture;
use kernel::{AppointmentId, Case, Fault, Moment, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;
use trust::jobs::{Done, Handler};
use trust::journal::Kind;
use trust::{Act, Trust};
use uuid::Uuid;

use super::catalogue::Branch;
use super::show::Status;
use super::table::appointment;

/// Marks an appointment that waits too long for its acceptance (policy clause 4.1).
pub(super) const ESCALATE: &str = "appointment.escalate";

pub(super) static CALENDAR: LazyLock<WorkingCalendar> = LazyLock::new(WorkingCalendar::russia);

/// Who does which jobs of booking.
#[must_use]
pub fn handlers() -> BTreeMap<&'static str, Handler> {
    BTreeMap::from([
        (ESCALATE, Handler::Act(escalate)),
        (
            trust::vault::SuggestSame::KIND,
            Handler::ActIf(may_have_same, suggest_same),
        ),
    ])
}

fn escalate(act: &mut Act, id: Uuid) -> BoxFuture<'_, Result<Done, Fault>> {
    Box::pin(async move {
        let row = appointment::Entity::find_by_id(id).one(act.db()).await?;
        let Some(row) =
            row.filter(|row| row.status == Status::Requested.code() && row.escalated_at.is_none())
        else {
            return Ok(Done::Nothing);
        };
        appointment::Entity::update(appointment::ActiveModel {
            id: Set(id),
            escalated_at: Set(Some(act.now().micros())),
            ..Default::default()
        })
        .exec(act.db())
        .await?;
        act.about(Case::appointment(AppointmentId::from_uuid(id)));
        act.bind(
            PersonId::from_uuid(row.person),
            "appointment.escalated",
            ("appointment", id),
            json!({ "escalated_at": act.now().micros() }),
        )
        .await?;
        act.record(Kind::AppointmentEscalated, json!({}))?;
        Ok(Done::Acted)
    })
}

fn may_have_same(
    trust: Trust,
    persons: Vec<Uuid>,
) -> BoxFuture<'static, Result<BTreeSet<Uuid>, Fault>> {
    Box::pin(async move { trust.may_have_same(persons).await })
}

fn suggest_same(act: &mut Act, person: Uuid) -> BoxFuture<'_, Result<Done, Fault>> {
    Box::pin(async move {
        let found = act.suggest_same(PersonId::from_uuid(person)).await?;
        Ok(if found > 0 {
            Done::Acted
        } else {
            Done::Nothing
        })
    })
}

/// So many working minutes after `now`, by the branch's hours and the country's working calendar. A year that
/// the calendar does not know counts by the clock: too early an alarm is better than none.
pub(super) fn escalation(branch: &Branch, now: Moment, minutes: u32) -> Moment {
    let start = now.timestamp().to_zoned(branch.zone.clone());
    let hours = DayMinute::new(branch.opens)
        .ok()
        .zip(DayMinute::new(branch.closes).ok())
        .and_then(|(opens, closes)| DayHours::new(opens, closes).ok());
    hours
        .and_then(|hours| CALENDAR.add_working_minutes(&start, minutes, hours).ok())
        .map_or_else(
            || now.plus_minutes(minutes.into()),
            |due| due.timestamp().into(),
        )
}
