//! The words by which mail clients label the fields of a header block, in the languages in which they are translated. `quote`
//! and `forward` know header blocks by them; neither has words of its own for this.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A field of a header block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    From,
    To,
    Cc,
    Date,
    Subject,
    /// Known to stand in header blocks, and of no use here.
    Other,
}

/// Lower case, NFC. One line a language; the words of one client stand beside those of the others.
const FROM: &[&str] = &[
    "from",
    "von absender",
    "od šalje pošiljatelj pošiljalac salje odesílatel odosielateľ nadawca",
    "fra afsender avsender",
    "van afzender",
    "saatja kellelt",
    "lähettäjä lähettäjältä",
    "de de|la|part|de expéditeur",
    "de|la expeditor",
    "από αποστολέας",
    "feladó küldő feladta",
    "da mittente",
    "från avsändare",
    "no sūtītājs nosūtītājs",
    "nuo siuntėjas",
    "de remetente enviado|por remitente emissor remitent",
    "от от|кого отправитель подател",
    "від від|кого відправник",
    "од пошиљалац адресант подателот",
    "kimden gönderen",
    "מאת",
    "من المرسل",
    "từ người|gửi",
    "dari pengirim daripada",
    "差出人 送信者 送信元 発信者 発信元",
    "发件人 寄件人 寄件者 发信人 发自 寄信人 發件人",
    "보낸|사람 보낸사람 보낸이 발신자 발신 보낸|이",
    "frá nork از فرستنده จาก प्रेषक",
    "tól feladja message|de auteur ze з 发送人 nuo|ko od|koga",
    "nga kimdən кімнен oddi|wrth ó mula|kay ვისგან ումից",
];

const TO: &[&str] = &[
    "to recipient recipients",
    "an empfänger",
    "komu pre za prima primatelj primalac prejemnik adresát príjemca příjemce do adresat odbiorca",
    "til modtager mottaker",
    "aan ontvanger ontvangers geadresseerde",
    "saaja kellele adressaat",
    "vastaanottaja vastaanottajat",
    "à a pour destinataire destinataires",
    "către catre destinatar",
    "προς παραλήπτης",
    "címzett címzettek",
    "destinatario destinatari",
    "till mottagare",
    "kam adresāts saņēmējs",
    "gavėjas adresatas kas",
    "para destinatário destinatários destinatarios per|a destinatari",
    "кому получатель получатели до получател",
    "одержувач отримувач",
    "коме прималац за",
    "kime alıcı alıcılar kime/to",
    "אל נמען",
    "إلى الى المستلم",
    "đến tới gửi|đến người|nhận",
    "kepada ke untuk penerima",
    "宛先 送信先 受信者 宛て",
    "收件人 收信人 发送至 傳送至 收件者",
    "받는|사람 받는사람 받는이 수신자 수신 받는|이",
    "nori به گیرنده ถึง प्रति प्राप्तकर्ता",
    "kenelle kam|sūtīts до|кого per kimə",
    "për tek кімге at chuig para|kay vir ვის ում",
];

const CC: &[&str] = &[
    "cc cc/cc",
    "kopie kopie|(cc)",
    "kopija kp kópia kopie kopia kópie dw do|wiadomości dw|(do|wiadomości)",
    "kopi kopi|til kopimottaker",
    "koopia kopio",
    "copie copie|à",
    "κοιν κοιν. κοινοποίηση",
    "másolat másolatot|kap",
    "copia copia|per|conoscenza",
    "cópia con|copia a/c còpia",
    "копия копие копія копија",
    "bilgi kopya",
    "עותק",
    "نسخة نسخة|إلى نسخه رونوشت",
    "đồng|gửi tembusan salinan",
    "抄送 副本 副本抄送 抄送人",
    "参照 참조 참조인",
    "afrit สำเนา",
];

