//! Folding: what words compare by when people search and name things, the same on every database. `Łódź` folds to `lodz`,
//! `GRÖSSE` and `Größe` to `grosse`, `ＡＢＣ` to `abc`. Scripts that write no spaces are cut into pairs of letters.
//!
//! Linear in the text, and no allocation but the token that is being built.

use std::ops::{ControlFlow, Range};
use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// The most bytes of one token; what is longer is cut there, in the index and in the query alike.
pub const TOKEN_BYTES_MAX: usize = 80;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A word between spaces or marks.
    Word,
    /// Two neighbouring letters of a script without spaces.
    Pair,
    /// The last letter of a run in such a script, so that each letter of the run begins one token.
    Last,
    /// The same, where the run has one letter only.
    Alone,
}

/// A token: its folded text, what it is, and the bytes of the source that it stands for.
pub type Token<'a> = (&'a str, Piece, Range<usize>);

/// Gives each token of a text to `each`, in order, until that breaks off.
pub fn tokens(text: &str, each: impl FnMut(Token<'_>) -> ControlFlow<()>) {
    let mut reader = Reader {
        each,
        word: String::new(),
        word_at: 0..0,
        run: None,
    };
    for (start, letter) in text.char_indices() {
        let range = start..start + letter.len_utf8();
        if reader.letter(letter, range).is_break() {
            return;
        }
    }
    let _ = reader.finish();
}

/// What names compare by: the folded words with one space between them; scripts without spaces stay whole.
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut before = Piece::Word;
    tokens(text, |(token, piece, _)| {
        let inside_run = before == Piece::Pair;
        if !key.is_empty() && !inside_run {
            key.push(' ');
        }
        before = piece;
        match piece {
            // The next token begins with the second letter.
            Piece::Pair => key.extend(token.chars().next()),
            _ => key.push_str(token),
        }
        ControlFlow::Continue(())
    });
    key
}

struct Reader<F> {
    each: F,
    word: String,
    word_at: Range<usize>,
    run: Option<Run>,
}

/// The letter of a script without spaces that waits for its neighbour.
struct Run {
    letter: char,
    at: Range<usize>,
    letters_before: u32,
}

impl<F: FnMut(Token<'_>) -> ControlFlow<()>> Reader<F> {
    fn letter(&mut self, letter: char, at: Range<usize>) -> ControlFlow<()> {
        // Most letters of most mail: nothing to look up.
        if letter.is_ascii_alphanumeric() {
            self.end_run()?;
            self.in_word(letter.to_ascii_lowercase(), at);
            return ControlFlow::Continue(());
        }
        if letter.is_ascii() {
            return self.finish();
        }
        if is_invisible(letter) {
            return ControlFlow::Continue(());
        }
        if ('\u{ac00}'..='\u{d7a3}').contains(&letter) {
            return self.folded(letter, at);
        }
        let mut flow = ControlFlow::Continue(());
        // The compatible decomposition of one letter has at most 18 (U+FDFA).
        decompose_compatible(letter, |part| {
            if flow.is_break() || is_stripped_mark(part) {
                return;
            }
            for lower in part.to_lowercase() {
                if flow.is_continue() && !is_stripped_mark(lower) {
                    flow = self.mapped(lower, at.clone());
                }
            }
        });
        flow
    }

    fn mapped(&mut self, letter: char, at: Range<usize>) -> ControlFlow<()> {
        let letters = match letter {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' | 'ɖ' => "d",
            'þ' => "th",
            'ħ' => "h",
            'ŧ' => "t",
            'ŋ' => "n",
            'ı' => "i",
            'ĸ' => "k",
            'ə' => "e",
            'ς' => "σ",
            'ٱ' => "ا",
            'ى' | 'ی' => "ي",
            'ة' => "ه",
            'ک' => "ك",
            _ => return self.folded(digit(letter), at),
        };
        for letter in letters.chars() {
            self.folded(letter, at.clone())?;
        }
        ControlFlow::Continue(())
    }

    fn folded(&mut self, letter: char, at: Range<usize>) -> ControlFlow<()> {
        if is_unspaced(letter) {
            self.end_word()?;
            return self.in_run(letter, at);
        }
        if letter.is_alphanumeric() || is_combining_mark(letter) {
            self.end_run()?;
            self.in_word(letter, at);
            return ControlFlow::Continue(());
        }
        self.finish()
    }

    fn in_word(&mut self, letter: char, at: Range<usize>) {
        if self.word.is_empty() {
            if !letter.is_ascii() && is_combining_mark(letter) {
                return;
            }
            self.word_at = at.clone();
        }
        self.word_at.end = at.end;
        if !letter.is_ascii()
            && let Some(last) = self.word.chars().next_back()
            && let Some(whole) = compose(last, letter)
        {
            self.word.pop();
            self.word.push(whole);
            return;
        }
        if self.word.len() + letter.len_utf8() <= TOKEN_BYTES_MAX {
            self.word.push(letter);
        }
    }

    fn in_run(&mut self, letter: char, at: Range<usize>) -> ControlFlow<()> {
        let Some(run) = &mut self.run else {
            self.run = Some(Run {
                letter,
                at,
                letters_before: 0,
            });
            return ControlFlow::Continue(());
        };
        if let Some(whole) = compose(run.letter, letter) {
            run.letter = whole;
            run.at.end = at.end;
            return ControlFlow::Continue(());
        }
        let mut pair = [0; 8];
        let first = run.letter.encode_utf8(&mut pair).len();
        let second = letter
            .encode_utf8(pair.get_mut(first..).unwrap_or_default())
            .len();
        let pair_at = run.at.start..at.end;
        run.letter = letter;
        run.at = at;
        run.letters_before = run.letters_before.saturating_add(1);
        let pair = pair.get(..first + second).unwrap_or_default();
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        (self.each)((pair, Piece::Pair, pair_at))
    }

    fn end_run(&mut self) -> ControlFlow<()> {
        let Some(run) = self.run.take() else {
            return ControlFlow::Continue(());
        };
        let piece = match run.letters_before {
            0 => Piece::Alone,
            _ => Piece::Last,
        };
        let mut bytes = [0; 4];
        (self.each)((run.letter.encode_utf8(&mut bytes), piece, run.at))
    }

    fn end_word(&mut self) -> ControlFlow<()> {
        if self.word.is_empty() {
            return ControlFlow::Continue(());
        }
        let flow = (self.each)((&self.word, Piece::Word, self.word_at.clone()));
        self.word.clear();
        flow
    }

    fn finish(&mut self) -> ControlFlow<()> {
        self.end_word()?;
        self.end_run()
    }
}

