//! The clinic's own texts: one record of the operator, declarations of services, templates of consents.
//! They lie as files beside the data, so that a clinic's lawyer can read and change them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::Date;
use kernel::Fault;

use super::Terms;
use super::declaration::{
    Composed, Declaration, Document, Language, LegalInformation, Operator, POLICY_DOCUMENT,
    Problem, bundled,
};
use super::site::SiteTexts;

/// All texts of the clinic, read and checked: those of the folder, and over them what was edited on screen.
///
/// Editions are only added, so that what was handed out stays as it was for whoever holds it.
#[derive(Debug)]
pub struct ClinicTexts {
    folder: PathBuf,
    first: Edition,
}

/// The texts from some moment on.
#[derive(Debug)]
struct Edition {
    whole: Whole,
    next: OnceLock<Box<Self>>,
}

impl Edition {
    const fn of(whole: Whole) -> Self {
        Self {
            whole,
            next: OnceLock::new(),
        }
    }
}

/// Files that were edited on screen, by their place in the clinic's folder: they count instead of the folder's.
pub type EditedFiles = BTreeMap<String, String>;

/// The place of the operator's record in the folder.
pub const OPERATOR_FILE: &str = "operator.toml";

#[derive(Debug)]
struct Whole {
    /// What was edited on screen.
    edited: EditedFiles,
    operator: Operator,
    declarations: BTreeMap<String, Declaration>,
    documents: Vec<Document>,
    site: SiteTexts,
    /// What stands beside every box in every case and language, by its hash.
    terms: BTreeMap<String, String>,
}

/// What is wrong with the texts: the file and the problem, each with what to do.
#[derive(Debug)]
pub struct TextProblems(Vec<(PathBuf, Problem)>);

impl fmt::Display for TextProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().map(|(file, problem)| {
            let line = problem
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            format!(
                "{}{line}: {} {}; {}",
                file.display(),
                problem.path,
                problem.what,
                problem.remedy
            )
        });
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for TextProblems {}

/// The files of the demo clinic, by their place in the folder.
const DEMO: [(&str, &str); 15] = [
    ("site/legal.toml", bundled::DEMO_LEGAL),
    ("operator.toml", bundled::DEMO_OPERATOR),
    ("declarations/booking.toml", bundled::BOOKING),
    ("documents/policy.ru.md", bundled::DEMO_POLICY[0]),
    ("documents/policy.en.md", bundled::DEMO_POLICY[1]),
    ("documents/booking-self.ru.md", bundled::BOOKING_CONSENTS[0]),
    ("documents/booking-self.en.md", bundled::BOOKING_CONSENTS[1]),
    (
        "documents/booking-representative.ru.md",
        bundled::BOOKING_CONSENTS[2],
    ),
    (
        "documents/booking-representative.en.md",
        bundled::BOOKING_CONSENTS[3],
    ),
    (
        "documents/booking-child.ru.md",
        bundled::BOOKING_CONSENTS[4],
    ),
    (
        "documents/booking-child.en.md",
        bundled::BOOKING_CONSENTS[5],
    ),
    ("documents/booking-ward.ru.md", bundled::BOOKING_CONSENTS[6]),
    ("documents/booking-ward.en.md", bundled::BOOKING_CONSENTS[7]),
    (
        "documents/booking-other.ru.md",
        bundled::BOOKING_CONSENTS[8],
    ),
    (
        "documents/booking-other.en.md",
        bundled::BOOKING_CONSENTS[9],
    ),
];

