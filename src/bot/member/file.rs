//! What a member passes on: somebody's message, a photo, a file, a voice, a place, a contact card. It is filed with the contact
//! that it names, that it answers, or whose words it is; where that is nobody, it waits and says so.

use super::speak::{self, Ran, Text};
use super::speaker::Speaker;
use crate::bot::media::{self, Media};
use crate::bot::update::Serving;
use crate::commands::reply::{Block, Entry, Reply};
use crate::commands::{self, Cx, Ref, parse};
use crate::domain::Result;
use crate::domain::language::Language;
use crate::domain::why::Rule;
use crate::ingest::chat::{Author, Talk, file as file_talk, named};
use crate::store::Tx;
use crate::store::workspace::chat_outbox::ChatKind;
use crate::store::workspace::{contact_chats, contacts};
use teloxide::types::{Contact, Message, MessageOrigin};

/// Files what a member passes on, and says where it is.
pub(super) async fn file(
    serving: &Serving,
    update_id: i64,
    message: &Message,
    speaker: &Speaker,
) -> Result<()> {
    if let Some(card) = message.contact() {
        let text = card_lines(card);
        return speak::speak(serving, update_id, message, &unanswered(speaker), &text).await;
    }
    let news = ChatKind::News.word();
    let is_answer = message.forward_origin().is_none()
        && speaker
            .answered
            .as_ref()
            .is_some_and(|row| row.kind == news);
    let mut media = media::of(serving, message).await?;
    if !is_answer {
        media::hear(serving, speaker.workspace_id, message, &mut media).await;
    }
    let mut cx = speaker.context(serving, speaker.answered_number()).await?;
    // What somebody else said is filed, and nothing more.
    let heard = media
        .heard
        .as_deref()
        .filter(|_| message.forward_origin().is_none());
    let proposed = heard.and_then(|heard| proposal(heard, cx.language()));
    let (lines, note) = caption(&cx, message);
    commands::run::reserve(&serving.bots.store, &mut cx, &lines).await?;
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(());
    };
    let ran = if is_answer {
        let words = with_places(&note, &media);
        let text = Text {
            lines,
            to_contact: Some(words),
            files: media.files,
        };
        speak::run(&mut tx, serving, &cx, speaker, text).await?
    } else {
        let of = target_of(&mut tx, &lines).await?;
        let filed = keep(&mut tx, serving, &cx, speaker, (message, &note, media), of).await?;
        cx.about_interaction = Some(filed.0);
        let text = Text {
            lines,
            to_contact: None,
            files: Vec::new(),
        };
        let mut ran = match text.lines.is_empty() {
            true => Ran {
                replies: Vec::new(),
                batch: None,
                has_erased: false,
            },
            false => speak::run(&mut tx, serving, &cx, speaker, text).await?,
        };
        ran.replies.insert(0, filed.1);
        ran.replies.extend(proposed);
        ran
    };
    speak::answer(&mut tx, &cx, speaker, &ran, Some(i64::from(message.id.0))).await?;
    speak::wake(serving, speaker.workspace_id).await?;
    tx.commit().await
}

/// The commands on top of a caption, and what stands below. What stands under a message that somebody else wrote is that one's:
/// it never runs.
fn caption(cx: &Cx, message: &Message) -> (Vec<parse::Line>, String) {
    let own = message
        .caption()
        .filter(|_| message.forward_origin().is_none());
    match own {
        Some(caption) => {
            let head = parse::head(caption, cx.language());
            (head.lines, head.note)
        }
        None => (Vec::new(), String::new()),
    }
}

/// What was heard, and the commands in it as a button: a voice proposes, and its member says whether it is done.
fn proposal(heard: &str, language: Language) -> Option<Reply> {
    let lines = spoken_lines(heard, language);
    if lines.is_empty() {
        return None;
    }
    let says = lines.join("\n");
    let entry = Entry::marked("", lines).link("Do it", says);
    Some(Reply::done(vec![
        Block::Title("Heard in it, and not done yet:".to_owned()),
        Block::Numbered(vec![entry]),
    ]))
}

/// The commands in front of what was said: each sentence is a line, until one is none.
fn spoken_lines(heard: &str, language: Language) -> Vec<String> {
    let sentences = heard.replace(". ", ".\n").replace("! ", "!\n");
    let ends: &[char] = &['.', '!'];
    let bare: Vec<&str> = sentences
        .lines()
        .map(|line| line.trim().trim_end_matches(ends))
        .collect();
    let head = parse::head(&bare.join("\n"), language);
    let right = head
        .lines
        .into_iter()
        .take_while(|line| line.result.is_ok());
    right.map(|line| line.text).collect()
}

