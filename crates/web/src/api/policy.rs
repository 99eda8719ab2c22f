//! `GET /api/v1/policy`.

use axum::Json;
use axum::extract::State;
use kernel::Language;
use serde::Serialize;
use trust::policy::POLICY;
use utoipa::ToSchema;

use super::answer::moment;
use super::ask::Ask;
use super::flaw::What;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::{Code, Problem};

/// The policy, and all versions of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Policy {
    document: &'static str,
    version: i32,
    /// The language of the text: Russian where the version is not translated.
    #[schema(value_type = String)]
    language: Language,
    title: String,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    sha256: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    changed_at: String,
    /// From when it is in force.
    #[schema(format = DateTime)]
    effective_at: Option<String>,
    /// Plain text or Markdown.
    text: String,
    /// The page that always shows the version in force.
    url: String,
    /// All published versions, the newest first: in the language asked for, and the Russian ones that it lacks.
    versions: Vec<PolicyVersion>,
}

/// One version.
#[derive(Serialize, ToSchema)]
pub(super) struct PolicyVersion {
    version: i32,
    /// The language of its text.
    #[schema(value_type = String)]
    language: Language,
    sha256: String,
    #[schema(format = DateTime)]
    changed_at: String,
    #[schema(format = DateTime)]
    effective_at: Option<String>,
}

/// The privacy policy in force, or another version of it.
#[utoipa::path(
    get, path = "/api/v1/policy", tag = "privacy",
    params(
        ("language" = Option<String>, Query, description = "ru or en; the Russian text where a version is not translated"),
        ("version" = Option<i32>, Query, description = "Another version than the one in force"),
    ),
    responses((status = 200, body = Policy), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn policy(State(site): State<Site>, ask: Ask) -> Result<Json<Policy>, Problem> {
    let mut asked = ask.parameters(&["version"]);
    let wanted = asked.optional("version", What::Unknown, |text| text.parse::<i32>().ok());
    let language = asked.language()?;
    let absent = || Problem::new(Code::NotFound, language);
    let history = site
        .trust
        .document_history(POLICY)
        .await
        .map_err(unread("the policy", language))?;
    let now = site.trust.clock().now();
    let shown = match wanted {
        Some(wanted) => history.numbered(wanted, language),
        None => history.in_force(language, now),
    };
    let shown = shown.ok_or_else(absent)?;
    let catalogue = site
        .booking
        .catalogue()
        .await
        .map_err(unread("the policy", language))?;
    let time = |at| moment(&catalogue, at);
    let text = site.trust.document_text(shown.id).await;
    let text = text.map_err(unread("the policy", language))?;
    let listed = history.read_in(language, now);
    let listed = listed.into_iter().map(|one| PolicyVersion {
        version: one.version,
        language: one.language,
        sha256: one.sha256.clone(),
        changed_at: time(one.proposed_at),
        effective_at: one.effective_at.map(time),
    });
    Ok(Json(Policy {
        document: POLICY,
        version: shown.version,
        language: shown.language,
        title: shown.title.clone(),
        sha256: shown.sha256.clone(),
        changed_at: time(shown.proposed_at),
        effective_at: shown.effective_at.map(time),
        text,
        url: format!("{}/policy", site.origin),
        versions: listed.collect(),
    }))
}
