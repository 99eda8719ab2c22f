//! One picture: told apart by its first bytes, copied without what is not picture.

use super::{Told, avif, jpeg, png, webp};

/// Pixels of the longest side: more costs a phone its memory and shows nobody better.
const LONGEST_SIDE: u32 = 4096;

/// A still picture, without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What kind.
    pub kind: PictureKind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Kinds that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (W3C).
    Png,
    /// WebP (RFC 9649).
    Webp,
    /// AVIF (AV1 in ISO/IEC 23008-12).
    Avif,
}

impl PictureKind {
    /// The ending of its name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// Why a file is no photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its first bytes are of no picture we know.
    Unknown,
    /// It ends too early, or its parts do not fit together.
    Torn,
    /// It stands upright only by its metadata, which are not kept.
    Turned,
    /// It moves.
    Moving,
    /// It has metadata that cannot be taken out without making it anew.
    Metadata,
    /// It has no pixels, or too many.
    Size,
}

impl Flaw {
    pub(super) fn told(self) -> Told {
        let (what, remedy) = match self {
            Self::Unknown => (
                "is not a JPEG, PNG, WebP or AVIF picture",
                "save the photo as one of these; another name does not make it one",
            ),
            Self::Torn => (
                "is a picture that ends early or is damaged",
                "save the photo anew and copy it whole",
            ),
            Self::Turned => (
                "lies on its side and is turned by its metadata, which are not kept",
                "open it in an editor, turn it upright and save it again",
            ),
            Self::Moving => (
                "moves",
                "save one picture of it: people read beside it, and cannot stop it",
            ),
            Self::Metadata => (
                "carries metadata, which may tell where it was taken",
                "save it without metadata (EXIF, XMP), or as JPEG, from which they are taken out here",
            ),
            Self::Size => (
                "has no pixels, or more than 4096 on a side",
                "make it smaller: 480 by 600 pixels are enough",
            ),
        };
        (what.to_owned(), remedy)
    }
}

impl Picture {
    /// Reads a file's bytes and copies what shows the picture.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(bytes: &[u8]) -> Result<Self, Flaw> {
        let picture = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            jpeg::read(bytes)
        } else if bytes.starts_with(png::SIGNATURE) {
            png::read(bytes)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            webp::read(bytes)
        } else if bytes.get(4..8) == Some(b"ftyp") {
            avif::read(bytes)
        } else {
            Err(Flaw::Unknown)
        }?;
        let sides = 1..=LONGEST_SIDE;
        if sides.contains(&picture.width) && sides.contains(&picture.height) {
            Ok(picture)
        } else {
            Err(Flaw::Size)
        }
    }
}

/// `count` bytes from `at` on.
pub(super) fn part(bytes: &[u8], at: usize, count: usize) -> Result<&[u8], Flaw> {
    let end = at.checked_add(count).ok_or(Flaw::Torn)?;
    bytes.get(at..end).ok_or(Flaw::Torn)
}

/// Two bytes as a number, the greater first.
pub(super) fn u16_be(bytes: &[u8], at: usize) -> Result<u16, Flaw> {
    let two = part(bytes, at, 2)?;
    Ok(u16::from_be_bytes([two[0], two[1]]))
}

/// Four bytes as a number, the greater first.
pub(super) fn u32_be(bytes: &[u8], at: usize) -> Result<u32, Flaw> {
    let four = part(bytes, at, 4)?;
    Ok(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

/// Four bytes as a number, the smaller first.
pub(super) fn u32_le(bytes: &[u8], at: usize) -> Result<u32, Flaw> {
    Ok(u32_be(bytes, at)?.swap_bytes())
}
