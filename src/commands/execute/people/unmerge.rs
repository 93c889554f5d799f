//! `unmerge`: a contact that became part of another is one of its own again, by the inverse of that merge.

use super::subject;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::{Deed, rows_of};
use crate::commands::execute::{inverse, named};
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Unmerged;
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::ledger::{KeyPart, RowKey, Table};
use crate::store::workspace::{merging, timeline};
use serde_json::json;
use std::collections::HashSet;

/// Parts the target from the contact that it was merged into; what was changed since stays.
pub async fn unmerge(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let target = subject(cx, target, "unmerge #c41")?;
    let part = part(tx, &target).await?;
    let from = part.merged_into.unwrap_or_default();
    let merge = journal::last_of_verb(tx, &format!("#c{}", part.id), "merge").await?;
    let Some(merge) = merge.filter(|merge| merge.changes.is_some()) else {
        let problem = format!("how #c{} was merged is not known any more", part.id);
        return Err(Problem::new(problem).into());
    };
    let then: serde_json::Value = serde_json::from_str(&merge.after).unwrap_or_default();
    let then = then.get("merged_into").and_then(serde_json::Value::as_i64);
    if let Some(then) = then.filter(|then| *then != from) {
        let problem = format!(
            "#c{} became part of #c{then}, and that part of #c{from}: part those first",
            part.id
        );
        return Err(Problem::new(problem)
            .nearest(format!("unmerge #c{then}"))
            .into());
    }
    let mut deed = Deed::new("unmerge");
    let (merge, moved_on) = but_what_moved_on(tx, merge, part.id, from).await?;
    let conflicts = inverse::revert(tx, &mut deed, &merge).await?;
    let subject = format!("#c{}", part.id);
    let (before, after) = (
        json!({ "merged_into": from }),
        json!({ "merged_into": null }),
    );
    deed.finish(tx, cx, subject, before, after).await?;
    let Some(own) = contacts::itself(tx, part.id)
        .await?
        .filter(|own| own.merged_into.is_none())
    else {
        let problem = format!(
            "#c{} was changed since it was merged, and cannot be parted",
            part.id
        );
        return Err(Problem::new(problem).into());
    };
    let from = contacts::itself(tx, from).await?.unwrap_or_default();
    Ok(Outcome::Unmerged(Unmerged {
        of: named(tx, &own).await?,
        from: named(tx, &from).await?,
        addresses: contacts::addresses(tx, own.id).await?,
        interactions: timeline::count(tx, own.id).await?,
        kept: conflicts.len() + moved_on,
    }))
}

/// The merge without the parts in interactions that were filed elsewhere since, and how many these are: they stay there.
async fn but_what_moved_on(
    tx: &mut Tx,
    merge: JournalRow,
    part: i64,
    from: i64,
) -> Result<(JournalRow, usize), Failure> {
    let mut rows = rows_of(&merge)?;
    let interaction_of = |row: &RowKey| match row.key.as_slice() {
        [KeyPart::Number(contact), KeyPart::Number(interaction)]
            if row.table == Table::InteractionContact && *contact == part =>
        {
            Some(*interaction)
        }
        _ => None,
    };
    let ids: Vec<i64> = rows
        .iter()
        .filter_map(|change| interaction_of(&change.row))
        .collect();
    let still: HashSet<i64> = merging::with_part(tx, from, &ids)
        .await?
        .into_iter()
        .collect();
    let all = rows.len();
    rows.retain(|change| interaction_of(&change.row).is_none_or(|id| still.contains(&id)));
    let moved_on = all - rows.len();
    let merge = JournalRow {
        changes: Some(json!(rows).to_string()),
        ..merge
    };
    Ok((merge, moved_on))
}

/// The contact that was merged: the target itself, or the only one that is part of it.
async fn part(tx: &mut Tx, target: &Ref) -> Result<ContactRow, Failure> {
    if let Ref::Contact(id) = target
        && let Some(itself) = contacts::itself(tx, *id).await?
        && itself.merged_into.is_some()
    {
        return Ok(itself);
    }
    let whole = resolve::contact(tx, target).await?;
    let parts = contacts::merged_into(tx, whole.id).await?;
    match parts.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Problem::new(format!("nobody was merged into #c{}", whole.id)).into()),
        several => {
            let mut shown = Vec::new();
            for part in several.iter().take(6) {
                let part = named(tx, part).await?;
                shown.push(format!("#c{} {}", part.id, part.name));
            }
            let problem = format!(
                "{} were merged into #c{}: {}; say which",
                several.len(),
                whole.id,
                shown.join(", ")
            );
            let nearest = several.last().map(|part| format!("unmerge #c{}", part.id));
            Err(Problem::new(problem)
                .nearest(nearest.unwrap_or_default())
                .into())
        }
    }
}
