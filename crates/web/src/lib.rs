//! Doors: the JSON API and the public pages. The only crate that names axum.
//!
//! *Invariant*: a handler parses, calls one verb, answers. It holds no SQL and no rule of the clinic. No
//! personal value stands in an address, a title, a log or a metric.

mod api;
mod assets;
mod door;
mod public;
mod site;

pub use door::serve::{serve, serve_metrics};
pub use site::Site;

/// All routes with their guards around them.
pub fn router(site: Site) -> axum::Router {
    door::guarded(api::routes().merge(public::routes()), site)
}
