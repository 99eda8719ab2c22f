//! The board as a browser has it: the whole page, its weight, and a hundred of them open while a patient books.
//!
//! *Invariant*: what is measured is the answer's last byte, through the whole router; the wire alone is left out.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use axum::{Router, response::Response};
use clinic::booking::desk::BoardQuery;
use futures::StreamExt;
use futures::future::join_all;
use journeys::{Colleague, TestClinic};
use tower::ServiceExt;

use crate::desk::between_looks;
use crate::figures::{Figures, Limit, Stopwatch, ms, percentile};

/// Pages measured: p99 is the second slowest.
const LOOKS: usize = if cfg!(debug_assertions) { 4 } else { 100 };
/// Looks of one employee: a session lasts as long as their tickets.
const LOOKS_A_SESSION: usize = 25;
/// Boards open at once, of so many employees.
const BOARDS: usize = 100;
const EMPLOYEES: usize = 20;
/// Bookings heard on all of them.
const HEARD: [(&str, &str); 5] = [
    ("anna", "17:00"),
    ("boris", "17:00"),
    ("vera", "17:00"),
    ("anna", "17:30"),
    ("boris", "17:30"),
];

/// Pages of this day, then the open boards.
pub async fn measure(clinic: &TestClinic, query: BoardQuery, figures: &mut Figures, name: &str) {
    let door = Door(web::router(clinic.site.clone()));
    open_boards(clinic, &door, query, figures, name).await;
    pages(clinic, &door, query, figures, name).await;
}

async fn pages(
    clinic: &TestClinic,
    door: &Door,
    query: BoardQuery,
    figures: &mut Figures,
    name: &str,
) {
    let path = page_of(query);
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let mut weight = 0;
    let mut anna = employee(clinic, "page", 0).await;
    for look in 0..LOOKS {
        if look > 0 && look % LOOKS_A_SESSION == 0 {
            anna = employee(clinic, "page", look).await;
        }
        for times in [&mut first, &mut again] {
            between_looks().await;
            let watch = Stopwatch::start();
            let (headers, body) = door.whole(&path, &anna, &[("accept-encoding", "br")]).await;
            times.push(watch.elapsed());
            assert_eq!(headers["content-encoding"], "br");
            weight = body.len();
        }
        // The ticket runs out; the session does not, for somebody is there.
        clinic.clock.advance_seconds(8 * 60);
        door.whole("/desk/account", &anna, &[]).await;
        clinic.clock.advance_seconds(8 * 60);
    }
    for (what, mut times, limit) in [
        (
            "page of the board with 300 names, first view: p99",
            first,
            50.0,
        ),
        ("page of the board, seen again: p99", again, 15.0),
    ] {
        let p50 = ms(percentile(&mut times, 50.0));
        let p99 = ms(percentile(&mut times, 99.0));
        let limit = Limit::AtMost(p99, limit, "ms");
        figures.put(name, what, format!("{p99:.1} ms (p50 {p50:.1})"), limit);
    }
    let kilobytes = weight as f64 / 1e3;
    figures.put(
        name,
        "page of the board, br",
        format!("{kilobytes:.1} KB"),
        Limit::AtMost(kilobytes, 100.0, "KB"),
    );
}

