//! A catalogue from outside is stored: what has the same code keeps its id, what is gone is taken out
//! unless appointments still need it.

use std::collections::{BTreeMap, BTreeSet};

use calendar::schedule::{Change, Exception, Opening, WeeklySchedule};
use kernel::{BranchId, Fault, Scope, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use trust::Act;
use trust::journal::Kind;
use uuid::Uuid;

use super::new::{Code, NewCatalogue, NewResource};
use super::rows::{next_version, put_branch, put_resource, put_service};
use crate::booking::Booking;
use crate::booking::table::{
    appointment, branch, busy, resource, schedule, schedule_exception, service,
    service_practitioner, service_requirement,
};

/// What storing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The catalogue's version now.
    pub version: i64,
    /// Branches, practitioners, rooms, devices and services that the file does not have and appointments name: they
    /// are withdrawn, shown with those appointments and offered to nobody.
    pub kept: usize,
}

impl Booking {
    /// Replaces the catalogue, in one act.
    ///
    /// # Errors
    /// A code that nothing has; the database's. Nothing is changed then.
    pub async fn replace_catalogue(
        &self,
        scope: Scope,
        new: NewCatalogue,
    ) -> Result<Stored, Fault> {
        let stored = self
            .trust
            .act("catalogue.import", scope, move |act| {
                let new = new.clone();
                Box::pin(async move { Ok::<_, Stop<()>>(store(act, &new).await?) })
            })
            .await;
        let stored = stored.map_err(|stop| match stop {
            Stop::Fault(fault) => fault,
            Stop::Refused(()) => Fault::broken("the catalogue was refused"),
        })?;
        self.timetable.fresh().await?;
        Ok(stored)
    }
}

type Ids = BTreeMap<Code, Uuid>;

async fn store(act: &mut Act, new: &NewCatalogue) -> Result<Stored, Fault> {
    let (branches, kept_branches) = store_branches(act, new).await?;
    let (resources, kept_resources) = store_resources(act, new, &branches).await?;
    let kept_services = store_services(act, new, &resources).await?;
    store_shifts(act, new, &branches, &resources).await?;
    let version = next_version(act).await?;
    act.record(
        Kind::CatalogueImported,
        json!({
            "version": version,
            "branches": new.branches.len(),
            "resources": new.resources.len(),
            "services": new.services.len(),
            "schedules": new.schedules.len(),
            "exceptions": new.exceptions.len(),
        }),
    )?;
    Ok(Stored {
        version,
        kept: kept_branches + kept_resources + kept_services,
    })
}

/// Ids of the codes: the known ones, and new ones in the order of the list.
fn ids<'a>(act: &Act, known: Ids, codes: impl Iterator<Item = &'a Code>) -> Ids {
    let mut ids = known;
    for code in codes {
        ids.entry(code.clone())
            .or_insert_with(|| entropy::ordered_id(act.now()));
    }
    ids
}

fn id_of(ids: &Ids, code: &str, what: &str) -> Result<Uuid, Fault> {
    ids.get(code)
        .copied()
        .ok_or_else(|| Fault::broken(format!("no {what} has the code {code}")))
}

fn position(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

async fn store_branches(act: &Act, new: &NewCatalogue) -> Result<(Ids, usize), Fault> {
    let known: Ids = branch::Entity::find()
        .all(act.db())
        .await?
        .into_iter()
        .map(|row| (row.code, row.id))
        .collect();
    let gone = gone(&known, new.branches.iter().map(|one| &one.code));
    let ids = ids(act, known, new.branches.iter().map(|branch| &branch.code));
    for (at, one) in new.branches.iter().enumerate() {
        let id = id_of(&ids, &one.code, "branch")?;
        put_branch(act, id, one, position(at)).await?;
    }
    let named = named_by(act, appointment::Column::Branch, &gone).await?;
    let (withdrawn, free) = parted(&gone, &named);
    branch::Entity::update_many()
        .col_expr(branch::Column::Withdrawn, Expr::value(true))
        .filter(branch::Column::Id.is_in(withdrawn))
        .exec(act.db())
        .await?;
    branch::Entity::delete_many()
        .filter(branch::Column::Id.is_in(free))
        .exec(act.db())
        .await?;
    Ok((ids, named.len()))
}

/// Ids of the codes that the new catalogue does not have.
fn gone<'a>(known: &Ids, new: impl Iterator<Item = &'a Code>) -> Vec<Uuid> {
    let new: BTreeSet<&Code> = new.collect();
    known
        .iter()
        .filter(|(code, _)| !new.contains(code))
        .map(|(_, id)| *id)
        .collect()
}

