//! Raw messages, compressed. The same bytes are kept once.

use super::bulk::{fetch_in, insert_rows};
use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;

/// A raw message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    /// Its number.
    pub id: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// Bytes before compression.
    pub size_bytes: i64,
    /// The bytes, compressed with zstd.
    pub zstd: Vec<u8>,
}

/// What is there already of these digests: (digest, number).
pub async fn by_digests(tx: &mut Tx, digests: &[String]) -> Result<Vec<(String, i64)>> {
    Ok(fetch_in!(
        tx,
        (String, i64),
        "select digest, id from raw_message where digest",
        digests,
        "limit 256"
    ))
}

/// Keeps raw messages.
pub async fn insert_many(tx: &mut Tx, rows: &[RawRow]) -> Result<()> {
    insert_rows!(
        tx,
        "insert into raw_message (id, digest, size_bytes, zstd) ",
        rows,
        "",
        |bind, row| bind
            .push_bind(row.id)
            .push_bind(&row.digest)
            .push_bind(row.size_bytes)
            .push_bind(row.zstd.as_slice())
    );
    Ok(())
}

/// The bytes of a raw message as they came.
pub async fn get(tx: &mut Tx, id: i64) -> Result<Option<Vec<u8>>> {
    let found: Option<(i64, Vec<u8>)> = on!(tx, c => sqlx::query_as(
        "select size_bytes, zstd from raw_message where id = $1")
        .bind(id).fetch_optional(c).await)?;
    let Some((size_bytes, packed)) = found else {
        return Ok(None);
    };
    let size_bytes = usize::try_from(size_bytes).unwrap_or_default();
    let raw = zstd::bulk::decompress(&packed, size_bytes).map_err(|e| {
        Error::new(
            Kind::Corrupt,
            format!("the raw message {id} cannot be unpacked; restore the workspace from a backup"),
        )
        .because(e)
    })?;
    Ok(Some(raw))
}
