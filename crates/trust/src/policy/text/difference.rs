//! What changed between two texts. The chunks lose nothing: same + removed is the old text, same + added the new one,
//! character for character.

use std::collections::HashMap;

/// Above this many pairs to compare a passage is shown as removed and added whole.
const MOST_PAIRS: usize = 4_000_000;
/// Above this many pairs of changed paragraphs they are not matched by likeness.
const MOST_LIKENESSES: usize = 10_000;
/// Paragraphs at least this alike are one paragraph edited: shares of common words, in percent.
const ALIKE: usize = 50;

/// One stretch of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Chunk {
    /// What became of it.
    pub change: Change,
    /// The words, with the line ends that were in them.
    pub text: String,
}

/// What became of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Stands in both.
    Same,
    /// Stands in the old text only.
    Removed,
    /// Stands in the new text only.
    Added,
}

/// Compares by paragraphs (lines), then edited paragraphs by words. Neighbouring chunks differ in their change.
pub fn difference(old: &str, new: &str) -> Vec<Chunk> {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut chunks = Chunks::default();
    let mut removed: Vec<&str> = Vec::new();
    let mut added: Vec<&str> = Vec::new();
    for (change, line) in compare(&old, &new) {
        match change {
            Change::Removed => removed.push(line),
            Change::Added => added.push(line),
            Change::Same => {
                edited(
                    &mut chunks,
                    &std::mem::take(&mut removed),
                    &std::mem::take(&mut added),
                );
                chunks.push(Change::Same, line);
            }
        }
    }
    edited(&mut chunks, &removed, &added);
    chunks.0
}

#[derive(Default)]
struct Chunks(Vec<Chunk>);

impl Chunks {
    fn push(&mut self, change: Change, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.change == change => last.text.push_str(text),
            _ => self.0.push(Chunk {
                change,
                text: text.to_owned(),
            }),
        }
    }
}

/// A run of changed paragraphs: those alike are compared word by word, the others stand whole.
fn edited(chunks: &mut Chunks, removed: &[&str], added: &[&str]) {
    let (mut old_at, mut new_at) = (0, 0);
    let pairs = pairs(removed, added);
    for (old, new) in pairs.into_iter().chain([(removed.len(), added.len())]) {
        removed[old_at..old]
            .iter()
            .for_each(|line| chunks.push(Change::Removed, line));
        added[new_at..new]
            .iter()
            .for_each(|line| chunks.push(Change::Added, line));
        if let (Some(before), Some(after)) = (removed.get(old), added.get(new)) {
            for (change, word) in compare(&words(before), &words(after)) {
                chunks.push(change, word);
            }
        }
        (old_at, new_at) = ((old + 1).min(removed.len()), (new + 1).min(added.len()));
    }
}

