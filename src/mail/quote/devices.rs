//! "Sent from my iPhone" and its kin: the lines that phones and programs sign with. Data, and how to ask it.

use super::lines;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How such a line begins, in lower case; what follows names the device or the program.
const BEGINNINGS: &str = "sent from|sent via|sent with|sent using|sent by|sent on|sent wirelessly|sent through|sending from|written on my|typed on my|composed on|posted from|get outlook|download outlook|get bluemail\
|gesendet von|gesendet mit|gesendet über|gesendet via|gesendet aus|gesendet durch|von meinem|von meiner|von unterwegs|diese nachricht wurde von meinem|mit der|outlook für|holen sie sich outlook|laden sie outlook|verfasst mit\
|envoyé de|envoyé depuis|envoyé à partir|envoyé avec|envoyé par|envoyé via|envoyé du|envoyé d'|envoyé sans fil|envoyée de|obtenir outlook|obtenez outlook|télécharger outlook|téléchargez outlook|provenance\
|enviado desde|enviado por|enviado con|enviado a través|enviado mediante|obtener outlook|obtén outlook|descargar outlook|consigue outlook\
|inviato da|inviato dal|inviato con|inviato tramite|inviato via|inviato dall'|ottieni outlook|scarica outlook\
|enviado do|enviado de|enviado pelo|enviado via|enviado a partir|enviada do|enviado com|obter o outlook|obtenha o outlook|baixar outlook|baixe o outlook|obter outlook\
|verzonden vanaf|verstuurd vanaf|verzonden met|verstuurd met|verzonden via|verstuurd via|verzonden door|outlook voor|download outlook voor|outlook downloaden|ontvang outlook|verzonden vanuit|verstuurd vanuit\
|skickat från|skickat med|skickat via|skickades från|hämta outlook|skaffa outlook|sendt fra|sendt med|sendt via|sendt gjennom|hent outlook|få outlook|skaff deg outlook|last ned outlook|sendt trådløst\
|lähetetty|hanki outlook|lataa outlook|wysłane z|wysłano z|wysłano przy|wysłane za|wysłane przez|pobierz program outlook|pobierz aplikację outlook|pobierz outlook|uzyskaj outlook|uzyskaj program outlook\
|odesláno z|odesláno pomocí|odesláno ze|odoslané z|odoslané zo|odoslané pomocou|získat outlook|stáhnout outlook|získajte outlook|získať outlook|stiahnuť outlook\
|elküldve|küldve|elküldve az|az outlook beszerzése|szerezze be az outlook|töltse le az outlook|trimis de pe|trimis din|trimis de la|trimis cu|trimis prin|obțineți outlook|descărcați outlook\
|poslano s|poslano sa|poslano iz|poslano z|poslano preko|poslano putem|poslato sa|poslato iz|preuzmite outlook|nabavite outlook|prenesite outlook|pridobite outlook|saadetud minu|saadetud|hankige outlook|laadige alla outlook\
|sūtīts no|nosūtīts no|nosūtīts ar|iegūt outlook|iegūstiet outlook|išsiųsta iš|siųsta iš|išsiųsta naudojant|gaukite outlook|gauti outlook|изпратено от|изпратено с|изтеглете outlook|вземете outlook\
|στάλθηκε από|εστάλη από|στάλθηκε με|αποστολή από|αποκτήστε το outlook|λήψη του outlook|отправлено с|отправлено из|отправлено от|отправлено через|отправлено при|получить outlook|скачать outlook|скачайте outlook|послано с\
|надіслано з|надіслано із|надіслано через|відправлено з|відправлено із|отримати outlook|отримайте outlook|завантажити outlook|ios için outlook|android için outlook|outlook for ios'u|outlook for android'i\
|发自|發自|从我的|從我的|自我的|来自我的|使用|获取 outlook|获取outlook|取得 outlook|取得 ios|取得 android|获取 ios|获取 android|取得適用於|取得outlook|获取适用于|通过|透過|由我的|outlook for ios を|outlook for android を|ios 版 outlook|私の\
|나의|내 iphone|내 ipad|내 갤럭시|ios용 outlook|android용 outlook|outlook for ios 다운|outlook for android 다운|được gửi từ|đã gửi từ|gửi từ|tải outlook|tải xuống outlook|lấy outlook\
|נשלח מ|נשלח באמצעות|נשלח מה|הורד את outlook|קבל את outlook|להורדת outlook|أُرسلت من|أرسلت من|مرسل من|تم الإرسال من|مُرسل من|أرسل من|الحصول على outlook|تنزيل outlook|احصل على outlook|ارسلت من\
|dikirim dari|dikirim dengan|dikirim menggunakan|dapatkan outlook|unduh outlook|enviat des|enviat de|enviat amb|obteniu outlook|obtenir l'outlook|baixa outlook|sent: from|outlook for|来自 outlook|来自outlook|terkirim dari|secured with|securely sent with|sent securely|get the new|get the all new|please excuse my brevity, sent from|sent automatically from my|sent frá|wysyłane z|envoi depuis";