impl ClinicTexts {
    /// Writes the demo clinic's files into a folder; those already there stay as they are.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write_demo(folder: &Path) -> Result<(), Fault> {
        for (name, text) in DEMO.into_iter().chain(bundled::SITE_TEXTS) {
            let file = folder.join(name);
            if let Some(parent) = file.parent() {
                std::fs::create_dir_all(parent)?;
            }
            if !file.exists() {
                std::fs::write(&file, text).map_err(|error| {
                    Fault::from(error).during(&format!("writing {}", file.display()))
                })?;
            }
        }
        Ok(())
    }

    /// Reads the folder: `operator.toml`, `declarations/*.toml`, `documents/*.md`, and, where there is one, `site`.
    ///
    /// # Errors
    /// Every problem of every file at once.
    pub fn read(folder: &Path) -> Result<Self, TextProblems> {
        Ok(Self {
            folder: folder.to_owned(),
            first: Edition::of(Whole::read(folder, EditedFiles::new())?),
        })
    }

    /// Reads the folder again with these files over it, and tells from now on what they say. Says whether anything changed.
    ///
    /// # Errors
    /// Every problem of every file at once; then the texts stay as they were.
    pub fn edit(&self, edited: EditedFiles) -> Result<bool, TextProblems> {
        if self.now().edited == edited {
            return Ok(false);
        }
        let mut new = Box::new(Edition::of(Whole::read(&self.folder, edited)?));
        let mut last = &self.first;
        loop {
            match last.next.get() {
                Some(next) => last = next,
                // Whoever was quicker is followed.
                None => match last.next.set(new) {
                    Ok(()) => return Ok(true),
                    Err(back) => new = back,
                },
            }
        }
    }

    /// Whether these files would go with all others, those edited before among them.
    ///
    /// # Errors
    /// Every problem of every file at once.
    pub fn tried(&self, files: EditedFiles) -> Result<(), TextProblems> {
        let mut edited = self.now().edited.clone();
        edited.extend(files);
        Whole::read(&self.folder, edited).map(|_| ())
    }

    /// A file of the clinic's as it counts now: as it was edited on screen, else as it lies in the folder.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<String> {
        let edited = self.now().edited.get(name).cloned();
        edited.or_else(|| std::fs::read_to_string(self.folder.join(name)).ok())
    }

    /// Whether the operator's record was edited on screen.
    #[must_use]
    pub fn has_edited_record(&self) -> bool {
        self.now().edited.contains_key(OPERATOR_FILE)
    }

    fn now(&self) -> &Whole {
        let mut last = &self.first;
        while let Some(next) = last.next.get() {
            last = next;
        }
        &last.whole
    }

    /// The operator's record.
    #[must_use]
    pub fn operator(&self) -> &Operator {
        &self.now().operator
    }

    /// What the site tells of the clinic beside the record.
    #[must_use]
    pub fn site(&self) -> &SiteTexts {
        &self.now().site
    }

    /// The declaration of a service.
    #[must_use]
    pub fn declaration(&self, service: &str) -> Option<&Declaration> {
        self.now().declarations.get(service)
    }

    /// All declarations, by code.
    pub fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        self.now().declarations.values()
    }

    /// What stands beside every box in every case and language, by its hash: to be kept before anybody is asked
    /// (`Trust::keep_terms`).
    #[must_use]
    pub fn terms(&self) -> &BTreeMap<String, String> {
        &self.now().terms
    }

    /// All documents with their blanks filled: what is to be published, the Russian texts first, because a
    /// translation gets the number of the newest one. `changed` is the date that the policy names as that of its last
    /// change.
    ///
    /// # Errors
    /// A blank that nothing fills.
    pub fn compose(&self, changed: Date) -> Result<Vec<Composed>, TextProblems> {
        self.now().compose(changed)
    }
}

impl Whole {
    fn read(folder: &Path, edited: EditedFiles) -> Result<Self, TextProblems> {
        let mut problems = Vec::new();
        let operator = read_over(
            folder,
            OPERATOR_FILE,
            &edited,
            Operator::parse,
            &mut problems,
        );
        let mut declarations = BTreeMap::new();
        let mut names: BTreeSet<String> = files(&folder.join("declarations"), "toml")
            .iter()
            .filter_map(|file| Some(format!("declarations/{}", file.file_name()?.to_str()?)))
            .collect();
        names.extend(
            edited
                .keys()
                .filter(|name| name.starts_with("declarations/"))
                .cloned(),
        );
        for name in names {
            let parsed = read_over(
                folder,
                &name,
                &edited,
                |text| Declaration::parse(text, &super::WHITELIST),
                &mut problems,
            );
            if let Some(declaration) = parsed {
                declarations.insert(declaration.code.clone(), declaration);
            }
        }
        let mut documents = Vec::new();
        for file in files(&folder.join("documents"), "md") {
            documents.extend(read_as(&file, Document::parse, &mut problems));
        }
        let mut site = SiteTexts::read(&folder.join("site"), operator.as_ref(), &mut problems);
        // A clinic that has a record of its own does not tell of the sample's licence.
        let sample = LegalInformation::parse(bundled::DEMO_LEGAL);
        if edited.contains_key(OPERATOR_FILE) && sample.is_ok_and(|sample| sample == *site.legal())
        {
            site = site.without_legal();
        }
        match operator {
            Some(operator) if problems.is_empty() => {
                let terms = Terms::note_all(&operator, declarations.values_mut());
                let texts = Self {
                    edited,
                    operator,
                    declarations,
                    documents,
                    site,
                    terms,
                };
                texts.check(folder).map(|()| texts)
            }
            _ => Err(TextProblems(problems)),
        }
    }

