//! Whose chat is linked to which member, and the tokens that link it: each is used once, and only its digest is kept.

use super::Registry;
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use sha2::{Digest, Sha256};

/// Tokens that ran out and are forgotten when another one is added.
const FORGOTTEN_MAX: i64 = 100;
/// The most workspaces of one person that are read.
const LINKS_MAX: i64 = 100;

/// A person of Telegram as a member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChatLink {
    /// Who, by the number at Telegram.
    pub user_id: i64,
    /// The workspace.
    pub workspace_id: i64,
    /// The member.
    pub account_id: i64,
    /// Whether it is the workspace that the person speaks to.
    pub is_current: bool,
    /// When it was linked, microseconds since 1970.
    pub linked_at: i64,
}

/// What of a token is kept: SHA-256 in hexadecimal letters.
pub fn link_digest(token: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(token.as_bytes()) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

impl Registry {
    /// Keeps the digest of a token that proves to be a member, until a time; microseconds since 1970.
    pub async fn add_link_token(
        &self,
        digest: &str,
        workspace_id: i64,
        account_id: i64,
        expires_at: i64,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "delete from chat_link_token where digest in \
             (select digest from chat_link_token where expires_at <= $1 limit $2)")
            .bind(now_us).bind(FORGOTTEN_MAX).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "insert into chat_link_token (digest, workspace_id, account_id, expires_at) values ($1, $2, $3, $4)")
            .bind(digest).bind(workspace_id).bind(account_id).bind(expires_at)
            .execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Uses a token up: its workspace and account; `None` where there is none, it was used, or it ran out.
    pub async fn take_link_token(&self, digest: &str, now_us: i64) -> Result<Option<(i64, i64)>> {
        let mut tx = self.db.write().await?;
        let taken = on!(&mut tx, c => sqlx::query_as(
            "delete from chat_link_token where digest = $1 and expires_at > $2 returning workspace_id, account_id")
            .bind(digest).bind(now_us).fetch_optional(c).await)?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Links a person to a member, and makes that workspace the current one. A member is linked to one person: whoever was
    /// before is not any more.
    pub async fn link(
        &self,
        user_id: i64,
        workspace_id: i64,
        account_id: i64,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        let before: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "delete from chat_link where workspace_id = $1 and account_id = $2 and user_id <> $3 returning user_id")
            .bind(workspace_id).bind(account_id).bind(user_id).fetch_all(c).await)?;
        for user in before {
            settle(&mut tx, user).await?;
        }
        on!(&mut tx, c => sqlx::query("update chat_link set is_current = false where user_id = $1")
            .bind(user_id).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "insert into chat_link (user_id, workspace_id, account_id, is_current, linked_at) values ($1, $2, $3, true, $4) \
             on conflict (user_id, workspace_id) do update \
             set account_id = excluded.account_id, is_current = true, linked_at = excluded.linked_at")
            .bind(user_id).bind(workspace_id).bind(account_id).bind(now_us)
            .execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Unlinks a person from a workspace; another of theirs becomes the current one. False where there was no link.
    pub async fn unlink(&self, user_id: i64, workspace_id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let removed = on!(&mut tx, c => sqlx::query(
            "delete from chat_link where user_id = $1 and workspace_id = $2")
            .bind(user_id).bind(workspace_id).execute(c).await.map(|done| done.rows_affected()))?;
        settle(&mut tx, user_id).await?;
        tx.commit().await?;
        Ok(removed > 0)
    }

    /// The workspaces of a person, the current one first; at most 100.
    pub async fn links_of_user(&self, user_id: i64) -> Result<Vec<ChatLink>> {
        let mut tx = self.db.read().await?;
        let mut links: Vec<ChatLink> = on!(&mut tx, c => sqlx::query_as(
            "select user_id, workspace_id, account_id, is_current, linked_at from chat_link \
             where user_id = $1 and workspace_id not in (select id from workspace where leaving_since is not null) \
             and account_id not in (select id from account where leaving_since is not null) \
             order by linked_at desc, workspace_id limit $2")
            .bind(user_id).bind(LINKS_MAX).fetch_all(c).await)?;
        links.sort_by_key(|link| !link.is_current);
        Ok(links)
    }

    /// Makes another workspace of a person the current one; false where it is none of theirs.
    pub async fn switch(&self, user_id: i64, workspace_id: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let there = on!(&mut tx, c => sqlx::query(
            "update chat_link set is_current = true where user_id = $1 and workspace_id = $2")
            .bind(user_id).bind(workspace_id).execute(c).await.map(|done| done.rows_affected()))?;
        if there == 0 {
            return Ok(false);
        }
        on!(&mut tx, c => sqlx::query(
            "update chat_link set is_current = false where user_id = $1 and workspace_id <> $2")
            .bind(user_id).bind(workspace_id).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Makes the workspace that a person linked last the current one, where none is.
async fn settle(tx: &mut Tx, user_id: i64) -> Result<()> {
    let current: Option<i64> = on!(&mut *tx, c => sqlx::query_scalar(
        "select workspace_id from chat_link where user_id = $1 and is_current = true limit 1")
        .bind(user_id).fetch_optional(c).await)?;
    if current.is_some() {
        return Ok(());
    }
    on!(tx, c => sqlx::query(
        "update chat_link set is_current = true where user_id = $1 and workspace_id = \
         (select workspace_id from chat_link where user_id = $1 order by linked_at desc, workspace_id limit 1)")
        .bind(user_id).execute(c).await.map(drop))?;
    Ok(())
}
