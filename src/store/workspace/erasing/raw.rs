//! Raw mails that hold the person and belong to what stays: they are removed, since a mail cannot be blacked out and still be the
//! mail.

use super::{Counts, fetch_in, padded, run_in};
use crate::domain::erasing::Pattern;
use crate::domain::{Error, Result};
use crate::on;
use crate::store::Tx;
use std::collections::BTreeSet;

/// Raw mails that are unpacked at a time.
const BATCH_ROWS: i64 = 32;

/// Removes them: of all mails those that hold what is the person's own, of shared ones also those that hold the name. Gives the
/// interactions that have none any more.
pub async fn remove(
    tx: &mut Tx,
    shared: &[i64],
    own: &Pattern,
    all: &Pattern,
    counts: &mut Counts,
) -> Result<Vec<i64>> {
    let mut of_shared: BTreeSet<i64> = BTreeSet::new();
    for sql in [
        "select raw_id from interaction where raw_id is not null and id",
        "select raw_id from witness where raw_id is not null and interaction_id",
    ] {
        let rows: Vec<(i64,)> = fetch_in!(tx, (i64,), sql, shared, "limit 10000000");
        of_shared.extend(rows.into_iter().map(|row| row.0));
    }
    let mut unpacker = zstd::bulk::Decompressor::new().map_err(|e| {
        Error::unavailable("mail cannot be unpacked; is there memory left?").because(e)
    })?;
    let mut holding = Vec::new();
    let mut behind = 0;
    loop {
        let rows: Vec<(i64, i64, Vec<u8>)> = on!(&mut *tx, c => sqlx::query_as(
            "select id, size_bytes, zstd from raw_message where id > $1 order by id limit $2")
            .bind(behind).bind(BATCH_ROWS).fetch_all(c).await)?;
        let Some(last) = rows.last() else { break };
        behind = last.0;
        for (id, size_bytes, packed) in rows {
            let pattern = match of_shared.contains(&id) {
                true => all,
                false => own,
            };
            let size_bytes = usize::try_from(size_bytes).unwrap_or_default();
            // What cannot be unpacked is nobody's mail any more.
            let raw = unpacker.decompress(&packed, size_bytes).unwrap_or_default();
            if pattern.is_in_mail(&raw) {
                holding.push(id);
            }
        }
    }
    let without: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from interaction where raw_id",
        &holding,
        "limit 10000000"
    );
    run_in!(
        tx,
        "update interaction set raw_id = null where raw_id",
        &holding
    );
    run_in!(
        tx,
        "update witness set raw_id = null where raw_id",
        &holding
    );
    counts.raw_mails = run_in!(tx, "delete from raw_message where id", &holding);
    Ok(without.into_iter().map(|row| row.0).collect())
}
