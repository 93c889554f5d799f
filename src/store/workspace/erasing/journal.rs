//! Entries of the journal that hold something of the person: who did what and when stays, what it said goes, and with it the way
//! back.

use super::redact::{holds, needles};
use super::{Found, Person, fetch_in, padded, run_in};
use crate::domain::Result;
use crate::domain::erasing::Pattern;
use crate::on;
use crate::store::Tx;
use std::collections::BTreeSet;

/// What stands in place of what an entry said. [`is_wiped`] knows it.
pub const WIPED: &str = r#"{"erased":true}"#;

/// Entries that are read at a time.
const BATCH_ROWS: i64 = 500;
const WHOLE: &str = "(subject || ' ' || before || ' ' || after || ' ' || coalesce(changes, ''))";

/// Wipes them; gives how many.
pub async fn wipe(tx: &mut Tx, person: &Person, found: &Found, all: &Pattern) -> Result<u64> {
    let mut ids: BTreeSet<i64> = BTreeSet::new();
    let of_records: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from journal where subject",
        &found.records(person),
        "limit 10000000"
    );
    ids.extend(of_records.iter().map(|row| row.0));
    // Rows that lead to the contact, as `changes` writes them: also of what was taken back and is in no table any more.
    let links: Vec<String> = person
        .contact_ids
        .iter()
        .flat_map(|id| {
            [
                format!("\"key\":[{id},"),
                format!("\"contact_id\":{id},"),
                format!("\"contact_id\":{id}}}"),
                format!("\"author_contact_id\":{id},"),
            ]
        })
        .collect();
    let words = needles(&person.marks.all());
    for chunk in [links.as_slice(), words.as_slice()].concat().chunks(100) {
        ids.extend(holding(tx, chunk, &links, all).await?);
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let wiped = run_in!(
        tx,
        "update journal set before = '{}', after = '{\"erased\":true}', changes = null where id",
        &ids
    );
    Ok(wiped)
}

/// Entries that hold one of these needles: a link as it is, a word as a whole one.
async fn holding(
    tx: &mut Tx,
    needles: &[String],
    links: &[String],
    all: &Pattern,
) -> Result<Vec<i64>> {
    let sql = format!(
        "select id, {WHOLE} from journal where id > $1 and {} order by id limit $2",
        holds(WHOLE, needles.len(), 2)
    );
    let mut ids = Vec::new();
    let mut behind = 0;
    loop {
        let rows: Vec<(i64, String)> = on!(&mut *tx, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(behind).bind(BATCH_ROWS);
            for needle in needles {
                query = query.bind(needle);
            }
            query.fetch_all(c).await
        })?;
        let Some(last) = rows.last() else {
            return Ok(ids);
        };
        behind = last.0;
        let fits = rows.iter().filter(|(_, text)| {
            all.is_in(text) || links.iter().any(|link| text.contains(link.as_str()))
        });
        ids.extend(fits.map(|(id, _)| *id));
    }
}

/// Whether an entry was wiped with a person: `after` as it stands there.
pub fn is_wiped(after: &str) -> bool {
    after == WIPED
}
