//! Files of the clinic's folder that were edited on screen: the operator's record, declarations.
//!
//! *Invariant*: such a file is a document like any other — proposed, approved, versioned, in the journal — under a code of
//! the house's own, and its newest version in force counts instead of the folder's file (decision 0018).

use jiff::civil::Date;
use kernel::{Fault, Language, Outcome, Scope, Stop};

use super::{ClinicTexts, EditedFiles};
use crate::Trust;
use crate::policy::{NewVersion, Proposed, Standing, TextRefusal};

/// What the codes of such documents begin with.
pub const HOUSE: &str = "house:";

/// The code of the document that stands for a file. Codes stand in addresses, so its folder is parted by a colon.
#[must_use]
pub fn code_of(file: &str) -> String {
    format!("{HOUSE}{}", file.replace('/', ":"))
}

/// The file that a document of this code stands for; none for a text that patients read.
#[must_use]
pub fn file_of(code: &str) -> Option<String> {
    Some(code.strip_prefix(HOUSE)?.replace(':', "/"))
}

impl Trust {
    /// The files edited on screen, as they are in force now.
    ///
    /// # Errors
    /// The database's.
    pub async fn edited_files(&self) -> Result<EditedFiles, Fault> {
        let mut files = EditedFiles::new();
        for (code, versions) in self.proposals().await? {
            let Some(file) = file_of(&code) else { continue };
            let in_force = versions.iter().find(|one| {
                one.standing == Standing::InForce && one.version.language == Language::Ru
            });
            if let Some(one) = in_force {
                files.insert(file, self.document_text(one.version.id).await?);
            }
        }
        Ok(files)
    }

    /// Lets the texts say what was edited on screen. Says whether anything changed.
    ///
    /// # Errors
    /// An edited file that does not go with the others: then the texts stay as they were; the database's.
    pub async fn refresh_texts(&self, texts: &ClinicTexts) -> Result<bool, Fault> {
        let files = self.edited_files().await?;
        let changed = texts.edit(files)?;
        if changed {
            self.keep_terms(texts).await?;
        }
        Ok(changed)
    }

    /// Proposes, in the name of the employee who acts, what a file of the folder shall say.
    ///
    /// # Errors
    /// [`TextRefusal`]; the database's.
    pub async fn propose_file(
        &self,
        scope: Scope,
        file: &str,
        body: String,
    ) -> Outcome<Proposed, TextRefusal> {
        let new = NewVersion {
            code: code_of(file),
            language: Language::Ru,
            title: file.to_owned(),
            body,
            effective_at: None,
        };
        self.propose_as(scope, new).await
    }

    /// Proposes every document of the clinic whose text is not the newest that was proposed, the policy with it; gives how
    /// many wait for somebody else.
    ///
    /// # Errors
    /// [`TextRefusal`]; a blank that nothing fills; the database's.
    pub async fn propose_composed(
        &self,
        scope: Scope,
        texts: &ClinicTexts,
        today: Date,
    ) -> Outcome<usize, TextRefusal> {
        let mut waiting = 0;
        for document in texts.compose(today).map_err(Fault::from)? {
            let language = match document.language {
                super::declaration::Language::Russian => Language::Ru,
                super::declaration::Language::English => Language::En,
            };
            let new = NewVersion {
                code: document.code,
                language,
                title: document.title,
                body: document.markdown,
                effective_at: None,
            };
            match self.propose_as(scope, new).await? {
                Proposed::Waiting { .. } => waiting += 1,
                Proposed::Approved { .. } | Proposed::Unchanged { .. } => {}
            }
        }
        Ok(waiting)
    }

    async fn propose_as(&self, scope: Scope, new: NewVersion) -> Outcome<Proposed, TextRefusal> {
        self.act("text.propose", scope, move |act| {
            let new = new.clone();
            Box::pin(async move { act.propose_text(&new).await })
        })
        .await
        .map_err(|stop: Stop<TextRefusal>| stop)
    }
}
