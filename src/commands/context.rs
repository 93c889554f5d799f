//! Who acts, through which door, and when: plain data that every door fills in.

use crate::domain::why;
use crate::store::registry::Role;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What a command runs with.
#[derive(Clone, Debug)]
pub struct Cx {
    /// The workspace.
    pub workspace_id: i64,
    /// Who acts.
    pub actor: Actor,
    /// By what it is known that it is they.
    pub proof: Proof,
    /// Where the text came in.
    pub door: Door,
    /// Microseconds since 1970.
    pub now_us: i64,
    /// The actor's zone; moments are shown in it.
    pub zone: TimeZone,
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// The contact that the text is about, where the door says it: a capture address.
    pub about_contact: Option<i64>,
    /// The interaction that the text came with: the mail itself.
    pub about_interaction: Option<i64>,
    /// Capture addresses (local parts) that the registry keeps ready for contacts that may be made, by the contact's address.
    pub captures: BTreeMap<String, String>,
}

/// A member who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Account id.
    pub member_id: i64,
    /// Registered address.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
    /// In what role.
    pub role: Role,
}

/// What proves that the actor is the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A mail that was believed.
    Mail(why::Proof),
    /// Whoever may read the data folder: the command line.
    Machine,
    /// A chat that was linked to the member.
    Chat,
    /// A signed-in page.
    Session,
}

/// Where a text came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The head block of a mail.
    MailBody,
    /// The subject of a mail.
    MailSubject,
    /// A tag in an address of ours.
    MailAddress,
    /// A chat message.
    Chat,
    /// The page.
    Web,
    /// `rapport do`.
    CommandLine,
}

impl Actor {
    /// The name, or else the address.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }
}

impl Proof {
    /// The word in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Mail(proof) => proof.word(),
            Proof::Machine => "machine",
            Proof::Chat => "chat",
            Proof::Session => "session",
        }
    }

    /// Whether it proves anything: without, nothing runs.
    pub fn holds(self) -> bool {
        self != Proof::Mail(why::Proof::None)
    }
}

impl Door {
    /// The word in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Door::MailBody => "mail",
            Door::MailSubject => "mail_subject",
            Door::MailAddress => "mail_address",
            Door::Chat => "chat",
            Door::Web => "web",
            Door::CommandLine => "command_line",
        }
    }
}
