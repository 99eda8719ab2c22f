//! `/doctors/{code}`: who the doctor is, what they give, and their nearest times.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::catalogue::{Resource, Service};
use clinic::booking::{Catalogue, FirstTimes, Slot, SlotQuery};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{BranchId, Stop};

use super::super::facts::{DataBlock, Telling};
use super::super::page::Page;
use super::super::portrait::Portrait;
use super::super::shell::{Section, Shell};
use super::super::trouble::Trouble;
use super::super::visit::{Visit, escaped};
use super::card::{Today, about, ages, book_link, book_on, experience, given, page};
use crate::wording;
use crate::words::Words;

/// Days of which times are shown.
const DAYS: usize = 3;
/// Times of a day at a branch that are shown; the rest are a link away.
const TIMES: usize = 12;
/// Days looked at for them, from the first that has any.
const LOOKED_AT: i32 = 14;

/// A branch where the doctor sees patients.
struct Place {
    title: String,
    address: String,
    href: String,
}

/// A service the doctor gives.
struct Given {
    title: String,
    about: String,
    length: String,
    price: String,
    ages: Option<String>,
    preparation: String,
    /// Booking it with this doctor.
    book: String,
    /// The page with the times of this service.
    times: String,
    /// Whether its times are the ones shown.
    shown: bool,
}

/// A day of the doctor at a branch.
struct Day {
    title: String,
    place: String,
    times: Vec<Time>,
    /// Booking with this day open, where more is free than is shown.
    more: Option<String>,
}

/// A free time.
struct Time {
    /// «10:00».
    time: String,
    /// «24 ноября, вторник, 10:00».
    when: String,
    machine: String,
    href: String,
}

/// A doctor.
#[derive(Template)]
#[template(path = "site/doctor.html")]
pub(in super::super) struct DoctorPage {
    shell: Shell,
    name: String,
    about: String,
    speciality: String,
    speciality_href: String,
    experience: Option<String>,
    ages: Option<String>,
    portrait: Portrait,
    education: Vec<String>,
    places: Vec<Place>,
    services: Vec<Given>,
    days: Vec<Day>,
    book: String,
}

impl DoctorPage {
    /// The service whose times are shown.
    fn shown(&self) -> Option<&str> {
        let mut services = self.services.iter();
        let shown = services.find(|service| service.shown);
        shown.map(|service| service.title.as_str())
    }
}

/// `GET /doctors/{code}`.
pub(in super::super) async fn doctor(visit: Visit, Path(code): Path<String>) -> Response {
    let made = made(&visit, &code).await;
    visit.answer(made)
}

