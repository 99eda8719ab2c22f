//! Plain text as clinics have it — pasted from an old site, half of its stars lost — made into Markdown that means the
//! same. Words and their order are never changed: only marks at the ends of lines and stray stars go.

use std::borrow::Cow;

/// Markdown for `source`. A text with Markdown headings is its author's and keeps its own marks.
pub(super) fn to_markdown(source: &str) -> String {
    let marked = if is_markdown(source) {
        source.to_owned()
    } else {
        from_plain(source)
    };
    marked
        .lines()
        .map(without_tags)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A clause's number at the start of `text` («2.1», «4.10.3.»), and what follows it. Dates and sums are not numbers of
/// clauses: each part has one or two digits and no leading zero.
pub(super) fn clause_number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let parts: Vec<&str> = number
        .strip_suffix('.')
        .unwrap_or(number)
        .split('.')
        .collect();
    let well_formed = parts
        .iter()
        .all(|part| matches!(part.len(), 1 | 2) && !part.starts_with('0'));
    let ends = rest
        .chars()
        .next()
        .is_none_or(|next| next.is_whitespace() || next == '*');
    ((2..=4).contains(&parts.len()) && well_formed && ends).then_some((number, rest))
}

fn is_markdown(source: &str) -> bool {
    source.lines().any(|line| {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        (1..=6).contains(&level) && line[level..].starts_with(' ')
    })
}

fn from_plain(source: &str) -> String {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let blank = |at: Option<usize>| {
        at.and_then(|at| lines.get(at))
            .is_none_or(|line| line.is_empty())
    };
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let alone = blank(at.checked_sub(1)) && blank(at.checked_add(1));
        let first = out.iter().all(String::is_empty);
        if line.is_empty() || is_ruler(line) {
            out.push(String::new());
        } else if first && is_title(line) {
            out.push(format!("# {line}"));
        } else if alone && is_section(line) {
            out.push(format!("## {line}"));
        } else if let Some(clause) = clause(line) {
            out.extend([String::new(), clause, String::new()]);
        } else if let Some(item) = bulleted(line) {
            out.push(format!("- {item}"));
        } else {
            out.push(unmarked(line).into_owned());
        }
    }
    out.join("\n")
}

/// A line of capitals opens the text.
fn is_title(line: &str) -> bool {
    line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase)
}

/// «3. Цели сбора…:» standing alone and not ending as a sentence does.
fn is_section(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix('.');
    (1..=2).contains(&digits)
        && rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
        && line.chars().count() <= 200
        && !line.ends_with(['.', ';', ','])
}

fn is_ruler(line: &str) -> bool {
    line.len() >= 3
        && (line.bytes().all(|byte| byte == b'-')
            || line.bytes().all(|byte| byte == b'=')
            || line.bytes().all(|byte| byte == b'_')
            || line.bytes().all(|byte| byte == b'*'))
}

/// «- 2.1** **ООО…» → «2.1 **ООО…»: the number loses the halves of its emphasis, the rest keeps its own.
fn clause(line: &str) -> Option<String> {
    let line = bulleted(line).unwrap_or(line);
    let opened = line.strip_prefix("**");
    let (number, rest) = clause_number(opened.unwrap_or(line).trim_start())?;
    let closed = rest.strip_prefix("**");
    let rest = closed.unwrap_or(rest).trim_start();
    let reopened = if opened.is_some() && closed.is_none() && !rest.is_empty() {
        "**"
    } else {
        ""
    };
    Some(format!("{number} {reopened}{rest}"))
}

fn bulleted(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['-', '*', '•', '·', '–', '—', '▪'])?;
    rest.starts_with(char::is_whitespace)
        .then(|| rest.trim_start())
}

/// In plain text a mark at the start of a line is just a character.
fn unmarked(line: &str) -> Cow<'_, str> {
    if line.starts_with(['#', '>', '+', '=', '~', '`']) {
        Cow::Owned(format!("\\{line}"))
    } else {
        Cow::Borrowed(line)
    }
}

/// Tags become words before Markdown sees them: an unclosed comment must not swallow the clauses behind it.
/// Lines with code marks are left to the blocks, which take tags as words too.
fn without_tags(line: &str) -> Cow<'_, str> {
    if !line.contains('<') || line.contains('`') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        let next = &line[at + character.len_utf8()..];
        let opens = next.starts_with(|next: char| {
            next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')
        });
        if character == '<'
            && !escaped
            && opens
            && !next.starts_with("https://")
            && !next.starts_with("mailto:")
        {
            out.push('\\');
        }
        escaped = character == '\\' && !escaped;
        out.push(character);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_clauses_are_told_from_dates_and_sums() {
        assert_eq!(clause_number("2.1 Оператор"), Some(("2.1", " Оператор")));
        assert_eq!(clause_number("4.10.3. Да"), Some(("4.10.3.", " Да")));
        assert_eq!(clause_number("2.1** **ООО"), Some(("2.1", "** **ООО")));
        for text in [
            "24.11.2026 вступает",
            "01.02 год",
            "1. Общие",
            "1.",
            "3.1а Иное",
            "",
            "..",
            "1..2 а",
            "152-ФЗ",
        ] {
            assert_eq!(clause_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn half_lost_stars_are_mended_and_whole_ones_kept() {
        assert_eq!(
            clause("- 2.1** **ООО «А»** – оператор").as_deref(),
            Some("2.1 **ООО «А»** – оператор")
        );
        assert_eq!(clause("- 3.1** Оператор").as_deref(), Some("3.1 Оператор"));
        assert_eq!(clause("**2.1** текст").as_deref(), Some("2.1 текст"));
        assert_eq!(
            clause("**2.1 Оператор** – мы").as_deref(),
            Some("2.1 **Оператор** – мы")
        );
        assert_eq!(clause("1.1 Настоящая").as_deref(), Some("1.1 Настоящая"));
        assert_eq!(clause("- пункт"), None);
    }

    #[test]
    fn a_text_with_markdown_headings_keeps_its_own_marks() {
        let own = "# Политика\n\n1. раз\n2. два\n\n   ещё";
        assert_eq!(to_markdown(own), own);
        assert_eq!(
            to_markdown("#set page()\nтекст"),
            "\\#set page()\nтекст",
            "plain text has no marks"
        );
    }
}
