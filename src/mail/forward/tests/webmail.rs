//! Web mail: Yahoo, Proton, Fastmail, Zimbra, GMX, IONOS, mail.ru, Yandex, QQ, NetEase, Naver, Roundcube …

use super::{Row, check};

const ROWS: &[Row] = &[
    (
        "Yahoo en",
        "",
        "----- Forwarded Message -----\nFrom: Jane Roe <jane@acme.example>\nTo: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSent: Wednesday, March 6, 2024 at 09:31:20 AM GMT+1\nSubject: Offer 12",
    ),
    (
        "Yahoo in one line",
        "",
        "----- Forwarded Message ----- From: Jane Roe <jane@acme.example>To: ada@example.com <ada@example.com>Cc: Bob Stone <bob@acme.example>; Carl <carl@acme.example>Sent: Wednesday, March 6, 2024 at 09:31:20 AM GMT+1Subject: Offer 12",
    ),
    (
        "Yahoo in one line under its marker",
        "",
        "   ----- Forwarded Message -----\n From: Jane Roe <jane@acme.example>To: ada@example.com <ada@example.com>Sent: Wednesday, March 6, 2024 at 09:31:20 AM GMT+1Subject: Offer 12",
    ),
    (
        "Yahoo pt in one line",
        "",
        "----- Mensagem encaminhada ----- De: Jane Roe <jane@acme.example>Para: ada@example.com <ada@example.com>Enviado: quarta-feira, 6 de março de 2024 09:31:20 BRTAssunto: Offer 12",
    ),
    (
        "Yahoo de in one line",
        "",
        "----- Weitergeleitete Nachricht ----- Von: Jane Roe <jane@acme.example>An: ada@example.com <ada@example.com>CC: Bob Stone <bob@acme.example>Gesendet: Mittwoch, 6. März 2024 um 09:31:20 MEZBetreff: Offer 12",
    ),
    (
        "Yahoo fr in one line",
        "",
        "----- Message transféré ----- De : Jane Roe <jane@acme.example>À : ada@example.com <ada@example.com>Envoyé : mercredi 6 mars 2024 à 09:31:20 UTC+1Objet : Offer 12",
    ),
    (
        "Yahoo es",
        "",
        "----- Mensaje reenviado -----\nDe: Jane Roe <jane@acme.example>\nPara: ada@example.com\nEnviado: miércoles, 6 de marzo de 2024, 09:31:20 CET\nAsunto: Offer 12",
    ),
    (
        "Yahoo it",
        "",
        "----- Messaggio inoltrato -----\nDa: Jane Roe <jane@acme.example>\nA: ada@example.com\nInviato: mercoledì 6 marzo 2024 alle ore 09:31:20 CET\nOggetto: Offer 12",
    ),
    (
        "Yahoo zh-TW",
        "",
        "----- 轉寄的郵件 -----\n寄件人： Jane Roe <jane@acme.example>\n收件人： ada@example.com\n已傳送： 2024年3月6日 週三 上午09:31:20 [GMT+8]\n主旨： Offer 12",
    ),
    (
        "Yahoo ja",
        "",
        "----- 転送メッセージ -----\n差出人: Jane Roe <jane@acme.example>\n宛先: ada@example.com\n送信日時: 2024年3月6日水曜日 09:31:20 JST\n件名: Offer 12",
    ),
    (
        "Yahoo pl",
        "",
        "----- Przekazana wiadomość -----\nOd: Jane Roe <jane@acme.example>\nDo: ada@example.com\nWysłane: środa, 6 marca 2024 09:31:20 CET\nTemat: Offer 12",
    ),
    (
        "Yahoo ro",
        "",
        "----- Mesaj redirecționat -----\nDe la: Jane Roe <jane@acme.example>\nCătre: ada@example.com\nTrimis: miercuri, 6 martie 2024, 09:31:20 EET\nSubiect: Offer 12",
    ),
    (
        "Yahoo tr",
        "",
        "----- İletilmiş Mesaj -----\nKimden: Jane Roe <jane@acme.example>\nKime: ada@example.com\nGönderildi: 6 Mart 2024 Çarşamba 09:31:20 GMT+3\nKonu: Offer 12",
    ),
    (
        "Proton en",
        "",
        "------- Forwarded Message -------\nFrom: Jane Roe <jane@acme.example>\nDate: On Wednesday, March 6th, 2024 at 9:31 AM\nSubject: Offer 12\nTo: Ada <ada@example.com>\nCC: Bob Stone <bob@acme.example>",
    ),
    (
        "Proton, old, odd dashes",
        "Fwd: Offer 12",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Proton de",
        "",
        "------- Weitergeleitete Nachricht -------\nVon: Jane Roe <jane@acme.example>\nDatum: Am Mittwoch, 6. März 2024 um 09:31\nBetreff: Offer 12\nAn: ada@example.com",
    ),
    (
        "Fastmail",
        "Fwd: Offer 12",
        "----- Original message -----\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12\nDate: Wednesday, 6 March 2024 9:31 AM",
    ),
    (
        "Zimbra en",
        "",
        "----- Forwarded Message -----\nFrom: \"Jane Roe\" <jane@acme.example>\nTo: \"Ada\" <ada@example.com>\nCc: \"Bob Stone\" <bob@acme.example>\nSent: Wednesday, March 6, 2024 9:31:20 AM\nSubject: Offer 12",
    ),
    (
        "Zimbra fr",
        "",
        "----- Mail transféré -----\nDe: \"Jane Roe\" <jane@acme.example>\nÀ: \"Ada\" <ada@example.com>\nEnvoyé: Mercredi 6 Mars 2024 09:31:20\nObjet: Offer 12",
    ),
    (
        "Zimbra de",
        "",
        "----- Weitergeleitete Nachricht -----\nVon: \"Jane Roe\" <jane@acme.example>\nAn: \"Ada\" <ada@example.com>\nGesendet: Mittwoch, 6. März 2024 09:31:20\nBetreff: Offer 12",
    ),
    (
        "GMX",
        "Fw: Offer 12",
        "Gesendet: Mittwoch, 06. März 2024 um 09:31 Uhr\nVon: \"Jane Roe\" <jane@acme.example>\nAn: ada@example.com\nCc: \"Bob Stone\" <bob@acme.example>\nBetreff: Offer 12",
    ),
    (
        "GMX en, rule",
        "Fw: Offer 12",
        "---\nSent: Wednesday, March 06, 2024 at 9:31 AM\nFrom: \"Jane Roe\" <jane@acme.example>\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Web.de, marker",
        "",
        "-------- Weitergeleitete Nachricht --------\nVon: Jane Roe <jane@acme.example>\nDatum: 06.03.2024, 09:31\nAn: ada@example.com\nBetreff: Offer 12",
    ),
    (
        "IONOS en",
        "",
        "---------- Original Message ----------\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com\nCc: Bob Stone <bob@acme.example>\nDate: 06/03/2024 09:31 CET\nSubject: Offer 12",
    ),
    (
        "IONOS de",
        "Fwd: Offer 12",
        "---------- Ursprüngliche Nachricht ----------\nVon: Jane Roe <jane@acme.example>\nAn: ada@example.com\nDatum: 06.03.2024 09:31 CET\nBetreff: Offer 12",
    ),
    (
        "mail.ru",
        "",
        "-------- Пересылаемое сообщение --------\nОт кого: Jane Roe <jane@acme.example>\nКому: ada@example.com\nКопия: Bob Stone <bob@acme.example>\nДата: Среда, 6 марта 2024, 9:31 +03:00\nТема: Offer 12",
    ),
    (
        "QQ",
        "转发：Offer 12",
        "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"Jane Roe\" <jane@acme.example>;\n发送时间: 2024年3月6日(星期三) 上午9:31\n收件人: \"Ada\"<ada@example.com>;\n抄送: \"Bob Stone\"<bob@acme.example>;\n主题: Offer 12",
    ),
    (
        "QQ, spaces",
        "转发：Offer 12",
        "------------------ 原始邮件 ------------------\n发件人:                                                                                                                        \"Jane Roe\"                                                                                    <jane@acme.example>;\n发送时间: 2024年3月6日(星期三) 上午9:31\n收件人: \"Ada\"<ada@example.com>;\n主题: Offer 12",
    ),
    (
        "NetEase",
        "",
        "-------- 转发邮件信息 --------\n发件人：\"Jane Roe\" <jane@acme.example>\n发送日期：2024-03-06 09:31:20\n收件人：ada@example.com\n抄送人：\"Bob Stone\" <bob@acme.example>\n主题：Offer 12",
    ),
    (
        "NetEase, table",
        "",
        "---- 转发的邮件 ----\n| 发件人 | Jane Roe<jane@acme.example> |\n| 日期 | 2024年03月06日 09:31 |\n| 收件人 | ada@example.com |\n| 抄送至 | |\n| 主题 | Offer 12 |",
    ),
    (
        "Naver",
        "FW: Offer 12",
        "-----Original Message-----\nFrom: \"Jane Roe\"<jane@acme.example>\nTo: \"Ada\"<ada@example.com>;\nCc:\nSent: 2024-03-06 (수) 09:31:20 (GMT+09:00)\nSubject: Offer 12",
    ),
    (
        "Daum",
        "전달: Offer 12",
        "--------- 원본 메일 ---------\n보낸이: Jane Roe <jane@acme.example>\n받는이: ada@example.com\n날짜: 2024년 3월 6일 수요일, 09시 31분 20초 +0900\n제목: Offer 12",
    ),
    (
        "Roundcube en",
        "Fwd: Offer 12",
        "-------- Original Message --------\nSubject: Offer 12\nDate: 2024-03-06 09:31\nFrom: Jane Roe <jane@acme.example>\nTo: ada@example.com",
    ),
    (
        "Roundcube de",
        "",
        "-------- Originalnachricht --------\nBetreff: Offer 12\nDatum: 06.03.2024 09:31\nVon: Jane Roe <jane@acme.example>\nAn: ada@example.com",
    ),
    (
        "SquirrelMail",
        "Fwd: Offer 12",
        "---------------------------- Original Message ----------------------------\nSubject: Offer 12\nFrom:    \"Jane Roe\" <jane@acme.example>\nDate:    Wed, March 6, 2024 9:31 am\nTo:      ada@example.com\nCc:      \"Bob Stone\" <bob@acme.example>\n--------------------------------------------------------------------------",
    ),
    (
        "Horde",
        "",
        "----- Forwarded message from Jane Roe <jane@acme.example> -----\n     Date: Wed, 06 Mar 2024 09:31:20 +0100\n     From: Jane Roe <jane@acme.example>\n  Subject: Offer 12\n       To: ada@example.com",
    ),
    (
        "Tutanota",
        "FWD: Offer 12",
        "--------------- Original message ---------------\nFrom: jane@acme.example\nTo: ada@example.com\nSubject: Offer 12\nDate: 6 Mar 2024, 09:31",
    ),
    (
        "Open-Xchange",
        "Fwd: Offer 12",
        "> ---------- Original Message ----------\n> From: Jane Roe <jane@acme.example>\n> To: ada@example.com\n> Date: 03/06/2024 9:31 AM CET\n> Subject: Offer 12\n> \n> Could we meet on Tuesday?\n> From here it is ten minutes: see below.\n> \n> Jane",
    ),
    (
        "Libero",
        "",
        "----- Messaggio originale -----\nDa: Jane Roe <jane@acme.example>\nA: ada@example.com\nData: 6 marzo 2024 alle 9.31\nOggetto: Offer 12",
    ),
    (
        "Orange",
        "TR: Offer 12",
        "> Message du 06/03/24 09:31\n> De : \"Jane Roe\" <jane@acme.example>\n> A : ada@example.com\n> Copie à : bob@acme.example\n> Objet : Offer 12\n>\n> Could we meet on Tuesday?\n> From here it is ten minutes: see below.\n>\n> Jane",
    ),
    (
        "Seznam",
        "Fwd: Offer 12",
        "---------- Původní e-mail ----------\nOd: Jane Roe <jane@acme.example>\nKomu: ada@example.com\nDatum: 6. 3. 2024 9:31:20\nPředmět: Offer 12",
    ),
    (
        "WP and Onet",
        "",
        "---------- Wiadomość przekazana ----------\nOd: Jane Roe <jane@acme.example>\nDo: ada@example.com\nData: 6 marca 2024 09:31\nTemat: Offer 12",
    ),
    (
        "Rambler",
        "Fwd: Offer 12",
        "Начало переадресованного сообщения:\n\nОт: Jane Roe <jane@acme.example>\nТема: Offer 12\nДата: 6 марта 2024\nКому: ada@example.com",
    ),
    (
        "UOL",
        "",
        "-------- Mensagem encaminhada --------\nDe: Jane Roe <jane@acme.example>\nEnviada: 06/03/2024 09:31\nPara: ada@example.com\nAssunto: Offer 12",
    ),
];

