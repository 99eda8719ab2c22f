//! The shapes of requests, and of answers that are written by hand, as the description of the interface tells of
//! them. Requests are read member by member, so that every flaw has its place: these types are never filled.

#![expect(
    dead_code,
    reason = "these types describe; nothing is ever put into them"
)]

use utoipa::ToSchema;

/// How the interface says no (RFC 9457).
#[derive(ToSchema)]
pub(super) struct ProblemShape {
    /// `/problems/<code>`.
    #[schema(rename = "type", example = "/problems/invalid")]
    kind: String,
    /// What it is called.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do about it.
    detail: String,
    /// Places that cannot be taken.
    errors: Option<Vec<FlawShape>>,
    /// Of `slot-taken`: the nearest free times.
    alternatives: Option<Vec<SlotShape>>,
}

/// One place that cannot be taken.
#[derive(ToSchema)]
pub(super) struct FlawShape {
    /// RFC 6901 in a body; `/name` for a parameter.
    #[schema(example = "/patient/phone")]
    pointer: String,
    /// A stable word for programs.
    code: String,
    /// What to do about it.
    detail: String,
}

/// Free times.
#[derive(ToSchema)]
pub(super) struct SlotsShape {
    slots: Vec<SlotShape>,
}

/// A time that can be booked.
#[derive(ToSchema)]
pub(super) struct SlotShape {
    /// RFC 3339 with the branch's offset.
    #[schema(format = DateTime, example = "2026-11-24T10:00:00+03:00")]
    start: String,
    #[schema(format = DateTime)]
    end: String,
    practitioner: String,
    branch: String,
    service: String,
}

/// A time to be held.
#[derive(ToSchema)]
pub(super) struct HoldRequestShape {
    service: String,
    practitioner: String,
    branch: String,
    #[schema(format = DateTime)]
    start: String,
    language: Option<LanguageShape>,
}

/// A booking.
#[derive(ToSchema)]
pub(super) struct BookingShape {
    service: String,
    practitioner: String,
    branch: String,
    #[schema(format = DateTime)]
    start: String,
    /// The asker's hold of this time.
    hold: Option<String>,
    language: Option<LanguageShape>,
    #[schema(rename = "for")]
    for_whom: ForShape,
    /// The fields that `GET /api/v1/consents` names for the patient.
    patient: PatientShape,
    /// For a child or a ward.
    representative: Option<RepresentativeShape>,
    /// For another adult.
    booker: Option<BookerShape>,
    consents: Vec<DecidedShape>,
}

/// Who comes.
#[derive(ToSchema)]
pub(super) struct PatientShape {
    surname: String,
    given_name: String,
    patronymic: Option<String>,
    #[schema(format = Date)]
    birth_date: String,
    /// May be absent where a representative's or booker's is given.
    phone: Option<String>,
    email: Option<String>,
}

/// A legal representative.
#[derive(ToSchema)]
pub(super) struct RepresentativeShape {
    surname: String,
    given_name: String,
    patronymic: Option<String>,
    phone: String,
    basis: BasisShape,
}

/// On what ground.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum BasisShape {
    Parent,
    Guardian,
    Attorney,
}

/// Who books for another adult.
#[derive(ToSchema)]
pub(super) struct BookerShape {
    given_name: String,
    phone: String,
}

/// A box as it came back.
#[derive(ToSchema)]
pub(super) struct DecidedShape {
    document: String,
    version: i32,
    sha256: String,
    /// The state of the box.
    given: bool,
}

/// For whom.
#[derive(ToSchema)]
pub(super) enum ForShape {
    #[schema(rename = "self")]
    Myself,
    #[schema(rename = "child")]
    Child,
    #[schema(rename = "ward")]
    Ward,
    #[schema(rename = "adult")]
    Adult,
}

/// A language.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum LanguageShape {
    Ru,
    En,
}

/// Another time for an appointment.
#[derive(ToSchema)]
pub(super) struct MoveShape {
    #[schema(format = DateTime)]
    start: String,
    practitioner: String,
    branch: String,
    language: Option<LanguageShape>,
}

/// A request that needs to say nothing.
#[derive(ToSchema)]
pub(super) struct NothingShape {
    language: Option<LanguageShape>,
}

/// The form of a declared service: its parties hold the fields that `GET /api/v1/consents` names.
#[derive(ToSchema)]
pub(super) struct SubmissionShape {
    language: Option<LanguageShape>,
    #[schema(rename = "for")]
    for_whom: ForShape,
    patient: std::collections::BTreeMap<String, String>,
    representative: Option<std::collections::BTreeMap<String, String>>,
    booker: Option<std::collections::BTreeMap<String, String>>,
    consents: Vec<DecidedShape>,
}
