//! Characters that hide or reorder what a person reads.

/// Whether the character prints nothing or changes the order of what is printed:
/// control characters, bidirectional marks and overrides, zero-width and other format
/// characters (Unicode categories Cc, Cf, Co, Cs of what matters here, and line separators).
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
        | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{10ffff}')
}

/// Whether any character of the text [is hidden](is_hidden).
#[must_use]
pub fn has_hidden_characters(text: &str) -> bool {
    text.chars().any(is_hidden)
}
