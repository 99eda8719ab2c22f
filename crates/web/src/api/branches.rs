//! `GET /api/v1/branches`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Ask;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::Problem;

/// The branches of the clinic.
#[derive(Serialize, ToSchema)]
pub(super) struct Branches {
    branches: Vec<Branch>,
}

/// A branch.
#[derive(Serialize, ToSchema)]
pub(super) struct Branch {
    id: String,
    title: String,
    address: String,
    phone: String,
    /// An IANA name.
    #[schema(example = "Europe/Moscow")]
    time_zone: Option<String>,
    /// When it opens, on its own clocks.
    #[schema(example = "08:00")]
    opens: String,
    #[schema(example = "21:00")]
    closes: String,
    /// How to get there, in lines; empty where there is nothing to say.
    way: String,
    /// Its electronic address; empty where there is none.
    email: String,
}

/// The branches of the clinic, in the clinic's order.
#[utoipa::path(
    get, path = "/api/v1/branches", tag = "catalogue",
    params(("language" = Option<String>, Query, description = "ru or en; else by Accept-Language")),
    responses((status = 200, body = Branches), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn branches(
    State(site): State<Site>,
    ask: Ask,
) -> Result<Json<Branches>, Problem> {
    let language = ask.language()?;
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("branches", language))?;
    let branches = catalogue.branches.iter().map(|branch| Branch {
        id: branch.id.to_string(),
        title: branch.title.get(language).to_owned(),
        address: branch.address.get(language).to_owned(),
        phone: branch.phone.clone(),
        time_zone: branch.zone.iana_name().map(str::to_owned),
        opens: clock(branch.opens),
        closes: clock(branch.closes),
        way: branch.way.get(language).to_owned(),
        email: branch.email.clone(),
    });
    Ok(Json(Branches {
        branches: branches.collect(),
    }))
}

/// Minutes of a day as a clock shows them, 24:00 for its end.
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
