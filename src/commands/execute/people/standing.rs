//! How a contact stands: `status`, `score`, `keep in touch`, `mute`, `unmute`, `assign`.

use super::fields::said;
use super::{Change, contact};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::{Assigned, Muted, Sound};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::people::field;
use crate::domain::workspace_settings::KEEP_DAYS_MAX;
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{actions, members};
use serde_json::json;

const SCORE_MAX: i64 = 1_000;
/// Days of a contact that is never named as quiet, whatever the workspace chose.
const NEVER: i64 = 0;

/// `status`.
pub async fn status(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    status: &str,
) -> Result<Outcome, Failure> {
    let row = contact(tx, cx, target, "status @ada: qualified").await?;
    set_status(tx, cx, row, Some(status)).await
}

/// `score`.
pub async fn score(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    score: i64,
) -> Result<Outcome, Failure> {
    let row = contact(tx, cx, target, "score @ada: 50").await?;
    set_score(tx, cx, row, Some(score)).await
}

/// `keep in touch`.
pub async fn keep(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    days: Option<i64>,
) -> Result<Outcome, Failure> {
    if days.is_some_and(|days| !(1..=KEEP_DAYS_MAX).contains(&days)) {
        let problem = format!("from 1 day to {KEEP_DAYS_MAX} days");
        return Err(Problem::new(problem).into());
    }
    let row = contact(tx, cx, target, "keep in touch @ada: 30 days").await?;
    set_keep(tx, cx, row, Some(days.unwrap_or(NEVER))).await
}

/// An interval to keep in touch, in words.
pub(super) fn interval_words(days: i64) -> String {
    match days {
        NEVER => "never".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// Sets the interval, or leaves it to the workspace.
pub(super) async fn set_keep(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    days: Option<i64>,
) -> Result<Outcome, Failure> {
    let before = std::mem::replace(&mut row.keep_in_touch_days, days);
    let change = Change {
        verb: "keep",
        what: "interval to keep in touch",
        before: before.map(interval_words),
        after: days.map(interval_words),
    };
    let deed = change.begin();
    change.write(tx, cx, deed, &row).await
}

/// Sets or empties the status.
pub(super) async fn set_status(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    status: Option<&str>,
) -> Result<Outcome, Failure> {
    let after = match status {
        Some(status) => Some(field::word("a status", status).map_err(said)?),
        None => None,
    };
    let change = Change {
        verb: "status",
        what: "status",
        before: std::mem::replace(&mut row.status, after.clone()),
        after,
    };
    let deed = change.begin();
    change.write(tx, cx, deed, &row).await
}

/// Sets or empties the score.
pub(super) async fn set_score(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    score: Option<i64>,
) -> Result<Outcome, Failure> {
    if score.is_some_and(|score| !(-SCORE_MAX..=SCORE_MAX).contains(&score)) {
        let problem = format!("a score is from -{SCORE_MAX} to {SCORE_MAX}");
        return Err(Problem::new(problem).into());
    }
    let before = std::mem::replace(&mut row.score, score);
    let change = Change {
        verb: "score",
        what: "score",
        before: before.map(|score| score.to_string()),
        after: score.map(|score| score.to_string()),
    };
    let deed = change.begin();
    change.write(tx, cx, deed, &row).await
}

/// `mute`: nobody is told of the contact; its mail is still filed.
pub async fn mute(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let row = contact(tx, cx, target, "mute @ada").await?;
    sound(tx, cx, row, Sound::Muted).await
}

/// `unmute`.
pub async fn unmute(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<Outcome, Failure> {
    let row = contact(tx, cx, target, "unmute @ada").await?;
    sound(tx, cx, row, Sound::Heard).await
}

async fn sound(
    tx: &mut Tx,
    cx: &Cx,
    mut row: ContactRow,
    sound: Sound,
) -> Result<Outcome, Failure> {
    let of = named(tx, &row).await?;
    let was = row.muted_at.is_some();
    let is = sound == Sound::Muted;
    if was != is {
        let verb = if is { "mute" } else { "unmute" };
        let mut deed = Deed::new(verb);
        deed.touch(tx, RowKey::number(Table::Contact, row.id))
            .await?;
        row.muted_at = is.then_some(cx.now_us);
        contacts::put(tx, &row).await?;
        let subject = format!("#c{}", row.id);
        let (before, after) = (json!({ "muted": was }), json!({ "muted": is }));
        deed.finish(tx, cx, subject, before, after).await?;
    }
    Ok(Outcome::Muted(Muted {
        of,
        sound,
        already: was == is,
    }))
}

/// `assign`: who answers for the contact. Actions stay with who promised them.
pub async fn assign(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    to: &Ref,
) -> Result<Outcome, Failure> {
    let mut row = contact(tx, cx, target, "assign @ada: bob@us.example").await?;
    let member = resolve::member(tx, cx, to).await?;
    if member.role == Role::Viewer.word() {
        let problem = format!("{} only reads, and answers for nobody", member.email);
        return Err(Problem::new(problem).into());
    }
    let before_id = row.responsible_id;
    let before = match before_id {
        Some(id) => members::by_id(tx, id).await?,
        None => None,
    };
    let before = before.map(|before| before.name.unwrap_or(before.email));
    let after = member.name.clone().unwrap_or_else(|| member.email.clone());
    let mut actions_staying = 0;
    if before_id != Some(member.id) {
        let mut deed = Deed::new("assign");
        deed.touch(tx, RowKey::number(Table::Contact, row.id))
            .await?;
        row.responsible_id = Some(member.id);
        contacts::put(tx, &row).await?;
        let subject = format!("#c{}", row.id);
        let (was, is) = (
            json!({ "responsible": before }),
            json!({ "responsible": after }),
        );
        deed.finish(tx, cx, subject, was, is).await?;
        actions_staying = match before_id {
            Some(id) => actions::open_for(tx, id, row.id).await?,
            None => 0,
        };
    }
    Ok(Outcome::Assigned(Assigned {
        of: named(tx, &row).await?,
        // Two members may be called the same.
        before: before.map(|name| match name == after && before_id != Some(member.id) {
            true => format!("another {name}"),
            false => name,
        }),
        after,
        actions_staying,
    }))
}
