//! The parent with children that tell what they were given, or misbehave: small shell scripts.

use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::io::{FdFlags, fcntl_setfd};
use tempfile::TempDir;

use super::*;
use crate::samples;

/// A folder with a script in it for a child.
struct Script(TempDir);

impl Script {
    fn of(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("child");
        std::fs::write(&script, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn renderer(&self, limits: Limits) -> Renderer {
        Renderer::with_limits(self.file("child"), limits)
    }

    async fn render(&self, limits: Limits) -> Result<Vec<u8>, RenderError> {
        self.renderer(limits).render(&samples::slip()).await
    }
}

fn quick() -> Limits {
    Limits {
        time: Duration::from_millis(700),
        ..Limits::default()
    }
}

/// Waits until a script has written its process's number, and gives it.
async fn started(file: &Path) -> String {
    loop {
        if let Ok(text) = std::fs::read_to_string(file)
            && text.ends_with('\n')
        {
            return text.trim().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lives(process: &str) -> bool {
    Path::new("/proc").join(process).exists()
}

#[tokio::test]
async fn the_child_is_given_its_request_and_nothing_else() {
    let script = Script::of(
        "printf '%%PDF-\\n'; echo arguments: \"$@\"; echo folder: $(pwd); echo variables: $(wc -c < /proc/$$/environ)\n\
         ls -l /proc/self/fd; echo asked:; cat; echo secret words >&2",
    );
    // Something that whoever started this process left open in it.
    let left_open = std::fs::File::create(script.file("left-open")).unwrap();
    fcntl_setfd(left_open.as_fd(), FdFlags::empty()).unwrap();
    let told = script.render(Limits::default()).await.unwrap();
    let told = String::from_utf8(told).unwrap();
    for line in [
        "arguments: render-document\n",
        "folder: /\n",
        "variables: 0\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let (before, asked) = told.split_once("asked:\n").expect("the request");
    assert!(!before.contains("left-open"), "{told}");
    assert!(
        before.contains("0 -> pipe:") && before.contains("1 -> pipe:"),
        "{told}"
    );
    assert!(before.contains("2 -> /dev/null"), "{told}");
    let request = samples::slip().to_request().unwrap();
    assert_eq!(
        asked.as_bytes(),
        request,
        "the whole request, and no word of errors"
    );
}

#[tokio::test]
async fn a_child_that_takes_too_long_is_ended() {
    let script = Script::of("echo $$ > \"$(dirname \"$0\")/number\"; exec sleep 600");
    let ended = script.render(quick()).await;
    assert!(matches!(ended, Err(RenderError::TimedOut)), "{ended:?}");
    let process = started(&script.file("number")).await;
    assert!(!lives(&process), "nobody is left behind");
}

#[tokio::test]
async fn a_child_ends_when_nobody_waits_for_it_any_more() {
    let script = Script::of("echo $$ > \"$(dirname \"$0\")/number\"; exec sleep 600");
    let renderer = script.renderer(Limits::default());
    let asking = tokio::spawn(async move { renderer.render(&samples::slip()).await });
    let process = started(&script.file("number")).await;
    assert!(lives(&process));
    asking.abort();
    while lives(&process) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn no_more_run_at_once_than_allowed() {
    let script = Script::of("echo run >> \"$(dirname \"$0\")/runs\"; exec sleep 600");
    let renderer = script.renderer(Limits {
        turn: Duration::from_millis(100),
        at_once: 1,
        ..quick()
    });
    let paper = samples::slip();
    let (one, other) = tokio::join!(renderer.render(&paper), renderer.render(&paper));
    assert!(matches!(one, Err(RenderError::TimedOut)), "{one:?}");
    assert!(matches!(other, Err(RenderError::Busy)), "{other:?}");
    let runs = std::fs::read_to_string(script.file("runs")).unwrap();
    assert_eq!(runs, "run\n");
}

#[tokio::test]
async fn what_a_child_says_by_ending_is_understood() {
    let of = |lines: &'static str| async move { Script::of(lines).render(Limits::default()).await };
    let refused = of("cat >/dev/null; exit 66").await;
    assert!(
        matches!(refused, Err(RenderError::Refused(Ending::Layout))),
        "{refused:?}"
    );
    // It may refuse before it has read all.
    let early = of("exit 64").await;
    assert!(
        matches!(early, Err(RenderError::Refused(Ending::Loose))),
        "{early:?}"
    );
    let killed = of("cat >/dev/null; printf '%%PDF-'; kill -9 $$").await;
    assert!(
        matches!(killed, Err(RenderError::BrokeOff(_))),
        "{killed:?}"
    );
    let unknown = of("cat >/dev/null; printf '%%PDF-'; exit 1").await;
    assert!(
        matches!(unknown, Err(RenderError::BrokeOff(_))),
        "{unknown:?}"
    );
    let other = of("cat >/dev/null; echo hello").await;
    assert!(matches!(other, Err(RenderError::NotPdf)), "{other:?}");
    let nobody = Renderer::new("/nowhere/medok".into())
        .render(&samples::slip())
        .await;
    assert!(matches!(nobody, Err(RenderError::Process(_))), "{nobody:?}");
}

#[tokio::test]
async fn no_more_is_taken_than_allowed() {
    let script = Script::of("cat >/dev/null; printf '%%PDF-'; exec cat /dev/zero");
    let endless = script
        .render(Limits {
            largest: 100_000,
            ..Limits::default()
        })
        .await;
    assert!(matches!(endless, Err(RenderError::NotPdf)), "{endless:?}");

    let crate::Document::Legal(mut legal) = samples::legal() else {
        panic!("the sample is a legal text")
    };
    legal.title = "a".repeat(crate::document::LARGEST_REQUEST);
    let asked = script.renderer(Limits::default());
    let huge = asked.render(&crate::Document::Legal(legal)).await;
    assert!(matches!(huge, Err(RenderError::TooLarge)), "{huge:?}");
}
