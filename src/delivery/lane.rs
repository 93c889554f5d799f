//! The workers. Each holds the delivery lane of one workspace and sends what is due in it, several mails at once.

use super::domains::Domains;
use super::gate::Gate;
use super::going::{Going, Slow};
use super::own::{self, Ways};
use super::refusal::Refusal;
use super::signing::signed;
use super::take::{Taken, take};
use super::transport::{Parcel, Transport};
use super::{identity, settle};
use crate::domain::instance_key::{Purpose, Token};
use crate::domain::retention::{self, Kept};
use crate::domain::workspace_settings::WorkspaceSettings;
use crate::domain::{Clock, Error, Kind, Result};
use crate::mail::sign::Signer;
use crate::store::Store;
use crate::store::registry::Lane;
use crate::store::workspace::outbox::{self, Claim, ClaimedRow, OutboxKind};
use crate::store::workspace::sending::RelayRow;
use crate::store::workspace::{Workspace, settings};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Workspaces whose mail is sent at the same time.
const LANES_MAX: usize = 8;
/// Workspaces beside them of which only mail by a relay of their own is on its way: one that hangs takes nobody's place.
const SLOW_LANES_MAX: usize = 120;
/// How long a lane is held without a word.
const LEASE_US: i64 = 60_000_000;
const LEASE_RENEWED: Duration = Duration::from_secs(20);
/// How long a claimed row is the claimant's, and how much of it must be left when sending begins: longer than sending takes.
const CLAIM_US: i64 = 3_600_000_000;
pub(super) const SENDING_US: i64 = 1_500_000_000;
/// What other processes put into the outbox is seen after this.
const POLL: Duration = Duration::from_millis(500);
/// How long a worker rests when a database does not answer, and a workspace that cannot be written.
const REST: Duration = Duration::from_secs(2);
const WORKSPACE_REST_US: i64 = 5_000_000;
/// How long mails that are on their way get when we are asked to stop.
const GRACE: Duration = Duration::from_secs(30);
/// Messages whose bytes are removed in one turn.
const PURGED_MAX: i64 = 200;

/// What may be sent in an hour.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// By one workspace.
    pub workspace_hour_max: i64,
    /// By one workspace to one domain.
    pub domain_hour_max: i64,
}

impl Default for Caps {
    fn default() -> Caps {
        Caps {
            workspace_hour_max: 2_000,
            domain_hour_max: 500,
        }
    }
}

/// What the workers need to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// What may be sent in an hour.
    pub caps: Caps,
    /// Mails that are on their way at the same time.
    pub mails_max: usize,
    /// Mails that are on their way to one domain at the same time.
    pub mails_to_domain_max: usize,
    /// How relays of workspaces are connected to.
    pub gate: Gate,
}

impl Settings {
    /// The usual bounds.
    pub fn new(mail_domain: &str) -> Settings {
        Settings {
            mail_domain: mail_domain.to_owned(),
            caps: Caps::default(),
            mails_max: 8,
            mails_to_domain_max: 4,
            gate: Gate::default(),
        }
    }
}

/// The workers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    pub(super) store: Store,
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Clock,
    pub(super) random: fn() -> [u8; 16],
    transport: Transport,
    signers: Arc<[Signer]>,
    node: Arc<str>,
    run: Arc<str>,
    domains: Domains,
    places: Arc<Semaphore>,
    ways: Ways,
    slow: Slow,
}

impl Delivery {
    /// Workers that send by a way out. `node` names this process among others; `random` is for jitter and ids.
    pub fn new(
        store: Store,
        settings: Settings,
        way: (Transport, Vec<Signer>),
        node: &str,
        clock: Clock,
        random: fn() -> [u8; 16],
    ) -> Delivery {
        let run: String = random()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Delivery {
            domains: Domains::new(settings.mails_to_domain_max),
            places: Arc::new(Semaphore::new(settings.mails_max.max(1))),
            ways: Ways::new(),
            slow: Slow::default(),
            settings: Arc::new(settings),
            store,
            clock,
            random,
            transport: way.0,
            signers: way.1.into(),
            node: Arc::from(format!("{node}/delivery")),
            run: Arc::from(run),
        }
    }