/// Which of these appointments name in a column.
async fn named_by(
    act: &Act,
    column: appointment::Column,
    ids: &[Uuid],
) -> Result<BTreeSet<Uuid>, Fault> {
    let named: Vec<Uuid> = appointment::Entity::find()
        .select_only()
        .column(column)
        .distinct()
        .filter(column.is_in(ids.iter().copied()))
        .into_tuple()
        .all(act.db())
        .await?;
    Ok(named.into_iter().collect())
}

/// What is withdrawn because something names it, and what may go.
fn parted(gone: &[Uuid], named: &BTreeSet<Uuid>) -> (Vec<Uuid>, Vec<Uuid>) {
    gone.iter().copied().partition(|id| named.contains(id))
}

/// What keeps a resource from being described anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Its time is taken on another grid, of so many minutes.
    Grain(i32),
    /// So many visits are booked ahead in a place, counted from one, that would be gone.
    Lanes(usize, i32),
}

/// A grid may not change under time that is taken, for cells of another size would not meet its cells; nor may a room
/// take fewer visits at once than lie in its lanes.
pub(super) async fn held(
    act: &Act,
    row: &resource::Model,
    one: &NewResource,
) -> Result<Option<Held>, Fault> {
    let regridded = row.grain != i32::from(one.grain);
    if !regridded && row.lanes <= i32::from(one.lanes) {
        return Ok(None);
    }
    let (now, lanes) = (act.now(), i32::from(one.lanes));
    let ahead = busy::Entity::find()
        .filter(busy::Column::Resource.eq(row.id))
        .filter(busy::Column::Ends.gt(now.minutes()))
        .filter(
            Condition::any()
                .add(busy::Column::ExpiresAt.is_null())
                .add(busy::Column::ExpiresAt.gt(now.micros())),
        )
        .order_by_desc(busy::Column::Ends)
        .all(act.db())
        .await?;
    if regridded && !ahead.is_empty() {
        return Ok(Some(Held::Grain(row.grain)));
    }
    let busy = ahead.iter().find(|busy| busy.lane >= lanes);
    Ok(busy.map(|busy| {
        let count = ahead.iter().filter(|other| other.lane == busy.lane).count();
        Held::Lanes(count, busy.lane + 1)
    }))
}

async fn check_claims(
    act: &Act,
    rows: &[resource::Model],
    new: &NewCatalogue,
) -> Result<(), Fault> {
    for one in &new.resources {
        let Some(row) = rows.iter().find(|row| row.code == one.code) else {
            continue;
        };
        match held(act, row, one).await? {
            None => {}
            Some(Held::Grain(grain)) => {
                return Err(Fault::broken(format!(
                    "time of `{}` is taken on a grid of {grain} minutes, and the catalogue now says {}: keep {grain} \
                     minutes until its last appointment is over, or give it another code",
                    one.code, one.grain
                )));
            }
            Some(Held::Lanes(count, place)) => {
                return Err(Fault::broken(format!(
                    "`{}` shall take {} at once, and {count} are booked ahead in its place {place}: keep {} until they \
                     are over, or move them first",
                    one.code, one.lanes, row.lanes
                )));
            }
        }
    }
    Ok(())
}

async fn store_resources(
    act: &Act,
    new: &NewCatalogue,
    branches: &Ids,
) -> Result<(Ids, usize), Fault> {
    let rows = resource::Entity::find().all(act.db()).await?;
    check_claims(act, &rows, new).await?;
    let known: Ids = rows.into_iter().map(|row| (row.code, row.id)).collect();
    let gone = gone(&known, new.resources.iter().map(|one| &one.code));
    let ids = ids(act, known, new.resources.iter().map(|one| &one.code));
    for (at, one) in new.resources.iter().enumerate() {
        let branch = one
            .branch
            .as_ref()
            .map(|code| id_of(branches, code, "branch"))
            .transpose()?;
        let id = id_of(&ids, &one.code, "resource")?;
        put_resource(act, id, one, branch, position(at)).await?;
    }
    let mut named = named_by(act, appointment::Column::Practitioner, &gone).await?;
    let taken: Vec<Uuid> = busy::Entity::find()
        .select_only()
        .column(busy::Column::Resource)
        .distinct()
        .filter(busy::Column::Resource.is_in(gone.iter().copied()))
        .into_tuple()
        .all(act.db())
        .await?;
    named.extend(taken);
    let (withdrawn, free) = parted(&gone, &named);
    resource::Entity::update_many()
        .col_expr(resource::Column::Withdrawn, Expr::value(true))
        .filter(resource::Column::Id.is_in(withdrawn))
        .exec(act.db())
        .await?;
    resource::Entity::delete_many()
        .filter(resource::Column::Id.is_in(free))
        .exec(act.db())
        .await?;
    Ok((ids, named.len()))
}

