//! The catalogue changed on screen, one thing at a time.
//!
//! *Invariant*: a change is one act whose entry holds the thing before and after. Whoever changes a thing names the state
//! in which they saw it, and of two the second is told what the first did. Future visits that a change would leave outside
//! are told before it is made, and it is made only by who says so again. What appointments name is withdrawn and not
//! deleted.

mod apply;
mod left;
mod order;
mod state;

use calendar::schedule::{Exception, WeeklySchedule};
use kernel::{
    AppointmentId, BranchId, Outcome, PractitionerId, ResourceId, Scope, ServiceId, Stop,
};
use serde_json::{Value, json};
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use trust::staff::AccessRefusal;
use uuid::Uuid;

use super::new::{NewBranch, NewResource, NewService};
use super::rows::next_version;
use super::typed::FieldFlaw;
use super::{Catalogue, ClosedDay};
use crate::booking::Booking;

/// What is changed as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A branch.
    Branch(BranchId),
    /// A practitioner, a room, a device.
    Resource(ResourceId),
    /// A service.
    Service(ServiceId),
    /// The weekly rules of a practitioner.
    Week(PractitionerId),
    /// The dates of a practitioner that differ.
    Dates(PractitionerId),
    /// The days on which a branch, or all of them, are closed.
    Closed,
}

/// A change. What has no id yet is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A branch is described.
    Branch(Option<BranchId>, NewBranch),
    /// A practitioner, a room, a device is described.
    Resource(Option<ResourceId>, NewResource),
    /// A service is described.
    Service(Option<ServiceId>, NewService),
    /// A practitioner has this week.
    Week(PractitionerId, Vec<WeeklySchedule<BranchId>>),
    /// A practitioner has these dates that differ.
    Dates(PractitionerId, Vec<Exception<BranchId>>),
    /// These days are closed.
    Closed(Vec<ClosedDay>),
    /// A branch, a resource, a service is offered no more.
    Withdraw(Thing),
    /// It is offered again.
    Restore(Thing),
}

/// A change as somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which.
    pub change: Change,
    /// The state in which they saw the thing ([`Catalogue::state_of`]); nothing for a new one.
    pub seen: Option<Value>,
    /// Whether they know of the visits that it leaves outside.
    pub sure: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The thing of this id is as asked for.
    Done(Uuid),
    /// It was so already.
    Same(Uuid),
    /// Nothing named it, and it is deleted.
    Deleted,
}

/// A future visit that a change leaves outside. It names no patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// When it begins, minutes since 1970 UTC.
    pub start: i64,
    /// Which.
    pub appointment: AppointmentId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// Where.
    pub branch: BranchId,
    /// What for.
    pub service: ServiceId,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditRefusal {
    /// The employee may not.
    Access(AccessRefusal),
    /// There is no such thing.
    Unknown,
    /// Somebody changed it since it was seen: this is how it is now.
    Changed(Value),
    /// These visits would be left outside; said with [`Edit::sure`] it is done all the same.
    Leaves(Vec<Left>),
    /// Something of it cannot be.
    Flawed(Vec<FieldFlaw>),
}

impl From<AccessRefusal> for EditRefusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

/// Refuses.
fn refused<T>(refusal: EditRefusal) -> Outcome<T, EditRefusal> {
    Err(Stop::Refused(refusal))
}

impl Change {
    /// What it is about; nothing for what is new.
    #[must_use]
    pub fn thing(&self) -> Option<Thing> {
        match self {
            Self::Branch(id, _) => id.map(Thing::Branch),
            Self::Resource(id, _) => id.map(Thing::Resource),
            Self::Service(id, _) => id.map(Thing::Service),
            Self::Week(id, _) => Some(Thing::Week(*id)),
            Self::Dates(id, _) => Some(Thing::Dates(*id)),
            Self::Closed(_) => Some(Thing::Closed),
            Self::Withdraw(thing) | Self::Restore(thing) => Some(*thing),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Branch(..) => "branch",
            Self::Resource(..) => "resource",
            Self::Service(..) => "service",
            Self::Week(..) => "week",
            Self::Dates(..) => "dates",
            Self::Closed(_) => "closed",
            Self::Withdraw(_) => "withdrawn",
            Self::Restore(_) => "restored",
        }
    }
}

impl Booking {
    /// Changes one thing of the catalogue.
    ///
    /// # Errors
    /// [`EditRefusal`]; the database's. Nothing is changed then.
    pub async fn edit(&self, scope: Scope, edit: Edit) -> Outcome<Edited, EditRefusal> {
        let edited = self
            .trust
            .act("catalogue.edit", scope, move |act| {
                let edit = edit.clone();
                Box::pin(async move { edit_in(act, &edit).await })
            })
            .await?;
        self.timetable.fresh().await?;
        Ok(edited)
    }
}

async fn edit_in(act: &mut Act, edit: &Edit) -> Outcome<Edited, EditRefusal> {
    act.allowed(Action::ManageCatalogue)
        .await
        .map_err(|stop| stop.map_refusal(EditRefusal::from))?;
    let before = Catalogue::load(act.db()).await?;
    let thing = edit.change.thing();
    let was = match thing {
        None => None,
        Some(thing) => match before.state_of(thing) {
            Some(was) => Some(was),
            None => return refused(EditRefusal::Unknown),
        },
    };
    // A form sent twice: what is so already is answered the same again, whatever was seen before.
    if let Some(same) = apply::is_so(&before, &edit.change) {
        return Ok(Edited::Same(same));
    }
    if let Some(was) = &was
        && edit.seen.as_ref() != Some(was)
    {
        return refused(EditRefusal::Changed(was.clone()));
    }
    let applied = apply::apply(act, &before, &edit.change).await?;
    let version = next_version(act).await?;
    let after = Catalogue::load(act.db()).await?;
    let flaws = apply::flaws(&after, &edit.change);
    if !flaws.is_empty() {
        return refused(EditRefusal::Flawed(flaws));
    }
    let left = left::left_outside(act, &before, &after).await?;
    if !left.is_empty() && !edit.sure {
        return refused(EditRefusal::Leaves(left));
    }
    let now = match applied {
        Edited::Done(id) | Edited::Same(id) => after.state_of(edit.change.thing_of(id)),
        Edited::Deleted => None,
    };
    act.record(
        Kind::CatalogueChanged,
        json!({
            "what": edit.change.word(), "before": was, "after": now, "version": version,
            "left_outside": left.len(),
        }),
    )?;
    Ok(applied)
}

impl Change {
    /// What it is about once it has an id.
    fn thing_of(&self, id: Uuid) -> Thing {
        match self {
            Self::Branch(..) => Thing::Branch(BranchId::from_uuid(id)),
            Self::Resource(..) => Thing::Resource(ResourceId::from_uuid(id)),
            Self::Service(..) => Thing::Service(ServiceId::from_uuid(id)),
            Self::Week(of, _) => Thing::Week(*of),
            Self::Dates(of, _) => Thing::Dates(*of),
            Self::Closed(_) => Thing::Closed,
            Self::Withdraw(thing) | Self::Restore(thing) => *thing,
        }
    }
}
