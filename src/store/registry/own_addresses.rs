//! More addresses that an account writes from, and the letters that verify them. Knows digests and keyed hashes, never a token or
//! a code. An address is one account's: its registered one, or a further one.

use super::{Account, Registry};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;
use std::collections::HashMap;

/// Further addresses of one account.
pub const OWN_ADDRESSES_MAX: usize = 10;
/// Wrong codes after which a request is worth nothing.
const MISSES_MAX: i64 = 5;
const DAY_US: i64 = 86_400 * 1_000_000;
/// Requests of one account in a day, and letters to one address, whoever asks.
const ASKED_MAX: i64 = 10;
const LETTERS_MAX: i64 = 3;

/// That somebody asked to write from an address.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AddressRequestRow {
    /// Its number.
    pub id: i64,
    /// Of the token in the link.
    pub digest: String,
    /// Who asked.
    pub account_id: i64,
    /// From which address, normalised.
    pub address: String,
    /// Keyed hash of the code in the letter; absent where none was sent.
    pub code: Option<String>,
    /// How often a wrong code was typed.
    pub misses: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// After this it is worth nothing.
    pub expires_at: i64,
}

const COLUMNS: &str = "id, digest, account_id, address, code, misses, created_at, expires_at";

impl Registry {
    /// The further addresses of an account, in the order of the alphabet.
    pub async fn own_addresses(&self, account_id: i64) -> Result<Vec<String>> {
        let mut tx = self.db.read().await?;
        let rows = on!(&mut tx, c => sqlx::query_scalar(
            "select address from account_address where account_id = $1 order by address limit 100")
            .bind(account_id).fetch_all(c).await)?;
        Ok(rows)
    }

    /// The further addresses of the members of a workspace, by account; at most 100,000.
    pub async fn addresses_of_members(
        &self,
        workspace_id: i64,
    ) -> Result<HashMap<i64, Vec<String>>> {
        let mut tx = self.db.read().await?;
        let rows: Vec<(i64, String)> = on!(&mut tx, c => sqlx::query_as(
            "select a.account_id, a.address from membership m join account_address a on a.account_id = m.account_id \
             where m.workspace_id = $1 order by a.address limit 100000")
            .bind(workspace_id).fetch_all(c).await)?;
        let mut all: HashMap<i64, Vec<String>> = HashMap::new();
        for (account_id, address) in rows {
            all.entry(account_id).or_default().push(address);
        }
        Ok(all)
    }

