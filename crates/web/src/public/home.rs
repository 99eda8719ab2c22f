//! The first page and the list of doctors: what anybody may see without leaving a trace.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::catalogue::Branch;
use kernel::Language;

use super::page::Page;
use super::shell::{PhoneLink, Section, Shell};
use super::trouble::Trouble;
use super::visit::Visit;
use super::wording;

/// A branch as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BranchView {
    /// Its name.
    title: String,
    /// Its address.
    address: String,
    /// Its phone.
    phone: PhoneLink,
    /// «08:00–20:00».
    hours: String,
    /// What preselects it.
    id: String,
}

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
        words: super::words::Words,
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

/// `/`.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    shell: Shell,
    branches: Vec<BranchView>,
    services: Vec<ServiceView>,
}

/// A practitioner as a page shows them.
struct DoctorView {
    id: String,
    name: String,
    speciality: String,
    about: String,
}

impl DoctorView {
    /// Whether what is told of them begins with their speciality anyway.
    fn is_told(&self) -> bool {
        self.about
            .to_lowercase()
            .starts_with(&self.speciality.to_lowercase())
    }
}

/// `/doctors`.
#[derive(Template)]
#[template(path = "doctors.html")]
pub(super) struct DoctorsPage {
    shell: Shell,
    doctors: Vec<DoctorView>,
}

/// `GET /`.
pub(super) async fn home(visit: Visit) -> Response {
    let made = home_page(&visit).await;
    visit.answer(made)
}

async fn home_page(visit: &Visit) -> Result<Response, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let page = HomePage {
        shell: visit.shell(Section::Home),
        branches: catalogue
            .branches
            .iter()
            .map(|branch| branch_view(visit.words.0, branch))
            .collect(),
        services: catalogue
            .services
            .iter()
            .map(|service| ServiceView::of(visit.words, service))
            .collect(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// `GET /doctors`.
pub(super) async fn doctors(visit: Visit) -> Response {
    let made = doctors_page(&visit).await;
    visit.answer(made)
}

async fn doctors_page(visit: &Visit) -> Result<Response, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let doctors = catalogue.practitioners().map(|practitioner| DoctorView {
        id: practitioner.id.to_string(),
        name: practitioner.title.get(visit.words.0).to_owned(),
        speciality: wording::speciality(visit.words, practitioner),
        about: practitioner.about.get(visit.words.0).to_owned(),
    });
    let page = DoctorsPage {
        shell: visit.shell(Section::Doctors),
        doctors: doctors.collect(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn branch_view(language: Language, branch: &Branch) -> BranchView {
    BranchView {
        title: branch.title.get(language).to_owned(),
        address: branch.address.get(language).to_owned(),
        phone: PhoneLink {
            shown: branch.phone.clone(),
            dialled: trust::consent::declaration::dialled(&branch.phone),
        },
        hours: wording::hours(branch.opens, branch.closes),
        id: branch.id.to_string(),
    }
}

impl Page for HomePage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let branch = BranchView {
            title: "Филиал на Примерной".into(),
            address: "ул. Примерная, д. 0".into(),
            phone: shell.phone().clone(),
            hours: "08:00–20:00".into(),
            id: uuid::Uuid::from_u128(2).to_string(),
        };
        let services = vec![
            ServiceView::sample("Приём <терапевта> & осмотр"),
            ServiceView::sample("ЭКГ"),
        ];
        vec![
            Self {
                shell: shell.clone(),
                branches: vec![branch],
                services,
            },
            Self {
                shell,
                branches: Vec::new(),
                services: Vec::new(),
            },
        ]
    }
}

impl Page for DoctorsPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let doctor = DoctorView {
            id: uuid::Uuid::from_u128(3).to_string(),
            name: "Образцова Проба Примеровна".into(),
            speciality: "Терапевт".into(),
            about: "Врач высшей категории, которого нет".into(),
        };
        vec![
            Self {
                shell: shell.clone(),
                doctors: vec![doctor],
            },
            Self {
                shell,
                doctors: Vec::new(),
            },
        ]
    }
}
