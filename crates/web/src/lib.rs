//! Doors: the JSON API, the public pages, the desk. The only crate that names axum.
//!
//! *Invariant*: a handler parses, calls one verb, answers. It holds no SQL and no rule of the clinic. No
//! personal value stands in an address, a title, a log or a metric.

mod api;
mod assets;
mod desk;
mod door;
mod fields;
mod parties;
mod public;
mod routes;
mod site;
mod slot_text;
mod typed;
mod wording;
mod words;

pub use desk::Permission;
pub use door::serve::{serve, serve_metrics};
pub use site::{Closing, Demonstration, Site};

/// All routes with their guards around them.
///
/// # Panics
/// The operator's own address of the policy is taken: [`check`] says so beforehand.
pub fn router(site: Site) -> axum::Router {
    let policy_path = site.texts.operator().policy_path.clone();
    let routes = routes().route(&policy_path, public::policy_in_force());
    door::guarded(routes, site)
}

/// Whether the clinic's own settings go with the site's addresses. To be asked before the first visitor comes.
///
/// # Errors
/// What is wrong and what to do about it, for the operator.
pub async fn check(site: &Site) -> Result<(), String> {
    public::address_is_free(routes(), site.clone()).await
}

fn routes() -> axum::Router<Site> {
    let pages = public::routes().merge(desk::routes().into_routes());
    api::routes().merge(pages.into_router())
}

/// The addresses of all routes, as templates (`/a/{token}`): those of the interface as its description lists them, those
/// of the pages as their router was built. The operator's own address of the policy stands beside them.
#[must_use]
pub fn paths() -> Vec<String> {
    let mut paths = api::paths();
    paths.extend(public::routes().into_paths());
    paths.extend(desk::routes().into_routes().into_paths());
    paths
}

/// What each route of the desk needs: a test holds it against a table of roles.
#[must_use]
pub fn permissions() -> Vec<Permission> {
    desk::routes().into_permissions()
}
