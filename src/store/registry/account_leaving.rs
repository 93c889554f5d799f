//! Accounts that leave: closed for thirty days, and at last removed with all that the registry holds of them.

use super::addresses::Route;
use super::{Account, LeavingRow, Registry};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;

/// Accounts that are read at a time; workspaces that an error names.
const ACCOUNTS_MAX: i64 = 100_000;
const NAMED_MAX: i64 = 20;

/// Which workspaces somebody may not leave without an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owning {
    /// Those that stay.
    Staying,
    /// Those that are closed, too: they are there until their thirty days are over.
    All,
}

impl Registry {
    /// Whether an account leaves, and when.
    pub async fn account_leaving(&self, account_id: i64) -> Result<Option<LeavingRow>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as(
            "select leaving_since as since, gone_at, reminded_at from account \
             where id = $1 and leaving_since is not null and gone_at is not null")
            .bind(account_id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The same where it is asked for each page and each recipient: remembered for a while.
    pub async fn is_account_leaving(&self, account_id: i64) -> Result<bool> {
        if let Some(is_leaving) = self.accounts_leaving.get(&account_id).await {
            return Ok(is_leaving);
        }
        let is_leaving = self.account_leaving(account_id).await?.is_some();
        self.accounts_leaving.insert(account_id, is_leaving).await;
        Ok(is_leaving)
    }

    /// Whether mail to an address is refused: its workspace leaves, or its member.
    pub async fn is_closed(&self, route: &Route) -> Result<bool> {
        if self.is_leaving(route.workspace_id).await? {
            return Ok(true);
        }
        match route.account_id {
            Some(account_id) => self.is_account_leaving(account_id).await,
            None => Ok(false),
        }
    }

    /// Writes that an account leaves, where no workspace would be left without an owner. `Kind::Conflict` names those that would.
    pub async fn close_account(
        &self,
        account_id: i64,
        row: LeavingRow,
        owning: Owning,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        // First: whoever hands this account a workspace at the same time waits for it, and is refused.
        on!(&mut tx, c => sqlx::query(
            "update account set leaving_since = $2, gone_at = $3, reminded_at = $4 where id = $1")
            .bind(account_id).bind(row.since).bind(row.gone_at).bind(row.reminded_at)
            .execute(c).await.map(drop))?;
        demand_no_workspace(&mut tx, account_id, owning).await?;
        tx.commit().await?;
        self.forget_account(account_id).await;
        Ok(())
    }

    /// Writes that an account stays; false where it did not leave, or its time is over.
    pub async fn keep_account(&self, account_id: i64, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let kept = on!(&mut tx, c => sqlx::query(
            "update account set leaving_since = null, gone_at = null, reminded_at = null where id = $1 and gone_at > $2")
            .bind(account_id).bind(now_us).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        self.forget_account(account_id).await;
        Ok(kept == 1)
    }

    /// Writes when an account was reminded; false where it leaves no more as it did.
    pub async fn account_reminded(
        &self,
        account_id: i64,
        row: LeavingRow,
        now_us: i64,
    ) -> Result<bool> {
        let reminded = LeavingRow {
            reminded_at: Some(now_us),
            ..row
        };
        self.move_account(account_id, row, reminded).await
    }

    /// Writes that an account is being removed, since its time is over; false where it leaves no more as it did.
    pub async fn expire_account(&self, account_id: i64, row: LeavingRow) -> Result<bool> {
        let ended = LeavingRow { gone_at: 0, ..row };
        self.move_account(account_id, row, ended).await
    }

    /// What was read may be over since: an account that was kept meanwhile stays.
    async fn move_account(
        &self,
        account_id: i64,
        from: LeavingRow,
        to: LeavingRow,
    ) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let moved = on!(&mut tx, c => sqlx::query(
            "update account set gone_at = $4, reminded_at = $5 where id = $1 and leaving_since = $2 and gone_at = $3")
            .bind(account_id).bind(from.since).bind(from.gone_at).bind(to.gone_at).bind(to.reminded_at)
            .execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(moved == 1)
    }

    pub(super) async fn forget_account(&self, account_id: i64) {
        self.sign_ins.invalidate_all();
        self.accounts_leaving.invalidate(&account_id).await;
    }

    /// All accounts that leave.
    pub async fn leaving_accounts(&self) -> Result<Vec<(Account, LeavingRow)>> {
        type Row = (i64, String, Option<String>, i64, i64, Option<i64>);
        let mut tx = self.db.read().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(
            "select id, email, name, leaving_since, gone_at, reminded_at from account \
             where leaving_since is not null and gone_at is not null order by gone_at, id limit $1")
            .bind(ACCOUNTS_MAX).fetch_all(c).await)?;
        let rows = rows
            .into_iter()
            .map(|(id, email, name, since, gone_at, reminded_at)| {
                let row = LeavingRow {
                    since,
                    gone_at,
                    reminded_at,
                };
                (Account { id, email, name }, row)
            });
        Ok(rows.collect())
    }

    /// The members of a workspace who delete their account, and when each is gone.
    pub async fn leaving_members(&self, workspace_id: i64) -> Result<Vec<(Account, i64)>> {
        let mut tx = self.db.read().await?;
        let rows: Vec<(i64, String, Option<String>, i64)> = on!(&mut tx, c => sqlx::query_as(
            "select a.id, a.email, a.name, a.gone_at from membership m join account a on a.id = m.account_id \
             where m.workspace_id = $1 and a.leaving_since is not null and a.gone_at is not null \
             order by m.created_at, a.id limit 10000")
            .bind(workspace_id).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, email, name, gone_at)| (Account { id, email, name }, gone_at))
            .collect())
    }

    /// Removes an account that belongs to no workspace any more, with all that is of it. What it did in workspaces stays in their
    /// logs, without where it came from. `Kind::Conflict` where it still belongs to one.
    pub async fn remove_account(&self, account_id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        if !remove_lone(&mut tx, account_id).await? {
            return Err(Error::new(
                Kind::Conflict,
                "the account belongs to a workspace still",
            ));
        }
        self.note_unclean(&mut tx).await?;
        tx.commit().await?;
        self.forget_account(account_id).await;
        Ok(())
    }
}

