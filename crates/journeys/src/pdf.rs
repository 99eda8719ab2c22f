//! Papers in stories: who prints them, and how they are read back.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use documents::Renderer;

use crate::BINARY;

/// Who prints for a story's clinic: the built binary. Where it was not built papers are not had, and a story that asks
/// for one fails.
#[must_use]
pub fn printer() -> Renderer {
    let program = std::env::var_os(BINARY).map_or_else(
        || PathBuf::from(format!("/{BINARY}-is-not-set-run-cargo-xtask-test")),
        PathBuf::from,
    );
    Renderer::new(program)
}

/// The words of a PDF in the order in which they are read (by `pdftotext` of poppler, which is not ours).
///
/// # Panics
/// `pdftotext` is missing, or cannot read the file.
#[must_use]
pub fn pdf_text(pdf: &[u8]) -> String {
    read(pdf, &[])
}

/// The same of a paper of A4 without the foot of its pages.
///
/// # Panics
/// As [`pdf_text`].
#[must_use]
pub fn pdf_body(pdf: &[u8]) -> String {
    // Points: the page is 595 by 842, its lower margin 85.
    read(
        pdf,
        &["-r", "72", "-x", "0", "-y", "0", "-W", "595", "-H", "757"],
    )
}

fn read(pdf: &[u8], arguments: &[&str]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-nopgbrk", "-enc", "UTF-8"])
        .args(arguments)
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect(
            "pdftotext is there: `cargo xtask test` installs it, or the package poppler-utils does",
        );
    let mut to = child.stdin.take().expect("a pipe");
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = to.write_all(&bytes);
    });
    let output = child.wait_with_output().expect("pdftotext ends");
    writer.join().expect("the writer ends");
    assert!(
        output.status.success(),
        "pdftotext: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A text without its breaks of lines and pages: all letters in order, nothing else.
#[must_use]
pub fn fold(text: &str) -> String {
    text.split_whitespace().collect()
}
