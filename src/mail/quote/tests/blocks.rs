//! Header blocks, "-----Original Message-----" and their kin, in the languages of the world.

use super::{check, check_all};

/// Header blocks as Outlook and its kin write them: From, Sent, To, Subject.
const BLOCKS: &str = "
From|Sent|To|Subject
From|Date|To|Subject
Von|Gesendet|An|Betreff
Von|Datum|An|Betreff
De|Envoyé|À|Objet
De|Date|À|Objet
Expéditeur|Date|Destinataire|Sujet
De|Enviado|Para|Asunto
De|Enviado el|Para|Asunto
De|Fecha|Para|Asunto
Da|Inviato|A|Oggetto
Da|Data|A|Oggetto
De|Enviada em|Para|Assunto
De|Enviado|Para|Assunto
De|Data|Para|Assunto
Van|Verzonden|Aan|Onderwerp
Van|Datum|Aan|Onderwerp
Från|Skickat|Till|Ämne
Från|Datum|Till|Ämne
Fra|Sendt|Til|Emne
Fra|Dato|Til|Emne
Lähettäjä|Lähetetty|Vastaanottaja|Aihe
Lähettäjä|Päivämäärä|Vastaanottaja|Aihe
Od|Wysłano|Do|Temat
Od|Data|Do|Temat
Od|Odesláno|Komu|Předmět
Od|Datum|Komu|Předmět
Od|Odoslané|Komu|Predmet
Od|Dátum|Komu|Predmet
Feladó|Elküldve|Címzett|Tárgy
Feladó|Dátum|Címzett|Tárgy
De la|Trimis|Către|Subiect
De la|Data|Către|Subiect
Od|Poslano|Za|Tema
Šalje|Poslano|Prima|Predmet
Od|Datum|Prima|Naslov
Od|Poslano|Za|Zadeva
Pošiljatelj|Datum|Za|Zadeva
Saatja|Saadetud|Adressaat|Teema
Kellelt|Kuupäev|Kellele|Teema
No|Nosūtīts|Kam|Tēma
Sūtītājs|Datums|Kam|Temats
Nuo|Išsiųsta|Kam|Tema
Siuntėjas|Data|Gavėjas|Tema
От|Изпратено|До|Относно
От|Дата|До|Тема
Από|Στάλθηκε|Προς|Θέμα
Από|Ημερομηνία|Προς|Θέμα
От|Отправлено|Кому|Тема
От кого|Дата|Кому|Тема
Від|Надіслано|Кому|Тема
Від кого|Дата|Кому|Тема
Kimden|Gönderildi|Kime|Konu
Gönderen|Tarih|Alıcı|Konu
差出人|送信日時|宛先|件名
差出人|日時|宛先|件名
发件人|发送时间|收件人|主题
发件人|日期|收件人|主题
寄件者|寄件日期|收件者|主旨
寄件人|日期|收件人|主旨
보낸 사람|보낸 날짜|받는 사람|제목
보낸사람|날짜|받는사람|제목
Từ|Đã gửi|Đến|Chủ đề
Từ|Ngày|Tới|Chủ đề
מאת|נשלח|אל|נושא
מאת|תאריך|אל|נושא
من|تم الإرسال|إلى|الموضوع
من|التاريخ|إلى|الموضوع
Dari|Terkirim|Kepada|Subjek
Dari|Tanggal|Kepada|Perihal
De|Enviat|Per a|Assumpte
De|Data|Per a|Assumpte
";

const OWN: &str = "Friday suits me.\n\nBest,\nBob";
const LETTER: &str = "Which day suits you?\n\nAda\n";

fn blocks() -> impl Iterator<Item = Vec<&'static str>> {
    BLOCKS
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split('|').collect())
}

/// The four lines of a block.
fn block(labels: &[&str], colon: &str, mark: &str) -> String {
    let values = [
        "Ada Byron <ada@example.com>",
        "2024-05-01 10:15",
        "Bob Boole <bob@example.com>",
        "Offer",
    ];
    let lines = labels.iter().zip(values);
    lines
        .map(|(label, value)| format!("{mark}{label}{colon}{mark} {value}\n"))
        .collect()
}

