//! Next actions and reminders: what was done with one, one as a card, and lists of them.

use super::{one, put};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::actions::{Acted, ActionDeed, ActionLine, Agenda, AgendaOf, Logged};
use crate::commands::reply::{Block, Entry};
use crate::commands::when;
use crate::domain::dates::{HasTime, Recurrence};
use crate::store::workspace::actions::ActionRow;

/// What was done with an action, and what that moved.
pub(super) fn acted(acted: &Acted, cx: &Cx) -> Vec<Block> {
    let line = &acted.line;
    let id = line.row.id;
    let what = with_due(line, cx);
    let mut lines = vec![match acted.deed {
        ActionDeed::Made | ActionDeed::Changed if is_reminder(line) => {
            format!("Reminder {}.", reminded(line, cx))
        }
        ActionDeed::Made | ActionDeed::Changed if line.row.state == "queued" => {
            format!("Queued{}: {what}.", of_whom(line))
        }
        ActionDeed::Made | ActionDeed::Changed => format!("Next{}: {what}.", of_whom(line)),
        ActionDeed::Done => format!("Done: {}{}.", quoted(&line.row), of_whom(line)),
        ActionDeed::Dropped => format!(
            "Given up: {}{}. restore #a{id} brings it back.",
            quoted(&line.row),
            of_whom(line)
        ),
        ActionDeed::Reopened => format!("Open again: {what}{}.", of_whom(line)),
        ActionDeed::PutOff => put_off(acted, cx),
    }];
    if acted.deed == ActionDeed::Changed {
        lines.extend(was(acted, cx));
    }
    lines.extend(again_words(line, acted.deed));
    lines.extend(result(acted));
    lines.extend(moved(acted, cx));
    vec![Block::Lines(lines)]
}

/// What became first, and what waits now.
fn moved(acted: &Acted, cx: &Cx) -> Vec<String> {
    let line = &acted.line;
    let id = line.row.id;
    let mut lines = Vec::new();
    if let Some(again) = &acted.again {
        lines.push(format!(
            "It comes again: {}; delete #a{} ends it.",
            with_due(again, cx),
            again.row.id
        ));
    }
    if let Some(behind) = &acted.behind.as_ref().filter(|b| b.row.id != id) {
        let behind_id = behind.row.id;
        let behind = with_due(behind, cx);
        lines.push(format!(
            "{behind}, waits behind it; next #a{behind_id} puts that first again."
        ));
    }
    let was_current = acted.before.as_ref().is_some_and(|b| b.state == "current");
    match (&acted.first, acted.deed) {
        (Some(first), ActionDeed::Made | ActionDeed::Reopened) => lines.push(format!(
            "First comes {}; next #a{id} puts this one first.",
            with_due(first, cx)
        )),
        (Some(first), ActionDeed::Done | ActionDeed::Dropped) if was_current => {
            lines.push(format!("Next is {} now.", with_due(first, cx)));
        }
        (Some(first), ActionDeed::PutOff) if was_current => lines.push(format!(
            "First comes {}, which is due before it.",
            with_due(first, cx)
        )),
        (None, ActionDeed::Done | ActionDeed::Dropped) => lines.extend(nothing_left(acted)),
        _ => {}
    }
    lines
}

/// Where a contact is left without anything to do.
fn nothing_left(acted: &Acted) -> Option<String> {
    let line = &acted.line;
    let who = line.who.as_ref()?;
    let is_last = acted.again.is_none() && !is_reminder(line) && line.row.contact_id.is_some();
    is_last.then(|| {
        format!(
            "Nothing is next for {} now; next #c{}: … sets it.",
            one(who),
            who.id
        )
    })
}

fn put_off(acted: &Acted, cx: &Cx) -> String {
    let line = &acted.line;
    let before = acted.before.as_ref();
    let was = before.and_then(|row| row.due_at);
    let what = match is_reminder(line) {
        true => format!("Reminder {}", reminded(line, cx)),
        false => format!("{}{}", with_due(line, cx), of_whom(line)),
    };
    match was {
        Some(was) if Some(was) == line.row.due_at => format!("{what}, as before."),
        Some(was) => {
            let had_time = match before.is_some_and(|row| row.has_time) {
                true => HasTime::Yes,
                false => line.has_time(),
            };
            format!("{what}, instead of {}.", when::shown(cx, was, had_time))
        }
        None => format!("{what}; it had no date before."),
    }
}

/// How an action that was changed was before.
fn was(acted: &Acted, cx: &Cx) -> Option<String> {
    let before = acted.before.as_ref()?;
    let now = &acted.line.row;
    if before.due_at == now.due_at {
        return None;
    }
    let before = ActionLine {
        row: before.clone(),
        ..acted.line.clone()
    };
    Some(format!("Before, it was {}.", with_due(&before, cx)))
}

