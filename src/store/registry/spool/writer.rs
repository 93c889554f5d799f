//! The one task that writes the spool, so that sessions share commits instead of queueing for the lock.
//!
//! On SQLite it has a connection of its own, whose page cache no other connection makes stale, and a commit is one text
//! with all its statements: each statement for itself would be two changes of thread.

use super::super::Lane;
use super::super::lanes::WAKE;
use super::press::Press;
use super::{Incoming, Job, Recipient, SpoolId, WAITING_MAX};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::{Db, Tx};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc};

/// What one commit carries at most.
const BATCH_JOBS_MAX: usize = 256;
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows of one statement.
const ROWS_MAX: usize = 32;
/// Texts of larger batches are not kept prepared: they are rare, and there would be many of them.
const KEPT_STATEMENT_ROWS_MAX: usize = 64;
/// How often it is told that nothing can be written.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// The waiting arrivals are counted anew after so many accepted ones.
const COUNT_EVERY: i64 = 10_000;

pub(super) struct Writer {
    db: Db,
    connection: Option<SqliteConnection>,
    filled: Arc<Notify>,
    press: Arc<Press>,
    waiting: i64,
    counted_before: i64,
    /// When it was last told that nothing can be written, and how many commits failed since.
    told: Option<Instant>,
    untold: u64,
}

/// The rows of one commit.
#[derive(Default)]
struct Batch {
    spool: Vec<Incoming>,
    arrivals: Vec<ArrivalRow>,
    /// Workspace, and since when something waits there.
    wakes: BTreeMap<i64, i64>,
    done: Vec<(i64, Vec<SpoolId>)>,
}

struct ArrivalRow {
    workspace_id: i64,
    spool_id: SpoolId,
    recipients: String,
    now_us: i64,
}

/// A statement in either dialect of parameters, with what is bound to it.
struct Statement {
    text: String,
    values: Vec<Value>,
    parameters: Parameters,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameters {
    /// `?`: several statements can stand in one text.
    InOrder,
    /// `$1`.
    Numbered,
}

enum Value {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// Binds what a statement holds and runs it.
macro_rules! run {
    ($connection:expr, $text:expr, $values:expr, $kept:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($text)).persistent($kept);
        for value in $values {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        query.execute($connection).await.map(drop)
    }};
}

impl Writer {
    pub(super) fn new(db: Db, filled: Arc<Notify>, press: Arc<Press>) -> Writer {
        Writer {
            db,
            connection: None,
            filled,
            press,
            waiting: -1,
            counted_before: 0,
            told: None,
            untold: 0,
        }
    }

    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(first) = queue.recv().await {
            let mut bytes = size_of_job(&first);
            let mut jobs = vec![first];
            while jobs.len() < BATCH_JOBS_MAX && bytes < BATCH_BYTES_MAX {
                let Ok(job) = queue.try_recv() else { break };
                bytes += size_of_job(&job);
                jobs.push(job);
            }
            self.write(jobs).await;
        }
    }

