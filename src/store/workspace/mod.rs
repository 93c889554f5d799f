//! A workspace's database: one place for each table. Every function takes the transaction first.

pub mod actions;
pub mod address_book;
pub mod ai_providers;
pub mod audit;
pub mod broadcasts;
mod bulk;
pub mod channel_bots;
pub mod chat_outbox;
pub mod confirmations;
pub mod contact_chats;
pub mod contact_fields;
pub mod contacts;
pub mod counts;
pub mod digests;
pub mod erasing;
pub mod figures;
pub mod interactions;
pub mod journal;
pub mod ledger;
pub mod listing;
pub mod logo;
pub mod mail_keys;
pub mod meetings;
pub mod member_chats;
pub mod members;
pub mod merging;
pub mod outbox;
pub mod payments;
pub mod raw;
pub mod refile;
pub mod relayed;
pub mod retention;
pub mod rules;
pub mod runs;
pub mod search;
pub mod sending;
pub mod sent;
pub mod settings;
pub mod sheets;
pub mod suppression;
pub mod threads;
pub mod timeline;
pub mod transfer;

use super::db::{Db, Tx};
use super::house::HOUSE;
use super::registry::{Registry, clone_of};
use crate::domain::{Error, Kind, Result};
use crate::on;
use moka::future::Cache;
use sqlx::PgPool;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/workspace");

/// Workspaces that are kept open at once; the one that rested longest is closed first.
const OPEN_MAX: u64 = 64;
const OPEN_IDLE: Duration = Duration::from_secs(300);
/// How long whoever still reads what is being removed is waited for.
const CLOSE_MAX: Duration = Duration::from_secs(3);

/// Opens workspaces and keeps a bounded number of them open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Workspaces {
    folder: PathBuf,
    server: Option<PgPool>,
    /// Says which workspaces there are.
    registry: Registry,
    open: Cache<i64, Arc<Workspace>>,
    /// What was removed in this process: whoever still works for one of them makes no other of its number.
    removed: Arc<watch::Sender<HashSet<i64>>>,
}

/// An open workspace.
#[derive(Debug)]
pub struct Workspace {
    /// Its id in the registry.
    pub id: i64,
    db: Db,
}

impl Workspaces {
    /// Workspaces as files under `folder/workspaces`, or as schemas of the server.
    pub fn new(folder: PathBuf, server: Option<PgPool>, registry: Registry) -> Workspaces {
        Workspaces {
            folder,
            server,
            registry,
            open: Cache::builder()
                .max_capacity(OPEN_MAX)
                .time_to_idle(OPEN_IDLE)
                .build(),
            removed: Arc::default(),
        }
    }

    /// The workspace with this id, brought to the newest schema where it was not open. `Kind::NotFound` for one that was removed, and
    /// for any that is neither registered nor on its way: no database is made for those.
    pub async fn get(&self, id: i64) -> Result<Arc<Workspace>> {
        if self.removed.borrow().contains(&id) {
            return Err(Error::not_found("the workspace was deleted"));
        }
        if let Some(open) = self.open.get(&id).await
            && !open.db.is_there()
        {
            tracing::error!(
                workspace_id = id,
                "the file of a workspace was removed or replaced while it was open"
            );
            self.open.invalidate(&id).await;
        }
        self.open
            .try_get_with(id, self.open_one(id))
            .await
            .map_err(|e: Arc<Error>| Error::new(e.kind, e.message.clone()))
    }

    /// Returns when a workspace is removed by this process: whoever reads it for long stops then.
    pub async fn until_removed(&self, id: i64) {
        let mut removed = self.removed.subscribe();
        if removed.wait_for(|all| all.contains(&id)).await.is_err() {
            // Nobody is left who could remove it.
            std::future::pending::<()>().await;
        }
    }

    /// Removes the database of a workspace: its file with all beside it, or its schema. What is gone already is nothing to do. Whoever
    /// reads it is not waited for long: an SQLite file goes all the same, of a schema it is `Kind::Unavailable`.
    pub async fn remove(&self, id: i64) -> Result<()> {
        self.removed.send_modify(|all| {
            all.insert(id);
        });
        if let Some(open) = self.open.remove(&id).await
            && tokio::time::timeout(CLOSE_MAX, open.db.close())
                .await
                .is_err()
        {
            tracing::warn!(workspace_id = id, "a workspace is removed while it is read");
        }
        self.remove_database(id).await
    }

