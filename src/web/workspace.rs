//! The workspace: its name, what it demands of its members, which one is looked at, and what was done in it.

use super::form::{Fields, Filled};
use super::limits::Trying;
use super::message::Refusal;
use super::view::{
    Choice, Frame, LogLine, LogView, Notice, RecordShown, WorkspaceView, show as shown,
};
use super::visitor::{Membership, SignedIn};
use super::you::choices;
use super::{Page, time};
use crate::commands;
use crate::commands::founding::name_of;
use crate::domain::invoice_details::{InvoiceDetail, address_text};
use crate::domain::workspace_settings::{WorkspaceSetting, WorkspaceSettings};
use crate::mail::records::Published;
use crate::store::registry::{AddressKind, Role};
use crate::store::workspace::audit::{self, Filter};
use crate::store::workspace::{channel_bots, members, settings};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// Lines of the log on a page.
const LOG_LINES: i64 = 100;

/// The doors that the log can be narrowed to: the word, and what it is called.
const DOORS: [(&str, &str); 6] = [
    ("", "every door"),
    ("mail", "mail"),
    ("chat", "chat"),
    ("web", "page: commands"),
    ("page", "page: accounts"),
    ("command_line", "command line"),
];

/// `GET /workspace`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    show_with(&page, &membership, None).await
}

/// `POST /workspace/records`: asks the DNS whether what is to stand there does.
pub async fn check_records(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    let mut found = Vec::new();
    for record in &page.settings.records {
        let published = match &page.settings.resolver {
            Some(resolver) => record.published(resolver).await,
            None => Published::Unknown("nobody is asked here".to_owned()),
        };
        found.push(found_in_words(published));
    }
    show_found(&page, &membership, None, found).await
}

/// What the DNS says of a record.
pub(super) fn found_in_words(published: Published) -> String {
    match published {
        Published::Right => "published".to_owned(),
        Published::Wrong(words) => format!("not published as it should be: {words}"),
        Published::Unknown(words) => format!("not known: {words}"),
    }
}

async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    show_found(page, membership, notice, Vec::new()).await
}

async fn show_found(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
    found: Vec<String>,
) -> Result<Response, Refusal> {
    let mut found = found.into_iter();
    let records = page.settings.records.iter().map(|record| RecordShown {
        name: record.name.clone(),
        kind: record.kind,
        value: record.value.clone(),
        found: found.next(),
    });
    let records = records.collect();
    let registry = &page.store.registry;
    let id = membership.workspace.id;
    let workspace = page.store.workspaces.get(id).await?;
    let mut tx = workspace.read().await?;
    let bot = channel_bots::get(&mut tx).await?;
    let chosen = WorkspaceSettings::of(&settings::all(&mut tx).await?);
    drop(tx);
    let plain = registry.address_of(id, AddressKind::Plain, None).await?;
    let demanded = registry.second_factor_role(id).await?;
    Ok(shown(&WorkspaceView {
        frame: Frame::for_member(page, &membership.signed_in, "Workspace").with(notice),
        name: membership.workspace.name.clone(),
        plain: plain
            .map(|local| format!("{local}@{}", page.settings.mail_domain))
            .unwrap_or_default(),
        bot: bot.map(|bot| bot.username),
        records,
        factor: choices(
            &[
                ("none", "nobody"),
                ("owner", "the owner"),
                ("admin", "the owner and admins"),
                ("member", "everybody but viewers"),
                ("viewer", "everybody"),
            ],
            demanded.map_or("none", Role::word),
        ),
        own_domains: chosen
            .kept(WorkspaceSetting::OwnDomains)
            .unwrap_or_default(),
        excluded_domains: chosen
            .kept(WorkspaceSetting::ExcludedDomains)
            .unwrap_or_default(),
        keep_in_touch: chosen
            .kept(WorkspaceSetting::KeepInTouch)
            .unwrap_or_default(),
        can_change: membership.role >= Role::Admin,
        can_demand: membership.role >= Role::Owner,
    }))
}