    async fn write(&mut self, jobs: Vec<Job>) {
        let mut batch = Batch::default();
        let mut replies = Vec::with_capacity(jobs.len());
        let full = self.is_full().await;
        for job in jobs {
            let (added, reply) = match job {
                Job::Accept(_, reply) if full => {
                    let message = "too much mail waits to be filed here; try again later";
                    (Err(Error::new(Kind::TooMuch, message)), reply)
                }
                Job::Accept(incoming, reply) => (batch.add(incoming), reply),
                Job::Done(workspace_id, ids, reply) => {
                    batch.done.push((workspace_id, ids));
                    (Ok(()), reply)
                }
            };
            match added {
                Ok(()) => replies.push(reply),
                Err(error) => drop(reply.send(Err(error))),
            }
        }
        let accepted = batch.spool.len() as i64;
        self.press.note(batch.spool.len());
        let result = self.commit(batch).await;
        self.tell(&result);
        if result.is_ok() && accepted > 0 {
            self.waiting += accepted;
            self.counted_before += accepted;
            self.filled.notify_one();
        }
        for reply in replies {
            let _ = reply.send(match &result {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::new(error.kind, error.message.clone())),
            });
        }
    }

    /// Once here, at the boundary, where each session gets the message without the cause; now and then while it lasts, since
    /// senders who try again and again must not fill the disk with what is said about it.
    fn tell(&mut self, result: &Result<()>) {
        match result {
            Ok(()) if self.told.take().is_some() => {
                tracing::info!(failed = self.untold, "the spool is written again");
                self.untold = 0;
            }
            Ok(()) => {}
            Err(error) if self.told.is_none_or(|at| at.elapsed() > TELL_EVERY) => {
                self.told = Some(Instant::now());
                let failed = self.untold;
                tracing::error!(failed, error = %error, cause = ?error.cause, "the spool was not written");
            }
            Err(_) => self.untold += 1,
        }
    }

    async fn commit(&mut self, batch: Batch) -> Result<()> {
        match &self.db {
            Db::Sqlite(..) => self.commit_as_one_text(batch).await,
            Db::Postgres(..) => commit_in_steps(&self.db, batch).await,
        }
    }

    async fn commit_as_one_text(&mut self, batch: Batch) -> Result<()> {
        self.db.demand_file()?;
        let kept = batch.rows() <= KEPT_STATEMENT_ROWS_MAX;
        let mut text = String::from("begin immediate");
        let mut values = Vec::new();
        for statement in batch.statements(Parameters::InOrder) {
            text.push_str("; ");
            text.push_str(&statement.text);
            values.extend(statement.values);
        }
        text.push_str("; commit");
        // A connection on which something failed may be inside a transaction: it is closed, which undoes that.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        run!(&mut connection, text, values, kept)?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn connect(&self) -> Result<SqliteConnection> {
        match &self.db {
            Db::Sqlite(pool, _) => Ok(pool.connect_options().connect().await?),
            Db::Postgres(..) => Err(Error::new(Kind::Corrupt, "this database is not SQLite")),
        }
    }

    /// Counts the waiting anew now and then; in between it is known from what was added.
    async fn is_full(&mut self) -> bool {
        if self.waiting < 0 || self.counted_before >= COUNT_EVERY || self.waiting >= WAITING_MAX {
            let counted = async {
                let mut tx = self.db.read().await?;
                let n: i64 = on!(&mut tx, c => sqlx::query_scalar("select count(*) from arrival")
                    .fetch_one(c).await)?;
                Ok::<i64, Error>(n)
            };
            // A database that cannot count cannot take mail either, and says so a step later.
            self.waiting = counted.await.unwrap_or(0);
            self.counted_before = 0;
        }
        self.waiting >= WAITING_MAX
    }
}

async fn commit_in_steps(db: &Db, batch: Batch) -> Result<()> {
    let mut tx: Tx = db.write().await?;
    for statement in batch.statements(Parameters::Numbered) {
        on!(&mut tx, c => run!(c, statement.text, statement.values, true))?;
    }
    tx.commit().await
}

fn size_of_job(job: &Job) -> usize {
    match job {
        Job::Accept(incoming, _) => incoming.raw.len(),
        Job::Done(..) => 0,
    }
}

impl Batch {
    /// A message, with a row for each workspace that it is for.
    fn add(&mut self, incoming: Incoming) -> Result<()> {
        let workspaces: BTreeSet<i64> =
            incoming.recipients.iter().map(|r| r.workspace_id).collect();
        let mut rows = Vec::with_capacity(workspaces.len());
        for workspace_id in workspaces {
            let of_workspace = |r: &&Recipient| r.workspace_id == workspace_id;
            let recipients: Vec<&Recipient> =
                incoming.recipients.iter().filter(of_workspace).collect();
            let recipients = serde_json::to_string(&recipients).map_err(|e| {
                Error::new(Kind::Corrupt, "the recipients cannot be written").because(e)
            })?;
            rows.push(ArrivalRow {
                workspace_id,
                spool_id: incoming.id,
                recipients,
                now_us: incoming.now_us,
            });
        }
        for row in rows {
            let since = self.wakes.entry(row.workspace_id).or_insert(row.now_us);
            *since = row.now_us.min(*since);
            self.arrivals.push(row);
        }
        self.spool.push(incoming);
        Ok(())
    }

