//! Probes: whether the process lives, and whether it can serve.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use kernel::{Fault, Language};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal::faulted;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::Problem;

/// How long the store may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// The state of the house.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    status: &'static str,
}

/// The process lives.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub(super) async fn live() -> Json<Health> {
    Json(Health { status: "live" })
}

/// The store is read, and its writer answers.
#[utoipa::path(
    get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn ready(State(site): State<Site>) -> Result<Json<Health>, Problem> {
    let asked = tokio::time::timeout(PATIENCE, both(&site)).await;
    let answered =
        asked.unwrap_or_else(|_| Err(Fault::unavailable("the store did not answer in time")));
    match answered {
        Ok(()) => Ok(Json(Health { status: "ready" })),
        Err(fault) => {
            tracing::warn!("not ready: {fault}");
            Err(faulted(&fault.passing(), Language::default()))
        }
    }
}

/// Reads what every visitor reads, and has the writer do nothing.
async fn both(site: &Site) -> Result<(), Fault> {
    site.booking.catalogue().await?;
    site.trust
        .upkeep("health.ready", |_| Box::pin(async { Ok(()) }))
        .await
}
