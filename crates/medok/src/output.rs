//! Where a command's lines go: the terminal, or through the socket to the terminal of whoever asked.

use std::fmt::Display;
use std::io::Write;

use tokio::sync::mpsc::UnboundedSender;

/// Takes a command's lines.
#[derive(Clone, Debug)]
pub enum Output {
    /// Standard output.
    Terminal,
    /// Somebody who passes them on.
    Channel(UnboundedSender<String>),
}

impl Output {
    /// Gives out a line. One that nobody takes any more is let go: the command goes on.
    pub fn line(&self, text: impl Display) {
        match self {
            Self::Terminal => {
                let mut terminal = std::io::stdout().lock();
                let _ = writeln!(terminal, "{text}").and_then(|()| terminal.flush());
            }
            Self::Channel(lines) => {
                let _ = lines.send(text.to_string());
            }
        }
    }
}

/// Tells on standard error why a command was not carried out, each line beginning with `medok:`.
pub fn complain(error: &impl Display) {
    let mut terminal = std::io::stderr().lock();
    for line in error.to_string().lines() {
        let _ = writeln!(terminal, "medok: {line}");
    }
}
