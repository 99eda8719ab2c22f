//! A booking on its way: everything a visitor chose and typed, carried from page to page in the form itself.
//! The house keeps nothing of it until it is sent.

use std::ops::RangeInclusive;

use clinic::booking::catalogue::Service;
use clinic::booking::{Catalogue, Slot};
use jiff::civil::Date;
use kernel::{
    BirthDate, BirthDateError, BranchId, HoldId, Moment, PractitionerId, ServiceId, entropy,
};
use trust::consent::declaration::{Coded, Declaration, ForWhom, Party};

use super::super::boxes;
use super::super::times::Wish;
use crate::door::times::date;
use crate::fields::{is_declared, name_of};
use crate::slot_text::SlotText;
use crate::typed::Typed;

/// The choices a form carries on, beside what was typed.
const CHOICES: [&str; 10] = [
    "for",
    "service",
    "practitioner",
    "branch",
    "from",
    "day",
    "start",
    "hold",
    "until",
    "key",
];
/// What the buttons and the page itself send.
const STEERING: [&str; 8] = [
    "at", "go", "slot", "choose", "speak", "view", "language", "turn",
];
/// What an address may preselect: nothing of a person.
const PRESELECTED: [&str; 6] = ["for", "service", "practitioner", "branch", "from", "day"];

/// A page of the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// For whom.
    ForWhom,
    /// When the child was born.
    Born,
    /// Which service.
    Service,
    /// When.
    Time,
    /// Who comes.
    Who,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::ForWhom,
        Self::Born,
        Self::Service,
        Self::Time,
        Self::Who,
    ];

    /// The word in forms.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::ForWhom => "for",
            Self::Born => "born",
            Self::Service => "service",
            Self::Time => "time",
            Self::Who => "who",
        }
    }

    /// Reads the word.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// A hidden field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Its name.
    pub(super) name: String,
    /// Its value.
    pub(super) value: String,
}

/// A booking on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// All of the form.
    pub(super) typed: Typed,
}

impl Draft {
    /// A draft from an address: only what says nothing about anybody is taken from there. Links made by people name
    /// things by the clinic's codes, `doctor` by theirs; a form has their ids.
    pub(super) fn preselected(query: &Typed, catalogue: &Catalogue) -> Self {
        let mut typed = Typed::default();
        for name in PRESELECTED
            .into_iter()
            .filter(|name| !query.get(name).is_empty())
        {
            typed.set(name, query.get(name));
        }
        if query.has("doctor") {
            typed.set("practitioner", query.get("doctor"));
        }
        let service = catalogue
            .service_coded(typed.get("service"))
            .map(|one| one.id.to_string());
        let doctor = catalogue
            .practitioner_coded(typed.get("practitioner"))
            .map(|one| one.id.to_string());
        let branch = catalogue
            .branch_coded(typed.get("branch"))
            .map(|one| one.id.to_string());
        for (name, id) in [
            ("service", service),
            ("practitioner", doctor),
            ("branch", branch),
        ] {
            if let Some(id) = id {
                typed.set(name, id);
            }
        }
        Self { typed }
    }

    /// Whether a name is one of the form's own, and nobody's data.
    pub(super) fn is_own(name: &str) -> bool {
        CHOICES.contains(&name) || STEERING.contains(&name)
    }

    /// For whom.
    pub(super) fn for_whom(&self) -> Option<ForWhom> {
        ForWhom::from_code(self.typed.get("for"))
    }

    /// The service chosen.
    pub(super) fn service(&self) -> Option<ServiceId> {
        self.typed.get("service").parse().ok()
    }

    /// The practitioner looked for, if one.
    pub(super) fn practitioner(&self) -> Option<PractitionerId> {
        self.typed.get("practitioner").parse().ok()
    }

    /// The branch looked for, if one.
    pub(super) fn branch(&self) -> Option<BranchId> {
        self.typed.get("branch").parse().ok()
    }

    /// The time chosen.
    pub(super) fn slot(&self) -> Option<Slot> {
        self.typed
            .get("start")
            .parse()
            .ok()
            .map(|SlotText(slot)| slot)
    }

    /// The hold of it.
    pub(super) fn hold(&self) -> Option<HoldId> {
        self.typed.get("hold").parse().ok()
    }

    /// Until when it is held, as the page showed it. The house decides by its own record.
    pub(super) fn held_until(&self) -> Option<Moment> {
        let seconds: i64 = self.typed.get("until").parse().ok()?;
        self.hold()
            .map(|_| Moment::from_micros(0).plus_seconds(seconds))
    }

    /// When the patient was born, as typed.
    pub(super) fn birth_date(&self, today: Date) -> Result<BirthDate, BirthDateError> {
        BirthDate::parse(self.typed.get(&born()), today)
    }