/// `POST /workspace`
pub async fn change(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let registry = &page.store.registry;
    let mut membership = membership;
    let id = membership.workspace.id;
    if fields.has("factor") {
        membership.demand(Role::Owner)?;
        let word = fields.get("factor");
        let role = Some(Role::from_word(word)).filter(|role| role.word() == word);
        if role.is_none() && word != "none" {
            return Err(Refusal::Invalid(
                "A second factor is demanded of a role, or of none. Nothing was changed."
                    .to_owned(),
            ));
        }
        registry.set_second_factor_role(id, role).await?;
        page.note(membership.event("demanded a second factor of", word))
            .await?;
        let notice = Notice::done("From now on they are asked for it when they open a page.");
        return show_with(&page, &membership, Some(notice)).await;
    }
    let Ok(name) = name_of(fields.get("name")) else {
        let notice = Notice::wrong("A name has one to 80 letters.");
        return show_with(&page, &membership, Some(notice)).await;
    };
    registry.rename_workspace(id, &name).await?;
    page.note(membership.event("called the workspace", &name))
        .await?;
    for (workspace, _) in &mut membership.signed_in.workspaces {
        if workspace.id == id {
            workspace.name.clone_from(&name);
        }
    }
    membership.workspace.name = name;
    let notice = Notice::done("The workspace is called so now. Its addresses stay.");
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /workspace/settings`: what differs from what was chosen becomes commands, and their answers are shown.
pub async fn choose(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let notice = chosen(&page, &membership, &fields).await?;
    show_with(&page, &membership, Some(notice)).await
}

/// Runs the commands that the fields of a form mean, by an admin; says what came of it.
pub(super) async fn chosen(
    page: &Page,
    membership: &Membership,
    fields: &Fields,
) -> Result<Notice, Refusal> {
    membership.demand(Role::Admin)?;
    let cx = page.cx(membership).await?;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let chosen = WorkspaceSettings::of(&settings::all(&mut workspace.read().await?).await?);
    let lines: Vec<String> = WorkspaceSetting::EACH
        .into_iter()
        .filter_map(|one| line(fields, &chosen, one))
        .collect();
    Ok(match lines.is_empty() {
        true => Notice::done("Nothing was changed."),
        false => Notice::of(&commands::run(&page.store, &cx, &lines.join("\n")).await?),
    })
}

/// The name of a setting's field.
pub(super) fn field_of(setting: WorkspaceSetting) -> String {
    setting.word().replace(' ', "_")
}

/// The command that a field means; `None` where it says what was chosen.
fn line(fields: &Fields, chosen: &WorkspaceSettings, one: WorkspaceSetting) -> Option<String> {
    let field = field_of(one);
    // One line each: what stands in a field writes no command of its own.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let now = match one {
        WorkspaceSetting::Invoice(InvoiceDetail::Address) => {
            let lines: Vec<String> = fields.get(&field).lines().map(words).collect();
            let lines = lines.iter().map(String::as_str);
            address_text(lines.filter(|line| !line.is_empty()))
        }
        _ => words(fields.get(&field)),
    };
    let before = chosen.said(one).unwrap_or_default();
    let value = if now.is_empty() { "none" } else { &now };
    (fields.has(&field) && now != before).then(|| format!("workspace {}: {value}", one.word()))
}

/// `POST /workspace/switch`
pub async fn switch(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let id = fields.id("id")?;
    if !signed_in
        .workspaces
        .iter()
        .any(|(workspace, _)| workspace.id == id)
    {
        return Err(Refusal::Failed(crate::domain::Error::not_found(
            "there is no such workspace of yours",
        )));
    }
    let digest = &signed_in.visitor.session.digest;
    page.store.registry.turn_session(digest, Some(id)).await?;
    Ok(Redirect::to("/you").into_response())
}

/// What of the log is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    member: String,
    door: String,
    before: String,
}

/// `GET /log`: who did what, by which door, from where; what was done to accounts stands beside what was done to contacts.
pub async fn log(
    State(page): State<Page>,
    membership: Membership,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let is_door = |(word, _): &&(&str, &str)| *word == asked.door;
    let door = DOORS.iter().find(is_door).map_or("", |(word, _)| *word);
    let member_id = asked.member.parse().ok().filter(|id| *id != 0);
    let filter = Filter {
        member_id,
        door: (!door.is_empty()).then(|| door.to_owned()),
        before_us: asked.before.parse().unwrap_or(i64::MAX),
    };
    let (lines, older) = lines(&page, &membership, &filter).await?;
    let team = page.store.registry.members(membership.workspace.id).await?;
    let everybody = Choice {
        value: String::new(),
        label: "everybody".to_owned(),
        is_chosen: member_id.is_none(),
    };
    let team = team.into_iter().map(|one| Choice {
        value: one.account.id.to_string(),
        is_chosen: Some(one.account.id) == member_id,
        label: one.account.email,
    });
    Ok(shown(&LogView {
        frame: Frame::for_member(&page, &membership.signed_in, "Log"),
        lines,
        members: std::iter::once(everybody).chain(team).collect(),
        doors: choices(&DOORS, door),
        older,
        member: member_id.unwrap_or_default(),
        door: door.to_owned(),
    }))
}

/// The newest lines that fit, and the moment before which there are older ones.
async fn lines(
    page: &Page,
    membership: &Membership,
    filter: &Filter,
) -> Result<(Vec<LogLine>, Option<i64>), Refusal> {
    let id = membership.workspace.id;
    let workspace = page.store.workspaces.get(id).await?;
    let mut tx = workspace.read().await?;
    let own = membership.signed_in.visitor.account.id;
    let zone = members::settings(&mut tx, own).await?.time_zone();
    let rows = audit::lines(&mut tx, filter, LOG_LINES).await?;
    let known = members::everybody(&mut tx).await?;
    drop(tx);
    let line = |at: i64, who: Option<i64>, [what, subject, from]: [String; 3]| {
        let found = known.iter().find(|row| Some(row.id) == who);
        let line = LogLine {
            at: time::shown(at, &zone),
            who: found.map_or_else(|| "Rapport".to_owned(), |row| row.email.clone()),
            what,
            subject,
            from,
        };
        (at, line)
    };
    let rows = rows.into_iter();
    let mut lines: Vec<(i64, LogLine)> = rows
        .map(|row| line(row.at, row.member_id, [row.verb, row.subject, row.door]))
        .collect();
    if filter.door.as_deref().is_none_or(|door| door == "page") {
        let registry = &page.store.registry;
        let events = registry
            .page_events(id, filter.before_us, LOG_LINES)
            .await?;
        let is_asked =
            |account: Option<i64>| filter.member_id.is_none() || account == filter.member_id;
        let events = events
            .into_iter()
            .filter(|event| is_asked(event.account_id));
        lines.extend(events.map(|event| {
            let from = format!("page, {}", event.address);
            line(
                event.at,
                event.account_id,
                [event.event, event.subject, from],
            )
        }));
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let most = usize::try_from(LOG_LINES).unwrap_or(usize::MAX);
    let is_cut = lines.len() >= most;
    lines.truncate(most);
    let older = lines.last().map(|(at, _)| *at).filter(|_| is_cut);
    Ok((lines.into_iter().map(|(_, line)| line).collect(), older))
}
