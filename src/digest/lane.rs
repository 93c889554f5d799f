//! The workers of the lane of time: each holds one workspace, tells its due reminders and digests, and says when it is due next.

use super::contents::contents;
use super::leaving::{self, Turn};
use super::letter::{Digest, digest};
use super::retention::retain;
use super::{house, reminder, schedule};
use crate::domain::{Clock, Result, chance};
use crate::post::{self, Letterhead, Occasion, Written};
use crate::store::house::HOUSE;
use crate::store::registry::Lane;
use crate::store::workspace::Workspace;
use crate::store::workspace::actions;
use crate::store::workspace::digests::{self, DigestRow, Since};
use crate::store::workspace::members::{self, MemberRow};
use crate::store::{Store, Tx};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a lane is held without a word.
const LEASE_US: i64 = 60_000_000;
/// What other processes wake is seen after this.
const POLL: Duration = Duration::from_millis(500);
/// How long a worker rests when a database does not answer, and a workspace that cannot be worked on.
const REST: Duration = Duration::from_secs(2);
const WORKSPACE_REST_US: i64 = 5_000_000;
/// Reminders that are read at a time.
const REMINDERS_MAX: i64 = 50;
/// When a letter is tried again that could not be written: one failed, or there were too many in an hour.
pub(super) const AGAIN_US: i64 = 10 * 60_000_000;
/// Workspaces that are woken at once when a process starts.
const WORKSPACES_MAX: i64 = 1_000_000;

/// What the workers need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// How the page is reached, without a slash at its end, where that is known: `https://crm.example`.
    pub page_origin: Option<String>,
}

/// The workers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Timekeeper {
    /// The databases.
    pub store: Store,
    /// What the workers need to know.
    pub settings: Arc<Settings>,
    /// Names this process among others.
    pub node: Arc<str>,
    /// What time it is.
    pub clock: Clock,
    /// Random bytes for Message-IDs.
    pub random: fn() -> [u8; 16],
}

/// One moment in one workspace.
pub(super) struct Hour<'a> {
    /// Microseconds since 1970.
    pub now_us: i64,
    /// What all letters have in common.
    pub letterhead: Letterhead<'a>,
    random: fn() -> [u8; 16],
}

impl Hour<'_> {
    /// Random bytes of a Message-ID.
    pub fn nonce<const BYTES: usize>(&self) -> [u8; BYTES] {
        chance::nonce(self.random)
    }
}

