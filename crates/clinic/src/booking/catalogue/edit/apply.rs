//! A change written, and what cannot be about it.

use std::collections::BTreeSet;

use kernel::{BranchId, Fault, Outcome, PractitionerId, ResourceId, ServiceId, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use trust::Act;
use uuid::Uuid;

use super::{Change, EditRefusal, Edited, Thing, refused};
use crate::booking::catalogue::new::{NewBranch, NewResource, NewService, ResourceKind};
use crate::booking::catalogue::rows::{put_branch, put_resource, put_service};
use crate::booking::catalogue::store::{Held, held};
use crate::booking::catalogue::typed::{FieldFlaw, code_taken, off_grain, taken_ahead};
use crate::booking::catalogue::{Catalogue, Service};
use crate::booking::table::{
    appointment, branch, busy, closed_day, resource, schedule, schedule_exception, service,
    service_practitioner, service_requirement,
};

/// The thing's id if it is already what the change makes of it.
pub(super) fn is_so(now: &Catalogue, change: &Change) -> Option<Uuid> {
    match change {
        Change::Branch(id, new) => {
            let known = match id {
                Some(id) => now.branch(*id),
                None => now.branch_coded(&new.code),
            }?;
            (NewBranch::from(known) == *new).then(|| known.id.uuid())
        }
        Change::Resource(id, new) => {
            let known = match id {
                Some(id) => now.resource(*id),
                None => now.resources.iter().find(|one| one.code == new.code),
            }?;
            (now.described_resource(known) == *new).then(|| known.id.uuid())
        }
        Change::Service(id, new) => {
            let known = match id {
                Some(id) => now.service(*id),
                None => now.service_coded(&new.code),
            }?;
            (now.described_service(known) == sorted(new)).then(|| known.id.uuid())
        }
        Change::Week(id, rules) => {
            let known = now.shifts(*id).map_or(&[][..], |shifts| &shifts.rules);
            (known == rules.as_slice()).then(|| id.uuid())
        }
        Change::Dates(id, dates) => {
            let known = now.shifts(*id).map_or(&[][..], |shifts| &shifts.exceptions);
            (known == dates.as_slice()).then(|| id.uuid())
        }
        Change::Closed(days) => {
            let mut days = days.clone();
            days.sort();
            let mut known = now.closed.clone();
            known.sort();
            (known == days).then(Uuid::nil)
        }
        Change::Withdraw(thing) => (!offered(now, *thing)).then(|| id_of(*thing)),
        Change::Restore(thing) => offered(now, *thing).then(|| id_of(*thing)),
    }
}

fn sorted(new: &NewService) -> NewService {
    let mut new = new.clone();
    new.practitioners.sort_unstable();
    new.requires.sort_unstable();
    new
}

fn offered(now: &Catalogue, thing: Thing) -> bool {
    match thing {
        Thing::Branch(id) => now.branch(id).is_some(),
        Thing::Resource(id) => now.resource(id).is_some(),
        Thing::Service(id) => now.service(id).is_some(),
        Thing::Week(_) | Thing::Dates(_) | Thing::Closed => true,
    }
}

const fn id_of(thing: Thing) -> Uuid {
    match thing {
        Thing::Branch(id) => id.uuid(),
        Thing::Resource(id) => id.uuid(),
        Thing::Service(id) => id.uuid(),
        Thing::Week(id) | Thing::Dates(id) => id.uuid(),
        Thing::Closed => Uuid::nil(),
    }
}

/// Writes a change.
pub(super) async fn apply(
    act: &Act,
    now: &Catalogue,
    change: &Change,
) -> Outcome<Edited, EditRefusal> {
    match change {
        Change::Branch(id, new) => describe_branch(act, *id, new).await,
        Change::Resource(id, new) => describe_resource(act, now, *id, new).await,
        Change::Service(id, new) => describe_service(act, now, *id, new).await,
        Change::Week(of, rules) => {
            schedule::Entity::delete_many()
                .filter(schedule::Column::Practitioner.eq(of.uuid()))
                .exec(act.db())
                .await
                .map_err(Fault::from)?;
            for rule in rules {
                schedule::Entity::insert(schedule::ActiveModel {
                    id: Set(entropy::ordered_id(act.now())),
                    practitioner: Set(of.uuid()),
                    rule: Set(serde_json::to_string(rule).map_err(Fault::from)?),
                })
                .exec_without_returning(act.db())
                .await
                .map_err(Fault::from)?;
            }
            Ok(Edited::Done(of.uuid()))
        }
        Change::Dates(of, dates) => {
            schedule_exception::Entity::delete_many()
                .filter(schedule_exception::Column::Practitioner.eq(of.uuid()))
                .exec(act.db())
                .await
                .map_err(Fault::from)?;
            for date in dates {
                schedule_exception::Entity::insert(schedule_exception::ActiveModel {
                    id: Set(entropy::ordered_id(act.now())),
                    practitioner: Set(of.uuid()),
                    exception: Set(serde_json::to_string(date).map_err(Fault::from)?),
                })
                .exec_without_returning(act.db())
                .await
                .map_err(Fault::from)?;
            }
            Ok(Edited::Done(of.uuid()))
        }
        Change::Closed(days) => {
            closed_day::Entity::delete_many()
                .exec(act.db())
                .await
                .map_err(Fault::from)?;
            for day in days {
                closed_day::Entity::insert(closed_day::ActiveModel {
                    id: Set(entropy::ordered_id(act.now())),
                    branch: Set(day.branch.map(BranchId::uuid)),
                    day: Set(day.day.to_string()),
                    title: Set(day.title.clone()),
                    act: Set(act.id().uuid()),
                })
                .exec_without_returning(act.db())
                .await
                .map_err(Fault::from)?;
            }
            Ok(Edited::Done(Uuid::nil()))
        }
        Change::Withdraw(thing) => Ok(withdraw(act, now, *thing).await?),
        Change::Restore(thing) => {
            set_withdrawn(act, *thing, false).await?;
            Ok(Edited::Done(id_of(*thing)))
        }
    }
}

/// The id to write under and the place in the order; or that another has the code.
fn place(
    act: &Act,
    rows: &[(Uuid, &str, i32)],
    id: Option<Uuid>,
    code: &str,
) -> Outcome<(Uuid, i32), EditRefusal> {
    if rows
        .iter()
        .any(|(other, of, _)| *of == code && Some(*other) != id)
    {
        return refused(EditRefusal::Flawed(vec![code_taken(code)]));
    }
    let known = rows.iter().find(|(other, ..)| Some(*other) == id);
    let last = rows
        .iter()
        .map(|(.., position)| *position)
        .max()
        .unwrap_or(-1);
    Ok((
        id.unwrap_or_else(|| entropy::ordered_id(act.now())),
        known.map_or(last.saturating_add(1), |(.., position)| *position),
    ))
}

async fn describe_branch(
    act: &Act,
    id: Option<BranchId>,
    new: &NewBranch,
) -> Outcome<Edited, EditRefusal> {
    let rows = branch::Entity::find()
        .all(act.db())
        .await
        .map_err(Fault::from)?;
    let known: Vec<(Uuid, &str, i32)> = rows
        .iter()
        .map(|row| (row.id, row.code.as_str(), row.position))
        .collect();
    let (id, position) = place(act, &known, id.map(BranchId::uuid), &new.code)?;
    put_branch(act, id, new, position).await?;
    Ok(Edited::Done(id))
}

async fn describe_resource(
    act: &Act,
    now: &Catalogue,
    id: Option<ResourceId>,
    new: &NewResource,
) -> Outcome<Edited, EditRefusal> {
    let rows = resource::Entity::find()
        .all(act.db())
        .await
        .map_err(Fault::from)?;
    let known: Vec<(Uuid, &str, i32)> = rows
        .iter()
        .map(|row| (row.id, row.code.as_str(), row.position))
        .collect();
    if let Some(row) = rows
        .iter()
        .find(|row| Some(row.id) == id.map(ResourceId::uuid))
        && let Some(held) = held(act, row, new).await?
    {
        let flaw = match held {
            Held::Grain(_) => taken_ahead("grain", 0),
            Held::Lanes(count, _) => taken_ahead("lanes", count),
        };
        return refused(EditRefusal::Flawed(vec![flaw]));
    }
    let (id, position) = place(act, &known, id.map(ResourceId::uuid), &new.code)?;
    let branch = match &new.branch {
        None => None,
        Some(code) => match now.branch_coded(code) {
            Some(branch) => Some(branch.id.uuid()),
            None => return refused(EditRefusal::Unknown),
        },
    };
    put_resource(act, id, new, branch, position).await?;
    Ok(Edited::Done(id))
}

async fn describe_service(
    act: &Act,
    now: &Catalogue,
    id: Option<ServiceId>,
    new: &NewService,
) -> Outcome<Edited, EditRefusal> {
    let rows = service::Entity::find()
        .all(act.db())
        .await
        .map_err(Fault::from)?;
    let known: Vec<(Uuid, &str, i32)> = rows
        .iter()
        .map(|row| (row.id, row.code.as_str(), row.position))
        .collect();
    let (id, position) = place(act, &known, id.map(ServiceId::uuid), &new.code)?;
    put_service(act, id, new, position).await?;
    service_practitioner::Entity::delete_many()
        .filter(service_practitioner::Column::Service.eq(id))
        .exec(act.db())
        .await
        .map_err(Fault::from)?;
    service_requirement::Entity::delete_many()
        .filter(service_requirement::Column::Service.eq(id))
        .exec(act.db())
        .await
        .map_err(Fault::from)?;
    let codes: BTreeSet<&String> = new.practitioners.iter().collect();
    for code in codes {
        let Some(practitioner) = now.practitioner_coded(code) else {
            return refused(EditRefusal::Unknown);
        };
        service_practitioner::Entity::insert(service_practitioner::ActiveModel {
            service: Set(id),
            practitioner: Set(practitioner.id.uuid()),
        })
        .exec_without_returning(act.db())
        .await
        .map_err(Fault::from)?;
    }
    let families: BTreeSet<&String> = new.requires.iter().collect();
    for family in families {
        service_requirement::Entity::insert(service_requirement::ActiveModel {
            service: Set(id),
            family: Set(family.clone()),
        })
        .exec_without_returning(act.db())
        .await
        .map_err(Fault::from)?;
    }
    Ok(Edited::Done(id))
}

/// Withdraws what anything names, deletes what nothing does.
async fn withdraw(act: &Act, now: &Catalogue, thing: Thing) -> Result<Edited, Fault> {
    let id = id_of(thing);
    let visits = appointment::Entity::find().filter(
        Condition::any()
            .add(appointment::Column::Branch.eq(id))
            .add(appointment::Column::Practitioner.eq(id))
            .add(appointment::Column::Service.eq(id)),
    );
    let claims = busy::Entity::find().filter(busy::Column::Resource.eq(id));
    let named = visits.count(act.db()).await? > 0
        || claims.count(act.db()).await? > 0
        || matches!(thing, Thing::Branch(branch) if names_branch(now, branch));
    if named {
        set_withdrawn(act, thing, true).await?;
        return Ok(Edited::Done(id));
    }
    match thing {
        Thing::Branch(_) => {
            branch::Entity::delete_by_id(id).exec(act.db()).await?;
        }
        Thing::Resource(_) => {
            resource::Entity::delete_by_id(id).exec(act.db()).await?;
            schedule::Entity::delete_many()
                .filter(schedule::Column::Practitioner.eq(id))
                .exec(act.db())
                .await?;
            schedule_exception::Entity::delete_many()
                .filter(schedule_exception::Column::Practitioner.eq(id))
                .exec(act.db())
                .await?;
            service_practitioner::Entity::delete_many()
                .filter(service_practitioner::Column::Practitioner.eq(id))
                .exec(act.db())
                .await?;
        }
        Thing::Service(_) => {
            service::Entity::delete_by_id(id).exec(act.db()).await?;
            service_practitioner::Entity::delete_many()
                .filter(service_practitioner::Column::Service.eq(id))
                .exec(act.db())
                .await?;
            service_requirement::Entity::delete_many()
                .filter(service_requirement::Column::Service.eq(id))
                .exec(act.db())
                .await?;
        }
        Thing::Week(_) | Thing::Dates(_) | Thing::Closed => {}
    }
    Ok(Edited::Deleted)
}

/// Whether a room stands there, somebody works there, or a day is closed there.
fn names_branch(now: &Catalogue, branch: BranchId) -> bool {
    now.resources.iter().any(|one| one.branch == Some(branch))
        || now
            .practitioners()
            .any(|one| now.works_at(one.id).contains(&branch))
        || now.closed.iter().any(|day| day.branch == Some(branch))
}

async fn set_withdrawn(act: &Act, thing: Thing, withdrawn: bool) -> Result<(), Fault> {
    let id = id_of(thing);
    match thing {
        Thing::Branch(_) => {
            branch::Entity::update_many()
                .col_expr(branch::Column::Withdrawn, Expr::value(withdrawn))
                .filter(branch::Column::Id.eq(id))
                .exec(act.db())
                .await?;
        }
        Thing::Resource(_) => {
            resource::Entity::update_many()
                .col_expr(resource::Column::Withdrawn, Expr::value(withdrawn))
                .filter(resource::Column::Id.eq(id))
                .exec(act.db())
                .await?;
        }
        Thing::Service(_) => {
            service::Entity::update_many()
                .col_expr(service::Column::Withdrawn, Expr::value(withdrawn))
                .filter(service::Column::Id.eq(id))
                .exec(act.db())
                .await?;
        }
        Thing::Week(_) | Thing::Dates(_) | Thing::Closed => {}
    }
    Ok(())
}

/// What cannot be about the catalogue as the change leaves it: lengths that are off the grid of those who keep them.
pub(super) fn flaws(after: &Catalogue, change: &Change) -> Vec<FieldFlaw> {
    let field = match change {
        Change::Service(..) => "duration",
        Change::Resource(..) | Change::Restore(_) => "grain",
        _ => return Vec::new(),
    };
    after
        .services
        .iter()
        .filter_map(|service| off_grid(after, service))
        .map(|(grain, whose)| off_grain(field, grain, whose))
        .take(1)
        .collect()
}

fn off_grid(after: &Catalogue, service: &Service) -> Option<(u16, String)> {
    let practitioners = service
        .practitioners
        .iter()
        .filter_map(|id: &PractitionerId| after.practitioner(*id));
    let things = after.resources.iter().filter(|one| {
        one.kind != ResourceKind::Practitioner && service.requires.contains(&one.family)
    });
    let visit = service.visit;
    let lengths = [
        visit.duration(),
        visit.before(),
        visit.after(),
        visit.step(),
    ];
    practitioners.chain(things).find_map(|one| {
        let grain = u16::try_from(one.grain).ok()?;
        let off = lengths
            .iter()
            .any(|minutes| !minutes.is_multiple_of(grain.max(1)));
        off.then(|| (grain, one.title.ru.clone()))
    })
}
