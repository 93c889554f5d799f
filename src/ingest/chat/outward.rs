//! A member's words to one contact, by the channel on which that contact wrote last: the workspace's bot, or mail.
//!
//! What goes is the text without its head block, to the contact that the answered message is about, and to nobody else. It waits
//! as long as the member's letters wait, and `undo` stops it.

use super::Passage;
use super::filing::{Author, Talk, TalkFile, file};
use crate::commands::execute::sending;
use crate::commands::reply::chat as shown_in_chat;
use crate::commands::{Cx, Failure};
use crate::domain::why::Rule;
use crate::domain::{Kind, Result};
use crate::ingest::identity;
use crate::mail::Mailbox;
use crate::mail::compose::{self, Writer};
use crate::post::chat;
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::chat_outbox::{self, ChatKind, NewChatMessage};
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::interactions::InteractionRow;
use crate::store::workspace::ledger::Table;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::{raw, threads, timeline};
use jiff::Timestamp;

const HOUR_US: i64 = 3_600_000_000;
/// Messages to one contact, in an hour and a day: people write fewer.
const OUTWARD_MAX: [(i64, i64, &str); 2] = [(60, HOUR_US, "an hour"), (300, 24 * HOUR_US, "a day")];
/// What became of a member's words to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goes {
    /// They are on their way.
    Yes {
        /// The text in the journal that `undo` takes back.
        batch: i64,
        /// In words, to whom and when.
        words: String,
    },
    /// They stay here, and why.
    No(String),
}

/// Where a contact is reached.
enum Way {
    Bot(i64, i64),
    Mail(String),
}

/// Sends a member's words to a contact, in answer to an interaction. `batch`: the commands that came with them.
pub async fn to_contact(
    tx: &mut Tx,
    passage: &Passage<'_>,
    cx: &Cx,
    (contact_id, answered): (i64, Option<i64>),
    (text, files): (&str, Vec<TalkFile>),
    batch: Option<i64>,
) -> Result<Goes> {
    let Some(contact) = contacts::by_id(tx, contact_id).await? else {
        return Ok(Goes::No(format!("#c{contact_id} is not here any more")));
    };
    if let Some(words) = forbidden(tx, passage, cx, &contact).await? {
        return Ok(Goes::No(words));
    }
    let answered = match answered {
        Some(id) => timeline::interaction(tx, id).await?,
        None => None,
    };
    let Some(way) = way(tx, &contact, answered.as_ref()).await? else {
        let name = contact.name.as_deref().unwrap_or("this contact");
        return Ok(Goes::No(format!(
            "{name} has no chat with the workspace's bot and no mail address; set one: set email: name@company.example"
        )));
    };
    let said = (text, files);
    let talk = talk(passage, cx, &contact, answered.as_ref(), &way, said);
    let interaction_id = file(tx, passage, &talk).await?;
    let hold_seconds = cx.settings.hold_seconds();
    let due_at = passage.now_us + hold_seconds * 1_000_000;
    let (row, place) = match &way {
        Way::Bot(bot_id, chat_id) => {
            let of = (&contact, interaction_id, cx.actor.member_id);
            let said = (talk.text.as_str(), talk.files.len());
            let times = (due_at, passage.now_us);
            let id = to_bot(tx, (*bot_id, *chat_id), of, said, times).await?;
            ((Table::ChatMessage, id), "in the chat".to_owned())
        }
        Way::Mail(address) => {
            let mail = Mail {
                contact: &contact,
                address,
                interaction_id,
                talk: &talk,
                due_at,
            };
            match mail.write(tx, passage, cx, answered.as_ref()).await? {
                Ok(id) => ((Table::Outbox, id), format!("by mail to {address}")),
                Err(words) => return Ok(Goes::No(words)),
            }
        }
    };
    let batch = sending::on_its_way(tx, cx, batch, row, contact.id)
        .await
        .map_err(Failure::into_error)?;
    let name = contact.shown();
    Ok(Goes::Yes {
        batch,
        words: format!("Your words go to {name} {place} {}.", when(hold_seconds)),
    })
}

fn when(hold_seconds: i64) -> String {
    match hold_seconds {
        0 => "now".to_owned(),
        1 => "in 1 second; undo stops them until then".to_owned(),
        seconds => format!("in {seconds} seconds; undo stops them until then"),
    }
}

