//! The database: two kinds behind one connection type.

mod connect;
pub mod dialect;
mod log;

pub use connect::Database;
pub use dialect::Dialect;
