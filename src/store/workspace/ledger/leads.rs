//! What leads to a row: a row that others need cannot go.

use super::{KeyPart, RowKey, Table};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Who leads to rows of a table: the table, what is counted, and where.
const LEADS: &[(Table, &str, &str)] = &[
    (
        Table::Company,
        "contact",
        "from contact where company_id = $1",
    ),
    (
        Table::Contact,
        "interaction",
        "from interaction_contact where contact_id = $1",
    ),
    (
        Table::Contact,
        "interaction",
        "from interaction where author_contact_id = $1",
    ),
    (
        Table::Contact,
        "action",
        "from action where contact_id = $1",
    ),
    (
        Table::Contact,
        "address",
        "from contact_address where contact_id = $1",
    ),
    (
        Table::Contact,
        "field",
        "from contact_field where contact_id = $1",
    ),
    (
        Table::Contact,
        "tag",
        "from contact_tag where contact_id = $1",
    ),
    (
        Table::Contact,
        "rule of filing",
        "from filing_rule where contact_id = $1",
    ),
    (
        Table::Contact,
        "former address",
        "from contact_capture where contact_id = $1",
    ),
    (
        Table::Contact,
        "merged contact",
        "from contact where merged_into = $1",
    ),
    (
        Table::Contact,
        "payment",
        "from payment where contact_id = $1",
    ),
    (
        Table::Contact,
        "chat",
        "from contact_chat where contact_id = $1",
    ),
    (
        Table::Interaction,
        "contact",
        "from interaction_contact where interaction_id = $1",
    ),
    (
        Table::Interaction,
        "action",
        "from action where interaction_id = $1",
    ),
    (
        Table::Interaction,
        "file",
        "from attachment where interaction_id = $1",
    ),
    (
        Table::Interaction,
        "mail",
        "from witness where interaction_id = $1",
    ),
    (
        Table::Interaction,
        "mail",
        "from mail_key where interaction_id = $1",
    ),
    (
        Table::Interaction,
        "meeting",
        "from meeting where interaction_id = $1",
    ),
];

/// What leads to a row, and how much of each, counted up to 100: it cannot go before that.
pub async fn needed_by(tx: &mut Tx, of: &RowKey) -> Result<Vec<(&'static str, i64)>> {
    let mut needed: Vec<(&'static str, i64)> = Vec::new();
    let [KeyPart::Number(id)] = of.key.as_slice() else {
        return Ok(needed);
    };
    for (_, what, from) in LEADS.iter().filter(|(table, ..)| *table == of.table) {
        let sql = format!("select count(*) from (select 1 as there {from} limit 100) as some_rows");
        let count: i64 = on!(&mut *tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(*id).fetch_one(c).await)?;
        if count > 0 && !needed.iter().any(|(there, _)| there == what) {
            needed.push((what, count));
        }
    }
    Ok(needed)
}

/// How often a mail to send was tried.
pub async fn mail_attempts(tx: &mut Tx, of: &RowKey) -> Result<i64> {
    let [KeyPart::Number(id)] = of.key.as_slice() else {
        return Ok(0);
    };
    let attempts: Option<i64> = on!(tx, c => sqlx::query_scalar("select attempts from outbox where id = $1")
        .bind(*id).fetch_optional(c).await)?;
    Ok(attempts.unwrap_or_default())
}

/// When a mail to send left the house; microseconds since 1970.
pub async fn mail_sent_at(tx: &mut Tx, of: &RowKey) -> Result<Option<i64>> {
    let [KeyPart::Number(id)] = of.key.as_slice() else {
        return Ok(None);
    };
    let sql = match of.table {
        Table::ChatMessage => "select sent_at from chat_message where id = $1",
        _ => "select sent_at from outbox where id = $1",
    };
    let at: Option<Option<i64>> = on!(tx, c => sqlx::query_scalar(sql)
        .bind(*id).fetch_optional(c).await)?;
    Ok(at.flatten())
}
