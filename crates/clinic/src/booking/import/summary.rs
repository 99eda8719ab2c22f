//! Owns the count of what a catalogue has, for the end of a dry run.

use kernel::Language;

use crate::booking::catalogue::new::{NewCatalogue, ResourceKind};

/// How much of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Branches.
    pub branches: usize,
    /// Practitioners.
    pub practitioners: usize,
    /// Rooms.
    pub rooms: usize,
    /// Devices.
    pub devices: usize,
    /// Services.
    pub services: usize,
    /// Rules of weekly schedules.
    pub schedules: usize,
    /// Dates that differ.
    pub exceptions: usize,
}

/// Counts a catalogue.
#[must_use]
pub fn summary(catalogue: &NewCatalogue) -> Summary {
    let of = |kind| {
        let resources = catalogue.resources.iter();
        resources.filter(|resource| resource.kind == kind).count()
    };
    Summary {
        branches: catalogue.branches.len(),
        practitioners: of(ResourceKind::Practitioner),
        rooms: of(ResourceKind::Room),
        devices: of(ResourceKind::Device),
        services: catalogue.services.len(),
        schedules: catalogue.schedules.len(),
        exceptions: catalogue.exceptions.len(),
    }
}

impl Summary {
    /// The counts in one line.
    #[must_use]
    pub fn tell(&self, language: Language) -> String {
        let names = match language {
            Language::Ru => [
                "Филиалы",
                "специалисты",
                "кабинеты",
                "аппараты",
                "услуги",
                "строки расписания",
                "исключения",
            ],
            Language::En => [
                "Branches",
                "practitioners",
                "rooms",
                "devices",
                "services",
                "schedule rows",
                "exceptions",
            ],
        };
        let counts = [
            self.branches,
            self.practitioners,
            self.rooms,
            self.devices,
            self.services,
            self.schedules,
            self.exceptions,
        ];
        let told = names
            .iter()
            .zip(counts)
            .map(|(name, count)| format!("{name}: {count}"));
        told.collect::<Vec<_>>().join(", ")
    }
}
