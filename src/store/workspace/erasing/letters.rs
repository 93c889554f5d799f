//! Letters and messages of ours that hold something of the person: those that wait do not go, of the others the row stays and says
//! nothing.

use super::{Counts, Found, Person, fetch_in, padded, run_in};
use crate::domain::Result;
use crate::domain::erasing::{ERASED, Pattern};
use crate::on;
use crate::store::Tx;
use std::collections::BTreeSet;

/// Letters that are unpacked at a time.
const BATCH_ROWS: i64 = 64;
/// A message of a chat that says nothing.
const EMPTY_BODY: &str = "{\"pieces\":[]}";

/// Wipes letters, messages of chats, and what was numbered in them.
pub async fn wipe(
    tx: &mut Tx,
    person: &Person,
    found: &Found,
    all: &Pattern,
    counts: &mut Counts,
) -> Result<()> {
    let numbers = numbered(tx, person, found).await?;
    mails(tx, person, found, &numbers, all, counts).await?;
    chats(tx, person, found, &numbers, all, counts).await?;
    run_in!(
        tx,
        "delete from sent_item where record",
        &found.records(person)
    );
    let changes: &[(&str, &[i64])] = &[
        (
            "update sent_message set about_contact_id = null where about_contact_id",
            &person.contact_ids,
        ),
        (
            "update sent_message set about_interaction_id = null where about_interaction_id",
            &found.alone,
        ),
        (
            "delete from confirmation where about_interaction_id",
            &found.alone,
        ),
    ];
    run_all(tx, changes).await
}

/// Adds what is found by numbers, each question with its own.
async fn gather(tx: &mut Tx, ids: &mut BTreeSet<i64>, asked: &[(&str, &[i64])]) -> Result<()> {
    for (sql, keys) in asked {
        let rows: Vec<(i64,)> = fetch_in!(tx, (i64,), *sql, keys, "limit 10000000");
        ids.extend(rows.iter().map(|row| row.0));
    }
    Ok(())
}

/// Changes what stands at numbers, each change with its own.
async fn run_all(tx: &mut Tx, changes: &[(&str, &[i64])]) -> Result<()> {
    for (sql, keys) in changes {
        run_in!(tx, *sql, keys);
    }
    Ok(())
}

/// Letters to members in which something of the person was numbered, or that were about it.
async fn numbered(tx: &mut Tx, person: &Person, found: &Found) -> Result<Vec<i64>> {
    let mut numbers: BTreeSet<i64> = BTreeSet::new();
    let items: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select number from sent_item where record",
        &found.records(person),
        "limit 10000000"
    );
    numbers.extend(items.iter().map(|row| row.0));
    let asked: &[(&str, &[i64])] = &[
        (
            "select number from sent_message where about_contact_id",
            &person.contact_ids,
        ),
        (
            "select number from sent_message where about_interaction_id",
            &found.alone,
        ),
    ];
    gather(tx, &mut numbers, asked).await?;
    Ok(numbers.into_iter().collect())
}

