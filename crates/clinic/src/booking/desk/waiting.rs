//! Who waits for acceptance: new bookings of the site, those that waited too long first.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{AppointmentId, BranchId, Fault, Outcome, Scope};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use trust::Act;
use trust::access::Action;
use trust::staff::Employee;

use super::card::{Card, CardRow, Glance, cards};
use super::gate;
use super::names::{Names, names_of_waiting};
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
    /// ([`named_waiting`](Self::named_waiting)): the boards of their days would open everybody else of those days too.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn waiting(&self, scope: Scope) -> Outcome<Waiting, DeskRefusal> {
        Ok(self.named_waiting(scope, 0).await?.0)
    }

    /// The same, with the names of the first so many, by branch: nobody else's are opened.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn named_waiting(
        &self,
        scope: Scope,
        shown: usize,
    ) -> Outcome<(Waiting, BTreeMap<BranchId, Names>), DeskRefusal> {
        self.timetable.recent().await?;
        let index = self.trust.journal_size().await?;
        let catalogue = self.drawn();
        let read = self.trust.act("desk.waiting", scope, move |act| {
            let catalogue = Arc::clone(&catalogue);
            Box::pin(async move {
                let employee = gate::allowed(act, Action::Accept).await?;
                let rows = rows(act, &employee).await?;
                let mut lists = lists(&rows, shown).into_iter();
                // An act is of one case: the first list is opened here, and a clinic of one branch has no other.
                let first = match lists.next() {
                    Some((branch, shown)) => Some((
                        branch,
                        names_of_waiting(act, &employee, branch, &shown).await?,
                    )),
                    None => None,
                };
                let branches: Vec<BranchId> = rows.iter().map(CardRow::branch).collect();
                let cards = cards(act, &catalogue, rows).await?;
                let waiting = Waiting {
                    index,
                    cards: branches.into_iter().zip(cards).collect(),
                    catalogue,
                };
                let others: Vec<(BranchId, Vec<AppointmentId>)> =
                    lists.map(|(branch, shown)| (branch, ids(&shown))).collect();
                Ok((waiting, first, others))
            })
        });
        let (waiting, first, others) = read.await?;
        let mut names: BTreeMap<BranchId, Names> = first.into_iter().collect();
        for (branch, shown) in others {
            names.insert(branch, self.waiting_names(scope, branch, shown).await?);
        }
        Ok((waiting, names))
    }
}

/// Those who wait within reach, in the order of the list.
async fn rows(act: &Act, employee: &Employee) -> Result<Vec<CardRow>, Fault> {
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
    Ok(rows)
}

/// Whom a page shows, by branch.
fn lists(rows: &[CardRow], shown: usize) -> BTreeMap<BranchId, Vec<Glance>> {
    let mut lists = BTreeMap::<BranchId, Vec<Glance>>::new();
    for row in rows.iter().take(shown) {
        let list = lists.entry(row.branch()).or_default();
        list.push(row.glance.clone());
    }
    lists
}

fn ids(shown: &[Glance]) -> Vec<AppointmentId> {
    let id = |one: &Glance| AppointmentId::from_uuid(one.id);
    shown.iter().map(id).collect()
}
