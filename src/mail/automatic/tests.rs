//! What kind of mail it is, and whether it may be answered.

use crate::mail::read;

/// Kind, whether it may be answered, then header and text on one line with `\n` for line ends.
const TABLE: &str = r"
person     | yes | Subject: Offer\n\nHello
person     | yes | Subject: Out of office next week\n\nShall we meet before my holiday?
person     | yes | Subject: Re: Automatic reply: Offer\nIn-Reply-To: <1@x>\n\nEnjoy!
person     | yes | Auto-Submitted: no\nSubject: Offer\n\nHello
person     | yes | X-Auto-Response-Suppress: None\nSubject: Offer\n\nHello
person     | yes | Precedence: first-class\nSubject: Offer\n\nHello
person     | no  | X-Auto-Response-Suppress: OOF\nSubject: Offer\n\nHello
person     | no  | X-Loop: ticket@acme.example\nSubject: Offer\n\nHello
auto_reply | no  | Auto-Submitted: auto-replied\nSubject: Offer\n\nAway
auto_reply | no  | Auto-Submitted: auto-replied (vacation)\nSubject: Re: Offer\n\nAway
auto_reply | no  | Auto-Submitted: Auto-Replied; owner-email=ada@acme.example\nSubject: x\n\nAway
auto_reply | no  | X-Autoreply: yes\nSubject: Offer\n\nAway
auto_reply | no  | X-Autorespond: Offer\nSubject: Re: Offer\n\nAway
auto_reply | no  | X-Mail-Autoreply: yes\nSubject: Offer\n\nAway
auto_reply | no  | Precedence: auto_reply\nSubject: Re: Offer\n\nAway
auto_reply | no  | Delivered-To: Autoresponder\nSubject: Offer\n\nAway
auto_reply | no  | X-Mailer: vacation 3.1\nSubject: Offer\n\nAway
auto_reply | no  | X-Apple-Action: vacation\nSubject: Offer\n\nAway
auto_reply | no  | X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\nSubject: Automatic reply: Offer\n\nAway
auto_reply | no  | Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nSubject: Automatic reply: Offer\n\nAway
auto_reply | no  | Auto-Submitted: auto-generated\nSubject: Automatische Antwort: Angebot\n\nBis Montag
auto_reply | no  | Auto-Submitted: auto-generated\nSubject: Abwesenheitsnotiz: Angebot\n\nBis Montag
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Réponse automatique : Offre\n\nÀ lundi
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Respuesta automática: Oferta\n\nHasta el lunes
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Resposta automática: Oferta\n\nAté segunda
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Risposta automatica: Offerta\n\nA lunedì
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Automatisch antwoord: Offerte\n\nTot maandag
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Autosvar: Erbjudande\n\nTill måndag
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Automatisk svar: Tilbud\n\nTil mandag
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Automaattinen vastaus: Tarjous\n\nMaanantaihin
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Odpowiedź automatyczna: Oferta\n\nDo poniedziałku
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Automatická odpověď: Nabídka\n\nDo pondělí
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Automatikus válasz: Ajánlat\n\nHétfőig
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Автоответ: Предложение\n\nДо понедельника
auto_reply | no  | In-Reply-To: <1@x>\nSubject: Otomatik yanıt: Teklif\n\nPazartesi
auto_reply | no  | In-Reply-To: <1@x>\nSubject: 自動応答: 見積\n\n月曜まで
auto_reply | no  | In-Reply-To: <1@x>\nSubject: 自动答复: 报价\n\n周一
auto_reply | no  | In-Reply-To: <1@x>\nSubject: 자동 회신: 견적\n\n월요일
auto_reply | no  | Return-Path: <>\nSubject: Offer\n\nI am out of the office until Monday.
auto_reply | no  | Precedence: bulk\nSubject: On vacation\n\nBack on Monday
automatic  | no  | Return-Path: <>\nSubject: Offer\n\nHello
automatic  | no  | Auto-Submitted: auto-generated\nSubject: Backup done\n\nOK
automatic  | no  | Auto-Submitted: auto-notified\nSubject: Ticket 7\n\nNew
automatic  | no  | X-Auto-Response-Suppress: All\nSubject: Your invoice\n\nAttached
automatic  | no  | Precedence: bulk\nSubject: Status\n\nOK
automatic  | no  | Precedence: junk\nSubject: Status\n\nOK
automatic  | no  | X-Cron-Env: <SHELL=/bin/sh>\nSubject: Cron\n\nOK
automatic  | no  | Feedback-ID: 1:2:acme\nSubject: Receipt\n\nThank you
automatic  | no  | X-Mailer: MailChimp Mailer\nSubject: News\n\nHello
automatic  | no  | From: no-reply@acme.example\nSubject: Receipt\n\nThank you
automatic  | no  | From: Acme <notifications@acme.example>\nSubject: Mention\n\nYou
automatic  | no  | From: donotreply-7@acme.example\nSubject: Code\n\n123
person     | yes | From: noreply@shop.example\nReply-To: Ada <ada@acme.example>\nSubject: Question\n\nHello
list       | no  | List-Id: <dev.acme.example>\nSubject: [dev] Offer\n\nHello
list       | no  | List-Post: <mailto:dev@acme.example>\nAuto-Submitted: auto-generated\nSubject: [dev] build\n\nOK
list       | no  | List-Unsubscribe: <https://acme.example/u>\nSubject: News\n\nHello
list       | no  | Precedence: list\nSubject: News\n\nHello
list       | no  | Mailing-List: contact dev-help@acme.example\nSubject: News\n\nHello
list       | no  | X-BeenThere: dev@acme.example\nSubject: News\n\nHello
list       | no  | Sender: owner-dev@acme.example\nSubject: News\n\nHello
calendar   | no  | MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST\nSubject: Lunch\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR
calendar   | no  | MIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8\nSubject: Accepted\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR
person     | yes | MIME-Version: 1.0\nContent-Type: text/calendar\nSubject: A calendar file\n\nBEGIN:VCALENDAR\nEND:VCALENDAR
";

#[test]
fn what_a_program_wrote_is_told_from_what_a_person_wrote_and_never_answered() {
    let mut wrong = Vec::new();
    for row in TABLE.lines().filter(|l| !l.is_empty()) {
        let cells: Vec<&str> = row.splitn(3, " | ").collect();
        let [class, answerable, mail] = cells[..] else {
            panic!("{row}");
        };
        let mut raw = mail.replace("\\n", "\n");
        if !raw.contains("From:") {
            raw = format!("From: Ada <ada@acme.example>\n{raw}");
        }
        let message = read(raw.as_bytes());
        let got = serde_json::to_value(message.class).unwrap();
        if got != class.trim() || message.answerable != (answerable.trim() == "yes") {
            wrong.push(format!("{row}\n  got {got} {}", message.answerable));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mail_without_an_author_is_never_answered() {
    for raw in [
        "Subject: Offer\n\nHello",
        "From: \nSubject: x\n\nHello",
        "",
        "\n\n",
    ] {
        assert!(!read(raw.as_bytes()).answerable, "{raw:?}");
    }
}
