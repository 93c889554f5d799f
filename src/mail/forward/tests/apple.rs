//! Apple Mail on every device, and its kin: Airmail, MailMate.

use super::{Row, check, letters};

const ROWS: &[Row] = &[
    (
        "Apple en",
        "",
        "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nSubject: Offer 12\nDate: 6 March 2024 at 09:31:35 CET\nTo: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple en, bold",
        "Fwd: Offer 12",
        "Begin forwarded message:\n\n*From: *Jane Roe <jane@acme.example>\n*Subject: **Offer 12*\n*Date: *6 March 2024 at 09:31:35 CET\n*To: *ada@example.com\n*Cc: *Bob Stone <bob@acme.example>",
    ),
    (
        "Apple en, quoted head",
        "",
        "Begin forwarded message:\n\n> From: Jane Roe <jane@acme.example>\n> Subject: Offer 12\n> Date: 6 March 2024 at 09:31:35 CET\n> To: ada@example.com\n> \n> Could we meet on Tuesday?\n> From here it is ten minutes: see below.\n> \n> Jane\n",
    ),
    (
        "iOS en",
        "Fwd: Offer 12",
        "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nDate: March 6, 2024 at 9:31:35 AM GMT+1\nTo: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "iOS en, narrow space",
        "Fwd: Offer 12",
        "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nDate: March 6, 2024 at 9:31:35\u{202f}AM GMT+1\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Apple ca",
        "",
        "Inici del missatge reenviat:\n\nDe: Jane Roe <jane@acme.example>\nAssumpte: Offer 12\nData: 6 de març de 2024, 9:31:35\nPer a: ada@example.com\nA/c: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple cs",
        "",
        "Začátek přeposílané zprávy:\n\nOd: Jane Roe <jane@acme.example>\nPředmět: Offer 12\nDatum: 6. března 2024 9:31:35 SEČ\nKomu: ada@example.com\nKopie: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple da",
        "",
        "Start på videresendt besked:\n\nFra: Jane Roe <jane@acme.example>\nEmne: Offer 12\nDato: 6. marts 2024 kl. 09.31.35 CET\nTil: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple de",
        "",
        "Anfang der weitergeleiteten Nachricht:\n\nVon: Jane Roe <jane@acme.example>\nBetreff: Offer 12\nDatum: 6. März 2024 um 09:31:35 MEZ\nAn: ada@example.com\nKopie: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple el",
        "",
        "Έναρξη προωθημένου μηνύματος:\n\nΑπό: Jane Roe <jane@acme.example>\nΘέμα: Offer 12\nΗμερομηνία: 6 Μαρτίου 2024 στις 9:31:35\nΠρος: ada@example.com\nΚοιν.: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple es",
        "",
        "Inicio del mensaje reenviado:\n\nDe: Jane Roe <jane@acme.example>\nAsunto: Offer 12\nFecha: 6 de marzo de 2024, 9:31:35 CET\nPara: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple fi",
        "",
        "Välitetty viesti alkaa:\n\nLähettäjä: Jane Roe <jane@acme.example>\nAihe: Offer 12\nPäivämäärä: 6. maaliskuuta 2024 klo 9.31.35\nVastaanottaja: ada@example.com\nKopio: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple fr",
        "",
        "Début du message réexpédié :\n\nDe: Jane Roe <jane@acme.example>\nObjet: Offer 12\nDate: 6 mars 2024 à 09:31:35 UTC+1\nÀ: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple fr, new",
        "",
        "Début du message transféré :\n\nDe: Jane Roe <jane@acme.example>\nObjet: Rép: Offer 12\nDate: 6 mars 2024\nÀ: ada@example.com",
    ),
    (
        "Apple hr",
        "",
        "Započni proslijeđenu poruku:\n\nŠalje: Jane Roe <jane@acme.example>\nPredmet: Offer 12\nDatum: 6. ožujka 2024. u 09:31:35 CET\nPrima: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple hu",
        "",
        "A továbbított levél kezdete:\n\nFeladó: Jane Roe <jane@acme.example>\nTárgy: Offer 12\nDátum: 2024. március 6. 9:31:35 CET\nCímzett: ada@example.com\nMásolatot kap: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple id",
        "",
        "Mulai pesan yang diteruskan:\n\nDari: Jane Roe <jane@acme.example>\nSubjek: Offer 12\nTanggal: 6 Maret 2024 09.31.35 WIB\nKepada: ada@example.com",
    ),
    (
        "Apple it",
        "",
        "Inizio messaggio inoltrato:\n\nDa: Jane Roe <jane@acme.example>\nOggetto: Offer 12\nData: 6 marzo 2024 09:31:35 CET\nA: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple ja",
        "",
        "転送されたメッセージ:\n\n差出人: Jane Roe <jane@acme.example>\n件名: Offer 12\n日付: 2024年3月6日 9:31:35 JST\n宛先: ada@example.com\nCc: bob@acme.example",
    ),
    (
        "Apple ko",
        "",
        "전달된 메시지:\n\n보낸 사람: Jane Roe <jane@acme.example>\n제목: Offer 12\n날짜: 2024년 3월 6일 오전 9시 31분 35초 GMT+9\n받는 사람: ada@example.com\n참조: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple nl",
        "",
        "Begin doorgestuurd bericht:\n\nVan: Jane Roe <jane@acme.example>\nOnderwerp: Offer 12\nDatum: 6 maart 2024 om 09:31:35 CET\nAan: ada@example.com\nKopie: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple no",
        "",
        "Videresendt melding:\n\nFra: Jane Roe <jane@acme.example>\nEmne: Offer 12\nDato: 6. mars 2024 kl. 09:31:35 CET\nTil: ada@example.com\nKopi: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple pl",
        "",
        "Początek przekazywanej wiadomości:\n\nOd: Jane Roe <jane@acme.example>\nTemat: Offer 12\nData: 6 marca 2024 o 09:31:35 CET\nDo: ada@example.com\nDW: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple pt-BR",
        "",
        "Início da mensagem encaminhada:\n\nDe: Jane Roe <jane@acme.example>\nAssunto: Offer 12\nData: 6 de março de 2024 09:31:35 BRT\nPara: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple pt",
        "",
        "Início da mensagem reencaminhada:\n\nDe: Jane Roe <jane@acme.example>\nAssunto: Offer 12\nData: 6 de março de 2024, 09:31:35 WET\nPara: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple ro",
        "",
        "Începe mesajul redirecționat:\n\nDe la: Jane Roe <jane@acme.example>\nSubiect: Offer 12\nDată: 6 martie 2024, 09:31:35 EET\nCătre: ada@example.com\nCc: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple ru",
        "",
        "Начало переадресованного сообщения:\n\nОт: Jane Roe <jane@acme.example>\nТема: Offer 12\nДата: 6 марта 2024 г. в 09:31:35 GMT+3\nКому: ada@example.com\nКопия: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple sk",
        "",
        "Začiatok preposlanej správy:\n\nOd: Jane Roe <jane@acme.example>\nPredmet: Offer 12\nDátum: 6. marca 2024 9:31:35 SEČ\nPre: ada@example.com\nKópia: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple sv",
        "",
        "Vidarebefordrat brev:\n\nFrån: Jane Roe <jane@acme.example>\nÄmne: Offer 12\nDatum: 6 mars 2024 09:31:35 CET\nTill: ada@example.com\nKopia: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple tr",
        "",
        "İletilen mesajın başlangıcı:\n\nKimden: Jane Roe <jane@acme.example>\nKonu: Offer 12\nTarih: 6 Mart 2024 09:31:35 GMT+3\nKime: ada@example.com\nBilgi: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple uk",
        "",
        "Початок листа, що пересилається:\n\nВід: Jane Roe <jane@acme.example>\nТема: Offer 12\nДата: 6 березня 2024 р. о 09:31:35 EET\nКому: ada@example.com\nКопія: Bob Stone <bob@acme.example>",
    ),
    (
        "Apple vi",
        "",
        "Bắt đầu thư được chuyển tiếp:\n\nTừ: Jane Roe <jane@acme.example>\nChủ đề: Offer 12\nNgày: 09:31:35 GMT+7, 6 tháng 3, 2024\nĐến: ada@example.com",
    ),
    (
        "Apple zh-CN",
        "",
        "以下是转发的邮件：\n\n发件人：Jane Roe <jane@acme.example>\n主题：Offer 12\n日期：2024年3月6日 GMT+8 09:31:35\n收件人：ada@example.com\n抄送：Bob Stone <bob@acme.example>",
    ),
    (
        "Apple zh-TW",
        "",
        "以下是被轉寄的郵件：\n\n寄件人： Jane Roe <jane@acme.example>\n主旨： Offer 12\n日期： 2024年3月6日 上午9:31:35\n收件人： ada@example.com\n副本： Bob Stone <bob@acme.example>",
    ),
    (
        "Apple he",
        "",
        "תחילת ההודעה שהועברה:\n\nמאת: Jane Roe <jane@acme.example>\nנושא: Offer 12\nתאריך: 6 במרץ 2024 בשעה 9:31:35\nאל: ada@example.com",
    ),
    (
        "Apple ar",
        "",
        "بدء الرسالة المعاد توجيهها:\n\nمن: Jane Roe <jane@acme.example>\nالموضوع: Offer 12\nالتاريخ: 6 مارس 2024 في 9:31:35 ص\nإلى: ada@example.com",
    ),
    (
        "MailMate",
        "",
        "Forwarded message:\n\n> From: Jane Roe <jane@acme.example>\n> To: ada@example.com\n> Subject: Offer 12\n> Date: Wed, 6 Mar 2024 09:31:35 +0100\n>\n> Could we meet on Tuesday?\n> From here it is ten minutes: see below.\n>\n> Jane\n",
    ),
    (
        "Airmail",
        "",
        "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nDate: Wednesday, 6 March 2024 at 09:31\nTo: Ada <ada@example.com>\nSubject: Offer 12",
    ),
];

