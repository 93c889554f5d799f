//! The digest as blocks: numbered, each with answers that are ready to be sent. Pure.

use super::contents::Contents;
use crate::commands::Ref;
use crate::commands::reply::{Block, Entry, Link, Reply};
use crate::domain::dates::{self, HasTime, Hours};
use crate::domain::member_settings::MemberSettings;
use crate::store::workspace::actions::ActionRow;
use crate::store::workspace::digests::{NewsLine, QuietLine, ReturnLine, Tally};
use crate::store::workspace::listing::InteractionLine;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Letters of what somebody wrote that are shown.
const OPENING_CHARS: usize = 110;

/// A digest, ready to become a letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub replies: Vec<Reply>,
}

/// What a digest of a moment says; `None` where it would say nothing.
pub fn digest(contents: &Contents, settings: &MemberSettings, now_us: i64) -> Option<Digest> {
    if contents.is_empty() {
        return None;
    }
    let now = Now::of(now_us, settings);
    let mut blocks = Vec::new();
    let mut counts = Vec::new();
    for section in sections(contents, &now) {
        if !section.entries.is_empty() {
            counts.push(format!("{} {}", section.entries.len(), section.word));
            blocks.push(Block::Title(section.title.to_owned()));
            blocks.push(Block::Numbered(section.entries));
        }
    }
    blocks.extend(notes(contents));
    if let Some(tally) = contents.week {
        let has_waiting = contents.unfiled_count + contents.held_count > 0;
        counts.push("your week".to_owned());
        blocks.push(Block::Title("The last seven days".to_owned()));
        blocks.push(Block::Lines(vec![week(&tally, has_waiting)]));
    }
    let day = now.at.strftime("%A %-d %b");
    let subject = match counts.is_empty() {
        true => day.to_string(),
        false => format!("{day}: {}", counts.join(", ")),
    };
    Some(Digest {
        subject,
        replies: vec![Reply::done(blocks)],
    })
}

/// When a letter is written, in the member's zone, and how they are shown times.
pub(super) struct Now {
    at: Zoned,
    hours: Hours,
}

impl Now {
    pub fn of(now_us: i64, settings: &MemberSettings) -> Now {
        Now {
            at: zoned(now_us, &settings.time_zone()),
            hours: settings.hours(),
        }
    }
}

/// Entries of one kind.
struct Section {
    title: &'static str,
    /// What the subject calls them, behind their count.
    word: &'static str,
    entries: Vec<Entry>,
}

/// In the order in which a digest tells them, also those without entries.
fn sections(contents: &Contents, now: &Now) -> [Section; 7] {
    let section = |title, word, entries| Section {
        title,
        word,
        entries,
    };
    let actions = |rows: &[ActionRow]| -> Vec<Entry> {
        let entry = |row: &ActionRow| action_entry(row, contents, now);
        rows.iter().map(entry).collect()
    };
    let news = contents.news.iter().map(|line| news_entry(line, now));
    let returned = contents.returned.iter();
    let returned = returned.map(|line| returned_entry(line, now));
    let now_us = now.at.timestamp().as_microsecond();
    let quiet = contents.quiet.iter().map(|line| quiet_entry(line, now_us));
    let unfiled = contents.unfiled.iter().map(unfiled_entry);
    let held = contents.held.iter().map(held_entry);
    [
        section("Overdue", "overdue", actions(&contents.overdue)),
        section("Due", "due", actions(&contents.due)),
        section("New from your contacts", "new", news.collect()),
        section("Deleted, and wrote again", "back", returned.collect()),
        section("Gone quiet", "quiet", quiet.collect()),
        section("Whose are these?", "unfiled", unfiled.collect()),
        section(
            "Held, since nothing proves who sent it",
            "held",
            held.collect(),
        ),
    ]
}

/// An action or a reminder with what may be done with it.
pub(super) fn action_entry(row: &ActionRow, contents: &Contents, now: &Now) -> Entry {
    let who = row.contact_id.and_then(|id| contents.names.get(&id));
    entry_of(row, who.map(|(_, name)| name.as_str()), now)
}

/// The same, with the name of whom it is about.
pub(super) fn entry_of(row: &ActionRow, who: Option<&str>, now: &Now) -> Entry {
    let text = match row.text.trim() {
        "" if row.kind == "reminder" => "Reminder".to_owned(),
        text => short(text),
    };
    let first = match who {
        Some(name) => format!("{text} · {name}"),
        None => text,
    };
    let mut lines = vec![first];
    if let Some(due_at) = row.due_at {
        lines.push(due_words(due_at, row.has_time, now));
    }
    Entry {
        lines,
        item: Some(Ref::Action(row.id)),
        links: vec![
            link("Done", "done"),
            link("Tomorrow", "snooze tomorrow"),
            link("Next week", "snooze 1 week"),
        ],
        ..Entry::default()
    }
}

