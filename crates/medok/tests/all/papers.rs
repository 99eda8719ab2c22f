//! The process that prints papers: what it can, what it gave up, and that nothing else of the program wakes in it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use documents::child::{ARGUMENT, CPU_SECONDS, MEMORY};
use documents::{Block, Document, Limits, RenderError, Renderer};

use crate::store::Store;

fn binary() -> PathBuf {
    env!("CARGO_BIN_EXE_medok").into()
}

/// A child that waits for its request, in a folder of its own.
fn waiting(folder: &std::path::Path) -> Child {
    Command::new(binary())
        .arg(ARGUMENT)
        .current_dir(folder)
        .env_clear()
        .env("MEDOK_DATA", folder.join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn it_prints_every_kind_of_paper_the_same_way_twice() {
    let renderer = Renderer::new(binary());
    for sample in Document::samples() {
        let once = renderer.render(&sample).await.unwrap();
        assert!(once.starts_with(b"%PDF-"));
        assert_eq!(once, renderer.render(&sample).await.unwrap());
    }
}

#[test]
fn it_is_confined_before_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = waiting(folder.path());
    let limits = PathBuf::from(format!("/proc/{}/limits", child.id()));
    let limit = |name: &str| {
        let limits = std::fs::read_to_string(&limits).unwrap();
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let words: Vec<_> = line[name.len()..].split_whitespace().collect();
        (words[0].to_owned(), words[1].to_owned())
    };
    // The last to be set.
    let cpu = CPU_SECONDS.to_string();
    while limit("Max cpu time").1 != cpu {
        std::thread::sleep(Duration::from_millis(5));
    }
    for (name, most) in [
        ("Max open files", 3),
        ("Max processes", 0),
        ("Max file size", 0),
        ("Max core file size", 0),
        ("Max address space", MEMORY),
    ] {
        assert_eq!(limit(name), (most.to_string(), most.to_string()), "{name}");
    }
    let threads = std::fs::read_dir(format!("/proc/{}/task", child.id()))
        .unwrap()
        .count();
    assert_eq!(threads, 1);

    let request = Document::samples()[0].to_request().unwrap();
    child.stdin.take().unwrap().write_all(&request).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"%PDF-"));
    assert!(output.stderr.is_empty());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "no settings, no store, no log");
}

#[test]
fn what_is_no_paper_is_refused_without_repeating_it() {
    for request in [
        r#"{"kind":"slip","data":{"secret":"Пчёлкина"}}"#,
        "Пчёлкина",
        "",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = waiting(folder.path());
        child
            .stdin
            .take()
            .unwrap()
            .write_all(request.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(65));
        assert!(output.stdout.is_empty());
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "render-document: the request is no paper, or too large\n"
        );
    }
}

#[tokio::test]
async fn a_paper_that_takes_too_long_is_given_up() {
    let Some(Document::Legal(mut legal)) = Document::samples().into_iter().next() else {
        panic!("the first sample is a legal text")
    };
    legal.blocks = vec![Block::paragraph(&"слово ".repeat(200)); 1_500];
    let limits = Limits {
        time: Duration::from_millis(150),
        ..Limits::default()
    };
    let given_up = Renderer::with_limits(binary(), limits)
        .render(&Document::Legal(legal))
        .await;
    assert!(
        matches!(given_up, Err(RenderError::TimedOut)),
        "{given_up:?}"
    );
}

#[test]
fn nobody_is_told_of_it() {
    let store = Store::nowhere();
    let ran = store.run(["--help"]);
    assert!(ran.well && !ran.said.contains(ARGUMENT), "{ran:?}");
    // With anything beside it, it is no word of the command line's.
    let ran = store.run([ARGUMENT]);
    assert!(!ran.well && ran.complained.contains(ARGUMENT), "{ran:?}");
}