async fn store_services(act: &Act, new: &NewCatalogue, resources: &Ids) -> Result<usize, Fault> {
    let known: Ids = service::Entity::find()
        .all(act.db())
        .await?
        .into_iter()
        .map(|row| (row.code, row.id))
        .collect();
    let gone = gone(&known, new.services.iter().map(|one| &one.code));
    let ids = ids(act, known, new.services.iter().map(|one| &one.code));
    service_practitioner::Entity::delete_many()
        .exec(act.db())
        .await?;
    service_requirement::Entity::delete_many()
        .exec(act.db())
        .await?;
    for (at, one) in new.services.iter().enumerate() {
        let id = id_of(&ids, &one.code, "service")?;
        put_service(act, id, one, position(at)).await?;
        for code in &one.practitioners {
            let practitioner = id_of(resources, code, "practitioner")?;
            service_practitioner::Entity::insert(service_practitioner::ActiveModel {
                service: Set(id),
                practitioner: Set(practitioner),
            })
            .exec_without_returning(act.db())
            .await?;
        }
        for family in &one.requires {
            let row = service_requirement::ActiveModel {
                service: Set(id),
                family: Set(family.clone()),
            };
            service_requirement::Entity::insert(row)
                .exec_without_returning(act.db())
                .await?;
        }
    }
    let named = named_by(act, appointment::Column::Service, &gone).await?;
    let (withdrawn, free) = parted(&gone, &named);
    service::Entity::update_many()
        .col_expr(service::Column::Withdrawn, Expr::value(true))
        .filter(service::Column::Id.is_in(withdrawn))
        .exec(act.db())
        .await?;
    service::Entity::delete_many()
        .filter(service::Column::Id.is_in(free))
        .exec(act.db())
        .await?;
    Ok(named.len())
}

async fn store_shifts(
    act: &Act,
    new: &NewCatalogue,
    branches: &Ids,
    resources: &Ids,
) -> Result<(), Fault> {
    schedule::Entity::delete_many().exec(act.db()).await?;
    schedule_exception::Entity::delete_many()
        .exec(act.db())
        .await?;
    for one in &new.schedules {
        let rule = WeeklySchedule {
            days: one.rule.days,
            from: one.rule.from,
            to: one.rule.to,
            opening: opening(&one.rule.opening, branches)?,
        };
        schedule::Entity::insert(schedule::ActiveModel {
            id: Set(entropy::ordered_id(act.now())),
            practitioner: Set(id_of(resources, &one.practitioner, "practitioner")?),
            rule: Set(serde_json::to_string(&rule)?),
        })
        .exec_without_returning(act.db())
        .await?;
    }
    for one in &new.exceptions {
        let change = match &one.exception.change {
            Change::DayOff => Change::DayOff,
            Change::PartOff(span) => Change::PartOff(*span),
            Change::Replace(openings) => Change::Replace(
                openings
                    .iter()
                    .map(|one| opening(one, branches))
                    .collect::<Result<_, _>>()?,
            ),
        };
        let exception = Exception {
            date: one.exception.date,
            change,
        };
        schedule_exception::Entity::insert(schedule_exception::ActiveModel {
            id: Set(entropy::ordered_id(act.now())),
            practitioner: Set(id_of(resources, &one.practitioner, "practitioner")?),
            exception: Set(serde_json::to_string(&exception)?),
        })
        .exec_without_returning(act.db())
        .await?;
    }
    Ok(())
}

fn opening(of: &Opening<Code>, branches: &Ids) -> Result<Opening<BranchId>, Fault> {
    Ok(Opening {
        branch: BranchId::from_uuid(id_of(branches, &of.branch, "branch")?),
        span: of.span,
        breaks: of.breaks.clone(),
        audience: of.audience,
    })
}
