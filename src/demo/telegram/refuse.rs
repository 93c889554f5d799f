//! What Telegram refuses of a message, in its own words (Bot API, "sendMessage", "editMessageText").

use super::{Answer, Call, OneBot, Rows, Shown, refused};
use crate::domain::chat::{CAPTION_UNITS_MAX, PIECE_UNITS_MAX, units};
use serde_json::Value;

/// Bytes of what a button carries.
const DATA_BYTES_MAX: usize = 64;

/// The text of a message with its styles, or why it is refused.
pub(super) fn text(call: &Call) -> Answer<(String, Value)> {
    let text = call.text("text").trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(refused(400, "Bad Request: message text is empty"));
    }
    if units(&text) > PIECE_UNITS_MAX {
        return Err(refused(400, "Bad Request: message is too long"));
    }
    let entities = call.value("entities");
    for entity in entities.as_array().into_iter().flatten() {
        let of = |name: &str| entity.get(name).and_then(Value::as_u64).unwrap_or_default();
        let end = usize::try_from(of("offset") + of("length")).unwrap_or(usize::MAX);
        if of("length") == 0 || end > units(&text) {
            let words = "Bad Request: entity is outside of the text";
            return Err(refused(400, words));
        }
    }
    Ok((text, entities))
}

/// The caption of a picture, or why it is refused.
pub(super) fn caption(call: &Call) -> Answer<String> {
    let caption = call.text("caption");
    if units(&caption) > CAPTION_UNITS_MAX {
        return Err(refused(400, "Bad Request: message caption is too long"));
    }
    Ok(caption)
}

/// Rows of buttons, or why they are refused.
pub(super) fn buttons(call: &Call) -> Answer<Rows> {
    let markup = call.value("reply_markup");
    let mut rows = Vec::new();
    for row in markup
        .get("inline_keyboard")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let mut buttons = Vec::new();
        for button in row.as_array().into_iter().flatten() {
            let of = |name: &str| button.get(name).and_then(Value::as_str).unwrap_or_default();
            let (label, data) = (of("text"), of("callback_data"));
            if label.is_empty() || data.is_empty() || data.len() > DATA_BYTES_MAX {
                return Err(refused(400, "Bad Request: BUTTON_DATA_INVALID"));
            }
            buttons.push((label.to_owned(), data.to_owned()));
        }
        rows.push(buttons);
    }
    Ok(rows)
}

/// Whether the bot may write there.
pub(super) fn place(bot: &OneBot, chat: i64) -> Answer {
    if bot.blocked.contains(&chat) {
        return Err(refused(403, "Forbidden: bot was blocked by the user"));
    }
    if !bot.begun.contains(&chat) {
        return Err(refused(400, "Bad Request: chat not found"));
    }
    Ok(Value::Null)
}

/// The message that is changed, or why it cannot be.
pub(super) fn editable(bot: &mut OneBot, chat: i64, id: i64) -> Answer<&mut Shown> {
    let shown = bot.chats.entry(chat).or_default();
    let gone = || refused(400, "Bad Request: message to edit not found");
    shown
        .iter_mut()
        .find(|shown| shown.id == id && !shown.is_deleted)
        .ok_or_else(gone)
}
