//! What stands around every handler, and the few things all of them read or write the same way.
//!
//! *Invariant*: no answer leaves without the guards' headers, and no refusal without a shape: problem+json for
//! programs, a plain page for people. Handlers know nothing of it.

pub mod client;
pub(crate) mod coding;
mod compress;
mod drain;
pub(crate) mod fresh;
mod headers;
mod host;
pub mod ics;
pub mod language;
mod limit;
mod measure;
mod origin;
pub mod problem;
pub mod serve;
mod shape;
pub(crate) mod size;
pub mod times;

pub(crate) use compress::NotForgeable;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use kernel::limits;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::Site;

/// After so long a request that has not been answered is answered that nobody knows. The act it began goes on.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routes with their guards around them, outermost first: what was not read, headers, measures, the shape of refusals, caught panics,
/// the host asked for, forms sent from elsewhere, the limit of requests, the size of bodies, patience, compression, what
/// the visitor has already.
pub fn guarded(routes: Router<Site>, site: Site) -> Router {
    let guards = ServiceBuilder::new()
        .layer(from_fn(drain::drain))
        .layer(from_fn_with_state(
            headers::Headers::of(&site),
            headers::add,
        ))
        .layer(from_fn_with_state(
            site.trust.clock().clone(),
            measure::measure,
        ))
        .layer(from_fn_with_state(shape::Clinic::of(&site), shape::shape))
        .layer(CatchPanicLayer::custom(shape::panicked))
        .layer(from_fn_with_state(host::Hosts::of(&site), host::check))
        .layer(from_fn_with_state(site.origin.clone(), origin::check))
        .layer(from_fn_with_state(limit::Limit::of(&site), limit::check))
        .layer(from_fn(size::check))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(patience(PATIENCE))
        .layer(from_fn_with_state(
            Arc::<compress::Kept>::default(),
            compress::compress,
        ))
        .layer(from_fn(fresh::check));
    routes.layer(guards).with_state(site)
}

/// 504 and not 503: whether what was asked was done is not known.
fn patience(longest: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, longest)
}
