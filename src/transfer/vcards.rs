//! Address books: vCard 2.1, 3 and 4, one card or thousands in a file.

use super::text::Text;
use super::values::{Field, Values, read_field, short};
use crate::commands::execute::Incoming;
use crate::domain::people::field::WORD_CHARS_MAX;
use calcard::Entry;
use calcard::common::PartialDateTime;
use calcard::vcard::{VCard, VCardEntry, VCardProperty, VCardValue};
use std::io::{self, BufRead, BufReader};

/// The longest card; one with a photo is long.
const CARD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How the cards of our own export are called, before a number.
const OWN_UID: &str = "rapport-c";

/// The cards of an address book, one at a time. What is no card is none.
pub(super) struct Cards {
    text: BufReader<Text>,
    line: Vec<u8>,
    number: u64,
    /// Whether the line before ended in CR, of which a LF behind it is a part.
    is_behind_cr: bool,
    /// The card that is read, as far as it may be long, and the line that it begins on; 0 where none is.
    card: String,
    begun: u64,
}

impl Cards {
    pub fn new(mut text: Text) -> Cards {
        // Long lines are cut here.
        text.allow(u64::MAX);
        Cards {
            text: BufReader::new(text),
            line: Vec::new(),
            number: 0,
            is_behind_cr: false,
            card: String::new(),
            begun: 0,
        }
    }

    /// The next person with the line that the card begins on; `None` at the end. Of a card that cannot be read it is nobody, of whom
    /// it is told what was lost.
    pub fn next(&mut self) -> io::Result<Option<(u64, Incoming)>> {
        while self.read_line()? {
            let line = String::from_utf8_lossy(&self.line);
            // A line that goes on neither begins nor ends anything.
            let goes_on = self.begun > 0 && line.starts_with([' ', '\t']);
            let word = if goes_on { "" } else { line.trim() };
            let begin = word.get(..11).unwrap_or_default();
            let begins = begin.eq_ignore_ascii_case("BEGIN:VCARD");
            let before = self.begun;
            if begins {
                self.begun = self.number;
                self.card.clear();
            }
            if self.begun > 0 && self.card.len() <= CARD_BYTES_MAX {
                self.card.push_str(&line);
                self.card.push_str("\r\n");
            }
            if begins && before > 0 {
                return Ok(Some((before, lost("the card has no end"))));
            }
            if self.begun > 0 && word.eq_ignore_ascii_case("END:VCARD") {
                self.begun = 0;
                return Ok(Some((before, self.read())));
            }
        }
        Ok(match std::mem::take(&mut self.begun) {
            0 => None,
            begun => Some((begun, lost("the card has no end"))),
        })
    }

    /// The person of the card that was read.
    fn read(&self) -> Incoming {
        if self.card.len() > CARD_BYTES_MAX {
            return lost("the card is longer than 4 MiB");
        }
        match calcard::Parser::new(&self.card).entry() {
            Entry::VCard(card) => person(&card),
            _ => lost("the card cannot be read"),
        }
    }

    /// Bytes of the file that were read.
    pub fn read_bytes(&self) -> u64 {
        self.text.get_ref().read_bytes
    }

