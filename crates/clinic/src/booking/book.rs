//! Booking an appointment: claims, sealed persons, consents and the record, in one act.

use std::future::Future;
use std::sync::Arc;

use calendar::schedule::{Interval, Minute, Viewer};
use jiff::civil::Date;
use kernel::{
    AppointmentId, BranchId, Case, Fault, HoldId, Language, Moment, Outcome, PersonId,
    PractitionerId, Scope, ServiceId, StaffId, Stop, entropy,
};
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trust::consent::declaration::{Coded, Declaration, ForWhom};
use trust::consent::{Decided, Form, Parties};
use trust::journal::Kind;
use trust::vault::Once;
use trust::{Act, NewJob};

use super::catalogue::{Branch, Catalogue, Resource, Service};
use super::claim::{self, Taken, Want};
use super::hold;
use super::jobs;
use super::people::{self, Booker, Patient, Representative, Values};
use super::refusal::{self, Pointer, Refusal};
use super::rules::{may_come, may_decide};
use super::show::Status;
use super::slots::{known_service, offered};
use super::table::{appointment, catalogue};
use super::tally::Channel;
use super::{Booking as Room, SERVICE};

/// What is booked: service, practitioner, place and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) service: ServiceId,
    pub(super) practitioner: PractitionerId,
    pub(super) branch: BranchId,
    /// Minutes since 1970 UTC.
    pub(super) start: i64,
}

impl Place {
    pub(super) const fn taken(&self) -> Refusal {
        Refusal::SlotTaken {
            service: self.service,
            practitioner: self.practitioner,
            start: self.start,
        }
    }
}

/// Minutes ahead within which anybody books: a leap year.
const FARTHEST: i64 = 366 * 1440;

/// By whose rules a place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// The site's: notice, horizon, the windows of the site.
    Site,
    /// The desk's: the horizon, the windows of the desk.
    Desk,
    /// The horizon does not bind, the schedule does.
    Unbound,
    /// The schedule does not bind either; what is past does.
    Outside,
    /// What stood there before stands there again.
    Again,
}

/// A filled-in booking, every part parsed at the door.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The service.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// When, minutes since 1970 UTC.
    pub start: i64,
    /// The asker's hold of this time.
    pub hold: Option<HoldId>,
    /// For whom.
    pub for_whom: ForWhom,
    /// The patient.
    pub patient: Patient,
    /// The legal representative.
    pub representative: Option<Representative>,
    /// Who books for another adult.
    pub booker: Option<Booker>,
    /// What else the declaration asks and booking has no name for.
    pub more: Values,
    /// The boxes as they came back.
    pub consents: Vec<Decided>,
    /// Where and how they were shown.
    pub form: Form,
}

/// A booked appointment: what its maker gets, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// Its id.
    pub id: AppointmentId,
    /// The secret of its link. Stored nowhere but sealed with the answer.
    pub token: String,
    /// Its state.
    pub status: Status,
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// Where.
    pub branch: BranchId,
    /// Whether this was answered before: what became of it since is told by the appointment itself.
    #[serde(skip)]
    pub again: bool,
}

/// What stands where the visit shall be: read from one version of the catalogue.
pub(super) struct Stood {
    catalogue: Arc<Catalogue>,
    place: Place,
}

impl Room {
    /// Books an appointment.
    ///
    /// # Errors
    /// [`Refusal`]; or a fault, and then nothing was done.
    pub async fn book(
        &self,
        declaration: &Declaration,
        booking: Booking,
        once: Option<Once>,
    ) -> Outcome<Booked, Refusal> {
        let shared = Arc::new((declaration.clone(), booking, once));
        self.steady(|| {
            let (room, shared) = (self.clone(), Arc::clone(&shared));
            self.trust
                .act("booking.book", Scope::visitor(), move |act| {
                    let (room, shared) = (room.clone(), Arc::clone(&shared));
                    Box::pin(async move {
                        let (declaration, booking, once) = shared.as_ref();
                        room.book_in(act, declaration, booking, once.as_ref()).await
                    })
                })
        })
        .await
    }

