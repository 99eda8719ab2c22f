//! The clinic's texts in the data folder, and their way into the store: what changed is proposed as a new
//! version, so that what a visitor is asked is always a version that stays.
//!
//! The policy is published from the folder only while there is none: from then on its versions are proposed by
//! hand (`medok policy publish`), because each carries its own date of change. Nor is the folder's translation taken
//! beside a Russian policy of another origin: it would pass for a translation of what it does not translate.

use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;
use kernel::{Fault, Language, Scope, Stop};
use platform::config::Settings;
use trust::Trust;
use trust::consent::ClinicTexts;
use trust::consent::declaration;
use trust::policy::{NewVersion, POLICY, ProposalRefusal, Proposed};

use super::StartError;

/// Where the clinic's texts lie.
#[must_use]
pub fn texts_folder(settings: &Settings) -> PathBuf {
    settings.data.join("clinic")
}

/// Where the photos of practitioners lie, each named by its practitioner's code.
#[must_use]
pub fn photos_folder(settings: &Settings) -> PathBuf {
    texts_folder(settings).join("photos")
}

/// Writes the texts of the demo clinic as samples, unless there are texts already; says whether it did. The folder
/// appears whole or not at all.
///
/// # Errors
/// It cannot be written.
pub fn write_samples(settings: &Settings) -> Result<bool, StartError> {
    let folder = texts_folder(settings);
    if folder.exists() {
        return Ok(false);
    }
    let side = settings.data.join("clinic.new");
    ClinicTexts::write_demo(&side)?;
    fs::rename(&side, &folder).map_err(StartError::folder(&folder, "make"))?;
    Ok(true)
}

/// A document that was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its code.
    pub code: String,
    /// Its language.
    pub language: Language,
    /// What became of it.
    pub proposed: Proposed,
}

/// Keeps what stands beside the clinic's boxes, and proposes every document of the clinic whose text is not the last
/// version's; gives those that were.
/// `today` is the day the policy names as that of its change.
///
/// # Errors
/// A blank that nothing fills; the database's.
pub async fn publish_texts(
    trust: &Trust,
    texts: &ClinicTexts,
    today: Date,
) -> Result<Vec<Published>, Fault> {
    trust.keep_terms(texts).await?;
    let mut published = Vec::new();
    let has_policy = trust
        .document_history(POLICY)
        .await?
        .newest(Language::Ru)
        .is_some();
    for document in texts.compose(today)? {
        let language = match document.language {
            declaration::Language::Russian => Language::Ru,
            declaration::Language::English => Language::En,
        };
        let versions = trust.document_versions(&document.code, language).await?;
        let stands = match versions.first() {
            last if document.code == POLICY => has_policy || last.is_some(),
            Some(last) => last.says(&document.markdown),
            None => false,
        };
        // A text that was proposed before is not news: whatever took its place, or declined it, was decided on screen.
        let stands = stands
            || trust
                .was_proposed(&document.code, language, &document.markdown)
                .await?;
        if stands {
            continue;
        }
        let code = document.code.clone();
        let new = NewVersion {
            code: document.code,
            language,
            title: document.title,
            body: document.markdown,
            effective_at: None,
        };
        let proposed = propose(trust, new).await.map_err(|stop| match stop {
            Stop::Refused(ProposalRefusal::TooEarly) => Fault::broken(format!(
                "the document {code} ({language}) changed, but a version planned for later is approved already; \
                 take the change back until that day"
            )),
            Stop::Fault(fault) => fault,
        })?;
        if !matches!(proposed, Proposed::Unchanged { .. }) {
            published.push(Published {
                code,
                language,
                proposed,
            });
        }
    }
    Ok(published)
}

/// Proposes one version, as an act of its own.
pub(crate) async fn propose(
    trust: &Trust,
    new: NewVersion,
) -> kernel::Outcome<Proposed, ProposalRefusal> {
    trust
        .act("document.propose", Scope::console(), move |act| {
            let new = new.clone();
            Box::pin(async move { act.propose_document(&new).await })
        })
        .await
}
