//! The stories, each told on both databases.

mod canary;
mod clauses;
mod faults;
mod hostile;
mod independent_reader;
mod kill;
mod races;
