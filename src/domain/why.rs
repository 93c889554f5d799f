//! Why an interaction was filed where it is: data that is stored with it, and the words that `why #i9` says.

use serde::{Deserialize, Serialize};

/// What decided. The words are what stands in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// A member said so with `file:`.
    #[serde(rename = "by_hand")]
    ByHand,
    /// It was sent to the contact's capture address.
    #[serde(rename = "capture.address")]
    CaptureAddress,
    /// It was sent to a capture address whose contact is gone.
    #[serde(rename = "capture.unknown")]
    CaptureUnknown,
    /// A member forwarded a letter of this sender.
    #[serde(rename = "forward.from")]
    ForwardFrom,
    /// A member forwarded a letter whose sender shows only a name, and one contact has it.
    #[serde(rename = "forward.name")]
    ForwardName,
    /// A member forwarded what a colleague had written to this recipient.
    #[serde(rename = "forward.colleague")]
    ForwardColleague,
    /// A member forwarded a letter whose sender is not to be seen.
    #[serde(rename = "forward.unknown")]
    ForwardUnknown,
    /// A member forwarded a letter of a role address or an excluded domain, which make no contacts.
    #[serde(rename = "forward.role_address")]
    ForwardRole,
    /// A member wrote it to this recipient.
    #[serde(rename = "sent.to")]
    SentTo,
    /// A member wrote it to nobody who could be a contact.
    #[serde(rename = "sent.nobody")]
    SentNobody,
    /// A note that names the contact with `@name:`.
    #[serde(rename = "note.target")]
    NoteTarget,
    /// A note that names the contact by number.
    #[serde(rename = "note.number")]
    NoteNumber,
    /// A note that names the contact by address.
    #[serde(rename = "note.address")]
    NoteAddress,
    /// A note that names the contact by a name that only one has.
    #[serde(rename = "note.name")]
    NoteName,
    /// A note that names nobody.
    #[serde(rename = "note.nobody")]
    NoteNobody,
    /// It answers a message of ours about the contact.
    #[serde(rename = "answer")]
    Answer,
    /// The author is a contact.
    #[serde(rename = "author.known")]
    AuthorKnown,
    /// Nobody here knows the author.
    #[default]
    #[serde(rename = "author.unknown")]
    AuthorUnknown,
    /// The author is a contact, but it was not proved that it is his.
    #[serde(rename = "author.unproved")]
    AuthorUnproved,
    /// It belongs to a conversation with the contact.
    #[serde(rename = "thread")]
    Thread,
    /// A report about mail to the contact.
    #[serde(rename = "report.about")]
    ReportAbout,
    /// A report about nobody known.
    #[serde(rename = "report.unknown")]
    ReportUnknown,
    /// A meeting of the contact.
    #[serde(rename = "meeting")]
    Meeting,
    /// To a member's secret address, but not from that member.
    #[serde(rename = "held.from")]
    HeldFrom,
    /// From a member, as the From line says, and nothing proves it.
    #[serde(rename = "held.unproved")]
    HeldUnproved,
    /// From a member, as the From line says, and the domain's own rules say that it is not.
    #[serde(rename = "held.dmarc")]
    HeldDmarc,
    /// More than one mailbox in From.
    #[serde(rename = "held.several_from")]
    HeldSeveralFrom,
    /// To the secret address of somebody who is no member any more.
    #[serde(rename = "held.no_member")]
    HeldNoMember,
    /// From one of our own addresses.
    #[serde(rename = "own.mail")]
    OwnMail,
    /// The contact wrote it to the workspace's bot.
    #[serde(rename = "chat.contact")]
    ChatContact,
    /// A member wrote it to the contact, in a chat.
    #[serde(rename = "chat.to")]
    ChatTo,
    /// A member passed it on in a chat, in answer to a message about the contact, or naming it.
    #[serde(rename = "chat.target")]
    ChatTarget,
    /// A member passed on in a chat what this person had written.
    #[serde(rename = "chat.forward")]
    ChatForward,
    /// A member passed it on in a chat, and it names nobody.
    #[serde(rename = "chat.nobody")]
    ChatNobody,
    /// Made by a program.
    #[serde(rename = "automatic")]
    Automatic,
    /// Sent through a list.
    #[serde(rename = "list")]
    List,
}

/// What a member's mail was believed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// SMTP AUTH as that account.
    Auth,
    /// The author domain's own rules, which this program verified itself.
    Dmarc,
    /// The member's secret address together with the member's From.
    SecretAddress,
    /// By nothing.
    #[default]
    None,
}

/// Why an interaction was filed where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What decided.
    pub rule: Rule,
    /// How the original sender was found in a forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<String>,
    /// The address that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The member who brought it in, by account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<i64>,
    /// What the member's mail was believed by.
    #[serde(default)]
    pub proof: Proof,
    /// What else was weighed, in words, in order.
    #[serde(default)]
    pub steps: Vec<String>,
}

impl Proof {
    /// The word in the database and in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Proof::Auth => "auth",
            Proof::Dmarc => "dmarc",
            Proof::SecretAddress => "secret_address",
            Proof::None => "none",
        }
    }
}

impl Why {
    /// The reason out of its stored form; `None` where that is none.
    pub fn from_json(json: &str) -> Option<Why> {
        serde_json::from_str(json).ok()
    }

