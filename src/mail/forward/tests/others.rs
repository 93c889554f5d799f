//! Thunderbird and the other programs that people install: KMail, Evolution, mutt, Lotus Notes, The Bat, phones.

use super::{Row, check, letters, show};

const ROWS: &[Row] = &[
    (
        "Thunderbird en",
        "",
        "-------- Forwarded Message --------\nSubject: \tOffer 12\nDate: \tWed, 6 Mar 2024 09:31:30 +0100\nFrom: \tJane Roe <jane@acme.example>\nTo: \tada@example.com\nCC: \tBob Stone <bob@acme.example>\n\n",
    ),
    (
        "Thunderbird with organization",
        "",
        "-------- Forwarded Message --------\nSubject: \tOffer 12\nDate: \tWed, 6 Mar 2024 09:31:30 +0100\nFrom: \tJane Roe <jane@acme.example>\nReply-To: \tsales@acme.example\nOrganization: \tAcme\nTo: \tada@example.com\n\n",
    ),
    (
        "Thunderbird bg",
        "",
        "-------- Препратено съобщение --------\nОтносно: \tOffer 12\nДата: \tWed, 6 Mar 2024 09:31:30 +0100\nОт: \tJane Roe <jane@acme.example>\nДо: \tada@example.com",
    ),
    (
        "Thunderbird el",
        "",
        "-------- Προωθημένο μήνυμα --------\nΘέμα: \tOffer 12\nΗμερομηνία: \tWed, 6 Mar 2024 09:31:30 +0100\nΑπό: \tJane Roe <jane@acme.example>\nΠρος: \tada@example.com",
    ),
    (
        "Thunderbird et",
        "",
        "-------- Edastatud kiri --------\nTeema: \tOffer 12\nKuupäev: \tWed, 6 Mar 2024 09:31:30 +0100\nSaatja: \tJane Roe <jane@acme.example>\nSaaja: \tada@example.com",
    ),
    (
        "Thunderbird he",
        "",
        "-------- הודעה מועברת --------\nנושא: \tOffer 12\nתאריך: \tWed, 6 Mar 2024 09:31:30 +0100\nמאת: \tJane Roe <jane@acme.example>\nאל: \tada@example.com",
    ),
    (
        "Thunderbird ja",
        "",
        "-------- 転送されたメッセージ --------\n件名: \tOffer 12\n日付: \tWed, 6 Mar 2024 09:31:30 +0100\n差出人: \tJane Roe <jane@acme.example>\n宛先: \tada@example.com",
    ),
    (
        "Thunderbird ko",
        "",
        "-------- 전달된 메시지 --------\n제목: \tOffer 12\n날짜: \tWed, 6 Mar 2024 09:31:30 +0100\n보낸 사람: \tJane Roe <jane@acme.example>\n받는 사람: \tada@example.com",
    ),
    (
        "Thunderbird lt",
        "",
        "-------- Persiųstas laiškas --------\nTema: \tOffer 12\nData: \tWed, 6 Mar 2024 09:31:30 +0100\nNuo: \tJane Roe <jane@acme.example>\nKam: \tada@example.com",
    ),
    (
        "Thunderbird lv",
        "",
        "-------- Pārsūtītā ziņa --------\nTemats: \tOffer 12\nDatums: \tWed, 6 Mar 2024 09:31:30 +0100\nNo: \tJane Roe <jane@acme.example>\nKam: \tada@example.com",
    ),
    (
        "Thunderbird sl",
        "",
        "-------- Posredovano sporočilo --------\nZadeva: \tOffer 12\nDatum: \tWed, 6 Mar 2024 09:31:30 +0100\nOd: \tJane Roe <jane@acme.example>\nZa: \tada@example.com",
    ),
    (
        "Thunderbird sr",
        "",
        "-------- Прослеђена порука --------\nНаслов: \tOffer 12\nДатум: \tWed, 6 Mar 2024 09:31:30 +0100\nПошаље: x\nОд: \tJane Roe <jane@acme.example>\nЗа: \tada@example.com",
    ),
    (
        "Thunderbird vi",
        "",
        "-------- Thư được chuyển tiếp --------\nTiêu đề: \tOffer 12\nNgày: \tWed, 6 Mar 2024 09:31:30 +0100\nTừ: \tJane Roe <jane@acme.example>\nTới: \tada@example.com",
    ),
    (
        "Thunderbird zh-CN",
        "",
        "-------- 转发的消息 --------\n主题: \tOffer 12\n日期: \tWed, 6 Mar 2024 09:31:30 +0100\n发件人: \tJane Roe <jane@acme.example>\n收件人: \tada@example.com",
    ),
    (
        "Thunderbird zh-TW",
        "",
        "-------- 轉寄郵件 --------\n主旨: \tOffer 12\n日期: \tWed, 6 Mar 2024 09:31:30 +0100\n寄件者: \tJane Roe <jane@acme.example>\n收件者: \tada@example.com",
    ),
    (
        "Thunderbird ca",
        "",
        "-------- Missatge reenviat --------\nAssumpte: \tOffer 12\nData: \tWed, 6 Mar 2024 09:31:30 +0100\nDe: \tJane Roe <jane@acme.example>\nPer a: \tada@example.com",
    ),
    (
        "Thunderbird ar",
        "",
        "-------- رسالة محولة --------\nالموضوع: \tOffer 12\nالتاريخ: \tWed, 6 Mar 2024 09:31:30 +0100\nمن: \tJane Roe <jane@acme.example>\nإلى: \tada@example.com",
    ),
    (
        "KMail",
        "",
        "----------  Forwarded Message  ----------\n\nSubject: Offer 12\nDate: Wednesday, 6 March 2024, 09:31:30 CET\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nCC: Bob Stone <bob@acme.example>",
    ),
    (
        "Evolution",
        "",
        "-------- Forwarded Message --------\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12\nDate: Wed, 06 Mar 2024 09:31:30 +0100",
    ),
    (
        "eM Client",
        "",
        "------ Forwarded Message ------\nFrom: \"Jane Roe\" <jane@acme.example>\nTo: \"Ada\" <ada@example.com>\nCc: \"Bob Stone\" <bob@acme.example>\nSent: 06/03/2024 09:31:30\nSubject: Offer 12",
    ),
    (
        "eM Client de",
        "",
        "------ Weitergeleitete Nachricht ------\nVon: \"Jane Roe\" <jane@acme.example>\nAn: \"Ada\" <ada@example.com>\nGesendet: 06.03.2024 09:31:30\nBetreff: Offer 12",
    ),
    (
        "Mailbird",
        "Fwd: Offer 12",
        "------ Original Message ------\nFrom: Jane Roe <jane@acme.example>\nTo: Ada <ada@example.com>\nSent: 06-Mar-2024 09:31:30\nSubject: Offer 12",
    ),
    (
        "Mailspring",
        "Fwd: Offer 12",
        "---------- Forwarded Message ---------\n\nFrom: Jane Roe <jane@acme.example>\nSubject: Offer 12\nDate: Mar 6 2024, at 9:31 am\nTo: Ada <ada@example.com>",
    ),
    (
        "Opera",
        "",
        "------- Forwarded message -------\nFrom: \"Jane Roe\" <jane@acme.example>\nTo: ada@example.com\nCc: bob@acme.example\nSubject: Offer 12\nDate: Wed, 06 Mar 2024 09:31:30 +0100",
    ),
    (
        "Pegasus",
        "",
        "------- Forwarded message follows -------\nFrom:           \tJane Roe <jane@acme.example>\nTo:             \tada@example.com\nSubject:        \tOffer 12\nDate sent:      \tWed, 06 Mar 2024 09:31:30 +0100",
    ),
    (
        "Lotus Notes",
        "Fw: Offer 12",
        "----- Forwarded by Ada King/London/Example on 03/07/2024 10:12 AM -----\n\nFrom:        Jane Roe <jane@acme.example>\nTo:        ada@example.com\nCc:        Bob Stone <bob@acme.example>\nDate:        03/06/2024 09:31 AM\nSubject:        Offer 12",
    ),
    (
        "Lotus Notes de",
        "WG: Offer 12",
        "----- Weitergeleitet von Ada King/London/Example am 07.03.2024 10:12 -----\n\nVon:        \"Jane Roe\" <jane@acme.example>\nAn:        <ada@example.com>\nDatum:        06.03.2024 09:31\nBetreff:        Offer 12",
    ),
    (
        "Samsung",
        "Fwd: Offer 12",
        "-------- Original message --------\nFrom: Jane Roe <jane@acme.example>\nDate: 3/6/24 9:31 AM (GMT+01:00)\nTo: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "Samsung de",
        "Fwd: Offer 12",
        "-------- Ursprüngliche Nachricht --------\nVon: Jane Roe <jane@acme.example>\nDatum: 06.03.24 09:31 (GMT+01:00)\nAn: ada@example.com\nBetreff: Offer 12",
    ),
    (
        "Samsung fr",
        "Tr : Offer 12",
        "-------- Message d'origine --------\nDe : Jane Roe <jane@acme.example>\nDate : 06/03/2024 09:31 (GMT+01:00)\nÀ : ada@example.com\nObjet : Offer 12",
    ),
    (
        "BlackBerry",
        "Fw: Offer 12",
        "-----Original Message-----\nFrom: \"Jane Roe\" <jane@acme.example>\nDate: Wed, 6 Mar 2024 09:31:30 \nTo: <ada@example.com>\nSubject: Offer 12",
    ),
    (
        "BlackBerry 10",
        "Fwd: Offer 12",
        "  Original Message  \nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Nine",
        "Fwd: Offer 12",
        "________________________________\nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, 6 March 2024 09:31\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "The Bat",
        "",
        "This is a forwarded message\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nDate: Wednesday, March 6, 2024, 9:31:30 AM\nSubject: Offer 12\n\n===8<==============Original message text===============",
    ),
    (
        "Gnus",
        "",
        "-------------------- Start of forwarded message --------------------\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12\nDate: Wed, 06 Mar 2024 09:31:30 +0100",
    ),
    (
        "nmh",
        "",
        "------- Forwarded Message\n\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12\nDate: Wed, 06 Mar 2024 09:31:30 +0100",
    ),
    (
        "Claws",
        "",
        "Begin forwarded message:\n\nDate: Wed, 6 Mar 2024 09:31:30 +0100\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12\n",
    ),
    (
        "a client not known",
        "",
        "***** Forwarded e-mail *****\nSender: x\nFrom: Jane Roe <jane@acme.example>\nSubject: Offer 12",
    ),
    (
        "name last, comma",
        "FW: Offer 12",
        "From: Jane Roe [jane@acme.example]\nSent: 06 March 2024 09:31\nTo: King, Ada <ada@example.com>; Long, Carl\nCc: 'Bob Stone' <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "sender without address",
        "FW: Offer 12",
        "From: Jane Roe\nSent: 06 March 2024 09:31\nTo: Ada King; Carl Long\nSubject: Offer 12",
    ),
];

