//! Letters between a contact and a member, through the contact's own address. The letter is filed already; here it becomes a
//! row in the outbox.
//!
//! It is no open relay: inwards goes only to a member of the workspace, outwards only a proved member's own words to the
//! address of the contact whose capture address the member wrote to.

use super::act::Desk;
use super::spoken::Spoken;
use crate::domain::why::Rule;
use crate::domain::{Kind, Result, address};
use crate::ingest::attribute::State;
use crate::ingest::identity;
use crate::ingest::known::{Member, Standing};
use crate::ingest::letter::{LETTER_BYTES_MAX, Letter, key_of};
use crate::ingest::plan::{self, Asked};
use crate::mail::compose::{Writer, header};
use crate::mail::relay::{self, Cover, Footer, Held, Outgoing};
use crate::mail::{Class, Mailbox};
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::relayed::{self, Relayed};
use crate::store::workspace::{interactions, threads, timeline};
use jiff::Timestamp;

/// Letters of one contact that are passed on to members, in how long; those beyond are filed, and the digest tells of them.
const INWARD_MAX: [(i64, i64); 2] = [(20, HOUR_US), (60, 24 * HOUR_US)];
/// Seconds in which a letter to a contact can be stopped, where the member chose nothing else.
const HOLD_SECONDS: i64 = 60;
const HOLD_SECONDS_MAX: i64 = 3_600;
const HOUR_US: i64 = 3_600_000_000;
/// Letters to one contact, in how long, and how that is called: persons write fewer, programs that answer each other more.
const OUTWARD_MAX: [(i64, i64, &str); 2] = [(20, HOUR_US, "an hour"), (60, 24 * HOUR_US, "a day")];
/// Contacts that one letter goes to.
const CAPTURES_MAX: usize = 10;

/// A letter of a member on its way to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnItsWay {
    /// Its row in the outbox.
    pub outbox_id: i64,
    /// To whom.
    pub contact: i64,
    /// Name, or else address, of the contact.
    pub name: String,
    /// The address that it goes to.
    pub address: String,
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

/// Passes on to the responsible member what somebody wrote to a contact's address.
pub async fn inward(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter, asked: &Asked) -> Result<bool> {
    if !goes_inward(letter, asked) {
        return Ok(false);
    }
    let Some(capture) = letter.captures().next() else {
        return Ok(false);
    };
    let Some(contact) = contacts::by_capture(tx, capture).await? else {
        return Ok(false);
    };
    let Some(member) = responsible(desk, &contact) else {
        return Ok(false);
    };
    if contact.muted_at.is_some()
        || is_to(letter, &member.address)
        || is_flood(tx, desk, contact.id).await?
    {
        return Ok(false);
    }
    let Some(raw) = raw(letter) else {
        return Ok(false);
    };
    let author = letter
        .message
        .author
        .clone()
        .or(letter.message.from.clone())
        .unwrap_or_default();
    let message_id = desk.message_id();
    let ids = translated(tx, letter, Side::Inside).await?;
    let cover = Cover {
        from: Mailbox::new(Some(&relay::shown_as(&author)), &desk.address(capture)),
        to: Mailbox::new(member.name.as_deref(), &member.address),
        subject: letter.message.subject.clone().unwrap_or_default(),
        date: date(letter),
        message_id: message_id.clone(),
        in_reply_to: ids.in_reply_to,
        references: ids.references,
        writer: Writer::Person,
    };
    let footer = Footer::naming(&shown(tx, &contact).await?);
    let Ok(bytes) = relay::inward(&raw, &cover, &footer) else {
        // An author or a subject that no header can carry: it is filed, and stands in the digest.
        tracing::warn!(
            interaction_id = asked.interaction_id,
            "a letter could not be passed on to a member"
        );
        return Ok(false);
    };
    let mail = NewMail {
        kind: OutboxKind::RelayIn,
        due_at: desk.now_us,
        recipient: &member.address,
        message_id: &message_id,
        message: &bytes,
        member_id: Some(member.id),
        contact_id: Some(contact.id),
        interaction_id: Some(asked.interaction_id),
        object: None,
    };
    outbox::insert(tx, &mail, desk.now_us).await?;
    let outside_id = id_as_written(letter);
    desk.keep_ids(tx, asked, &contact, outside_id, message_id, &member.address)
        .await?;
    Ok(true)
}

