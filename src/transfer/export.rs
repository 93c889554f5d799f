//! Workspace → ZIP. One view of the workspace from beginning to end, a few rows at a time in memory.

use super::format::{self, FORMAT, Manifest, data_name};
use super::pack::{self, Out};
use super::rows::Outgoing;
use super::sheets;
use crate::domain::{Error, InstanceKey, Kind, Result};
use crate::mail::{mbox, mime};
use crate::store::registry::NewcomerWorkspace;
use crate::store::workspace::transfer::{self, Shape, TABLES};
use crate::store::workspace::{channel_bots, members, raw, sheets as stored, suppression};
use crate::store::{Store, Tx};
use std::collections::HashMap;
use std::io::Write;
use tokio::sync::mpsc;

/// Rows that are read ahead of the writer.
const ROWS_AHEAD: usize = 32;
/// Lines of raw messages, and of interactions with files, that are read at a time.
const LINES_AT_ONCE: i64 = 500;
/// The longest name of a file.
const NAME_BYTES_MAX: usize = 120;
/// What stands in the name of a file for what may not.
const STAND_IN: char = '_';

/// What was exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// What the manifest says.
    pub manifest: Manifest,
    /// The bot that was left out, by its name.
    pub bot_left_out: Option<String>,
}

/// Writes a whole workspace as a ZIP, which a file or a connection takes as it comes: nothing seeks. `out` is used on a thread
/// where it may block. On an error what was written has no end, and is no ZIP. One that is removed meanwhile is read no further:
/// `Kind::NotFound`.
pub async fn export<W>(
    store: &Store,
    workspace_id: i64,
    now_us: i64,
    out: W,
) -> Result<(Exported, W)>
where
    W: Write + Send + 'static,
{
    let (entries, pack) = pack::channel();
    let packing = tokio::task::spawn_blocking(move || pack.write(out));
    let exported = tokio::select! {
        exported = write(store, workspace_id, now_us, entries) => exported,
        () = store.workspaces.until_removed(workspace_id) => {
            Err(Error::not_found("the workspace was deleted"))
        }
    };
    let packed = packing.await.map_err(|e| {
        Error::new(Kind::Corrupt, "the export failed; nothing was exported").because(e)
    })?;
    match (exported, packed) {
        (Ok(exported), Ok(out)) => Ok((exported, out)),
        // Where reading failed, the writer knows only that it was broken off.
        (Err(error), _) if error.kind != Kind::Unavailable => Err(error),
        (_, Err(error)) | (Err(error), _) => Err(error),
    }
}

async fn write(store: &Store, workspace_id: i64, now_us: i64, mut out: Out) -> Result<Exported> {
    let registry = &store.registry;
    let newcomer = registry.newcomer_of(workspace_id).await?;
    let newcomer = newcomer.ok_or_else(|| Error::not_found("there is no such workspace"))?;
    let workspace = store.workspaces.get(workspace_id).await?;
    let mut tx = workspace.snapshot().await?;
    let mut exported = Exported {
        manifest: Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: now_us,
            slug: newcomer.slug.clone(),
            name: newcomer.name.clone(),
            ..Manifest::default()
        },
        bot_left_out: channel_bots::get(&mut tx).await?.map(|bot| bot.username),
    };
    out.begin(format::README).await?;
    out.write(readme(&exported, now_us).as_bytes()).await?;
    exported.manifest.addresses = registered(store, workspace_id, &newcomer, &mut out).await?;
    let outgoing = Outgoing {
        now_us,
        suppressed: suppressed(&mut tx, registry.key()).await?,
    };
    for table in TABLES {
        let count = rows(&mut tx, table, &outgoing, &mut out).await?;
        exported.manifest.rows.insert(table.name.to_owned(), count);
    }
    raw_mail(&mut tx, now_us, &mut out).await?;
    sheets::write(&mut tx, &mut out).await?;
    page_log(store, workspace_id, &mut tx, &mut out).await?;
    files(&mut tx, &mut exported.manifest, &mut out).await?;
    out.begin(format::MANIFEST).await?;
    out.line(&exported.manifest).await?;
    out.end().await?;
    Ok(exported)
}

fn readme(exported: &Exported, now_us: i64) -> String {
    let bot = match &exported.bot_left_out {
        Some(name) => format!(
            "\n\nThe bot @{name} is not in here, since its token is a secret: connect it again."
        ),
        None => String::new(),
    };
    include_str!("readme.txt")
        .replace("{name}", &exported.manifest.name)
        .replace("{made_at}", &sheets::time(now_us))
        .replace("{program}", &exported.manifest.program)
        .replace("{bot}", &bot)
}

/// What the registry holds of it; how many addresses.
async fn registered(
    store: &Store,
    workspace_id: i64,
    newcomer: &NewcomerWorkspace,
    out: &mut Out,
) -> Result<u64> {
    out.begin(format::WORKSPACE).await?;
    out.line(newcomer).await?;
    let (accounts, memberships) = store.registry.member_lines(workspace_id).await?;
    out.begin(format::ACCOUNTS).await?;
    for account in &accounts {
        out.line(account).await?;
    }
    out.begin(format::MEMBERSHIPS).await?;
    for membership in &memberships {
        out.line(membership).await?;
    }
    out.begin(format::ADDRESSES).await?;
    let mut behind = String::new();
    let mut count = 0;
    loop {
        let lines = store
            .registry
            .address_lines(workspace_id, &behind, LINES_AT_ONCE)
            .await?;
        let Some(last) = lines.last() else {
            return Ok(count);
        };
        behind.clone_from(&last.local_part);
        for line in &lines {
            out.line(line).await?;
            count += 1;
        }
    }
}

