//! The words that signatures label numbers with, that jobs are called by, and that companies end with. Lower case.

use std::collections::HashSet;
use std::sync::LazyLock;

/// What stands before a number on which its owner answers.
pub(super) static PHONE: LazyLock<HashSet<&str>> = LazyLock::new(|| set(PHONE_WORDS));
const PHONE_WORDS: &str = "tel, telephone, phone, ph, t, p, mobile, mob, m, cell, cellphone, c, office, o, direct, direct line, direct dial, d, \
    dd, ddi, work, w, call, whatsapp, landline, switchboard, telefon, handy, mobil, mobiltelefon, durchwahl, zentrale, \
    büro, téléphone, tél, portable, port, fixe, standard, ligne directe, teléfono, telefono, tlf, tfno, tlfno, móvil, \
    movil, cel, celular, telemóvel, telefone, tm, tlm, cellulare, cel., mobiel, telefoon, tfn, mobilnr, växel, direkt, \
    mobilni, gsm, puh, puhelin, matkapuhelin, gsm/mobile, kom, komórka, tel. kom, telefon komórkowy, mobilní, mobilný, \
    tel/mob, mob/tel, mobitel, telefonas, tālrunis, mobilais, mobiil, tel.nr, тел, телефон, моб, мобильный, мобільний, \
    мобилен, τηλ, τηλέφωνο, κιν, κινητό, cep, telefon no, 电话, 手机, 電話, 手機, 携帯, 携帯電話, 전화, 휴대폰, 휴대전화, 핸드폰, טלפון, נייד, טל, \
    هاتف, جوال, موبايل, تلفن, đt, sđt, điện thoại, di động, hp, telp, no. hp, โทร, โทรศัพท์, sími, phone number, phone no, \
    mobile no, tel no, tel. no, b, business, main";

/// Words that a job's name has in it, as whole words.
pub(super) static TITLE: LazyLock<HashSet<&str>> = LazyLock::new(|| set(TITLE_WORDS));
const TITLE_WORDS: &str = "ceo, cto, cfo, coo, cmo, cio, cpo, cro, ciso, vp, svp, evp, manager, director, engineer, developer, consultant, \
    founder, co-founder, cofounder, partner, head, lead, president, chairman, chairwoman, chair, executive, assistant, \
    officer, analyst, architect, designer, lawyer, attorney, solicitor, professor, lecturer, researcher, scientist, \
    coordinator, specialist, administrator, owner, buyer, accountant, editor, advisor, adviser, representative, \
    supervisor, technician, principal, associate, secretary, treasurer, strategist, planner, producer, broker, agent, \
    recruiter, controller, programmer, photographer, physician, nurse, geschäftsführer, geschäftsführerin, \
    geschäftsleiter, geschäftsleitung, leiter, leiterin, vertriebsleiter, vertriebsleiterin, projektleiter, \
    projektleiterin, abteilungsleiter, teamleiter, teamleiterin, bereichsleiter, berater, beraterin, inhaber, inhaberin, \
    vorstand, vorstandsvorsitzender, prokurist, prokuristin, entwickler, entwicklerin, ingenieur, ingenieurin, \
    rechtsanwalt, rechtsanwältin, steuerberater, sachbearbeiter, sachbearbeiterin, referent, referentin, assistentin, \
    assistenz, einkäufer, einkäuferin, architektin, directeur, directrice, responsable, gérant, gérante, ingénieur, \
    ingénieure, associé, associée, avocat, avocate, président, présidente, consultante, assistante, chargé, chargée, \
    commercial, commerciale, comptable, acheteur, acheteuse, développeur, développeuse, fondateur, directora, gerente, \
    ingeniero, ingeniera, jefe, jefa, socio, socia, abogado, abogada, asesor, asesora, fundador, fundadora, coordinador, \
    coordinadora, presidente, presidenta, comercial, diretor, diretora, engenheiro, engenheira, sócio, sócia, advogado, \
    advogada, consultor, consultora, coordenador, coordenadora, vendedor, responsabile, direttore, direttrice, \
    amministratore, amministratrice, titolare, ingegnere, avvocato, consulente, fondatore, impiegato, eigenaar, adviseur, \
    verkoopleider, projectleider, accountmanager, teamleider, hoofd, inkoper, advocaat, bedrijfsleider, oprichter, vd, \
    säljare, projektledare, chef, avdelningschef, försäljningschef, konsult, ingenjör, utvecklare, grundare, ägare, \
    direktør, leder, selger, rådgiver, konsulent, projektleder, salgschef, salgssjef, prosjektleder, ingeniør, indehaver, \
    toimitusjohtaja, myyntipäällikkö, päällikkö, johtaja, asiantuntija, projektipäällikkö, insinööri, konsultti, dyrektor, \
    kierownik, prezes, specjalista, menedżer, doradca, właściciel, wiceprezes, inżynier, handlowiec, ředitel, ředitelka, \
    jednatel, jednatelka, manažer, manažerka, vedoucí, obchodník, specialista, riaditeľ, riaditeľka, konateľ, konateľka, \
    manažér, vedúci, igazgató, ügyvezető, vezető, menedzser, szakértő, tanácsadó, mérnök, inginer, direktor, direktorica, \
    voditelj, voditeljica, vodja, juhataja, direktors, vadītājs, vadītāja, direktorius, direktorė, vadovas, vadovė, \
    vadybininkas, директор, менеджер, руководитель, начальник, специалист, инженер, консультант, основатель, керівник, \
    фахівець, інженер, мениджър, управител, διευθυντής, διευθύντρια, υπεύθυνος, σύμβουλος, müdür, müdürü, yönetici, \
    yöneticisi, uzman, uzmanı, mühendis, danışman, kurucu, koordinatör, מנהל, מנכ\"ל, מנהלת, مدير, مهندس, giám đốc, trưởng \
    phòng, direktur, manajer, kepala";