/// Which removed paragraph became which added one, in order, of the greatest likeness in all.
fn pairs(removed: &[&str], added: &[&str]) -> Vec<(usize, usize)> {
    let (rows, columns) = (removed.len(), added.len());
    if rows == 0 || columns == 0 || rows.saturating_mul(columns) > MOST_LIKENESSES {
        return Vec::new();
    }
    let removed_words: Vec<_> = removed.iter().map(|line| counted(line)).collect();
    let added_words: Vec<_> = added.iter().map(|line| counted(line)).collect();
    let mut likeness = vec![vec![0_usize; columns]; rows];
    let mut best = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            likeness[row][column] = alike(&removed_words[row], &added_words[column]);
            let paired = best[row + 1][column + 1] + likeness[row][column];
            best[row][column] = paired.max(best[row + 1][column]).max(best[row][column + 1]);
        }
    }
    let (mut row, mut column, mut found) = (0, 0, Vec::new());
    while row < rows && column < columns {
        if likeness[row][column] > 0
            && best[row][column] == best[row + 1][column + 1] + likeness[row][column]
        {
            found.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if best[row][column] == best[row + 1][column] {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

fn counted(line: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for word in line.split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

/// Dice's share of common words in percent, or nothing below [`ALIKE`].
fn alike(one: &HashMap<&str, usize>, other: &HashMap<&str, usize>) -> usize {
    let common: usize = one
        .iter()
        .map(|(word, count)| other.get(word).map_or(0, |more| *count.min(more)))
        .sum();
    let all: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    let share = (200 * common).checked_div(all).unwrap_or(0);
    if share < ALIKE { 0 } else { share }
}

/// Words and the spaces between them, alternating; nothing is lost.
fn words(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut space = None;
    for (at, character) in line.char_indices() {
        let now = character.is_whitespace();
        if space.is_some_and(|before| before != now) {
            found.push(&line[start..at]);
            start = at;
        }
        space = Some(now);
    }
    if start < line.len() {
        found.push(&line[start..]);
    }
    found
}

/// The longest common subsequence of two lists, told in order, removed before added. Equal ends are set aside first.
fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Change, &'a str)> {
    let head = old
        .iter()
        .zip(new)
        .take_while(|(one, other)| one == other)
        .count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(one, other)| one == other)
        .count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let same = |part: &[&'a str]| {
        part.iter()
            .map(|text| (Change::Same, *text))
            .collect::<Vec<_>>()
    };
    let mut told = same(&old[..head]);
    told.extend(middle(old_middle, new_middle));
    told.extend(same(&old[old.len() - tail..]));
    told
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Change, &'a str)> {
    let (rows, columns) = (old.len(), new.len());
    let (mut row, mut column, mut told) = (0, 0, Vec::with_capacity(rows + columns));
    if rows.saturating_mul(columns) <= MOST_PAIRS && rows > 0 && columns > 0 {
        let width = columns + 1;
        let mut longest = vec![0_u32; (rows + 1) * width];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                longest[row * width + column] = if old[row] == new[column] {
                    longest[(row + 1) * width + column + 1] + 1
                } else {
                    longest[(row + 1) * width + column].max(longest[row * width + column + 1])
                };
            }
        }
        while row < rows && column < columns {
            if old[row] == new[column] {
                told.push((Change::Same, old[row]));
                (row, column) = (row + 1, column + 1);
            } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
                told.push((Change::Removed, old[row]));
                row += 1;
            } else {
                told.push((Change::Added, new[column]));
                column += 1;
            }
        }
    }
    told.extend(old[row..].iter().map(|text| (Change::Removed, *text)));
    told.extend(new[column..].iter().map(|text| (Change::Added, *text)));
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(chunks: &[Chunk], without: Change) -> String {
        chunks
            .iter()
            .filter(|chunk| chunk.change != without)
            .map(|chunk| chunk.text.as_str())
            .collect()
    }

    fn shown(old: &str, new: &str) -> String {
        let mark = |chunk: &Chunk| match chunk.change {
            Change::Same => chunk.text.clone(),
            Change::Removed => format!("[-{}]", chunk.text),
            Change::Added => format!("[+{}]", chunk.text),
        };
        difference(old, new).iter().map(mark).collect()
    }

    #[test]
    fn an_edited_paragraph_shows_its_words_and_a_new_one_stands_whole() {
        assert_eq!(shown("раз два три\n", "раз два три\n"), "раз два три\n");
        assert_eq!(
            shown("срок десять дней\n", "срок семь дней\n"),
            "срок [-десять][+семь] дней\n"
        );
        assert_eq!(shown("а\nв\n", "а\nб\nв\n"), "а\n[+б\n]в\n");
        assert_eq!(shown("", "новое\n"), "[+новое\n]");
        assert_eq!(
            shown(
                "Хранится вечно.\n",
                "Уничтожается через месяц после приёма.\n"
            ),
            "[-Хранится вечно.\n][+Уничтожается через месяц после приёма.\n]"
        );
        assert_eq!(
            shown(
                "первый пункт стоит\nдо свидания\n",
                "вставка без родства\nпервый пункт стоит тут\nдо свидания\n"
            ),
            "[+вставка без родства\n]первый пункт стоит[+ тут]\nдо свидания\n"
        );
    }

    #[test]
    fn a_text_too_long_to_compare_is_still_told_whole() {
        let old: String = (0..3000).map(|n| format!("{n}\n")).collect();
        let new: String = (0..3000).map(|n| format!("н{n}\n")).collect();
        let chunks = difference(&old, &new);
        assert_eq!(chunks.len(), 2);
        assert_eq!(
            (
                joined(&chunks, Change::Added),
                joined(&chunks, Change::Removed)
            ),
            (old, new)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn nothing_is_lost(old in "([абв]{1,2}[ \n]){0,30}", new in "([абв]{1,2}[ \n]){0,30}") {
            let chunks = difference(&old, &new);
            prop_assert_eq!(joined(&chunks, Change::Added), old.clone());
            prop_assert_eq!(joined(&chunks, Change::Removed), new.clone());
            prop_assert!(chunks.windows(2).all(|pair| pair[0].change != pair[1].change));
            prop_assert_eq!(chunks.iter().any(|chunk| chunk.change != Change::Same), old != new);
        }
    }
}
