//! Free time over HTTP, with writes in between, so that no cache answers for an older state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::ToSpan;

use journeys::Client;

use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};
use crate::floors;
use crate::server::Server;

const CONNECTIONS: usize = 16;
const SECONDS: Duration = Duration::from_secs(8);

/// All questions of the table.
pub async fn measure(server: &Server, figures: &mut Figures, name: &str) {
    let clinic = &server.clinic;
    let day = |after: i64| clinic.first_day.saturating_add(after.days());
    let days: Vec<String> = (0..28)
        .map(|after| {
            format!(
                "/api/v1/slots?service={}&from={}&to={}",
                clinic.service,
                day(after),
                day(after)
            )
        })
        .collect();
    let months: Vec<String> = clinic
        .practitioners
        .iter()
        .map(|one| {
            format!(
                "/api/v1/slots?service={}&practitioner={one}&from={}&to={}",
                clinic.service,
                day(0),
                day(29)
            )
        })
        .collect();
    for (what, paths) in [
        ("20 practitioners × 1 day", days),
        ("1 practitioner × 30 days", months),
    ] {
        let cpu = server.serving.cpu();
        let mut load = load(server, paths).await;
        let cpu = server.serving.cpu() - cpu;
        let rate = load.done as f64 / load.wall.as_secs_f64();
        let p99 = percentile(&mut load.times, 99.0);
        figures.put(
            name,
            &format!("free slots, {what}"),
            format!("{rate:.0} requests/s, {} writes between", load.writes),
            Limit::AtLeast(rate, 3000.0, "/s"),
        );
        figures.put(
            name,
            &format!("free slots, {what}: p99"),
            format!("{:.1} ms", ms(p99)),
            Limit::AtMost(ms(p99), 20.0, "ms"),
        );
        let each = cpu.as_secs_f64() * 1e6 / load.done.max(1) as f64;
        figures.put(
            name,
            &format!("free slots, {what}: CPU a request"),
            format!("{each:.0} µs"),
            Limit::None,
        );
    }
    against_constant(server, figures, name).await;
}

/// 20 × 30 days beside a constant answer of as many bytes, one connection.
async fn against_constant(server: &Server, figures: &mut Figures, name: &str) {
    let clinic = &server.clinic;
    let path = format!(
        "/api/v1/slots?service={}&from={}&to={}",
        clinic.service,
        clinic.first_day,
        clinic.first_day.saturating_add(29.days())
    );
    let mut client = Client::connect(server.serving.address).await;
    let bytes = client.get(&path).await.body.len();
    let constant = floors::constant(bytes).await;
    let mut floor = Client::connect(constant).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        let watch = Stopwatch::start();
        assert_eq!(client.get(&path).await.status, 200);
        ours.push(watch.elapsed());
        let watch = Stopwatch::start();
        assert_eq!(floor.get("/").await.body.len(), bytes);
        theirs.push(watch.elapsed());
    }
    let (ours, theirs) = (percentile(&mut ours, 50.0), percentile(&mut theirs, 50.0));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let figure = format!(
        "{:.2} ms against {:.2} ms for {} KB: {ratio:.1}×",
        ms(ours),
        ms(theirs),
        bytes / 1000
    );
    figures.put(
        name,
        "free slots, 20 practitioners × 30 days beside a constant answer",
        figure,
        Limit::AtMost(ratio, 5.0, "×"),
    );
}

struct Load {
    done: usize,
    writes: usize,
    wall: Duration,
    times: Vec<Duration>,
}

async fn load(server: &Server, paths: Vec<String>) -> Load {
    let (paths, over) = (Arc::new(paths), Arc::new(AtomicBool::new(false)));
    let writes = Arc::new(AtomicUsize::new(0));
    let writer = write_between(server, Arc::clone(&over), Arc::clone(&writes)).await;
    let watch = Stopwatch::start();
    let mut tasks = Vec::new();
    for connection in 0..CONNECTIONS {
        let (paths, over, address) = (
            Arc::clone(&paths),
            Arc::clone(&over),
            server.serving.address,
        );
        tasks.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await;
            let mut times = Vec::new();
            let mut at = connection * 7;
            while !over.load(Ordering::Relaxed) {
                at += 1;
                let watch = Stopwatch::start();
                let answer = client.get(&paths[at % paths.len()]).await;
                assert_eq!(answer.status, 200);
                times.push(watch.elapsed());
            }
            times
        }));
    }
    tokio::time::sleep(SECONDS).await;
    over.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client does not panic"));
    }
    let wall = watch.elapsed();
    writer.await.expect("the writer ends");
    Load {
        done: times.len(),
        writes: writes.load(Ordering::Relaxed),
        wall,
        times,
    }
}

/// Books and cancels ten times a second while others ask.
pub async fn write_between(
    server: &Server,
    over: Arc<AtomicBool>,
    writes: Arc<AtomicUsize>,
) -> tokio::task::JoinHandle<()> {
    let address = server.serving.address;
    let slots = server.clinic.free(address, 0, 30).await;
    let mut client = Client::connect(address).await;
    let bodies: Vec<String> = slots
        .iter()
        .step_by(37)
        .take(200)
        .enumerate()
        .map(|(index, (practitioner, start))| {
            server
                .clinic
                .booking(practitioner, start, 9_000_000 + index)
                .to_string()
        })
        .collect();
    tokio::spawn(async move {
        for body in bodies.iter().cycle() {
            if over.load(Ordering::Relaxed) {
                return;
            }
            let answer = client.post("/api/v1/appointments", body).await;
            if answer.status == 201 {
                let value: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
                let token = value["token"].as_str().expect("a token");
                client
                    .post(&format!("/api/v1/appointments/{token}/cancel"), "{}")
                    .await;
                writes.fetch_add(2, Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}
