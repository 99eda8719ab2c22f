//! Papers as PDF: a legal text, the slip of an appointment, the receipt of a consent.
//!
//! *Invariant*: what is printed comes in as data and comes out as it is written; no byte of it is ever read as markup
//! of the typesetter's. The same data makes the same bytes. Typesetting happens in a child process without
//! environment, keys, files or network ([`child`]), which is ended when it takes too long ([`Renderer`]); only tests
//! typeset in their own process.
//!
//! A place for a paper, the words around it and its look are files in `templates/`; who is named on it and what it says
//! is decided by whoever makes the [`Document`].

pub mod child;
mod document;
mod legal;
mod receipt;
mod renderer;
mod samples;
mod shape;
mod slip;
mod typeset;

#[cfg(test)]
mod tests;

pub use document::{Document, Operator, Origin};
pub use legal::{Block, Kind, Legal, Marker, Span};
pub use receipt::{Decision, Party, Proof, Receipt};
pub use renderer::{Limits, RenderError, Renderer};
pub use slip::{Line, Slip};
pub use typeset::fingerprint;
