//! A socket's address has room for 107 bytes (unix(7)). A longer path is taken through an open handle of its
//! folder, whose name under `/proc` is short.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use super::SOCKET;

/// Bytes in `sun_path`, the closing zero aside.
const ROOM: usize = 107;

/// A path by which the socket can be bound or reached.
pub(super) struct Place {
    /// The path; good for as long as this lives.
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

impl Place {
    pub(super) fn of(data: &Path) -> io::Result<Self> {
        let path = data.join(SOCKET);
        if path.as_os_str().len() <= ROOM {
            return Ok(Self {
                path,
                _folder: None,
            });
        }
        let folder = File::open(data)?;
        let handle = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        if !handle.is_dir() {
            return Err(io::Error::other(format!(
                "the path {} is longer than the {ROOM} bytes a socket's may have; use a shorter --data",
                path.display()
            )));
        }
        Ok(Self {
            path: handle.join(SOCKET),
            _folder: Some(folder),
        })
    }
}
