//! Rows of the journal in words: `#c12 Ada Byron`, `phone`, from what, to what.

use crate::commands::context::Cx;
use crate::commands::execute::inverse::Step;
use crate::commands::outcome::RowWords;
use crate::commands::problem::Failure;
use crate::domain::money::Money;
use crate::store::Tx;
use crate::store::workspace::ledger::{self, Columns, KeyPart, RowKey, Table};
use crate::store::workspace::{broadcasts, contacts, members};
use jiff::Timestamp;
use serde_json::Value;

/// How much of a text is shown.
const SHOWN_CHARS_MAX: usize = 60;

/// Columns that nobody asks for: they follow from others, or only keep order.
const HIDDEN: &[(Table, &[&str])] = &[
    (Table::Contact, &["name_key", "created_at"]),
    (Table::Company, &["name_key", "created_at"]),
    (Table::ContactAddress, &["source", "created_at", "position"]),
    (
        Table::Interaction,
        &[
            "class",
            "created_at",
            "member_id",
            "author_kind",
            "author_contact_id",
            "author_member_id",
            "protection",
            "thread_id",
            "raw_id",
            "why",
            "trust",
        ],
    ),
    (
        Table::Action,
        &["position", "created_at", "has_time", "reminded_at"],
    ),
    (Table::InteractionContact, &["role"]),
    (Table::MemberChat, &["user_id", "chat_id"]),
    (Table::ChannelBot, &["sealed", "connected_at"]),
    (Table::Payment, &["member_id", "created_at"]),
];

/// What became of rows, in words. Rows that follow from one that came or went are not told.
pub async fn of_steps(tx: &mut Tx, cx: &Cx, steps: &[Step]) -> Result<Vec<RowWords>, Failure> {
    let mut words = Vec::new();
    for step in steps.iter().filter(|step| !follows(step, steps)) {
        match (&step.from, &step.to) {
            (Some(from), Some(to)) => words.extend(fields(tx, cx, &step.row, from, to).await?),
            (None, Some(to)) => words.extend(whole(tx, &step.row, to).await?.map(RowWords::There)),
            (Some(from), None) => {
                words.extend(whole(tx, &step.row, from).await?.map(RowWords::Gone))
            }
            (None, None) => {}
        }
    }
    Ok(words)
}

/// Whether a row came or went with the contact or interaction that it belongs to.
fn follows(step: &Step, steps: &[Step]) -> bool {
    if step.from.is_some() && step.to.is_some() {
        return false;
    }
    let owner = |table: Table, id: i64| {
        let row = RowKey::number(table, id);
        steps.iter().any(|other| {
            other.row == row && other.from.is_some() == step.from.is_some() && other != step
        })
    };
    let columns = step.from.as_ref().or(step.to.as_ref());
    match (step.row.table, first_number(&step.row)) {
        (Table::ContactCapture, _) => true,
        (Table::ContactField | Table::ContactTag, Some(id)) => owner(Table::Contact, id),
        (Table::ContactAddress, _) => columns
            .and_then(|c| number(c, "contact_id"))
            .is_some_and(|id| owner(Table::Contact, id)),
        (Table::InteractionContact, Some(_)) => {
            second_number(&step.row).is_some_and(|id| owner(Table::Interaction, id))
        }
        (Table::Suggestion, _) => true,
        _ => false,
    }
}

/// Whether nobody asks for a column.
pub fn is_hidden(table: Table, column: &str) -> bool {
    HIDDEN
        .iter()
        .any(|(hidden, columns)| *hidden == table && columns.contains(&column))
}

async fn fields(
    tx: &mut Tx,
    cx: &Cx,
    row: &RowKey,
    from: &Columns,
    to: &Columns,
) -> Result<Vec<RowWords>, Failure> {
    if matches!(row.table, Table::Outbox | Table::ChatMessage) {
        let said = match ledger::mail_attempts(tx, row).await? {
            0 => "the mail waited, and is stopped",
            // A try may have succeeded without our hearing of it.
            _ => "the mail was tried before, and is not tried again",
        };
        return Ok(vec![RowWords::Said(said.to_owned())]);
    }
    if row.table == Table::Broadcast {
        return Ok(vec![RowWords::Said(stopped(tx, row).await?)]);
    }
    if row.table == Table::Member {
        return Ok(settings(from, to));
    }
    let record = record(tx, row, None).await?;
    let mut words = Vec::new();
    for (column, to) in to.iter().filter(|(name, _)| !is_hidden(row.table, name)) {
        let from = from.get(column).cloned().unwrap_or_default();
        words.push(RowWords::Field {
            record: record.clone(),
            name: column_words(row, column).to_owned(),
            from: value(tx, cx, column, &from).await?,
            to: value(tx, cx, column, to).await?,
        });
    }
    Ok(words)
}

