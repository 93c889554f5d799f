//! The one door for change: rights first and whether the workspace is open, then the change, then the journal, all in the caller's transaction.
//!
//! One handler a verb, in files by topic. Sends nothing, reads no clock, draws no randomness.

mod action;
pub mod chat;
pub mod confirm;
mod contact;
mod deed;
mod derived;
mod figures;
mod file;
mod inverse;
mod my;
mod note;
mod people;
mod read;
pub mod sending;
mod undo;
mod workspace;
mod workspace_settings;

pub use people::{Brought, Incoming, Standing, bring_in, is_new};
pub use workspace::may_sign_in;

use super::closed;
use super::command::{Command, Field, Ref};
use super::context::{Confirmation, Cx, Proof};
use super::outcome::{Named, Outcome};
use super::problem::{Failure, Problem};
use super::specification::{Risk, Row};
use crate::domain::why;
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::contacts::ContactRow;
use crate::store::workspace::interactions::InteractionRow;
use crate::store::workspace::{contacts, listing};

/// Does one command about a target. Erasing, the largest of all, is boxed: it takes no room in the others.
pub async fn execute(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    command: &Command,
) -> Result<Outcome, Failure> {
    may_now(tx, cx, Row::of(command.verb())).await?;
    match command {
        Command::Next { text, due } => action::next(tx, cx, target, text, due.as_ref()).await,
        Command::Done { text } => action::done(tx, cx, target, text).await,
        Command::Snooze { until } => action::snooze(tx, cx, target, until).await,
        Command::Remind { text, due } => action::remind(tx, cx, target, text, due).await,
        Command::Log { contact_by, text } => note::log(tx, cx, target, *contact_by, text).await,
        Command::Today => action::today(tx, cx).await,
        Command::My { setting, value } => my::my(tx, cx, *setting, value.as_deref()).await,
        Command::Delete if is_action(target) => action::give_up(tx, cx, target).await,
        Command::Restore if is_action(target) => action::reopen(tx, cx, target).await,
        Command::Note { text } => note::note(tx, cx, target, text).await,
        Command::File { to } => file::file(tx, cx, target, to).await,
        Command::New { who } => people::new(tx, cx, who).await,
        Command::Set { field, value } => people::set(tx, cx, target, field, value).await,
        Command::Clear { field, value } => {
            people::clear(tx, cx, target, field, value.as_deref()).await
        }
        Command::Company { name } => people::set(tx, cx, target, &Field::Company, name).await,
        Command::Tag { tags } => people::tag(tx, cx, target, tags).await,
        Command::Untag { tags } => people::untag(tx, cx, target, tags).await,
        Command::Status { status } => people::status(tx, cx, target, status).await,
        Command::Score { score } => people::score(tx, cx, target, *score).await,
        Command::Keep { days } => people::keep(tx, cx, target, *days).await,
        Command::Mute => people::mute(tx, cx, target).await,
        Command::Unmute => people::unmute(tx, cx, target).await,
        Command::Assign { to } => people::assign(tx, cx, target, to).await,
        Command::Rotate => people::rotate(tx, cx, target).await,
        Command::Paid { amount, on } => people::paid(tx, cx, target, amount, on.as_ref()).await,
        Command::Merge { other } => people::merge(tx, cx, target, other).await,
        Command::Unmerge => people::unmerge(tx, cx, target).await,
        Command::Delete => people::delete(tx, cx, target).await,
        Command::Restore => people::restore(tx, cx, target).await,
        Command::Erase => Box::pin(people::erase(tx, cx, target)).await,
        Command::Leave => workspace::leave(tx, cx).await,
        Command::Stay => workspace::stay(tx, cx).await,
        Command::Export => workspace::export(tx, cx).await,
        Command::Workspace { setting, value } => {
            workspace_settings::workspace(tx, cx, *setting, value.as_deref()).await
        }
        Command::Link => chat::link(tx, cx).await,
        Command::Unlink => chat::unlink(tx, cx).await,
        Command::SignIn => workspace::sign_in(tx, cx).await,
        Command::Connect { token } => chat::connect(tx, cx, token).await,
        Command::Disconnect => chat::disconnect(tx, cx).await,
        Command::Greeting { text } => chat::greeting(tx, cx, text.as_deref()).await,
        Command::Broadcast { to, text } => chat::broadcast(tx, cx, to, text).await,
        Command::Undo { what } => undo::undo(tx, cx, *what).await,
        Command::Redo => undo::redo(tx, cx).await,
        Command::Confirm { code } => confirm::confirm(tx, cx, code).await,
        Command::Find { query } => read::find(tx, query).await,
        Command::List { what } => read::list(tx, cx, *what).await,
        Command::Show => read::show(tx, cx, target).await,
        Command::Timeline => read::timeline(tx, cx, target).await,
        Command::Pipeline => figures::pipeline(tx).await,
        Command::Stats => figures::stats(tx, cx).await,
        Command::Why => read::why(tx, cx, target).await,
        Command::Help { about } => Ok(Outcome::Help(*about)),
    }
}

