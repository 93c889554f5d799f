//! Who belongs to a workspace: memberships of an account, invitations, changes of role, and who left.

use super::addresses::AddressKind;
use super::{Account, Registry, Role, WorkspaceRow};
use crate::domain::retention::{OfAccounts, of_accounts_us};
use crate::domain::{Error, Kind, Result, address};
use crate::on;
use crate::store::Tx;

/// Wrong codes after which an invitation is worth nothing.
const INVITATION_MISSES_MAX: i64 = 5;

/// An invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct InvitationRow {
    /// Its number.
    pub id: i64,
    /// Of the token in its link.
    pub digest: String,
    /// Into which workspace.
    pub workspace_id: i64,
    /// Whom, normalised.
    pub email: String,
    /// In what role.
    pub role: String,
    /// Keyed hash of the code in the mail.
    pub code: String,
    /// How often a wrong one was typed.
    pub misses: i64,
    /// By whom.
    pub invited_by: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// After this it is worth nothing.
    pub expires_at: i64,
    /// When it was accepted or cancelled.
    pub ended_at: Option<i64>,
}

const COLUMNS: &str = "id, digest, workspace_id, email, role, code, misses, invited_by, created_at, expires_at, ended_at";

impl Registry {
    /// An account by its address.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as("select id, email, name from account where email = $1")
            .bind(address::normalise(email)).fetch_optional(c).await)?;
        Ok(row)
    }

    /// An account by its id.
    pub async fn account(&self, id: i64) -> Result<Option<Account>> {
        let mut tx = self.db.read().await?;
        let row = on!(&mut tx, c => sqlx::query_as("select id, email, name from account where id = $1")
            .bind(id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The workspaces of an account, the first joined first, with the role there, without those that are being removed; at most 200.
    pub async fn workspaces_of(&self, account_id: i64) -> Result<Vec<(WorkspaceRow, Role)>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            id: i64,
            slug: String,
            name: String,
            role: String,
        }
        let mut tx = self.db.read().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(
            "select w.id, w.slug, w.name, m.role from membership m join workspace w on w.id = m.workspace_id \
             where m.account_id = $1 and (w.gone_at is null or w.gone_at <> 0) order by m.created_at, w.id limit 200")
            .bind(account_id).fetch_all(c).await)?;
        let rows = rows.into_iter().map(|row| {
            let workspace = WorkspaceRow {
                id: row.id,
                slug: row.slug,
                name: row.name,
            };
            (workspace, Role::from_word(&row.role))
        });
        Ok(rows.collect())
    }

    /// In what role an account belongs to a workspace; absent where it does not, and where it is to be deleted.
    pub async fn role_of(&self, workspace_id: i64, account_id: i64) -> Result<Option<Role>> {
        let mut tx = self.db.read().await?;
        let word: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select m.role from membership m join account a on a.id = m.account_id \
             where m.workspace_id = $1 and m.account_id = $2 and a.leaving_since is null")
            .bind(workspace_id).bind(account_id).fetch_optional(c).await)?;
        Ok(word.as_deref().map(Role::from_word))
    }

    /// Keeps an invitation; one that stands for the same address in the same workspace is cancelled by it. One after another for a
    /// workspace, so that of two at the same time one stands.
    pub async fn add_invitation(&self, row: &InvitationRow) -> Result<()> {
        let mut tx = self.db.write().await?;
        one_at_a_time(&mut tx, row.workspace_id).await?;
        on!(&mut tx, c => sqlx::query(
            "update invitation set ended_at = $3, ended = 'cancelled' where workspace_id = $1 and email = $2 and ended_at is null")
            .bind(row.workspace_id).bind(&row.email).bind(row.created_at).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "insert into invitation (id, digest, workspace_id, email, role, code, misses, invited_by, created_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)")
            .bind(row.id).bind(&row.digest).bind(row.workspace_id).bind(&row.email).bind(&row.role).bind(&row.code)
            .bind(row.invited_by).bind(row.created_at).bind(row.expires_at).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// The invitations of a workspace that stand, the newest first; expired ones are told too as long as they are kept.
    pub async fn invitations(&self, workspace_id: i64, now_us: i64) -> Result<Vec<InvitationRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from invitation where workspace_id = $1 and ended_at is null and expires_at > $2 \
             order by created_at desc limit 200"
        );
        let rows = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(workspace_id).bind(now_us - of_accounts_us(OfAccounts::EndedInvitations)).fetch_all(c).await)?;
        Ok(rows)
    }

    /// How many invitations were written since a moment: by a workspace, and to an address by any.
    pub async fn invitation_counts(
        &self,
        workspace_id: i64,
        email: &str,
        since_us: i64,
    ) -> Result<(i64, i64)> {
        let mut tx = self.db.read().await?;
        let counts = on!(&mut tx, c => sqlx::query_as(
            "select count(case when workspace_id = $1 then 1 end), count(case when email = $2 then 1 end) from invitation \
             where created_at > $3 and (workspace_id = $1 or email = $2)")
            .bind(workspace_id).bind(email).bind(since_us).fetch_one(c).await)?;
        Ok(counts)
    }

    /// One that stands, by its number.
    pub async fn invitation(&self, workspace_id: i64, id: i64) -> Result<Option<InvitationRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from invitation where workspace_id = $1 and id = $2 and ended_at is null"
        );
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(workspace_id).bind(id).fetch_optional(c).await)?;
        Ok(row)
    }

    /// The invitation of a link that can still be used.
    pub async fn invitation_of_link(
        &self,
        digest: &str,
        now_us: i64,
    ) -> Result<Option<InvitationRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from invitation where digest = $1 and ended_at is null and expires_at > $2 and misses < $3"
        );
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(digest).bind(now_us).bind(INVITATION_MISSES_MAX).fetch_optional(c).await)?;
        Ok(row)
    }

    /// A wrong code was typed.
    pub async fn miss_invitation(&self, id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update invitation set misses = misses + 1 where id = $1")
            .bind(id).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Cancels an invitation that stands; false where there is none.
    pub async fn cancel_invitation(&self, workspace_id: i64, id: i64, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update invitation set ended_at = $3, ended = 'cancelled' where workspace_id = $1 and id = $2 and ended_at is null")
            .bind(workspace_id).bind(id).bind(now_us).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Makes whoever was invited a member, and ends all that invites them to the workspace; all or nothing. `Kind::Conflict` where
    /// the invitation does not stand any more.
    pub async fn join(&self, row: &InvitationRow, intake: &str, now_us: i64) -> Result<Account> {
        let mut tx = self.db.write().await?;
        one_at_a_time(&mut tx, row.workspace_id).await?;
        let stands = on!(&mut tx, c => sqlx::query(
            "update invitation set ended_at = $2, ended = 'joined' where id = $1 and ended_at is null and expires_at > $2 \
             and misses < $3")
            .bind(row.id).bind(now_us).bind(INVITATION_MISSES_MAX).execute(c).await.map(|done| done.rows_affected()))?;
        if stands == 0 {
            return Err(Error::new(
                Kind::Conflict,
                "that invitation does not stand any more; ask for another",
            ));
        }
        let member = (row.email.as_str(), Role::from_word(&row.role), intake);
        let account = self
            .put_member(&mut tx, row.workspace_id, member, now_us)
            .await?;
        end_invitations(&mut tx, row.workspace_id, &row.email, now_us).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Whoever was invited belongs to the workspace: nothing invites them any more.
    pub async fn joined(&self, row: &InvitationRow, now_us: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        one_at_a_time(&mut tx, row.workspace_id).await?;
        end_invitations(&mut tx, row.workspace_id, &row.email, now_us).await?;
        tx.commit().await
    }

    /// Cancels what a member invited to, and nobody joined yet.
    pub async fn cancel_invitations_of(
        &self,
        workspace_id: i64,
        account_id: i64,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(
            "update invitation set ended_at = $3, ended = 'cancelled' where workspace_id = $1 and invited_by = $2 and ended_at is null")
            .bind(workspace_id).bind(account_id).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Changes the role of a member. `Kind::Conflict` where no owner would be left, `Kind::NotFound` where there is no such member.
    pub async fn set_role(&self, workspace_id: i64, account_id: i64, role: Role) -> Result<()> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "update membership set role = $3 where workspace_id = $1 and account_id = $2")
            .bind(workspace_id).bind(account_id).bind(role.word()).execute(c).await.map(|done| done.rows_affected()))?;
        demand_change(changed)?;
        demand_owner(&mut tx, workspace_id).await?;
        tx.commit().await
    }

    /// Gives a workspace to another of its members; who had it becomes admin. All or nothing. `Kind::NotFound` where the other one
    /// deletes their account.
    pub async fn hand_over(&self, workspace_id: i64, from: i64, to: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        // A write, though it changes nothing: an account that is being closed at the same time waits for it, or this for that.
        let stays = on!(&mut tx, c => sqlx::query(
            "update account set email = email where id = $1 and leaving_since is null")
            .bind(to).execute(c).await.map(|done| done.rows_affected()))?;
        demand_change(stays)?;
        for (account_id, role, before) in [
            (to, Role::Owner, None),
            (from, Role::Admin, Some(Role::Owner)),
        ] {
            let changed = on!(&mut tx, c => sqlx::query(
                "update membership set role = $3 where workspace_id = $1 and account_id = $2 and ($4 is null or role = $4)")
                .bind(workspace_id).bind(account_id).bind(role.word()).bind(before.map(Role::word))
                .execute(c).await.map(|done| done.rows_affected()))?;
            demand_change(changed)?;
        }
        tx.commit().await
    }

    /// Takes a member out: the membership, the intake addresses, the chat links, that sessions look at the workspace, and what they
    /// invited to or are invited by. What they filed is the workspace's. `Kind::Conflict` where no owner would be left.
    pub async fn remove_member(
        &self,
        workspace_id: i64,
        account_id: i64,
        now_us: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        one_at_a_time(&mut tx, workspace_id).await?;
        let intakes: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select local_part from address where workspace_id = $1 and account_id = $2 and kind = $3 limit 1000")
            .bind(workspace_id).bind(account_id).bind(AddressKind::Intake.word()).fetch_all(c).await)?;
        for sql in [
            "delete from address where workspace_id = $1 and account_id = $2 and kind = 'intake'",
            "delete from chat_link where workspace_id = $1 and account_id = $2",
            "delete from chat_link_token where workspace_id = $1 and account_id = $2",
            "update session set workspace_id = null where workspace_id = $1 and account_id = $2",
        ] {
            on!(&mut tx, c => sqlx::query(sql).bind(workspace_id).bind(account_id).execute(c).await.map(drop))?;
        }
        for intake in &intakes {
            self.release(&mut tx, intake, now_us).await?;
        }
        on!(&mut tx, c => sqlx::query(
            "update invitation set ended_at = $3, ended = 'cancelled' where workspace_id = $1 and ended_at is null \
             and (invited_by = $2 or email in (select email from account where id = $2 \
             union all select address from account_address where account_id = $2))")
            .bind(workspace_id).bind(account_id).bind(now_us).execute(c).await.map(drop))?;
        let changed = on!(&mut tx, c => sqlx::query(
            "delete from membership where workspace_id = $1 and account_id = $2")
            .bind(workspace_id).bind(account_id).execute(c).await.map(|done| done.rows_affected()))?;
        demand_change(changed)?;
        demand_owner(&mut tx, workspace_id).await?;
        tx.commit().await?;
        for intake in intakes {
            self.routes.invalidate(&intake).await;
        }
        Ok(())
    }

    /// From which role on a workspace demands a second factor.
    pub async fn second_factor_role(&self, workspace_id: i64) -> Result<Option<Role>> {
        let mut tx = self.db.read().await?;
        let word: Option<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select second_factor_role from workspace where id = $1")
            .bind(workspace_id).fetch_one(c).await)?;
        Ok(word.as_deref().map(Role::from_word))
    }

    /// Demands it from this role on, or from none.
    pub async fn set_second_factor_role(
        &self,
        workspace_id: i64,
        role: Option<Role>,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update workspace set second_factor_role = $2 where id = $1")
            .bind(workspace_id).bind(role.map(Role::word)).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Calls a workspace otherwise; its addresses stay.
    pub async fn rename_workspace(&self, workspace_id: i64, name: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update workspace set name = $2 where id = $1")
            .bind(workspace_id).bind(name).execute(c).await.map(drop))?;
        tx.commit().await
    }
}

