//! Which doctors are wanted: by speciality, branch, and whether they take children. What an address names and the
//! catalogue does not know is not wanted by anybody.

use std::collections::BTreeSet;

use clinic::booking::catalogue::{Resource, Service};
use clinic::booking::{Catalogue, FirstTime};
use kernel::BranchId;

use super::card::given;
use crate::fields::OptionView;
use crate::typed::Typed;
use crate::wording;
use crate::words::Words;

/// Full years from which nobody is a child (ГК РФ ст. 21).
const ADULT: i16 = 18;

/// Which doctors are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Filter {
    /// Of this speciality, by its code.
    pub(in super::super) speciality: Option<String>,
    /// At this branch.
    pub(in super::super) branch: Option<BranchId>,
    /// For a child.
    pub(in super::super) child: bool,
}

impl Filter {
    /// As an address asks.
    pub(super) fn of(query: &Typed, catalogue: &Catalogue) -> Self {
        let speciality = query.get("speciality");
        let known = catalogue
            .practitioners()
            .any(|one| one.family == speciality);
        let branch = catalogue.branch_coded(query.get("branch"));
        Self {
            speciality: known.then(|| speciality.to_owned()),
            branch: branch.map(|branch| branch.id),
            child: query.get("for") == "child",
        }
    }

    /// Whether anything is asked.
    pub(super) fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a service is for those who ask.
    pub(super) fn takes(&self, service: &Service) -> bool {
        !self.child || service.age_from.is_none_or(|from| from < ADULT)
    }

    /// Whether a time is for those who ask.
    pub(in super::super) fn wants(&self, catalogue: &Catalogue, time: &FirstTime) -> bool {
        self.branch.is_none_or(|branch| time.slot.branch == branch)
            && catalogue
                .service(time.service)
                .is_some_and(|service| self.takes(service))
    }

    /// Whether a doctor is wanted.
    pub(super) fn shows(&self, catalogue: &Catalogue, doctor: &Resource) -> bool {
        let speciality = self.speciality.as_ref();
        speciality.is_none_or(|code| doctor.family == *code)
            && self
                .branch
                .is_none_or(|branch| catalogue.works_at(doctor.id).contains(&branch))
            && (!self.child || given(catalogue, doctor).any(|service| self.takes(service)))
    }

    /// The specialities to choose from.
    pub(super) fn specialities(&self, words: Words, catalogue: &Catalogue) -> Vec<OptionView> {
        specialities(catalogue)
            .into_iter()
            .map(|code| OptionView {
                label: wording::speciality_coded(words, code),
                chosen: self.speciality.as_deref() == Some(code),
                value: code.to_owned(),
            })
            .collect()
    }

    /// The branches to choose from.
    pub(super) fn branches(&self, words: Words, catalogue: &Catalogue) -> Vec<OptionView> {
        let branches = catalogue.branches.iter();
        branches
            .map(|branch| OptionView {
                value: branch.code.clone(),
                label: branch.title.get(words.0).to_owned(),
                chosen: self.branch == Some(branch.id),
            })
            .collect()
    }
}

/// Codes of all specialities, in the order of the doctors.
pub(in super::super) fn specialities(catalogue: &Catalogue) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let codes = catalogue.practitioners().map(|one| one.family.as_str());
    codes.filter(|code| seen.insert(*code)).collect()
}