/// Letters of scripts that put no spaces between words, and the marks that belong to them.
pub fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}'      // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Myanmar
        | '\u{1100}'..='\u{11ff}'    // Hangul letters
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{309f}'    // Hiragana
        | '\u{30a1}'..='\u{30fa}'    // Katakana
        | '\u{30fc}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}'    // Bopomofo
        | '\u{3400}'..='\u{4dbf}'    // Han
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'    // Hangul syllables
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
        && !matches!(letter, '\u{0e3f}' | '\u{0e4f}' | '\u{0e5a}' | '\u{0e5b}' | '\u{104a}'..='\u{104f}' | '\u{17d4}'..='\u{17db}')
}

/// Marks that people leave out when they type: accents, and the points of Hebrew and Arabic. The vowel signs of Indic
/// scripts are letters to those who read them, and stay.
fn is_stripped_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}'
        | '\u{0483}'..='\u{0489}'
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}'
        | '\u{0610}'..='\u{061a}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e4}' | '\u{06e7}' | '\u{06e8}' | '\u{06ea}'..='\u{06ed}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Joiners, direction marks, soft hyphens, variation selectors: no reader sees them, no word ends at them.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// Digits of other scripts as ASCII.
fn digit(letter: char) -> char {
    let zero = match letter {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06f0}'..='\u{06f9}' => 0x06f0,
        '\u{0966}'..='\u{096f}' => 0x0966,
        '\u{09e6}'..='\u{09ef}' => 0x09e6,
        _ => return letter,
    };
    char::from_digit(letter as u32 - zero, 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut words = Vec::new();
        tokens(text, |(token, _, range)| {
            assert!(text.get(range).is_some());
            words.push(token.to_owned());
            ControlFlow::Continue(())
        });
        words.join(" ")
    }

    #[test]
    fn words_fold_to_what_people_type() {
        for (text, expected) in [
            ("Łódź", "lodz"),
            ("Größe GRÖSSE ẞ", "grosse grosse ss"),
            ("Ærø Þór Œuvre", "aero thor oeuvre"),
            ("İstanbul ISPARTA ırmak", "istanbul isparta irmak"),
            ("naïve e\u{301}te\u{301}", "naive ete"),
            ("O'Brien l\u{2019}été", "o brien l ete"),
            ("ada@acme.example", "ada acme example"),
            ("ＡＢＣ１２３ ﬁn", "abc123 fin"),
            ("Ёлка Йогурт Їжак", "елка иогурт іжак"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد أحمد علي على ٣", "محمد احمد علي علي 3"),
            ("हिन्दी की", "हिन्दी की"),
            ("co\u{ad}op zero\u{200b}width", "coop zerowidth"),
            ("½ ²", "1 2 2"),
            ("😀 👩\u{200d}💻", ""),
            ("", ""),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        for (text, expected) in [
            ("田中太郎", "田中 中太 太郎 郎"),
            ("東", "東"),
            ("iPhone手机X", "iphone 手机 机 x"),
            ("ｶﾞｽ が か\u{3099}", "ガス ス が が"),
            ("한국", "한국 국"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("ไทย", "ไท ทย ย"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_keeps_unspaced_names_whole() {
        for (text, expected) in [
            ("  Ada   BYRON ", "ada byron"),
            ("田中太郎", "田中太郎"),
            ("田中 太郎", "田中 太郎"),
            ("か\u{3099}す", "がす"),
            ("김민준 Kim", "김민준 kim"),
            ("Müller-Łuk", "muller luk"),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
    }

    #[test]
    fn a_token_without_end_is_cut() {
        let long = "a".repeat(10_000);
        assert_eq!(folded(&long).len(), TOKEN_BYTES_MAX);
    }
}
