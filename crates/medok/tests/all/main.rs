//! The binary from outside: its commands, its refusals, and how a command reaches the process that serves.

#![expect(
    clippy::unwrap_used,
    reason = "a story that cannot go on ends where it stands"
)]

mod commands;
mod demo;
mod papers;
mod process;
mod refusals;
mod serving;
mod store;