impl Timekeeper {
    /// Tells what is due until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut is_begun = false;
        while !shutdown.is_cancelled() {
            let turn = async {
                if !is_begun {
                    self.begin().await?;
                }
                self.turn().await
            };
            match turn.await {
                Ok(has_worked) => {
                    is_begun = true;
                    if has_worked {
                        continue;
                    }
                    let registry = &self.store.registry;
                    tokio::select! {
                        () = registry.woken() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error, cause = ?error.cause, "digests and reminders rest: a database does not answer");
                    is_begun = false;
                    tokio::select! {
                        () = tokio::time::sleep(REST) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Tells all that is due now, and returns.
    pub async fn drain(&self) -> Result<()> {
        while self.turn().await? {}
        Ok(())
    }

    /// Every workspace is looked at once: what was due while nobody worked, members who came meanwhile.
    pub async fn begin(&self) -> Result<()> {
        let registry = &self.store.registry;
        registry
            .reclaim_leases(&self.node, self.clock.now_us())
            .await?;
        registry
            .wake(HOUSE, Lane::Time, self.clock.now_us())
            .await?;
        for workspace in registry.workspaces(WORKSPACES_MAX).await? {
            registry
                .wake(workspace.id, Lane::Time, self.clock.now_us())
                .await?;
        }
        Ok(())
    }

    async fn turn(&self) -> Result<bool> {
        let now_us = self.clock.now_us();
        let registry = &self.store.registry;
        let claimed = registry
            .claim_lane(Lane::Time, &self.node, now_us, now_us + LEASE_US)
            .await?;
        let Some(workspace_id) = claimed else {
            return Ok(false);
        };
        match self.workspace(workspace_id).await {
            Ok(next_due) => {
                registry
                    .release_lane(workspace_id, Lane::Time, &self.node, next_due)
                    .await?;
            }
            Err(error) => {
                tracing::error!(workspace_id, error = %error, cause = ?error.cause, "a workspace rests: its digests and reminders wait");
                let until_us = now_us + WORKSPACE_REST_US;
                registry
                    .renew_lane(workspace_id, Lane::Time, &self.node, until_us)
                    .await?;
            }
        }
        Ok(true)
    }

    /// Tells what is due in a workspace; gives when it is due next.
    async fn workspace(&self, workspace_id: i64) -> Result<Option<i64>> {
        if workspace_id == HOUSE {
            return house::turn(self).await;
        }
        match leaving::turn(self, workspace_id).await? {
            Turn::Stays => {}
            Turn::Leaves(next_at) => return Ok(Some(next_at)),
            Turn::Gone => return Ok(None),
        }
        let workspace = self.store.workspaces.get(workspace_id).await?;
        let hour = Hour {
            now_us: self.clock.now_us(),
            letterhead: self.letterhead(workspace_id),
            random: self.random,
        };
        let left = self.what_is_left(&workspace, hour.now_us).await;
        let mut next_due = sooner(Some(left), self.reminders(&workspace, &hour).await?);
        let members = members::all(&mut workspace.read().await?).await?;
        for member in members {
            let next_at = match self.of_member(&workspace, &hour, &member).await {
                Ok(next_at) => next_at,
                Err(error) => {
                    tracing::error!(workspace_id, member_id = member.id, error = %error, cause = ?error.cause, "a digest waits: it could not be written");
                    Some(hour.now_us + AGAIN_US)
                }
            };
            next_due = sooner(next_due, next_at);
        }
        Ok(next_due)
    }

    /// Does what is left of erasures, and removes what was kept long enough; gives when to come again. Nobody's reminder waits
    /// for it.
    async fn what_is_left(&self, workspace: &Workspace, now_us: i64) -> i64 {
        let workspace_id = workspace.id;
        if let Err(error) = Box::pin(self.store.settle_erasures(workspace_id, now_us)).await {
            tracing::error!(workspace_id, error = %error, cause = ?error.cause, "what is left of an erasure waits");
            return now_us + AGAIN_US;
        }
        match Box::pin(retain(&self.store, workspace, now_us)).await {
            Ok(next_at) => next_at,
            Err(error) => {
                tracing::error!(workspace_id, error = %error, cause = ?error.cause, "what is old stays for now");
                now_us + AGAIN_US
            }
        }
    }

    /// Tells the reminders that are due, a commit for each: what one fails at, the others do not wait for. Gives when the next
    /// is due.
    async fn reminders(&self, workspace: &Workspace, hour: &Hour<'_>) -> Result<Option<i64>> {
        let mut behind = (i64::MIN, 0);
        let mut waits = None;
        // Members who got enough for now, about whom: the rest of theirs need not be tried.
        let mut full = HashSet::new();
        loop {
            let mut tx = workspace.read().await?;
            let due = actions::due_reminders(&mut tx, hour.now_us, behind, REMINDERS_MAX).await?;
            let Some(last) = due.last() else {
                let next_at = actions::next_due_reminder(&mut tx, hour.now_us).await?;
                return Ok(sooner(next_at, waits));
            };
            behind = (last.due_at.unwrap_or(hour.now_us), last.id);
            drop(tx);
            for row in due {
                if full.contains(&(row.member_id, row.contact_id)) {
                    continue;
                }
                match self.reminder(workspace, hour, row.id).await {
                    Ok(Told::Yes) => {}
                    Ok(Told::Later) => {
                        full.insert((row.member_id, row.contact_id));
                        waits = Some(hour.now_us + AGAIN_US);
                    }
                    Err(error) => {
                        tracing::error!(workspace_id = workspace.id, action_id = row.id, error = %error, cause = ?error.cause, "a reminder waits: it could not be written");
                        waits = Some(hour.now_us + AGAIN_US);
                    }
                }
            }
        }
    }

    async fn reminder(&self, workspace: &Workspace, hour: &Hour<'_>, id: i64) -> Result<Told> {
        let mut tx = workspace.write().await?;
        // It may have been done or put off since the list was read.
        let row = actions::by_id(&mut tx, id).await?;
        let Some(row) = row.filter(|row| reminder::is_due(row, hour.now_us)) else {
            return Ok(Told::Yes);
        };
        match reminder::tell(&mut tx, hour, &row).await? {
            // Nothing is committed: it stands as due.
            Some(Written::TooMany) => Ok(Told::Later),
            written => {
                self.commit(tx, hour, written.is_some_and(Written::is_to_send))
                    .await?;
                Ok(Told::Yes)
            }
        }
    }

    /// The digest of a member where it is due; gives when it is due next.
    async fn of_member(
        &self,
        workspace: &Workspace,
        hour: &Hour<'_>,
        member: &MemberRow,
    ) -> Result<Option<i64>> {
        let mut tx = workspace.write().await?;
        let settings = members::settings(&mut tx, member.id).await?;
        let row = digests::of(&mut tx, member.id).await?;
        // Whoever is new is told of what comes from now on.
        let since = since(&mut tx, row, hour.now_us).await?;
        let due_at = schedule::next_after(&settings, since.at_us);
        let mut next = DigestRow {
            member_id: member.id,
            last_at: Some(since.at_us),
            told_id: Some(since.interaction_id),
            next_at: due_at,
        };
        let mut has_letter = false;
        if due_at.is_some_and(|due_at| due_at <= hour.now_us) {
            let now = digests::newest_interaction(&mut tx).await?;
            let told = contents(&mut tx, member.id, since, hour.now_us).await?;
            if let Some(digest) = digest(&told, &settings, hour.now_us) {
                match write(&mut tx, hour, member.id, &digest).await? {
                    // It comes later, and tells of what came meanwhile too.
                    Written::TooMany => return Ok(Some(hour.now_us + AGAIN_US)),
                    written => has_letter = written.is_to_send(),
                }
            }
            next.last_at = Some(hour.now_us);
            next.told_id = Some(now);
            next.next_at = schedule::next_after(&settings, hour.now_us);
        }
        if row != Some(next) {
            digests::put(&mut tx, &next).await?;
        }
        self.commit(tx, hour, has_letter).await?;
        Ok(next.next_at)
    }

    /// What all letters of a workspace have in common.
    pub fn letterhead(&self, workspace_id: i64) -> Letterhead<'_> {
        Letterhead {
            key: self.store.registry.key(),
            mail_domain: &self.settings.mail_domain,
            workspace_id,
            now_us: self.clock.now_us(),
        }
    }

    async fn commit(&self, tx: Tx, hour: &Hour<'_>, has_letters: bool) -> Result<()> {
        if has_letters {
            let registry = &self.store.registry;
            registry
                .wake(hour.letterhead.workspace_id, Lane::Delivery, hour.now_us)
                .await?;
        }
        tx.commit().await
    }
}

/// What became of a reminder.
enum Told {
    /// It is told, or need not be.
    Yes,
    /// There were too many letters in this hour.
    Later,
}

/// Since when something is new to a member.
pub async fn since(tx: &mut Tx, row: Option<DigestRow>, else_us: i64) -> Result<Since> {
    let at_us = row.and_then(|row| row.last_at).unwrap_or(else_us);
    let interaction_id = match row.and_then(|row| row.told_id) {
        Some(id) => id,
        None => digests::last_interaction(tx, at_us).await?,
    };
    Ok(Since {
        at_us,
        interaction_id,
    })
}

async fn write(tx: &mut Tx, hour: &Hour<'_>, member_id: i64, digest: &Digest) -> Result<Written> {
    let letter = post::Letter {
        member_id,
        occasion: Occasion::Digest,
        replies: &digest.replies,
        subject: &digest.subject,
        answers: None,
        about_contact_id: None,
        about_interaction_id: None,
        batch: None,
        nonce: hour.nonce(),
    };
    post::write(tx, &hour.letterhead, &letter).await
}

pub(super) fn sooner(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
