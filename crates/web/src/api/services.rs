//! `GET /api/v1/services`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::ask::Ask;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::Problem;

/// What can be booked.
#[derive(Serialize, ToSchema)]
pub(super) struct Services {
    services: Vec<Service>,
}

/// A service.
#[derive(Serialize, ToSchema)]
pub(super) struct Service {
    id: String,
    title: String,
    /// Minutes with the patient.
    duration_min: u16,
    /// In roubles: a whole number, or one with kopecks after the point.
    #[schema(value_type = f64, example = 2500)]
    price: Number,
    age: Age,
    /// What it is; empty where there is nothing to say.
    about: String,
    /// What to bring, how to prepare; empty where there is nothing to say.
    preparation: String,
}

/// For whom, in full years on the day of the visit, both ends included; `null` for no limit.
#[derive(Serialize, ToSchema)]
pub(super) struct Age {
    #[schema(required)]
    from: Option<i16>,
    #[schema(required)]
    to: Option<i16>,
}

/// What can be booked, in the clinic's order.
#[utoipa::path(
    get, path = "/api/v1/services", tag = "catalogue",
    params(("language" = Option<String>, Query, description = "ru or en; else by Accept-Language")),
    responses((status = 200, body = Services), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn services(
    State(site): State<Site>,
    ask: Ask,
) -> Result<Json<Services>, Problem> {
    let language = ask.language()?;
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("services", language))?;
    let services = catalogue.services.iter().map(|service| Service {
        id: service.id.to_string(),
        title: service.title.get(language).to_owned(),
        duration_min: service.visit.duration(),
        price: roubles(service.price),
        age: Age {
            from: service.age_from,
            to: service.age_to,
        },
        about: service.about.get(language).to_owned(),
        preparation: service.preparation.get(language).to_owned(),
    });
    Ok(Json(Services {
        services: services.collect(),
    }))
}

/// Kopecks as roubles.
fn roubles(kopecks: i64) -> Number {
    if kopecks % 100 == 0 {
        return (kopecks / 100).into();
    }
    let roubles = kopecks as f64 / 100.0;
    Number::from_f64(roubles).unwrap_or_else(|| (kopecks / 100).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_roubles() {
        for (kopecks, text) in [
            (0, "0"),
            (250_000, "2500"),
            (250_050, "2500.5"),
            (250_001, "2500.01"),
            (99, "0.99"),
        ] {
            assert_eq!(roubles(kopecks).to_string(), text);
        }
    }
}
