//! A message of a chat becomes an interaction, with its files.

use super::Passage;
use crate::domain::why::{Rule, Why};
use crate::domain::{Error, Kind, Result};
use crate::ingest::identity::hex;
use crate::mail::Mailbox;
use crate::mail::compose::{self, Writer};
use crate::store::Tx;
use crate::store::workspace::interactions::{self, AttachmentRow, ContactRole, InteractionRow};
use crate::store::workspace::journal::{self, JournalRow};
use crate::store::workspace::raw::{self, RawRow};
use crate::store::workspace::{address_book, next_number, search};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

/// How hard files are compressed.
const ZSTD_LEVEL: i32 = 3;
/// A longer text is cut; Telegram's own bound is far below.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// A file that came with it.
pub type TalkFile = compose::File;

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A member.
    Member {
        /// Account id.
        id: i64,
        /// Name.
        name: Option<String>,
        /// Registered address.
        email: String,
    },
    /// A contact.
    Contact {
        /// Which.
        id: i64,
        /// As they call themselves.
        name: String,
    },
    /// Somebody whom nobody here knows.
    Other {
        /// As they call themselves.
        name: String,
    },
}

/// What was said.
#[derive(Clone, Debug)]
pub struct Talk {
    /// `chat`, or `mail` where it leaves as one.
    pub kind: &'static str,
    /// `in`, `out`, `internal`.
    pub direction: &'static str,
    /// Who said it.
    pub author: Author,
    /// The member whose chat it came through.
    pub member_id: Option<i64>,
    /// With whom it is filed; nobody: it is unfiled.
    pub contacts: Vec<i64>,
    /// The text.
    pub text: String,
    /// A subject, where it leaves as mail.
    pub subject: Option<String>,
    /// Its files.
    pub files: Vec<TalkFile>,
    /// When it was said, microseconds since 1970.
    pub happened_at: i64,
    /// The conversation that it goes on with.
    pub thread_id: Option<i64>,
    /// Why it is filed there.
    pub rule: Rule,
    /// The name or address that decided.
    pub written: String,
}

/// Files it; gives the interaction's number.
pub async fn file(tx: &mut Tx, passage: &Passage<'_>, talk: &Talk) -> Result<i64> {
    let id = next_number(tx, "interaction").await?;
    let (raw_id, attachments) = match talk.files.is_empty() {
        true => (None, Vec::new()),
        false => {
            let (raw_id, attachments) = keep_files(tx, passage, id, talk).await?;
            (Some(raw_id), attachments)
        }
    };
    let why = Why {
        rule: talk.rule,
        address: Some(talk.written.clone()),
        member: talk.member_id,
        ..Why::default()
    };
    let row = InteractionRow {
        id,
        raw_id,
        why: why.to_json(),
        ..row_of(talk, id, passage.now_us)
    };
    interactions::insert_many(tx, &[row]).await?;
    interactions::insert_attachments(tx, &attachments).await?;
    let roles: Vec<ContactRole> = talk
        .contacts
        .iter()
        .map(|contact_id| ContactRole {
            contact_id: *contact_id,
            interaction_id: id,
            role: role(talk).to_owned(),
        })
        .collect();
    interactions::insert_contacts(tx, &roles).await?;
    search::index_interaction(tx, id).await?;
    // Each is the newest there is, or changes nothing: what was said before need not be read.
    let contacts = talk.contacts.iter();
    let moments: Vec<(i64, i64)> = contacts.map(|id| (*id, talk.happened_at)).collect();
    address_book::heard_of(tx, &moments).await?;
    journal(tx, passage.now_us, id, talk).await?;
    Ok(id)
}

fn role(talk: &Talk) -> &'static str {
    match (&talk.author, talk.direction) {
        (Author::Contact { .. }, _) => "author",
        (_, "out") => "recipient",
        _ => "about",
    }
}

