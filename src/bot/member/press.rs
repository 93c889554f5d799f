//! A pressed button: it says its text as if it had been typed in answer to its message; the message then shows what came of it.
//! A button that is used up, or whose message is known no more, says so.

use super::speak::{self, Ran};
use super::speaker::Speaker;
use super::switch;
use crate::bot::send::data;
use crate::bot::update::Serving;
use crate::commands::reply::chat::{self as shown_in_chat, ASKS};
use crate::commands::{Cx, Verdict};
use crate::domain::Result;
use crate::domain::chat::{Button, NEXT_PAGE, Outgoing, PIECE_UNITS_MAX, units};
use crate::post::chat::{Saying, keep_number};
use crate::store::Tx;
use crate::store::workspace::chat_outbox::{self, ChatKind, ChatMessageRow, NewChatMessage};
use teloxide::payloads::AnswerCallbackQuerySetters;
use teloxide::requests::Requester;
use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage};

const STALE: &str = "This button is used up. Type what you want to do.";
/// Letters of what the screen flashes.
const FLASH_CHARS_MAX: usize = 190;

/// Deals with a pressed button of the members' bot.
pub(in crate::bot) async fn pressed(
    serving: &Serving,
    update_id: i64,
    query: &CallbackQuery,
) -> Result<()> {
    let flash = match place(query) {
        Some((user_id, chat_id)) => run(serving, update_id, query, (user_id, chat_id)).await?,
        None => None,
    };
    flashed(serving, query, flash.as_deref().unwrap_or(STALE)).await;
    Ok(())
}

/// Who pressed, and in which chat: a private one alone.
fn place(query: &CallbackQuery) -> Option<(i64, i64)> {
    let user_id = i64::try_from(query.from.id.0).ok()?;
    let chat_id = match query.message.as_ref()? {
        MaybeInaccessibleMessage::Regular(message) => message.chat.id.0,
        MaybeInaccessibleMessage::Inaccessible(message) => message.chat.id.0,
    };
    (chat_id == user_id).then_some((user_id, chat_id))
}

/// Says the button's text; what the screen flashes, or `None` where the button is no more.
async fn run(
    serving: &Serving,
    update_id: i64,
    query: &CallbackQuery,
    (user_id, chat_id): (i64, i64),
) -> Result<Option<String>> {
    let Some(pressed) = query.data.as_deref().and_then(data::read) else {
        return Ok(None);
    };
    let of = (pressed.workspace_id, pressed.row_id);
    let Some(speaker) = Speaker::of_button(serving, user_id, chat_id, of).await? else {
        return Ok(None);
    };
    let Some(row) = speaker.answered.clone() else {
        return Ok(None);
    };
    let body = row.outgoing();
    let message_id = query
        .message
        .as_ref()
        .map(|message| i64::from(message.id().0));
    let mut shown = body.page().into_iter().flatten();
    let button = shown.find(|(index, _)| *index == pressed.index);
    let button = button.map(|(_, button)| button);
    if button
        .as_ref()
        .is_some_and(|button| button.says == NEXT_PAGE)
    {
        return turn_page(serving, update_id, &speaker, (&row, body), message_id).await;
    }
    let Some(button) = button.filter(|button| !button.says.is_empty()) else {
        return Ok(None);
    };
    if let Some(wanted) = switch::wanted(&button.says) {
        switch::switch(serving, update_id, &speaker, wanted).await?;
        return Ok(Some("Switched".to_owned()));
    }
    if let Some(begins) = button.says.strip_suffix(ASKS) {
        return prompt(serving, update_id, &speaker, begins).await.map(Some);
    }
    say(
        serving,
        update_id,
        &speaker,
        (&row, body, pressed.index, &button.says),
        message_id,
    )
    .await
}

