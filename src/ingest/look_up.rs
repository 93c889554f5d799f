//! Looks up what a batch of mail mentions: a few queries for the whole batch, inside the transaction that files it.

use super::attribute;
use super::door::head_of;
use super::identity;
use super::known::{self, Filed, Known, Member};
use super::letter::{Letter, key_of};
use crate::commands::parse::Head;
use crate::domain::people;
use crate::domain::workspace_settings::WorkspaceSettings;
use crate::domain::{Result, name};
use crate::mail::Mailbox;
use crate::store::Tx;
use crate::store::registry::AddressKind;
use crate::store::workspace::{
    self, address_book, interactions, mail_keys, meetings, raw, rules, sent, settings, threads,
};
use std::collections::{BTreeSet, HashMap};

/// What the batch mentions.
#[derive(Default)]
struct Mentioned {
    addresses: BTreeSet<String>,
    captures: BTreeSet<String>,
    names: BTreeSet<String>,
    first_names: BTreeSet<String>,
    numbers: BTreeSet<i64>,
    references: BTreeSet<String>,
    mails: BTreeSet<String>,
    meetings: BTreeSet<String>,
    raws: BTreeSet<String>,
    answered: BTreeSet<i64>,
}

/// Everything that deciding about these letters asks.
pub async fn known(
    tx: &mut Tx,
    letters: &[Letter],
    members: &[Member],
    mail_domain: &str,
) -> Result<Known> {
    let mut known = Known {
        mail_domain: mail_domain.to_lowercase(),
        members: members.to_vec(),
        ..Known::default()
    };
    chosen(tx, &mut known).await?;
    let mentioned = mentioned(letters, &known);
    let spool_ids: Vec<i64> = letters.iter().map(|l| l.spool_id).collect();
    known.witnessed = mail_keys::witnessed(tx, &spool_ids)
        .await?
        .into_iter()
        .collect();
    known.last_numbers = workspace::last_numbers(tx).await?;
    known.raws = raw::by_digests(tx, &list(&mentioned.raws))
        .await?
        .into_iter()
        .collect();
    contacts(tx, &mut known, &mentioned).await?;
    answered(tx, &mut known, &mentioned).await?;
    conversations(tx, &mut known, &mentioned).await?;
    let strangers = mentioned
        .addresses
        .iter()
        .filter(|address| !known.by_address.contains_key(*address));
    let domains: BTreeSet<String> = strangers
        .filter_map(|address| people::registrable(address.rsplit_once('@')?.1))
        .filter(|domain| !people::is_public_provider(domain))
        .collect();
    known.companies = address_book::companies(tx, &list(&domains))
        .await?
        .into_iter()
        .collect();
    Ok(known)
}

/// The messages of ours that are answered, and the contacts that those were about.
async fn answered(tx: &mut Tx, known: &mut Known, mentioned: &Mentioned) -> Result<()> {
    for number in &mentioned.answered {
        let Some(sent) = sent::by_number(tx, *number).await? else {
            continue;
        };
        let about = known::Sent {
            member_id: sent.member_id,
            about_contact: sent.about_contact_id,
            about_interaction: sent.about_interaction_id,
        };
        known.sent.insert(*number, about);
    }
    Ok(())
}

async fn chosen(tx: &mut Tx, known: &mut Known) -> Result<()> {
    let chosen = WorkspaceSettings::of(&settings::all(tx).await?);
    known.set_own_domains(chosen.own_domains);
    known.excluded_domains = chosen.excluded_domains.into_iter().collect();
    Ok(())
}

async fn contacts(tx: &mut Tx, known: &mut Known, mentioned: &Mentioned) -> Result<()> {
    let addresses = list(&mentioned.addresses);
    known.by_address = by_key(address_book::by_addresses(tx, &addresses).await?);
    known.rules = rules::by_authors(tx, &addresses)
        .await?
        .into_iter()
        .collect();
    known.by_capture = by_key(address_book::by_captures(tx, &list(&mentioned.captures)).await?);
    for found in address_book::by_names(tx, &list(&mentioned.names)).await? {
        known.by_name.entry(found.key).or_default().insert(found.id);
    }
    for first_name in &mentioned.first_names {
        let ids = address_book::by_first_name(tx, first_name).await?;
        known
            .by_first_name
            .insert(first_name.clone(), ids.into_iter().collect());
    }
    let numbers: Vec<i64> = mentioned.numbers.iter().copied().collect();
    known.by_number = address_book::by_numbers(tx, &numbers)
        .await?
        .into_iter()
        .collect();
    Ok(())
}

