//! AVIF: taken as it is, or not at all, because taking an item out means to write all places of the others anew.

use super::picture::{Flaw, Picture, PictureKind, part, u32_be};

/// The picture of an AVIF file (ISO/IEC 23008-12, AV1 Image File Format).
pub(super) fn read(bytes: &[u8]) -> Result<Picture, Flaw> {
    let mut size = None;
    let mut has_data = false;
    let mut at = 0;
    while at < bytes.len() {
        let (name, data, length) = next_box(bytes, at)?;
        at += length;
        match name {
            b"ftyp" => match brands(data)? {
                (true, false) => {}
                (_, true) => return Err(Flaw::Moving),
                (false, false) => return Err(Flaw::Unknown),
            },
            b"meta" => {
                // Items of these types are EXIF and XMP.
                if holds(data, b"Exif") || holds(data, b"mime") || holds(data, b"uri ") {
                    return Err(Flaw::Metadata);
                }
                size = largest(data);
            }
            b"mdat" => has_data = true,
            b"free" | b"skip" if data.iter().all(|byte| *byte == 0) => {}
            b"moov" | b"moof" => return Err(Flaw::Moving),
            _ => return Err(Flaw::Metadata),
        }
    }
    let (width, height) = size.filter(|_| has_data).ok_or(Flaw::Torn)?;
    Ok(Picture {
        kind: PictureKind::Avif,
        width,
        height,
        bytes: bytes.to_vec(),
    })
}

/// The box at `at`: its name, what is in it, its whole length.
fn next_box(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8], usize), Flaw> {
    let name = part(bytes, at + 4, 4)?;
    let (head, length) = match u32_be(bytes, at)? {
        0 => (8, bytes.len() - at),
        1 => {
            if u32_be(bytes, at + 8)? != 0 {
                return Err(Flaw::Torn);
            }
            (
                16,
                usize::try_from(u32_be(bytes, at + 12)?).map_err(|_| Flaw::Torn)?,
            )
        }
        length => (8, usize::try_from(length).map_err(|_| Flaw::Torn)?),
    };
    let whole = part(bytes, at, length)?;
    Ok((name, whole.get(head..).ok_or(Flaw::Torn)?, length))
}

/// Whether the file says it is a picture, and whether a sequence.
fn brands(data: &[u8]) -> Result<(bool, bool), Flaw> {
    let major = part(data, 0, 4)?;
    let compatible = data.get(8..).unwrap_or_default();
    let has = |brand: &[u8]| major == brand || compatible.chunks(4).any(|one| one == brand);
    Ok((has(b"avif"), major == b"avis"))
}

fn holds(data: &[u8], word: &[u8]) -> bool {
    data.windows(word.len()).any(|window| window == word)
}

/// The largest of the sizes that the file names: it may hold a mask, or pieces, beside the picture.
fn largest(data: &[u8]) -> Option<(u32, u32)> {
    let properties = data
        .windows(4)
        .enumerate()
        .filter(|(_, name)| name == b"ispe");
    properties
        .filter_map(|(at, _)| {
            let width = u32_be(data, at + 8).ok()?;
            let height = u32_be(data, at + 12).ok()?;
            Some((width, height))
        })
        .max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}
