//! The catalogue is read whole: it is small, and one version of it serves thousands of questions.

use std::collections::HashMap;

use calendar::schedule::Visit;
use jiff::tz::TimeZone;
use kernel::{BranchId, Fault, PractitionerId, ResourceId, ServiceId};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::{Branch, Catalogue, ClosedDay, Former, Resource, ResourceKind, Service, Shifts, Words};
use crate::booking::table::{
    branch, catalogue, closed_day, resource, schedule, schedule_exception, service,
    service_practitioner, service_requirement,
};

/// The id of the one row that holds the version.
pub(in crate::booking) const ONLY: i32 = 1;

impl Catalogue {
    /// Reads the catalogue as it stands.
    ///
    /// # Errors
    /// The database's, or a row that was not written by the house.
    pub(in crate::booking) async fn load(db: &impl ConnectionTrait) -> Result<Self, Fault> {
        let version = catalogue::Entity::find_by_id(ONLY)
            .one(db)
            .await?
            .map_or(0, |row| row.version);
        let (branches, former_branches) = parted(branches(db).await?);
        let (resources, former_resources) = parted(resources(db).await?);
        let (services, former_services) = parted(services(db).await?);
        Ok(Self {
            version,
            branches,
            resources,
            services,
            former: Former {
                branches: former_branches,
                resources: former_resources,
                services: former_services,
            },
            closed: closed(db).await?,
            shifts: shifts(db).await?,
            ..Self::default()
        }
        .index())
    }
}

async fn closed(db: &impl ConnectionTrait) -> Result<Vec<ClosedDay>, Fault> {
    let rows = closed_day::Entity::find()
        .order_by_asc(closed_day::Column::Day)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ClosedDay {
                day: row.day.parse()?,
                branch: row.branch.map(BranchId::from_uuid),
                title: row.title,
            })
        })
        .collect()
}

/// What is offered, and what is withdrawn.
fn parted<T>(all: Vec<(bool, T)>) -> (Vec<T>, Vec<T>) {
    let (former, offered): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(withdrawn, _)| *withdrawn);
    let bare = |rows: Vec<(bool, T)>| rows.into_iter().map(|(_, row)| row).collect();
    (bare(offered), bare(former))
}

async fn branches(db: &impl ConnectionTrait) -> Result<Vec<(bool, Branch)>, Fault> {
    let rows = branch::Entity::find()
        .order_by_asc(branch::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let one = Branch {
                id: BranchId::from_uuid(row.id),
                code: row.code,
                title: Words {
                    ru: row.title_ru,
                    en: row.title_en,
                },
                address: Words {
                    ru: row.address_ru,
                    en: row.address_en,
                },
                phone: row.phone,
                zone: TimeZone::get(&row.zone)?,
                opens: u16::try_from(row.opens)?,
                closes: u16::try_from(row.closes)?,
                way: Words {
                    ru: row.way_ru,
                    en: row.way_en,
                },
                email: row.email,
            };
            Ok((row.withdrawn, one))
        })
        .collect()
}

async fn resources(db: &impl ConnectionTrait) -> Result<Vec<(bool, Resource)>, Fault> {
    let rows = resource::Entity::find()
        .order_by_asc(resource::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let one = Resource {
                id: ResourceId::from_uuid(row.id),
                code: row.code,
                kind: ResourceKind::from_code(&row.kind).ok_or_else(|| {
                    Fault::broken(format!("no kind of resource is called {}", row.kind))
                })?,
                family: row.family,
                title: Words {
                    ru: row.title_ru,
                    en: row.title_en,
                },
                about: Words {
                    ru: row.about_ru,
                    en: row.about_en,
                },
                education: Words {
                    ru: row.education_ru,
                    en: row.education_en,
                },
                practising_since: row.practising_since.map(i16::try_from).transpose()?,
                branch: row.branch.map(BranchId::from_uuid),
                lanes: row.lanes,
                grain: row.grain.into(),
            };
            Ok((row.withdrawn, one))
        })
        .collect()
}

async fn services(db: &impl ConnectionTrait) -> Result<Vec<(bool, Service)>, Fault> {
    let mut practitioners: HashMap<_, Vec<PractitionerId>> = HashMap::new();
    for row in service_practitioner::Entity::find().all(db).await? {
        practitioners
            .entry(row.service)
            .or_default()
            .push(PractitionerId::from_uuid(row.practitioner));
    }
    let mut requires: HashMap<_, Vec<String>> = HashMap::new();
    for row in service_requirement::Entity::find()
        .order_by_asc(service_requirement::Column::Family)
        .all(db)
        .await?
    {
        requires.entry(row.service).or_default().push(row.family);
    }
    let rows = service::Entity::find()
        .order_by_asc(service::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let minutes = |minutes: i32| u16::try_from(minutes);
            let visit = Visit::new(
                minutes(row.duration)?,
                minutes(row.buffer_before)?,
                minutes(row.buffer_after)?,
                minutes(row.step)?,
            )?;
            let one = Service {
                id: ServiceId::from_uuid(row.id),
                code: row.code,
                title: Words {
                    ru: row.title_ru,
                    en: row.title_en,
                },
                about: Words {
                    ru: row.about_ru,
                    en: row.about_en,
                },
                preparation: Words {
                    ru: row.preparation_ru,
                    en: row.preparation_en,
                },
                visit,
                price: row.price,
                age_from: row.age_from.map(i16::try_from).transpose()?,
                age_to: row.age_to.map(i16::try_from).transpose()?,
                practitioners: practitioners.remove(&row.id).unwrap_or_default(),
                requires: requires.remove(&row.id).unwrap_or_default(),
            };
            Ok((row.withdrawn, one))
        })
        .collect()
}

async fn shifts(db: &impl ConnectionTrait) -> Result<HashMap<PractitionerId, Shifts>, Fault> {
    let mut shifts: HashMap<PractitionerId, Shifts> = HashMap::new();
    for row in schedule::Entity::find()
        .order_by_asc(schedule::Column::Id)
        .all(db)
        .await?
    {
        let of = shifts
            .entry(PractitionerId::from_uuid(row.practitioner))
            .or_default();
        of.rules.push(serde_json::from_str(&row.rule)?);
    }
    for row in schedule_exception::Entity::find()
        .order_by_asc(schedule_exception::Column::Id)
        .all(db)
        .await?
    {
        let of = shifts
            .entry(PractitionerId::from_uuid(row.practitioner))
            .or_default();
        of.exceptions.push(serde_json::from_str(&row.exception)?);
    }
    Ok(shifts)
}