    /// Sends what is due until the shutdown; mails on their way then get a moment to arrive.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut workers = JoinSet::new();
        // What it held when it died.
        let mut holds_old_lanes = true;
        while !shutdown.is_cancelled() {
            while workers.try_join_next().is_some() {}
            match self
                .next_workspace(&mut holds_old_lanes, workers.len())
                .await
            {
                Ok(Some(workspace_id)) => {
                    let worker = self.clone();
                    let shutdown = shutdown.clone();
                    workers.spawn(async move { worker.turn(workspace_id, &shutdown).await });
                }
                Ok(None) => {
                    let registry = &self.store.registry;
                    tokio::select! {
                        () = registry.woken() => {}
                        () = tokio::time::sleep(POLL) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error, cause = ?error.cause, "sending rests: a database does not answer");
                    tokio::select! {
                        () = tokio::time::sleep(REST) => {}
                        () = shutdown.cancelled() => {}
                    }
                }
            }
        }
        let finished = async { while workers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, finished).await;
        self.transport.close().await;
    }

    /// Sends all that is due now, and returns.
    pub async fn drain(&self) -> Result<()> {
        let never = CancellationToken::new();
        while let Some(workspace_id) = self.claim_lane().await? {
            let next_due = self.workspace(workspace_id, &never).await?;
            self.release(workspace_id, next_due).await?;
        }
        Ok(())
    }

    async fn next_workspace(
        &self,
        holds_old_lanes: &mut bool,
        workers: usize,
    ) -> Result<Option<i64>> {
        let slow = self.slow.count().min(SLOW_LANES_MAX);
        if workers >= LANES_MAX + slow {
            return Ok(None);
        }
        if *holds_old_lanes {
            let now_us = self.clock.now_us();
            let registry = &self.store.registry;
            registry.reclaim_leases(&self.node, now_us).await?;
            *holds_old_lanes = false;
        }
        self.claim_lane().await
    }

    async fn claim_lane(&self) -> Result<Option<i64>> {
        let now_us = self.clock.now_us();
        let registry = &self.store.registry;
        registry
            .claim_lane(Lane::Delivery, &self.node, now_us, now_us + LEASE_US)
            .await
    }

    async fn release(&self, workspace_id: i64, next_due: Option<i64>) -> Result<()> {
        let registry = &self.store.registry;
        registry
            .release_lane(workspace_id, Lane::Delivery, &self.node, next_due)
            .await
    }

    /// One workspace's turn. One that fails stays leased for a while: nobody rests for it but itself.
    async fn turn(&self, workspace_id: i64, shutdown: &CancellationToken) {
        let turn = async {
            let next_due = self.workspace(workspace_id, shutdown).await?;
            self.release(workspace_id, next_due).await
        };
        let Err(error) = turn.await else { return };
        tracing::error!(workspace_id, error = %error, cause = ?error.cause, "a workspace rests: its mail waits in the outbox");
        let until_us = self.clock.now_us() + WORKSPACE_REST_US;
        let registry = &self.store.registry;
        // Where even this fails, the lease runs out by itself.
        let _ = registry
            .renew_lane(workspace_id, Lane::Delivery, &self.node, until_us)
            .await;
    }

    /// Sends what is due in a workspace; gives when there is more to do.
    async fn workspace(
        &self,
        workspace_id: i64,
        shutdown: &CancellationToken,
    ) -> Result<Option<i64>> {
        let Some(workspace) = self.store.unless_gone(workspace_id).await? else {
            return Ok(None);
        };
        let mut mails: JoinSet<Result<()>> = JoinSet::new();
        let mut going = Going::new(self.settings.mails_max);
        let mut fault = None;
        let mut capped_until = None;
        let mut slow = self.slow.guard();
        loop {
            let may_take =
                fault.is_none() && !shutdown.is_cancelled() && self.keeps(workspace_id).await?;
            if may_take && going.has_room() {
                let taken = take(self, &workspace, &going).await?;
                capped_until = taken.capped_until;
                let is_more = taken.is_more;
                self.spawn(&mut mails, &workspace, taken, &mut going);
                if is_more {
                    continue;
                }
            }
            if mails.is_empty() {
                break;
            }
            slow.set(going.is_all_by_own());
            tokio::select! {
                Some(joined) = mails.join_next_with_id() => {
                    let (id, result) = settled(joined);
                    going.remove(id);
                    fault = fault.or(result.err());
                }
                () = self.store.registry.woken() => {}
                () = tokio::time::sleep(LEASE_RENEWED) => {}
            }
        }
        match fault {
            Some(error) => Err(error),
            None => self.next_due(&workspace, capped_until).await,
        }
    }

    fn spawn(
        &self,
        mails: &mut JoinSet<Result<()>>,
        workspace: &Arc<Workspace>,
        taken: Taken,
        going: &mut Going,
    ) {
        for row in taken.rows {
            let domain = row.recipient_domain.clone();
            let relay = taken.relay.clone().filter(|_| is_to_contact(&row));
            let is_by_own = relay.is_some();
            let (delivery, workspace) = (self.clone(), workspace.clone());
            let claim_until = taken.claim_until;
            let handle = mails.spawn(async move {
                let way = delivery.way(&workspace, relay, &row).await?;
                delivery.send(&workspace, row, way, claim_until).await
            });
            going.add(handle.id(), domain, is_by_own);
        }
    }

    /// By which way a mail goes, once there is a place on it. A relay of the workspace's own takes nobody's place.
    async fn way(
        &self,
        workspace: &Workspace,
        relay: Option<RelayRow>,
        row: &ClaimedRow,
    ) -> Result<Way> {
        Ok(match relay {
            None => Way::Ours {
                _to_domain: self.domains.place(&row.recipient_domain).await,
                _place: self.places.clone().acquire_owned().await.ok(),
            },
            Some(relay) => match self.ways.to(self, workspace.id, &relay).await {
                Ok(transport) => Way::Own(relay, Ok(transport)),
                Err(error) => Way::Own(relay, Err(error.message)),
            },
        })
    }

    /// One mail: its bytes, its signatures, the hand-over, the mark.
    async fn send(
        &self,
        workspace: &Arc<Workspace>,
        row: ClaimedRow,
        way: Way,
        claim_until: i64,
    ) -> Result<()> {
        let now_us = self.clock.now_us();
        if now_us + SENDING_US > claim_until {
            // It waited for its place until the claim was nearly over; whoever claims it next has time.
            let mut tx = workspace.write().await?;
            outbox::give_back(&mut tx, self.claim(now_us), row.id, now_us).await?;
            return tx.commit().await;
        }
        let mut tx = workspace.read().await?;
        let message = outbox::message(&mut tx, row.id).await?;
        drop(tx);
        let Some(message) = message else {
            let words = "the message is no longer kept";
            return settle::refused_for_good(
                self,
                workspace,
                &row,
                words,
                settle::Address::Unknown,
            )
            .await;
        };
        let parcel = Parcel {
            name: format!("{}-{}", workspace.id, row.id),
            from: self.return_path(workspace.id, row.id),
            to: row.recipient.clone(),
            message: self.signed(workspace, &row, message).await?,
        };
        let (relay, result) = match way {
            Way::Ours { .. } => (None, self.transport.send(&parcel).await),
            Way::Own(relay, Ok(transport)) => (Some(relay), transport.send(&parcel).await),
            Way::Own(relay, Err(words)) => (Some(relay), Err(Refusal::Shut(words))),
        };
        settle::settle(self, workspace, &row, relay.as_ref(), result).await
    }

    fn return_path(&self, workspace_id: i64, number: i64) -> String {
        let token = Token {
            purpose: Purpose::Bounce,
            workspace_id,
            number,
        };
        let local_part = self.store.registry.key().local_part(token);
        format!("{local_part}@{}", self.settings.mail_domain)
    }

    /// A mail with its signatures; one to a contact comes from whom its member chose.
    async fn signed(
        &self,
        workspace: &Workspace,
        row: &ClaimedRow,
        message: Vec<u8>,
    ) -> Result<Vec<u8>> {
        if !is_to_contact(row) {
            return signed(&self.signers, message);
        }
        let head = own::head(self, workspace.id, self.clock.now_us());
        let resolver = self.settings.gate.resolver.as_deref();
        let letter = (row.member_id, message, &*self.signers);
        identity::dressed(&self.store, resolver, &head, self.random, letter).await
    }

    /// Removes old bytes; gives when there is something to do next.
    async fn next_due(
        &self,
        workspace: &Arc<Workspace>,
        capped_until: Option<i64>,
    ) -> Result<Option<i64>> {
        let now_us = self.clock.now_us();
        // A write, so that it waits for whoever woke this lane and has not committed yet.
        let mut tx = workspace.write().await?;
        let chosen = WorkspaceSettings::of(&settings::all(&mut tx).await?);
        let kept_us = retention::kept_us(&chosen.kept_days, Kept::SentLetters);
        outbox::purge(&mut tx, now_us - kept_us, PURGED_MAX).await?;
        let next_due = outbox::next_due(&mut tx, kept_us).await?;
        tx.commit().await?;
        Ok(next_due.map(|due| due.max(capped_until.unwrap_or(due))))
    }

    /// A claim of this worker from now on.
    pub(super) fn claim(&self, now_us: i64) -> Claim<'_> {
        Claim {
            node: &self.node,
            run: &self.run,
            now_us,
            until_us: now_us + CLAIM_US,
        }
    }

    /// Holds the lane for longer; false where another node has it.
    async fn keeps(&self, workspace_id: i64) -> Result<bool> {
        let until_us = self.clock.now_us() + LEASE_US;
        let registry = &self.store.registry;
        registry
            .renew_lane(workspace_id, Lane::Delivery, &self.node, until_us)
            .await
    }
}

/// By which way a mail goes.
enum Way {
    /// The operator's, with the places that it takes.
    Ours {
        _to_domain: Option<OwnedSemaphorePermit>,
        _place: Option<OwnedSemaphorePermit>,
    },
    /// The workspace's own relay; an error in words where that cannot be spoken to at all.
    Own(RelayRow, Result<Transport, String>),
}

fn is_to_contact(row: &ClaimedRow) -> bool {
    !OutboxKind::from_word(&row.kind).is_to_member()
}

/// A task's end as a result: a fault in the program ends one mail, which is sent when its claim has run out.
fn settled(
    joined: Result<(tokio::task::Id, Result<()>), tokio::task::JoinError>,
) -> (tokio::task::Id, Result<()>) {
    match joined {
        Ok(settled) => settled,
        Err(stopped) => {
            let id = stopped.id();
            let error = Error::new(Kind::Corrupt, "a mail was not sent: its worker failed");
            (id, Err(error.because(stopped)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Patience;

    #[test]
    fn a_claim_outlives_the_longest_sending() {
        let longest = i64::try_from(Patience::default().whole().as_micros()).unwrap();
        assert!(longest < SENDING_US, "{longest}");
        const { assert!(SENDING_US < CLAIM_US) };
    }
}