#[test]
fn below_a_header_block_everything_is_quoted() {
    check_all(blocks().map(|labels| {
        let block = block(&labels, ":", "");
        (format!("{OWN}\n\n{block}\n{LETTER}"), OWN)
    }));
}

#[test]
fn labels_may_be_bold_and_their_colons_wide_or_apart() {
    for (colon, mark) in [
        (":", "*"),
        ("：", ""),
        (" :", ""),
        (":", "**"),
        ("\u{a0}:", ""),
    ] {
        check_all(blocks().map(|labels| {
            let block = block(&labels, colon, mark);
            (format!("{OWN}\n\n{block}\n{LETTER}"), OWN)
        }));
    }
}

#[test]
fn rules_and_space_above_a_header_block_belong_to_it() {
    let above = [
        "________________________________\n",
        "-----\n",
        "\n ------------------------------\n\n",
        "====\n\n",
        "-----Some Unknown Words-----\n",
        "________________________________________\n\n\n",
        "* * *\n",
    ];
    check_all(above.into_iter().flat_map(|above| {
        blocks().map(move |labels| {
            let block = block(&labels, ":", "");
            (format!("{OWN}\n{above}{block}\n{LETTER}"), OWN)
        })
    }));
}

#[test]
fn original_messages_are_known_by_their_name_in_every_language() {
    let names = [
        "Original Message",
        "original message",
        "Original Appointment",
        "Ursprüngliche Nachricht",
        "Originalnachricht",
        "Message d'origine",
        "Message original",
        "Mensaje original",
        "Messaggio originale",
        "Mensagem original",
        "Oorspronkelijk bericht",
        "Ursprungligt meddelande",
        "Opprinnelig melding",
        "Oprindelig meddelelse",
        "Alkuperäinen viesti",
        "Oryginalna wiadomość",
        "Původní zpráva",
        "Pôvodná správa",
        "Eredeti üzenet",
        "Mesaj original",
        "Izvorna poruka",
        "Izvirno sporočilo",
        "Algne sõnum",
        "Sākotnējais ziņojums",
        "Pradinis pranešimas",
        "Оригинално съобщение",
        "Αρχικό μήνυμα",
        "Исходное сообщение",
        "Вихідне повідомлення",
        "Orijinal İleti",
        "元のメッセージ",
        "原始邮件",
        "原始郵件",
        "원본 메시지",
        "Tin nhắn gốc",
        "הודעה מקורית",
        "الرسالة الأصلية",
        "Pesan asli",
        "Missatge original",
    ];
    let dashes = [
        ("-----", "-----"),
        ("----- ", " -----"),
        ("-------- ", " --------"),
        ("‐‐‐‐‐‐‐ ", " ‐‐‐‐‐‐‐"),
        ("------------------ ", " ------------------"),
    ];
    check_all(names.into_iter().flat_map(|name| {
        dashes.map(|(left, right)| (format!("{OWN}\n\n{left}{name}{right}\n{LETTER}"), OWN))
    }));
}

