//! The public pages as a visitor meets them: how long the server takes for each at a steady rate of arrivals, what each
//! weighs with all it loads, whom else it asks, and how many times the wire is gone before something is seen.
//!
//! *Invariant*: arrivals do not wait for answers. A request has the moment at which it should be sent, and its time is
//! counted from then: a server that stalls is charged for all who came meanwhile.

use std::time::Duration;

use journeys::Client;

use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};
use crate::server::Server;
use crate::weight::{Weight, of_page};

/// Requests a second. A debug build only shows that the bench works.
const RATE: u32 = if cfg!(debug_assertions) { 20 } else { 500 };
/// For so long each page.
const SECONDS: u32 = if cfg!(debug_assertions) { 1 } else { 6 };
/// Connections among which arrivals take turns: each has a request every 128 ms.
const CONNECTIONS: u32 = if cfg!(debug_assertions) { 4 } else { 64 };
/// What browsers take.
const TAKES: &str =
    "accept-encoding: gzip, deflate, br, zstd\r\naccept-language: ru-RU,ru;q=0.9,en;q=0.8\r\n";

/// Pages that stand in the menu or are linked from everywhere.
const PAGES: [&str; 6] = ["/", "/doctors", "/prices", "/contacts", "/book", "/policy"];

/// All pages: times on this store, and, where `weighed`, what they weigh.
pub async fn measure(server: &Server, figures: &mut Figures, name: &str, weighed: bool) {
    let mut client = Client::connect(server.serving.address).await;
    let doctor = links(&mut client, "/doctors", "/doctors/").await;
    let pages = PAGES.iter().map(|page| (*page).to_owned()).chain(doctor);
    let mut all = Vec::new();
    for page in pages {
        let title = title(&page);
        let there = client.ask("GET", &page, TAKES).await;
        if there.status != 200 {
            figures.put(
                name,
                &title,
                format!("answers {}", there.status),
                Limit::None,
            );
            continue;
        }
        let cpu = server.serving.cpu();
        let mut times = arrivals(server, &page).await;
        let cpu = server.serving.cpu() - cpu;
        let each = cpu.as_secs_f64() * 1e6 / times.len().max(1) as f64;
        let (p50, p99) = (percentile(&mut times, 50.0), percentile(&mut times, 99.0));
        let most = times.last().copied().unwrap_or_default();
        figures.put(
            name,
            &format!("{title}: p99 at {RATE} arrivals/s"),
            format!(
                "{:.1} ms (p50 {:.1}, longest {:.1}; {each:.0} µs CPU)",
                ms(p99),
                ms(p50),
                ms(most)
            ),
            Limit::AtMost(ms(p99), 10.0, "ms"),
        );
        all.push(page);
    }
    if weighed {
        for page in all {
            tell(figures, &page, &mut client).await;
        }
    }
}

/// `/doctors/…` stands for whoever comes first.
fn title(page: &str) -> String {
    match page.strip_prefix("/doctors/") {
        Some(_) => "page /doctors/{code}".to_owned(),
        None => format!("page {page}"),
    }
}

/// The first link of a page that begins so.
async fn links(client: &mut Client, page: &str, start: &str) -> Option<String> {
    let answer = client.ask("GET", page, "").await;
    let html = String::from_utf8_lossy(&answer.body).into_owned();
    let (_, rest) = html.split_once(&format!("href=\"{start}"))?;
    let (code, _) = rest.split_once('"')?;
    Some(format!("{start}{code}"))
}

/// Asks for the page at [`RATE`] for [`SECONDS`]; gives how long each arrival waited for its whole answer.
async fn arrivals(server: &Server, page: &str) -> Vec<Duration> {
    let interval = Duration::from_secs(1) / RATE;
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(server.serving.address).await);
    }
    let watch = Stopwatch::start();
    // The first arrival is a little ahead, so that all connections are ready for theirs.
    let begin = Duration::from_millis(20);
    let mut tasks = Vec::new();
    for (connection, mut client) in (0..CONNECTIONS).zip(clients) {
        let page = page.to_owned();
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut arrival = connection;
            while arrival < RATE * SECONDS {
                let due = begin + interval * arrival;
                tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                let answer = client.ask("GET", &page, TAKES).await;
                assert_eq!(answer.status, 200, "{page}");
                times.push(watch.elapsed() - due);
                arrival += CONNECTIONS;
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client does not panic"));
    }
    times
}

async fn tell(figures: &mut Figures, page: &str, client: &mut Client) {
    let title = title(page);
    for (coding, limit) in [("br", 60.0), ("gzip", 60.0)] {
        let Weight {
            own,
            loads,
            foreign,
            round_trips,
            before_paint,
        } = of_page(client, page, coding).await;
        let all: usize = own + loads.iter().map(|(_, bytes)| bytes).sum::<usize>();
        figures.put(
            "weight",
            &format!("{title}, {coding}, with {} files it loads", loads.len()),
            format!(
                "{:.1} KB, the page itself {:.1}",
                all as f64 / 1024.0,
                own as f64 / 1024.0
            ),
            Limit::AtMost(all as f64 / 1024.0, limit, "KB"),
        );
        if coding != "br" {
            continue;
        }
        figures.put(
            "weight",
            &format!("{title}: foreign addresses"),
            if foreign.is_empty() {
                "none".to_owned()
            } else {
                foreign.join(", ")
            },
            Limit::AtMost(foreign.len() as f64, 0.0, ""),
        );
        figures.put(
            "weight",
            &format!("{title}: round trips to first paint"),
            format!(
                "{round_trips}, {:.1} KB before it",
                before_paint as f64 / 1024.0
            ),
            Limit::AtMost(f64::from(round_trips), 1.0, ""),
        );
    }
}
