//! Owns the plan of what is taken when the demo begins: half of the starts of the first day and of the next.

use calendar::schedule::{
    Interval, Minute, Opening, Request, Viewer, Visit, WeeklySchedule, Window, free, windows,
};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::catalogue::catalogue;
use super::patients::{Patient, patients};
use crate::booking::catalogue::new::{Code, NewCatalogue, NewService};

/// An appointment to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// With whom.
    pub practitioner: Code,
    /// What for.
    pub service: Code,
    /// Where.
    pub branch: Code,
    /// When; of the first day some starts may have passed by then.
    pub start: Minute,
    /// Who: the place in [`patients`].
    pub patient: usize,
}

/// The appointments of `today` and the next day, each patient's only one, by practitioner and time.
///
/// Every practitioner gives the first of their services; no two appointments overlap on a practitioner, and rooms
/// and devices suffice.
#[must_use]
pub fn taken(today: Date) -> Vec<Taken> {
    let catalogue = catalogue(today);
    let mut waiting = Waiting(patients(today).into_iter().enumerate().map(Some).collect());
    let mut taken = Vec::new();
    for (number, practitioner) in catalogue.resources.iter().enumerate() {
        let gives = |service: &&NewService| service.practitioners.contains(&practitioner.code);
        let Some(service) = catalogue.services.iter().find(gives) else {
            continue;
        };
        for (at, branch) in half(
            offered(&catalogue, &practitioner.code, service, today),
            number,
        ) {
            let Some(patient) = waiting.next(&practitioner.family) else {
                continue;
            };
            taken.push(Taken {
                practitioner: practitioner.code.clone(),
                service: service.code.clone(),
                branch: catalogue.branches[branch].code.clone(),
                start: at,
                patient,
            });
        }
    }
    taken
}

/// Every start of a service with a practitioner on two days, with the branch's place in the catalogue.
fn offered(
    catalogue: &NewCatalogue,
    practitioner: &Code,
    service: &NewService,
    today: Date,
) -> Vec<(Minute, usize)> {
    let visit = Visit::new(
        service.duration,
        service.buffer_before,
        service.buffer_after,
        service.step,
    )
    .expect("the demo's services are visits");
    let zone = TimeZone::get(&catalogue.branches[0].zone).expect("the demo's zone is bundled");
    let rules: Vec<WeeklySchedule<usize>> = catalogue
        .schedules
        .iter()
        .filter(|schedule| schedule.practitioner == *practitioner)
        .filter_map(|schedule| by_place(catalogue, &schedule.rule))
        .collect();
    let tomorrow = today.saturating_add(1.day());
    let open: Vec<Window<usize>> = windows(&rules, &[], &zone, today, tomorrow);
    let request = Request {
        visit,
        viewer: Viewer::Site,
        branch: None,
        within: Interval::new(Minute(i64::MIN), Minute(i64::MAX))
            .expect("all of time is not empty"),
    };
    let mut starts = Vec::new();
    free(&open, &[], &request, &mut starts);
    starts
        .into_iter()
        .map(|start| (start.at, start.branch))
        .collect()
}

/// A rule with the branch's place in the catalogue for its code.
fn by_place(
    catalogue: &NewCatalogue,
    rule: &WeeklySchedule<Code>,
) -> Option<WeeklySchedule<usize>> {
    let place = |code: &Code| {
        catalogue
            .branches
            .iter()
            .position(|branch| branch.code == *code)
    };
    let opening = Opening {
        branch: place(&rule.opening.branch)?,
        span: rule.opening.span,
        breaks: rule.opening.breaks.clone(),
        audience: rule.opening.audience,
    };
    Some(WeeklySchedule {
        days: rule.days,
        from: rule.from,
        to: rule.to,
        opening,
    })
}

/// One of every two starts that follow one another, now the first, now the second.
fn half(starts: Vec<(Minute, usize)>, number: usize) -> Vec<(Minute, usize)> {
    let one_of = |(pair, starts): (usize, &[(Minute, usize)])| {
        // Neither all first nor all second, and different for every practitioner.
        let second = (pair * pair + pair * number + number) % 3 == 1;
        starts.get(usize::from(second)).copied()
    };
    starts.chunks(2).enumerate().filter_map(one_of).collect()
}

/// Patients who have no appointment yet.
struct Waiting(Vec<Option<(usize, Patient)>>);

impl Waiting {
    /// The next one whom the speciality sees.
    fn next(&mut self, speciality: &str) -> Option<usize> {
        let fits = |patient: &Patient| match speciality {
            "paediatrician" => patient.guardian.is_some(),
            "gynaecologist" => patient.guardian.is_none() && patient.female,
            _ => patient.guardian.is_none(),
        };
        let place = self
            .0
            .iter_mut()
            .find(|place| place.as_ref().is_some_and(|(_, patient)| fits(patient)))?;
        place.take().map(|(at, _)| at)
    }
}
