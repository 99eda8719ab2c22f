//! The stories, each told on both databases.

mod canary;
mod catalogue;
mod clauses;
mod durable;
mod faults;
mod forms;
mod hostile;
mod independent_reader;
mod kill;
mod races;
