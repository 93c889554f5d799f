//! Signatures as people write them.

use super::{Card, read};
use proptest::prelude::*;

/// A signature; then phone, title and company, empty where none is plain.
type Row = (&'static str, &'static str, &'static str, &'static str);

const CARDS: &[Row] = &[
    (
        "Jane Roe\nHead of Sales\nAcme GmbH\nTel: +49 30 1234567",
        "+49 30 1234567",
        "Head of Sales",
        "Acme GmbH",
    ),
    (
        "Jane Roe | Account Manager | Acme Ltd | T: +44 20 7946 0018",
        "+44 20 7946 0018",
        "Account Manager",
        "Acme Ltd",
    ),
    ("Jane Roe, CEO", "", "CEO", ""),
    ("Jane Roe – Managing Director", "", "Managing Director", ""),
    (
        "Jane Roe\nProduct Designer at Northwind Labs\nM: (212) 555-0147",
        "(212) 555-0147",
        "Product Designer",
        "Northwind Labs",
    ),
    (
        "Jane Roe\nVP Engineering, Acme, Inc.\nPhone: 212-555-0147",
        "212-555-0147",
        "VP Engineering",
        "Acme, Inc.",
    ),
    (
        "Jane Roe\nGeschäftsführerin\nAcme Holding GmbH & Co. KG\nMobil: 0171 1234567",
        "0171 1234567",
        "Geschäftsführerin",
        "Acme Holding GmbH & Co. KG",
    ),
    (
        "Jane Roe\nDirectrice commerciale\nAcme SAS\nTél. : 01 23 45 67 89",
        "01 23 45 67 89",
        "Directrice commerciale",
        "Acme SAS",
    ),
    (
        "Jane Roe\nToimitusjohtaja\nAcme Oy\npuh. 040 123 4567",
        "040 123 4567",
        "Toimitusjohtaja",
        "Acme Oy",
    ),
    (
        "Jane Roe\nGerente de ventas\nAcme S.L.\nMóvil: 600 123 456",
        "600 123 456",
        "Gerente de ventas",
        "Acme S.L.",
    ),
    (
        "Jane Roe\nResponsabile acquisti\nAcme S.r.l.\nCell. 333 1234567",
        "333 1234567",
        "Responsabile acquisti",
        "Acme S.r.l.",
    ),
    (
        "Jane Roe\nDiretora\nAcme Ltda\nCelular: (11) 91234-5678",
        "(11) 91234-5678",
        "Diretora",
        "Acme Ltda",
    ),
    (
        "Jane Roe\nKierownik projektu\nAcme Sp. z o.o.\ntel. kom. 600 123 456",
        "600 123 456",
        "Kierownik projektu",
        "Acme Sp. z o.o.",
    ),
    (
        "Jane Roe\nObchodní ředitelka\nAcme s.r.o.\nMobil: +420 601 123 456",
        "+420 601 123 456",
        "Obchodní ředitelka",
        "Acme s.r.o.",
    ),
    (
        "Jane Roe\nFörsäljningschef\nAcme AB\nTfn: 08-123 456 78",
        "08-123 456 78",
        "Försäljningschef",
        "Acme AB",
    ),
    (
        "Jane Roe\nSalgschef\nAcme ApS\nTlf. 12 34 56 78",
        "12 34 56 78",
        "Salgschef",
        "Acme ApS",
    ),
    (
        "Jane Roe\nProjectleider\nAcme B.V.\nTelefoon: 020 123 4567",
        "020 123 4567",
        "Projectleider",
        "Acme B.V.",
    ),
    (
        "Jane Roe\nДиректор\nООО Акме\nТел.: +7 495 123-45-67",
        "+7 495 123-45-67",
        "Директор",
        "ООО Акме",
    ),
    (
        "Jane Roe\nSatış Müdürü\nAcme A.Ş.\nCep: 0532 123 45 67",
        "0532 123 45 67",
        "Satış Müdürü",
        "Acme A.Ş.",
    ),
    (
        "王小明\n销售经理\n北京示例有限公司\n电话：010-12345678",
        "010-12345678",
        "销售经理",
        "北京示例有限公司",
    ),
    (
        "山田太郎\n営業部長\n株式会社サンプル\n電話: 03-1234-5678",
        "03-1234-5678",
        "営業部長",
        "株式会社サンプル",
    ),
    (
        "홍길동\n영업팀장\n주식회사 예시\n휴대폰: 010-1234-5678",
        "010-1234-5678",
        "영업팀장",
        "주식회사 예시",
    ),
    ("Jane Roe\n+1 212 555 0147", "+1 212 555 0147", "", ""),
    (
        "Jane Roe\nFax: +1 212 555 0148\nTel: +1 212 555 0147",
        "+1 212 555 0147",
        "",
        "",
    ),
    (
        "Jane Roe\nTel +49 30 1234567 | Fax +49 30 1234568",
        "+49 30 1234567",
        "",
        "",
    ),
    (
        "Jane Roe\nT +44 20 7946 0018  M +44 7700 900123",
        "+44 20 7946 0018",
        "",
        "",
    ),
    ("Jane Roe\n📞 +44 20 7946 0018", "+44 20 7946 0018", "", ""),
    (
        "Jane Roe\nDirect line: +44 (0)20 7946 0018",
        "+44 (0)20 7946 0018",
        "",
        "",
    ),
    (
        "Jane Roe\nAcme GmbH, Musterstraße 1, 12345 Berlin",
        "",
        "",
        "Acme GmbH",
    ),
    (
        "Jane Roe\nNorthwind\njane@northwind.example\nwww.northwind.example",
        "",
        "",
        "Northwind",
    ),
    (
        "*Jane Roe*\n*Senior Consultant*",
        "",
        "Senior Consultant",
        "",
    ),
    ("Jane Roe\nCo-Founder & CTO", "", "Co-Founder & CTO", ""),
];

/// Nothing of these is plain.
const NO_CARDS: &[&str] = &[
    "",
    "Jane",
    "Best regards,\nJane",
    "Sent from my iPhone",
    "Fax: +49 30 1234567",
    "VAT: 123456789",
    "IBAN: DE00 1234 5678 9012 3456 00",
    "HRB 1234567, Amtsgericht Berlin",
    "Please call our sales manager.",
    "Our director will answer you",
    "Room 1234567",
    "2024-03-06",
    "12345 Berlin",
    "Invoice 2024/1234567",
    "Acme Ltd is registered in England and Wales no. 1234567",
    "This message is confidential and intended for the manager",
    "www.example.com",
    "jane@example.com",
    "Have a look as well as",
    "We sell more",
    "Tel: see our site",
    "M: 12345",
    "Berlin, Germany",
];

#[test]
fn what_stands_plainly_is_read() {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut wrong = Vec::new();
    for (signature, phone, title, company) in CARDS {
        let expected = Card {
            phone: some(phone),
            title: some(title),
            company: some(company),
        };
        for text in [(*signature).to_owned(), signature.replace('\n', "\r\n")] {
            let card = read(&text, Some("Jane Roe"));
            if card != expected {
                wrong.push(format!("{text}\n  gives {card:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_in_doubt_is_left() {
    for signature in NO_CARDS {
        assert_eq!(
            read(signature, Some("Jane")),
            Card::default(),
            "{signature}"
        );
        assert_eq!(read(signature, None), Card::default(), "{signature}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(signature in "(\\PC{0,40}\n){0,8}", name in "\\PC{0,12}") {
        let card = read(&signature, Some(&name));
        prop_assert!(card.phone.is_none_or(|phone| phone.chars().filter(char::is_ascii_digit).count() <= 15));
    }
}
