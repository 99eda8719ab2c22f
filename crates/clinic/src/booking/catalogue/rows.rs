//! The rows of branches, resources and services: written as they are described, whoever describes them — a file or a form.

use kernel::Fault;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use trust::Act;
use uuid::Uuid;

use super::load::ONLY;
use super::new::{NewBranch, NewResource, NewService};
use crate::booking::table::{branch, catalogue, resource, service};

/// Counts a change of the catalogue; gives its version.
pub(super) async fn next_version(act: &Act) -> Result<i64, Fault> {
    let version = catalogue::Entity::find_by_id(ONLY)
        .one(act.db())
        .await?
        .map_or(0, |row| row.version)
        + 1;
    catalogue::Entity::insert(catalogue::ActiveModel {
        id: Set(ONLY),
        version: Set(version),
    })
    .on_conflict(
        OnConflict::column(catalogue::Column::Id)
            .update_column(catalogue::Column::Version)
            .to_owned(),
    )
    .exec_without_returning(act.db())
    .await?;
    Ok(version)
}

/// Writes a branch; it is not withdrawn any more.
pub(super) async fn put_branch(
    act: &Act,
    id: Uuid,
    one: &NewBranch,
    position: i32,
) -> Result<(), Fault> {
    let row = branch::ActiveModel {
        id: Set(id),
        code: Set(one.code.clone()),
        title_ru: Set(one.title.ru.clone()),
        title_en: Set(one.title.en.clone()),
        address_ru: Set(one.address.ru.clone()),
        address_en: Set(one.address.en.clone()),
        phone: Set(one.phone.clone()),
        zone: Set(one.zone.clone()),
        opens: Set(one.opens.into()),
        closes: Set(one.closes.into()),
        position: Set(position),
        withdrawn: Set(false),
        way_ru: Set(one.way.ru.clone()),
        way_en: Set(one.way.en.clone()),
        email: Set(one.email.clone()),
    };
    use branch::Column as C;
    let replace = OnConflict::column(C::Id)
        .update_columns([
            C::TitleRu,
            C::TitleEn,
            C::AddressRu,
            C::AddressEn,
            C::Phone,
            C::Zone,
            C::Opens,
            C::Closes,
            C::Position,
            C::Withdrawn,
            C::WayRu,
            C::WayEn,
            C::Email,
        ])
        .to_owned();
    branch::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(act.db())
        .await?;
    Ok(())
}

/// Writes a practitioner, room or device; it is not withdrawn any more.
pub(super) async fn put_resource(
    act: &Act,
    id: Uuid,
    one: &NewResource,
    branch: Option<Uuid>,
    position: i32,
) -> Result<(), Fault> {
    let row = resource::ActiveModel {
        id: Set(id),
        code: Set(one.code.clone()),
        kind: Set(one.kind.code().into()),
        family: Set(one.family.clone()),
        title_ru: Set(one.title.ru.clone()),
        title_en: Set(one.title.en.clone()),
        about_ru: Set(one.about.ru.clone()),
        about_en: Set(one.about.en.clone()),
        branch: Set(branch),
        lanes: Set(one.lanes.into()),
        grain: Set(one.grain.into()),
        position: Set(position),
        withdrawn: Set(false),
        education_ru: Set(one.education.ru.clone()),
        education_en: Set(one.education.en.clone()),
        practising_since: Set(one.practising_since.map(i32::from)),
    };
    use resource::Column as C;
    let replace = OnConflict::column(C::Id)
        .update_columns([
            C::Kind,
            C::Family,
            C::TitleRu,
            C::TitleEn,
            C::AboutRu,
            C::AboutEn,
            C::Branch,
            C::Lanes,
            C::Grain,
            C::Position,
            C::Withdrawn,
            C::EducationRu,
            C::EducationEn,
            C::PractisingSince,
        ])
        .to_owned();
    resource::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(act.db())
        .await?;
    Ok(())
}

/// Writes a service without those who give it; it is not withdrawn any more.
pub(super) async fn put_service(
    act: &Act,
    id: Uuid,
    one: &NewService,
    position: i32,
) -> Result<(), Fault> {
    let row = service::ActiveModel {
        id: Set(id),
        code: Set(one.code.clone()),
        title_ru: Set(one.title.ru.clone()),
        title_en: Set(one.title.en.clone()),
        preparation_ru: Set(one.preparation.ru.clone()),
        preparation_en: Set(one.preparation.en.clone()),
        duration: Set(one.duration.into()),
        buffer_before: Set(one.buffer_before.into()),
        buffer_after: Set(one.buffer_after.into()),
        step: Set(one.step.into()),
        price: Set(one.price),
        age_from: Set(one.age_from.map(i32::from)),
        age_to: Set(one.age_to.map(i32::from)),
        position: Set(position),
        withdrawn: Set(false),
        about_ru: Set(one.about.ru.clone()),
        about_en: Set(one.about.en.clone()),
    };
    use service::Column as C;
    let replace = OnConflict::column(C::Id)
        .update_columns([
            C::TitleRu,
            C::TitleEn,
            C::PreparationRu,
            C::PreparationEn,
            C::Duration,
            C::BufferBefore,
            C::BufferAfter,
            C::Step,
            C::Price,
            C::AgeFrom,
            C::AgeTo,
            C::Position,
            C::Withdrawn,
            C::AboutRu,
            C::AboutEn,
        ])
        .to_owned();
    service::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(act.db())
        .await?;
    Ok(())
}
