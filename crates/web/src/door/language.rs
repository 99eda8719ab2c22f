//! The language an answer is given in, where the request does not name one.

use axum::http::{HeaderMap, header};
use kernel::Language;

/// The language that the client prefers (RFC 9110 §12.5.4); Russian where it prefers none of ours.
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Language {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|line| line.to_str().ok())
        .unwrap_or_default();
    let mut best = (Language::default(), 0.0);
    for range in wanted.split(',').take(20) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let primary = tag
            .split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        if let Ok(language) = primary.parse::<Language>()
            && quality > best.1
        {
            best = (language, quality);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_ours_that_is_liked_best() {
        for (wanted, language) in [
            ("", Language::Ru),
            ("en", Language::En),
            ("en-GB,ru;q=0.5", Language::En),
            ("ru-RU,ru;q=0.9,en;q=0.8", Language::Ru),
            ("en;q=0.3, ru;q=0.7", Language::Ru),
            ("de, fr;q=0.9, en;q=0.1", Language::En),
            ("de", Language::Ru),
            ("en;q=0", Language::Ru),
            ("EN-us", Language::En),
            (";;;,,q=", Language::Ru),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, wanted.parse().unwrap())]);
            assert_eq!(preferred(&headers), language, "{wanted}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Language::Ru);
    }
}