    fn rows(&self) -> usize {
        let done: usize = self.done.iter().map(|(_, ids)| ids.len()).sum();
        self.spool.len() + self.arrivals.len() + self.wakes.len() + done
    }

    /// All that is to be done, in order. The bytes of the messages are moved, not copied.
    fn statements(self, parameters: Parameters) -> Vec<Statement> {
        let mut statements = Vec::new();
        let mut spool = self.spool.into_iter().peekable();
        while spool.peek().is_some() {
            let rows = spool.by_ref().take(ROWS_MAX);
            statements.push(insert_spool(parameters, rows));
        }
        let mut arrivals = self.arrivals.into_iter().peekable();
        while arrivals.peek().is_some() {
            let rows = arrivals.by_ref().take(ROWS_MAX);
            statements.push(insert_arrivals(parameters, rows));
        }
        for (workspace_id, since_us) in self.wakes {
            statements.push(wake(parameters, workspace_id, since_us));
        }
        for (workspace_id, ids) in &self.done {
            for ids in ids.chunks(ROWS_MAX) {
                statements.push(delete_arrivals(parameters, *workspace_id, ids));
                statements.push(delete_spool(parameters, ids));
            }
        }
        statements
    }
}

fn insert_spool(parameters: Parameters, rows: impl Iterator<Item = Incoming>) -> Statement {
    let text = "insert into spool (id, received_at, size_bytes, envelope, raw) values ";
    let mut statement = Statement::new(parameters, text);
    for (at, row) in rows.enumerate() {
        statement.push(if at == 0 { "(" } else { ", (" });
        let size_bytes = row.raw.len() as i64;
        statement.bind_all([
            Value::Number(row.id),
            Value::Number(row.now_us),
            Value::Number(size_bytes),
            Value::Text(row.envelope),
            Value::Bytes(row.raw),
        ]);
        statement.push(")");
    }
    statement
}

fn insert_arrivals(parameters: Parameters, rows: impl Iterator<Item = ArrivalRow>) -> Statement {
    let text = "insert into arrival (workspace_id, spool_id, recipients, attempts, due_at) values ";
    let mut statement = Statement::new(parameters, text);
    for (at, row) in rows.enumerate() {
        statement.push(if at == 0 { "(" } else { ", (" });
        statement.bind_all([
            Value::Number(row.workspace_id),
            Value::Number(row.spool_id),
            Value::Text(row.recipients),
            Value::Number(0),
            Value::Number(row.now_us),
        ]);
        statement.push(")");
    }
    statement
}

fn wake(parameters: Parameters, workspace_id: i64, since_us: i64) -> Statement {
    let [before, behind] = WAKE;
    let mut statement = Statement::new(parameters, before);
    statement.bind_all([
        Value::Number(workspace_id),
        Value::Text(Lane::Ingest.word().to_owned()),
        Value::Number(since_us),
    ]);
    statement.push(behind);
    statement
}

fn delete_arrivals(parameters: Parameters, workspace_id: i64, ids: &[SpoolId]) -> Statement {
    let mut statement = Statement::new(parameters, "delete from arrival where workspace_id = ");
    statement.bind_all([Value::Number(workspace_id)]);
    statement.push(" and spool_id in (");
    statement.bind_all(ids.iter().copied().map(Value::Number));
    statement.push(")");
    statement
}

