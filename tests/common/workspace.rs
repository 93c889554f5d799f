//! A workspace with two members, mail for it, and what became of it in plain lines.

use super::Place;
use rapport::commands::own_addresses;
use rapport::domain::Clock;
use rapport::ingest::{Lanes, Settings};
use rapport::mail::resolver::Resolver;
use rapport::mail::trust::Relays;
use rapport::on;
use rapport::store::registry::{AddressRequestRow, Envelope, NewWorkspace, Role, SpoolId};
use rapport::store::{Store, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-10T12:00:00Z in microseconds.
pub const NOON: i64 = 1_794_312_000_000_000;
pub const SECOND: i64 = 1_000_000;

/// Mia (`mia@studio.example`, intake `log.m7a2x4`) and Jon (`jon@studio.example`, intake `log.j9k3w6`) in the workspace
/// `acme` of `crm.example`, at noon.
#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    pub lanes: Lanes,
    pub id: i64,
    clock: Arc<AtomicI64>,
}

/// A row of the outbox, read.
pub struct Posted {
    pub kind: String,
    pub state: String,
    pub to: String,
    pub hold_us: i64,
    pub message: rapport::mail::Message,
    pub raw: Vec<u8>,
}

impl Posted {
    /// From, without its name.
    pub fn from(&self) -> String {
        self.message
            .from
            .as_ref()
            .map(|m| m.key())
            .unwrap_or_default()
    }

    /// The local part that it is answered to.
    pub fn answer_to(&self) -> String {
        let to = self.message.reply_to.first().or(self.message.from.as_ref());
        let address = to.map(|m| m.key()).unwrap_or_default();
        address.split('@').next().unwrap_or_default().to_owned()
    }
}

/// Id, state, kind, direction, why, and the author: what kind, and which address.
type InteractionShown = (i64, String, String, String, String, String, Option<String>);

impl Desk {
    pub async fn open(place: &Place) -> Desk {
        let desk = Desk::beside(place).await;
        let new = NewWorkspace {
            slug: "acme",
            name: "Acme",
            owner_email: "mia@studio.example",
            intake: "log.m7a2x4",
            app_password: "correct horse",
        };
        let registry = &desk.store.registry;
        let (workspace, _) = registry.make_workspace(new, NOON).await.unwrap();
        let member = registry.add_member(
            workspace.id,
            "jon@studio.example",
            Role::Member,
            "log.j9k3w6",
            NOON,
        );
        member.await.unwrap();
        Desk {
            id: workspace.id,
            ..desk
        }
    }

    /// The same store, opened once more, as another process would.
    pub async fn beside(place: &Place) -> Desk {
        let store = place.open().await;
        let id = store
            .registry
            .workspaces(1)
            .await
            .unwrap()
            .first()
            .map_or(0, |w| w.id);
        let clock = Arc::new(AtomicI64::new(NOON));
        let shown = clock.clone();
        let lanes = Lanes {
            store: store.clone(),
            settings: Arc::new(Settings {
                mail_domain: "crm.example".to_owned(),
                page_origin: None,
                host_name: "crm.example".to_owned(),
                relays: Relays::default(),
                lanes: 2,
            }),
            // A zone without names: nothing here proves anything but AUTH.
            resolver: Arc::new(Resolver::zone("").unwrap()),
            node: Arc::from("test"),
            clock: Clock::of(move || shown.load(Ordering::SeqCst)),
            random: rand::random,
        };
        Desk {
            store,
            lanes,
            id,
            clock,
        }
    }

