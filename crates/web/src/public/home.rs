//! The first page: what the clinic is, and the ways into a visit.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::FirstTimes;

use super::contacts::BranchView;
use super::doctors::{DoctorCard, Filter, FirstView, Today, first_view, specialities};
use super::facts::Telling;
use super::page::Page;
use super::shell::{Section, Shell};
use super::trouble::Trouble;
use super::visit::{Visit, escaped};
use crate::wording;

/// Doctors shown on the first page.
const DOCTORS: usize = 4;

/// A service as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceView {
    /// What chooses it.
    pub(super) id: String,
    /// Its name.
    pub(super) title: String,
    /// «30 минут».
    pub(super) length: String,
    /// «1 800 ₽».
    pub(super) price: String,
    /// For whom, where not for everybody.
    pub(super) ages: Option<String>,
}

impl ServiceView {
    /// A service of the catalogue.
    pub(super) fn of(
        words: crate::words::Words,
        service: &clinic::booking::catalogue::Service,
    ) -> Self {
        Self {
            id: service.id.to_string(),
            title: service.title.get(words.0).to_owned(),
            length: wording::length(words, service.visit.duration().into()),
            price: wording::money(service.price),
            ages: wording::ages(words, service.age_from, service.age_to),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(title: &str) -> Self {
        Self {
            id: uuid::Uuid::from_u128(1).to_string(),
            title: title.into(),
            length: "30 минут".into(),
            price: "1 800 ₽".into(),
            ages: Some("с 18 лет".into()),
        }
    }
}

/// A speciality with its nearest time.
struct Speciality {
    title: String,
    href: String,
    first: Option<FirstView>,
}

/// `/`.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    shell: Shell,
    /// The nearest time at any doctor.
    first: Option<FirstView>,
    specialities: Vec<Speciality>,
    doctors: Vec<DoctorCard>,
    branches: Vec<BranchView>,
}

/// `GET /`.
pub(super) async fn home(visit: Visit) -> Response {
    let made = home_page(&visit).await;
    visit.answer(made)
}

async fn home_page(visit: &Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let times = visit.site.booking.first_times().await?;
    let catalogue = &times.catalogue;
    let today = Today::of(visit);
    let shell = visit.shell(Section::Home);
    let telling = Telling {
        words,
        origin: &visit.site.origin,
        clinic: &shell.clinic,
    };
    let page = HomePage {
        first: times
            .nearest(|_| true)
            .and_then(|time| first_view(today, catalogue, &time, false)),
        specialities: specialities(catalogue)
            .into_iter()
            .map(|code| speciality(today, &times, code))
            .collect(),
        doctors: some_doctors(today, &times),
        branches: catalogue
            .branches
            .iter()
            .map(|branch| BranchView::of(words, branch))
            .collect(),
        shell: visit.found(
            Section::Home,
            words.say("home-title"),
            words.with("home-about", "clinic", visit.clinic_name()),
            Some(telling.clinic(catalogue.branches.iter())),
        ),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn speciality(today: Today<'_>, times: &FirstTimes, code: &str) -> Speciality {
    let catalogue = &times.catalogue;
    let of_it = |time: &clinic::booking::FirstTime| {
        let doctor = catalogue.practitioner(time.slot.practitioner);
        doctor.is_some_and(|doctor| doctor.family == code)
    };
    Speciality {
        title: wording::speciality_coded(today.words, code),
        href: format!("/doctors?speciality={}", escaped(code)),
        first: times
            .nearest(of_it)
            .and_then(|time| first_view(today, catalogue, &time, false)),
    }
}

/// One doctor of each of the first specialities: of several the one who is free soonest.
fn some_doctors(today: Today<'_>, times: &FirstTimes) -> Vec<DoctorCard> {
    let catalogue = &times.catalogue;
    let codes = specialities(catalogue).into_iter().take(DOCTORS);
    let soonest = codes.filter_map(|code| {
        let of_it = catalogue.practitioners().filter(|one| one.family == code);
        of_it.min_by_key(|one| {
            let first = times.of(one.id).first();
            first.map_or(i64::MAX, |time| time.slot.start)
        })
    });
    soonest
        .map(|doctor| DoctorCard::of(today, times, &Filter::default(), doctor))
        .collect()
}

impl Page for HomePage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let speciality = |first| Speciality {
            title: "<Терапевт>".into(),
            href: "/doctors?speciality=therapist".into(),
            first,
        };
        vec![
            Self {
                first: Some(FirstView::sample()),
                specialities: vec![speciality(Some(FirstView::sample())), speciality(None)],
                doctors: DoctorCard::samples(),
                branches: BranchView::samples(shell.phone()),
                shell: shell.clone(),
            },
            Self {
                shell,
                first: None,
                specialities: Vec::new(),
                doctors: Vec::new(),
                branches: Vec::new(),
            },
        ]
    }
}
