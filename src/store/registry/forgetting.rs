//! What the registry holds of a person who was erased, and the tombstones by which a restore erases the same again.

use super::Registry;
use crate::domain::Result;
use crate::domain::erasing::{Marks, Pattern};
use crate::on;
use crate::store::Tx;
use crate::store::registry::{Envelope, IMPORTED, Recipient};
use crate::store::workspace::erasing::Pending;
use serde::{Deserialize, Serialize};

/// Arrivals that are read at a time.
const BATCH_ROWS: i64 = 16;
/// Lines of the page's log that are read at a time.
const EVENTS_MAX: i64 = 500;

/// That somebody was erased: nothing of who it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tombstone {
    /// In which workspace.
    pub workspace_id: i64,
    /// The number that the contact had.
    pub contact_id: i64,
    /// When; microseconds since 1970.
    pub at: i64,
    /// A keyed hash of each address.
    pub address_hashes: Vec<String>,
}

/// The number of no contact: the whole workspace was deleted.
const WORKSPACE: i64 = 0;
/// The number of no workspace: an account was deleted, whose number stands in place of the contact's.
const ACCOUNT: i64 = 0;

impl Tombstone {
    /// That a whole workspace was deleted.
    pub fn of_workspace(workspace_id: i64, at_us: i64) -> Tombstone {
        Tombstone {
            workspace_id,
            contact_id: WORKSPACE,
            at: at_us,
            address_hashes: Vec::new(),
        }
    }

    /// That an account was deleted.
    pub fn of_account(account_id: i64, at_us: i64) -> Tombstone {
        Tombstone {
            workspace_id: ACCOUNT,
            contact_id: account_id,
            at: at_us,
            address_hashes: Vec::new(),
        }
    }

    /// Whether it is of a whole workspace.
    pub fn is_of_workspace(&self) -> bool {
        self.contact_id == WORKSPACE
    }

    /// The account that it is of.
    pub fn account_id(&self) -> Option<i64> {
        (self.workspace_id == ACCOUNT).then_some(self.contact_id)
    }
}

#[derive(sqlx::FromRow)]
struct ArrivalRow {
    spool_id: i64,
    recipients: String,
    envelope: String,
    raw: Vec<u8>,
}

impl Registry {
    /// Removes addresses that led to a person, and what came from them or for them before a moment and is not filed. Mail to the
    /// addresses is refused from now on as for any unknown one; nobody else gets one of them.
    pub async fn forget_person(
        &self,
        workspace_id: i64,
        pending: &Pending,
        at_us: i64,
    ) -> Result<()> {
        let pattern = Pattern::of(&pending.marks.own())?;
        let mut tx = self.db.write().await?;
        for local_part in &pending.marks.captures {
            let gone = on!(&mut tx, c => sqlx::query("delete from address where local_part = $1 and workspace_id = $2")
                .bind(local_part).bind(workspace_id).execute(c).await.map(|done| done.rows_affected()))?;
            if gone > 0 {
                self.release(&mut tx, local_part, at_us).await?;
            }
        }
        for address in pending.marks.own() {
            for sql in [
                "delete from invitation where workspace_id = $1 and email = $2",
                "delete from address_request where address = $2 \
                 and account_id in (select account_id from membership where workspace_id = $1)",
            ] {
                on!(&mut tx, c => sqlx::query(sql).bind(workspace_id).bind(address).execute(c).await.map(drop))?;
            }
        }
        forget_events(&mut tx, workspace_id, &pending.marks, &pattern).await?;
        for account_id in &pending.former {
            // In no workspace any more it was of this one alone.
            super::account_leaving::remove_lone(&mut tx, *account_id).await?;
        }
        forget_arrivals(&mut tx, workspace_id, pending, &pattern, at_us).await?;
        for (bot_id, chat_id) in &pending.chats {
            forget_updates(&mut tx, *bot_id, *chat_id, at_us).await?;
        }
        tx.commit().await?;
        for local_part in &pending.marks.captures {
            self.routes.invalidate(local_part).await;
        }
        for account_id in &pending.former {
            self.forget_account(*account_id).await;
        }
        Ok(())
    }

