//! A command's end of the local socket.

use std::path::Path;

use kernel::Fault;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::Frame;
use super::place::Place;
use crate::commands::Command;
use crate::house::StartError;
use crate::output::Output;

/// Has the process that holds the data folder carry a command out. Gives whether all is well.
///
/// # Errors
/// Nobody answers, or the command could not be done.
pub async fn ask(
    data: &Path,
    holder: Option<u32>,
    command: &Command,
    output: &Output,
) -> Result<bool, StartError> {
    let place = Place::of(data).map_err(|error| StartError::Fault(error.into()))?;
    // No socket: another command has the folder, or a server that is still starting.
    let Ok(mut stream) = UnixStream::connect(&place.path).await else {
        return Err(StartError::InUse {
            data: data.to_owned(),
            holder,
        });
    };
    let mut question = serde_json::to_string(command).map_err(Fault::from)?;
    question.push('\n');
    stream
        .write_all(question.as_bytes())
        .await
        .map_err(Fault::from)?;
    Ok(listen(stream, output).await?)
}

async fn listen(stream: UnixStream, output: &Output) -> Result<bool, Fault> {
    let mut lines = BufReader::new(stream).lines();
    let mut refused = None;
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Frame::Line(text) => output.line(text),
            Frame::Error(words) => refused = Some(words),
            Frame::Done(well) => {
                return refused.map_or(Ok(well), |words| Err(Fault::broken(words)));
            }
        }
    }
    Err(Fault::unavailable(
        "the running medok went away before the command was done; look into its log",
    ))
}
