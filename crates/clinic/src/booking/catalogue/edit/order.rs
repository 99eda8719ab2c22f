//! In which order branches, people, rooms and services stand, here and on the site.
//!
//! *Invariant*: a change of the order moves one thing to stand right before another of its kind. Where it stands there
//! already nothing is done and nothing recorded, so that a form sent twice does no harm; the entry has the order before and
//! after.

use kernel::{Outcome, Scope};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use uuid::Uuid;

use super::super::rows::next_version;
use super::{EditRefusal, Edited, Thing, refused};
use crate::booking::Booking;
use crate::booking::table::{branch, resource, service};

/// Places as a table has them: ids with their places, the first first.
macro_rules! ordered {
    ($act:expr, $table:ident) => {
        $table::Entity::find()
            .order_by_asc($table::Column::Position)
            .all($act.db())
            .await?
            .into_iter()
            .map(|row| (row.id, row.position))
            .collect::<Vec<(Uuid, i32)>>()
    };
}

/// Gives a row its place.
macro_rules! put {
    ($act:expr, $table:ident, $id:expr, $position:expr) => {
        $table::Entity::update($table::ActiveModel {
            id: Set($id),
            position: Set($position),
            ..Default::default()
        })
        .exec($act.db())
        .await
        .map(|_| ())?
    };
}

impl Booking {
    /// Lets a branch, a resource or a service stand right before another.
    ///
    /// # Errors
    /// [`EditRefusal::Unknown`] where one of the two is not there or the other is of another kind;
    /// [`EditRefusal::Access`]; the database's.
    pub async fn place_before(
        &self,
        scope: Scope,
        thing: Thing,
        before: Uuid,
    ) -> Outcome<Edited, EditRefusal> {
        let edited = self
            .trust
            .act("catalogue.place", scope, move |act| {
                Box::pin(async move { place_in(act, thing, before).await })
            })
            .await?;
        self.timetable.fresh().await?;
        Ok(edited)
    }
}

async fn place_in(act: &mut Act, thing: Thing, before: Uuid) -> Outcome<Edited, EditRefusal> {
    act.allowed(Action::ManageCatalogue)
        .await
        .map_err(|stop| stop.map_refusal(EditRefusal::from))?;
    let (id, rows) = match thing {
        Thing::Branch(id) => (id.uuid(), ordered!(act, branch)),
        Thing::Resource(id) => (id.uuid(), ordered!(act, resource)),
        Thing::Service(id) => (id.uuid(), ordered!(act, service)),
        Thing::Week(_) | Thing::Dates(_) | Thing::Closed => return refused(EditRefusal::Unknown),
    };
    let was: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
    let Some(now) = moved(&was, id, before) else {
        return refused(EditRefusal::Unknown);
    };
    if now == was {
        return Ok(Edited::Same(id));
    }
    for (at, one) in now.iter().enumerate() {
        let position = i32::try_from(at).unwrap_or(i32::MAX);
        let stood = rows.iter().find(|(id, _)| id == one);
        if stood.is_some_and(|(_, stood)| *stood == position) {
            continue;
        }
        match thing {
            Thing::Branch(_) => put!(act, branch, *one, position),
            Thing::Service(_) => put!(act, service, *one, position),
            _ => put!(act, resource, *one, position),
        }
    }
    let version = next_version(act).await?;
    act.record(
        Kind::CatalogueChanged,
        json!({ "what": "order", "before": was, "after": now, "version": version }),
    )?;
    Ok(Edited::Done(id))
}

/// The order with one right before another; nothing where one of them is not there, or they are one.
fn moved(was: &[Uuid], id: Uuid, before: Uuid) -> Option<Vec<Uuid>> {
    if id == before || !was.contains(&id) {
        return None;
    }
    let mut now: Vec<Uuid> = was.iter().copied().filter(|one| *one != id).collect();
    let at = now.iter().position(|one| *one == before)?;
    now.insert(at, id);
    Some(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_right_before_another() {
        let id = Uuid::from_u128;
        let was = [id(1), id(2), id(3), id(4)];
        let order = |of, before| moved(&was, id(of), id(before));
        assert_eq!(order(3, 1), Some(vec![id(3), id(1), id(2), id(4)]));
        assert_eq!(order(1, 4), Some(vec![id(2), id(3), id(1), id(4)]));
        assert_eq!(order(1, 2), Some(was.to_vec()), "it stands there already");
        for (of, before) in [(1, 1), (9, 1), (1, 9)] {
            assert_eq!(order(of, before), None);
        }
    }
}
