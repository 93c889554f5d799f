//! A contact wrote: the member who answers for it is told, by the ways that member chose.

use super::{Passage, TalkFile};
use crate::commands::Ref;
use crate::commands::reply::chat::ASKS;
use crate::commands::reply::{Block, Entry, Reply};
use crate::domain::chat::Button;
use crate::domain::{Result, address};
use crate::ingest::identity;
use crate::mail::Mailbox;
use crate::mail::compose::{self, Writer};
use crate::post::chat::{self, Saying, ways};
use crate::store::Tx;
use crate::store::workspace::chat_outbox::{self, ChatKind};
use crate::store::workspace::contacts::ContactRow;
use crate::store::workspace::members::{self, MemberRow};
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::relayed::{self, Relayed};
use crate::store::workspace::threads;
use jiff::Timestamp;

const HOUR_US: i64 = 3_600_000_000;
/// Letters about one contact's chat that go to a member, in an hour; those beyond stand in the chat, the digest and the list.
const MAILS_MAX: i64 = 20;
/// Messages about one contact in a member's chat, in an hour.
const NEWS_MAX: i64 = 120;
/// Letters of a message's beginning that are shown, where the member allowed that.
const PREVIEW_CHARS: usize = 300;

/// What a contact wrote.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// Who.
    pub contact: &'a ContactRow,
    /// What it is filed as.
    pub interaction_id: i64,
    /// Its conversation.
    pub thread_id: i64,
    /// What about, where it was a mail.
    pub subject: Option<&'a str>,
    /// The text.
    pub text: &'a str,
    /// Its files.
    pub files: &'a [TalkFile],
}

/// Tells the member who answers for the contact of what it wrote to the workspace's bot; nothing where the contact is muted.
/// Wake both lanes before the commit.
pub async fn tell(tx: &mut Tx, passage: &Passage<'_>, news: &News<'_>) -> Result<()> {
    let contact = news.contact;
    if contact.muted_at.is_some() || contact.deleted_at.is_some() {
        return Ok(());
    }
    let Some(member) = responsible(tx, contact).await? else {
        return Ok(());
    };
    let ways = ways(tx, member.id).await?;
    if let Some(chat_id) = ways.chat_id {
        in_chat(tx, passage.now_us, news, &member, chat_id).await?;
    }
    if ways.by_mail {
        by_mail(tx, passage, news, &member).await?;
    }
    Ok(())
}

/// Who answers for a contact; the oldest owner where nobody does.
async fn responsible(tx: &mut Tx, contact: &ContactRow) -> Result<Option<MemberRow>> {
    if let Some(id) = contact.responsible_id
        && let Some(member) = members::present(tx, id).await?
    {
        return Ok(Some(member));
    }
    let all = members::all(tx).await?;
    Ok(all.into_iter().find(|member| member.role == "owner"))
}

/// Says in a member's chat that a contact wrote: short, and what it wrote only where the member allowed that; false where
/// too much was said of the contact lately.
pub async fn in_chat(
    tx: &mut Tx,
    now_us: i64,
    news: &News<'_>,
    member: &MemberRow,
    chat_id: i64,
) -> Result<bool> {
    let contact = news.contact;
    let since = now_us - HOUR_US;
    let told = chat_outbox::count_of_contact(tx, ChatKind::News, contact.id, since).await?;
    if told >= NEWS_MAX {
        return Ok(false);
    }
    let allows = members::settings(tx, member.id).await?.preview == Some(true);
    let next = Button {
        label: "Next action".to_owned(),
        says: format!("next #c{}:{ASKS}", contact.id),
    };
    let saying = Saying {
        member_id: member.id,
        chat_id,
        kind: ChatKind::News,
        replies: &[reply(news, allows)],
        about_contact_id: Some(contact.id),
        about_interaction_id: Some(news.interaction_id),
        batch: None,
        answers: None,
        buttons: &[next],
    };
    chat::say(tx, now_us, &saying).await?;
    Ok(true)
}

fn reply(news: &News<'_>, with_text: bool) -> Reply {
    let name = news.contact.shown();
    let what = match news.subject.map(str::trim).filter(|s| !s.is_empty()) {
        Some(subject) if with_text => format!("{name} wrote: {subject}"),
        _ => format!("{name} wrote"),
    };
    let files = match news.files.len() {
        0 => String::new(),
        1 => ", with a file".to_owned(),
        count => format!(", with {count} files"),
    };
    let mut blocks = vec![Block::Title(format!("{what}{files}"))];
    if with_text {
        let letters = news.text.trim().chars();
        let mut opening: String = letters.clone().take(PREVIEW_CHARS).collect();
        if letters.count() > PREVIEW_CHARS {
            opening.push('…');
        }
        blocks.push(Block::Quote(opening));
    }
    let how = "Answer this message, and your words go to them; lines of commands on top stay here.";
    let about = Ref::Interaction(news.interaction_id);
    let entry = Entry::marked("", vec![how.to_owned()])
        .link("Show", format!("show {about}"))
        .link("Timeline", format!("timeline #c{}", news.contact.id));
    blocks.push(Block::Numbered(vec![entry]));
    Reply::done(blocks)
}

/// The message as a mail from the contact's own address: who answers it answers the contact.
async fn by_mail(
    tx: &mut Tx,
    passage: &Passage<'_>,
    news: &News<'_>,
    member: &MemberRow,
) -> Result<()> {
    let contact = news.contact;
    let Some(capture) = &contact.capture else {
        return Ok(());
    };
    let since = passage.now_us - HOUR_US;
    if outbox::count_of_contact(tx, OutboxKind::RelayIn, contact.id, since).await? >= MAILS_MAX {
        return Ok(());
    }
    let name = contact.shown();
    let message_id = passage.message_id();
    let letter = compose::Letter {
        from: Mailbox::new(
            Some(&format!("{name} (chat)")),
            &format!("{capture}@{}", passage.mail_domain),
        ),
        to: Mailbox::new(member.name.as_deref(), &member.email),
        subject: format!("{name} wrote in the chat"),
        date: Timestamp::from_microsecond(passage.now_us).unwrap_or_default(),
        message_id: message_id.clone(),
        text: news.text.to_owned(),
        writer: Writer::Person,
        files: news.files.to_vec(),
        ..compose::Letter::default()
    };
    let bytes = letter.write()?;
    let mail = NewMail {
        kind: OutboxKind::RelayIn,
        due_at: passage.now_us,
        recipient: &member.email,
        message_id: &message_id,
        message: &bytes,
        member_id: Some(member.id),
        contact_id: Some(contact.id),
        interaction_id: Some(news.interaction_id),
        object: None,
    };
    outbox::insert(tx, &mail, passage.now_us).await?;
    keep_id(tx, passage, news, &message_id, &member.email).await
}

/// The member's answer carries this id: it belongs to the conversation, and goes back into the chat.
async fn keep_id(
    tx: &mut Tx,
    passage: &Passage<'_>,
    news: &News<'_>,
    message_id: &str,
    receiver: &str,
) -> Result<()> {
    let key = identity::message_id(message_id);
    threads::insert_references(tx, &[(key.clone(), news.thread_id)]).await?;
    let participant = (news.thread_id, address::normalise(receiver));
    threads::insert_participants(tx, &[participant]).await?;
    let pair = Relayed {
        outside_key: format!("chat.{key}"),
        inside_key: key,
        outside_id: format!("chat.{message_id}"),
        inside_id: message_id.to_owned(),
        contact_id: news.contact.id,
        interaction_id: news.interaction_id,
    };
    relayed::insert(tx, &pair, passage.now_us).await
}
