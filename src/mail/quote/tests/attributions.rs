//! "On … wrote:" in the languages and the clients of the world.

use super::{check, check_all, of_text};

/// Attributions that are certain: what follows is quoted, with `>` or without.
const CERTAIN: &str = r#"
On Wed, May 1, 2024 at 10:15 AM Ada Byron <ada@example.com> wrote:
On Wed, 1 May 2024 at 10:15, Ada Byron <ada@example.com> wrote:
On May 1, 2024, at 10:15 AM, Ada Byron <ada@example.com> wrote:
On 1 May 2024, at 10:15, Ada Byron <ada@example.com> wrote:
On 01/05/2024 10:15, Ada Byron wrote:
On 5/1/24 10:15 AM, Ada Byron wrote:
On 2024-05-01 10:15, Ada Byron wrote:
On Wed, May 01, 2024 at 10:15:00AM +0200, Ada Byron wrote:
On Wednesday, May 1st, 2024 at 10:15 AM, Ada Byron <ada@example.com> wrote:
On Wednesday, May 1, 2024, 10:15:42 AM GMT+2, Ada Byron <ada@example.com> wrote:
On Wed, May 1, 2024, 10:15 AM Ada Byron <ada@example.com> wrote:
On Wed, May 1, 2024 10:15, Ada Byron ada@example.com wrote:
On Wednesday, May 01, 2024 10:15 CEST, "Byron, Ada" <ada@example.com> wrote:
At 2024-05-01 10:15:42, "Ada Byron" <ada@example.com> wrote:
At 10:15 AM 5/1/2024, Ada Byron wrote:
In a message dated 5/1/2024 10:15:42 AM Central Daylight Time, ada@example.com writes:
Ada Byron <ada@example.com> wrote on 01/05/2024 10:15:42:
"Ada Byron" <ada@example.com> wrote on 05/01/2024 10:15:42 AM:
Quoting Ada Byron <ada@example.com> wrote 2024-05-01 10:15:
---- On Wed, 01 May 2024 10:15:42 +0200 Ada Byron <ada@example.com> wrote ----
---- Ada Byron wrote ----
------ On 5/1/2024 10:15 AM, Ada Byron wrote ------
On Wed, 01 May 2024 10:15:42 +0200 Ada Byron <ada@example.com> wrote
2024-05-01 10:15 GMT+02:00 Ada Byron <ada@example.com>:
01.05.2024, 10:15, "Ada Byron" <ada@example.com>:
10:15 AM, May 1, 2024, "Ada Byron" <ada@example.com>:
Wednesday, 1 May 2024, 10:15 +0200 from Ada Byron <ada@example.com>:
Am Mi., 1. Mai 2024 um 10:15 Uhr schrieb Ada Byron <ada@example.com>:
Am 01.05.2024 um 10:15 schrieb Ada Byron:
Am 01.05.24 um 10:15 schrieb Ada Byron <ada@example.com>:
Am 1. Mai 2024 um 10:15 schrieb Ada Byron <ada@example.com>:
Am Mittwoch, 1. Mai 2024 um 10:15 schrieb Ada Byron <ada@example.com>:
Am Mittwoch, 1. Mai 2024, 10:15:42 MESZ hat Ada Byron <ada@example.com> Folgendes geschrieben:
Am Mittwoch, 1. Mai 2024, 10:15:42 CEST schrieb Ada Byron:
> Am 01.05.2024 um 10:15 schrieb Ada Byron <ada@example.com>:
Ada Byron <ada@example.com> schrieb am 01.05.2024 10:15:
Ada Byron schrieb am 01.05.2024 um 10:15:
Ada Byron <ada@example.com> hat am 01.05.2024 10:15 CEST geschrieben:
Le mer. 1 mai 2024 à 10:15, Ada Byron <ada@example.com> a écrit :
Le 01/05/2024 à 10:15, Ada Byron a écrit :
Le 1 mai 2024 à 10:15, Ada Byron <ada@example.com> a écrit :
Le mercredi 1 mai 2024 à 10:15:42 UTC+2, Ada Byron <ada@example.com> a écrit :
Le mercredi 1 mai 2024 à 10:15, Ada Byron <ada@example.com> a écrit :
El mié, 1 may 2024 a las 10:15, Ada Byron (<ada@example.com>) escribió:
El 1/5/24 a las 10:15, Ada Byron escribió:
El 1 may 2024, a las 10:15, Ada Byron <ada@example.com> escribió:
El miércoles, 1 de mayo de 2024, 10:15:42 CEST, Ada Byron <ada@example.com> escribió:
Il giorno mer 1 mag 2024 alle ore 10:15 Ada Byron <ada@example.com> ha scritto:
Il giorno 1 mag 2024, alle ore 10:15, Ada Byron <ada@example.com> ha scritto:
Il 01/05/2024 10:15, Ada Byron ha scritto:
In data mercoledì 1 maggio 2024 10:15:42 CEST, Ada Byron ha scritto:
Em qua., 1 de mai. de 2024 às 10:15, Ada Byron <ada@example.com> escreveu:
Em 01/05/2024 10:15, Ada Byron escreveu:
Em 1 de mai. de 2024, à(s) 10:15, Ada Byron <ada@example.com> escreveu:
Em quarta-feira, 1 de maio de 2024 às 10:15:42 BRT, Ada Byron <ada@example.com> escreveu:
No dia 1 de maio de 2024, às 10:15, Ada Byron <ada@example.com> escreveu:
Op wo 1 mei 2024 om 10:15 schreef Ada Byron <ada@example.com>:
Op 01-05-2024 om 10:15 schreef Ada Byron:
Op 1 mei 2024, om 10:15 heeft Ada Byron <ada@example.com> het volgende geschreven:
Op woensdag 1 mei 2024 om 10:15:42 CEST schreef Ada Byron <ada@example.com>:
Den ons 1 maj 2024 kl 10:15 skrev Ada Byron <ada@example.com>:
Den 2024-05-01 kl. 10:15, skrev Ada Byron:
1 maj 2024 kl. 10:15 skrev Ada Byron <ada@example.com>:
ons. 1. mai 2024 kl. 10:15 skrev Ada Byron <ada@example.com>:
Den 01.05.2024 10:15, skrev Ada Byron:
På 1. mai 2024 kl. 10:15:42, Ada Byron <ada@example.com> skrev:
Den ons. 1. maj 2024 kl. 10.15 skrev Ada Byron <ada@example.com>:
Den 1. maj 2024 kl. 10.15 skrev Ada Byron <ada@example.com>:
Den 01-05-2024 kl. 10:15 skrev Ada Byron:
ke 1. toukok. 2024 klo 10.15 Ada Byron (ada@example.com) kirjoitti:
Ada Byron kirjoitti 1.5.2024 klo 10.15:
Ada Byron <ada@example.com> kirjoitti 1.5.2024 kello 10.15:
śr., 1 maj 2024 o 10:15 Ada Byron <ada@example.com> napisał(a):
W dniu 1.05.2024 o 10:15, Ada Byron pisze:
W dniu śr., 1 maj 2024 o 10:15 Ada Byron <ada@example.com> napisał(a):
Wiadomość napisana przez Ada Byron <ada@example.com> w dniu 1 maj 2024, o godz. 10:15:
Dnia 1 maja 2024 10:15 Ada Byron <ada@example.com> napisał(a):
st 1. 5. 2024 v 10:15 odesílatel Ada Byron <ada@example.com> napsal:
Dne 01. 05. 24 v 10:15 Ada Byron napsal(a):
1. 5. 2024 v 10:15, Ada Byron <ada@example.com>:
st 1. 5. 2024 o 10:15 Ada Byron <ada@example.com> napísal(a):
Dňa 1. 5. 2024 o 10:15 Ada Byron napísal(a):
Ada Byron <ada@example.com> ezt írta (időpont: 2024. máj. 1., Sze, 10:15):
2024. 05. 01. 10:15 keltezéssel, Ada Byron írta:
În mie., 1 mai 2024 la 10:15, Ada Byron <ada@example.com> a scris:
Pe 1 mai 2024, la 10:15, Ada Byron <ada@example.com> a scris:
On 01.05.2024. 10:15, Ada Byron <ada@example.com> je napisala:
sri, 1. svi 2024. u 10:15 Ada Byron <ada@example.com> napisao je:
Dana 01.05.2024. u 10:15, Ada Byron je napisao/la:
V V sre., 1. maj 2024 ob 10:15 je oseba Ada Byron <ada@example.com> napisala:
Dne 1. 05. 2024 ob 10:15 je Ada Byron napisal(a):
Kontakt Ada Byron (<ada@example.com>) kirjutas kuupäeval K, 1. mai 2024 kell 10:15:
Ada Byron kirjutas 01.05.2024 kell 10:15:
Trešd., 2024. g. 1. maijs, plkst. 10:15 — lietotājs Ada Byron (<ada@example.com>) rakstīja:
2024-05-01, tr, 10:15 Ada Byron <ada@example.com> rašė:
На ср, 1.05.2024 г. в 10:15 Ada Byron <ada@example.com> написа:
На 1.05.24 в 10:15, Ada Byron написа:
Στις Τετ 1 Μαΐ 2024 στις 10:15 π.μ., ο/η Ada Byron <ada@example.com> έγραψε:
Στις 1/5/24 10:15, ο/η Ada Byron έγραψε:
ср, 1 мая 2024 г. в 10:15, Ada Byron <ada@example.com>:
01.05.2024 10:15, Ada Byron пишет:
1 мая 2024 г., в 10:15, Ada Byron <ada@example.com> написал(а):
Среда, 1 мая 2024, 10:15 +03:00 от Ada Byron <ada@example.com>:
ср, 1 трав. 2024 р. о 10:15 Ada Byron <ada@example.com> пише:
01.05.24 10:15, Ada Byron пише:
1 трав. 2024 р. о 10:15 Ada Byron <ada@example.com> написав(ла):
Ada Byron <ada@example.com>, 1 May 2024 Çar, 10:15 tarihinde şunu yazdı:
1.05.2024 10:15 tarihinde Ada Byron yazdı:
Ada Byron <ada@example.com> şunları yazdı (1 May 2024 10:15):
2024年5月1日(水) 10:15 Ada Byron <ada@example.com>:
2024/05/01 10:15、Ada Byron <ada@example.com>のメール:
2024/05/01 10:15、Ada Byron <ada@example.com>のメッセージ:
On 2024/05/01 10:15, Ada Byron wrote:
Ada Byron <ada@example.com> 于2024年5月1日周三 10:15写道：
在 2024年5月1日，10:15，Ada Byron <ada@example.com> 写道：
在 2024/5/1 10:15, Ada Byron 写道:
在 2024-05-01 10:15:42，"Ada Byron" <ada@example.com> 写道：
Ada Byron <ada@example.com> 於 2024年5月1日 週三 上午10:15寫道：
Ada Byron 於 2024/5/1 上午 10:15 寫道:
Ada Byron <ada@example.com> 於 2024年5月1日 上午10:15 寫道：
2024년 5월 1일 (수) 오전 10:15, Ada Byron <ada@example.com>님이 작성:
2024. 5. 1. 오전 10:15, Ada Byron <ada@example.com> 작성:
2024-05-01 오전 10:15에 Ada Byron 이(가) 쓴 글:
Vào Th 4, 1 thg 5, 2024 vào lúc 10:15 Ada Byron <ada@example.com> đã viết:
Vào 10:15, 1 thg 5, 2024, Ada Byron <ada@example.com> đã viết:
בתאריך יום ד׳, 1 במאי 2024 ב-10:15 מאת Ada Byron <ada@example.com>:
ב-1 במאי 2024, בשעה 10:15, Ada Byron <ada@example.com> כתב/ה:
في الأربعاء، 1 مايو 2024 في 10:15 ص تمت كتابة ما يلي بواسطة Ada Byron <ada@example.com>:
في ١ مايو ٢٠٢٤، الساعة ١٠:١٥، كتب/كتبت Ada Byron <ada@example.com>:
Pada Rab, 1 Mei 2024 pukul 10.15 Ada Byron <ada@example.com> menulis:
Pada 1 Mei 2024, pukul 10.15, Ada Byron <ada@example.com> menulis:
El dc., 1 de maig 2024, a les 10:15, Ada Byron <ada@example.com> va escriure:
El 1/5/24 a les 10:15, Ada Byron ha escrit:
Missatge de Ada Byron <ada@example.com> del dia dc., 1 de maig 2024 a les 10:15:
"#;

