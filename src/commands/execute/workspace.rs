//! `delete workspace`, `restore workspace`: written down in the workspace; the lane of time closes the doors, and opens them.
//! `export`: where all of it is had. `sign in`: the letter was asked for before.

use crate::commands::context::{Cx, Proof};
use crate::commands::outcome::{Export, Leaving, Outcome, Staying};
use crate::commands::problem::{Failure, Problem};
use crate::commands::reserve;
use crate::domain::why;
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

/// Says that the letter comes which the registry was asked for.
pub async fn sign_in(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    may_sign_in(cx)?;
    if !cx.captures.contains_key(&reserve::of_line(cx.line)) {
        let why = "you got the letters of this quarter of an hour, or of this day: look into your mail, or wait";
        return Err(Problem::new(why).into());
    }
    write_down(tx, cx, "sign in").await?;
    Ok(Outcome::SignIn(cx.actor.email.clone()))
}

/// A problem where there is no page, or where it may be another who asks: nobody uses up the letters of a member in their name.
pub fn may_sign_in(cx: &Cx) -> Result<(), Problem> {
    let why = match (&cx.page_origin, cx.proof) {
        (None, _) => {
            "the page of this instance has no address yet: its operator sets RAPPORT_BASE_URL"
        }
        (_, Proof::Mail(why::Proof::SecretAddress)) => {
            "that mail could be of anybody who knows your intake address; write it signed in, or in the chat"
        }
        _ => return Ok(()),
    };
    Err(Problem::new(why))
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
