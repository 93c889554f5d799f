//! `link telegram`, `unlink telegram`, and a chat that was linked.

use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::chat::{LinkOffer, Unlinked};
use crate::commands::problem::{Failure, Problem};
use crate::commands::reserve;
use crate::store::Tx;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::member_chats::{self, MemberChatRow};
use crate::store::workspace::{members, next_number};
use serde_json::json;

/// What the journal calls a member's chat.
const SUBJECT: &str = "my chat";

/// Gives the actor the link that was drawn for this line.
pub async fn link(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let link = cx.captures.get(&reserve::of_line(cx.line)).cloned();
    let Some(link) = link else {
        return Err(Problem::new(
            "this instance has no bot yet: its operator sets RAPPORT_TELEGRAM_TOKEN",
        )
        .into());
    };
    let (bot, token) = reserve::parts_of_link(&link).unwrap_or_default();
    let before = member_chats::of_member(tx, cx.actor.member_id).await?;
    Ok(Outcome::LinkOffer(LinkOffer {
        bot: bot.to_owned(),
        token: token.to_owned(),
        until: cx.now_us + reserve::LINK_US,
        since: before.map(|row| row.linked_at),
        link,
    }))
}

/// Unlinks the actor's chat.
pub async fn unlink(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let member_id = cx.actor.member_id;
    let Some(row) = member_chats::of_member(tx, member_id).await? else {
        let problem = Problem::new("no chat of yours is linked");
        return Err(problem.nearest("link telegram").into());
    };
    let mut deed = Deed::new("unlink");
    deed.touch(tx, RowKey::number(Table::MemberChat, member_id))
        .await?;
    member_chats::remove(tx, member_id).await?;
    let (before, after) = (json!({ "linked": true }), json!({ "linked": false }));
    deed.finish(tx, cx, SUBJECT.to_owned(), before, after)
        .await?;
    Ok(Outcome::Unlinked(Unlinked {
        since: row.linked_at,
    }))
}

/// Links a chat to the actor, by a token that proved who it is, as a text of its own in the journal; gives the chat that was
/// linked before. A problem where the person is another member here, or the actor is none.
pub async fn linked(
    tx: &mut Tx,
    cx: &Cx,
    user_id: i64,
    chat_id: i64,
) -> Result<Option<MemberChatRow>, Failure> {
    let member_id = cx.actor.member_id;
    if members::present(tx, member_id).await?.is_none() {
        return Err(Problem::new(format!("{} is no member here", cx.actor.email)).into());
    }
    if let Some(other) = member_chats::of_user(tx, user_id).await?
        && other.member_id != member_id
    {
        return Err(Problem::new(
            "this chat is linked to another member here; say unlink telegram first",
        )
        .into());
    }
    let mut cx = cx.clone();
    cx.batch = next_number(tx, "batch").await?;
    cx.line = 1;
    let before = member_chats::of_member(tx, member_id).await?;
    let mut deed = Deed::new("link");
    deed.touch(tx, RowKey::number(Table::MemberChat, member_id))
        .await?;
    let row = MemberChatRow {
        member_id,
        user_id,
        chat_id,
        linked_at: cx.now_us,
    };
    member_chats::put(tx, &row).await?;
    let was = json!({ "linked": before.is_some() });
    deed.finish(tx, &cx, SUBJECT.to_owned(), was, json!({ "linked": true }))
        .await?;
    Ok(before)
}
