//! The states of an appointment as the desk moves it through them, and back.

use kernel::{Moment, Outcome, PersonId, Scope};
use serde_json::json;
use trust::access::Action;
use trust::journal::Kind;
use trust::{Act, NewJob};

use super::card::Glance;
use super::change::{NOTE, cancellation_of, place_of, restore};
use super::gate::{self, Seen};
use super::refusal::{Current, DeskRefusal, said};
use crate::booking::Booking;
use crate::booking::book::Leave;
use crate::booking::catalogue::Catalogue;
use crate::booking::jobs;
use crate::booking::revision::{self, Change};
use crate::booking::show::Status;
use crate::booking::table::appointment;

/// A step forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Accept,
    Arrived,
    Completed,
    NoShow,
}

impl Mark {
    const fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Arrived | Self::Completed | Self::NoShow => Action::Mark,
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::Accept => Status::Accepted,
            Self::Arrived => Status::Arrived,
            Self::Completed => Status::Completed,
            Self::NoShow => Status::NoShow,
        }
    }

    const fn change(self) -> Change {
        match self {
            Self::Accept => Change::Accepted,
            Self::Arrived => Change::Arrived,
            Self::Completed => Change::Completed,
            Self::NoShow => Change::NoShow,
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Accept => Kind::AppointmentAccepted,
            Self::Arrived => Kind::AppointmentArrived,
            Self::Completed => Kind::AppointmentCompleted,
            Self::NoShow => Kind::AppointmentMissed,
        }
    }

    /// Whether an appointment may take this step: nobody comes before the day of the visit, nobody stays away before its
    /// hour.
    fn fits(self, from: Status, row: &appointment::Model, now: Moment, on_its_day: bool) -> bool {
        match self {
            Self::Accept => from == Status::Requested,
            Self::Arrived => from.is_open() && on_its_day,
            Self::Completed => from == Status::Arrived,
            Self::NoShow => from.is_open() && row.starts <= now.minutes(),
        }
    }
}

