//! `POST /api/v1/appointments`.

use axum::extract::State;
use axum::response::Response;
use clinic::booking::{Booked, Catalogue, NewBooking, SERVICE, beyond};
use kernel::Language;
use serde::Serialize;
use trust::consent::Form;
use trust::consent::declaration::{Coded, ForWhom};
use utoipa::ToSchema;

use super::{calendar_url, manage_url};
use crate::Site;
use crate::api::answer::{clock, created, today};
use crate::api::ask::LANGUAGES;
use crate::api::consents::decided;
use crate::api::fields::{Fields, held, id, time, word};
use crate::api::flaw::What;
use crate::api::people::{FOR_WHOM, booker, patient, people, representative};
use crate::api::post::Post;
use crate::api::refusal::{stopped, unread};
use crate::api::shapes::{BookingShape, ProblemShape};
use crate::door::client::ClientAddress;
use crate::door::problem::{Code, Problem};

/// A booked appointment.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct New {
    id: String,
    /// The secret of its link; it is told this once.
    token: String,
    status: &'static str,
    #[schema(format = DateTime)]
    start: String,
    #[schema(format = DateTime)]
    end: String,
    /// The page where it is moved or cancelled.
    manage_url: String,
    calendar_url: String,
}

/// Books an appointment.
#[utoipa::path(
    post, path = "/api/v1/appointments", tag = "booking",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = BookingShape,
    responses(
        (status = 201, body = New, headers(("Location" = String))),
        (status = 409, description = "slot-taken, with the nearest free times", body = ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "Fields, consents or the time cannot be taken", body = ProblemShape, content_type = "application/problem+json"),
        (status = "default", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
pub(in crate::api) async fn book(
    State(site): State<Site>,
    client: ClientAddress,
    post: Post,
) -> Result<Response, Problem> {
    let language = post.language();
    let declaration = site
        .texts
        .declaration(SERVICE)
        .ok_or_else(|| Problem::new(Code::NotFound, language))?;
    let once = post.once(&site.trust, "POST /api/v1/appointments");
    // Read before the act: once it is done, nothing that can fail stands between it and its answer.
    let catalogue = site
        .booking
        .recent_catalogue()
        .await
        .map_err(unread("the catalogue", language))?;
    let booking = read(&site, &catalogue, client, post)?;
    match site.booking.book(declaration, booking, once).await {
        Ok(booked) => Ok(answer(&site, &catalogue, booked)),
        Err(stop) => Err(stopped(&site, stop, language).await),
    }
}

fn read(
    site: &Site,
    catalogue: &Catalogue,
    client: ClientAddress,
    mut post: Post,
) -> Result<NewBooking, Problem> {
    const KNOWN: [&str; 11] = [
        "service",
        "practitioner",
        "branch",
        "start",
        "hold",
        "language",
        "for",
        "patient",
        "representative",
        "booker",
        "consents",
    ];
    let language = post.language();
    let today = today(catalogue, site.trust.clock().now());
    let flaws = &mut post.flaws;
    let mut fields = Fields::of(&post.object, "", &KNOWN, flaws);
    let service = fields.required("service", |value| {
        id(value).and_then(|id| catalogue.service(id).map(|_| id).ok_or(What::Unknown))
    });
    let practitioner = fields.required("practitioner", |value| {
        id(value).and_then(|id| catalogue.practitioner(id).map(|_| id).ok_or(What::Unknown))
    });
    let branch = fields.required("branch", |value| {
        id(value).and_then(|id| catalogue.branch(id).map(|_| id).ok_or(What::Unknown))
    });
    let start = fields.required("start", time);
    let hold = fields.optional("hold", held);
    fields.optional(
        "language",
        word(&LANGUAGES, |text| text.parse::<Language>().ok()),
    );
    let for_whom = fields.required("for", word(&FOR_WHOM, ForWhom::from_code));
    let consents = decided(&post.object, flaws);
    let declaration = site.texts.declaration(SERVICE);
    let (Some(for_whom), Some(declaration)) = (for_whom, declaration) else {
        return Err(post.flaws.problem());
    };
    let people = people(declaration, for_whom, &post.object, today, flaws);
    let patient = patient(&people, today, flaws);
    let (representative, booker) = (representative(&people, flaws), booker(&people, flaws));
    let (Some(service), Some(practitioner), Some(branch), Some(start), Some(patient)) =
        (service, practitioner, branch, start, patient)
    else {
        return Err(post.flaws.problem());
    };
    post.flaws.check()?;
    let form = Form {
        name: "api",
        language,
        address: Some(client.0),
    };
    Ok(NewBooking {
        service,
        practitioner,
        branch,
        start,
        hold,
        for_whom,
        patient,
        representative,
        booker,
        more: beyond(&people),
        consents,
        form,
    })
}

fn answer(site: &Site, catalogue: &Catalogue, booked: Booked) -> Response {
    let mut clock = clock(catalogue, booked.branch);
    let new = New {
        id: booked.id.to_string(),
        status: booked.status.code(),
        start: clock.text(booked.start),
        end: clock.text(booked.end),
        manage_url: manage_url(site, &booked.token),
        calendar_url: calendar_url(site, &booked.token),
        token: booked.token,
    };
    created(&format!("/api/v1/appointments/{}", new.token), &new)
}
