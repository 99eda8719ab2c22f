//! Moving and cancelling by the secret link.

use jiff::civil::Date;
use kernel::{Actor, BranchId, Outcome, PersonId, PractitionerId, Purpose, Scope, ServiceId, Stop};
use serde_json::json;
use trust::Act;
use trust::journal::Kind;
use trust::vault::Once;

use super::Booking;
use super::book::{Leave, Place, Stood};
use super::claim::{self, Taken};
use super::refusal::{self, Refusal};
use super::revision::{self, Change};
use super::rules::may_come;
use super::show::{Appointment, Status, find, shown};
use super::table::appointment;

/// Another time for an appointment; the service stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTime {
    /// When, minutes since 1970 UTC.
    pub start: i64,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
}

const HOLDER: Scope = Scope {
    actor: Actor::Holder,
    purpose: Purpose::Services,
    case: None,
};

/// Where an appointment stood before it moved.
pub(super) struct Left {
    pub(super) branch: BranchId,
    pub(super) practitioner: PractitionerId,
    /// By the branch's own clock.
    pub(super) day: Option<Date>,
}

impl Booking {
    /// Moves an appointment to another free time. Id and link stay.
    ///
    /// # Errors
    /// [`Refusal`]; the old time stays claimed then.
    pub async fn move_appointment(
        &self,
        token: &str,
        to: NewTime,
        once: Option<Once>,
    ) -> Outcome<Appointment, Refusal> {
        let link = self
            .trust
            .link_hash(token)
            .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
        self.steady(|| {
            let (room, link, once) = (self.clone(), link.clone(), once.clone());
            self.trust.act("booking.move", HOLDER, move |act| {
                let (room, link, once) = (room.clone(), link.clone(), once.clone());
                Box::pin(async move { room.move_in(act, &link, to, once.as_ref()).await })
            })
        })
        .await
    }

    async fn move_in(
        &self,
        act: &mut Act,
        link: &[u8],
        to: NewTime,
        once: Option<&Once>,
    ) -> Outcome<Appointment, Refusal> {
        if let Some(moved) = refusal::answered(act, once).await? {
            return Ok(moved);
        }
        let row = find(act, link).await?;
        check_open(act, &row)?;
        let place = Place {
            service: ServiceId::from_uuid(row.service),
            practitioner: to.practitioner,
            branch: to.branch,
            start: to.start,
        };
        let stood = self.stand(act, &place, Leave::Site).await?;
        let service = stood.service()?;
        if service.age_from.is_some() || service.age_to.is_some() {
            let patient = PersonId::from_uuid(row.person);
            match act.birth_date(patient).await? {
                Some(born) => may_come(service, &born, stood.day()?).map_err(Stop::Refused)?,
                None => return Err(Stop::Refused(Refusal::Settled)),
            }
        }
        // Its own cells first, so that it may move by less than its length.
        claim::free(act, row.id).await?;
        claim::claim_all(act, row.id, None, &stood.wants())
            .await
            .map_err(|stop| stop.map_refusal(|Taken| place.taken()))?;
        let from = self.left(&row);
        let moved = revision::write(act, Change::Moved, moved_to(row, &stood)).await?;
        let person = PersonId::from_uuid(moved.person);
        let shown = shown(act, moved).await?;
        act.answer(once, Some(person), &shown).await?;
        act.record(
            Kind::AppointmentMoved,
            json!({
                "moves": shown.moves,
                "from_branch": from.branch, "from_practitioner": from.practitioner, "from_day": from.day,
            }),
        )?;
        Ok(shown)
    }

    /// What an appointment leaves: whoever shows that day hears of it.
    pub(super) fn left(&self, row: &appointment::Model) -> Left {
        let branch = BranchId::from_uuid(row.branch);
        let catalogue = std::sync::Arc::clone(&self.timetable.picture().catalogue);
        let day = catalogue
            .branch_named(branch)
            .map(|of| of.day_of(row.starts));
        Left {
            branch,
            practitioner: PractitionerId::from_uuid(row.practitioner),
            day,
        }
    }

    /// Cancels an appointment and frees its time. One that is cancelled already stays so.
    ///
    /// # Errors
    /// [`Refusal::Settled`] when the visit has begun; [`Refusal::LinkUnknown`].
    pub async fn cancel(&self, token: &str, once: Option<Once>) -> Outcome<Appointment, Refusal> {
        let link = self
            .trust
            .link_hash(token)
            .ok_or(Stop::Refused(Refusal::LinkUnknown))?;
        self.trust
            .act("booking.cancel", HOLDER, move |act| {
                let (link, once) = (link.clone(), once.clone());
                Box::pin(async move { cancel_in(act, &link, once.as_ref()).await })
            })
            .await
    }
}

async fn cancel_in(
    act: &mut Act,
    link: &[u8],
    once: Option<&Once>,
) -> Outcome<Appointment, Refusal> {
    if let Some(cancelled) = refusal::answered(act, once).await? {
        return Ok(cancelled);
    }
    let row = find(act, link).await?;
    if row.status == Status::Cancelled.code() {
        let person = PersonId::from_uuid(row.person);
        let shown = shown(act, row).await?;
        if once.is_some() {
            act.answer(once, Some(person), &shown).await?;
            act.record(
                Kind::AppointmentCancelled,
                json!({ "by": "holder", "already": true }),
            )?;
        }
        return Ok(shown);
    }
    check_open(act, &row)?;
    claim::free(act, row.id).await?;
    let person = PersonId::from_uuid(row.person);
    let cancelled = appointment::Model {
        status: Status::Cancelled.code().into(),
        // What its holder cancelled is not for staff to take back.
        was: None,
        ..row
    };
    let cancelled = revision::write(act, Change::Cancelled, cancelled).await?;
    let shown = shown(act, cancelled).await?;
    act.answer(once, Some(person), &shown).await?;
    act.record(Kind::AppointmentCancelled, json!({ "by": "holder" }))?;
    Ok(shown)
}

/// The appointment at its new place.
pub(super) fn moved_to(row: appointment::Model, stood: &Stood) -> appointment::Model {
    let place = stood.place();
    appointment::Model {
        practitioner: place.practitioner.uuid(),
        branch: place.branch.uuid(),
        starts: place.start,
        ends: place.start + stood.duration(),
        moves: row.moves + 1,
        was: None,
        ..row
    }
}

/// Only what lies ahead and is not settled changes.
fn check_open(act: &Act, row: &appointment::Model) -> Outcome<(), Refusal> {
    let open = Status::from_code(&row.status).is_some_and(Status::is_open)
        && row.starts > act.now().minutes();
    if open {
        Ok(())
    } else {
        Err(Stop::Refused(Refusal::Settled))
    }
}
