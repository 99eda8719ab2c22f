//! The public pages: the clinic, its documents, booking, an appointment in its owner's hands, declared services.
//!
//! *Invariant*: every page works without JavaScript and asks nothing of a foreign host. Looking at pages stores
//! nothing about anybody; no personal value stands in an address or a title.

mod appointment;
mod book;
mod boxes;
mod consents;
mod contacts;
mod design;
mod doctors;
mod documents;
mod facts;
mod found;
mod home;
mod legal;
mod made;
mod page;
mod papers;
mod photos;
mod portrait;
mod prices;
mod problems;
mod robots;
mod service;
mod shell;
mod summary;
mod times;
mod times_of;
mod trouble;
pub(crate) mod view;
mod visit;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::html;

use axum::response::Response;
use axum::routing::{get, post};

use crate::assets;
use crate::routes::Routes;
use trouble::Trouble;
use visit::Visit;

pub(crate) use papers::{address_is_free, policy_in_force};

/// The routes of all pages, and the page for everything that is not there.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .route("/", get(home::home))
        .route("/doctors", get(doctors::doctors))
        .route("/doctors/{code}", get(doctors::doctor))
        .route("/prices", get(prices::prices))
        .route("/contacts", get(contacts::contacts))
        .route("/legal", get(legal::legal))
        .route("/legal/{code}", get(legal::text))
        .route("/consents", get(consents::consents))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(robots::sitemap))
        .route("/photos/{name}", get(photos::photo))
        .route("/policy", get(documents::policy))
        .route("/policy/{version}", get(documents::policy_version))
        .route("/policy/{version}/changes", get(documents::policy_changes))
        .route("/policy/{version}/pdf", get(papers::policy_version))
        .route("/documents/{code}", get(documents::document))
        .route(
            "/documents/{code}/{version}",
            get(documents::document_version),
        )
        .route(
            "/documents/{code}/{version}/changes",
            get(documents::document_changes),
        )
        .route(
            "/documents/{code}/{version}/pdf",
            get(papers::document_version),
        )
        .route("/book", get(book::begin).post(book::go_on))
        .route("/a/{token}", get(appointment::open))
        .route("/appointment", get(appointment::show))
        .route(
            "/appointment/cancel",
            get(appointment::cancel_form).post(appointment::cancelled),
        )
        .route(
            "/appointment/move",
            get(appointment::move_form).post(appointment::moved),
        )
        .route("/appointment/consents", get(appointment::consents))
        .route(
            "/appointment/consents/{id}/receipt.json",
            get(appointment::receipt),
        )
        .route(
            "/appointment/consents/{id}/receipt.pdf",
            get(papers::receipt),
        )
        .route("/appointment/visit.ics", get(appointment::calendar))
        .route("/appointment/slip.pdf", get(papers::slip))
        .route("/appointment.ics", get(appointment::calendar_elsewhere))
        .route("/calendar/{token}/times.ics", get(times_of::times))
        .route("/services/{code}", get(service::form).post(service::send))
        .route("/view", post(view::change))
        .route("/design", get(design::design))
        .route("/problems/{code}", get(problems::problem))
        .merge(assets::routes())
        .method_not_allowed_fallback(no_such_method)
        .fallback(not_found)
}

async fn not_found(visit: Visit) -> Response {
    visit.answer(Err(Trouble::NotFound))
}

async fn no_such_method(visit: Visit) -> Response {
    visit.answer(Err(Trouble::Method))
}