const DATE: &[&str] = &[
    "date sent date/time sent|on sent|at date|sent",
    "datum gesendet gesendet|am datum/uhrzeit",
    "poslano posláno poslané odesláno odoslané odoslaná dátum dne poslato datum|slanja",
    "dato sendt afsendt",
    "verzonden verstuurd verzonden|op datum|verzonden",
    "saadetud kuupäev",
    "päivämäärä päiväys lähetetty aika",
    "envoyé envoyé|le date|d'envoi date|d’envoi",
    "data dată trimis trimis|la trimisă",
    "ημερομηνία στάλθηκε εστάλη αποστολή",
    "küldve elküldve küldés|dátuma küldés|ideje",
    "inviato inviata data|di|invio inviato|il",
    "skickat skickade",
    "datums nosūtīts sūtīts nosūtīšanas|datums",
    "išsiųsta data|ir|laikas",
    "enviado enviada enviado|el enviado|em enviada|em fecha fecha|de|envío enviat data|de|envio enviat|el",
    "wysłano wysłane data|wysłania wysłany",
    "дата отправлено отослано дата|отправки изпратено изпратен",
    "надіслано відправлено дата|надсилання",
    "датум послато испратено",
    "tarih gönderildi gönderme|tarihi gönderim|tarihi gönderilme|tarihi",
    "תאריך נשלח נשלח|ב",
    "التاريخ تاريخ|الإرسال أرسل تم|الإرسال تاريخ تم|الارسال",
    "ngày đã|gửi ngày|gửi gửi|lúc thời|gian",
    "tanggal dikirim terkirim tarikh dihantar",
    "日付 日時 送信日時 送信日",
    "日期 发送时间 发送日期 發送日期 傳送時間 寄件日期 时间 時間 已发送 已傳送 發送時間 传送时间",
    "날짜 보낸|날짜 보낸날짜 발송일 일시 보낸|시간 보낸시간 전송|날짜",
    "sent|date dagsetning data|ora bidalia تاریخ ارسال|شده วันที่ ส่งเมื่อ दिनांक तिथि",
    "message|du skickat|den päivä dátum|a|čas datum|i|vrijeme απεστάλη gönderilme 傳送日期 寄送日期 gửi أرسلت data|d'enviament created 送信 发件时间",
    "dërguar göndərildi tarix жіберілді күні anfonwyd dyddiad seolta ipinadala petsa gestuur ส่ง გაგზავნილია თარიღი",
];

const SUBJECT: &[&str] = &[
    "subject subj",
    "betreff",
    "předmět predmet naslov zadeva věc vec temat tytuł",
    "emne",
    "onderwerp",
    "teema pealkiri",
    "aihe otsikko",
    "objet sujet",
    "subiect subiectul",
    "θέμα",
    "tárgy",
    "oggetto",
    "ämne",
    "tēma temats tema",
    "tema dalykas",
    "asunto assunto assumpte",
    "тема относно",
    "предмет наслов",
    "konu",
    "נושא",
    "الموضوع موضوع",
    "chủ|đề tiêu|đề",
    "subjek perihal judul",
    "件名 題名",
    "主题 主題 主旨 标题 標題",
    "제목",
    "efni gaia موضوع เรื่อง หัวข้อ विषय",
    "הנדון",
    "mövzu тақырып pwnc ábhar paksa subjekti თემა",
];

const OTHER: &[&str] = &[
    "attachments attachment importance priority organization organisation sensitivity reply-to bcc received",
    "message-id sender resent-from resent-to resent-date x-mailer user-agent categories security followup|flag|flag mailed-by",
    "anlagen anlage wichtigkeit priorität antwort|an blindkopie bcc/blindkopie organisation kategorien",
    "pièces|jointes importance|: répondre|à cci priorité",
    "datos|adjuntos adjuntos archivos|adjuntos importancia responder|a cco prioridad anexos prioridade importância responder|para",
    "allegati priorità importanza rispondi|a ccn",
    "bijlagen bijlage prioriteit urgentie antwoord|aan beantwoorden|aan bcc/bcc",
    "bilagor bilaga prioritet svara|till hemlig|kopia vedlegg vedhæftede|filer vedhæftet viktighet svar|til liitteet tärkeys vastausosoite",
    "załączniki ważność odpowiedz|do udw přílohy důležitost odpovědět prílohy dôležitosť privici prilozi odgovori|na",
    "вложения важность обратный|адрес скрытая|копия вкладення пріоритет відповісти",
    "mellékletek fontosság válaszcím atașamente răspuns|către προτεραιότητα συνημμένα",
    "ekler ek önem yanıtla yanıt|adresi gizli",
    "添付ファイル 重要度 返信先 附件 重要性 回复 回覆 密送 密件副本 첨부 첨부파일 숨은|참조 답장",
    "kopie|an copie|carbon reply|to anhang sent|by flag",
];

static WORDS: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let tables = [
        (OTHER, Field::Other),
        (SUBJECT, Field::Subject),
        (DATE, Field::Date),
        (CC, Field::Cc),
        (TO, Field::To),
        (FROM, Field::From),
    ];
    let mut words = HashMap::new();
    for (rows, field) in tables {
        for word in rows.iter().flat_map(|row| row.split(' ')) {
            words.insert(word.replace('|', " "), field);
        }
    }
    words
});

/// Longest label in characters that is looked up.
pub(crate) const LONGEST_LABEL: usize = 32;

/// The field that a label names, whatever its case and its spaces.
pub(crate) fn field(label: &str) -> Option<Field> {
    if label.len() > LONGEST_LABEL * 4 {
        return None;
    }
    WORDS.get(&folded(label)).copied()
}

/// Lower case, NFC, one space between words: the form in which the tables are written.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            // İ becomes i and a combining dot, which no table has.
            let lower = word.nfc().flat_map(char::to_lowercase);
            folded.extend(lower.filter(|c| *c != '\u{307}' && !is_invisible(*c)));
        }
    }
    folded
}

/// Marks without width that clients put around labels and values: byte order marks, joiners, directions.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{ad}'
    )
}