/// A card is its own subject, whatever it answers.
fn unanswered(speaker: &Speaker) -> Speaker {
    Speaker {
        workspace_id: speaker.workspace_id,
        member: speaker.member.clone(),
        user_id: speaker.user_id,
        chat_id: speaker.chat_id,
        answered: None,
    }
}

/// A contact card as the commands that make or complete a contact.
fn card_lines(card: &Contact) -> String {
    let clean = |text: &str| -> String {
        let kept = text
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '@'));
        kept.collect::<String>().trim().to_owned()
    };
    let last = card.last_name.as_deref().unwrap_or_default();
    let name = clean(&format!("{} {last}", card.first_name));
    let mail = card.vcard.as_deref().and_then(mail_of);
    let phone = clean(&card.phone_number);
    let mut lines = Vec::new();
    let who = match &mail {
        Some(mail) => {
            lines.push(format!("new: {name} <{mail}>"));
            mail.clone()
        }
        None => {
            lines.push(format!("new: {name}"));
            format!("@\"{name}\"")
        }
    };
    if !phone.is_empty() {
        lines.push(format!("phone {who}: {phone}"));
    }
    lines.join("\n")
}

/// The first mail address of a vCard (RFC 6350 §6.4.2).
fn mail_of(card: &str) -> Option<String> {
    let line = card
        .lines()
        .find(|line| line.to_uppercase().starts_with("EMAIL"))?;
    let (_, value) = line.split_once(':')?;
    let value = value.trim().to_lowercase();
    crate::domain::address::split(&value)?;
    (!value.contains(char::is_whitespace)).then_some(value)
}

