//! A letter of ours that is answered: what its numbers meant, and what it was about.

use crate::commands::command::Ref;
use crate::commands::context::Answering;
use crate::domain::{Result, address};
use crate::store::Tx;
use crate::store::workspace::sent;

/// A letter as its answers need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// To whom it went: from anybody else an answer to it is nobody's.
    pub member_id: i64,
    /// What was numbered, and what it acknowledged.
    pub answering: Answering,
    /// What an answer without a target is about.
    pub about_contact_id: Option<i64>,
    /// What an answer without a target is about.
    pub about_interaction_id: Option<i64>,
}

/// The letter whose reply address says this number.
pub async fn sent(tx: &mut Tx, number: i64) -> Result<Option<Sent>> {
    let Some(row) = sent::by_number(tx, number).await? else {
        return Ok(None);
    };
    let items = sent::items(tx, number).await?;
    let items = items.into_iter().filter_map(|(item, record)| {
        let item = u32::try_from(item).ok()?;
        Some((item, record_of(&record)?))
    });
    Ok(Some(Sent {
        member_id: row.member_id,
        answering: Answering {
            number,
            kind: row.kind,
            items: items.collect(),
            batch: row.batch,
        },
        about_contact_id: row.about_contact_id,
        about_interaction_id: row.about_interaction_id,
    }))
}

/// What a ref is written as, read back.
pub(super) fn record_of(record: &str) -> Option<Ref> {
    if let Some(numbered) = record.strip_prefix('#') {
        let (letter, id) = numbered.split_at_checked(1)?;
        let id = id.parse().ok()?;
        return match letter {
            "c" => Some(Ref::Contact(id)),
            "d" => Some(Ref::Deal(id)),
            "a" => Some(Ref::Action(id)),
            "i" => Some(Ref::Interaction(id)),
            "j" => Some(Ref::Journal(id)),
            _ => None,
        };
    }
    if let Some(name) = record.strip_prefix('@') {
        return Some(Ref::Name(name.to_owned()));
    }
    address::split(record).map(|_| Ref::Address {
        name: None,
        address: record.to_owned(),
    })
}