fn certain() -> impl Iterator<Item = &'static str> {
    CERTAIN.lines().filter(|line| !line.is_empty())
}

const OWN: &str = "Friday suits me.";

#[test]
fn what_stands_below_an_attribution_is_quoted() {
    let own = "Friday suits me.\nSee you there.";
    check_all(certain().map(|attribution| {
        let quote = "> Which day\n> suits you?\n";
        (format!("{own}\n\n{attribution}\n\n{quote}"), own)
    }));
}

#[test]
fn what_stands_below_an_attribution_needs_no_mark() {
    let unmarked = certain().filter(|line| !line.starts_with('>'));
    check_all(unmarked.map(|attribution| {
        let quote = "Which day suits you?\n\nAda\n";
        (format!("{OWN}\n\n{attribution}\n\n{quote}"), OWN)
    }));
}

#[test]
fn an_attribution_needs_no_space_around_it() {
    check_all(
        certain().map(|attribution| (format!("{OWN}\n{attribution}\n> Which day suits you?"), OWN)),
    );
}

/// The shortest first line that clients leave when they wrap.
const WRAPPED_CHARS_MIN: usize = 24;

#[test]
fn an_attribution_may_be_wrapped_at_any_space() {
    let plain = certain().filter(|line| !line.starts_with(['>', '-']));
    check_all(plain.flat_map(|attribution| {
        attribution
            .match_indices(' ')
            .filter(|(at, _)| attribution[..*at].chars().count() >= WRAPPED_CHARS_MIN)
            .map(move |(at, _)| {
                let (first, second) = attribution.split_at(at);
                let second = second.trim_start();
                (format!("{OWN}\n\n{first}\n{second}\n\n> Which day?\n"), OWN)
            })
    }));
}

