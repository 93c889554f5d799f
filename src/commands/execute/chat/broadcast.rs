//! `broadcast`: a text to many who wrote to the workspace's bot. One row for each is written; undo stops what waits still.

use super::bot::{connected, too_long};
use crate::commands::command::Audience;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::chat::Broadcast;
use crate::commands::problem::{Failure, Problem};
use crate::domain::chat::{Outgoing, PIECE_UNITS_MAX, Piece, units};
use crate::domain::people::field;
use crate::domain::{Error, Kind};
use crate::store::Tx;
use crate::store::workspace::broadcasts::{self, BroadcastRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::next_number;
use serde_json::json;

/// Writes a text to everybody, or to those with a tag.
pub async fn broadcast(
    tx: &mut Tx,
    cx: &Cx,
    to: &Audience,
    text: &str,
) -> Result<Outcome, Failure> {
    if units(text) > PIECE_UNITS_MAX {
        return Err(too_long("the text", text).into());
    }
    let bot = connected(tx).await?;
    let tag = match to {
        Audience::All => None,
        Audience::Tag(tag) => Some(field::tag(tag).map_err(Problem::new)?),
    };
    let audience = broadcasts::audience(tx, bot.id, tag.as_deref()).await?;
    if audience == 0 {
        return Err(nobody(&bot.username, tag.as_deref()).into());
    }
    let id = next_number(tx, "broadcast").await?;
    let row = BroadcastRow {
        id,
        member_id: cx.actor.member_id,
        tag: tag.clone(),
        text: text.to_owned(),
        audience,
        state: "going".to_owned(),
        created_at: cx.now_us,
    };
    let mut deed = Deed::new("broadcast");
    deed.made(RowKey::number(Table::Broadcast, id));
    let count = broadcasts::insert(tx, &row, bot.id, &body(text)?).await?;
    let subject = match &tag {
        Some(tag) => format!("to #{tag}"),
        None => "to all".to_owned(),
    };
    let after = json!({ "broadcast": id, "audience": count });
    deed.finish(tx, cx, subject, json!({}), after).await?;
    Ok(Outcome::Broadcast(Broadcast {
        bot: bot.username,
        tag,
        text: text.to_owned(),
        count,
    }))
}

fn body(text: &str) -> Result<String, Failure> {
    let outgoing = Outgoing {
        pieces: vec![Piece::plain(text)],
        ..Outgoing::default()
    };
    serde_json::to_string(&outgoing).map_err(|e| {
        let message = "the broadcast could not be written";
        Error::new(Kind::Corrupt, message).because(e).into()
    })
}

fn nobody(bot: &str, tag: Option<&str>) -> Problem {
    let with = match tag {
        Some(tag) => format!(" and has the tag {tag}"),
        None => String::new(),
    };
    Problem::new(format!(
        "nobody would get it: there is nobody who wrote to @{bot}, agreed and did not stop it{with}"
    ))
}
