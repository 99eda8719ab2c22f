//! The demo clinic comes to life: its catalogue, and half of today and tomorrow booked by the same verbs
//! that patients use. Nobody in it exists.

use futures::future::join_all;
use jiff::civil::Date;
use kernel::{
    AppointmentId, BirthDate, Fault, Language, NamePart, PersonName, Personal, Phone, Scope, Stop,
};
use trust::Trust;
use trust::consent::declaration::{Declaration, ForWhom};
use trust::consent::{Decided, Form};

use super::{Guardian, Patient, Taken, catalogue, patients, taken};
use crate::booking::desk::Seen;
use crate::booking::{self, Basis, Booking, Catalogue, NewBooking, Refusal, Representative};

/// What was filled in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Practitioners of the catalogue.
    pub practitioners: usize,
    /// Appointments booked, in their order.
    pub appointments: Vec<AppointmentId>,
    /// The secret of a patient's link to an appointment of their own that is still to come.
    pub patient: Option<Personal<String>>,
}

/// Fills an empty store. `today` is the first of the sixty days.
///
/// # Errors
/// The database's; a fictional person who does not parse.
pub async fn fill(
    trust: &Trust,
    booking: &Booking,
    declaration: &Declaration,
    today: Date,
) -> Result<Filled, Fault> {
    booking
        .replace_catalogue(Scope::console(), catalogue(today))
        .await?;
    let known = booking.catalogue().await?;
    let people = patients(today);
    let plan: Vec<NewBooking> = {
        let own = given(trust, declaration, ForWhom::Myself).await?;
        let childs = given(trust, declaration, ForWhom::Child).await?;
        let of = |taken: &Taken| {
            let patient = people
                .get(taken.patient)
                .ok_or_else(|| Fault::broken("the plan names nobody"))?;
            let consents = if patient.guardian.is_some() {
                &childs
            } else {
                &own
            };
            planned(&known, taken, patient, consents, today)
        };
        taken(today).iter().map(of).collect::<Result<_, _>>()?
    };
    let (mut appointments, mut patient) = (Vec::new(), None);
    // In groups, so that they share commits; in order, so that the plan's rooms suffice.
    for group in plan.chunks(64) {
        let booked = group
            .iter()
            .map(|one| booking.book(declaration, one.clone(), None));
        for (outcome, plan) in join_all(booked).await.into_iter().zip(group) {
            match outcome {
                Ok(booked) => {
                    appointments.push(booked.id);
                    // The last of the plan is the furthest away: there is time to move it and to cancel it.
                    if matches!(plan.for_whom, ForWhom::Myself) {
                        patient = Some(Personal::new(booked.token));
                    }
                }
                // The morning is over, or the last minute has come: that part of the plan is left out.
                Err(Stop::Refused(
                    Refusal::TooSoon | Refusal::SlotTaken { .. } | Refusal::NeverOffered,
                )) => {}
                Err(Stop::Refused(refusal)) => {
                    return Err(Fault::broken(format!(
                        "the demo's plan was refused: {refusal:?}"
                    )));
                }
                Err(Stop::Fault(fault)) => return Err(fault),
            }
        }
    }
    Ok(Filled {
        practitioners: known.practitioners().count(),
        appointments,
        patient,
    })
}

/// One of so many appointments still waits for somebody of the staff.
const WAITS: usize = 16;

/// Somebody at the desk accepts what was filled in, but for a few that wait to be accepted by whoever looks around.
///
/// # Errors
/// The database's; a scope in which nobody may accept.
pub async fn accept(booking: &Booking, scope: Scope, filled: &Filled) -> Result<(), Fault> {
    let waits = |nth: &usize| nth % WAITS == WAITS / 2;
    let accepted: Vec<AppointmentId> = filled
        .appointments
        .iter()
        .enumerate()
        .filter_map(|(nth, id)| (!waits(&nth)).then_some(*id))
        .collect();
    for group in accepted.chunks(64) {
        let all = group.iter().map(|id| {
            let seen = Seen {
                appointment: *id,
                revision: 0,
            };
            booking.accept(scope, seen)
        });
        for outcome in join_all(all).await {
            outcome.map_err(|stop| match stop {
                Stop::Fault(fault) => fault,
                Stop::Refused(refusal) => {
                    Fault::broken(format!("a visit of the demo was not accepted: {refusal:?}"))
                }
            })?;
        }
    }
    Ok(())
}

async fn given(
    trust: &Trust,
    declaration: &Declaration,
    for_whom: ForWhom,
) -> Result<Vec<Decided>, Fault> {
    let asked = trust
        .consents_asked(declaration, for_whom, Language::Ru)
        .await?;
    let given = asked.into_iter().map(|asked| Decided {
        document: asked.document,
        version: asked.version,
        sha256: asked.sha256,
        given: true,
    });
    Ok(given.collect())
}

fn planned(
    known: &Catalogue,
    taken: &Taken,
    patient: &Patient,
    consents: &[Decided],
    today: Date,
) -> Result<NewBooking, Fault> {
    let absent = |code: &str| {
        Fault::broken(format!(
            "the demo's plan names {code}, which is not in its catalogue"
        ))
    };
    let service = known
        .services
        .iter()
        .find(|one| one.code == taken.service)
        .ok_or_else(|| absent(&taken.service))?;
    let practitioner = known
        .practitioners()
        .find(|one| one.code == taken.practitioner)
        .ok_or_else(|| absent(&taken.practitioner))?;
    let branch = known
        .branches
        .iter()
        .find(|one| one.code == taken.branch)
        .ok_or_else(|| absent(&taken.branch))?;
    let representative = patient.guardian.as_ref().map(representative).transpose()?;
    Ok(NewBooking {
        service: service.id,
        practitioner: practitioner.id,
        branch: branch.id,
        start: taken.start.0,
        hold: None,
        for_whom: if representative.is_some() {
            ForWhom::Child
        } else {
            ForWhom::Myself
        },
        patient: booking::Patient {
            name: name(&patient.surname, &patient.given_name, &patient.patronymic)?,
            birth_date: BirthDate::parse(&patient.birth_date.to_string(), today)?,
            phone: patient.phone.as_deref().map(Phone::parse).transpose()?,
            email: None,
        },
        representative,
        booker: None,
        more: Default::default(),
        consents: consents.to_vec(),
        form: Form {
            name: "demo",
            language: Language::Ru,
            address: None,
        },
    })
}

fn representative(guardian: &Guardian) -> Result<Representative, Fault> {
    Ok(Representative {
        name: name(
            &guardian.surname,
            &guardian.given_name,
            &guardian.patronymic,
        )?,
        phone: Phone::parse(&guardian.phone)?,
        basis: Basis::Parent,
    })
}

fn name(surname: &str, given_name: &str, patronymic: &str) -> Result<PersonName, Fault> {
    Ok(PersonName {
        surname: NamePart::parse(surname)?,
        given_name: NamePart::parse(given_name)?,
        patronymic: Some(NamePart::parse(patronymic)?),
    })
}
