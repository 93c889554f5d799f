//! Who acts, through which door, and when: plain data that every door fills in.

use super::command::Ref;
use crate::domain::backups::Backups;
use crate::domain::chance::Chance;
use crate::domain::language::Language;
use crate::domain::member_settings::MemberSettings;
use crate::domain::why;
use crate::store::registry::Role;
use jiff::Timestamp;
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
    /// The actor's zone; moments are shown in it, and date phrases mean it.
    pub zone: TimeZone,
    /// The actor's language, order of day and month, default time, quiet mode.
    pub settings: MemberSettings,
    /// The moment that date phrases count from, microseconds since 1970: that of the mail where it is believable, else now.
    pub reference_us: i64,
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// How the page is reached, without a slash at its end, where that is known: `https://crm.example`.
    pub page_origin: Option<String>,
    /// For how long the operator keeps backups.
    pub backups: Backups,
    /// The contact that the text is about, where the door says it: a capture address.
    pub about_contact: Option<i64>,
    /// The interaction that the text came with: the mail itself.
    pub about_interaction: Option<i64>,
    /// Capture addresses (local parts) that the registry keeps ready for contacts that may be made, by the contact's address.
    pub captures: BTreeMap<String, String>,
    /// The message of ours that this text answers.
    pub answering: Option<Answering>,
    /// The text that is run, in the journal; 0 until a line changes something.
    pub batch: i64,
    /// The line that is run, from 1.
    pub line: u32,
    /// Whether what destroys or sends was confirmed.
    pub confirmation: Confirmation,
    /// What codes are drawn from.
    pub chance: Chance,
    /// The bot whose token stands in the text, where the door asked Telegram about it.
    pub verified_bot: Option<VerifiedBot>,
}

/// A bot that Telegram knows, with the token that was given for it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedBot {
    /// Its number at Telegram.
    pub id: i64,
    /// Without the `@`.
    pub username: String,
    /// The token, sealed with the instance key.
    pub sealed: String,
}

impl std::fmt::Debug for VerifiedBot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedBot({} @{})", self.id, self.username)
    }
}

/// Whether what destroys or sends was confirmed (COMMANDS.md, R2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confirmation {
    /// Not yet: it is asked for.
    #[default]
    Asked,
    /// The member typed the code, or pressed the button.
    Given,
}

/// A message of ours that is answered: what was numbered in it, and what it was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Its number.
    pub number: i64,
    /// The word of the outbox: `ack`, `digest`, `reminder`, …
    pub kind: String,
    /// What `2 done` means.
    pub items: BTreeMap<u32, Ref>,
    /// The batch that it acknowledged; `undo` takes it back.
    pub batch: Option<i64>,
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

/// What a door knows of a text before it is run: who says it, by what proof, where and when.
#[derive(Clone, Debug)]
pub struct Said {
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
    /// The domain of our own addresses.
    pub mail_domain: String,
}

impl Cx {
    /// What a text runs with, with the actor's own settings, about nothing in particular.
    pub fn new(said: Said, settings: MemberSettings) -> Cx {
        Cx {
            workspace_id: said.workspace_id,
            actor: said.actor,
            proof: said.proof,
            door: said.door,
            now_us: said.now_us,
            zone: settings.time_zone(),
            settings,
            reference_us: said.now_us,
            mail_domain: said.mail_domain,
            page_origin: None,
            backups: Backups::default(),
            about_contact: None,
            about_interaction: None,
            captures: BTreeMap::new(),
            answering: None,
            batch: 0,
            line: 0,
            confirmation: Confirmation::Asked,
            chance: Chance::system(),
            verified_bot: None,
        }
    }

    /// The language whose words commands may use beside English.
    pub fn language(&self) -> Language {
        let tag = self.settings.language.as_deref().unwrap_or_default();
        Language::from_tag(tag).unwrap_or_default()
    }

    /// Goes on with what the actor chose since.
    pub fn choose(&mut self, settings: MemberSettings) {
        if settings.zone.is_some() {
            self.zone = settings.time_zone();
        }
        self.settings = settings;
    }

    /// The moment that date phrases count from.
    pub fn reference(&self) -> Timestamp {
        Timestamp::from_microsecond(self.reference_us).unwrap_or(Timestamp::UNIX_EPOCH)
    }
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
