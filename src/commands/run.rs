//! Running a text: parse, resolve and do every line in one transaction, all or none.

use super::command::{Command, Ref};
use super::context::{Confirmation, Cx};
use super::execute::{confirm, execute};
use super::let_in::let_in;
use super::outcome::Outcome;
use super::parse::{self, Line, Mode};
use super::problem::{Failure, Problem};
use super::reply::{self, Refused, Reply, Step, Verdict};

pub use super::reserve::reserve;
use super::resolve;
use super::specification::{Risk, Row};
use crate::domain::Result;
use crate::store::registry::Lane;
use crate::store::workspace::{actions, members, next_number};
use crate::store::{Store, Tx};

/// What lines did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// An answer to each line, or one that says why nothing was done.
    pub replies: Vec<Reply>,
    /// The text in the journal, where it may have changed something: what `undo` takes back.
    pub batch: Option<i64>,
    /// Interactions that were held and that the lines let in: the caller files them.
    pub let_in: Vec<i64>,
    /// Whether somebody was erased: the answer must not say who, and what is left to do is done after the commit.
    pub has_erased: bool,
    /// When the lane of time has something to do sooner than before, microseconds since 1970: wake it before the commit.
    pub time_due_us: Option<i64>,
}

/// What one line did.
struct Answered {
    reply: Reply,
    let_in: Option<i64>,
    has_erased: bool,
}

impl Applied {
    /// Whether the lines were done.
    pub fn is_done(&self) -> bool {
        self.replies.iter().all(|r| r.verdict != Verdict::Refused)
    }
}

/// Runs the lines of a chat message or of the command line: an answer to each, or one refusal of all.
pub async fn run(store: &Store, cx: &Cx, text: &str) -> Result<Vec<Reply>> {
    let mut lines = parse::lines(text, cx.language());
    if lines.is_empty() {
        lines = parse::lines("help", cx.language());
    }
    let workspace = store.workspaces.get(cx.workspace_id).await?;
    if !lines.iter().any(changes) {
        let mut tx = workspace.read().await?;
        return Ok(apply(&mut tx, cx, &lines).await?.replies);
    }
    let mut cx = cx.clone();
    reserve(store, &mut cx, &lines).await?;
    let mut tx = workspace.write().await?;
    let applied = apply(&mut tx, &cx, &lines).await?;
    if let Some(due_us) = applied.time_due_us {
        let registry = &store.registry;
        registry.wake(cx.workspace_id, Lane::Time, due_us).await?;
    }
    let_in(store, &mut tx, &cx, &applied.let_in).await?;
    if applied.batch.is_some() {
        // A bot may have come or gone, and a broadcast may wait.
        let registry = &store.registry;
        registry
            .wake(cx.workspace_id, Lane::Chat, cx.now_us)
            .await?;
    }
    // Where lines were refused nothing of them is left; what is remembered of wrong codes is to stay.
    tx.commit().await?;
    if applied.has_erased
        && let Err(error) = Box::pin(store.settle_erasures(cx.workspace_id, cx.now_us)).await
    {
        // It is written down as pending: the lane of time goes on with it.
        tracing::warn!(workspace_id = cx.workspace_id, error = %error, cause = ?error.cause, "what is left of an erasure waits");
    }
    Ok(applied.replies)
}

/// Does lines in the caller's transaction, or none of them: what was done before a line that fails is undone, and the
/// transaction stays usable. An error is the store's, and the transaction is not to be used further.
pub async fn apply(tx: &mut Tx, cx: &Cx, lines: &[Line]) -> Result<Applied> {
    if let Err(Failure::Store(error)) = confirm::remember_misses(tx, cx, lines).await {
        return Err(error);
    }
    tx.savepoint().await?;
    let mut cx = cx.clone();
    let batch = match lines.iter().any(changes) {
        true => Some(next_number(tx, "batch").await?),
        false => None,
    };
    cx.batch = batch.unwrap_or_default();
    let due_before = match batch {
        Some(_) => actions::next_due_reminder(tx, cx.now_us).await?,
        None => None,
    };
    let mut replies = Vec::with_capacity(lines.len());
    let mut refused = Vec::new();
    let mut let_in = Vec::new();
    let mut has_erased = false;
    for line in lines {
        cx.line = line.number;
        match apply_line(tx, &cx, line).await {
            Ok(answered) => {
                if chooses(line) {
                    cx.choose(members::settings(tx, cx.actor.member_id).await?);
                }
                let_in.extend(answered.let_in);
                has_erased |= answered.has_erased;
                replies.push(match lines.len() {
                    1 => answered.reply,
                    _ => answered.reply.of_line(line.number),
                });
            }
            Err((step, failure)) => refused.push(Refused {
                number: line.number,
                text: line.text.clone(),
                problem: failure.into_problem()?,
                at: step,
            }),
        }
    }
    if refused.is_empty() {
        let time_due_us = match batch {
            Some(_) => time_due(tx, &cx, lines, due_before).await?,
            None => None,
        };
        tx.keep().await?;
        return Ok(Applied {
            replies,
            batch,
            let_in,
            has_erased,
            time_due_us,
        });
    }
    tx.back_to_savepoint().await?;
    Ok(Applied {
        replies: vec![reply::refusal(&refused, lines)],
        batch: None,
        let_in: Vec::new(),
        has_erased: false,
        time_due_us: None,
    })
}

