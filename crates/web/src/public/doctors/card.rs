//! A doctor in a list, and the links by which a time or a doctor is brought into booking.

use clinic::booking::catalogue::{Resource, Service};
use clinic::booking::{Catalogue, FirstTime, FirstTimes};
use clinic::photos::{Photo, Photos};
use jiff::civil::Date;
use kernel::Moment;

use super::super::portrait::Portrait;
use super::super::visit::{Visit, escaped};
use super::filter::Filter;
use crate::wording;
use crate::words::Words;

/// Days that booking shows at once; a day beyond them is opened by its own strip.
const STRIP_DAYS: i32 = 14;

/// When a page is made, in which words, and with which photos.
#[derive(Clone, Copy)]
pub(in super::super) struct Today<'a> {
    /// Photos of doctors.
    pub(in super::super) photos: &'a Photos,
    /// The words.
    pub(in super::super) words: Words,
    /// The time.
    pub(in super::super) now: Moment,
}

/// A doctor in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct DoctorCard {
    /// Their name.
    pub(in super::super) name: String,
    /// What they are, in a line.
    pub(in super::super) about: String,
    /// «стаж 14 лет».
    pub(in super::super) experience: Option<String>,
    /// For whom, where not for everybody.
    pub(in super::super) ages: Option<String>,
    /// Their picture.
    pub(in super::super) portrait: Portrait,
    /// Their page.
    pub(in super::super) page: String,
    /// «от 2 300 ₽».
    pub(in super::super) price: Option<String>,
    /// Their first free time.
    pub(in super::super) first: Option<FirstView>,
    /// Booking with them, at any time.
    pub(in super::super) book: String,
}

/// A first free time, as a link into booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct FirstView {
    /// «завтра, 10:00».
    pub(in super::super) when: String,
    /// For a program: local date and time with offset (HTML `time`).
    pub(in super::super) machine: String,
    /// For which service.
    pub(in super::super) service: String,
    /// At which branch.
    pub(in super::super) branch: String,
    /// Booking with everything of it chosen.
    pub(in super::super) href: String,
}

impl<'a> Today<'a> {
    /// As this visit has it.
    pub(in super::super) fn of(visit: &'a Visit) -> Self {
        Self {
            photos: &visit.site.photos,
            words: visit.words,
            now: visit.clock().now(),
        }
    }

    /// The address of a doctor's photo.
    pub(super) fn photo(self, doctor: &Resource) -> Option<String> {
        self.photos.of(&doctor.code).map(Photo::address)
    }
}

impl DoctorCard {
    /// A doctor as this filter shows them.
    pub(in super::super) fn of(
        today: Today<'_>,
        times: &FirstTimes,
        filter: &Filter,
        doctor: &Resource,
    ) -> Self {
        let words = today.words;
        let catalogue = &times.catalogue;
        let given: Vec<&Service> = given(catalogue, doctor)
            .filter(|service| filter.takes(service))
            .collect();
        let mut first = times.of(doctor.id).iter();
        let first = first
            .find(|time| filter.wants(catalogue, time))
            .and_then(|time| first_view(today, catalogue, time, filter.child));
        let name = doctor.title.get(words.0);
        let price = given.iter().map(|service| service.price).min();
        let child = if filter.child { "child" } else { "" };
        Self {
            name: name.to_owned(),
            about: about(words, doctor),
            experience: experience(today, catalogue, doctor),
            ages: ages(words, &given),
            portrait: Portrait::of(name, today.photo(doctor)),
            page: page(doctor),
            price: price.map(|price| words.with("price-from", "price", &wording::money(price))),
            first,
            book: book_link(&[("for", child), ("doctor", &doctor.code)]),
        }
    }

    #[cfg(test)]
    pub(in super::super) fn samples() -> Vec<Self> {
        let full = Self {
            name: "Образцова Проба <Примеровна>".into(),
            about: "Терапевт, врач высшей категории".into(),
            experience: Some("стаж 14 лет".into()),
            ages: Some("с 18 лет".into()),
            portrait: Portrait::of("Образцова Проба <Примеровна>", None),
            page: "/doctors/obraztsova".into(),
            price: Some("от 1 800 ₽".into()),
            first: Some(FirstView::sample()),
            book: "/book?doctor=obraztsova".into(),
        };
        let photographed = Self {
            portrait: Portrait::of("Проба", Some("/photos/obraztsova.jpg".into())),
            ..full.clone()
        };
        let bare = Self {
            experience: None,
            ages: None,
            price: None,
            first: None,
            ..full.clone()
        };
        vec![full, photographed, bare]
    }
}

