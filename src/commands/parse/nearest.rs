//! `did you mean`: the word of the language that is nearest to what was written.

use crate::commands::words;
use crate::domain::language::Language;

/// Longer words are nobody's mistyped verb.
const LETTERS_MAX: usize = 30;

/// The word within two mistakes of what was written, the nearest first; short words may have one. A swap of neighbours is one
/// mistake. Who makes two has the first letter right.
pub fn word(written: &str, language: Language) -> Option<&'static str> {
    let written: Vec<char> = words::folded(written.trim())
        .chars()
        .take(LETTERS_MAX + 1)
        .collect();
    let mistakes_max = match written.len() {
        0..=2 => return None,
        3..=4 => 1,
        5..=LETTERS_MAX => 2,
        _ => return None,
    };
    let near = words::openings(language).filter_map(|entry| {
        let name: Vec<char> = entry.folded().chars().collect();
        if name.len() <= 2 || name.len().abs_diff(written.len()) > mistakes_max {
            return None;
        }
        let count = mistakes(&written, &name);
        let right = count <= mistakes_max
            && (count < 2 || written.first() == name.first())
            && (name.len() > 3 || count < 2);
        right.then_some((count, entry.name))
    });
    near.min_by_key(|(count, _)| *count).map(|(_, name)| name)
}

/// The name of some words, beginning with `first`, that is one mistake from what stands before a colon; a plural is none.
pub fn phrase(written: &str, first: &str, language: Language) -> Option<&'static str> {
    let written = words::folded(written.trim());
    let letters: Vec<char> = written.chars().take(LETTERS_MAX + 1).collect();
    let first = words::folded(first);
    let mut all = words::openings(language);
    let found = all.find(|entry| {
        let name = entry.folded();
        let behind = name.strip_prefix(first.as_str());
        behind.is_some_and(|behind| behind.starts_with(' '))
            && name.len() >= 8
            && written.strip_suffix('s') != Some(name)
            && mistakes(&letters, &name.chars().collect::<Vec<char>>()) == 1
    });
    found.map(|entry| entry.name)
}

/// The known field of which a name of some letters is a slip: one mistake, and neither a plural nor a number behind it.
pub fn field(written: &str, language: Language) -> Option<&'static str> {
    let written = words::folded(written.trim());
    let letters: Vec<char> = written.chars().take(LETTERS_MAX + 1).collect();
    if letters.len() < 5 || letters.iter().any(char::is_ascii_digit) {
        return None;
    }
    let mut all = words::beside(language).flat_map(|words| words.fields);
    all.find_map(|(_, names)| {
        let mut names = names.iter();
        let near = names.find(|name| {
            let name: Vec<char> = words::folded(name).chars().collect();
            let plural = written.strip_suffix('s').map(str::len) == Some(name.len());
            !plural && name.len() >= 4 && mistakes(&letters, &name) == 1
        });
        near.copied()
    })
}

/// The number of letters added, left out, changed, or swapped with their neighbour (optimal string alignment).
pub fn mistakes(word: &[char], name: &[char]) -> usize {
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
    fn the_nearest_word_is_found_within_two_mistakes() {
        for (written, expected) in [
            ("noet", Some("note")),
            ("nte", Some("note")),
            ("notee", Some("note")),
            ("shwo", Some("show")),
            ("lsit", Some("list")),
            ("fiel", Some("file")),
            ("Timline", Some("timeline")),
            ("timelnie", Some("timeline")),
            ("serch", Some("search")),
            ("hepl", Some("help")),
            ("nxet", Some("next")),
            ("nect", Some("next")),
            ("nxt acton", Some("next action")),
            ("snoze", Some("snooze")),
            ("snooez", Some("snooze")),
            ("remnid", Some("remind")),
            ("phnoe", Some("phone")),
            ("emial", Some("email")),
            ("compnay", Some("company")),
            ("brithday", Some("birthday")),
            ("adress", Some("address")),
            ("websit", Some("website")),
            ("statsu", Some("status")),
            ("asign", Some("assign")),
            ("unmtue", Some("unmute")),
            ("confrim", Some("confirm")),
            ("udno", Some("undo")),
            ("mrege", Some("merge")),
            ("delte", Some("delete")),
            ("amout", Some("amount")),
            ("invocie", Some("invoice")),
            ("keep in tuch", Some("keep in touch")),
            ("agenda", None),
            ("update", None),
            ("gnooze", Some("snooze")),
            ("gnoote", None),
            ("xy", None),
            ("", None),
        ] {
            assert_eq!(word(written, Language::English), expected, "{written}");
        }
    }

    #[test]
    fn the_words_of_the_member_s_language_are_near_too() {
        for (written, language, expected) in [
            ("seurava", Language::Finnish, Some("seuraava")),
            ("muistiinpno", Language::Finnish, Some("muistiinpano")),
            ("Notitz", Language::German, Some("notiz")),
            (
                "nachster schrit",
                Language::German,
                Some("nächster schritt"),
            ),
            ("telefn", Language::German, Some("telefon")),
            (
                "prochaine acton",
                Language::French,
                Some("prochaine action"),
            ),
            ("siguinte", Language::Spanish, Some("siguiente")),
            ("antekning", Language::Swedish, Some("anteckning")),
            ("antekning", Language::English, None),
            ("noet", Language::Swedish, Some("note")),
        ] {
            assert_eq!(word(written, language), expected, "{written}");
        }
    }

    #[test]
    fn a_field_s_slip_is_no_new_field() {
        for (written, expected) in [
            ("emial", Some("email")),
            ("phonne", Some("phone")),
            ("adress", Some("address")),
            ("shoe size", None),
            ("size", None),
            ("phones", None),
            ("phone2", None),
        ] {
            assert_eq!(field(written, Language::English), expected, "{written}");
        }
    }
}
