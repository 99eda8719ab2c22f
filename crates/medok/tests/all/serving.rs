//! A house that serves, in this process; commands of the binary reach it through its socket.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kernel::{Clock, Fault};
use medok::house::{FolderLock, House, publish_texts};
use medok::output::Output;
use medok::serve::{Site, Stop, Stopper, serve};
use medok::socket::SOCKET;
use platform::config::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::store::{Ran, Store};

struct Serving {
    store: Store,
    stopper: Stopper,
    address: String,
    ended: JoinHandle<Result<(), Fault>>,
}

impl Serving {
    async fn begin(store: Store) -> Self {
        let settings = Settings {
            data: store.data().to_owned(),
            ..Settings::default()
        };
        let house = House::open(settings, Clock::system()).await.unwrap();
        let today = house.today().unwrap();
        publish_texts(&house.trust, &house.texts, today)
            .await
            .unwrap();
        assert_eq!(
            publish_texts(&house.trust, &house.texts, today)
                .await
                .unwrap(),
            [],
            "published once"
        );
        let tomorrow = today.tomorrow().unwrap();
        assert_eq!(
            publish_texts(&house.trust, &house.texts, tomorrow)
                .await
                .unwrap(),
            [],
            "also on the next day"
        );
        let (stopper, stop) = Stop::pair();
        let (lines, mut said) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ended = tokio::spawn(async move {
            serve(house, listener, None, stop, &greet, &Output::Channel(lines)).await
        });
        let line = said.recv().await.unwrap();
        let address = line
            .strip_prefix("listening on http://")
            .expect("the one line")
            .to_owned();
        Self {
            store,
            stopper,
            address,
            ended,
        }
    }

    /// Runs the binary beside the house, without stopping it.
    async fn run(&self, words: &[&str]) -> Ran {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        tokio::task::block_in_place(|| self.store.run(words))
    }

    async fn end(self) -> Store {
        self.stopper.stop();
        self.ended.await.unwrap().unwrap();
        self.store
    }
}

/// A site that greets whoever comes, until it is to stop.
async fn greet(site: Site) -> Result<(), Fault> {
    loop {
        tokio::select! {
            () = site.stop.asked() => return Ok(()),
            visitor = site.listener.accept() => visitor?.0.write_all(site.origin.as_bytes()).await?,
        }
    }
}

fn checkpoint_size(keys: &Path) -> u64 {
    let state = std::fs::read(keys.join("signed_state.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&state).unwrap()["journal_size"]
        .as_u64()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_carried_out_by_the_process_that_serves() {
    let serving = Serving::begin(Store::nowhere()).await;
    let mut greeting = String::new();
    TcpStream::connect(&serving.address)
        .await
        .unwrap()
        .read_to_string(&mut greeting)
        .await
        .unwrap();
    assert_eq!(greeting, format!("http://{}", serving.address));

    // A path that only the asking process's folder makes whole.
    serving.store.file("policy.txt", "# Политика\n\nСвоя.\n");
    serving
        .run(&["policy", "publish", "policy.txt"])
        .await
        .told(&["version  2 (ru)", "in force at once"]);
    serving
        .run(&["policy", "publish", "absent.txt"])
        .await
        .refused(&["absent.txt"]);
    serving.run(&["keys", "rotate"]).await.told(&["KEK 2"]);
    serving
        .run(&["journal", "verify"])
        .await
        .told(&["the journal is sound"]);
    let doctor = serving.run(&["doctor"]).await;
    doctor.told(&[
        "the house is open",
        "warn  documents: `policy` version 2 is not translated (en)",
        "medok policy publish FILE --language en",
    ]);
    assert!(!doctor.said.contains("every language"), "{doctor:?}");
    serving.store.file("policy.en.txt", "# Policy\n\nOwn.\n");
    serving
        .run(&["policy", "publish", "policy.en.txt", "--language", "en"])
        .await
        .told(&["version  2 (en)", "in force at once"]);
    serving
        .run(&["doctor"])
        .await
        .told(&["documents: 6 in force in every language"]);
    for words in [&["init"][..], &["restore", "x"]] {
        let ran = serving.run(words).await;
        assert!(!ran.well, "{ran:?}");
    }
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinics_own_policy_is_not_translated_by_the_samples() {
    let store = Store::made();
    let policy = store.file("policy.txt", "# Политика\n\nСвоя.\n");
    tokio::task::block_in_place(|| {
        store
            .run(["policy", "publish", policy.to_str().unwrap()])
            .told(&["version  1 (ru)"]);
    });
    let serving = Serving::begin(store).await;
    serving
        .run(&["doctor"])
        .await
        .told(&["warn  documents: `policy` version 1 is not translated (en)"]);
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_signs_a_last_checkpoint_and_gives_everything_back() {
    let serving = Serving::begin(Store::nowhere()).await;
    serving.store.file("policy.txt", "# Политика\n\nСвоя.\n");
    serving
        .run(&["policy", "publish", "policy.txt"])
        .await
        .told(&["version  2"]);
    let socket = serving.store.data().join(SOCKET);
    assert!(socket.exists());
    let before = checkpoint_size(&serving.store.keys());
    let store = serving.end().await;
    assert!(!socket.exists());
    // The house's first entry, twelve documents, the policy.
    assert_eq!(
        checkpoint_size(&store.keys()),
        14,
        "signed before: {before}"
    );
    drop(FolderLock::take(store.data()).unwrap());
    store.run(["doctor"]).told(&["signed at 14 entries"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_command_is_told_so_and_a_dead_socket_is_replaced() {
    let store = Store::made();
    drop(std::os::unix::net::UnixListener::bind(store.data().join(SOCKET)).unwrap());
    let serving = Serving::begin(store).await;
    for question in ["{\"serve\":{}}\n", "hello\n", "\n"] {
        let answer = asked(serving.store.data(), question).await;
        assert!(
            answer.starts_with("{\"error\":") && answer.ends_with("{\"done\":false}\n"),
            "{question}: {answer}"
        );
    }
    // One that leaves without a word or before the end is no harm.
    drop(
        UnixStream::connect(serving.store.data().join(SOCKET))
            .await
            .unwrap(),
    );
    let mut hasty = UnixStream::connect(serving.store.data().join(SOCKET))
        .await
        .unwrap();
    hasty.write_all(b"\"doctor\"\n").await.unwrap();
    drop(hasty);
    serving.run(&["doctor"]).await.told(&["the house is open"]);
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_too_long_for_a_socket_is_reached_all_the_same() {
    let deep: PathBuf = ["a-folder-with-a-long-name"; 8].iter().collect();
    let serving = Serving::begin(Store::at(deep.to_str().unwrap())).await;
    serving.run(&["doctor"]).await.told(&["the house is open"]);
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_fails_ends_the_house_in_order() {
    let store = Store::nowhere();
    let settings = Settings {
        data: store.data().to_owned(),
        ..Settings::default()
    };
    let house = House::open(settings, Clock::system()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (_stopper, stop) = Stop::pair();
    let (lines, _said) = mpsc::unbounded_channel();
    let site = |_: Site| async { Err(Fault::broken("the site fell over")) };
    let output = Output::Channel(lines);
    let ended = serve(house, listener, None, stop, &site, &output);
    let ended = tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .expect("it ends");
    assert_eq!(ended.unwrap_err().to_string(), "the site fell over");
    drop(FolderLock::take(store.data()).unwrap());
}

async fn asked(data: &Path, question: &str) -> String {
    let mut stream = UnixStream::connect(data.join(SOCKET)).await.unwrap();
    stream.write_all(question.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