/// Why a member may not write to a contact now; `None` where nothing speaks against it.
async fn forbidden(
    tx: &mut Tx,
    passage: &Passage<'_>,
    cx: &Cx,
    contact: &ContactRow,
) -> Result<Option<String>> {
    if cx.actor.role < Role::Member {
        let words = "a viewer sends nothing; ask an admin of the workspace for another role";
        return Ok(Some(words.to_owned()));
    }
    if contact.deleted_at.is_some() {
        return Ok(Some(format!(
            "#c{0} is deleted; restore #c{0} first",
            contact.id
        )));
    }
    for (max, us, word) in OUTWARD_MAX {
        let since = passage.now_us - us;
        let by_bot =
            chat_outbox::count_of_contact(tx, ChatKind::RelayOut, contact.id, since).await?;
        let by_mail = outbox::count_of_contact(tx, OutboxKind::RelayOut, contact.id, since).await?;
        if by_bot + by_mail >= max {
            return Ok(Some(format!(
                "{max} messages went to this contact within {word} already; send it again later"
            )));
        }
    }
    Ok(None)
}

/// The channel of what is answered; else the bot, else mail.
async fn way(
    tx: &mut Tx,
    contact: &ContactRow,
    answered: Option<&InteractionRow>,
) -> Result<Option<Way>> {
    let by_bot = chat::of_contact(tx, contact.id).await?;
    let by_bot = by_bot.map(|(bot_id, chat_id)| Way::Bot(bot_id, chat_id));
    let addresses = contacts::addresses(tx, contact.id).await?;
    let wrote = answered.and_then(|row| row.author_address.as_ref());
    let own = wrote.filter(|wrote| addresses.contains(wrote)).cloned();
    let by_mail = own.or_else(|| addresses.into_iter().next()).map(Way::Mail);
    let is_mail = answered.is_some_and(|row| row.kind == "mail");
    Ok(match is_mail {
        true => by_mail.or(by_bot),
        false => by_bot.or(by_mail),
    })
}

fn talk(
    passage: &Passage<'_>,
    cx: &Cx,
    contact: &ContactRow,
    answered: Option<&InteractionRow>,
    way: &Way,
    (text, files): (&str, Vec<TalkFile>),
) -> Talk {
    let subject = answered
        .and_then(|row| row.subject.as_deref())
        .unwrap_or_default();
    let (kind, subject, written) = match way {
        Way::Bot(..) => ("chat", None, contact.shown()),
        Way::Mail(address) => ("mail", Some(answer_subject(subject)), address.clone()),
    };
    Talk {
        kind,
        direction: "out",
        author: Author::Member {
            id: cx.actor.member_id,
            name: cx.actor.name.clone(),
            email: cx.actor.email.clone(),
        },
        member_id: Some(cx.actor.member_id),
        contacts: vec![contact.id],
        text: text.to_owned(),
        subject,
        files,
        happened_at: passage.now_us,
        thread_id: answered.map(|row| row.thread_id),
        rule: Rule::ChatTo,
        written,
    }
}

fn answer_subject(subject: &str) -> String {
    let is_answer = subject
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    match (subject.trim().is_empty(), is_answer) {
        (true, _) => "A message for you".to_owned(),
        (false, true) => subject.to_owned(),
        (false, false) => format!("Re: {subject}"),
    }
}

/// Writes a text and its files for the workspace's bot to say in a contact's chat; the row.
async fn to_bot(
    tx: &mut Tx,
    (bot_id, chat_id): (i64, i64),
    (contact, interaction_id, member_id): (&ContactRow, i64, i64),
    (text, files): (&str, usize),
    (due_at, now_us): (i64, i64),
) -> Result<i64> {
    let mut body = shown_in_chat::text(text);
    body.files = (0..i64::try_from(files).unwrap_or_default()).collect();
    let message = NewChatMessage {
        kind: ChatKind::RelayOut,
        bot_id: Some(bot_id),
        chat_id,
        member_id: Some(member_id),
        contact_id: Some(contact.id),
        interaction_id: Some(interaction_id),
        number: None,
        body: &body,
        due_at,
        edits_id: None,
    };
    chat_outbox::insert(tx, &message, now_us).await
}