impl Booking {
    /// Accepts a new booking: the human step of policy clause 4.1. Who and when stands in the row and in the journal.
    /// One that is accepted already stays as it is, and nothing is recorded.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn accept(&self, scope: Scope, seen: Seen) -> Outcome<Current, DeskRefusal> {
        self.mark("desk.accept", scope, seen, Mark::Accept).await
    }

    /// Says that the patient came. On the day of the visit alone.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn arrived(&self, scope: Scope, seen: Seen) -> Outcome<Current, DeskRefusal> {
        self.mark("desk.arrived", scope, seen, Mark::Arrived).await
    }

    /// Says that the visit is over.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn completed(&self, scope: Scope, seen: Seen) -> Outcome<Current, DeskRefusal> {
        self.mark("desk.completed", scope, seen, Mark::Completed)
            .await
    }

    /// Says that the patient did not come. Not before the visit should have begun.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn no_show(&self, scope: Scope, seen: Seen) -> Outcome<Current, DeskRefusal> {
        self.mark("desk.no_show", scope, seen, Mark::NoShow).await
    }

    async fn mark(
        &self,
        name: &'static str,
        scope: Scope,
        seen: Seen,
        mark: Mark,
    ) -> Outcome<Current, DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        self.trust
            .act(name, scope, move |act| {
                let catalogue = std::sync::Arc::clone(&catalogue);
                Box::pin(async move { mark_in(act, &catalogue, seen, mark).await })
            })
            .await
    }

    /// Takes the last change of a state back, on the day it was made and while nothing else happened since. A cancelled
    /// appointment comes back only where its time is still free. What the holder of the link did is not for staff to undo.
    ///
    /// # Errors
    /// [`DeskRefusal::Conflict`] says what took the time; others.
    pub async fn undo(&self, scope: Scope, seen: Seen) -> Outcome<Current, DeskRefusal> {
        self.steady(|| {
            let room = self.clone();
            self.trust.act("desk.undo", scope, move |act| {
                let room = room.clone();
                Box::pin(async move { room.undo_in(act, seen).await })
            })
        })
        .await
    }

    async fn undo_in(&self, act: &mut Act, seen: Seen) -> Outcome<Current, DeskRefusal> {
        let employee = gate::allowed(act, Action::SeeBoard).await?;
        let row = gate::reached(act, &employee, seen.appointment).await?;
        let last = row.last_change.as_deref().and_then(Change::from_code);
        let pressed_again = last == Some(Change::Undone)
            && row.revision == seen.revision + 1
            && row.changed_by == Some(employee.staff.uuid());
        if pressed_again {
            return Ok(Current::of(&row)?);
        }
        gate::unchanged(&row, seen)?;
        let action = match last {
            Some(Change::Accepted) => Action::Accept,
            Some(Change::Cancelled) => Action::Cancel,
            _ => Action::Mark,
        };
        gate::allowed(act, action).await?;
        let Some(was) = row.was.as_deref().and_then(Status::from_code) else {
            return gate::not_now(&row);
        };
        if !Glance::of(&row).is_undoable(&self.drawn(), act.now()) {
            return gate::not_now(&row);
        }
        if last == Some(Change::Cancelled) {
            restore(self, act, &row).await?;
            // A note to what did not happen is no one's any more.
            let person = PersonId::from_uuid(row.person);
            act.blank(person, cancellation_of(&row), NOTE).await?;
        }
        // An acceptance that came with the change goes with it.
        let accepted = row.accepted_at.filter(|at| row.changed_at != Some(*at));
        let undone = appointment::Model {
            status: was.code().into(),
            was: None,
            accepted_at: accepted,
            accepted_by: accepted.and(row.accepted_by),
            arrived_at: row
                .arrived_at
                .filter(|_| row.status != Status::Arrived.code()),
            cancel_reason: None,
            ..row
        };
        if was == Status::Requested && undone.escalated_at.is_none() {
            let stood = self.stand(act, &place_of(&undone), Leave::Again).await;
            let due = self.escalation(&stood.map_err(said)?, act.now());
            let due = due.map_err(said)?;
            act.later(NewJob::at(jobs::ESCALATE, undone.id, due));
        }
        let undone = revision::write(act, Change::Undone, undone).await?;
        act.record(
            Kind::AppointmentUndone,
            json!({ "what": last.map(Change::code), "revision": undone.revision }),
        )?;
        Ok(Current::of(&undone)?)
    }
}

async fn mark_in(
    act: &mut Act,
    catalogue: &Catalogue,
    seen: Seen,
    mark: Mark,
) -> Outcome<Current, DeskRefusal> {
    let employee = gate::allowed(act, mark.action()).await?;
    let row = gate::reached(act, &employee, seen.appointment).await?;
    let current = Current::of(&row)?;
    if current.status == mark.status() {
        return Ok(current);
    }
    gate::unchanged(&row, seen)?;
    let branch = catalogue.branch_named(current.branch);
    let day = |at| branch.map(|branch| branch.day_of(at));
    let on_its_day = day(row.starts) == day(act.now().minutes());
    if !mark.fits(current.status, &row, act.now(), on_its_day) {
        return gate::not_now(&row);
    }
    let now = Some(act.now().micros());
    // Whoever receives the patient has accepted the visit.
    let accepts = matches!(mark, Mark::Accept | Mark::Arrived) && row.accepted_at.is_none();
    let marked = appointment::Model {
        was: Some(row.status.clone()),
        status: mark.status().code().into(),
        accepted_at: if accepts { now } else { row.accepted_at },
        accepted_by: match accepts {
            true => Some(employee.staff.uuid()),
            false => row.accepted_by,
        },
        arrived_at: if mark == Mark::Arrived {
            now
        } else {
            row.arrived_at
        },
        ..row
    };
    let marked = revision::write(act, mark.change(), marked).await?;
    act.record(mark.kind(), json!({ "revision": marked.revision }))?;
    Ok(Current::of(&marked)?)
}
