//! The words by which clients mark a quote, language by language. Data only; all in lower case.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The verb of "On … wrote:", one word each: the word that no language writes there for another reason.
const VERBS: &str = "
wrote writes wrotes replied responded said spake says
schrieb geschrieben schreibt
écrit ecrit écrivait écrite
escribió escribio escrito escribe escribía
scritto scrisse scrive
escreveu escrito escreve
schreef geschreven schrijft
skrev skreiv skriver skrifaði skrivit
kirjoitti kirjoittaa
napisał napisała napisal napisala pisze napisano napisana napisali
napsal napsala napísal napísala píše napsali
írta írt írja
scris scrie
napisao napisala napiše piše написао написала
kirjutas kirjutanud
rakstīja raksta
rašė parašė rašo
написа пише писа написал написала писал писала пишет пишут написали написало
έγραψε έγραψαν γράφει
написав написала пише писав писала пишуть
напісаў напісала піша
yazdı yazmış yazdi yazmıştır
viết
כתב כתבה כתבו
كتب كتبت نوشت
menulis
escriure escrit escrigué escriví
escribiu idatzi
लिखा
เขียนว่า เขียน";

/// The same where words are not spaced.
pub(super) const UNSPACED_VERBS: [&str; 16] = [
    "写道",
    "寫道",
    "写到",
    "寫到",
    "写信",
    "来信",
    "來信",
    "のメッセージ",
    "のメール",
    "書きました",
    "書いた",
    "作成:",
    "작성",
    "쓴 글",
    "썼습니다",
    "เขียน",
];

/// Words that end an attribution only, never stand in its middle.
const FINAL_VERBS: &str = "sent said says";

/// The first word of an attribution.
const OPENERS: &str = "
on at in am um le el il em no op den de d. på paa w dnia dne dňa dna la în in pe dana dne u na v в на во
от στις στη την vào ngày 在 于 於 בתאריך ב ب في بتاريخ pada ell dia die a'
mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab
segunda terça quarta quinta sexta seg ter qua qui sex
ma wo za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
mån tis tors fre lör sön måndag tisdag onsdag torsdag fredag lördag söndag
man tir ons tor lør søn mandag tirsdag lørdag søndag
ke to pe la su ti maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
pon wt śr sr czw pt sob niedz poniedziałek wtorek środa czwartek piątek sobota niedziela
po út st čt pá so ne pondělí úterý středa čtvrtek pátek neděle ut št pi pondelok utorok streda štvrtok piatok nedeľa
hétfő kedd szerda csütörtök péntek szombat vasárnap
luni marți miercuri joi vineri sâmbătă duminică
uto sri čet pet sub ned ponedjeljak utorak srijeda četvrtak petak subota nedjelja
tor sre ponedeljek torek sreda četrtek nedelja
esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
pirmd otrd trešd ceturtd piektd sestd svētd pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena
pirm antr treč ketv penkt šešt sekm pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis
пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье
понеділок вівторок середа четвер пʼятниця п'ятниця субота неділя понеделник сряда четвъртък петък събота неделя
δευ τρι τετ πεμ παρ σαβ κυρ δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
pzt sal çar per cum cmt paz pazartesi salı çarşamba perşembe cuma cumartesi pazar
dl dt dc dj dv ds dg dilluns dimarts dimecres dijous divendres dissabte diumenge
sen sel rab kam jum sab min senin selasa rabu kamis jumat sabtu minggu";

/// Months with which an attribution may begin.
const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october november december";

