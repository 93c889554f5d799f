//! What a workspace knows of everything that a batch of mail mentions: looked up before, plain data, so that attribution
//! decides without a database. What the batch itself adds is added here too.

use crate::domain::language::Language;
use crate::domain::member_settings::MemberSettings;
use crate::domain::people;
use crate::domain::{Result, address};
use crate::store::registry::{Registry, Role};
use crate::store::workspace::meetings::MeetingRow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Account id.
    pub id: i64,
    /// Registered address, normalised.
    pub address: String,
    /// Further addresses that the member verified, normalised: what comes from one of them is theirs, by the same proofs. Nothing
    /// is sent there.
    pub further: Vec<String>,
    /// Display name.
    pub name: Option<String>,
    /// `owner`, `admin`, `member` or `viewer`.
    pub role: String,
    /// What the member chose.
    pub settings: MemberSettings,
}

/// A message of ours that a mail answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// To whom it went.
    pub member_id: i64,
    /// The contact that an answer is about.
    pub about_contact: Option<i64>,
    /// The interaction that an answer is about.
    pub about_interaction: Option<i64>,
}

impl Member {
    /// The language whose words commands may use beside English.
    pub fn language(&self) -> Language {
        let tag = self.settings.language.as_deref().unwrap_or_default();
        Language::from_tag(tag).unwrap_or_default()
    }

    /// Whether a normalised address is the member's: registered or further.
    pub fn has(&self, address: &str) -> bool {
        self.address == address || self.further.iter().any(|own| own == address)
    }

    /// All addresses of the member, the registered one first.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let all = std::iter::once(&self.address).chain(&self.further);
        all.map(String::as_str)
    }

    /// The addresses whose domains are the workspace's own. A further one is no choice of the workspace's: only of those who may
    /// choose its domains it says that everybody there is a colleague.
    fn addresses_of_the_house(&self) -> impl Iterator<Item = &str> {
        let may_choose = Role::from_word(&self.role) >= Role::Admin;
        let all = self.addresses();
        all.take(if may_choose { usize::MAX } else { 1 })
    }
}

/// The members of a workspace, as the registry knows them; what they chose is not read.
pub(super) async fn members(registry: &Registry, workspace_id: i64) -> Result<Vec<Member>> {
    let mut further = registry.addresses_of_members(workspace_id).await?;
    let members = registry.members(workspace_id).await?.into_iter();
    let members = members.map(|member| Member {
        id: member.account.id,
        address: address::normalise(&member.account.email),
        further: further.remove(&member.account.id).unwrap_or_default(),
        name: member.account.name,
        role: member.role.word().to_owned(),
        settings: MemberSettings::default(),
    });
    Ok(members.collect())
}

/// A thread that a mail mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// Normalised addresses of who took part.
    pub participants: HashSet<String>,
    /// The contacts of what was filed in it.
    pub contacts: BTreeSet<i64>,
}

/// An interaction that a mail turns out to be, or reports on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// `filed`, `unfiled`, `held`, `set_aside`.
    pub state: String,
    /// Its thread.
    pub thread_id: i64,
    /// JSON of why.
    pub why: String,
    /// Its contacts, but mere participants.
    pub contacts: BTreeSet<i64>,
}

/// What is known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The domain of our own addresses.
    pub mail_domain: String,
    /// The members.
    pub members: Vec<Member>,
    /// Domains whose people are colleagues.
    pub own_domains: HashSet<String>,
    /// Domains of which no contacts are made.
    pub excluded_domains: HashSet<String>,
    /// Contacts by normalised address.
    pub by_address: HashMap<String, i64>,
    /// Contacts by the local part of their capture address.
    pub by_capture: HashMap<String, i64>,
    /// Contacts by the key of their whole name.
    pub by_name: HashMap<String, BTreeSet<i64>>,
    /// Contacts by the key of the beginning of their name, for `@ada:`; at most two each.
    pub by_first_name: HashMap<String, BTreeSet<i64>>,
    /// Contacts by a number that a note names: asked → is.
    pub by_number: HashMap<i64, i64>,
    /// To whom mail of an author belongs, as `file:` taught.
    pub rules: HashMap<String, i64>,
    /// Threads by the Message-IDs that they hold or mention.
    pub threads_by_id: HashMap<String, BTreeSet<i64>>,
    /// Those threads.
    pub threads: HashMap<i64, Thread>,
    /// Mails that were filed: Message-ID → (digest, interaction).
    pub mails: HashMap<String, Vec<(String, i64)>>,
    /// Those interactions.
    pub interactions: HashMap<i64, Filed>,
    /// Meetings by UID.
    pub meetings: HashMap<String, MeetingRow>,
    /// Companies by registered domain.
    pub companies: HashMap<String, i64>,
    /// Messages of ours that the batch answers, by number.
    pub sent: HashMap<i64, Sent>,
    /// Raw messages by digest.
    pub raws: HashMap<String, i64>,
    /// Spooled messages that are filed already.
    pub witnessed: HashSet<i64>,
    /// The last numbers given out.
    pub last_numbers: BTreeMap<String, i64>,
}