async fn conversations(tx: &mut Tx, known: &mut Known, mentioned: &Mentioned) -> Result<()> {
    for (id, thread) in threads::by_references(tx, &list(&mentioned.references)).await? {
        known.threads_by_id.entry(id).or_default().insert(thread);
        known.threads.entry(thread).or_default();
    }
    let thread_ids: BTreeSet<i64> = known.threads.keys().copied().collect();
    let thread_ids: Vec<i64> = thread_ids.into_iter().collect();
    for (thread, address) in threads::participants(tx, &thread_ids).await? {
        known
            .threads
            .entry(thread)
            .or_default()
            .participants
            .insert(address);
    }
    for (thread, contact) in threads::contacts(tx, &thread_ids).await? {
        known
            .threads
            .entry(thread)
            .or_default()
            .contacts
            .insert(contact);
    }
    for row in meetings::by_uids(tx, &list(&mentioned.meetings)).await? {
        known.meetings.insert(row.uid.clone(), row);
    }
    let mut ids: BTreeSet<i64> = known.meetings.values().map(|m| m.interaction_id).collect();
    for row in mail_keys::by_message_ids(tx, &list(&mentioned.mails)).await? {
        ids.insert(row.interaction_id);
        known
            .mails
            .entry(row.message_id)
            .or_default()
            .push((row.body_digest, row.interaction_id));
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    for row in interactions::filed(tx, &ids).await? {
        let filed = Filed {
            state: row.state,
            thread_id: row.thread_id,
            why: row.why,
            contacts: BTreeSet::new(),
        };
        known.interactions.insert(row.id, filed);
    }
    for (interaction, contact) in interactions::contacts_of(tx, &ids).await? {
        known
            .interactions
            .entry(interaction)
            .or_default()
            .contacts
            .insert(contact);
    }
    Ok(())
}

fn mentioned(letters: &[Letter], known: &Known) -> Mentioned {
    let mut mentioned = Mentioned::default();
    for letter in letters {
        mentioned
            .captures
            .extend(letter.captures().map(str::to_owned));
        mentioned.references.extend(letter.references());
        mentioned.mails.insert(letter.key.message_id.clone());
        mentioned.raws.insert(letter.raw.digest.clone());
        let message = &letter.message;
        let reports = message.reports.iter();
        mentioned
            .addresses
            .extend(reports.filter_map(|r| Some(r.recipient.as_deref()?.to_lowercase())));
        let about = message
            .reports
            .iter()
            .filter_map(|r| r.original_message_id.as_ref());
        let about = about.chain(&message.original_message_id);
        mentioned
            .mails
            .extend(about.map(|id| identity::message_id(id)));
        if let Some(invitation) = &message.invitation {
            mentioned
                .meetings
                .insert(attribute::meeting_uid(invitation));
        }
        for mailbox in mailboxes(letter) {
            let key = key_of(Some(mailbox));
            if !key.is_empty() {
                mentioned.addresses.insert(key);
            } else if let Some(name) = &mailbox.name {
                mentioned.names.insert(name::key(name));
            }
        }
        // Only a member's own words are searched for people.
        if let Some(member) = known.member_by_address(&letter.sender_key())
            && message.forwards.is_empty()
        {
            note(letter, &head_of(letter, member), &mut mentioned);
        }
        mentioned
            .answered
            .extend(letter.recipients.iter().filter_map(|r| match r.kind {
                AddressKind::Reply => r.number,
                _ => None,
            }));
    }
    mentioned
}

fn note(letter: &Letter, head: &Head, mentioned: &mut Mentioned) {
    let named = attribute::named(letter, head);
    for target in &named.targets {
        mentioned.names.insert(name::key(target));
        mentioned.first_names.insert(name::key(target));
        mentioned.numbers.extend(attribute::number(target));
        if attribute::is_address(target) {
            mentioned.addresses.insert(target.to_lowercase());
        }
    }
    mentioned.numbers.extend(named.numbers);
    mentioned.addresses.extend(named.addresses);
    mentioned.names.extend(named.names);
}

/// Everybody whom deciding looks at.
fn mailboxes(letter: &Letter) -> impl Iterator<Item = &Mailbox> {
    let message = &letter.message;
    let own = message
        .from
        .iter()
        .chain(&message.author)
        .chain(&message.to)
        .chain(&message.cc)
        .chain(&message.bcc);
    let inside = message
        .forwards
        .iter()
        .flat_map(|f| f.from.iter().chain(&f.to));
    let organizer = message
        .invitation
        .iter()
        .filter_map(|i| i.organizer.as_ref());
    own.chain(inside).chain(organizer)
}

fn list(set: &BTreeSet<String>) -> Vec<String> {
    set.iter().filter(|key| !key.is_empty()).cloned().collect()
}

fn by_key(found: Vec<address_book::KnownContact>) -> HashMap<String, i64> {
    found
        .into_iter()
        .map(|contact| (contact.key, contact.id))
        .collect()
}
