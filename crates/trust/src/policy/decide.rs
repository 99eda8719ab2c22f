//! Texts proposed by one employee and decided about by another.
//!
//! *Invariant*: nobody decides about what they proposed themselves: the verb asks the proposer's id, and a constraint of
//! the table holds it against whoever writes past the verb. What is decided stays decided. Whoever proposed may take it
//! back while nobody has decided: declined by nobody, which no decision ever is.

use std::collections::BTreeMap;

use kernel::{DocumentId, Fault, Language, Moment, Outcome, StaffId, Stop};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::table::document;
use super::{Known, NewVersion, ProposalRefusal, Proposed, Row, Version};
use crate::Trust;
use crate::access::Action;
use crate::act::Act;
use crate::journal::Kind;
use crate::staff::AccessRefusal;

/// What became of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits for another employee's decision.
    Waiting,
    /// Approved, in force from a later date.
    Planned,
    /// In force: what readers of its language are shown.
    InForce,
    /// Was in force, or would have been.
    Past,
    /// Declined.
    Declined,
    /// Taken back by whoever proposed it.
    Withdrawn,
}

/// A version as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The version.
    pub version: Version,
    /// What became of it.
    pub standing: Standing,
    /// From when it shall be in force; nothing means once it is approved.
    pub wanted_at: Option<Moment>,
    /// Who proposed it; nobody where a file or a command did.
    pub proposed_by: Option<StaffId>,
    /// Who approved it; nobody while nobody else could.
    pub approved_by: Option<StaffId>,
    /// Who declined it, and when.
    pub declined: Option<(Option<StaffId>, Moment)>,
}

/// Why a text was not taken or decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRefusal {
    /// The employee may not.
    Access(AccessRefusal),
    /// There is no such version.
    Unknown,
    /// They proposed it themselves: somebody else decides.
    Own,
    /// Somebody else proposed it: it is not theirs to take back.
    Anothers,
    /// It was approved or declined already.
    Decided,
    /// Its Russian text waits itself: that one is decided about first.
    Original,
    /// A newer version is approved already.
    Overtaken,
    /// It would be in force before one that is approved: the past is not rewritten.
    TooEarly,
}

impl From<AccessRefusal> for TextRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<ProposalRefusal> for TextRefusal {
    fn from(refusal: ProposalRefusal) -> Self {
        match refusal {
            ProposalRefusal::TooEarly => Self::TooEarly,
        }
    }
}

impl Act {
    /// Proposes a version in the name of the employee who acts.
    ///
    /// # Errors
    /// [`TextRefusal`]; the database's.
    pub async fn propose_text(&mut self, new: &NewVersion) -> Outcome<Proposed, TextRefusal> {
        self.allowed(Action::ProposeText)
            .await
            .map_err(|stop| stop.map_refusal(TextRefusal::from))?;
        self.propose_document(new)
            .await
            .map_err(|stop| stop.map_refusal(TextRefusal::from))
    }

