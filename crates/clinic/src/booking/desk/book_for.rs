//! Booking for somebody who called or came (policy clause 5.1): under a named legal basis, or by the paper that they
//! signed. *Invariant*: staff tick no box, and nobody is booked over anybody.

use std::sync::Arc;

use kernel::{
    AppointmentId, BranchId, Case, Language, Outcome, PractitionerId, Scope, ServiceId, Stop,
    entropy,
};
use serde_json::json;
use trust::access::Action;
use trust::consent::declaration::{Coded, Declaration, ForWhom};
use trust::consent::{Form, Paper};
use trust::journal::Kind;
use trust::vault::Once;
use trust::{Act, NewJob};

use super::Outside;
use super::change::{Fit, claim_or_refuse, leave_of};
use super::conflict::conflicts;
use super::gate;
use super::refusal::{DeskRefusal, said};
use crate::booking::book::{Leave, MadeBy, Place, write};
use crate::booking::people::{self, Booker, Patient, Representative, Values};
use crate::booking::refusal::{self, Refusal};
use crate::booking::rules::{may_come, may_decide};
use crate::booking::tally::Channel;
use crate::booking::{Booked, Booking, NewBooking, SERVICE};

/// Why the data may be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A contract that is being made at the caller's initiative (152-ФЗ ст. 6 ч. 1 п. 5).
    Contract,
    /// A consent on paper, which the employee who books has seen.
    Paper(Paper),
}

impl Ground {
    const fn code(&self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Paper(_) => "paper",
        }
    }

    const fn channel(&self) -> Channel {
        match self {
            Self::Contract => Channel::Desk,
            Self::Paper(_) => Channel::Paper,
        }
    }
}

/// A booking that staff make, every part parsed at the door.
#[derive(Clone, Debug)]
pub struct DeskBooking {
    /// The service.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// When, minutes since 1970 UTC.
    pub start: i64,
    /// For whom.
    pub for_whom: ForWhom,
    /// The patient.
    pub patient: Patient,
    /// The legal representative.
    pub representative: Option<Representative>,
    /// Who books for another adult.
    pub booker: Option<Booker>,
    /// What else the declaration asks.
    pub more: Values,
    /// In which language the patient is written to.
    pub language: Language,
    /// Why the data may be processed.
    pub ground: Ground,
    /// Why it may stand where the schedule offers nothing: for who may override.
    pub outside: Option<Outside>,
}

impl DeskBooking {
    const fn place(&self) -> Place {
        Place {
            service: self.service,
            practitioner: self.practitioner,
            branch: self.branch,
            start: self.start,
        }
    }

    /// The same as the site has it, with no box and no address.
    fn form(&self) -> NewBooking {
        NewBooking {
            service: self.service,
            practitioner: self.practitioner,
            branch: self.branch,
            start: self.start,
            hold: None,
            for_whom: self.for_whom,
            patient: self.patient.clone(),
            representative: self.representative.clone(),
            booker: self.booker.clone(),
            more: self.more.clone(),
            consents: Vec::new(),
            form: Form {
                name: "desk",
                language: self.language,
                address: None,
            },
        }
    }
}

impl Booking {
    /// Books for somebody who called or came. A human made it, so it is accepted; the link goes to the patient.
    ///
    /// # Errors
    /// [`DeskRefusal::Conflict`] says who has the time; others.
    pub async fn book_for(
        &self,
        scope: Scope,
        declaration: &Declaration,
        booking: DeskBooking,
        once: Option<Once>,
    ) -> Outcome<Booked, DeskRefusal> {
        let shared = Arc::new((declaration.clone(), booking, once));
        self.steady(|| {
            let (room, shared) = (self.clone(), Arc::clone(&shared));
            self.trust.act("desk.book_for", scope, move |act| {
                let (room, shared) = (room.clone(), Arc::clone(&shared));
                Box::pin(async move {
                    let (declaration, booking, once) = shared.as_ref();
                    room.book_for_in(act, declaration, booking, once.as_ref())
                        .await
                })
            })
        })
        .await
    }

