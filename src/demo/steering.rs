//! The demo's second half: members steer by mail. Commands and their answers, a slip, a date as an address, letters to and
//! from a contact, what is stopped in time, the digest, what is held, and what a stranger gets.

use super::outside::Left;
use super::script::By;
use super::tell::Teller;
use super::world::{MAIL_DOMAIN, World, ZONE};
use super::writing::{self, ADA, ADA_ADDRESS, INTAKE, Letter, MIA_ADDRESS};
use crate::domain::Result;
use crate::store::registry::Lane;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::digests::{self, DigestRow};
use crate::store::workspace::{contact_fields, outbox};
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

const DAY_US: i64 = 86_400_000_000;
const ACTIONS_MAX: i64 = 20;
pub(super) const ELINA: &str = "elina.korhonen@saaristo.example";

/// Tells and checks all of it.
pub async fn run(world: &World, tell: &mut Teller) -> Result<()> {
    let Some(ack) = commands(world, tell).await? else {
        return Ok(());
    };
    slip(world, tell).await?;
    date_as_address(world, tell).await?;
    stopped(world, tell).await?;
    there_and_back(world, tell).await?;
    digest(world, tell).await?;
    held(world, tell).await?;
    stranger(world, tell).await?;
    undo(world, tell, &ack).await?;
    nothing_else_left(world, tell).await
}

/// Commands on top of a note.
async fn commands(world: &World, tell: &mut Teller) -> Result<Option<Left>> {
    tell.step("Mia writes to her intake address: commands on top, a note below");
    let body = "@ada:\nnext action: call about the pilot by friday 14:00\ntag: vip, ferries\nphone: +44 20 7946 0018\n\
                @elina:\nnext action: send the proofs today\n\nAda prefers mornings, and decides in December.";
    let letter = Letter::of_mia(INTAKE, "After the call", body);
    let ack = writing::asks(world, tell, &letter).await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(ada.tags == ["ferries", "vip"], "Ada is tagged");
    tell.check(
        ada.row.phone.as_deref() == Some("+44 20 7946 0018"),
        "her number stands in the database",
    );
    let is_set = ada.actions.first().is_some_and(|action| {
        action.text == "call about the pilot" && weekday(action) == Some(Weekday::Friday)
    });
    tell.check(is_set, "the next action is due on a Friday");
    let elina = Known::of(world, ELINA).await?;
    tell.check(elina.actions.len() == 1, "and Elina's is there too");
    Ok(ack)
}

/// One line is wrong: nothing changes, and the answer says what was meant.
async fn slip(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("A slip of the pen changes nothing");
    let body = "@ada:\nstaus: qualified\ntag: pilot";
    let letter = Letter::of_mia(INTAKE, "Ada", body);
    let error = writing::asks(world, tell, &letter).await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(
        ada.row.status.is_none() && !ada.tags.contains(&"pilot".to_owned()),
        "neither line was done",
    );
    let Some(error) = error else { return Ok(()) };
    tell.check(
        error.message().body.contains("status: qualified"),
        "the answer names the line that was meant",
    );
    tell.step("She answers with the line put right");
    writing::answers(world, tell, &error, "@ada: status: qualified").await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check_eq(
        ada.row.status.as_deref().unwrap_or("none"),
        "qualified",
        "Ada's status",
    );
    Ok(())
}

/// A date in BCC is a next action about whom the letter is to.
async fn date_as_address(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Mia writes to Ada from her own mail program, with a date in BCC");
    let bcc = format!("friday@{MAIL_DOMAIN}");
    let letter = Letter {
        bcc: Some(&bcc),
        ..Letter::of_mia(ADA, "Mock-ups for Pier 4", "Dear Ada, here they are. Mia")
    };
    writing::asks(world, tell, &letter).await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    let is_there = ada.actions.iter().any(|action| {
        action.text == "Mock-ups for Pier 4" && weekday(action) == Some(Weekday::Friday)
    });
    tell.check(is_there, "it is a next action about Ada, for Friday");
    Ok(())
}

/// A letter to a contact that is stopped while it waits.
async fn stopped(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("A letter to Ada's capture address waits a minute, and is stopped in time");
    let capture = capture(world).await?;
    let letter = Letter::of_mia(&capture, "Price", "Dear Ada, it is 4,500 pounds. Mia");
    let (_, spool_id) = writing::hand_in(world, tell, &letter, writing::server_of(&letter)).await?;
    tell.check(is_filed(world, spool_id).await?, "it is filed");
    let counts = outbox::counts(&mut world.workspace.read().await?).await?;
    tell.check(counts.get("waiting") == Some(&1), "it waits in the outbox");
    let undo = Letter::of_mia(INTAKE, "undo", "");
    writing::asks(world, tell, &undo).await?;
    let counts = outbox::counts(&mut world.workspace.read().await?).await?;
    tell.check(
        counts.get("cancelled") == Some(&1),
        "the letter is cancelled in the outbox",
    );
    tell.check(
        world.outside.mails_to(ADA_ADDRESS).is_empty(),
        "nothing has come to Ada",
    );
    Ok(())
}

