//! `confirm`: what destroys or sends, and what was held, waits for a code of four digits that its member was given.

use super::execute;
use super::undo::words::moment;
use crate::commands::closed;
use crate::commands::command::{Audience, Command, Ref};
use crate::commands::context::{Confirmation, Cx, Proof};
use crate::commands::outcome::{Confirmed, Outcome};
use crate::commands::parse::{self, Line};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::commands::specification::Row;
use crate::domain::chance::Chance;
use crate::domain::language::Language;
use crate::domain::retention::{self, Kept};
use crate::domain::why;
use crate::store::Tx;
use crate::store::workspace::confirmations::{self, ConfirmationRow, OPEN_MAX};

const HOUR_US: i64 = 3_600_000_000;
/// A code is worth something so long.
pub const OPEN_US: i64 = 24 * HOUR_US;
/// What ran out is remembered so long, so that an old code is told from a wrong one.
const REMEMBERED_US: i64 = retention::default_us(Kept::Confirmations);
/// Codes have so many values.
const CODES: u64 = 10_000;
/// Commands of one member that wait at once.
const COMMANDS_MAX: usize = 20;
/// Wrong codes in an hour, after which no code is taken.
const MISSES_MAX: usize = 5;
/// How often another code is drawn where one is taken: with so few taken, one is enough nearly always.
const DRAWS_MAX: u32 = 100;

/// What is to wait for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting<'a> {
    /// A line that destroys or sends, with its target by number.
    Command {
        /// The line.
        text: &'a str,
        /// The contact that the door was about.
        about_contact: Option<i64>,
        /// The interaction that the text came with.
        about_interaction: Option<i64>,
    },
    /// An interaction that nothing proved, to be let in.
    Held {
        /// Which.
        interaction_id: i64,
        /// What it is called.
        text: &'a str,
    },
}

/// Keeps something waiting for a member, for 24 hours, and gives its code; `None` where too much waits already.
pub async fn wait(
    tx: &mut Tx,
    chance: &Chance,
    member_id: i64,
    now_us: i64,
    waiting: Waiting<'_>,
) -> Result<Option<String>, Failure> {
    confirmations::forget(tx, member_id, now_us - REMEMBERED_US).await?;
    let open = confirmations::open(tx, member_id, now_us).await?;
    let commands = open.iter().filter(|(kind, _)| kind == "command").count();
    let is_command = matches!(waiting, Waiting::Command { .. });
    // Strangers may fill what is held, and must leave room for what the member asks for.
    let full = match is_command {
        true => commands >= COMMANDS_MAX,
        false => open.len() - commands >= OPEN_MAX - COMMANDS_MAX,
    };
    let taken = |code: &str| open.iter().any(|(_, there)| there == code);
    let code = (0..DRAWS_MAX)
        .map(|_| format!("{:04}", chance.below(CODES)))
        .find(|code| !taken(code));
    let Some(code) = code.filter(|_| !full) else {
        return Ok(None);
    };
    let row = ConfirmationRow {
        code: code.clone(),
        member_id,
        created_at: now_us,
        expires_at: now_us + OPEN_US,
        ..row_of(waiting)
    };
    confirmations::insert(tx, &row).await?;
    Ok(Some(code))
}

fn row_of(waiting: Waiting<'_>) -> ConfirmationRow {
    match waiting {
        Waiting::Command {
            text,
            about_contact,
            about_interaction,
        } => ConfirmationRow {
            kind: "command".to_owned(),
            text: text.to_owned(),
            about_contact_id: about_contact,
            about_interaction_id: about_interaction,
            ..ConfirmationRow::default()
        },
        Waiting::Held {
            interaction_id,
            text,
        } => ConfirmationRow {
            kind: "held".to_owned(),
            text: text.to_owned(),
            about_interaction_id: Some(interaction_id),
            ..ConfirmationRow::default()
        },
    }
}

