//! The workspace's own AI provider, one at most.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// A provider and its key.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AiProviderRow {
    /// The API, without a slash at its end.
    pub base_url: String,
    /// Its key, sealed with the instance key; absent where it wants none.
    pub sealed: Option<String>,
    /// The model that hears.
    pub speech_model: String,
    /// When it was set, microseconds since 1970.
    pub set_at: i64,
}

impl std::fmt::Debug for AiProviderRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AiProviderRow")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The provider of the workspace.
pub async fn get(tx: &mut Tx) -> Result<Option<AiProviderRow>> {
    let row = on!(tx, c => sqlx::query_as(
        "select base_url, sealed, speech_model, set_at from ai_provider where id = 1")
        .fetch_optional(c).await)?;
    Ok(row)
}

/// Writes it; the one of before goes.
pub async fn put(tx: &mut Tx, row: &AiProviderRow) -> Result<()> {
    on!(tx, c => sqlx::query(
        "insert into ai_provider (id, base_url, sealed, speech_model, set_at) values (1, $1, $2, $3, $4) \
         on conflict (id) do update set base_url = excluded.base_url, sealed = excluded.sealed, \
         speech_model = excluded.speech_model, set_at = excluded.set_at")
        .bind(&row.base_url).bind(&row.sealed).bind(&row.speech_model).bind(row.set_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Removes it; false where there is none.
pub async fn remove(tx: &mut Tx) -> Result<bool> {
    let removed = on!(tx, c => sqlx::query("delete from ai_provider")
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}