/// What was done at the page, by whom as the workspace knows them: as lines of JSON and as a spreadsheet.
async fn page_log(store: &Store, workspace_id: i64, tx: &mut Tx, out: &mut Out) -> Result<()> {
    // Whoever is in the workspace by the registry; else by its own copy, where who was erased has no name any more.
    let known = members::everybody(tx).await?.into_iter();
    let mut people: HashMap<i64, String> = known.map(|one| (one.id, one.email)).collect();
    let present = store.registry.members(workspace_id).await?.into_iter();
    people.extend(present.map(|member| (member.account.id, member.account.email)));
    let forms: [(&str, sheets::EventForm); 2] = [
        (format::PAGE, sheets::event_line),
        (format::PAGE_SHEET, sheets::event_record),
    ];
    for (name, form) in forms {
        out.begin(name).await?;
        if name == format::PAGE_SHEET {
            out.write(&sheets::events_header()?).await?;
        }
        let mut behind = 0;
        loop {
            let registry = &store.registry;
            let events = registry.page_events_behind(workspace_id, behind, LINES_AT_ONCE);
            let events = events.await?;
            let Some((last, _)) = events.last() else {
                break;
            };
            behind = *last;
            for (_, event) in &events {
                let who = event.account_id.and_then(|id| people.get(&id));
                out.write(&form(who.map(String::as_str), event)?).await?;
            }
        }
    }
    Ok(())
}

/// The addresses of contacts that get nothing any more, by their hashes, which mean nothing to another instance.
async fn suppressed(tx: &mut Tx, key: &InstanceKey) -> Result<HashMap<String, String>> {
    let mut suppressed = HashMap::new();
    if suppression::count(tx).await? == 0 {
        return Ok(suppressed);
    }
    let mut behind = String::new();
    loop {
        let addresses = stored::addresses(tx, &behind).await?;
        let Some(last) = addresses.last() else {
            return Ok(suppressed);
        };
        behind.clone_from(last);
        let by_hash: HashMap<String, String> = addresses
            .into_iter()
            .map(|address| (key.suppression_hash(&address), address))
            .collect();
        let hashes: Vec<String> = by_hash.keys().cloned().collect();
        for (hash, _) in suppression::among(tx, &hashes).await? {
            if let Some(address) = by_hash.get(&hash) {
                suppressed.insert(hash, address.clone());
            }
        }
    }
}

/// All rows of a table; how many.
async fn rows(tx: &mut Tx, table: &Shape, outgoing: &Outgoing, out: &mut Out) -> Result<u64> {
    out.begin(data_name(table.name)).await?;
    let (sender, mut receiver) = mpsc::channel(ROWS_AHEAD);
    let reading = async move { transfer::rows(tx, table, &sender).await };
    let writing = async move {
        let mut count = 0;
        while let Some(row) = receiver.recv().await {
            if let Some(row) = outgoing.row(table.name, row) {
                out.line(&row).await?;
                count += 1;
            }
        }
        Ok::<u64, Error>(count)
    };
    let (read, written) = tokio::join!(reading, writing);
    // A writer that failed is why the reader did.
    let count = written?;
    read?;
    Ok(count)
}

async fn raw_mail(tx: &mut Tx, now_us: i64, out: &mut Out) -> Result<()> {
    out.begin(format::MBOX).await?;
    let line = format!("rapport {}", sheets::mbox_time(now_us));
    let mut behind = 0;
    loop {
        let lines = transfer::raw_lines(tx, behind, LINES_AT_ONCE).await?;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        behind = last.id;
        for message in &lines {
            let bytes = raw::get(tx, message.id).await?.unwrap_or_default();
            let mut written = Vec::with_capacity(bytes.len() + 128);
            // Into memory: it cannot fail.
            let _ = mbox::write(&mut written, &line, &bytes);
            out.write(&written).await?;
        }
    }
}

/// The files that came with mail, as files.
async fn files(tx: &mut Tx, manifest: &mut Manifest, out: &mut Out) -> Result<()> {
    let mut behind = 0;
    loop {
        let lines = transfer::with_files(tx, behind, LINES_AT_ONCE).await?;
        let Some((last, _)) = lines.last() else {
            return Ok(());
        };
        behind = *last;
        for (interaction, raw_id) in lines {
            let Some(bytes) = raw::get(tx, raw_id).await? else {
                continue;
            };
            let files = tokio::task::spawn_blocking(move || mime::files(&bytes)).await;
            for (position, (file, bytes)) in files.unwrap_or_default().into_iter().enumerate() {
                if manifest.files >= format::FILES_MAX {
                    manifest.files_left_out += 1;
                    continue;
                }
                let name = safe_name(file.name.as_deref().unwrap_or_default());
                out.begin(format!("attachments/{interaction}/{position}-{name}"))
                    .await?;
                out.write(&bytes).await?;
                manifest.files += 1;
            }
        }
    }
}

/// A name that is one on every system: letters, digits, and a few signs.
fn safe_name(name: &str) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        if safe.len() + letter.len_utf8() > NAME_BYTES_MAX {
            break;
        }
        let is_safe = letter.is_alphanumeric() || matches!(letter, '.' | '-' | '(' | ')' | ' ');
        safe.push(if is_safe { letter } else { STAND_IN });
    }
    let safe = safe.trim_matches([' ', '.']);
    match safe.is_empty() {
        true => "file".to_owned(),
        false => safe.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_name_leads_nowhere() {
        assert_eq!(safe_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe_name("Übersicht (2).pdf"), "Übersicht (2).pdf");
        assert_eq!(safe_name("a\\b:c\0d\n.txt"), "a_b_c_d_.txt");
        assert_eq!(safe_name(" .. "), "file");
        assert_eq!(safe_name(""), "file");
        assert!(safe_name(&"ä".repeat(500)).len() <= NAME_BYTES_MAX);
    }
}
