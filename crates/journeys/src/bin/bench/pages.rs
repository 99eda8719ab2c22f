//! Public pages at a steady 500 requests a second, as a browser asks for them, with writes in between: every write
//! changes what is free, so that nothing kept answers for an older state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use journeys::Client;

use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};
use crate::server::Server;
use crate::slots::write_between;

const CONNECTIONS: u32 = 10;
const A_SECOND: u32 = 500;
const SECONDS: u32 = 6;
/// What a browser says it reads.
const BROWSER: &str = "accept-encoding: gzip, deflate, br\r\naccept-language: ru\r\n";

/// Each page by itself.
pub async fn measure(server: &Server, figures: &mut Figures, name: &str) {
    let doctor = a_doctor(server).await;
    for path in ["/", "/doctors", &doctor, "/prices", "/contacts", "/book"] {
        let mut client = Client::connect(server.serving.address).await;
        let page = client.get_with(path, BROWSER).await;
        assert_eq!(page.status, 200, "{path}");
        let cpu = server.serving.cpu();
        let (mut times, writes) = load(server, path).await;
        let cpu = (server.serving.cpu() - cpu).as_secs_f64() * 1e6;
        let told = if path == doctor {
            "/doctors/{code}"
        } else {
            path
        };
        let p99 = ms(percentile(&mut times, 99.0));
        figures.put(
            name,
            &format!("page {told} at {A_SECOND}/s: p99"),
            format!(
                "{p99:.1} ms, p50 {:.1} ms, {:.0} µs CPU each, {writes} writes between",
                ms(percentile(&mut times, 50.0)),
                cpu / times.len().max(1) as f64
            ),
            Limit::AtMost(p99, 10.0, "ms"),
        );
        let bytes = page.body.len() as f64 / 1000.0;
        figures.put(
            name,
            &format!("page {told}: compressed"),
            format!("{bytes:.1} KB"),
            Limit::AtMost(bytes, 60.0, "KB"),
        );
    }
}

/// The page of the first doctor of the list.
async fn a_doctor(server: &Server) -> String {
    let mut client = Client::connect(server.serving.address).await;
    let list = client.get("/doctors").await;
    let list = String::from_utf8_lossy(&list.body).into_owned();
    let at = list.find("/doctors/").expect("a doctor is listed");
    let rest = &list[at..];
    rest[..rest.find('"').expect("an end")].to_owned()
}

/// Times of the requests, each from when it was due: whoever waits for a slow one before has waited too.
async fn load(server: &Server, path: &str) -> (Vec<Duration>, usize) {
    let over = Arc::new(AtomicBool::new(false));
    let writes = Arc::new(AtomicUsize::new(0));
    let writer = write_between(server, Arc::clone(&over), Arc::clone(&writes)).await;
    let every = Duration::from_secs(1) * CONNECTIONS / A_SECOND;
    let watch = Stopwatch::start();
    let mut tasks = Vec::new();
    for connection in 0..CONNECTIONS {
        let (path, address) = (path.to_owned(), server.serving.address);
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut times = Vec::new();
            let first = every * connection / CONNECTIONS;
            for turn in 0..A_SECOND * SECONDS / CONNECTIONS {
                let due = first + every * turn;
                tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                let answer = client.get_with(&path, BROWSER).await;
                assert_eq!(answer.status, 200);
                times.push(watch.elapsed().saturating_sub(due));
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client does not panic"));
    }
    over.store(true, Ordering::Relaxed);
    writer.await.expect("the writer ends");
    (times, writes.load(Ordering::Relaxed))
}
