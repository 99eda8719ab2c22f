//! Ceremonies under way at the door: a challenge was given to a browser, and its answer may come back to any process.
//!
//! *Invariant*: a ceremony is known by the secret of a cookie, lives five minutes, and is taken away before its answer is
//! looked at: the same challenge is never answered twice.

use kernel::{Fault, Personal, SessionId, StaffId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::table::ceremony;
use crate::Trust;
use crate::vault::NewLink;

/// Minutes for which a challenge waits.
const MINUTES: i64 = 5;

/// What a ceremony is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CeremonyKind {
    /// Somebody shows one of their passkeys.
    Ask,
    /// Somebody comes back from the clinic's provider of identities.
    Provider,
    /// The provider knows them; our own second factor is still to be shown.
    Second,
    /// An employee adds a passkey: in a session of theirs, or by an invitation.
    New {
        /// Whose it will be.
        staff: StaffId,
        /// In which session.
        session: Option<SessionId>,
    },
}

impl CeremonyKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Ask => "passkey.ask",
            Self::Provider => "provider",
            Self::Second => "provider.second",
            Self::New { .. } => "passkey.new",
        }
    }

    /// Whose, and in which session.
    fn bound(self) -> (Option<uuid::Uuid>, Option<uuid::Uuid>) {
        match self {
            Self::New { staff, session } => (Some(staff.uuid()), session.map(SessionId::uuid)),
            Self::Ask | Self::Provider | Self::Second => (None, None),
        }
    }
}

impl Trust {
    /// Begins a ceremony. Gives the secret of its cookie.
    pub(super) async fn begin_ceremony(
        &self,
        kind: CeremonyKind,
        state: String,
    ) -> Result<Personal<String>, Fault> {
        let NewLink { secret, hash } = self.new_link();
        let expires = self.0.clock.now().plus_minutes(MINUTES).micros();
        self.upkeep("staff.begin_ceremony", move |db| {
            let (hash, state) = (hash.clone(), state.clone());
            Box::pin(async move {
                let (staff, session) = kind.bound();
                let row = ceremony::ActiveModel {
                    link_hash: Set(hash),
                    kind: Set(kind.code().into()),
                    staff: Set(staff),
                    session: Set(session),
                    state: Set(state),
                    expires_at: Set(expires),
                };
                db.insert(vec![row]).await?;
                Ok(())
            })
        })
        .await?;
        Ok(secret)
    }

    /// Takes a ceremony away and gives its state; none where there is none of the kind, or it has run out.
    pub(super) async fn take_ceremony(
        &self,
        secret: &str,
        kind: CeremonyKind,
    ) -> Result<Option<String>, Fault> {
        let Some(hash) = self.link_hash(secret) else {
            return Ok(None);
        };
        let now = self.0.clock.now().micros();
        let taken = self
            .upkeep("staff.take_ceremony", move |db| {
                let hash = hash.clone();
                Box::pin(async move {
                    let row = ceremony::Entity::find_by_id(hash.clone()).one(db).await?;
                    // Of two who finish it at once, one takes it away.
                    let gone = ceremony::Entity::delete_by_id(hash).exec(db).await?;
                    Ok(row.filter(|_| gone.rows_affected == 1))
                })
            })
            .await?;
        Ok(taken
            .filter(|row| {
                row.kind == kind.code()
                    && (row.staff, row.session) == kind.bound()
                    && row.expires_at > now
            })
            .map(|row| row.state))
    }

    /// Forgets ceremonies that nobody finished.
    pub(super) async fn forget_ceremonies(&self) -> Result<(), Fault> {
        let now = self.0.clock.now().micros();
        self.upkeep("staff.forget_ceremonies", move |db| {
            Box::pin(async move {
                ceremony::Entity::delete_many()
                    .filter(ceremony::Column::ExpiresAt.lte(now))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
