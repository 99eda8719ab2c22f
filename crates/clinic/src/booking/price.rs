//! A price in words. Prices are kept in kopecks, whole roubles as a rule.

/// «1 800 ₽», «999,50 ₽»: groups of three and the sign parted by spaces that do not break; kopecks only where there are
/// some.
#[must_use]
pub fn money(kopecks: i64) -> String {
    let (roubles, rest) = (kopecks / 100, kopecks % 100);
    let digits = roubles.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    if rest != 0 {
        text.push_str(&format!(",{rest:02}"));
    }
    text + "\u{a0}₽"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_groups() {
        assert_eq!(money(180_000), "1\u{a0}800\u{a0}₽");
        assert_eq!(money(99_950), "999,50\u{a0}₽");
        assert_eq!(money(123_456_700), "1\u{a0}234\u{a0}567\u{a0}₽");
    }
}
