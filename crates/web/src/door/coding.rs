//! Codings of bodies (RFC 9110 §8.4): which one a client takes, and how a whole body is packed.
//!
//! *Invariant*: what nobody can read is never sent; a client that takes none of ours, or refuses even plain bytes, gets
//! plain bytes. An answer to something done must not be lost over how it is written.

use std::io::{self, Write};

use axum::http::{HeaderMap, HeaderValue, header};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

/// How much time packing may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For one answer: tens of microseconds for a page.
    Once,
    /// For what is packed now and then and sent often: a millisecond or two for a page.
    Often,
    /// For what is packed once in the life of the process.
    Forever,
}

impl Coding {
    /// All of them, the better first.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The coding to answer in: of those that the client takes the one it wants most, Brotli where it wants both alike.
    /// `None` is plain bytes.
    pub(crate) fn chosen(headers: &HeaderMap) -> Option<Self> {
        let lines: Vec<&str> = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        let wanted = |coding: Self| weight(&lines, coding).filter(|weight| *weight > 0);
        let plain = named(&lines, "identity").unwrap_or(0);
        let mut best = None;
        for coding in Self::ALL {
            let Some(weight) = wanted(coding) else {
                continue;
            };
            if weight >= plain && best.is_none_or(|(_, than)| weight > than) {
                best = Some((coding, weight));
            }
        }
        best.map(|(coding, _)| coding)
    }

    /// Its name in `Content-Encoding`.
    pub(crate) const fn name(self) -> HeaderValue {
        match self {
            Self::Brotli => HeaderValue::from_static("br"),
            Self::Gzip => HeaderValue::from_static("gzip"),
        }
    }

    /// The body packed.
    ///
    /// # Errors
    /// None is known of writing into memory; the body is then sent plain.
    pub(crate) fn pack(self, plain: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let params = BrotliEncoderParams {
                    quality: match effort {
                        Effort::Once => 4,
                        Effort::Often => 6,
                        Effort::Forever => 11,
                    },
                    // A window as large as the body: the usual one has megabytes to be cleared for each page.
                    lgwin: window(plain.len()),
                    size_hint: plain.len(),
                    ..BrotliEncoderParams::default()
                };
                let mut packed = Vec::with_capacity(plain.len() / 3);
                brotli::BrotliCompress(&mut &plain[..], &mut packed, &params)?;
                Ok(packed)
            }
            Self::Gzip => {
                let level = match effort {
                    Effort::Once => 4,
                    Effort::Often => 6,
                    Effort::Forever => 9,
                };
                let room = Vec::with_capacity(plain.len() / 3);
                let mut encoder = GzEncoder::new(room, Compression::new(level));
                encoder.write_all(plain)?;
                encoder.finish()
            }
        }
    }
}

/// The exponent of the smallest window that holds so many bytes, within what RFC 7932 §9.1 allows.
fn window(bytes: usize) -> i32 {
    let exponent = usize::BITS - bytes.leading_zeros();
    i32::try_from(exponent).unwrap_or(22).clamp(12, 22)
}

/// Thousandths by which the client wants the coding; `None` where it says nothing of it.
fn weight(lines: &[&str], coding: Coding) -> Option<u16> {
    let names: &[&str] = match coding {
        Coding::Brotli => &["br"],
        // RFC 9110 §8.4.1.3: `x-gzip` is the same.
        Coding::Gzip => &["gzip", "x-gzip"],
    };
    names
        .iter()
        .find_map(|name| named(lines, name))
        .or_else(|| named(lines, "*"))
}

fn named(lines: &[&str], name: &str) -> Option<u16> {
    lines
        .iter()
        .flat_map(|line| line.split(','))
        .find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let there = parts.next()?;
            if !there.eq_ignore_ascii_case(name) {
                return None;
            }
            let quality = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case("q")
                    .then(|| value.trim().parse::<f32>().unwrap_or(0.0))
            });
            // A weight has three digits at most (RFC 9110 §12.4.2); what cannot be one is no wish.
            let thousandths = quality.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0;
            Some(thousandths as u16)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn chosen(lines: &[&str]) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT_ENCODING, line.parse().unwrap());
        }
        Coding::chosen(&headers)
    }

    #[test]
    fn the_client_decides_and_is_never_left_without_an_answer() {
        for (lines, coding) in [
            (&[][..], None),
            (&[""], None),
            (&["identity"], None),
            (&["br"], Some(Coding::Brotli)),
            (&["gzip, deflate, br, zstd"], Some(Coding::Brotli)),
            (&["gzip, deflate"], Some(Coding::Gzip)),
            (&["GZIP"], Some(Coding::Gzip)),
            (&["x-gzip"], Some(Coding::Gzip)),
            (&["deflate", "gzip"], Some(Coding::Gzip)),
            (&["br;q=0.5, gzip"], Some(Coding::Gzip)),
            (&["br;q=0, gzip;q=0.1"], Some(Coding::Gzip)),
            (&["br ; q=0"], None),
            (&["br;q=0.5, identity"], None),
            (&["*"], Some(Coding::Brotli)),
            (&["br;q=0, *"], Some(Coding::Gzip)),
            (&["gzip;q=much"], None),
            (&["gzip;q=NaN"], None),
            (&["brotli, gzipped"], None),
            // RFC 9110 §12.5.3 would let us refuse these; what was asked has been done by then.
            (&["identity;q=0"], None),
            (&["*;q=0"], None),
        ] {
            assert_eq!(chosen(lines), coding, "{lines:?}");
        }
    }

    #[test]
    fn what_is_packed_is_what_is_unpacked() {
        let text = "Запись к врачу, «Медок». ".repeat(400);
        for bytes in [text.as_bytes(), b"", b"a"] {
            for effort in [Effort::Once, Effort::Often, Effort::Forever] {
                let mut plain = Vec::new();
                let packed = Coding::Brotli.pack(bytes, effort).unwrap();
                brotli::Decompressor::new(packed.as_slice(), 4096)
                    .read_to_end(&mut plain)
                    .unwrap();
                assert_eq!(plain, bytes, "{effort:?}");
                let mut plain = Vec::new();
                let packed = Coding::Gzip.pack(bytes, effort).unwrap();
                flate2::read::GzDecoder::new(packed.as_slice())
                    .read_to_end(&mut plain)
                    .unwrap();
                assert_eq!(plain, bytes, "{effort:?}");
            }
        }
        let packed = Coding::Brotli.pack(text.as_bytes(), Effort::Once).unwrap();
        assert!(packed.len() * 10 < text.len());
    }
}
