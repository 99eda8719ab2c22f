//! Beside another system: its busy times, read from files, keep a practitioner's time free here.
//!
//! *Invariant*: what another system has is a block of the kind `external` with its source: it is claimed cell by cell like
//! a visit, lies over nothing, and is made, replaced and given free by readings alone. A reading never touches what staff
//! or patients made. A file with a flaw changes nothing; the same file again changes nothing and records nothing. Of a
//! file are kept times alone (`calendar.rs`, `table.rs`).
//!
//! Medok opens no connection to the other system: files lie in a folder that the settings name (decision 0020).

mod apply;
mod calendar;
mod flaw;
mod report;
mod sources;
mod table;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use calendar::Stretch;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Actor, Fault, JobId, Outcome, PractitionerId, Purpose, ResourceId, Scope, Stop};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use trust::access::Action;
use trust::staff::AccessRefusal;
use uuid::Uuid;

use super::Booking;
use super::catalogue::Catalogue;
use super::import;
use super::table::{external_reading, external_source};

pub use apply::Applied;
pub use flaw::{Flaw, Wrong};
pub use report::Overlap;
pub use sources::{NewSource, Source};

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalRefusal {
    /// The role does not allow it, or the session is over.
    Access(AccessRefusal),
    /// There is no such source, or no such overlap.
    Unknown,
    /// A title is missing, or longer than a line.
    Title,
    /// The name of the file leads elsewhere, or ends in neither `.ics` nor `.csv`.
    File,
    /// The file is read already.
    Twice,
    /// A calendar is of one practitioner, and none of the catalogue is named.
    Practitioner,
}

impl From<AccessRefusal> for ExternalRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

/// What a reading gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingResult {
    /// What is wrong with the file; then nothing was changed.
    pub flaws: Vec<Flaw>,
    /// What changed.
    pub applied: Applied,
}

/// Busy times by practitioner.
type Busy = BTreeMap<PractitionerId, Vec<Stretch>>;

/// Days that a reading is for, from the beginning of today in UTC.
#[derive(Clone, Copy)]
struct Horizon {
    /// Minutes since 1970 UTC.
    start: i64,
    end: i64,
}

impl Horizon {
    fn stretch(self) -> Stretch {
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap_or(Timestamp::MAX);
        (at(self.start), at(self.end))
    }
}

impl Booking {
    /// Reads all sources, as it is done every few minutes. A source that cannot be read keeps no other from being read.
    ///
    /// # Errors
    /// The database's.
    pub async fn read_external(&self, folder: Option<&Path>) -> Result<(), Fault> {
        let sources = external_source::Entity::find()
            .filter(external_source::Column::RemovedAt.is_null())
            .all(self.trust.reads())
            .await?;
        for source in sources {
            let scope = Scope {
                // The source is a standing order of whoever made it.
                actor: Actor::Worker {
                    job: JobId::from_uuid(source.id),
                    approved_by: Some(kernel::StaffId::from_uuid(source.made_by)),
                },
                purpose: Purpose::Services,
                case: None,
            };
            let title = source.id;
            if let Err(fault) = self
                .read_one(scope, None, &source, folder)
                .await
                .map_err(fault_of)
            {
                tracing::error!(source = %title, "another system's file: {fault}");
            }
        }
        self.count_overlaps().await
    }

    /// Reads one source now.
    ///
    /// # Errors
    /// [`ExternalRefusal`].
    pub async fn read_source(
        &self,
        scope: Scope,
        id: Uuid,
        folder: Option<&Path>,
    ) -> Outcome<ReadingResult, ExternalRefusal> {
        self.may_import(scope).await?;
        let source = self.source(id).await?;
        let result = self
            .read_one(scope, Some(Action::ImportBusy), &source, folder)
            .await?;
        self.count_overlaps().await?;
        Ok(result)
    }

    async fn read_one(
        &self,
        scope: Scope,
        action: Option<Action>,
        source: &external_source::Model,
        folder: Option<&Path>,
    ) -> Outcome<ReadingResult, ExternalRefusal> {
        self.timetable.fresh().await?;
        let horizon = self.external_horizon();
        let catalogue = self.catalogue().await?;
        let bytes = match folder {
            Some(folder) => {
                let path = folder.join(&source.file);
                let read = tokio::task::spawn_blocking(move || file(&path)).await;
                read.map_err(|error| Fault::broken(error.to_string()))?
            }
            None => Err(Wrong::Missing),
        };
        let of_source = source.clone();
        let parsed = match bytes {
            Err(wrong) => Err(vec![Flaw::of_file(wrong)]),
            Ok(bytes) => {
                let catalogue = std::sync::Arc::clone(&catalogue);
                // A large calendar takes a while: nobody else waits for it.
                let work = move || parsed(&bytes, &of_source, &catalogue, horizon);
                let done = tokio::task::spawn_blocking(work).await;
                done.map_err(|error| Fault::broken(error.to_string()))?
            }
        };
        let result = match parsed {
            Err(flaws) => ReadingResult {
                flaws,
                applied: Applied::default(),
            },
            Ok(busy) => ReadingResult {
                flaws: Vec::new(),
                applied: self.apply(scope, action, source.id, horizon, busy).await?,
            },
        };
        self.note_external_reading(source.id, &result).await?;
        Ok(result)
    }

