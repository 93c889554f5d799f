//! The lines that clients put above a letter: "---------- Forwarded message", "Begin forwarded message:", "Original Message".
//!
//! Forwarding is found by the stem of the word in every language, inside the shape of a marker: so that a client's next
//! wording is found too.

use super::lines::{is_rule_mark, is_space};
use crate::mail::labels::folded;
use regex::Regex;
use std::sync::LazyLock;

/// What a marker line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// A letter that was forwarded follows.
    Forwarded,
    /// A letter follows that was answered or forwarded.
    Original,
    /// The forwarded letter ends here.
    End,
}

const FORWARDED: &[&str] = &[
    "forward",
    "fwd.msg",
    "weitergeleit",
    "weiterleit",
    "transfér",
    "transfere",
    "réexpédi",
    "reexpedi",
    "reenvia",
    "reenvío",
    "encaminha",
    "inoltra",
    "doorgestuur",
    "doorgezonden",
    "vidarebefordra",
    "videresend",
    "edelleenlähet",
    "välitet",
    "přeposl",
    "přeposíl",
    "přeslan",
    "předan",
    "preposl",
    "preposiel",
    "przekaz",
    "przesłan",
    "przesyłan",
    "podaj dalej",
    "továbbít",
    "redirec",
    "retransmis",
    "înaintat",
    "пересла",
    "пересыл",
    "перенаправ",
    "переадрес",
    "пересил",
    "препра",
    "прослеђ",
    "проследе",
    "προωθ",
    "iletilen",
    "iletilmiş",
    "yönlendiril",
    "proslijeđ",
    "proslijed",
    "prosleđ",
    "prosled",
    "posredova",
    "pārsūt",
    "persiųst",
    "persiunčia",
    "edastat",
    "edasisaadet",
    "edasi saadet",
    "転送",
    "转发",
    "转寄",
    "轉寄",
    "轉發",
    "转送",
    "전달",
    "הועבר",
    "מועבר",
    "توجيه",
    "محول",
    "محوّل",
    "بازارسال",
    "هدایت",
    "chuyển tiếp",
    "diteruskan",
    "teruskan",
    "dimajukan",
    "ส่งต่อ",
    "áframsend",
    "अग्रेषित",
    "birbidali",
];

const ORIGINAL: &[&str] = &[
    "original message",
    "original mail",
    "original e-mail",
    "original email",
    "original text",
    "originalnachricht",
    "originale nachricht",
    "original-nachricht",
    "original nachricht",
    "ursprüngliche nachricht",
    "ursprungliche nachricht",
    "ursprüngliche mail",
    "ursprüngliche e-mail",
    "originalmeddelande",
    "ursprungligt meddelande",
    "ursprungligt",
    "oprindelig meddelelse",
    "original meddelelse",
    "original besked",
    "opprinnelig melding",
    "original melding",
    "message d'origine",
    "message d’origine",
    "message original",
    "message initial",
    "courriel original",
    "mail original",
    "mensaje original",
    "mensagem original",
    "missatge original",
    "mensaxe orixinal",
    "messaggio originale",
    "messaggio originario",
    "oorspronkelijk bericht",
    "oorspronkelijke bericht",
    "origineel bericht",
    "alkuperäinen viesti",
    "původní zpráva",
    "původní e-mail",
    "originální zpráva",
    "pôvodná správa",
    "originálna správa",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "wiadomość pierwotna",
    "eredeti üzenet",
    "eredeti levél",
    "mesaj original",
    "mesajul original",
    "mesaj inițial",
    "исходное сообщение",
    "исходное письмо",
    "оригинальное сообщение",
    "первоначальное сообщение",
    "первичное сообщение",
    "оригінальне повідомлення",
    "вихідне повідомлення",
    "початкове повідомлення",
    "оригинално съобщение",
    "первоначално съобщение",
    "оригинална порука",
    "αρχικό μήνυμα",
    "orijinal mesaj",
    "orijinal ileti",
    "orjinal mesaj",
    "özgün ileti",
    "asıl ileti",
    "originalna poruka",
    "izvorna poruka",
    "izvirno sporočilo",
    "prvotno sporočilo",
    "algne kiri",
    "algne sõnum",
    "originaal",
    "sākotnējais ziņojums",
    "sākotnējā vēstule",
    "oriģinālais ziņojums",
    "pirminis pranešimas",
    "originalus laiškas",
    "pradinis laiškas",
    "原始邮件",
    "原始郵件",
    "原始信件",
    "原始訊息",
    "原邮件",
    "原郵件",
    "邮件原件",
    "郵件原件",
    "元のメッセージ",
    "オリジナルメッセージ",
    "オリジナル メッセージ",
    "원본 메일",
    "원본 메시지",
    "원본메일",
    "원본 이메일",
    "הודעה מקורית",
    "ההודעה המקורית",
    "الرسالة الأصلية",
    "رسالة أصلية",
    "پیام اصلی",
    "thư gốc",
    "tin nhắn gốc",
    "thư ban đầu",
    "pesan asli",
    "email asli",
    "mesej asal",
    "upprunaleg",
    "ข้อความต้นฉบับ",
    "मूल संदेश",
    "jatorrizko mezua",
];

