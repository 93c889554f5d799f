//! Full-text search over contacts and interactions, the same results in the same order on both databases.
//!
//! The words are folded here (`domain::fold`) and reach the databases as tokens that neither changes: FTS5 with its `ascii`
//! tokenizer, which splits at the spaces that we put, and PostgreSQL as a `tsvector` with the positions written out. What
//! is newest by its number comes first: ranks would differ. The only place with SQL of one dialect.

mod query;
mod snippet;
#[cfg(test)]
mod tests;

pub use query::Query;

use super::bulk::insert_rows;
use crate::domain::{Result, fold};
use crate::on;
use crate::store::Tx;
use std::collections::HashMap;
use std::fmt::Write;
use std::ops::{ControlFlow, Range};

/// How much of a text is indexed. PostgreSQL knows positions up to 16,383, 255 of one word, and 1 MiB of all words
/// (its manual, §12.11); the bounds below stay under these, so that both databases know the same.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;
/// The most words of a text that are indexed.
pub const TOKENS_MAX: usize = 16_000;
const WORDS_BYTES_MAX: usize = 600_000;
const PLACES_OF_ONE_WORD_MAX: usize = 250;

/// Stands where a word has been too often, so that its neighbours keep their places. No folded word holds it.
const FILLER: &str = "_";

/// Contacts and interactions share one index; numbers of contacts are lifted, so that contacts come first.
const CONTACT_BASE: i64 = 1 << 40;

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A contact.
    Contact,
    /// An interaction.
    Interaction,
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    All,
    /// Only one kind.
    Only(Kind),
}

/// Something that fits a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Its number.
    pub id: i64,
    /// A line of its text around the first place that fits.
    pub snippet: String,
}

