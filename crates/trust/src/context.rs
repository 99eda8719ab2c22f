//! What a room of the clinic owes the house.

use futures::future::BoxFuture;
use kernel::{Case, CaseKind, Fault, PersonId};
use serde_json::Value;

use crate::{Act, Statements};

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
