//! Gmail and those that write like it: Spark, Superhuman, Front, HubSpot, Missive, Hey.

use super::{Row, check};

const ROWS: &[Row] = &[
    (
        "Gmail en",
        "",
        "---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024 at 9:31 AM\nSubject: Offer 12\nTo: <ada@example.com>\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Gmail en, before 2018",
        "Fwd: Offer 12",
        "---------- Forwarded message ----------\nFrom: Jane Roe <jane@acme.example>\nDate: 6 March 2024 at 09:31\nSubject: Offer 12\nTo: Ada <ada@example.com>, Bob Stone <bob@acme.example>\nCc: bob@acme.example",
    ),
    (
        "Gmail with a bold name",
        "",
        "---------- Forwarded message ---------\nFrom: *Jane Roe* <jane@acme.example>\nDate: Wed, Mar 6, 2024 at 9:31 AM\nSubject: Offer 12\nTo: ada@example.com <ada@example.com>",
    ),
    (
        "Gmail without name",
        "",
        "---------- Forwarded message ---------\nFrom: <jane@acme.example>\nDate: Wed, Mar 6, 2024 at 9:31 AM\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail app",
        "",
        "---------- Forwarded message ---------\r\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024, 9:31 AM\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail folded recipients",
        "",
        "---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024 at 9:31 AM\nSubject: Offer 12\nTo: Grace Hopper-Longname <grace@example.com>, Ada King\n<ada@example.com>\nCc: Carl Long <carl@example.com>,\nBob Stone <bob@acme.example>",
    ),
    (
        "Gmail bg",
        "",
        "---------- Forwarded message ---------\nОт: Jane Roe <jane@acme.example>\nDate: ср, 6.03.2024 г. в 9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail ca",
        "",
        "---------- Forwarded message ---------\nDe: Jane Roe <jane@acme.example>\nDate: dc., 6 de març 2024 a les 9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail el",
        "",
        "---------- Forwarded message ---------\nΑπό: Jane Roe <jane@acme.example>\nDate: Τετ 6 Μαρ 2024 στις 9:31 π.μ.\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail fr",
        "",
        "---------- Forwarded message ---------\nDe : Jane Roe <jane@acme.example>\nDate: mer. 6 mars 2024 à 09:31\nSubject: Offer 12\nTo: <ada@example.com>\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Gmail he",
        "",
        "---------- Forwarded message ---------\n\u{200f}מאת: \u{202a}Jane Roe\u{202c}\u{200e} <\u{202a}jane@acme.example\u{202c}\u{200e}>\u{200e}\u{200f}\nDate: יום ד׳, 6 במרץ 2024 ב-9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail ar",
        "",
        "---------- Forwarded message ---------\nمن: Jane Roe <jane@acme.example>\nDate: الأربعاء، 6 مارس 2024 في 9:31 ص\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail id",
        "",
        "---------- Forwarded message ---------\nDari: Jane Roe <jane@acme.example>\nDate: Rab, 6 Mar 2024 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail ja",
        "",
        "---------- Forwarded message ---------\n差出人: Jane Roe <jane@acme.example>\nDate: 2024年3月6日(水) 9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail ko",
        "",
        "---------- Forwarded message ---------\n보낸사람: Jane Roe <jane@acme.example>\nDate: 2024년 3월 6일 (수) 오전 9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail lt",
        "",
        "---------- Forwarded message ---------\nNuo: Jane Roe <jane@acme.example>\nDate: 2024-03-06, tr, 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail lv",
        "",
        "---------- Forwarded message ---------\nNo: Jane Roe <jane@acme.example>\nDate: trešd., 2024. g. 6. marts, plkst. 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail ru",
        "",
        "---------- Forwarded message ---------\nОт: Jane Roe <jane@acme.example>\nDate: ср, 6 мар. 2024 г. в 09:31\nSubject: Offer 12\nTo: <ada@example.com>\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Gmail sl",
        "",
        "---------- Forwarded message ---------\nOd: Jane Roe <jane@acme.example>\nDate: V sre., 6. mar. 2024 ob 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail sr",
        "",
        "---------- Forwarded message ---------\nОд: Jane Roe <jane@acme.example>\nDate: сре, 6. мар 2024. у 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail vi",
        "",
        "---------- Forwarded message ---------\nTừ: Jane Roe <jane@acme.example>\nDate: Th 4, 6 thg 3, 2024 vào lúc 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail zh-CN",
        "",
        "---------- Forwarded message ---------\n发件人： Jane Roe <jane@acme.example>\nDate: 2024年3月6日周三 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail zh-TW",
        "",
        "---------- Forwarded message ---------\n寄件者： Jane Roe <jane@acme.example>\nDate: 2024年3月6日 週三 上午9:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail th",
        "",
        "---------- Forwarded message ---------\nจาก: Jane Roe <jane@acme.example>\nDate: พ. 6 มี.ค. 2024 เวลา 09:31\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Gmail fa",
        "",
        "---------- Forwarded message ---------\nاز: Jane Roe <jane@acme.example>\nDate: چهارشنبه ۶ مارس 2024 ساعت ۹:۳۱\nSubject: Offer 12\nTo: <ada@example.com>",
    ),
    (
        "Spark",
        "",
        "---------- Forwarded message ----------\nFrom: Jane Roe <jane@acme.example>\nDate: Mar 6, 2024 at 09:31 +0100\nTo: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "Superhuman",
        "Fwd: Offer 12",
        "---------- Forwarded message ----------\nFrom: Jane Roe <jane@acme.example>\nDate: Wednesday, March 6 2024 at 9:31 AM CET\nSubject: Offer 12\nTo: Ada <ada@example.com>",
    ),
    (
        "Front",
        "Fwd: Offer 12",
        "---------- Forwarded message ----------\nFrom: \"Jane Roe\" <jane@acme.example>\nDate: March 6, 2024 at 9:31:02 AM GMT+1\nSubject: Offer 12\nTo: ada@example.com\nCc: bob@acme.example",
    ),
    (
        "Missive",
        "",
        "---------- Forwarded message ----------\nFrom: Jane Roe <jane@acme.example>\nDate: on Mar 6, 2024, at 9:31 AM\nSubject: Offer 12\nTo: Ada <ada@example.com>",
    ),
    (
        "HubSpot da",
        "",
        "---------- Videresendt besked ---------\nFra: Jane Roe <jane@acme.example>\nDato: onsdag 6. marts 2024 09:31:44 -0400\nEmne: Offer 12\nTil: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "HubSpot no",
        "",
        "---------- Videresendt melding ---------\nFra: Jane Roe <jane@acme.example>\nDato: onsdag 6. mars 2024 09:31:44 -0400\nEmne: Offer 12\nTil: ada@example.com",
    ),
    (
        "HubSpot ja, half-width",
        "",
        "---------- 転送されたメッセージ ---------\n送信元: Jane Roe <jane@acme.example>\n日付: 2024年3月6日水曜日 09:31:44 -0400\n件名: Offer 12\n送信先: ada@example.com\nCC: bob@acme.example",
    ),
    (
        "HubSpot zh",
        "",
        "---------- 转发的邮件 ---------\n发件人：Jane Roe <jane@acme.example>\n日期：2024年3月6日星期三 09:31:44 -0400\n主题：Offer 12\n收件人：ada@example.com\n抄送：Bob Stone <bob@acme.example>",
    ),
    (
        "Hey",
        "",
        "---------- Forwarded message ----------\nFrom: Jane Roe (jane@acme.example)\nDate: March 6, 2024\nSubject: Offer 12\nTo: ada@example.com",
    ),
    (
        "Zoho",
        "",
        "============ Forwarded message ============\nFrom: Jane Roe <jane@acme.example>\nTo: \"Ada\"<ada@example.com>\nCc: \"Bob\"<bob@acme.example>\nDate: Wed, 06 Mar 2024 09:31:44 +0100\nSubject: Offer 12\n============ Forwarded message ============",
    ),
    (
        "Zoho, spaced labels",
        "Fwd: Offer 12",
        "============ Forwarded Mail ============\nFrom : jane@acme.example\nTo : ada@example.com\nDate : Wed, 06 Mar 2024 09:31:44 +0100\nSubject : Offer 12\n============ Forwarded Mail ============",
    ),
];

#[test]
fn gmail_and_its_kin_are_read() {
    check(ROWS);
}