#[test]
fn blocks_come_in_other_forms_too() {
    let blocks = [
        // Outlook wraps a long sender.
        "From: Human Resources\n<a-long-address@example.com>\nSent: Monday, May 1, 2024 10:15 AM\nTo: Bob <bob@example.com>\nSubject: Offer\n",
        // Hotmail has the date first.
        "Date: Wed, 1 May 2024 10:15:42 +0200\nSubject: Offer\nFrom: ada@example.com\nTo: bob@example.com\n",
        "Date: Wed, 1 May 2024 10:15:42 +0200\nTo: bob@example.com\n",
        // No addresses.
        "From: Byron, Ada\nSent: Wednesday, May 1, 2024 10:15 AM\nTo: Boole, Bob\nCc: Clay, Cleo; Dyer, Dan\nSubject: Offer\n",
        // Windows Mail on a phone.
        "From: Ada Byron\nSent: 1 May 2024 10:15\nTo: bob@example.com\n",
        // Some make a paragraph of each line.
        "From: Ada Byron <ada@example.com>\n\nSent: Wednesday, May 1, 2024 10:15 AM\n\nTo: Bob <bob@example.com>\n\nSubject: Offer\n",
        // A list of addressees over several lines.
        "From: Ada <ada@example.com>\nTo: Bob <bob@example.com>,\n  Cleo <cleo@example.com>,\n  Dan <dan@example.com>\nDate: 1 May 2024 10:15\nSubject: Offer\n",
        // Samsung.
        "-------- Original message --------\nFrom: Ada <ada@example.com>\nDate: 5/1/24 10:15 (GMT+01:00)\nTo: Bob <bob@example.com>\nSubject: Offer\n",
        // Samsung in French puts two on a line.
        "-------- Message d'origine --------\nDe : Ada <ada@example.com>\nDate : 01/05/24 10:15 (GMT+01:00)\nÀ : bob@example.com Objet : Offre\n",
        // Orange and SFR.
        "> Message du 01/05/24 10:15\n> De : ada@example.com\n> A : bob@example.com\n> Objet : Offre\n>\n",
        "Message du : 01/05/2024 10:15\nDe : \"Ada\" <ada@example.com>\nA : bob@example.com\nCopie à :\nSujet : Offre\n",
        // Proton.
        "------- Original Message -------\nOn Wednesday, May 1st, 2024 at 10:15 AM, Ada <ada@example.com> wrote:\n",
        // Zimbra.
        "----- Original Message -----\nFrom: \"Ada\" <ada@example.com>\nTo: \"Bob\" <bob@example.com>\nSent: Wednesday, May 1, 2024 10:15:42 AM\nSubject: Offer\n",
        // eM Client.
        "------ Original Message ------\nFrom \"Ada Byron\" <ada@example.com>\nTo \"Bob\" <bob@example.com>\nDate 01.05.2024 10:15:42\nSubject Offer\n",
        // QQ.
        "------------------ 原始邮件 ------------------\n发件人: \"Ada\" <ada@example.com>;\n发送时间: 2024年5月1日(星期三) 上午10:15\n收件人: \"Bob\"<bob@example.com>;\n主题: 报价\n",
        // NetEase.
        "---- 回复的原邮件 ----\n| 发件人 | Ada<ada@example.com> |\n| 日期 | 2024年05月01日 10:15 |\n| 收件人 | bob@example.com |\n| 主题 | 报价 |\n",
        // GMX and WEB.DE.
        "Gesendet: Mittwoch, 01. Mai 2024 um 10:15 Uhr\nVon: \"Ada\" <ada@example.com>\nAn: bob@example.com\nBetreff: Angebot\n",
        // Lotus Notes.
        "From:\tAda Byron/Acme\nTo:\tBob Boole/Acme@Acme\nDate:\t05/01/2024 10:15 AM\nSubject:\tOffer\n",
    ];
    check_all(blocks.into_iter().map(|block| {
        let quoted = block.starts_with('>');
        let letter = if quoted { "> Which day?\n" } else { LETTER };
        (format!("{OWN}\n\n{block}\n{letter}"), OWN)
    }));
}

#[test]
fn lines_with_labels_that_are_no_block_stay() {
    let bodies = [
        "To: do list\n\n- call Ada\n- write to Bob",
        "From: Vienna\nTo: Graz\n\nTwo seats, please.",
        "Subject: company Acme\nnext action: call Friday\n\nAda was pleased.",
        "Date: Friday\nPlace: our office\n\nSee you.",
        "Here is what we know.\n\nFrom: the start, all went well.\n\nTo: the end.",
        "Original message was lost, please send it again.",
        "-----\nA list\n-----\n\n1. One thing that we need to do is this.\n2. Another.",
    ];
    check_all(bodies.into_iter().map(|body| (body.to_owned(), body)));
}

#[test]
fn a_line_that_asks_to_write_above_it_ends_the_new_text() {
    let lines = [
        "##- Please type your reply above this line -##",
        "--- Reply above this line to add a comment ---",
        "— Bitte antworten Sie oberhalb dieser Zeile —",
        "##- Répondez au-dessus de cette ligne -##",
    ];
    check_all(
        lines
            .into_iter()
            .map(|line| (format!("{OWN}\n\n{line}\n{LETTER}"), OWN)),
    );
    check(
        "##- Please type your reply above this line -##\n\nHello",
        "##- Please type your reply above this line -##\n\nHello",
    );
}