/// What stands in "-----Original Message-----".
const ORIGINALS: &str = "
original message|original mail|original email|original e-mail|original appointment|reply message|replied message|original|original message follows
|ursprüngliche nachricht|originalnachricht|original-nachricht|ursprungsnachricht|antwort nachricht|ursprünglicher termin|ursprüngliche mail|originalmail
|message d'origine|message original|message d’origine|message initial|courriel original|e-mail d'origine|mail original
|mensaje original|correo original|mensagem original|e-mail original|messaggio originale|messaggio original|email originale|missatge original
|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|oorspronkelijke mail|oorspronkelijk e-mail
|ursprungligt meddelande|originalmeddelande|ursprungligt mail|opprinnelig melding|original melding|oprindelig meddelelse|oprindelig besked|original besked|original meddelelse|oprindelig mail
|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|pierwotna wiadomość|oryginał wiadomości|treść oryginalnej wiadomości
|původní zpráva|původní e-mail|původní email|pôvodná správa|originálna správa|originální zpráva|eredeti üzenet|eredeti levél|mesaj original|mesajul original|mesaj inițial
|izvorna poruka|originalna poruka|izvirno sporočilo|originalno sporočilo|prvotno sporočilo|algne sõnum|algne kiri|originaalsõnum|sākotnējais ziņojums|oriģinālais ziņojums|oriģinālā ziņa|pradinis pranešimas|originalus laiškas|pirminis pranešimas|pradinis laiškas
|оригинално съобщение|първоначално съобщение|αρχικό μήνυμα|αρχικό e-mail|исходное сообщение|оригинальное сообщение|исходное письмо|первоначальное сообщение|вихідне повідомлення|оригінальне повідомлення|початкове повідомлення|вихідний лист|оригінал повідомлення|оригинална порука
|orijinal ileti|orijinal mesaj|özgün ileti|özgün mesaj|orjinal mesaj|asıl ileti|asıl mesaj|元のメッセージ|元のメール|元メール|オリジナルメッセージ|原始邮件|原邮件|原始消息|原始信息|邮件原件|回复的原邮件|回复的邮件|原始郵件|原始信件|原始訊息|原郵件|回覆的信件
|원본 메시지|원본 메일|원래 메시지|원본메일|원본 이메일|tin nhắn gốc|thư gốc|tin nhắn ban đầu|הודעה מקורית|ההודעה המקורית|الرسالة الأصلية|رسالة أصلية|الرسالة الاصلية|pesan asli|pesan semula|email asli|upprunaleg skilaboð";

/// Lines that ask the reader to write above them.
pub(super) const REPLY_ABOVE: &[&str] = &[
    "reply above this line",
    "reply above the line",
    "your reply above",
    "reply above the dotted line",
    "write your reply above",
    "type your reply above",
    "antworten sie über dieser zeile",
    "antworten sie oberhalb dieser zeile",
    "bitte oberhalb dieser zeile antworten",
    "ihre antwort über dieser zeile",
    "antwort oberhalb dieser zeile",
    "répondez au-dessus de cette ligne",
    "répondre au-dessus de cette ligne",
    "votre réponse au-dessus de cette ligne",
    "responda por encima de esta línea",
    "responda encima de esta línea",
    "escriba su respuesta por encima de esta línea",
    "responder por encima de esta línea",
    "rispondi sopra questa riga",
    "rispondere sopra questa linea",
    "responda acima desta linha",
    "escreva sua resposta acima desta linha",
    "antwoord boven deze regel",
    "beantwoord boven deze lijn",
    "svara ovanför den här raden",
    "skriv dit svar over denne linje",
    "vastaa tämän rivin yläpuolelle",
    "ответьте выше этой строки",
    "text above this line is added",
    "text above this line will be added",
    "do not edit below this line",
    "do not write below this line",
    "please do not remove or modify this line",
    "acima desta linha",
    "sopra questa riga",
    "sopra questa linea",
    "この行より上",
    "この線より上",
    "在此行上方",
    "在此線上方",
    "ovanför denna rad",
    "ovanför den här raden",
    "powyżej tej linii",
    "nad tímto řádkem",
    "nad týmto riadkom",
    "tämän rivin yläpuolelle",
    "bu satırın üzerine",
    "bu satırın üstüne",
    "이 줄 위에",
    "over denne linjen",
    "over denne linje",
    "выше этой линии",
    "вище цього рядка",
    "e sor fölé",
    "deasupra acestei linii",
    "πάνω από αυτήν τη γραμμή",
];

static VERB_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| VERBS.split_whitespace().collect());
static FINAL_VERB_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| FINAL_VERBS.split_whitespace().collect());
static OPENER_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| OPENERS.split_whitespace().collect());
static MONTH_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| MONTHS.split_whitespace().collect());
static ORIGINAL_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| ORIGINALS.split('|').map(str::trim).collect());
/// Whether a word is the verb of an attribution.
pub(super) fn is_verb(word: &str) -> bool {
    VERB_SET.contains(word)
}

/// Whether a word is a verb that counts at the end of an attribution only.
pub(super) fn is_final_verb(word: &str) -> bool {
    FINAL_VERB_SET.contains(word)
}

/// Whether a word begins an attribution: a preposition, a weekday or a month.
pub(super) fn is_opener(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',']);
    OPENER_SET.contains(word) || MONTH_SET.contains(word)
}

/// Whether a word is the name of a month in English.
pub(super) fn is_month(word: &str) -> bool {
    MONTH_SET.contains(word.trim_end_matches(['.', ',']))
}

/// Whether a phrase is what stands between the dashes above an original message.
pub(super) fn is_original(phrase: &str) -> bool {
    ORIGINAL_SET.contains(phrase)
}
