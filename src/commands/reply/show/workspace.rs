//! The workspace itself: closed, or open again.

use super::{Block, moment};
use crate::commands::context::Cx;
use crate::commands::outcome::{Export, Leaving, Staying};

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

/// Where it is had.
pub(super) fn export(export: &Export) -> Vec<Block> {
    let line = match export {
        Export::Link(link) => format!("All of the workspace as a ZIP: {link} (it asks you to sign in)"),
        Export::Page => "All of the workspace as a ZIP: at the page, under Data; or at the server, with rapport export --out FILE.zip."
            .to_owned(),
    };
    vec![Block::Lines(vec![line])]
}