    /// Whether a visit would fit there; nothing is done.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn could_book(
        &self,
        scope: Scope,
        service: ServiceId,
        to: crate::booking::NewTime,
    ) -> Outcome<Fit, DeskRefusal> {
        let place = Place {
            service,
            practitioner: to.practitioner,
            branch: to.branch,
            start: to.start,
        };
        self.steady(|| {
            let room = self.clone();
            self.trust.act("desk.could_book", scope, move |act| {
                let room = room.clone();
                Box::pin(async move { room.could_book_in(act, &place).await })
            })
        })
        .await
    }

    async fn could_book_in(&self, act: &mut Act, place: &Place) -> Outcome<Fit, DeskRefusal> {
        let employee = gate::allowed(act, Action::Book).await?;
        gate::check_place(&employee, place.branch, place.practitioner)?;
        let leave = leave_of(act, None).await?;
        let offered = match self.stand(act, place, leave).await {
            Ok(_) => None,
            Err(Stop::Refused(Refusal::Stale)) => {
                return Err(Stop::Refused(DeskRefusal::Booking(Refusal::Stale)));
            }
            Err(Stop::Refused(refusal)) => Some(refusal),
            Err(Stop::Fault(fault)) => return Err(Stop::Fault(fault)),
        };
        let stood = self.stand(act, place, Leave::Again).await.map_err(said)?;
        let taken = conflicts(act, &stood.wants(), None).await?;
        Ok(match offered {
            _ if !taken.is_empty() => Fit::Conflict(taken),
            Some(refusal) => Fit::NotOffered(refusal),
            None => Fit::Fits,
        })
    }

    async fn book_for_in(
        &self,
        act: &mut Act,
        declaration: &Declaration,
        booking: &DeskBooking,
        once: Option<&Once>,
    ) -> Outcome<Booked, DeskRefusal> {
        let employee = gate::allowed(act, Action::Book).await?;
        let answered: Option<Booked> = refusal::answered(act, once).await.map_err(said)?;
        if let Some(booked) = answered {
            return Ok(Booked {
                again: true,
                ..booked
            });
        }
        let refused = |refusal: Refusal| Err(Stop::Refused(DeskRefusal::Booking(refusal)));
        if declaration.code != SERVICE || !declaration.for_whom.contains(&booking.for_whom) {
            return refused(Refusal::NotForThem);
        }
        gate::check_place(&employee, booking.branch, booking.practitioner)?;
        let leave = leave_of(act, booking.outside).await?;
        let stood = self
            .stand(act, &booking.place(), leave)
            .await
            .map_err(said)?;
        let (born, today) = (&booking.patient.birth_date, stood.today(act.now()));
        let fits = may_decide(booking.for_whom, born, today.map_err(said)?).and_then(|()| {
            let service = stood.service().map_err(|_| Refusal::Stale)?;
            may_come(service, born, stood.day().map_err(|_| Refusal::Stale)?)
        });
        if let Err(refusal) = fits {
            return refused(refusal);
        }
        let id = AppointmentId::from_uuid(entropy::ordered_id(act.now()));
        let taken = conflicts(act, &stood.wants(), None).await?;
        if !taken.is_empty() {
            return Err(Stop::Refused(DeskRefusal::Conflict(taken)));
        }
        claim_or_refuse(act, id.uuid(), &stood).await?;
        act.about(Case::appointment(id));
        let form = booking.form();
        let parties = people::seal(act, id, &form).await.map_err(said)?;
        match &booking.ground {
            Ground::Contract => act.name_contract(declaration, &parties).await?,
            Ground::Paper(paper) => {
                let seen = (booking.language, employee.staff);
                let registered = act.register_paper(declaration, &parties, paper, seen);
                registered.await.map_err(said)?;
            }
        }
        let made = MadeBy {
            staff: employee.staff,
            outside: booking.outside.map(Outside::code),
            channel: booking.ground.channel(),
        };
        let booked = write(act, id, &form, &parties, &stood, Some(made)).await?;
        act.later(NewJob::now(
            trust::vault::SuggestSame::KIND,
            parties.patient.uuid(),
        ));
        act.answer(once, Some(parties.patient), &booked).await?;
        act.record(
            Kind::AppointmentBooked,
            json!({
                "for": booking.for_whom.code(), "by": "desk", "ground": booking.ground.code(),
                "outside": booking.outside.map(Outside::code),
            }),
        )?;
        Ok(booked)
    }
}
