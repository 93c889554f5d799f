//! Who speaks: a linked member, in which workspace, and in answer to what.

use crate::bot::update::Serving;
use crate::commands::context::{Actor, Cx, Door, Proof, Said};
use crate::domain::{Error, Result};
use crate::post;
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::chat_outbox::{self, ChatMessageRow};
use crate::store::workspace::members::{self, MemberRow};
use crate::store::workspace::{Workspace, member_chats};
use std::sync::Arc;

/// A linked member in the chat.
pub(super) struct Speaker {
    /// In which workspace: that of the message which is answered, else the current one.
    pub workspace_id: i64,
    /// Who.
    pub member: MemberRow,
    /// Telegram's number of the person.
    pub user_id: i64,
    /// The chat.
    pub chat_id: i64,
    /// The message of ours that is answered.
    pub answered: Option<ChatMessageRow>,
}

impl Speaker {
    /// The member that a person is linked to; none where nobody is. `answers`: the message of the chat that is answered.
    pub(super) async fn of(
        serving: &Serving,
        user_id: i64,
        chat_id: i64,
        answers: Option<i64>,
    ) -> Result<Option<Speaker>> {
        let links = serving.bots.store.registry.links_of_user(user_id).await?;
        let mut current = None;
        let mut is_sending = false;
        for link in links {
            let workspace = serving.bots.store.workspaces.get(link.workspace_id).await?;
            let mut tx = workspace.read().await?;
            let Some(member) = linked(&mut tx, user_id, link.account_id).await? else {
                continue;
            };
            let answered = match answers {
                Some(id) => chat_outbox::shown(&mut tx, None, chat_id, id).await?,
                None => None,
            };
            let own = answered.filter(|row| row.member_id == Some(member.id));
            let is_answer = own.is_some();
            let speaker = Speaker {
                workspace_id: link.workspace_id,
                member,
                user_id,
                chat_id,
                answered: own,
            };
            if is_answer {
                return Ok(Some(speaker));
            }
            is_sending |= chat_outbox::is_sending(&mut tx, chat_id).await?;
            if current.is_none() || link.is_current {
                current = Some(speaker);
            }
        }
        // Who answers at once may be faster than the mark on what was sent: else words for a contact would be read as commands.
        if answers.is_some() && is_sending {
            return Err(Error::unavailable(
                "the message that is answered is not marked as sent yet; it is looked for again",
            ));
        }
        Ok(current)
    }

    /// The member who pressed a button of a message: of the message's own workspace, whichever is current.
    pub(super) async fn of_button(
        serving: &Serving,
        user_id: i64,
        chat_id: i64,
        (workspace_id, row_id): (i64, i64),
    ) -> Result<Option<Speaker>> {
        let links = serving.bots.store.registry.links_of_user(user_id).await?;
        let Some(link) = links
            .into_iter()
            .find(|link| link.workspace_id == workspace_id)
        else {
            return Ok(None);
        };
        let workspace = serving.bots.store.workspaces.get(workspace_id).await?;
        let mut tx = workspace.read().await?;
        let Some(member) = linked(&mut tx, user_id, link.account_id).await? else {
            return Ok(None);
        };
        let row = chat_outbox::by_id(&mut tx, row_id).await?;
        let own = row.filter(|row| {
            row.bot_id.is_none() && row.chat_id == chat_id && row.member_id == Some(member.id)
        });
        Ok(Some(Speaker {
            workspace_id,
            member,
            user_id,
            chat_id,
            answered: own,
        }))
    }

    /// The workspace in which the member speaks.
    pub(super) async fn workspace(&self, serving: &Serving) -> Result<Arc<Workspace>> {
        serving.bots.store.workspaces.get(self.workspace_id).await
    }

    /// What a text of the member runs with, read by itself: before anything is written.
    pub(super) async fn context(&self, serving: &Serving, number: Option<i64>) -> Result<Cx> {
        let workspace = self.workspace(serving).await?;
        let mut tx = workspace.read().await?;
        self.cx(&mut tx, serving, number).await
    }

    /// The number of the message of ours that is answered.
    pub(super) fn answered_number(&self) -> Option<i64> {
        self.answered.as_ref().and_then(|row| row.number)
    }

    /// Begins to write what an update does; none where that was done before.
    pub(super) async fn begin(&self, serving: &Serving, update_id: i64) -> Result<Option<Tx>> {
        let mut tx = self.workspace(serving).await?.write().await?;
        let bot_id = serving.row.id;
        let is_new = chat_outbox::once(&mut tx, bot_id, update_id, serving.now_us()).await?;
        Ok(is_new.then_some(tx))
    }

    /// What the member's text runs with; `number`: the message of ours that it answers.
    pub(super) async fn cx(
        &self,
        tx: &mut Tx,
        serving: &Serving,
        number: Option<i64>,
    ) -> Result<Cx> {
        let said = Said {
            workspace_id: self.workspace_id,
            actor: Actor {
                member_id: self.member.id,
                email: self.member.email.clone(),
                name: self.member.name.clone(),
                role: Role::from_word(&self.member.role),
            },
            proof: Proof::Chat,
            door: Door::Chat,
            now_us: serving.now_us(),
            mail_domain: serving.bots.settings.mail_domain.clone(),
        };
        let mut cx = Cx::new(said, members::settings(tx, self.member.id).await?);
        cx.page_origin.clone_from(&serving.bots.settings.base_url);
        cx.backups = serving.bots.store.backups;
        if let Some(number) = number
            && let Some(sent) = post::sent(tx, number).await?
            && sent.member_id == self.member.id
        {
            cx.about_contact = sent.about_contact_id;
            cx.about_interaction = sent.about_interaction_id;
            cx.answering = Some(sent.answering);
        }
        Ok(cx)
    }
}

/// The member of a person, as the workspace itself has it: without that, the registry's word links nobody.
async fn linked(tx: &mut Tx, user_id: i64, account_id: i64) -> Result<Option<MemberRow>> {
    let chat = member_chats::of_user(tx, user_id).await?;
    if chat.is_none_or(|chat| chat.member_id != account_id) {
        return Ok(None);
    }
    members::present(tx, account_id).await
}
