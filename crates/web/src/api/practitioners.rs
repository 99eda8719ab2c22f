//! `GET /api/v1/practitioners`.

use axum::Json;
use axum::extract::State;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::Resource;
use clinic::photos::Photo;
use kernel::Language;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Ask;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::Problem;

/// Who sees patients.
#[derive(Serialize, ToSchema)]
pub(super) struct Practitioners {
    practitioners: Vec<Practitioner>,
}

/// A practitioner.
#[derive(Serialize, ToSchema)]
pub(super) struct Practitioner {
    id: String,
    name: String,
    /// In words.
    speciality: String,
    /// Its code, the same for all of one speciality.
    speciality_code: String,
    /// Where they learnt: a line each, year — institution — speciality.
    education: Vec<String>,
    /// The year in which they began to practise.
    #[schema(required, example = 2004)]
    practising_since: Option<i16>,
    /// The address of the photo on this site; it changes with the photo.
    #[schema(required, example = "/photos/pchyolkin.0123456789abcdef.jpg")]
    photo: Option<String>,
    /// Ids of the branches where they work.
    branches: Vec<String>,
    /// Ids of the services they give.
    services: Vec<String>,
}

/// Who sees patients, in the clinic's order.
#[utoipa::path(
    get, path = "/api/v1/practitioners", tag = "catalogue",
    params(("language" = Option<String>, Query, description = "ru or en; else by Accept-Language")),
    responses((status = 200, body = Practitioners), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn practitioners(
    State(site): State<Site>,
    ask: Ask,
) -> Result<Json<Practitioners>, Problem> {
    let language = ask.language()?;
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("practitioners", language))?;
    let practitioners = catalogue
        .practitioners()
        .map(|one| Practitioner {
            photo: site.photos.of(&one.code).map(Photo::address),
            ..practitioner(&catalogue, one, language)
        })
        .collect();
    Ok(Json(Practitioners { practitioners }))
}

fn practitioner(catalogue: &Catalogue, one: &Resource, language: Language) -> Practitioner {
    let services = catalogue
        .services
        .iter()
        .filter(|service| service.practitioners.contains(&one.id));
    let works = catalogue.works_at(one.id);
    let branches = catalogue
        .branches
        .iter()
        .filter(|branch| works.contains(&branch.id));
    Practitioner {
        id: one.id.to_string(),
        name: one.title.get(language).to_owned(),
        speciality: one.about.get(language).to_owned(),
        speciality_code: one.family.clone(),
        education: one.education.lines(language).map(str::to_owned).collect(),
        practising_since: one.practising_since,
        photo: None,
        branches: branches.map(|branch| branch.id.to_string()).collect(),
        services: services.map(|service| service.id.to_string()).collect(),
    }
}
