//! The JSON interface of the site: booking, policy, consents, the journal, health.
//!
//! *Invariant*: a field that nobody declared is refused, never ignored (policy clause 3.1); all that is wrong with a
//! request is told at once, each place by its pointer, and no value that was sent is ever repeated. The description
//! of the interface is made from the routes themselves.

mod answer;
mod appointments;
mod ask;
mod branches;
mod consents;
mod fields;
mod flaw;
mod health;
mod holds;
mod journal;
mod json;
mod openapi;
mod people;
mod policy;
mod post;
mod practitioners;
mod refusal;
mod services;
mod shapes;
mod slot_writer;
mod slots;
mod submissions;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;

/// The routes of the interface.
pub fn routes() -> Router<Site> {
    described().split_for_parts().0
}

/// The addresses of the interface, as templates.
pub fn paths() -> Vec<String> {
    described().into_openapi().paths.paths.into_keys().collect()
}

/// The routes with their description.
fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(branches::branches))
        .routes(routes!(practitioners::practitioners))
        .routes(routes!(services::services))
        .routes(routes!(slots::slots))
        .routes(routes!(holds::hold::hold))
        .routes(routes!(holds::extend::extend))
        .routes(routes!(holds::show::show))
        .routes(routes!(holds::release::release))
        .routes(routes!(appointments::book::book))
        .routes(routes!(appointments::show::show))
        .routes(routes!(appointments::move_appointment::move_appointment))
        .routes(routes!(appointments::cancel::cancel))
        .routes(routes!(appointments::calendar::calendar))
        .routes(routes!(appointments::consents::consents))
        .routes(routes!(appointments::consents::receipt))
        .routes(routes!(policy::policy))
        .routes(routes!(consents::consents))
        .routes(routes!(submissions::submit))
        .routes(routes!(openapi::document))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(journal::checkpoint))
        .routes(routes!(journal::tile))
        .routes(routes!(journal::key))
}
