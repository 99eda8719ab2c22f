//! The demonstration: its people sign in by links that work once, and it begins again.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::process::{Server, Signal};
use crate::store::Store;

/// What a browser asks with, and what it gets.
struct Browser {
    address: String,
    cookies: Vec<(String, String)>,
}

struct Got {
    status: u16,
    location: String,
    text: String,
}

impl Browser {
    fn at(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookies: Vec::new(),
        }
    }

    fn ask(&mut self, method: &str, path: &str, form: &str) -> Got {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nSec-Fetch-Site: same-origin\r\nCookie: {1}\r\n\
             Accept-Language: ru\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {2}\r\n\
             Connection: close\r\n\r\n{form}",
            self.address,
            cookies.join("; "),
            form.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let mut location = String::new();
        for line in text.split("\r\n\r\n").next().unwrap().lines() {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("location") {
                location = value.to_owned();
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.retain(|(known, _)| known != name);
                if !value.is_empty() {
                    self.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        Got {
            status: text[9..12].parse().unwrap(),
            location,
            text,
        }
    }
}

/// The links as they stand in the file, by who comes in: paths.
fn links(data: &Path, address: &str) -> Vec<(String, String)> {
    let path = data.join("demonstration-links.txt");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(path).unwrap();
    let origin = format!("http://{address}");
    text.lines()
        .map(|line| {
            let (who, link) = line.split_once(": ").unwrap();
            (
                who.to_owned(),
                link.strip_prefix(&origin).unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn its_people_sign_in_once_by_links_and_it_begins_again() {
    let store = Store::nowhere();
    let server = Server::begin_with(&store, &["--demo"], &[]);
    let ways = links(store.data(), &server.address);
    let names: Vec<&str> = ways.iter().map(|(who, _)| who.as_str()).collect();
    assert_eq!(
        names,
        ["Пациент", "Администратор", "Ответственный", "Руководитель"]
    );

    let mut patient = Browser::at(&server.address);
    let got = patient.ask("GET", &ways[0].1, "");
    assert_eq!((got.status, got.location.as_str()), (303, "/appointment"));
    let got = patient.ask("GET", "/appointment", "");
    assert!(got.text.contains("Это демонстрация"), "{}", got.text);

    for (who, link) in &ways[1..] {
        let mut browser = Browser::at(&server.address);
        let got = browser.ask("GET", link, "");
        assert_eq!((got.status, got.location.as_str()), (303, "/desk/demo"));
        // Looking uses nothing up, and signs nobody in.
        for _ in 0..2 {
            let got = browser.ask("GET", "/desk/demo", "");
            assert!(
                got.status == 200 && got.text.contains("Вы войдёте как"),
                "{who}"
            );
        }
        assert_eq!(browser.ask("GET", "/desk/account", "").status, 303);
        assert_eq!(
            browser.ask("POST", "/desk/demo", "").location,
            "/desk",
            "{who}"
        );
        assert_eq!(browser.ask("GET", "/desk/account", "").status, 200);
        if who == "Администратор" {
            // A colleague accepted the most; some wait for whoever looks around.
            let obliged = browser.ask("POST", "/desk/obligation", "obliged=yes");
            assert_eq!(obliged.status, 303);
            let day = browser.ask("GET", "/desk/today", "").text;
            let waiting = day.split("class=\"count\">").nth(1).unwrap();
            let waiting: u32 = waiting.split('<').next().unwrap().parse().unwrap();
            assert!((5..=20).contains(&waiting), "{waiting}");
        }
        let mut second = Browser::at(&server.address);
        second.ask("GET", link, "");
        assert!(
            second
                .ask("GET", "/desk/demo", "")
                .text
                .contains("уже вошли")
        );
        assert_eq!(second.ask("POST", "/desk/demo", "").status, 403, "{who}");
    }

    // Not without a tick, and not from another site.
    let mut browser = Browser::at(&server.address);
    assert_eq!(browser.ask("POST", "/desk/demo/reset", "").status, 422);
    assert_eq!(links(store.data(), &server.address), ways);
    let got = browser.ask("POST", "/desk/demo/reset", "sure=yes");
    assert!(got.text.contains("Начинаем сначала"), "{}", got.text);
    // Two minutes are enough on the slowest machine.
    let fresh = (0..600).find_map(|_| {
        std::thread::sleep(Duration::from_millis(200));
        let there = store.data().join("demonstration-links.txt").is_file();
        if !there || TcpStream::connect(&server.address).is_err() {
            return None;
        }
        let fresh = links(store.data(), &server.address);
        (fresh.len() == 4 && fresh != ways).then_some(fresh)
    });
    let fresh = fresh.expect("it begins again");
    let mut browser = Browser::at(&server.address);
    browser.ask("GET", &ways[1].1, "");
    assert_eq!(
        browser.ask("POST", "/desk/demo", "").status,
        403,
        "the old ones are void"
    );
    browser.ask("GET", &fresh[1].1, "");
    assert_eq!(browser.ask("POST", "/desk/demo", "").location, "/desk");
    assert!(server.end(Signal::TERM).0);
    store
        .run(["journal", "verify"])
        .told(&["the journal is sound"]);
}

#[test]
fn a_store_of_a_clinic_is_never_emptied() {
    let store = Store::made();
    let server = Server::begin_with(&store, &["--demo"], &[]);
    let mut browser = Browser::at(&server.address);
    let page = browser.ask("GET", "/desk/demo", "");
    assert!(!page.text.contains("/desk/demo/reset\""), "not offered");
    assert_eq!(
        browser.ask("POST", "/desk/demo/reset", "sure=yes").status,
        404
    );
    assert!(server.end(Signal::TERM).0);
    let server = Server::begin_with(&store, &[], &[]);
    let mut browser = Browser::at(&server.address);
    assert_eq!(
        browser.ask("GET", "/desk/demo", "").status,
        404,
        "no demonstration"
    );
    assert_eq!(
        browser.ask("POST", "/desk/demo/reset", "sure=yes").status,
        404
    );
    assert!(server.end(Signal::TERM).0);
}
