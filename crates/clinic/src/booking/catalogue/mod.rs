//! The catalogue: branches, people, rooms, services and their schedules, as one picture of one version.

pub mod edit;
mod load;
pub mod new;
mod rows;
mod store;
pub mod typed;

use std::collections::{BTreeSet, HashMap};

use calendar::schedule::{Change, Exception, Interval, Minute, Visit, WeeklySchedule};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{BranchId, PractitionerId, ResourceId, ServiceId};

pub use new::{NewCatalogue, ResourceKind, Words};
pub use store::Stored;

/// A branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its id.
    pub id: BranchId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Words,
    /// Where it is.
    pub address: Words,
    /// Its telephone, as people read it.
    pub phone: String,
    /// Its time zone.
    pub zone: TimeZone,
    /// When it opens, minutes of the local day.
    pub opens: u16,
    /// When it closes.
    pub closes: u16,
    /// How to get there, in lines; may be empty.
    pub way: Words,
    /// Its electronic address, or nothing.
    pub email: String,
}

/// A practitioner, room or device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its code.
    pub code: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The speciality of a practitioner; the family of a room or device.
    pub family: String,
    /// Its name.
    pub title: Words,
    /// What is told of it: of a practitioner the speciality and category, in one line.
    pub about: Words,
    /// Where a practitioner learnt: a line each, year — institution — speciality; may be empty.
    pub education: Words,
    /// The year in which a practitioner began to practise; experience is counted from it.
    pub practising_since: Option<i16>,
    /// Where a room or device stands.
    pub branch: Option<BranchId>,
    /// Visits it takes at once.
    pub lanes: i32,
    /// Minutes in a cell.
    pub grain: i64,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: Words,
    /// What it is, in a sentence or two; may be empty.
    pub about: Words,
    /// What to bring, how to prepare.
    pub preparation: Words,
    /// How much time it takes, on which grid.
    pub visit: Visit,
    /// Price in kopecks.
    pub price: i64,
    /// Youngest age in full years, inclusive.
    pub age_from: Option<i16>,
    /// Oldest age in full years, inclusive.
    pub age_to: Option<i16>,
    /// Who gives it, in the catalogue's order.
    pub practitioners: Vec<PractitionerId>,
    /// Families of which one lane each is needed at the branch.
    pub requires: Vec<String>,
}

/// When a practitioner works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shifts {
    /// Weekly rules.
    pub rules: Vec<WeeklySchedule<BranchId>>,
    /// Dates that differ.
    pub exceptions: Vec<Exception<BranchId>>,
}

/// A day on which nobody is received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ClosedDay {
    /// Which, by the clock of the branch.
    pub day: Date,
    /// Where; nothing means everywhere.
    pub branch: Option<BranchId>,
    /// Why, for colleagues; may be empty.
    pub title: String,
}

/// One version of it all. Lists are in the order in which they are shown.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Grows with each change.
    pub version: i64,
    /// Branches.
    pub branches: Vec<Branch>,
    /// Practitioners, rooms, devices.
    pub resources: Vec<Resource>,
    /// Services.
    pub services: Vec<Service>,
    /// Days on which a branch, or all of them, are closed; by date.
    pub closed: Vec<ClosedDay>,
    /// What is withdrawn, and appointments still name.
    former: Former,
    shifts: HashMap<PractitionerId, Shifts>,
    branch_at: HashMap<BranchId, usize>,
    resource_at: HashMap<ResourceId, usize>,
    service_at: HashMap<ServiceId, usize>,
}

/// Withdrawn branches, resources and services.
#[derive(Clone, Debug, Default)]
struct Former {
    branches: Vec<Branch>,
    resources: Vec<Resource>,
    services: Vec<Service>,
}

impl Branch {
    /// The local day on which a minute lies.
    #[must_use]
    pub fn day_of(&self, minute: i64) -> Date {
        let at = Minute(minute).timestamp();
        at.to_zoned(self.zone.clone()).date()
    }

    /// Local days as minutes since 1970 UTC, the end excluded; none where the zone has no such days.
    #[must_use]
    pub fn days(&self, first: Date, days: u8) -> Option<Interval> {
        days_in(&self.zone, first, days)
    }
}

/// Local days of a zone as minutes since 1970 UTC, the end excluded.
pub(super) fn days_in(zone: &TimeZone, first: Date, days: u8) -> Option<Interval> {
    let midnight = |date: Date| {
        let zoned = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).compatible();
        zoned.ok().map(|zoned| Minute::floor(zoned.timestamp()))
    };
    let after = first.checked_add(i64::from(days).days()).ok()?;
    Interval::new(midnight(first)?, midnight(after)?)
}

impl Catalogue {
    /// The branch that an appointment names, withdrawn or not.
    #[must_use]
    pub fn branch_named(&self, id: BranchId) -> Option<&Branch> {
        let former = || self.former.branches.iter().find(|one| one.id == id);
        self.branch(id).or_else(former)
    }

