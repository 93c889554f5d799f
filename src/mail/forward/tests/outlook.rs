//! Outlook in all its forms: desktop, web, mobile, Mac, 2013 to the new one.

use super::{Row, check, letters, show};

const ROWS: &[Row] = &[
    (
        "Outlook desktop en",
        "FW: Offer 12",
        "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: Ada King <ada@example.com>; Carl <carl@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "Outlook 2010 en",
        "FW: Offer 12",
        "From: Jane Roe [mailto:jane@acme.example]\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: 'ada@example.com'\nCc: Bob Stone [mailto:bob@acme.example]\nSubject: Offer 12",
    ),
    (
        "Outlook 2003 en",
        "FW: Offer 12",
        "-----Original Message-----\nFrom: Jane Roe [mailto:jane@acme.example]\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Outlook web en",
        "Fw: Offer 12",
        "________________________________\nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "Outlook bold",
        "FW: Offer 12",
        "*From:* Jane Roe <jane@acme.example>\n*Sent:* Wednesday, March 6, 2024 9:31 AM\n*To:* Ada King <ada@example.com>\n*Cc:* Bob Stone <bob@acme.example>\n*Subject:* Offer 12",
    ),
    (
        "Outlook bold, two stars",
        "FW: Offer 12",
        "**From:** Jane Roe <jane@acme.example>\n**Sent:** Wednesday, March 6, 2024 9:31 AM\n**To:** Ada King <ada@example.com>\n**Subject:** Offer 12",
    ),
    (
        "Outlook spaced",
        "FW: Offer 12",
        "*From:* Jane Roe <jane@acme.example>\n\n*Sent:* Wednesday, March 6, 2024 9:31 AM\n\n*To:* Ada King <ada@example.com>\n\n*Subject:* Offer 12",
    ),
    (
        "Outlook doubled links",
        "FW: Offer 12",
        "________________________________\nFrom: Jane Roe <jane@acme.example<mailto:jane@acme.example>>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: Ada King <ada@example.com<mailto:ada@example.com>>; Carl <carl@example.com<mailto:carl@example.com>>\nSubject: Offer 12",
    ),
    (
        "Outlook on behalf",
        "FW: Offer 12",
        "From: Jane Roe <jane@acme.example> on behalf of Sales <sales@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12",
    ),
    (
        "Outlook with attachments and importance",
        "FW: Offer 12",
        "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: Ada King <ada@example.com>\nSubject: Offer 12\nAttachments: offer.pdf\nImportance: High",
    ),
    (
        "Outlook no-break spaces",
        "FW: Offer 12",
        "From:\u{a0}Jane Roe <jane@acme.example>\nSent:\u{a0}Wednesday, March 6, 2024 9:31 AM\nTo:\u{a0}Ada King <ada@example.com>\nSubject:\u{a0}Offer 12\n\u{a0}",
    ),
    (
        "Outlook values below",
        "FW: Offer 12",
        "From:\nJane Roe <jane@acme.example>\nSent:\nWednesday, March 6, 2024 9:31 AM\nTo:\nAda King <ada@example.com>\nSubject:\nOffer 12",
    ),
    (
        "Outlook folded recipients",
        "FW: Offer 12",
        "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: Carl <carl@example.com>; Dora <dora@example.com>;\n Ada King <ada@example.com>\nCc: Edgar <edgar@example.com>;\nBob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "new Outlook Mac",
        "FW: Offer 12",
        "From: Jane Roe <jane@acme.example>\nDate: Wednesday, 6 March 2024 at 09:31\nTo: Ada King <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubject: Offer 12",
    ),
    (
        "Outlook iOS",
        "Fwd: Offer 12",
        "Get Outlook for iOS<https://aka.example/o0ukef>\n________________________________\nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31:20 AM\nTo: ada@example.com <ada@example.com>\nSubject: Offer 12",
    ),
    (
        "Outlook bg",
        "FW: Offer 12",
        "От: Jane Roe <jane@acme.example>\nИзпратено: сряда, 6 март 2024 г. 9:31\nДо: Ada <ada@example.com>\nКопие: Bob Stone <bob@acme.example>\nОтносно: Offer 12",
    ),
    (
        "Outlook cs",
        "FW: Offer 12",
        "Od: Jane Roe <jane@acme.example>\nOdesláno: středa 6. března 2024 9:31\nKomu: Ada <ada@example.com>\nKopie: Bob Stone <bob@acme.example>\nPředmět: Offer 12",
    ),
    (
        "Outlook da",
        "VS: Offer 12",
        "Fra: Jane Roe <jane@acme.example>\nSendt: 6. marts 2024 09:31\nTil: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nEmne: Offer 12",
    ),
    (
        "Outlook de",
        "WG: Offer 12",
        "Von: Jane Roe <jane@acme.example>\nGesendet: Mittwoch, 6. März 2024 09:31\nAn: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nBetreff: Offer 12",
    ),
    (
        "Outlook el",
        "ΠΡΘ: Offer 12",
        "Από: Jane Roe <jane@acme.example>\nΣτάλθηκε: Τετάρτη, 6 Μαρτίου 2024 9:31 πμ\nΠρος: Ada <ada@example.com>\nΚοιν.: Bob Stone <bob@acme.example>\nΘέμα: Offer 12",
    ),
    (
        "Outlook es",
        "RV: Offer 12",
        "De: Jane Roe <jane@acme.example>\nEnviado el: miércoles, 6 de marzo de 2024 9:31\nPara: Ada <ada@example.com>\nCC: Bob Stone <bob@acme.example>\nAsunto: Offer 12",
    ),
    (
        "Outlook et",
        "FW: Offer 12",
        "Saatja: Jane Roe <jane@acme.example>\nSaadetud: kolmapäev, 6. märts 2024 9:31\nAdressaat: Ada <ada@example.com>\nKoopia: Bob Stone <bob@acme.example>\nTeema: Offer 12",
    ),
    (
        "Outlook fi",
        "VL: Offer 12",
        "Lähettäjä: Jane Roe <jane@acme.example>\nLähetetty: keskiviikko 6. maaliskuuta 2024 9.31\nVastaanottaja: Ada <ada@example.com>\nKopio: Bob Stone <bob@acme.example>\nAihe: Offer 12",
    ),
    (
        "Outlook fr",
        "TR: Offer 12",
        "De : Jane Roe <jane@acme.example>\nEnvoyé : mercredi 6 mars 2024 09:31\nÀ : Ada <ada@example.com>\nCc : Bob Stone <bob@acme.example>\nObjet : Offer 12",
    ),
    (
        "Outlook fr, no-break colon",
        "TR: Offer 12",
        "De\u{a0}: Jane Roe <jane@acme.example>\nEnvoyé\u{a0}: mercredi 6 mars 2024 09:31\nÀ\u{a0}: Ada <ada@example.com>\nObjet\u{a0}: Offer 12",
    ),
    (
        "Outlook he",
        "FW: Offer 12",
        "מאת: Jane Roe <jane@acme.example>\nנשלח: יום רביעי 06 מרץ 2024 09:31\nאל: Ada <ada@example.com>\nעותק: Bob Stone <bob@acme.example>\nנושא: Offer 12",
    ),
    (
        "Outlook hr",
        "PR: FW: Offer 12",
        "Šalje: Jane Roe <jane@acme.example>\nPoslano: srijeda, 6. ožujka 2024. 09:31\nPrima: Ada <ada@example.com>\nKopija: Bob Stone <bob@acme.example>\nPredmet: Offer 12",
    ),
    (
        "Outlook hu",
        "FW: Offer 12",
        "Feladó: Jane Roe <jane@acme.example>\nKüldve: 2024. március 6., szerda 9:31\nCímzett: Ada <ada@example.com>\nMásolatot kap: Bob Stone <bob@acme.example>\nTárgy: Offer 12",
    ),
    (
        "Outlook it",
        "I: Offer 12",
        "Da: Jane Roe <jane@acme.example>\nInviato: mercoledì 6 marzo 2024 09:31\nA: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nOggetto: Offer 12",
    ),
    (
        "Outlook ja",
        "FW: Offer 12",
        "差出人: Jane Roe <jane@acme.example>\n送信日時: 2024年3月6日 9:31\n宛先: Ada <ada@example.com>\nCC: Bob Stone <bob@acme.example>\n件名: Offer 12",
    ),
    (
        "Outlook ko",
        "FW: Offer 12",
        "보낸 사람: Jane Roe <jane@acme.example>\n보낸 날짜: 2024년 3월 6일 수요일 오전 9:31\n받는 사람: Ada <ada@example.com>\n참조: Bob Stone <bob@acme.example>\n제목: Offer 12",
    ),
    (
        "Outlook lt",
        "PERS: Offer 12",
        "Nuo: Jane Roe <jane@acme.example>\nIšsiųsta: 2024 m. kovo 6 d., trečiadienis 09:31\nKam: Ada <ada@example.com>\nKopija: Bob Stone <bob@acme.example>\nTema: Offer 12",
    ),
    (
        "Outlook lv",
        "PĀRS: Offer 12",
        "No: Jane Roe <jane@acme.example>\nNosūtīts: trešdiena, 2024. gada 6. marts 9:31\nKam: Ada <ada@example.com>\nKopija: Bob Stone <bob@acme.example>\nTēma: Offer 12",
    ),
    (
        "Outlook nl",
        "FW: Offer 12",
        "Van: Jane Roe <jane@acme.example>\nVerzonden: woensdag 6 maart 2024 09:31\nAan: Ada <ada@example.com>\nCC: Bob Stone <bob@acme.example>\nOnderwerp: Offer 12",
    ),
    (
        "Outlook no",
        "VS: Offer 12",
        "Fra: Jane Roe <jane@acme.example>\nSendt: onsdag 6. mars 2024 09:31\nTil: Ada <ada@example.com>\nKopi: Bob Stone <bob@acme.example>\nEmne: Offer 12",
    ),
    (
        "Outlook pl",
        "PD: Offer 12",
        "Od: Jane Roe <jane@acme.example>\nWysłano: środa, 6 marca 2024 09:31\nDo: Ada <ada@example.com>\nDW: Bob Stone <bob@acme.example>\nTemat: Offer 12",
    ),
    (
        "Outlook pt-BR",
        "ENC: Offer 12",
        "De: Jane Roe <jane@acme.example>\nEnviada em: quarta-feira, 6 de março de 2024 09:31\nPara: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nAssunto: Offer 12",
    ),
    (
        "Outlook pt",
        "FW: Offer 12",
        "De: Jane Roe <jane@acme.example>\nEnviado: 6 de março de 2024 09:31\nPara: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nAssunto: Offer 12",
    ),
    (
        "Outlook ro",
        "FW: Offer 12",
        "De la: Jane Roe <jane@acme.example>\nTrimis: miercuri, 6 martie 2024 09:31\nCătre: Ada <ada@example.com>\nCc: Bob Stone <bob@acme.example>\nSubiect: Offer 12",
    ),
    (
        "Outlook ru",
        "ПРД: Offer 12",
        "От: Jane Roe <jane@acme.example>\nОтправлено: 6 марта 2024 г. 9:31\nКому: Ada <ada@example.com>\nКопия: Bob Stone <bob@acme.example>\nТема: Offer 12",
    ),
    (
        "Outlook sk",
        "FW: Offer 12",
        "Od: Jane Roe <jane@acme.example>\nOdoslané: streda 6. marca 2024 9:31\nKomu: Ada <ada@example.com>\nKópia: Bob Stone <bob@acme.example>\nPredmet: Offer 12",
    ),
    (
        "Outlook sl",
        "FW: Offer 12",
        "Od: Jane Roe <jane@acme.example>\nPoslano: sreda, 06. marec 2024 09:31\nZa: Ada <ada@example.com>\nKp: Bob Stone <bob@acme.example>\nZadeva: Offer 12",
    ),
    (
        "Outlook sv",
        "VB: Offer 12",
        "Från: Jane Roe <jane@acme.example>\nSkickat: den 6 mars 2024 09:31\nTill: Ada <ada@example.com>\nKopia: Bob Stone <bob@acme.example>\nÄmne: Offer 12",
    ),
    (
        "Outlook tr",
        "İLT: Offer 12",
        "Kimden: Jane Roe <jane@acme.example>\nGönderildi: 6 Mart 2024 Çarşamba 09:31\nKime: Ada <ada@example.com>\nBilgi: Bob Stone <bob@acme.example>\nKonu: Offer 12",
    ),
    (
        "Outlook uk",
        "FW: Offer 12",
        "Від: Jane Roe <jane@acme.example>\nНадіслано: 6 березня 2024 р. 9:31\nКому: Ada <ada@example.com>\nКопія: Bob Stone <bob@acme.example>\nТема: Offer 12",
    ),
    (
        "Outlook zh-CN",
        "转发: Offer 12",
        "发件人: Jane Roe <jane@acme.example>\n发送时间: 2024年3月6日 9:31\n收件人: Ada <ada@example.com>\n抄送: Bob Stone <bob@acme.example>\n主题: Offer 12",
    ),
    (
        "Outlook zh-TW",
        "轉寄: Offer 12",
        "寄件者: Jane Roe <jane@acme.example>\n寄件日期: 2024年3月6日 上午 9:31\n收件者: Ada <ada@example.com>\n副本: Bob Stone <bob@acme.example>\n主旨: Offer 12",
    ),
    (
        "Outlook ar",
        "FW: Offer 12",
        "من: Jane Roe <jane@acme.example>\nتاريخ الإرسال: 6 مارس 2024 09:31\nإلى: Ada <ada@example.com>\nنسخة: Bob Stone <bob@acme.example>\nالموضوع: Offer 12",
    ),
    (
        "Outlook vi",
        "FW: Offer 12",
        "Từ: Jane Roe <jane@acme.example>\nĐã gửi: 06 Tháng Ba 2024 09:31\nĐến: Ada <ada@example.com>\nChủ đề: Offer 12",
    ),
    (
        "Outlook id",
        "FW: Offer 12",
        "Dari: Jane Roe <jane@acme.example>\nDikirim: 06 Maret 2024 09:31\nKepada: Ada <ada@example.com>\nSubjek: Offer 12",
    ),
    (
        "Outlook 2016 Mac ca",
        "RV: Offer 12",
        "De: Jane Roe <jane@acme.example>\nEnviat: dimecres, 6 de març de 2024 9:31\nPer a: Ada <ada@example.com>\nA/c: Bob Stone <bob@acme.example>\nTema: Offer 12",
    ),
    (
        "stacked and numbered prefixes",
        "[EXTERNAL] FW: Fwd(2): Offer 12",
        "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12",
    ),
];

