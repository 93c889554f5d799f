//! Mail as a door: commands in the places where they stand, answers, and letters between contact and member, through the same
//! workers that a running instance has.

mod chat;
mod commands;
#[path = "../common/mod.rs"]
mod common;
mod independent;
mod lines;
mod plant;
mod planted;
mod relay;
mod strangers;
mod whole;

use common::workspace::{Desk, mail};

pub(crate) const ADA: &str = "Ada Byron <ada@northwind.example>";
pub(crate) const MIA: &str = "Mia Laine <mia@studio.example>";
pub(crate) const SIGNED_IN: Option<&str> = Some("mia@studio.example");
pub(crate) const INTAKE: &str = "log.m7a2x4@crm.example";

/// Mia makes Ada a contact by forwarding a letter of hers.
pub(crate) async fn meet_ada(desk: &Desk) {
    let body = format!(
        "---------- Forwarded message ---------\nFrom: {ADA}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: Pier 4\n\
         To: Mia Laine <mia@studio.example>\n\n\nWe need sixty signs.\n\nAda"
    );
    let raw = mail(
        MIA,
        INTAKE,
        "first@studio.example",
        "Subject: Fwd: Pier 4\n",
        &body,
    );
    desk.spool(SIGNED_IN, &["log.m7a2x4"], &raw).await;
    desk.file().await;
}

/// Mia's mail to one of our addresses, filed.
pub(crate) async fn mia_writes(desk: &Desk, to: &str, id: &str, subject: &str, body: &str) {
    let headers = format!("Subject: {subject}\n");
    let raw = mail(MIA, &format!("{to}@crm.example"), id, &headers, body);
    desk.spool(SIGNED_IN, &[to], &raw).await;
    desk.file().await;
}

/// The notes that were written, the oldest first.
pub(crate) async fn notes(desk: &Desk) -> Vec<String> {
    desk.column("select text from interaction where kind = 'note' order by id")
        .await
}
