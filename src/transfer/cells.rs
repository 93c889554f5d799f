//! The person of a row of a spreadsheet, by what its columns hold.

use super::formula::bare;
use super::mapping::Column;
use super::values::{Values, read_lines};
use crate::commands::execute::Incoming;

/// The person of a row.
pub fn person(columns: &[Column], cells: &[String]) -> Incoming {
    let mut person = Incoming::default();
    let mut names = [const { String::new() }; 3];
    let mut addresses = Values::new("mail addresses");
    let mut phones = Values::new("phone numbers");
    let mut tags = Values::new("tags");
    let mut fields = Values::new("fields");
    let mut lost = Values::new("lines");
    let mut address: Vec<String> = Vec::new();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = bare(cell);
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let text = || Some(cell.to_owned());
        match column {
            Column::Skip => {}
            Column::Name => person.name = person.name.or_else(text),
            Column::First => cell.clone_into(&mut names[0]),
            Column::Middle => cell.clone_into(&mut names[1]),
            Column::Last => cell.clone_into(&mut names[2]),
            Column::Email => addresses.extend(several(cell, &[';', ',', ' ', '\n'])),
            Column::Phone => phones.extend(several(cell, &[])),
            Column::Company => person.company = person.company.or_else(text),
            Column::Title => person.title = person.title.or_else(text),
            Column::Tags => tags.extend(several(cell, &[';', ',', '\n'])),
            Column::Status => person.status = person.status.or_else(text),
            Column::Score => person.score = person.score.or_else(|| cell.parse().ok()),
            Column::Address => address.push(cell.to_owned()),
            Column::Fields => read_lines(cell, &mut fields, &mut lost),
            Column::Field(name) if !is_no_day(cell) => {
                fields.push((name.clone(), cell.to_owned()));
            }
            Column::Field(_) => {}
        }
    }
    let whole: Vec<String> = names.into_iter().filter(|part| !part.is_empty()).collect();
    // The parts say where the family name begins; a whole name beside them is often "Last, First".
    if !whole.is_empty() {
        person.name = Some(whole.join(" "));
    }
    let mut phones = phones.told(&mut person.lost).into_iter();
    person.phone = phones.next();
    for (phone, number) in phones.zip(2..) {
        fields.push((format!("phone {number}"), phone));
    }
    if !address.is_empty() {
        fields.push(("address".to_owned(), address.join(", ")));
    }
    person.addresses = addresses.told(&mut person.lost);
    person.tags = tags.told(&mut person.lost);
    person.fields = fields.told(&mut person.lost);
    let lost = lost.told(&mut person.lost);
    person.lost.extend(lost);
    person
}

/// What Outlook writes where there is no day.
fn is_no_day(cell: &str) -> bool {
    matches!(cell, "0/0/00" | "0.0.00" | "00/00/00" | "0/0/0000")
}

/// The values of a cell; Google puts ` ::: ` between them, and `* ` before those of its own.
fn several<'a>(cell: &'a str, between: &'a [char]) -> impl Iterator<Item = String> + 'a {
    cell.split(":::")
        .flat_map(move |part| part.split(between))
        .map(|value| value.trim().trim_start_matches("* ").trim())
        .filter(|value| !value.is_empty() && *value != "myContacts")
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::mapping::Column::*;
    use super::*;

    #[test]
    fn a_row_becomes_a_person() {
        let columns = [
            First, Last, Email, Phone, Phone, Tags, Address, Address, Score, Fields, Skip,
        ];
        let cells = [
            "Ada",
            " Byron ",
            "ada@x.example; a.b@x.example",
            "'+44 20",
            "+44 30",
            "* myContacts ::: * friends",
            "St James's Sq 12",
            "London",
            "80",
            "shoe size: 42\nbirthday: 10 Dec",
            "no",
        ];
        let cells = cells.map(str::to_owned);
        let wanted = Incoming {
            name: Some("Ada Byron".to_owned()),
            addresses: vec!["ada@x.example".to_owned(), "a.b@x.example".to_owned()],
            phone: Some("+44 20".to_owned()),
            score: Some(80),
            tags: vec!["friends".to_owned()],
            fields: [
                ("shoe size", "42"),
                ("birthday", "10 Dec"),
                ("phone 2", "+44 30"),
                ("address", "St James's Sq 12, London"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            ..Incoming::default()
        };
        assert_eq!(person(&columns, &cells), wanted);
        // Fewer cells than columns.
        assert_eq!(person(&columns, &[]), Incoming::default());
    }

    #[test]
    fn of_a_row_that_never_ends_the_first_values_are_read() {
        let many = |column: Column, sign: &str| {
            let cell = |n: usize| format!("{sign}{n};").repeat(50);
            let cells: Vec<String> = (0..500).map(cell).collect();
            person(&vec![column; 500], &cells)
        };
        let read = [many(Email, "a"), many(Tags, "t")];
        let counts = read.iter().map(|one| (one.addresses.len(), one.tags.len()));
        assert_eq!(counts.collect::<Vec<_>>(), [(200, 0), (0, 200)]);
        for one in read {
            assert!(one.lost[0].starts_with("24800 more "), "{:?}", one.lost);
        }
        let lines: String = (0..1_000).map(|n| format!("field {n}: {n}\n")).collect();
        let one = person(&[Fields, Phone], &[lines, "1 ::: ".repeat(300)]);
        assert_eq!(
            (one.fields.len(), one.lost.len()),
            (200, 2),
            "{:?}",
            one.lost
        );
    }
}
