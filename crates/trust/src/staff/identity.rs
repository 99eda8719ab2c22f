//! Who an employee is at the clinic's own provider of identities: linked by whoever manages accounts, never made by the
//! provider, never matched by an address of mail.
//!
//! *Invariant*: what the provider says lets in only the holder of a linked account that was not ended. Where it does not vouch
//! for a second factor, ours is asked for.

use std::sync::Arc;

use kernel::{Fault, Moment, Outcome, PersonId, Personal, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::account::AccountRefusal;
use super::ceremony::CeremonyKind;
use super::proof::{Proved, Shown, Unproved};
use super::session::{SessionLimits, Signed};
use super::sign_in::{AT_THE_DOOR, SignInRefusal};
use super::table::staff_identity;
use crate::Trust;
use crate::access::table::staff;
use crate::act::Act;
use crate::journal::Kind;

/// Bytes of a subject at most (OpenID Connect Core §2: 255 ASCII characters).
const SUBJECT: usize = 255;

/// What becomes of somebody whom the provider knows.
pub enum Vouched {
    /// They are in.
    In(Box<Signed>),
    /// Our own second factor is still to be shown: the secret of the cookie by which that goes on.
    Second(Personal<String>),
}

impl Act {
    /// Links an account with a subject of the provider's, in place of the one before.
    ///
    /// # Errors
    /// [`AccountRefusal`]: [`LoginTaken`](AccountRefusal::LoginTaken) where another account is linked with it,
    /// [`BadLogin`](AccountRefusal::BadLogin) where it is none.
    pub async fn link_identity(
        &mut self,
        id: StaffId,
        (issuer, subject): (&str, &str),
    ) -> Outcome<(), AccountRefusal> {
        let (_, person) = self.managed(id).await?;
        let subject = subject.trim();
        if subject.is_empty() || subject.len() > SUBJECT || !subject.is_ascii() {
            return Err(Stop::Refused(AccountRefusal::BadLogin));
        }
        let hash = self.house().subject_hash(issuer, subject);
        let linked = staff_identity::Entity::find()
            .filter(staff_identity::Column::SubjectHash.eq(hash.clone()))
            .filter(staff_identity::Column::RemovedAt.is_null())
            .one(self.db())
            .await?;
        match linked {
            Some(row) if row.staff == id.uuid() => return Ok(()),
            Some(_) => return Err(Stop::Refused(AccountRefusal::LoginTaken)),
            None => {}
        }
        self.remove_identities(id, person).await?;
        let row = staff_identity::Model {
            id: entropy::random_id(),
            staff: id.uuid(),
            person: person.uuid(),
            subject_hash: hash,
            linked_at: self.now().micros(),
            removed_at: None,
            act: self.id().uuid(),
        };
        let noted = json!({
            "staff": row.staff, "subject_hash": hex::encode(&row.subject_hash), "linked_at": row.linked_at,
            "removed_at": row.removed_at,
        });
        self.bind(person, "identity.linked", ("staff_identity", row.id), noted)
            .await?;
        self.db()
            .insert(vec![staff_identity::ActiveModel::from(row).reset_all()])
            .await?;
        self.record(
            Kind::FactorsChanged,
            json!({ "staff": id, "set": ["provider"], "by": "administrator" }),
        )?;
        Ok(())
    }

    /// Takes the link away. Sessions that are open go on.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub async fn unlink_identity(&mut self, id: StaffId) -> Outcome<(), AccountRefusal> {
        let (_, person) = self.managed(id).await?;
        if self.remove_identities(id, person).await? > 0 {
            self.record(
                Kind::FactorsChanged,
                json!({ "staff": id, "removed": ["provider"], "by": "administrator" }),
            )?;
        }
        Ok(())
    }

    /// Takes all links of an account away.
    pub(super) async fn remove_identities(
        &mut self,
        id: StaffId,
        person: PersonId,
    ) -> Result<usize, Fault> {
        let rows = staff_identity::Entity::find()
            .filter(staff_identity::Column::Staff.eq(id.uuid()))
            .filter(staff_identity::Column::RemovedAt.is_null())
            .all(self.db())
            .await?;
        let now = self.now().micros();
        let removed = rows.len();
        for row in rows {
            staff_identity::Entity::update(staff_identity::ActiveModel {
                id: Set(row.id),
                removed_at: Set(Some(now)),
                ..Default::default()
            })
            .exec(self.db())
            .await?;
            let bound = ("staff_identity", row.id);
            let noted = json!({ "removed_at": now });
            self.bind(person, "identity.removed", bound, noted).await?;
        }
        Ok(removed)
    }
}

impl crate::House {
    fn subject_hash(&self, issuer: &str, subject: &str) -> Vec<u8> {
        let keyring = self.keyring();
        let hash = keyring
            .lookup_key()
            .hash_request("provider", issuer, subject.as_bytes());
        hash.as_bytes().to_vec()
    }
}

