//! Check digits of the numbers a Russian organisation and a taxpayer have.

/// Whether `text` is a taxpayer's number (ИНН) of an organisation (10 digits) or a person (12 digits).
pub(super) fn is_inn(text: &str) -> bool {
    let Some(digits) = digits(text) else {
        return false;
    };
    match digits.len() {
        10 => weighed(&digits, &[2, 4, 10, 3, 5, 9, 4, 6, 8]),
        12 => {
            weighed(&digits, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
                && weighed(&digits, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
        }
        _ => false,
    }
}

/// Whether `text` is a registration number of an organisation (ОГРН, 13 digits) or a sole trader (ОГРНИП, 15 digits).
pub(super) fn is_ogrn(text: &str) -> bool {
    let Some(digits) = digits(text) else {
        return false;
    };
    let divisor = match digits.len() {
        13 => 11,
        15 => 13,
        _ => return false,
    };
    let (check, number) = digits
        .split_last()
        .map_or((0, &digits[..]), |(check, number)| (*check, number));
    let value = number
        .iter()
        .fold(0_u64, |value, digit| value * 10 + u64::from(*digit));
    value % divisor % 10 == u64::from(check)
}

/// The digit after the weighed ones is their weighed sum, mod 11, mod 10.
fn weighed(digits: &[u32], weights: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.get(weights.len()) == Some(&(sum % 11 % 10))
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars()
        .map(|character| character.to_digit(10))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_catch_a_slip() {
        assert!(is_inn("7707083893") && is_inn("500100732259") && is_inn("0000000000"));
        assert!(is_ogrn("1027700132195") && is_ogrn("1000000000000"));
        for wrong in [
            "7707083894",
            "7707038893",
            "500100732295",
            "770708389",
            "",
            "77070838930",
            "77070838Я3",
            "7707 083893",
        ] {
            assert!(!is_inn(wrong), "{wrong}");
        }
        for wrong in [
            "1027700132196",
            "1027700123195",
            "102770013219",
            "",
            "10277001321950",
        ] {
            assert!(!is_ogrn(wrong), "{wrong}");
        }
    }
}
