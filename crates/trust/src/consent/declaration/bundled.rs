//! The files that come with the program: the demo clinic's record, policy and consents, the declarations, the whitelist.
//! They are data like an operator's own and pass the same checks.

use jiff::civil::Date;

use super::document::{Composed, Document};
use super::fields::Whitelist;
use super::operator::Operator;
use super::problem::Problem;
use super::service::Declaration;

/// The whitelist of fields.
pub const WHITELIST: &str = include_str!("../../../texts/fields.toml");

/// The demo clinic's record: clearly fictional.
pub const DEMO_OPERATOR: &str = include_str!("../../../texts/operator.demo.toml");

/// The demo clinic's booking.
pub const BOOKING: &str = include_str!("../../../texts/declarations/booking.toml");

/// The demo clinic's legal information beside its record.
pub const DEMO_LEGAL: &str = include_str!("../../../texts/site/legal.toml");

/// Texts of the site by their place in the clinic's folder, Russian and English.
pub const SITE_TEXTS: [(&str, &str); 8] = [
    (
        "site/rules.ru.md",
        include_str!("../../../texts/site/rules.ru.md"),
    ),
    (
        "site/rules.en.md",
        include_str!("../../../texts/site/rules.en.md"),
    ),
    (
        "site/paid-services.ru.md",
        include_str!("../../../texts/site/paid-services.ru.md"),
    ),
    (
        "site/paid-services.en.md",
        include_str!("../../../texts/site/paid-services.en.md"),
    ),
    (
        "site/rights.ru.md",
        include_str!("../../../texts/site/rights.ru.md"),
    ),
    (
        "site/rights.en.md",
        include_str!("../../../texts/site/rights.en.md"),
    ),
    (
        "site/guarantees.ru.md",
        include_str!("../../../texts/site/guarantees.ru.md"),
    ),
    (
        "site/guarantees.en.md",
        include_str!("../../../texts/site/guarantees.en.md"),
    ),
];

/// A sample for operators: the certificate for the tax deduction, a service by declaration alone.
pub const TAX_CERTIFICATE: &str =
    include_str!("../../../texts/declarations/tax_certificate.example.toml");

/// The demo clinic's policy, Russian and English.
pub const DEMO_POLICY: [&str; 2] = [
    include_str!("../../../texts/demo/policy.ru.md"),
    include_str!("../../../texts/demo/policy.en.md"),
];

/// Consents to booking, each a document of its own, Russian and English.
pub const BOOKING_CONSENTS: [&str; 10] = [
    include_str!("../../../texts/consents/booking-self.ru.md"),
    include_str!("../../../texts/consents/booking-self.en.md"),
    include_str!("../../../texts/consents/booking-representative.ru.md"),
    include_str!("../../../texts/consents/booking-representative.en.md"),
    include_str!("../../../texts/consents/booking-child.ru.md"),
    include_str!("../../../texts/consents/booking-child.en.md"),
    include_str!("../../../texts/consents/booking-ward.ru.md"),
    include_str!("../../../texts/consents/booking-ward.en.md"),
    include_str!("../../../texts/consents/booking-other.ru.md"),
    include_str!("../../../texts/consents/booking-other.en.md"),
];

/// The consent of the sample service, Russian and English.
pub const TAX_CERTIFICATE_CONSENTS: [&str; 2] = [
    include_str!("../../../texts/consents/tax-certificate.ru.md"),
    include_str!("../../../texts/consents/tax-certificate.en.md"),
];

/// All the demo clinic needs: read, checked, its documents filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoTexts {
    /// The record.
    pub operator: Operator,
    /// Its services.
    pub declarations: Vec<Declaration>,
    /// The policy in both languages.
    pub policy: Vec<Composed>,
    /// The consents in both languages.
    pub consents: Vec<Composed>,
}

/// The demo clinic's texts, its policy changed last on `changed`.
pub fn demo(changed: Date) -> Result<DemoTexts, Vec<Problem>> {
    let whitelist = Whitelist::parse(WHITELIST)?;
    let operator = Operator::parse(DEMO_OPERATOR)?;
    let booking = Declaration::parse(BOOKING, &whitelist)?;
    let consents = BOOKING_CONSENTS
        .iter()
        .map(|source| Document::parse(source)?.compose_consent(&operator, &booking))
        .collect::<Result<_, _>>()?;
    let declarations = vec![booking];
    let policy = DEMO_POLICY
        .iter()
        .map(|source| Document::parse(source)?.compose_policy(&operator, &declarations, changed))
        .collect::<Result<_, _>>()?;
    Ok(DemoTexts {
        operator,
        declarations,
        policy,
        consents,
    })
}