/// `today, 14:30`, `2 days overdue (Wed 11 Nov)`.
fn due_words(due_us: i64, has_time: bool, now: &Now) -> String {
    let due = zoned(due_us, now.at.time_zone());
    let days = now
        .at
        .date()
        .until(due.date())
        .map_or(0, |span| span.get_days());
    let time = match has_time {
        true => format!(", {}", due.strftime(now.hours.pattern())),
        false => String::new(),
    };
    let day = due.strftime("%a %-d %b").to_string();
    match days {
        0 => format!("today{time}"),
        1 => format!("tomorrow{time}"),
        -1 => format!("since yesterday ({day})"),
        days if days < -1 => format!("{} days overdue ({day})", -days),
        _ => format!("{day}{time}"),
    }
}

/// `yesterday, 16:30`, `Fri 6 Nov, 16:30`.
fn past_words(at_us: i64, now: &Now) -> String {
    let at = zoned(at_us, now.at.time_zone());
    let time = at.strftime(now.hours.pattern());
    let is_yesterday = now
        .at
        .date()
        .yesterday()
        .is_ok_and(|yesterday| yesterday == at.date());
    match at.date() == now.at.date() {
        true => format!("today, {time}"),
        false if is_yesterday => format!("yesterday, {time}"),
        false => format!("{}, {time}", at.strftime("%a %-d %b")),
    }
}

fn news_entry(line: &NewsLine, now: &Now) -> Entry {
    let at = past_words(line.happened_at, now);
    let is_author = line.role == "author";
    let who = match (is_author, &line.author_contact) {
        (true, _) => line.name.clone(),
        (false, Some(name)) => name.clone(),
        (false, None) => stranger(line),
    };
    let first = match line.subject.as_deref().map(short) {
        Some(subject) if !subject.is_empty() => format!("{who} · {subject}"),
        _ => who,
    };
    let mut lines = vec![first];
    let opening = short(&line.opening);
    if !opening.is_empty() {
        lines.push(opening);
    }
    lines.push(match is_author {
        true => at,
        false => format!("{at}, at the address of {}", line.name),
    });
    Entry {
        lines,
        item: Some(Ref::Interaction(line.interaction_id)),
        links: vec![
            link("Show", "show"),
            link("Call tomorrow", "next action: call tomorrow"),
        ],
        ..Entry::default()
    }
}

/// Somebody whom no contact stands for: the name is only what the mail claims, so the address stands beside it.
fn stranger(line: &NewsLine) -> String {
    let address = line.author_address.as_deref().unwrap_or("nobody");
    match line.author_name.as_deref().map(short) {
        Some(name) if !name.is_empty() => format!("{name} <{address}>, no contact"),
        _ => format!("{address}, no contact"),
    }
}

fn returned_entry(line: &ReturnLine, now: &Now) -> Entry {
    let at = past_words(line.wrote_at, now);
    Entry {
        lines: vec![
            line.name.clone(),
            format!("was deleted, and wrote again {at}"),
        ],
        item: Some(Ref::Contact(line.contact_id)),
        links: vec![link("Restore", "restore")],
        ..Entry::default()
    }
}

fn quiet_entry(line: &QuietLine, now_us: i64) -> Entry {
    let days = (now_us - line.last_at) / 86_400_000_000;
    let wants = match line.is_of_workspace {
        true => "the workspace wants",
        false => "you wanted",
    };
    Entry {
        lines: vec![
            line.name.clone(),
            format!("nothing for {days} days; {wants} {} at most", line.days),
        ],
        item: Some(Ref::Contact(line.contact_id)),
        links: vec![
            link("Call tomorrow", "next action: call tomorrow"),
            link("Never mind", "keep in touch: never"),
        ],
        ..Entry::default()
    }
}

fn unfiled_entry(line: &InteractionLine) -> Entry {
    Entry {
        lines: told(line),
        item: Some(Ref::Interaction(line.id)),
        links: vec![link("Show", "show"), link("File", "file: ")],
        ..Entry::default()
    }
}

