//! A letter that says it is a member's, and nothing proves it: it is held, and one notice asks the member, at the registered
//! address, whether it is let in. The sender learns nothing.

use super::act::Desk;
use super::spoken::head_of;
use crate::commands::Failure;
use crate::commands::execute::confirm::{self, Waiting};
use crate::commands::reply::{Block, Entry, Link, Reply};
use crate::domain::Result;
use crate::domain::chance::Chance;
use crate::domain::why::Rule;
use crate::ingest::attribute::State;
use crate::ingest::known::Member;
use crate::ingest::letter::Letter;
use crate::ingest::plan::{Asked, Standing};
use crate::mail::Class;
use crate::mail::relay::head_lines;
use crate::post::{self, Occasion};
use crate::store::Tx;

/// Lines of the letter that the notice shows.
const LINES_MAX: usize = 12;

/// Writes the notice; true where there is one to send.
pub async fn tell(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter, asked: &Asked) -> Result<bool> {
    let is_new = asked.standing == Standing::New && asked.state == State::Held;
    // What the domain's own rules deny is a forgery: nobody is bothered, the digest counts it.
    let is_unenforced =
        asked.rule == Rule::HeldDmarc && letter.trust.policy.as_deref() == Some("none");
    let is_doubtful = (asked.rule == Rule::HeldUnproved || is_unenforced)
        && letter.message.class == Class::Person;
    if !is_new || !is_doubtful || !letter.message.answerable {
        return Ok(false);
    }
    let Some(member) = desk.known.member_by_address(&letter.sender_key()) else {
        return Ok(false);
    };
    // A code that no notice tells is none: strangers shall not use up what there is of them.
    tx.savepoint().await?;
    let is_told = ask(tx, desk, letter, asked, member).await?;
    match is_told {
        true => tx.keep().await?,
        false => tx.back_to_savepoint().await?,
    }
    Ok(is_told)
}

async fn ask(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    member: &Member,
) -> Result<bool> {
    let Some(code) = code(tx, desk, member.id, letter, asked).await? else {
        return Ok(false);
    };
    let head = head_of(letter, member);
    let lines = match head.lines.is_empty() {
        true => Vec::new(),
        false => head_lines(letter.message.opening(), &head.note),
    };
    let reply = notice(letter, &lines, &code, asked.interaction_id);
    let notice = post::Letter {
        member_id: member.id,
        occasion: Occasion::Doubt,
        replies: &[reply],
        subject: "Is this mail from you?",
        answers: None,
        about_contact_id: None,
        about_interaction_id: Some(asked.interaction_id),
        batch: None,
        nonce: desk.nonce(),
    };
    let written = post::write(tx, &desk.letterhead(), &notice).await?;
    Ok(written.is_to_send())
}

/// The code by which a member lets a letter in, or lets it go on; `None` where too much waits already.
pub async fn code(
    tx: &mut Tx,
    desk: &Desk<'_>,
    member_id: i64,
    letter: &Letter,
    asked: &Asked,
) -> Result<Option<String>> {
    let subject = letter.message.subject.as_deref().unwrap_or("(no subject)");
    let waiting = Waiting::Held {
        interaction_id: asked.interaction_id,
        text: subject,
    };
    confirm::wait(tx, &Chance::system(), member_id, desk.now_us, waiting)
        .await
        .map_err(Failure::into_error)
}

fn notice(letter: &Letter, lines: &[String], code: &str, interaction_id: i64) -> Reply {
    let subject = letter.message.subject.as_deref().unwrap_or("(no subject)");
    let from = letter.sender_key();
    let said = format!(
        "A mail with your address {from} in From came in, and nothing proves that you sent it. It is held as #i{interaction_id}: \"{subject}\"."
    );
    let mut blocks = vec![Block::Lines(vec![said])];
    if !lines.is_empty() {
        blocks.push(Block::Lines(vec![
            "It asks for this, and nothing of it was done:".to_owned(),
        ]));
        let shown: Vec<&str> = lines.iter().take(LINES_MAX).map(String::as_str).collect();
        blocks.push(Block::Quote(shown.join("\n")));
    }
    blocks.push(Block::Numbered(vec![Entry {
        mark: "→".to_owned(),
        lines: vec![
            format!("If it is yours, answer: confirm {code}"),
            "If not, do nothing.".to_owned(),
        ],
        links: vec![Link {
            label: "It is mine".to_owned(),
            says: format!("confirm {code}"),
        }],
        ..Entry::default()
    }]));
    Reply::done(blocks)
}
