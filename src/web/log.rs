//! The log: what was done in a workspace, by whom, by which door, from where. What was done to accounts at the page stands beside what
//! was done to contacts: both are read by moment, the newest first.

use super::message::Refusal;
use super::view::{Choice, Frame, LogLine, LogView, show as shown};
use super::visitor::Membership;
use super::you::choices;
use super::{Page, time};
use crate::commands::context::Door;
use crate::domain::member_settings::MemberSettings;
use crate::store::registry::{PageEvent, Role};
use crate::store::workspace::audit::{self, AuditLine, Filter, Place};
use crate::store::workspace::members::{self, MemberRow};
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

/// Lines on a page.
const LINES: usize = 100;
/// Letters of a verb that is asked for.
const VERB_CHARS_MAX: usize = 60;

/// The doors that the log can be narrowed to: the word, and what it is called.
const DOORS: [(&str, &str); 6] = [
    ("", "every door"),
    ("mail", "mail"),
    ("chat", "chat"),
    ("web", "page: commands"),
    ("page", "page: accounts"),
    ("command_line", "command line"),
];

/// What of the log is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    member: String,
    door: String,
    verb: String,
    from: String,
    to: String,
    before: String,
}

/// Behind which line of each of the two the page begins.
#[derive(Clone, Copy, Debug)]
struct Behind {
    entry: Place,
    event: Place,
}

/// A line, and where it stands.
struct Found {
    place: Place,
    is_event: bool,
    line: LogLine,
}

/// `GET /log`
pub async fn show(
    State(page): State<Page>,
    membership: Membership,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let settings = time::chosen(&page, &membership.signed_in).await?;
    let filter = filter(&asked, &settings);
    let behind = Behind::read(&asked.before);
    let mut found = lines(&page, &membership, (&filter, &settings), behind).await?;
    let is_cut = found.len() > LINES;
    found.truncate(LINES);
    let older = found.last().filter(|_| is_cut).map(Behind::after);
    let team = page.store.registry.members(membership.workspace.id).await?;
    let everybody = Choice {
        value: String::new(),
        label: "everybody".to_owned(),
        is_chosen: filter.member_id.is_none(),
    };
    let team = team.into_iter().map(|one| Choice {
        value: one.account.id.to_string(),
        is_chosen: Some(one.account.id) == filter.member_id,
        label: one.account.email,
    });
    Ok(shown(&LogView {
        frame: Frame::for_member(&page, &membership.signed_in, "Log"),
        lines: found.into_iter().map(|found| found.line).collect(),
        members: std::iter::once(everybody).chain(team).collect(),
        doors: choices(&DOORS, filter.door.as_deref().unwrap_or_default()),
        older: older.map(Behind::said),
        member: filter.member_id.unwrap_or_default(),
        door: filter.door.unwrap_or_default(),
        verb: filter.verb.unwrap_or_default(),
        from: day_of(&asked.from).map_or_else(String::new, |day| day.to_string()),
        to: day_of(&asked.to).map_or_else(String::new, |day| day.to_string()),
    }))
}

/// What is asked for; what cannot be read is not.
fn filter(asked: &Asked, settings: &MemberSettings) -> Filter {
    let zone = settings.time_zone();
    let begin = |day: Option<Date>| {
        let day = day.and_then(|day| day.to_zoned(zone.clone()).ok());
        day.map(|day| day.timestamp().as_microsecond())
    };
    let door = DOORS.iter().map(|(word, _)| *word);
    let verb: String = asked.verb.trim().chars().take(VERB_CHARS_MAX).collect();
    let last = day_of(&asked.to);
    Filter {
        member_id: asked.member.parse().ok().filter(|id| *id != 0),
        door: door
            .filter(|word| !word.is_empty())
            .find(|word| *word == asked.door)
            .map(str::to_owned),
        verb: (!verb.is_empty()).then(|| verb.to_lowercase()),
        from_us: begin(day_of(&asked.from)).unwrap_or(i64::MIN),
        until_us: begin(last.and_then(|day| day.tomorrow().ok())).unwrap_or(i64::MAX),
    }
}