/// Makes the index where there is none; called as a workspace is opened.
pub async fn prepare(tx: &mut Tx) -> Result<()> {
    if !tx.is_postgres() {
        on!(tx, c => sqlx::query(
            "create virtual table if not exists search_index using fts5 \
             (words, content = '', contentless_delete = 1, tokenize = \"ascii tokenchars '_'\")")
            .execute(c).await.map(drop))?;
        return Ok(());
    }
    let there: bool = on!(&mut *tx, c => sqlx::query_scalar(
        "select to_regclass('search_index_words') is not null").fetch_one(c).await)?;
    if there {
        return Ok(());
    }
    // Two processes that open a workspace at once: `if not exists` alone is not safe against that.
    for sql in [
        "select pg_advisory_xact_lock(7278, hashtext(current_schema()))",
        "create table if not exists search_index (id bigint primary key, words tsvector not null)",
        "create index if not exists search_index_words on search_index using gin (words)",
    ] {
        on!(&mut *tx, c => sqlx::query(sql).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Puts a text into the index, in place of what was there for the same thing.
pub async fn index(tx: &mut Tx, kind: Kind, id: i64, text: &str) -> Result<()> {
    let words = indexed_words(text);
    if tx.is_postgres() {
        on!(tx, c => sqlx::query(
            "insert into search_index (id, words) values ($1, cast(cast($2 as text) as tsvector)) \
             on conflict (id) do update set words = excluded.words")
            .bind(row_of(kind, id)).bind(as_tsvector(&words)).execute(c).await.map(drop))?;
        return Ok(());
    }
    on!(tx, c => sqlx::query("insert or replace into search_index (rowid, words) values ($1, $2)")
        .bind(row_of(kind, id)).bind(words).execute(c).await.map(drop))?;
    Ok(())
}

/// Puts many texts into the index in few statements; a thing stands once in `rows`.
pub async fn index_many(tx: &mut Tx, kind: Kind, rows: &[(i64, String)]) -> Result<()> {
    let is_postgres = tx.is_postgres();
    let rows: Vec<(i64, String)> = rows
        .iter()
        .map(|(id, text)| {
            let words = indexed_words(text);
            let words = match is_postgres {
                true => as_tsvector(&words),
                false => words,
            };
            (row_of(kind, *id), words)
        })
        .collect();
    if is_postgres {
        insert_rows!(
            tx,
            "insert into search_index (id, words) ",
            &rows,
            " on conflict (id) do update set words = excluded.words",
            |bind, row| bind
                .push_bind(row.0)
                .push("cast(cast(")
                .push_bind_unseparated(&row.1)
                .push_unseparated(" as text) as tsvector)")
        );
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert or replace into search_index (rowid, words) ",
        &rows,
        "",
        |bind, row| bind.push_bind(row.0).push_bind(&row.1)
    );
    Ok(())
}

/// Takes something out of the index.
pub async fn remove(tx: &mut Tx, kind: Kind, id: i64) -> Result<()> {
    let sql = match tx.is_postgres() {
        true => "delete from search_index where id = $1",
        false => "delete from search_index where rowid = $1",
    };
    on!(tx, c => sqlx::query(sql).bind(row_of(kind, id)).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes the words of what was removed out of the files of the index: FTS5 keeps them there until pieces of it are put together
/// anew. PostgreSQL does so when it vacuums.
pub async fn compact(tx: &mut Tx) -> Result<()> {
    if !tx.is_postgres() {
        on!(tx, c => sqlx::query("insert into search_index (search_index) values ('optimize')")
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// What fits a query: contacts first, then interactions, the newest of each first. Any text is a query; an empty one
/// finds nothing.
pub async fn search(tx: &mut Tx, text: &str, limit: i64, offset: i64) -> Result<Vec<Hit>> {
    let query = Query::read(text);
    let found = ids(tx, Scope::All, &query, limit, offset).await?;
    let mut hits = Vec::with_capacity(found.len());
    for (kind, id) in found {
        let text = match kind {
            Kind::Contact => contact_text(tx, id).await?,
            Kind::Interaction => shown_text(tx, id).await?,
        };
        hits.push(Hit {
            kind,
            id,
            snippet: snippet::snippet(&query, &text),
        });
    }
    Ok(hits)
}

/// The same without the texts.
pub async fn ids(
    tx: &mut Tx,
    scope: Scope,
    query: &Query,
    limit: i64,
    offset: i64,
) -> Result<Vec<(Kind, i64)>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Range<i64> = match scope {
        Scope::All => 0..i64::MAX,
        Scope::Only(Kind::Contact) => CONTACT_BASE..i64::MAX,
        Scope::Only(Kind::Interaction) => 0..CONTACT_BASE,
    };
    let (sql, words) = match tx.is_postgres() {
        true => (
            "select id from search_index where words @@ cast(cast($1 as text) as tsquery) \
             and id >= $2 and id < $3 order by id desc limit $4 offset $5",
            query.for_tsquery(),
        ),
        false => (
            "select rowid from search_index where search_index match $1 \
             and rowid >= $2 and rowid < $3 order by rowid desc limit $4 offset $5",
            query.for_fts5(),
        ),
    };
    let found: Vec<i64> = on!(tx, c => sqlx::query_scalar(sql)
        .bind(&words).bind(rows.start).bind(rows.end).bind(limit.max(0)).bind(offset.max(0))
        .fetch_all(c).await)?;
    Ok(found
        .into_iter()
        .map(|row| match row >= CONTACT_BASE {
            true => (Kind::Contact, row - CONTACT_BASE),
            false => (Kind::Interaction, row),
        })
        .collect())
}

/// Indexes a contact as it stands in the tables now; call it after each change of what stands in its card. One that was
/// deleted or merged into another is not found any more.
pub async fn index_contact(tx: &mut Tx, id: i64) -> Result<()> {
    let is_hidden: Option<bool> = on!(&mut *tx, c => sqlx::query_scalar(
        "select (deleted_at is not null or merged_into is not null) from contact where id = $1")
        .bind(id).fetch_optional(c).await)?;
    if is_hidden != Some(false) {
        return remove(tx, Kind::Contact, id).await;
    }
    let text = contact_text(tx, id).await?;
    index(tx, Kind::Contact, id, &text).await
}

/// Indexes an interaction as it stands in the tables now, with the names of its attachments.
pub async fn index_interaction(tx: &mut Tx, id: i64) -> Result<()> {
    #[derive(sqlx::FromRow)]
    struct Row {
        subject: Option<String>,
        author_name: Option<String>,
        author_address: Option<String>,
        remark: Option<String>,
        text: String,
    }
    let row: Option<Row> = on!(&mut *tx, c => sqlx::query_as(
        "select subject, author_name, author_address, remark, text from interaction where id = $1")
        .bind(id).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(()) };
    let files: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(
        "select name from attachment where interaction_id = $1 and name is not null order by position limit 100")
        .bind(id).fetch_all(c).await)?;
    let text = interaction_text(InteractionText {
        subject: row.subject.as_deref(),
        author_name: row.author_name.as_deref(),
        author_address: row.author_address.as_deref(),
        attachment_names: &files,
        remark: row.remark.as_deref(),
        text: &row.text,
    });
    index(tx, Kind::Interaction, id, &text).await
}

/// What is searched of an interaction.
#[derive(Clone, Copy, Debug, Default)]
pub struct InteractionText<'a> {
    /// Its subject.
    pub subject: Option<&'a str>,
    /// Who wrote it.
    pub author_name: Option<&'a str>,
    /// Their address.
    pub author_address: Option<&'a str>,
    /// Names of its files.
    pub attachment_names: &'a [String],
    /// What a member wrote above a letter that he forwarded.
    pub remark: Option<&'a str>,
    /// What was said; last, since what is too long is cut at its end.
    pub text: &'a str,
}

/// The text to index for an interaction.
pub fn interaction_text(of: InteractionText<'_>) -> String {
    let mut whole = String::new();
    for part in [of.subject, of.author_name, of.author_address]
        .into_iter()
        .flatten()
        .chain(of.attachment_names.iter().map(String::as_str))
        .chain(of.remark)
        .chain([of.text])
    {
        whole.push_str(part);
        whole.push('\n');
    }
    whole
}

async fn contact_text(tx: &mut Tx, id: i64) -> Result<String> {
    type Field = Option<String>;
    let fields: Option<(Field, Field, Field, Field, Field)> = on!(&mut *tx, c => sqlx::query_as(
        "select c.name, c.title, o.name, c.phone, c.status from contact c left join company o on o.id = c.company_id where c.id = $1")
        .bind(id).fetch_optional(c).await)?;
    let Some((name, title, company, phone, status)) = fields else {
        return Ok(String::new());
    };
    let addresses = super::contacts::addresses(tx, id).await?;
    let further = super::contact_fields::fields(tx, id).await?;
    let tags = super::contact_fields::tags(tx, id).await?;
    // The bare digits as well: people type a phone number with other spaces than it is written with.
    let digits: Option<String> = phone
        .as_ref()
        .map(|p| p.chars().filter(char::is_ascii_digit).collect());
    let parts: Vec<String> = [name, title, company, phone]
        .into_iter()
        .flatten()
        .chain(addresses)
        .chain(digits)
        .chain(further.into_iter().map(|(_, value)| value))
        .chain(tags)
        .chain(status)
        .filter(|part| !part.is_empty())
        .collect();
    Ok(parts.join(" · "))
}

async fn shown_text(tx: &mut Tx, id: i64) -> Result<String> {
    // Without the subject: it stands beside the snippet.
    let texts: Option<(Option<String>, String)> = on!(tx, c => sqlx::query_as(
        "select remark, substr(text, 1, 131072) from interaction where id = $1").bind(id).fetch_optional(c).await)?;
    let Some((remark, text)) = texts else {
        return Ok(String::new());
    };
    let parts = [remark, Some(text)];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|p| !p.is_empty())
        .collect();
    Ok(parts.join(" · "))
}

fn row_of(kind: Kind, id: i64) -> i64 {
    match kind {
        Kind::Contact => CONTACT_BASE + id,
        Kind::Interaction => id,
    }
}

/// The words of a text in order, one space between two, within the bounds of both databases.
fn indexed_words(text: &str) -> String {
    let text = query::cut(text, TEXT_BYTES_MAX);
    let mut words = String::with_capacity(text.len());
    let mut count = 0;
    fold::tokens(text, |(token, _, _)| {
        if count >= TOKENS_MAX || words.len() + token.len() > WORDS_BYTES_MAX {
            return ControlFlow::Break(());
        }
        if count > 0 {
            words.push(' ');
        }
        words.push_str(token);
        count += 1;
        ControlFlow::Continue(())
    });
    match count > PLACES_OF_ONE_WORD_MAX {
        true => thinned(&words),
        false => words,
    }
}

/// With fillers in the places of what is there too often.
fn thinned(words: &str) -> String {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut thinned = String::with_capacity(words.len());
    for word in words.split(' ') {
        let count = places.entry(word).or_insert(0);
        *count += 1;
        if !thinned.is_empty() {
            thinned.push(' ');
        }
        thinned.push_str(match *count <= PLACES_OF_ONE_WORD_MAX {
            true => word,
            false => FILLER,
        });
    }
    thinned
}

/// The text form of a `tsvector`: each word in quotes with its place from 1. Folded words hold no quote or backslash.
fn as_tsvector(words: &str) -> String {
    let mut text = String::with_capacity(words.len() * 2);
    let words = words.split(' ').zip(1_u32..);
    for (word, place) in words.filter(|(word, _)| !word.is_empty() && *word != FILLER) {
        let _ = write!(text, "'{word}':{place} ");
    }
    text
}
