//! Contacts as vCard 4 (RFC 6350).

use super::values::field_text;
use crate::store::workspace::sheets::ContactSheet;

/// Bytes of a line before it is folded (RFC 6350 §3.2).
const LINE_BYTES_MAX: usize = 75;

/// The card of a contact.
pub fn card(of: &ContactSheet) -> String {
    let mut card = String::new();
    let name = of
        .name
        .as_deref()
        .or(of.addresses.first().map(String::as_str));
    let name = name.map_or_else(|| format!("#c{}", of.id), str::to_owned);
    put(&mut card, "BEGIN", "VCARD");
    put(&mut card, "VERSION", "4.0");
    put(&mut card, "UID", &format!("rapport-c{}", of.id));
    put(&mut card, "FN", &escaped(&name));
    for (position, address) in of.addresses.iter().enumerate() {
        put(
            &mut card,
            &format!("EMAIL;PREF={}", (position + 1).min(100)),
            &escaped(address),
        );
    }
    let parts = [
        ("TEL", &of.phone),
        ("ORG", &of.company),
        ("TITLE", &of.title),
    ];
    for (property, value) in parts {
        if let Some(value) = value {
            put(&mut card, property, &escaped(value));
        }
    }
    if !of.tags.is_empty() {
        let tags: Vec<String> = of.tags.iter().map(|tag| escaped(tag)).collect();
        put(&mut card, "CATEGORIES", &tags.join(","));
    }
    for (name, value) in &of.fields {
        field(&mut card, name, value);
    }
    put(&mut card, "END", "VCARD");
    card
}

/// A further field, as a property of its own where vCard has one.
fn field(card: &mut String, name: &str, value: &str) {
    match name {
        "birthday" => put(card, "BDAY", &day(value)),
        "site" => put(card, "URL", value),
        "address" => put(card, "ADR", &format!(";;{};;;;", escaped(value))),
        name => put(card, "NOTE", &escaped(&field_text(name, value))),
    }
}

/// A day as RFC 6350 §4.3.1 writes it: 19851210, and --1210 without its year.
fn day(value: &str) -> String {
    match value.strip_prefix("--") {
        Some(of_year) => format!("--{}", of_year.replace('-', "")),
        None => value.replace('-', ""),
    }
}

/// RFC 6350 §3.4.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ',' | ';' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// One property, folded.
fn put(card: &mut String, property: &str, value: &str) {
    let line = format!("{property}:{}", value.replace(['\r', '\n'], " "));
    let mut bytes = 0;
    for letter in line.chars() {
        if bytes + letter.len_utf8() > LINE_BYTES_MAX {
            card.push_str("\r\n ");
            bytes = 1;
        }
        card.push(letter);
        bytes += letter.len_utf8();
    }
    card.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_card() {
        let ada = ContactSheet {
            id: 12,
            name: Some("Ada; Countess, of\nLovelace".to_owned()),
            company: Some("Analytical Engines".to_owned()),
            phone: Some("+44 20 7946 0000".to_owned()),
            addresses: vec!["ada@engines.example".to_owned(), "a@l.example".to_owned()],
            tags: vec!["vip".to_owned(), "a,b".to_owned()],
            fields: vec![
                ("birthday".to_owned(), "1985-12-10".to_owned()),
                ("shoe size".to_owned(), "ö".repeat(60)),
            ],
            ..ContactSheet::default()
        };
        let written = card(&ada);
        let unfolded = written.replace("\r\n ", "");
        assert_eq!(
            unfolded,
            format!(
                "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:rapport-c12\r\nFN:Ada\\; Countess\\, of\\nLovelace\r\n\
                 EMAIL;PREF=1:ada@engines.example\r\nEMAIL;PREF=2:a@l.example\r\nTEL:+44 20 7946 0000\r\n\
                 ORG:Analytical Engines\r\nCATEGORIES:vip,a\\,b\r\nBDAY:19851210\r\nNOTE:shoe size: {}\r\nEND:VCARD\r\n",
                "ö".repeat(60)
            )
        );
        assert!(written.lines().all(|line| line.len() <= LINE_BYTES_MAX));
    }
}
