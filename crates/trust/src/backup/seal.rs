//! Writing an archive: lines of JSON, encrypted as they come, hashed as they go to the disk.
//!
//! ```text
//! {"medok":"data","format":1,"state":{…}}                    the head: `data` or `keys`
//! {"file":"kek-0001.key","content":"…"}                      keys only: a file of the key folder, base64
//! {"table":"person","columns":[["id","uuid"],["act","uuid"]]} a table begins
//! ["018f…","018f…"]                                          a row, in the order of the columns
//! {"end":{"tables":31,"rows":4711}}                          the last line: an archive without it was cut
//! ```
//!
//! A column is a `uuid`, `integer` (64 bits), `text`, `bytes` (base64) or `boolean`; any value may be null.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use kernel::Fault;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::error::BackupError;
use super::rows::Table;
use super::state::State;

/// The only form so far.
pub(super) const FORMAT: u32 = 1;
/// Bytes gathered before they are handed to the hand that encrypts.
const CHUNK: usize = 64 * 1024;

/// Which archive it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    Data,
    Keys,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) medok: What,
    pub(super) format: u32,
    pub(super) state: State,
}

/// The lines that begin something else than a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Mark {
    File {
        file: String,
        content: String,
    },
    Table {
        table: String,
        columns: Vec<(String, String)>,
    },
    End {
        end: Totals,
    },
}

/// [`Mark::File`] as it is written: the key is not copied once more.
#[derive(Serialize)]
struct FileLine<'a> {
    file: &'a str,
    content: &'a str,
}

/// What the last line counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Totals {
    pub(super) tables: u64,
    pub(super) rows: u64,
}

/// A finished archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) totals: Totals,
}

/// An archive being written. Dropped before [`finish`](Self::finish), it leaves no file.
pub(super) struct Sealing {
    chunk: Zeroizing<Vec<u8>>,
    chunks: mpsc::Sender<Message>,
    hand: JoinHandle<Result<(String, u64), BackupError>>,
    totals: Totals,
}

enum Message {
    Chunk(Zeroizing<Vec<u8>>),
    End,
}

impl Sealing {
    /// Begins a file, which must not exist, mode 0600.
    pub(super) fn begin(path: PathBuf, recipients: Vec<age::x25519::Recipient>) -> Self {
        let (chunks, waiting) = mpsc::channel(4);
        let hand = tokio::task::spawn_blocking(move || encrypt(&path, &recipients, waiting));
        Self {
            chunk: Zeroizing::new(Vec::with_capacity(2 * CHUNK)),
            chunks,
            hand,
            totals: Totals::default(),
        }
    }

    /// The first line.
    pub(super) async fn head(&mut self, medok: What, state: &State) -> Result<(), BackupError> {
        self.line(&Head {
            medok,
            format: FORMAT,
            state: state.clone(),
        })
        .await
    }

    /// A file of the key folder.
    pub(super) async fn file(
        &mut self,
        name: &str,
        content: Zeroizing<String>,
    ) -> Result<(), BackupError> {
        self.line(&FileLine {
            file: name,
            content: &content,
        })
        .await
    }

    /// A table begins.
    pub(super) async fn table(&mut self, table: &Table) -> Result<(), BackupError> {
        self.totals.tables += 1;
        let columns = table
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.sort.word().to_owned()))
            .collect();
        self.line(&Mark::Table {
            table: table.name.clone(),
            columns,
        })
        .await
    }

    /// A row of the table that began last.
    pub(super) async fn row(&mut self, row: &[serde_json::Value]) -> Result<(), BackupError> {
        self.totals.rows += 1;
        self.line(row).await
    }

    /// The last line; on the disk when it returns.
    pub(super) async fn finish(mut self) -> Result<Sealed, BackupError> {
        let totals = self.totals;
        self.line(&Mark::End { end: totals }).await?;
        self.hand_over().await?;
        self.send(Message::End).await?;
        let (sha256, bytes) = self.hand.await.map_err(Fault::from)??;
        Ok(Sealed {
            sha256,
            bytes,
            totals,
        })
    }

    async fn line(&mut self, line: &(impl Serialize + ?Sized)) -> Result<(), BackupError> {
        serde_json::to_writer(&mut *self.chunk, line).map_err(Fault::from)?;
        self.chunk.push(b'\n');
        if self.chunk.len() >= CHUNK {
            self.hand_over().await
        } else {
            Ok(())
        }
    }

    async fn hand_over(&mut self) -> Result<(), BackupError> {
        let full = std::mem::replace(
            &mut self.chunk,
            Zeroizing::new(Vec::with_capacity(2 * CHUNK)),
        );
        self.send(Message::Chunk(full)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), BackupError> {
        if self.chunks.send(message).await.is_ok() {
            return Ok(());
        }
        // The hand has stopped: its own words say why.
        match (&mut self.hand).await {
            Ok(Err(error)) => Err(error),
            _ => Err(Fault::broken("the archive's writer stopped without a word").into()),
        }
    }
}

fn encrypt(
    path: &Path,
    recipients: &[age::x25519::Recipient],
    mut waiting: mpsc::Receiver<Message>,
) -> Result<(String, u64), BackupError> {
    let failed = |source: io::Error| BackupError::Folder {
        path: path.to_owned(),
        source,
    };
    let written = encrypt_to(path, recipients, &mut waiting, &failed);
    if written.is_err() {
        // What was written is of no use; if it cannot be removed now, the next backup's name is another.
        let _ = fs::remove_file(path);
    }
    written
}

fn encrypt_to(
    path: &Path,
    recipients: &[age::x25519::Recipient],
    waiting: &mut mpsc::Receiver<Message>,
    failed: &impl Fn(io::Error) -> BackupError,
) -> Result<(String, u64), BackupError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    let encryptor = age::Encryptor::with_recipients(
        recipients
            .iter()
            .map(|recipient| recipient as &dyn age::Recipient),
    )
    .map_err(|error| Fault::from(error).during("encrypting to the recipients"))?;
    let hashing = Hashing {
        inner: BufWriter::new(file),
        hash: Sha256::new(),
        bytes: 0,
    };
    let mut writer = encryptor.wrap_output(hashing).map_err(failed)?;
    loop {
        match waiting.blocking_recv() {
            Some(Message::Chunk(chunk)) => writer.write_all(&chunk).map_err(failed)?,
            Some(Message::End) => break,
            None => return Err(Fault::unavailable("the backup was given up").into()),
        }
    }
    let mut hashing = writer.finish().map_err(failed)?;
    hashing.flush().map_err(failed)?;
    hashing.inner.get_ref().sync_all().map_err(failed)?;
    Ok((hex::encode(hashing.hash.finalize()), hashing.bytes))
}

struct Hashing {
    inner: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
