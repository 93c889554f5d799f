//! `rapport status`: how much there is, over all workspaces.

use super::App;
use crate::domain::Result;
use crate::store::registry::SpoolCounts;
use crate::store::workspace::counts::{self, Counts};
use crate::store::workspace::outbox;
use std::collections::BTreeMap;

/// Sums over all workspaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The spool.
    pub spool: SpoolCounts,
    /// What is in the workspaces.
    pub counts: Counts,
    /// Mail to send, by state; and what came back, as `bounced`.
    pub outbox: BTreeMap<String, i64>,
    /// Whether mail is sent at all.
    pub is_sending: bool,
}

impl App {
    /// Counts.
    pub async fn status(&self) -> Result<Status> {
        let mut status = Status {
            spool: self.store.registry.spool().counts(None).await?,
            counts: Counts::default(),
            outbox: BTreeMap::new(),
            is_sending: self.config.outbound.is_some(),
        };
        for row in self.store.registry.workspaces_there(100_000).await? {
            let workspace = self.store.workspaces.get(row.id).await?;
            let mut tx = workspace.read().await?;
            let counts = counts::counts(&mut tx).await?;
            status.counts.held += counts.held;
            status.counts.unfiled += counts.unfiled;
            status.counts.messages += counts.messages;
            status.counts.interactions += counts.interactions;
            status.counts.contacts += counts.contacts;
            for (state, count) in outbox::counts(&mut tx).await? {
                *status.outbox.entry(state).or_default() += count;
            }
        }
        Ok(status)
    }
}

impl Status {
    /// For programs: the names that stay.
    pub fn json(&self) -> String {
        let c = &self.counts;
        serde_json::json!({
            "spool": self.spool.waiting,
            "parked": self.spool.parked,
            "held": c.held,
            "unfiled": c.unfiled,
            "messages": c.messages,
            "interactions": c.interactions,
            "contacts": c.contacts,
            "outbox": self.outbox,
        })
        .to_string()
    }

    /// For people.
    pub fn text(&self) -> String {
        let c = &self.counts;
        let rows = [
            ("spool", self.spool.waiting, "accepted, waiting to be filed"),
            (
                "parked",
                self.spool.parked,
                "could not be filed after 3 tries; kept",
            ),
            (
                "held",
                c.held,
                "waiting for a proof: rapport do 'list held'",
            ),
            (
                "unfiled",
                c.unfiled,
                "waiting for a contact: rapport do 'list unfiled'",
            ),
            ("messages", c.messages, "raw mails kept"),
            ("interactions", c.interactions, "things said or done"),
            ("contacts", c.contacts, "people"),
        ];
        let outbox = self.outbox.iter().map(|(state, count)| {
            let words = match (state.as_str(), self.is_sending) {
                ("waiting", true) => "mails to be sent",
                ("waiting", false) => "mails that wait: outbound (RAPPORT_OUTBOUND) is not set",
                ("sending", _) => "mails on their way",
                ("sent", _) => "mails handed over",
                ("dead", _) => "mails given up, or come back",
                ("cancelled", _) => "mails taken back in time",
                _ => "of the dead, come back",
            };
            (state.as_str(), *count, words)
        });
        let lines: Vec<String> = rows
            .into_iter()
            .chain(outbox)
            .map(|(name, count, words)| format!("{name:<13}{count:>9}  {words}"))
            .collect();
        lines.join("\n")
    }
}
