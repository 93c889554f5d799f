//! The people of the world: they write to bots, press buttons, pass things on; and what they see.

use super::{BotApi, Mood, OneBot, Person, Shown, World};
use serde_json::{Value, json};

/// What somebody passes on, or sends with a text.
#[derive(Clone, Debug)]
pub enum Passed<'a> {
    /// What somebody else wrote, who shows the number of the account.
    Forward(i64, &'a str),
    /// What somebody else wrote, who hides it: a name and the text.
    Hidden(&'a str, &'a str),
    /// A picture with a caption.
    Photo(&'a [u8], &'a str),
    /// A file with a name and a caption.
    Document(&'a [u8], &'a str, &'a str),
    /// A voice.
    Voice(&'a [u8]),
    /// A voice of somebody else, who hides the account: a name and the recording.
    HiddenVoice(&'a str, &'a [u8]),
    /// A card: first name, last name, phone, vCard.
    Card(&'a str, &'a str, &'a str, &'a str),
    /// A place.
    Place(f64, f64),
}

impl BotApi {
    /// There is a bot from now on.
    pub fn add_bot(&self, token: &str, id: i64, username: &str) {
        let bot = OneBot {
            id,
            username: username.to_owned(),
            next_update: 1_000,
            ..OneBot::default()
        };
        self.world().bots.insert(token.to_owned(), bot);
        self.tell();
    }

    /// A bot's token is none any more.
    pub fn remove_bot(&self, token: &str) {
        self.world().bots.remove(token);
        self.tell();
    }

    /// There is a person from now on.
    pub fn person(&self, id: i64, name: &str, username: &str, language: &str) {
        let person = Person {
            name: name.to_owned(),
            username: username.to_owned(),
            language: language.to_owned(),
        };
        self.world().people.insert(id, person);
    }

    /// Calls of a method are answered so, one after the other; then as they should be.
    pub fn answers_next(&self, method: &str, moods: &[Mood]) {
        let mut world = self.world();
        let waiting = world.moods.entry(method.to_lowercase()).or_default();
        waiting.extend(moods.iter().copied());
    }

    /// All calls are answered 502, until it is up again.
    pub fn is_down(&self, is_down: bool) {
        self.world().is_down = is_down;
        self.tell();
    }

    /// Calls are counted alone from now on, and no message is kept: for loads.
    pub fn forgets_calls(&self) {
        self.world().keeps_calls = false;
    }

    /// A person writes.
    pub fn says(&self, token: &str, person: i64, text: &str) -> i64 {
        self.writes(token, person, json!({ "text": text }), None)
    }

    /// A person writes in answer to a message of the bot.
    pub fn answers(&self, token: &str, person: i64, to: i64, text: &str) -> i64 {
        self.writes(token, person, json!({ "text": text }), Some(to))
    }

    /// A person passes something on.
    pub fn passes(&self, token: &str, person: i64, what: &Passed<'_>) -> i64 {
        self.passes_in_answer(token, person, what, None)
    }

    /// A person passes something on, in answer to a message of the bot.
    pub fn passes_in_answer(
        &self,
        token: &str,
        person: i64,
        what: &Passed<'_>,
        to: Option<i64>,
    ) -> i64 {
        let fields = self.fields(token, what);
        self.writes(token, person, fields, to)
    }

    fn fields(&self, token: &str, what: &Passed<'_>) -> Value {
        let kept = |bytes: &[u8]| {
            let mut world = self.world();
            let bot = world.bots.get_mut(token);
            let id = bot.map_or(String::new(), |bot| {
                let id = format!("file{}", bot.files.len());
                bot.files.insert(id.clone(), bytes.to_vec());
                id
            });
            json!({ "file_id": id, "file_unique_id": id, "file_size": bytes.len(), "width": 9, "height": 9, "duration": 1 })
        };
        match what {
            Passed::Forward(id, text) => {
                let user = user(&self.world(), *id);
                json!({ "text": text, "forward_origin": { "type": "user", "date": 1_700_000_000, "sender_user": user } })
            }
            Passed::Hidden(name, text) => json!({
                "text": text,
                "forward_origin": { "type": "hidden_user", "date": 1_700_000_000, "sender_user_name": name },
            }),
            Passed::Photo(bytes, caption) => json!({ "photo": [kept(bytes)], "caption": caption }),
            Passed::Document(bytes, name, caption) => {
                let mut document = kept(bytes);
                document["file_name"] = json!(name);
                json!({ "document": document, "caption": caption })
            }
            Passed::Voice(bytes) => {
                let mut voice = kept(bytes);
                voice["mime_type"] = json!("audio/ogg");
                json!({ "voice": voice })
            }
            Passed::HiddenVoice(name, bytes) => {
                let mut voice = kept(bytes);
                voice["mime_type"] = json!("audio/ogg");
                json!({
                    "voice": voice,
                    "forward_origin": { "type": "hidden_user", "date": 1_700_000_000, "sender_user_name": name },
                })
            }
            Passed::Card(first, last, phone, vcard) => json!({
                "contact": { "first_name": first, "last_name": last, "phone_number": phone, "vcard": vcard },
            }),
            Passed::Place(latitude, longitude) => {
                json!({ "location": { "latitude": latitude, "longitude": longitude } })
            }
        }
    }

    fn writes(&self, token: &str, person: i64, fields: Value, to: Option<i64>) -> i64 {
        let mut world = self.world();
        world.last_message += 1;
        let id = world.last_message;
        let keeps = world.keeps_calls;
        let mut message = message(&world, person, id);
        for (name, value) in fields.as_object().into_iter().flatten() {
            message[name.as_str()] = value.clone();
        }
        if let Some(bot) = world.bots.get_mut(token) {
            if let Some(to) = to {
                let me = json!({ "id": bot.id, "is_bot": true, "first_name": bot.username });
                let chat = message["chat"].clone();
                message["reply_to_message"] = json!({ "message_id": to, "date": 1_700_000_000, "chat": chat, "from": me, "text": "x" });
            }
            bot.begun.insert(person);
            // What a person says stands in the chat too, and may be taken out of it.
            let own = Shown {
                id,
                text: message["text"].as_str().unwrap_or_default().to_owned(),
                is_person_s: true,
                ..Shown::default()
            };
            if keeps {
                bot.chats.entry(person).or_default().push(own);
            }
            push(bot, json!({ "message": message }));
        }
        drop(world);
        self.tell();
        id
    }

    /// A person changes a message that they wrote.
    pub fn changes(&self, token: &str, person: i64, id: i64, text: &str) {
        let mut world = self.world();
        let mut message = message(&world, person, id);
        message["text"] = json!(text);
        message["edit_date"] = json!(1_700_000_001);
        if let Some(bot) = world.bots.get_mut(token) {
            push(bot, json!({ "edited_message": message }));
        }
        drop(world);
        self.tell();
    }

    /// A person presses the button with this label, under a message; false where there is none.
    pub fn presses(&self, token: &str, person: i64, message_id: i64, label: &str) -> bool {
        let shown = self
            .all(token, person)
            .into_iter()
            .find(|shown| shown.id == message_id);
        let data = shown.and_then(|shown| {
            let mut all = shown.buttons.into_iter().flatten();
            all.find(|(own, _)| own == label).map(|(_, data)| data)
        });
        match data {
            Some(data) => {
                self.presses_data(token, person, message_id, &data);
                true
            }
            None => false,
        }
    }

    /// A person presses a button that carries this, whatever is shown.
    pub fn presses_data(&self, token: &str, person: i64, message_id: i64, data: &str) {
        let mut world = self.world();
        let from = user(&world, person);
        let shown = message(&world, person, message_id);
        if let Some(bot) = world.bots.get_mut(token) {
            let id = format!("q{}", bot.next_update);
            bot.queries.insert(id.clone());
            let mut shown = shown;
            shown["from"] = json!({ "id": bot.id, "is_bot": true, "first_name": bot.username });
            shown["text"] = json!("x");
            push(
                bot,
                json!({ "callback_query": {
                "id": id, "from": from, "chat_instance": "1", "data": data, "message": shown,
            } }),
            );
        }
        drop(world);
        self.tell();
    }

    /// A person blocks a bot, or takes it up again.
    pub fn blocks(&self, token: &str, person: i64, is_blocked: bool) {
        let mut world = self.world();
        let from = user(&world, person);
        if let Some(bot) = world.bots.get_mut(token) {
            if is_blocked {
                bot.blocked.insert(person);
            } else {
                bot.blocked.remove(&person);
            }
            let me = json!({ "id": bot.id, "is_bot": true, "first_name": bot.username });
            let member = |blocked: bool| match blocked {
                true => json!({ "status": "kicked", "user": me, "until_date": 0 }),
                false => json!({ "status": "member", "user": me }),
            };
            let chat = json!({ "id": person, "type": "private", "first_name": "x" });
            push(
                bot,
                json!({ "my_chat_member": {
                "chat": chat, "from": from, "date": 1_700_000_000,
                "old_chat_member": member(!is_blocked), "new_chat_member": member(is_blocked),
            } }),
            );
        }
        drop(world);
        self.tell();
    }

    /// An update as it is given, with the next number; that number.
    pub fn push(&self, token: &str, update: Value) -> i64 {
        let mut world = self.world();
        let number = world.bots.get_mut(token).map(|bot| push(bot, update));
        drop(world);
        self.tell();
        number.unwrap_or_default()
    }

    /// An update that was given before, once more under its number.
    pub fn push_again(&self, token: &str, number: i64, mut update: Value) {
        let mut world = self.world();
        update["update_id"] = json!(number);
        if let Some(bot) = world.bots.get_mut(token) {
            bot.updates.push_front(update);
        }
        drop(world);
        self.tell();
    }

    /// All that stands in a chat with a bot, what the person wrote too.
    fn all(&self, token: &str, person: i64) -> Vec<Shown> {
        let world = self.world();
        let chats = world.bots.get(token).map(|bot| &bot.chats);
        chats
            .and_then(|chats| chats.get(&person))
            .cloned()
            .unwrap_or_default()
    }

    /// What a bot said to a person, in order.
    pub fn said_to(&self, token: &str, person: i64) -> Vec<Shown> {
        let mut shown = self.all(token, person);
        shown.retain(|shown| !shown.is_person_s && !shown.is_deleted);
        shown
    }

    /// Whether what a person wrote was taken out of the chat.
    pub fn is_deleted(&self, token: &str, person: i64, id: i64) -> bool {
        self.all(token, person)
            .iter()
            .any(|shown| shown.id == id && shown.is_deleted)
    }

    /// What was flashed on a screen when buttons were pressed.
    pub fn ticks(&self, token: &str) -> Vec<String> {
        let world = self.world();
        let ticks = world.bots.get(token).map(|bot| bot.ticks.clone());
        ticks
            .unwrap_or_default()
            .into_iter()
            .map(|(_, text)| text)
            .collect()
    }

    /// The commands that a bot offers; `chat` for those of one chat.
    pub fn menu(&self, token: &str, chat: Option<i64>) -> Vec<String> {
        let scope = chat.map_or("null".to_owned(), |chat| chat.to_string());
        let world = self.world();
        let menus = world.bots.get(token).map(|bot| &bot.menus);
        menus
            .and_then(|menus| menus.get(&scope))
            .cloned()
            .unwrap_or_default()
    }

    /// Where a bot is called, and the secret that is said then.
    pub fn webhook(&self, token: &str) -> Option<(String, String)> {
        self.world().bots.get(token)?.webhook.clone()
    }

    /// What was called of a method, in order.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let wanted = method.to_lowercase();
        let world = self.world();
        let calls = world.calls.iter().filter(|(method, _)| *method == wanted);
        calls.map(|(_, said)| said.clone()).collect()
    }

    /// Whether somebody asks for a bot's updates at this moment.
    pub fn is_asked(&self, token: &str) -> bool {
        self.world()
            .bots
            .get(token)
            .is_some_and(|bot| bot.askers > 0)
    }

    /// How many updates a bot has not taken yet.
    pub fn waiting(&self, token: &str) -> usize {
        self.world()
            .bots
            .get(token)
            .map_or(0, |bot| bot.updates.len())
    }
}

fn push(bot: &mut OneBot, mut update: Value) -> i64 {
    let number = bot.next_update;
    bot.next_update += 1;
    update["update_id"] = json!(number);
    bot.updates.push_back(update);
    number
}

fn user(world: &World, id: i64) -> Value {
    let person = world.people.get(&id).cloned().unwrap_or_default();
    let mut user = json!({ "id": id, "is_bot": false, "first_name": person.name });
    if !person.username.is_empty() {
        user["username"] = json!(person.username);
    }
    if !person.language.is_empty() {
        user["language_code"] = json!(person.language);
    }
    user
}

fn message(world: &World, person: i64, id: i64) -> Value {
    let from = user(world, person);
    let name = from["first_name"].clone();
    json!({
        "message_id": id, "date": 1_700_000_000, "from": from,
        "chat": { "id": person, "type": "private", "first_name": name },
    })
}
