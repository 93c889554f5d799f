//! `paid`: what a contact paid, as a member says it.

use super::contact;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Paid;
use crate::commands::problem::{Failure, Problem};
use crate::commands::when;
use crate::domain::dates::When;
use crate::domain::money::Sum;
use crate::domain::workspace_settings::WorkspaceSettings;
use crate::store::Tx;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::next_number;
use crate::store::workspace::payments::{self, PaymentRow};
use crate::store::workspace::settings;
use serde_json::json;

/// Writes a payment of the target.
pub async fn paid(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    amount: &Sum,
    on: Option<&When>,
) -> Result<Outcome, Failure> {
    let chosen = WorkspaceSettings::of(&settings::all(tx).await?);
    let amount = amount
        .money(chosen.currency.as_deref())
        .map_err(|error| Problem::new(error.message).nearest("paid: 25 EUR"))?;
    let row = contact(tx, cx, target, "paid @ada: 25 EUR").await?;
    let paid_at = match on {
        Some(on) => when::resolve_back(cx, on)?,
        None => cx.reference_us.min(cx.now_us),
    };
    let id = next_number(tx, "payment").await?;
    let payment = PaymentRow {
        id,
        contact_id: row.id,
        member_id: cx.actor.member_id,
        amount_minor: amount.amount_minor,
        currency: amount.currency.clone(),
        paid_at,
        created_at: cx.now_us,
    };
    let mut deed = Deed::new("paid");
    deed.made(RowKey::number(Table::Payment, id));
    payments::insert(tx, &payment).await?;
    let after = json!({ "paid": amount.to_string() });
    deed.finish(tx, cx, format!("#c{}", row.id), json!({}), after)
        .await?;
    Ok(Outcome::Paid(Paid {
        of: named(tx, &row).await?,
        amount,
        at: paid_at,
        sums: payments::sums(tx, row.id).await?,
    }))
}