    /// A further address of a member, verified as by the letter's code.
    pub async fn verify(&self, email: &str, address: &str) {
        let registry = &self.store.registry;
        let account = registry.account_by_email(email).await.unwrap().unwrap();
        let now_us = self.clock.load(Ordering::SeqCst);
        let row = AddressRequestRow {
            id: now_us + registry.own_addresses(account.id).await.unwrap().len() as i64,
            digest: address.to_owned(),
            account_id: account.id,
            address: address.to_owned(),
            code: Some("kept".to_owned()),
            misses: 0,
            created_at: now_us,
            expires_at: now_us + SECOND,
        };
        let kept = registry.add_address_request(row).await.unwrap().unwrap();
        let also = own_addresses::verify(&self.store, &account, &kept, now_us).await;
        assert!(also.unwrap().is_some(), "{address}");
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * SECOND, Ordering::SeqCst);
    }

    /// Puts a mail into the spool as SMTP does; signed in as `account` where one is named.
    pub async fn spool(&self, account: Option<&str>, to: &[&str], raw: &str) -> SpoolId {
        let envelope = Envelope {
            authenticated: account.map(str::to_owned),
            ..Envelope::default()
        };
        let raw = raw.replace('\n', "\r\n").into_bytes();
        self.spool_bytes(&envelope, to, raw).await
    }

    /// The same with an envelope of its own, and bytes as they are.
    pub async fn spool_bytes(&self, envelope: &Envelope, to: &[&str], raw: Vec<u8>) -> SpoolId {
        let mut recipients = Vec::new();
        for local_part in to {
            let route = self.store.registry.route(local_part).await.unwrap();
            let route = route.unwrap_or_else(|| panic!("nobody has {local_part}"));
            recipients.push(route.recipient(&format!("{local_part}@crm.example")));
        }
        let now_us = self.clock.load(Ordering::SeqCst);
        self.store
            .registry
            .spool()
            .accept(envelope, recipients, raw, now_us)
            .await
            .unwrap()
    }

    pub async fn file(&self) {
        self.lanes
            .drain()
            .await
            .unwrap_or_else(|e| panic!("{e}: {:?}", e.cause));
    }

    pub async fn read(&self) -> Tx {
        self.store
            .workspaces
            .get(self.id)
            .await
            .unwrap()
            .read()
            .await
            .unwrap()
    }

    pub async fn write(&self) -> Tx {
        self.store
            .workspaces
            .get(self.id)
            .await
            .unwrap()
            .write()
            .await
            .unwrap()
    }

    pub async fn column(&self, sql: &'static str) -> Vec<String> {
        let mut tx = self.read().await;
        on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
    }

    /// The local part of a contact's capture address.
    pub async fn capture(&self, address: &str) -> String {
        let mut tx = self.read().await;
        on!(&mut tx, c => sqlx::query_scalar(
            "select c.capture from contact c join contact_address a on a.contact_id = c.id where a.address = $1")
            .bind(address).fetch_one(c).await)
        .unwrap_or_else(|_| panic!("no contact has {address}"))
    }

    /// One line for each interaction: state, kind, direction, rule, author, and its contacts by their first address.
    pub async fn interactions(&self) -> Vec<String> {
        let mut tx = self.read().await;
        let rows: Vec<InteractionShown> = on!(&mut tx, c => sqlx::query_as(
            "select id, state, kind, direction, why, author_kind, author_address from interaction order by id")
            .fetch_all(c).await)
        .unwrap();
        let people: Vec<(i64, String, String)> = on!(&mut tx, c => sqlx::query_as(
            "select ic.interaction_id, ic.role, min(a.address) from interaction_contact ic \
             join contact_address a on a.contact_id = ic.contact_id \
             group by ic.interaction_id, ic.role, ic.contact_id order by ic.contact_id")
            .fetch_all(c).await)
        .unwrap();
        let line = |(id, state, kind, direction, why, author_kind, author): (
            i64,
            String,
            String,
            String,
            String,
            String,
            Option<String>,
        )| {
            let why: serde_json::Value = serde_json::from_str(&why).unwrap();
            let rule = why["rule"].as_str().unwrap_or_default().to_owned();
            let author = author.unwrap_or_default();
            let people = people
                .iter()
                .filter(|p| p.0 == id)
                .map(|p| format!(" {}:{}", p.1, p.2));
            format!(
                "{state} {kind} {direction} {rule} by {author_kind}:{author}{}",
                people.collect::<String>()
            )
        };
        rows.into_iter().map(line).collect()
    }

    /// What is to be sent, the oldest first.
    pub async fn outbox(&self) -> Vec<Posted> {
        let mut tx = self.read().await;
        let rows: Vec<(String, String, String, i64, i64, Vec<u8>)> =
            on!(&mut tx, c => sqlx::query_as(
            "select kind, state, recipient, created_at, due_at, message from outbox order by id")
            .fetch_all(c).await)
            .unwrap();
        let posted = rows
            .into_iter()
            .map(|(kind, state, to, created_at, due_at, packed)| {
                let raw = zstd::bulk::decompress(&packed, 64 << 20).unwrap();
                Posted {
                    kind,
                    state,
                    to,
                    hold_us: due_at - created_at,
                    message: rapport::mail::read(&raw),
                    raw,
                }
            });
        posted.collect()
    }

    /// The whole workspace as text, but for what is random.
    pub async fn dump(&self) -> String {
        let mut tx = self.read().await;
        dump(&mut tx).await
    }
}

