//! From the spool to filed: whose a mail is, and why, through the same workers that a running instance has.

#[path = "../common/mod.rs"]
mod common;
mod faults;
mod identity;
mod members;
mod others;
mod repeats;

use common::workspace::{Desk, mail};
use common::{Place, databases};
use rapport::on;
use rapport::store::workspace::{mail_keys, rules};

const ADA: &str = "Ada Byron <ada@northwind.example>";
const MIA: &str = "Mia Laine <mia@studio.example>";
const MIA_SIGNED_IN: Option<&str> = Some("mia@studio.example");
const NOBODY: Option<&str> = None;
const INTAKE: &[&str] = &["log.m7a2x4"];
const PLAIN: &[&str] = &["acme"];
const TO_ADA: &[&str] = &["capture of ada@northwind.example"];
const FORWARDED: &str =
    "filed mail in forward.from by contact:ada@northwind.example author:ada@northwind.example";

/// Who sends it signed in, to which of our addresses, and what.
type Sent<'a> = (Option<&'a str>, &'a [&'a str], String);

/// Mia forwards a letter of somebody to her intake address.
fn forward(id: &str, original: &str) -> String {
    let body = format!(
        "See below.\n\n---------- Forwarded message ---------\nFrom: {original}\n\
         Date: Mon, 9 Nov 2026 at 13:45\nSubject: Pier 4\nTo: Mia Laine <mia@studio.example>\n\n\n\
         We need sixty signs.\n\nAda"
    );
    mail(
        MIA,
        "log.m7a2x4@crm.example",
        id,
        "Subject: Fwd: Pier 4\n",
        &body,
    )
}

fn ada_is_known<'a>() -> Sent<'a> {
    (NOBODY, INTAKE, forward("first@studio.example", ADA))
}

/// Sends each mail and files it before the next, on every database; `capture of` stands for a contact's own address.
async fn check(name: &str, sent: &[Sent<'_>], expected: &[&str]) {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, sent).await;
        let counts = desk.store.registry.spool().counts(None).await.unwrap();
        assert_eq!(
            (counts.waiting, counts.parked),
            (0, 0),
            "{name} on {}",
            place.name
        );
        assert_eq!(
            desk.interactions().await,
            expected,
            "{name} on {}",
            place.name
        );
    }
}

async fn send(desk: &Desk, sent: &[Sent<'_>]) {
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
}
