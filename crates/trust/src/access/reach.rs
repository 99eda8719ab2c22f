//! How far an employee reaches: which branches, whose schedule. What lies outside looks like absent.

use std::collections::BTreeSet;

use kernel::{BranchId, PractitionerId};
use serde::{Deserialize, Serialize};

use crate::CasePlace;

/// What of the clinic an employee reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Branches; every one where none is named.
    pub branches: Option<BTreeSet<BranchId>>,
    /// The one schedule that is reached, for whom it is their own; `Some(None)`: nobody's, until one is named.
    pub practitioner: Option<Option<PractitionerId>>,
}

impl Reach {
    /// Whether a branch is reached.
    #[must_use]
    pub fn has_branch(&self, branch: BranchId) -> bool {
        self.branches
            .as_ref()
            .is_none_or(|branches| branches.contains(&branch))
    }

    /// Whether a practitioner's schedule is reached.
    #[must_use]
    pub fn has_practitioner(&self, practitioner: PractitionerId) -> bool {
        self.practitioner
            .is_none_or(|own| own == Some(practitioner))
    }

    /// Whether a case that stands here is reached.
    #[must_use]
    pub fn has(&self, place: &CasePlace) -> bool {
        let practitioner = match (self.practitioner, place.practitioner) {
            (None, _) => true,
            (Some(own), at) => own.is_some() && own == at,
        };
        practitioner && place.branch.is_none_or(|branch| self.has_branch(branch))
    }
}

/// What a partner's contract names (152-ФЗ ст. 6 ч. 3): nothing else is theirs to do or to open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Number and date, as on the paper.
    pub number: String,
    /// Actions of the desk, by their words.
    pub actions: BTreeSet<String>,
    /// Purposes, by their words.
    pub purposes: BTreeSet<String>,
    /// Categories of fields, by their words.
    pub categories: BTreeSet<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nothing_outside_is_reached() {
        let branch = |n| BranchId::from_uuid(Uuid::from_u128(n));
        let doctor = |n| PractitionerId::from_uuid(Uuid::from_u128(n));
        let at = |of, with| CasePlace {
            branch: Some(branch(of)),
            practitioner: Some(doctor(with)),
            made_by: None,
        };
        let all = Reach::default();
        assert!(all.has(&at(1, 1)) && all.has(&CasePlace::default()));
        let one = Reach {
            branches: Some([branch(1)].into()),
            practitioner: None,
        };
        assert!(one.has(&at(1, 7)) && !one.has(&at(2, 7)) && one.has(&CasePlace::default()));
        let own = Reach {
            practitioner: Some(Some(doctor(7))),
            ..one.clone()
        };
        assert!(own.has(&at(1, 7)) && !own.has(&at(1, 8)) && !own.has(&at(2, 7)));
        assert!(
            !own.has(&CasePlace::default()),
            "a case with nobody is nobody's own"
        );
        let nobody = Reach {
            practitioner: Some(None),
            ..Reach::default()
        };
        assert!(
            !nobody.has(&at(1, 7))
                && !nobody.has(&CasePlace::default())
                && !nobody.has_practitioner(doctor(7))
        );
    }
}
