//! Whether EXIF says that a picture must be turned to stand upright.

/// `Orientation`, TIFF 6.0 tag 274.
const ORIENTATION: u16 = 274;

/// Whether TIFF data (EXIF without its head) turn or mirror the picture. Data that make no sense turn nothing.
pub(super) fn turns(tiff: &[u8]) -> bool {
    orientation(tiff).is_some_and(|value| (2..=8).contains(&value))
}

fn orientation(tiff: &[u8]) -> Option<u16> {
    let small_first = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if small_first {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let bytes: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = usize::try_from(if small_first {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    })
    .ok()?;
    let entries = usize::from(two(first)?);
    (0..entries).find_map(|number| {
        let at = first.checked_add(2 + number * 12)?;
        (two(at)? == ORIENTATION).then(|| two(at.checked_add(8)?))?
    })
}
