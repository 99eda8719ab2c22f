//! Services, declared once. A declaration names every field a service may ask, why, on which legal basis, for how long
//! and after which consents; what it does not name is refused at the door. Pure: text in, values and problems out.

mod blanks;
pub mod bundled;
mod check;
mod description;
mod document;
pub mod edit;
mod fields;
mod legal;
mod numbers;
mod operator;
mod parse;
mod problem;
mod reader;
mod register;
mod rules;
mod service;
mod words;

#[cfg(test)]
mod tests;

pub use blanks::{Blanks, blanks_in, day_in_words};
pub use check::{Reason, Refusal};
pub use description::{FieldDescription, OptionDescription};
pub use document::{Composed, Document};
pub use fields::{Choice, FieldRule, Whitelist};
pub use legal::{Authority, Insurer, LegalInformation, LicensedPlace, Official, Registration};
pub use operator::{Licence, Operator, dialled};
pub use problem::Problem;
pub(in crate::consent) use reader::is_slug;
pub use register::{RegisterRow, register, register_markdown};
pub use service::{
    AskedConsent, Basis, Declaration, Field, POLICY_DOCUMENT, POLICY_SENTENCE, Recorded, Required,
    Retention, ServedPurpose,
};
pub use words::{
    Action, BasisKind, Category, Coded, Ends, ForWhom, Kind, Language, Method, Party, Purpose,
    Starts, Unit, Words,
};
