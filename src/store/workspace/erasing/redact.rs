//! Texts that stay, with the person blacked out in them.

use super::{Person, fetch_in, padded, run_in};
use crate::domain::erasing::{ERASED, Marks, Pattern};
use crate::domain::{Result, name};
use crate::on;
use crate::store::Tx;
use crate::store::workspace::contact_fields;
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

const CONTACT: &str = "contact";
const COMPANY: &str = "company";

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
        table: CONTACT,
        key: "id",
        columns: &["name", "title", "phone", "status"],
    },
    Place {
        table: COMPANY,
        key: "id",
        columns: &["name"],
    },
    Place {
        table: "broadcast",
        key: "id",
        columns: &["text", "tag"],
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

/// A column of a table without a number of its own, and the column that says whose it is.
struct Value {
    table: &'static str,
    column: &'static str,
    owner: &'static str,
}

const fn value(table: &'static str, column: &'static str, owner: &'static str) -> Value {
    Value {
        table,
        column,
        owner,
    }
}

const OF_INTERACTION: &str = "interaction_id";
const OF_CONTACT: &str = "contact_id";

const VALUES: &[Value] = &[
    value("meeting", "summary", OF_INTERACTION),
    value("meeting", "location", OF_INTERACTION),
    value("meeting", "organizer", OF_INTERACTION),
    value("meeting", "attendees", OF_INTERACTION),
    value("attachment", "name", OF_INTERACTION),
    value("contact_field", "value", OF_CONTACT),
    value("contact_field", "name", OF_CONTACT),
    value("contact_tag", "tag", OF_CONTACT),
    value("suggestion", "name", "last_interaction_id"),
];

/// What stays without the person, and is to be indexed anew.
#[derive(Debug, Default)]
pub struct Changed {
    /// Interactions.
    pub interactions: BTreeSet<i64>,
    /// Contacts, by themselves or by their company.
    pub contacts: BTreeSet<i64>,
}

/// Blacks out what is the person's own wherever it stands.
pub async fn everywhere(tx: &mut Tx, marks: &Marks, own: &Pattern) -> Result<Changed> {
    let needles = needles(&marks.own());
    let mut changed = Changed::default();
    if needles.is_empty() {
        return Ok(changed);
    }
    for place in PLACES {
        let ids = in_place(tx, place, &needles, own).await?;
        match place.table {
            "interaction" => changed.interactions.extend(ids),
            CONTACT => {
                put_name_keys(tx, CONTACT, &ids).await?;
                changed.contacts.extend(ids);
            }
            COMPANY => {
                put_name_keys(tx, COMPANY, &ids).await?;
                let ids: Vec<i64> = ids.into_iter().collect();
                let of = "select id from contact where company_id";
                let contacts = fetch_in!(tx, (i64,), of, &ids, "limit 10000000");
                changed.contacts.extend(contacts.iter().map(|row| row.0));
            }
            _ => {}
        }
    }
    for value in VALUES {
        let owners = in_values(tx, value, &needles, own).await?;
        match value.owner {
            OF_INTERACTION => changed.interactions.extend(owners),
            OF_CONTACT => changed.contacts.extend(owners),
            _ => {}
        }
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
    Ok(changed)
}

/// What names are compared by is made anew from them.
async fn put_name_keys(tx: &mut Tx, table: &str, ids: &BTreeSet<i64>) -> Result<()> {
    let read = format!("select name from {table} where id = $1");
    let put = format!("update {table} set name_key = $2 where id = $1");
    for id in ids {
        let called: Option<String> = on!(&mut *tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(read.as_str()))
            .bind(id).fetch_one(c).await)?;
        on!(&mut *tx, c => sqlx::query(sqlx::AssertSqlSafe(put.as_str()))
            .bind(id).bind(called.as_deref().map(name::key)).execute(c).await.map(drop))?;
    }
    Ok(())
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
    for value in VALUES.iter().filter(|v| v.owner == OF_INTERACTION) {
        let Value {
            table,
            column,
            owner,
        } = value;
        let select =
            format!("select {owner}, {column} from {table} where {column} is not null and {owner}");
        let texts = fetch_in!(tx, (i64, String), select.as_str(), ids, "limit 1000000");
        put_redacted(tx, value, texts, all).await?;
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

/// Gives whose values changed.
async fn in_values(
    tx: &mut Tx,
    value: &Value,
    needles: &[String],
    pattern: &Pattern,
) -> Result<BTreeSet<i64>> {
    let Value {
        table,
        column,
        owner,
    } = value;
    let sql = format!(
        "select {owner}, {column} from {table} where {column} is not null and {} order by {owner}, {column} limit $1",
        holds(column, needles.len(), 1)
    );
    let texts: Vec<(i64, String)> = on!(&mut *tx, c => {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(VALUES_MAX);
        for needle in needles {
            query = query.bind(needle);
        }
        query.fetch_all(c).await
    })?;
    put_redacted(tx, value, texts, pattern).await
}

/// Writes what is blacked out in values; gives whose changed.
async fn put_redacted(
    tx: &mut Tx,
    value: &Value,
    texts: Vec<(i64, String)>,
    pattern: &Pattern,
) -> Result<BTreeSet<i64>> {
    let mut owners = BTreeSet::new();
    for (owner, text) in texts {
        let Some(redacted) = pattern.redacted(&text) else {
            continue;
        };
        owners.insert(owner);
        let redacted = match (value.table, value.column) {
            // Of two tags that are the same now, one stays.
            ("contact_tag", _) => {
                contact_fields::drop_tag(tx, owner, &text).await?;
                contact_fields::add_tag(tx, owner, &redacted).await?;
                continue;
            }
            ("contact_field", "name") => free_name(tx, owner, redacted).await?,
            _ => redacted,
        };
        let sql = format!(
            "update {} set {} = $3 where {} = $1 and {} = $2",
            value.table, value.column, value.owner, value.column
        );
        on!(&mut *tx, c => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(owner).bind(text).bind(redacted).execute(c).await.map(drop))?;
    }
    Ok(owners)
}

/// A name that none of a contact's fields has: what stands in the others stays.
async fn free_name(tx: &mut Tx, contact_id: i64, name: String) -> Result<String> {
    let mut free = name.clone();
    let mut number = 1;
    while contact_fields::field(tx, contact_id, &free)
        .await?
        .is_some()
    {
        number += 1;
        free = format!("{name} {number}");
    }
    Ok(free)
}