fn delete_spool(parameters: Parameters, ids: &[SpoolId]) -> Statement {
    let mut statement = Statement::new(parameters, "delete from spool where id in (");
    statement.bind_all(ids.iter().copied().map(Value::Number));
    statement.push(") and not exists (select 1 from arrival where spool_id = spool.id)");
    statement
}

impl Statement {
    fn new(parameters: Parameters, text: &str) -> Statement {
        Statement {
            text: text.to_owned(),
            values: Vec::new(),
            parameters,
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Binds values, parted by commas.
    fn bind_all(&mut self, values: impl IntoIterator<Item = Value>) {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.values.push(value);
            match self.parameters {
                Parameters::InOrder => self.text.push('?'),
                Parameters::Numbered => {
                    self.text.push('$');
                    self.text.push_str(&self.values.len().to_string());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{NewWorkspace, Registry};
    use super::*;

    fn incoming(id: SpoolId, workspace_id: i64, bytes: usize) -> Incoming {
        Incoming {
            envelope: "{}".to_owned(),
            recipients: vec![Recipient {
                address: "acme@crm.example".to_owned(),
                local_part: "acme".to_owned(),
                kind: super::super::AddressKind::Plain,
                workspace_id,
                account_id: None,
                contact_id: None,
                number: None,
            }],
            raw: vec![b'x'; bytes],
            now_us: 1,
            id,
        }
    }

    async fn registry(folder: &std::path::Path) -> (Registry, i64) {
        let key = crate::domain::InstanceKey::of([7; 32]);
        let registry = Registry::open(folder, None, key).await.unwrap();
        let new = NewWorkspace {
            slug: "acme",
            name: "Acme",
            owner_email: "ada@example.com",
            intake: "log.u4x9k2",
            app_password: "x",
        };
        let (workspace, _) = registry.make_workspace(new, 1).await.unwrap();
        (registry, workspace.id)
    }

    #[tokio::test]
    async fn after_a_full_disk_the_next_commit_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let (registry, workspace_id) = registry(folder.path()).await;
        let mut writer = Writer::new(
            registry.db().clone(),
            Arc::default(),
            Arc::new(Press::new()),
        );
        let batch = |id, bytes| {
            let mut batch = Batch::default();
            batch.add(incoming(id, workspace_id, bytes)).unwrap();
            batch
        };
        writer.commit(batch(1, 100)).await.unwrap();
        let connection = writer.connection.as_mut().unwrap();
        sqlx::query("pragma max_page_count = 1")
            .execute(connection)
            .await
            .unwrap();
        let error = writer.commit(batch(2, 1_000_000)).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        assert!(writer.connection.is_none());
        writer.commit(batch(3, 1_000_000)).await.unwrap();
        let kept = registry
            .spool()
            .arrivals(workspace_id, 9, 10, i64::MAX)
            .await
            .unwrap();
        assert_eq!(kept.iter().map(|a| a.spool_id).collect::<Vec<_>>(), [1, 3]);
    }

    #[tokio::test]
    async fn a_batch_of_any_size_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (registry, workspace_id) = registry(folder.path()).await;
        let mut writer = Writer::new(
            registry.db().clone(),
            Arc::default(),
            Arc::new(Press::new()),
        );
        let mut next = 0;
        for size in [1, 31, 32, 33, 100, 256] {
            let mut batch = Batch::default();
            for _ in 0..size {
                next += 1;
                batch
                    .add(incoming(next, workspace_id, next as usize))
                    .unwrap();
            }
            batch.done = vec![(workspace_id, (next - size + 1..next).collect())];
            writer.commit(batch).await.unwrap();
        }
        let kept = registry
            .spool()
            .arrivals(workspace_id, 9, 1_000, i64::MAX)
            .await
            .unwrap();
        let lengths: Vec<usize> = kept.iter().map(|a| a.raw.len()).collect();
        assert_eq!(lengths, [1, 32, 64, 97, 197, 453]);
    }
}
