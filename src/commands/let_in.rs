//! Mail that a member let in: it goes into the spool once more, as if the member had signed in, and is filed by the same rules as
//! all mail. The spool first: the same mail twice is one interaction, a mail that is lost is none.

use super::context::Cx;
use crate::domain::{Result, address};
use crate::store::registry::{Envelope, Recipient};
use crate::store::workspace::{mail_keys, raw, timeline};
use crate::store::{Store, Tx};

/// The tag by which a letter goes on to its contact without its head block.
pub const RELEASED: &str = "send";

/// Puts what the lines let in into the spool; before the transaction commits.
pub async fn let_in(store: &Store, tx: &mut Tx, cx: &Cx, interactions: &[i64]) -> Result<()> {
    for id in interactions {
        let Some(witness) = mail_keys::first_witness(tx, *id).await? else {
            continue;
        };
        let Some(bytes) = (match witness.raw_id {
            Some(raw_id) => raw::get(tx, raw_id).await?,
            None => None,
        }) else {
            continue;
        };
        let interaction = timeline::interaction(tx, *id).await?;
        let is_held = interaction.is_some_and(|i| i.state == "held");
        let addresses: Vec<String> = serde_json::from_str(&witness.addresses).unwrap_or_default();
        let mut recipients = Vec::new();
        for address in &addresses {
            recipients.extend(recipient(store, cx, address, is_held).await?);
        }
        let envelope = Envelope {
            mail_from: cx.actor.email.clone(),
            authenticated: Some(cx.actor.email.clone()),
            ..Envelope::default()
        };
        if !recipients.is_empty() {
            let spool = store.registry.spool();
            spool
                .accept(&envelope, recipients, bytes, cx.now_us)
                .await?;
        }
    }
    Ok(())
}

/// Where an address leads by now, in this workspace alone. What was filed before is let go, not let in.
async fn recipient(
    store: &Store,
    cx: &Cx,
    written: &str,
    is_held: bool,
) -> Result<Option<Recipient>> {
    let Some((local_part, domain)) = address::split(written) else {
        return Ok(None);
    };
    let registry = &store.registry;
    let route = match registry.route(local_part).await? {
        Some(route) => Some(route),
        None => registry.date_route(local_part, &cx.actor.email).await?,
    };
    let written = match is_held {
        true => written.to_owned(),
        false => format!("{}+{RELEASED}@{domain}", address::split_tag(local_part).0),
    };
    let own = route.filter(|route| route.workspace_id == cx.workspace_id);
    Ok(own.map(|route| route.recipient(&written)))
}