/// What was asked for and waits now: its code, its text and until when; and what it would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Four digits.
    pub code: String,
    /// Until when it waits; microseconds since 1970.
    pub until: i64,
    /// What it would do.
    pub outcome: Outcome,
}

/// Tells what a command would do that destroys or sends, and lets it wait for its code. What cannot be done is an error now.
pub async fn ask(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    command: &Command,
) -> Result<Asked, Failure> {
    let outcome = told(tx, cx, target, command).await?;
    let text = explicit(tx, cx, target, command).await?;
    let unclear =
        || Problem::new("it is not clear what this is about; say its number").nearest(&text);
    let line = only_line(&text).ok_or_else(unclear)?;
    // A member confirms what was told, and nothing that the words may mean by then.
    let later = match &line.result {
        Ok(later) => told(tx, cx, line.target.as_ref(), later).await?,
        Err(_) => return Err(unclear().into()),
    };
    if later != outcome {
        return Err(unclear().into());
    }
    let waiting = Waiting::Command {
        text: &text,
        about_contact: cx.about_contact,
        about_interaction: cx.about_interaction,
    };
    let code = wait(tx, &cx.chance, cx.actor.member_id, cx.now_us, waiting).await?;
    let code = code.ok_or_else(|| {
        Problem::new(format!(
            "{COMMANDS_MAX} commands wait for your confirmation already; confirm one, or wait until they run out"
        ))
    })?;
    Ok(Asked {
        code,
        until: cx.now_us + OPEN_US,
        outcome,
    })
}

/// What a command would do, once confirmed where it wants that: it is done, and undone at once.
pub async fn told(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    command: &Command,
) -> Result<Outcome, Failure> {
    let given = Cx {
        confirmation: Confirmation::Given,
        ..cx.clone()
    };
    tx.savepoint().await?;
    let outcome = Box::pin(execute(tx, &given, target, command)).await;
    if let Err(Failure::Store(error)) = outcome {
        return Err(error.into());
    }
    tx.back_to_savepoint().await?;
    outcome
}

/// The line with what it is about by number, so that it means the same later.
async fn explicit(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    command: &Command,
) -> Result<String, Failure> {
    let by_door = cx.about_contact.map(Ref::Contact);
    let by_door = by_door.or(cx.about_interaction.map(Ref::Interaction));
    let target = target.or(by_door.as_ref());
    Ok(match command {
        Command::Merge { other } => {
            let other = by_number(tx, other).await?;
            match target {
                Some(target) => format!("merge {}: {other}", contact_number(tx, target).await?),
                None => format!("merge {other}"),
            }
        }
        Command::Delete | Command::Restore | Command::Unmerge | Command::Erase => {
            let name = Row::of(command.verb()).name();
            match (target, command) {
                (Some(target @ (Ref::Name(_) | Ref::Address { .. })), Command::Restore) => {
                    format!(
                        "{name} #c{}",
                        resolve::deleted_contact(tx, target).await?.id
                    )
                }
                (Some(target), _) => format!("{name} {}", by_number(tx, target).await?),
                (None, _) => name.to_owned(),
            }
        }
        Command::Leave | Command::Export => Row::of(command.verb()).name().to_owned(),
        Command::Broadcast { to, text } => {
            let to = match to {
                Audience::All => "all".to_owned(),
                Audience::Tag(tag) => format!("#{tag}"),
            };
            format!("broadcast to {to}: {}", text.replace('\n', "\\n"))
        }
        _ => return Err(Problem::new("this cannot wait for a confirmation yet").into()),
    })
}

async fn by_number(tx: &mut Tx, of: &Ref) -> Result<Ref, Failure> {
    match of {
        Ref::Name(_) | Ref::Address { .. } => contact_number(tx, of).await,
        number => Ok(number.clone()),
    }
}

async fn contact_number(tx: &mut Tx, of: &Ref) -> Result<Ref, Failure> {
    Ok(Ref::Contact(resolve::contact_or_deleted(tx, of).await?.id))
}

