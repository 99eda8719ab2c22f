//! The stories, each told on both databases.

mod ages;
mod bound;
mod canary;
mod catalogue;
mod clauses;
mod door;
mod durable;
mod faults;
mod forms;
mod hostile;
mod independent_reader;
mod kill;
mod languages;
mod races;
mod receipts;
mod rotation;
