//! Outcomes as blocks: one way to show each.

mod actions;
mod chat;
mod confirm;
mod contact;
mod erase;
mod figures;
mod interaction;
mod people;
mod settings;
mod undo;
mod workspace;

use super::{Block, Row, Table};
use crate::commands::command::{Listing, Ref, Verb};
use crate::commands::context::Cx;
use crate::commands::outcome::{
    Change, Filed, FiledLine, Found, More, Named, Noted, Outcome, Timeline, Why,
};
use crate::commands::specification::{self, ROWS};
use crate::store::workspace::journal::JournalRow;
use crate::store::workspace::listing::{ContactLine, InteractionLine};
use jiff::Timestamp;
use serde_json::Value;

pub use confirm::{asked, told};

/// What an outcome says, in the actor's zone.
pub fn show(outcome: &Outcome, cx: &Cx) -> Vec<Block> {
    match outcome {
        Outcome::Changed(changed) => people::changed(changed),
        Outcome::Tagged(tagged) => people::tagged(tagged),
        Outcome::Made(made) => people::made(made),
        Outcome::Assigned(assigned) => people::assigned(assigned),
        Outcome::Muted(muted) => people::muted(muted),
        Outcome::Rotated(rotated) => people::rotated(rotated),
        Outcome::Paid(paid) => contact::paid(paid, cx),
        Outcome::Merged(merged) => people::merged(merged),
        Outcome::Unmerged(unmerged) => people::unmerged(unmerged),
        Outcome::Removed(removed) => people::removed(removed),
        Outcome::Erased(erased) => erase::erased(erased),
        Outcome::Leaving(leaving) => workspace::leaving(*leaving, cx),
        Outcome::Staying(staying) => workspace::staying(*staying),
        Outcome::Export(export) => workspace::export(export),
        Outcome::Noted(noted) => show_noted(noted),
        Outcome::Filed(filed) => show_filed(filed),
        Outcome::Found(found) => show_found(found, cx),
        Outcome::Contacts(lines, more) => show_contacts(lines, *more, cx),
        Outcome::Deleted(lines, more) => contact::deleted(lines, *more, cx),
        Outcome::Interactions(what, lines, more) => show_interactions(*what, lines, *more, cx),
        Outcome::Contact(card) => contact::card(card, cx),
        Outcome::Interaction(card) => interaction::card(card, cx),
        Outcome::Timeline(timeline) => show_timeline(timeline, cx),
        Outcome::Why(why) => show_why(why, cx),
        Outcome::Pipeline(pipeline) => figures::pipeline(pipeline),
        Outcome::Stats(stats) => figures::stats(stats),
        Outcome::TakenBack(taken) => undo::taken_back(taken, cx),
        Outcome::History(told) => undo::history(told, cx),
        Outcome::Acted(acted) => actions::acted(acted, cx),
        Outcome::Agenda(agenda) => actions::agenda(agenda, cx),
        Outcome::Action(card) => actions::card(card, cx),
        Outcome::Logged(logged) => actions::logged(logged),
        Outcome::Settings(settings) => settings::settings(settings),
        Outcome::Workspace(choice) => workspace::choice(choice),
        Outcome::LinkOffer(offer) => chat::link_offer(offer, cx),
        Outcome::Unlinked(unlinked) => chat::unlinked(unlinked, cx),
        Outcome::SignIn(to) => workspace::sign_in(to),
        Outcome::Connected(connected) => chat::connected(connected),
        Outcome::Disconnected(disconnected) => chat::disconnected(disconnected),
        Outcome::Greeting(greeting) => chat::greeting(greeting),
        Outcome::Broadcast(broadcast) => chat::broadcast(broadcast),
        Outcome::Confirmed(confirmed) => confirm::confirmed(confirmed, cx),
        Outcome::LetIn(id) => confirm::let_in(*id),
        Outcome::Help(Some(verb)) => show_verb(*verb),
        Outcome::Help(None) => show_language(),
    }
}

fn show_noted(noted: &Noted) -> Vec<Block> {
    let line = format!("Noted for {} as #i{}.", names(&noted.with), noted.id);
    vec![Block::Lines(vec![line]), Block::Quote(noted.text.clone())]
}

