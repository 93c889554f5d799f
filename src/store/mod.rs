//! Every query. The registry is one database; each workspace is one of its own: an SQLite file, or a PostgreSQL schema.
//!
//! Knows rows, not what mail or commands mean. One SQL text serves both databases; what must differ stands in `search`.

pub mod account_leaving;
pub mod backup;
mod cleaning;
mod coming;
pub mod db;
pub mod disk;
pub mod forgetting;
pub mod house;
pub mod leaving;
pub mod registry;
pub mod restore;
pub mod workspace;

pub use db::{Db, Tx};
pub use registry::Registry;
pub use workspace::{Workspace, Workspaces};

use crate::domain::backups::Backups;
use crate::domain::{InstanceKey, Result};
use std::path::{Path, PathBuf};

/// All that is stored: the registry and the workspaces. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    /// The registry.
    pub registry: Registry,
    /// The workspaces.
    pub workspaces: Workspaces,
    /// The data folder.
    pub folder: PathBuf,
    /// For how long backups of it are kept.
    pub backups: Backups,
}

impl Store {
    /// Opens the store in a folder, or on the PostgreSQL server of `database_url`, and brings the registry up to date.
    pub async fn open(
        folder: &Path,
        database_url: Option<&str>,
        key: InstanceKey,
    ) -> Result<Store> {
        let server = match database_url {
            Some(url) => Some(registry::connect(url).await?),
            None => None,
        };
        let registry = Registry::open(folder, server.as_ref(), key).await?;
        let workspaces = Workspaces::new(PathBuf::from(folder), server, registry.clone());
        Ok(Store {
            registry,
            workspaces,
            folder: PathBuf::from(folder),
            backups: Backups::default(),
        })
    }
}