    async fn remove_database(&self, id: i64) -> Result<()> {
        if let Some(pool) = &self.server {
            return Db::drop_schema(pool, &format!("w{id}")).await;
        }
        let folder = self.folder.join("workspaces");
        for ending in ["db", "db-wal", "db-shm", "lock"] {
            let path = folder.join(format!("{id}.{ending}"));
            match std::fs::remove_file(&path) {
                Ok(()) => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    let message = format!("cannot remove {}; remove it by hand", path.display());
                    return Err(Error::unavailable(message).because(e));
                }
            }
        }
        Ok(())
    }

    async fn demand_there(&self, id: i64) -> Result<()> {
        match id == HOUSE || self.registry.may_be_opened(id).await? {
            true => Ok(()),
            false => Err(Error::not_found("there is no such workspace any more")),
        }
    }

    async fn open_one(&self, id: i64) -> Result<Arc<Workspace>> {
        self.demand_there(id).await?;
        let workspace = self.open_or_make(id).await?;
        match self.demand_there(id).await {
            // Another node removed it meanwhile: what was made here is nobody's.
            Err(error) if error.kind == Kind::NotFound => {
                workspace.db.close().await;
                self.remove_database(id).await?;
                Err(error)
            }
            there => there.map(|()| workspace),
        }
    }

    async fn open_or_make(&self, id: i64) -> Result<Arc<Workspace>> {
        let db = match &self.server {
            Some(pool) => {
                Db::open_postgres(pool.clone(), &format!("w{id}"), clone_of(&MIGRATIONS)).await?
            }
            None => {
                let folder = self.folder.join("workspaces");
                std::fs::create_dir_all(&folder).map_err(|e| {
                    Error::unavailable(format!("cannot make {}", folder.display())).because(e)
                })?;
                Db::open_sqlite(&folder.join(format!("{id}.db")), 4, &MIGRATIONS).await?
            }
        };
        let mut tx = db.write().await?;
        let settings = serde_json::json!({}).to_string();
        on!(&mut tx, c => sqlx::query(
            "insert into workspace (id, seq, settings) values (1, 0, $1) on conflict (id) do nothing")
            .bind(settings).execute(c).await.map(drop))?;
        search::prepare(&mut tx).await?;
        tx.commit().await?;
        Ok(Arc::new(Workspace { id, db }))
    }
}

impl Workspace {
    /// Begins a write: bumps the workspace first, which orders writers on both databases, and gives the new sequence.
    pub async fn write(&self) -> Result<Tx> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update workspace set seq = seq + 1 where id = 1")
            .execute(c).await.map(drop))?;
        Ok(tx)
    }

    /// Begins a read: one consistent view.
    pub async fn read(&self) -> Result<Tx> {
        self.db.read().await
    }

    /// Begins a long read that sees one state of the workspace, whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<Tx> {
        self.db.snapshot().await
    }

    /// The database itself, for checks and tests.
    pub fn db(&self) -> &Db {
        &self.db
    }
}

/// The next number of a kind (`contact`, `company`, `interaction`, `journal`, …), from 1.
pub async fn next_number(tx: &mut Tx, kind: &str) -> Result<i64> {
    let number = on!(tx, c => sqlx::query_scalar(
        "insert into counter (name, last) values ($1, 1) \
         on conflict (name) do update set last = counter.last + 1 returning last")
        .bind(kind).fetch_one(c).await)?;
    Ok(number)
}

/// So many numbers of a kind in a row; gives the first. Of none, the one that comes next.
pub async fn next_numbers(tx: &mut Tx, kind: &str, count: i64) -> Result<i64> {
    let last: i64 = on!(tx, c => sqlx::query_scalar(
        "insert into counter (name, last) values ($1, $2) \
         on conflict (name) do update set last = counter.last + excluded.last returning last")
        .bind(kind).bind(count.max(0)).fetch_one(c).await)?;
    Ok(last - count.max(0) + 1)
}

/// The last numbers given out of each kind, by kind; for those who number many rows at once inside one write.
pub async fn last_numbers(tx: &mut Tx) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as("select name, last from counter limit 100")
        .fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Writes last numbers back.
pub async fn put_last_numbers(tx: &mut Tx, numbers: &BTreeMap<String, i64>) -> Result<()> {
    for (kind, last) in numbers {
        on!(&mut *tx, c => sqlx::query(
            "insert into counter (name, last) values ($1, $2) on conflict (name) do update set last = excluded.last")
            .bind(kind).bind(last).execute(c).await.map(drop))?;
    }
    Ok(())
}
