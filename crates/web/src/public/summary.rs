//! An appointment in words: what, with whom, when, where.

use clinic::booking::{Catalogue, Slot};
use kernel::ServiceId;

use super::shell::PhoneLink;
use crate::wording;
use crate::words::Words;

/// What is booked, as a page tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    /// The service.
    pub(super) service: String,
    /// With whom.
    pub(super) doctor: String,
    /// Their speciality.
    pub(super) speciality: String,
    /// «24 ноября, вторник, 10:00».
    pub(super) when: String,
    /// For a program: local date and time with offset (HTML `time`).
    pub(super) machine: String,
    /// The branch's name.
    pub(super) branch: String,
    /// Its address.
    pub(super) address: String,
    /// Its phone.
    pub(super) phone: PhoneLink,
    /// The price.
    pub(super) price: String,
    /// What to bring.
    pub(super) preparation: Option<String>,
}

impl Summary {
    /// A time of a service; nothing where the catalogue does not know it any more.
    pub(super) fn of(
        words: Words,
        catalogue: &Catalogue,
        service: ServiceId,
        slot: Slot,
    ) -> Option<Self> {
        let service = catalogue.service_named(service)?;
        let practitioner = catalogue.practitioner_named(slot.practitioner)?;
        let branch = catalogue.branch_named(slot.branch)?;
        let at = wording::local(&branch.zone, slot.start);
        let preparation = service.preparation.get(words.0);
        Some(Self {
            service: service.title.get(words.0).to_owned(),
            doctor: practitioner.title.get(words.0).to_owned(),
            speciality: wording::speciality(words, practitioner),
            when: wording::day_and_time(words, &at),
            machine: at.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
            branch: branch.title.get(words.0).to_owned(),
            address: branch.address.get(words.0).to_owned(),
            phone: PhoneLink {
                shown: branch.phone.clone(),
                dialled: trust::consent::declaration::dialled(&branch.phone),
            },
            price: wording::money(service.price),
            preparation: (!preparation.is_empty()).then(|| preparation.to_owned()),
        })
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        Self {
            service: "Приём терапевта".into(),
            doctor: "Образцова Проба Примеровна".into(),
            speciality: "Терапевт".into(),
            when: "24 ноября, вторник, 10:00".into(),
            machine: "2026-11-24T10:00+03:00".into(),
            branch: "Филиал на Примерной".into(),
            address: "ул. Примерная, д. 0".into(),
            phone: PhoneLink {
                shown: "+7 495 000-00-00".into(),
                dialled: "+74950000000".into(),
            },
            price: "1 800 ₽".into(),
            preparation: Some("Возьмите паспорт & полис".into()),
        }
    }
}
