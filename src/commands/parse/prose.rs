//! What people write in mails that is no command, though it begins like one.

use crate::commands::words;
use crate::domain::dates;
use crate::domain::language::Language;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words in front of a colon that begin a mail, a note, a form or a pasted header; a verb that is near them was not meant.
static BEGIN_TEXT: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words = include_str!("prose/begin_text.txt").split_whitespace();
    words.map(words::folded).collect()
});

/// The first words behind `find` that begin a sentence rather than a search: "find attached our offer".
const NO_SEARCH: &str = "attached enclosed below out the a an our my your here it that this them me in it, time some any him \
    her someone somebody peace another more us what where who how why when if someone's yourself myself \
    his their its one two ways joy for les le la un une ci-joint ein eine einen den die das adjunto el \
    los las una en ett det bifogat";

/// The first words behind `set` that begin a sentence: "set the agenda: …".
const NO_FIELD: &str = "the a an my your our his her its their up aside off out in on to for of and with by list menu price \
    prices sail goal goals foot fire some this that these those it them us one two three 1 2 3 4 5 \
    theory point meal piece la el los las le les un une una der die das den dem ein eine einen ett det \
    ne tämä se";

fn is_among(word: &str, all: &str) -> bool {
    let word = word.to_lowercase();
    all.split_whitespace().any(|other| other == word)
}

/// Whether words in front of a colon begin a text as people write it, and are no mistyped `name`. Of a short word every other
/// letter makes another word (real, deal): there two letters that changed places count, or one that is missing or too much.
pub fn begins_text(phrase: &str, name: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = words::folded(text.trim()).chars().collect();
        letters.sort_unstable();
        letters
    };
    let (written, meant) = (sorted(phrase), sorted(name));
    let is_other = meant.len() <= 4 && written.len() == meant.len() && written != meant;
    is_other || BEGIN_TEXT.contains(&words::folded(phrase.trim()))
}

/// Whether words that may name the target are a name: no date, and none of the words that stand in front of colons in prose.
pub fn is_name(text: &str, language: Language) -> bool {
    let mut begins = text.chars();
    let letter = begins.next().is_some_and(char::is_alphabetic);
    let small = |word: &str| {
        words::beside(language).any(|words| {
            words::is_one_of(word, words.no_names)
                || words::is_one_of(word, words.me)
                || words::is_one_of(word, words.leading)
        })
    };
    letter
        && !text.split_whitespace().any(small)
        && !text.ends_with([',', '.', ';', '!', '?'])
        && dates::whole(text, language).is_none()
}

/// Whether the words behind `set`, in front of a colon, are a sentence.
pub fn begins_like_prose(text: &str, language: Language) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let mut all = words::beside(language);
    is_among(first, NO_FIELD) || all.any(|words| words::is_one_of(first, words.leading))
}

/// Whether words behind `find` are a sentence rather than a search.
pub fn is_no_search(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let marks = text.trim_end().ends_with(['.', '!', '?', ',', ';', ':']);
    is_among(first, NO_SEARCH) || marks || text.split_whitespace().count() > 8
}

/// Whether what should be a name is a sentence: many words, or a stop at the end.
pub fn is_sentence(text: &str) -> bool {
    let initial = |text: &str| {
        let last = text.split_whitespace().next_back().unwrap_or_default();
        last.chars().count() <= 4
    };
    let stops = text.ends_with(['!', '?', ',']) || text.ends_with('.') && !initial(text);
    stops || text.split_whitespace().count() > 5
}
