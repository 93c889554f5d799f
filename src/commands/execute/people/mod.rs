//! What is done with contacts: one file a topic. Each handler tells what was and what is, and that it is so already.

mod bring_in;
mod delete;
mod email;
mod erase;
mod fields;
mod merge;
mod new;
mod paid;
mod restore;
mod rotate;
mod standing;
mod tags;
mod unmerge;

pub use bring_in::{Brought, Incoming, Standing, bring_in, is_new};
pub use delete::delete;
pub use erase::erase;
pub use fields::{clear, set};
pub use merge::merge;
pub use new::new;
pub use paid::paid;
pub use restore::restore;
pub use rotate::rotate;
pub use standing::{assign, keep, mute, score, status, unmute};
pub use tags::{tag, untag};
pub use unmerge::unmerge;

use super::deed::Deed;
use super::named;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Changed;
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};
use serde_json::json;

/// What a line is about: its target, else what the door says; `example` says how it is written.
fn subject(cx: &Cx, target: Option<&Ref>, example: &str) -> Result<Ref, Problem> {
    let contact = cx.about_contact.map(Ref::Contact);
    let by_door = contact.or(cx.about_interaction.map(Ref::Interaction));
    target
        .cloned()
        .or(by_door)
        .ok_or_else(|| Problem::new("it names nobody: say whom it is about").nearest(example))
}

/// The contact that a line is about.
async fn contact(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    example: &str,
) -> Result<ContactRow, Failure> {
    resolve::contact(tx, &subject(cx, target, example)?).await
}

/// A field of a contact's own row as it changes.
struct Change<'a> {
    verb: &'static str,
    what: &'a str,
    before: Option<String>,
    after: Option<String>,
}

impl Change<'_> {
    /// Writes the row as it is to be, and tells; where nothing differs, only tells.
    async fn write(
        self,
        tx: &mut Tx,
        cx: &Cx,
        mut deed: Deed,
        row: &ContactRow,
    ) -> Result<Outcome, Failure> {
        deed.touch(tx, RowKey::number(Table::Contact, row.id))
            .await?;
        let before = named(tx, row).await?;
        if self.before != self.after {
            contacts::put(tx, row).await?;
        }
        self.tell(tx, cx, deed, row, before).await
    }

    /// Writes the journal of what was written, and tells.
    async fn tell(
        self,
        tx: &mut Tx,
        cx: &Cx,
        deed: Deed,
        row: &ContactRow,
        of: super::Named,
    ) -> Result<Outcome, Failure> {
        if self.before != self.after {
            let subject = format!("#c{}", row.id);
            let (before, after) = (
                json!({ self.what: self.before }),
                json!({ self.what: self.after }),
            );
            deed.finish(tx, cx, subject, before, after).await?;
        }
        Ok(Outcome::Changed(Changed {
            of,
            what: self.what.to_owned(),
            before: self.before,
            after: self.after,
            remarks: Vec::new(),
        }))
    }

    fn begin(&self) -> Deed {
        Deed::new(self.verb)
    }
}