fn is_action(target: Option<&Ref>) -> bool {
    matches!(target, Some(Ref::Action(_)))
}

/// Whether the actor may, and is who they say they are.
pub(super) fn may(cx: &Cx, row: &Row) -> Result<(), Problem> {
    if !cx.proof.holds() {
        return Err(Problem::new(
            "nothing proves that this comes from you; send it signed in, or confirm it",
        ));
    }
    demand(cx, row.rights, row.name())
}

/// A problem where the role is too low for something.
fn demand(cx: &Cx, role: Role, what: &str) -> Result<(), Problem> {
    match cx.actor.role >= role {
        true => Ok(()),
        false => Err(Problem::new(format!(
            "{} may not {what}: it needs the role {}; ask an admin of the workspace",
            cx.actor.email,
            role.word()
        ))),
    }
}

/// Whether the actor may, as things are: the workspace is open, and what wants a confirmation has one.
async fn may_now(tx: &mut Tx, cx: &Cx, row: &Row) -> Result<(), Failure> {
    may(cx, row)?;
    if !closed::may_be_said(row)
        && let Some(words) = closed::refusal(tx, &cx.zone).await?
    {
        return Err(Problem::new(words).into());
    }
    match (row.risk, cx.confirmation) {
        (Risk::Confirmed, Confirmation::Asked) => {
            Err(Problem::new("this wants a confirmation first").into())
        }
        _ => Ok(()),
    }
}

/// The proof as a reason keeps it; the other doors prove in ways that no mail has.
fn proof_of_mail(cx: &Cx) -> why::Proof {
    match cx.proof {
        Proof::Mail(proof) => proof,
        Proof::Machine | Proof::Chat | Proof::Session => why::Proof::None,
    }
}

/// A contact by number and name, or else its address.
async fn named(tx: &mut Tx, contact: &ContactRow) -> Result<Named, Failure> {
    let name = match &contact.name {
        Some(name) => name.clone(),
        None => {
            let addresses = contacts::addresses(tx, contact.id).await?;
            let first = addresses.into_iter().next();
            first.unwrap_or_else(|| format!("#c{}", contact.id))
        }
    };
    Ok(Named {
        id: contact.id,
        name,
    })
}

/// With whom an interaction is filed.
async fn filed_with(tx: &mut Tx, interaction_id: i64) -> Result<Vec<Named>, Failure> {
    let with = listing::filed_with(tx, &[interaction_id]).await?;
    Ok(with
        .into_iter()
        .map(|(_, id, name)| Named { id, name })
        .collect())
}

/// What an interaction is called: its subject, or the beginning of its text.
fn called(interaction: &InteractionRow) -> String {
    let text = match interaction.subject.as_deref().map(str::trim) {
        Some(subject) if !subject.is_empty() => subject,
        _ => interaction.text.trim(),
    };
    let mut words = String::new();
    for word in text.split_whitespace().take(12) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().take(60));
    }
    words
}
