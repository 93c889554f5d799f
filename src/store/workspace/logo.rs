//! The picture that stands on invoices, one at most.

use crate::domain::Result;
use crate::domain::logo::LOGO_BYTES_MAX;
use crate::on;
use crate::store::Tx;

/// Its bytes. What an import brought is not looked at before: whoever shows it reads what it is. Larger ones are none.
pub async fn get(tx: &mut Tx) -> Result<Option<Vec<u8>>> {
    let most = i64::try_from(LOGO_BYTES_MAX).unwrap_or(i64::MAX);
    let image = on!(tx, c => sqlx::query_scalar(
        "select image from logo where id = 1 and length(image) <= $1")
        .bind(most).fetch_optional(c).await)?;
    Ok(image)
}

/// Writes it; the one of before goes. `now_us` is in microseconds since 1970.
pub async fn put(tx: &mut Tx, image: &[u8], now_us: i64) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into logo (id, image, set_at) values (1, $1, $2) \
         on conflict (id) do update set image = excluded.image, set_at = excluded.set_at")
        .bind(image).bind(now_us).execute(c).await.map(drop))?;
    Ok(())
}

/// Removes it; false where there is none.
pub async fn remove(tx: &mut Tx) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from logo")
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}
