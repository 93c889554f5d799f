//! What a member types: commands, and in answer to news of a contact the words that go to that contact.

use super::speaker::Speaker;
use crate::bot::update::Serving;
use crate::bot::{media, menu};
use crate::commands::let_in::let_in;
use crate::commands::parse::{self, Line};
use crate::commands::reply::{Block, Reply};
use crate::commands::{self, Cx, Verdict};
use crate::domain::Result;
use crate::domain::chat::Button;
use crate::domain::language::Language;
use crate::ingest::chat::{Goes, TalkFile, to_contact};
use crate::post::chat::{Saying, say};
use crate::store::Tx;
use crate::store::registry::Lane;
use crate::store::workspace::chat_outbox::ChatKind;
use teloxide::types::Message;

/// A text of a member, taken apart.
pub(super) struct Text {
    /// The commands.
    pub lines: Vec<Line>,
    /// What goes to the contact that the answered message is about.
    pub to_contact: Option<String>,
    /// Files that go with it.
    pub files: Vec<TalkFile>,
}

/// What running a text gave.
pub(super) struct Ran {
    /// The answers.
    pub replies: Vec<Reply>,
    /// The text in the journal, where it changed something.
    pub batch: Option<i64>,
    /// Whether somebody was erased: what was said before is said no more.
    pub has_erased: bool,
}

/// Runs what a member typed, and writes the answer.
pub(super) async fn speak(
    serving: &Serving,
    update_id: i64,
    message: &Message,
    speaker: &Speaker,
    text: &str,
) -> Result<()> {
    let mut cx = speaker.context(serving, speaker.answered_number()).await?;
    let text = taken_apart(&cx, speaker, text);
    let secret = super::super::contact::connect::verify(serving, &mut cx, &text.lines).await;
    commands::run::reserve(&serving.bots.store, &mut cx, &text.lines).await?;
    let Some(mut tx) = speaker.begin(serving, update_id).await? else {
        return Ok(());
    };
    let ran = run(&mut tx, serving, &cx, speaker, text).await?;
    let answers = match secret {
        true => None,
        false => Some(i64::from(message.id.0)),
    };
    answer(&mut tx, &cx, speaker, &ran, answers).await?;
    wake(serving, speaker.workspace_id).await?;
    tx.commit().await?;
    if secret {
        media::delete(&serving.client, message).await;
    }
    if ran
        .replies
        .iter()
        .all(|reply| reply.verdict == Verdict::Done)
    {
        follow(serving, &cx, speaker).await?;
    }
    Ok(())
}

/// The commands of a text. In answer to news of a contact they stand on top, as in a mail, and the rest is for the contact.
pub(super) fn taken_apart(cx: &Cx, speaker: &Speaker, text: &str) -> Text {
    let row = speaker.answered.as_ref();
    let prompt = row.and_then(|row| row.outgoing().prompt);
    if let Some(prompt) = prompt {
        return only_lines(cx, &format!("{prompt}{text}"));
    }
    if row.is_none_or(|row| row.kind != ChatKind::News.word()) {
        return only_lines(cx, text);
    }
    let head = parse::head(text, cx.language());
    let note = head.note.trim();
    Text {
        to_contact: (!note.is_empty()).then(|| note.to_owned()),
        lines: head.lines,
        files: Vec::new(),
    }
}

fn only_lines(cx: &Cx, text: &str) -> Text {
    let mut lines = parse::lines(text, cx.language());
    if lines.is_empty() {
        lines = parse::lines("help", cx.language());
    }
    Text {
        lines,
        to_contact: None,
        files: Vec::new(),
    }
}

