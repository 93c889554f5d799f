//! How much is in a workspace.

use crate::domain::Result;
use crate::on;
use crate::store::Tx;

/// Counts for `rapport status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Interactions that wait for a proof or a confirmation.
    pub held: i64,
    /// Interactions that wait for their contact to be named.
    pub unfiled: i64,
    /// Raw messages.
    pub messages: i64,
    /// Interactions of any state.
    pub interactions: i64,
    /// Contacts, without merged ones.
    pub contacts: i64,
}

/// Counts what is there.
pub async fn counts(tx: &mut Tx) -> Result<Counts> {
    let counts = on!(tx, c => sqlx::query_as(
        "select (select count(*) from interaction where state = 'held') as held, \
         (select count(*) from interaction where state = 'unfiled') as unfiled, \
         (select count(*) from raw_message) as messages, \
         (select count(*) from interaction) as interactions, \
         (select count(*) from contact where merged_into is null and deleted_at is null) as contacts")
        .fetch_one(c).await)?;
    Ok(counts)
}
