//! What was erased, in sentences: what went, what stays, why and until when. It never says who it was.

use super::Block;
use crate::commands::outcome::people::Erased;
use crate::domain::counted;
use crate::store::workspace::erasing::Counts;

/// Who is to go: for the question, not for the receipt.
pub(super) fn whom(erased: &Erased) -> Block {
    let mut whom = format!("This is about #c{} {}", erased.of.id, erased.of.name);
    let further = erased
        .addresses
        .iter()
        .filter(|address| **address != erased.of.name);
    let further: Vec<&str> = further.map(String::as_str).collect();
    if !further.is_empty() {
        whom.push_str(&format!(" <{}>", further.join(", ")));
    }
    Block::Lines(vec![whom + "."])
}

/// The receipt.
pub(super) fn erased(erased: &Erased) -> Vec<Block> {
    let counts = &erased.counts;
    let went = went(counts);
    let mut lines = vec![match went.is_empty() {
        true => format!("Erased #c{} for good.", erased.of.id),
        false => format!("Erased #c{} for good: {}.", erased.of.id, went.join(", ")),
    }];
    lines.extend(in_what_stays(counts));
    lines.extend(of_ours(counts));
    if counts.changes > 0 {
        let changes = counted(counts.changes, "earlier change", "earlier changes");
        lines.push(format!("{changes} spoke of it and can be undone no more."));
    }
    lines.push("It cannot be undone.".to_owned());
    let mut stays = vec![
        format!(
            "Receipt {}: when, by whom, how much, and keyed hashes of the addresses, without end, so that a restored backup \
             is erased of it again.",
            erased.receipt
        ),
        "Whoever was on the list of those who get no mail stays there as a hash.".to_owned(),
    ];
    stays.push("Nothing is held because a law asks for it.".to_owned());
    stays.extend(erased.holds.iter().cloned());
    stays.push(
        "The space on the disk is cleaned after this, once nobody reads what was there before; for that a day is waited at most. On PostgreSQL dead rows are vacuumed."
            .to_owned(),
    );
    stays.push(erased.backups.clone());
    vec![
        Block::Lines(lines),
        Block::Title("What stays".to_owned()),
        Block::Lines(stays),
    ]
}

fn went(counts: &Counts) -> Vec<String> {
    [
        (counts.mails, "mail", "mails"),
        (
            counts.notes,
            "note, call or message",
            "notes, calls and messages",
        ),
        (counts.attachments, "file", "files"),
        (counts.actions, "action", "actions"),
        (counts.chats, "chat", "chats"),
        (counts.addresses, "address", "addresses"),
        (counts.payments, "payment", "payments"),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect()
}

fn in_what_stays(counts: &Counts) -> Vec<String> {
    let mut lines = Vec::new();
    if counts.shared > 0 {
        let shared = counted(
            counts.shared,
            "mail or note that others have too stays",
            "mails and notes that others have too stay",
        );
        lines.push(format!("{shared}, without the name and the addresses."));
    }
    if counts.raw_mails > 0 {
        let raw = counted(
            counts.raw_mails,
            "original of what stays was",
            "originals of what stays were",
        );
        lines.push(format!("{raw} removed, with the files in them."));
    }
    lines
}

fn of_ours(counts: &Counts) -> Vec<String> {
    if counts.letters == 0 {
        return Vec::new();
    }
    let letters = counted(
        counts.letters,
        "letter or message of ours was",
        "letters and messages of ours were",
    );
    let waited = match counts.cancelled {
        0 => String::new(),
        count => format!("; {count} of them waited, and will not go"),
    };
    vec![format!("{letters} wiped{waited}.")]
}