    /// The accounts whose further addresses these are, of those that do not belong to a workspace.
    pub async fn further_accounts(
        &self,
        workspace_id: i64,
        addresses: &[String],
    ) -> Result<Vec<i64>> {
        let mut tx = self.db.read().await?;
        let mut accounts = Vec::new();
        for address in addresses {
            let account: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(
                "select account_id from account_address where address = $2 \
                 and account_id not in (select account_id from membership where workspace_id = $1)")
                .bind(workspace_id).bind(address).fetch_optional(c).await)?;
            accounts.extend(account);
        }
        Ok(accounts)
    }

    /// Keeps that somebody was erased.
    pub async fn add_tombstone(&self, tombstone: &Tombstone) -> Result<()> {
        let mut tx = self.db.write().await?;
        insert_tombstone(&mut tx, tombstone).await?;
        tx.commit().await
    }

    /// Who was erased after a moment, in all workspaces, the first first.
    pub async fn tombstones(&self, after_us: i64) -> Result<Vec<Tombstone>> {
        let mut tx = self.db.read().await?;
        let rows: Vec<(i64, i64, i64, String)> = on!(&mut tx, c => sqlx::query_as(
            "select workspace_id, contact_id, at, address_hashes from erasure_tombstone where at > $1 \
             order by at, workspace_id, contact_id limit 10000000")
            .bind(after_us).fetch_all(c).await)?;
        let tombstone =
            |(workspace_id, contact_id, at, hashes): (i64, i64, i64, String)| Tombstone {
                workspace_id,
                contact_id,
                at,
                address_hashes: serde_json::from_str(&hashes).unwrap_or_default(),
            };
        Ok(rows.into_iter().map(tombstone).collect())
    }
}

