//! `rotate`: a new capture address; the old one leads on.

use super::contact;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Rotated;
use crate::commands::problem::{Failure, Problem};
use crate::commands::reserve;
use crate::store::Tx;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{contact_fields, contacts};
use serde_json::json;

/// Gives a contact the capture address that was reserved for this line.
pub async fn rotate(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let mut row = contact(tx, cx, target, "rotate @ada").await?;
    let Some(after) = cx.captures.get(&reserve::of_line(cx.line)).cloned() else {
        return Err(Problem::new("no new address was drawn; try again").into());
    };
    let mut deed = Deed::new("rotate");
    deed.touch(tx, RowKey::number(Table::Contact, row.id))
        .await?;
    let before = row.capture.replace(after.clone());
    if let Some(before) = &before {
        deed.touch(tx, RowKey::text(Table::ContactCapture, before))
            .await?;
        contact_fields::keep_capture(tx, row.id, before, cx.now_us).await?;
    }
    contacts::put(tx, &row).await?;
    let subject = format!("#c{}", row.id);
    let (was, is) = (json!({ "capture": before }), json!({ "capture": after }));
    deed.finish(tx, cx, subject, was, is).await?;
    let whole = |local_part: String| format!("{local_part}@{}", cx.mail_domain);
    Ok(Outcome::Rotated(Rotated {
        of: named(tx, &row).await?,
        before: before.map(whole),
        after: whole(after),
    }))
}
