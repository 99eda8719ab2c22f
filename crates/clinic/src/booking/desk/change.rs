//! Moving and cancelling by staff.

use kernel::{
    BranchId, Fault, Outcome, PersonId, Personal, PractitionerId, Scope, ServiceId, Stop,
};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use trust::vault::Record;

use super::conflict::{Conflict, conflicts};
use super::gate::{self, Seen};
use super::refusal::{Current, DeskRefusal, said};
use crate::booking::book::{Leave, Place, Stood};
use crate::booking::change::moved_to;
use crate::booking::claim::{self, Taken};
use crate::booking::refusal::Refusal;
use crate::booking::revision::{self, Change};
use crate::booking::rules::may_come;
use crate::booking::show::Status;
use crate::booking::table::appointment;
use crate::booking::{Booking, NewTime};

/// Declares a closed list of reasons with their words.
macro_rules! reasons {
    ($(#[$doc:meta])* $list:ident { $($(#[$of:meta])* $name:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $list {
            $($(#[$of])* $name,)*
        }

        impl $list {
            /// All of them, in the order of a form.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in rows and forms.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Reads the word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
    };
}

reasons! {
    /// Why staff cancel.
    CancelReason {
        /// The patient asked.
        Patient = "patient",
        /// The practitioner cannot receive.
        Practitioner = "practitioner",
        /// Booked twice.
        Double = "double",
        /// A prank or another unlawful use of the service (policy clause 4.5).
        Abuse = "abuse",
        /// Another one, which the note says.
        Other = "other",
    }
}

reasons! {
    /// Why a visit stands where the schedule offers nothing.
    Outside {
        /// It cannot wait.
        Urgent = "urgent",
        /// Agreed with the practitioner.
        Agreed = "agreed",
        /// The schedule is behind.
        Schedule = "schedule",
    }
}

/// Whether a visit would fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It would.
    Fits,
    /// Others have the time.
    Conflict(Vec<Conflict>),
    /// Nobody has it, but it is not offered: past, too near, too far, or outside the schedule.
    NotOffered(Refusal),
}

/// Characters of a note to a cancellation at most.
pub const NOTE_CHARACTERS: usize = 500;

/// The field of a person that holds the note to a cancellation.
pub(super) const NOTE: &str = "cancellation";

/// Where the note is sealed.
pub(super) const fn cancellation_of(row: &appointment::Model) -> Record {
    Record {
        place: "appointment",
        id: row.id,
    }
}

impl Booking {
    /// Moves an appointment to another time, practitioner or branch. With a reason it may go where the schedule offers
    /// nothing, for who may override; nobody books over others.
    ///
    /// # Errors
    /// [`DeskRefusal::Conflict`] says who has the time; [`DeskRefusal::Changed`] what a colleague did meanwhile; others.
    pub async fn move_by_staff(
        &self,
        scope: Scope,
        seen: Seen,
        to: NewTime,
        outside: Option<Outside>,
    ) -> Outcome<Current, DeskRefusal> {
        self.steady(|| {
            let room = self.clone();
            self.trust.act("desk.move", scope, move |act| {
                let room = room.clone();
                Box::pin(async move { room.move_by_staff_in(act, seen, to, outside).await })
            })
        })
        .await
    }

    async fn move_by_staff_in(
        &self,
        act: &mut Act,
        seen: Seen,
        to: NewTime,
        outside: Option<Outside>,
    ) -> Outcome<Current, DeskRefusal> {
        let employee = gate::allowed(act, Action::Move).await?;
        let row = gate::reached(act, &employee, seen.appointment).await?;
        gate::check_place(&employee, to.branch, to.practitioner)?;
        let stands = (row.practitioner, row.branch, row.starts)
            == (to.practitioner.uuid(), to.branch.uuid(), to.start);
        let pressed_again = stands
            && row.last_change.as_deref() == Some(Change::Moved.code())
            && row.revision == seen.revision + 1
            && row.changed_by == Some(employee.staff.uuid());
        if pressed_again {
            return Ok(Current::of(&row)?);
        }
        gate::unchanged(&row, seen)?;
        if !Status::from_code(&row.status).is_some_and(Status::is_open) {
            return gate::not_now(&row);
        }
        if stands {
            return Ok(Current::of(&row)?);
        }
        let place = Place {
            service: ServiceId::from_uuid(row.service),
            practitioner: to.practitioner,
            branch: to.branch,
            start: to.start,
        };
        let leave = leave_of(act, outside).await?;
        let stood = self.stand(act, &place, leave).await.map_err(said)?;
        check_age(act, &row, &stood).await?;
        // Asked before the cells are touched: whoever is refused hears who has the time.
        let taken = conflicts(act, &stood.wants(), Some(row.id)).await?;
        if !taken.is_empty() {
            return Err(Stop::Refused(DeskRefusal::Conflict(taken)));
        }
        claim::free(act, row.id).await?;
        claim_or_refuse(act, row.id, &stood).await?;
        let from = self.left(&row);
        let moved = appointment::Model {
            outside: outside.map(|reason| reason.code().to_owned()),
            ..moved_to(row, &stood)
        };
        let moved = revision::write(act, Change::Moved, moved).await?;
        act.record(
            Kind::AppointmentMoved,
            json!({
                "by": "desk", "moves": moved.moves, "revision": moved.revision, 
                "from_branch": from.branch, "from_practitioner": from.practitioner, "from_day": from.day,
                "outside": moved.outside,
            }),
        )?;
        Ok(Current::of(&moved)?)
    }

    /// Whether a move would fit; nothing is done.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn could_move(
        &self,
        scope: Scope,
        seen: Seen,
        to: NewTime,
    ) -> Outcome<Fit, DeskRefusal> {
        self.steady(|| {
            let room = self.clone();
            self.trust.act("desk.could_move", scope, move |act| {
                let room = room.clone();
                Box::pin(async move { room.could_move_in(act, seen, to).await })
            })
        })
        .await
    }

    async fn could_move_in(
        &self,
        act: &mut Act,
        seen: Seen,
        to: NewTime,
    ) -> Outcome<Fit, DeskRefusal> {
        let employee = gate::allowed(act, Action::Move).await?;
        let row = gate::reached(act, &employee, seen.appointment).await?;
        gate::check_place(&employee, to.branch, to.practitioner)?;
        let place = Place {
            practitioner: to.practitioner,
            branch: to.branch,
            start: to.start,
            ..place_of(&row)
        };
        let leave = leave_of(act, None).await?;
        let offered = match self.stand(act, &place, leave).await {
            Ok(_) => None,
            Err(Stop::Refused(Refusal::Stale)) => {
                return Err(Stop::Refused(DeskRefusal::Booking(Refusal::Stale)));
            }
            Err(Stop::Refused(refusal)) => Some(refusal),
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
        };
        let stood = self.stand(act, &place, Leave::Again).await.map_err(said)?;
        let taken = conflicts(act, &stood.wants(), Some(row.id)).await?;
        Ok(match offered {
            _ if !taken.is_empty() => Fit::Conflict(taken),
            Some(refusal) => Fit::NotOffered(refusal),
            None => Fit::Fits,
        })
    }

    /// Cancels an appointment and frees its time. A note is sealed with the patient's own key. The same form
    /// sent again changes nothing; whoever comes after a colleague is told what the colleague did.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn cancel_by_staff(
        &self,
        scope: Scope,
        seen: Seen,
        reason: CancelReason,
        note: Option<Personal<String>>,
    ) -> Outcome<Current, DeskRefusal> {
        self.trust
            .act("desk.cancel", scope, move |act| {
                let note = note.clone();
                Box::pin(async move { cancel_by_staff_in(act, seen, reason, note.as_ref()).await })
            })
            .await
    }
}

