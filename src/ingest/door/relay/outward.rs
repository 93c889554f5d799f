//! From a member to the contact whose address the member wrote to.

use super::{Desk, HOUR_US, Side, date, id_as_written, raw, shown, translated, visible_captures};
use crate::domain::{Kind, Result};
use crate::ingest::chat;
use crate::ingest::door::spoken::Spoken;
use crate::ingest::known::{Member, Standing};
use crate::ingest::letter::{Letter, key_of};
use crate::ingest::plan::Asked;
use crate::mail::Mailbox;
use crate::mail::compose::Writer;
use crate::mail::relay::{self, Cover, Outgoing};
use crate::store::Tx;
use crate::store::workspace::chat_outbox;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::ledger::Table;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::timeline;

/// Letters to one contact, in how long, and how that is called: persons write fewer, programs that answer each other more.
const OUTWARD_MAX: [(i64, i64, &str); 2] = [(20, HOUR_US, "an hour"), (60, 24 * HOUR_US, "a day")];

/// A letter of a member on its way to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnItsWay {
    /// Its row, in the outbox of mail or of the chat.
    pub row: (Table, i64),
    /// To whom.
    pub contact: i64,
    /// Name, or else address, of the contact.
    pub name: String,
    /// Where it goes, in words: `<ada@acme.example>`, `in the chat`.
    pub place: String,
    /// Seconds in which it can be stopped.
    pub hold_seconds: i64,
}

/// What became of a member's letter to a contact's address.
#[derive(Debug)]
pub enum Outward {
    /// It is no letter to a contact.
    None,
    /// There is nothing in it but commands.
    Empty,
    /// It goes.
    Goes(OnItsWay),
    /// It does not go, and why.
    Stays(String),
}

/// Sends on what a proved member wrote to a contact's address, without the head block; to each contact once.
pub async fn outward(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    spoken: &Spoken,
    capture: &str,
) -> Result<Outward> {
    let Some(member) = desk.known.member(spoken.member) else {
        return Ok(Outward::None);
    };
    let Some(contact) = contacts::by_capture(tx, capture).await? else {
        return Ok(Outward::None);
    };
    if !letter.message.forwards.is_empty()
        || has_it_already(desk, letter, contact.id)
        || outbox::has_gone(tx, asked.interaction_id, contact.id).await?
        || chat_outbox::has_gone(tx, asked.interaction_id, contact.id).await?
    {
        return Ok(Outward::None);
    }
    if let Some(words) = forbidden(tx, desk, spoken, member, &contact).await? {
        return Ok(Outward::Stays(words));
    }
    let ids = translated(tx, letter, Side::Outside).await?;
    let name = shown(tx, &contact).await?;
    let of = (&contact, name.as_str());
    if let Some(goes) = into_chat(tx, desk, asked, member, of, ids.interaction_id).await? {
        return Ok(goes);
    }
    let Some(to) = address_of(tx, &contact, ids.interaction_id).await? else {
        return Ok(Outward::Stays(format!(
            "{name} has no mail address; set one: set email: name@company.example"
        )));
    };
    let own_name = member.name.as_deref().or(from_name(letter));
    let cover = Cover {
        from: Mailbox::new(own_name, &desk.address(capture)),
        to: Mailbox::new(contact.name.as_deref(), &to),
        subject: letter.message.subject.clone().unwrap_or_default(),
        date: date(letter),
        message_id: desk.message_id(),
        in_reply_to: ids.in_reply_to,
        references: ids.references,
        writer: Writer::Person,
    };
    let outgoing = match taken_apart(desk, letter, spoken, &cover).await? {
        Ok(outgoing) if outgoing.is_empty() => return Ok(Outward::Empty),
        Ok(outgoing) => outgoing,
        Err(words) => return Ok(Outward::Stays(words)),
    };
    let on_its_way = OnItsWay {
        row: (Table::Outbox, 0),
        contact: contact.id,
        name,
        place: format!("<{to}>"),
        hold_seconds: member.settings.hold_seconds(),
    };
    let bytes = &outgoing.bytes;
    let written = put(tx, desk, asked, member, (on_its_way, &to), &cover, bytes).await?;
    if let Outward::Goes(_) = &written {
        let inside_id = id_as_written(letter);
        let outside_id = cover.message_id;
        desk.keep_ids(tx, asked, &contact, outside_id, inside_id, &to)
            .await?;
    }
    Ok(written)
}

