//! The registry: accounts, workspaces, memberships, addresses, the spool, wake-ups. One database for the instance.

mod account_leaving;
mod accounts;
mod addresses;
mod app_passwords;
mod bots;
mod chat_links;
mod chat_updates;
mod coming;
mod dkim;
mod forgetting;
mod lanes;
mod leaving;
mod own_addresses;
pub mod page_events;
mod released;
mod retention;
mod second_factors;
mod sessions;
mod sign_ins;
mod sign_ups;
pub mod spool;
mod team;
mod transfer;

pub use account_leaving::Owning;
pub use accounts::{Account, Member, NewWorkspace, Role, WorkspaceRow};
pub use addresses::{AddressKind, Route};
pub use app_passwords::AppPasswordRow;
pub use bots::BotRow;
pub use chat_links::{ChatLink, link_digest};
pub use chat_updates::UpdateRow;
pub use dkim::DkimRow;
pub use forgetting::Tombstone;
pub use lanes::Lane;
pub use leaving::LeavingRow;
pub use own_addresses::{AddressRequestRow, OWN_ADDRESSES_MAX};
pub use page_events::{IMPORTED, PageEvent};
pub use second_factors::SecondFactorRow;
pub use sessions::{FACTOR_MISSES_MAX, LIFE_US, SessionRow};
pub use sign_ins::SignInRow;
pub use sign_ups::{SignUpBounds, SignUpRow};
pub use spool::{Arrival, Envelope, Recipient, Spool, SpoolCounts, SpoolId};
pub use team::InvitationRow;
pub use transfer::{AccountLine, AddressLine, MembershipLine, NewcomerWorkspace};

use super::db::{self, Db};
use crate::domain::{Error, InstanceKey, Kind, Result};
use crate::on;
use moka::future::Cache;
use sqlx::PgPool;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/registry");

/// Addresses are looked up once for each recipient of each mail; a change made by another process is seen after this.
const ROUTE_CACHE_AGE: Duration = Duration::from_secs(20);
const ROUTE_CACHE_ENTRIES: u64 = 10_000;

/// The open registry. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Registry {
    db: Db,
    spool: Spool,
    routes: Cache<String, Route>,
    sign_ins: Cache<[u8; 32], Account>,
    leaving: Cache<i64, bool>,
    accounts_leaving: Cache<i64, bool>,
    last_id: Arc<AtomicI64>,
    key: InstanceKey,
    woken: Arc<Notify>,
}

impl Registry {
    /// Opens the registry: `registry.db` in the folder, or the schema `registry` of the server. `Kind::Conflict` where it was
    /// begun with another instance key.
    pub async fn open(
        folder: &Path,
        server: Option<&PgPool>,
        key: InstanceKey,
    ) -> Result<Registry> {
        let db = match server {
            Some(pool) => {
                Db::open_postgres(pool.clone(), "registry", clone_of(&MIGRATIONS)).await?
            }
            None => Db::open_sqlite(&folder.join("registry.db"), 6, &MIGRATIONS).await?,
        };
        let last_id = Arc::new(AtomicI64::new(0));
        let registry = Registry {
            spool: Spool::start(db.clone(), last_id.clone()),
            db,
            routes: Cache::builder()
                .max_capacity(ROUTE_CACHE_ENTRIES)
                .time_to_live(ROUTE_CACHE_AGE)
                .build(),
            sign_ins: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(Duration::from_secs(300))
                .build(),
            leaving: Cache::builder()
                .max_capacity(ROUTE_CACHE_ENTRIES)
                .time_to_live(ROUTE_CACHE_AGE)
                .build(),
            accounts_leaving: Cache::builder()
                .max_capacity(ROUTE_CACHE_ENTRIES)
                .time_to_live(ROUTE_CACHE_AGE)
                .build(),
            last_id,
            key,
            woken: Arc::new(Notify::new()),
        };
        registry.demand_key().await?;
        Ok(registry)
    }

    /// With another key no address that was handed out would be known again, and no secret could be opened.
    async fn demand_key(&self) -> Result<()> {
        let own = self.key.fingerprint();
        let first = self
            .instance_value("key_fingerprint", || own.clone())
            .await?;
        if first == own {
            return Ok(());
        }
        Err(Error::new(
            Kind::Conflict,
            "the key file (RAPPORT_KEY_FILE) is not the one that this database was begun with; copy it from the other node, or from the backup",
        ))
    }

    /// The spool: mail that was accepted and is not filed yet.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// The instance key: makes reply and bounce addresses, marks our Message-IDs, seals secrets.
    pub fn key(&self) -> &InstanceKey {
        &self.key
    }

    /// The database, for `rapport check` and tests.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// A value that the instance keeps for itself: made by `make` the first time, the same ever after.
    pub async fn instance_value(
        &self,
        name: &str,
        make: impl FnOnce() -> String,
    ) -> Result<String> {
        let mut tx = self.db.write().await?;
        let value = make();
        on!(&mut tx, c => sqlx::query(
            "insert into instance (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name).bind(value).execute(c).await.map(drop))?;
        let value: String = on!(&mut tx, c => sqlx::query_scalar(
            "select value from instance where name = $1")
            .bind(name).fetch_one(c).await)?;
        tx.commit().await?;
        Ok(value)
    }

    /// A new id: orders by time within this process and meets no other.
    pub(crate) fn new_id(&self, now_us: i64) -> i64 {
        new_id(&self.last_id, now_us)
    }
}

/// Microseconds since 1970 in the upper bits, ten random bits below: fits 63 bits until the year 2255, orders by time.
pub(crate) fn new_id(last: &AtomicI64, now_us: i64) -> i64 {
    let wanted = (now_us << 10) | i64::from(rand::random::<u16>() & 0x3ff);
    let mut id = wanted;
    let _ = last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
        id = wanted.max(before + 1);
        Some(id)
    });
    id
}

/// A migrator of our own to set its locking on; the embedded one is shared.
pub(crate) fn clone_of(migrator: &'static sqlx::migrate::Migrator) -> sqlx::migrate::Migrator {
    sqlx::migrate::Migrator::with_migrations(migrator.iter().cloned().collect())
}

/// Connects to the server that the configuration names.
pub async fn connect(url: &str) -> Result<PgPool> {
    db::connect_postgres(url, 24).await
}
