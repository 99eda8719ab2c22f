//! No answer before the disk: strace watches the server (and PostgreSQL), and between every booking's request
//! and its `201` stands an fsync of the log that began after the request and ended before the answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use journeys::{Client, Medok, Served, Store};
use sqlx::Connection;

const CLIENTS: usize = 8;
const EACH: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_fsync_precedes_each_answer_on_sqlite() {
    story(Store::Sqlite, "medok.db-wal").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_fsync_precedes_each_answer_on_postgres() {
    story(Store::Postgres, "/pg_wal/").await;
}

async fn story(store: Store, log: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(url) = store.fresh(folder.path()).await else {
        return;
    };
    let url_of_server = (store == Store::Postgres).then_some(url.as_str());
    let Some(medok) = Medok::below(folder.path(), url_of_server) else {
        return;
    };
    medok.set_up(&clinic::booking::import::write(&journeys::small_catalogue()));
    let serving = medok.serve().await;
    let served = serving.clinic().await;
    let slots = served.free(serving.address, 0, 58).await;
    let mut watched = vec![serving.id()];
    if store == Store::Postgres {
        watched.extend(postgres_processes(&url).await);
    }
    let file = folder.path().join("trace");
    let Some(strace) = Strace::on(&watched, &file).await else {
        return;
    };
    let answered = book(&serving, &served, &slots).await;
    assert_eq!(answered, CLIENTS * EACH, "every booking was made");
    strace.stop();
    serving.stop();
    let trace = std::fs::read_to_string(&file).expect("a trace");
    let seen = check(&trace, log).expect("every answer followed an fsync");
    assert_eq!(seen, CLIENTS * EACH, "every answer was watched");
}

async fn book(serving: &journeys::Serving, served: &Served, slots: &[(String, String)]) -> usize {
    let clients: Vec<_> = slots
        .chunks(EACH)
        .take(CLIENTS)
        .enumerate()
        .map(|(client, slots)| {
            let bodies: Vec<String> = slots
                .iter()
                .enumerate()
                .map(|(at, (practitioner, start))| {
                    served
                        .booking(practitioner, start, client * EACH + at)
                        .to_string()
                })
                .collect();
            let address = serving.address;
            tokio::spawn(async move {
                let mut connection = Client::connect(address).await;
                let mut made = 0;
                for body in bodies {
                    let answer = connection.post("/api/v1/appointments", &body).await;
                    made += usize::from(answer.status == 201);
                }
                made
            })
        })
        .collect();
    let mut made = 0;
    for client in clients {
        made += client.await.expect("a client does not panic");
    }
    made
}

/// The server's postmaster and all that it started.
async fn postgres_processes(url: &str) -> Vec<u32> {
    let mut connection = sqlx::PgConnection::connect(url)
        .await
        .expect("PostgreSQL answers");
    let (folder,): (String,) = sqlx::query_as("SHOW data_directory")
        .fetch_one(&mut connection)
        .await
        .expect("its folder");
    connection.close().await.expect("a connection closes");
    let file = std::fs::read_to_string(Path::new(&folder).join("postmaster.pid"))
        .expect("a server on this machine, its folder readable");
    let postmaster: u32 = file
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
        .expect("a process id");
    let children =
        std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"))
            .unwrap_or_default();
    let children = children
        .split_whitespace()
        .filter_map(|child| child.parse().ok());
    std::iter::once(postmaster).chain(children).collect()
}

/// A running strace.
struct Strace(Child);

impl Strace {
    /// Watches these processes, or says why it cannot.
    async fn on(processes: &[u32], file: &Path) -> Option<Self> {
        let words = file.with_extension("words");
        let mut command = Command::new("strace");
        command
            .args(["-f", "-y", "-s", "64", "-o"])
            .arg(file)
            .args([
                "-e",
                "signal=none",
                "-e",
                "trace=fsync,fdatasync,read,recvfrom,write,writev,sendto,sendmsg",
            ]);
        for process in processes {
            command.args(["-p", &process.to_string()]);
        }
        let log = std::fs::File::create(&words).expect("a file");
        let Ok(mut child) = command.stdin(Stdio::null()).stderr(log).spawn() else {
            eprintln!("SKIPPED: there is no strace; run `cargo xtask test`");
            return None;
        };
        for _ in 0..200 {
            let said = std::fs::read_to_string(&words).unwrap_or_default();
            if said.matches(" attached").count() >= processes.len() {
                return Some(Self(child));
            }
            if child.try_wait().expect("a child").is_some() {
                eprintln!("SKIPPED: strace may not watch here: {said}");
                return None;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!("strace did not come to watch within ten seconds");
    }

    /// Lets the processes go.
    fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status();
        assert!(asked.is_ok_and(|status| status.success()), "strace hears");
        self.0.wait().expect("strace ends");
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Counts the `201` answers of a trace; the first that no fsync of the log precedes is an error.
/// strace writes its lines in the order of what happens, so the lines' numbers are time enough.
fn check(trace: &str, log: &str) -> Result<usize, String> {
    let mut unfinished: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    let mut requests: BTreeMap<String, usize> = BTreeMap::new();
    let mut last_fsync_began = None;
    let mut answers = 0;
    for (number, line) in trace.lines().enumerate() {
        let Some((process, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        // An answer counts from the moment it begins to be written.
        if let Some((began, whole)) = entered(&mut unfinished, process, call, number)
            && let Some(socket) = argument(&whole)
            && began == number
            && whole.contains("\"HTTP/1.1 201 ")
        {
            let asked = requests
                .remove(socket)
                .ok_or_else(|| format!("line {number}: an answer nobody asked for"))?;
            if last_fsync_began.is_none_or(|fsync| fsync < asked) {
                return Err(format!("line {number}: answered before the disk had it"));
            }
            answers += 1;
        }
        let Some((began, whole)) = left(&mut unfinished, process, call, number) else {
            continue;
        };
        if let Some(socket) = argument(&whole)
            && whole.contains("\"POST /api/v1/appointments ")
        {
            requests.insert(socket.to_owned(), number);
        }
        let is_fsync = whole.starts_with("fdatasync(") || whole.starts_with("fsync(");
        if is_fsync && whole.contains(log) && whole.trim_end().ends_with("= 0") {
            last_fsync_began = last_fsync_began.max(Some(began));
        }
    }
    Ok(answers)
}

/// A call as it begins: the line's number and text. None where the line ends another's.
fn entered<'a>(
    unfinished: &mut BTreeMap<&'a str, (usize, String)>,
    process: &'a str,
    call: &str,
    number: usize,
) -> Option<(usize, String)> {
    if call.starts_with("<... ") {
        return None;
    }
    if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
        unfinished.insert(process, (number, begun.to_owned()));
    }
    Some((number, call.to_owned()))
}

/// A call as it ends: the number of the line in which it began, and its whole text.
fn left(
    unfinished: &mut BTreeMap<&str, (usize, String)>,
    process: &str,
    call: &str,
    number: usize,
) -> Option<(usize, String)> {
    if call.ends_with("<unfinished ...>") {
        return None;
    }
    let Some(rest) = call.strip_prefix("<... ") else {
        return Some((number, call.to_owned()));
    };
    let (began, begun) = unfinished.remove(process)?;
    let rest = rest.split_once("resumed>").map_or("", |(_, rest)| rest);
    Some((began, format!("{begun}{rest}")))
}

/// The first argument: a descriptor with what it leads to.
fn argument(call: &str) -> Option<&str> {
    let (_, rest) = call.split_once('(')?;
    rest.split_once(',').map(|(first, _)| first)
}

#[test]
fn an_early_answer_is_seen() {
    let asked = "7 recvfrom(12<socket:[5]>, \"POST /api/v1/appointments HTTP/1.1\\r\\n\"..., 8192, 0, NULL, NULL) = 900\n";
    let answered = "7 sendto(12<socket:[5]>, \"HTTP/1.1 201 Created\\r\\n\"..., 400, MSG_NOSIGNAL, NULL, 0) = 400\n";
    let synced = "9 fdatasync(8</tmp/medok.db-wal>) = 0\n";
    let began = "9 fdatasync(8</tmp/medok.db-wal> <unfinished ...>\n";
    let ended = "9 <... fdatasync resumed>) = 0\n";
    let check = |lines: &[&str]| check(&lines.concat(), "medok.db-wal");
    assert_eq!(check(&[asked, synced, answered]), Ok(1));
    assert_eq!(check(&[asked, began, ended, answered]), Ok(1));
    for early in [
        &[asked, answered][..],
        &[synced, asked, answered],
        &[asked, answered, synced],
        &[asked, began, answered, ended],
        &[began, asked, ended, answered],
        &[
            asked,
            "9 fdatasync(8</tmp/medok.db-wal>) = -1 EIO\n",
            answered,
        ],
        &[asked, "9 fdatasync(8</tmp/other>) = 0\n", answered],
    ] {
        assert!(check(early).is_err(), "{early:?}");
    }
}
