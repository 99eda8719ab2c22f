//! Why personal data is touched.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A purpose of processing: the seven of the policy's clause 3.2, and the duties that the law
/// itself puts on the operator. Every opening and every export names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Identification within paid medical services.
    Identification,
    /// Support of the person who asked.
    Support,
    /// Providing the services of the site: booking, callback, chat and those declared later.
    Services,
    /// Contact: notices, answers, requests about the services.
    Contact,
    /// Improvement of the services, on de-identified data only.
    Improvement,
    /// News of events and offers, by a separate consent only (38-ФЗ ст. 18).
    Offers,
    /// Statistics on de-identified data only.
    Statistics,
    /// Answering the person's own requests and demands (152-ФЗ ст. 14, 20, 21).
    Rights,
    /// Disclosure that a law demands (policy clause 4.5; 323-ФЗ ст. 13 ч. 4).
    Disclosure,
    /// Keeping the processing itself safe and lawful (152-ФЗ ст. 18.1, 19): retention, destruction, control.
    Safeguard,
    /// Rebuilding keys and indexes; values never leave the vault.
    Rekey,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Identification,
        Self::Support,
        Self::Services,
        Self::Contact,
        Self::Improvement,
        Self::Offers,
        Self::Statistics,
        Self::Rights,
        Self::Disclosure,
        Self::Safeguard,
        Self::Rekey,
    ];

    /// The word used in rows, entries and policies of access.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identification => "identification",
            Self::Support => "support",
            Self::Services => "services",
            Self::Contact => "contact",
            Self::Improvement => "improvement",
            Self::Offers => "offers",
            Self::Statistics => "statistics",
            Self::Rights => "rights",
            Self::Disclosure => "disclosure",
            Self::Safeguard => "safeguard",
            Self::Rekey => "rekey",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.code() == text)
            .ok_or(UnknownPurpose)
    }
}

/// Not one of the purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPurpose;

impl fmt::Display for UnknownPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a purpose of processing")
    }
}

impl std::error::Error for UnknownPurpose {}
