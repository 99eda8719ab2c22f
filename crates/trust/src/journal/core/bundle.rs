//! Entry bundles: up to 256 entries, each behind its big-endian 16-bit length (C2SP tlog-tiles, "Log entries").

use std::fmt;

use super::tile::TILE_WIDTH;

/// The longest entry a bundle can hold, in bytes.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// The bytes of a bundle of `entries` in order of their index.
///
/// # Errors
/// [`BundleError::EntryTooLong`] past 65,535 bytes, [`BundleError::TooMany`] past 256 entries.
pub fn encode<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        if place == usize::from(TILE_WIDTH) {
            return Err(BundleError::TooMany);
        }
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong { place })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// The entries of a bundle in order of their index.
///
/// # Errors
/// [`BundleError::Truncated`] when the bytes end inside an entry or its length, [`BundleError::TooMany`] past 256 entries.
pub fn decode(mut bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        if entries.len() == usize::from(TILE_WIDTH) {
            return Err(BundleError::TooMany);
        }
        let truncated = BundleError::Truncated {
            place: entries.len(),
        };
        let (length, rest) = bundle.split_first_chunk::<2>().ok_or(truncated)?;
        let (entry, rest) = rest
            .split_at_checked(usize::from(u16::from_be_bytes(*length)))
            .ok_or(truncated)?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

/// What is wrong with a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleError {
    /// An entry does not fit a 16-bit length.
    EntryTooLong {
        /// Place of the entry in the bundle.
        place: usize,
    },
    /// More than 256 entries.
    TooMany,
    /// The bytes end inside an entry.
    Truncated {
        /// Place of the entry in the bundle.
        place: usize,
    },
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntryTooLong { place } => write!(
                f,
                "entry {place} of the bundle is longer than {MAX_ENTRY} bytes"
            ),
            Self::TooMany => write!(f, "a bundle holds at most {TILE_WIDTH} entries"),
            Self::Truncated { place } => write!(f, "the bundle ends inside entry {place}"),
        }
    }
}

impl std::error::Error for BundleError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_stands_before_each_entry() {
        let bundle = encode([&b"ab"[..], b"", b"c"]).unwrap();
        assert_eq!(bundle, [0, 2, b'a', b'b', 0, 0, 0, 1, b'c']);
        assert_eq!(decode(&bundle).unwrap(), [&b"ab"[..], b"", b"c"]);
        assert_eq!(decode(&[]).unwrap(), Vec::<&[u8]>::new());
    }

    #[test]
    fn limits_hold_at_their_last_byte() {
        let longest = vec![7; MAX_ENTRY];
        assert_eq!(
            decode(&encode([&longest[..]]).unwrap()).unwrap(),
            [&longest[..]]
        );
        let longer = vec![7; MAX_ENTRY + 1];
        assert_eq!(
            encode([&b""[..], &longer]),
            Err(BundleError::EntryTooLong { place: 1 })
        );
        assert!(encode(vec![&b"x"[..]; 256]).is_ok());
        assert_eq!(encode(vec![&b"x"[..]; 257]), Err(BundleError::TooMany));
        assert_eq!(decode(&[0; 514]), Err(BundleError::TooMany));
    }

    #[test]
    fn a_cut_bundle_says_where() {
        let bundle = encode([&b"ab"[..], b"cde"]).unwrap();
        for end in [5, 6, 8] {
            assert_eq!(
                decode(&bundle[..end]),
                Err(BundleError::Truncated { place: 1 }),
                "{end}"
            );
        }
        assert_eq!(
            decode(&bundle[..1]),
            Err(BundleError::Truncated { place: 0 })
        );
    }

    proptest! {
        #[test]
        fn bundles_read_back(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..60)) {
            let bundle = encode(entries.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(decode(&bundle).unwrap(), entries);
        }
    }
}
