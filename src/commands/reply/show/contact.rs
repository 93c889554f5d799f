//! A contact as a card.

use super::actions::next_words;
use super::{Block, Row, Table, day, lines_table, more_words, names, one, put};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::people::Paid;
use crate::commands::outcome::{ContactCard, More};
use crate::domain::money::Money;
use crate::store::workspace::contact_chats::ContactChatRow;
use crate::store::workspace::contacts::ContactRow;
use crate::store::workspace::listing::ContactLine;
use crate::store::workspace::payments::PaidSum;

/// All about a contact.
pub(super) fn card(card: &ContactCard, cx: &Cx) -> Vec<Block> {
    let contact = &card.contact;
    let name = contact
        .name
        .as_deref()
        .or(card.addresses.first().map(String::as_str));
    let mut fields = Vec::new();
    put(&mut fields, "company", card.company.as_deref());
    put(&mut fields, "title", contact.title.as_deref());
    put(&mut fields, "phone", contact.phone.as_deref());
    put(&mut fields, "addresses", Some(&card.addresses.join("\n")));
    put(&mut fields, "write to", card.capture.as_deref());
    put(
        &mut fields,
        "before",
        Some(&card.beside.former_captures.join("\n")),
    );
    for (name, value) in &card.beside.fields {
        put(&mut fields, name, Some(value));
    }
    put(
        &mut fields,
        "chat",
        Some(&chat_words(&card.beside.chats, cx)),
    );
    put(&mut fields, "tags", Some(&card.beside.tags.join(", ")));
    put(&mut fields, "status", contact.status.as_deref());
    let score = contact.score.map(|score| score.to_string());
    put(&mut fields, "score", score.as_deref());
    put(&mut fields, "responsible", card.responsible.as_deref());
    put(
        &mut fields,
        "keep in touch",
        keep_words(contact, cx).as_deref(),
    );
    let muted = contact.muted_at.map(|at| format!("since {}", day(at, cx)));
    put(&mut fields, "muted", muted.as_deref());
    let next = next_words(&card.next, card.queued, cx);
    put(&mut fields, "next", Some(&next));
    put(
        &mut fields,
        "paid",
        paid_words(&card.beside.paid, cx).as_deref(),
    );
    put(&mut fields, "merged", Some(&names(&card.beside.merged)));
    put(&mut fields, "since", Some(&day(contact.created_at, cx)));
    let title = format!("#c{} {}", contact.id, name.unwrap_or("without a name"));
    let mut blocks = vec![Block::Title(title), Block::Card(fields)];
    if card.last.is_empty() {
        blocks.push(Block::Lines(vec!["Nothing was said yet.".to_owned()]));
        return blocks;
    }
    let title = match card.interactions {
        all if all > card.last.len() as i64 => format!("Last of {all}"),
        _ => "Said".to_owned(),
    };
    blocks.push(Block::Title(title));
    blocks.push(lines_table(&card.last, cx));
    blocks
}

/// `@ada, first wrote on 3 Nov, last on 14 Nov, 12 messages, stopped`; a chat a line.
fn chat_words(chats: &[ContactChatRow], cx: &Cx) -> String {
    let lines = chats.iter().map(|chat| {
        let who = match &chat.username {
            Some(username) => format!("@{username}"),
            None => "without a name".to_owned(),
        };
        let messages = match chat.message_count {
            1 => "1 message".to_owned(),
            count => format!("{count} messages"),
        };
        let mut words = format!(
            "{who}, first wrote on {}, last on {}, {messages}",
            day(chat.first_at, cx),
            day(chat.last_at, cx)
        );
        if let Some(at) = chat.stopped_at {
            words.push_str(&format!(", stopped broadcasts on {}", day(at, cx)));
        }
        if let Some(at) = chat.blocked_at {
            words.push_str(&format!(", blocked the bot on {}", day(at, cx)));
        }
        words
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `4,500.00 EUR, 1,000 JPY; last on 3 Nov`.
fn paid_words(sums: &[PaidSum], cx: &Cx) -> Option<String> {
    let last = sums.iter().map(|sum| sum.last_at).max()?;
    let amounts: Vec<String> = sums.iter().map(sum_words).collect();
    Some(format!("{}; last on {}", amounts.join(", "), day(last, cx)))
}

fn sum_words(sum: &PaidSum) -> String {
    let money = Money {
        amount_minor: sum.amount_minor,
        currency: sum.currency.clone(),
    };
    money.to_string()
}

/// What was paid, and what that makes.
pub(super) fn paid(paid: &Paid, cx: &Cx) -> Vec<Block> {
    let who = one(&paid.of);
    let mut lines = vec![format!(
        "{who} paid {} on {}.",
        paid.amount,
        day(paid.at, cx)
    )];
    if paid.sums.iter().map(|sum| sum.count).sum::<i64>() > 1 {
        let sums: Vec<String> = paid.sums.iter().map(sum_words).collect();
        lines.push(format!("That makes {}.", sums.join(", ")));
    }
    vec![Block::Lines(lines)]
}

/// `every 30 days, last heard of on 3 Nov`.
fn keep_words(contact: &ContactRow, cx: &Cx) -> Option<String> {
    let every = match contact.keep_in_touch_days? {
        0 => return Some("never".to_owned()),
        1 => "every day".to_owned(),
        days => format!("every {days} days"),
    };
    Some(match contact.last_at {
        Some(at) => format!("{every}, last heard of on {}", day(at, cx)),
        None => format!("{every}, not heard of yet"),
    })
}

/// Contacts that were deleted, each with when.
pub(super) fn deleted(lines: &[(ContactLine, i64)], more: More, cx: &Cx) -> Vec<Block> {
    let Some((first, _)) = lines.first() else {
        return vec![Block::Lines(vec!["Nothing is deleted.".to_owned()])];
    };
    let rows = lines.iter().map(|(line, at)| {
        let since = line
            .last_at
            .map(|at| format!("wrote again on {}", day(at, cx)));
        let cells = [
            format!("#c{}", line.id),
            line.name.clone().unwrap_or_default(),
            day(*at, cx),
            line.address.clone().unwrap_or_default(),
        ];
        Row {
            below: since,
            ..Row::new(cells).of(Ref::Contact(line.id))
        }
    });
    let table = Table {
        widths_max: vec![10, 24, 12],
        strong: Some(1),
        rows: rows.collect(),
    };
    let hint = format!("restore #c{} brings one back.", first.id);
    let title = "Deleted, the last one first".to_owned();
    let mut blocks = vec![Block::Title(title), Block::Table(table)];
    blocks.extend(more_words(more, "restore names them by their name too."));
    blocks.push(Block::Lines(vec![hint]));
    blocks
}