fn result(acted: &Acted) -> Option<String> {
    if acted.deed != ActionDeed::Done {
        return None;
    }
    let result = acted.line.row.result.as_deref()?;
    Some(match acted.note {
        Some(note) => format!("\"{result}\" is kept with it, and as #i{note} in the timeline."),
        None => format!("\"{result}\" is kept with it."),
    })
}

fn again_words(line: &ActionLine, deed: ActionDeed) -> Option<String> {
    if !matches!(
        deed,
        ActionDeed::Made | ActionDeed::Changed | ActionDeed::Reopened | ActionDeed::PutOff
    ) {
        return None;
    }
    let recurrence = Recurrence::from_text(line.row.recurrence.as_deref()?)?;
    Some(format!("It comes {recurrence}."))
}

/// `#a4: "call" about #c12 Ada Byron, on Sat 5 Dec 2026, 09:00 EET (Europe/Helsinki)`.
fn reminded(line: &ActionLine, cx: &Cx) -> String {
    let mut words = format!("#a{}", line.row.id);
    if !line.row.text.is_empty() {
        words.push_str(&format!(" \"{}\"", line.row.text));
    }
    if let Some(who) = &line.who {
        words.push_str(&format!(" about {}", one(who)));
    }
    if let Some(due) = line.row.due_at {
        words.push_str(&format!(": {}", when::shown(cx, due, line.has_time())));
    }
    words
}

/// `#a3 "call", due Fri 20 Nov 2026 (Europe/Helsinki)`.
fn with_due(line: &ActionLine, cx: &Cx) -> String {
    let what = quoted(&line.row);
    match line.row.due_at {
        Some(due) => format!("{what}, due {}", when::shown(cx, due, line.has_time())),
        None => what,
    }
}

/// ` for #c12 Ada Byron`, and whose it is where it is another's.
fn of_whom(line: &ActionLine) -> String {
    let who = line.who.as_ref().map(|who| format!(" for {}", one(who)));
    let about = line.about.as_ref().filter(|_| who.is_none());
    let about = about.map(|about| format!(" about \"{about}\""));
    let owner = line.owner.as_ref().map(|owner| format!(", of {owner}"));
    [who, about, owner].into_iter().flatten().collect()
}

fn quoted(row: &ActionRow) -> String {
    match row.text.is_empty() {
        true => format!("#a{}", row.id),
        false => format!("#a{} \"{}\"", row.id, row.text),
    }
}

fn is_reminder(line: &ActionLine) -> bool {
    line.row.kind == "reminder"
}

/// What is to be done, numbered.
pub(super) fn agenda(agenda: &Agenda, cx: &Cx) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (overdue, other): (Vec<&ActionLine>, Vec<&ActionLine>) =
        agenda.lines.iter().partition(|line| is_overdue(line, cx));
    let title = match agenda.of {
        AgendaOf::Today => "Today",
        AgendaOf::All if overdue.is_empty() => "Open",
        AgendaOf::All => "Open beside that",
    };
    for (title, lines) in [("Overdue", overdue), (title, other)] {
        if !lines.is_empty() {
            blocks.push(Block::Title(title.to_owned()));
            let entries = lines.into_iter().map(|line| entry(line, cx));
            blocks.push(Block::Numbered(entries.collect()));
        }
    }
    blocks.push(Block::Lines(below(agenda, cx)));
    blocks
}

fn below(agenda: &Agenda, cx: &Cx) -> Vec<String> {
    let mut lines = Vec::new();
    if agenda.lines.is_empty() {
        lines.push(match agenda.of {
            AgendaOf::Today => "Nothing is due today.".to_owned(),
            AgendaOf::All => "Nothing is open for you.".to_owned(),
        });
    }
    if agenda.more > 0 {
        lines.push(format!("and {} more.", agenda.more));
    }
    if agenda.of == AgendaOf::Today {
        let rest = [
            (agenda.queued, "queued behind a current action"),
            (agenda.later, "due later or without a date"),
        ];
        let rest: Vec<String> = rest
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !rest.is_empty() {
            lines.push(format!(
                "Beside that: {}; list actions shows all.",
                rest.join(", ")
            ));
        }
    }
    if let Some(first) = agenda.lines.first() {
        let id = first.row.id;
        let zone = cx.zone.iana_name().unwrap_or("your zone");
        lines.push(format!(
            "Dates are those of {zone}. done #a{id} finishes one, snooze #a{id}: monday puts it off."
        ));
    }
    lines
}