/// A hundred boards are open; a patient books; until the last of them has the card.
async fn open_boards(
    clinic: &TestClinic,
    door: &Door,
    query: BoardQuery,
    figures: &mut Figures,
    name: &str,
) {
    // As the binary does: on PostgreSQL entries get their numbers after the commit.
    let numbering = tokio::spawn(clinic.trust.clone().keep_numbering());
    let mut boards = Vec::new();
    for number in 0..EMPLOYEES {
        let cookies = employee(clinic, "board", number).await;
        for _ in 0..BOARDS / EMPLOYEES {
            boards.push(OpenBoard::open(door, query, &cookies).await);
        }
    }
    let (mut told, mut whole) = (Vec::new(), Vec::new());
    for (practitioner, start) in HEARD {
        let before = clinic.count("ticket_opening").await;
        let booking = clinic
            .booking(practitioner, &format!("{}T{start}:00+03:00", query.first))
            .await;
        let watch = Stopwatch::start();
        let patched = join_all(boards.iter_mut().map(|board| board.next_card(door, &watch)));
        let booked = async {
            let answer = clinic.post("/api/v1/appointments", &booking).send().await;
            assert_eq!(answer.code(), 201, "{}", answer.text());
        };
        let ((), patched) = tokio::join!(booked, patched);
        for (heard, patched) in patched {
            told.push(heard);
            whole.push(patched);
        }
        let opened = clinic.count("ticket_opening").await - before;
        assert_eq!(
            usize::try_from(opened),
            Ok(EMPLOYEES),
            "one card is opened a ticket"
        );
    }
    numbering.abort();
    for (what, mut times) in [
        (
            "100 open boards are told of a booking, the last after",
            told,
        ),
        ("100 open boards show its card, the last after", whole),
    ] {
        let last = ms(percentile(&mut times, 100.0));
        let limit = Limit::AtMost(last, 1000.0, "ms");
        figures.put(name, what, format!("{last:.0} ms"), limit);
    }
}

fn page_of(query: BoardQuery) -> String {
    format!("/desk/today?branch={}&day={}", query.branch, query.first)
}

/// The cookies of somebody at work.
async fn employee(clinic: &TestClinic, group: &str, number: usize) -> String {
    let login = format!("{group}-{number}");
    let one = Colleague::at_work(clinic, &login, "registrar").await;
    let pairs: BTreeMap<String, String> = one.cookies;
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("; ")
}

/// The site's door, made once as in the binary.
struct Door(Router);

impl Door {
    async fn answer(&self, path: &str, cookies: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder()
            .uri(path)
            .header("host", "clinic.test")
            .header("cookie", cookies);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        let from = std::net::SocketAddr::from(([127, 0, 0, 1], 4711));
        request.extensions_mut().insert(ConnectInfo(from));
        let answer = self.0.clone().oneshot(request).await;
        let answer = answer.expect("a router always answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer
    }

    async fn whole(
        &self,
        path: &str,
        cookies: &str,
        headers: &[(&str, &str)],
    ) -> (HeaderMap, Vec<u8>) {
        let (parts, body) = self.answer(path, cookies, headers).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        (parts.headers, body)
    }
}

/// A page of the board that listens.
struct OpenBoard {
    cookies: String,
    card: String,
    events: BodyDataStream,
    heard: String,
}

impl OpenBoard {
    async fn open(door: &Door, query: BoardQuery, cookies: &str) -> Self {
        let (_, page) = door.whole(&page_of(query), cookies, &[]).await;
        let page = String::from_utf8(page).expect("text");
        let of = |name: &str| {
            let (_, rest) = page
                .split_once(&format!(" {name}=\""))
                .expect("an attribute");
            let (value, _) = rest.split_once('"').expect("its end");
            value.replace("&amp;", "&").replace("&#38;", "&")
        };
        let stream = door.answer(&of("data-live"), cookies, &[]).await;
        Self {
            cookies: cookies.to_owned(),
            card: of("data-card"),
            events: stream.into_body().into_data_stream(),
            heard: String::new(),
        }
    }

    /// Hears of the next appointment and asks for its card, as the script does; gives when it was told and when it had it.
    async fn next_card(&mut self, door: &Door, watch: &Stopwatch) -> (Duration, Duration) {
        let id = loop {
            if let Some((event, rest)) = self.heard.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.heard = rest;
                if !event.contains("event: appointment") {
                    continue;
                }
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                let data: serde_json::Value =
                    serde_json::from_str(data.expect("its data")).expect("JSON");
                break data["appointment"].as_str().expect("an id").to_owned();
            }
            let next = self.events.next().await.expect("the stream lives");
            let next = next.expect("a chunk");
            self.heard
                .push_str(std::str::from_utf8(&next).expect("text"));
        };
        let told = watch.elapsed();
        let path = format!("{}{id}", self.card);
        let part = [("x-medok-part", "card")];
        let (_, card) = door.whole(&path, &self.cookies, &part).await;
        assert!(String::from_utf8_lossy(&card).contains("Тестова"));
        (told, watch.elapsed())
    }
}
