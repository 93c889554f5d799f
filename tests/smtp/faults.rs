//! What breaks below, and heals.

use crate::common::databases;
use crate::server::start;
use rapport::store::Tx;

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
