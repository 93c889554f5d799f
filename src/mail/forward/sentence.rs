//! "On Monday, Ada wrote:": the sentence that some clients write above a forwarded letter instead of a header block.

use super::block::Head;
use super::lines::{is_rule_mark, is_space};
use super::mailbox;
use crate::mail::labels::folded;
use regex::Regex;
use std::sync::LazyLock;

/// Sentences are no longer than this, folded lines together.
pub(super) const MOST_BYTES: usize = 600;

/// How sure a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It has an address, a time and a verb of writing.
    Sure,
    /// It has no address: a person could have written it as part of a letter.
    Likely,
    /// A date and an address, and no verb (Yandex): only under a marker.
    Verbless,
}

/// Verbs of writing, as the clients say it; lower case.
const VERBS: &str = r"(?x) (?: ^ | [\s\p{P}] ) (?: wrote | writes | schrieb | geschrieben | a\ écrit | a\ ecrit | écrit | escribió | escribio | escreveu
    | ha\ scritto | scrisse | schreef | geschreven | skrev | kirjoitti | napsal | napsala | napsal\(a\) | napísal | napísala | napísal\(a\)
    | napisał | napisała | napisał\(a\) | pisze | napisao | napisala | napisao/la | je\ napisao | je\ napisal | piše | írta | a\ scris | написал | написала
    | написал\(а\) | пишет | написав | написала | пише | писа | написа | έγραψε | έγραψαν | yazdı | yazmış | kirjutas | rakstīja | rakstija | rašė | parašė
    | va\ escriure | ha\ escrit | skrifaði | idatzi\ du | escribiu | כתב | כתבה | כתב/ה | كتب | نوشت | đã\ viết | viết | menulis | menulis | เขียนว่า | เขียน )
    (?: $ | [\s\p{P}] ) | 写道 | 寫道 | 写到 | 书写 | 書きました | のメール | さんは書きました | 作成 | 작성 | 님이 | 썼습니다 | 来信 | 來信";

static VERB: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(VERBS).ok());

/// Words that stand between a date and a name, and belong to neither; lower case.
const BETWEEN: &[&str] = &[
    "am",
    "pm",
    "a.m.",
    "p.m.",
    "uhr",
    "um",
    "schrieb",
    "heeft",
    "skrev",
    "kl",
    "kl.",
    "klo",
    "kell",
    "ora",
    "ore",
    "alle",
    "às",
    "as",
    "à(s)",
    "à",
    "las",
    "la",
    "at",
    "on",
    "the",
    "użytkownik",
    "používateľ",
    "uživatel",
    "пользователь",
    "користувач",
    "потребител",
    "időpontban",
    "h",
    "hrs",
    "o",
    "u",
    "v",
    "в",
    "о",
    "г.",
    "на",
    "cet",
    "cest",
    "gmt",
    "utc",
    "bst",
    "est",
    "edt",
    "pst",
    "pdt",
    "eet",
    "eest",
    "je",
    "a",
    "le",
    "el",
    "em",
    "il",
    "giorno",
    "op",
    "den",
    "d.",
    "d",
    "dne",
    "dnia",
    "dana",
    "από",
    "ο",
    "η",
    "στις",
    "μ.μ.",
    "π.μ.",
    "från",
    "från:",
    "fra",
    "von",
    "de",
    "da",
    "by",
    "klukkan",
    "tarihinde",
    "önü",
    "saat",
    "pukul",
    "lúc",
    "ngày",
    "pada",
    "tanggal",
    "plkst.",
    "val.",
    "si",
    "és",
    "ezt",
    "følgende",
    "följande:",
    "skrev:",
    "wrote",
    "schreef",
    "via",
];

/// Reads a sentence: who, and when. `None` when it is none.
pub(super) fn read(sentence: &str) -> Option<(Head, Certainty)> {
    let text = sentence.trim_matches(|c| is_space(c) || is_rule_mark(c));
    let text = text
        .trim_end_matches([':', '：', ' ', '*'])
        .trim_end_matches(is_space);
    if text.len() > MOST_BYTES || !text.contains(|c: char| c.is_numeric()) {
        return None;
    }
    let verb = VERB.as_ref()?.is_match(&folded(text));
    let addressed = addressed(text);
    let (certainty, name_end, rest) = match (&addressed, verb) {
        (Some(found), true) => (Certainty::Sure, found.start, found.end),
        (Some(found), false) => (Certainty::Verbless, found.start, found.end),
        (None, true) => {
            let start = verb_start(text)?;
            (Certainty::Likely, start, start)
        }
        (None, false) => return None,
    };
    let (name, name_start) = name_before(&text[..name_end]);
    let address = addressed.map(|found| found.address);
    let mut from = mailbox::one(&match (&name, &address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(name), None) => name.clone(),
        (None, Some(address)) => address.clone(),
        (None, None) => return None,
    })?;
    from.name = name.filter(|_| from.name.is_some());
    let date = date_of(&text[..name_start]).or_else(|| date_of(&text[rest..]))?;
    let head = Head {
        from: Some(from),
        date: Some(date),
        fields: 2,
        ..Head::default()
    };
    Some((head, certainty))
}