    /// The next line without its end, as far as a card may be long; false at the end.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.number += 1;
        loop {
            let ahead = self.text.fill_buf()?;
            if std::mem::take(&mut self.is_behind_cr) && ahead.first() == Some(&b'\n') {
                self.text.consume(1);
                continue;
            }
            if ahead.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = memchr::memchr2(b'\n', b'\r', ahead);
            let length = end.unwrap_or(ahead.len());
            if self.line.len() <= CARD_BYTES_MAX {
                self.line
                    .extend_from_slice(ahead.get(..length).unwrap_or_default());
            }
            self.is_behind_cr = ahead.get(length) == Some(&b'\r');
            self.text.consume(length + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// Nobody, and why.
fn lost(why: &str) -> Incoming {
    Incoming {
        lost: vec![why.to_owned()],
        ..Incoming::default()
    }
}

/// What several entries of a card say.
struct Said {
    phones: Values<String>,
    tags: Values<String>,
    fields: Values<Field>,
    lost: Values<String>,
    /// Whether we wrote the card: each of its notes is a field.
    is_own: bool,
}

fn person(card: &VCard) -> Incoming {
    let mut person = Incoming::default();
    let mut name_of_parts = None;
    let mut addresses: Vec<(bool, String)> = Vec::new();
    let mut said = Said {
        phones: Values::new("phone numbers"),
        tags: Values::new("tags"),
        fields: Values::new("fields"),
        lost: Values::new("lines"),
        is_own: card.entries.iter().any(|entry| {
            entry.name == VCardProperty::Uid
                && first_text(entry).is_some_and(|uid| uid.starts_with(OWN_UID))
        }),
    };
    for entry in &card.entries {
        let text = first_text(entry);
        match &entry.name {
            VCardProperty::Fn => said.first(&mut person.name, "name", text),
            VCardProperty::N => name_of_parts = name(entry),
            VCardProperty::Email => addresses.extend(text.map(|text| (is_preferred(entry), text))),
            VCardProperty::Tel => said.phones.extend(text.map(|text| bare_number(&text))),
            VCardProperty::Org => said.first(&mut person.company, "company", text),
            VCardProperty::Title => said.first(&mut person.title, "title", text),
            VCardProperty::Role if person.title.is_none() => person.title = text,
            VCardProperty::Categories => said.tags.extend(texts(entry)),
            VCardProperty::Bday => said.further("birthday", birthday(entry)),
            VCardProperty::Url => said.further("site", text),
            VCardProperty::Adr => {
                let parts = texts(entry).filter(|part| !part.trim().is_empty());
                let address = parts.collect::<Vec<_>>().join(", ");
                said.further("address", Some(address));
            }
            VCardProperty::Note => said.note(text),
            _ => {}
        }
    }
    person.name = person
        .name
        .filter(|name| !name.trim().is_empty())
        .or(name_of_parts);
    // The preferred one first; the others as they stand.
    addresses.sort_by_key(|(is_preferred, _)| !is_preferred);
    let mut kept = Values::new("mail addresses");
    kept.extend(addresses.into_iter().map(|(_, address)| address));
    person.addresses = kept.told(&mut person.lost);
    person.tags = said.tags.told(&mut person.lost);
    let mut phones = said.phones.told(&mut person.lost).into_iter();
    person.phone = phones.next();
    for (phone, number) in phones.zip(2..) {
        said.fields.push((format!("phone {number}"), phone));
    }
    person.fields = said.fields.told(&mut person.lost);
    let lost = said.lost.told(&mut person.lost);
    person.lost.extend(lost);
    person
}

impl Said {
    /// What a contact has one of; what another entry says of it is lost.
    fn first(&mut self, there: &mut Option<String>, what: &str, text: Option<String>) {
        match (there.as_ref(), text) {
            (None, text) => *there = text,
            (Some(first), Some(text)) if *first != text => {
                self.lost.push(format!("a second {what}: {}", short(&text)));
            }
            _ => {}
        }
    }

    /// A further field; a second value of it gets a name of its own: `site 2`.
    fn further(&mut self, name: &str, value: Option<String>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return;
        };
        let kept = self.fields.kept();
        if !kept.iter().any(|(there, _)| there == name) {
            return self.fields.push((name.to_owned(), value));
        }
        let of_name = |(there, _): &&Field| {
            let rest = there.strip_prefix(name);
            rest.is_some_and(|rest| rest.bytes().all(|b| b == b' ' || b.is_ascii_digit()))
        };
        let there = kept.iter().filter(of_name);
        let number = there.clone().count() + 1;
        if there.clone().all(|(_, there)| *there != value) {
            self.fields.push((format!("{name} {number}"), value));
        }
    }

    /// A note; one of ours is a field again, as is one of a single line that looks like it: `shoe size: 42`.
    fn note(&mut self, text: Option<String>) {
        let Some(text) = text else { return };
        let is_field = |(name, value): &Field| {
            self.is_own || name.chars().count() <= WORD_CHARS_MAX && !value.contains('\n')
        };
        match read_field(&text).filter(is_field) {
            Some((name, value)) => self.further(&name, Some(value)),
            None => self.further("notes", Some(text)),
        }
    }
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

/// Family; given; additional; prefixes; suffixes (RFC 6350 §6.2.2); of each the first, where there are several.
fn name(entry: &VCardEntry) -> Option<String> {
    let part = |at: usize| match entry.values.get(at)? {
        VCardValue::Text(text) => Some(text.trim()),
        VCardValue::Component(parts) => parts.first().map(|part| part.trim()),
        _ => None,
    };
    let parts = [1, 2, 0].into_iter().filter_map(part);
    let name: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::workspace::sheets::ContactSheet;
    use crate::transfer::values::VALUES_MAX;
    use crate::transfer::{Form, Roll};

    fn people(bytes: &[u8]) -> Vec<(u64, Incoming)> {
        let roll = Roll::of_bytes(bytes, Form::Cards).unwrap();
        roll.people().unwrap().collect::<Result<_, _>>().unwrap()
    }

    const THREE: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Byron;Ada;;Lady;\r\nFN:Ada Byron\r\nORG:Northwind\\, Inc.;Sales\r\n\
        TITLE:Countess\r\nEMAIL;TYPE=INTERNET,HOME:a@home.example\r\nEMAIL;TYPE=INTERNET,pref:ada@northwind.example\r\n\
        TEL;TYPE=WORK,VOICE:+44 20 7946 0000\r\nTEL;TYPE=CELL:+44 7700 900000\r\nADR;TYPE=WORK:;;12 Square;London;;SW1;UK\r\n\
        BDAY:1985-12-10\r\nURL:https://ada.example\r\nCATEGORIES:vip,press\r\nNOTE:met in Paris\r\nURL:https://ada.example\r\n\
        URL:https://byron.example\r\nADR:;;1 Lane;Bath;;;\r\nNOTE:likes: tea\\nand cake\r\nORG:Engines\r\nEND:VCARD\r\n";

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
        assert_eq!(people.len(), 3);
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
                        ("site 2", "https://byron.example"),
                        ("address 2", "1 Lane, Bath"),
                        ("notes 2", "likes: tea\nand cake"),
                        ("phone 2", "+44 7700 900000"),
                    ]),
                    lost: vec!["a second company: Engines".to_owned()],
                    ..Incoming::default()
                }
            )
        );
        assert_eq!(people[1].0, 23);
        assert_eq!(people[1].1.name.as_deref(), Some("Bob Day"));
        assert_eq!(people[2], (28, lost("the card has no end")));
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
    #[test]
    fn what_is_no_whole_card_is_told() {
        let photo = "x".repeat(CARD_BYTES_MAX);
        let file = format!(
            "BEGIN:VCARD\nFN:Ada\nPHOTO:{photo}\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\nBEGIN:VCARD\nFN:Carl\nNOTE:of\n END:VCARD\nEND:VCARD\n"
        );
        let people = people(file.as_bytes());
        let carl = Incoming {
            name: Some("Carl".to_owned()),
            fields: vec![("notes".to_owned(), "ofEND:VCARD".to_owned())],
            ..Incoming::default()
        };
        let wanted = [
            (1, lost("the card is longer than 4 MiB")),
            (5, lost("the card has no end")),
            (7, carl),
        ];
        assert_eq!(people, wanted);
    }

    #[test]
    fn lines_end_as_they_do_anywhere() {
        let card = "BEGIN:VCARD\nVERSION:3.0\nN:Smith, Jr.;John;Q,R\nNOTE:a\n b\nEND:VCARD\n";
        for end in ["\n", "\r\n", "\r"] {
            let people = people(card.repeat(2).replace('\n', end).as_bytes());
            let lines: Vec<u64> = people.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 7], "{end:?}");
            for (_, john) in people {
                assert_eq!(john.name.as_deref(), Some("John Q Smith"));
                assert_eq!(john.fields, [("notes".to_owned(), "ab".to_owned())]);
            }
        }
    }
}
