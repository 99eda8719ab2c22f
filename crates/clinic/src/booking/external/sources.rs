//! Which files are read.

use kernel::{Fault, Moment, Outcome, PractitionerId, ResourceId, Scope, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use uuid::Uuid;

use super::flaw::Flaw;
use super::{ExternalRefusal, apply, said};
use crate::booking::Booking;
use crate::booking::table::{block, external_conflict, external_reading, external_source};

/// Characters of a title at most.
const TITLE_CHARACTERS: usize = 100;
/// Characters of a file's name at most.
const FILE_CHARACTERS: usize = 100;

/// A file to be read from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// What colleagues call it.
    pub title: String,
    /// Its name in the folder.
    pub file: String,
    /// Whose calendar it is; a table names practitioners itself.
    pub practitioner: Option<PractitionerId>,
}

/// A file that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: Uuid,
    /// What colleagues call it.
    pub title: String,
    /// Its name in the folder.
    pub file: String,
    /// Whose calendar it is.
    pub practitioner: Option<PractitionerId>,
    /// When it was read last.
    pub read_at: Option<Moment>,
    /// What was wrong then.
    pub flaws: Vec<Flaw>,
    /// Busy stretches it had when it was last read whole.
    pub intervals: i64,
}

impl NewSource {
    fn check(&self) -> Result<(), ExternalRefusal> {
        let title = self.title.trim();
        let fits = !title.is_empty()
            && title.chars().count() <= TITLE_CHARACTERS
            && !title.contains(char::is_control);
        if !fits {
            return Err(ExternalRefusal::Title);
        }
        let file = self.file.trim();
        let plain = file
            .chars()
            .all(|sign| sign.is_alphanumeric() || " ._-()".contains(sign));
        let calendar = file.ends_with(".ics");
        let named = plain
            && !file.starts_with('.')
            && file.chars().count() <= FILE_CHARACTERS
            && (calendar || file.ends_with(".csv"));
        if !named {
            return Err(ExternalRefusal::File);
        }
        if calendar != self.practitioner.is_some() {
            return Err(ExternalRefusal::Practitioner);
        }
        Ok(())
    }
}

impl Booking {
    /// The files that are read, in the order in which they were added.
    ///
    /// # Errors
    /// [`ExternalRefusal::Access`].
    pub async fn sources(&self, scope: Scope) -> Outcome<Vec<Source>, ExternalRefusal> {
        self.may_import(scope).await?;
        let db = self.trust.reads();
        let readings = external_reading::Entity::find().all(db).await?;
        let rows = external_source::Entity::find()
            .filter(external_source::Column::RemovedAt.is_null())
            .order_by_asc(external_source::Column::MadeAt)
            .all(db)
            .await?;
        rows.into_iter()
            .map(|row| {
                let reading = readings.iter().find(|reading| reading.source == row.id);
                let flaws = reading.map_or(Ok(Vec::new()), |reading| {
                    serde_json::from_str(&reading.flaws)
                        .map_err(|error| Fault::broken(error.to_string()))
                });
                Ok(Source {
                    id: row.id,
                    title: row.title,
                    file: row.file,
                    practitioner: row.practitioner.map(ResourceId::from_uuid),
                    read_at: reading.map(|reading| Moment::from_micros(reading.read_at)),
                    flaws: flaws?,
                    intervals: reading.map_or(0, |reading| reading.intervals),
                })
            })
            .collect()
    }

    /// Reads a file from now on. The same one again is refused.
    ///
    /// # Errors
    /// [`ExternalRefusal`].
    pub async fn add_source(&self, scope: Scope, new: NewSource) -> Outcome<Uuid, ExternalRefusal> {
        new.check().map_err(Stop::Refused)?;
        let catalogue = self.catalogue().await?;
        let known = |id: &PractitionerId| catalogue.practitioner(*id).is_some();
        if new.practitioner.is_some_and(|id| !known(&id)) {
            return Err(Stop::Refused(ExternalRefusal::Practitioner));
        }
        self.trust
            .act("external.add", scope, move |act| {
                let new = new.clone();
                Box::pin(async move { add(act, &new).await })
            })
            .await
    }

