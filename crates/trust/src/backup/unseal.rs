//! Reading an archive back, line by line, in a thread of its own: what it holds never lies in memory whole.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::error::RestoreError;
use super::identity::Identity;
use super::rows::PAGE;
use super::seal::{FORMAT, Head, Mark, Totals, What};

/// A piece of an archive.
pub(super) enum Part {
    /// The first.
    Head(Box<Head>),
    /// A file of the key folder.
    File(String, Zeroizing<Vec<u8>>),
    /// A table begins: its name; names and sorts of its columns.
    Table(String, Vec<(String, String)>),
    /// Rows of the table that began last.
    Rows(Vec<Vec<Json>>),
    /// The last; everything was there.
    End,
}

/// The pieces of an archive, in order. After an error nothing follows.
pub(super) struct Parts {
    waiting: mpsc::Receiver<Result<Part, RestoreError>>,
    file: String,
}

impl Parts {
    /// Opens an archive that must be of this kind.
    pub(super) fn open(path: PathBuf, what: What, identity: Identity) -> Self {
        let file = name_of(&path);
        let (parts, waiting) = mpsc::channel(4);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = (Reading {
                file: name_of(&path),
                parts: &parts,
            })
            .run(&path, what, &identity)
            {
                // Whoever asked may have left.
                let _ = parts.blocking_send(Err(error));
            }
        });
        Self { waiting, file }
    }

    /// The next piece.
    pub(super) async fn next(&mut self) -> Result<Part, RestoreError> {
        match self.waiting.recv().await {
            Some(part) => part,
            None => Err(RestoreError::damaged(&self.file, "it ended early")),
        }
    }

    /// The archive's name, for messages.
    pub(super) fn file(&self) -> &str {
        &self.file
    }
}

/// SHA-256 of a file, hexadecimal.
pub(super) async fn sha256_of(path: PathBuf) -> Result<String, RestoreError> {
    let read = move || {
        let damaged = |error| RestoreError::damaged(&name_of(&path), error);
        let mut file = File::open(&path).map_err(damaged)?;
        let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer).map_err(damaged)? {
                0 => return Ok(hex::encode(hash.finalize())),
                read => hash.update(&buffer[..read]),
            }
        }
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(kernel::Fault::from)?
}

struct Reading<'a> {
    file: String,
    parts: &'a mpsc::Sender<Result<Part, RestoreError>>,
}

impl Reading<'_> {
    fn run(&self, path: &Path, what: What, identity: &Identity) -> Result<(), RestoreError> {
        let damaged = |why: &dyn std::fmt::Display| RestoreError::damaged(&self.file, why);
        let file = File::open(path).map_err(|error| damaged(&error))?;
        let decryptor =
            age::Decryptor::new_buffered(BufReader::new(file)).map_err(|error| damaged(&error))?;
        let opened = decryptor
            .decrypt(identity.keys())
            .map_err(|error| match error {
                age::DecryptError::NoMatchingKeys => RestoreError::OtherIdentity(self.file.clone()),
                error => damaged(&error),
            })?;
        let mut lines = Lines {
            reader: BufReader::with_capacity(1 << 16, opened),
            line: Zeroizing::new(Vec::new()),
        };
        let first = lines
            .next()
            .map_err(|error| damaged(&error))?
            .unwrap_or_default();
        let head: Head = serde_json::from_slice(first)
            .map_err(|_| damaged(&"its first line is not an archive's"))?;
        if head.medok != what || head.format != FORMAT {
            return Err(damaged(
                &"it is an archive of another kind, or of a newer Medok",
            ));
        }
        self.send(Part::Head(Box::new(head)));
        let (mut rows, mut totals) = (Vec::new(), Totals::default());
        while let Some(line) = lines.next().map_err(|error| damaged(&error))? {
            if line.first() == Some(&b'[') {
                rows.push(serde_json::from_slice(line).map_err(|_| damaged(&"a row is not JSON"))?);
                totals.rows += 1;
                if rows.len() == PAGE && !self.send(Part::Rows(std::mem::take(&mut rows))) {
                    return Ok(());
                }
                continue;
            }
            if !rows.is_empty() && !self.send(Part::Rows(std::mem::take(&mut rows))) {
                return Ok(());
            }
            // serde_json's words would quote the line, and the line may be a key.
            let part = match serde_json::from_slice(line)
                .map_err(|_| damaged(&"a line is not an archive's"))?
            {
                Mark::File { file, content } => {
                    let content = Zeroizing::new(content);
                    let bytes = BASE64_STANDARD
                        .decode(content.as_bytes())
                        .map_err(|_| damaged(&"a key file is not base64"))?;
                    Part::File(file, Zeroizing::new(bytes))
                }
                Mark::Table { table, columns } => {
                    totals.tables += 1;
                    Part::Table(table, columns)
                }
                Mark::End { end } if end == totals => {
                    let nothing_follows = lines.next().map_err(|error| damaged(&error))?.is_none();
                    if !nothing_follows {
                        return Err(damaged(&"lines follow its end"));
                    }
                    self.send(Part::End);
                    return Ok(());
                }
                Mark::End { .. } => return Err(damaged(&"it has not as many rows as it says")),
            };
            if !self.send(part) {
                return Ok(());
            }
        }
        Err(damaged(&"it was cut"))
    }

    /// `false`: whoever asked has heard enough.
    fn send(&self, part: Part) -> bool {
        self.parts.blocking_send(Ok(part)).is_ok()
    }
}

struct Lines<R> {
    reader: R,
    line: Zeroizing<Vec<u8>>,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its end; `None` at the end of the file.
    fn next(&mut self) -> std::io::Result<Option<&[u8]>> {
        self.line.clear();
        if self.reader.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
