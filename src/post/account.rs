//! Letters to accounts: the link and the code by which somebody signs in to the page, joins a workspace, or writes from another
//! address; that an account is
//! deleted, or a workspace. Whoever gets one did not ask for it by mail: it comes from the postmaster, and no answer to it means anything. All of
//! them go out from the house, where no member of a workspace sees them.

use super::Letterhead;
use crate::commands::reply::html::escaped;
use crate::domain::Result;
use crate::domain::address::grouped;
use crate::domain::instance_key::ID_NONCE_BYTES;
use crate::mail::compose::{self, Writer};
use crate::mail::message::Mailbox;
use crate::store::house::{HOUSE, OF_ACCOUNT, OF_ADDRESS, WAY_IN_US, of_workspace};
use crate::store::registry::Lane;
use crate::store::workspace::outbox::{self, NewMail, OutboxKind};
use crate::store::workspace::retention;
use crate::store::{Store, Tx};
use jiff::Timestamp;

/// What brings somebody in, or tells that they go.
#[derive(Clone, Debug)]
pub struct WayIn<'a> {
    /// To whom.
    pub email: &'a str,
    /// A page of ours, where there is something to press.
    pub link: Option<&'a str>,
    /// Six digits, where there are some.
    pub code: Option<&'a str>,
    /// Why it is sent.
    pub reason: Reason<'a>,
    /// Random; makes the Message-ID.
    pub nonce: [u8; ID_NONCE_BYTES],
}

/// Why somebody gets a way in.
#[derive(Clone, Copy, Debug)]
pub enum Reason<'a> {
    /// Somebody, most likely they, asked for it at the page.
    Asked {
        /// In words, such as `Firefox on Linux`.
        device: &'a str,
    },
    /// Somebody, most likely they, asked for an account at the page.
    Wanted {
        /// In words, such as `Firefox on Linux`.
        device: &'a str,
    },
    /// Their account is to be deleted.
    Leaves {
        /// On which day.
        day: &'a str,
        /// Until when backups hold it: a sentence.
        backups: &'a str,
    },
    /// It is deleted in a week.
    Goes {
        /// On which day.
        day: &'a str,
        /// Until when backups hold it: a sentence.
        backups: &'a str,
    },
    /// A member invites them.
    Invited {
        /// By whom.
        by: &'a str,
        /// The number of the workspace.
        workspace_id: i64,
        /// Into which workspace.
        workspace: &'a str,
        /// In what role.
        role: &'a str,
    },
    /// A member asks to write from their address.
    Address {
        /// Who: the address that they registered.
        by: &'a str,
    },
    /// A workspace that they answered for was deleted.
    WorkspaceGone {
        /// By whom.
        by: &'a str,
        /// What it was called.
        workspace: &'a str,
        /// Until when backups hold it: a sentence.
        backups: &'a str,
    },
    /// An address of theirs was added.
    AddressAdded {
        /// Which.
        address: &'a str,
    },
}

/// Puts the letter into the outbox of the house.
pub async fn send(store: &Store, mail_domain: &str, now_us: i64, way: &WayIn<'_>) -> Result<()> {
    let ways = std::slice::from_ref(way);
    send_all(store, mail_domain, now_us, ways, None).await
}