    /// Approves what another proposed; gives the moment from which it is in force. What the same employee approved before
    /// is answered the same again.
    ///
    /// # Errors
    /// [`TextRefusal`]; the database's.
    pub async fn approve_text(&mut self, id: DocumentId) -> Outcome<Moment, TextRefusal> {
        let refused = |refusal| Err(Stop::Refused(refusal));
        let (row, staff) = self.to_decide(id).await?;
        if let Some(effective_at) = row.effective_at {
            return if row.approved_by == Some(staff.uuid()) {
                Ok(Moment::from_micros(effective_at))
            } else {
                refused(TextRefusal::Decided)
            };
        }
        if row.declined_at.is_some() {
            return refused(TextRefusal::Decided);
        }
        let language: Language = row.language.parse().map_err(Fault::from)?;
        let known = Known::of(self.db(), &row.code).await?;
        let approved = |of: Language| {
            known.iter().filter_map(move |one| {
                let from = one.effective_at.filter(|_| one.language == of)?;
                Some((one.version, from))
            })
        };
        if approved(language).any(|(version, _)| version > row.version) {
            return refused(TextRefusal::Overtaken);
        }
        let original = known.iter().find(|one| {
            language != Language::Ru
                && one.language == Language::Ru
                && one.version == row.version
                && !one.declined
        });
        if original.is_some_and(|original| original.effective_at.is_none()) {
            return refused(TextRefusal::Original);
        }
        let begins = original.and_then(|original| original.effective_at);
        let wanted = row.wanted_at.map(Moment::from_micros);
        let effective_at = [wanted, begins]
            .into_iter()
            .flatten()
            .fold(self.now(), Moment::max);
        if approved(language).any(|(_, from)| from > effective_at) {
            return refused(TextRefusal::TooEarly);
        }
        document::Entity::update_many()
            .col_expr(
                document::Column::EffectiveAt,
                Expr::value(effective_at.micros()),
            )
            .col_expr(document::Column::ApprovedBy, Expr::value(staff.uuid()))
            .filter(document::Column::Id.eq(row.id))
            .exec(self.db())
            .await
            .map_err(Fault::from)?;
        self.record(
            Kind::DocumentApproved,
            json!({
                "document": id, "code": row.code, "version": row.version, "language": row.language,
                "sha256": row.sha256, "title": row.title, "effective_at": effective_at.micros(), "staff": staff,
            }),
        )?;
        Ok(effective_at)
    }

    /// Declines what another proposed. What was declined before is answered the same again.
    ///
    /// # Errors
    /// [`TextRefusal`]; the database's.
    pub async fn decline_text(&mut self, id: DocumentId) -> Outcome<(), TextRefusal> {
        let (row, staff) = self.to_decide(id).await?;
        if row.effective_at.is_some() {
            return Err(Stop::Refused(TextRefusal::Decided));
        }
        if row.declined_at.is_some() {
            return Ok(());
        }
        document::Entity::update_many()
            .col_expr(
                document::Column::DeclinedAt,
                Expr::value(self.now().micros()),
            )
            .col_expr(document::Column::DeclinedBy, Expr::value(staff.uuid()))
            .filter(document::Column::Id.eq(row.id))
            .exec(self.db())
            .await
            .map_err(Fault::from)?;
        self.record(
            Kind::DocumentDeclined,
            json!({
                "document": id, "code": row.code, "version": row.version, "language": row.language,
                "sha256": row.sha256, "staff": staff,
            }),
        )?;
        Ok(())
    }

    /// Takes back what the employee who acts proposed, while nobody has decided about it. What was taken back before is
    /// answered the same again.
    ///
    /// # Errors
    /// [`TextRefusal`]; the database's.
    pub async fn withdraw_text(&mut self, id: DocumentId) -> Outcome<(), TextRefusal> {
        let employee = self
            .allowed(Action::ProposeText)
            .await
            .map_err(|stop| stop.map_refusal(TextRefusal::from))?;
        let row = document::Entity::find_by_id(id.uuid())
            .one(self.db())
            .await
            .map_err(Fault::from)?
            .ok_or(Stop::Refused(TextRefusal::Unknown))?;
        if row.proposed_by != Some(employee.staff.uuid()) {
            return Err(Stop::Refused(TextRefusal::Anothers));
        }
        if row.effective_at.is_some() || row.declined_by.is_some() {
            return Err(Stop::Refused(TextRefusal::Decided));
        }
        if row.declined_at.is_some() {
            return Ok(());
        }
        document::Entity::update_many()
            .col_expr(
                document::Column::DeclinedAt,
                Expr::value(self.now().micros()),
            )
            .filter(document::Column::Id.eq(row.id))
            .exec(self.db())
            .await
            .map_err(Fault::from)?;
        self.record(
            Kind::DocumentWithdrawn,
            json!({
                "document": id, "code": row.code, "version": row.version, "language": row.language,
                "sha256": row.sha256, "staff": employee.staff,
            }),
        )?;
        Ok(())
    }