async fn made(visit: &Visit, code: &str) -> Result<Response, Trouble> {
    let words = visit.words;
    let times = visit.site.booking.first_times().await?;
    let catalogue = &times.catalogue;
    let Some(doctor) = catalogue.practitioner_coded(code) else {
        return Err(if catalogue.practitioner_left(code) {
            Trouble::DoctorLeft
        } else {
            Trouble::DoctorUnknown
        });
    };
    let today = Today::of(visit);
    let services: Vec<&Service> = given(catalogue, doctor).collect();
    let shown = shown(visit, &times, doctor, &services);
    let days = match shown {
        Some(service) => days(visit, &times, doctor, service).await?,
        None => Vec::new(),
    };
    let name = doctor.title.get(words.0);
    let works = catalogue.works_at(doctor.id);
    let branches = || {
        let all = catalogue.branches.iter();
        all.filter(|branch| works.contains(&branch.id))
    };
    let portrait = Portrait::of(name, today.photo(doctor));
    let shell = visit.shell(Section::Doctors);
    let telling = Telling {
        words,
        origin: &visit.site.origin,
        clinic: &shell.clinic,
    };
    let facts: DataBlock = telling.doctor(
        doctor,
        portrait.photo.as_deref(),
        branches(),
        services.iter().copied(),
    );
    let about = about(words, doctor);
    let description = words.fill(
        "doctor-about",
        [
            ("name", name.into()),
            ("about", about.as_str().into()),
            ("clinic", visit.clinic_name().into()),
        ],
    );
    let page = DoctorPage {
        shell: visit.found(Section::Doctors, name.to_owned(), description, Some(facts)),
        name: name.to_owned(),
        about,
        speciality: wording::speciality(words, doctor),
        speciality_href: format!("/doctors?speciality={}", escaped(&doctor.family)),
        experience: experience(today, catalogue, doctor),
        ages: ages(words, &services),
        portrait,
        education: doctor.education.lines(words.0).map(str::to_owned).collect(),
        places: branches()
            .map(|branch| Place {
                title: branch.title.get(words.0).to_owned(),
                address: branch.address.get(words.0).to_owned(),
                href: format!("/contacts#branch-{}", branch.code),
            })
            .collect(),
        services: services
            .iter()
            .map(|service| {
                view(
                    words,
                    doctor,
                    service,
                    shown.is_some_and(|one| one.id == service.id),
                )
            })
            .collect(),
        days,
        book: book_link(&[("doctor", &doctor.code)]),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// The service whose times are shown: the one asked for, else the one with the nearest time.
fn shown<'a>(
    visit: &Visit,
    times: &FirstTimes,
    doctor: &Resource,
    services: &[&'a Service],
) -> Option<&'a Service> {
    let asked = visit.query.get("service");
    let named = services.iter().find(|service| service.code == asked);
    let nearest = || {
        let first = times.of(doctor.id).first()?;
        services.iter().find(|service| service.id == first.service)
    };
    named.or_else(nearest).copied()
}

/// The nearest days of a service with this doctor.
async fn days(
    visit: &Visit,
    times: &FirstTimes,
    doctor: &Resource,
    service: &Service,
) -> Result<Vec<Day>, Trouble> {
    let catalogue = &times.catalogue;
    let first = times.of(doctor.id).iter();
    let Some(from) = first
        .filter(|time| time.service == service.id)
        .filter_map(|time| day_of(catalogue, &time.slot))
        .min()
    else {
        return Ok(Vec::new());
    };
    let query = SlotQuery {
        service: service.id,
        from,
        to: from.saturating_add((LOOKED_AT - 1).days()),
        practitioner: Some(doctor.id),
        branch: None,
        hold: None,
    };
    let found = match visit.site.booking.slots(&query).await {
        Ok(found) => found,
        // The catalogue changed since: the next look at the page shows the new one.
        Err(Stop::Refused(_)) => return Ok(Vec::new()),
        Err(Stop::Fault(fault)) => return Err(fault.into()),
    };
    let mut by_day: BTreeMap<(Date, BranchId), Vec<Slot>> = BTreeMap::new();
    for slot in found.slots {
        if let Some(day) = day_of(catalogue, &slot) {
            by_day.entry((day, slot.branch)).or_default().push(slot);
        }
    }
    let mut days: Vec<_> = by_day.into_iter().collect();
    days.sort_by_key(|((day, _), slots)| (*day, slots.first().map(|slot| slot.start)));
    let words = visit.words;
    let now = visit.clock().now();
    let day = |((date, branch), slots): ((Date, BranchId), Vec<Slot>)| {
        let branch = catalogue.branch(branch)?;
        let today = now.timestamp().to_zoned(branch.zone.clone()).date();
        let href = book_on(
            &[
                ("service", &service.code),
                ("doctor", &doctor.code),
                ("branch", &branch.code),
            ],
            date,
            today,
        );
        let time = |slot: &Slot| {
            let at = wording::local(&branch.zone, slot.start);
            Time {
                time: wording::clock(&at),
                when: wording::day_and_time(words, &at),
                machine: at.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
                href: href.clone(),
            }
        };
        Some(Day {
            title: wording::soon_day(words, date, today),
            place: branch.title.get(words.0).to_owned(),
            times: slots.iter().take(TIMES).map(time).collect(),
            more: (slots.len() > TIMES).then(|| href.clone()),
        })
    };
    Ok(days.into_iter().take(DAYS).filter_map(day).collect())
}

fn day_of(catalogue: &Catalogue, slot: &Slot) -> Option<Date> {
    let branch = catalogue.branch(slot.branch)?;
    Some(wording::local(&branch.zone, slot.start).date())
}

fn view(words: Words, doctor: &Resource, service: &Service, shown: bool) -> Given {
    let own = |text: &clinic::booking::catalogue::Words| text.get(words.0).to_owned();
    Given {
        title: own(&service.title),
        about: own(&service.about),
        length: wording::length(words, service.visit.duration().into()),
        price: wording::money(service.price),
        ages: wording::ages(words, service.age_from, service.age_to),
        preparation: own(&service.preparation),
        book: book_link(&[("service", &service.code), ("doctor", &doctor.code)]),
        times: format!("{}?service={}#times", page(doctor), escaped(&service.code)),
        shown,
    }
}

impl Page for DoctorPage {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self> {
        let time = |time: &str| Time {
            time: time.into(),
            when: format!("24 ноября, вторник, {time}"),
            machine: format!("2026-11-24T{time}+03:00"),
            href: "/book?service=visit&doctor=obraztsova&branch=main&day=2026-11-24".into(),
        };
        let given = |shown| Given {
            title: "Приём <терапевта>".into(),
            about: "Осмотр, расспрос & план".into(),
            length: "30 минут".into(),
            price: "1 800 ₽".into(),
            ages: Some("с 18 лет".into()),
            preparation: "Возьмите паспорт".into(),
            book: "/book?service=visit&doctor=obraztsova".into(),
            times: "/doctors/obraztsova?service=visit#times".into(),
            shown,
        };
        let full = |photo: Option<&str>| Self {
            shell: shell.clone(),
            name: "Образцова Проба <Примеровна>".into(),
            about: "Терапевт, врач высшей категории".into(),
            speciality: "Терапевт".into(),
            speciality_href: "/doctors?speciality=therapist".into(),
            experience: Some("стаж 14 лет".into()),
            ages: Some("с 18 лет".into()),
            portrait: Portrait::of("Образцова Проба", photo.map(str::to_owned)),
            education: vec!["2004 — Вымышленный институт — <лечебное дело>".into()],
            places: vec![Place {
                title: "Филиал на Примерной".into(),
                address: "ул. Примерная, д. 0".into(),
                href: "/contacts#branch-main".into(),
            }],
            services: vec![given(true), given(false)],
            days: vec![
                Day {
                    title: "завтра".into(),
                    place: "Филиал на Примерной".into(),
                    times: vec![time("10:00"), time("10:30")],
                    more: Some("/book?service=visit&day=2026-11-24".into()),
                },
                Day {
                    title: "25 ноября, среда".into(),
                    place: "Филиал на Примерной".into(),
                    times: vec![time("09:00")],
                    more: None,
                },
            ],
            book: "/book?doctor=obraztsova".into(),
        };
        let busy = Self {
            days: Vec::new(),
            ..full(None)
        };
        let bare = Self {
            experience: None,
            ages: None,
            education: Vec::new(),
            places: Vec::new(),
            services: Vec::new(),
            days: Vec::new(),
            ..full(None)
        };
        vec![full(None), full(Some("/photos/obraztsova.jpg")), busy, bare]
    }
}
