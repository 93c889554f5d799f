//! Does what a letter asks for, in the transaction that files it: runs its commands, passes it on, and writes the one answer.
//! Nothing is sent here; a bad command loses no letter.

use super::held;
use super::relay::{self, OnItsWay, Outward};
use super::sent_here::is_sent_here;
use super::spoken::{self, Spoken};
use crate::commands::execute::sending;
use crate::commands::let_in::let_in;
use crate::commands::parse::Line;
use crate::commands::reply::{Block, Reply};
use crate::commands::{self, Actor, Applied, Cx, Door, Failure, Proof, Said, Verdict};
use crate::domain::{Result, chance, why};
use crate::ingest::identity;
use crate::ingest::known::{Known, Member};
use crate::ingest::lane::Lanes;
use crate::ingest::letter::Letter;
use crate::ingest::plan::{Asked, Standing};
use crate::post::{self, Answered, Letterhead, Occasion, Written};
use crate::store::Tx;
use crate::store::registry::{AddressKind, Lane, Role};
use crate::store::workspace::contacts;
use crate::store::workspace::runs::{self, RunRow};
use sha2::{Digest, Sha256};

/// Within this the same text from the same member to the same address is the same message (COMMANDS.md, "Execution").
const SAME_US: i64 = 600_000_000;
/// The Date of a mail counts where it is so near to its receipt.
const DATE_TRUST_US: i64 = 86_400_000_000;

/// Where a letter is dealt with: what is known, and what the answer is written with.
pub struct Desk<'a> {
    /// The databases, the clock, the randomness.
    pub lanes: &'a Lanes,
    /// Whose letter it is.
    pub workspace_id: i64,
    /// Microseconds since 1970.
    pub now_us: i64,
    /// What the workspace knows of what the batch mentions.
    pub known: &'a Known,
}

/// What an answer is about.
pub struct About {
    /// What it acknowledges, in the journal.
    pub batch: Option<i64>,
    /// The subject that it carries on.
    pub subject: Option<String>,
}

/// Deals with a letter that was filed. An error is the store's: the letter is filed again.
pub async fn act(tx: &mut Tx, desk: &Desk<'_>, letter: &Letter, asked: &Asked) -> Result<()> {
    let wakes = match &asked.spoken {
        Some(spoken) => obey(tx, desk, letter, asked, spoken).await?,
        None => {
            held::tell(tx, desk, letter, asked).await?
                || relay::inward(tx, desk, letter, asked).await?
        }
    };
    if wakes {
        desk.wake(Lane::Delivery, desk.now_us).await?;
    }
    Ok(())
}

/// Runs what a proved member asks for. True where there is something to send.
async fn obey(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    spoken: &Spoken,
) -> Result<bool> {
    let is_only_filed = !spoken.asks() && !relay::is_outward(desk, letter);
    if asked.standing == Standing::New && is_only_filed {
        return Ok(false);
    }
    let run_before = runs::of_interaction(tx, asked.interaction_id).await?;
    let is_again = asked.standing == Standing::Repeated && !spoken.is_released;
    if let Some(run) = run_before.filter(|_| is_again) {
        return match run.outbox_id {
            Some(outbox_id) => post::again(tx, outbox_id, desk.now_us).await,
            None => Ok(false),
        };
    }
    let identity = identity_of(letter, spoken);
    if let Some(before) = same_text(tx, desk, &identity, spoken).await? {
        return match before.outbox_id {
            Some(outbox_id) => post::again(tx, outbox_id, desk.now_us).await,
            None => Ok(false),
        };
    }
    let Some(member) = desk.known.member(spoken.member) else {
        return Ok(false);
    };
    let cx = desk.cx(tx, letter, asked, spoken, member).await?;
    let lines = match spoken.is_released {
        true => Vec::new(),
        false => spoken::lines(spoken, &asked.contacts),
    };
    let applied = run(tx, desk, &cx, &lines).await?;
    let mut replies = applied.replies.clone();
    let mut batch = applied.batch;
    for outward in passed_on(tx, desk, letter, asked, spoken, &applied).await? {
        match outward {
            Outward::Goes(on_its_way) => {
                batch = Some(sent(tx, &cx, batch, &on_its_way).await?);
                if !lines.is_empty() {
                    replies.push(goes(&on_its_way));
                }
            }
            Outward::Stays(why) => replies.push(stays(&why)),
            Outward::None | Outward::Empty => {}
        }
    }
    let about = About {
        batch,
        subject: answered_subject(letter, &applied),
    };
    let outbox_id = desk
        .answer(tx, letter, asked, spoken, &replies, about)
        .await?;
    if spoken.asks() {
        let row = RunRow {
            interaction_id: Some(asked.interaction_id),
            member_id: spoken.member,
            identity,
            at: desk.now_us,
            batch: batch.unwrap_or_default(),
            outbox_id,
            ..RunRow::default()
        };
        runs::insert(tx, row).await?;
    }
    Ok(outbox_id.is_some() || batch.is_some())
}