/// First words of a line that ends a forwarded letter.
const END: &[&str] = &[
    "end",
    "ende",
    "fin",
    "fine",
    "fim",
    "final",
    "конец",
    "кінець",
    "край",
    "koniec",
    "konec",
    "kraj",
    "einde",
    "slut",
    "slutt",
    "vége",
    "sfârșit",
    "τέλος",
    "loppu",
    "lõpp",
    "beigas",
    "pabaiga",
    "結束",
    "结束",
    "終わり",
    "סוף",
    "نهاية",
];

static STEMS: LazyLock<[Option<Regex>; 2]> =
    LazyLock::new(|| [alternation(FORWARDED), alternation(ORIGINAL)]);

/// A marker longer than this is a sentence.
const LONGEST_BYTES: usize = 240;

/// What a line says as a marker; `None` for any other line.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let line = line.trim_matches(is_space);
    if line.len() > LONGEST_BYTES {
        return None;
    }
    let dashes = line
        .chars()
        .take_while(|c| is_mark(*c) || *c == ' ')
        .filter(|c| *c != ' ')
        .count();
    let ends_in_colon = line.trim_end_matches(['*', ' ']).ends_with([':', '：']);
    let words = inner(line);
    if words.is_empty() || (dashes < 2 && !ends_in_colon && line.len() > 60) {
        return None;
    }
    let words = folded(words);
    let [forwarded, original] = &*STEMS;
    let is_forwarded = forwarded
        .as_ref()
        .is_some_and(|stems| stems.is_match(&words));
    let is_original = !is_forwarded
        && original
            .as_ref()
            .is_some_and(|stems| stems.is_match(&words));
    if !is_forwarded && !is_original {
        return None;
    }
    let is_phrase = dashes >= 2 || is_bare_phrase(&words, ends_in_colon);
    let first = words.split([' ', ':']).next().unwrap_or_default();
    match (is_phrase, is_forwarded) {
        (false, _) => None,
        (true, _) if dashes >= 2 && END.contains(&first) => Some(Marker::End),
        (true, true) => Some(Marker::Forwarded),
        (true, false) => Some(Marker::Original),
    }
}

/// The words between the dashes.
pub(super) fn inner(line: &str) -> &str {
    line.trim_matches(|c: char| is_mark(c) || is_space(c))
}

/// Whether a line without dashes is a marker of its own: few words, no sentence.
fn is_bare_phrase(words: &str, ends_in_colon: bool) -> bool {
    let count = words.split(' ').count();
    let limit = if ends_in_colon { 9 } else { 5 };
    count <= limit
        && !words.contains(['@', '?', '!', ';', '"'])
        && (ends_in_colon || !words.contains([',', '.', ':']) || words.ends_with("fwd.msg"))
}

/// Dashes of every kind, and the scissors of The Bat.
fn is_mark(c: char) -> bool {
    is_rule_mark(c) || matches!(c, '+' | '<' | '>' | '8' | '.')
}

fn alternation(stems: &[&str]) -> Option<Regex> {
    let escaped: Vec<String> = stems.iter().map(|stem| regex::escape(stem)).collect();
    Regex::new(&escaped.join("|")).ok()
}
