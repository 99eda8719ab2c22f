//! The serving process's end of the local socket.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use kernel::Fault;
use platform::config::Settings;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::place::Place;
use super::{Frame, LONGEST_QUESTION, SOCKET, may_command};
use crate::commands::{self, Command};
use crate::house::House;
use crate::output::Output;
use crate::serve::Stop;

/// How long a peer may take to ask.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bound socket. It is removed when this goes.
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
}

impl Door {
    /// Binds the socket. The caller holds the folder's lock, so a socket that is there was left by the dead.
    ///
    /// # Errors
    /// It cannot be bound, or its path is too long on a system without `/proc`.
    pub fn open(settings: &Settings) -> Result<Self, Fault> {
        let path = settings.data.join(SOCKET);
        let bound = || -> io::Result<UnixListener> {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&Place::of(&settings.data)?.path)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        };
        let listener = bound().map_err(|error| {
            Fault::from(error).during(&format!("making the socket {}", path.display()))
        })?;
        Ok(Self { listener, path })
    }

    /// Answers commands until asked to stop; then those under way are ended first.
    pub async fn answer(self, house: Arc<House>, stop: Stop) {
        let mut answers = JoinSet::new();
        let asked = stop.asked();
        tokio::pin!(asked);
        loop {
            tokio::select! {
                () = &mut asked => break,
                Some(_) = answers.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        answers.spawn(answer(stream, Arc::clone(&house)));
                    }
                    Err(error) => {
                        tracing::warn!("the local socket: {error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        drop(self);
        while answers.join_next().await.is_some() {}
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // Gone already, or to be replaced by the next who holds the lock.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn answer(stream: UnixStream, house: Arc<House>) {
    let peer = stream.peer_cred().map(|peer| peer.uid());
    if !peer.as_ref().is_ok_and(|uid| may_command(*uid)) {
        tracing::warn!(?peer, "the local socket: refused a peer");
        return;
    }
    let (reader, mut writer) = stream.into_split();
    let command = match tokio::time::timeout(PATIENCE, question(reader)).await {
        Ok(Ok(command)) => command,
        Ok(Err(error)) => {
            let said = Frame::Error(format!(
                "this is not a command that the running medok knows ({error}); is it another version?"
            ));
            let _ = writer
                .write_all((said.encode() + &Frame::Done(false).encode()).as_bytes())
                .await;
            return;
        }
        Err(_) => return,
    };
    tracing::info!(?command, "a command came through the local socket");
    let (lines, mut written) = mpsc::unbounded_channel::<String>();
    let work = async {
        let done = commands::execute(&house, command, &Output::Channel(lines.clone())).await;
        drop(lines);
        done
    };
    let tell = async {
        // Whoever asked may leave: the command is ended all the same.
        let mut there = true;
        while let Some(line) = written.recv().await {
            there = there
                && writer
                    .write_all(Frame::Line(line).encode().as_bytes())
                    .await
                    .is_ok();
        }
    };
    let (done, ()) = tokio::join!(work, tell);
    let last = match done {
        Ok(well) => Frame::Done(well).encode(),
        Err(fault) => Frame::Error(fault.to_string()).encode() + &Frame::Done(false).encode(),
    };
    let _ = writer.write_all(last.as_bytes()).await;
}

async fn question(reader: impl tokio::io::AsyncRead + Unpin) -> io::Result<Command> {
    let mut line = String::new();
    BufReader::new(reader.take(LONGEST_QUESTION))
        .read_line(&mut line)
        .await?;
    Ok(serde_json::from_str(&line)?)
}