#[test]
fn clients_wrap_addresses_in_odd_places() {
    let wrapped = [
        "On Wed, May 1, 2024 at 10:15 AM A Long Company Name <\nada@example.com> wrote:",
        "On Wed, May 1, 2024 at 10:15 AM Ada Byron <ada@example.com\n> wrote:",
        "ons. 1. mai 2024 kl. 10:15 skrev Ada Byron <ada@example.com\n>:",
        "On Wed, 1 May 2024, 10:15 am Ada Byron, <ada@example.com>\nwrote:",
        "On May 1, Ada Byron\n<ada@example.com>\nwrote:",
        "On May 1, 2024, at 10:15, Ada Byron <ada@example.com<mailto:ada@example.com>> wrote:",
        "On Wed, May 1, 2024 at 10:15 AM Ada Byron <ada@example.com>wrote:",
    ];
    check_all(
        wrapped
            .into_iter()
            .map(|attribution| (format!("{OWN}\n\n{attribution}\n\n> Which day?\n"), OWN)),
    );
}

#[test]
fn an_attribution_may_share_its_line() {
    let lines = [
        "Friday suits me. On Wed, May 1, 2024 at 10:15 AM Ada <ada@example.com> wrote:\n\n> Which day?",
        "Friday suits me. Am 01.05.2024 um 10:15 schrieb Ada:\nWelcher Tag?",
        "Friday suits me. Le 1 mai 2024 à 10:15, Ada <ada@example.com> a écrit :\nQuel jour ?",
        "Friday suits me.\n\nOn 5/1/2024 10:15 AM, Ada wrote: Which day?\nAda",
        "Friday suits me.\n\nOn Wed, May 1, 2024 at 10:15 AM Ada <ada@example.com> wrote: Which\nday?",
    ];
    check_all(lines.into_iter().map(|body| (body.to_owned(), OWN)));
    let own = "He said it in 2023. On Friday at 10:15 he wrote: no.";
    check(own, own);
}

