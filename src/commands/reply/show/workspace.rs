//! The workspace itself: what it chose; closed, or open again.

use super::{Block, moment};
use crate::commands::context::Cx;
use crate::commands::outcome::{Export, Leaving, Staying, WorkspaceChoice};
use crate::commands::reply::Entry;
use crate::domain::workspace_settings::WorkspaceSetting;

/// It is closed.
pub(super) fn leaving(leaving: Leaving, cx: &Cx) -> Vec<Block> {
    let gone = moment(leaving.gone_at, cx);
    vec![Block::Lines(vec![
        "The workspace is closed: mail to its addresses is refused, and nothing goes out.".to_owned(),
        format!("On {gone} all of it is deleted for good: contacts, mails, notes, files, addresses."),
        "Until then, rapport do \"restore workspace\" or the page opens it again; a week before, its owners and admins are reminded by mail."
            .to_owned(),
    ])]
}

/// It is open.
pub(super) fn staying(staying: Staying) -> Vec<Block> {
    let line = match staying {
        Staying::Again => "The workspace is open again; what waited goes on.",
        Staying::Already => "The workspace is not closed.",
    };
    vec![Block::Lines(vec![line.to_owned()])]
}

/// A letter is on its way.
pub(super) fn sign_in(to: &str) -> Vec<Block> {
    vec![Block::Lines(vec![format!(
        "A letter to {to} brings a link and a code: together they sign you in, in any browser, once, for 15 minutes."
    )])]
}

/// Where it is had.
pub(super) fn export(export: &Export) -> Vec<Block> {
    let line = match export {
        Export::Link(link) => format!("All of the workspace as a ZIP: {link} (it asks you to sign in)"),
        Export::Page => "All of the workspace as a ZIP: at the page, under Data; or at the server, with rapport export --out FILE.zip."
            .to_owned(),
    };
    vec![Block::Lines(vec![line])]
}

/// All settings with the lines that change them, or one before and after and what follows from it.
pub(super) fn choice(choice: &WorkspaceChoice) -> Vec<Block> {
    match choice {
        WorkspaceChoice::Shown(all) => {
            let entries = all.iter().map(|(setting, value)| {
                let word = setting.word();
                let line = format!("workspace {word}: {}, or none", example(*setting));
                Entry::marked(word, vec![value.clone(), line])
            });
            vec![
                Block::Title("Settings of the workspace".to_owned()),
                Block::Numbered(entries.collect()),
            ]
        }
        WorkspaceChoice::Changed {
            setting,
            before,
            after,
        } => {
            let word = setting.word();
            if before == after {
                let line = format!("For the workspace, {word} is {after} already.");
                return vec![Block::Lines(vec![line])];
            }
            vec![Block::Lines(vec![
                format!("For the workspace, {word} is {after} now; it was {before}."),
                consequence(*setting, after == "none").to_owned(),
            ])]
        }
    }
}

/// A value to copy.
fn example(setting: WorkspaceSetting) -> &'static str {
    match setting {
        WorkspaceSetting::All => "",
        WorkspaceSetting::OwnDomains => "daughter.example, other.example",
        WorkspaceSetting::ExcludedDomains => "shop.example",
        WorkspaceSetting::KeepInTouch => "30 days",
        WorkspaceSetting::Currency => "EUR",
        WorkspaceSetting::Stages => "Lead 10%, Proposal 50%",
        WorkspaceSetting::Invoice(detail) => detail.example(),
        WorkspaceSetting::Keep(_) => "30 days",
    }
}

/// What is otherwise from now on.
fn consequence(setting: WorkspaceSetting, is_none: bool) -> &'static str {
    match (setting, is_none) {
        (WorkspaceSetting::All, _) => "",
        (WorkspaceSetting::OwnDomains, false) => {
            "From now on their people are colleagues: mail makes no contacts of them, and what goes to them alone is internal. \
             Contacts that are there, and all that is filed, stay."
        }
        (WorkspaceSetting::OwnDomains, true) => {
            "From now on only domains of members are your own. What is filed stays."
        }
        (WorkspaceSetting::ExcludedDomains, false) => {
            "From now on mail makes no contacts of people there. Contacts that are there, and all that is filed, stay."
        }
        (WorkspaceSetting::ExcludedDomains, true) => {
            "From now on mail makes contacts of people anywhere. What is filed stays."
        }
        (WorkspaceSetting::KeepInTouch, false) => {
            "From now on the digest of who answers for them names contacts that were quiet for so long, five at most, where they \
             have no interval of their own. Of one contact, keep in touch: never says that it is not named."
        }
        (WorkspaceSetting::KeepInTouch, true) => {
            "From now on the digest names quiet contacts only where they have an interval of their own."
        }
        (WorkspaceSetting::Currency, false) => {
            "From now on an amount that names no currency is in this one, as in paid: 25. What was written down stays."
        }
        (WorkspaceSetting::Currency, true) => {
            "From now on an amount names its currency, as in paid: 25 EUR. What was written down stays."
        }
        (WorkspaceSetting::Stages, _) => {
            "This version keeps no deals yet; they will go through these stages."
        }
        (WorkspaceSetting::Invoice(_), _) => {
            "This version makes no invoices yet; they will say so."
        }
        (WorkspaceSetting::Keep(_), _) => {
            "What is older goes, once a day; undo does not bring back what is gone."
        }
    }
}
