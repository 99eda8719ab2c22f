//! `/contacts`: where the clinic is, how to reach it and who sees patients there. The way is told in words: a map would
//! tell a stranger who looks at it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::Branch;

use super::doctors::book_link;
use super::facts::Telling;
use super::page::Page;
use super::shell::{PhoneLink, Section, Shell};
use super::trouble::Trouble;
use super::visit::{Visit, escaped};
use crate::wording;
use crate::words::Words;

/// A branch as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BranchView {
    /// Its code: its place on the page of contacts.
    pub(super) code: String,
    /// Its name.
    pub(super) title: String,
    /// Its address.
    pub(super) address: String,
    /// Its phone.
    pub(super) phone: PhoneLink,
    /// Its e-mail; may be empty.
    pub(super) email: String,
    /// «Пн–Вс 08:00–20:00».
    pub(super) hours: String,
    /// The way there, in lines.
    pub(super) way: Vec<String>,
    /// Booking there.
    pub(super) book: String,
}

impl BranchView {
    /// A branch of the catalogue.
    pub(super) fn of(words: Words, branch: &Branch) -> Self {
        Self {
            code: branch.code.clone(),
            title: branch.title.get(words.0).to_owned(),
            address: branch.address.get(words.0).to_owned(),
            phone: PhoneLink {
                shown: branch.phone.clone(),
                dialled: trust::consent::declaration::dialled(&branch.phone),
            },
            email: branch.email.clone(),
            hours: words.with(
                "hours-daily",
                "hours",
                &wording::hours(branch.opens, branch.closes),
            ),
            way: branch.way.lines(words.0).map(str::to_owned).collect(),
            book: book_link(&[("branch", &branch.code)]),
        }
    }

    #[cfg(test)]
    pub(super) fn samples(phone: &PhoneLink) -> Vec<Self> {
        let full = Self {
            code: "main".into(),
            title: "Филиал на <Примерной>".into(),
            address: "ул. Примерная, д. 0".into(),
            phone: phone.clone(),
            email: "main@clinic.example".into(),
            hours: "Пн–Вс 08:00–20:00".into(),
            way: vec!["Выход № 1 & направо".into(), "Вход без ступеней".into()],
            book: "/book?branch=main".into(),
        };
        let bare = Self {
            code: "other".into(),
            email: String::new(),
            way: Vec::new(),
            ..full.clone()
        };
        vec![full, bare]
    }
}

/// A doctor who sees patients at a branch.
struct DoctorLink {
    name: String,
    speciality: String,
    href: String,
}

/// A branch with its doctors.
struct Place {
    branch: BranchView,
    doctors: Vec<DoctorLink>,
}

/// `/contacts`.
#[derive(Template)]
#[template(path = "site/contacts.html")]
pub(super) struct ContactsPage {
    shell: Shell,
    places: Vec<Place>,
}

/// `GET /contacts`.
pub(super) async fn contacts(visit: Visit) -> Response {
    let made = page(&visit).await;
    visit.answer(made)
}

async fn page(visit: &Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let catalogue = visit.site.booking.catalogue().await?;
    let shell = visit.shell(Section::Contacts);
    let telling = Telling {
        words,
        origin: &visit.site.origin,
        clinic: &shell.clinic,
    };
    let page = ContactsPage {
        shell: visit.found(
            Section::Contacts,
            words.say("contacts-title"),
            words.with("contacts-about", "clinic", visit.clinic_name()),
            Some(telling.clinic(catalogue.branches.iter())),
        ),
        places: catalogue
            .branches
            .iter()
            .map(|branch| Place {
                branch: BranchView::of(words, branch),
                doctors: doctors(words, &catalogue, branch),
            })
            .collect(),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn doctors(words: Words, catalogue: &Catalogue, branch: &Branch) -> Vec<DoctorLink> {
    let here = catalogue
        .practitioners()
        .filter(|doctor| catalogue.works_at(doctor.id).contains(&branch.id));
    here.map(|doctor| DoctorLink {
        name: doctor.title.get(words.0).to_owned(),
        speciality: wording::speciality(words, doctor),
        href: format!("/doctors/{}", escaped(&doctor.code)),
    })
    .collect()
}

impl Page for ContactsPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let doctor = || DoctorLink {
            name: "Образцова <Проба>".into(),
            speciality: "Терапевт".into(),
            href: "/doctors/obraztsova".into(),
        };
        let places = BranchView::samples(shell.phone())
            .into_iter()
            .enumerate()
            .map(|(at, branch)| Place {
                branch,
                doctors: (at..1).map(|_| doctor()).collect(),
            });
        vec![
            Self {
                shell: shell.clone(),
                places: places.collect(),
            },
            Self {
                shell,
                places: Vec::new(),
            },
        ]
    }
}