/// Removes an account that belongs to no workspace, as [`Registry::remove_account`]; false where it belongs to one.
pub(super) async fn remove_lone(tx: &mut Tx, account_id: i64) -> Result<bool> {
    let belongs: Option<i64> = on!(&mut *tx, c => sqlx::query_scalar(
        "select workspace_id from membership where account_id = $1 limit 1")
        .bind(account_id).fetch_optional(c).await)?;
    if belongs.is_some() {
        return Ok(false);
    }
    for sql in [
        "update page_event set address = '' where account_id = $1 and workspace_id is not null",
        "delete from page_event where account_id = $1 and workspace_id is null",
    ] {
        on!(&mut *tx, c => sqlx::query(sql).bind(account_id).execute(c).await.map(drop))?;
    }
    super::leaving::remove_rows_of_account(tx, account_id).await?;
    Ok(true)
}

async fn demand_no_workspace(tx: &mut Tx, account_id: i64, owning: Owning) -> Result<()> {
    let sql = format!(
        "select w.name from membership m join workspace w on w.id = m.workspace_id \
         where m.account_id = $1 and m.role = 'owner' {} and not exists \
         (select 1 from membership o join account a on a.id = o.account_id where o.workspace_id = m.workspace_id \
         and o.role = 'owner' and o.account_id <> $1 and a.leaving_since is null) order by w.id limit $2",
        match owning {
            Owning::Staying => "and w.leaving_since is null",
            Owning::All => "",
        }
    );
    let names: Vec<String> = on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(account_id).bind(NAMED_MAX).fetch_all(c).await)?;
    match names.is_empty() {
        true => Ok(()),
        false => Err(Error::new(
            Kind::Conflict,
            format!(
                "nobody else owns \"{}\": hand it over, or delete it, and then your account",
                names.join("\", \"")
            ),
        )),
    }
}