/// The same for scripts that put no space between words: found anywhere in a segment.
pub(super) const TITLE_PARTS: &[&str] = &[
    "经理",
    "總監",
    "总监",
    "經理",
    "工程师",
    "工程師",
    "主任",
    "总裁",
    "董事",
    "代表取締役",
    "取締役",
    "部長",
    "課長",
    "係長",
    "社長",
    "マネージャー",
    "ディレクター",
    "エンジニア",
    "担当",
    "대표이사",
    "대표",
    "팀장",
    "과장",
    "부장",
    "이사",
    "차장",
    "대리",
    "매니저",
];

/// Legal forms that end a company's name, without their dots.
pub(super) static COMPANY: LazyLock<HashSet<&str>> = LazyLock::new(|| set(COMPANY_WORDS));
const COMPANY_WORDS: &str = "inc, llc, llp, lp, ltd, limited, plc, corp, corporation, company, co, pty ltd, pvt ltd, private limited, gmbh, ag, kg, \
    kgaa, ohg, gbr, ug, mbh, ek, ev, eg, se, sa, sas, sasu, sarl, eurl, sl, slu, sau, srl, spa, sapa, snc, bv, nv, vof, \
    ab, as, a/s, aps, asa, oy, oyj, oy ab, sp z oo, sp zoo, spzoo, sro, spol s ro, doo, dd, ad, eood, ood, kft, zrt, nyrt, \
    bt, sia, uab, oü, aş, ltd şti, ltda, lda, eireli, ооо, оао, зао, ао, пао, тов, еоод, оод, αε, επε, ике, co ltd, gmbh & \
    co kg, sàrl, ehf, hf, jsc, tbk, sdn bhd, bhd, pte ltd, kk";

/// Legal forms of languages that put no space between words: at either end of a name.
pub(super) const COMPANY_PARTS: &[&str] = &[
    "ООО ",
    "ОАО ",
    "ЗАО ",
    "ПАО ",
    "АО ",
    "ТОВ ",
    "PT ",
    "株式会社",
    "有限会社",
    "合同会社",
    "有限公司",
    "股份公司",
    "集团",
    "주식회사",
    "(주)",
    "㈜",
];

/// Words of sentences: a line that has one is talk, not a card.
pub(super) static TALK: LazyLock<HashSet<&str>> = LazyLock::new(|| set(TALK_WORDS));
const TALK_WORDS: &str = "i, you, your, we, our, us, please, this, is, are, was, will, if, regards, thanks, thank, best, cheers, sincerely, \
    sent, my, bitte, wir, unser, unsere, sie, ihr, ihre, ist, grüße, gruß, grüßen, dank, danke, ich, von meinem, vous, \
    votre, nous, notre, est, merci, cordialement, je, por favor, usted, su, saludos, gracias, nuestro, obrigado, obrigada, \
    cumprimentos, grazie, saluti, cordiali, groeten, groet, bedankt, hälsningar, hilsen, vennlig, terveisin, kiitos, \
    pozdrawiam, pozdravem, pozdravom, üdvözlettel, уважением, confidential, vertraulich, confidentiel, registered, \
    registration, amtsgericht, handelsregister, sitz, vat, ust, rcs, siret, tva, iban, disclaimer, intended, recipient, \
    email, e-mail, message, unsubscribe, copyright";

/// The words of a list that is written with commas.
fn set(words: &'static str) -> HashSet<&'static str> {
    words.split(", ").map(str::trim).collect()
}