/// Whether so much was passed on of a contact lately that programs seem to answer each other.
async fn is_flood(tx: &mut Tx, desk: &Desk<'_>, contact_id: i64) -> Result<bool> {
    for (max, us) in INWARD_MAX {
        let since = desk.now_us - us;
        if outbox::count_of_contact(tx, OutboxKind::RelayIn, contact_id, since).await? >= max {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Only what a person newly sent, and that nobody's rules speak against.
fn goes_inward(letter: &Letter, asked: &Asked) -> bool {
    asked.standing != plan::Standing::Repeated
        && asked.state == State::Filed
        && asked.rule == Rule::CaptureAddress
        && asked.author_member.is_none()
        && asked.spoken.is_none()
        && letter.trust.dmarc != "fail"
        && letter.message.from_count <= 1
        && matches!(letter.message.class, Class::Person | Class::Calendar)
}

/// Who answers for the contact; the oldest owner where that member is gone.
fn responsible<'a>(desk: &Desk<'a>, contact: &ContactRow) -> Option<&'a Member> {
    let own = contact.responsible_id.and_then(|id| desk.known.member(id));
    own.or_else(|| desk.known.members.iter().find(|m| m.role == "owner"))
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
    {
        return Ok(Outward::None);
    }
    if spoken.is_by_subject {
        let words = "its subject is a command, which is not for the contact; write the command on top of the text instead";
        return Ok(Outward::Stays(words.to_owned()));
    }
    if let Some(words) = forbidden(tx, desk, member, contact.id).await? {
        return Ok(Outward::Stays(words));
    }
    let ids = translated(tx, letter, Side::Outside).await?;
    let name = shown(tx, &contact).await?;
    let Some(to) = address_of(tx, &contact, ids.interaction_id).await? else {
        return Ok(Outward::Stays(format!(
            "{name} has no mail address; set one: set email: name@company.example"
        )));
    };
    let cover = Cover {
        from: Mailbox::new(
            member.name.as_deref().or(from_name(letter)),
            &desk.address(capture),
        ),
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
    let seconds = member.settings.relay_hold_seconds;
    let on_its_way = OnItsWay {
        outbox_id: 0,
        contact: contact.id,
        name,
        address: to,
        hold_seconds: seconds.unwrap_or(HOLD_SECONDS).clamp(0, HOLD_SECONDS_MAX),
    };
    let written = put(tx, desk, asked, member, on_its_way, &cover, &outgoing.bytes).await?;
    if let Outward::Goes(on_its_way) = &written {
        let inside_id = id_as_written(letter);
        desk.keep_ids(
            tx,
            asked,
            &contact,
            cover.message_id,
            inside_id,
            &on_its_way.address,
        )
        .await?;
    }
    Ok(written)
}

/// Why a member may not write to a contact now; `None` where nothing speaks against it.
async fn forbidden(
    tx: &mut Tx,
    desk: &Desk<'_>,
    member: &Member,
    contact_id: i64,
) -> Result<Option<String>> {
    if member.role == "viewer" {
        let words = "a viewer sends nothing; ask an admin of the workspace for another role";
        return Ok(Some(words.to_owned()));
    }
    for (max, us, word) in OUTWARD_MAX {
        let since = desk.now_us - us;
        let many = outbox::count_of_contact(tx, OutboxKind::RelayOut, contact_id, since).await?;
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
    Ok(outgoing.map_err(|held| words(&held)))
}

/// Writes the letter into the outbox.
async fn put(
    tx: &mut Tx,
    desk: &Desk<'_>,
    asked: &Asked,
    member: &Member,
    on_its_way: OnItsWay,
    cover: &Cover,
    bytes: &[u8],
) -> Result<Outward> {
    let mail = NewMail {
        kind: OutboxKind::RelayOut,
        due_at: desk.now_us + on_its_way.hold_seconds * 1_000_000,
        recipient: &on_its_way.address,
        message_id: &cover.message_id,
        message: bytes,
        member_id: Some(member.id),
        contact_id: Some(on_its_way.contact),
        interaction_id: Some(asked.interaction_id),
        object: None,
    };
    match outbox::insert(tx, &mail, desk.now_us).await {
        Ok(outbox_id) => Ok(Outward::Goes(OnItsWay {
            outbox_id,
            ..on_its_way
        })),
        Err(error) if error.kind == Kind::Invalid => Ok(Outward::Stays(error.message)),
        Err(error) => Err(error),
    }
}

fn words(held: &Held) -> String {
    held.to_string()
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

/// Our capture addresses that stand in To or Cc: a BCC only files.
pub fn visible_captures(letter: &Letter) -> Vec<&str> {
    let message = &letter.message;
    let is_visible = |local_part: &str| {
        message.to.iter().chain(&message.cc).any(|mailbox| {
            let key = key_of(Some(mailbox));
            let written = address::split(&key).map(|(local, _)| address::split_tag(local).0);
            written == Some(local_part)
        })
    };
    let visible = letter
        .captures()
        .filter(|local_part| is_visible(local_part));
    visible.take(CAPTURES_MAX).collect()
}

/// Whether an address stands in To or Cc.
fn is_to(letter: &Letter, wanted: &str) -> bool {
    let message = &letter.message;
    let mut visible = message.to.iter().chain(&message.cc);
    visible.any(|mailbox| key_of(Some(mailbox)) == wanted)
}

/// Whether the contact's own address stands in To or Cc: then the letter reached it without us.
fn has_it_already(desk: &Desk<'_>, letter: &Letter, contact: i64) -> bool {
    let message = &letter.message;
    message.to.iter().chain(&message.cc).any(|mailbox| {
        desk.known.standing(&key_of(Some(mailbox))) == Some(Standing::Contact(contact))
    })
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

async fn shown(tx: &mut Tx, contact: &ContactRow) -> Result<String> {
    if let Some(name) = &contact.name {
        return Ok(name.clone());
    }
    let first = contacts::addresses(tx, contact.id)
        .await?
        .into_iter()
        .next();
    Ok(first.unwrap_or_else(|| format!("#c{}", contact.id)))
}

fn from_name(letter: &Letter) -> Option<&str> {
    letter.message.from.as_ref()?.name.as_deref()
}

fn date(letter: &Letter) -> Timestamp {
    let received =
        || Timestamp::from_microsecond(letter.received_at).unwrap_or(Timestamp::UNIX_EPOCH);
    letter.message.date.unwrap_or_else(received)
}

/// Its Message-ID in its own letters: mail programs thread by nothing less.
fn id_as_written(letter: &Letter) -> String {
    let id = letter.message.message_id.as_deref().and_then(header::id);
    id.unwrap_or_default().to_owned()
}

fn raw(letter: &Letter) -> Option<Vec<u8>> {
    zstd::bulk::decompress(&letter.raw.zstd, LETTER_BYTES_MAX).ok()
}

/// On which side of the relay ids are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Inside,
    Outside,
}

/// What a letter answers, in the ids of the side that it goes to.
#[derive(Debug, Default)]
struct Ids {
    in_reply_to: Option<String>,
    references: Vec<String>,
    /// What the mail that is answered is filed as.
    interaction_id: Option<i64>,
}

async fn translated(tx: &mut Tx, letter: &Letter, to: Side) -> Result<Ids> {
    let message = &letter.message;
    let mentioned: Vec<String> = message
        .in_reply_to
        .iter()
        .chain(&message.references)
        .map(|id| identity::message_id(id))
        .collect();
    let known = match to {
        Side::Inside => relayed::inside_of(tx, &mentioned).await?,
        Side::Outside => relayed::outside_of(tx, &mentioned).await?,
    };
    let other = |id: &String| {
        let found = known.get(&identity::message_id(id));
        match (found, to) {
            (Some(pair), Side::Inside) => Some(pair.inside_id.clone()),
            (Some(pair), Side::Outside) => Some(pair.outside_id.clone()),
            (None, Side::Inside) => Some(id.clone()),
            // An id that only the member knows says nothing to the contact, and may tell of other mail.
            (None, Side::Outside) => None,
        }
    };
    let answered = message.in_reply_to.first();
    Ok(Ids {
        in_reply_to: answered.and_then(other),
        references: message.references.iter().filter_map(other).collect(),
        interaction_id: answered
            .and_then(|id| known.get(&identity::message_id(id)))
            .map(|pair| pair.interaction_id),
    })
}

impl Desk<'_> {
    /// Remembers both ids of a mail, and that it belongs to the thread: an answer to either finds its way.
    async fn keep_ids(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        contact: &ContactRow,
        outside_id: String,
        inside_id: String,
        receiver: &str,
    ) -> Result<()> {
        let normal = |id: &str| identity::message_id(id);
        let Some(row) = interactions::filed(tx, &[asked.interaction_id])
            .await?
            .into_iter()
            .next()
        else {
            return Ok(());
        };
        let ids = [normal(&outside_id), normal(&inside_id)];
        let references: Vec<(String, i64)> = ids
            .iter()
            .filter(|id| !id.is_empty())
            .map(|id| (id.clone(), row.thread_id))
            .collect();
        threads::insert_references(tx, &references).await?;
        threads::insert_participants(tx, &[(row.thread_id, address::normalise(receiver))]).await?;
        if outside_id.is_empty() || inside_id.is_empty() {
            return Ok(());
        }
        let [outside_key, inside_key] = ids;
        let pair = Relayed {
            outside_key,
            inside_key,
            outside_id,
            inside_id,
            contact_id: contact.id,
            interaction_id: asked.interaction_id,
        };
        relayed::insert(tx, &pair, self.now_us).await
    }
}