async fn say(
    serving: &Serving,
    update_id: i64,
    speaker: &Speaker,
    (row, body, index, says): (&ChatMessageRow, Outgoing, usize, &str),
    message_id: Option<i64>,
) -> Result<Option<String>> {
    let number = body.undoes.filter(|_| says == "undo").or(row.number);
    let mut cx = speaker.context(serving, number).await?;
    let text = speak::Text {
        lines: crate::commands::parse::lines(says, cx.language()),
        to_contact: None,
        files: Vec::new(),
    };
    crate::commands::run::reserve(&serving.bots.store, &mut cx, &text.lines).await?;
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(Some("Done already".to_owned()));
    };
    // Somebody may have pressed twice before the message was shown anew.
    let now = chat_outbox::by_id(&mut tx, row.id).await?;
    if now.is_none_or(|now| now.body != row.body) {
        return Ok(None);
    }
    let reads = !text.lines.iter().any(crate::commands::run::changes);
    let ran = speak::run(&mut tx, serving, &cx, speaker, text).await?;
    let is_done = ran
        .replies
        .iter()
        .all(|reply| reply.verdict == Verdict::Done);
    if reads || !is_done || message_id.is_none() {
        speak::answer(&mut tx, &cx, speaker, &ran, message_id).await?;
    } else {
        show_outcome(&mut tx, &cx, speaker, (row, body, index), &ran, message_id).await?;
    }
    speak::wake(serving, speaker.workspace_id).await?;
    tx.commit().await?;
    Ok(Some(flash_of(&ran)))
}

/// The message shown anew: what came of it below, the buttons of what was done gone, and one to take it back.
async fn show_outcome(
    tx: &mut Tx,
    cx: &Cx,
    speaker: &Speaker,
    (row, mut body, index): (&ChatMessageRow, Outgoing, usize),
    ran: &Ran,
    message_id: Option<i64>,
) -> Result<()> {
    let said = shown_in_chat::outgoing(&ran.replies);
    if ran.has_erased {
        // What was asked names who is gone: the message says what came of it, and nothing else.
        let body = Outgoing {
            pieces: said.pieces,
            ..Outgoing::default()
        };
        chat_outbox::pressed(tx, row.id, &body, cx.now_us).await?;
        return show_anew(tx, cx.now_us, speaker, (row, &body), message_id).await;
    }
    take_used(&mut body.buttons, index);
    let saying = Saying {
        member_id: speaker.member.id,
        chat_id: speaker.chat_id,
        kind: ChatKind::Answer,
        replies: &[],
        about_contact_id: cx.about_contact,
        about_interaction_id: cx.about_interaction,
        batch: ran.batch,
        answers: None,
        buttons: &[],
    };
    if ran.batch.is_some() {
        body.undoes = Some(keep_number(tx, cx.now_us, &saying).await?);
        body.buttons.push(vec![Button {
            label: "Undo".to_owned(),
            says: "undo".to_owned(),
        }]);
    }
    let outcome = said.pieces.iter().map(|piece| piece.text.as_str());
    let outcome: Vec<&str> = outcome.collect();
    add_outcome(&mut body, &format!("✓ {}", outcome.join("\n")));
    body.charts.clear();
    chat_outbox::pressed(tx, row.id, &body, cx.now_us).await?;
    show_anew(tx, cx.now_us, speaker, (row, &body), message_id).await
}

/// The next page of buttons, where they are too many for one.
async fn turn_page(
    serving: &Serving,
    update_id: i64,
    speaker: &Speaker,
    (row, mut body): (&ChatMessageRow, Outgoing),
    message_id: Option<i64>,
) -> Result<Option<String>> {
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(Some("Done already".to_owned()));
    };
    let now = chat_outbox::by_id(&mut tx, row.id).await?;
    if now.is_none_or(|now| now.body != row.body) {
        return Ok(None);
    }
    body.turn_page();
    let now_us = serving.now_us();
    chat_outbox::pressed(&mut tx, row.id, &body, now_us).await?;
    show_anew(&mut tx, now_us, speaker, (row, &body), message_id).await?;
    speak::wake(serving, speaker.workspace_id).await?;
    tx.commit().await?;
    Ok(Some("More".to_owned()))
}