/// Into the contact's chat with the workspace's bot, where what is answered came from there, or where the contact has no mail
/// address; `None` where it goes by mail.
async fn into_chat(
    tx: &mut Tx,
    desk: &Desk<'_>,
    asked: &Asked,
    member: &Member,
    (contact, name): (&ContactRow, &str),
    answered: Option<i64>,
) -> Result<Option<Outward>> {
    let answers_chat = match answered {
        Some(id) => timeline::interaction(tx, id)
            .await?
            .is_some_and(|row| row.kind == "chat"),
        None => contacts::addresses(tx, contact.id).await?.is_empty(),
    };
    if !answers_chat {
        return Ok(None);
    }
    let Some(filed) = timeline::interaction(tx, asked.interaction_id).await? else {
        return Ok(None);
    };
    let files = timeline::attachments(tx, asked.interaction_id).await?;
    if filed.text.trim().is_empty() && files.is_empty() {
        return Ok(Some(Outward::Empty));
    }
    let intake = desk.intake_of(member.id).await?;
    if intake
        .iter()
        .any(|address| filed.text.contains(address.as_str()))
    {
        let words = "your intake address stands in it, which nobody else may know";
        return Ok(Some(Outward::Stays(words.to_owned())));
    }
    let hold_seconds = member.settings.hold_seconds();
    let due_at = desk.now_us + hold_seconds * 1_000_000;
    let of = (asked.interaction_id, member.id);
    let Some(id) = chat::by_bot(tx, contact, of, (due_at, desk.now_us)).await? else {
        return Ok(None);
    };
    Ok(Some(Outward::Goes(OnItsWay {
        row: (Table::ChatMessage, id),
        contact: contact.id,
        name: name.to_owned(),
        place: "in the chat".to_owned(),
        hold_seconds,
    })))
}

/// Why a member may not write to a contact now; `None` where nothing speaks against it.
async fn forbidden(
    tx: &mut Tx,
    desk: &Desk<'_>,
    spoken: &Spoken,
    member: &Member,
    contact: &ContactRow,
) -> Result<Option<String>> {
    if spoken.is_by_subject {
        let words = "its subject is a command, which is not for the contact; write the command on top of the text instead";
        return Ok(Some(words.to_owned()));
    }
    if member.role == "viewer" {
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
        let since = desk.now_us - us;
        let many = outbox::count_of_contact(tx, OutboxKind::RelayOut, contact.id, since).await?;
        if many >= max {
            return Ok(Some(format!(
                "{many} letters went to this contact within {word} already, which looks like two programs that answer each other; send it again later"
            )));
        }
    }
    Ok(None)
}

/// The letter without what stays here, or why it stays.
async fn taken_apart(
    desk: &Desk<'_>,
    letter: &Letter,
    spoken: &Spoken,
    cover: &Cover,
) -> Result<Result<Outgoing, String>> {
    let Some(raw) = raw(letter) else {
        return Ok(Err("the mail could not be read again".to_owned()));
    };
    let intake = desk.intake_of(spoken.member).await?;
    let outgoing = relay::outward(&raw, cover, &spoken.private, &intake);
    Ok(outgoing.map_err(|held| held.to_string()))
}

/// Writes the letter into the outbox.
async fn put(
    tx: &mut Tx,
    desk: &Desk<'_>,
    asked: &Asked,
    member: &Member,
    (on_its_way, to): (OnItsWay, &str),
    cover: &Cover,
    bytes: &[u8],
) -> Result<Outward> {
    let mail = NewMail {
        kind: OutboxKind::RelayOut,
        due_at: desk.now_us + on_its_way.hold_seconds * 1_000_000,
        recipient: to,
        message_id: &cover.message_id,
        message: bytes,
        member_id: Some(member.id),
        contact_id: Some(on_its_way.contact),
        interaction_id: Some(asked.interaction_id),
        object: None,
    };
    match outbox::insert(tx, &mail, desk.now_us).await {
        Ok(id) => Ok(Outward::Goes(OnItsWay {
            row: (Table::Outbox, id),
            ..on_its_way
        })),
        Err(error) if error.kind == Kind::Invalid => Ok(Outward::Stays(error.message)),
        Err(error) => Err(error),
    }
}

/// Whether a letter is meant to go on to a contact, whatever becomes of it.
pub fn is_outward(desk: &Desk<'_>, letter: &Letter) -> bool {
    let captures = visible_captures(letter);
    let mut contacts = captures
        .iter()
        .filter_map(|capture| desk.known.by_capture.get(*capture));
    letter.message.forwards.is_empty()
        && contacts.any(|contact| !has_it_already(desk, letter, *contact))
}

/// The address that a contact wrote from last in this conversation, else its first.
async fn address_of(
    tx: &mut Tx,
    contact: &ContactRow,
    answered: Option<i64>,
) -> Result<Option<String>> {
    let addresses = contacts::addresses(tx, contact.id).await?;
    if let Some(id) = answered
        && let Some(interaction) = timeline::interaction(tx, id).await?
        && let Some(author) = interaction.author_address
        && addresses.contains(&author)
    {
        return Ok(Some(author));
    }
    Ok(addresses.into_iter().next())
}

fn from_name(letter: &Letter) -> Option<&str> {
    letter.message.from.as_ref()?.name.as_deref()
}

/// Whether the contact's own address stands in To or Cc: then the letter reached it without us.
fn has_it_already(desk: &Desk<'_>, letter: &Letter, contact: i64) -> bool {
    let message = &letter.message;
    message.to.iter().chain(&message.cc).any(|mailbox| {
        desk.known.standing(&key_of(Some(mailbox))) == Some(Standing::Contact(contact))
    })
}