/// What becomes of a broadcast that is stopped, while its messages still wait.
async fn stopped(tx: &mut Tx, row: &RowKey) -> Result<String, Failure> {
    let counts = broadcasts::counts(tx, first_number(row).unwrap_or_default()).await?;
    let waiting = counts.get("waiting").copied().unwrap_or_default();
    let gone = counts.values().sum::<i64>() - waiting;
    Ok(format!(
        "{waiting} of the broadcast waited, and are stopped; {gone} had gone already"
    ))
}

/// A member's settings, each by itself.
fn settings(from: &Columns, to: &Columns) -> Vec<RowWords> {
    let record = "your settings".to_owned();
    let read = |columns: &Columns| -> Columns {
        let text = columns.get("settings").and_then(Value::as_str);
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    };
    let (mut before, mut after) = (read(from), read(to));
    for (columns, name) in [(from, &mut before), (to, &mut after)] {
        if let Some(value) = columns.get("name") {
            name.insert("name".to_owned(), value.clone());
        }
    }
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| RowWords::Field {
            record: record.clone(),
            name: name.replace('_', " "),
            from: before.get(name).and_then(plain),
            to: after.get(name).and_then(plain),
        })
        .collect()
}

/// A row that came or went, as one thing.
async fn whole(tx: &mut Tx, row: &RowKey, columns: &Columns) -> Result<Option<String>, Failure> {
    let text = |name: &str| columns.get(name).and_then(plain).unwrap_or_default();
    let words = match row.table {
        Table::Contact | Table::Interaction | Table::Action => {
            record(tx, row, Some(columns)).await?
        }
        Table::Company => format!("company {}", text("name")),
        Table::ContactAddress => {
            let owner = contact(tx, number(columns, "contact_id")).await?;
            format!("{owner}: email {}", key_text(row, 0))
        }
        Table::ContactField => {
            let owner = contact(tx, first_number(row)).await?;
            format!("{owner}: {} {}", key_text(row, 1), text("value"))
        }
        Table::ContactTag => {
            let owner = contact(tx, first_number(row)).await?;
            format!("{owner}: tag {}", key_text(row, 1))
        }
        Table::InteractionContact => {
            let said = RowKey::number(Table::Interaction, second_number(row).unwrap_or_default());
            let said = record(tx, &said, None).await?;
            let with = contact(tx, first_number(row)).await?;
            format!("{said} with {with}")
        }
        Table::MemberChat => "your linked chat".to_owned(),
        Table::ChannelBot => format!("bot @{}", text("username")),
        Table::Setting => format!("{} of the workspace: {}", key_text(row, 0), text("value")),
        Table::Payment => {
            let owner = contact(tx, number(columns, "contact_id")).await?;
            format!("{owner}: payment of {}", money(columns))
        }
        Table::FilingRule => {
            let with = contact(tx, number(columns, "contact_id")).await?;
            format!("mail of {} is filed with {with}", key_text(row, 0))
        }
        _ => return Ok(None),
    };
    Ok(Some(words))
}

/// `#c12 Ada Byron`, `#i9 "Pilot"`, `#a3 "call"`; of a row that is not there by the columns that it had.
pub async fn record(tx: &mut Tx, row: &RowKey, known: Option<&Columns>) -> Result<String, Failure> {
    let there;
    let columns = match known {
        Some(columns) => columns,
        None => {
            there = ledger::read(tx, row).await?.unwrap_or_default();
            &there
        }
    };
    let id = first_number(row).unwrap_or_default();
    let text = |name: &str| columns.get(name).and_then(plain);
    Ok(match row.table {
        Table::Contact => match text("name") {
            Some(name) => format!("#c{id} {name}"),
            None => match contacts::addresses(tx, id).await?.first() {
                Some(address) => format!("#c{id} {address}"),
                None => format!("#c{id}"),
            },
        },
        Table::Interaction => {
            let kind = text("kind").filter(|kind| kind != "mail");
            let said = text("subject").or(text("text")).unwrap_or_default();
            match kind {
                Some(kind) => format!("#i{id} {kind} \"{said}\""),
                None => format!("#i{id} \"{said}\""),
            }
        }
        Table::Action => format!("#a{id} \"{}\"", text("text").unwrap_or_default()),
        Table::Company => format!("company {}", text("name").unwrap_or_default()),
        Table::ContactAddress => {
            let owner = contact(tx, number(columns, "contact_id")).await?;
            format!("{owner}: email {}", key_text(row, 0))
        }
        Table::ContactField | Table::ContactTag => contact(tx, Some(id)).await?,
        Table::FilingRule => format!("mail of {}", key_text(row, 0)),
        Table::MemberChat => "your linked chat".to_owned(),
        Table::ChannelBot => format!("bot @{}", text("username").unwrap_or_default()),
        Table::ContactChat => format!("chat {}", key_text(row, 1)),
        Table::Broadcast => "the broadcast".to_owned(),
        Table::Payment => format!("payment of {}", money(columns)),
        Table::Outbox => "the mail".to_owned(),
        Table::ChatMessage => "the message".to_owned(),
        Table::Member => "the settings".to_owned(),
        Table::Setting => "the workspace".to_owned(),
        _ => key_text(row, 0),
    })
}

