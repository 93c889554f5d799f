//! Both databases behind one enum, and the `on!` macro that runs one text on whichever is open.

use crate::domain::{Error, Kind, Result};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How long a statement waits for another writer of the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open database. For PostgreSQL the schema is set as each transaction begins, so that one pool serves many workspaces
/// and a query sees one of them.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file.
    Sqlite(SqlitePool, Arc<OpenFile>),
    /// A pool of one server, and the schema that this database lives in.
    Postgres(PgPool, String),
}

/// An SQLite file as it was opened. What is written into one that was removed or replaced meanwhile is found by nobody.
#[derive(Debug)]
pub struct OpenFile {
    path: PathBuf,
    /// Device and number, as the system names a file whatever it is called.
    identity: (u64, u64),
}

impl OpenFile {
    fn of(path: &Path) -> std::io::Result<OpenFile> {
        let about = std::fs::metadata(path)?;
        Ok(OpenFile {
            path: path.to_owned(),
            identity: (about.dev(), about.ino()),
        })
    }

    fn is_there(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|about| (about.dev(), about.ino()) == self.identity)
    }
}

/// An open transaction; dropped without [`Tx::commit`], it is undone.
#[derive(Debug)]
pub enum Tx {
    /// On an SQLite file.
    Sqlite(Transaction<'static, Sqlite>),
    /// In a PostgreSQL schema.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one body against whichever driver the transaction is on; inside, `$c` is the connection.
#[macro_export]
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(transaction) => {
                let $c = &mut **transaction;
                $body
            }
            $crate::store::db::Tx::Postgres(transaction) => {
                let $c = &mut **transaction;
                $body
            }
        }
    };
}

