//! Writes a plan: a few statements for the whole batch.

use super::plan::Plan;
use crate::domain::Result;
use crate::store::Tx;
use crate::store::workspace::search::{self, InteractionText};
use crate::store::workspace::{
    self, address_book, interactions, journal, mail_keys, meetings, raw, rules, threads,
};
use std::collections::BTreeMap;

/// Writes everything but the capture addresses, which are the registry's.
pub async fn write(
    tx: &mut Tx,
    plan: &Plan,
    last_numbers: &BTreeMap<String, i64>,
    now_us: i64,
) -> Result<()> {
    raw::insert_many(tx, &plan.raws).await?;
    address_book::insert_companies(tx, &plan.companies, now_us).await?;
    address_book::insert_contacts(tx, &plan.contacts).await?;
    address_book::insert_addresses(tx, &plan.addresses).await?;
    interactions::insert_many(tx, &plan.interactions).await?;
    for row in &plan.again {
        interactions::file_again(tx, row).await?;
    }
    interactions::insert_contacts(tx, &plan.roles).await?;
    interactions::insert_attachments(tx, &plan.attachments).await?;
    mail_keys::insert_many(tx, &plan.keys).await?;
    mail_keys::insert_witnesses(tx, &plan.witnesses).await?;
    threads::insert_references(tx, &plan.references).await?;
    threads::insert_participants(tx, &plan.participants).await?;
    let suggestions: Vec<_> = plan.suggestions.values().cloned().collect();
    rules::suggest(tx, &suggestions).await?;
    for meeting in plan.meetings.values() {
        meetings::put(tx, meeting).await?;
    }
    address_book::heard_of(tx, &moments(plan)).await?;
    journal::insert_many(tx, &plan.journal).await?;
    workspace::put_last_numbers(tx, last_numbers).await?;
    index(tx, plan).await
}

/// When each contact of the batch was in touch last, by what persons wrote.
fn moments(plan: &Plan) -> Vec<(i64, i64)> {
    let rows = plan.interactions.iter().chain(&plan.again);
    let happened: BTreeMap<i64, i64> = rows
        .filter(|row| row.state == "filed" && row.class == "person")
        .map(|row| (row.id, row.happened_at))
        .collect();
    let mut moments = BTreeMap::new();
    for part in plan.roles.iter().filter(|part| part.role != "participant") {
        if let Some(at) = happened.get(&part.interaction_id) {
            let last = moments.entry(part.contact_id).or_insert(*at);
            *last = (*last).max(*at);
        }
    }
    moments.into_iter().collect()
}

async fn index(tx: &mut Tx, plan: &Plan) -> Result<()> {
    for contact in &plan.contacts {
        search::index_contact(tx, contact.id).await?;
    }
    let mut texts = Vec::with_capacity(plan.interactions.len());
    for row in plan.interactions.iter().chain(&plan.again) {
        let files = plan.attachments.iter();
        let files = files.filter(|file| file.interaction_id == row.id);
        let names: Vec<String> = files.filter_map(|file| file.name.clone()).collect();
        let text = search::interaction_text(InteractionText {
            subject: row.subject.as_deref(),
            author_name: row.author_name.as_deref(),
            author_address: row.author_address.as_deref(),
            attachment_names: &names,
            remark: row.remark.as_deref(),
            text: &row.text,
        });
        texts.push((row.id, text));
    }
    search::index_many(tx, search::Kind::Interaction, &texts).await
}
