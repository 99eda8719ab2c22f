//! A thing of the catalogue as data: what an entry holds of it before and after, and what a form remembers of it.

use kernel::{PractitionerId, ResourceId};
use serde_json::{Value, json};

use super::Thing;
use crate::booking::catalogue::new::{NewBranch, NewResource, NewService};
use crate::booking::catalogue::{Branch, Catalogue, Resource, Service};

impl Catalogue {
    /// A thing as it is now; nothing where there is none.
    #[must_use]
    pub fn state_of(&self, thing: Thing) -> Option<Value> {
        let with = |value: Option<Value>, offered: bool| {
            let mut value = value?;
            value
                .as_object_mut()?
                .insert("withdrawn".to_owned(), json!(!offered));
            Some(value)
        };
        match thing {
            Thing::Branch(id) => {
                let branch = self.branch_named(id)?;
                let value = serde_json::to_value(NewBranch::from(branch)).ok();
                with(value, self.branch(id).is_some())
            }
            Thing::Resource(id) => {
                let described = self.described_resource(self.resource_named(id)?);
                with(
                    serde_json::to_value(described).ok(),
                    self.resource(id).is_some(),
                )
            }
            Thing::Service(id) => {
                let described = self.described_service(self.service_named(id)?);
                with(
                    serde_json::to_value(described).ok(),
                    self.service(id).is_some(),
                )
            }
            Thing::Week(id) => {
                self.practitioner_named(id)?;
                let rules = self.shifts(id).map(|shifts| &shifts.rules);
                Some(json!({ "practitioner": id, "rules": rules }))
            }
            Thing::Dates(id) => {
                self.practitioner_named(id)?;
                let dates = self.shifts(id).map(|shifts| &shifts.exceptions);
                Some(json!({ "practitioner": id, "dates": dates }))
            }
            Thing::Closed => Some(json!({ "closed": self.closed })),
        }
    }

    /// A resource as a form describes it.
    #[must_use]
    pub fn described_resource(&self, one: &Resource) -> NewResource {
        let branch = one.branch.and_then(|id| self.branch_named(id));
        NewResource {
            code: one.code.clone(),
            kind: one.kind,
            family: one.family.clone(),
            title: one.title.clone(),
            about: one.about.clone(),
            education: one.education.clone(),
            practising_since: one.practising_since,
            branch: branch.map(|branch| branch.code.clone()),
            lanes: u16::try_from(one.lanes).unwrap_or(1),
            grain: u16::try_from(one.grain).unwrap_or(5),
        }
    }

    /// A service as a form describes it.
    #[must_use]
    pub fn described_service(&self, one: &Service) -> NewService {
        let code = |id: &PractitionerId| {
            let practitioner = self.resource_named(ResourceId::from_uuid(id.uuid()))?;
            Some(practitioner.code.clone())
        };
        let mut practitioners: Vec<String> = one.practitioners.iter().filter_map(code).collect();
        practitioners.sort_unstable();
        let age = |age: Option<i16>| age.and_then(|age| u8::try_from(age).ok());
        NewService {
            code: one.code.clone(),
            title: one.title.clone(),
            about: one.about.clone(),
            preparation: one.preparation.clone(),
            duration: one.visit.duration(),
            buffer_before: one.visit.before(),
            buffer_after: one.visit.after(),
            step: one.visit.step(),
            price: one.price,
            age_from: age(one.age_from),
            age_to: age(one.age_to),
            practitioners,
            requires: one.requires.clone(),
        }
    }
}

impl From<&Branch> for NewBranch {
    fn from(one: &Branch) -> Self {
        Self {
            code: one.code.clone(),
            title: one.title.clone(),
            address: one.address.clone(),
            phone: one.phone.clone(),
            zone: one.zone.iana_name().unwrap_or_default().to_owned(),
            opens: one.opens,
            closes: one.closes,
            way: one.way.clone(),
            email: one.email.clone(),
        }
    }
}
