//! Texts that stay, with the person blacked out in them.

use super::{Person, fetch_in, padded, run_in};
use crate::domain::Result;
use crate::domain::erasing::{ERASED, Marks, Pattern};
use crate::on;
use crate::store::Tx;
use sqlx::Row as _;
use std::collections::BTreeSet;

/// Rows that are read at a time.
const BATCH_ROWS: i64 = 200;
/// Values of a table without a number that are read at once.
const VALUES_MAX: i64 = 100_000;

/// A table by its number, and the columns in which somebody may stand.
struct Place {
    table: &'static str,
    key: &'static str,
    columns: &'static [&'static str],
}

const INTERACTION: Place = Place {
    table: "interaction",
    key: "id",
    columns: &[
        "author_name",
        "author_address",
        "subject",
        "text",
        "remark",
        "why",
        "trust",
    ],
};

const PLACES: &[Place] = &[
    INTERACTION,
    Place {
        table: "witness",
        key: "spool_id",
        columns: &["addresses", "envelope", "why"],
    },
    Place {
        table: "action",
        key: "id",
        columns: &["text", "result"],
    },
    Place {
        table: "broadcast",
        key: "id",
        columns: &["text"],
    },
    // What was done to a member, or to an address of one, is said with the address.
    Place {
        table: "journal",
        key: "id",
        columns: &["subject"],
    },
    Place {
        table: "outbox",
        key: "id",
        columns: &["error"],
    },
    Place {
        table: "relay",
        key: "id",
        columns: &["error"],
    },
    Place {
        table: "chat_message",
        key: "id",
        columns: &["error"],
    },
];

/// Columns of tables without a number of their own.
const VALUES: &[(&str, &str)] = &[
    ("meeting", "summary"),
    ("meeting", "location"),
    ("meeting", "organizer"),
    ("meeting", "attendees"),
    ("attachment", "name"),
    ("contact_field", "value"),
    ("suggestion", "name"),
];

/// Blacks out what is the person's own wherever it stands; gives the interactions that changed.
pub async fn everywhere(tx: &mut Tx, marks: &Marks, own: &Pattern) -> Result<BTreeSet<i64>> {
    let needles = needles(&marks.own());
    let mut interactions = BTreeSet::new();
    if needles.is_empty() {
        return Ok(interactions);
    }
    for place in PLACES {
        let changed = in_place(tx, place, &needles, own).await?;
        if place.table == INTERACTION.table {
            interactions = changed;
        }
    }
    for (table, column) in VALUES {
        in_values(tx, table, column, &needles, own).await?;
    }
    let sql = format!(
        "delete from confirmation where {}",
        holds("text", needles.len(), 0)
    );
    on!(tx, c => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()));
        for needle in &needles {
            query = query.bind(needle);
        }
        query.execute(c).await.map(drop)
    })?;
    Ok(interactions)
}

/// Blacks out the person in interactions that others have too, the name as well; gives those that changed.
pub async fn shared(
    tx: &mut Tx,
    person: &Person,
    ids: &[i64],
    all: &Pattern,
) -> Result<BTreeSet<i64>> {
    for chunk in padded(&person.contact_ids) {
        on!(&mut *tx, c => {
            let mut query = sqlx::QueryBuilder::new("update interaction set author_kind = 'other', author_name = ");
            query.push_bind(ERASED).push(", author_address = ").push_bind(ERASED);
            query.push(", author_contact_id = null where author_contact_id in (");
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(id);
            }
            query.push(")");
            query.build().execute(c).await.map(drop)
        })?;
    }
    let author = "update interaction set author_kind = 'other', author_name = '[erased]', author_address = '[erased]' \
                  where author_address";
    run_in!(tx, author, &person.marks.addresses);
    let mut changed = BTreeSet::new();
    for id in ids {
        let rows = rows(tx, &INTERACTION, &[], *id - 1, Some(*id)).await?;
        changed.extend(write(tx, &INTERACTION, rows, all).await?);
    }
    for (table, column) in VALUES {
        if !matches!(*table, "meeting" | "attachment") {
            continue;
        }
        let select =
            format!("select {column} from {table} where {column} is not null and interaction_id");
        let texts: Vec<(String,)> = fetch_in!(tx, (String,), select.as_str(), ids, "limit 1000000");
        let texts: BTreeSet<String> = texts.into_iter().map(|row| row.0).collect();
        for text in texts {
            if let Some(redacted) = all.redacted(&text) {
                put_value(tx, table, column, &text, &redacted).await?;
            }
        }
    }
    Ok(changed)
}

