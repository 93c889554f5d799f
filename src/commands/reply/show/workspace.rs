//! The workspace itself: closed, or open again.

use super::{Block, moment};
use crate::commands::context::Cx;
use crate::commands::outcome::{Leaving, Staying};

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
