//! What a subject's prefix says: a forward, a reply, or nothing. Clients translate these prefixes, stack and number them.

/// What the outermost prefix of a subject says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// `Fwd:`, `WG:`, `TR:` …
    Forward,
    /// `Re:`, `AW:`, `SV:` …
    Reply,
    /// None that is known.
    None,
}

/// Lower case. Where one word means both (Danish `VS` is a reply in Finland), forwarding wins only without a rival here.
const FORWARD: &[&str] = &[
    "fw",
    "fwd",
    "fwd.msg",
    "fwrd",
    "forward",
    "forwarded",
    "wg",
    "wtr",
    "wtrlt",
    "weitergeleitet",
    "tr",
    "rv",
    "enc",
    "res-enc",
    "i",
    "pd",
    "vs",
    "vl",
    "vb",
    "vidarebefordrat",
    "videresendt",
    "doorst",
    "doorgestuurd",
    "fs",
    "fyi",
    "ynt-ilt",
    "ilt",
    "i̇lt",
    "yön",
    "redir",
    "redir.",
    "red.",
    "redirecționat",
    "rif-inol",
    "inoltro",
    "inoltra",
    "reenv",
    "reenviado",
    "encaminhado",
    "enc.",
    "rtr",
    "transf",
    "transféré",
    "tf",
    "továbbítás",
    "továbbítva",
    "továbbított",
    "tov",
    "továbbított üzenet",
    "προ",
    "πρθ",
    "прд",
    "пр",
    "пересл",
    "пересылка",
    "переслано",
    "переслать",
    "пренасочване",
    "препр",
    "препратено",
    "pr",
    "proslijeđeno",
    "prosl",
    "prosleđeno",
    "posr",
    "posred",
    "pd.",
    "przek",
    "edasi",
    "edasisaadetud",
    "edastatud",
    "pārsūt",
    "pārs",
    "persiųsta",
    "pers",
    "přep",
    "přeposlané",
    "prep",
    "preposlané",
    "転送",
    "fw转发",
    "转发",
    "转寄",
    "轉寄",
    "轉發",
    "转",
    "轉",
    "전달",
    "fwd전달",
    "הועבר",
    "העברה",
    "إعادة توجيه",
    "إعادة توجيه الرسالة",
    "محول",
    "chuyển tiếp",
    "ct",
    "trs",
    "teruskan",
    "diteruskan",
    "trskn",
    "tr.",
    "frs",
    "áfrs",
    "áframs",
    "ส่งต่อ",
    "फ़ॉरवर्ड",
    "ارسال",
];

const REPLY: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "r",
    "rif",
    "ris",
    "risp",
    "res",
    "resp",
    "ref",
    "odp",
    "odpowiedź",
    "odg",
    "odgovor",
    "vá",
    "ynt",
    "yanit",
    "yanıt",
    "vast",
    "bls",
    "atb",
    "atbilde",
    "ats",
    "atsakymas",
    "απ",
    "απάντηση",
    "σχετ",
    "отв",
    "ответ",
    "від",
    "відп",
    "отг",
    "отговор",
    "одг",
    "rép",
    "rep",
    "réf",
    "réponse",
    "回复",
    "回覆",
    "回信",
    "答复",
    "答覆",
    "返信",
    "회신",
    "답장",
    "re回复",
    "השב",
    "תשובה",
    "תגובה",
    "رد",
    "پاسخ",
    "trả lời",
    "tl",
    "bls.",
    "balas",
    "y",
    "za",
    "rés",
    "svar",
    "svs",
    "sva",
    "vas",
    "ตอบ",
    "উত্তর",
    "ré",
    "res.",
    "ad",
];

/// Longest run of characters before a colon that may still be a prefix.
const LONGEST: usize = 24;

/// What the first prefix says; gateway tags such as `[EXTERNAL]` before it are passed over.
pub(crate) fn prefix(subject: &str) -> Prefix {
    let subject = without_tags(subject);
    match cut(subject) {
        Some((prefix, _)) => prefix,
        // Pine and mutt write the prefix at the end.
        None if subject.trim_end().to_lowercase().ends_with("(fwd)") => Prefix::Forward,
        None => Prefix::None,
    }
}

/// The subject of the letter that was forwarded under this subject: without the prefixes that forwarding added.
pub(crate) fn unforwarded(subject: &str) -> String {
    let mut rest = without_tags(subject);
    while let Some((Prefix::Forward, after)) = cut(rest) {
        rest = without_tags(after);
    }
    let trimmed = rest.trim();
    let bare = match trimmed.len().checked_sub("(fwd)".len()) {
        Some(at) if trimmed.is_char_boundary(at) && trimmed[at..].eq_ignore_ascii_case("(fwd)") => {
            &trimmed[..at]
        }
        _ => trimmed,
    };
    bare.trim().to_owned()
}

/// The subject without any prefix or tag, as it was written.
pub(crate) fn bare(subject: &str) -> String {
    let mut rest = without_tags(subject);
    while let Some((_, after)) = cut(rest) {
        rest = without_tags(after);
    }
    rest.trim().to_owned()
}

/// The subject without any prefix or tag, lower case and with single spaces: for comparing two subjects.
pub(crate) fn core(subject: &str) -> String {
    let mut rest = without_tags(subject);
    while let Some((_, after)) = cut(rest) {
        rest = without_tags(after);
    }
    crate::mail::labels::folded(rest)
}

/// Whether a subject is another's, maybe behind a prefix that no table has.
pub(crate) fn carries(outer: &str, inner: &str) -> bool {
    let (outer, inner) = (core(outer), core(inner));
    let Some(before) = outer.strip_suffix(&inner) else {
        return false;
    };
    let before = before.trim();
    before.is_empty()
        || (!inner.is_empty() && before.ends_with([':', '：']) && before.chars().count() <= 16)
}

/// Takes the first prefix off: what it says, and what follows its colon.
fn cut(subject: &str) -> Option<(Prefix, &str)> {
    let subject = subject
        .trim_start_matches(|c: char| c.is_whitespace() || crate::mail::labels::is_invisible(c));
    let (at, colon) = subject
        .char_indices()
        .take(LONGEST)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let label = crate::mail::labels::folded(&subject[..at]);
    // Re[2], Fwd(3), SV-4, AW²
    let word = label.trim_end_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '-' | '^' | '*' | ' ' | '²' | '³')
    });
    let prefix = if FORWARD.contains(&word) || FORWARD.contains(&label.as_str()) {
        Prefix::Forward
    } else if REPLY.contains(&word) || REPLY.contains(&label.as_str()) {
        Prefix::Reply
    } else {
        return None;
    };
    Some((prefix, &subject[at + colon.len_utf8()..]))
}

/// Passes over `[…]` and `【…】` at the start, as lists, ticket systems and gateways put them there.
fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    for _ in 0..8 {
        let end = match rest.chars().next() {
            Some('[') => rest.find(']').map(|at| at + 1),
            Some('【') => rest.find('】').map(|at| at + '】'.len_utf8()),
            _ => None,
        };
        match end {
            // A subject that is nothing but a tag keeps it.
            Some(end) if !rest[end..].trim().is_empty() => rest = rest[end..].trim_start(),
            _ => break,
        }
    }
    rest
}

/// Whether a subject begins with `VS:`, which answers in Finland and forwards in Denmark and Norway.
pub(crate) fn is_finnish_reply(subject: &str) -> bool {
    let subject = without_tags(subject);
    subject
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("vs:"))
}
