//! `delete workspace`, `restore workspace`: written down in the workspace; the lane of time closes the doors, and opens them.
//! `export`: where all of it is had.

use crate::commands::context::Cx;
use crate::commands::outcome::{Export, Leaving, Outcome, Staying};
use crate::commands::problem::Failure;
use crate::store::Tx;
use crate::store::leaving::{gone_at, say_leaves, say_stays};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::next_number;
use serde_json::json;

/// Closes the workspace. What is closed already is gone when it was to be.
pub async fn leave(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let since = say_leaves(tx, cx.now_us).await?;
    if since == cx.now_us {
        write_down(tx, cx, "leave").await?;
    }
    Ok(Outcome::Leaving(Leaving {
        since,
        gone_at: gone_at(since),
    }))
}

/// Opens it again.
pub async fn stay(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    if !say_stays(tx).await? {
        return Ok(Outcome::Staying(Staying::Already));
    }
    write_down(tx, cx, "stay").await?;
    Ok(Outcome::Staying(Staying::Again))
}

/// Says where all of it is had, and that it was asked for. Nothing is made before: the page reads it out as it is fetched.
pub async fn export(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    write_down(tx, cx, "export").await?;
    Ok(Outcome::Export(match &cx.page_origin {
        Some(origin) => Export::Link(format!("{origin}/data/export/{}", cx.workspace_id)),
        None => Export::Page,
    }))
}

async fn write_down(tx: &mut Tx, cx: &Cx, verb: &str) -> Result<(), Failure> {
    let row = JournalRow {
        id: next_number(tx, "journal").await?,
        at: cx.now_us,
        member_id: Some(cx.actor.member_id),
        door: cx.door.word().to_owned(),
        proof: cx.proof.word().to_owned(),
        verb: verb.to_owned(),
        subject: "workspace".to_owned(),
        before: json!({}).to_string(),
        after: json!({}).to_string(),
        batch: cx.batch,
        line: i64::from(cx.line),
        ..JournalRow::default()
    };
    journal::insert_many(tx, &[row]).await?;
    Ok(())
}
