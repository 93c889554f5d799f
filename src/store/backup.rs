//! A backup of the databases of a folder: each file whole and consistent, while mail comes in.
//!
//! The registry first: what is filed between two copies is then in both, and filing it again is nothing. A PostgreSQL server is
//! backed up by its own tools.

use super::db::Db;
use super::forgetting::TOMBSTONES_FILE;
use super::{Store, Tx};
use crate::domain::{Error, Kind, Result};
use crate::on;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Says what a backup is of; in the backup.
pub const ABOUT_FILE: &str = "backup.json";

/// The most workspaces of one backup.
const WORKSPACES_MAX: i64 = 1_000_000;

/// What a backup is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// When it was begun; microseconds since 1970.
    pub made_at: i64,
    /// What the instance key is known by: the key itself is not in the backup.
    pub key_fingerprint: String,
    /// The workspaces in it.
    pub workspaces: Vec<i64>,
}

impl Store {
    /// Writes a backup into a folder that is empty or not there yet.
    pub async fn back_up(&self, into: &Path, now_us: i64) -> Result<About> {
        if matches!(self.registry.db(), Db::Postgres(..)) {
            return Err(Error::invalid(
                "the databases are on a PostgreSQL server: back them up with pg_dump \"$RAPPORT_DATABASE_URL\" > rapport.sql, \
                 and keep the key file and erasures.jsonl of the data folder with it",
            ));
        }
        make_empty(into)?;
        let copies = into.join("workspaces");
        std::fs::create_dir_all(&copies).map_err(|e| failed(&copies, e))?;
        self.registry
            .db()
            .copy_into(&into.join("registry.db"))
            .await?;
        let rows = self.registry.workspaces_there(WORKSPACES_MAX).await?;
        let mut workspaces = Vec::with_capacity(rows.len());
        for row in rows {
            let workspace = self.workspaces.get(row.id).await?;
            let copy = copies.join(format!("{}.db", row.id));
            workspace.db().copy_into(&copy).await?;
            workspaces.push(row.id);
        }
        let tombstones = self.folder.join(TOMBSTONES_FILE);
        if tombstones.exists() {
            let copy = into.join(TOMBSTONES_FILE);
            std::fs::copy(&tombstones, &copy).map_err(|e| failed(&copy, e))?;
        }
        let about = About {
            made_at: now_us,
            key_fingerprint: self.registry.key().fingerprint(),
            workspaces,
        };
        // Last, and on disk: a folder without it is no backup.
        let path = into.join(ABOUT_FILE);
        let text = serde_json::json!(about).to_string();
        std::fs::write(&path, text)
            .and_then(|()| std::fs::File::open(&path)?.sync_all())
            .and_then(|()| std::fs::File::open(into)?.sync_all())
            .map_err(|e| failed(&path, e))?;
        Ok(about)
    }
}

/// What a backup is of; an error where the folder holds none.
pub fn about(folder: &Path) -> Result<About> {
    let path = folder.join(ABOUT_FILE);
    let text = std::fs::read_to_string(&path).map_err(|e| {
        let message = format!(
            "{} is no backup: it holds no {ABOUT_FILE}; name the folder that rapport backup --out wrote",
            folder.display()
        );
        Error::new(Kind::NotFound, message).because(e)
    })?;
    serde_json::from_str(&text).map_err(|e| {
        let message = format!("{} cannot be read; the backup is damaged", path.display());
        Error::new(Kind::Corrupt, message).because(e)
    })
}

impl Db {
    /// Copies an SQLite database into a new file, as it stands at one moment.
    async fn copy_into(&self, file: &Path) -> Result<()> {
        let Db::Sqlite(pool, _) = self else {
            return Err(Error::invalid("only SQLite files are copied"));
        };
        self.demand_file()?;
        sqlx::query("vacuum into $1")
            .bind(file.display().to_string())
            .execute(pool)
            .await?;
        std::fs::File::open(file)
            .and_then(|file| file.sync_all())
            .map_err(|e| failed(file, e))
    }
}

/// Capture addresses of a workspace's contacts: local part and contact.
pub(super) async fn captures(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select capture, id from contact where capture is not null union all \
         select local_part, contact_id from contact_capture limit 10000000")
        .fetch_all(c).await)?;
    Ok(rows)
}

fn make_empty(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    let mut entries = std::fs::read_dir(folder).map_err(|e| failed(folder, e))?;
    if entries.next().is_some() {
        let message = format!(
            "{} is not empty; name a new folder, such as {}",
            folder.display(),
            next_to(folder).display()
        );
        return Err(Error::new(Kind::Conflict, message));
    }
    Ok(())
}

fn next_to(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push("-2");
    folder.with_file_name(name)
}

pub(super) fn failed(path: &Path, cause: std::io::Error) -> Error {
    let message = format!(
        "cannot write {}; is there room, and may you write there?",
        path.display()
    );
    Error::unavailable(message).because(cause)
}