fn show_filed(filed: &Filed) -> Vec<Block> {
    let to = one(&filed.to);
    let what = format!("#i{} \"{}\"", filed.id, filed.what);
    let mut lines = vec![match (filed.change, filed.from.as_slice()) {
        (Change::None, _) => format!("{what} is filed with {to} already."),
        (_, []) => format!("Filed {what} with {to}."),
        (_, from) => format!(
            "Filed {what} with {to}; before, it was with {}.",
            names(from)
        ),
    }];
    if filed.change == Change::MadeContact {
        lines.push(format!("{to} is a new contact."));
    }
    if let Some(author) = &filed.learned {
        lines.push(format!("Mail of {author} is filed with {to} from now on."));
    }
    vec![Block::Lines(lines)]
}

fn show_found(found: &Found, cx: &Cx) -> Vec<Block> {
    if found.contacts.is_empty() && found.interactions.is_empty() {
        let line = format!("Nothing here holds {}.", found.query);
        let hint = "Fewer words, or the beginning of one as in pilo*, find more.".to_owned();
        return vec![Block::Lines(vec![line, hint])];
    }
    let mut blocks = Vec::new();
    if !found.contacts.is_empty() {
        blocks.push(Block::Title("Contacts".to_owned()));
        blocks.push(contacts_table(&found.contacts, cx));
    }
    if !found.interactions.is_empty() {
        blocks.push(Block::Title("Said".to_owned()));
        let rows = found.interactions.iter().map(|(line, hit)| Row {
            below: (!hit.snippet.is_empty()).then(|| hit.snippet.clone()),
            ..filed_row(line, cx)
        });
        blocks.push(filed_table(rows.collect()));
    }
    blocks.extend(more_words(found.more, "add a word to see less."));
    blocks
}

fn show_contacts(lines: &[ContactLine], more: More, cx: &Cx) -> Vec<Block> {
    if lines.is_empty() {
        let hint = "There are no contacts yet. Forward a mail to your intake address to make one.";
        return vec![Block::Lines(vec![hint.to_owned()])];
    }
    let title = "Contacts, who was heard of last first".to_owned();
    let mut blocks = vec![Block::Title(title), contacts_table(lines, cx)];
    blocks.extend(more_words(more, "find finds them by a word."));
    blocks
}

fn show_interactions(what: Listing, lines: &[FiledLine], more: More, cx: &Cx) -> Vec<Block> {
    let (title, none) = match what {
        Listing::Contacts | Listing::Deleted | Listing::Actions => {
            ("Contacts", "There are no contacts yet.")
        }
        Listing::Unfiled => ("Waiting for a contact", "Nothing is unfiled."),
        Listing::Held => ("Held, since nothing proves who sent it", "Nothing is held."),
        Listing::SetAside => ("Set aside: programs and lists", "Nothing is set aside."),
        Listing::Notes => ("Notes", "There are no notes yet."),
        Listing::Mail => ("Mail", "There is no mail yet."),
        Listing::Meetings => ("Meetings", "There are no meetings yet."),
    };
    let Some(first) = lines.first() else {
        return vec![Block::Lines(vec![none.to_owned()])];
    };
    let rows = lines.iter().map(|line| filed_row(line, cx)).collect();
    let mut blocks = vec![Block::Title(title.to_owned()), filed_table(rows)];
    blocks.extend(more_words(more, "find finds them by a word."));
    if what == Listing::Unfiled {
        let hint = format!(
            "Say whose each is: file #i{}: name@company.example",
            first.line.id
        );
        blocks.push(Block::Lines(vec![hint]));
    }
    blocks
}

fn more_words(more: More, hint: &str) -> Option<Block> {
    (more == More::Yes).then(|| Block::Lines(vec![format!("There are more; {hint}")]))
}

fn show_timeline(timeline: &Timeline, cx: &Cx) -> Vec<Block> {
    let who = one(&timeline.of);
    if timeline.lines.is_empty() {
        return vec![Block::Lines(vec![format!(
            "Nothing was said with {who} yet."
        )])];
    }
    let title = match timeline.count {
        count if count > timeline.lines.len() as i64 => {
            format!("{who}: the last {} of {count}", timeline.lines.len())
        }
        _ => who,
    };
    let months = timeline.months.clone().map(Block::Chart);
    let mut blocks = vec![Block::Title(title)];
    blocks.extend(months);
    blocks.push(lines_table(&timeline.lines, cx));
    blocks
}

