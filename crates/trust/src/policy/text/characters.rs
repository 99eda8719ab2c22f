//! Which characters a text may hold. A published text and the screen that shows it must agree to the eye, so nothing
//! that draws nothing, or that reorders its neighbours, gets in.

/// Whether `character` is refused everywhere: controls (line feed, carriage return and tab excepted), bidirectional
/// controls (Unicode UAX #9), invisible spaces, line separators outside the plain ones, tags and noncharacters.
pub fn is_refused(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' => true,
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => true,
        '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        other => {
            other.is_control()
                || (u32::from(other) & 0xFFFE) == 0xFFFE
                || ('\u{FDD0}'..='\u{FDEF}').contains(&other)
        }
    }
}

/// The place of the first refused character: line and column counted from one, the column in characters.
pub fn first_refused(text: &str) -> Option<(usize, usize, char)> {
    text.lines().enumerate().find_map(|(line, content)| {
        let (column, character) = content
            .chars()
            .enumerate()
            .find(|(_, character)| is_refused(*character))?;
        Some((line + 1, column + 1, character))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_russian_and_foreign_text_passes() {
        for text in [
            "Политика — «ёлка», № 1",
            "O’Brien\tÉmile\r\nJosé",
            "нераз\u{A0}рывный",
            "한국어 日本 👩",
        ] {
            assert_eq!(first_refused(text), None, "{text:?}");
        }
    }

    #[test]
    fn controls_and_reordering_are_found_with_their_place() {
        for character in [
            '\0',
            '\u{7}',
            '\u{B}',
            '\u{C}',
            '\u{1B}',
            '\u{7F}',
            '\u{85}',
            '\u{202E}',
            '\u{2066}',
            '\u{200F}',
            '\u{2028}',
            '\u{FEFF}',
            '\u{E0041}',
            '\u{FFFE}',
        ] {
            let text = format!("одна\nдве{character}");
            assert_eq!(
                first_refused(&text),
                Some((2, 4, character)),
                "{character:?}"
            );
        }
    }
}