/// From the contact to the member and back, with a command that stays here.
async fn there_and_back(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Ada writes to her capture address, and it comes to Mia");
    let capture = capture(world).await?;
    let letter = Letter {
        from: ADA,
        to: &capture,
        bcc: None,
        subject: "When can you come?",
        body: "Dear Mia,\n\nnext action: is what your footer said, but I only want a date.\n\nAda",
        answers: None,
    };
    let (before, _) = writing::hand_in(world, tell, &letter, writing::server_of(&letter)).await?;
    let Some(inward) = writing::receive(world, tell, before, MIA_ADDRESS, |_| true).await? else {
        return Ok(());
    };
    tell.check_eq(&inward.answer_to(), &capture, "an answer goes to");
    tell.step("Mia answers, and keeps a line to herself; she has set the hold to a second");
    tell.fact("you", "my hold: 1");
    tell.fact("rapport", &super::run_command(world, "my hold: 1").await?);
    let body = "next action: bring the samples by monday\n\nDear Ada,\n\non Tuesday at ten.\n\nMia";
    let subject = format!("Re: {}", letter.subject);
    let answer = Letter {
        answers: Some(&inward),
        ..Letter::of_mia(&capture, &subject, body)
    };
    let (before, _) = writing::hand_in(world, tell, &answer, writing::server_of(&answer)).await?;
    writing::receive(world, tell, before, MIA_ADDRESS, |_| true).await?;
    let Some(outward) = writing::receive(world, tell, before, ADA_ADDRESS, |_| true).await? else {
        return Ok(());
    };
    let whole = outward.whole();
    tell.check(whole.contains("on Tuesday at ten"), "the letter is in it");
    tell.check(
        !whole.contains("bring the samples") && !whole.contains(MIA_ADDRESS),
        "the command and Mia's own address are not, in no byte of it",
    );
    tell.check_eq(&outward.answer_to(), &capture, "Ada's answer goes to");
    let ada = Known::of(world, ADA_ADDRESS).await?;
    let is_set = ada.actions.iter().any(|action| {
        action.text == "bring the samples" && weekday(action) == Some(Weekday::Monday)
    });
    tell.check(is_set, "the command was done");
    Ok(())
}

/// The digest at its time, and an answer to its first line.
async fn digest(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Next morning the digest comes (here a day is made to pass)");
    tell.fact("you", "my digest: daily 00:00");
    super::run_command(world, "my digest: daily 00:00").await?;
    let before = world.outside.count();
    a_day_passes(world).await?;
    let is_digest = |message: &crate::mail::Message| message.in_reply_to.is_empty();
    let digest = writing::receive(world, tell, before, MIA_ADDRESS, is_digest).await?;
    let Some(digest) = digest else {
        return Ok(());
    };
    tell.check(
        digest.message().body.contains("send the proofs"),
        "what is due today stands in it",
    );
    tell.step("She answers: 1 is done");
    let done = writing::answers(world, tell, &digest, "1 done").await?;
    let elina = Known::of(world, ELINA).await?;
    tell.check(elina.actions.is_empty(), "Elina's action is done");
    let Some(done) = done else { return Ok(()) };
    tell.step("Or not: the answer to that takes it back");
    writing::answers(world, tell, &done, "undo").await?;
    let elina = Known::of(world, ELINA).await?;
    tell.check(elina.actions.len() == 1, "it is to be done again");
    Ok(())
}

/// The digest of Mia was a day ago, and the lane of time looks.
async fn a_day_passes(world: &World) -> Result<()> {
    let now_us = crate::app::now_us();
    let mut tx = world.workspace.write().await?;
    let member_id = member_id(world).await?;
    let told_id = digests::of(&mut tx, member_id)
        .await?
        .and_then(|row| row.told_id);
    let yesterday = DigestRow {
        member_id,
        last_at: Some(now_us - DAY_US),
        told_id,
        next_at: Some(now_us),
    };
    digests::put(&mut tx, &yesterday).await?;
    let workspace = world.app.workspace(None).await?;
    world
        .app
        .store
        .registry
        .wake(workspace.id, Lane::Time, now_us)
        .await?;
    tx.commit().await
}

/// A command in Mia's name that nothing proves: asked for, then done.
async fn held(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("A command in Mia's name, from a server that nothing speaks for, is held");
    let to = format!("acme@{MAIL_DOMAIN}");
    let letter = Letter::of_mia(&to, "From the train", "@ada: tag: pilot");
    let (before, _) = writing::hand_in(world, tell, &letter, By::AnyServer).await?;
    let notice = writing::receive(world, tell, before, MIA_ADDRESS, |_| true).await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(!ada.has_tag("pilot"), "nothing was done");
    let Some(notice) = notice else { return Ok(()) };
    let Some(code) = code(&notice.message().body) else {
        tell.check(false, "the notice names a code");
        return Ok(());
    };
    tell.step("It was she: she answers with the code");
    writing::answers(world, tell, &notice, &format!("confirm {code}")).await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(ada.has_tag("pilot"), "now it is done");
    Ok(())
}

