//! The binary from outside: its commands, its refusals, and how a command reaches the process that serves.

mod commands;
mod process;
mod refusals;
mod serving;
mod store;
