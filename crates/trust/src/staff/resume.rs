//! Taking the place again at a browser where one's own session waits, by a second factor alone.
//!
//! *Invariant*: the session's old secret is worth nothing afterwards, and whoever was at work there is locked.

use std::sync::Arc;

use kernel::{DeviceId, Fault, Outcome, SessionId, StaffId, Stop};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::proof::{Proof, Proved, Shown, Unproved};
use super::session::Signed;
use super::sign_in::{AT_THE_DOOR, SignInRefusal};
use crate::Trust;
use crate::access::table::session;
use crate::act::Act;
use crate::journal::Kind;

impl Trust {
    /// Lets a session that waits at a browser go on, once its owner has shown a second factor. Whoever was at work there
    /// before is locked.
    ///
    /// # Errors
    /// [`SignInRefusal`].
    pub async fn resume(
        &self,
        device_link: &str,
        staff: Option<StaffId>,
        shown: Shown,
    ) -> Outcome<Signed, SignInRefusal> {
        let Some(device) = self.device(Some(device_link)).await? else {
            return Err(Stop::Refused(SignInRefusal::Wrong));
        };
        let proof = self.proof(shown).await?;
        // A passkey says itself whose it is.
        let Some(staff) = proof.of().or(staff) else {
            return Err(Stop::Refused(SignInRefusal::Wrong));
        };
        let key = self.failure_key(&staff.to_string(), Some(device));
        if let Err(until) = self.attempt(&key).await? {
            return Err(Stop::Refused(SignInRefusal::Closed(until)));
        }
        let proof = Arc::new(proof);
        let signed = self
            .act("staff.resume", AT_THE_DOOR, move |act| {
                let proof = Arc::clone(&proof);
                Box::pin(async move { act.resume_in(device, staff, &proof).await })
            })
            .await;
        let signed = match signed {
            Ok(signed) => signed,
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            Err(Stop::Refused(why)) => return Err(Stop::Refused(self.unproved(why).await?)),
        };
        self.succeeded(&key).await?;
        Ok(signed)
    }
}

impl Act {
    /// Locks whoever else was at work at a browser.
    pub(super) async fn lock_others(&self, at: Uuid, coming: StaffId) -> Result<(), Fault> {
        session::Entity::update_many()
            .col_expr(
                session::Column::LockedAt,
                Expr::value(Some(self.now().micros())),
            )
            .filter(session::Column::Device.eq(at))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::LockedAt.is_null())
            .filter(session::Column::Staff.ne(coming.uuid()))
            .exec(self.db())
            .await?;
        Ok(())
    }

    async fn resume_in(
        &mut self,
        at: Uuid,
        staff: StaffId,
        proof: &Proof,
    ) -> Outcome<Signed, Unproved> {
        let wrong = || Stop::Refused(Unproved::Wrong);
        let row = session::Entity::find()
            .filter(session::Column::Device.eq(at))
            .filter(session::Column::Staff.eq(staff.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(self.now().micros()))
            .one(self.db())
            .await?
            .ok_or_else(wrong)?;
        let (_, person) = self
            .account(staff)
            .await
            .map_err(|stop| stop.map_refusal(|_| Unproved::Wrong))?;
        let by = match self.prove(staff, person, proof).await? {
            Proved::By(factor) => factor,
            Proved::No => return Err(wrong()),
            Proved::Copied(factor) => return Err(Stop::Refused(Unproved::Copied(staff, factor))),
        };
        self.lock_others(at, staff).await?;
        // The old secret is worth nothing any more, wherever it may have got to.
        let link = self.new_link();
        session::Entity::update(session::ActiveModel {
            id: Set(row.id),
            link_hash: Set(Some(link.hash.clone())),
            seen_at: Set(self.now().micros()),
            locked_at: Set(None),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        let session = SessionId::from_uuid(row.id);
        self.record(
            Kind::SessionResumed,
            json!({ "staff": staff, "session": session, "device": DeviceId::from_uuid(at), "by": by }),
        )?;
        Ok(Signed {
            staff,
            session,
            link: link.secret,
            device: None,
        })
    }
}
