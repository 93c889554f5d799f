//! One row into its chat: pictures, pieces, files, in this order, each once. What was sent of it before a fault is not sent again.

use super::Sender;
use super::data::{self, Data};
use crate::bot::api::{Refusal, done, refusal};
use crate::bot::contact_agrees;
use crate::domain::Result;
use crate::domain::chat::{Button, Outgoing, Piece, Span, Style};
use crate::store::workspace::chat_outbox::{self, ChatMessageRow};
use crate::store::workspace::{Workspace, raw, timeline};
use teloxide::payloads::{EditMessageTextSetters, SendMessageSetters, SendPhotoSetters};
use teloxide::prelude::*;
use teloxide::types::{
    ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions,
    MessageEntity, MessageEntityKind, MessageId, ReplyMarkup, ReplyParameters,
};

/// One message of a row.
enum Part<'a> {
    Picture(&'a crate::domain::chat::Chart),
    Text(&'a Piece, bool),
    File(i64),
}

impl Sender {
    /// Hands a row over. The outer error is the store's; the inner one what Telegram says.
    pub(super) async fn hand_over(
        &self,
        workspace: &Workspace,
        client: &Bot,
        row: &ChatMessageRow,
    ) -> Result<Result<(), Refusal>> {
        let body = row.outgoing();
        let place = (row.bot_id.unwrap_or_default(), row.chat_id);
        if let Some(message_id) = row.edits_id {
            self.pace(place).await;
            return Ok(edit(client, workspace.id, row, &body, message_id).await);
        }
        let parts = parts(&body);
        let sent = usize::try_from(row.pieces).unwrap_or_default();
        for (at, part) in parts.iter().enumerate().skip(sent) {
            if row.kind != "broadcast" || at > 0 {
                self.pace(place).await;
            }
            let answer = match part {
                Part::Picture(chart) => picture(client, row, chart).await,
                Part::Text(piece, is_last) => {
                    say(client, workspace.id, row, &body, (piece, at == 0, *is_last)).await
                }
                Part::File(position) => file(workspace, client, row, *position).await?,
            };
            let message_id = match answer {
                Ok(message_id) => message_id,
                Err(why) => return Ok(Err(why)),
            };
            let pieces = i64::try_from(at + 1).unwrap_or(i64::MAX);
            if let Some(message_id) = message_id {
                let mut tx = workspace.write().await?;
                chat_outbox::piece_sent(&mut tx, row.id, pieces, message_id).await?;
                tx.commit().await?;
            }
        }
        Ok(Ok(()))
    }
}

fn parts(body: &Outgoing) -> Vec<Part<'_>> {
    let pictures = body.charts.iter().map(Part::Picture);
    let last = body.pieces.len().saturating_sub(1);
    let texts = body
        .pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| Part::Text(piece, at == last));
    let files = body.files.iter().map(|position| Part::File(*position));
    pictures.chain(texts).chain(files).collect()
}

type Answer = Result<Option<i64>, Refusal>;

fn answered(answer: Result<Message, teloxide::RequestError>) -> Answer {
    match answer {
        Ok(message) => Ok(Some(i64::from(message.id.0))),
        Err(error) => match done(&error) {
            Some(message) => Ok(message["message_id"].as_i64()),
            None => Err(refusal(&error)),
        },
    }
}

async fn say(
    client: &Bot,
    workspace_id: i64,
    row: &ChatMessageRow,
    body: &Outgoing,
    (piece, is_first, is_last): (&Piece, bool, bool),
) -> Answer {
    let mut request = client
        .send_message(ChatId(row.chat_id), piece.text.clone())
        .entities(entities(&piece.spans))
        .link_preview_options(no_preview());
    if let Some(answers) = reply_to(body).filter(|_| is_first) {
        request = request.reply_parameters(answers);
    }
    if is_last {
        if body.prompt.is_some() {
            request = request.reply_markup(ReplyMarkup::ForceReply(ForceReply::new()));
        } else if let Some(keyboard) = keyboard(workspace_id, row, body) {
            request = request.reply_markup(ReplyMarkup::InlineKeyboard(keyboard));
        }
    }
    answered(request.await)
}

