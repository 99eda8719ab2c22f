//! PNG: the chunks that make the picture are copied, and no others.

use super::orientation::turns;
use super::picture::{Flaw, Picture, PictureKind, part, u32_be};

/// The first bytes of every PNG file.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks that change how a picture looks.
const KEPT: [&[u8]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
    b"bKGD", b"pHYs",
];

/// The picture of a PNG file (W3C PNG, 5).
pub(super) fn read(bytes: &[u8]) -> Result<Picture, Flaw> {
    let mut out = SIGNATURE.to_vec();
    let mut size = None;
    let mut has_data = false;
    let mut at = SIGNATURE.len();
    loop {
        let length = usize::try_from(u32_be(bytes, at)?).map_err(|_| Flaw::Torn)?;
        let chunk = part(bytes, at, length.checked_add(12).ok_or(Flaw::Torn)?)?;
        let (name, data) = (&chunk[4..8], &chunk[8..8 + length]);
        at += chunk.len();
        match name {
            b"IHDR" if size.is_none() => size = Some((u32_be(data, 0)?, u32_be(data, 4)?)),
            // A picture begins with its head.
            _ if size.is_none() => return Err(Flaw::Torn),
            b"IDAT" => has_data = true,
            b"acTL" => return Err(Flaw::Moving),
            b"eXIf" if turns(data) => return Err(Flaw::Turned),
            b"IEND" => {
                out.extend_from_slice(chunk);
                break;
            }
            _ => {}
        }
        if KEPT.contains(&name) {
            out.extend_from_slice(chunk);
        }
    }
    let (width, height) = size.filter(|_| has_data).ok_or(Flaw::Torn)?;
    Ok(Picture {
        kind: PictureKind::Png,
        width,
        height,
        bytes: out,
    })
}