    async fn book_in(
        &self,
        act: &mut Act,
        declaration: &Declaration,
        booking: &Booking,
        once: Option<&Once>,
    ) -> Outcome<Booked, Refusal> {
        if let Some(booked) = refusal::answered(act, once).await? {
            return Ok(Booked {
                again: true,
                ..booked
            });
        }
        if declaration.code != SERVICE || !declaration.for_whom.contains(&booking.for_whom) {
            return Err(Stop::Refused(Refusal::NotForThem));
        }
        let problems = act
            .check_consents(
                declaration,
                booking.for_whom,
                booking.form.language,
                &booking.consents,
            )
            .await?;
        if !problems.is_empty() {
            return Err(Stop::Refused(Refusal::Consents(problems)));
        }
        let place = Place {
            service: booking.service,
            practitioner: booking.practitioner,
            branch: booking.branch,
            start: booking.start,
        };
        let stood = self.stand(act, &place, Leave::Site).await?;
        let born = &booking.patient.birth_date;
        may_decide(booking.for_whom, born, stood.today(act.now())?).map_err(Stop::Refused)?;
        may_come(stood.service()?, born, stood.day()?).map_err(Stop::Refused)?;
        let id = AppointmentId::from_uuid(entropy::ordered_id(act.now()));
        self.take(act, id, booking.hold, &stood).await?;
        act.about(Case::appointment(id));
        let parties = people::seal(act, id, booking).await?;
        act.give_consents(declaration, &parties, &booking.form, &booking.consents)
            .await?;
        let booked = write(act, id, booking, &parties, &stood, None).await?;
        act.later(NewJob::now(
            trust::vault::SuggestSame::KIND,
            parties.patient.uuid(),
        ));
        act.later(NewJob::at(
            jobs::ESCALATE,
            id.uuid(),
            self.escalation(&stood, act.now())?,
        ));
        act.answer(once, Some(parties.patient), &booked).await?;
        act.record(
            Kind::AppointmentBooked,
            json!({ "for": booking.for_whom.code() }),
        )?;
        Ok(booked)
    }

    /// Checks that the place was offered, in the version of the catalogue that the act itself sees.
    pub(super) async fn stand(
        &self,
        act: &Act,
        place: &Place,
        leave: Leave,
    ) -> Outcome<Stood, Refusal> {
        let version = act
            .db()
            .seldom("catalogue", "version".to_owned(), async {
                let row = catalogue::Entity::find_by_id(1).one(act.db()).await?;
                Ok(row.map_or(0, |row| row.version))
            })
            .await?;
        let picture = self.timetable.picture();
        if picture.catalogue.version != *version {
            return Err(Stop::Refused(Refusal::Stale));
        }
        let refused = |refusal| Err(Stop::Refused(refusal));
        let service = known_service(&picture.catalogue, place.service)?;
        if picture.catalogue.practitioner(place.practitioner).is_none() {
            return refused(Refusal::Unknown(Pointer::Practitioner));
        }
        let Some(branch) = picture.catalogue.branch(place.branch) else {
            return refused(Refusal::Unknown(Pointer::Branch));
        };
        let sight = match leave {
            Leave::Site => self.sight(branch, act.now(), Viewer::Site),
            Leave::Desk => self.sight(branch, act.now(), Viewer::Desk),
            Leave::Unbound | Leave::Outside => {
                let now = Minute::floor(act.now().timestamp());
                Interval::new(now, now.plus(FARTHEST))
            }
            Leave::Again => Interval::new(Minute(place.start), Minute(place.start).plus(1)),
        };
        let Some(sight) = sight else {
            return refused(Refusal::TooFar);
        };
        if Minute(place.start) < sight.start() {
            return refused(Refusal::TooSoon);
        }
        if Minute(place.start) >= sight.end() {
            return refused(Refusal::TooFar);
        }
        let gives = service.practitioners.contains(&place.practitioner);
        let fits = match leave {
            Leave::Site => offered(&picture, service, place, sight, Viewer::Site),
            Leave::Desk | Leave::Unbound => offered(&picture, service, place, sight, Viewer::Desk),
            Leave::Outside | Leave::Again => gives,
        };
        if !fits {
            return refused(Refusal::NeverOffered);
        }
        Ok(Stood {
            catalogue: Arc::clone(&picture.catalogue),
            place: *place,
        })
    }