#[test]
fn outlook_is_read() {
    // The link of the phone's client stands above, and is the member's.
    check(ROWS.iter().filter(|row| row.0 != "Outlook iOS"));
}

/// Outlook 2016 and 2019 for Mac write a sentence, and indent the letter.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "en",
        "FW: Offer 12",
        "\u{feff}On 06/03/2024, 09:31, \"Jane Roe\" <jane@acme.example> wrote:",
    ),
    (
        "de",
        "WG: Offer 12",
        "\u{feff}Am 06.03.24, 09:31 schrieb \"Jane Roe\" <jane@acme.example>:",
    ),
    (
        "fr",
        "TR: Offer 12",
        "\u{feff}Le 06/03/2024 09:31, « Jane Roe » <jane@acme.example> a écrit\u{a0}:",
    ),
    (
        "es",
        "RV: Offer 12",
        "\u{feff}El 6/3/24 9:31, \"Jane Roe\" <jane@acme.example> escribió:",
    ),
    (
        "it",
        "I: Offer 12",
        "\u{feff}Il giorno 06/03/24, 09:31 \"Jane Roe\" <jane@acme.example> ha scritto:",
    ),
    (
        "nl",
        "FW: Offer 12",
        "\u{feff}Op 06-03-2024 09:31 heeft Jane Roe <jane@acme.example> geschreven:",
    ),
    (
        "sv",
        "VB: Offer 12",
        "\u{feff}Den 2024-03-06 09:31 skrev \"Jane Roe\" <jane@acme.example> följande:",
    ),
    (
        "fi",
        "VL: Offer 12",
        "\u{feff}Jane Roe <jane@acme.example> kirjoitti 6.3.2024 9.31:",
    ),
    (
        "pl",
        "PD: Offer 12",
        "\u{feff}Dnia 06.03.2024, 09:31 użytkownik „Jane Roe” <jane@acme.example> napisał:",
    ),
    (
        "pt",
        "FW: Offer 12",
        "\u{feff}Em 06/03/2024, 09:31, \"Jane Roe\" <jane@acme.example> escreveu:",
    ),
    (
        "hu",
        "FW: Offer 12",
        "\u{feff}2024. 03. 06. 9:31 időpontban Jane Roe (jane@acme.example) ezt írta:",
    ),
    (
        "ru",
        "FW: Offer 12",
        "\u{feff}06.03.2024, 09:31 пользователь \"Jane Roe\" <jane@acme.example> написал:",
    ),
    (
        "tr",
        "İLT: Offer 12",
        "\"Jane Roe\" <jane@acme.example>, 6.03.2024 09:31 tarihinde şunu yazdı:",
    ),
    (
        "Gmail's sentence",
        "Fwd: Offer 12",
        "On Wed, Mar 6, 2024 at 9:31 AM Jane Roe <jane@acme.example>\nwrote:",
    ),
    (
        "Thunderbird's sentence",
        "Fwd: Offer 12",
        "On 3/6/24 9:31 AM, Jane Roe wrote:",
    ),
    (
        "zh",
        "转发: Offer 12",
        "Jane Roe <jane@acme.example> 于2024年3月6日周三 09:31写道：",
    ),
    (
        "ro",
        "FW: Offer 12",
        "mie., 6 mar. 2024 la 09:31 Jane Roe <jane@acme.example> a scris:",
    ),
];

