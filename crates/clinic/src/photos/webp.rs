//! WebP: the chunks that make the picture are copied, and the head says that there are no others.

use super::orientation::turns;
use super::picture::{Flaw, Picture, PictureKind, part, u32_le};

/// Flags of the extended head (RFC 9649 §2.7.1).
const ANIMATION: u8 = 0x02;
const XMP: u8 = 0x04;
const EXIF: u8 = 0x08;

/// The picture of a WebP file (RFC 9649).
pub(super) fn read(bytes: &[u8]) -> Result<Picture, Flaw> {
    let whole = usize::try_from(u32_le(bytes, 4)?).map_err(|_| Flaw::Torn)?;
    let chunks = part(bytes, 8, whole)?;
    let mut out = b"WEBP".to_vec();
    let (mut canvas, mut frame) = (None, None);
    let mut at = 4;
    while at < chunks.len() {
        let length = usize::try_from(u32_le(chunks, at + 4)?).map_err(|_| Flaw::Torn)?;
        let name = part(chunks, at, 4)?;
        let data = part(chunks, at + 8, length)?;
        at += 8 + length + length % 2;
        match name {
            b"VP8X" => {
                let mut head = part(data, 0, 10)?.to_vec();
                if head[0] & ANIMATION != 0 {
                    return Err(Flaw::Moving);
                }
                head[0] &= !(XMP | EXIF);
                let side =
                    |at: usize| 1 + u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]);
                canvas = Some((side(4), side(7)));
                add(&mut out, name, &head);
            }
            b"ANIM" | b"ANMF" => return Err(Flaw::Moving),
            b"EXIF" if turns(data.strip_prefix(b"Exif\0\0").unwrap_or(data)) => {
                return Err(Flaw::Turned);
            }
            b"VP8 " => {
                frame = Some(lossy(data)?);
                add(&mut out, name, data);
            }
            b"VP8L" => {
                frame = Some(lossless(data)?);
                add(&mut out, name, data);
            }
            b"ICCP" | b"ALPH" => add(&mut out, name, data),
            _ => {}
        }
    }
    let frame = frame.ok_or(Flaw::Torn)?;
    let (width, height) = canvas.unwrap_or(frame);
    let length = u32::try_from(out.len()).map_err(|_| Flaw::Size)?;
    let mut file = b"RIFF".to_vec();
    file.extend(length.to_le_bytes());
    file.append(&mut out);
    Ok(Picture {
        kind: PictureKind::Webp,
        width,
        height,
        bytes: file,
    })
}

fn add(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    out.extend_from_slice(name);
    // A chunk was part of a file whose length fits.
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    out.extend(length.to_le_bytes());
    out.extend_from_slice(data);
    if !data.len().is_multiple_of(2) {
        out.push(0);
    }
}

/// Width and height of a lossy frame (RFC 6386 §9.1).
fn lossy(data: &[u8]) -> Result<(u32, u32), Flaw> {
    let head = part(data, 0, 10)?;
    if head[3..6] != [0x9d, 0x01, 0x2a] {
        return Err(Flaw::Torn);
    }
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
    Ok((side(6), side(8)))
}

/// Width and height of a lossless frame (RFC 9649 §3.4).
fn lossless(data: &[u8]) -> Result<(u32, u32), Flaw> {
    if part(data, 0, 1)? != [0x2f] {
        return Err(Flaw::Torn);
    }
    let bits = u32_le(data, 1)?;
    Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
