//! The binary from outside: its commands, its refusals, and how a command reaches the process that serves.

mod commands;
mod refusals;
mod process;
mod serving;
mod store;