#[test]
fn a_sentence_under_a_forward_s_subject_names_the_author() {
    for (language, subject, line) in SENTENCES {
        let text = format!("See below.\n\n{line}\n\n    Could we meet on Tuesday?\n\n    Jane\n");
        let message = super::read(&text, Some(subject));
        let letter = message
            .forwards
            .first()
            .unwrap_or_else(|| panic!("{language}: no letter"));
        let expected = if line.contains('@') {
            "Jane Roe <jane@acme.example>"
        } else {
            "Jane Roe <>"
        };
        assert_eq!(show(letter.from.as_ref()), expected, "{language}");
        assert_eq!(letter.subject.as_deref(), Some("Offer 12"), "{language}");
        assert!(
            letter.date.as_ref().is_some_and(|date| date.contains("24")),
            "{language}: {letter:?}"
        );
        assert_eq!(
            letter.body, "    Could we meet on Tuesday?\n\n    Jane",
            "{language}"
        );
        assert_eq!(
            message.above.plain.as_deref(),
            Some("See below."),
            "{language}"
        );
    }
}

#[test]
fn the_outermost_letter_of_a_thread_comes_first_and_holds_the_others() {
    let text = "FYI\n\nFrom: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: Ada <ada@example.com>\nSubject: RE: Offer 12\n\nFine with us.\n\nFrom: Ada <ada@example.com>\nSent: Tuesday, March 5, 2024 4:00 PM\nTo: Jane Roe <jane@acme.example>\nSubject: Offer 12\n\nWhat about this price?\n";
    let found = letters(text, Some("FW: Offer 12"));
    assert_eq!(found.len(), 2);
    assert_eq!(show(found[0].from.as_ref()), "Jane Roe <jane@acme.example>");
    assert!(found[0].body.contains("What about this price?"));
    assert_eq!(show(found[1].from.as_ref()), "Ada <ada@example.com>");
    assert_eq!(found[1].body, "What about this price?");
}

#[test]
fn a_long_subject_that_was_folded_is_whole() {
    let subject = "Offer 12 for the new roof of the old house in the long street with many trees";
    let text = "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12 for the new roof of the old house in the long street with\nmany trees\n\nHello\n";
    let found = letters(text, Some(&format!("FW: {subject}")));
    assert_eq!(found[0].subject.as_deref(), Some(subject));
    assert_eq!(found[0].body, "Hello");
}
