//! A server under test, with one workspace: `acme@crm.example`, whose owner signs in as `ada@example.com`.

use crate::common::Place;
use crate::wire::Wire;
use rapport::smtp::{self, Bounds, Certificate, Config, Limits, Running};
use rapport::store::Store;
use rapport::store::registry::{Arrival, NewWorkspace};
use std::net::SocketAddr;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub const PASSWORD: &str = "tide-plum-oath";

pub struct Server {
    pub store: Store,
    pub workspace_id: i64,
    pub address: SocketAddr,
    pub submission: SocketAddr,
    pub shutdown: CancellationToken,
    pub running: Running,
}

pub fn config(database: &Place) -> Config {
    Config {
        host_name: "mx.example.com".to_owned(),
        mail_domain: "crm.example".to_owned(),
        listen: "127.0.0.1:0".parse().expect("an address"),
        submission_listen: Some("127.0.0.1:0".parse().expect("an address")),
        certificate: Certificate::SelfSigned {
            folder: database.folder.path().to_owned(),
        },
        folder: database.folder.path().to_owned(),
        limits: Limits {
            message_bytes_max: 1_000_000,
            ..Limits::default()
        },
        bounds: Bounds::default(),
    }
}

pub async fn start(database: &Place, adjust: impl FnOnce(&mut Config)) -> Server {
    let store = database.open().await;
    let new = NewWorkspace {
        slug: "acme",
        name: "Acme",
        owner_email: "ada@example.com",
        intake: "log.u4x9k2",
        app_password: PASSWORD,
    };
    let made = store
        .registry
        .make_workspace(new, 1)
        .await
        .expect("a workspace");
    let mut config = config(database);
    adjust(&mut config);
    let shutdown = CancellationToken::new();
    let running = smtp::serve(config, store.registry.clone(), shutdown.clone());
    let running = running.await.expect("a listener");
    Server {
        store,
        workspace_id: made.0.id,
        address: running.address,
        submission: running.submission_address.expect("a submission listener"),
        shutdown,
        running,
    }
}

impl Server {
    /// A connection that was greeted.
    pub async fn connect(&self) -> Wire {
        let mut wire = Wire::connect(self.address).await;
        wire.expect("220").await;
        wire
    }

    /// A connection that has said EHLO, MAIL and RCPT.
    pub async fn connect_for_mail(&self) -> Wire {
        let mut wire = self.connect().await;
        wire.ask("EHLO client.example", "250").await;
        wire.ask("MAIL FROM:<bob@example.org>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire
    }

    pub async fn connect_to_submission(&self) -> Wire {
        let mut wire = Wire::connect(self.submission).await;
        wire.expect("220").await;
        wire.ask("EHLO client.example", "250").await;
        wire
    }

    /// What is in the spool.
    pub async fn kept(&self) -> Vec<Arrival> {
        let spool = self.store.registry.spool();
        spool
            .arrivals(self.workspace_id, i64::MAX, 10_000, i64::MAX)
            .await
            .expect("the spool")
    }

    /// Sends one message and wants it kept, so that the server is known to serve.
    pub async fn serves(&self) {
        let mut wire = self.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: still here\r\n\r\nyes\r\n.", "250").await;
    }

    /// Stops it and waits for its end.
    pub async fn stop(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(10), self.running.finished());
        ended.await.expect("the server stops");
    }
}
