//! The methods of the Bot API that are called here.

use super::refuse::{buttons, caption, editable, place, text};
use super::{Answer, Call, Door, OneBot, Shown, World, locked, refused};
use serde_json::{Value, json};
use std::time::Duration;

/// The signature of a PNG and of a JPEG file.
const PNG: &[u8] = b"\x89PNG";
const JPEG: &[u8] = b"\xff\xd8\xff";
/// Telegram's list of commands.
const MENU_MAX: usize = 100;

/// Does what a call asks for.
pub(super) async fn answer(door: &Door, call: &Call) -> Answer {
    if !locked(&door.state).bots.contains_key(&call.token) {
        return Err(refused(401, "Unauthorized"));
    }
    if call.method == "getupdates" {
        return updates(door, call).await;
    }
    let mut world = locked(&door.state);
    let World {
        bots, last_message, ..
    } = &mut *world;
    let Some(bot) = bots.get_mut(&call.token) else {
        return Err(refused(401, "Unauthorized"));
    };
    match call.method.as_str() {
        "getme" => Ok(me(bot)),
        "setwebhook" => {
            bot.webhook = Some((call.text("url"), call.text("secret_token")));
            Ok(json!(true))
        }
        "deletewebhook" => {
            bot.webhook = None;
            Ok(json!(true))
        }
        "sendmessage" => send(bot, last_message, call),
        "sendphoto" => photo(bot, last_message, call),
        "senddocument" => document(bot, last_message, call),
        "editmessagetext" => edit(bot, call),
        "deletemessage" => delete(bot, call),
        "answercallbackquery" => tick(bot, call),
        "setmycommands" => menu(bot, call),
        "getfile" => get_file(bot, call),
        other => Err(refused(404, &format!("Not Found: {other}"))),
    }
}

fn me(bot: &OneBot) -> Value {
    json!({
        "id": bot.id, "is_bot": true, "first_name": bot.username, "username": bot.username,
        "can_join_groups": false, "can_read_all_group_messages": false, "supports_inline_queries": false,
        "can_connect_to_business": false, "has_main_web_app": false,
    })
}

/// Counts who asks at the same time, whatever becomes of the asker.
struct Asking<'a>(&'a Door, String);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if let Some(bot) = locked(&self.0.state).bots.get_mut(&self.1) {
            bot.askers -= 1;
        }
    }
}

async fn updates(door: &Door, call: &Call) -> Answer {
    let mut changed = door.changed.subscribe();
    {
        let mut world = locked(&door.state);
        let Some(bot) = world.bots.get_mut(&call.token) else {
            return Err(refused(401, "Unauthorized"));
        };
        if bot.webhook.is_some() {
            let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(refused(409, words));
        }
        if bot.askers > 0 {
            let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
            return Err(refused(409, words));
        }
        bot.askers += 1;
    }
    // What is confirmed waits no more.
    drop(ready(door, call));
    door.changed.send_modify(|n| *n += 1);
    let _asking = Asking(door, call.token.clone());
    let until = Duration::from_secs(u64::try_from(call.number("timeout")).unwrap_or_default());
    let found = async {
        loop {
            changed.borrow_and_update();
            let ready = ready(door, call);
            if !ready.is_empty() || changed.changed().await.is_err() {
                return ready;
            }
        }
    };
    let ready = tokio::time::timeout(until, found).await;
    Ok(Value::Array(ready.unwrap_or_default()))
}

fn ready(door: &Door, call: &Call) -> Vec<Value> {
    let mut world = locked(&door.state);
    let Some(bot) = world.bots.get_mut(&call.token) else {
        return Vec::new();
    };
    let number = |update: &Value| update["update_id"].as_i64().unwrap_or_default();
    while bot
        .updates
        .front()
        .is_some_and(|first| number(first) < call.number("offset"))
    {
        bot.updates.pop_front();
    }
    let limit = match call.number("limit") {
        0 => 100,
        limit => usize::try_from(limit).unwrap_or(100),
    };
    bot.updates.iter().take(limit).cloned().collect()
}

fn message(bot: &OneBot, chat: i64, shown: &Shown) -> Value {
    json!({
        "message_id": shown.id, "date": 1_700_000_000, "text": shown.text,
        "chat": { "id": chat, "type": "private", "first_name": "x" },
        "from": { "id": bot.id, "is_bot": true, "first_name": bot.username, "username": bot.username },
    })
}

