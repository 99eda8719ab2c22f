//! Papers that the clinic hands out: the policy and other documents as PDF, and the slip of an appointment.
//!
//! *Invariant*: a paper says what the page of the same thing says, no more. It is made after the act that read what
//! stands on it, never inside one, by a process that holds nothing of the house. Papers without personal data are kept
//! in memory, [`KEPT`] at most; a slip is made anew each time and kept nowhere.

mod blocks;
mod made;
mod receipt;
mod slip;
mod words;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use documents::{Document, Legal, Operator, Origin, Renderer, fingerprint};
use jiff::tz::TimeZone;
use kernel::{Fault, Language, Moment};
use trust::Trust;
use trust::consent::ClinicTexts;
use trust::policy::text::Text;
use trust::policy::{POLICY, Version};

use crate::booking::Booking;
use made::{KEPT, Made};

/// The room, open. Cheap to clone.
#[derive(Clone)]
pub struct Papers {
    trust: Trust,
    booking: Booking,
    texts: Arc<ClinicTexts>,
    renderer: Renderer,
    made: Arc<Made>,
}

/// A version of a legal document, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The version.
    pub version: Version,
    /// Names these very bytes: it begins with the hash of the text, and changes with anything else that stands on the
    /// paper or makes its look.
    pub tag: String,
    zone: TimeZone,
}

impl Papers {
    /// Opens the room. `renderer` starts the processes that print.
    #[must_use]
    pub fn open(
        trust: Trust,
        booking: Booking,
        texts: Arc<ClinicTexts>,
        renderer: Renderer,
    ) -> Self {
        Self {
            trust,
            booking,
            texts,
            renderer,
            made: Arc::new(Made::with_room_for(KEPT)),
        }
    }

    /// The version of a document in force now for readers of a language: Russian where theirs is behind.
    ///
    /// # Errors
    /// The database's.
    pub async fn in_force(&self, code: &str, language: Language) -> Result<Option<Edition>, Fault> {
        let version = self.trust.document_in_force(code, language).await?;
        self.edition(version).await
    }

    /// The version of this number in exactly this language, past, in force or to come.
    ///
    /// # Errors
    /// The database's.
    pub async fn numbered(
        &self,
        code: &str,
        number: i32,
        language: Language,
    ) -> Result<Option<Edition>, Fault> {
        let history = self.trust.document_history(code).await?;
        self.edition(history.exact(number, language).cloned()).await
    }

    /// The PDF of a version, made once for all who ask.
    ///
    /// # Errors
    /// It cannot be made now; the text itself is not touched by that.
    pub async fn legal(&self, edition: &Edition) -> Result<Arc<[u8]>, Fault> {
        self.made
            .once(&edition.tag, || async {
                self.print(&Document::Legal(self.legal_paper(edition).await?))
                    .await
            })
            .await
    }

    /// The PDF of any paper.
    ///
    /// # Errors
    /// It cannot be made now.
    pub async fn print(&self, paper: &Document) -> Result<Vec<u8>, Fault> {
        self.renderer.render(paper).await.map_err(|error| {
            // Another try may help or not; either way the rest of the house goes on.
            Fault::from(error).passing().during("a paper was not made")
        })
    }

    async fn edition(&self, version: Option<Version>) -> Result<Option<Edition>, Fault> {
        let Some(version) = version else {
            return Ok(None);
        };
        let zone = self.zone().await?;
        let mut hasher = DefaultHasher::new();
        fingerprint().hash(&mut hasher);
        let head = self.head(&version, &zone);
        // The head is all that stands on the paper beside the text, whose hash is in the tag as it is.
        serde_json::to_vec(&head)?.hash(&mut hasher);
        let tag = format!("{}-{:016x}", version.sha256, hasher.finish());
        Ok(Some(Edition { version, tag, zone }))
    }

    async fn legal_paper(&self, edition: &Edition) -> Result<Legal, Fault> {
        let body = self.trust.document_text(edition.version.id).await?;
        let text = Text::read(body.as_bytes())?;
        Ok(Legal {
            blocks: blocks::blocks(text.blocks(), &self.texts.operator().site),
            ..self.head(&edition.version, &edition.zone)
        })
    }

    /// The paper without its text.
    fn head(&self, version: &Version, zone: &TimeZone) -> Legal {
        let day = |at: Moment| words::day(at, zone, version.language);
        let path = if version.code == POLICY {
            format!("/policy/{}", version.version)
        } else {
            format!("/documents/{}/{}", version.code, version.version)
        };
        Legal {
            language: version.language,
            origin: Origin {
                identifier: format!(
                    "{}/{}/{}/{}",
                    version.code, version.version, version.language, version.sha256
                ),
                made_at: version.proposed_at.micros().div_euclid(1_000_000),
            },
            operator: self.operator(version.language),
            title: version.title.clone(),
            version: version.version,
            // A version without a date is in force for nobody, and nobody is given it.
            effective: version.effective_at.map(day).unwrap_or_default(),
            changed: day(version.proposed_at),
            address: format!("{}{path}", self.texts.operator().site),
            sha256: version.sha256.clone(),
            blocks: Vec::new(),
        }
    }

    /// The operator as papers in this language name it.
    #[must_use]
    pub fn operator(&self, language: Language) -> Operator {
        let operator = self.texts.operator();
        let language = language.into();
        let said = |words: &trust::consent::declaration::Words| words.get(language).to_owned();
        Operator {
            name: said(&operator.name),
            legal_name: said(&operator.legal_name),
            legal_address: said(&operator.legal_address),
            postal_address: said(&operator.postal_address),
            ogrn: operator.ogrn.clone(),
            inn: operator.inn.clone(),
            phones: operator.phones.clone(),
            email: operator.privacy_email.clone(),
            site: operator.site.clone(),
        }
    }

    /// The clinic's zone: its first branch's.
    async fn zone(&self) -> Result<TimeZone, Fault> {
        let catalogue = self.booking.catalogue().await?;
        let first = catalogue.branches.first();
        Ok(first.map_or(TimeZone::UTC, |branch| branch.zone.clone()))
    }
}
