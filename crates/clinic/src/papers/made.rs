//! Papers that were made, by their tags, the latest asked for first.
//!
//! *Invariant*: never more than there is room for; a paper that is being made is made once, however many wait for it;
//! a failure is not kept.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::Fault;
use tokio::sync::OnceCell;

/// Papers kept: the documents of a clinic in both languages, with some older versions.
pub(super) const KEPT: usize = 48;

type Cell = Arc<OnceCell<Arc<[u8]>>>;

/// The papers.
pub(super) struct Made {
    room: usize,
    papers: Mutex<Vec<(String, Cell)>>,
}

impl Made {
    pub(super) const fn with_room_for(room: usize) -> Self {
        Self {
            room,
            papers: Mutex::new(Vec::new()),
        }
    }

    /// The paper of a tag: kept, or made now.
    pub(super) async fn once<F, M>(&self, tag: &str, make: M) -> Result<Arc<[u8]>, Fault>
    where
        M: FnOnce() -> F,
        F: Future<Output = Result<Vec<u8>, Fault>>,
    {
        let cell = self.cell(tag);
        let made = cell
            .get_or_try_init(|| async { make().await.map(Arc::from) })
            .await?;
        Ok(Arc::clone(made))
    }

    fn cell(&self, tag: &str) -> Cell {
        // Whoever panicked while holding the list left a list.
        let mut papers = self.papers.lock().unwrap_or_else(PoisonError::into_inner);
        let found = papers.iter().position(|(known, _)| known == tag);
        let paper = found.map_or_else(|| (tag.to_owned(), Cell::default()), |at| papers.remove(at));
        let cell = Arc::clone(&paper.1);
        papers.insert(0, paper);
        papers.truncate(self.room);
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    #[tokio::test]
    async fn a_paper_is_made_once_kept_for_a_while_and_tried_again_after_a_failure() {
        let made = Made::with_room_for(2);
        let times = AtomicU8::new(0);
        let make = || async {
            tokio::task::yield_now().await;
            Ok(vec![times.fetch_add(1, Ordering::Relaxed)])
        };
        let (one, other) = tokio::join!(made.once("a", make), made.once("a", make));
        assert_eq!((&*one.unwrap(), &*other.unwrap()), (&[0][..], &[0][..]));

        let failed = made
            .once("b", || async { Err(Fault::unavailable("no")) })
            .await;
        assert!(failed.is_err());
        assert_eq!(&*made.once("b", make).await.unwrap(), [1]);

        assert_eq!(&*made.once("a", make).await.unwrap(), [0]);
        assert_eq!(&*made.once("c", make).await.unwrap(), [2]);
        assert_eq!(&*made.once("a", make).await.unwrap(), [0]);
        assert_eq!(&*made.once("b", make).await.unwrap(), [3], "b had to go");
    }
}