/// Where a mail of a member to a contact goes into the chat: the row that says it there; none where the contact has no chat. The
/// mail is filed already.
pub async fn by_bot(
    tx: &mut Tx,
    contact: &ContactRow,
    (interaction_id, member_id): (i64, i64),
    (due_at, now_us): (i64, i64),
) -> Result<Option<i64>> {
    let Some(chat) = chat::of_contact(tx, contact.id).await? else {
        return Ok(None);
    };
    let Some(interaction) = timeline::interaction(tx, interaction_id).await? else {
        return Ok(None);
    };
    let files = timeline::attachments(tx, interaction_id).await?.len();
    let of = (contact, interaction_id, member_id);
    let said = (interaction.text.as_str(), files);
    Ok(Some(to_bot(tx, chat, of, said, (due_at, now_us)).await?))
}

/// A member's words that leave as a mail.
struct Mail<'a> {
    contact: &'a ContactRow,
    address: &'a str,
    interaction_id: i64,
    talk: &'a Talk,
    due_at: i64,
}

impl Mail<'_> {
    /// Writes it into the outbox; its row, or why it cannot go.
    async fn write(
        &self,
        tx: &mut Tx,
        passage: &Passage<'_>,
        cx: &Cx,
        answered: Option<&InteractionRow>,
    ) -> Result<Result<i64, String>> {
        let contact = self.contact;
        let Some(capture) = &contact.capture else {
            let words = format!(
                "#c{0} has no address of its own; rotate #c{0} gives one",
                contact.id
            );
            return Ok(Err(words));
        };
        let message_id = passage.message_id();
        let (in_reply_to, references) = answered_ids(tx, answered).await?;
        let letter = compose::Letter {
            from: Mailbox::new(
                cx.actor.name.as_deref(),
                &format!("{capture}@{}", passage.mail_domain),
            ),
            to: Mailbox::new(contact.name.as_deref(), self.address),
            subject: self.talk.subject.clone().unwrap_or_default(),
            date: Timestamp::from_microsecond(passage.now_us).unwrap_or_default(),
            message_id: message_id.clone(),
            in_reply_to,
            references,
            text: signed(&self.talk.text, cx.settings.signature.as_deref()),
            writer: Writer::Person,
            files: self.talk.files.clone(),
            ..compose::Letter::default()
        };
        let bytes = letter.write()?;
        let mail = NewMail {
            kind: OutboxKind::RelayOut,
            due_at: self.due_at,
            recipient: self.address,
            message_id: &message_id,
            message: &bytes,
            member_id: Some(cx.actor.member_id),
            contact_id: Some(contact.id),
            interaction_id: Some(self.interaction_id),
            object: None,
        };
        let thread = self.talk.thread_id.unwrap_or(self.interaction_id);
        threads::insert_references(tx, &[(identity::message_id(&message_id), thread)]).await?;
        threads::insert_participants(tx, &[(thread, self.address.to_owned())]).await?;
        match outbox::insert(tx, &mail, passage.now_us).await {
            Ok(id) => Ok(Ok(id)),
            Err(error) if error.kind == Kind::Invalid => Ok(Err(error.message)),
            Err(error) => Err(error),
        }
    }
}

/// The words with the signature that a mail program would have put below (RFC 3676 §4.3).
fn signed(text: &str, signature: Option<&str>) -> String {
    match signature {
        Some(signature) => format!("{}\n\n-- \n{signature}", text.trim_end()),
        None => text.to_owned(),
    }
}

/// The ids of a mail that is answered, in its own letters: mail programs thread by nothing less.
async fn answered_ids(
    tx: &mut Tx,
    answered: Option<&InteractionRow>,
) -> Result<(Option<String>, Vec<String>)> {
    let Some(raw_id) = answered
        .filter(|row| row.kind == "mail")
        .and_then(|row| row.raw_id)
    else {
        return Ok((None, Vec::new()));
    };
    let Some(bytes) = raw::get(tx, raw_id).await? else {
        return Ok((None, Vec::new()));
    };
    let message = crate::mail::read(&bytes);
    let id = message.message_id.clone();
    let mut references = message.references;
    references.extend(id.clone());
    Ok((id, references))
}
