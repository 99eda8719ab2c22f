//! Durable bookings over HTTP: 64 clients, each with consents, a sealed person, claims, journal and jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use journeys::Client;

use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};
use crate::server::Server;

const CLIENTS: usize = 64;
/// Bookings measured.
const MEASURED: usize = 6_000;

/// Books 40 % of the next days, as rivals were measured with.
pub async fn fill(server: &Server, figures: &mut Figures, name: &str) {
    let starts = server.clinic.free(server.serving.address, 0, 30).await;
    let wanted = starts.len() * 4 / 10;
    let chosen: Vec<_> = starts
        .into_iter()
        .enumerate()
        .filter(|(index, _)| index % 5 < 2)
        .map(|(_, slot)| slot)
        .take(wanted)
        .collect();
    let load = book(server, chosen, 0).await;
    figures.put(
        name,
        "filled to 40 %",
        format!("{} bookings, {:.0}/s", load.done, load.rate()),
        Limit::None,
    );
}

/// The measured run, on days that were left free.
pub async fn measure(server: &Server, figures: &mut Figures, name: &str) {
    let mut starts = server.clinic.free(server.serving.address, 30, 29).await;
    starts.truncate(MEASURED);
    let cpu = server.serving.cpu();
    let mut load = book(server, starts, 5_000_000).await;
    let cpu = server.serving.cpu() - cpu;
    let rate = load.rate();
    figures.put(
        name,
        "durable bookings, 64 clients",
        format!("{rate:.0}/s of {}", load.done),
        Limit::AtLeast(rate, 600.0, "/s"),
    );
    let (p50, p99) = (
        percentile(&mut load.times, 50.0),
        percentile(&mut load.times, 99.0),
    );
    figures.put(
        name,
        "bookings p50 / p99",
        format!("{:.1} / {:.1} ms", ms(p50), ms(p99)),
        Limit::None,
    );
    let each = cpu.as_secs_f64() * 1e3 / load.done.max(1) as f64;
    figures.put(
        name,
        "CPU of the server a booking",
        format!("{each:.2} ms"),
        Limit::None,
    );
    figures.put(
        name,
        "resident memory after the load",
        format!("{:.0} MB", server.serving.memory() as f64 / 1e6),
        Limit::None,
    );
}

struct Load {
    done: usize,
    wall: Duration,
    times: Vec<Duration>,
}

impl Load {
    fn rate(&self) -> f64 {
        self.done as f64 / self.wall.as_secs_f64()
    }
}

async fn book(server: &Server, slots: Vec<(String, String)>, first: usize) -> Load {
    let bodies: Vec<String> = slots
        .iter()
        .enumerate()
        .map(|(index, (practitioner, start))| {
            server
                .clinic
                .booking(practitioner, start, first + index)
                .to_string()
        })
        .collect();
    let (bodies, next) = (Arc::new(bodies), Arc::new(AtomicUsize::new(0)));
    let watch = Stopwatch::start();
    let mut tasks = Vec::new();
    for _ in 0..CLIENTS {
        let (bodies, next, address) = (
            Arc::clone(&bodies),
            Arc::clone(&next),
            server.serving.address,
        );
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut times = Vec::new();
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let watch = Stopwatch::start();
                let answer = client.post("/api/v1/appointments", body).await;
                assert_eq!(
                    answer.status,
                    201,
                    "{}",
                    String::from_utf8_lossy(&answer.body)
                );
                times.push(watch.elapsed());
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client does not panic"));
    }
    Load {
        done: times.len(),
        wall: watch.elapsed(),
        times,
    }
}
