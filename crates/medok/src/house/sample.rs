//! Whether the clinic's record is still the sample's: nobody may ask a patient's consent in the name of a clinic that
//! does not exist.

use trust::consent::declaration::{LegalInformation, Operator, bundled};

/// How much of the record is the sample's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// All of it.
    Whole,
    /// What tells a clinic from every other: ИНН, ОГРН or the site.
    Part,
}

impl Sample {
    /// Whether the legal information beside the record is the sample's.
    #[must_use]
    pub fn is_legal(legal: &LegalInformation) -> bool {
        LegalInformation::parse(bundled::DEMO_LEGAL).is_ok_and(|sample| sample == *legal)
    }

    /// Looks at a record; `None` for a clinic's own.
    #[must_use]
    pub fn left_in(operator: &Operator) -> Option<Self> {
        let whole = Operator::parse(bundled::DEMO_OPERATOR).is_ok_and(|sample| sample == *operator);
        let zeros = |number: &str| {
            number
                .trim_start_matches('1')
                .bytes()
                .all(|digit| digit == b'0')
        };
        let part =
            zeros(&operator.inn) || zeros(&operator.ogrn) || operator.host().ends_with(".example");
        if whole {
            Some(Self::Whole)
        } else {
            part.then_some(Self::Part)
        }
    }
}
