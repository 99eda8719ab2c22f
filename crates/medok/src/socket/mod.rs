//! The local socket: how a command reaches the process that has the store open.
//!
//! *Invariant*: only the account that runs the house is answered (and root, who could read everything anyway):
//! the socket has mode 0600 inside the data folder, and the system is asked who is at the other end.
//!
//! A question is one line of JSON, a [`Command`](crate::commands::Command); the answer is lines of JSON, a
//! [`Frame`] each, the last of which is `{"done":…}`.

mod client;
mod place;
mod server;

use serde::{Deserialize, Serialize};

pub use client::ask;
pub use server::Door;

/// The socket's name in the data folder.
pub const SOCKET: &str = "medok.sock";

/// The longest question, in bytes: a command is words and paths.
const LONGEST_QUESTION: u64 = 64 * 1024;

/// A line of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// A line of the command's output.
    Line(String),
    /// Why it could not be done.
    Error(String),
    /// It has ended; whether all is well.
    Done(bool),
}

impl Frame {
    fn encode(&self) -> String {
        let mut text = serde_json::to_string(self).expect("strings and booleans always serialise");
        text.push('\n');
        text
    }
}

/// Whether a peer's account may command: the one this process runs under, or root.
fn may_command(peer: u32) -> bool {
    peer == rustix::process::geteuid().as_raw() || peer == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_lines_of_json() {
        for (frame, line) in [
            (Frame::Line("a\nb".into()), "{\"line\":\"a\\nb\"}\n"),
            (Frame::Error("no".into()), "{\"error\":\"no\"}\n"),
            (Frame::Done(false), "{\"done\":false}\n"),
        ] {
            assert_eq!(frame.encode(), line);
            assert_eq!(serde_json::from_str::<Frame>(line).unwrap(), frame);
        }
    }

    #[test]
    fn the_own_account_and_root_may_command() {
        let own = rustix::process::geteuid().as_raw();
        assert!(may_command(own) && may_command(0));
        assert!(!may_command(own + 1));
    }
}
