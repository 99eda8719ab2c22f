//! Rust source as the rules read it: without what is only said, and as words and paths.
//! Invariant: blanking keeps every line break, so line numbers stay those of the file.

/// The text with comments blanked.
pub fn without_comments(text: &str) -> String {
    blank(text, false)
}

/// The text with comments and the insides of string and character literals blanked.
pub fn code_only(text: &str) -> String {
    blank(text, true)
}

/// A piece of code; brackets, commas and the rest are `Mark`s.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token<'a> {
    /// An identifier, keyword or number.
    Word(&'a str),
    /// `::`
    Path,
    /// Any other single character that is not white space.
    Mark(char),
}

/// A token with the number of its line, counted from 1.
pub type Placed<'a> = (usize, Token<'a>);

/// The tokens of code whose comments and literals are blanked already.
pub fn tokens(code: &str) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (token, length) = if word > 0 {
                (Token::Word(&rest[..word]), word)
            } else if rest.starts_with("::") {
                (Token::Path, 2)
            } else {
                (Token::Mark(first), first.len_utf8())
            };
            found.push((index + 1, token));
            rest = rest[length..].trim_start();
        }
    }
    found
}

/// Every path named (`a::b::c`), with groups unfolded: `a::{b, c::d}` is `a::b` and `a::c::d`.
/// A word alone is a path of one.
pub fn paths<'a>(tokens: &[Placed<'a>]) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = if matches!(tokens[at].1, Token::Word(_)) {
            path(tokens, at, &mut Vec::new(), &mut found)
        } else {
            at + 1
        };
    }
    found
}

/// Reads the path that starts at `at` after `before`; returns where it ends.
fn path<'a>(
    tokens: &[Placed<'a>],
    mut at: usize,
    before: &mut Vec<&'a str>,
    found: &mut Vec<(usize, Vec<&'a str>)>,
) -> usize {
    let depth = before.len();
    let line = tokens[at].0;
    while let Some((_, Token::Word(word))) = tokens.get(at) {
        before.push(word);
        at += 1;
        if tokens.get(at).map(|(_, token)| *token) != Some(Token::Path) {
            break;
        }
        at += 1;
    }
    if tokens[at - 1].1 == Token::Path
        && tokens.get(at).map(|(_, token)| *token) == Some(Token::Mark('{'))
    {
        at += 1;
        while let Some((_, token)) = tokens.get(at) {
            at = match token {
                Token::Mark('}') => {
                    at += 1;
                    break;
                }
                Token::Word(_) => path(tokens, at, before, found),
                _ => at + 1,
            };
        }
    } else {
        found.push((line, before.clone()));
    }
    before.truncate(depth);
    at
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(text: &str, literals: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, hidden) = piece(&chars, at);
        let hide = match hidden {
            Hidden::Nothing => false,
            Hidden::Comment => true,
            Hidden::Literal => literals,
        };
        for &c in &chars[at..end] {
            out.push(if hide && c != '\n' { ' ' } else { c });
        }
        at = end;
    }
    out
}

enum Hidden {
    Nothing,
    Comment,
    Literal,
}

/// The end of the piece that starts at `at`, and what it is.
fn piece(chars: &[char], at: usize) -> (usize, Hidden) {
    let is = |offset: usize, c: char| chars.get(at + offset) == Some(&c);
    let after_word = at > 0 && is_word(chars[at - 1]);
    match chars[at] {
        '/' if is(1, '/') => (line_end(chars, at), Hidden::Comment),
        '/' if is(1, '*') => (block_end(chars, at), Hidden::Comment),
        '"' => (string_end(chars, at), Hidden::Literal),
        '\'' if is(1, '\\') => (quote_end(chars, at + 3), Hidden::Literal),
        '\'' if is(2, '\'') => (at + 3, Hidden::Literal),
        'r' if !after_word || matches!(chars[at - 1], 'b' | 'c') => match raw_string_end(chars, at)
        {
            Some(end) => (end, Hidden::Literal),
            None => (at + 1, Hidden::Nothing),
        },
        _ => (at + 1, Hidden::Nothing),
    }
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..]
        .iter()
        .position(|&c| c == '\n')
        .map_or(chars.len(), |length| at + length)
}

fn block_end(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn quote_end(chars: &[char], from: usize) -> usize {
    let rest = chars.get(from..).unwrap_or_default();
    rest.iter()
        .position(|&c| c == '\'')
        .map_or(chars.len(), |length| from + length + 1)
}

/// `r"…"`, `r#"…"#`; `None` when the `r` starts a word.
fn raw_string_end(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|&&c| c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |at: usize| {
        chars[at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|&&c| c == '#')
                .count()
                == hashes
    };
    Some(
        (open + 1..chars.len())
            .find(|&at| closes(at))
            .map_or(chars.len(), |at| at + 1 + hashes),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        let check = |text: &str, kept: &[&str], gone: &[&str]| {
            let code = code_only(text);
            assert_eq!(code.lines().count(), text.lines().count(), "{text}");
            assert!(
                kept.iter().all(|word| code.contains(word)),
                "{text:?} became {code:?}"
            );
            assert!(
                !gone.iter().any(|word| code.contains(word)),
                "{text:?} became {code:?}"
            );
        };
        check("a(); // said\nb();", &["a();", "b();"], &["said"]);
        check(
            "a(/* one /* two */ three */ b)",
            &["a(", " b)"],
            &["one", "three"],
        );
        check(
            r#"f("said \" // said", b"said", g)"#,
            &["f(", ", g)"],
            &["said"],
        );
        check(
            r###"f(r#"said " said"#, br"said\", g)"###,
            &["f(", ", g)"],
            &["said"],
        );
        check("f('x', '\\'', '\"', g) // said", &["g)"], &["x", "said"]);
        check(
            "fn f<'a>(x: &'a str) { g('\\u{1F600}') } h",
            &["'a str", "h"],
            &["1F600"],
        );
        check(
            "let number = for_r; // said",
            &["number", "for_r"],
            &["said"],
        );
        check("r#type = 1; \"said", &["type = 1;"], &["said"]);
        assert_eq!(
            without_comments("a(\"// kept\") // gone").trim_end(),
            "a(\"// kept\")"
        );
    }

    #[test]
    fn paths_unfold() {
        let code = "use a::{b, c::{self, d as e}, *};\nx::y(z);";
        let found: Vec<(usize, String)> = paths(&tokens(code))
            .into_iter()
            .map(|(line, path)| (line, path.join("::")))
            .collect();
        let named = |line: usize, path: &str| found.contains(&(line, path.to_owned()));
        assert!(
            named(1, "a::b") && named(1, "a::c::self") && named(1, "a::c::d"),
            "{found:?}"
        );
        assert!(named(2, "x::y") && named(2, "z"), "{found:?}");
    }
}