#[test]
fn apple_mail_and_its_kin_are_read() {
    // Rows that hold the letter itself are checked below.
    check(
        ROWS.iter()
            .filter(|row| !row.2.contains("> ") && !row.2.contains("Rép:")),
    );
}

#[test]
fn a_quoted_letter_loses_its_marks() {
    for (client, _, text) in ROWS.iter().filter(|row| row.2.contains("> ")) {
        let found = letters(text, None);
        assert_eq!(found.len(), 1, "{client}");
        assert_eq!(
            super::squeezed(&found[0].body),
            super::squeezed(super::BODY),
            "{client}"
        );
        assert_eq!(found[0].subject.as_deref(), Some("Offer 12"), "{client}");
        assert_eq!(
            super::show(found[0].from.as_ref()),
            "Jane Roe <jane@acme.example>",
            "{client}"
        );
    }
}

#[test]
fn the_letter_s_own_prefixes_stay() {
    let (_, _, block) = ROWS.iter().find(|row| row.0 == "Apple fr, new").unwrap();
    let found = letters(&format!("{block}\n\nBonjour"), Some("Tr: Rép: Offer 12"));
    assert_eq!(found[0].subject.as_deref(), Some("Rép: Offer 12"));
}

#[test]
fn what_is_written_under_a_quoted_letter_is_the_member_s() {
    let text = "Begin forwarded message:\n\n> From: Jane Roe <jane@acme.example>\n> Subject: Offer 12\n> To: ada@example.com\n> \n> Hello Ada\nfolded on its way\n> and on\n\nSent from my phone";
    let message = super::read(text, Some("Fwd: Offer 12"));
    assert_eq!(
        message.forwards[0].body,
        "Hello Ada\nfolded on its way\nand on"
    );
    assert!(
        message
            .above
            .plain
            .unwrap_or_default()
            .contains("Sent from my phone")
            && !message.forwards[0].body.contains("phone")
    );
}

#[test]
fn several_letters_at_once_are_several() {
    let one = "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nSubject: Offer 12\nDate: 6 March 2024\nTo: ada@example.com\n\nFirst.\n\n";
    let two = "Begin forwarded message:\n\nFrom: Bob Stone <bob@acme.example>\nSubject: Offer 13\nDate: 7 March 2024\nTo: ada@example.com\n\nSecond.\n";
    let found = letters(
        &format!("Two of them.\n\n{one}{two}"),
        Some("Fwd: Offer 12"),
    );
    assert_eq!(found.len(), 2);
    assert_eq!(
        super::show(found[0].from.as_ref()),
        "Jane Roe <jane@acme.example>"
    );
    assert_eq!(
        super::show(found[1].from.as_ref()),
        "Bob Stone <bob@acme.example>"
    );
    assert_eq!(found[1].body, "Second.");
}
