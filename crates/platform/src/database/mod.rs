//! The database: two kinds behind one connection type.

mod connect;
pub mod dialect;

pub use connect::Database;
pub use dialect::Dialect;