    fn external_horizon(&self) -> Horizon {
        let today = self.trust.clock().now().minutes().div_euclid(1440) * 1440;
        let days = i64::from(self.settings.horizon_days) + 2;
        Horizon {
            start: today,
            end: today + days * 1440,
        }
    }

    async fn note_external_reading(&self, id: Uuid, result: &ReadingResult) -> Result<(), Fault> {
        let flaws = serde_json::to_string(&result.flaws)
            .map_err(|error| Fault::broken(error.to_string()))?;
        let (now, intervals) = (self.trust.clock().now().micros(), result.applied.intervals);
        self.trust
            .upkeep("external.reading", move |db| {
                let row = external_reading::ActiveModel {
                    source: Set(id),
                    read_at: Set(now),
                    flaws: Set(flaws.clone()),
                    intervals: Set(intervals),
                };
                Box::pin(async move {
                    let known = OnConflict::column(external_reading::Column::Source)
                        .update_columns([
                            external_reading::Column::ReadAt,
                            external_reading::Column::Flaws,
                            external_reading::Column::Intervals,
                        ])
                        .to_owned();
                    external_reading::Entity::insert(row)
                        .on_conflict(known)
                        .exec_without_returning(db)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn source(&self, id: Uuid) -> Outcome<external_source::Model, ExternalRefusal> {
        let row = external_source::Entity::find_by_id(id)
            .one(self.trust.reads())
            .await?;
        row.filter(|row| row.removed_at.is_none())
            .ok_or(Stop::Refused(ExternalRefusal::Unknown))
    }

    async fn may_import(&self, scope: Scope) -> Outcome<(), ExternalRefusal> {
        self.trust
            .act("external.allowed", scope, |act| {
                Box::pin(async move {
                    let allowed = act.allowed(Action::ImportBusy).await;
                    allowed.map_err(said)?;
                    Ok(())
                })
            })
            .await
    }
}

fn said(stop: Stop<AccessRefusal>) -> Stop<ExternalRefusal> {
    stop.map_refusal(ExternalRefusal::from)
}

fn fault_of(stop: Stop<ExternalRefusal>) -> Fault {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(refusal) => Fault::broken(format!("{refusal:?}")),
    }
}

/// The bytes of a plain file, as many as are read.
fn file(path: &Path) -> Result<Vec<u8>, Wrong> {
    let about = std::fs::symlink_metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Wrong::Missing,
        _ => Wrong::Unreadable,
    })?;
    if !about.is_file() {
        return Err(Wrong::Unreadable);
    }
    let most = u64::try_from(import::MAX_BYTES).unwrap_or(u64::MAX);
    if about.len() > most {
        return Err(Wrong::TooBig);
    }
    let opened = std::fs::File::open(path).map_err(|_| Wrong::Unreadable)?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    let read = opened.take(most + 1).read_to_end(&mut bytes);
    match read {
        Ok(length) if length > import::MAX_BYTES => Err(Wrong::TooBig),
        Ok(_) => Ok(bytes),
        Err(_) => Err(Wrong::Unreadable),
    }
}

/// The busy times of a file.
fn parsed(
    bytes: &[u8],
    source: &external_source::Model,
    catalogue: &Catalogue,
    horizon: Horizon,
) -> Result<Busy, Vec<Flaw>> {
    let text = import::decoded(bytes).map_err(|(line, flaw)| {
        vec![Flaw {
            line: (flaw == Wrong::Encoding).then_some(line),
            wrong: flaw,
        }]
    })?;
    let mut busy = Busy::new();
    if source.file.ends_with(".ics") {
        let whose = source.practitioner.map(ResourceId::from_uuid);
        let known = whose.and_then(|id| catalogue.practitioner(id));
        let Some(practitioner) = known else {
            return Err(vec![Flaw::of_file(Wrong::Practitioner)]);
        };
        let zone = zone_of(catalogue, practitioner.id);
        busy.insert(
            practitioner.id,
            calendar::busy(&text, &zone, horizon.stretch())?,
        );
        return Ok(busy);
    }
    let mut flaws = Vec::new();
    for row in table::rows(&text)? {
        let Some(practitioner) = catalogue.practitioner_coded(&row.code) else {
            flaws.push(Flaw::at(row.line, Wrong::Practitioner));
            continue;
        };
        match row.stretch(&zone_of(catalogue, practitioner.id)) {
            Ok(stretch) => busy.entry(practitioner.id).or_default().push(stretch),
            Err(flaw) => flaws.push(flaw),
        }
    }
    flaws.truncate(flaw::MOST);
    if flaws.is_empty() {
        Ok(busy)
    } else {
        Err(flaws)
    }
}

/// The clock of a practitioner: of the first branch where they receive, else of the clinic's first.
fn zone_of(catalogue: &Catalogue, practitioner: PractitionerId) -> TimeZone {
    let works = catalogue.works_at(practitioner);
    let own = catalogue
        .branches
        .iter()
        .find(|branch| works.contains(&branch.id));
    let branch = own.or(catalogue.branches.first());
    branch.map_or(TimeZone::UTC, |branch| branch.zone.clone())
}