fn held_entry(line: &InteractionLine) -> Entry {
    Entry {
        lines: told(line),
        item: Some(Ref::Interaction(line.id)),
        links: vec![link("Show", "show"), link("Why", "why")],
        ..Entry::default()
    }
}

/// Who wrote it, what about.
fn told(line: &InteractionLine) -> Vec<String> {
    let author = line
        .author_name
        .as_deref()
        .or(line.author_address.as_deref())
        .unwrap_or("unknown sender");
    let subject = line.subject.as_deref().map(short).filter(|s| !s.is_empty());
    match subject {
        Some(subject) => vec![format!("{author} · {subject}")],
        None => vec![author.to_owned()],
    }
}

/// What is told without a number.
fn notes(contents: &Contents) -> Vec<Block> {
    let mut lines = Vec::new();
    if contents.has_more_due {
        lines.push("More is due than stands here: today lists it.".to_owned());
    }
    if contents.has_more_news {
        lines.push("More was written than stands here: list mail.".to_owned());
    }
    for (count, shown, word) in [
        (contents.unfiled_count, contents.unfiled.len(), "unfiled"),
        (contents.held_count, contents.held.len(), "held"),
    ] {
        if count > i64::try_from(shown).unwrap_or(i64::MAX) {
            lines.push(match count {
                1 => format!("1 is {word}: list {word}."),
                count => format!("{count} are {word} in all: list {word}."),
            });
        }
    }
    if contents.given_up > 0 {
        let many = contents.given_up;
        lines.push(format!(
            "{many} of your mails to contacts did not arrive; a notice told of each."
        ));
    }
    if !contents.changes.is_empty() {
        let done: Vec<String> = contents
            .changes
            .iter()
            .map(|(verb, subject)| format!("{verb} {subject}"))
            .collect();
        lines.push(format!(
            "Done by mail since the last digest: {}.",
            done.join(", ")
        ));
    }
    match lines.is_empty() {
        true => Vec::new(),
        false => vec![Block::Lines(lines)],
    }
}

/// `12 letters in, 7 out; 3 notes and calls; 9 actions done; 2 new contacts. Nothing is due.`
fn week(tally: &Tally, has_waiting: bool) -> String {
    let many = |count: i64, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    };
    format!(
        "{} in, {} out; {}; {}; {}. {}",
        many(tally.received, "letter", "letters"),
        tally.written,
        many(tally.noted, "note or call", "notes and calls"),
        many(tally.done, "action done", "actions done"),
        many(tally.made, "new contact", "new contacts"),
        match has_waiting {
            true => "Nothing is due.",
            false => "Nothing is due, and nothing waits.",
        },
    )
}

/// A reminder's moment, as its letter says it.
pub(super) fn moment(at_us: i64, now: &Now) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or(Timestamp::UNIX_EPOCH);
    dates::shown(at, now.at.time_zone(), now.hours, HasTime::Yes)
}

fn link(label: &str, says: &str) -> Link {
    Link {
        label: label.to_owned(),
        says: says.to_owned(),
    }
}

/// One line of what somebody wrote, cut between words where there are any.
pub(super) fn short(text: &str) -> String {
    let mut shown = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let room = OPENING_CHARS.saturating_sub(count + 1);
        let letters = word.chars().take(OPENING_CHARS + 1).count();
        if letters > room {
            // A word without end, or a language that writes no spaces.
            if letters > OPENING_CHARS / 2 {
                if !shown.is_empty() {
                    shown.push(' ');
                }
                shown.extend(word.chars().take(room));
            }
            shown.push('…');
            break;
        }
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(word);
        count += letters + 1;
    }
    shown
}

pub(super) fn zoned(at_us: i64, zone: &TimeZone) -> Zoned {
    let at = Timestamp::from_microsecond(at_us).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_is_cut_whatever_it_is_made_of() {
        let sixty = "sign ".repeat(60);
        let no_spaces = "看".repeat(300);
        let endless = format!("see {}", "x".repeat(1_000_000));
        let cases = [
            ("", String::new()),
            ("  two\n words ", "two words".to_owned()),
            (sixty.as_str(), format!("{}…", ["sign"; 22].join(" "))),
            (
                no_spaces.as_str(),
                format!("{}…", "看".repeat(OPENING_CHARS - 1)),
            ),
            (
                endless.as_str(),
                format!("see {}…", "x".repeat(OPENING_CHARS - 5)),
            ),
        ];
        for (text, expected) in cases {
            let shown = short(text);
            assert_eq!(shown, expected);
            assert!(shown.chars().count() <= OPENING_CHARS, "{shown}");
        }
    }
}