    /// A version about which the employee who acts may decide: one that somebody else proposed.
    async fn to_decide(&self, id: DocumentId) -> Outcome<(document::Model, StaffId), TextRefusal> {
        let employee = self
            .allowed(Action::ApproveText)
            .await
            .map_err(|stop| stop.map_refusal(TextRefusal::from))?;
        let row = document::Entity::find_by_id(id.uuid())
            .one(self.db())
            .await
            .map_err(Fault::from)?
            .ok_or(Stop::Refused(TextRefusal::Unknown))?;
        if row.proposed_by == Some(employee.staff.uuid()) {
            return Err(Stop::Refused(TextRefusal::Own));
        }
        Ok((row, employee.staff))
    }
}

/// A version's columns beside those of [`Row`]: when wanted, who proposed, who approved, when declined and by whom.
type Decided = (
    Option<i64>,
    Option<Uuid>,
    Option<Uuid>,
    Option<i64>,
    Option<Uuid>,
);

/// The same with the version's id before it, as the database gives them.
type DecidedRow = (
    Uuid,
    Option<i64>,
    Option<Uuid>,
    Option<Uuid>,
    Option<i64>,
    Option<Uuid>,
);

impl Trust {
    /// Every version of every document, whatever became of it: by code, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn proposals(&self) -> Result<BTreeMap<String, Vec<Proposal>>, Fault> {
        use document::Column;
        let columns = [
            Column::Id,
            Column::WantedAt,
            Column::ProposedBy,
            Column::ApprovedBy,
            Column::DeclinedAt,
            Column::DeclinedBy,
        ];
        let decided = document::Entity::find()
            .select_only()
            .columns(columns)
            .into_tuple::<DecidedRow>()
            .all(self.reads())
            .await?;
        let decided: BTreeMap<Uuid, Decided> = decided
            .into_iter()
            .map(|(id, wanted, by, approved, declined, decliner)| {
                (id, (wanted, by, approved, declined, decliner))
            })
            .collect();
        let rows = Version::without_text(document::Entity::find())
            .order_by_desc(Column::Version)
            .into_tuple::<Row>()
            .all(self.reads())
            .await?;
        let mut all = BTreeMap::<String, Vec<Proposal>>::new();
        for row in rows {
            let version = Version::try_from(row)?;
            let (wanted_at, proposed_by, approved_by, declined_at, declined_by) =
                decided.get(&version.id.uuid()).copied().unwrap_or_default();
            let list = all.entry(version.code.clone()).or_default();
            list.push(Proposal {
                standing: Standing::Waiting,
                version,
                wanted_at: wanted_at.map(Moment::from_micros),
                proposed_by: proposed_by.map(StaffId::from_uuid),
                approved_by: approved_by.map(StaffId::from_uuid),
                declined: declined_at
                    .map(|at| (declined_by.map(StaffId::from_uuid), Moment::from_micros(at))),
            });
        }
        let now = self.0.clock.now();
        for list in all.values_mut() {
            stand(list, now);
        }
        Ok(all)
    }

    /// Whether any version of a document, approved or not, said exactly this in a language.
    ///
    /// # Errors
    /// The database's.
    pub async fn was_proposed(
        &self,
        code: &str,
        language: Language,
        text: &str,
    ) -> Result<bool, Fault> {
        use document::Column;
        let found = document::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Code.eq(code))
            .filter(Column::Language.eq(language.code()))
            .filter(Column::Sha256.eq(super::hash(text)))
            .into_tuple::<Uuid>()
            .one(self.reads())
            .await?;
        Ok(found.is_some())
    }
}

/// Says of each version what became of it; the newest comes first.
fn stand(list: &mut [Proposal], now: Moment) {
    for language in Language::ALL {
        let mut counts = true;
        for one in list
            .iter_mut()
            .filter(|one| one.version.language == language)
        {
            one.standing = match (one.version.effective_at, &one.declined) {
                (None, Some((None, _))) if one.proposed_by.is_some() => Standing::Withdrawn,
                (None, Some(_)) => Standing::Declined,
                (None, None) => Standing::Waiting,
                (Some(from), _) if from > now && counts => Standing::Planned,
                (Some(_), _) if counts => {
                    counts = false;
                    Standing::InForce
                }
                (Some(_), _) => Standing::Past,
            };
        }
    }
}