fn show_why(why: &Why, cx: &Cx) -> Vec<Block> {
    let state = match (why.state.as_str(), why.with.as_slice()) {
        ("filed", []) => "It is filed with nobody.".to_owned(),
        ("filed", with) => format!("It is filed with {}.", names(with)),
        ("set_aside", _) => "It is set aside.".to_owned(),
        (state, _) => format!("It is {state}."),
    };
    let mut lines = vec![state];
    lines.extend(why.words.lines().map(str::to_owned));
    let mut blocks = vec![
        Block::Title(format!("#i{} {}", why.id, why.what)),
        Block::Lines(lines),
    ];
    if !why.changes.is_empty() {
        blocks.push(Block::Title("Changed".to_owned()));
        let rows = why.changes.iter().map(|(change, member)| {
            Row::new([minute(change.at, cx), change_words(change, member)])
        });
        blocks.push(Block::Table(Table {
            widths_max: vec![40],
            strong: None,
            rows: rows.collect(),
        }));
    }
    blocks
}

fn show_verb(verb: Verb) -> Vec<Block> {
    let row = specification::Row::of(verb);
    let mut fields = Vec::new();
    put(&mut fields, "written", Some(row.usage));
    put(&mut fields, "examples", Some(&row.examples.join("\n")));
    put(
        &mut fields,
        "also",
        row.names.get(1..).map(|n| n.join(", ")).as_deref(),
    );
    put(
        &mut fields,
        "who may",
        Some(&format!("{} and above", row.rights.word())),
    );
    vec![
        Block::Title(row.name().to_owned()),
        Block::Lines(vec![row.help.to_owned()]),
        Block::Card(fields),
    ]
}

fn show_language() -> Vec<Block> {
    let rows = ROWS.iter().map(|row| Row {
        cells: vec![row.usage.to_owned()],
        below: Some(row.help.to_owned()),
        item: None,
    });
    let hints = [
        "who: #c12, an address, a name that one contact has, \"a name of some words\".",
        "@ada: alone on a line says whom the lines below are about.",
        "? in front only tells what would change. help file tells more about file.",
    ];
    vec![
        Block::Title("What can be said".to_owned()),
        Block::Table(Table {
            widths_max: Vec::new(),
            strong: Some(0),
            rows: rows.collect(),
        }),
        Block::Lines(hints.map(str::to_owned).to_vec()),
    ]
}

fn contacts_table(lines: &[ContactLine], cx: &Cx) -> Block {
    let rows = lines.iter().map(|line| Row {
        cells: vec![
            format!("#c{}", line.id),
            line.name.clone().unwrap_or_default(),
            line.company.clone().unwrap_or_default(),
            line.last_at.map(|at| day(at, cx)).unwrap_or_default(),
            line.address.clone().unwrap_or_default(),
        ],
        below: None,
        item: Some(Ref::Contact(line.id)),
    });
    Block::Table(Table {
        widths_max: vec![10, 24, 16, 12],
        strong: Some(1),
        rows: rows.collect(),
    })
}

fn lines_table(lines: &[InteractionLine], cx: &Cx) -> Block {
    let rows = lines
        .iter()
        .map(|line| Row::new(line_cells(line, cx)).of(Ref::Interaction(line.id)));
    Block::Table(Table {
        widths_max: vec![10, 12, 24],
        strong: Some(3),
        rows: rows.collect(),
    })
}

fn filed_table(rows: Vec<Row>) -> Block {
    Block::Table(Table {
        widths_max: vec![10, 12, 22, 20],
        strong: Some(4),
        rows,
    })
}

fn filed_row(filed: &FiledLine, cx: &Cx) -> Row {
    let [id, when, who, what] = line_cells(&filed.line, cx);
    let with: Vec<&str> = filed.with.iter().map(|c| c.name.as_str()).collect();
    let with = match with.as_slice() {
        [] => String::new(),
        with => format!("→ {}", with.join(", ")),
    };
    Row::new([id, when, who, with, what]).of(Ref::Interaction(filed.line.id))
}

/// Number, day, who, what.
fn line_cells(line: &InteractionLine, cx: &Cx) -> [String; 4] {
    let what = match line.subject.as_deref().map(str::trim) {
        Some(subject) if !subject.is_empty() => subject.to_owned(),
        _ => line
            .text
            .split_whitespace()
            .take(20)
            .collect::<Vec<_>>()
            .join(" "),
    };
    [
        format!("#i{}", line.id),
        day(line.happened_at, cx),
        who(line),
        what,
    ]
}