struct Addressed {
    address: String,
    /// Where the brackets before it begin.
    start: usize,
    /// Where the brackets behind it end.
    end: usize,
}

fn addressed(text: &str) -> Option<Addressed> {
    let at = text.find('@')?;
    let begin = text[..at]
        .rfind(|c: char| c.is_whitespace() || "<([,:;".contains(c))
        .map_or(0, |found| {
            found + text[found..].chars().next().map_or(1, char::len_utf8)
        });
    let end = text[at..]
        .find(|c: char| c.is_whitespace() || ">)],;".contains(c))
        .map_or(text.len(), |found| at + found);
    let found = mailbox::one(&text[begin..end])?.address?;
    let start = text[..begin]
        .trim_end_matches(['<', '(', '[', ' '])
        .trim_end_matches("mailto:")
        .trim_end_matches(['<', '(', '[', ' '])
        .len();
    let end = end + text[end..].len()
        - text[end..]
            .trim_start_matches(['>', ')', ']', ':', ','])
            .len();
    Some(Addressed {
        address: found,
        start,
        end,
    })
}

/// Where the verb begins, for a sentence that has no address. Only those whose name stands before the verb.
fn verb_start(text: &str) -> Option<usize> {
    let verb = VERB.as_ref()?;
    // Folding keeps no offsets, so the words are tried where they stand.
    let starts = text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, _)| at);
    let start = starts.into_iter().find(|at| {
        let words: Vec<&str> = text[*at..].split_whitespace().take(2).collect();
        verb.find(&folded(&words.join(" ")))
            .is_some_and(|found| found.start() == 0)
    })?;
    // German and the Nordic languages: the name follows.
    let after = text[start..]
        .split_whitespace()
        .nth(1)
        .map(str::len)
        .unwrap_or_default();
    let first = text[start..].split_whitespace().next().unwrap_or_default();
    let is_before_name = matches!(folded(first).as_str(), "schrieb" | "skrev") && after > 0;
    if is_before_name {
        Some(text.len())
    } else {
        Some(start)
    }
}

/// The name at the end of a text, and where it begins: a quoted one, or the words back to the date.
fn name_before(text: &str) -> (Option<String>, usize) {
    let trimmed = text.trim_end_matches(|c: char| is_space(c) || matches!(c, ',' | '<' | '('));
    for (open, close) in [
        ('"', '"'),
        ('«', '»'),
        ('„', '”'),
        ('„', '“'),
        ('“', '”'),
        ('”', '”'),
        ('»', '«'),
        ('「', '」'),
    ] {
        let Some(inner) = trimmed.strip_suffix(close) else {
            continue;
        };
        if let Some(start) = inner.rfind(open) {
            let name = inner[start + open.len_utf8()..].trim_matches(is_space);
            return (Some(name.to_owned()).filter(|name| !name.is_empty()), start);
        }
    }
    // Back to the last word of the date, then forward over what belongs to neither.
    let mut start = trimmed.len();
    for (count, (at, space)) in trimmed.rmatch_indices(is_space).take(10).enumerate() {
        let word = trimmed[at + space.len()..start].trim_matches(is_space);
        let ends_date =
            word.contains(|c: char| c.is_numeric()) || (count > 0 && word.ends_with([',', ':']));
        if ends_date {
            break;
        }
        start = at;
    }
    let first = trimmed[..start].trim_end();
    if !first.contains(is_space)
        && !first.contains(|c: char| c.is_numeric())
        && !first.ends_with([',', ':'])
    {
        start = 0;
    }
    while let Some((word, rest)) = trimmed[start..]
        .trim_start_matches(is_space)
        .split_once(is_space)
    {
        if !BETWEEN.contains(&folded(word).as_str()) {
            break;
        }
        start = trimmed.len() - rest.len();
    }
    let name = trimmed[start..].trim_matches(|c: char| is_space(c) || matches!(c, ',' | ':' | '-'));
    (
        Some(name.to_owned()).filter(|name| name.chars().any(char::is_alphabetic)),
        start,
    )
}

/// The date in what a sentence says beside the name.
fn date_of(text: &str) -> Option<String> {
    let mut text =
        text.trim_matches(|c: char| is_space(c) || matches!(c, ',' | ':' | '"' | '(' | '<'));
    while let Some((first, rest)) = text.split_once(is_space) {
        let is_word = !first.contains(|c: char| c.is_numeric());
        let word = folded(first);
        if !(is_word
            && (BETWEEN.contains(&word.as_str())
                || VERB.as_ref().is_some_and(|verb| verb.is_match(&word))))
        {
            break;
        }
        text = rest.trim_start_matches(is_space);
    }
    while let Some((rest, last)) = text.rsplit_once(is_space) {
        let word = folded(last);
        let is_clock = matches!(
            word.as_str(),
            "am" | "pm" | "a.m." | "p.m." | "uhr" | "cet" | "cest" | "gmt" | "utc" | "h"
        );
        if last.contains(|c: char| c.is_numeric()) || is_clock || !BETWEEN.contains(&word.as_str())
        {
            break;
        }
        text = rest.trim_end_matches(is_space);
    }
    text.contains(|c: char| c.is_numeric()).then(|| {
        text.trim_matches(|c: char| is_space(c) || c == ',')
            .to_owned()
    })
}
