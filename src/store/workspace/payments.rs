//! What contacts paid.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// The most currencies of one contact that are read.
const CURRENCIES_MAX: i64 = 50;

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaymentRow {
    /// Its number.
    pub id: i64,
    /// Who paid.
    pub contact_id: i64,
    /// Who said so.
    pub member_id: i64,
    /// How much, in minor units of the currency.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// When it was paid, microseconds since 1970.
    pub paid_at: i64,
    /// When it was written down, microseconds since 1970.
    pub created_at: i64,
}

/// What a contact paid in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidSum {
    /// ISO 4217.
    pub currency: String,
    /// All of it, in minor units.
    pub amount_minor: i64,
    /// How many payments.
    pub count: i64,
    /// When the last one was, microseconds since 1970.
    pub last_at: i64,
}

/// Writes a payment.
pub async fn insert(tx: &mut Tx, row: &PaymentRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into payment (id, contact_id, member_id, amount_minor, currency, paid_at, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(row.id).bind(row.contact_id).bind(row.member_id).bind(row.amount_minor).bind(&row.currency)
        .bind(row.paid_at).bind(row.created_at).execute(c).await.map(drop))?;
    Ok(())
}

/// What a contact paid, by currency; what was paid last first. `Kind::Corrupt` where a sum is too large to be counted.
pub async fn sums(tx: &mut Tx, contact_id: i64) -> Result<Vec<PaidSum>> {
    // The sum of bigint is numeric on PostgreSQL, and too large a one is an error on both.
    let rows: Vec<(String, i64, i64, i64)> = on!(tx, c => sqlx::query_as(
        "select currency, cast(sum(amount_minor) as bigint), count(*), max(paid_at) as last_at from payment \
         where contact_id = $1 group by currency order by last_at desc, currency limit $2")
        .bind(contact_id).bind(CURRENCIES_MAX).fetch_all(c).await)?;
    let sums = rows.into_iter();
    Ok(sums
        .map(|(currency, amount_minor, count, last_at)| PaidSum {
            currency,
            amount_minor,
            count,
            last_at,
        })
        .collect())
}

/// The payments of a contact by number, so many at most.
pub async fn of_contact(tx: &mut Tx, contact_id: i64, limit: i64) -> Result<Vec<PaymentRow>> {
    let rows = on!(tx, c => sqlx::query_as(
        "select id, contact_id, member_id, amount_minor, currency, paid_at, created_at from payment \
         where contact_id = $1 order by id limit $2")
        .bind(contact_id).bind(limit).fetch_all(c).await)?;
    Ok(rows)
}

/// Gives all payments of a contact to another.
pub async fn move_all(tx: &mut Tx, from: i64, to: i64) -> Result<()> {
    on!(tx, c => sqlx::query("update payment set contact_id = $2 where contact_id = $1")
        .bind(from).bind(to).execute(c).await.map(drop))?;
    Ok(())
}
