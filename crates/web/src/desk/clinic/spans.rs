//! Hours of a day as people type them: «9–13, 14–18:30», breaks of a shift in brackets: «9–18 (13–14)».

use calendar::DayMinute;
use calendar::schedule::{Break, DaySpan};

/// A shift of a day with its breaks.
pub(super) type Shift = (DaySpan, Vec<Break>);

/// Reads the shifts of a day; nothing for a day without any.
///
/// # Errors
/// A part that is no span of time.
pub(super) fn read(text: &str) -> Result<Vec<Shift>, String> {
    let mut shifts: Vec<Shift> = Vec::new();
    for part in parts(text) {
        let (span, breaks) = match part.split_once('(') {
            Some((span, rest)) => (span, rest.trim_end().trim_end_matches(')')),
            None => (part, ""),
        };
        let unclear = || part.to_owned();
        let (start, end) = pair(span).ok_or_else(unclear)?;
        let shift = DaySpan::new(start, end).map_err(|_| unclear())?;
        let mut pauses = Vec::new();
        for pause in parts(breaks) {
            let (start, end) = pair(pause).ok_or_else(unclear)?;
            pauses.push(Break::new(start, end).map_err(|_| unclear())?);
        }
        shifts.push((shift, pauses));
    }
    Ok(shifts)
}

/// Parts between commas and semicolons, but for those in brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut depth) = (0, 0_u32);
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '\n' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn pair(text: &str) -> Option<(DayMinute, DayMinute)> {
    let (start, end) = text.split_once(['-', '–', '—'])?;
    Some((minute(start)?, minute(end)?))
}

/// `9`, `09`, `9:30`, `9.30`.
fn minute(text: &str) -> Option<DayMinute> {
    let text = text.trim().replace('.', ":");
    if text.contains(':') {
        return text.parse().ok();
    }
    format!("{text}:00").parse().ok()
}

/// Shifts as they are typed.
pub(super) fn write(shifts: &[Shift]) -> String {
    let span = |span: DaySpan| format!("{}–{}", span.start(), span.end());
    let texts: Vec<String> = shifts
        .iter()
        .map(|(shift, breaks)| {
            let breaks: Vec<String> = breaks.iter().map(|one| span(one.span())).collect();
            if breaks.is_empty() {
                span(*shift)
            } else {
                format!("{} ({})", span(*shift), breaks.join(", "))
            }
        })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        for (typed, means) in [
            ("9-18", "09:00–18:00"),
            ("9–13, 14—18.30", "09:00–13:00, 14:00–18:30"),
            ("9:00 - 18:00 (13-14)", "09:00–18:00 (13:00–14:00)"),
            (
                "8-20 (12-12.30; 16-16:15); 21-23",
                "08:00–20:00 (12:00–12:30, 16:00–16:15), 21:00–23:00",
            ),
            ("20-8", "20:00–08:00"),
            ("", ""),
        ] {
            let read = read(typed).expect(typed);
            assert_eq!(write(&read), means, "{typed}");
            assert_eq!(super::read(means).expect("what is written is read"), read);
        }
    }

    #[test]
    fn what_is_no_span_is_told() {
        for typed in ["9", "9-25", "утром", "9-18 (13)", "24-3", "9-18 (13-13)"] {
            assert!(read(typed).is_err(), "{typed}");
        }
    }
}
