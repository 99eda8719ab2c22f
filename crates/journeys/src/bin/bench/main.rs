//! The bench: each figure beside its limit, from the same run. `cargo xtask bench` builds what it needs and
//! starts PostgreSQL beside it; load goes to 127.0.0.1 only and is bounded in count and time.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod boards;
mod bookings;
mod desk;
mod engine;
mod figures;
mod floors;
mod pages;
mod server;
mod slots;
mod weight;

use figures::{Figures, Limit};
use journeys::{BINARY, Store};
use server::Server;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let Ok(binary) = std::env::var(BINARY) else {
        eprintln!("bench: {BINARY} is not set; run `cargo xtask bench`");
        std::process::exit(2);
    };
    let mut figures = Figures::default();
    if wanted("engine") {
        engine::measure(&mut figures);
    }
    if wanted("size") {
        let bytes = std::fs::metadata(&binary)
            .map(|file| file.len())
            .unwrap_or(0);
        figures.put(
            "size",
            "binary",
            format!("{:.1} MB", bytes as f64 / 1e6),
            Limit::None,
        );
        server::start_up(&mut figures).await;
    }
    for (name, store, title) in [
        ("sqlite", Store::Sqlite, "SQLite, synchronous FULL"),
        ("postgres", Store::Postgres, "PostgreSQL, 16 connections"),
    ] {
        // `pages` or `desk` alone mean these on both.
        let whole = wanted(name);
        if whole || only.iter().any(|one| one == "desk") {
            figures.section(title);
            desk::measure(store, &mut figures, name).await;
        }
        if !whole && !only.iter().any(|one| one == "pages") {
            continue;
        }
        figures.section(title);
        let Some(server) = Server::start(store).await else {
            continue;
        };
        if whole || !cfg!(debug_assertions) {
            bookings::fill(&server, &mut figures, name).await;
        }
        pages::measure(&server, &mut figures, name, store == Store::Sqlite).await;
        if !whole {
            continue;
        }
        slots::measure(&server, &mut figures, name).await;
        bookings::measure(&server, &mut figures, name).await;
        if store == Store::Sqlite {
            floors::bare_driver(&mut figures);
        }
        server::verify(server, &mut figures, name);
    }
    figures.print();
}
