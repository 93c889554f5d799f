//! The workspace: its name, what it demands of its members, and which one is looked at.

use super::Page;
use super::form::{Fields, Filled, one_line};
use super::limits::Trying;
use super::message::Refusal;
use super::view::{Frame, Notice, RecordShown, WorkspaceView, show as shown};
use super::visitor::{Membership, SignedIn};
use super::you::choices;
use crate::commands::founding::name_of;
use crate::domain::invoice_details::{InvoiceDetail, address_text};
use crate::domain::workspace_settings::{WorkspaceSetting, WorkspaceSettings};
use crate::mail::records::Published;
use crate::store::registry::{AddressKind, PageEvent, Role};
use crate::store::workspace::{channel_bots, settings};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

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
        let notice = Notice::done(match role {
            Some(_) => "From now on they are asked for it when they open a page.",
            None => "From now on nobody has to have one; whoever has one is still asked for it.",
        });
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
        false => Notice::of(&page.run(membership, &cx, &lines.join("\n")).await?),
    })
}

/// The name of a setting's field.
pub(super) fn field_of(setting: WorkspaceSetting) -> String {
    setting.word().replace(' ', "_")
}

/// The command that a field means; `None` where it says what was chosen.
fn line(fields: &Fields, chosen: &WorkspaceSettings, one: WorkspaceSetting) -> Option<String> {
    let field = field_of(one);
    let now = match one {
        WorkspaceSetting::Invoice(InvoiceDetail::Address) => {
            let lines: Vec<String> = fields.get(&field).lines().map(one_line).collect();
            let lines = lines.iter().map(String::as_str);
            address_text(lines.filter(|line| !line.is_empty()))
        }
        _ => fields.line(&field),
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
    let workspaces = &signed_in.workspaces;
    if !workspaces.iter().any(|(workspace, _)| workspace.id == id) {
        return Err(Refusal::Failed(crate::domain::Error::not_found(
            "there is no such workspace of yours",
        )));
    }
    let visitor = &signed_in.visitor;
    let digest = &visitor.session.digest;
    page.store.registry.turn_session(digest, Some(id)).await?;
    // Who looks into a workspace stands in its log, wherever they signed in to.
    page.note(PageEvent {
        workspace_id: Some(id),
        ..visitor.event("opened the workspace", &visitor.session.device)
    })
    .await?;
    Ok(Redirect::to("/you").into_response())
}
