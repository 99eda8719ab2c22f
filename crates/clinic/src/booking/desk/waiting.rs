//! Who waits for acceptance: new bookings of the site, those that waited too long first.

use std::sync::Arc;

use kernel::{BranchId, Outcome, Scope};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use trust::access::Action;

use super::card::{Card, CardRow, cards};
use super::gate;
use super::refusal::DeskRefusal;
use crate::booking::Booking;
use crate::booking::catalogue::Catalogue;
use crate::booking::show::Status;
use crate::booking::table::appointment;

/// Rows of the list at most: more are shown as these are accepted.
const MOST: u64 = 500;

/// The list, without a name.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The journal's size before it was read.
    pub index: u64,
    /// In which its ids are to be read.
    pub catalogue: Arc<Catalogue>,
    /// With the branch of each; escalated ones first, then the oldest.
    pub cards: Vec<(BranchId, Card)>,
}

impl Booking {
    /// The new bookings that the employee may accept. Their names are those of the batch of a branch
    /// ([`waiting_names`](Self::waiting_names)): the boards of their days would open everybody else of those days too.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn waiting(&self, scope: Scope) -> Outcome<Waiting, DeskRefusal> {
        self.timetable.recent().await?;
        let index = self.trust.journal_size().await?;
        let room = self.clone();
        self.trust
            .act("desk.waiting", scope, move |act| {
                let room = room.clone();
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::Accept).await?;
                    let catalogue = room.drawn();
                    let mut find = appointment::Entity::find()
                        .filter(appointment::Column::Status.eq(Status::Requested.code()));
                    if let Some(branches) = &employee.reach.branches {
                        let branches = branches.iter().map(|id| id.uuid());
                        find = find.filter(appointment::Column::Branch.is_in(branches));
                    }
                    let waited = Expr::col(appointment::Column::EscalatedAt).is_null();
                    let mut rows: Vec<CardRow> = find
                        .order_by(waited, Order::Asc)
                        .order_by_asc(appointment::Column::CreatedAt)
                        .order_by_asc(appointment::Column::Id)
                        .limit(MOST)
                        .select_only()
                        .columns(CardRow::COLUMNS)
                        .into_model()
                        .all(act.db())
                        .await?;
                    rows.retain(|row| employee.reach.has(&row.place()));
                    let branches: Vec<BranchId> = rows.iter().map(CardRow::branch).collect();
                    let cards = cards(act, &catalogue, rows).await?;
                    Ok(Waiting {
                        index,
                        cards: branches.into_iter().zip(cards).collect(),
                        catalogue,
                    })
                })
            })
            .await
    }
}
