//! The workers. Each claims a workspace whose mail waits, files it batch by batch, and lets it go; several work side by
//! side, never two on one workspace.

use super::batch::{self, Batch, Outcome};
use super::known;
use crate::domain::{Clock, Error, Kind, Result};
use crate::mail::Trust;
use crate::mail::resolver::Resolver;
use crate::mail::trust::{self, Relays};
use crate::store::Store;
use crate::store::house::HOUSE;
use crate::store::registry::{Arrival, Lane};
use crate::store::workspace::Workspace;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// What one transaction files at most.
const BATCH_COUNT_MAX: i64 = 128;
const BATCH_BYTES_MAX: i64 = 2 * 1024 * 1024;
/// How long a batch gives way to sessions that queue for the disk.
const LULL_WAIT_MAX: std::time::Duration = std::time::Duration::from_millis(500);
/// Batches after which a lane is let go, so that others get their turn.
const BATCHES_MAX: usize = 32;
/// How long a lane is held without a word; a worker that died is replaced after this.
const LEASE_US: i64 = 60_000_000;
/// What other processes put into the spool is seen after this.
const POLL: Duration = Duration::from_millis(500);
/// How long a worker rests when a database does not answer.
const REST: Duration = Duration::from_secs(2);
/// When an arrival is tried again after its first failure, its second; the third parks it.
const PUT_OFF_US: [i64; 2] = [10_000_000, 60_000_000];
/// When it is tried again, and again, where that can help.
const PUT_OFF_LONG_US: i64 = 600_000_000;
/// How long a workspace rests that cannot be opened or written.
const WORKSPACE_REST_US: i64 = 5_000_000;
/// Stands for the client where another mail server of this machine piped the message in.
const PIPE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
/// Each lane holds one connection and may ask for one more; the pool has many more than this.
const LANES_MAX: usize = 8;

/// What the workers need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// How the page is reached, without a slash at its end, where that is known.
    pub page_origin: Option<String>,
    /// What we call ourselves; SPF macros may ask.
    pub host_name: String,
    /// Relays in front of us whose word about a sender is taken.
    pub relays: Relays,
    /// How many workspaces are worked on at once; 1 to 8.
    pub lanes: usize,
}

/// The workers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Lanes {
    /// Where the spool and the workspaces are.
    pub store: Store,
    /// What the workers need to know.
    pub settings: Arc<Settings>,
    /// Answers about senders' domains.
    pub resolver: Arc<Resolver>,
    /// Names this process among others that work on the same registry.
    pub node: Arc<str>,
    /// What time it is.
    pub clock: Clock,
    /// Random bytes for the tokens of new capture addresses.
    pub random: fn() -> [u8; 6],
}

