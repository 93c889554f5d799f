//! Letters to those who answer for a workspace: its owners and admins.

use super::{Letter, Letterhead, Occasion, write};
use crate::commands::reply::{Block, Reply};
use crate::domain::{Result, chance};
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::members;
use jiff::tz::TimeZone;

/// A letter to each owner and admin, which says things in their zone. Wake the delivery lane before the commit.
pub async fn tell<const AT_ONCE: usize>(
    tx: &mut Tx,
    head: &Letterhead<'_>,
    random: fn() -> [u8; AT_ONCE],
    (occasion, subject): (Occasion, &str),
    said: impl Fn(&TimeZone) -> Vec<Block>,
) -> Result<()> {
    for member in members::all(tx).await? {
        if Role::from_word(&member.role) < Role::Admin {
            continue;
        }
        let settings = members::settings(tx, member.id).await?;
        let replies = [Reply::done(said(&settings.time_zone()))];
        let letter = Letter {
            member_id: member.id,
            occasion,
            replies: &replies,
            subject,
            answers: None,
            about_contact_id: None,
            about_interaction_id: None,
            batch: None,
            nonce: chance::nonce(random),
        };
        write(tx, head, &letter).await?;
    }
    Ok(())
}
