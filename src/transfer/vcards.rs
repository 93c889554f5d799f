//! Address books: vCard 2.1, 3 and 4, one card or thousands in a file.

use super::text::Text;
use crate::commands::execute::Incoming;
use calcard::Entry;
use calcard::common::PartialDateTime;
use calcard::vcard::{VCard, VCardEntry, VCardProperty, VCardValue};
use std::io::{self, BufRead, BufReader};

/// The longest card; one with a photo is long.
const CARD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What is read of the addresses, the numbers, the tags and the fields of one card, each.
const VALUES_MAX: usize = 200;

/// The cards of an address book, one at a time. What is no card is none.
pub(super) struct Cards {
    text: BufReader<Text>,
    line: Vec<u8>,
    number: u64,
}

impl Cards {
    pub fn new(mut text: Text) -> Cards {
        // Long lines are cut here.
        text.allow(u64::MAX);
        Cards {
            text: BufReader::new(text),
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next person with the line that the card begins on; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<(u64, Incoming)>> {
        let mut card = String::new();
        let mut first = 0;
        while self.read_line()? {
            let line = String::from_utf8_lossy(&self.line);
            let line = line.trim_end_matches(['\r', '\n']);
            let begin = line.trim_start().get(..11).unwrap_or_default();
            if begin.eq_ignore_ascii_case("BEGIN:VCARD") {
                card.clear();
                first = self.number;
            }
            if first == 0 || card.len() > CARD_BYTES_MAX {
                continue;
            }
            card.push_str(line);
            card.push_str("\r\n");
            if line.trim().eq_ignore_ascii_case("END:VCARD") {
                if let Entry::VCard(read) = calcard::Parser::new(&card).entry() {
                    return Ok(Some((first, person(&read))));
                }
                first = 0;
            }
        }
        Ok(None)
    }

    /// Bytes of the file that were read.
    pub fn read_bytes(&self) -> u64 {
        self.text.get_ref().read_bytes
    }

    /// The next line, as far as a card may be long; false at the end.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.number += 1;
        loop {
            let ahead = self.text.fill_buf()?;
            if ahead.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = memchr::memchr(b'\n', ahead);
            let length = end.map_or(ahead.len(), |at| at + 1);
            if self.line.len() <= CARD_BYTES_MAX {
                self.line
                    .extend_from_slice(ahead.get(..length).unwrap_or_default());
            }
            self.text.consume(length);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

fn person(card: &VCard) -> Incoming {
    let mut person = Incoming::default();
    let mut name_of_parts = None;
    let mut phones = Vec::new();
    let mut addresses: Vec<(bool, String)> = Vec::new();
    for entry in &card.entries {
        let text = first_text(entry);
        match &entry.name {
            VCardProperty::Fn => person.name = person.name.or(text),
            VCardProperty::N => name_of_parts = name(entry),
            VCardProperty::Email => addresses.extend(text.map(|text| (is_preferred(entry), text))),
            VCardProperty::Tel => phones.extend(text.map(|text| bare_number(&text))),
            VCardProperty::Org => person.company = person.company.or(text),
            VCardProperty::Title => person.title = person.title.or(text),
            VCardProperty::Role if person.title.is_none() => person.title = text,
            VCardProperty::Categories => person.tags.extend(texts(entry)),
            VCardProperty::Bday => further(&mut person, "birthday", birthday(entry)),
            VCardProperty::Url => further(&mut person, "site", text),
            VCardProperty::Adr => {
                let parts = texts(entry).filter(|part| !part.trim().is_empty());
                let address = parts.collect::<Vec<_>>().join(", ");
                further(&mut person, "address", Some(address));
            }
            VCardProperty::Note => note(&mut person, text),
            _ => {}
        }
    }
    person.name = person
        .name
        .filter(|name| !name.trim().is_empty())
        .or(name_of_parts);
    // The preferred one first; the others as they stand.
    addresses.sort_by_key(|(is_preferred, _)| !is_preferred);
    let addresses = addresses.into_iter().take(VALUES_MAX);
    person.addresses = addresses.map(|(_, address)| address).collect();
    person.tags.truncate(VALUES_MAX);
    let mut phones = phones.into_iter().take(VALUES_MAX);
    person.phone = phones.next();
    for (phone, number) in phones.zip(2..) {
        person.fields.push((format!("phone {number}"), phone));
    }
    person
}

/// All texts of a property, components apart.
fn texts(entry: &VCardEntry) -> impl Iterator<Item = String> {
    entry.values.iter().flat_map(|value| match value {
        VCardValue::Text(text) => vec![text.trim().to_owned()],
        VCardValue::Component(parts) => parts.iter().map(|part| part.trim().to_owned()).collect(),
        _ => Vec::new(),
    })
}

fn first_text(entry: &VCardEntry) -> Option<String> {
    texts(entry).find(|text| !text.is_empty())
}

/// Family; given; additional; prefixes; suffixes (RFC 6350 §6.2.2).
fn name(entry: &VCardEntry) -> Option<String> {
    let parts: Vec<String> = texts(entry).collect();
    let order = [1, 2, 0].into_iter().filter_map(|at| parts.get(at));
    let name: Vec<&str> = order
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    (!name.is_empty()).then(|| name.join(" "))
}

/// `TYPE=pref` of vCard 3, `PREF=1` of vCard 4.
fn is_preferred(entry: &VCardEntry) -> bool {
    let shown = format!("{:?}", entry.params).to_lowercase();
    shown.contains("pref") && !shown.contains("integer(") | shown.contains("integer(1)")
}

/// vCard 4 may write a number as `tel:+358-40-123;ext=1`.
fn bare_number(text: &str) -> String {
    let number = text.strip_prefix("tel:").unwrap_or(text);
    number.split(';').next().unwrap_or(number).to_owned()
}

fn birthday(entry: &VCardEntry) -> Option<String> {
    entry.values.iter().find_map(|value| match value {
        VCardValue::PartialDateTime(PartialDateTime {
            year: Some(year),
            month: Some(month),
            day: Some(day),
            ..
        }) => Some(format!("{year:04}-{month:02}-{day:02}")),
        VCardValue::PartialDateTime(PartialDateTime {
            month: Some(month),
            day: Some(day),
            ..
        }) => jiff::civil::Date::new(2000, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?)
            .ok()
            .map(|date| date.strftime("%-d %B").to_string()),
        VCardValue::Text(text) => Some(text.clone()),
        _ => None,
    })
}

fn further(person: &mut Incoming, name: &str, value: Option<String>) {
    // Each is compared with all others.
    if person.fields.len() >= VALUES_MAX {
        return;
    }
    let is_there = person.fields.iter().any(|(there, _)| there == name);
    let value = value.filter(|value| !value.is_empty() && !is_there);
    person
        .fields
        .extend(value.map(|value| (name.to_owned(), value)));
}

/// A note; one of ours is a field again: `shoe size: 42`.
fn note(person: &mut Incoming, text: Option<String>) {
    let Some(text) = text else { return };
    match text.split_once(": ") {
        Some((name, value))
            if name.len() <= 50 && !value.contains('\n') && !name.contains('\n') =>
        {
            further(person, name, Some(value.to_owned()));
        }
        _ => further(person, "notes", Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::workspace::sheets::ContactSheet;
    use crate::transfer::{Form, Roll};

    fn people(bytes: &[u8]) -> Vec<(u64, Incoming)> {
        let roll = Roll::of_bytes(bytes, Form::Cards).unwrap();
        roll.people().unwrap().collect::<Result<_, _>>().unwrap()
    }

    const THREE: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Byron;Ada;;Lady;\r\nFN:Ada Byron\r\nORG:Northwind\\, Inc.;Sales\r\n\
        TITLE:Countess\r\nEMAIL;TYPE=INTERNET,HOME:a@home.example\r\nEMAIL;TYPE=INTERNET,pref:ada@northwind.example\r\n\
        TEL;TYPE=WORK,VOICE:+44 20 7946 0000\r\nTEL;TYPE=CELL:+44 7700 900000\r\nADR;TYPE=WORK:;;12 Square;London;;SW1;UK\r\n\
        BDAY:1985-12-10\r\nURL:https://ada.example\r\nCATEGORIES:vip,press\r\nNOTE:met in Paris\r\nEND:VCARD\r\n";

    #[test]
    fn a_card_of_version_3_is_a_person() {
        let file = format!(
            "junk\r\n{THREE}BEGIN:VCARD\r\nVERSION:3.0\r\nN:Day;Bob;;;\r\nEMAIL:bob@x.example\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:cut"
        );
        let people = people(file.as_bytes());
        let fields = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect()
        };
        assert_eq!(people.len(), 2);
        assert_eq!(
            people[0],
            (
                2,
                Incoming {
                    name: Some("Ada Byron".to_owned()),
                    addresses: vec![
                        "ada@northwind.example".to_owned(),
                        "a@home.example".to_owned()
                    ],
                    phone: Some("+44 20 7946 0000".to_owned()),
                    company: Some("Northwind, Inc.".to_owned()),
                    title: Some("Countess".to_owned()),
                    tags: vec!["vip".to_owned(), "press".to_owned()],
                    fields: fields(&[
                        ("address", "12 Square, London, SW1, UK"),
                        ("birthday", "1985-12-10"),
                        ("site", "https://ada.example"),
                        ("notes", "met in Paris"),
                        ("phone 2", "+44 7700 900000"),
                    ]),
                    ..Incoming::default()
                }
            )
        );
        assert_eq!(people[1].0, 18);
        assert_eq!(people[1].1.name.as_deref(), Some("Bob Day"));
    }

    #[test]
    fn a_card_that_we_wrote_is_the_same_person() {
        let ada = ContactSheet {
            name: Some("Ada; Countess, of Lovelace".to_owned()),
            company: Some("Analytical Engines".to_owned()),
            title: Some("Countess".to_owned()),
            phone: Some("+44 20 7946 0000".to_owned()),
            addresses: vec!["ada@engines.example".to_owned(), "a@l.example".to_owned()],
            tags: vec!["vip".to_owned(), "press".to_owned()],
            fields: vec![
                ("birthday".to_owned(), "1985-12-10".to_owned()),
                ("shoe size".to_owned(), "42".to_owned()),
                ("site".to_owned(), "https://ada.example".to_owned()),
                ("address".to_owned(), "12 Square; London, UK".to_owned()),
            ],
            ..ContactSheet::default()
        };
        let people = people(super::super::cards::card(&ada).as_bytes());
        let wanted = Incoming {
            name: ada.name,
            company: ada.company,
            title: ada.title,
            phone: ada.phone,
            addresses: ada.addresses,
            tags: ada.tags,
            fields: ada.fields,
            ..Incoming::default()
        };
        assert_eq!(people, [(1, wanted)]);
    }

    #[test]
    fn of_a_card_that_never_ends_the_first_values_are_read() {
        let many = |line: &dyn Fn(usize) -> String| (0..30_000).map(line).collect::<String>();
        let lines = [
            many(&|n| format!("NOTE:field {n}: {n}\r\n")),
            many(&|n| format!("EMAIL:a{n}@x.example\r\n")),
            many(&|n| format!("CATEGORIES:t{n}\r\n")),
            many(&|n| format!("TEL:+358 40 {n}\r\n")),
        ];
        for lines in lines {
            let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n{lines}END:VCARD\r\n");
            let people = people(card.as_bytes());
            let [(1, ada)] = people.as_slice() else {
                panic!("{}", people.len())
            };
            let counts = [ada.fields.len(), ada.addresses.len(), ada.tags.len()];
            assert!(
                counts.iter().all(|count| *count <= VALUES_MAX),
                "{counts:?}"
            );
            assert!(
                counts.iter().any(|count| *count >= VALUES_MAX - 1),
                "{counts:?}"
            );
        }
    }
}
