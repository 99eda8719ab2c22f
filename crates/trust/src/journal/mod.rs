//! The journal: who did what with whose data, when and why, so that outsiders can check that nothing
//! was taken out, put in or changed (C2SP tlog-tiles, tlog-checkpoint, signed-note).
//!
//! *Invariant*: every act that changes or reveals is one leaf; what it says about a person is sealed with
//! that person's key, so destroying the key unlinks them and nobody else. Numbers are given in one order by
//! one hand; a signed size is never taken back.

mod chains;
mod checkpoint;
pub mod core;
mod details;
mod export;
mod follow;
mod kind;
mod lines;
mod log;
mod looks;
mod read;
mod sequencer;
pub(crate) mod table;
pub mod verify;
pub(crate) mod write;

pub(crate) use details::Touched;
pub use export::Published;
pub(crate) use export::last_checkpoint;
pub use follow::{Happened, Stretch};
pub use kind::Kind;
pub use lines::{Line, State};
pub(crate) use log::Journal;
pub use looks::{Look, Opening};
pub use read::TileAnswer;
pub(crate) use read::{OpenedOf, stands, told_opened};
pub(crate) use sequencer::number_pending;

/// A moment as entries write it: RFC 3339 in UTC with microseconds.
pub(crate) fn written(at: kernel::Moment) -> String {
    at.timestamp()
        .strftime("%Y-%m-%dT%H:%M:%S.%6fZ")
        .to_string()
}