/// How it ends in languages that put the device first.
const ENDINGS: &str = "gesendet|verzonden|verstuurd|gesendet.|gönderildi|gönderildi.|gönderilmiştir|edinin|から送信|から送信されました|より送信|から送信。|から送る|を入手|をダウンロード|发送|傳送|发出|寄出|傳送。|에서 보냄|에서 보냈습니다|에서 보내기|에서 발송|에서 발송된 메일입니다|보냄|다운로드|다운받기|küldve|elküldve|küldtem|küldött üzenet|lähetetty|saadetud|sendt|skickat|स भेजा गया|संदेश भेजा गया";

/// Names of devices, systems and programs; any of them makes such a line a signature.
const NAMES: &str = "iphone|ipad|ipod|ios|macbook|imac|apple|mac|android|blackberry|samsung|galaxy|htc|nokia|huawei|honor|xiaomi|redmi|mi|oneplus|oppo|vivo|realme|pixel|nexus|motorola|moto|lg|sony|xperia|zte|asus|wiko|fairphone|nothing|lumia|windows|microsoft|surface|kindle|\
outlook|mail|email|e-mail|gmail|yahoo|yahoo!|aol|gmx|web.de|t-online|protonmail|proton|tutanota|tuta|fastmail|zoho|thunderbird|k-9|fairemail|spark|airmail|mailbird|em|bluemail|typeapp|newton|cloudmagic|boxer|acompli|mailbox|superhuman|hey|missive|front|polymail|mailspring|nine|edison|aqua|canary|spike|\
mobile|mobil|mobiel|handy|phone|smartphone|téléphone|telefon|telefono|teléfono|cell|cellphone|cellulare|móvil|celular|telemóvel|tablet|tablette|device|gerät|appareil|dispositivo|apparaat|enhet|enhed|laite|urządzenia|wireless|handheld|treo|palm|xfinity|verizon|at&t|sprint|t-mobile|vodafone|orange|telcel|bell|rogers|telstra|移动|手机|手機|iphone을|yandex|yandex.mail|яндекс|яндекс.почты|mail.ru|почты|телефона|телефону|мобильной|мобильного|смартфона|смартфону|планшета|app|client|unterwegs|przenośnego|telefonem|telefonom|mobitelom|mobitela|mobilu|mobilního|mobilného|telefónu|κινητό|tuta|hushmail|mailtrack|移动设备|智能手机|workspace|roundcube|webmail|icloud|mimestream|tap|tapatalk";

/// Longest such line, in characters, without the address of its link.
const LINE_CHARS_MAX: usize = 120;
/// Most words where no known name is among them.
const STRANGE_WORDS_MAX: usize = 8;

static BEGINNINGS_BY_CHAR: LazyLock<HashMap<char, Vec<&'static str>>> =
    LazyLock::new(|| by_char(BEGINNINGS, |word| word.chars().next()));
static ENDINGS_BY_CHAR: LazyLock<HashMap<char, Vec<&'static str>>> =
    LazyLock::new(|| by_char(ENDINGS, |word| word.chars().next_back()));
