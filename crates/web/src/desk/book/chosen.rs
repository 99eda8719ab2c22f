//! What a form says so far of the visit: every part read leniently, with what is likely meant where it says nothing.

use std::sync::Arc;

use clinic::booking::Catalogue;
use clinic::booking::Slot;
use clinic::booking::catalogue::{Branch, Service};
use clinic::booking::desk::Outside;
use jiff::civil::{Date, Time};
use kernel::{PractitionerId, ServiceId};
use trust::consent::declaration::{Coded, ForWhom};

use super::super::asked::Desk;
use super::super::trouble::Trouble;
use crate::slot_text::SlotText;
use crate::typed::Typed;
use crate::wording;

/// What an address may say of the visit.
pub(super) const IN_ADDRESS: [&str; 4] = ["service", "branch", "day", "at"];

/// What is chosen.
pub(super) struct Chosen {
    /// In which the ids are to be read.
    pub(super) catalogue: Arc<Catalogue>,
    /// At which branch.
    pub(super) branch: Branch,
    /// The service: the first that fits, where none is named.
    pub(super) service: Option<Service>,
    /// With whom; anybody.
    pub(super) practitioner: Option<PractitionerId>,
    /// The day.
    pub(super) day: Date,
    /// The time of day that was asked for.
    pub(super) at: Option<Time>,
    /// The free time that was chosen.
    pub(super) slot: Option<Slot>,
    /// For whom.
    pub(super) for_whom: ForWhom,
    /// Why it shall stand where the schedule offers nothing.
    pub(super) outside: Option<Outside>,
}

impl Chosen {
    /// Reads the form.
    pub(super) async fn of(desk: &Desk, typed: &Typed) -> Result<Self, Trouble> {
        let catalogue = desk.site.booking.catalogue().await?;
        let branch = super::super::today::branch_named(desk, &catalogue, typed.get("branch"))
            .and_then(|id| catalogue.branch(id))
            .ok_or(Trouble::NoBranch)?
            .clone();
        let reach = &desk.employee.reach;
        let practitioner = typed
            .get("practitioner")
            .parse::<PractitionerId>()
            .ok()
            .filter(|id| reach.has_practitioner(*id) && catalogue.practitioner(*id).is_some())
            .or(reach.practitioner.flatten());
        let named = typed.get("service").parse::<ServiceId>().ok();
        let service = named.and_then(|id| catalogue.service(id)).or_else(|| {
            catalogue.services.iter().find(|service| {
                practitioner.map_or(!service.practitioners.is_empty(), |one| {
                    service.practitioners.contains(&one)
                })
            })
        });
        let today = wording::local(&branch.zone, desk.now().minutes()).date();
        let day = typed.get("day").parse().unwrap_or(today).max(today);
        let slot = typed.get("slot").parse::<SlotText>().ok();
        Ok(Self {
            service: service.cloned(),
            practitioner,
            day,
            at: Time::strptime("%H:%M", typed.get("at")).ok(),
            slot: slot.map(|SlotText(slot)| slot),
            for_whom: ForWhom::from_code(typed.get("for")).unwrap_or(ForWhom::Myself),
            outside: Outside::from_code(typed.get("outside")),
            branch,
            catalogue,
        })
    }

    /// The minute of the day and time typed, where the zone's clock shows it just once.
    pub(super) fn exact(&self) -> Option<i64> {
        let typed = self.day.to_datetime(self.at?);
        let moment = self.branch.zone.to_ambiguous_zoned(typed);
        let moment = moment.unambiguous().ok()?;
        Some(moment.timestamp().as_second().div_euclid(60))
    }
}
