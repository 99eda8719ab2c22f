//! The clinic of the tests: a whole house on either database, made as `medok` makes it, with a clock that
//! stands still until a story moves it.

mod catalogue;
mod client;
mod clinic;
mod colleague;
mod http;
mod pdf;
mod process;
mod store;
mod visitor;

pub use catalogue::{WORK_DAY, small_catalogue};
pub use client::{Client, Received};
pub use clinic::{ClinicOptions, TestClinic, settled};
pub use colleague::{Colleague, PASSWORD};
pub use http::{Answer, Visit};
pub use pdf::{fold, pdf_body, pdf_text, printer};
pub use process::{BINARY, Medok, Served, Serving};
pub use store::Store;
pub use visitor::Visitor;