/// Does the lines, all or none, and sends what goes to the contact where they were right.
pub(super) async fn run(
    tx: &mut Tx,
    serving: &Serving,
    cx: &Cx,
    speaker: &Speaker,
    text: Text,
) -> Result<Ran> {
    let store = &serving.bots.store;
    let mut ran = Ran {
        replies: Vec::new(),
        batch: None,
        has_erased: false,
    };
    if !text.lines.is_empty() {
        let applied = commands::apply(tx, cx, &text.lines).await?;
        if let Some(due_us) = applied.time_due_us {
            store
                .registry
                .wake(cx.workspace_id, Lane::Time, due_us)
                .await?;
        }
        let_in(store, tx, cx, &applied.let_in).await?;
        let is_done = applied.is_done();
        ran.replies = applied.replies;
        ran.batch = applied.batch;
        ran.has_erased = applied.has_erased;
        if !is_done {
            if text.to_contact.is_some() {
                ran.replies
                    .push(stays("a line above it was wrong; send it again"));
            }
            return Ok(ran);
        }
    }
    if let Some(words) = text.to_contact {
        let reply = pass_on(tx, serving, cx, speaker, (&words, text.files), &mut ran).await?;
        ran.replies.push(reply);
    }
    Ok(ran)
}

async fn pass_on(
    tx: &mut Tx,
    serving: &Serving,
    cx: &Cx,
    speaker: &Speaker,
    (words, files): (&str, Vec<TalkFile>),
    ran: &mut Ran,
) -> Result<Reply> {
    let row = speaker.answered.as_ref();
    let Some(contact) = row.and_then(|row| row.contact_id) else {
        return Ok(stays("it answers no contact"));
    };
    let answered = row.and_then(|row| row.interaction_id);
    let passage = media::passage(serving, speaker.workspace_id);
    let to = (contact, answered);
    let goes = to_contact(tx, &passage, cx, to, (words, files), ran.batch).await?;
    Ok(match goes {
        Goes::Yes { batch, words } => {
            ran.batch = Some(batch);
            Reply::done(vec![Block::Lines(vec![words])])
        }
        Goes::No(why) => stays(&why),
    })
}

fn stays(why: &str) -> Reply {
    Reply {
        verdict: Verdict::Refused,
        ..Reply::done(vec![Block::Lines(vec![format!("Not sent: {why}.")])])
    }
}

/// Writes the answer into the chat's outbox.
pub(super) async fn answer(
    tx: &mut Tx,
    cx: &Cx,
    speaker: &Speaker,
    ran: &Ran,
    answers: Option<i64>,
) -> Result<()> {
    let undo = [Button {
        label: "Undo".to_owned(),
        says: "undo".to_owned(),
    }];
    let changed = ran.batch.is_some() && ran.replies.iter().all(|r| r.verdict == Verdict::Done);
    let saying = Saying {
        member_id: speaker.member.id,
        chat_id: speaker.chat_id,
        kind: ChatKind::Answer,
        replies: &ran.replies,
        about_contact_id: cx.about_contact,
        about_interaction_id: cx.about_interaction,
        batch: ran.batch,
        answers,
        buttons: if changed { &undo } else { &[] },
    };
    say(tx, cx.now_us, &saying).await
}

/// Wakes what sends: an answer in the chat, and a mail to a contact.
pub(super) async fn wake(serving: &Serving, workspace_id: i64) -> Result<()> {
    let registry = &serving.bots.store.registry;
    registry
        .wake(workspace_id, Lane::Delivery, serving.now_us())
        .await
}

/// What else changes with what was done: the list of commands, where the member chose another language.
async fn follow(serving: &Serving, cx: &Cx, speaker: &Speaker) -> Result<()> {
    let workspace = serving.bots.store.workspaces.get(cx.workspace_id).await?;
    let settings =
        crate::store::workspace::members::settings(&mut workspace.read().await?, speaker.member.id)
            .await?;
    let language = settings.language.as_deref().and_then(Language::from_tag);
    let language = language.unwrap_or_default();
    if language != cx.language() {
        menu::tell_in(&serving.client, speaker.chat_id, language).await;
    }
    Ok(())
}
