//! The spool: what was accepted and is not filed yet. Many sessions share one commit; 250 is said after it.

mod press;
mod writer;

use super::new_id;
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::{Db, Tx};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

use super::addresses::AddressKind;
use press::Press;
use writer::Writer;

/// Names a spooled message; stands in the 250 reply.
pub type SpoolId = i64;

/// Messages that may wait for the next commit; further sessions wait for a place.
const QUEUE_JOBS_MAX: usize = 512;
/// Arrivals that may wait to be filed in all; beyond, mail is put off (452), and its sender keeps it.
pub const WAITING_MAX: i64 = 1_000_000;

/// Who handed the message over, and how (RFC 5321 §2.3.1); what trust is later built on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// MAIL FROM without angle brackets; empty is the null sender.
    pub mail_from: String,
    /// Address of the client; absent for `rapport deliver`.
    pub client_ip: Option<std::net::IpAddr>,
    /// What the client called itself.
    pub helo: String,
    /// Whether it came under TLS.
    pub tls: bool,
    /// Address of the account that signed in.
    pub authenticated: Option<String>,
}

/// One recipient of ours, as RCPT resolved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address as it was written in RCPT, lower case, with tag and domain.
    pub address: String,
    /// Local part without tag.
    pub local_part: String,
    /// What the address is for.
    pub kind: AddressKind,
    /// Whose it is.
    pub workspace_id: i64,
    /// The member of an intake address.
    pub account_id: Option<i64>,
    /// The contact of a capture address.
    pub contact_id: Option<i64>,
    /// The number of the message of a reply address, or of the outbox row of a bounce address.
    #[serde(default)]
    pub number: Option<i64>,
}

/// A spooled message as a workspace takes it up.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its spool id.
    pub spool_id: SpoolId,
    /// When it was accepted.
    pub received_at: i64,
    /// How it came.
    pub envelope: Envelope,
    /// This workspace's recipients.
    pub recipients: Vec<Recipient>,
    /// How often filing it failed before.
    pub attempts: i64,
    /// The bytes as they came.
    pub raw: Vec<u8>,
}

/// How much is in the spool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpoolCounts {
    /// Waiting to be filed.
    pub waiting: i64,
    /// Given up after repeated failures; kept for an admin.
    pub parked: i64,
}

/// The door to the spool. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool {
    db: Db,
    jobs: mpsc::Sender<Job>,
    last_id: Arc<AtomicI64>,
    filled: Arc<Notify>,
    press: Arc<Press>,
}

#[derive(Debug)]
enum Job {
    Accept(Incoming, oneshot::Sender<Result<()>>),
    Done(i64, Vec<SpoolId>, oneshot::Sender<Result<()>>),
}

#[derive(Debug)]
struct Incoming {
    envelope: String,
    recipients: Vec<Recipient>,
    raw: Vec<u8>,
    now_us: i64,
    id: SpoolId,
}

impl Spool {
    pub(super) fn start(db: Db, last_id: Arc<AtomicI64>) -> Spool {
        let (jobs, queue) = mpsc::channel(QUEUE_JOBS_MAX);
        let filled = Arc::new(Notify::new());
        let press = Arc::new(Press::new());
        let writer = Writer::new(db.clone(), filled.clone(), press.clone());
        tokio::spawn(writer.run(queue));
        Spool {
            db,
            jobs,
            last_id,
            filled,
            press,
        }
    }

    /// Puts a message into the spool and wakes its workspaces; returns when that is on disk. `Kind::TooMuch` where too much
    /// waits already, `Kind::Unavailable` where the database does not take it: in both the sender keeps its copy.
    pub async fn accept(
        &self,
        envelope: &Envelope,
        recipients: Vec<Recipient>,
        raw: Vec<u8>,
        now_us: i64,
    ) -> Result<SpoolId> {
        let id = self.new_id(now_us);
        self.accept_as(id, envelope, recipients, raw, now_us)
            .await?;
        Ok(id)
    }

