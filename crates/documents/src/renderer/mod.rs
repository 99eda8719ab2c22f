//! The parent's side: starts a child for one paper, and ends it when it takes too long.
//!
//! *Invariant*: the child has no variable of the environment, `/` for its folder, and three pipes; every other
//! descriptor of this process closes as it starts. No more than [`Limits::at_once`] run beside each other, and none is
//! left behind: not after its time, not when whoever asked has left. What it says on standard error is not read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::Document;
use crate::child::{ARGUMENT, Ending};

/// How a PDF begins (ISO 32000-1 §7.5.2).
const BEGINNING: &[u8] = b"%PDF-";

/// What a child may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one paper may take.
    pub time: Duration,
    /// How long one waits for its turn.
    pub turn: Duration,
    /// How many are made at once: each is a process of some hundred megabytes for as long as it lives.
    pub at_once: usize,
    /// The largest PDF taken, in bytes.
    pub largest: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            turn: Duration::from_secs(10),
            at_once: 2,
            largest: 16 * 1024 * 1024,
        }
    }
}

/// Makes papers. Cheap to clone; clones share their turns.
#[derive(Clone, Debug)]
pub struct Renderer {
    program: Arc<Path>,
    limits: Limits,
    turns: Arc<Semaphore>,
}

/// Why there is no paper. Says nothing of what was to stand on it.
#[derive(Debug)]
pub enum RenderError {
    /// Larger than a request may be: another try changes nothing.
    TooLarge,
    /// Others were waiting for too long.
    Busy,
    /// It took too long, and was ended.
    TimedOut,
    /// The child could not be started or spoken with.
    Process(io::Error),
    /// The child refused.
    Refused(Ending),
    /// The child broke off: ended by a signal, or with a code that is not ours.
    BrokeOff(ExitStatus),
    /// What it wrote is no PDF, or too large a one.
    NotPdf,
}

impl Renderer {
    /// One that starts this program, which must call [`crate::child::run`] when [`crate::child::asked`].
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self::with_limits(program, Limits::default())
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(program: PathBuf, limits: Limits) -> Self {
        Self {
            program: program.into(),
            limits,
            turns: Arc::new(Semaphore::new(limits.at_once)),
        }
    }

    /// Makes the PDF of a paper. Dropping the future ends the child.
    ///
    /// # Errors
    /// [`RenderError`].
    pub async fn render(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        let request = document.to_request().map_err(|_| RenderError::TooLarge)?;
        let _turn = timeout(self.limits.turn, self.turns.acquire())
            .await
            .map_err(|_| RenderError::Busy)?
            .expect("nobody closes the turns");
        let mut child = self.start().map_err(RenderError::Process)?;
        match timeout(self.limits.time, self.converse(&mut child, &request)).await {
            Ok(Ok(pdf)) => Ok(pdf),
            Ok(Err(error)) => {
                end(&mut child).await;
                Err(error)
            }
            Err(_) => {
                end(&mut child).await;
                Err(RenderError::TimedOut)
            }
        }
    }

    fn start(&self) -> io::Result<Child> {
        // What this process was itself started with may be open without the mark that closes it in a child; what it
        // opened has it.
        close_fds::set_fds_cloexec_threadsafe(3, &[]);
        Command::new(&*self.program)
            .arg(ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }

    async fn converse(&self, child: &mut Child, request: &[u8]) -> Result<Vec<u8>, RenderError> {
        let absent = || RenderError::Process(io::Error::other("a pipe is missing"));
        let mut to = child.stdin.take().ok_or_else(absent)?;
        let from = child.stdout.take().ok_or_else(absent)?;
        let most = u64::try_from(self.limits.largest).unwrap_or(u64::MAX);
        let mut from = from.take(most.saturating_add(1));
        let mut pdf = Vec::new();
        let sent = async {
            let sent = to.write_all(request).await;
            drop(to);
            sent
        };
        // Both at once: a child that writes before it has read all would otherwise wait for ever.
        let (sent, read) = tokio::join!(sent, from.read_to_end(&mut pdf));
        read.map_err(RenderError::Process)?;
        if pdf.len() > self.limits.largest {
            return Err(RenderError::NotPdf);
        }
        let status = child.wait().await.map_err(RenderError::Process)?;
        match status.code().map(Ending::of_code) {
            Some(Some(Ending::Well)) => {}
            Some(Some(ending)) => return Err(RenderError::Refused(ending)),
            _ => return Err(RenderError::BrokeOff(status)),
        }
        // Asked only now: of a child that refused, its own word counts.
        sent.map_err(RenderError::Process)?;
        if pdf.starts_with(BEGINNING) {
            Ok(pdf)
        } else {
            Err(RenderError::NotPdf)
        }
    }
}

/// Ends a child and waits until it is gone.
async fn end(child: &mut Child) {
    // It may have ended by itself, which is as well.
    let _ = child.kill().await;
}

impl RenderError {
    /// Whether another try may go better.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Busy | Self::TimedOut | Self::Process(_))
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the paper is too large"),
            Self::Busy => f.write_str("too many papers are being made"),
            Self::TimedOut => f.write_str("the paper took too long and was given up"),
            Self::Process(error) => write!(f, "the typesetting process: {error}"),
            Self::Refused(ending) => f.write_str(ending.words()),
            Self::BrokeOff(status) => write!(f, "the typesetting process broke off: {status}"),
            Self::NotPdf => f.write_str("the typesetting process made no PDF that can be taken"),
        }
    }
}

impl std::error::Error for RenderError {}

#[cfg(test)]
mod tests;