    /// Keeps a request, in place of one of the same account for the same address. What was kept: without its code
    /// where no letter is to be sent, since somebody has the address, or too many letters went there. `None` where the account asked
    /// too often.
    pub async fn add_address_request(
        &self,
        row: AddressRequestRow,
    ) -> Result<Option<AddressRequestRow>> {
        let mut tx = self.db.write().await?;
        lock(&mut tx).await?;
        let asked: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from address_request where account_id = $1 and created_at > $2")
            .bind(row.account_id).bind(row.created_at - DAY_US).fetch_one(c).await)?;
        if asked >= ASKED_MAX {
            return Ok(None);
        }
        let letters: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from address_request where address = $1 and created_at > $2 and code is not null")
            .bind(&row.address).bind(row.created_at - DAY_US).fetch_one(c).await)?;
        let may_be_sent = letters < LETTERS_MAX && owner_of(&mut tx, &row.address).await?.is_none();
        let row = AddressRequestRow {
            code: row.code.filter(|_| may_be_sent),
            ..row
        };
        on!(&mut tx, c => sqlx::query(
            "update address_request set ended_at = $3 where account_id = $1 and address = $2 and ended_at is null")
            .bind(row.account_id).bind(&row.address).bind(row.created_at).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(
            "insert into address_request (id, digest, account_id, address, code, misses, created_at, expires_at) \
             values ($1, $2, $3, $4, $5, 0, $6, $7)")
            .bind(row.id).bind(&row.digest).bind(row.account_id).bind(&row.address).bind(&row.code)
            .bind(row.created_at).bind(row.expires_at).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(Some(row))
    }

    /// The requests of an account that stand, the newest first. One that was guessed at too often does not, with a letter or without.
    pub async fn address_requests(
        &self,
        account_id: i64,
        now_us: i64,
    ) -> Result<Vec<AddressRequestRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from address_request where account_id = $1 and ended_at is null and expires_at > $2 \
             and misses < $3 order by created_at desc, id desc limit 20"
        );
        let rows = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(account_id).bind(now_us).bind(MISSES_MAX).fetch_all(c).await)?;
        Ok(rows)
    }

    /// The request of a link that stands.
    pub async fn address_request_of_link(
        &self,
        digest: &str,
        now_us: i64,
    ) -> Result<Option<AddressRequestRow>> {
        let mut tx = self.db.read().await?;
        let sql = format!(
            "select {COLUMNS} from address_request where digest = $1 and ended_at is null and expires_at > $2 and misses < $3"
        );
        let row = on!(&mut tx, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(digest).bind(now_us).bind(MISSES_MAX).fetch_optional(c).await)?;
        Ok(row)
    }

    /// A wrong code was typed.
    pub async fn miss_address_request(&self, id: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query("update address_request set misses = misses + 1 where id = $1")
            .bind(id).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// Ends a request of an account that stands; false where there is none.
    pub async fn end_address_request(&self, account_id: i64, id: i64, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let is_ended = end(&mut tx, account_id, id, now_us).await?;
        tx.commit().await?;
        Ok(is_ended)
    }

    /// Uses a request up: the address is the account's from now on. False where the request does not stand, somebody else has the
    /// address by now, or the account has [`OWN_ADDRESSES_MAX`] already.
    pub async fn verify_address(&self, request: &AddressRequestRow, now_us: i64) -> Result<bool> {
        let mut tx = self.db.write().await?;
        lock(&mut tx).await?;
        let stands = end(&mut tx, request.account_id, request.id, now_us).await?;
        let count: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from account_address where account_id = $1")
            .bind(request.account_id).fetch_one(c).await)?;
        let has_room = usize::try_from(count).is_ok_and(|count| count < OWN_ADDRESSES_MAX);
        if !stands || !has_room || owner_of(&mut tx, &request.address).await?.is_some() {
            return Ok(false);
        }
        on!(&mut tx, c => sqlx::query(
            "insert into account_address (address, account_id, verified_at) values ($1, $2, $3)")
            .bind(&request.address).bind(request.account_id).bind(now_us).execute(c).await.map(drop))?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes a further address from an account; false where it has no such one.
    pub async fn remove_own_address(&self, account_id: i64, address: &str) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let changed = on!(&mut tx, c => sqlx::query(
            "delete from account_address where account_id = $1 and address = $2")
            .bind(account_id).bind(address).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed == 1)
    }
}

/// An error where an address that is to be registered is a further one of an account: it would be two people's. The caller holds
/// the transaction that registers it.
pub(super) async fn demand_free(tx: &mut Tx, address: &str) -> Result<()> {
    lock(tx).await?;
    demand_not_further(tx, address).await
}

/// The same, for who only looks.
pub(super) async fn demand_not_further(tx: &mut Tx, address: &str) -> Result<()> {
    let taken: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select account_id from account_address where address = $1")
        .bind(address).fetch_optional(c).await)?;
    match taken {
        None => Ok(()),
        Some(_) => Err(Error::new(
            Kind::Conflict,
            format!(
                "{address} is a further address of somebody who is here: use the address with which they sign in, or have them \
                 remove it at the page first"
            ),
        )),
    }
}

/// One after another, whoever asks for, verifies or registers an address: a unique key holds one table, and these are two.
async fn lock(tx: &mut Tx) -> Result<()> {
    on!(tx, c => sqlx::query("update instance set value = value where name = 'key_fingerprint'")
        .execute(c).await.map(drop))?;
    Ok(())
}

async fn owner_of(tx: &mut Tx, address: &str) -> Result<Option<Account>> {
    let row = on!(tx, c => sqlx::query_as(
        "select id, email, name from account where id in (select id from account where email = $1 \
         union all select account_id from account_address where address = $1) limit 1")
        .bind(address).fetch_optional(c).await)?;
    Ok(row)
}

async fn end(tx: &mut Tx, account_id: i64, id: i64, now_us: i64) -> Result<bool> {
    let changed = on!(tx, c => sqlx::query(
        "update address_request set ended_at = $3 where account_id = $1 and id = $2 and ended_at is null and expires_at > $3 \
         and misses < $4")
        .bind(account_id).bind(id).bind(now_us).bind(MISSES_MAX).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