    /// The practitioner that an appointment names, withdrawn or not.
    #[must_use]
    pub fn practitioner_named(&self, id: PractitionerId) -> Option<&Resource> {
        let former = || self.former.resources.iter().find(|one| one.id == id);
        self.practitioner(id).or_else(former)
    }

    /// The service that an appointment names, withdrawn or not.
    #[must_use]
    pub fn service_named(&self, id: ServiceId) -> Option<&Service> {
        let former = || self.former.services.iter().find(|one| one.id == id);
        self.service(id).or_else(former)
    }

    /// The practitioner, room or device of this id, withdrawn or not.
    #[must_use]
    pub fn resource_named(&self, id: ResourceId) -> Option<&Resource> {
        let former = || self.former.resources.iter().find(|one| one.id == id);
        self.resource(id).or_else(former)
    }

    /// Branches, resources and services that are withdrawn.
    #[must_use]
    pub fn withdrawn(&self) -> (&[Branch], &[Resource], &[Service]) {
        let former = &self.former;
        (&former.branches, &former.resources, &former.services)
    }

    /// Days on which this branch is closed.
    pub fn closed_at(&self, branch: BranchId) -> impl Iterator<Item = &ClosedDay> {
        self.closed
            .iter()
            .filter(move |closed| closed.branch.is_none_or(|of| of == branch))
    }

    /// The branch of this id.
    #[must_use]
    pub fn branch(&self, id: BranchId) -> Option<&Branch> {
        self.branch_at.get(&id).map(|at| &self.branches[*at])
    }

    /// The resource of this id.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resource_at.get(&id).map(|at| &self.resources[*at])
    }

    /// The practitioner of this id.
    #[must_use]
    pub fn practitioner(&self, id: PractitionerId) -> Option<&Resource> {
        self.resource(id)
            .filter(|resource| resource.kind == ResourceKind::Practitioner)
    }

    /// The service of this id.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.service_at.get(&id).map(|at| &self.services[*at])
    }

    /// The branch of this code.
    #[must_use]
    pub fn branch_coded(&self, code: &str) -> Option<&Branch> {
        self.branches.iter().find(|one| one.code == code)
    }

    /// The practitioner of this code.
    #[must_use]
    pub fn practitioner_coded(&self, code: &str) -> Option<&Resource> {
        self.practitioners().find(|one| one.code == code)
    }

    /// The service of this code.
    #[must_use]
    pub fn service_coded(&self, code: &str) -> Option<&Service> {
        self.services.iter().find(|one| one.code == code)
    }

    /// Whether a practitioner of this code was here and is withdrawn.
    #[must_use]
    pub fn practitioner_left(&self, code: &str) -> bool {
        let former = |one: &Resource| one.kind == ResourceKind::Practitioner && one.code == code;
        self.former.resources.iter().any(former) && self.practitioner_coded(code).is_none()
    }

    /// All practitioners.
    pub fn practitioners(&self) -> impl Iterator<Item = &Resource> {
        self.resources
            .iter()
            .filter(|resource| resource.kind == ResourceKind::Practitioner)
    }

    /// When a practitioner works.
    #[must_use]
    pub fn shifts(&self, practitioner: PractitionerId) -> Option<&Shifts> {
        self.shifts.get(&practitioner)
    }

    /// Where the practitioner's schedule, or a day that differs from it, opens.
    #[must_use]
    pub fn works_at(&self, practitioner: PractitionerId) -> BTreeSet<BranchId> {
        let Some(shifts) = self.shifts(practitioner) else {
            return BTreeSet::new();
        };
        let by_rule = shifts.rules.iter().map(|rule| rule.opening.branch);
        let by_exception = shifts
            .exceptions
            .iter()
            .flat_map(|exception| match &exception.change {
                Change::DayOff | Change::PartOff(_) => &[][..],
                Change::Replace(openings) => openings,
            });
        by_rule
            .chain(by_exception.map(|opening| opening.branch))
            .collect()
    }

    /// Rooms and devices of a family at a branch.
    pub fn family(&self, family: &str, branch: BranchId) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |resource| {
            resource.kind != ResourceKind::Practitioner
                && resource.family == family
                && resource.branch == Some(branch)
        })
    }

    fn index(mut self) -> Self {
        self.branch_at = self
            .branches
            .iter()
            .enumerate()
            .map(|(at, branch)| (branch.id, at))
            .collect();
        self.resource_at = self
            .resources
            .iter()
            .enumerate()
            .map(|(at, resource)| (resource.id, at))
            .collect();
        self.service_at = self
            .services
            .iter()
            .enumerate()
            .map(|(at, service)| (service.id, at))
            .collect();
        self
    }
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn get(&self, language: kernel::Language) -> &str {
        match language {
            kernel::Language::En if !self.en.is_empty() => &self.en,
            _ => &self.ru,
        }
    }

    /// The words of a language, line by line, empty lines left out.
    pub fn lines(&self, language: kernel::Language) -> impl Iterator<Item = &str> {
        self.get(language)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }
}
