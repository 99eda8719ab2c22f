//! How answers are written.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use clinic::booking::Catalogue;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{BranchId, Moment};
use serde::Serialize;

use crate::door::times::Local;

/// 201 with the address of what was made.
pub(super) fn created(location: &str, body: &impl Serialize) -> Response {
    (
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(body),
    )
        .into_response()
}

/// Bytes that are JSON already.
pub(super) fn written(json: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// The clock of a branch; UTC where the branch is not there any more.
pub(super) fn clock(catalogue: &Catalogue, branch: BranchId) -> Local {
    Local::new(
        catalogue
            .branch_named(branch)
            .map_or(TimeZone::UTC, |branch| branch.zone.clone()),
    )
}

/// A moment as the clinic's first branch shows it, for what belongs to no branch.
pub(super) fn moment(catalogue: &Catalogue, moment: Moment) -> String {
    moment
        .timestamp()
        .to_zoned(zone(catalogue))
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// The date at the clinic.
pub(super) fn today(catalogue: &Catalogue, now: Moment) -> Date {
    now.timestamp().to_zoned(zone(catalogue)).date()
}

fn zone(catalogue: &Catalogue) -> TimeZone {
    catalogue
        .branches
        .first()
        .map_or(TimeZone::UTC, |branch| branch.zone.clone())
}
