//! Accounts as they are listed: on what terms, with which factors, seen when.

use std::collections::BTreeMap;

use kernel::{Fault, Moment, PractitionerId, StaffId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::account::Terms;
use super::employee::reach_of;
use super::factor::Factors;
use super::table::{staff_factor, staff_invitation};
use crate::Trust;
use crate::access::table::{session, staff};
use crate::access::{Reach, Role};

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: StaffId,
    /// How its holder signs in.
    pub login: String,
    /// Their name.
    pub name: String,
    /// On what terms they work here.
    pub terms: Terms,
    /// How far they reach by them.
    pub reach: Reach,
    /// When it was made.
    pub created_at: Moment,
    /// When it was ended.
    pub dismissed_at: Option<Moment>,
    /// When its holder accepted the obligation of non-disclosure.
    pub obliged_at: Option<Moment>,
    /// What they sign in with.
    pub factors: Factors,
    /// Until when an invitation is open.
    pub invited_until: Option<Moment>,
    /// When they were seen last.
    pub seen_at: Option<Moment>,
}

/// Counts a factor in.
fn count(factors: &mut Factors, kind: &str) {
    match kind {
        "password" => factors.password = true,
        "totp" => factors.totp = true,
        "passkey" => factors.passkeys += 1,
        _ => factors.recovery = true,
    }
}

impl Trust {
    /// What an employee signs in with.
    ///
    /// # Errors
    /// The database's.
    pub async fn factors_of(&self, id: StaffId) -> Result<Factors, Fault> {
        let rows = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(id.uuid()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .all(self.reads())
            .await?;
        let mut factors = Factors::default();
        for row in rows {
            count(&mut factors, &row.kind);
        }
        Ok(factors)
    }

    /// All accounts, those that were ended last, by name.
    ///
    /// # Errors
    /// The database's; a row that names no role.
    pub async fn accounts(&self) -> Result<Vec<Account>, Fault> {
        let now = self.0.clock.now().micros();
        let rows = staff::Entity::find()
            .order_by_asc(staff::Column::Name)
            .order_by_asc(staff::Column::Login)
            .all(self.reads())
            .await?;
        let mut factors = BTreeMap::<Uuid, Factors>::new();
        for row in staff_factor::Entity::find()
            .filter(staff_factor::Column::RemovedAt.is_null())
            .all(self.reads())
            .await?
        {
            count(factors.entry(row.staff).or_default(), &row.kind);
        }
        let invited: BTreeMap<Uuid, i64> = staff_invitation::Entity::find()
            .filter(staff_invitation::Column::UsedAt.is_null())
            .filter(staff_invitation::Column::ExpiresAt.gt(now))
            .all(self.reads())
            .await?
            .into_iter()
            .map(|row| (row.staff, row.expires_at))
            .collect();
        // By the database, so that a list of people does not read years of sessions.
        let seen: BTreeMap<Uuid, i64> = session::Entity::find()
            .select_only()
            .column(session::Column::Staff)
            .column_as(session::Column::SeenAt.max(), "seen")
            .group_by(session::Column::Staff)
            .into_tuple::<(Uuid, i64)>()
            .all(self.reads())
            .await?
            .into_iter()
            .collect();
        let mut accounts = rows
            .into_iter()
            .map(|row| {
                let role = Role::parse(&row.role)
                    .ok_or_else(|| Fault::broken(format!("there is no role {}", row.role)))?;
                let reach = reach_of(&row, role)?;
                Ok(Account {
                    id: StaffId::from_uuid(row.id),
                    terms: Terms {
                        role,
                        branches: reach.branches.clone(),
                        practitioner: row.practitioner.map(PractitionerId::from_uuid),
                        contract: row
                            .contract
                            .as_deref()
                            .map(serde_json::from_str)
                            .transpose()?,
                    },
                    reach,
                    created_at: Moment::from_micros(row.created_at),
                    dismissed_at: row.dismissed_at.map(Moment::from_micros),
                    obliged_at: row.obliged_at.map(Moment::from_micros),
                    factors: factors.remove(&row.id).unwrap_or_default(),
                    invited_until: invited.get(&row.id).copied().map(Moment::from_micros),
                    seen_at: seen.get(&row.id).copied().map(Moment::from_micros),
                    login: row.login,
                    name: row.name,
                })
            })
            .collect::<Result<Vec<_>, Fault>>()?;
        accounts.sort_by_key(|account| account.dismissed_at.is_some());
        Ok(accounts)
    }
}
