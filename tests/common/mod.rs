//! What the black-box tests share: every database that they run on.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod ai;
pub mod cluster;
pub mod lock;
pub mod workspace;
pub mod world;
pub mod zips;

use rapport::domain::InstanceKey;
use rapport::domain::instance_key::KEY_BYTES;
use rapport::store::Store;
use tempfile::TempDir;

/// A fresh, empty place for one test: a folder, and on PostgreSQL a database of its own.
pub struct Place {
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// The data folder; gone with the place.
    pub folder: TempDir,
    /// RAPPORT_DATABASE_URL.
    pub database_url: Option<String>,
}

/// A fresh place on SQLite, and one on PostgreSQL where its programs are installed. Says once which ran.
pub async fn databases() -> Vec<Place> {
    let folder = || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Programs that a test starts here find the key that the test itself opens the store with.
        std::fs::write(folder.path().join("instance.key"), "07".repeat(KEY_BYTES))
            .expect("a key file");
        folder
    };
    let sqlite = Place {
        name: "sqlite",
        folder: folder(),
        database_url: None,
    };
    let Some(server) = cluster::server().await else {
        return vec![sqlite];
    };
    let database_url = Some(server.create_database().await);
    vec![
        sqlite,
        Place {
            name: "postgres",
            folder: folder(),
            database_url,
        },
    ]
}

/// What has not come about in this time never will.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);

/// Asks again and again until it is so; false where it never comes about, so that no test waits for ever. Between two questions
/// it leaves the cores to what it waits for.
pub async fn comes_about(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let asks = async {
        let mut turns = tokio::time::interval(std::time::Duration::from_millis(2));
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !is_so().await {
            turns.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, asks).await.is_ok()
}

/// Asks until it is so; fails where it never comes about.
pub async fn until(what: &str, is_so: impl AsyncFnMut() -> bool) {
    assert!(
        comes_about(is_so).await,
        "in {PATIENCE:?} it did not come about: {what}"
    );
}

/// The instance key of all tests.
pub fn key() -> InstanceKey {
    InstanceKey::of([7; KEY_BYTES])
}

impl Place {
    /// Opens the store here.
    pub async fn open(&self) -> Store {
        Store::open(self.folder.path(), self.database_url.as_deref(), key())
            .await
            .expect("the store opens")
    }
}
