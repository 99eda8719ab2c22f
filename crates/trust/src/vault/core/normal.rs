//! One spelling for what people write in many: the form that is hashed into a blind index. Two spellings of one phone,
//! address or name become equal here; values that differ stay different. Results are wiped on drop.

use zeroize::Zeroizing;

/// Digits of the E.164 form, without the plus: `+7 921 000-09-13`, `8 (921) 000-09-13` and `921 000 09 13` are
/// `79210000913`. `None` if it has other characters than telephone numbers do, or not 7 to 15 digits.
pub(super) fn phone(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim();
    let mut digits = Zeroizing::new(String::with_capacity(text.len() + 1));
    for (index, character) in text.char_indices() {
        match character {
            '0'..='9' => digits.push(character),
            '+' if index == 0 => {}
            ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '.' => {}
            _ => return None,
        }
    }
    if !text.starts_with('+') {
        match (digits.len(), digits.as_bytes().first()) {
            (11, Some(b'8')) => digits.replace_range(..1, "7"),
            (10, Some(b'3'..=b'9')) => digits.insert(0, '7'),
            _ => {}
        }
    }
    (7..=15).contains(&digits.len()).then_some(digits)
}

/// The address in lower case, both parts: two addresses that differ in case alone belong to one person in practice.
/// `None` if it has not the shape `local@domain`.
pub(super) fn email(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let empty = local.is_empty() || domain.is_empty();
    (!empty && !text.contains(char::is_whitespace)).then(|| Zeroizing::new(text.to_lowercase()))
}

/// A part of a name: lower case, ё as е, accents over Cyrillic letters dropped (й in two pieces joined), apostrophes
/// and full stops dropped, hyphens and spaces one space between words. «оглы» and «кызы» stay: they are part of the
/// name. `None` if no letter is left.
pub(super) fn name(text: &str) -> Option<Zeroizing<String>> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len() + 8));
    let mut gap = false;
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '\'' | '`' | '.' | '\u{2bc}' | '\u{2b9}' | '\u{2018}' | '\u{2019}' | '\u{b4}' => {}
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => gap = true,
            space if space.is_whitespace() => gap = true,
            '\u{300}'..='\u{36f}' if kept.chars().next_back().is_some_and(is_cyrillic) => {
                if character == '\u{306}' && kept.ends_with('и') {
                    kept.pop();
                    kept.push('й');
                }
            }
            other => {
                if gap && !kept.is_empty() {
                    kept.push(' ');
                }
                gap = false;
                kept.push(if other == 'ё' { 'е' } else { other });
            }
        }
    }
    kept.chars().any(char::is_alphabetic).then_some(kept)
}

/// A date as `YYYY-MM-DD`, given so; `None` for anything else. Whether the day exists is checked at the door.
pub(super) fn date(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    shaped.then_some(text)
}

fn is_cyrillic(character: char) -> bool {
    matches!(character, '\u{400}'..='\u{52f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(normal: fn(&str) -> Option<Zeroizing<String>>, spellings: &[&str], expected: &str) {
        for spelling in spellings {
            assert_eq!(
                normal(spelling).as_deref().map(String::as_str),
                Some(expected),
                "{spelling:?}"
            );
        }
    }

    #[test]
    fn phones_written_in_many_ways_are_one() {
        let ways = [
            "+79210000913",
            "+7 (921) 000-09-13",
            "8 921 000 09 13",
            "89210000913",
            "9210000913",
            " 7 921 000.09.13 ",
        ];
        same(phone, &ways, "79210000913");
        // Only a bare 8 is the Russian trunk prefix: +84 is Viet Nam, +86 China.
        same(phone, &["+84 91 234 56 78"], "84912345678");
        same(phone, &["+8613912345678"], "8613912345678");
        same(phone, &["+375 29 123-45-67"], "375291234567");
        for bad in [
            "",
            "+",
            "12345",
            "+7 921 000 09 13 доб. 5",
            "7+9210000913",
            "1234567890123456",
        ] {
            assert_eq!(phone(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn addresses_differ_by_more_than_case_and_spaces() {
        same(
            email,
            &["Anna@Example.RU", " anna@example.ru "],
            "anna@example.ru",
        );
        same(email, &["Почта@КЛИНИКА.рф"], "почта@клиника.рф");
        assert_ne!(email("a.nna@example.ru"), email("anna@example.ru"));
        for bad in ["", "anna", "@example.ru", "anna@", "an na@example.ru"] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn names_keep_their_words_and_lose_their_marks() {
        same(
            name,
            &["Семёнов", "СЕМЕНОВ", "Семе\u{308}нов", " семенов "],
            "семенов",
        );
        same(name, &["Чайка", "Чаи\u{306}ка", "ЧАИ\u{306}КА"], "чайка");
        same(name, &["Ивано\u{301}в", "Иванов"], "иванов");
        same(
            name,
            &[
                "Салтыков-Щедрин",
                "салтыков  щедрин",
                "Салтыков — Щедрин",
                "Салтыков‑Щедрин",
            ],
            "салтыков щедрин",
        );
        same(
            name,
            &["О'Коннор", "О’Коннор", "Оʼконнор", "ОКОННОР"],
            "оконнор",
        );
        same(name, &["Мамед оглы", "Мамед-Оглы"], "мамед оглы");
        same(name, &["Алиева кызы"], "алиева кызы");
        assert_ne!(name("Мамед оглы"), name("Мамед"));
        assert_ne!(name("Чайка"), name("Чаика"));
        for bad in ["", " ", "-", "''"] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn dates_are_iso_or_nothing() {
        assert_eq!(date("1990-02-03"), Some("1990-02-03"));
        for bad in [
            "",
            "03.02.1990",
            "1990-2-3",
            "1990-02-03 ",
            "1990/02/03",
            "199О-02-03",
        ] {
            assert_eq!(date(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(text in "[А-Яа-яЁёA-Za-z '’-]{0,20}", digits in "\\+[0-9]{7,15}") {
            if let Some(once) = name(&text) {
                prop_assert_eq!(name(&once).unwrap(), once);
            }
            let once = phone(&digits).unwrap();
            prop_assert_eq!(once.as_str(), &digits[1..]);
        }

        #[test]
        fn any_text_is_taken_without_panic(text in "\\PC{0,40}") {
            let _ = (phone(&text), email(&text), name(&text), date(&text));
        }
    }
}