pub(super) async fn insert_tombstone(tx: &mut Tx, tombstone: &Tombstone) -> Result<()> {
    let hashes = serde_json::json!(tombstone.address_hashes).to_string();
    on!(tx, c => sqlx::query(
        "insert into erasure_tombstone (workspace_id, contact_id, at, address_hashes) values ($1, $2, $3, $4) \
         on conflict (workspace_id, contact_id, at) do nothing")
        .bind(tombstone.workspace_id).bind(tombstone.contact_id).bind(tombstone.at).bind(hashes)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// What was done at the page stays, without the person in it; the name of a file may hold any name of theirs.
async fn forget_events(tx: &mut Tx, workspace_id: i64, marks: &Marks, own: &Pattern) -> Result<()> {
    let all = Pattern::of(&marks.all())?;
    let mut behind = 0;
    loop {
        let rows: Vec<(i64, String, String)> = on!(&mut *tx, c => sqlx::query_as(
            "select id, event, subject from page_event where workspace_id = $1 and id > $2 and subject <> '' \
             order by id limit $3")
            .bind(workspace_id).bind(behind).bind(EVENTS_MAX).fetch_all(c).await)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        behind = last.0;
        for (id, event, subject) in &rows {
            let pattern = if event.starts_with(IMPORTED) {
                &all
            } else {
                own
            };
            let Some(redacted) = pattern.redacted(subject) else {
                continue;
            };
            on!(&mut *tx, c => sqlx::query("update page_event set subject = $2 where id = $1")
                .bind(id).bind(redacted).execute(c).await.map(drop))?;
        }
    }
}

/// Mail that waits or was put aside: from one of the addresses, to one that we gave out for it, or with one in its header.
async fn forget_arrivals(
    tx: &mut Tx,
    workspace_id: i64,
    pending: &Pending,
    pattern: &Pattern,
    at_us: i64,
) -> Result<()> {
    let mut behind = 0;
    loop {
        let rows: Vec<ArrivalRow> = on!(&mut *tx, c => sqlx::query_as(
            "select a.spool_id, a.recipients, s.envelope, s.raw from arrival a join spool s on s.id = a.spool_id \
             where a.workspace_id = $1 and a.spool_id > $2 and s.received_at <= $3 order by a.spool_id limit $4")
            .bind(workspace_id).bind(behind).bind(at_us).bind(BATCH_ROWS).fetch_all(c).await)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        behind = last.spool_id;
        for row in rows.iter().filter(|row| is_about(row, pending, pattern)) {
            on!(&mut *tx, c => sqlx::query("delete from arrival where workspace_id = $1 and spool_id = $2")
                .bind(workspace_id).bind(row.spool_id).execute(c).await.map(drop))?;
            on!(&mut *tx, c => sqlx::query(
                "delete from spool where id = $1 and not exists (select 1 from arrival where spool_id = $1)")
                .bind(row.spool_id).execute(c).await.map(drop))?;
        }
    }
}

fn is_about(row: &ArrivalRow, pending: &Pending, pattern: &Pattern) -> bool {
    let envelope: Envelope = serde_json::from_str(&row.envelope).unwrap_or_default();
    let recipients: Vec<Recipient> = serde_json::from_str(&row.recipients).unwrap_or_default();
    let is_to = |r: &Recipient| pending.marks.captures.contains(&r.local_part);
    pattern.is_in(&envelope.mail_from)
        || recipients.iter().any(is_to)
        || pattern.is_in_mail(header_of(&row.raw))
}

/// A mail up to its first empty line.
fn header_of(raw: &[u8]) -> &[u8] {
    let ends = raw
        .windows(2)
        .zip(raw.windows(4).map(Some).chain(std::iter::repeat(None)));
    let end = ends
        .enumerate()
        .find(|(_, (two, four))| *two == b"\n\n" || *four == Some(b"\r\n\r\n"))
        .map_or(raw.len(), |(at, _)| at);
    raw.get(..end).unwrap_or(raw)
}

/// What somebody wrote to a bot and is not done.
async fn forget_updates(tx: &mut Tx, bot_id: i64, chat_id: i64, at_us: i64) -> Result<()> {
    let rows: Vec<(i64, String)> = on!(&mut *tx, c => sqlx::query_as(
        "select update_id, body from chat_update where bot_id = $1 and body <> '' and received_at <= $2 \
         order by update_id limit 100000")
        .bind(bot_id).bind(at_us).fetch_all(c).await)?;
    for (update_id, body) in rows {
        if !says_number(&body, chat_id) {
            continue;
        }
        on!(&mut *tx, c => sqlx::query(
            "update chat_update set body = '', done_at = coalesce(done_at, $3), parked_at = null \
             where bot_id = $1 and update_id = $2")
            .bind(bot_id).bind(update_id).bind(at_us).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Whether an update names a chat: `"id": 123`, however it is spaced.
fn says_number(body: &str, chat_id: i64) -> bool {
    fn names(value: &serde_json::Value, chat_id: i64) -> bool {
        match value {
            serde_json::Value::Object(fields) => fields.iter().any(|(name, value)| {
                name == "id" && value.as_i64() == Some(chat_id) || names(value, chat_id)
            }),
            serde_json::Value::Array(values) => values.iter().any(|value| names(value, chat_id)),
            _ => false,
        }
    }
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    names(&body, chat_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_ends_at_the_first_empty_line() {
        for (raw, wanted) in [
            ("A: b\r\nC: d\r\n\r\nbody\r\n\r\n", "A: b\r\nC: d"),
            ("A: b\n\nbody", "A: b"),
            ("A: b", "A: b"),
            ("", ""),
        ] {
            assert_eq!(header_of(raw.as_bytes()), wanted.as_bytes(), "{raw:?}");
        }
        assert!(says_number(r#"{"message":{"chat":{"id": 42}}}"#, 42));
        assert!(!says_number(
            r#"{"message":{"chat":{"id":421},"date":42}}"#,
            42
        ));
    }
}
