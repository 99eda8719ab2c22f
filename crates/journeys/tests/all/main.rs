//! The stories, each told on both databases.

mod again;
mod ages;
mod bound;
mod canary;
mod catalogue;
mod clauses;
mod desk;
mod door;
mod durable;
mod faults;
mod forms;
mod headers;
mod hostile;
mod independent_reader;
mod kill;
mod languages;
mod papers;
mod promises;
mod proxy;
mod races;
mod receipts;
mod rotation;
mod site;
mod told;