/// One of a list, with answers that are ready to be sent.
pub fn entry(line: &ActionLine, cx: &Cx) -> Entry {
    let row = &line.row;
    let mut about = Vec::new();
    if is_reminder(line) {
        about.push("reminder".to_owned());
    }
    about.extend(line.who.as_ref().map(|who| format!("for {}", one(who))));
    if let Some(due) = row.due_at {
        about.push(due_words(due, line.has_time(), cx));
    }
    let recurrence = row.recurrence.as_deref().and_then(Recurrence::from_text);
    about.extend(recurrence.map(|recurrence| recurrence.to_string()));
    if row.state == "queued" {
        about.push("queued".to_owned());
    }
    about.extend(line.owner.as_ref().map(|owner| format!("of {owner}")));
    let what = match (row.text.as_str(), &line.about, &line.who) {
        ("", Some(about), _) => about.clone(),
        ("", None, Some(who)) => who.name.clone(),
        (text, ..) => text.to_owned(),
    };
    let mut lines = vec![what];
    if !about.is_empty() {
        lines.push(about.join(" · "));
    }
    Entry {
        mark: format!("#a{}", row.id),
        ..Entry::of(Ref::Action(row.id), lines)
    }
    .link("Done", "done")
    .link("Tomorrow", "snooze tomorrow")
    .link("Next week", "snooze next monday")
}

/// `due Fri 13 Nov 2026, 8 days ago`.
fn due_words(due: i64, has_time: HasTime, cx: &Cx) -> String {
    let shown = when::shown_briefly(cx, due, has_time);
    match when::days_ahead(cx, due) {
        -1 => format!("due {shown}, yesterday"),
        ago @ ..-1 => format!("due {shown}, {} days ago", -ago),
        _ => format!("due {shown}"),
    }
}

/// Whether its day has passed, or its time where one was said.
fn is_overdue(line: &ActionLine, cx: &Cx) -> bool {
    let Some(due) = line.row.due_at else {
        return false;
    };
    match line.has_time() {
        HasTime::Yes => due <= cx.now_us,
        HasTime::No => when::days_ahead(cx, due) < 0,
    }
}

/// One action as a whole.
pub(super) fn card(line: &ActionLine, cx: &Cx) -> Vec<Block> {
    let row = &line.row;
    let mut fields = Vec::new();
    let who = line.who.as_ref().map(one);
    put(&mut fields, "for", who.as_deref());
    put(&mut fields, "whose", line.owner.as_deref());
    let about = line.about.as_ref().zip(row.interaction_id);
    let about = about.map(|(about, id)| format!("#i{id} {about}"));
    put(&mut fields, "about", about.as_deref());
    let due = row.due_at.map(|due| when::shown(cx, due, line.has_time()));
    put(&mut fields, "due", due.as_deref());
    let recurrence = row.recurrence.as_deref().and_then(Recurrence::from_text);
    let recurrence = recurrence.map(|recurrence| recurrence.to_string());
    put(&mut fields, "comes again", recurrence.as_deref());
    put(&mut fields, "state", Some(&state_words(row, cx)));
    put(&mut fields, "what came of it", row.result.as_deref());
    let title = match row.text.is_empty() {
        true => format!("#a{} {}", row.id, row.kind),
        false => format!("#a{} {}", row.id, row.text),
    };
    let hint = format!("why #a{} tells what was changed in it.", row.id);
    vec![
        Block::Title(title),
        Block::Card(fields),
        Block::Lines(vec![hint]),
    ]
}

fn state_words(row: &ActionRow, cx: &Cx) -> String {
    let at = row.done_at.map(|at| when::shown(cx, at, HasTime::Yes));
    match (row.state.as_str(), at) {
        ("dropped", Some(at)) => format!("given up on {at}"),
        (state, Some(at)) => format!("{state} on {at}"),
        (state, None) => format!("{state} {}", row.kind),
    }
}

/// What is next for a contact, for its card: one line each.
pub(super) fn next_words(next: &[ActionLine], queued: usize, cx: &Cx) -> String {
    let mut lines: Vec<String> = next
        .iter()
        .map(|line| {
            let of = line.owner.as_ref().map(|owner| format!("{owner}: "));
            let kind = match is_reminder(line) {
                true => "reminder ",
                false => "",
            };
            format!("{}{kind}{}", of.unwrap_or_default(), with_due(line, cx))
        })
        .collect();
    if queued > 0 {
        lines.push(format!("and {queued} queued; list actions shows them"));
    }
    lines.join("\n")
}

/// A call or a meeting that was written down.
pub(super) fn logged(logged: &Logged) -> Vec<Block> {
    let what = match logged.kind {
        "call" => "Call",
        "meeting" => "Meeting",
        _ => "Talk",
    };
    let noted = &logged.noted;
    let line = format!(
        "{what} with {} kept as #i{}.",
        super::names(&noted.with),
        noted.id
    );
    vec![Block::Lines(vec![line]), Block::Quote(noted.text.clone())]
}
