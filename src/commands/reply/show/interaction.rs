//! An interaction as a card.

use super::{Block, moment, names, put};
use crate::commands::context::Cx;
use crate::commands::outcome::InteractionCard;
use crate::store::workspace::interactions::{AttachmentRow, InteractionRow};

/// How much of an interaction's text is shown.
const TEXT_CHARS_MAX: usize = 20_000;

/// All about an interaction.
pub(super) fn card(card: &InteractionCard, cx: &Cx) -> Vec<Block> {
    let of = &card.interaction;
    let subject = of.subject.as_deref().filter(|s| !s.trim().is_empty());
    let title = format!("#i{} {}", of.id, subject.unwrap_or(&of.kind));
    let mut fields = Vec::new();
    put(&mut fields, "what", Some(&kind_words(of)));
    put(&mut fields, "from", Some(&mailbox(of)));
    put(&mut fields, "when", Some(&moment(of.happened_at, cx)));
    put(&mut fields, "filed with", Some(&names(&card.with)));
    let files: Vec<String> = card.attachments.iter().map(file_words).collect();
    put(&mut fields, "files", Some(&files.join("\n")));
    put(&mut fields, "remark", of.remark.as_deref());
    let mut text: String = of.text.chars().take(TEXT_CHARS_MAX).collect();
    if text.len() < of.text.len() {
        text.push_str(" …");
    }
    vec![Block::Title(title), Block::Card(fields), Block::Quote(text)]
}

fn kind_words(of: &InteractionRow) -> String {
    let kind = match (of.kind.as_str(), of.direction.as_str()) {
        ("mail", "in") => "mail that came in",
        ("mail", "out") => "mail that went out",
        ("mail", _) => "mail among members",
        ("meeting", "internal") => "meeting that was written down",
        ("call", _) => "call that was written down",
        ("talk", _) => "talk that was written down",
        ("meeting", _) => "invitation to a meeting",
        (kind, _) => kind,
    };
    let state = of.state.replace('_', " ");
    match of.protection.as_str() {
        "signed" => format!("{kind}, {state}, signed"),
        "encrypted" => format!("{kind}, {state}, encrypted"),
        _ => format!("{kind}, {state}"),
    }
}

fn mailbox(of: &InteractionRow) -> String {
    match (&of.author_name, &of.author_address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

fn file_words(file: &AttachmentRow) -> String {
    let name = file.name.as_deref().unwrap_or("without a name");
    let size = match file.size_bytes {
        bytes @ ..1_000 => format!("{bytes} bytes"),
        bytes @ ..1_000_000 => format!("{} kB", bytes / 1_000),
        bytes => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    };
    format!("{name} ({}, {size})", file.content_type)
}
