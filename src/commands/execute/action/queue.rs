//! The current action of a member for a contact, and those that wait behind it.

use super::super::deed::Deed;
use crate::commands::problem::Failure;
use crate::domain::action::{self, Kind, Place, Standing, State};
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::ledger::{RowKey, Table};

/// How many of them are read; what stands behind these waits on as it is.
const READ_MAX: i64 = 1_000;

/// The open actions of one member for one contact.
pub struct Queue {
    rows: Vec<ActionRow>,
}

impl Queue {
    /// Those of a member for a contact; none where there is no contact, since what belongs to nobody waits for nothing.
    pub async fn of(
        tx: &mut Tx,
        member_id: i64,
        contact_id: Option<i64>,
    ) -> Result<Queue, Failure> {
        let rows = match contact_id {
            Some(contact_id) => actions::queue(tx, member_id, contact_id, READ_MAX).await?,
            None => Vec::new(),
        };
        Ok(Queue { rows })
    }

    /// As the rules see it.
    pub fn standing(&self) -> Vec<Standing> {
        self.rows
            .iter()
            .map(|row| Standing {
                id: row.id,
                state: State::of_word(&row.state),
                position: row.position,
                due_us: row.due_at,
            })
            .collect()
    }

    /// Gives an action its place in its queue by a rule of `domain::action`, and moves the others; gives what was current before
    /// it. A reminder stands in no queue.
    pub async fn arrange(
        tx: &mut Tx,
        deed: &mut Deed,
        row: &mut ActionRow,
        rule: impl FnOnce(&[Standing], i64, Option<i64>) -> Vec<Place>,
    ) -> Result<Option<ActionRow>, Failure> {
        if row.kind != Kind::Action.word() {
            return Ok(None);
        }
        let mut queue = Queue::of(tx, row.member_id, row.contact_id).await?;
        let was_first = queue.current_but(row.id).cloned();
        let places = rule(&queue.standing(), row.id, row.due_at);
        Queue::place(row, &places);
        queue.move_others(tx, deed, &places, row.id).await?;
        Ok(was_first)
    }

    /// Puts an action where it goes, one of another queue or a new one untouched.
    pub fn place(row: &mut ActionRow, places: &[Place]) {
        if let Some(place) = places.iter().find(|place| place.id == row.id) {
            row.state = place.state.word().to_owned();
            row.position = place.position;
        }
    }

    /// Moves all but one, which its own handler writes.
    pub async fn move_others(
        &mut self,
        tx: &mut Tx,
        deed: &mut Deed,
        places: &[Place],
        but: i64,
    ) -> Result<(), Failure> {
        for row in self.rows.iter_mut().filter(|row| row.id != but) {
            if places.iter().any(|place| place.id == row.id) {
                deed.touch(tx, RowKey::number(Table::Action, row.id))
                    .await?;
                Queue::place(row, places);
                actions::update(tx, row).await?;
            }
        }
        Ok(())
    }

    /// What is current now, but for one.
    pub fn current_but(&self, id: i64) -> Option<&ActionRow> {
        let mut current = self.rows.iter().filter(|row| row.state == "current");
        current.find(|row| row.id != id)
    }

    /// The action with this number.
    pub fn row(&self, id: i64) -> Option<&ActionRow> {
        self.rows.iter().find(|row| row.id == id)
    }
}

/// Leaves one current action to each member where two queues of a contact became one: the one that is due first.
pub async fn line_up(
    tx: &mut Tx,
    deed: &mut Deed,
    member_id: i64,
    contact_id: i64,
) -> Result<(), Failure> {
    let mut queue = Queue::of(tx, member_id, Some(contact_id)).await?;
    let places = action::line_up(&queue.standing());
    queue.move_others(tx, deed, &places, 0).await
}
