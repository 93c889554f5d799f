//! What we say to a member in the chat: the same answers and the same numbers as in a letter, as a row of the chat's outbox.
//! And by which ways a member wants to be told.

use super::{Letterhead, keep};
use crate::commands::reply::{self, Reply, chat};
use crate::domain::Result;
use crate::domain::chat::{Button, Outgoing};
use crate::domain::member_settings::Notify;
use crate::store::Tx;
use crate::store::workspace::chat_outbox::{self, ChatKind, NewChatMessage};
use crate::store::workspace::next_number;
use crate::store::workspace::sent::SentMessage;
use crate::store::workspace::{channel_bots, contact_chats, member_chats, members};

const HOUR_US: i64 = 3_600_000_000;

/// By which ways a member is told of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// By mail.
    pub by_mail: bool,
    /// In this chat.
    pub chat_id: Option<i64>,
}

/// By which ways a member wants to be told; by mail where no chat is linked.
pub async fn ways(tx: &mut Tx, member_id: i64) -> Result<Ways> {
    let Some(linked) = member_chats::of_member(tx, member_id).await? else {
        return Ok(Ways {
            by_mail: true,
            chat_id: None,
        });
    };
    let notify = members::settings(tx, member_id).await?.notify;
    Ok(match notify.unwrap_or_default() {
        Notify::Mail => Ways {
            by_mail: true,
            chat_id: None,
        },
        Notify::Chat => Ways {
            by_mail: false,
            chat_id: Some(linked.chat_id),
        },
        Notify::Both => Ways {
            by_mail: true,
            chat_id: Some(linked.chat_id),
        },
    })
}

/// What is to be said in a member's chat.
#[derive(Clone, Copy, Debug)]
pub struct Saying<'a> {
    /// To whom: an account id.
    pub member_id: i64,
    /// Where.
    pub chat_id: i64,
    /// What it is.
    pub kind: ChatKind,
    /// What it says; what stands in it as an item is numbered.
    pub replies: &'a [Reply],
    /// What an answer without a target is about.
    pub about_contact_id: Option<i64>,
    /// What an answer without a target is about.
    pub about_interaction_id: Option<i64>,
    /// The text whose changes it acknowledges.
    pub batch: Option<i64>,
    /// The message of the chat that it answers.
    pub answers: Option<i64>,
    /// Buttons under those of the answers.
    pub buttons: &'a [Button],
}

/// Says something in a member's chat. Wake the chat lane before the commit.
pub async fn say(tx: &mut Tx, now_us: i64, saying: &Saying<'_>) -> Result<()> {
    let number = keep_number(tx, now_us, saying).await?;
    let mut body = chat::outgoing(saying.replies);
    body.answers = saying.answers;
    if !saying.buttons.is_empty() {
        body.buttons.push(saying.buttons.to_vec());
    }
    put(tx, now_us, saying, number, &body).await
}

/// The number of something that is said: an answer to it knows by that what was numbered in it.
pub async fn keep_number(tx: &mut Tx, now_us: i64, saying: &Saying<'_>) -> Result<i64> {
    let number = next_number(tx, "sent_message").await?;
    let row = SentMessage {
        number,
        member_id: saying.member_id,
        kind: saying.kind.word().to_owned(),
        created_at: now_us,
        about_contact_id: saying.about_contact_id,
        about_interaction_id: saying.about_interaction_id,
        batch: saying.batch,
        outbox_id: None,
    };
    keep(tx, &row, saying.replies).await?;
    Ok(number)
}

/// Writes a finished message that has its number already.
pub(super) async fn put(
    tx: &mut Tx,
    now_us: i64,
    saying: &Saying<'_>,
    number: i64,
    body: &Outgoing,
) -> Result<()> {
    let message = NewChatMessage {
        kind: saying.kind,
        bot_id: None,
        chat_id: saying.chat_id,
        member_id: Some(saying.member_id),
        contact_id: saying.about_contact_id,
        interaction_id: saying.about_interaction_id,
        number: Some(number),
        body,
        due_at: now_us,
        edits_id: None,
    };
    chat_outbox::insert(tx, &message, now_us).await?;
    Ok(())
}

/// The same that a letter says, in the chat as well; under the letter's own number.
pub(super) async fn beside_letter(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    letter: &super::Letter<'_>,
    replies: &[Reply],
    (chat_id, number): (i64, i64),
) -> Result<()> {
    let saying = Saying {
        member_id: letter.member_id,
        chat_id,
        kind: letter.occasion.chat_kind(),
        replies,
        about_contact_id: letter.about_contact_id,
        about_interaction_id: letter.about_interaction_id,
        batch: letter.batch,
        answers: None,
        buttons: &[],
    };
    let titled = [title(letter.subject), replies.to_vec()].concat();
    let body = chat::outgoing(&titled);
    put(tx, head.now_us, &saying, number, &body).await
}

/// Whether one more of its kind may be said in the chat in this hour: what is said there alone is not counted by letters.
pub(super) async fn may(tx: &mut Tx, now_us: i64, letter: &super::Letter<'_>) -> Result<bool> {
    let max = match letter.occasion {
        super::Occasion::Doubt => 2 * super::caps::DOUBTS_MAX,
        _ => super::caps::LETTERS_MAX,
    };
    let kind = letter.occasion.chat_kind();
    let since = now_us.saturating_sub(HOUR_US - 1);
    let said = chat_outbox::count_of_member(tx, kind, letter.member_id, since).await?;
    Ok(said < max)
}

/// What stands in a letter's subject stands above its text in a chat.
fn title(subject: &str) -> Vec<Reply> {
    vec![Reply::done(vec![reply::Block::Title(subject.to_owned())])]
}

/// The chat by which a contact is reached through the workspace's bot; none where they have none, blocked it, or it is not
/// connected any more. Gives bot and chat.
pub async fn of_contact(tx: &mut Tx, contact_id: i64) -> Result<Option<(i64, i64)>> {
    let Some(bot) = channel_bots::get(tx).await? else {
        return Ok(None);
    };
    let chats = contact_chats::of_contact(tx, contact_id).await?;
    let open = chats
        .into_iter()
        .find(|chat| chat.bot_id == bot.id && chat.blocked_at.is_none());
    Ok(open.map(|chat| (chat.bot_id, chat.chat_id)))
}
