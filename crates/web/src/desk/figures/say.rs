//! Numbers as people of a language write them: «1 742», «81,5 %», «1 ч 20 мин».

use clinic::figures::Shown;
use kernel::Language;

use crate::words::Words;

/// «1 742», “1,742”.
pub(super) fn number(words: Words, number: u64) -> String {
    let separator = match words.0 {
        Language::Ru => '\u{a0}',
        Language::En => ',',
    };
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Tenths of a percent: «81,5 %», “81.5%”; whole ones without a fraction.
pub(super) fn percent(words: Words, tenths: u32) -> String {
    let (point, sign) = match words.0 {
        Language::Ru => (',', "\u{a0}%"),
        Language::En => ('.', "%"),
    };
    let whole = number(words, u64::from(tenths / 10));
    match tenths % 10 {
        0 => format!("{whole}{sign}"),
        rest => format!("{whole}{point}{rest}{sign}"),
    }
}

/// The same for a table of a spreadsheet: a number without a sign.
pub(super) fn plain_percent(words: Words, tenths: u32) -> String {
    let point = match words.0 {
        Language::Ru => ',',
        Language::En => '.',
    };
    format!("{}{point}{}", tenths / 10, tenths % 10)
}

/// A count, or why it is not there.
pub(super) fn shown(words: Words, shown: Shown) -> String {
    match shown {
        Shown::Number(of) => number(words, of),
        Shown::Few => words.say("figures-few"),
        Shown::Kept => words.say("figures-kept"),
    }
}

/// A count for a spreadsheet.
pub(super) fn plain(words: Words, one: Shown) -> String {
    match one {
        Shown::Number(of) => of.to_string(),
        Shown::Few | Shown::Kept => shown(words, one),
    }
}

/// What is not told: a dash.
pub(super) const NOTHING: &str = "—";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_does() {
        let (russian, english) = (Words(Language::Ru), Words(Language::En));
        assert_eq!(number(russian, 1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(number(english, 1_234_567), "1,234,567");
        assert_eq!(number(russian, 999), "999");
        assert_eq!(percent(russian, 815), "81,5\u{a0}%");
        assert_eq!(percent(english, 810), "81%");
        assert_eq!(plain_percent(russian, 5), "0,5");
        assert_eq!(shown(russian, Shown::Few), "<\u{a0}5");
    }
}