    /// Takes the time; a live hold of the asker's makes room for it first.
    pub(super) async fn take(
        &self,
        act: &Act,
        id: AppointmentId,
        hold: Option<HoldId>,
        stood: &Stood,
    ) -> Outcome<(), Refusal> {
        if let Some(hold) = hold
            && let Some(row) = hold::live(act, hold).await?
        {
            let place = &stood.place;
            let same = row.service == place.service.uuid()
                && row.practitioner == place.practitioner.uuid()
                && row.branch == place.branch.uuid()
                && row.starts == place.start;
            if !same {
                return Err(Stop::Refused(Refusal::AnotherHold));
            }
            super::table::hold::Entity::delete_by_id(hold.uuid())
                .exec(act.db())
                .await?;
            // Freed and claimed anew within this act: the catalogue may have changed what the visit needs since.
            claim::free(act, hold.uuid()).await?;
        }
        claim::claim_all(act, id.uuid(), None, &stood.wants())
            .await
            .map_err(|stop| stop.map_refusal(|Taken| stood.place.taken()))
    }

    /// Thirty working minutes later, by the branch's hours and the country's calendar.
    pub(super) fn escalation(&self, stood: &Stood, now: Moment) -> Outcome<Moment, Refusal> {
        Ok(jobs::escalation(
            stood.branch()?,
            now,
            self.settings.acceptance_minutes.into(),
        ))
    }

    /// Runs an act again with a fresh picture if the catalogue changed under it.
    pub(super) async fn steady<T, R, F>(&self, run: impl Fn() -> F) -> Outcome<T, R>
    where
        F: Future<Output = Outcome<T, R>>,
        R: Outdated,
    {
        if self.timetable.picture().catalogue.branches.is_empty() {
            self.timetable.fresh().await?;
        }
        match run().await {
            Err(Stop::Refused(refusal)) if refusal.may_be_outdated() => {
                self.timetable.fresh().await?;
                run().await
            }
            outcome => outcome,
        }
    }
}

/// A refusal that may come of an old picture of the time.
pub(super) trait Outdated {
    fn may_be_outdated(&self) -> bool;
}

impl Outdated for Refusal {
    fn may_be_outdated(&self) -> bool {
        matches!(self, Self::Stale | Self::TooFar)
    }
}

impl Stood {
    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn service(&self) -> Outcome<&Service, Refusal> {
        known_service(&self.catalogue, self.place.service)
    }

    pub(super) fn branch(&self) -> Outcome<&Branch, Refusal> {
        self.catalogue
            .branch(self.place.branch)
            .ok_or(Stop::Refused(Refusal::Unknown(Pointer::Branch)))
    }

    pub(super) fn practitioner(&self) -> Option<&Resource> {
        self.catalogue.practitioner(self.place.practitioner)
    }

    /// Minutes of the visit.
    pub(super) fn duration(&self) -> i64 {
        self.catalogue
            .service(self.place.service)
            .map_or(0, |service| service.visit.duration().into())
    }

    /// The date of the visit at its branch.
    pub(super) fn day(&self) -> Outcome<Date, Refusal> {
        let zone = self.branch()?.zone.clone();
        Ok(Minute(self.place.start).timestamp().to_zoned(zone).date())
    }

