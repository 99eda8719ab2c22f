//! What the ground itself can do: a constant answer, and the bare driver writing the same rows.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::routing::get;

use crate::figures::{Figures, Limit, Stopwatch};

/// Serves one constant answer of so many bytes; gives where.
pub async fn constant(bytes: usize) -> SocketAddr {
    let body: &'static [u8] = Box::leak(vec![b'x'; bytes].into_boxed_slice());
    let router = Router::new().route("/", get(move || async move { body }));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Rows of one booking as it stands in the store: table, rows, bytes of each beside its key.
const ROWS: [(&str, usize, usize); 13] = [
    ("person", 1, 30),
    ("person_key", 1, 140),
    ("sealed_field", 7, 150),
    ("blind_index", 5, 20),
    ("consent", 4, 160),
    ("claim", 6, 30),
    ("busy", 1, 40),
    ("busy_change", 1, 60),
    ("appointment", 1, 200),
    ("journal_entry", 1, 560),
    ("journal_sub", 1, 3000),
    ("journal_chain", 1, 40),
    ("job", 2, 90),
];

/// The same rows by the bare driver, 64 bookings to a commit, synchronous FULL.
pub fn bare_driver(figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut db = rusqlite::Connection::open(folder.path().join("floor.db")).expect("a file");
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        .expect("pragmas");
    for (table, ..) in ROWS {
        db.execute_batch(&format!(
            "CREATE TABLE {table} (id blob PRIMARY KEY, value blob) WITHOUT ROWID"
        ))
        .expect("a table");
    }
    const BOOKINGS: usize = 6_400;
    let watch = Stopwatch::start();
    for _ in 0..BOOKINGS / 64 {
        let transaction = db.transaction().expect("a transaction");
        for _ in 0..64 {
            for (table, rows, bytes) in ROWS {
                let mut insert = transaction
                    .prepare_cached(&format!("INSERT INTO {table} VALUES (?1, ?2)"))
                    .expect("a statement");
                for _ in 0..rows {
                    insert
                        .execute((kernel::entropy::bytes::<16>(), vec![7u8; bytes]))
                        .expect("a row");
                }
            }
        }
        transaction.commit().expect("a commit");
    }
    let rate = BOOKINGS as f64 / watch.elapsed().as_secs_f64();
    let rows: usize = ROWS.iter().map(|(_, rows, _)| rows).sum();
    figures.put(
        "floor",
        &format!("the same {rows} rows a booking by the bare driver, 64 to a commit"),
        format!("{rate:.0}/s"),
        Limit::None,
    );
}