impl Trust {
    /// Since when an account is linked with the provider.
    ///
    /// # Errors
    /// The database's.
    pub async fn identity_of(&self, id: StaffId) -> Result<Option<Moment>, Fault> {
        let row = staff_identity::Entity::find()
            .filter(staff_identity::Column::Staff.eq(id.uuid()))
            .filter(staff_identity::Column::RemovedAt.is_null())
            .one(self.reads())
            .await?;
        Ok(row.map(|row| Moment::from_micros(row.linked_at)))
    }

    /// Keeps what is needed when somebody is back from the provider. Gives the secret of the cookie.
    ///
    /// # Errors
    /// The database's.
    pub async fn leave_for_provider(&self, state: String) -> Result<Personal<String>, Fault> {
        self.begin_ceremony(CeremonyKind::Provider, state).await
    }

    /// What was kept when they left; it is used up.
    ///
    /// # Errors
    /// The database's.
    pub async fn back_from_provider(&self, secret: &str) -> Result<Option<String>, Fault> {
        self.take_ceremony(secret, CeremonyKind::Provider).await
    }

    /// Lets somebody in whom the provider knows as a subject; `strong` if it vouches for a second factor. `device` is the
    /// browser's own secret, where it has one.
    ///
    /// # Errors
    /// [`SignInRefusal::Wrong`] where nobody is linked.
    pub async fn sign_in_by_provider(
        &self,
        (issuer, subject, strong): (&str, &str, bool),
        device: Option<&str>,
        limits: SessionLimits,
    ) -> Outcome<Vouched, SignInRefusal> {
        let wrong = || Stop::Refused(SignInRefusal::Wrong);
        let row = staff_identity::Entity::find()
            .filter(staff_identity::Column::SubjectHash.eq(self.0.subject_hash(issuer, subject)))
            .filter(staff_identity::Column::RemovedAt.is_null())
            .one(self.reads())
            .await?
            .ok_or_else(wrong)?;
        let account = staff::Entity::find_by_id(row.staff)
            .one(self.reads())
            .await?
            .filter(|account| account.dismissed_at.is_none())
            .ok_or_else(wrong)?;
        let staff = StaffId::from_uuid(account.id);
        if !strong {
            let kind = CeremonyKind::Second;
            let secret = self.begin_ceremony(kind, staff.to_string()).await?;
            return Ok(Vouched::Second(secret));
        }
        let device = self.device(device).await?;
        let new_device = entropy::random_id();
        let minutes = limits.shift_minutes;
        let signed = self
            .act("staff.sign_in_by_provider", AT_THE_DOOR, move |act| {
                Box::pin(async move {
                    act.account(staff)
                        .await
                        .map_err(|stop| stop.map_refusal(|_| SignInRefusal::Wrong))?;
                    Ok(act
                        .seat(staff, "provider", device, new_device, minutes)
                        .await?)
                })
            })
            .await?;
        Ok(Vouched::In(Box::new(signed)))
    }

    /// The second step of that: our own second factor. A wrong one leads back to the provider.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    pub async fn second_after_provider(
        &self,
        secret: &str,
        shown: Shown,
        device: Option<&str>,
        limits: SessionLimits,
    ) -> Outcome<Signed, SignInRefusal> {
        let wrong = || Stop::Refused(SignInRefusal::Wrong);
        let kept = self.take_ceremony(secret, CeremonyKind::Second).await?;
        let staff: StaffId = kept
            .and_then(|staff| staff.parse().ok())
            .ok_or_else(wrong)?;
        let device = self.device(device).await?;
        let key = self.failure_key(&staff.to_string(), device);
        if let Err(until) = self.attempt(&key).await? {
            return Err(Stop::Refused(SignInRefusal::Closed(until)));
        }
        let shared = Arc::new((self.proof(shown).await?, entropy::random_id()));
        let minutes = limits.shift_minutes;
        let signed = self
            .act("staff.second_after_provider", AT_THE_DOOR, move |act| {
                let shared = Arc::clone(&shared);
                Box::pin(async move {
                    let (proof, new_device) = shared.as_ref();
                    let (_, person) = act
                        .account(staff)
                        .await
                        .map_err(|stop| stop.map_refusal(|_| Unproved::Wrong))?;
                    let by = match act.prove(staff, person, proof).await? {
                        Proved::By(factor) => format!("provider {factor}"),
                        Proved::No => return Err(Stop::Refused(Unproved::Wrong)),
                        Proved::Copied(factor) => {
                            return Err(Stop::Refused(Unproved::Copied(staff, factor)));
                        }
                    };
                    Ok(act.seat(staff, &by, device, *new_device, minutes).await?)
                })
            })
            .await;
        match signed {
            Ok(signed) => {
                self.succeeded(&key).await?;
                Ok(signed)
            }
            Err(Stop::Fault(fault)) => Err(fault.into()),
            Err(Stop::Refused(why)) => Err(Stop::Refused(self.unproved(why).await?)),
        }
    }
}