/// The subject that the answer carries on; none behind an erasure, since it may name who was erased.
fn answered_subject(letter: &Letter, applied: &Applied) -> Option<String> {
    let subject = letter.message.subject.clone();
    subject.filter(|_| !applied.has_erased)
}

/// Passes the letter on to each contact that it is written to, where its lines were right and it is surely the member's.
async fn passed_on(
    tx: &mut Tx,
    desk: &Desk<'_>,
    letter: &Letter,
    asked: &Asked,
    spoken: &Spoken,
    applied: &Applied,
) -> Result<Vec<Outward>> {
    if !relay::is_outward(desk, letter) {
        return Ok(Vec::new());
    }
    let is_sure = is_sent_to_contacts(letter, spoken);
    let is_public = is_command_in_public(desk, letter, spoken);
    if applied.is_done() && is_sure && !is_public {
        let mut outward = Vec::new();
        for capture in relay::visible_captures(letter) {
            outward.push(relay::outward(tx, desk, letter, asked, spoken, capture).await?);
        }
        return Ok(outward);
    }
    let code = held::code(tx, desk, spoken.member, letter, asked).await?;
    let why = match (applied.is_done(), is_sure) {
        (true, true) => in_public(code.as_deref()),
        (true, false) => doubt(code.as_deref()),
        (false, _) => wrong_line(code.as_deref()),
    };
    Ok(vec![Outward::Stays(why)])
}

/// Whether it begins with what would be commands, if nobody outside were among those who read them.
fn is_command_in_public(desk: &Desk<'_>, letter: &Letter, spoken: &Spoken) -> bool {
    let member = desk.known.member(spoken.member);
    let head = member.map(|member| spoken::head_of(letter, member));
    !spoken.is_released
        && spoken.private.is_empty()
        && head.is_some_and(|head| !head.lines.is_empty())
}

/// What leaves the house asks for more than a secret address, and for more than a copy of a signed mail.
fn is_sent_to_contacts(letter: &Letter, spoken: &Spoken) -> bool {
    let mut captures = letter
        .recipients
        .iter()
        .filter(|r| r.kind == AddressKind::Capture);
    spoken.proof != why::Proof::SecretAddress
        && captures.all(|r| is_sent_here(letter, spoken.proof, &r.address))
}

/// The letter in the journal, so that `undo` stops it; gives its batch.
async fn sent(tx: &mut Tx, cx: &Cx, batch: Option<i64>, on_its_way: &OnItsWay) -> Result<i64> {
    let OnItsWay { row, contact, .. } = on_its_way;
    let journalled = sending::on_its_way(tx, cx, batch, *row, *contact).await;
    journalled.map_err(Failure::into_error)
}

async fn run(tx: &mut Tx, desk: &Desk<'_>, cx: &Cx, lines: &[Line]) -> Result<Applied> {
    if lines.is_empty() {
        return Ok(Applied::default());
    }
    let mut cx = cx.clone();
    let store = &desk.lanes.store;
    commands::run::reserve(store, &mut cx, lines).await?;
    let applied = commands::apply(tx, &cx, lines).await?;
    if let Some(due_us) = applied.time_due_us {
        desk.wake(Lane::Time, due_us).await?;
    }
    let_in(store, tx, &cx, &applied.let_in).await?;
    Ok(applied)
}

/// The run of the same text a moment ago, by another copy of it.
async fn same_text(
    tx: &mut Tx,
    desk: &Desk<'_>,
    identity: &str,
    spoken: &Spoken,
) -> Result<Option<RunRow>> {
    if !spoken.asks() || spoken.is_released {
        return Ok(None);
    }
    runs::same(tx, identity, desk.now_us - SAME_US).await
}

