//! `medok serve` as a process: what it prints, what it gives up, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use crate::store::Store;

/// The served store; ended when dropped.
pub struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: String,
}

impl Server {
    fn begin(store: &Store, variables: &[(&str, &str)]) -> Self {
        Self::begin_with(store, &[], variables)
    }

    /// Starts it with further words and variables.
    pub fn begin_with(store: &Store, words: &[&str], variables: &[(&str, &str)]) -> Self {
        let log = std::fs::File::create(store.file("log.txt", "")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_medok"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(store.data())
            .args(words)
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("listening on http://")
            .expect("the one line")
            .trim_end()
            .to_owned();
        Self {
            child,
            said,
            address,
        }
    }

    /// Stops it; gives whether it ended well, and what else it printed.
    pub fn end(mut self, signal: Signal) -> (bool, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let mut more = String::new();
        self.said.read_to_string(&mut more).unwrap();
        (self.child.wait().unwrap().success(), more)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves nobody behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_prints_one_line_serves_and_ends_in_order() {
    let store = Store::nowhere();
    for signal in [Signal::TERM, Signal::INT] {
        let server = Server::begin(&store, &[]);
        assert!(
            get(&server.address, "/health/live").starts_with("HTTP/1.1 200 "),
            "live"
        );
        assert!(
            get(&server.address, "/").starts_with("HTTP/1.1 200 "),
            "the first page"
        );
        assert!(
            get(&server.address, "/policy").starts_with("HTTP/1.1 200 "),
            "the policy"
        );
        store.run(["doctor"]).told(&["the house is open"]);
        let again = store.run(["serve", "--listen", "127.0.0.1:0"]);
        assert!(
            !again.well && again.complained.contains("in use by process"),
            "{again:?}"
        );
        let taken = store.run(["serve", "--listen", server.address.as_str()]);
        assert!(
            !taken.well && taken.complained.contains("cannot listen on"),
            "{taken:?}"
        );
        assert_eq!(server.end(signal), (true, String::new()));
        store
            .run(["journal", "verify"])
            .told(&["the journal is sound"]);
    }
}

#[test]
fn a_record_that_is_the_samples_is_told_to_visitors_and_to_the_log() {
    const BANNER: &str = "Это демонстрация: такой клиники нет";
    let store = Store::made();
    let log = store.data().with_file_name("log.txt");
    let served = |words: &[&str]| {
        let server = Server::begin_with(&store, words, &[]);
        let page = get(&server.address, "/");
        assert_eq!(server.end(Signal::TERM), (true, String::new()));
        let log = std::fs::read_to_string(&log).unwrap();
        (page.contains(BANNER), log.contains("operator.toml"))
    };
    assert_eq!(served(&[]), (true, true));
    assert_eq!(served(&["--demo"]), (true, false), "asked for, no warning");
    let operator = store.data().join("clinic/operator.toml");
    let half = std::fs::read_to_string(&operator)
        .unwrap()
        .replace("Медок-Демо", "Своя");
    std::fs::write(&operator, &half).unwrap();
    assert_eq!(served(&[]), (true, true), "a name is not a clinic");
    let own = half
        .replace("1000000000000", "1027700132195")
        .replace("\"0000000000\"", "\"7707083893\"")
        .replace(".example", ".ru");
    std::fs::write(&operator, own).unwrap();
    assert_eq!(served(&[]), (true, false), "invented founders are left");
    std::fs::remove_file(store.data().join("clinic/site/legal.toml")).unwrap();
    assert_eq!(served(&[]), (false, false));
}

#[test]
fn it_leaves_no_image_of_its_memory() {
    let store = Store::nowhere();
    let server = Server::begin(&store, &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let cores = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit of core files");
    assert_eq!(
        cores.split_whitespace().filter(|word| *word == "0").count(),
        2,
        "{cores}"
    );
    server.end(Signal::TERM);
}

#[test]
fn metrics_are_served_apart_from_the_site_and_only_when_asked_for() {
    let store = Store::nowhere();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let server = Server::begin(&store, &[("MEDOK_METRICS_LISTEN", &free)]);
    get(&server.address, "/health/live");
    let metrics = get(&free, "/metrics");
    assert!(
        metrics.starts_with("HTTP/1.1 200 ") && metrics.contains("medok_acts_total"),
        "{metrics}"
    );
    assert!(
        get(&server.address, "/metrics").starts_with("HTTP/1.1 404 "),
        "not on the site"
    );
    server.end(Signal::TERM);
}

#[test]
fn the_demonstration_stays_on_this_machine() {
    let store = Store::nowhere();
    store
        .run(["serve", "--demo", "--listen", "0.0.0.0:0"])
        .refused(&["--demo", "127.0.0.1"]);
    assert!(!store.data().exists());
}

#[test]
fn the_demonstration_fills_an_empty_store_once() {
    let store = Store::nowhere();
    let practitioners = || {
        let server = Server::begin_with(&store, &["--demo"], &[]);
        let answer = get(&server.address, "/api/v1/practitioners");
        assert_eq!(server.end(Signal::TERM), (true, String::new()));
        answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
    };
    let first = practitioners();
    let listed: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        listed["practitioners"].as_array().map(Vec::len),
        Some(20),
        "{first}"
    );
    assert_eq!(practitioners(), first);
    store
        .run(["journal", "verify"])
        .told(&["the journal is sound"]);
}