/// `2026-11-29`, as a field for a day sends it.
fn day_of(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

/// The newest lines of both that fit, one more than a page has where there are more.
async fn lines(
    page: &Page,
    membership: &Membership,
    (filter, settings): (&Filter, &MemberSettings),
    behind: Behind,
) -> Result<Vec<Found>, Refusal> {
    let id = membership.workspace.id;
    let limit = i64::try_from(LINES).unwrap_or(i64::MAX).saturating_add(1);
    let workspace = page.store.workspaces.get(id).await?;
    let mut tx = workspace.read().await?;
    let entries = audit::lines(&mut tx, filter, behind.entry, limit).await?;
    let known = members::everybody(&mut tx).await?;
    drop(tx);
    let registry = &page.store.registry;
    let events = match filter.door.as_deref() {
        None | Some("page") => {
            registry
                .page_events(id, filter, behind.event, limit)
                .await?
        }
        Some(_) => Vec::new(),
    };
    let addresses = addresses(page, id, &entries).await?;
    let line =
        |(at, who): (i64, Option<i64>), what: String, subject: String, from: String| LogLine {
            at: time::shown(at, settings),
            who: name_of(&known, who),
            what,
            subject,
            from,
        };
    let entries = entries
        .into_iter()
        .zip(addresses)
        .map(|(row, address)| Found {
            place: (row.at, row.id),
            is_event: false,
            line: line(
                (row.at, row.member_id),
                row.verb,
                row.subject,
                from(page, &row.door, address.as_deref()),
            ),
        });
    let events = events.into_iter().map(|row: PageEvent| Found {
        place: (row.at, row.id),
        is_event: true,
        line: line(
            (row.at, row.account_id),
            row.event,
            row.subject,
            from(page, "page", Some(&row.address)),
        ),
    });
    let mut found: Vec<Found> = entries.chain(events).collect();
    // At one moment the journal first, as `Behind::after` takes it.
    found.sort_by_key(|found| {
        let (at, id) = found.place;
        (std::cmp::Reverse(at), found.is_event, std::cmp::Reverse(id))
    });
    Ok(found)
}

fn name_of(known: &[MemberRow], who: Option<i64>) -> String {
    let found = known.iter().find(|row| Some(row.id) == who);
    found.map_or_else(|| "Rapport".to_owned(), |row| row.email.clone())
}

/// The door, and the network address behind it with its place, where they are known.
fn from(page: &Page, door: &str, address: Option<&str>) -> String {
    let Some(address) = address.filter(|address| !address.is_empty()) else {
        return door.to_owned();
    };
    let places = page.settings.places.as_ref();
    match places.and_then(|places| places.of(address)) {
        Some(place) => format!("{door}, {address} ({place})"),
        None => format!("{door}, {address}"),
    }
}

/// From where each entry of the journal came that a command at the page wrote.
async fn addresses(
    page: &Page,
    workspace_id: i64,
    entries: &[AuditLine],
) -> Result<Vec<Option<String>>, Refusal> {
    let at_page = entries.iter().filter(|row| row.door == Door::Web.word());
    let moments: Vec<i64> = at_page.map(|row| row.at).collect();
    let (Some(first), Some(last)) = (moments.iter().min(), moments.iter().max()) else {
        return Ok(vec![None; entries.len()]);
    };
    let limit = i64::try_from(10 * LINES).unwrap_or(i64::MAX);
    let registry = &page.store.registry;
    let known = registry
        .commands_from(workspace_id, (*first, *last), limit)
        .await?;
    let of = |row: &AuditLine| {
        let is_it =
            |(at, who, _): &&(i64, Option<i64>, String)| *at == row.at && *who == row.member_id;
        let found = known.iter().find(is_it);
        found
            .filter(|_| row.door == Door::Web.word())
            .map(|(_, _, address)| address.clone())
    };
    Ok(entries.iter().map(of).collect())
}

impl Behind {
    /// The newest of both, or what a link of ours says.
    fn read(text: &str) -> Behind {
        let numbers: Vec<i64> = text
            .split('.')
            .filter_map(|part| part.parse().ok())
            .collect();
        match *numbers.as_slice() {
            [at, entry, event] => Behind {
                entry: (at, entry),
                event: (at, event),
            },
            _ => Behind {
                entry: (i64::MAX, i64::MAX),
                event: (i64::MAX, i64::MAX),
            },
        }
    }

    /// Behind a line that was shown: of its moment, what stands behind it.
    fn after(found: &Found) -> Behind {
        let (at, id) = found.place;
        match found.is_event {
            true => Behind {
                entry: (at, i64::MIN),
                event: (at, id),
            },
            false => Behind {
                entry: (at, id),
                event: (at, i64::MAX),
            },
        }
    }

    fn said(self) -> String {
        format!("{}.{}.{}", self.entry.0, self.entry.1, self.event.1)
    }
}