/// When the lane of time has something to do sooner than before: at the first reminder, and now where a member chose other
/// times.
async fn time_due(
    tx: &mut Tx,
    cx: &Cx,
    lines: &[Line],
    due_before: Option<i64>,
) -> Result<Option<i64>> {
    // What is taken back or confirmed may be a choice too; to wake for nothing is harmless.
    let may_choose = |line: &Line| match &line.result {
        Ok(
            Command::Undo { .. }
            | Command::Redo
            | Command::Confirm { .. }
            | Command::Leave
            | Command::Stay,
        ) => true,
        _ => chooses(line),
    };
    if lines.iter().any(may_choose) {
        return Ok(Some(cx.now_us));
    }
    let due = actions::next_due_reminder(tx, cx.now_us).await?;
    Ok(due.filter(|due| due_before.is_none_or(|before| *due < before)))
}

/// Whether a line changes what the member chose.
fn chooses(line: &Line) -> bool {
    let sets = |command: &Command| matches!(command, Command::My { value: Some(_), .. });
    line.mode == Mode::Apply && line.result.as_ref().is_ok_and(sets)
}

async fn apply_line(tx: &mut Tx, cx: &Cx, line: &Line) -> Result<Answered, (Step, Failure)> {
    let command = match &line.result {
        Ok(command) => command,
        Err(problem) => return Err((Step::Reading, problem.clone().into())),
    };
    let doing = |failure: Failure| (Step::Doing, failure);
    let named = by_name(tx, line).await.map_err(doing)?;
    let (target, command) = match &named {
        Some((target, command)) => (Some(target.clone()), *command),
        None => (
            target(cx, line).map_err(|problem| doing(problem.into()))?,
            command,
        ),
    };
    let target = target.as_ref();
    let risk = Row::of(command.verb()).risk;
    let mut let_in = None;
    let mut has_erased = false;
    let reply = match (line.mode, risk) {
        (Mode::Tell, _) => {
            let told = confirm::told(tx, cx, target, command).await;
            Reply::done(reply::told(&told.map_err(doing)?, cx)).told()
        }
        (Mode::Apply, Risk::Confirmed) if cx.confirmation == Confirmation::Asked => {
            let asked = confirm::ask(tx, cx, target, command).await;
            Reply::done(reply::asked(&asked.map_err(doing)?, cx)).waiting()
        }
        (Mode::Apply, _) => {
            let outcome = Box::pin(execute(tx, cx, target, command))
                .await
                .map_err(doing)?;
            if let Outcome::LetIn(id) = outcome {
                let_in = Some(id);
            }
            has_erased = outcome.is_erasure();
            let reply = Reply::done(reply::show(&outcome, cx));
            // What was only read was asked for, and what was confirmed is told.
            match risk {
                Risk::Reversible => reply,
                Risk::Reads | Risk::Confirmed => reply.answer(),
            }
        }
    };
    Ok(Answered {
        reply,
        let_in,
        has_erased,
    })
}

/// What a line is about: its own target, what stood under its number in the message of ours that is answered, or the only
/// thing that stood there.
fn target(cx: &Cx, line: &Line) -> Result<Option<Ref>, Problem> {
    let items = cx.answering.as_ref().map(|answered| &answered.items);
    if let Some(item) = line.item {
        let found = items.and_then(|items| items.get(&item));
        return match (found, items) {
            (Some(found), _) => Ok(Some(found.clone())),
            (None, Some(items)) if !items.is_empty() => Err(Problem::new(format!(
                "there is no {item} in the message that this answers; it counts to {}",
                items.keys().max().copied().unwrap_or_default()
            ))),
            _ => Err(Problem::new(format!(
                "{item} stands for nothing here: numbers count in an answer to a list"
            ))),
        };
    }
    if line.target.is_some() {
        return Ok(line.target.clone());
    }
    let only = items.filter(|items| items.len() == 1);
    Ok(only.and_then(|items| items.values().next().cloned()))
}

/// The reading of a line in which its first words are the name of somebody: `/next ada call Friday`.
async fn by_name<'l>(tx: &mut Tx, line: &'l Line) -> Result<Option<(Ref, &'l Command)>, Failure> {
    for perhaps in &line.perhaps {
        if let Some(target) = resolve::called(tx, &perhaps.name).await? {
            return Ok(Some((target, &perhaps.command)));
        }
    }
    Ok(None)
}

/// Whether a line may change something.
pub fn changes(line: &Line) -> bool {
    line.result
        .as_ref()
        .is_ok_and(|command| Row::of(command.verb()).risk != Risk::Reads)
}