fn send(bot: &mut OneBot, last: &mut i64, call: &Call) -> Answer {
    let chat = call.number("chat_id");
    place(bot, chat)?;
    let (text, entities) = text(call)?;
    let answers = call.value("reply_parameters");
    let answered = answers["message_id"].as_i64();
    let allows = answers["allow_sending_without_reply"].as_bool() == Some(true);
    let known = |id: i64| {
        bot.chats
            .get(&chat)
            .is_some_and(|c| c.iter().any(|s| s.id == id))
    };
    if let Some(id) = answered
        && !known(id)
        && !allows
    {
        return Err(refused(400, "Bad Request: message to be replied not found"));
    }
    let shown = Shown {
        text,
        entities,
        buttons: buttons(call)?,
        asks: call.value("reply_markup")["force_reply"].as_bool() == Some(true),
        answers: answered,
        ..Shown::default()
    };
    Ok(keep(bot, last, chat, shown))
}

fn keep(bot: &mut OneBot, last: &mut i64, chat: i64, mut shown: Shown) -> Value {
    *last += 1;
    shown.id = *last;
    let told = message(bot, chat, &shown);
    bot.chats.entry(chat).or_default().push(shown);
    told
}

fn photo(bot: &mut OneBot, last: &mut i64, call: &Call) -> Answer {
    let chat = call.number("chat_id");
    place(bot, chat)?;
    let bytes = call.files.first().cloned().unwrap_or_default();
    if !bytes.starts_with(PNG) && !bytes.starts_with(JPEG) {
        return Err(refused(400, "Bad Request: IMAGE_PROCESS_FAILED"));
    }
    let shown = Shown {
        text: caption(call)?,
        file: Some(bytes),
        ..Shown::default()
    };
    let mut told = keep(bot, last, chat, shown);
    told["photo"] =
        json!([{ "file_id": "p", "file_unique_id": "p", "width": 9, "height": 9, "file_size": 9 }]);
    told["caption"] = told["text"].take();
    Ok(without_text(told))
}

fn document(bot: &mut OneBot, last: &mut i64, call: &Call) -> Answer {
    let chat = call.number("chat_id");
    place(bot, chat)?;
    let shown = Shown {
        text: caption(call)?,
        file: call.files.first().cloned(),
        ..Shown::default()
    };
    let mut told = keep(bot, last, chat, shown);
    told["document"] = json!({ "file_id": "d", "file_unique_id": "d", "file_size": 9 });
    Ok(without_text(told))
}

fn without_text(mut told: Value) -> Value {
    if let Some(fields) = told.as_object_mut() {
        fields.remove("text");
    }
    told
}

fn edit(bot: &mut OneBot, call: &Call) -> Answer {
    let chat = call.number("chat_id");
    place(bot, chat)?;
    let (text, entities) = text(call)?;
    let buttons = buttons(call)?;
    let shown = editable(bot, chat, call.number("message_id"))?;
    if shown.text == text && shown.buttons == buttons && shown.entities == entities {
        let words = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
        return Err(refused(400, words));
    }
    shown.text = text;
    shown.entities = entities;
    shown.buttons = buttons;
    shown.edits += 1;
    let shown = shown.clone();
    Ok(message(bot, chat, &shown))
}

fn delete(bot: &mut OneBot, call: &Call) -> Answer {
    let (chat, id) = (call.number("chat_id"), call.number("message_id"));
    let gone = || refused(400, "Bad Request: message to delete not found");
    let shown = bot.chats.entry(chat).or_default();
    let shown = shown
        .iter_mut()
        .find(|shown| shown.id == id && !shown.is_deleted);
    shown.ok_or_else(gone)?.is_deleted = true;
    Ok(json!(true))
}

fn tick(bot: &mut OneBot, call: &Call) -> Answer {
    let id = call.text("callback_query_id");
    if !bot.queries.remove(&id) {
        let words =
            "Bad Request: query is too old and response timeout expired or query ID is invalid";
        return Err(refused(400, words));
    }
    bot.ticks.push((id, call.text("text")));
    Ok(json!(true))
}

fn menu(bot: &mut OneBot, call: &Call) -> Answer {
    let commands = call.value("commands");
    let mut names = Vec::new();
    for command in commands.as_array().into_iter().flatten() {
        let name = command["command"].as_str().unwrap_or_default();
        let help = command["description"].as_str().unwrap_or_default();
        let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(small) {
            return Err(refused(400, "Bad Request: BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&help.chars().count()) {
            return Err(refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"));
        }
        names.push(name.to_owned());
    }
    if names.len() > MENU_MAX {
        return Err(refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH"));
    }
    let scope = call.value("scope")["chat_id"].to_string();
    bot.menus.insert(scope, names);
    Ok(json!(true))
}

fn get_file(bot: &OneBot, call: &Call) -> Answer {
    let id = call.text("file_id");
    match bot.files.get(&id) {
        Some(bytes) => Ok(json!({
            "file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": id,
        })),
        None => Err(refused(400, "Bad Request: invalid file id")),
    }
}