async fn cancel_by_staff_in(
    act: &mut Act,
    seen: Seen,
    reason: CancelReason,
    note: Option<&Personal<String>>,
) -> Outcome<Current, DeskRefusal> {
    let employee = gate::allowed(act, Action::Cancel).await?;
    let row = gate::reached(act, &employee, seen.appointment).await?;
    let current = Current::of(&row)?;
    let pressed_again = current.status == Status::Cancelled
        && row.revision == seen.revision + 1
        && row.changed_by == Some(employee.staff.uuid());
    if pressed_again {
        return Ok(current);
    }
    gate::unchanged(&row, seen)?;
    if !current.status.is_open() {
        return gate::not_now(&row);
    }
    let note = note.filter(|note| !note.reveal().trim().is_empty());
    if note.is_some_and(|note| note.reveal().chars().count() > NOTE_CHARACTERS) {
        return Err(Stop::Refused(DeskRefusal::NoteTooLong));
    }
    if reason == CancelReason::Other && note.is_none() {
        return Err(Stop::Refused(DeskRefusal::Reason));
    }
    claim::free(act, row.id).await?;
    if let Some(note) = note {
        let person = PersonId::from_uuid(row.person);
        act.reseal(person, cancellation_of(&row), NOTE, note.reveal().trim())
            .await?;
    }
    let cancelled = appointment::Model {
        was: Some(row.status.clone()),
        status: Status::Cancelled.code().into(),
        cancel_reason: Some(reason.code().into()),
        ..row
    };
    let cancelled = revision::write(act, Change::Cancelled, cancelled).await?;
    act.record(
        Kind::AppointmentCancelled,
        json!({ "by": "desk", "reason": reason.code(), "revision": cancelled.revision }),
    )?;
    Ok(Current::of(&cancelled)?)
}

