//! One instance of Rapport: its workers on a shared clock, and a folder as its way out.

use crate::common::Place;
use rapport::delivery::{self, Delivery, Outbound, Patience, Transport};
use rapport::digest::{self, Timekeeper};
use rapport::domain::{Clock, InstanceKey};
use rapport::ingest::{self, Lanes};
use rapport::mail::resolver::Resolver;
use rapport::mail::trust::Relays;
use rapport::on;
use rapport::store::Store;
use rapport::store::registry::{Envelope, NewWorkspace};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A mail on its way between houses.
#[derive(Clone, Debug)]
pub struct Mail {
    pub mail_from: String,
    pub to: String,
    /// The account that signed in, where a member sends.
    pub account: Option<String>,
    pub raw: Vec<u8>,
}

pub struct House {
    pub domain: &'static str,
    pub intake: &'static str,
    pub store: Store,
    pub workspace_id: i64,
    lanes: Lanes,
    time: Timekeeper,
    delivery: Delivery,
    out: PathBuf,
    clock: Arc<AtomicI64>,
    _place: Place,
}

impl House {
    pub async fn open(
        place: Place,
        who: (&'static str, &'static str, &'static str),
        key: u8,
        clock: Arc<AtomicI64>,
    ) -> House {
        let (domain, member, intake) = who;
        let key = InstanceKey::of([key; rapport::domain::instance_key::KEY_BYTES]);
        let store = Store::open(place.folder.path(), place.database_url.as_deref(), key)
            .await
            .unwrap();
        let shown = clock.clone();
        let now = Clock::of(move || shown.load(Ordering::SeqCst));
        let new = NewWorkspace {
            slug: "desk",
            name: "Desk",
            owner_email: member,
            intake,
            app_password: "correct horse",
        };
        let (row, _) = store
            .registry
            .make_workspace(new, now.now_us())
            .await
            .unwrap();
        let lanes = Lanes {
            store: store.clone(),
            settings: Arc::new(ingest::Settings {
                mail_domain: domain.to_owned(),
                page_origin: None,
                host_name: domain.to_owned(),
                relays: Relays::default(),
                lanes: 1,
            }),
            resolver: Arc::new(Resolver::zone("").unwrap()),
            node: Arc::from("filing"),
            clock: now.clone(),
            random: rand::random,
        };
        let time = Timekeeper {
            store: store.clone(),
            settings: Arc::new(digest::Settings {
                mail_domain: domain.to_owned(),
                page_origin: None,
            }),
            node: Arc::from("time"),
            clock: now.clone(),
            random: rand::random,
        };
        let out = place.folder.path().join("out");
        let way =
            Transport::open(Outbound::Folder(out.clone()), domain, Patience::default()).unwrap();
        let settings = delivery::Settings::new(domain);
        let delivery = Delivery::new(
            store.clone(),
            settings,
            (way, Vec::new()),
            "sending",
            now,
            rand::random,
        );
        time.begin().await.unwrap();
        House {
            domain,
            intake,
            store,
            workspace_id: row.id,
            lanes,
            time,
            delivery,
            out,
            clock,
            _place: place,
        }
    }

    /// Whether an address is one of this house.
    pub fn owns(&self, address: &str) -> bool {
        address.ends_with(&format!("@{}", self.domain))
    }

    /// Takes a mail in; false where nobody here has the address.
    pub async fn take(&self, mail: &Mail) -> bool {
        let local_part = mail.to.split('@').next().unwrap_or_default();
        let Some(route) = self.store.registry.route(local_part).await.unwrap() else {
            return false;
        };
        let envelope = Envelope {
            mail_from: mail.mail_from.clone(),
            authenticated: mail.account.clone(),
            ..Envelope::default()
        };
        let now_us = self.clock.load(Ordering::SeqCst);
        let spool = self.store.registry.spool();
        let recipients = vec![route.recipient(&mail.to)];
        spool
            .accept(&envelope, recipients, mail.raw.clone(), now_us)
            .await
            .unwrap();
        true
    }

    /// Files, tells and sends what is due, and gives what left the house.
    pub async fn work(&self) -> Vec<Mail> {
        self.lanes.drain().await.unwrap();
        self.time.drain().await.unwrap();
        self.delivery.drain().await.unwrap();
        let mut left = Vec::new();
        let Ok(entries) = std::fs::read_dir(&self.out) else {
            return left;
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        files.sort();
        for eml in files
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "eml"))
        {
            let json = eml.with_extension("json");
            let envelope: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
            left.push(Mail {
                mail_from: envelope["from"].as_str().unwrap().to_owned(),
                to: envelope["to"].as_str().unwrap().to_owned(),
                account: None,
                raw: std::fs::read(eml).unwrap(),
            });
            std::fs::remove_file(eml).unwrap();
            std::fs::remove_file(json).unwrap();
        }
        left
    }

    /// The capture address of a contact.
    pub async fn capture(&self, address: &str) -> String {
        let workspace = self.store.workspaces.get(self.workspace_id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let local: String = on!(&mut tx, c => sqlx::query_scalar(
            "select c.capture from contact c join contact_address a on a.contact_id = c.id where a.address = $1")
            .bind(address).fetch_one(c).await)
        .unwrap_or_else(|_| panic!("no contact has {address}"));
        format!("{local}@{}", self.domain)
    }

    pub async fn count(&self, sql: &'static str) -> usize {
        let workspace = self.store.workspaces.get(self.workspace_id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let count: i64 = on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
        usize::try_from(count).unwrap()
    }

    pub async fn digests(&self) -> usize {
        self.count("select count(*) from outbox where kind = 'digest'")
            .await
    }

    pub async fn notices_about(&self, _domain: &str) -> usize {
        self.count("select count(*) from outbox where kind = 'notice'")
            .await
    }

    pub async fn most_about_one_contact(&self) -> usize {
        self.count(
            "select coalesce(max(n), 0) from (select count(*) as n from outbox where kind <> 'digest' \
             group by coalesce(contact_id, 0)) as counted",
        )
        .await
    }

    /// No mail has more than one answer, and no mail is passed on twice.
    pub async fn answers_each_mail_once(&self) {
        let twice = self
            .count(
                "select count(*) from (select interaction_id from outbox where kind in ('ack', 'notice') \
                 and interaction_id is not null group by interaction_id having count(*) > 1) as twice",
            )
            .await;
        assert_eq!(twice, 0, "{}: mails with more than one answer", self.domain);
        let twice = self
            .count(
                "select count(*) from (select interaction_id, kind from outbox where kind like 'relay%' \
                 group by interaction_id, kind having count(*) > 1) as twice",
            )
            .await;
        assert_eq!(twice, 0, "{}: mails that were passed on twice", self.domain);
    }
}
