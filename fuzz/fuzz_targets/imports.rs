//! Spreadsheets, address books, mail archives and logos as other programs wrote them, or as somebody made them to do harm.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::domain::logo::{LOGO_SIDE_MAX, Logo};
use rapport::mail::mbox::{self, Messages};
use rapport::transfer::{Form, Roll};

/// A message of the target is no longer.
const BYTES_MAX: usize = 1 << 20;

fuzz_target!(|data: (u8, &[u8])| {
    let (kind, bytes) = data;
    match kind % 5 {
        0 => table(bytes),
        1 => cards(bytes),
        2 => written(bytes),
        3 => logo(bytes),
        _ => archive(bytes),
    }
});

/// Every row is a person with a line of its own, behind the one before.
fn table(bytes: &[u8]) {
    let Ok(roll) = Roll::of_bytes(bytes, Form::Table) else { return };
    let table = roll.table.as_ref().expect("a spreadsheet");
    assert_eq!(table.header.len(), table.columns.len());
    let Ok(people) = roll.people() else { return };
    // A row that is too long ends them.
    let people: Vec<_> = people.map_while(|person| person.ok()).collect();
    ascending(people.iter().map(|(line, _)| *line));
    for (_, person) in people {
        let texts = [&person.name, &person.phone, &person.company, &person.title];
        let texts = texts.into_iter().flatten().chain(&person.addresses);
        for text in texts {
            assert!(!text.trim().is_empty());
            assert!(text.len() <= 4 * bytes.len() + 4);
        }
    }
}

fn cards(bytes: &[u8]) {
    let Ok(roll) = Roll::of_bytes(bytes, Form::Cards) else { return };
    let people = roll.people().expect("no I/O");
    let people: Vec<_> = people.map(|person| person.expect("no I/O")).collect();
    ascending(people.iter().map(|(line, _)| *line));
    assert!(people.len() <= bytes.len() / "END:VCARD".len() + 1);
}

/// What we write is read again as it was.
fn written(bytes: &[u8]) {
    let mut file = Vec::new();
    mbox::write(&mut file, "x@y.example Tue Nov 10 12:00:00 2026", bytes).expect("a Vec takes it");
    let again = mbox::read_exactly(&mut file.as_slice(), bytes.len()).expect("our own");
    assert_eq!(again, bytes);
    let mut messages = Messages::new(file.as_slice());
    let first = messages.next_message(BYTES_MAX).expect("no I/O");
    let first = first.expect("one message").expect("short enough");
    let ends = |text: &[u8]| text.trim_ascii_end().to_vec();
    assert_eq!(ends(&first), ends(bytes));
    assert!(messages.next_message(BYTES_MAX).expect("no I/O").is_none());
}

/// A picture has sides that a page can show.
fn logo(bytes: &[u8]) {
    let Ok(logo) = Logo::read(bytes) else { return };
    for side in [logo.width_pixels, logo.height_pixels] {
        assert!((1..=LOGO_SIDE_MAX).contains(&side));
    }
}

/// All of it is gone through, and no more comes out than went in.
fn archive(bytes: &[u8]) {
    let mut messages = Messages::new(bytes);
    let mut out = 0;
    while let Some(found) = messages.next_message(BYTES_MAX).expect("no I/O") {
        out += found.map_or(0, |message| message.len());
    }
    assert!(out <= bytes.len());
    assert!(messages.read_bytes <= bytes.len() as u64);
}

fn ascending(lines: impl Iterator<Item = u64>) {
    let lines: Vec<u64> = lines.collect();
    assert!(lines.is_sorted_by(|a, b| a < b), "{lines:?}");
}