/// The last piece of a message with its buttons, in the place of what is shown now.
async fn show_anew(
    tx: &mut Tx,
    now_us: i64,
    speaker: &Speaker,
    (row, body): (&ChatMessageRow, &Outgoing),
    message_id: Option<i64>,
) -> Result<()> {
    let shown = Outgoing {
        pieces: body.pieces.last().cloned().into_iter().collect(),
        buttons: body.buttons.clone(),
        first_row: body.first_row,
        ..Outgoing::default()
    };
    let edit = NewChatMessage {
        kind: ChatKind::Edit,
        bot_id: None,
        chat_id: speaker.chat_id,
        member_id: Some(speaker.member.id),
        contact_id: None,
        interaction_id: Some(row.id),
        number: None,
        body: &shown,
        due_at: now_us,
        edits_id: message_id,
    };
    chat_outbox::insert(tx, &edit, now_us).await?;
    Ok(())
}

/// The buttons of the row that was used go; those of other things stay, and so does none that takes back an earlier change.
fn take_used(buttons: &mut Vec<Vec<Button>>, index: usize) {
    let mut at = 0;
    let used = buttons.iter().position(|row| {
        at += row.len();
        index < at
    });
    if let Some(used) = used {
        buttons.remove(used);
    }
    buttons.retain(|row| row.iter().all(|button| button.says != "undo"));
}

/// What came of it below the text; where there is no room for it, without what stood there.
fn add_outcome(body: &mut Outgoing, outcome: &str) {
    let outcome: String = outcome.chars().take(1_500).collect();
    let Some(piece) = body.pieces.last_mut() else {
        return;
    };
    let added = format!("\n\n{outcome}");
    if units(&piece.text) + units(&added) > PIECE_UNITS_MAX {
        piece.spans.clear();
        piece.text = outcome;
        return;
    }
    piece.text.push_str(&added);
}

/// Asks for what a text still lacks: the answer to the question is read behind its beginning.
async fn prompt(
    serving: &Serving,
    update_id: i64,
    speaker: &Speaker,
    begins: &str,
) -> Result<String> {
    let number = speaker.answered_number();
    let now_us = serving.now_us();
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok("Asked already".to_owned());
    };
    let (question, examples) = match begins.starts_with("next ") {
        true => (
            "What is next, and when?",
            "call on friday, send the draft in 3 days",
        ),
        false => ("Until when?", "friday, 3 days, 12 Dec, next tuesday 9am"),
    };
    let mut body = shown_in_chat::text(&format!("{question} Answer this message: {examples}"));
    body.prompt = Some(format!("{begins} "));
    let message = NewChatMessage {
        kind: ChatKind::Answer,
        bot_id: None,
        chat_id: speaker.chat_id,
        member_id: Some(speaker.member.id),
        contact_id: None,
        interaction_id: None,
        number,
        body: &body,
        due_at: now_us,
        edits_id: None,
    };
    chat_outbox::insert(&mut tx, &message, now_us).await?;
    speak::wake(serving, speaker.workspace_id).await?;
    tx.commit().await?;
    Ok(question.to_owned())
}

fn flash_of(ran: &Ran) -> String {
    let said = shown_in_chat::outgoing(&ran.replies);
    let first = said.pieces.first().map(|piece| piece.text.as_str());
    let line = first
        .and_then(|text| text.lines().next())
        .unwrap_or_default();
    line.chars().take(FLASH_CHARS_MAX).collect()
}

/// The tick on the button: Telegram waits for it. A second one, or a late one, is refused, and nothing is lost.
async fn flashed(serving: &Serving, query: &CallbackQuery, text: &str) {
    let answer = serving.client.answer_callback_query(query.id.clone());
    if let Err(error) = answer.text(text).await {
        let why = crate::bot::api::refusal(&error);
        tracing::info!(?why, "a pressed button was not ticked");
    }
}
