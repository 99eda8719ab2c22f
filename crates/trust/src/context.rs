//! What a room of the clinic owes the house.

use futures::future::BoxFuture;
use kernel::{BranchId, Case, CaseKind, Fault, PersonId, PractitionerId, StaffId};
use serde_json::Value;

use crate::{Act, Statements};

/// Where a case stands. Whoever reaches a part of the clinic alone is held to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CasePlace {
    /// At which branch; none where the case stands at no branch.
    pub branch: Option<BranchId>,
    /// With which practitioner, where there is one.
    pub practitioner: Option<PractitionerId>,
    /// Which employee made it without the patient having asked through the site; whoever opens a case of their own making
    /// says why.
    pub made_by: Option<StaffId>,
}

/// A context of the clinic: it owns rows about persons and answers for them.
pub trait Context: Send + Sync {
    /// The kinds of cases it owns.
    fn cases(&self) -> &'static [CaseKind];

    /// The persons a case is about.
    fn persons_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>>;

    /// Where a case stands; nothing where there is no such case.
    fn place_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Option<CasePlace>, Fault>>;

    /// All it holds about a person, for the answer to a request of access (152-ФЗ ст. 14 ч. 7).
    fn export_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<Value, Fault>>;

    /// Erases or unlinks all it holds about a person who is being destroyed.
    fn erase_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>>;
}