    /// Reads a file no more, and gives free what it kept. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ExternalRefusal::Access`].
    pub async fn remove_source(&self, scope: Scope, id: Uuid) -> Outcome<(), ExternalRefusal> {
        self.trust
            .act("external.remove", scope, move |act| {
                Box::pin(async move { remove(act, id).await })
            })
            .await?;
        Ok(self.count_overlaps().await?)
    }
}

async fn add(act: &mut Act, new: &NewSource) -> Outcome<Uuid, ExternalRefusal> {
    let employee = act.allowed(Action::ImportBusy).await.map_err(said)?;
    let file = new.file.trim();
    let known = external_source::Entity::find()
        .filter(external_source::Column::File.eq(file))
        .one(act.db())
        .await?;
    if known.as_ref().is_some_and(|row| row.removed_at.is_none()) {
        return Err(Stop::Refused(ExternalRefusal::Twice));
    }
    let row = external_source::Model {
        id: known
            .as_ref()
            .map_or_else(|| entropy::ordered_id(act.now()), |row| row.id),
        title: new.title.trim().to_owned(),
        file: file.to_owned(),
        practitioner: new.practitioner.map(PractitionerId::uuid),
        made_by: employee.staff.uuid(),
        made_at: act.now().micros(),
        removed_at: None,
        act: act.id().uuid(),
    };
    let id = row.id;
    act.record(
        Kind::ExternalAdded,
        json!({ "source": id, "practitioner": row.practitioner }),
    )?;
    let row = external_source::ActiveModel::from(row).reset_all();
    match known {
        Some(_) => {
            external_source::Entity::update(row).exec(act.db()).await?;
        }
        None => act.db().insert(vec![row]).await?,
    }
    Ok(id)
}

async fn remove(act: &mut Act, id: Uuid) -> Outcome<(), ExternalRefusal> {
    act.allowed(Action::ImportBusy).await.map_err(said)?;
    let row = external_source::Entity::find_by_id(id)
        .one(act.db())
        .await?;
    if row.is_none_or(|row| row.removed_at.is_some()) {
        return Ok(());
    }
    let now = act.now();
    let blocks = block::Entity::find()
        .filter(block::Column::Source.eq(id))
        .filter(block::Column::Ends.gt(now.minutes()))
        .all(act.db())
        .await?;
    for block in &blocks {
        apply::give_free(act, block).await?;
    }
    external_conflict::Entity::delete_many()
        .filter(external_conflict::Column::Source.eq(id))
        .exec(act.db())
        .await?;
    external_source::Entity::update(external_source::ActiveModel {
        id: Set(id),
        removed_at: Set(Some(now.micros())),
        ..Default::default()
    })
    .exec(act.db())
    .await?;
    act.record(
        Kind::ExternalRemoved,
        json!({ "source": id, "given_free": blocks.len() }),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_leads_nowhere_else() {
        let source = |file: &str, own: bool| NewSource {
            title: "МИС".into(),
            file: file.into(),
            practitioner: own.then(|| ResourceId::from_uuid(Uuid::nil())),
        };
        assert_eq!(source("busy.csv", false).check(), Ok(()));
        assert_eq!(source("Пчёлкина (УЗИ).ics", true).check(), Ok(()));
        for file in [
            "",
            "../keys.csv",
            "/etc/passwd",
            ".hidden.csv",
            "a/b.ics",
            "a\\b.csv",
            "busy.txt",
            "a\n.csv",
        ] {
            assert_eq!(
                source(file, false).check(),
                Err(ExternalRefusal::File),
                "{file}"
            );
        }
        assert_eq!(
            source("anna.ics", false).check(),
            Err(ExternalRefusal::Practitioner)
        );
        assert_eq!(
            source("busy.csv", true).check(),
            Err(ExternalRefusal::Practitioner)
        );
        let untitled = NewSource {
            title: " ".into(),
            ..source("busy.csv", false)
        };
        assert_eq!(untitled.check(), Err(ExternalRefusal::Title));
    }
}
