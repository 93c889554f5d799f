//! The places of actions in the queue of a contact and a member, as rows.

use super::deed::Deed;
use crate::commands::problem::Failure;
use crate::domain::action::{Place, Standing, State};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};

/// Where open actions stand.
pub(super) fn standing(rows: &[ActionRow]) -> Vec<Standing> {
    rows.iter()
        .map(|row| Standing {
            id: row.id,
            state: State::of_word(&row.state),
            position: row.position,
            due_us: row.due_at,
        })
        .collect()
}

/// Puts actions into their new places.
pub(super) async fn put(
    tx: &mut Tx,
    deed: &mut Deed,
    rows: &[ActionRow],
    places: Vec<Place>,
) -> Result<(), Failure> {
    for place in places {
        let Some(row) = rows.iter().find(|row| row.id == place.id) else {
            continue;
        };
        deed.touch(tx, RowKey::number(Table::Action, row.id))
            .await?;
        let row = ActionRow {
            state: place.state.word().to_owned(),
            position: place.position,
            ..row.clone()
        };
        actions::update(tx, &row).await?;
    }
    Ok(())
}