fn with_places(note: &str, media: &Media) -> String {
    let own = (!note.trim().is_empty()).then(|| note.trim());
    let said = media.said.iter().map(String::as_str);
    let heard = media.heard.as_deref();
    own.into_iter()
        .chain(heard)
        .chain(said)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The contact that the lines above the caption name.
async fn target_of(tx: &mut Tx, lines: &[parse::Line]) -> Result<Option<i64>> {
    let Some(target) = lines.iter().find_map(|line| line.target.clone()) else {
        return Ok(None);
    };
    match commands::resolve::contact(tx, &target).await {
        Ok(contact) => Ok(Some(contact.id)),
        // What is ambiguous is told by the line itself.
        Err(failure) => failure.into_problem().map(|_| None),
    }
}

/// Files it; its number, and what is said of it.
async fn keep(
    tx: &mut Tx,
    serving: &Serving,
    cx: &Cx,
    speaker: &Speaker,
    (message, note, media): (&Message, &str, Media),
    named_by_line: Option<i64>,
) -> Result<(i64, Reply)> {
    let passage = media::passage(serving, speaker.workspace_id);
    let origin = message.forward_origin().map(origin);
    let (contact, rule, written) = whose(tx, speaker, origin.as_ref(), named_by_line).await?;
    let author = match (&origin, contact) {
        (None, _) => Author::Member {
            id: cx.actor.member_id,
            name: cx.actor.name.clone(),
            email: cx.actor.email.clone(),
        },
        (Some(_), Some(id)) if rule == Rule::ChatForward => Author::Contact {
            id,
            name: written.clone(),
        },
        (Some(origin), _) => Author::Other {
            name: origin.name.clone(),
        },
    };
    let said = message
        .text()
        .or(message.caption())
        .filter(|_| origin.is_some());
    let text = with_places(said.unwrap_or(note), &media);
    let talk = Talk {
        kind: "chat",
        direction: if origin.is_some() { "in" } else { "internal" },
        author,
        member_id: Some(cx.actor.member_id),
        contacts: contact.into_iter().collect(),
        text,
        subject: None,
        files: media.files,
        happened_at: origin
            .as_ref()
            .map_or(passage.now_us, |o| o.at_us.min(passage.now_us)),
        thread_id: None,
        rule,
        written,
    };
    let id = file_talk(tx, &passage, &talk).await?;
    let reply = told(tx, id, contact, origin.as_ref()).await?;
    Ok((id, reply))
}

async fn told(
    tx: &mut Tx,
    id: i64,
    contact: Option<i64>,
    origin: Option<&Origin>,
) -> Result<Reply> {
    let contact = match contact {
        Some(id) => contacts::by_id(tx, id).await?,
        None => None,
    };
    let Some(contact) = contact else {
        let lines = vec![
            format!("Filed as #i{id}, with nobody yet."),
            "Answer \"file: name\" to say whose it is.".to_owned(),
        ];
        let entry = Entry::of(Ref::Interaction(id), lines);
        let entry = match origin {
            Some(origin) if !origin.name.is_empty() => entry.link(
                format!("New: {}", origin.name),
                format!("file: \"{}\"", origin.name.replace('"', "")),
            ),
            _ => entry,
        };
        return Ok(Reply::done(vec![Block::Numbered(vec![entry])]).answer());
    };
    let name = contact.shown();
    let line = format!("Filed as #i{id} with {name}.");
    let entry = Entry::of(Ref::Interaction(id), vec![line]);
    Ok(Reply::done(vec![Block::Numbered(vec![entry])]))
}

/// Who had written what is passed on.
struct Origin {
    /// Telegram's number of the person, where they do not hide it.
    user_id: Option<i64>,
    /// As they call themselves.
    name: String,
    /// When it was written.
    at_us: i64,
}

fn origin(origin: &MessageOrigin) -> Origin {
    let at_us = origin.date().timestamp_micros();
    let (user_id, name) = match origin {
        MessageOrigin::User { sender_user, .. } => (
            i64::try_from(sender_user.id.0).ok(),
            sender_user.full_name(),
        ),
        MessageOrigin::HiddenUser {
            sender_user_name, ..
        } => (None, sender_user_name.clone()),
        MessageOrigin::Chat { sender_chat, .. } => (None, chat_name(sender_chat)),
        MessageOrigin::Channel { chat, .. } => (None, chat_name(chat)),
    };
    Origin {
        user_id,
        name,
        at_us,
    }
}

fn chat_name(chat: &teloxide::types::Chat) -> String {
    chat.title()
        .or(chat.username())
        .unwrap_or("a channel")
        .to_owned()
}

/// Whose it is, by what, and the name that decided: what the member says in the caption, else whom the message that is answered
/// is about, else who had written it, by their chat with the workspace's bot or a name that only one contact has.
async fn whose(
    tx: &mut Tx,
    speaker: &Speaker,
    origin: Option<&Origin>,
    named_by_line: Option<i64>,
) -> Result<(Option<i64>, Rule, String)> {
    let answered = speaker.answered.as_ref().and_then(|row| row.contact_id);
    if let Some(id) = named_by_line.or(answered) {
        return Ok((Some(id), Rule::ChatTarget, format!("#c{id}")));
    }
    let Some(origin) = origin else {
        return Ok((None, Rule::ChatNobody, String::new()));
    };
    if let Some(user_id) = origin.user_id
        && let Some(chat) = contact_chats::of_user(tx, user_id).await?
    {
        return Ok((
            Some(chat.contact_id),
            Rule::ChatForward,
            origin.name.clone(),
        ));
    }
    if origin.user_id != Some(speaker.user_id)
        && let Some(id) = named(tx, &origin.name).await?
    {
        return Ok((Some(id), Rule::ChatForward, origin.name.clone()));
    }
    Ok((None, Rule::ChatNobody, origin.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_in_front_is_proposed_and_the_rest_is_not() {
        let lines = |heard: &str| spoken_lines(heard, Language::English);
        assert_eq!(
            lines("Next action: call on Friday. Tag: vip! He liked the pier. Delete: all"),
            ["Next action: call on Friday", "Tag: vip"]
        );
        assert!(lines("We talked about the pier. Next action: call").is_empty());
        assert!(lines("").is_empty());
    }

    #[test]
    fn a_card_becomes_lines_that_make_or_complete_a_contact() {
        let card = |phone: &str, first: &str, last: Option<&str>, vcard: Option<&str>| Contact {
            phone_number: phone.to_owned(),
            first_name: first.to_owned(),
            last_name: last.map(str::to_owned),
            user_id: None,
            vcard: vcard.map(str::to_owned),
        };
        assert_eq!(
            card_lines(&card("+49 30 1", "Ada", Some("Byron"), None)),
            "new: Ada Byron\nphone @\"Ada Byron\": +49 30 1"
        );
        let vcard = "BEGIN:VCARD\r\nEMAIL;TYPE=work:Ada@Acme.example\r\nEND:VCARD";
        assert_eq!(
            card_lines(&card("", "Ada\ndelete #c1", None, Some(vcard))),
            "new: Adadelete #c1 <ada@acme.example>"
        );
    }
}