async fn contact(tx: &mut Tx, id: Option<i64>) -> Result<String, Failure> {
    let Some(id) = id else {
        return Ok("nobody".to_owned());
    };
    let row = RowKey::number(Table::Contact, id);
    let columns = ledger::read(tx, &row).await?.unwrap_or_default();
    Ok(match columns.get("name").and_then(plain) {
        Some(name) => format!("#c{id} {name}"),
        None => format!("#c{id}"),
    })
}

/// What a column is called.
pub fn column_words<'a>(row: &'a RowKey, column: &'a str) -> &'a str {
    match (row.table, column) {
        (Table::ContactField, "value") => match row.key.get(1) {
            Some(KeyPart::Text(name)) => name,
            _ => column,
        },
        (Table::Setting, "value") => match row.key.first() {
            Some(KeyPart::Text(name)) => name,
            _ => column,
        },
        (Table::ContactAddress, "contact_id") => "belongs to",
        (Table::FilingRule, "contact_id") => "is filed with",
        (Table::ContactChat | Table::Payment, "contact_id") => "belongs to",
        (_, "company_id") => "company",
        (_, "responsible_id") => "responsible",
        (_, "member_id") => "who",
        (_, "contact_id") => "contact",
        (_, "merged_into") => "merged into",
        (_, "muted_at") => "muted",
        (_, "deleted_at") => "deleted",
        (_, "due_at") => "due",
        (_, "done_at") => "done",
        (_, "bounced_at") => "bounced",
        (_, "capture") => "address to write to",
        (_, "keep_in_touch_days") => "days to keep in touch",
        (_, "happened_at") => "when",
        (_, other) => other,
    }
}

/// A value of a column; `None` is empty.
pub async fn value(
    tx: &mut Tx,
    cx: &Cx,
    column: &str,
    value: &Value,
) -> Result<Option<String>, Failure> {
    let Some(id) = value.as_i64() else {
        return Ok(plain(value));
    };
    let words = match column {
        "company_id" => contacts::company(tx, id).await?.map(|company| company.name),
        "responsible_id" | "member_id" => members::by_id(tx, id)
            .await?
            .map(|member| member.name.unwrap_or(member.email)),
        "contact_id" | "merged_into" | "author_contact_id" => Some(contact(tx, Some(id)).await?),
        column if column.ends_with("_at") => Some(moment(cx, id)),
        _ => None,
    };
    Ok(words.or(plain(value)))
}

/// A value as it is, short; `None` where it is empty.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > SHOWN_CHARS_MAX {
        words = words.chars().take(SHOWN_CHARS_MAX).collect();
        words.push('…');
    }
    (!words.is_empty()).then_some(words)
}

/// `Sat 14 Nov 2026 09:30`, in the actor's zone.
pub fn moment(cx: &Cx, at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    let at = at.to_zoned(cx.zone.clone());
    let time = at.strftime(cx.settings.hours().pattern());
    format!("{} {time}", at.strftime("%a %-d %b %Y"))
}

fn money(columns: &Columns) -> String {
    let currency = columns.get("currency").and_then(Value::as_str);
    let money = Money {
        amount_minor: number(columns, "amount_minor").unwrap_or_default(),
        currency: currency.unwrap_or_default().to_owned(),
    };
    money.to_string()
}

fn key_text(row: &RowKey, at: usize) -> String {
    match row.key.get(at) {
        Some(KeyPart::Text(text)) => text.clone(),
        Some(KeyPart::Number(number)) => number.to_string(),
        None => String::new(),
    }
}

fn first_number(row: &RowKey) -> Option<i64> {
    number_at(row, 0)
}

fn second_number(row: &RowKey) -> Option<i64> {
    number_at(row, 1)
}

fn number_at(row: &RowKey, at: usize) -> Option<i64> {
    match row.key.get(at) {
        Some(KeyPart::Number(number)) => Some(*number),
        _ => None,
    }
}

fn number(columns: &Columns, name: &str) -> Option<i64> {
    columns.get(name).and_then(Value::as_i64)
}