fn who(line: &InteractionLine) -> String {
    // Anybody may write a member's name in front of his own address: a name is shown of those alone who are known.
    let name = line
        .author_name
        .as_deref()
        .filter(|_| line.author_kind != "other" || line.author_address.is_none());
    let author = name.or(line.author_address.as_deref()).unwrap_or("nobody");
    match (line.kind.as_str(), line.direction.as_str()) {
        ("note", _) => format!("note by {author}"),
        ("meeting" | "call" | "talk", _) => format!("{}, {author}", line.kind),
        ("report", _) => "report".to_owned(),
        (_, "out") => format!("sent by {author}"),
        _ => format!("from {author}"),
    }
}

/// `Grace filed it with #c13 instead of #c12, by mail`.
fn change_words(change: &JournalRow, member: &str) -> String {
    let door = door_words(&change.door);
    let numbers = |json: &str| -> String {
        let value: Value = serde_json::from_str(json).unwrap_or_default();
        let contacts = value.get("contacts").and_then(Value::as_array).cloned();
        let contacts = contacts.unwrap_or_default();
        let ids = contacts
            .iter()
            .filter(|c| c.get("role").and_then(Value::as_str) != Some("participant"));
        let ids = ids.filter_map(|c| c.get("contact").unwrap_or(c).as_i64());
        ids.map(|id| format!("#c{id}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (before, after) = (numbers(&change.before), numbers(&change.after));
    let state: Value = serde_json::from_str(&change.after).unwrap_or_default();
    let state = state.get("state").and_then(Value::as_str);
    match (change.verb.as_str(), before.as_str()) {
        ("file", _) if state == Some("held") => format!("{member} held it, {door}"),
        ("file", _) if state == Some("set_aside") => format!("{member} set it aside, {door}"),
        ("file", _) if state == Some("unfiled") => {
            format!("{member} put it with what waits for a contact, {door}")
        }
        ("file", "") if after.is_empty() => format!("{member} filed it with nobody, {door}"),
        ("file", "") => format!("{member} filed it with {after}, {door}"),
        ("file", before) => format!("{member} filed it with {after} instead of {before}, {door}"),
        ("undo", _) => format!("{member} took that back, {door}"),
        ("redo", _) => format!("{member} did that again, {door}"),
        ("note", _) => format!("{member} wrote it, {door}"),
        (verb, _) => format!("{member}: {verb}, {door}"),
    }
}

fn door_words(door: &str) -> &'static str {
    match door {
        "command_line" => "on the command line",
        "chat" => "in the chat",
        "web" => "on the page",
        _ => "by mail",
    }
}

fn put(fields: &mut Vec<(String, String)>, name: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|v| !v.trim().is_empty()) {
        fields.push((name.to_owned(), value.to_owned()));
    }
}

fn names(contacts: &[Named]) -> String {
    contacts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn one(contact: &Named) -> String {
    format!("#c{} {}", contact.id, contact.name)
}

/// `14 Nov`, with the year where it is another one than now.
fn day(at_us: i64, cx: &Cx) -> String {
    let zoned = |us: i64| {
        Timestamp::from_microsecond(us)
            .unwrap_or_default()
            .to_zoned(cx.zone.clone())
    };
    let (at, now) = (zoned(at_us), zoned(cx.now_us));
    match at.year() == now.year() {
        true => at.strftime("%-d %b").to_string(),
        false => at.strftime("%-d %b %Y").to_string(),
    }
}

/// `14 Nov 2026 09:30`.
fn minute(at_us: i64, cx: &Cx) -> String {
    let at = Timestamp::from_microsecond(at_us)
        .unwrap_or_default()
        .to_zoned(cx.zone.clone());
    let time = at.strftime(cx.settings.hours().pattern());
    format!("{} {time}", at.strftime("%-d %b %Y"))
}

/// `Sat 14 Nov 2026 09:30 Europe/Helsinki`.
fn moment(at_us: i64, cx: &Cx) -> String {
    let at = Timestamp::from_microsecond(at_us)
        .unwrap_or_default()
        .to_zoned(cx.zone.clone());
    let zone = cx.zone.iana_name().unwrap_or("");
    let time = at.strftime(cx.settings.hours().pattern());
    format!("{} {time} {zone}", at.strftime("%a %-d %b %Y"))
}

#[cfg(test)]
mod tests;