impl FirstView {
    #[cfg(test)]
    pub(in super::super) fn sample() -> Self {
        Self {
            when: "завтра, 10:00".into(),
            machine: "2026-11-24T10:00+03:00".into(),
            service: "Приём & осмотр".into(),
            branch: "Филиал на Примерной".into(),
            href: "/book?service=visit&doctor=obraztsova&branch=main&day=2026-11-24".into(),
        }
    }
}

/// The services a doctor gives, in the catalogue's order.
pub(super) fn given<'a>(
    catalogue: &'a Catalogue,
    doctor: &Resource,
) -> impl Iterator<Item = &'a Service> {
    let id = doctor.id;
    let services = catalogue.services.iter();
    services.filter(move |service| service.practitioners.contains(&id))
}

/// What is told of a doctor in a line; at least what they are.
pub(super) fn about(words: Words, doctor: &Resource) -> String {
    let told = doctor.about.get(words.0);
    if told.is_empty() {
        wording::speciality(words, doctor)
    } else {
        told.to_owned()
    }
}

/// A doctor's page.
pub(in super::super) fn page(doctor: &Resource) -> String {
    format!("/doctors/{}", escaped(&doctor.code))
}

/// «стаж 14 лет», in the year it is at the clinic.
pub(super) fn experience(
    today: Today<'_>,
    catalogue: &Catalogue,
    doctor: &Resource,
) -> Option<String> {
    let day = wording::today(catalogue, today.now);
    wording::experience(today.words, doctor.practising_since?, day)
}

/// For whom these services are, taken together.
pub(super) fn ages(words: Words, services: &[&Service]) -> Option<String> {
    let from = services.iter().map(|service| service.age_from.unwrap_or(0));
    let to = services.iter().map(|service| service.age_to);
    let to = to.reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)));
    wording::ages(words, from.min(), to.flatten())
}

/// A first time in words, with the link that brings all of it into booking.
pub(in super::super) fn first_view(
    today: Today<'_>,
    catalogue: &Catalogue,
    time: &FirstTime,
    child: bool,
) -> Option<FirstView> {
    let words = today.words;
    let branch = catalogue.branch(time.slot.branch)?;
    let service = catalogue.service(time.service)?;
    let doctor = catalogue.practitioner(time.slot.practitioner)?;
    let at = wording::local(&branch.zone, time.slot.start);
    let day = today.now.timestamp().to_zoned(branch.zone.clone()).date();
    Some(FirstView {
        when: wording::soon(words, &at, day),
        machine: at.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
        service: service.title.get(words.0).to_owned(),
        branch: branch.title.get(words.0).to_owned(),
        href: book_on(
            &[
                ("for", if child { "child" } else { "" }),
                ("service", &service.code),
                ("doctor", &doctor.code),
                ("branch", &branch.code),
            ],
            at.date(),
            day,
        ),
    })
}

/// Booking with this chosen and this day open.
pub(super) fn book_on(chosen: &[(&str, &str)], day: Date, today: Date) -> String {
    let far = today
        .until(day)
        .is_ok_and(|span| span.get_days() >= STRIP_DAYS);
    let day = day.to_string();
    let mut all = chosen.to_vec();
    all.push(("from", if far { &day } else { "" }));
    all.push(("day", &day));
    book_link(&all)
}

/// Booking with this chosen; what is empty is left out.
pub(in super::super) fn book_link(chosen: &[(&str, &str)]) -> String {
    let mut link = String::from("/book");
    let mut before = '?';
    for (name, value) in chosen.iter().filter(|(_, value)| !value.is_empty()) {
        link.push(before);
        link.push_str(&format!("{name}={}", escaped(value)));
        before = '&';
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn links_say_what_is_chosen_and_nothing_else() {
        assert_eq!(book_link(&[("for", ""), ("doctor", "")]), "/book");
        assert_eq!(
            book_link(&[("for", "child"), ("doctor", "а&b")]),
            "/book?for=child&doctor=%D0%B0%26b"
        );
        let today = date(2026, 11, 23);
        assert_eq!(
            book_on(&[("service", "x")], date(2026, 12, 6), today),
            "/book?service=x&day=2026-12-06"
        );
        assert_eq!(
            book_on(&[("service", "x")], date(2026, 12, 7), today),
            "/book?service=x&from=2026-12-07&day=2026-12-07"
        );
    }
}
