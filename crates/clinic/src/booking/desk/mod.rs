//! The desk's side of booking: the day as staff see it, and what they do with it.
//!
//! *Invariant*: every verb asks first whether the employee may, and then finds nothing outside their reach. Whoever
//! changes an appointment names the revision they saw: of two who change one, the second is told what the first did.
//! Names are opened by lists, under a ticket, and stand beside the picture, never in it.

mod block;
mod board;
mod book_for;
mod card;
mod change;
mod conflict;
mod gate;
mod live;
mod names;
mod print;
mod refusal;
mod states;
mod waiting;

pub use block::{Block, BlockKind, NewBlock};
pub use board::{Board, BoardQuery, Column, Lane, Load, Span};
pub use book_for::{DeskBooking, Ground};
pub use card::Card;
pub use change::{CancelReason, Fit, NOTE_CHARACTERS, Outside};
pub use conflict::{Conflict, With};
pub use gate::Seen;
pub use live::{Event, Live, Replay, Subject};
pub use names::{NamedCard, Names, PatientName};
pub use refusal::{Current, DeskRefusal};
pub use waiting::Waiting;

pub(super) use block::owner as owner_of_lane;
pub(super) use gate::place_of;
pub(super) use names::{persons_of_board, place_of_board};