/// What makes a text the same: who says it, to which addresses of ours, under which subject, in which words.
fn identity_of(letter: &Letter, spoken: &Spoken) -> String {
    let mut digest = Sha256::new();
    digest.update(spoken.member.to_be_bytes());
    let mut addresses: Vec<&str> = letter
        .recipients
        .iter()
        .map(|r| r.address.as_str())
        .collect();
    addresses.sort_unstable();
    let subject = letter.message.subject.as_deref().unwrap_or_default();
    for part in addresses
        .into_iter()
        .chain([subject, letter.message.body.as_str()])
    {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    identity::hex(&digest.finalize())
}

fn goes(on_its_way: &OnItsWay) -> Reply {
    let OnItsWay {
        name,
        place,
        hold_seconds,
        ..
    } = on_its_way;
    let when = match hold_seconds {
        0 => "now".to_owned(),
        1 => "in 1 second; undo stops it until then".to_owned(),
        seconds => format!("in {seconds} seconds; undo stops it until then"),
    };
    Reply::done(vec![Block::Lines(vec![format!(
        "Your mail goes to {name} {place} {when}."
    )])])
}

fn in_public(code: Option<&str>) -> String {
    let others = "it begins with what reads like commands, and others outside get it too, so that nothing of them was done";
    match code {
        Some(code) => format!("{others}; answer \"confirm {code}\" to send it as it is"),
        None => others.to_owned(),
    }
}

fn doubt(code: Option<&str>) -> String {
    let nobody = "nothing shows that you sent it to the contact";
    match code {
        Some(code) => format!("{nobody}; answer \"confirm {code}\" if you did"),
        None => nobody.to_owned(),
    }
}

fn wrong_line(code: Option<&str>) -> String {
    let again = "a line above it was wrong; send it again with the line right";
    match code {
        Some(code) => {
            format!("{again}, or answer \"confirm {code}\" to send it without those lines")
        }
        None => again.to_owned(),
    }
}

fn stays(why: &str) -> Reply {
    Reply {
        verdict: Verdict::Refused,
        ..Reply::done(vec![Block::Lines(vec![format!("Not sent: {why}.")])])
    }
}

impl Desk<'_> {
    /// What the letter's commands run with.
    async fn cx(
        &self,
        tx: &mut Tx,
        letter: &Letter,
        asked: &Asked,
        spoken: &Spoken,
        member: &Member,
    ) -> Result<Cx> {
        let said = Said {
            workspace_id: self.workspace_id,
            actor: Actor {
                member_id: member.id,
                email: member.address.clone(),
                name: member.name.clone(),
                role: Role::from_word(&member.role),
            },
            proof: Proof::Mail(spoken.proof),
            door: spoken.door.unwrap_or(Door::MailBody),
            now_us: self.now_us,
            mail_domain: self.lanes.settings.mail_domain.clone(),
        };
        let mut cx = Cx::new(said, member.settings.clone());
        cx.page_origin.clone_from(&self.lanes.settings.page_origin);
        cx.backups = self.lanes.store.backups;
        cx.reference_us = reference(letter);
        cx.about_interaction = Some(asked.interaction_id);
        if let Some(capture) = letter.captures().next() {
            cx.about_contact = contacts::by_capture(tx, capture).await?.map(|c| c.id);
        }
        if let Some(number) = spoken.answers
            && let Some(sent) = post::sent(tx, number).await?
        {
            cx.about_contact = cx.about_contact.or(sent.about_contact_id);
            cx.about_interaction = sent.about_interaction_id.or(cx.about_interaction);
            cx.answering = Some(sent.answering);
        }
        Ok(cx)
    }

    /// Writes the one answer to a letter; its row in the outbox, or `None` where there is none to be written.
    pub async fn answer(
        &self,
        tx: &mut Tx,
        letter: &Letter,
        asked: &Asked,
        spoken: &Spoken,
        replies: &[Reply],
        about: About,
    ) -> Result<Option<i64>> {
        if replies.is_empty() {
            return Ok(None);
        }
        let answered = Answered {
            interaction_id: Some(asked.interaction_id),
            message_id: letter.message.message_id.clone(),
            references: letter.message.references.clone(),
            subject: about.subject,
        };
        let contact_id = match asked.contacts.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let ack = post::Letter {
            member_id: spoken.member,
            occasion: Occasion::Commands,
            replies,
            subject: "Your commands",
            answers: Some(&answered),
            about_contact_id: contact_id,
            about_interaction_id: Some(asked.interaction_id),
            batch: about.batch,
            nonce: self.nonce(),
        };
        match post::write(tx, &self.letterhead(), &ack).await? {
            Written::Letter { outbox_id, .. } => Ok(Some(outbox_id)),
            _ => Ok(None),
        }
    }

    /// What all letters of the workspace have in common.
    pub fn letterhead(&self) -> Letterhead<'_> {
        Letterhead {
            key: self.lanes.store.registry.key(),
            mail_domain: &self.lanes.settings.mail_domain,
            workspace_id: self.workspace_id,
            now_us: self.now_us,
        }
    }

    /// A Message-ID with our mark.
    pub fn message_id(&self) -> String {
        let key = self.lanes.store.registry.key();
        key.message_id(self.nonce(), &self.lanes.settings.mail_domain)
    }

    /// Random bytes of a Message-ID.
    pub fn nonce<const BYTES: usize>(&self) -> [u8; BYTES] {
        chance::nonce(self.lanes.random)
    }

    /// An address of ours.
    pub fn address(&self, local_part: &str) -> String {
        format!("{local_part}@{}", self.lanes.settings.mail_domain)
    }

    /// The intake addresses of a member, which no contact may see.
    pub async fn intake_of(&self, member_id: i64) -> Result<Vec<String>> {
        let registry = &self.lanes.store.registry;
        let found = registry
            .addresses_of(self.workspace_id, AddressKind::Intake, Some(member_id))
            .await?;
        Ok(found.iter().map(|local| self.address(local)).collect())
    }

    /// Wakes a lane of the workspace: before the commit that makes it necessary.
    pub async fn wake(&self, lane: Lane, due_us: i64) -> Result<()> {
        self.lanes
            .store
            .registry
            .wake(self.workspace_id, lane, due_us)
            .await
    }
}

/// The moment that date phrases count from: the Date of the mail where that is near to its receipt.
fn reference(letter: &Letter) -> i64 {
    let date = letter.message.date.map(|date| date.as_microsecond());
    date.filter(|date| date.abs_diff(letter.received_at) <= DATE_TRUST_US.unsigned_abs())
        .unwrap_or(letter.received_at)
}