impl Lanes {
    /// Files what comes in until the shutdown; the batch at hand is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut workers = tokio::task::JoinSet::new();
        for number in 0..self.settings.lanes.clamp(1, LANES_MAX) {
            // A name of its own, so that a worker can take back what it held without taking it from its neighbour.
            let node = Arc::from(format!("{}/{number}", self.node));
            let worker = Lanes {
                node,
                ..self.clone()
            };
            workers.spawn(worker.work(shutdown.clone()));
        }
        while workers.join_next().await.is_some() {}
    }

    /// Files all that is due now, and returns.
    pub async fn drain(&self) -> Result<()> {
        let never = CancellationToken::new();
        while self.turn(&never).await? {}
        Ok(())
    }

    async fn work(self, shutdown: CancellationToken) {
        let spool = self.store.registry.spool();
        // What it held when it died, or when the registry did not answer.
        let mut holds_old_lanes = true;
        while !shutdown.is_cancelled() {
            let turn = async {
                if holds_old_lanes {
                    let now_us = self.clock.now_us();
                    self.store
                        .registry
                        .reclaim_leases(&self.node, now_us)
                        .await?;
                }
                self.turn(&shutdown).await
            };
            match turn.await {
                Ok(has_worked) => {
                    holds_old_lanes = false;
                    if has_worked {
                        continue;
                    }
                    tokio::select! {
                        () = spool.filled() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error, cause = ?error.cause, "filing rests: a database does not answer");
                    holds_old_lanes = true;
                    rests(REST, &shutdown).await;
                }
            }
        }
    }

    /// One workspace's turn; false where none waits.
    async fn turn(&self, shutdown: &CancellationToken) -> Result<bool> {
        let now_us = self.clock.now_us();
        let registry = &self.store.registry;
        let claimed = registry
            .claim_lane(Lane::Ingest, &self.node, now_us, now_us + LEASE_US)
            .await?;
        let Some(workspace_id) = claimed else {
            return Ok(false);
        };
        // There may be more than one that waits: the next worker looks.
        registry.spool().wake();
        if let Err(error) = guarded(self.workspace(workspace_id, shutdown)).await {
            self.leave_alone(workspace_id, &error).await?;
            return Ok(true);
        }
        let next_due = registry.spool().next_due(workspace_id).await?;
        registry
            .release_lane(workspace_id, Lane::Ingest, &self.node, next_due)
            .await?;
        Ok(true)
    }

    /// A workspace that cannot be worked on stays leased for a while: nobody rests for it but itself, however much is sent
    /// to it meanwhile.
    async fn leave_alone(&self, workspace_id: i64, error: &Error) -> Result<()> {
        tracing::error!(
            workspace_id,
            error = %error,
            cause = ?error.cause,
            "a workspace rests: its mail waits in the spool"
        );
        let until_us = self.clock.now_us() + WORKSPACE_REST_US;
        let registry = &self.store.registry;
        registry
            .renew_lane(workspace_id, Lane::Ingest, &self.node, until_us)
            .await
            .map(drop)
    }

    /// Whether both databases take something; then what failed is the fault of what they were given.
    pub(super) async fn answers(&self, workspace: &Workspace) -> bool {
        let write = async { workspace.write().await?.commit().await };
        if write.await.is_err() {
            return false;
        }
        let until_us = self.clock.now_us() + LEASE_US;
        let registry = &self.store.registry;
        registry
            .renew_lane(workspace.id, Lane::Ingest, &self.node, until_us)
            .await
            .unwrap_or(false)
    }

    /// Files batch by batch: while one is written, the next is read, and the one before leaves the spool.
    async fn workspace(&self, workspace_id: i64, shutdown: &CancellationToken) -> Result<()> {
        if workspace_id == HOUSE {
            return self.house().await;
        }
        if self.store.is_gone(workspace_id).await? {
            return Ok(());
        }
        let members = known::members(&self.store.registry, workspace_id).await?;
        let mut leased_at = self.clock.now_us();
        let mut ahead = self.read_ahead(workspace_id, 0);
        let mut leaving = tokio::spawn(async { Ok(()) });
        for _ in 0..BATCHES_MAX {
            if shutdown.is_cancelled() || !self.keeps(workspace_id, &mut leased_at).await? {
                break;
            }
            let batch = ahead.await.map_err(stopped)??;
            let Some(last) = batch.last else {
                break;
            };
            self.store.registry.spool().lull(LULL_WAIT_MAX).await;
            ahead = self.read_ahead(workspace_id, last);
            let outcome = batch::file(self, workspace_id, &members, batch).await?;
            leaving.await.map_err(stopped)??;
            let lanes = self.clone();
            leaving = tokio::spawn(async move { lanes.settle(workspace_id, outcome).await });
        }
        leaving.await.map_err(stopped)?
    }

    /// What comes back to the house is about a letter that brought somebody in, or did not: nobody waits for it, and it is not kept.
    async fn house(&self) -> Result<()> {
        let spool = self.store.registry.spool();
        for _ in 0..BATCHES_MAX {
            let arrivals = spool
                .arrivals_behind(
                    HOUSE,
                    0,
                    self.clock.now_us(),
                    BATCH_COUNT_MAX,
                    BATCH_BYTES_MAX,
                )
                .await?;
            if arrivals.is_empty() {
                break;
            }
            let ids = arrivals.iter().map(|arrival| arrival.spool_id).collect();
            spool.done(HOUSE, ids).await?;
        }
        Ok(())
    }

    fn read_ahead(&self, workspace_id: i64, behind: i64) -> AbortOnDropHandle<Result<Batch>> {
        let lanes = self.clone();
        let now_us = self.clock.now_us();
        AbortOnDropHandle::new(tokio::spawn(async move {
            let spool = lanes.store.registry.spool();
            let arrivals = spool
                .arrivals_behind(
                    workspace_id,
                    behind,
                    now_us,
                    BATCH_COUNT_MAX,
                    BATCH_BYTES_MAX,
                )
                .await?;
            Ok(batch::read(&lanes, arrivals).await)
        }))
    }

    /// Holds the lane for longer where a third of the lease is gone; false where another node has it.
    async fn keeps(&self, workspace_id: i64, leased_at: &mut i64) -> Result<bool> {
        let now_us = self.clock.now_us();
        if now_us - *leased_at <= LEASE_US / 3 {
            return Ok(true);
        }
        *leased_at = now_us;
        let registry = &self.store.registry;
        registry
            .renew_lane(workspace_id, Lane::Ingest, &self.node, now_us + LEASE_US)
            .await
    }

    /// Takes out of the spool what is filed, and puts off or parks what is not.
    async fn settle(&self, workspace_id: i64, outcome: Outcome) -> Result<()> {
        let spool = self.store.registry.spool();
        for (spool_id, attempts, error) in outcome.failed {
            let now_us = self.clock.now_us();
            let attempt = usize::try_from(attempts).unwrap_or(usize::MAX);
            let again = error.is_transient().then_some(PUT_OFF_LONG_US);
            let wait_us = PUT_OFF_US.get(attempt).copied().or(again);
            tracing::error!(
                workspace_id,
                spool_id,
                attempts,
                error = %error,
                cause = ?error.cause,
                parked = wait_us.is_none(),
                "a mail was not filed"
            );
            let due_at = now_us + wait_us.unwrap_or_default();
            let parked_at = wait_us.is_none().then_some(now_us);
            spool
                .put_off(workspace_id, spool_id, due_at, parked_at, &error.message)
                .await?;
        }
        spool.done(workspace_id, outcome.filed).await
    }

    /// Who really sent it.
    pub(super) async fn verify(&self, arrival: &Arrival) -> Trust {
        let envelope = trust::Envelope {
            client: arrival.envelope.client_ip.unwrap_or(PIPE),
            helo: arrival.envelope.helo.clone(),
            mail_from: arrival.envelope.mail_from.clone(),
            host: self.settings.host_name.clone(),
            authenticated: arrival.envelope.authenticated.clone(),
        };
        trust::verify(
            &self.resolver,
            &self.settings.relays,
            &arrival.raw,
            &envelope,
        )
        .await
    }
}

/// A fault in the program ends the work at hand, and not the worker.
pub(super) async fn guarded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))).unwrap_or_else(|_| {
            let message = "the mail could not be filed: a rule failed";
            Poll::Ready(Err(Error::new(Kind::Corrupt, message)))
        })
    })
    .await
}

fn stopped(_: JoinError) -> Error {
    Error::new(
        Kind::Unavailable,
        "a worker was stopped; its mail waits in the spool",
    )
}

/// Waits; true where the shutdown came meanwhile.
async fn rests(time: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => false,
        () = shutdown.cancelled() => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_in_the_program_ends_the_work_at_hand_alone() {
        let work = guarded::<()>(async {
            tokio::task::yield_now().await;
            panic!("a fault");
        });
        assert_eq!(work.await.map_err(|e| e.kind), Err(Kind::Corrupt));
        assert_eq!(guarded(async { Ok(7) }).await.ok(), Some(7));
    }
}
