//! Whole files as other programs export them: with all their columns, their quoting, their encoding.

use crate::common::databases;
use crate::common::workspace::Desk;
use crate::world;
use rapport::commands::execute::Incoming;
use rapport::transfer::{Form, Mode, Roll};

/// Every cell in quotation marks, empty ones too; the columns that somebody added stand among the usual ones.
const HUBSPOT: &str = "\u{feff}\"Record ID\",\"First Name\",\"Last Name\",\"Email\",\"Phone Number\",\"Contact owner\",\"Primary Associated Company ID\",\
    \"Associated Company\",\"Last Activity Date (GMT)\",\"Lead Status\",\"Marketing contact status\",\"Create Date (GMT)\",\"Associated Company IDs\",\
    \"Job Title\",\"City\",\"Country/Region\",\"Website URL\",\"Lifecycle Stage\",\"Favourite color\",\"Number of times contacted\"\r\n\
    \"151\",\"Ada\",\"Byron\",\"ada@northwind.example\",\"+44 20 7946 0000\",\"Mia Laine (mia@studio.example)\",\"9001\",\"Northwind, Ltd.\",\
    \"2026-11-03 09:14\",\"OPEN\",\"Marketing contact\",\"2024-03-12 09:14\",\"9001;9002\",\"Countess\",\"London\",\"United Kingdom\",\
    \"https://northwind.example\",\"Lead\",\"mauve\",\"3\"\r\n\
    \"152\",\"\",\"\",\"nemo@sea.example\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"2024-03-13 09:14\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n\
    \"153\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"2024-03-13 09:14\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n";

const PIPEDRIVE: &str = "Person - ID,Person - Name,Person - Label,Person - Organization,Person - Email - Work,Person - Email - Home,Person - Email - Other,\
    Person - Phone - Work,Person - Phone - Home,Person - Phone - Mobile,Person - Phone - Other,Person - Closed deals,Person - Open deals,\
    Person - Next activity date,Person - Owner,Person - Visible to,Person - Marketing status\n\
    7,Ada Byron,\"Hot lead, Customer\",Northwind,\"ada@northwind.example, a.byron@northwind.example\",ada@home.example,,+44 20 7946 0000,,+44 7700 900000,,0,2,\
    2026-12-01,Mia Laine,Entire company,no_consent\n\
    8,\"Day, Bob\",,\"Day & Sons, \"\"Bakers\"\"\",bob@day.example,,,,,,,1,0,,Mia Laine,Entire company,no_consent\n";

const GOOGLE: &str = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,\
    File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,\
    E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,\
    Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,\
    Address 1 - Extended Address,Website 1 - Label,Website 1 - Value,Event 1 - Label,Event 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value\n\
    Ada,King,Byron,,,,,,,,Northwind,Countess,,1985-12-10,\"met in Paris\nlikes tea\",https://photos.example/a.jpg,friends ::: * myContacts,\
    * Work,ada@northwind.example ::: a.byron@northwind.example,Home,ada@home.example,Work,+44 20 7946 0000 ::: +44 20 7946 0001,Mobile,+44 7700 900000,\
    Home,\"12 Square\nLondon SW1\nUK\",12 Square,London,,,SW1,UK,,Profile,https://ada.example,Anniversary,2010-05-01,Cat,Tibbles\n\
    ,,,,,,,,,,,,,,,,* myContacts,* ,only@mail.example,,,,,,,,,,,,,,,,,,,,,\n";

const OUTLOOK: &str = "\"Title\",\"First Name\",\"Middle Name\",\"Last Name\",\"Suffix\",\"Company\",\"Department\",\"Job Title\",\"Business Street\",\
    \"Business Street 2\",\"Business Street 3\",\"Business City\",\"Business State\",\"Business Postal Code\",\"Business Country/Region\",\"Home Street\",\
    \"Home City\",\"Home Country/Region\",\"Assistant's Phone\",\"Business Fax\",\"Business Phone\",\"Business Phone 2\",\"Company Main Phone\",\"Home Phone\",\
    \"Mobile Phone\",\"Pager\",\"Account\",\"Anniversary\",\"Assistant's Name\",\"Billing Information\",\"Birthday\",\"Business Address PO Box\",\"Categories\",\
    \"E-mail Address\",\"E-mail Type\",\"E-mail Display Name\",\"E-mail 2 Address\",\"E-mail 2 Type\",\"E-mail 2 Display Name\",\"Gender\",\
    \"Government ID Number\",\"Initials\",\"Keywords\",\"Notes\",\"Office Location\",\"Organizational ID Number\",\"Priority\",\"Private\",\"Sensitivity\",\"Web Page\"\r\n\
    \"Frau\",\"Zoë\",\"\",\"Müller\",\"\",\"Müller & Söhne\",\"Verkauf\",\"Inhaberin\",\"Straße 1\",\"\",\"\",\"Köln\",\"\",\"50667\",\"Deutschland\",\"\",\"\",\"\",\"\",\"\",\
    \"+49 30 123456\",\"\",\"\",\"\",\"+49 170 1\",\"\",\"\",\"0/0/00\",\"\",\"\",\"0/0/00\",\"\",\"vip;Presse\",\"zoe@mueller.example\",\"SMTP\",\
    \"Zoë Müller (zoe@mueller.example)\",\"zm@privat.example\",\"SMTP\",\"Zoë Müller\",\"Unspecified\",\"\",\"Z.M.\",\"\",\"Guten Tag\r\nBis bald\",\"\",\"\",\"Normal\",\"False\",\
    \"Normal\",\"https://mueller.example\"\r\n";