    /// An id for a message that is about to be put in; for whoever writes it into the message.
    pub fn new_id(&self, now_us: i64) -> SpoolId {
        new_id(&self.last_id, now_us)
    }

    /// [`Spool::accept`] under an id that [`Spool::new_id`] gave.
    pub async fn accept_as(
        &self,
        id: SpoolId,
        envelope: &Envelope,
        recipients: Vec<Recipient>,
        raw: Vec<u8>,
        now_us: i64,
    ) -> Result<()> {
        let envelope = serde_json::to_string(envelope)
            .map_err(|e| Error::new(Kind::Corrupt, "the envelope cannot be written").because(e))?;
        let incoming = Incoming {
            envelope,
            recipients,
            raw,
            now_us,
            id,
        };
        self.ask(|reply| Job::Accept(incoming, reply)).await
    }

    /// Takes filed messages out of the spool.
    pub async fn done(&self, workspace_id: i64, ids: Vec<SpoolId>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.ask(|reply| Job::Done(workspace_id, ids, reply)).await
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T>>) -> Job) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let gone = || Error::unavailable("the spool is closed; try again later");
        self.jobs.send(job(reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Returns when something was put into the spool by this process, or was since the last call.
    pub async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Returns when no sessions queue for the disk, or when `wait_max` is over: a sender waits for its 250, nobody waits for
    /// the filing.
    pub async fn lull(&self, wait_max: Duration) {
        self.press.lull(wait_max).await;
    }

    /// Wakes whoever waits in [`Spool::filled`].
    pub fn wake(&self) {
        self.filled.notify_one();
    }

    /// The next arrivals of a workspace in the order in which they came: as many as fit, at least one where there is one.
    pub async fn arrivals(
        &self,
        workspace_id: i64,
        now_us: i64,
        count_max: i64,
        bytes_max: i64,
    ) -> Result<Vec<Arrival>> {
        self.arrivals_behind(workspace_id, 0, now_us, count_max, bytes_max)
            .await
    }

    /// The same, of those that came behind one, for who reads ahead of what is still being filed.
    pub async fn arrivals_behind(
        &self,
        workspace_id: i64,
        behind: SpoolId,
        now_us: i64,
        count_max: i64,
        bytes_max: i64,
    ) -> Result<Vec<Arrival>> {
        let mut tx = self.db.read().await?;
        let ids = next_ids(&mut tx, workspace_id, behind, now_us, count_max, bytes_max).await?;
        let Some(last) = ids.last() else {
            return Ok(Vec::new());
        };
        #[derive(sqlx::FromRow)]
        struct Row {
            id: i64,
            received_at: i64,
            envelope: String,
            recipients: String,
            attempts: i64,
            raw: Vec<u8>,
        }
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(
            "select s.id, s.received_at, s.envelope, a.recipients, a.attempts, s.raw \
             from arrival a join spool s on s.id = a.spool_id \
             where a.workspace_id = $1 and a.parked_at is null and a.due_at <= $2 and a.spool_id <= $3 \
             and a.spool_id > $5 order by a.spool_id limit $4")
            .bind(workspace_id).bind(now_us).bind(last).bind(count_max).bind(behind).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| Arrival {
                spool_id: row.id,
                received_at: row.received_at,
                envelope: serde_json::from_str(&row.envelope).unwrap_or_default(),
                recipients: serde_json::from_str(&row.recipients).unwrap_or_default(),
                attempts: row.attempts,
                raw: row.raw,
            })
            .collect())
    }

    /// Puts an arrival off after a failure, or parks it: kept, shown to an admin, no longer tried.
    pub async fn put_off(
        &self,
        workspace_id: i64,
        spool_id: SpoolId,
        due_at: i64,
        parked_at: Option<i64>,
        error: &str,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update arrival set attempts = attempts + 1, due_at = $3, parked_at = $4, error = $5 \
             where workspace_id = $1 and spool_id = $2")
            .bind(workspace_id).bind(spool_id).bind(due_at).bind(parked_at).bind(error)
            .execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Removes mail that was put aside before a moment, at most so much; gives how much.
    pub async fn forget_parked(
        &self,
        workspace_id: i64,
        before_us: i64,
        count_max: i64,
    ) -> Result<u64> {
        let mut tx = self.db.write().await?;
        let ids: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "delete from arrival where workspace_id = $1 and spool_id in (select spool_id from arrival \
             where workspace_id = $1 and parked_at <= $2 order by spool_id limit $3) returning spool_id")
            .bind(workspace_id).bind(before_us).bind(count_max).fetch_all(c).await)?;
        for id in &ids {
            on!(&mut tx, c => sqlx::query(
                "delete from spool where id = $1 and not exists (select 1 from arrival where spool_id = $1)")
                .bind(id).execute(c).await.map(drop))?;
        }
        tx.commit().await?;
        Ok(ids.len() as u64)
    }

    /// Removes what came for a workspace that is not registered any more, and what wakes it; gives how much. What the same mails
    /// bring to others stays, and all of it where the workspace is registered.
    pub async fn drop_strays(&self, workspace_id: i64) -> Result<u64> {
        let mut tx = self.db.write().await?;
        let mut dropped = 0;
        for sql in [
            // First: what is accepted meanwhile waits for this, and is found by whoever it wakes.
            "delete from wake_up where workspace_id = $1 and not exists (select 1 from workspace where id = $1)",
            "delete from spool where id in (select spool_id from arrival where workspace_id = $1) and not exists \
             (select 1 from arrival where spool_id = spool.id and workspace_id <> $1) \
             and not exists (select 1 from workspace where id = $1)",
            "delete from arrival where workspace_id = $1 and not exists (select 1 from workspace where id = $1)",
        ] {
            dropped = on!(&mut tx, c => sqlx::query(sql).bind(workspace_id)
                .execute(c).await.map(|done| done.rows_affected()))?;
        }
        tx.commit().await?;
        Ok(dropped)
    }

    /// When the next arrival of a workspace is due; absent where none waits.
    pub async fn next_due(&self, workspace_id: i64) -> Result<Option<i64>> {
        let mut tx = self.db.read().await?;
        let due = on!(&mut tx, c => sqlx::query_scalar(
            "select min(due_at) from arrival where workspace_id = $1 and parked_at is null")
            .bind(workspace_id).fetch_one(c).await)?;
        Ok(due)
    }

    /// How much waits and how much is parked, in one workspace or in all.
    pub async fn counts(&self, workspace_id: Option<i64>) -> Result<SpoolCounts> {
        let mut tx = self.db.read().await?;
        let (waiting, parked): (i64, i64) = on!(&mut tx, c => sqlx::query_as(
            "select count(*) - count(parked_at), count(parked_at) from arrival \
             where workspace_id = $1 or $1 is null")
            .bind(workspace_id).fetch_one(c).await)?;
        Ok(SpoolCounts { waiting, parked })
    }
}

async fn next_ids(
    tx: &mut Tx,
    workspace_id: i64,
    behind: SpoolId,
    now_us: i64,
    count_max: i64,
    bytes_max: i64,
) -> Result<Vec<SpoolId>> {
    let sizes: Vec<(i64, i64)> = on!(tx, c => sqlx::query_as(
        "select a.spool_id, s.size_bytes from arrival a join spool s on s.id = a.spool_id \
         where a.workspace_id = $1 and a.parked_at is null and a.due_at <= $2 and a.spool_id > $4 \
         order by a.spool_id limit $3")
        .bind(workspace_id).bind(now_us).bind(count_max).bind(behind).fetch_all(c).await)?;
    let mut total = 0;
    Ok(sizes
        .into_iter()
        .take_while(|(_, size)| {
            let first = total == 0;
            total += size.max(&1);
            first || total <= bytes_max
        })
        .map(|(id, _)| id)
        .collect())
}