#[test]
fn installed_programs_are_read() {
    check(ROWS);
}

#[test]
fn the_end_that_mutt_marks_is_the_letter_s() {
    let text = "Hi\n\n----- Forwarded message from Jane Roe <jane@acme.example> -----\n\nDate: Wed, 6 Mar 2024 09:31:30 +0100\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12\n\nCould we meet?\n\n----- End forwarded message -----\n\nI think so.\n";
    let found = super::read(text, Some("[jane@acme.example: Offer 12]"));
    assert_eq!(found.forwards[0].body, "Could we meet?");
    assert_eq!(found.above.plain.as_deref(), Some("Hi\n\nI think so."));
}

#[test]
fn a_marker_that_names_the_sender_is_enough() {
    let found = letters(
        "----- Forwarded message from Jane Roe <jane@acme.example> -----\n\nCould we meet?\n",
        None,
    );
    assert_eq!(show(found[0].from.as_ref()), "Jane Roe <jane@acme.example>");
    assert_eq!(found[0].body, "Could we meet?");
}

#[test]
fn what_was_found_is_told_in_words() {
    let block = "From: Jane Roe <jane@acme.example>\nSent: 06 March 2024 09:31\nTo: ada@example.com\nSubject: Offer 12\n\nHello";
    for (text, subject, expected) in [
        (
            format!("---------- Forwarded message ---------\n{block}"),
            None,
            "header block after \"---------- Forwarded message ---------\"",
        ),
        (
            format!("________________________________\n{block}"),
            Some("Fw: Offer 12"),
            "header block after a rule",
        ),
        (block.to_owned(), Some("Fw: Offer 12"), "header block"),
        (
            "On 6 March 2024, Jane Roe <jane@acme.example> wrote:\n\n> Hello".to_owned(),
            Some("Fw: Offer 12"),
            "sentence \"On 6 March 2024, Jane Roe <jane@acme.example> wrote:\"",
        ),
    ] {
        assert_eq!(letters(&text, subject)[0].found_by, expected);
    }
}
