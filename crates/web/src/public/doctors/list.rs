//! `/doctors`.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::page::Page;
use super::super::shell::{Section, Shell};
use super::super::trouble::Trouble;
use super::super::visit::Visit;
use super::card::{DoctorCard, Today};
use super::filter::{Filter, specialities};
use crate::fields::OptionView;
use crate::wording;

/// Doctors of one speciality.
pub(super) struct Speciality {
    code: String,
    title: String,
    doctors: Vec<DoctorCard>,
}

/// `/doctors`.
#[derive(Template)]
#[template(path = "site/doctors.html")]
pub(in super::super) struct DoctorsPage {
    shell: Shell,
    specialities: Vec<OptionView>,
    branches: Vec<OptionView>,
    child: bool,
    /// Whether only some are shown.
    filtered: bool,
    /// How many are shown.
    count: usize,
    groups: Vec<Speciality>,
}

/// `GET /doctors`.
pub(in super::super) async fn doctors(visit: Visit) -> Response {
    let made = page(&visit).await;
    visit.answer(made)
}

async fn page(visit: &Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let times = visit.site.booking.first_times().await?;
    let catalogue = &times.catalogue;
    let filter = Filter::of(&visit.query, catalogue);
    let today = Today::of(visit);
    let groups = specialities(catalogue).into_iter().map(|code| {
        let doctors = catalogue
            .practitioners()
            .filter(|doctor| doctor.family == code && filter.shows(catalogue, doctor))
            .map(|doctor| DoctorCard::of(today, &times, &filter, doctor));
        Speciality {
            code: code.to_owned(),
            title: wording::speciality_coded(words, code),
            doctors: doctors.collect(),
        }
    });
    let groups: Vec<Speciality> = groups.filter(|group| !group.doctors.is_empty()).collect();
    let title = words.say("doctors-title");
    let about = words.with("doctors-about", "clinic", visit.clinic_name());
    let page = DoctorsPage {
        shell: visit.found(Section::Doctors, title, about, None),
        specialities: filter.specialities(words, catalogue),
        branches: filter.branches(words, catalogue),
        child: filter.child,
        filtered: filter.is_set(),
        count: groups.iter().map(|group| group.doctors.len()).sum(),
        groups,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

impl Page for DoctorsPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let option = |value: &str, chosen| OptionView {
            value: value.into(),
            label: "Выбор <первый>".into(),
            chosen,
        };
        let page = |filtered, groups: Vec<Speciality>| Self {
            shell: shell.clone(),
            specialities: vec![option("therapist", filtered), option("ent", false)],
            branches: vec![option("main", filtered), option("other", false)],
            child: filtered,
            filtered,
            count: groups.len(),
            groups,
        };
        let group = |code: &str| Speciality {
            code: code.into(),
            title: "Терапевт".into(),
            doctors: DoctorCard::samples(),
        };
        let empty = Self {
            specialities: Vec::new(),
            branches: vec![option("main", false)],
            ..page(false, Vec::new())
        };
        vec![
            page(false, vec![group("therapist"), group("ent")]),
            page(true, vec![group("therapist")]),
            page(true, Vec::new()),
            empty,
        ]
    }
}