    /// The date at the branch at this moment.
    pub(super) fn today(&self, now: Moment) -> Outcome<Date, Refusal> {
        let zone = self.branch()?.zone.clone();
        Ok(now.timestamp().to_zoned(zone).date())
    }

    pub(super) fn wants(&self) -> Vec<Want<'_>> {
        match (
            self.catalogue.service(self.place.service),
            self.practitioner(),
        ) {
            (Some(service), Some(practitioner)) => claim::wants(
                &self.catalogue,
                service,
                practitioner,
                self.place.branch,
                self.place.start,
            ),
            _ => Vec::new(),
        }
    }
}

/// What staff add to a booking that they make.
pub(super) struct MadeBy {
    pub(super) staff: StaffId,
    /// Why it stands where the schedule offers nothing.
    pub(super) outside: Option<&'static str>,
    /// By which way it came.
    pub(super) channel: Channel,
}

pub(super) async fn write(
    act: &mut Act,
    id: AppointmentId,
    booking: &Booking,
    parties: &Parties,
    stood: &Stood,
    made: Option<MadeBy>,
) -> Result<Booked, Fault> {
    // What a human made needs no other human's acceptance (policy clause 4.1).
    let status = match &made {
        Some(_) => Status::Accepted,
        None => Status::Requested,
    };
    let channel = made.as_ref().map_or(Channel::Site, |made| made.channel);
    let made_by = made.as_ref().map(|made| made.staff.uuid());
    let token = act.new_link();
    let end = booking.start + stood.duration();
    let row = appointment::Model {
        id: id.uuid(),
        person: parties.patient.uuid(),
        representative: parties.representative.map(PersonId::uuid),
        booker: parties.booker.map(PersonId::uuid),
        for_whom: booking.for_whom.code().into(),
        basis: booking
            .representative
            .as_ref()
            .map(|of| of.basis.code().into()),
        service: booking.service.uuid(),
        practitioner: booking.practitioner.uuid(),
        branch: booking.branch.uuid(),
        starts: booking.start,
        ends: end,
        status: status.code().into(),
        language: language(booking.form.language),
        link_hash: token.hash.clone(),
        created_at: act.now().micros(),
        accepted_at: made_by.map(|_| act.now().micros()),
        accepted_by: made_by,
        escalated_at: None,
        moves: 0,
        act: act.id().uuid(),
        revision: 0,
        last_change: None,
        was: None,
        changed_at: None,
        changed_by: None,
        arrived_at: None,
        made_by,
        cancel_reason: None,
        outside: made.and_then(|made| made.outside).map(str::to_owned),
        channel: Some(channel.code().into()),
    };
    let noted = json!({
        "representative": row.representative, "booker": row.booker, "for_whom": row.for_whom, "basis": row.basis,
        "service": row.service, "practitioner": row.practitioner, "branch": row.branch, "starts": row.starts,
        "ends": row.ends, "status": row.status, "link_hash": token.digits(), "accepted_at": row.accepted_at,
        "accepted_by": row.accepted_by, "escalated_at": row.escalated_at, "moves": row.moves,
        "revision": row.revision, "last_change": row.last_change, "was": row.was, "changed_at": row.changed_at,
        "changed_by": row.changed_by, "arrived_at": row.arrived_at, "made_by": row.made_by,
        "cancel_reason": row.cancel_reason, "outside": row.outside,
        "channel": row.channel,
    });
    let bound = ("appointment", row.id);
    act.bind(parties.patient, "appointment.booked", bound, noted)
        .await?;
    let row = appointment::ActiveModel::from(row).reset_all();
    act.db().insert(vec![row]).await?;
    Ok(Booked {
        id,
        token: token.secret.reveal().clone(),
        status,
        start: booking.start,
        end,
        branch: booking.branch,
        again: false,
    })
}

fn language(language: Language) -> String {
    language.code().into()
}