/// Whoever else changes who is invited to a workspace waits.
async fn one_at_a_time(tx: &mut Tx, workspace_id: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update workspace set name = name where id = $1")
        .bind(workspace_id).execute(c).await.map(drop))?;
    Ok(())
}

async fn end_invitations(tx: &mut Tx, workspace_id: i64, email: &str, now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update invitation set ended_at = $3, ended = 'joined' where workspace_id = $1 and email = $2 and ended_at is null")
        .bind(workspace_id).bind(email).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

fn demand_change(changed: u64) -> Result<()> {
    match changed {
        0 => Err(Error::not_found(
            "there is no such member in this workspace",
        )),
        _ => Ok(()),
    }
}

async fn demand_owner(tx: &mut Tx, workspace_id: i64) -> Result<()> {
    // One who deletes their account is none for long.
    let owners: i64 = on!(tx, c => sqlx::query_scalar(
        "select count(*) from membership m join account a on a.id = m.account_id \
         where m.workspace_id = $1 and m.role = 'owner' and a.leaving_since is null")
        .bind(workspace_id).fetch_one(c).await)?;
    match owners {
        0 => Err(Error::new(
            Kind::Conflict,
            "a workspace has an owner; hand it over to another member first",
        )),
        _ => Ok(()),
    }
}