fn row_of(talk: &Talk, id: i64, now_us: i64) -> InteractionRow {
    let state = match talk.contacts.is_empty() {
        true => "unfiled",
        false => "filed",
    };
    let mut row = InteractionRow {
        kind: talk.kind.to_owned(),
        direction: talk.direction.to_owned(),
        state: state.to_owned(),
        class: "person".to_owned(),
        happened_at: talk.happened_at,
        created_at: now_us,
        member_id: talk.member_id,
        subject: talk.subject.clone(),
        text: bounded(&talk.text),
        protection: "none".to_owned(),
        thread_id: talk.thread_id.unwrap_or(id),
        trust: "{}".to_owned(),
        ..InteractionRow::default()
    };
    match &talk.author {
        Author::Member {
            id: member,
            name,
            email,
        } => {
            row.author_kind = "member".to_owned();
            row.author_name.clone_from(name);
            row.author_address = Some(email.clone());
            row.author_member_id = Some(*member);
        }
        Author::Contact { id: contact, name } => {
            row.author_kind = "contact".to_owned();
            row.author_name = Some(name.clone());
            row.author_contact_id = Some(*contact);
        }
        Author::Other { name } => {
            row.author_kind = "other".to_owned();
            row.author_name = Some(name.clone());
        }
    }
    row
}

/// PostgreSQL keeps no NUL.
fn bounded(text: &str) -> String {
    let mut text = text.replace('\0', "");
    let mut end = TEXT_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// Its files are kept as those of a mail are: in a message, from which they are read again.
/// Gives the raw message, and the rows of its files.
async fn keep_files(
    tx: &mut Tx,
    passage: &Passage<'_>,
    id: i64,
    talk: &Talk,
) -> Result<(i64, Vec<AttachmentRow>)> {
    let bytes = as_message(passage, talk)?;
    let digest = hex(&Sha256::digest(&bytes));
    let rows: Vec<AttachmentRow> = crate::mail::read(&bytes)
        .attachments
        .iter()
        .zip(0..)
        .map(|(file, position)| AttachmentRow {
            interaction_id: id,
            position,
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            size_bytes: i64::try_from(file.bytes).unwrap_or(i64::MAX),
            sha256: file.sha256.clone(),
        })
        .collect();
    let raw_id = match raw::by_digests(tx, std::slice::from_ref(&digest))
        .await?
        .pop()
    {
        Some((_, raw_id)) => raw_id,
        None => {
            let zstd = zstd::bulk::compress(&bytes, ZSTD_LEVEL).map_err(|e| {
                Error::new(Kind::Corrupt, "the files could not be compressed").because(e)
            })?;
            let row = RawRow {
                id: next_number(tx, "raw_message").await?,
                digest,
                size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                zstd,
            };
            raw::insert_many(tx, std::slice::from_ref(&row)).await?;
            row.id
        }
    };
    Ok((raw_id, rows))
}

fn as_message(passage: &Passage<'_>, talk: &Talk) -> Result<Vec<u8>> {
    let name = match &talk.author {
        Author::Member { name, .. } => name.clone(),
        Author::Contact { name, .. } | Author::Other { name } => Some(name.clone()),
    };
    let nobody = Mailbox::new(name.as_deref(), "chat@telegram.invalid");
    let letter = compose::Letter {
        from: nobody.clone(),
        to: nobody,
        subject: talk.subject.clone().unwrap_or_default(),
        date: Timestamp::from_microsecond(talk.happened_at).unwrap_or_default(),
        message_id: passage.message_id(),
        text: bounded(&talk.text),
        writer: Writer::Person,
        files: talk.files.clone(),
        ..compose::Letter::default()
    };
    letter.write()
}

/// What came in is in the journal without rows: it is nobody's deed to be undone.
async fn journal(tx: &mut Tx, now_us: i64, id: i64, talk: &Talk) -> Result<()> {
    let row = JournalRow {
        id: next_number(tx, "journal").await?,
        at: now_us,
        member_id: talk.member_id,
        door: "chat".to_owned(),
        proof: match talk.member_id {
            Some(_) => "chat".to_owned(),
            None => "none".to_owned(),
        },
        verb: "file".to_owned(),
        subject: format!("#i{id}"),
        before: json!({}).to_string(),
        after: json!({ "contacts": talk.contacts, "direction": talk.direction }).to_string(),
        batch: 0,
        line: 0,
        changes: None,
        undone_by: None,
        takes_back: None,
    };
    journal::insert_many(tx, &[row]).await
}