/// Tables and their columns, in an order that says the same for the same content. A capture address is random behind its dot.
const TABLES: [(&str, &[&str]); 17] = [
    ("member", &["email", "role"]),
    ("company", &["id", "name", "domain", "created_at"]),
    (
        "contact",
        &[
            "id",
            "name",
            "name_key",
            "company_id",
            "title",
            "phone",
            "responsible_id is null",
            "created_at",
            "merged_into",
        ],
    ),
    (
        "contact_address",
        &[
            "address",
            "contact_id",
            "source",
            "created_at",
            "bounced_at",
        ],
    ),
    (
        "filing_rule",
        &["author_address", "contact_id", "interaction_id"],
    ),
    (
        "suggestion",
        &[
            "address",
            "name",
            "reason",
            "seen_count",
            "last_interaction_id",
        ],
    ),
    ("raw_message", &["id", "digest", "size_bytes"]),
    (
        "interaction",
        &[
            "id",
            "kind",
            "direction",
            "state",
            "class",
            "happened_at",
            "created_at",
            "author_kind",
            "author_name",
            "author_address",
            "author_contact_id",
            "author_member_id is null",
            "subject",
            "text",
            "remark",
            "protection",
            "thread_id",
            "raw_id",
        ],
    ),
    (
        "interaction_contact",
        &["contact_id", "interaction_id", "role"],
    ),
    ("mail_key", &["message_id", "body_digest", "interaction_id"]),
    ("thread_reference", &["message_id", "thread_id"]),
    ("thread_participant", &["thread_id", "address"]),
    (
        "witness",
        &["interaction_id", "received_at", "addresses", "raw_id"],
    ),
    (
        "attachment",
        &[
            "interaction_id",
            "position",
            "name",
            "type",
            "size_bytes",
            "sha256",
        ],
    ),
    (
        "meeting",
        &[
            "uid",
            "interaction_id",
            "sequence",
            "status",
            "summary",
            "starts_at",
            "organizer",
            "attendees",
        ],
    ),
    (
        "journal",
        &["id", "at", "door", "proof", "verb", "subject", "before"],
    ),
    ("counter", &["name", "last"]),
];

/// A workspace as text: every table, every row, sorted.
pub async fn dump(tx: &mut Tx) -> String {
    let mut text = String::new();
    for (table, columns) in TABLES {
        let columns: Vec<String> = columns
            .iter()
            .map(|c| format!("coalesce(cast({c} as text), '~')"))
            .collect();
        let sql = format!("select {} from {table}", columns.join(" || '|' || "));
        let mut rows: Vec<String> =
            on!(&mut *tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(c).await)
                .unwrap();
        rows.sort_unstable();
        text.push_str(&format!("== {table}\n{}\n", rows.join("\n")));
    }
    text
}

/// A mail; `headers` are further lines, each with its end.
pub fn mail(from: &str, to: &str, id: &str, headers: &str, body: &str) -> String {
    format!(
        "From: {from}\nTo: {to}\nMessage-ID: <{id}>\nDate: Tue, 10 Nov 2026 11:30:00 +0000\n{headers}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
}