#[test]
fn web_mail_is_read() {
    check(ROWS.iter().filter(|row| !row.2.starts_with('>')));
}

#[test]
fn a_block_inside_its_quote_is_read() {
    for (client, subject, text) in ROWS.iter().filter(|row| row.2.starts_with('>')) {
        let found = super::letters(text, Some(subject));
        assert_eq!(found.len(), 1, "{client}");
        assert_eq!(
            super::show(found[0].from.as_ref()),
            "Jane Roe <jane@acme.example>",
            "{client}"
        );
        assert_eq!(found[0].subject.as_deref(), Some("Offer 12"), "{client}");
        assert_eq!(
            super::squeezed(&found[0].body),
            super::squeezed(super::BODY),
            "{client}"
        );
    }
}

#[test]
fn a_body_that_alone_is_quoted_loses_its_marks() {
    let text = "------- Forwarded Message -------\nFrom: Jane Roe <jane@acme.example>\nDate: On Wednesday, March 6th, 2024\nSubject: Offer 12\nTo: ada@example.com\n\n> Could we meet?\n> \n> > earlier\n";
    let found = super::letters(text, None);
    assert_eq!(found[0].body, "Could we meet?\n\n> earlier");
}

#[test]
fn yandex_names_who_and_when_without_a_verb() {
    let text = "-------- Пересылаемое сообщение --------\n06.03.2024, 09:31, \"Jane Roe\" <jane@acme.example>:\n\nCould we meet?\n\n-------- Конец пересылаемого сообщения --------\n\n-- \nAda";
    let message = super::read(text, Some("Fwd: Offer 12"));
    assert_eq!(
        super::show(message.forwards[0].from.as_ref()),
        "Jane Roe <jane@acme.example>"
    );
    assert_eq!(
        message.forwards[0].date.as_deref(),
        Some("06.03.2024, 09:31")
    );
    assert_eq!(message.forwards[0].body, "Could we meet?");
    assert_eq!(
        message.above.plain.as_deref().map(str::trim),
        Some("-- \nAda")
    );
}

#[test]
fn a_body_fused_to_its_subject_is_cut_off_where_the_mail_tells_the_subject() {
    let text = "----- Forwarded Message ----- From: Jane Roe <jane@acme.example>To: ada@example.comSent: Wednesday, March 6, 2024Subject: Offer 12 Could we meet?\nJane";
    let found = super::letters(text, Some("Fw: Offer 12"));
    assert_eq!(found[0].subject.as_deref(), Some("Offer 12"));
    assert_eq!(super::squeezed(&found[0].body), "Couldwemeet?Jane");
}