    fn compose(&self, changed: Date) -> Result<Vec<Composed>, TextProblems> {
        let mut composed = Vec::new();
        let mut problems = Vec::new();
        let declarations: Vec<Declaration> = self.declarations.values().cloned().collect();
        for document in &self.documents {
            let done = if document.code == POLICY_DOCUMENT {
                document.compose_policy(&self.operator, &declarations, changed)
            } else {
                let asks = |declaration: &&Declaration| {
                    declaration
                        .consents
                        .iter()
                        .any(|consent| consent.document == document.code)
                };
                match declarations.iter().find(asks) {
                    Some(declaration) => document.compose_consent(&self.operator, declaration),
                    None => continue,
                }
            };
            match done {
                Ok(done) => composed.push(done),
                Err(found) => problems.extend(
                    found
                        .into_iter()
                        .map(|problem| (PathBuf::from(&document.code), problem)),
                ),
            }
        }
        if problems.is_empty() {
            composed.sort_by_key(|one: &Composed| one.language != Language::Russian);
            Ok(composed)
        } else {
            Err(TextProblems(problems))
        }
    }

    /// Every consent that a declaration asks must have its text in both languages.
    fn check(&self, folder: &Path) -> Result<(), TextProblems> {
        let mut problems = Vec::new();
        for declaration in self.declarations.values() {
            for consent in declaration
                .consents
                .iter()
                .filter(|consent| !consent.is_policy())
            {
                for language in kernel::Language::ALL {
                    let there = self.documents.iter().any(|document| {
                        document.code == consent.document && document.language == language.into()
                    });
                    if !there {
                        let file =
                            folder.join(format!("documents/{}.{language}.md", consent.document));
                        let what = format!(
                            "the service `{}` asks for a consent that has no text",
                            declaration.code
                        );
                        problems.push((
                            file,
                            Problem::at(
                                None,
                                "",
                                what,
                                "write the document, or stop asking for it",
                            ),
                        ));
                    }
                }
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(TextProblems(problems))
        }
    }
}

/// Reads a file of the folder with `parse`, or what was edited in its place.
fn read_over<T>(
    folder: &Path,
    name: &str,
    edited: &EditedFiles,
    parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>,
    problems: &mut Vec<(PathBuf, Problem)>,
) -> Option<T> {
    let Some(text) = edited.get(name) else {
        return read_as(&folder.join(name), parse, problems);
    };
    match parse(text) {
        Ok(parsed) => Some(parsed),
        Err(found) => {
            let file = Path::new("(edited on screen)").join(name);
            problems.extend(found.into_iter().map(|problem| (file.clone(), problem)));
            None
        }
    }
}

/// Reads a file with `parse`; `None` after naming what is wrong.
pub(super) fn read_as<T>(
    file: &Path,
    parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>,
    problems: &mut Vec<(PathBuf, Problem)>,
) -> Option<T> {
    match std::fs::read_to_string(file) {
        Err(error) => {
            let what = format!("cannot be read: {error}");
            problems.push((
                file.to_owned(),
                Problem::at(
                    None,
                    "",
                    what,
                    "put the file there; `medok init` writes samples",
                ),
            ));
            None
        }
        Ok(text) => match parse(&text) {
            Ok(parsed) => Some(parsed),
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| (file.to_owned(), problem)));
                None
            }
        },
    }
}

/// The folder's files of one kind, in the order of their names; none if there is no folder.
pub(super) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == extension))
        .collect();
    files.sort();
    files
}