fn people(bytes: &[u8]) -> Vec<(u64, Incoming)> {
    let roll = Roll::of_bytes(bytes, Form::Table).unwrap();
    roll.people().unwrap().map(Result::unwrap).collect()
}

fn fields(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    all.iter().map(own).collect()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn what_hubspot_and_pipedrive_export_is_understood() {
    let read = people(HUBSPOT.as_bytes());
    let lines: Vec<u64> = read.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 4]);
    let ada = Incoming {
        name: some("Ada Byron"),
        addresses: texts(&["ada@northwind.example"]),
        phone: some("+44 20 7946 0000"),
        company: some("Northwind, Ltd."),
        title: some("Countess"),
        status: some("OPEN"),
        fields: fields(&[
            ("site", "https://northwind.example"),
            ("address", "London, United Kingdom"),
        ]),
        ..Incoming::default()
    };
    assert_eq!(read[0].1, ada);
    assert_eq!(read[1].1.addresses, ["nemo@sea.example"]);
    assert_eq!(read[2].1, Incoming::default());
    let read = people(PIPEDRIVE.as_bytes());
    let ada = Incoming {
        name: some("Ada Byron"),
        addresses: texts(&[
            "ada@northwind.example",
            "a.byron@northwind.example",
            "ada@home.example",
        ]),
        phone: some("+44 20 7946 0000"),
        company: some("Northwind"),
        tags: texts(&["Hot lead", "Customer"]),
        fields: fields(&[("phone 2", "+44 7700 900000")]),
        ..Incoming::default()
    };
    assert_eq!(read[0].1, ada);
    assert_eq!(read[1].1.name, some("Day, Bob"));
    assert_eq!(read[1].1.company, some("Day & Sons, \"Bakers\""));
}

#[test]
fn what_google_and_outlook_export_is_understood() {
    let read = people(GOOGLE.as_bytes());
    let ada = Incoming {
        name: some("Ada King Byron"),
        addresses: texts(&[
            "ada@northwind.example",
            "a.byron@northwind.example",
            "ada@home.example",
        ]),
        phone: some("+44 20 7946 0000"),
        company: some("Northwind"),
        title: some("Countess"),
        tags: texts(&["friends"]),
        fields: fields(&[
            ("birthday", "1985-12-10"),
            ("notes", "met in Paris\nlikes tea"),
            ("site", "https://ada.example"),
            ("phone 2", "+44 20 7946 0001"),
            ("phone 3", "+44 7700 900000"),
            ("address", "12 Square\nLondon SW1\nUK"),
        ]),
        ..Incoming::default()
    };
    assert_eq!(read[0], (2, ada));
    assert_eq!(read[1].0, 6);
    assert_eq!(read[1].1.addresses, ["only@mail.example"]);
    let zoe = Incoming {
        name: some("Zoë Müller"),
        addresses: texts(&["zoe@mueller.example", "zm@privat.example"]),
        phone: some("+49 30 123456"),
        company: some("Müller & Söhne"),
        title: some("Inhaberin"),
        tags: texts(&["vip", "Presse"]),
        fields: fields(&[
            ("notes", "Guten Tag\r\nBis bald"),
            ("site", "https://mueller.example"),
            ("phone 2", "+49 170 1"),
            ("address", "Straße 1, Köln, 50667, Deutschland"),
        ]),
        ..Incoming::default()
    };
    // As Outlook writes it on Windows, as the web has it, and as a spreadsheet saves it as Unicode text.
    let (windows, ..) = encoding_rs::WINDOWS_1252.encode(OUTLOOK);
    let wide = OUTLOOK.encode_utf16().flat_map(u16::to_le_bytes);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
    for file in [
        windows.into_owned(),
        format!("\u{feff}{OUTLOOK}").into_bytes(),
        wide,
    ] {
        assert_eq!(people(&file), [(2, zoe.clone())]);
    }
}

#[tokio::test]
async fn what_other_programs_export_comes_in_and_once_alone() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::known_members(&desk).await;
        let mut counts = Vec::new();
        for file in [
            HUBSPOT, PIPEDRIVE, GOOGLE, OUTLOOK, HUBSPOT, PIPEDRIVE, GOOGLE, OUTLOOK,
        ] {
            let told = world::brought(&desk, &world::sheet(file), Mode::Write).await;
            // Of Ada each program has another site; what was there first stays.
            let is_of_another = |what: &str| what.ends_with(" already");
            let mut left_out = told.left_out.iter();
            assert!(
                left_out.all(|(_, what)| is_of_another(what)),
                "{:?}",
                told.left_out
            );
            counts.push((told.made, told.completed, told.known, told.skipped));
        }
        assert_eq!(
            counts,
            [
                (2, 0, 0, 1),
                (1, 1, 0, 0),
                (1, 1, 0, 0),
                (1, 0, 0, 0),
                (0, 0, 2, 1),
                (0, 0, 2, 0),
                (0, 0, 2, 0),
                (0, 0, 1, 0),
            ],
            "{}",
            place.name
        );
        let addresses = desk
            .column("select address from contact_address order by address")
            .await;
        assert_eq!(
            addresses,
            [
                "a.byron@northwind.example",
                "ada@home.example",
                "ada@northwind.example",
                "bob@day.example",
                "nemo@sea.example",
                "only@mail.example",
                "zm@privat.example",
                "zoe@mueller.example",
            ]
        );
    }
}
