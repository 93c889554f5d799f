//! The chat, in sentences.

use super::{Block, day, minute};
use crate::commands::context::Cx;
use crate::commands::outcome::chat::{
    Broadcast, Connected, Disconnected, Greeting, LinkOffer, Unlinked,
};

/// A link to open, and what is typed where it cannot be opened.
pub(super) fn link_offer(offer: &LinkOffer, cx: &Cx) -> Vec<Block> {
    let mut lines = vec![
        format!("Open this where your Telegram is: {}", offer.link),
        format!("Or write to @{}: /start {}", offer.bot, offer.token),
        format!(
            "It links one chat, once, until {} (15 minutes). Give it to nobody: who opens it is you.",
            minute(offer.until, cx)
        ),
    ];
    if let Some(since) = offer.since {
        lines.push(format!(
            "A chat of yours is linked since {}; the new one takes its place.",
            day(since, cx)
        ));
    }
    vec![Block::Lines(lines)]
}

/// Not linked any more.
pub(super) fn unlinked(unlinked: &Unlinked, cx: &Cx) -> Vec<Block> {
    vec![Block::Lines(vec![format!(
        "Your chat is not linked any more; it was since {}. link telegram links one again.",
        day(unlinked.since, cx)
    )])]
}

/// A bot was connected.
pub(super) fn connected(connected: &Connected) -> Vec<Block> {
    let bot = &connected.bot;
    let mut lines = vec![match (&connected.before, connected.again) {
        (Some(before), _) => format!("@{bot} is your bot now; @{before} was before."),
        (None, true) => format!("@{bot} is your bot still, with the token that you gave."),
        (None, false) => format!("@{bot} is your bot now."),
    }];
    lines.push(format!(
        "Who writes to it is a contact, and what they write is filed. The message with the token leaves the chat, where Telegram allows that; greeting: says what \
         @{bot} says first."
    ));
    vec![Block::Lines(lines)]
}

/// A bot was disconnected.
pub(super) fn disconnected(disconnected: &Disconnected) -> Vec<Block> {
    vec![Block::Lines(vec![format!(
        "@{} is disconnected: what is written to it reaches you no more.",
        disconnected.bot
    )])]
}

/// What a bot says first.
pub(super) fn greeting(greeting: &Greeting) -> Vec<Block> {
    let bot = &greeting.bot;
    let line = match (&greeting.before, &greeting.after) {
        (before, after) if before == after => match after {
            Some(_) => format!("@{bot} greets with:"),
            None => format!("@{bot} greets with words of Rapport's own; greeting: changes them."),
        },
        (_, None) => format!("@{bot} greets with words of Rapport's own again."),
        (_, Some(_)) => format!("@{bot} greets with this now:"),
    };
    let mut blocks = vec![Block::Lines(vec![line])];
    blocks.extend(greeting.after.clone().map(Block::Quote));
    blocks
}

/// A text on its way to many.
pub(super) fn broadcast(broadcast: &Broadcast) -> Vec<Block> {
    let whom = match broadcast.count {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let with = match &broadcast.tag {
        Some(tag) => format!(" with the tag {tag}"),
        None => " (all who agreed and did not stop it)".to_owned(),
    };
    vec![
        Block::Lines(vec![format!(
            "On its way to {whom}{with}, from @{}:",
            broadcast.bot
        )]),
        Block::Quote(broadcast.text.clone()),
        Block::Lines(vec!["undo stops what has not gone yet.".to_owned()]),
    ]
}