/// What an address is to this workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// One of our own addresses.
    Ours,
    /// A member's.
    Member(i64),
    /// Of a domain of our own.
    Colleague,
    /// A contact's, by its address or by what `file:` taught.
    Contact(i64),
    /// Of a domain that makes no contacts.
    Excluded,
    /// A function's, not a person's.
    Role,
    /// Nobody's whom the workspace knows.
    Stranger,
}

impl Known {
    /// What a normalised address is to this workspace; absent for none at all.
    pub fn standing(&self, address: &str) -> Option<Standing> {
        let (_, domain) = address.rsplit_once('@')?;
        if let Some(member) = self.member_by_address(address) {
            return Some(Standing::Member(member.id));
        }
        if domain == self.mail_domain {
            return Some(Standing::Ours);
        }
        // What a person taught wins over what was seen.
        if let Some(contact) = self
            .rules
            .get(address)
            .or_else(|| self.by_address.get(address))
        {
            return Some(Standing::Contact(*contact));
        }
        if within(&self.own_domains, domain) {
            return Some(Standing::Colleague);
        }
        if within(&self.excluded_domains, domain) {
            return Some(Standing::Excluded);
        }
        if people::is_role(address) {
            return Some(Standing::Role);
        }
        Some(Standing::Stranger)
    }

    /// The member with this normalised address.
    pub fn member_by_address(&self, address: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.has(address))
    }

    /// The member with this account id.
    pub fn member(&self, id: i64) -> Option<&Member> {
        self.members.iter().find(|m| m.id == id)
    }

    /// The one contact of a name key; absent where it is nobody's or several people's.
    pub fn only_by_name(&self, key: &str) -> Option<i64> {
        only(self.by_name.get(key))
    }

    /// The one contact whose name begins so.
    pub fn only_by_first_name(&self, key: &str) -> Option<i64> {
        only(self.by_first_name.get(key))
    }

    /// The next number of a kind.
    pub fn next_number(&mut self, kind: &str) -> i64 {
        let last = self.last_numbers.entry(kind.to_owned()).or_default();
        *last += 1;
        *last
    }

    /// Sets the domains that are our own: those of the settings, and those of the members but public providers'.
    pub fn set_own_domains(&mut self, of_settings: impl IntoIterator<Item = String>) {
        self.own_domains = of_settings.into_iter().map(|d| d.to_lowercase()).collect();
        let of_members = self
            .members
            .iter()
            .flat_map(Member::addresses_of_the_house)
            .filter_map(|address| address.rsplit_once('@'));
        let of_members = of_members
            .map(|(_, domain)| domain)
            .filter(|d| !people::is_public_provider(d));
        self.own_domains.extend(of_members.map(str::to_owned));
    }
}

/// Whether a domain or one above it is in the list.
fn within(list: &HashSet<String>, domain: &str) -> bool {
    if list.is_empty() {
        return false;
    }
    let mut rest = Some(domain);
    while let Some(name) = rest {
        if list.contains(name) {
            return true;
        }
        rest = name.split_once('.').map(|(_, above)| above);
    }
    false
}

fn only(ids: Option<&BTreeSet<i64>>) -> Option<i64> {
    let ids = ids?;
    if ids.len() == 1 {
        ids.first().copied()
    } else {
        None
    }
}
