//! What was done with contacts, in sentences: what changed from what to what.

use super::{Block, one};
use crate::commands::outcome::people::{
    Assigned, Changed, Fate, Made, Merged, Muted, Newness, Removed, Rotated, Sound, Tagged,
    Unmerged,
};

/// A field.
pub(super) fn changed(changed: &Changed) -> Vec<Block> {
    let what = capital(&changed.what);
    let who = one(&changed.of);
    let mut lines = vec![match (&changed.before, &changed.after) {
        (None, None) => format!("{what} of {who} is empty already."),
        (Some(before), Some(after)) if before == after => {
            format!("{what} of {who} is {} already.", flat(after))
        }
        (None, Some(after)) => format!("{what} of {who} is now {}; there was none.", flat(after)),
        (Some(before), Some(after)) => {
            format!(
                "{what} of {who} is now {}; it was {}.",
                flat(after),
                flat(before)
            )
        }
        (Some(before), None) => format!("{what} of {who} is empty now; it was {}.", flat(before)),
    }];
    lines.extend(changed.remarks.iter().cloned());
    vec![Block::Lines(lines)]
}

/// Tags.
pub(super) fn tagged(tagged: &Tagged) -> Vec<Block> {
    let who = one(&tagged.of);
    let mut lines = Vec::new();
    if !tagged.added.is_empty() {
        lines.push(format!("Tagged {who}: {}.", tagged.added.join(", ")));
    }
    if !tagged.removed.is_empty() {
        lines.push(format!("Took off {who}: {}.", tagged.removed.join(", ")));
    }
    let (has, has_not): (Vec<&String>, Vec<&String>) = tagged
        .already
        .iter()
        .partition(|tag| tagged.all.contains(tag));
    let words = |tags: &[&String]| {
        tags.iter()
            .map(|t| t.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !has.is_empty() {
        lines.push(format!("{who} has {} already.", words(&has)));
    }
    if !has_not.is_empty() {
        lines.push(format!("{who} has no tag {} already.", words(&has_not)));
    }
    lines.push(match tagged.all.is_empty() {
        true => "It has no tags.".to_owned(),
        false => format!("Its tags: {}.", tagged.all.join(", ")),
    });
    vec![Block::Lines(lines)]
}

/// A contact that was made.
pub(super) fn made(made: &Made) -> Vec<Block> {
    let who = one(&made.of);
    let mut lines = Vec::new();
    match (made.newness, &made.address) {
        (Newness::Known, Some(address)) => {
            lines.push(format!("{who} is there already, with {address}."));
        }
        (Newness::Known, None) => lines.push(format!("{who} is there already.")),
        (Newness::New, Some(address)) => lines.push(format!("Made {who} <{address}>.")),
        (Newness::New, None) => lines.push(format!("Made {who}, without an address.")),
    }
    if made.newness == Newness::New {
        if let Some(company) = &made.company {
            lines.push(format!("Company: {company}."));
        }
        if let Some(capture) = &made.capture {
            lines.push(format!("What is sent to {capture} is filed with it."));
        }
    }
    if let Some(first) = made.namesakes.first() {
        let others: Vec<String> = made.namesakes.iter().map(one).collect();
        lines.push(format!(
            "There is {} of the same name; merge #c{}: #c{} makes them one.",
            others.join(", "),
            first.id,
            made.of.id
        ));
    }
    vec![Block::Lines(lines)]
}

/// Who answers for a contact.
pub(super) fn assigned(assigned: &Assigned) -> Vec<Block> {
    let who = one(&assigned.of);
    let after = &assigned.after;
    let mut lines = vec![match &assigned.before {
        Some(before) if before == after => format!("{after} answers for {who} already."),
        Some(before) => format!("{after} answers for {who} now; before, {before} did."),
        None => format!("{after} answers for {who} now; before, nobody did."),
    }];
    if let Some(before) = assigned
        .before
        .as_ref()
        .filter(|_| assigned.actions_staying > 0)
    {
        lines.push(match assigned.actions_staying {
            1 => format!("1 open action stays with {before}, who promised it."),
            count => format!("{count} open actions stay with {before}, who promised them."),
        });
    }
    vec![Block::Lines(lines)]
}

/// Muted, or not.
pub(super) fn muted(muted: &Muted) -> Vec<Block> {
    let who = one(&muted.of);
    let line = match (muted.sound, muted.already) {
        (Sound::Muted, true) => format!("{who} is muted already."),
        (Sound::Muted, false) => format!(
            "Muted {who}: mail is still filed, and nobody is told of it. unmute #c{} tells again.",
            muted.of.id
        ),
        (Sound::Heard, true) => format!("{who} is not muted."),
        (Sound::Heard, false) => format!("{who} is told of again; it was muted."),
    };
    vec![Block::Lines(vec![line])]
}

/// A new capture address.
pub(super) fn rotated(rotated: &Rotated) -> Vec<Block> {
    let who = one(&rotated.of);
    let mut lines = vec![match &rotated.before {
        Some(before) => format!(
            "The address of {who} is now {}; it was {before}.",
            rotated.after
        ),
        None => format!(
            "The address of {who} is now {}; there was none.",
            rotated.after
        ),
    }];
    if rotated.before.is_some() {
        lines.push("What is sent to the old one is still filed with it.".to_owned());
    }
    vec![Block::Lines(lines)]
}

/// Two that became one.
pub(super) fn merged(merged: &Merged) -> Vec<Block> {
    let (into, other) = (one(&merged.into), one(&merged.other));
    if merged.already {
        return vec![Block::Lines(vec![format!(
            "{other} is part of {into} already."
        )])];
    }
    let mut lines = vec![format!("{other} is part of {into} now.")];
    let mut over = Vec::new();
    over.extend(counted(
        merged.interactions,
        "mail, note or meeting",
        "mails, notes and meetings",
    ));
    over.extend(counted(merged.actions, "open action", "open actions"));
    over.extend(merged.addresses.iter().cloned());
    if !merged.tags.is_empty() {
        over.push(format!("tags {}", merged.tags.join(", ")));
    }
    if !over.is_empty() {
        lines.push(format!("Went over: {}.", over.join("; ")));
    }
    for (what, value) in &merged.taken {
        lines.push(format!(
            "{} is now {}; there was none.",
            capital(what),
            flat(value)
        ));
    }
    for (what, stays, goes) in &merged.given_up {
        lines.push(format!(
            "{} stays {}; that of #c{} was {}.",
            capital(what),
            flat(stays),
            merged.other.id,
            flat(goes)
        ));
    }
    lines.push(format!(
        "#c{other} and its old address lead to #c{}; unmerge #c{other} parts them.",
        merged.into.id,
        other = merged.other.id
    ));
    vec![Block::Lines(lines)]
}

/// Two again.
pub(super) fn unmerged(unmerged: &Unmerged) -> Vec<Block> {
    let (who, from) = (one(&unmerged.of), one(&unmerged.from));
    let mut lines = vec![format!(
        "{who} is a contact of its own again; it was part of {from}."
    )];
    let mut with = unmerged.addresses.clone();
    let count = usize::try_from(unmerged.interactions).unwrap_or_default();
    with.extend(counted(
        count,
        "mail, note or meeting",
        "mails, notes and meetings",
    ));
    if !with.is_empty() {
        lines.push(format!("With it: {}.", with.join("; ")));
    }
    if unmerged.kept > 0 {
        let kept = counted(unmerged.kept, "thing was", "things were").unwrap_or_default();
        lines.push(format!(
            "{kept} changed since the merge and stayed as they are."
        ));
    }
    vec![Block::Lines(lines)]
}

/// Deleted, or brought back.
pub(super) fn removed(removed: &Removed) -> Vec<Block> {
    let what = format!("{} {}", removed.record, removed.name);
    let what = what.trim_end();
    let mut lines = vec![match (removed.fate, removed.already) {
        (Fate::Deleted, true) => format!("{what} is deleted already."),
        (Fate::Deleted, false) => {
            format!("Deleted {what}. restore {} brings it back.", removed.record)
        }
        (Fate::Restored, true) => format!("{what} is not deleted."),
        (Fate::Restored, false) => format!("{what} is back; it was deleted."),
    }];
    lines.extend(removed.remarks.iter().cloned());
    vec![Block::Lines(lines)]
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| crate::domain::counted(count, one, many))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// In one line, and not without end.
fn flat(text: &str) -> String {
    let text = text.replace('\n', ", ");
    let mut letters = text.chars();
    let mut shown: String = letters.by_ref().take(200).collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}
