//! Rows on their way out: what no other instance may have is taken out of them.

use crate::store::workspace::ledger::Columns;
use serde_json::Value;
use std::collections::HashMap;

/// What rows are read with.
pub struct Outgoing {
    /// When the export is made, microseconds since 1970.
    pub now_us: i64,
    /// The addresses behind hashes that this instance alone can make.
    pub suppressed: HashMap<String, String>,
}

/// The address that a hash of the table `suppression` stands for; no column, and known of contacts alone.
pub const SUPPRESSED_ADDRESS: &str = "address";

impl Outgoing {
    /// A row as it is exported; `None` where it is not.
    pub fn row(&self, table: &str, mut row: Columns) -> Option<Columns> {
        match table {
            "journal" => hide_secrets(&mut row),
            "confirmation" if self.is_open(&row) => return None,
            "suppression" => self.name(&mut row),
            _ => {}
        }
        Some(row)
    }

    /// Whoever knows its code can still use it.
    fn is_open(&self, row: &Columns) -> bool {
        let number = |name: &str| row.get(name).and_then(Value::as_i64);
        number("used_at").is_none() && number("expires_at").is_none_or(|at| at > self.now_us)
    }

    fn name(&self, row: &mut Columns) {
        let hash = row.get("address_hash").and_then(Value::as_str);
        if let Some(address) = hash.and_then(|hash| self.suppressed.get(hash)) {
            let address = Value::from(address.as_str());
            row.insert(SUPPRESSED_ADDRESS.to_owned(), address);
        }
    }
}

/// The rows of a change of the bot hold its token: such a change cannot be undone elsewhere.
fn hide_secrets(row: &mut Columns) {
    let changes = row.get("changes").and_then(Value::as_str);
    if changes.is_some_and(|changes| changes.contains("\"table\":\"channel_bot\"")) {
        row.insert("changes".to_owned(), Value::Null);
    }
}
