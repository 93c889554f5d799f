//! Threads: the ids that they hold or mention, and who took part.

use super::bulk::{fetch_in, insert_rows};
use crate::domain::Result;
use crate::store::Tx;

/// Which threads hold or mention these Message-IDs: (Message-ID, thread).
pub async fn by_references(tx: &mut Tx, message_ids: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(fetch_in!(
        tx,
        (String, i64),
        "select message_id, thread_id from thread_reference where message_id",
        message_ids,
        "order by thread_id limit 10000"
    ))
}

/// Who took part in these threads: (thread, address).
pub async fn participants(tx: &mut Tx, thread_ids: &[i64]) -> Result<Vec<(i64, String)>> {
    Ok(fetch_in!(
        tx,
        (i64, String),
        "select thread_id, address from thread_participant where thread_id",
        thread_ids,
        "limit 100000"
    ))
}

/// The contacts of the filed interactions of these threads, but mere participants: (thread, contact).
pub async fn contacts(tx: &mut Tx, thread_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(fetch_in!(
        tx,
        (i64, i64),
        "select distinct i.thread_id, c.contact_id from interaction i \
         join interaction_contact c on c.interaction_id = i.id \
         where i.state = 'filed' and c.role <> 'participant' and i.thread_id",
        thread_ids,
        "limit 10000"
    ))
}

/// Adds ids to threads.
pub async fn insert_references(tx: &mut Tx, rows: &[(String, i64)]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into thread_reference (message_id, thread_id) ",
        rows,
        " on conflict (message_id, thread_id) do nothing",
        |bind, row| bind.push_bind(&row.0).push_bind(row.1)
    );
    Ok(())
}

/// Adds people to threads.
pub async fn insert_participants(tx: &mut Tx, rows: &[(i64, String)]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into thread_participant (thread_id, address) ",
        rows,
        " on conflict (thread_id, address) do nothing",
        |bind, row| bind.push_bind(row.0).push_bind(&row.1)
    );
    Ok(())
}