async fn mails(
    tx: &mut Tx,
    person: &Person,
    found: &Found,
    numbers: &[i64],
    all: &Pattern,
    counts: &mut Counts,
) -> Result<()> {
    let mut ids: BTreeSet<i64> = holding(tx, all).await?;
    let asked: &[(&str, &[i64])] = &[
        (
            "select outbox_id from sent_message where outbox_id is not null and number",
            numbers,
        ),
        (
            "select id from outbox where contact_id",
            &person.contact_ids,
        ),
        ("select id from outbox where interaction_id", &found.alone),
    ];
    gather(tx, &mut ids, asked).await?;
    let to_person: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from outbox where recipient",
        &person.marks.addresses,
        "limit 10000000"
    );
    ids.extend(to_person.iter().map(|row| row.0));
    let ids: Vec<i64> = ids.into_iter().collect();
    counts.letters += ids.len() as u64;
    counts.cancelled += run_in!(
        tx,
        "update outbox set state = 'cancelled' where state = 'waiting' and id",
        &ids
    );
    run_in!(
        tx,
        "update outbox set message = null, size_bytes = 0, error = null, object = null where id",
        &ids
    );
    let changes: &[(&str, &[i64])] = &[
        (
            "update outbox set contact_id = null where contact_id",
            &person.contact_ids,
        ),
        (
            "update outbox set interaction_id = null where interaction_id",
            &found.alone,
        ),
    ];
    run_all(tx, changes).await?;
    for address in &person.marks.addresses {
        on!(&mut *tx, c => sqlx::query("update outbox set recipient = $2, recipient_domain = '' where recipient = $1")
            .bind(address).bind(ERASED).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Letters whose bytes hold the person. What a member wrote to somebody else and waits for its minute goes, and its bytes go
/// with those of all letters: whom it is to knows the person already.
async fn holding(tx: &mut Tx, all: &Pattern) -> Result<BTreeSet<i64>> {
    let mut holding = BTreeSet::new();
    let mut behind = 0;
    loop {
        let rows: Vec<(i64, i64, Vec<u8>)> = on!(&mut *tx, c => sqlx::query_as(
            "select id, size_bytes, message from outbox where message is not null and id > $1 \
             and (kind <> 'relay_out' or state not in ('waiting', 'sending')) order by id limit $2")
            .bind(behind).bind(BATCH_ROWS).fetch_all(c).await)?;
        let Some(last) = rows.last() else {
            return Ok(holding);
        };
        behind = last.0;
        for (id, size_bytes, packed) in rows {
            let size_bytes = usize::try_from(size_bytes).unwrap_or_default();
            let message = zstd::bulk::decompress(&packed, size_bytes).unwrap_or_default();
            if all.is_in_mail(&message) {
                holding.insert(id);
            }
        }
    }
}

async fn chats(
    tx: &mut Tx,
    person: &Person,
    found: &Found,
    numbers: &[i64],
    all: &Pattern,
    counts: &mut Counts,
) -> Result<()> {
    let mut ids: BTreeSet<i64> = chat_messages_holding(tx, all).await?;
    let asked: &[(&str, &[i64])] = &[
        ("select id from chat_message where number", numbers),
        (
            "select id from chat_message where contact_id",
            &person.contact_ids,
        ),
        (
            "select id from chat_message where kind <> 'edit' and interaction_id",
            &found.alone,
        ),
    ];
    gather(tx, &mut ids, asked).await?;
    // A message that is shown anew says which one it replaces where others say their interaction.
    let wiped: Vec<i64> = ids.iter().copied().collect();
    let edits: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from chat_message where kind = 'edit' and interaction_id",
        &wiped,
        "limit 10000000"
    );
    ids.extend(edits.iter().map(|row| row.0));
    let ids: Vec<i64> = ids.into_iter().collect();
    counts.letters += ids.len() as u64;
    counts.cancelled += run_in!(
        tx,
        "update chat_message set state = 'cancelled' where state = 'waiting' and id",
        &ids
    );
    let wipe = format!("update chat_message set body = '{EMPTY_BODY}', error = null where id");
    run_in!(tx, wipe.as_str(), &ids);
    // In the person's own chat the place itself is theirs.
    for (bot_id, chat_id) in &person.chats {
        on!(&mut *tx, c => sqlx::query("delete from chat_message where bot_id = $1 and chat_id = $2")
            .bind(bot_id).bind(chat_id).execute(c).await.map(drop))?;
    }
    let changes: &[(&str, &[i64])] = &[
        (
            "update chat_message set contact_id = null where contact_id",
            &person.contact_ids,
        ),
        (
            "update chat_message set interaction_id = null where kind <> 'edit' and interaction_id",
            &found.alone,
        ),
    ];
    run_all(tx, changes).await
}

async fn chat_messages_holding(tx: &mut Tx, all: &Pattern) -> Result<BTreeSet<i64>> {
    let mut holding = BTreeSet::new();
    let mut behind = 0;
    loop {
        let rows: Vec<(i64, String)> = on!(&mut *tx, c => sqlx::query_as(
            "select id, body from chat_message where id > $1 and body <> $3 order by id limit $2")
            .bind(behind).bind(BATCH_ROWS).bind(EMPTY_BODY).fetch_all(c).await)?;
        let Some(last) = rows.last() else {
            return Ok(holding);
        };
        behind = last.0;
        let fits = rows.iter().filter(|(_, body)| all.is_in(body));
        holding.extend(fits.map(|(id, _)| *id));
    }
}