static NAME_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NAMES.split('|').collect());

/// The phrases of a table by one of their characters: every own line of a mail is asked.
fn by_char(table: &'static str, key: fn(&str) -> Option<char>) -> HashMap<char, Vec<&'static str>> {
    let mut map: HashMap<char, Vec<&'static str>> = HashMap::new();
    for phrase in table.split('|') {
        if let Some(c) = key(phrase) {
            map.entry(c).or_default().push(phrase);
        }
    }
    map
}

/// Whether a line says which device or program sent the mail.
pub(super) fn is_device_line(text: &str) -> bool {
    if text.len() > 600 {
        return false;
    }
    let text = text.split_once('<').map_or(text, |(before, _)| before);
    // "Get [Outlook for iOS](https://…)": a link as text/plain writers turn it.
    let text = text.split_once("](").map_or(text, |(before, _)| before);
    let unlinked = text.replace('[', "");
    let text = unlinked.as_str();
    let text = text.trim_matches([
        ' ', '*', '_', '.', '!', '(', ')', '[', ']', '>', '-', '\u{a0}',
    ]);
    if text.is_empty() || text.chars().count() > LINE_CHARS_MAX {
        return false;
    }
    let lower = lines::lower(text);
    let phrases = |map: &'static HashMap<char, Vec<&'static str>>, c: Option<char>| {
        c.and_then(|c| map.get(&c)).map_or(&[][..], Vec::as_slice)
    };
    let rest = phrases(&BEGINNINGS_BY_CHAR, lower.chars().next())
        .iter()
        .filter_map(|beginning| Some((*beginning, lower.strip_prefix(beginning)?)))
        .min_by_key(|(_, rest)| rest.len());
    let ended = phrases(&ENDINGS_BY_CHAR, lower.chars().next_back())
        .iter()
        .any(|ending| lower.ends_with(ending));
    match rest {
        Some((beginning, _)) if beginning.contains("outlook") => {
            lower.split_whitespace().count() <= 6
        }
        Some((_, rest)) => {
            names_device(rest)
                || (lower.starts_with("sent from my") && is_terse(rest))
                || is_named_program(text, rest)
                || (ended && names_device(&lower))
        }
        None => ended && lower.split_whitespace().count() <= 8 && names_device(&lower),
    }
}

/// A known name stands among the first words, before any clause.
fn names_device(rest: &str) -> bool {
    let rest = rest.split([',', ';', '?']).next().unwrap_or_default();
    let word_named = rest
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '&' | '!')))
        .filter(|word| !word.is_empty())
        .take(9)
        .any(|word| {
            let word = word.trim_matches(['.', '-', '!']);
            !word.is_empty() && NAME_SET.contains(word)
        });
    // Cases and languages without spaces hang their endings onto the name.
    word_named
        || [
            "iphon",
            "ipad",
            "android",
            "outlook",
            "samsung",
            "galaxy",
            "blackberry",
            "huawei",
            "gmail",
            "yahoo",
            "手机",
            "手機",
            "携帯",
            "スマート",
            "휴대",
            "айфон",
            "телефон",
            "смартфон",
            "메일",
            "아이폰",
            "갤럭시",
            "스마트폰",
            "هاتف",
            "جوال",
            "טלפון",
            "סמארטפון",
            "आईफ़ोन",
            "邮箱",
            "郵箱",
        ]
        .iter()
        .any(|name| rest.contains(name))
}

/// "my Wiko RIDGE": few words and no clause.
fn is_terse(rest: &str) -> bool {
    !rest.contains([',', ';', ':', '?']) && rest.split_whitespace().count() <= STRANGE_WORDS_MAX
}

/// "Sent from TypeApp", "Sent via Wunderpost": few words, each of them a name.
fn is_named_program(text: &str, rest: &str) -> bool {
    let names = text.split_whitespace().rev();
    let count = rest.split_whitespace().count();
    (1..=3).contains(&count)
        && is_terse(rest)
        && names
            .take(count)
            .all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
}
