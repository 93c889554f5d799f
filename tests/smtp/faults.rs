//! What breaks below, and heals.

use crate::common::databases;
use crate::server::start;
use rapport::store::{Db, Tx};

#[tokio::test]
async fn a_full_database_puts_mail_off_and_takes_it_again_later() {
    for database in databases().await {
        if database.database_url.is_some() {
            continue;
        }
        let server = start(&database, |_| {}).await;
        let Db::Sqlite(pool) = server.store.registry.db() else {
            panic!("SQLite")
        };
        let mut wire = server.connect_for_mail().await;
        // The bound is one of a connection, so all of them are held and told.
        let mut connections = Vec::new();
        for _ in 0..6 {
            connections.push(pool.acquire().await.expect("a connection"));
        }
        for connection in &mut connections {
            sqlx::query("pragma max_page_count = 1")
                .execute(&mut **connection)
                .await
                .expect("a bound");
        }
        drop(connections);
        let body = "0123456789abcde\r\n".repeat(10_000);
        wire.ask("DATA", "354").await;
        let reply = wire.ask(&format!("{body}."), "45").await;
        assert!(
            reply.starts_with("451 4.3.0") || reply.starts_with("452 4.3.1"),
            "{reply}"
        );
        let mut connections = Vec::new();
        for _ in 0..6 {
            connections.push(pool.acquire().await.expect("a connection"));
        }
        for connection in &mut connections {
            sqlx::query("pragma max_page_count = 1000000")
                .execute(&mut **connection)
                .await
                .expect("room");
        }
        drop(connections);
        wire.ask("MAIL FROM:<>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire.ask("DATA", "354").await;
        wire.ask(&format!("{body}."), "250").await;
        assert_eq!(server.kept().await.len(), 1);
    }
}

#[tokio::test]
async fn a_table_that_is_gone_puts_mail_off_and_takes_it_when_it_is_back() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let rename = |from: &'static str, to: &'static str| {
            let db = server.store.registry.db();
            async move {
                let text = format!("alter table {from} rename to {to}");
                let mut tx = db.write().await.expect("a transaction");
                let text = sqlx::AssertSqlSafe(text);
                match &mut tx {
                    Tx::Sqlite(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
                    Tx::Postgres(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
                }
                .expect("renamed");
                tx.commit().await.expect("renamed");
            }
        };
        let mut wire = server.connect_for_mail().await;
        rename("spool", "spool_away").await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: a\r\n\r\n.", "451 4.3.0").await;
        rename("spool_away", "spool").await;
        rename("address", "address_away").await;
        wire.ask("MAIL FROM:<>", "250").await;
        wire.ask("RCPT TO:<log.u4x9k2@crm.example>", "451 4.3.0")
            .await;
        rename("address_away", "address").await;
        wire.ask("RCPT TO:<log.u4x9k2@crm.example>", "250").await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: a\r\n\r\n.", "250").await;
        assert_eq!(server.kept().await.len(), 1, "{}", database.name);
    }
}

#[tokio::test]
async fn a_writer_that_holds_the_database_delays_mail_and_loses_none() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect_for_mail().await;
        let holder = server
            .store
            .registry
            .db()
            .write()
            .await
            .expect("a transaction");
        wire.ask("DATA", "354").await;
        wire.send("Subject: a\r\n\r\n.\r\n").await;
        let mut other = server.connect_for_mail().await;
        other.ask("NOOP", "250").await;
        drop(holder);
        wire.expect("250").await;
        assert_eq!(server.kept().await.len(), 1, "{}", database.name);
    }
}
