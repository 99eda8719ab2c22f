//! Doors: the JSON API and the public pages. The only crate that names axum.
//!
//! *Invariant*: a handler parses, calls one verb, answers. It holds no SQL and no rule of the clinic. No
//! personal value stands in an address, a title, a log or a metric.

mod api;
mod assets;
mod door;
mod public;
mod routes;
mod site;

pub use door::serve::{serve, serve_metrics};
pub use site::Site;

/// All routes with their guards around them.
pub fn router(site: Site) -> axum::Router {
    door::guarded(api::routes().merge(public::routes().into_router()), site)
}

/// The addresses of all routes, as templates (`/a/{token}`): those of the interface as its description lists them, those
/// of the pages as their router was built.
#[must_use]
pub fn paths() -> Vec<String> {
    let mut paths = api::paths();
    paths.extend(public::routes().into_paths());
    paths
}
