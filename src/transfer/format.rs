//! Our own ZIP: its names, its limits, its manifest.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of the format; a program reads its own and lower ones.
pub const FORMAT: u32 = 1;

/// What the ZIP is, in words.
pub const README: &str = "README.txt";
/// The manifest.
pub const MANIFEST: &str = "manifest.json";
/// The workspace as the registry knows it.
pub const WORKSPACE: &str = "registry/workspace.json";
/// What the names of the workspace as the registry knows it begin with.
pub const REGISTRY: &str = "registry/";
/// Its people.
pub const ACCOUNTS: &str = "registry/accounts.jsonl";
/// What they are in it.
pub const MEMBERSHIPS: &str = "registry/memberships.jsonl";
/// Its addresses.
pub const ADDRESSES: &str = "registry/addresses.jsonl";
/// All raw mail.
pub const MBOX: &str = "mail.mbox";
/// The journal as a log.
pub const COMMANDS: &str = "commands.jsonl";
/// What was done at the page with the team and settings, as a log; no import reads it.
pub const PAGE: &str = "page.jsonl";
/// The same as a spreadsheet.
pub const PAGE_SHEET: &str = "page.csv";

/// The longest line: a letter in the outbox is one, in base64.
pub const LINE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// The longest line of the registry: all people are held in memory.
pub const SHORT_LINE_BYTES_MAX: u64 = 16 * 1024;
/// The longest raw message.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most entries, and the most bytes of the list of them, which is read into memory.
pub const ENTRIES_MAX: u64 = 200_000;
/// The longest list of entries.
pub const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most files under `attachments/`; more are in `mail.mbox` alone.
pub const FILES_MAX: u64 = 100_000;
/// How many times as large as the ZIP all of its content may be, and how much in any case.
pub const GROWTH_MAX: u64 = 200;
/// What any ZIP may grow to.
pub const GROWN_BYTES_MIN: u64 = 64 * 1024 * 1024;
/// The most people of a workspace.
pub const MEMBERS_MAX: usize = 10_000;

/// The name of a table's rows.
pub fn data_name(table: &str) -> String {
    format!("data/{table}.jsonl")
}

/// What an export says of itself; written last, so that one that was cut off has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The number of the format.
    pub format: u32,
    /// The version of the program.
    pub program: String,
    /// When it was made, microseconds since 1970.
    pub made_at: i64,
    /// The workspace's plain address' local part.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// How many addresses lead to it.
    pub addresses: u64,
    /// Files under `attachments/`.
    pub files: u64,
    /// Files that are in `mail.mbox` alone.
    pub files_left_out: u64,
}
