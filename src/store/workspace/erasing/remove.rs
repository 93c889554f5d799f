//! Rows that go: interactions with the person alone, and the person.

use super::{Counts, Found, Person, fetch_in, padded, run_in};
use crate::domain::Result;
use crate::on;
use crate::store::Tx;
use crate::store::workspace::search;
use std::collections::BTreeSet;

/// Interactions with the person alone, with their raw mail, files, witnesses, keys, threads and places in the index.
pub async fn alone(tx: &mut Tx, found: &Found, counts: &mut Counts) -> Result<()> {
    let ids = &found.alone;
    let rows: Vec<(String, Option<i64>, i64)> = fetch_in!(
        tx,
        (String, Option<i64>, i64),
        "select kind, raw_id, thread_id from interaction where id",
        ids,
        "limit 10000000"
    );
    let mut raws: BTreeSet<i64> = rows.iter().filter_map(|row| row.1).collect();
    let threads: BTreeSet<i64> = rows.iter().map(|row| row.2).collect();
    let witnessed: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select raw_id from witness where raw_id is not null and interaction_id",
        ids,
        "limit 10000000"
    );
    raws.extend(witnessed.iter().map(|w| w.0));
    let mails = rows
        .iter()
        .filter(|row| matches!(row.0.as_str(), "mail" | "report"));
    counts.mails = mails.count() as u64;
    counts.notes = rows.len() as u64 - counts.mails;
    counts.attachments = run_in!(tx, "delete from attachment where interaction_id", ids);
    run_in!(tx, "delete from meeting where interaction_id", ids);
    run_in!(tx, "delete from mail_key where interaction_id", ids);
    run_in!(tx, "delete from witness where interaction_id", ids);
    run_in!(tx, "delete from relayed where interaction_id", ids);
    run_in!(tx, "delete from filing_rule where interaction_id", ids);
    run_in!(
        tx,
        "delete from interaction_contact where interaction_id",
        ids
    );
    run_in!(
        tx,
        "update command_run set interaction_id = null where interaction_id",
        ids
    );
    run_in!(
        tx,
        "update action set interaction_id = null where interaction_id",
        ids
    );
    run_in!(tx, "delete from interaction where id", ids);
    for id in ids {
        search::remove(tx, search::Kind::Interaction, *id).await?;
    }
    let raws: Vec<i64> = raws.into_iter().collect();
    run_in!(
        tx,
        "delete from raw_message where id not in (select raw_id from interaction where raw_id is not null) \
         and id not in (select raw_id from witness where raw_id is not null) and id",
        &raws
    );
    forget_threads(tx, &threads.into_iter().collect::<Vec<_>>()).await
}

/// Threads of which nothing is left.
async fn forget_threads(tx: &mut Tx, threads: &[i64]) -> Result<()> {
    let left: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select distinct thread_id from interaction where thread_id",
        threads,
        "limit 10000000"
    );
    let left: BTreeSet<i64> = left.into_iter().map(|row| row.0).collect();
    let gone: Vec<i64> = threads
        .iter()
        .copied()
        .filter(|thread| !left.contains(thread))
        .collect();
    run_in!(tx, "delete from thread_reference where thread_id", &gone);
    run_in!(tx, "delete from thread_participant where thread_id", &gone);
    Ok(())
}

/// The person, and what belongs to them alone. Companies for which nobody works any more go too: their names and domains are
/// often a person's own.
pub async fn contact(
    tx: &mut Tx,
    person: &Person,
    found: &Found,
    counts: &mut Counts,
) -> Result<()> {
    let ids = &person.contact_ids;
    let addresses = &person.marks.addresses;
    counts.payments = run_in!(tx, "delete from payment where contact_id", ids);
    run_in!(tx, "delete from action where id", &found.actions);
    for sql in [
        "delete from contact_chat where contact_id",
        "delete from contact_field where contact_id",
        "delete from contact_tag where contact_id",
        "delete from contact_capture where contact_id",
        "delete from contact_address where contact_id",
        "delete from filing_rule where contact_id",
        "delete from relayed where contact_id",
        "delete from interaction_contact where contact_id",
        "update interaction set author_contact_id = null where author_contact_id",
        "delete from confirmation where about_contact_id",
    ] {
        run_in!(tx, sql, ids);
    }
    for sql in [
        "delete from filing_rule where author_address",
        "delete from suggestion where address",
        "delete from thread_participant where address",
        "delete from member_address where address",
    ] {
        run_in!(tx, sql, addresses);
    }
    members(tx, &person.former).await?;
    // Those that became part of it first: they lead to it.
    run_in!(tx, "delete from contact where merged_into", ids);
    run_in!(tx, "delete from contact where id", ids);
    for id in ids {
        search::remove(tx, search::Kind::Contact, *id).await?;
    }
    run_in!(
        tx,
        "delete from company where id not in (select company_id from contact where company_id is not null) and id",
        &person.company_ids
    );
    Ok(())
}

/// Of these, whoever left is named no more; gives who that is. What a member filed keeps its author: the row stays, and says nothing
/// of them.
pub async fn members(tx: &mut Tx, ids: &[i64]) -> Result<Vec<i64>> {
    let former: Vec<(i64,)> = fetch_in!(
        tx,
        (i64,),
        "select id from member where left_at is not null and id",
        ids,
        "limit 10000"
    );
    let former: Vec<i64> = former.into_iter().map(|row| row.0).collect();
    run_in!(
        tx,
        "update member set email = '[erased] (former ' || cast(id as text) || ')', name = null, settings = '{}' where id",
        &former
    );
    Ok(former)
}
