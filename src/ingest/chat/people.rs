//! Who writes to the workspace's bot: a contact with a chat. Made when they begin; found again by the chat's number, which is
//! theirs alone and which no text can claim.

use super::Passage;
use crate::commands::outcome::people::Newness;
use crate::commands::reserve;
use crate::domain::{Result, address};
use crate::store::Tx;
use crate::store::workspace::contact_chats::{self, ContactChatRow};
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::{address_book, members, search};

/// Letters of a name that somebody gives themselves.
const NAME_CHARS_MAX: usize = 100;

/// Somebody in a private chat with the workspace's bot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The bot.
    pub bot_id: i64,
    /// The chat.
    pub chat_id: i64,
    /// As they call themselves.
    pub name: String,
    /// Without the `@`.
    pub username: Option<String>,
    /// The tag of the language that their program speaks.
    pub language: Option<String>,
}

impl Person {
    /// Their name as a contact has it.
    pub fn shown(&self) -> String {
        let clean: String = self
            .name
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '"'))
            .collect();
        let words: Vec<&str> = clean.split_whitespace().collect();
        let name: String = words.join(" ").chars().take(NAME_CHARS_MAX).collect();
        match (name.is_empty(), &self.username) {
            (false, _) => name,
            (true, Some(username)) => format!("@{username}"),
            (true, None) => format!("Chat {}", self.chat_id),
        }
    }
}

/// A capture address for somebody who may be new: known to the registry before the transaction begins. `None` where the
/// person is known already.
pub async fn made_for(passage: &Passage<'_>, person: &Person) -> Result<Option<String>> {
    let workspace = passage.store.workspaces.get(passage.workspace_id).await?;
    let known =
        contact_chats::by_chat(&mut workspace.read().await?, person.bot_id, person.chat_id).await?;
    if known.is_some() {
        return Ok(None);
    }
    let slug = address::slug(&person.shown());
    let drawn = reserve::capture(passage.store, passage.workspace_id, &slug, passage.now_us);
    Ok(Some(drawn.await?))
}

/// The person's chat, with a contact that is there; both are made the first time, which is said beside.
pub async fn arrive(
    tx: &mut Tx,
    passage: &Passage<'_>,
    person: &Person,
    capture: Option<String>,
) -> Result<(ContactChatRow, Newness)> {
    if let Some(mut row) = contact_chats::by_chat(tx, person.bot_id, person.chat_id).await? {
        row.contact_id = match contacts::by_id(tx, row.contact_id).await? {
            Some(contact) => contact.id,
            None => row.contact_id,
        };
        row.username.clone_from(&person.username);
        row.language.clone_from(&person.language);
        row.last_at = passage.now_us;
        row.blocked_at = None;
        return Ok((row, Newness::Known));
    }
    let owner = members::all(tx)
        .await?
        .into_iter()
        .find(|member| member.role == "owner");
    let contact = ContactRow {
        name: Some(person.shown()),
        capture,
        responsible_id: owner.map(|member| member.id),
        created_at: passage.now_us,
        ..ContactRow::default()
    };
    let contact = contacts::insert(tx, contact).await?;
    search::index_contact(tx, contact.id).await?;
    let row = ContactChatRow {
        bot_id: person.bot_id,
        chat_id: person.chat_id,
        contact_id: contact.id,
        username: person.username.clone(),
        language: person.language.clone(),
        first_at: passage.now_us,
        last_at: passage.now_us,
        ..ContactChatRow::default()
    };
    Ok((row, Newness::New))
}

/// The one contact of this name, in whatever case and marks; none where several have it.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<i64>> {
    let key = crate::domain::name::key(name.trim());
    let found = address_book::by_names(tx, std::slice::from_ref(&key)).await?;
    match found.as_slice() {
        [one] => Ok(Some(one.id)),
        _ => Ok(None),
    }
}