/// The same of several, all or none; and once, where there is a mark by which the house remembers that it has them.
pub async fn send_all(
    store: &Store,
    mail_domain: &str,
    now_us: i64,
    ways: &[WayIn<'_>],
    mark: Option<&str>,
) -> Result<()> {
    let head = Letterhead {
        key: store.registry.key(),
        mail_domain,
        workspace_id: HOUSE,
        now_us,
    };
    let mut tx = store.house().await?.write().await?;
    if let Some(mark) = mark
        && !retention::begins(&mut tx, mark, now_us).await?
    {
        return Ok(());
    }
    for way in ways {
        write(&mut tx, &head, way).await?;
    }
    // The lane of time takes out what is done, or came too late.
    for (lane, at_us) in [(Lane::Delivery, now_us), (Lane::Time, now_us + WAY_IN_US)] {
        store.registry.wake(HOUSE, lane, at_us).await?;
    }
    tx.commit().await
}

async fn write(tx: &mut Tx, head: &Letterhead<'_>, way: &WayIn<'_>) -> Result<i64> {
    let object = match way.reason {
        Reason::Asked { .. } | Reason::Wanted { .. } => None,
        Reason::Address { .. } => Some(OF_ADDRESS.to_owned()),
        Reason::Leaves { .. }
        | Reason::Goes { .. }
        | Reason::WorkspaceGone { .. }
        | Reason::AddressAdded { .. } => Some(OF_ACCOUNT.to_owned()),
        Reason::Invited { workspace_id, .. } => Some(of_workspace(workspace_id)),
    };
    let message_id = head.key.message_id(way.nonce, head.mail_domain);
    let mail = NewMail {
        kind: OutboxKind::SignIn,
        due_at: head.now_us,
        recipient: way.email,
        message_id: &message_id,
        message: &composed(head, way, &message_id)?,
        member_id: None,
        contact_id: None,
        interaction_id: None,
        object: object.as_deref(),
    };
    outbox::insert(tx, &mail, head.now_us).await
}

fn composed(head: &Letterhead<'_>, way: &WayIn<'_>, message_id: &str) -> Result<Vec<u8>> {
    let paragraphs = paragraphs(way);
    let letter = compose::Letter {
        from: Mailbox {
            name: Some(super::NAME.to_owned()),
            address: Some(format!("postmaster@{}", head.mail_domain)),
        },
        to: Mailbox {
            name: None,
            address: Some(way.email.to_owned()),
        },
        subject: subject(way),
        date: Timestamp::from_microsecond(head.now_us).unwrap_or_default(),
        message_id: message_id.to_owned(),
        text: text(way, &paragraphs),
        html: Some(html(way, &paragraphs)),
        writer: Writer::Program,
        ..compose::Letter::default()
    };
    letter.write()
}

fn subject(way: &WayIn<'_>) -> String {
    match way.reason {
        Reason::Asked { .. } => "Sign in to Rapport".to_owned(),
        Reason::Wanted { .. } => "Make your account at Rapport".to_owned(),
        Reason::Leaves { .. } => "Your account is to be deleted".to_owned(),
        Reason::Goes { .. } => "Your account is deleted in a week".to_owned(),
        Reason::Invited { by, workspace, .. } => format!("{by} invites you to \"{workspace}\""),
        Reason::Address { by } => format!("{by} asks to write from this address"),
        Reason::WorkspaceGone { workspace, .. } => format!("\"{workspace}\" was deleted"),
        Reason::AddressAdded { address } => format!("Mail from {address} is yours from now on"),
    }
}

/// What stands before the link, and what after it.
fn paragraphs(way: &WayIn<'_>) -> [String; 2] {
    match way.reason {
        Reason::Asked { device } => [
            format!("You, or somebody who typed your address, asked to sign in ({device})."),
            "Both are worth something for 15 minutes, once. If it was not you, do nothing: without this letter nobody \
             gets in."
                .to_owned(),
        ],
        Reason::Wanted { device } => [
            format!(
                "You, or somebody who typed your address, asked for an account at Rapport ({device}): a CRM that files \
                 your mail with the right people."
            ),
            "Both are worth something for 15 minutes, once. If it was not you, do nothing: there is no account, and your \
             address is forgotten."
                .to_owned(),
        ],
        Reason::Leaves { day, backups } => [
            format!("Your account at Rapport is closed. On {day} it is deleted. {backups}"),
            TAKE_BACK.to_owned(),
        ],
        Reason::Goes { day, backups } => [
            format!(
                "Your account at Rapport is closed since some weeks. On {day} it is deleted for good; afterwards nobody \
                 can bring it back. {backups}"
            ),
            TAKE_BACK.to_owned(),
        ],
        Reason::Invited {
            by, workspace, role, ..
        } => [
            format!(
                "{by} invites you to join \"{workspace}\" as {role}. Rapport files your mail with the right people \
                 and reminds you of what you want to do for them."
            ),
            "The invitation stands for 7 days. If you do not know who sent it, do nothing.".to_owned(),
        ],
        Reason::Address { by } => [
            format!(
                "{by} asked in Rapport to write from {}, which this letter went to: then mail from it counts as theirs.",
                way.email
            ),
            "If that is you, open the link where you are signed in, or type the code at your page. Both are worth something \
             for 24 hours, once. If it is not you, do nothing, and give the code to nobody."
                .to_owned(),
        ],
        Reason::WorkspaceGone {
            by,
            workspace,
            backups,
        } => [
            format!(
                "{by} deleted \"{workspace}\" at the page: contacts, mails, notes, files, and its addresses, for good. {backups}"
            ),
            "You get this because you were an owner or admin of it. If it was not meant, tell the operator of this server at \
             once."
                .to_owned(),
        ],
        Reason::AddressAdded { address } => [
            format!(
                "At your page {address} was verified as an address of yours: mail from it counts as yours from now on. What \
                 is for you goes where this letter went, as before."
            ),
            "If it was not you, remove it at your page, and end the other sessions.".to_owned(),
        ],
    }
}

const TAKE_BACK: &str =
    "Until then you sign in at the page and take that back. You get nothing else from here.";

fn action(way: &WayIn<'_>) -> &'static str {
    match way.reason {
        Reason::Asked { .. } | Reason::Leaves { .. } | Reason::Goes { .. } => "Sign in",
        Reason::Wanted { .. } => "Make your account",
        Reason::Invited { .. } => "Join",
        Reason::Address { .. } => "The address is mine",
        Reason::AddressAdded { .. } | Reason::WorkspaceGone { .. } => "Your page",
    }
}

fn text(way: &WayIn<'_>, [before, after]: &[String; 2]) -> String {
    let code = match way.code {
        Some(code) => format!("\nThe code: {}\n", grouped(code, 3, " ")),
        None => String::new(),
    };
    let link = way.link.map(|link| format!("{}: {link}\n", action(way)));
    format!("{before}\n\n{}{code}\n{after}\n", link.unwrap_or_default())
}

fn html(way: &WayIn<'_>, [before, after]: &[String; 2]) -> String {
    let code = match way.code {
        Some(code) => format!(
            "<p style=\"margin:0 0 20px\">or type this code:<br><b style=\"font:600 26px/40px ui-monospace,Menlo,Consolas,\
             monospace;letter-spacing:2px\">{}</b></p>",
            escaped(&grouped(code, 3, " "))
        ),
        None => String::new(),
    };
    let link = way.link.map(|link| {
        format!(
            "<p style=\"margin:0 0 20px\"><a href=\"{}\" style=\"display:inline-block;padding:11px 22px;background:#0f6168;\
             color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600\">{}</a></p>",
            escaped(link),
            action(way)
        )
    });
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>\
         </head><body style=\"margin:0;padding:0\"><div style=\"max-width:560px;padding:16px;font:15px/22px -apple-system,\
         'Segoe UI',Roboto,Helvetica,Arial,sans-serif\"><p style=\"margin:0 0 20px\">{}</p>{}{code}<p style=\"margin:0\">{}</p>\
         </div></body></html>\n",
        escaped(&subject(way)),
        escaped(before),
        link.unwrap_or_default(),
        escaped(after)
    )
}