#[test]
fn marks_of_direction_are_not_seen() {
    let attribution = "\u{202b}בתאריך יום ד׳, 1 במאי 2024 ב-10:15 מאת \u{202a}Ada Byron\u{202c}\u{200f} <\u{202a}ada@example.com\u{202c}\u{200f}>:\u{202c}";
    check(&format!("{OWN}\n\n{attribution}\n\nWhich day?\n"), OWN);
}

#[test]
fn before_quoted_lines_less_is_needed() {
    let weak = [
        "Ada wrote:",
        "On Wednesday Ada wrote:",
        "Ada schrieb:",
        "Quoting Ada Byron <ada@example.com>:",
        "Zitat von Ada Byron <ada@example.com>:",
        "* Ada Byron <ada@example.com> [2024-05-01 10:15]:",
        "Thus spake Ada Byron (ada@example.com):",
        "2024/5/1 Ada Byron <ada@example.com>",
        "Ada Byron, 01.05.2024:",
        "Hilsen fra Ada Byron (ada@example.com), 1.5.:",
    ];
    check_all(
        weak.into_iter()
            .map(|attribution| (format!("{OWN}\n\n{attribution}\n> Which day?\n"), OWN)),
    );
}

#[test]
fn sentences_that_look_like_attributions_stay() {
    let bodies = [
        "On Friday we meet Ada.\n\nOn Monday she wrote back. On the whole, well.",
        "Something wrote:\nThis is mine.",
        "On the other hand:\n\nwe could wait until 2025.",
        "See https://example.com/blog/on-2024-05-01-ada-wrote for more.",
        "Times that fit:\n\n2024-05-01 10:15\n01.05.2024 10:15\n5/1/2024 at 10:15 AM\n\nWhich one?",
        "Please call Ada <ada@example.com> before 1 May 2024 about this:\n\n1. the offer\n2. the price",
        "We met on 1 May 2024 at 10:15.\n\nThe agenda was:\n\nprices",
        "Am 1. Mai 2024 sind wir zu.\n\nDanach gerne:\n\nAm Montag um 10:15 Uhr.",
        "Le 1 mai 2024 nous serons fermés.\nMerci de noter :\n- pas de livraison",
        "next action: call ada@example.com on 2024-05-01\ncompany: Acme",
        "Here is the log:\n12:30:01 started\n12:30:02 done",
    ];
    check_all(bodies.into_iter().map(|body| (body.to_owned(), body)));
}

#[test]
fn text_above_an_attribution_is_the_opening() {
    let split = of_text("note: met Ada\n\nOn 2024-05-01 10:15, Ada wrote:\n> Shall we?\n\nYes.\n");
    assert_eq!(split.text, "note: met Ada\n\nYes.");
    assert_eq!(split.opening(), "note: met Ada");
    assert_eq!(
        split.quoted.as_deref(),
        Some("On 2024-05-01 10:15, Ada wrote:\n> Shall we?")
    );
}
