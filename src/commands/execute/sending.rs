//! A letter or message to a contact on its way: written into the journal, so that `undo` stops it while it waits.

use super::deed::Deed;
use crate::commands::context::Cx;
use crate::commands::problem::Failure;
use crate::store::Tx;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::next_number;
use serde_json::json;

/// Journals a row of an outbox that was just made, in the batch of the commands that came with it or in one of its own; gives
/// the batch.
pub async fn on_its_way(
    tx: &mut Tx,
    cx: &Cx,
    batch: Option<i64>,
    (table, row): (Table, i64),
    contact_id: i64,
) -> Result<i64, Failure> {
    let mut cx = cx.clone();
    cx.batch = match batch {
        Some(batch) => batch,
        None => next_number(tx, "batch").await?,
    };
    cx.line = 0;
    let mut deed = Deed::new("send");
    deed.made(RowKey::number(table, row));
    let after = match table {
        Table::ChatMessage => json!({ "chat_message": row }),
        _ => json!({ "mail": row }),
    };
    deed.finish(tx, &cx, format!("#c{contact_id}"), json!({}), after)
        .await?;
    Ok(cx.batch)
}
