//! From the spool to filed: whose a mail is, and why, through the same workers that a running instance has.

mod common;

use common::databases;
use common::workspace::{Desk, mail};

const NOBODY: Option<&str> = None;

/// Who sends it signed in, to which of our addresses, and what.
type Sent<'a> = (Option<&'a str>, &'a [&'a str], String);

fn forward(id: &str, original: &str) -> String {
    let body = format!(
        "See below.\n\n---------- Forwarded message ---------\nFrom: {original}\nDate: Mon, 9 Nov 2026 at 13:45\n\
         Subject: Pier 4\nTo: Mia Laine <mia@studio.example>\n\n\nWe need sixty signs.\n\nAda"
    );
    mail(
        "Mia Laine <mia@studio.example>",
        "log.m7a2x4@crm.example",
        id,
        "Subject: Fwd: Pier 4\n",
        &body,
    )
}

async fn check(name: &str, sent: &[Sent<'_>], expected: &[&str]) {
    for database in databases().await {
        let desk = Desk::open(&database).await;
        for (account, to, raw) in sent {
            let mut local_parts = Vec::new();
            for local_part in *to {
                match local_part.strip_prefix("capture of ") {
                    Some(address) => local_parts.push(desk.capture(address).await),
                    None => local_parts.push((*local_part).to_owned()),
                }
            }
            let to: Vec<&str> = local_parts.iter().map(String::as_str).collect();
            desk.spool(*account, &to, raw).await;
            desk.file().await;
        }
        let counts = desk.store.registry.spool().counts(None).await.unwrap();
        assert_eq!(
            (counts.waiting, counts.parked),
            (0, 0),
            "{name} on {}",
            database.name
        );
        assert_eq!(
            desk.interactions().await,
            expected,
            "{name} on {}",
            database.name
        );
    }
}

#[tokio::test]
async fn what_a_member_forwards_is_its_sender_s() {
    check(
        "forward",
        &[(NOBODY, &["log.m7a2x4"], forward("f1@studio.example", "Ada Byron <ada@northwind.example>"))],
        &["filed mail in forward.from by contact:ada@northwind.example author:ada@northwind.example"],
    )
    .await;
}