/// What is answered may be gone by now: then it is said all the same.
fn reply_to(body: &Outgoing) -> Option<ReplyParameters> {
    let id = i32::try_from(body.answers?).ok()?;
    Some(ReplyParameters::new(MessageId(id)).allow_sending_without_reply())
}

async fn edit(
    client: &Bot,
    workspace_id: i64,
    row: &ChatMessageRow,
    body: &Outgoing,
    message_id: i64,
) -> Result<(), Refusal> {
    let (Some(piece), Ok(id)) = (body.pieces.first(), i32::try_from(message_id)) else {
        return Ok(());
    };
    // Buttons belong to the row that is shown anew.
    let shown = ChatMessageRow {
        id: row.interaction_id.unwrap_or(row.id),
        ..row.clone()
    };
    let mut request = client
        .edit_message_text(ChatId(row.chat_id), MessageId(id), piece.text.clone())
        .entities(entities(&piece.spans))
        .link_preview_options(no_preview());
    if let Some(keyboard) = keyboard(workspace_id, &shown, body) {
        request = request.reply_markup(keyboard);
    }
    match request.await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(&error)),
    }
}

/// A page behind an address is none of ours to show.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn entities(spans: &[Span]) -> Vec<MessageEntity> {
    let entity = |span: &Span| match span.style {
        Style::Bold => MessageEntity::bold(span.start, span.length),
        Style::Italic => MessageEntity::italic(span.start, span.length),
        Style::Fixed => MessageEntity::code(span.start, span.length),
        Style::Quote => MessageEntity::new(MessageEntityKind::Blockquote, span.start, span.length),
    };
    spans.iter().map(entity).collect()
}

fn keyboard(
    workspace_id: i64,
    row: &ChatMessageRow,
    body: &Outgoing,
) -> Option<InlineKeyboardMarkup> {
    if body.buttons.is_empty() {
        return None;
    }
    let shown = |(index, button): (usize, Button)| {
        let data = match contact_agrees(&button.says) && row.member_id.is_none() {
            true => button.says,
            false => data::write(Data {
                workspace_id,
                row_id: row.id,
                index,
            }),
        };
        InlineKeyboardButton::callback(button.label, data)
    };
    let rows = body.page().into_iter();
    let rows = rows.map(|line| line.into_iter().map(shown).collect::<Vec<_>>());
    Some(InlineKeyboardMarkup::new(rows))
}

async fn picture(client: &Bot, row: &ChatMessageRow, chart: &crate::domain::chat::Chart) -> Answer {
    let Some(png) = crate::bot::drawn(chart).await else {
        return Ok(None);
    };
    let photo = InputFile::memory(png).file_name("chart.png");
    let request = client.send_photo(ChatId(row.chat_id), photo);
    answered(request.caption(chart.title.clone()).await)
}

/// A file of the interaction that the row carries on.
async fn file(
    workspace: &Workspace,
    client: &Bot,
    row: &ChatMessageRow,
    position: i64,
) -> Result<Answer> {
    let Some((name, bytes)) = bytes_of(workspace, row, position).await? else {
        return Ok(Ok(None));
    };
    let document = InputFile::memory(bytes).file_name(name);
    let request = client.send_document(ChatId(row.chat_id), document);
    Ok(answered(request.await))
}

async fn bytes_of(
    workspace: &Workspace,
    row: &ChatMessageRow,
    position: i64,
) -> Result<Option<(String, Vec<u8>)>> {
    let Some(id) = row.interaction_id else {
        return Ok(None);
    };
    let mut tx = workspace.read().await?;
    let Some(interaction) = timeline::interaction(&mut tx, id).await? else {
        return Ok(None);
    };
    let Some(raw_id) = interaction.raw_id else {
        return Ok(None);
    };
    let Some(message) = raw::get(&mut tx, raw_id).await? else {
        return Ok(None);
    };
    drop(tx);
    let wanted = usize::try_from(position).unwrap_or_default();
    let found = crate::mail::mime::files(&message).into_iter().nth(wanted);
    Ok(found.map(|(file, bytes)| (file.name.unwrap_or_else(|| "file".to_owned()), bytes)))
}