impl Db {
    /// Opens an SQLite file, made where it is not there, and brings it to the newest schema.
    pub async fn open_sqlite(file: &Path, connections_max: u32, migrator: &Migrator) -> Result<Db> {
        let lock = lock_file(file).await?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A 250 is a promise: the commit is on disk before it returns.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("cache_size", "-1024")
            .pragma("journal_size_limit", "16777216")
            .pragma("temp_store", "memory");
        let pool = SqlitePoolOptions::new()
            .max_connections(connections_max)
            .acquire_timeout(BUSY_TIMEOUT)
            .idle_timeout(Duration::from_secs(60))
            .test_before_acquire(false)
            // A full disk makes SQLite roll back by itself, and the driver then believes its transaction open for ever: such
            // a connection is closed, else nothing could be written after the disk has room again.
            .after_release(|connection, _| {
                Box::pin(async move {
                    if connection.is_in_transaction() {
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options)
            .await
            .map_err(|e| unavailable(format!("cannot open {}", file.display()), e))?;
        // The newest schema is reached by one process at a time; sqlx locks PostgreSQL only.
        migrator
            .run(&pool)
            .await
            .map_err(|e| unavailable(format!("cannot bring {} up to date", file.display()), e))?;
        drop(lock);
        let opened = OpenFile::of(file)
            .map_err(|e| unavailable(format!("cannot open {}", file.display()), e))?;
        Ok(Db::Sqlite(pool, Arc::new(opened)))
    }

    /// A schema of a PostgreSQL server, made where it is not there, brought to the newest version.
    pub async fn open_postgres(pool: PgPool, schema: &str, migrator: Migrator) -> Result<Db> {
        debug_assert!(
            schema
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        );
        let mut migrator = migrator;
        migrator.set_locking(false);
        let failed = |e| unavailable(format!("cannot open the schema {schema}"), e);
        let mut tx = pool.begin().await.map_err(failed)?;
        sqlx::query("select pg_advisory_xact_lock(7277, hashtext($1))")
            .bind(schema)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        let create = format!("create schema if not exists {schema}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(create))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        set_schema(&mut tx, schema).await.map_err(failed)?;
        migrator
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|e| unavailable(format!("cannot bring the schema {schema} up to date"), e))?;
        tx.commit().await.map_err(failed)?;
        Ok(Db::Postgres(pool, schema.to_owned()))
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once, since a deferred one that reads
    /// first fails under load.
    pub async fn write(&self) -> Result<Tx> {
        self.begin("begin immediate").await
    }

    /// Begins a transaction that only reads: one consistent view.
    pub async fn read(&self) -> Result<Tx> {
        self.begin("begin deferred").await
    }

    /// Begins a transaction that only reads, and sees all the while what was there when it began. On PostgreSQL [`Db::read`] sees
    /// what others commit between two of its statements.
    pub async fn snapshot(&self) -> Result<Tx> {
        match self {
            Db::Sqlite(..) => self.read().await,
            Db::Postgres(pool, schema) => {
                let mut tx = pool
                    .begin_with("begin isolation level repeatable read read only")
                    .await?;
                set_schema(&mut tx, schema).await?;
                Ok(Tx::Postgres(tx))
            }
        }
    }

    async fn begin(&self, sqlite_begin: &'static str) -> Result<Tx> {
        match self {
            Db::Sqlite(pool, _) => {
                self.demand_file()?;
                Ok(Tx::Sqlite(pool.begin_with(sqlite_begin).await?))
            }
            Db::Postgres(pool, schema) => {
                let mut tx = pool.begin().await?;
                set_schema(&mut tx, schema).await?;
                Ok(Tx::Postgres(tx))
            }
        }
    }

    /// Whether what is open is still what stands under its name.
    pub fn is_there(&self) -> bool {
        match self {
            Db::Sqlite(_, file) => file.is_there(),
            Db::Postgres(..) => true,
        }
    }

    /// An error where the file was removed or replaced.
    pub fn demand_file(&self) -> Result<()> {
        match self {
            Db::Sqlite(_, file) if !file.is_there() => Err(Error::unavailable(format!(
                "{} was removed or replaced while it was open; stop `rapport serve` before files are moved, and start it again",
                file.path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Closes the pool of an SQLite file; a PostgreSQL pool is shared and stays.
    pub async fn close(&self) {
        if let Db::Sqlite(pool, _) = self {
            pool.close().await;
        }
    }
}

impl Tx {
    /// Makes it so.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Marks a point inside the transaction to which [`Tx::back_to_savepoint`] returns.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.run("savepoint step").await
    }

    /// Undoes what came since the savepoint, and keeps the transaction.
    pub async fn back_to_savepoint(&mut self) -> Result<()> {
        self.run("rollback to savepoint step").await?;
        self.run("release savepoint step").await
    }

    /// Forgets the savepoint, and keeps what came since.
    pub async fn keep(&mut self) -> Result<()> {
        self.run("release savepoint step").await
    }

    /// Whether this is PostgreSQL; only `search` asks.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Tx::Postgres(_))
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        on!(self, c => sqlx::query(sql).execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Connects to a PostgreSQL server.
pub async fn connect_postgres(url: &str, connections_max: u32) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url).map_err(|e| {
        Error::invalid("RAPPORT_DATABASE_URL is no postgres:// address; write postgres://user:password@host/database")
            .because(e)
    })?;
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(Duration::from_secs(60))
        .connect_with(options.application_name("rapport").statement_cache_capacity(256))
        .await
        .map_err(|e| unavailable("cannot reach the PostgreSQL server of RAPPORT_DATABASE_URL; is it up, and are name and password right?", e))
}

async fn set_schema(tx: &mut Transaction<'static, Postgres>, schema: &str) -> sqlx::Result<()> {
    sqlx::query("select set_config('search_path', $1, true)")
        .bind(schema)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// Held while a file is made or migrated; the system lets go of it when the process dies.
async fn lock_file(file: &Path) -> Result<File> {
    let path = file.with_extension("lock");
    let name = path.display().to_string();
    let locked = tokio::task::spawn_blocking(move || {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        lock.lock()?;
        Ok(lock)
    });
    locked
        .await
        .unwrap_or_else(|e| Err(std::io::Error::other(e)))
        .map_err(|e| unavailable(format!("cannot lock {name}"), e))
}

fn unavailable(
    message: impl Into<String>,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(Kind::Unavailable, message).because(cause)
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Error {
        let conflict = cause
            .as_database_error()
            .is_some_and(|e| e.is_unique_violation());
        let refused = cause.as_database_error().is_some_and(is_refusal);
        let cause = without_values(cause);
        if conflict {
            return Error::new(Kind::Conflict, "it is there already").because(cause);
        }
        if refused {
            let message = "the database refused the operation; it was not made";
            return Error::new(Kind::Corrupt, message).because(cause);
        }
        unavailable(
            "the database does not answer; the operation was not made, try again",
            cause,
        )
    }
}

/// PostgreSQL tells in its details which values it refused: an address, a line of a letter. Logs hold none.
fn without_values(cause: sqlx::Error) -> Box<dyn std::error::Error + Send + Sync> {
    let refusal = cause.as_database_error().and_then(|e| {
        e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
            .map(|e| {
                let place = e.constraint().or(e.table()).unwrap_or_default();
                // Of data that has not the right form (class 22) the message itself quotes it.
                let words = match e.code().starts_with("22") {
                    true => "data of a wrong form",
                    false => e.message(),
                };
                format!("PostgreSQL {}: {words} {place}", e.code())
            })
    });
    match refusal {
        Some(told) => told.into(),
        None => cause.into(),
    }
}

/// Whether a database would answer the same to the same again: what it was given is wrong, not how it feels. SQLSTATE by
/// class (connection, rollback, resources, intervention, system come and go); SQLite's primary codes likewise (busy, locked,
/// no memory, interrupted, disk errors and a full disk come and go). A damaged database, tables that are gone and missing
/// rights are nobody's mail's fault either: somebody mends them, and what waited goes on.
fn is_refusal(error: &dyn sqlx::error::DatabaseError) -> bool {
    let Some(code) = error.code() else {
        return false;
    };
    if error
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .is_some()
    {
        let class = code.get(..2).unwrap_or_default();
        let is_away = matches!(
            class,
            "08" | "25" | "28" | "3D" | "3F" | "40" | "53" | "55" | "57" | "58" | "F0" | "XX"
        );
        let is_gone = matches!(&*code, "42P01" | "42501" | "42703");
        return !is_away && !is_gone;
    }
    let primary = code.parse::<u32>().unwrap_or_default() & 0xff;
    !matches!(primary, 3 | 5..=11 | 13..=15 | 23 | 26)
}

#[cfg(test)]
mod tests {
    use super::*;

    static MIGRATIONS: Migrator = sqlx::migrate!("migrations/registry");

    async fn insert(db: &Db, id: i64, bytes: usize) -> Result<()> {
        let mut tx = db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "insert into spool (id, received_at, size_bytes, envelope, raw) values ($1, 0, 0, '', $2)")
            .bind(id).bind(vec![7_u8; bytes]).execute(c).await.map(drop))?;
        tx.commit().await
    }

    #[tokio::test]
    async fn after_a_full_disk_the_same_pool_writes_again() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("t.db"), 1, &MIGRATIONS)
            .await
            .unwrap();
        let Db::Sqlite(pool, _) = &db else {
            unreachable!()
        };
        // A limit on pages is a disk that is full, as far as SQLite can tell.
        let pages: i64 = sqlx::query_scalar("pragma page_count")
            .fetch_one(pool)
            .await
            .unwrap();
        let limit = format!("pragma max_page_count = {}", pages + 8);
        sqlx::query(sqlx::AssertSqlSafe(limit))
            .execute(pool)
            .await
            .unwrap();
        let error = insert(&db, 1, 1_000_000).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        sqlx::query("pragma max_page_count = 1000000")
            .execute(pool)
            .await
            .unwrap();
        insert(&db, 1, 1_000_000).await.unwrap();
    }
}
