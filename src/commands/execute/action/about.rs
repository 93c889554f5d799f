//! For whom and about what an action is.

use super::super::{called, named};
use super::which;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::Named;
use crate::commands::problem::Failure;
use crate::commands::resolve;
use crate::store::Tx;
use crate::store::workspace::interactions::{ContactRole, InteractionRow};
use crate::store::workspace::{contacts, listing, timeline};

/// For whom and about what.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// For whom.
    pub contact: Option<Named>,
    /// The interaction that it comes from.
    pub interaction: Option<InteractionRow>,
}

impl About {
    /// Of the target; without one, of what the door is about. Nobody and nothing is possible.
    pub async fn of(tx: &mut Tx, cx: &Cx, target: Option<&Ref>) -> Result<About, Failure> {
        match target {
            Some(Ref::Interaction(id)) => About::of_interaction(tx, *id).await,
            Some(Ref::Action(id)) => About::of_action(&mut *tx, *id).await,
            Some(target) => {
                let contact = resolve::contact(tx, target).await?;
                let contact = named(tx, &contact).await?;
                About::of_contact(tx, cx, contact).await
            }
            None => About::of_door(tx, cx).await,
        }
    }

    async fn of_door(tx: &mut Tx, cx: &Cx) -> Result<About, Failure> {
        match (cx.about_contact, cx.about_interaction) {
            (Some(id), _) => {
                let contact = resolve::contact(tx, &Ref::Contact(id)).await?;
                let contact = named(tx, &contact).await?;
                About::of_contact(tx, cx, contact).await
            }
            (None, Some(id)) => About::of_interaction(tx, id).await,
            (None, None) => Ok(About::default()),
        }
    }

    /// Of a contact; the mail that the text came with belongs to it where it is filed with the contact.
    async fn of_contact(tx: &mut Tx, cx: &Cx, contact: Named) -> Result<About, Failure> {
        let mut about = About {
            contact: Some(contact),
            interaction: None,
        };
        let Some(id) = cx.about_interaction else {
            return Ok(about);
        };
        let with = listing::filed_with(tx, &[id]).await?;
        let is_theirs = with
            .iter()
            .any(|(_, id, _)| about.contact.as_ref().is_some_and(|c| c.id == *id));
        if is_theirs {
            about.interaction = timeline::interaction(tx, id).await?;
        }
        Ok(about)
    }

    /// Of another action.
    async fn of_action(tx: &mut Tx, id: i64) -> Result<About, Failure> {
        let row = which::by_number(tx, id).await?;
        let contact = match row.contact_id {
            Some(id) => contacts::by_id(tx, id).await?,
            None => None,
        };
        Ok(About {
            contact: match contact {
                Some(contact) => Some(named(tx, &contact).await?),
                None => None,
            },
            interaction: match row.interaction_id {
                Some(id) => timeline::interaction(tx, id).await?,
                None => None,
            },
        })
    }

    /// Of an interaction: the one who wrote it, else whom it is about, else who got it.
    async fn of_interaction(tx: &mut Tx, id: i64) -> Result<About, Failure> {
        let interaction = resolve::interaction(tx, id).await?;
        let mut roles = timeline::roles(tx, id).await?;
        roles.retain(|role| role.role != "participant");
        roles.sort_by_key(|role| (rank(role), role.contact_id));
        let contact = match roles.first() {
            Some(role) => contacts::by_id(tx, role.contact_id).await?,
            None => None,
        };
        let contact = match contact {
            Some(contact) => Some(named(tx, &contact).await?),
            None => None,
        };
        Ok(About {
            contact,
            interaction: Some(interaction),
        })
    }

    /// Whether it is about nobody and nothing.
    pub fn is_nothing(&self) -> bool {
        self.contact.is_none() && self.interaction.is_none()
    }

    /// What the interaction is called; empty without one.
    pub fn words(&self) -> String {
        self.interaction.as_ref().map(called).unwrap_or_default()
    }
}

fn rank(role: &ContactRole) -> u8 {
    match role.role.as_str() {
        "author" => 0,
        "about" => 1,
        _ => 2,
    }
}