fn only_line(text: &str) -> Option<Line> {
    match <[Line; 1]>::try_from(parse::lines(text, Language::English)) {
        Ok([line]) => Some(line),
        Err(_) => None,
    }
}

/// Remembers the codes of a text that its member was never given. Before its lines are run, and outside of what is undone
/// when one of them fails: else a code could be guessed at leisure.
pub async fn remember_misses(tx: &mut Tx, cx: &Cx, lines: &[Line]) -> Result<(), Failure> {
    let member = cx.actor.member_id;
    for line in lines {
        let Ok(Command::Confirm { code }) = &line.result else {
            continue;
        };
        if !cx.proof.holds() || is_hearsay(cx) || locked_until(tx, cx).await?.is_some() {
            return Ok(());
        }
        if confirmations::by_code(tx, member, code).await?.is_none() {
            confirmations::miss(tx, member, cx.now_us, cx.now_us - HOUR_US).await?;
        }
    }
    Ok(())
}

/// Until when no code is taken of the actor, after too many that nobody was given.
async fn locked_until(tx: &mut Tx, cx: &Cx) -> Result<Option<i64>, Failure> {
    let misses = confirmations::misses(tx, cx.actor.member_id, cx.now_us - HOUR_US).await?;
    if misses.len() < MISSES_MAX {
        return Ok(None);
    }
    Ok(misses.first().map(|oldest| oldest + HOUR_US))
}

/// Whether nothing but a secret address says who it is, and not that of a message of ours: whoever knows it could guess codes.
fn is_hearsay(cx: &Cx) -> bool {
    cx.proof == Proof::Mail(why::Proof::SecretAddress) && cx.answering.is_none()
}

/// Does what waited for this code.
pub async fn confirm(tx: &mut Tx, cx: &Cx, code: &str) -> Result<Outcome, Failure> {
    if is_hearsay(cx) {
        return Err(Problem::new(
            "nothing but an address proves that this is you; answer the very message that gave you the code",
        )
        .into());
    }
    if let Some(until) = locked_until(tx, cx).await? {
        return Err(Problem::new(format!(
            "too many wrong codes; none is taken before {}",
            moment(cx, until)
        ))
        .into());
    }
    let row = confirmations::by_code(tx, cx.actor.member_id, code).await?;
    let row = row.ok_or_else(|| {
        Problem::new(format!(
            "nothing of yours waits for {code}; the code stands in the message that asked for it"
        ))
    })?;
    if let Some(used_at) = row.used_at {
        let when = moment(cx, used_at);
        return Err(Problem::new(format!("{code} was confirmed already, on {when}")).into());
    }
    if row.expires_at <= cx.now_us {
        let when = moment(cx, row.expires_at);
        return Err(Problem::new(format!(
            "{code} ran out on {when}; say the command again for a new code"
        ))
        .into());
    }
    confirmations::use_up(tx, row.id, cx.now_us).await?;
    match (row.kind.as_str(), row.about_interaction_id) {
        ("held", Some(id)) => match closed::refusal(tx, &cx.zone).await? {
            Some(words) => Err(Problem::new(words).into()),
            None => Ok(Outcome::LetIn(id)),
        },
        _ => run_text(tx, cx, &row).await,
    }
}

async fn run_text(tx: &mut Tx, cx: &Cx, row: &ConfirmationRow) -> Result<Outcome, Failure> {
    let given = Cx {
        confirmation: Confirmation::Given,
        about_contact: row.about_contact_id,
        about_interaction: row.about_interaction_id,
        ..cx.clone()
    };
    let stale =
        || Problem::new("what was to be confirmed is not understood any more; say it again");
    let line = only_line(&row.text).ok_or_else(stale)?;
    let command = line.result.map_err(|_| stale())?;
    let outcome = Box::pin(execute(tx, &given, line.target.as_ref(), &command)).await?;
    Ok(Outcome::Confirmed(Box::new(Confirmed {
        text: row.text.clone(),
        outcome,
    })))
}
