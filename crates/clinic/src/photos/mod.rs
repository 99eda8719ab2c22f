//! Owns the photos of practitioners: files `CODE.jpg`, `.png`, `.webp` or `.avif` in the clinic's folder, read once
//! when the house opens.
//!
//! *Invariant*: what is kept is a still picture by its own bytes, whatever its name says, without the place, the camera
//! and the comments that a file carries along. A file that is none is told and left out: a site without a photo works.

mod avif;
mod jpeg;
mod orientation;
mod picture;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use picture::{Flaw, Picture, PictureKind};

/// The largest file that is taken, bytes.
pub const MAX_BYTES: u64 = 300 * 1024;

/// Endings of files that may be photos.
const ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "webp", "avif"];

/// A practitioner's photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Its name in addresses, `CODE.HASH.ext`: another picture has another name.
    pub name: String,
    /// What kind of picture.
    pub kind: PictureKind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The bytes to be served.
    pub bytes: Arc<[u8]>,
}

impl Photo {
    /// Its place on the site, ready for a link: letters of other alphabets are written in percent signs.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = String::from("/photos/");
        for byte in self.name.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' {
                address.push(char::from(byte));
            } else {
                address.push_str(&format!("%{byte:02X}"));
            }
        }
        address
    }
}

/// A file that is not shown, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoProblem {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

impl fmt::Display for PhotoProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file.display(), self.what, self.remedy)
    }
}

/// The photos of a clinic, by the practitioners' codes.
#[derive(Clone, Debug, Default)]
pub struct Photos {
    by_code: BTreeMap<String, Photo>,
    problems: Vec<PhotoProblem>,
}

impl Photos {
    /// Reads the folder; there may be none. Whatever is wrong is told in [`problems`](Self::problems).
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut photos = Self::default();
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return photos,
            Err(error) => {
                photos.tell(folder, unreadable(&error));
                return photos;
            }
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| !is_hidden(file)) {
            match photo(file) {
                Err(told) => photos.tell(file, told),
                Ok((code, _)) if photos.by_code.contains_key(&code) => photos.tell(
                    file,
                    (
                        format!("{code} has a photo already"),
                        "keep one file for each code",
                    ),
                ),
                Ok((code, photo)) => {
                    photos.by_code.insert(code, photo);
                }
            }
        }
        photos
    }

    /// The photo of the practitioner of this code.
    #[must_use]
    pub fn of(&self, code: &str) -> Option<&Photo> {
        self.by_code.get(code)
    }

    /// The photo of this name in addresses.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Photo> {
        let (code, _) = name.split_once('.')?;
        self.of(code).filter(|photo| photo.name == name)
    }

    /// The codes that have a photo.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.by_code.keys().map(String::as_str)
    }

    /// Files that are not shown.
    #[must_use]
    pub fn problems(&self) -> &[PhotoProblem] {
        &self.problems
    }

    fn tell(&mut self, file: &Path, (what, remedy): Told) {
        self.problems.push(PhotoProblem {
            file: file.to_owned(),
            what,
            remedy,
        });
    }
}

/// What is wrong, and what to do.
type Told = (String, &'static str);

fn photo(file: &Path) -> Result<(String, Photo), Told> {
    let code = code_of(file).ok_or_else(|| {
        (
            "is not named as a photo is".to_owned(),
            "call it by the practitioner's code, such as pchyolkin.jpg (.jpeg, .png, .webp, .avif)",
        )
    })?;
    let about = std::fs::metadata(file).map_err(|error| unreadable(&error))?;
    if !about.is_file() {
        let remedy = "put pictures alone into this folder";
        return Err(("is not a file".to_owned(), remedy));
    }
    if about.len() > MAX_BYTES {
        return Err((
            format!("is larger than {} KB", MAX_BYTES / 1024),
            "make it smaller: 480 by 600 pixels are enough",
        ));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error))?;
    let picture = Picture::read(&bytes).map_err(Flaw::told)?;
    let name = format!(
        "{code}.{:016x}.{}",
        fingerprint(&picture.bytes),
        picture.kind.ending()
    );
    let photo = Photo {
        name,
        kind: picture.kind,
        width: picture.width,
        height: picture.height,
        bytes: picture.bytes.into(),
    };
    Ok((code, photo))
}

fn unreadable(error: &std::io::Error) -> Told {
    (
        format!("cannot be read: {error}"),
        "let the account Medok runs under read it",
    )
}

/// The code in a file's name, if it is such a name.
fn code_of(file: &Path) -> Option<String> {
    let ending = file.extension()?.to_str()?.to_lowercase();
    let code = file.file_stem()?.to_str()?;
    let like_a_code = !code.is_empty()
        && code.chars().count() <= 40
        && code
            .chars()
            .all(|character| character.is_alphanumeric() || character == '-');
    (like_a_code && ENDINGS.contains(&ending.as_str())).then(|| code.to_owned())
}

fn is_hidden(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Changes when the bytes do. Nothing is proved by it.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