    /// What is asked of free time. A practitioner who does not give the service is not looked for.
    pub(super) fn wish(&self, service: &Service) -> Wish {
        Wish {
            service: service.id,
            practitioner: self
                .practitioner()
                .filter(|id| service.practitioners.contains(id)),
            branch: self.branch(),
            from: date(self.typed.get("from")),
            day: date(self.typed.get("day")),
            hold: self.hold(),
        }
    }

    /// Takes a time, and a key under which this booking is sent once.
    pub(super) fn choose(&mut self, slot: Slot, hold: Option<(HoldId, Moment)>) {
        self.typed.set("start", SlotText(slot).to_string());
        self.typed.set("key", entropy::random_id().to_string());
        self.typed.remove("hold");
        self.typed.remove("until");
        if let Some((hold, until)) = hold {
            self.keep(hold, until);
        }
    }

    /// Notes how long the time is held.
    pub(super) fn keep(&mut self, hold: HoldId, until: Moment) {
        self.typed.set("hold", hold.to_string());
        self.typed
            .set("until", until.millis().div_euclid(1000).to_string());
    }

    /// Gives the time up.
    pub(super) fn let_go(&mut self) {
        for name in ["start", "hold", "until", "key"] {
            self.typed.remove(name);
        }
    }

    /// Everything to carry on but what the page itself asks: undeclared fields go no further.
    pub(super) fn hidden(
        &self,
        declaration: &Declaration,
        asked_here: impl Fn(&str) -> bool,
    ) -> Vec<Hidden> {
        let carried = |name: &&str| {
            let known = CHOICES.contains(name)
                || is_declared(declaration, name)
                || is_box_of(declaration, name);
            known && !asked_here(name) && !self.typed.shown(name).is_empty()
        };
        let names = self.typed.names().into_iter().filter(carried);
        names
            .map(|name| Hidden {
                name: name.to_owned(),
                value: self.typed.shown(name),
            })
            .collect()
    }

    /// The choices alone: where the rest of the form is asked on the page, or not needed any more.
    pub(super) fn hidden_choices(&self) -> Vec<Hidden> {
        let chosen = CHOICES
            .into_iter()
            .filter(|name| !self.typed.get(name).is_empty());
        chosen
            .map(|name| Hidden {
                name: name.to_owned(),
                value: self.typed.shown(name),
            })
            .collect()
    }
}

/// The field with the patient's date of birth.
pub(super) fn born() -> String {
    name_of(Party::Patient, "birth_date")
}

/// Whether a service takes somebody at any of these ages, in full years.
pub(super) fn takes(service: &Service, ages: &RangeInclusive<i16>) -> bool {
    service.age_from.is_none_or(|from| *ages.end() >= from)
        && service.age_to.is_none_or(|to| *ages.start() <= to)
}

fn is_box_of(declaration: &Declaration, name: &str) -> bool {
    boxes::is_box(name)
        && name.split_once('.').is_some_and(|(_, document)| {
            declaration
                .consents
                .iter()
                .any(|consent| consent.document == document)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trust::consent::declaration::{Whitelist, bundled};

    fn booking() -> Declaration {
        let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
        Declaration::parse(bundled::BOOKING, &whitelist).expect("the declaration")
    }

    #[test]
    fn everything_chosen_and_typed_goes_on_and_nothing_else() {
        let typed = Typed::parse(
            "for=child&go=time&at=who&patient.surname=%D0%90&patient.email=&representative.phone=1&given.policy=yes&given.other=yes&patient.rank=x&hacked=1"
                .as_bytes(),
        );
        let hidden = Draft { typed }.hidden(&booking(), |name| name == "for");
        let names: Vec<_> = hidden.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            ["patient.surname", "representative.phone", "given.policy"]
        );
    }

    #[test]
    fn an_address_preselects_nothing_of_a_person() {
        let query = Typed::parse(b"for=self&service=x&patient.surname=A&hold=1&start=2&doctor=y");
        let draft = Draft::preselected(&query, &Catalogue::default());
        assert_eq!(draft.typed.names(), ["for", "service", "practitioner"]);
    }

    #[test]
    fn a_time_is_taken_and_given_up_whole() {
        let id = uuid::Uuid::from_u128(7);
        let slot = Slot {
            start: 29_926_020,
            practitioner: PractitionerId::from_uuid(id),
            branch: BranchId::from_uuid(id),
        };
        let mut draft = Draft::default();
        draft.choose(
            slot,
            Some((HoldId::from_uuid(id), Moment::from_minutes(29_926_030))),
        );
        assert_eq!(
            (draft.slot(), draft.hold(), draft.held_until()),
            (
                Some(slot),
                Some(HoldId::from_uuid(id)),
                Some(Moment::from_minutes(29_926_030))
            )
        );
        let key = draft.typed.get("key").to_owned();
        draft.choose(slot, None);
        assert_eq!((draft.hold(), draft.held_until()), (None, None));
        assert_ne!(draft.typed.get("key"), key);
        draft.let_go();
        assert_eq!((draft.slot(), draft.typed.has("key")), (None, false));
    }
}
