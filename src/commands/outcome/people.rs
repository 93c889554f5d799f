//! What was done with contacts.

use super::Named;
use crate::domain::money::Money;
use crate::store::workspace::contact_chats::ContactChatRow;
use crate::store::workspace::erasing::Counts;
use crate::store::workspace::payments::PaidSum;

/// A field of a contact was set or emptied, or was so already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub of: Named,
    /// Which: `phone`.
    pub what: String,
    /// As it was; absent where it was empty.
    pub before: Option<String>,
    /// As it is; absent where it is empty.
    pub after: Option<String>,
    /// What follows from it, sentence by sentence.
    pub remarks: Vec<String>,
}

/// Tags were added or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// Whose.
    pub of: Named,
    /// Those that it got.
    pub added: Vec<String>,
    /// Those that it lost.
    pub removed: Vec<String>,
    /// Those for which nothing changed.
    pub already: Vec<String>,
    /// Those that it has.
    pub all: Vec<String>,
}

/// A contact was made, or is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Which.
    pub of: Named,
    /// Its address.
    pub address: Option<String>,
    /// Its capture address, whole.
    pub capture: Option<String>,
    /// Its company.
    pub company: Option<String>,
    /// Whether it was made.
    pub newness: Newness,
    /// Others of the same name.
    pub namesakes: Vec<Named>,
}

/// Whether a contact was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newness {
    /// Just now.
    New,
    /// It was there already.
    Known,
}

/// Somebody else answers for a contact, or the same as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// For whom.
    pub of: Named,
    /// Who did.
    pub before: Option<String>,
    /// Who does.
    pub after: String,
    /// How many open actions stay with the one who did.
    pub actions_staying: i64,
}

/// Nothing of a contact is told any more, or it is told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muted {
    /// Of whom.
    pub of: Named,
    /// How it is now.
    pub sound: Sound,
    /// Whether it was so already.
    pub already: bool,
}

/// Whether a contact is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// No.
    Muted,
    /// Yes.
    Heard,
}

/// A contact got a new capture address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Who.
    pub of: Named,
    /// The address that leads on, whole.
    pub before: Option<String>,
    /// The new one, whole.
    pub after: String,
}

/// A contact paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Who.
    pub of: Named,
    /// How much.
    pub amount: Money,
    /// When; microseconds since 1970.
    pub at: i64,
    /// All that it paid so far, by currency.
    pub sums: Vec<PaidSum>,
}

/// A contact became part of another, or was so already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The one that stays.
    pub into: Named,
    /// The one that went.
    pub other: Named,
    /// Whether it was part of it already.
    pub already: bool,
    /// How many mails, notes and meetings went over.
    pub interactions: usize,
    /// Addresses that went over.
    pub addresses: Vec<String>,
    /// Tags that the one that stays got.
    pub tags: Vec<String>,
    /// How many open actions went over.
    pub actions: usize,
    /// Fields that the one that stays got: name and value.
    pub taken: Vec<(String, String)>,
    /// Fields that both have otherwise: name, what stays, what goes.
    pub given_up: Vec<(String, String, String)>,
}

/// A contact is one of its own again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmerged {
    /// Which.
    pub of: Named,
    /// From whom.
    pub from: Named,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// How many mails, notes and meetings are with it again.
    pub interactions: i64,
    /// How much was changed since and stays as it is.
    pub kept: usize,
}

/// Something was deleted, or brought back, or was so already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// What, as a ref is written: `#c12`.
    pub record: String,
    /// What it is called.
    pub name: String,
    /// What was done.
    pub fate: Fate,
    /// Whether it was so already.
    pub already: bool,
    /// What follows from it, sentence by sentence.
    pub remarks: Vec<String>,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was deleted.
    Deleted,
    /// It was brought back.
    Restored,
}

/// A person was erased. Who it was is told before it is done, and never afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Who it is, as long as they are there.
    pub of: Named,
    /// Their addresses.
    pub addresses: Vec<String>,
    /// How much went.
    pub counts: Counts,
    /// What stays all the same, sentence by sentence.
    pub holds: Vec<String>,
    /// Until when backups hold what went: a sentence.
    pub backups: String,
    /// The number of the receipt.
    pub receipt: i64,
}

/// What a card shows beside the contact's own row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Further fields: name and value.
    pub fields: Vec<(String, String)>,
    /// Tags.
    pub tags: Vec<String>,
    /// Contacts that became part of it.
    pub merged: Vec<Named>,
    /// Capture addresses that it had before and that lead to it still, whole.
    pub former_captures: Vec<String>,
    /// Its chats with the workspace's bot.
    pub chats: Vec<ContactChatRow>,
    /// What it paid, by currency.
    pub paid: Vec<PaidSum>,
}
