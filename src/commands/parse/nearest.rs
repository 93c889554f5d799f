//! `did you mean`: the verb that is nearest to a word.

use crate::commands::specification::ROWS;

/// Words in front of a colon that people begin mails and notes with; a verb that is near them was not meant.
const WORDS_OF_PROSE: &[&str] = &[
    "hello",
    "hallo",
    "hey",
    "hei",
    "hi",
    "dear",
    "date",
    "sent",
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "when",
    "where",
    "who",
    "what",
    "how",
    "ps",
    "fyi",
    "re",
    "fw",
    "fwd",
    "wg",
    "aw",
    "tel",
    "fax",
    "mobile",
    "web",
    "notes",
    "files",
    "lists",
    "fine",
    "wie",
    "wer",
    "wo",
    "quote",
    "fun",
    "kind",
    "mind",
    "line",
    "last",
    "tile",
    "vote",
    "none",
    "dove",
    "here",
    "help wanted",
    "shop",
    "snow",
    "way",
    "hay",
    "wir",
    "hilfe",
    "noter",
    "nota",
    "notiz",
];

/// The name of the verb within two mistakes of a word, the nearest first; short words may have one. A swap of neighbours
/// is one mistake.
pub fn verb(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let letters: Vec<char> = word.chars().take(25).collect();
    let mistakes_max = match letters.len() {
        0..=2 | 25.. => return None,
        3..=4 => 1,
        _ => 2,
    };
    ROWS.iter()
        .flat_map(|row| row.names)
        .filter(|name| name.len() > 2)
        .map(|name| (mistakes(&letters, name), *name))
        .filter(|(count, _)| *count <= mistakes_max)
        .min_by_key(|(count, _)| *count)
        .map(|(_, name)| name)
}

/// Whether a word in front of a colon begins a text as people write it.
pub fn is_prose(word: &str) -> bool {
    WORDS_OF_PROSE.contains(&word.to_lowercase().as_str())
}

/// The number of letters added, left out, changed, or swapped with their neighbour (optimal string alignment).
fn mistakes(word: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, letter) in word.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, wanted) in name.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&row, j) + usize::from(letter != wanted);
            let mut best = changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0
                && j > 0
                && word.get(i - 1) == Some(wanted)
                && name.get(j - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_verb_is_found_within_two_mistakes() {
        for (word, expected) in [
            ("noet", Some("note")),
            ("nte", Some("note")),
            ("shwo", Some("show")),
            ("lsit", Some("list")),
            ("fiel", Some("file")),
            ("Timline", Some("timeline")),
            ("timelnie", Some("timeline")),
            ("serch", Some("search")),
            ("hepl", Some("help")),
            ("shows", Some("show")),
            ("agenda", None),
            ("update", None),
            ("xy", None),
            ("", None),
        ] {
            assert_eq!(verb(word), expected, "{word}");
        }
    }
}