    /// The stored form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// The reason in plain sentences, one a line. `member` is the name of the member who brought it in.
    pub fn words(&self, member: Option<&str>) -> String {
        let member = member.unwrap_or("a member");
        let address = self.address.as_deref().unwrap_or("somebody");
        let mut lines = vec![self.rule.sentence(member, address)];
        if let Some(found_by) = &self.found_by {
            lines.push(format!("The original sender was found by: {found_by}."));
        }
        lines.extend(self.proof_sentence(member));
        lines.extend(self.steps.iter().map(|step| sentence(step)));
        lines.join("\n")
    }

    fn proof_sentence(&self, member: &str) -> Option<String> {
        self.member?;
        match self.proof {
            Proof::Auth => Some(format!("{member} had signed in to send it.")),
            Proof::Dmarc => Some(format!(
                "The domain of {member} vouches for the mail (DMARC)."
            )),
            Proof::SecretAddress => Some(format!(
                "It came to the secret address of {member}, from the address of {member}."
            )),
            Proof::None => None,
        }
    }
}

impl Rule {
    fn sentence(self, member: &str, address: &str) -> String {
        match self {
            Rule::ByHand => format!("{member} said where it belongs."),
            Rule::CaptureAddress => format!("It was sent to the contact's own address, {address}."),
            Rule::CaptureUnknown => {
                format!("It was sent to {address}, whose contact is not here any more.")
            }
            Rule::ForwardFrom => format!("{member} forwarded a letter of {address}."),
            Rule::ForwardName => format!(
                "{member} forwarded a letter whose sender shows only a name, and one contact has it."
            ),
            Rule::ForwardColleague => {
                format!("{member} forwarded what a colleague had written to {address}.")
            }
            Rule::ForwardUnknown => format!(
                "{member} forwarded a letter, and who wrote it is not to be seen in it. \
                 Say it with \"file: address\"."
            ),
            Rule::ForwardRole => format!(
                "{member} forwarded a letter of {address}, an address that makes no contact by itself. \
                 Say who it is with \"file: address\"."
            ),
            Rule::SentTo => format!("{member} wrote it to {address}."),
            Rule::SentNobody => {
                format!("{member} wrote it to nobody outside who could be a contact.")
            }
            Rule::NoteTarget | Rule::NoteNumber | Rule::NoteAddress | Rule::NoteName => {
                format!("A note of {member} that names the contact: {address}.")
            }
            Rule::Answer => format!("{member} answered a message of ours about {address}."),
            Rule::NoteNobody => format!("A note of {member} that names no contact."),
            Rule::AuthorKnown => format!("{address} wrote it, who is a contact."),
            Rule::AuthorUnknown => format!("{address} wrote it, and no contact has this address."),
            Rule::AuthorUnproved => format!(
                "It says that {address} wrote it, and the rules of that domain say that it did not."
            ),
            Rule::Thread => "It continues a conversation with the contact.".to_owned(),
            Rule::ReportAbout => format!("It reports on mail to {address}."),
            Rule::ReportUnknown => "It reports on mail to nobody known here.".to_owned(),
            Rule::Meeting => format!("It is about a meeting with {address}."),
            Rule::HeldFrom => format!(
                "It came to the secret address of {member}, but from {address}: the address does not make \
                 its holder a member. It is held until somebody looks at it."
            ),
            Rule::HeldUnproved => format!(
                "It says that {address} wrote it, and nothing proves that. It is held until somebody looks at it."
            ),
            Rule::HeldDmarc => format!(
                "It says that {address} wrote it, and the rules of that domain say that it did not. \
                 It is held until somebody looks at it."
            ),
            Rule::HeldSeveralFrom => {
                "It names more than one sender, which proves none of them. It is held until somebody looks at it."
                    .to_owned()
            }
            Rule::HeldNoMember => {
                "It came to the secret address of somebody who is no member here any more. It is held.".to_owned()
            }
            Rule::OwnMail => format!("It comes from our own address {address}, and was set aside."),
            Rule::ChatContact => format!("{address} wrote it to the workspace's bot."),
            Rule::ChatTo => format!("{member} wrote it to {address}, in a chat."),
            Rule::ChatTarget => format!("{member} passed it on in a chat, about {address}."),
            Rule::ChatForward => format!("{member} passed on in a chat what {address} had written."),
            Rule::ChatNobody => format!(
                "{member} passed it on in a chat, and it names no contact. Say whose it is with \"file: name\"."
            ),
            Rule::Automatic => "A program wrote it, and it was set aside.".to_owned(),
            Rule::List => "It was sent through a list, and was set aside.".to_owned(),
        }
    }
}

/// A step as a sentence: a capital first, a full stop last.
fn sentence(step: &str) -> String {
    let mut letters = step.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let rest = letters.as_str();
    let stop = if step.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{rest}{stop}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_survives_its_stored_form_and_is_told_in_sentences() {
        let why = Why {
            rule: Rule::ForwardFrom,
            found_by: Some("header block (Outlook)".to_owned()),
            address: Some("ada@acme.example".to_owned()),
            member: Some(7),
            proof: Proof::Dmarc,
            steps: vec!["a contact was made".to_owned()],
        };
        assert_eq!(Why::from_json(&why.to_json()), Some(why.clone()));
        assert!(why.to_json().contains("\"rule\":\"forward.from\""));
        assert_eq!(
            why.words(Some("Grace")),
            "Grace forwarded a letter of ada@acme.example.\n\
             The original sender was found by: header block (Outlook).\n\
             The domain of Grace vouches for the mail (DMARC).\n\
             A contact was made."
        );
    }
}