/// Commands of somebody who is no member.
async fn stranger(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("A stranger's commands are text, and nobody answers him");
    let rupert = "rupert@cheapsigns.example";
    let letter = Letter {
        from: "Rupert Sly <rupert@cheapsigns.example>",
        to: INTAKE,
        bcc: None,
        subject: "Hello",
        body: "@ada: phone: +1 555 0100\n@ada: status: lost\nundo",
        answers: None,
    };
    let (_, spool_id) = writing::hand_in(world, tell, &letter, By::AnyServer).await?;
    tell.check(is_filed(world, spool_id).await?, "it is kept");
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(
        ada.row.phone.as_deref() == Some("+44 20 7946 0018")
            && ada.row.status.as_deref() == Some("qualified"),
        "nothing of it was done",
    );
    tell.check(
        world.outside.mails_to(rupert).is_empty(),
        "no mail has left to him",
    );
    Ok(())
}

/// The first letter's changes are taken back, whatever came since.
async fn undo(world: &World, tell: &mut Teller, ack: &Left) -> Result<()> {
    tell.step("A line of the first letter is taken back, by an answer to what was said then");
    writing::answers(world, tell, ack, "undo 3").await?;
    let ada = Known::of(world, ADA_ADDRESS).await?;
    tell.check(
        !ada.has_tag("vip") && ada.has_tag("pilot"),
        "the tags of that line are gone, the later one stays",
    );
    Ok(())
}

/// What left in all: to whom, how often, and that all of it can be proved.
async fn nothing_else_left(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("What has left in all");
    let mails = world.outside.mails();
    let to_ada = world.outside.mails_to(ADA_ADDRESS).len();
    let to_mia = world.outside.mails_to(MIA_ADDRESS).len();
    tell.fact(
        "outside",
        &format!(
            "{} mails: {to_mia} to Mia, {to_ada} to Ada, {} to others",
            mails.len(),
            mails.len() - to_mia - to_ada
        ),
    );
    tell.check(to_ada == 1, "one letter has come to Ada");
    let mut unproved = 0;
    for mail in &mails {
        unproved += usize::from(mail.trust(&world.resolver).await.dmarc != "pass");
    }
    tell.check(unproved == 0, "every one of them passes DMARC");
    let is_answered_once = mails.iter().enumerate().all(|(at, mail)| {
        let answered = mail.message().in_reply_to;
        let earlier = mails.iter().take(at);
        answered.is_empty()
            || !earlier
                .filter(|other| other.rcpt_to == mail.rcpt_to)
                .any(|other| other.message().in_reply_to == answered)
    });
    tell.check(is_answered_once, "no mail was answered twice");
    Ok(())
}

/// A contact as the database has it.
struct Known {
    row: ContactRow,
    tags: Vec<String>,
    /// Mia's open actions about it.
    actions: Vec<ActionRow>,
}

impl Known {
    async fn of(world: &World, address: &str) -> Result<Known> {
        let mut tx = world.workspace.read().await?;
        let row = contacts::by_address(&mut tx, address).await?;
        let row = row.ok_or_else(|| {
            crate::domain::Error::not_found(format!("{address} is no contact in the demo"))
        })?;
        let member_id = member_id(world).await?;
        Ok(Known {
            tags: contact_fields::tags(&mut tx, row.id).await?,
            actions: actions::queue(&mut tx, member_id, row.id, ACTIONS_MAX).await?,
            row,
        })
    }

    fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|one| one == tag)
    }
}

/// The tags of a contact.
pub(super) async fn tags_of(world: &World, address: &str) -> Result<Vec<String>> {
    Ok(Known::of(world, address).await?.tags)
}

/// Whether what was handed in becomes an interaction.
async fn is_filed(world: &World, spool_id: Option<i64>) -> Result<bool> {
    let Some(spool_id) = spool_id else {
        return Ok(false);
    };
    Ok(super::filed(world, spool_id).await?.is_some())
}

async fn member_id(world: &World) -> Result<i64> {
    let row = world.app.workspace(None).await?;
    Ok(world.app.cx(&row, None).await?.actor.member_id)
}

async fn capture(world: &World) -> Result<String> {
    Ok(format!(
        "{}@{MAIL_DOMAIN}",
        super::ada_s_capture(world).await?
    ))
}

/// On which day of the week an action is due, where its member lives.
fn weekday(action: &ActionRow) -> Option<Weekday> {
    let at = Timestamp::from_microsecond(action.due_at?).ok()?;
    let zone = TimeZone::get(ZONE).ok()?;
    Some(zone.to_datetime(at).date().weekday())
}

/// The four digits behind `confirm`.
fn code(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("confirm ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 4).then_some(digits)
}
