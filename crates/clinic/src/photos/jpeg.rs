//! JPEG: segments are copied but for those that applications add; what follows the picture's end is left behind.

use super::orientation::turns;
use super::picture::{Flaw, Picture, PictureKind, part, u16_be};

/// The picture of a JPEG file (ITU-T T.81, B.1).
pub(super) fn read(bytes: &[u8]) -> Result<Picture, Flaw> {
    let mut out = vec![0xff, 0xd8];
    let mut size = None;
    let mut scanned = false;
    let mut at = 2;
    loop {
        if part(bytes, at, 2)?[0] != 0xff {
            return Err(Flaw::Torn);
        }
        // Any number of fill bytes may stand before a marker.
        while part(bytes, at, 2)?[1] == 0xff {
            at += 1;
        }
        let marker = bytes[at + 1];
        match marker {
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => {
                out.extend([0xff, marker]);
                at += 2;
            }
            _ => {
                let length = usize::from(u16_be(bytes, at + 2)?);
                let segment = part(bytes, at, 2 + length)?;
                let body = segment.get(4..).ok_or(Flaw::Torn)?;
                at += segment.len();
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0")
                    && marker == 0xe1
                    && turns(tiff)
                {
                    return Err(Flaw::Turned);
                }
                if is_frame(marker) {
                    size = Some((u16_be(body, 3)?.into(), u16_be(body, 1)?.into()));
                }
                if is_kept(marker, body) {
                    out.extend_from_slice(segment);
                }
                if marker == 0xda {
                    scanned = true;
                    let end = end_of_scan(bytes, at)?;
                    out.extend_from_slice(&bytes[at..end]);
                    at = end;
                }
            }
        }
    }
    out.extend([0xff, 0xd9]);
    let (width, height) = size.filter(|_| scanned).ok_or(Flaw::Torn)?;
    Ok(Picture {
        kind: PictureKind::Jpeg,
        width,
        height,
        bytes: out,
    })
}

/// Whether a segment begins a frame and so tells the size.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Of what applications add only that stays which changes how the picture looks: JFIF without its small copy of the
/// picture, the colour profile, Adobe's note on colours.
fn is_kept(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0") && body.len() == 14,
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// Where the coded data from `at` on end: before a marker that is neither a stuffed byte nor a restart.
fn end_of_scan(bytes: &[u8], mut at: usize) -> Result<usize, Flaw> {
    loop {
        match *part(bytes, at, 2)? {
            [0xff, 0x00 | 0xd0..=0xd7] => at += 2,
            [0xff, next] if next != 0xff => return Ok(at),
            _ => at += 1,
        }
    }
}
