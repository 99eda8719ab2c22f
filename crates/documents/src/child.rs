//! The child: reads one paper on standard input, writes its PDF to standard output, ends.
//!
//! *Invariant*: before the first byte is read, the process has given up what it does not need: it can open no file and
//! no connection (not one descriptor more than the three it has), write to no file, start no process, use no more than
//! [`MEMORY`] and [`CPU_SECONDS`], and it leaves no memory image. What it says on standard error is one of our words;
//! a panic says nothing.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::Document;
use crate::document::LARGEST_REQUEST;
use crate::typeset::{Failed, typeset};

/// The one argument by which a program is asked to be the child. It is no command: nobody is told of it.
pub const ARGUMENT: &str = "render-document";

/// Address space in bytes; a long policy uses a quarter of it, most of that the program itself.
pub const MEMORY: u64 = 1 << 30;

/// Seconds of computing, should the parent be gone that would have ended it.
pub const CPU_SECONDS: u64 = 20;

/// Descriptors: standard input, output and error.
const DESCRIPTORS: u64 = 3;

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The PDF is on standard output.
    Well,
    /// The process could not be confined, so nothing was read.
    Loose,
    /// The request is too large, cut off or no paper.
    Unreadable,
    /// The template could not be filled.
    Layout,
    /// The pages could not be written as a file.
    Export,
    /// Nobody took the PDF.
    Unsent,
}

impl Ending {
    const ALL: [Self; 6] = [
        Self::Well,
        Self::Loose,
        Self::Unreadable,
        Self::Layout,
        Self::Export,
        Self::Unsent,
    ];

    /// The exit code. Codes from 64 on are nobody's by custom.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Loose => 64,
            Self::Unreadable => 65,
            Self::Layout => 66,
            Self::Export => 67,
            Self::Unsent => 68,
        }
    }

    /// What it says on standard error, and in a log.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Well => "done",
            Self::Loose => "the process could not be confined",
            Self::Unreadable => "the request is no paper, or too large",
            Self::Layout => "the paper could not be laid out",
            Self::Export => "the pages could not be written as PDF",
            Self::Unsent => "the PDF could not be handed over",
        }
    }

    pub(crate) fn of_code(code: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|ending| i32::from(ending.code()) == code)
    }
}

/// Whether this process was started to be the child: its command line is the program and [`ARGUMENT`], no more.
#[must_use]
pub fn asked<I, S>(command_line: I) -> bool
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut words = command_line.into_iter().skip(1);
    words.next().is_some_and(|word| word.as_ref() == ARGUMENT) && words.next().is_none()
}

/// Is the child, to its end. To be called before anything else: before settings, logs, threads.
#[must_use]
pub fn run() -> ExitCode {
    // A panic's words may quote the paper.
    std::panic::set_hook(Box::new(|_| {}));
    let ending = match confine() {
        Ok(()) => print(&mut io::stdin().lock(), &mut io::stdout().lock()),
        Err(_) => Ending::Loose,
    };
    if ending != Ending::Well {
        // Nobody may be listening, and there is nobody else to tell.
        let _ = writeln!(io::stderr(), "{ARGUMENT}: {}", ending.words());
    }
    ExitCode::from(ending.code())
}

/// Gives up what typesetting does not need. For good: hard limits are not raised again (getrlimit(2)).
fn confine() -> io::Result<()> {
    // One thread is enough, and it is this one: no other is started, now or later.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .map_err(io::Error::other)?;
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
        (Resource::Nofile, DESCRIPTORS),
        (Resource::As, MEMORY),
        (Resource::Cpu, CPU_SECONDS),
    ] {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )?;
    }
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

fn print(from: &mut impl Read, to: &mut impl Write) -> Ending {
    let mut request = Vec::new();
    let most = u64::try_from(LARGEST_REQUEST).unwrap_or(u64::MAX);
    // One byte more than allowed is enough to know.
    match from.take(most + 1).read_to_end(&mut request) {
        Ok(length) if length <= LARGEST_REQUEST => {}
        _ => return Ending::Unreadable,
    }
    let Ok(document) = serde_json::from_slice::<Document>(&request) else {
        return Ending::Unreadable;
    };
    match typeset(&document) {
        Ok(typeset) => match to.write_all(&typeset.pdf).and_then(|()| to.flush()) {
            Ok(()) => Ending::Well,
            Err(_) => Ending::Unsent,
        },
        Err(Failed::Layout) => Ending::Layout,
        Err(Failed::Export) => Ending::Export,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_argument_alone_asks_for_it() {
        assert!(asked(["medok", ARGUMENT]));
        for words in [
            &["medok"][..],
            &["medok", "serve"],
            &["medok", ARGUMENT, "--data"],
            &["medok", "--data", ARGUMENT],
            &[ARGUMENT],
        ] {
            assert!(!asked(words), "{words:?}");
        }
    }

    #[test]
    fn every_ending_has_a_code_of_its_own() {
        for ending in Ending::ALL {
            assert_eq!(Ending::of_code(i32::from(ending.code())), Some(ending));
        }
        assert_eq!(Ending::of_code(1), None);
    }

    #[test]
    fn what_is_no_paper_is_refused() {
        let paper = crate::samples::slip().to_request().expect("a small paper");
        let more = [&paper[..], b"{}"].concat();
        let huge = vec![b' '; LARGEST_REQUEST + 1];
        for request in [
            b"".as_slice(),
            b"{}",
            b"\xff",
            &paper[..paper.len() - 1],
            &more,
            &huge,
            br#"{"kind":"letter","data":{}}"#,
        ] {
            let mut out = Vec::new();
            assert_eq!(print(&mut { request }, &mut out), Ending::Unreadable);
            assert!(out.is_empty());
        }
    }
}