/// What to look for in SQL, in both ways in which the databases turn letters into lower case: SQLite knows ASCII alone.
pub fn needles(words: &[&str]) -> Vec<String> {
    let both = words
        .iter()
        .flat_map(|word| [word.to_ascii_lowercase(), word.to_lowercase()]);
    let all: BTreeSet<String> = both.filter(|word| !word.is_empty()).collect();
    all.into_iter().collect()
}

/// A condition: an expression of text holds one of so many needles, which are bound behind so many other values. The databases
/// have no other function for it in common.
pub fn holds(expression: &str, needles: usize, taken: usize) -> String {
    let one = |n: usize| format!("replace(lower({expression}), ${n}, '') <> lower({expression})");
    let any: Vec<String> = (taken + 1..=taken + needles).map(one).collect();
    format!("({})", any.join(" or "))
}

/// The columns as one text.
fn joined(columns: &[&str]) -> String {
    let parts: Vec<String> = columns
        .iter()
        .map(|column| format!("coalesce({column}, '')"))
        .collect();
    parts.join(" || ' ' || ")
}

async fn in_place(
    tx: &mut Tx,
    place: &Place,
    needles: &[String],
    pattern: &Pattern,
) -> Result<BTreeSet<i64>> {
    let mut changed = BTreeSet::new();
    let mut behind = i64::MIN;
    loop {
        let found = rows(tx, place, needles, behind, None).await?;
        let Some(last) = found.last() else {
            return Ok(changed);
        };
        behind = last.0;
        changed.extend(write(tx, place, found, pattern).await?);
    }
}

type Texts = (i64, Vec<Option<String>>);

/// The next rows behind a number that hold a needle, or any where there is none; up to a number where one is given.
async fn rows(
    tx: &mut Tx,
    place: &Place,
    needles: &[String],
    behind: i64,
    until: Option<i64>,
) -> Result<Vec<Texts>> {
    let condition = match needles.is_empty() {
        true => "1 = 1".to_owned(),
        false => holds(&joined(place.columns), needles.len(), 3),
    };
    let (key, table) = (place.key, place.table);
    let sql = format!(
        "select {key}, {} from {table} where {key} > $1 and {key} <= $2 and {condition} order by {key} limit $3",
        place.columns.join(", ")
    );
    let width = place.columns.len();
    let found = on!(tx, c => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(behind).bind(until.unwrap_or(i64::MAX)).bind(BATCH_ROWS);
        for needle in needles {
            query = query.bind(needle);
        }
        let mut found = Vec::new();
        for row in query.fetch_all(c).await? {
            let mut texts = Vec::with_capacity(width);
            for at in 1..=width {
                texts.push(row.try_get::<Option<String>, _>(at)?);
            }
            found.push((row.try_get::<i64, _>(0)?, texts));
        }
        found
    });
    Ok(found)
}

/// Writes what is blacked out in rows; gives the numbers of those that changed.
async fn write(
    tx: &mut Tx,
    place: &Place,
    rows: Vec<Texts>,
    pattern: &Pattern,
) -> Result<Vec<i64>> {
    let mut changed = Vec::new();
    for (id, texts) in rows {
        let mut is_changed = false;
        for (column, text) in place.columns.iter().zip(texts) {
            let Some(redacted) = text.and_then(|text| pattern.redacted(&text)) else {
                continue;
            };
            let sql = format!(
                "update {} set {column} = $2 where {} = $1",
                place.table, place.key
            );
            on!(&mut *tx, c => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(id).bind(redacted).execute(c).await.map(drop))?;
            is_changed = true;
        }
        if is_changed {
            changed.push(id);
        }
    }
    Ok(changed)
}

async fn in_values(
    tx: &mut Tx,
    table: &str,
    column: &str,
    needles: &[String],
    pattern: &Pattern,
) -> Result<()> {
    let sql = format!(
        "select distinct {column} from {table} where {column} is not null and {} limit $1",
        holds(column, needles.len(), 1)
    );
    let texts: Vec<String> = on!(&mut *tx, c => {
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str())).bind(VALUES_MAX);
        for needle in needles {
            query = query.bind(needle);
        }
        query.fetch_all(c).await
    })?;
    for text in texts {
        if let Some(redacted) = pattern.redacted(&text) {
            put_value(tx, table, column, &text, &redacted).await?;
        }
    }
    Ok(())
}

async fn put_value(
    tx: &mut Tx,
    table: &str,
    column: &str,
    before: &str,
    after: &str,
) -> Result<()> {
    let sql = format!("update {table} set {column} = $2 where {column} = $1");
    on!(tx, c => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(before).bind(after).execute(c).await.map(drop))?;
    Ok(())
}
