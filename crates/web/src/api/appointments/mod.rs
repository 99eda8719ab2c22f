//! Appointments: booked, shown, moved, cancelled, taken into a calendar; all but the first by the secret link.

pub(super) mod book;
pub(super) mod calendar;
pub(super) mod cancel;
pub(super) mod consents;
pub(super) mod move_appointment;
pub(super) mod show;

use std::sync::Arc;

use clinic::booking::{Appointment, Catalogue};
use kernel::Language;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::clock;
use super::refusal::unread;
use crate::Site;
use crate::door::problem::Problem;

/// An appointment as the holder of its link sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct Shown {
    id: String,
    /// The secret of its link.
    token: String,
    /// `requested`, `accepted`, `arrived`, `completed`, `cancelled` or `no_show`.
    status: &'static str,
    #[schema(format = DateTime)]
    start: String,
    #[schema(format = DateTime)]
    end: String,
    practitioner: String,
    branch: String,
    service: String,
    patient: PatientMask,
    /// The page where it is moved or cancelled.
    manage_url: String,
    calendar_url: String,
}

/// What is shown of the patient: enough to recognise oneself.
#[derive(Serialize, ToSchema)]
pub(super) struct PatientMask {
    #[schema(example = "+7 *** ***-09-13")]
    phone_mask: Option<String>,
}

/// The catalogue by which an appointment will be told: read before the act, for once that is done nothing that can
/// fail may stand between it and its answer.
async fn beforehand(site: &Site, language: Language) -> Result<Arc<Catalogue>, Problem> {
    site.booking
        .catalogue()
        .await
        .map_err(unread("appointments", language))
}

fn shown(site: &Site, catalogue: &Catalogue, token: String, of: Appointment) -> Shown {
    let mut clock = clock(catalogue, of.branch);
    Shown {
        id: of.id.to_string(),
        status: of.status.code(),
        start: clock.text(of.start),
        end: clock.text(of.end),
        practitioner: of.practitioner.to_string(),
        branch: of.branch.to_string(),
        service: of.service.to_string(),
        patient: PatientMask {
            phone_mask: of.phone_mask,
        },
        manage_url: manage_url(site, &token),
        calendar_url: calendar_url(site, &token),
        token,
    }
}

fn manage_url(site: &Site, token: &str) -> String {
    format!("{}/a/{token}", site.origin)
}

fn calendar_url(site: &Site, token: &str) -> String {
    format!("{}/api/v1/appointments/{token}/calendar.ics", site.origin)
}
