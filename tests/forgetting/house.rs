//! A desk whose members speak, and what is left of a word anywhere in the house.

use crate::common::Place;
use crate::common::workspace::{Desk, mail};
use rapport::commands::context::Confirmation;
use rapport::commands::reply::text;
use rapport::commands::{Actor, Cx, Door, Proof, Said, Verdict, run};
use rapport::digest::{Settings, Timekeeper};
use rapport::on;
use rapport::store::Tx;
use rapport::store::workspace::members::{self, MemberRow};
use sqlx::PgPool;
use std::path::Path;
use std::sync::Arc;

pub const MIA: &str = "Mia Laine <mia@studio.example>";
pub const ADA: &str = "Ada Byron <ada@acme.example>";
pub const BOB: &str = "Bob Stone <bob@foo.example>";
pub const SIGNED_IN: Option<&str> = Some("mia@studio.example");

pub fn timekeeper(desk: &Desk) -> Timekeeper {
    Timekeeper {
        store: desk.store.clone(),
        settings: Arc::new(Settings {
            mail_domain: "crm.example".to_owned(),
            page_origin: None,
        }),
        node: Arc::from("test"),
        clock: desk.lanes.clock.clone(),
        random: rand::random,
    }
}

/// A desk whose members are in the workspace.
pub async fn open(place: &Place) -> Desk {
    let desk = Desk::open(place).await;
    let mut tx = desk.write().await;
    for member in desk.store.registry.members(desk.id).await.unwrap() {
        let row = MemberRow {
            id: member.account.id,
            email: member.account.email,
            name: None,
            role: member.role.word().to_owned(),
        };
        members::put(&mut tx, &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    desk
}

/// What a member of this address speaks with.
pub async fn cx(desk: &Desk, email: &str) -> Cx {
    let all = desk.store.registry.members(desk.id).await.unwrap();
    let member = all.into_iter().find(|m| m.account.email == email).unwrap();
    let said = Said {
        workspace_id: desk.id,
        actor: Actor {
            member_id: member.account.id,
            email: member.account.email,
            name: member.account.name,
            role: member.role,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: desk.lanes.clock.now_us(),
        mail_domain: "crm.example".to_owned(),
    };
    let id = said.actor.member_id;
    let settings = members::settings(&mut desk.read().await, id).await.unwrap();
    Cx::new(said, settings)
}

/// The answer to lines of the owner, and whether they were done.
pub async fn say(desk: &Desk, line: &str) -> (Verdict, String) {
    answer(desk, &cx(desk, "mia@studio.example").await, line).await
}

pub async fn answer(desk: &Desk, cx: &Cx, line: &str) -> (Verdict, String) {
    let replies = Box::pin(run(&desk.store, cx, line))
        .await
        .unwrap_or_else(|e| panic!("{line}: {e}: {:?}", e.cause));
    let refused = replies.iter().find(|r| r.verdict == Verdict::Refused);
    let verdict = refused.unwrap_or(&replies[0]).verdict;
    (verdict, text::render(&replies, 300))
}

/// Lines that must be done; what wants a confirmation has it.
pub async fn done(desk: &Desk, line: &str) -> String {
    let cx = Cx {
        confirmation: Confirmation::Given,
        ..cx(desk, "mia@studio.example").await
    };
    let (verdict, shown) = answer(desk, &cx, line).await;
    assert_ne!(verdict, Verdict::Refused, "{line}: {shown}");
    shown
}

/// A mail of a member, filed.
pub async fn mia_writes(
    desk: &Desk,
    to: &[&str],
    header_to: &str,
    id: &str,
    subject: &str,
    body: &str,
) {
    let headers = format!("Subject: {subject}\n");
    desk.spool(SIGNED_IN, to, &mail(MIA, header_to, id, &headers, body))
        .await;
    Box::pin(desk.file()).await;
}

/// A mail from outside, filed.
pub async fn writes(desk: &Desk, from: &str, to: &str, id: &str, subject: &str, body: &str) {
    let headers = format!("Subject: {subject}\n");
    let header_to = format!("{to}@crm.example");
    desk.spool(None, &[to], &mail(from, &header_to, id, &headers, body))
        .await;
    Box::pin(desk.file()).await;
}

/// Where a word stands in the data: files as they are on SQLite, rows as text on PostgreSQL, and on both behind what is packed.
pub async fn places_of(place: &Place, desk: &Desk, word: &str) -> Vec<String> {
    let mut found = rows_of(place, word).await;
    in_packed(&mut desk.read().await, word, &mut found).await;
    found
}

/// The same without what is packed.
pub async fn rows_of(place: &Place, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    match &place.database_url {
        None => in_files(place.folder.path(), word, &mut found),
        Some(url) => in_rows(url, word, &mut found).await,
    }
    found
}

pub fn holds(bytes: &[u8], word: &str) -> bool {
    let bytes = bytes.to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    bytes.windows(word.len()).any(|w| w == word.as_bytes())
}

fn in_files(folder: &Path, word: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What was sent into a folder has left the house.
        if path.is_dir() && path.ends_with("sent") {
            continue;
        }
        if path.is_dir() {
            in_files(&path, word, found);
        } else if holds(&std::fs::read(&path).unwrap(), word) {
            found.push(path.display().to_string());
        }
    }
}

async fn in_rows(url: &str, word: &str, found: &mut Vec<String>) {
    let pool = PgPool::connect(url).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select cast(schemaname as text), cast(tablename as text) from pg_tables \
         where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for (schema, table) in tables {
        let sql = format!(
            "select cast(t as text) from \"{schema}\".\"{table}\" t where strpos(lower(cast(t as text)), lower($1)) > 0"
        );
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(word)
            .fetch_all(&pool)
            .await
            .unwrap();
        found.extend(
            rows.into_iter()
                .map(|row| format!("{schema}.{table}: {row}")),
        );
    }
    pool.close().await;
}

async fn in_packed(tx: &mut Tx, word: &str, found: &mut Vec<String>) {
    for (table, column) in [("raw_message", "zstd"), ("outbox", "message")] {
        let sql = format!("select id, {column} from {table} where {column} is not null");
        let rows: Vec<(i64, Vec<u8>)> = on!(&mut *tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(c).await)
        .unwrap();
        for (id, packed) in rows {
            let raw = zstd::bulk::decompress(&packed, 64 << 20).unwrap();
            if holds(&raw, word) || holds(rapport::mail::read(&raw).body.as_bytes(), word) {
                let said = String::from_utf8_lossy(&raw);
                let said: String = said.chars().take(1_500).collect();
                found.push(format!("{table} {id}: {said}"));
            }
        }
    }
}
