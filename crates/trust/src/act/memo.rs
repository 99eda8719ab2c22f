//! What a transaction asked of tables that seldom change: on SQLite that of a batch of acts, on PostgreSQL that of one.
//! Invariant: under the write lock of the one nobody else can change them, and the other sees one state to its end;
//! what an act itself writes to a table makes all that was asked of it be asked again.
//!
//! It also knows whose chains began in the batch: their heads are written at its end, and an act that meets such a person
//! on the way does not find them in the store yet.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// Answers by table and question.
type Answers = BTreeMap<(&'static str, String), Arc<dyn Any + Send + Sync>>;

/// What is remembered of a transaction.
#[derive(Default)]
pub(super) struct Memo {
    answers: Mutex<Answers>,
    begun: Mutex<BTreeSet<Uuid>>,
}

impl Memo {
    /// An answer that is still good.
    pub(super) fn get<T: Send + Sync + 'static>(
        &self,
        table: &'static str,
        question: &str,
    ) -> Option<Arc<T>> {
        let answer = self.answers().get(&(table, question.to_owned())).cloned();
        answer.and_then(|answer| answer.downcast().ok())
    }

    /// Keeps an answer.
    pub(super) fn keep<T: Send + Sync + 'static>(
        &self,
        table: &'static str,
        question: String,
        answer: Arc<T>,
    ) {
        self.answers().insert((table, question), answer);
    }

    /// An act writes to this table.
    pub(super) fn written(&self, table: &str) {
        self.answers().retain(|(asked, _), _| *asked != table);
    }

    /// An act was undone: what was asked since may hold what it wrote.
    pub(super) fn undone(&self) {
        self.answers().clear();
    }

    /// An act that is kept began these chains.
    pub(super) fn begin(&self, chains: impl Iterator<Item = Uuid>) {
        self.chains().extend(chains);
    }

    /// Whether a chain began in this transaction, by an act that is kept.
    pub(super) fn has_begun(&self, chain: Uuid) -> bool {
        self.chains().contains(&chain)
    }

    fn chains(&self) -> MutexGuard<'_, BTreeSet<Uuid>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        // A map is whole between its calls, whoever panicked.
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_lasts_until_its_table_is_written_or_an_act_undone() {
        let memo = Memo::default();
        let ask = |memo: &Memo| memo.get::<u8>("document", "newest").map(|answer| *answer);
        assert_eq!(ask(&memo), None);
        memo.keep("document", "newest".into(), Arc::new(7_u8));
        assert_eq!(ask(&memo), Some(7));
        assert_eq!(memo.get::<u16>("document", "newest"), None);
        memo.written("job");
        assert_eq!(ask(&memo), Some(7));
        memo.written("document");
        assert_eq!(ask(&memo), None);
        memo.keep("document", "newest".into(), Arc::new(8_u8));
        memo.undone();
        assert_eq!(ask(&memo), None);
    }
}