/// Where an appointment stands.
pub(super) fn place_of(row: &appointment::Model) -> Place {
    Place {
        service: ServiceId::from_uuid(row.service),
        practitioner: PractitionerId::from_uuid(row.practitioner),
        branch: BranchId::from_uuid(row.branch),
        start: row.starts,
    }
}

/// By whose rules the employee who acts books: a reason lets out of the schedule whoever may override.
pub(super) async fn leave_of(act: &Act, outside: Option<Outside>) -> Outcome<Leave, DeskRefusal> {
    match (act.allowed(Action::Override).await, outside) {
        (Ok(_), Some(_)) => Ok(Leave::Outside),
        (Ok(_), None) => Ok(Leave::Unbound),
        (Err(Stop::Refused(_)), None) => Ok(Leave::Desk),
        (Err(stop), _) => Err(said(stop)),
    }
}

/// Claims what a visit needs, or says who has it.
pub(super) async fn claim_or_refuse(
    act: &Act,
    owner: uuid::Uuid,
    stood: &Stood,
) -> Outcome<(), DeskRefusal> {
    match claim::claim_all(act, owner, None, &stood.wants()).await {
        Ok(()) => Ok(()),
        Err(Stop::Refused(Taken)) => {
            let taken = conflicts(act, &stood.wants(), Some(owner)).await?;
            Err(Stop::Refused(DeskRefusal::Conflict(taken)))
        }
        Err(Stop::Fault(fault)) => Err(Stop::Fault(fault)),
    }
}

/// Gives a cancelled appointment its time back, if it is still free.
pub(super) async fn restore(
    room: &Booking,
    act: &Act,
    row: &appointment::Model,
) -> Outcome<(), DeskRefusal> {
    let stood = room.stand(act, &place_of(row), Leave::Again).await;
    let stood = stood.map_err(said)?;
    let taken = conflicts(act, &stood.wants(), Some(row.id)).await?;
    if !taken.is_empty() {
        return Err(Stop::Refused(DeskRefusal::Conflict(taken)));
    }
    claim_or_refuse(act, row.id, &stood).await
}

async fn check_age(
    act: &mut Act,
    row: &appointment::Model,
    stood: &Stood,
) -> Outcome<(), DeskRefusal> {
    let service = stood.service().map_err(said)?;
    if service.age_from.is_none() && service.age_to.is_none() {
        return Ok(());
    }
    let born: Result<_, Fault> = act.birth_date(PersonId::from_uuid(row.person)).await;
    let Some(born) = born? else {
        return gate::not_now(row);
    };
    let day = stood.day().map_err(said)?;
    may_come(service, &born, day).map_err(|refusal| Stop::Refused(refusal.into()))
}
