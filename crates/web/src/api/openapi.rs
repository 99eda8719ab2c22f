//! The description of the interface (OpenAPI 3.1), made from the routes.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Schema};

use crate::door::problem::Code;

/// Made once; nothing in it depends on the clinic.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut document = super::described().into_openapi();
    // The router's word for "all that follows" is not one of OpenAPI.
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect();
    close_bodies(&mut document);
    document
        .to_json()
        .expect("a description of strings and lists is JSON")
});

/// Bodies of requests that take the fields described and no others. Those of the parties are not among them: what is asked
/// of a patient beyond these fields is the clinic's own declaration, which `GET /api/v1/consents` tells.
const CLOSED: [&str; 6] = [
    "BookingShape",
    "DecidedShape",
    "HoldRequestShape",
    "MoveShape",
    "NothingShape",
    "SubmissionShape",
];

/// Says so in the description: a field that nobody described is refused.
fn close_bodies(document: &mut OpenApi) {
    let schemas = document
        .components
        .iter_mut()
        .flat_map(|components| components.schemas.iter_mut());
    for (name, schema) in schemas {
        if let RefOr::T(Schema::Object(object)) = schema
            && CLOSED.contains(&name.as_str())
        {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

/// What the description says of the whole.
pub(super) fn head() -> OpenApi {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    let about = format!(
        "Online booking of a clinic. Times are RFC 3339 with the branch's offset, dates ISO 8601, ids opaque strings. \
         `null` equals absent; a field that is not described is refused. `Idempotency-Key` (1 to 255 visible ASCII \
         characters) may come with every POST: the first answer is kept for a day and given again. Every refusal is \
         application/problem+json (RFC 9457) of the type `/problems/<code>`; the codes: {}.",
        codes.join(", ")
    );
    let info = InfoBuilder::new()
        .title("Medok")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// The description itself.
#[utoipa::path(get, path = "/api/openapi.json", tag = "description", responses((status = 200, description = "This document", content_type = "application/json")))]
pub(super) async fn document() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        DOCUMENT.as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// Every route of the interface: the outer contract, beside what serves the journal and probes.
    const ROUTES: [&str; 24] = [
        "delete /api/v1/holds/{hold}",
        "get /api/openapi.json",
        "get /api/v1/appointments/{token}",
        "get /api/v1/appointments/{token}/calendar.ics",
        "get /api/v1/appointments/{token}/consents",
        "get /api/v1/appointments/{token}/consents/{consent}/receipt.json",
        "get /api/v1/branches",
        "get /api/v1/consents",
        "get /api/v1/holds/{hold}",
        "get /api/v1/policy",
        "get /api/v1/practitioners",
        "get /api/v1/services",
        "get /api/v1/slots",
        "get /health/live",
        "get /health/ready",
        "get /journal/checkpoint",
        "get /journal/key",
        "get /journal/tile/{path}",
        "post /api/v1/appointments",
        "post /api/v1/appointments/{token}/cancel",
        "post /api/v1/appointments/{token}/move",
        "post /api/v1/holds",
        "post /api/v1/holds/{hold}/extend",
        "post /api/v1/submissions/{service}",
    ];

    fn document() -> Value {
        serde_json::from_str(&DOCUMENT).unwrap()
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = document();
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                described.insert(format!("{method} {path}"));
            }
        }
        let routes: BTreeSet<String> = ROUTES.iter().map(|&route| route.to_owned()).collect();
        assert_eq!(described, routes);
    }

    #[test]
    fn no_route_goes_past_the_description() {
        // `routes!` alone puts a handler into router and description at once.
        let source = include_str!("mod.rs");
        assert!(
            !source.contains(".route(")
                && !source.contains(".merge(")
                && !source.contains(".nest(")
        );
        let routed = source.matches(".routes(routes!(").count();
        assert_eq!(routed, ROUTES.len());
    }

    /// The objects that the body of a request is made of, by name.
    fn named_in(value: &Value, schemas: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let name = members
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|to| to.strip_prefix("#/components/schemas/"));
                if let Some(name) = name
                    && names.insert(name.to_owned())
                {
                    named_in(&schemas[name], schemas, names);
                }
                members
                    .values()
                    .for_each(|value| named_in(value, schemas, names));
            }
            Value::Array(values) => values
                .iter()
                .for_each(|value| named_in(value, schemas, names)),
            _ => {}
        }
    }

    #[test]
    fn a_body_says_that_it_takes_nothing_more() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let mut names = BTreeSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                named_in(&operation["requestBody"], schemas, &mut names);
            }
        }
        names.retain(|name| !schemas[name]["properties"].is_null());
        let closed: BTreeSet<&str> = names
            .iter()
            .filter(|name| schemas[name.as_str()]["additionalProperties"] == false)
            .map(String::as_str)
            .collect();
        assert_eq!(closed, BTreeSet::from(CLOSED));
        let open: Vec<&String> = names
            .iter()
            .filter(|name| !closed.contains(name.as_str()))
            .collect();
        assert_eq!(open, ["BookerShape", "PatientShape", "RepresentativeShape"]);
        for (name, schema) in schemas.as_object().unwrap() {
            let is_closed = schema["additionalProperties"] == false;
            assert_eq!(
                is_closed,
                closed.contains(name.as_str()),
                "{name}: an answer may grow"
            );
        }
    }

    #[test]
    fn the_document_is_whole() {
        let document = document();
        assert_eq!(document["openapi"], "3.1.0");
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name} is not described");
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(
                    operation["responses"]
                        .as_object()
                        .is_some_and(|answers| !answers.is_empty()),
                    "{method} {path}"
                );
                let named = operation["parameters"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                for parameter in path
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split('}').next())
                {
                    assert!(
                        named.iter().any(|there| there["name"] == parameter),
                        "{method} {path}: {parameter}"
                    );
                }
            }
        }
    }
}
