//! The workspaces of somebody, which one is looked at, and making a further one, where the operator allows it.

use super::Page;
use super::form::Filled;
use super::limits::Trying;
use super::message::Refusal;
use super::view::{Frame, Notice, ReadingShown, show as shown};
use super::visitor::SignedIn;
use crate::commands::founding::{self, By, Founder};
use crate::domain::{Kind, address, chance};
use crate::store::house::HOUSE;
use crate::store::registry::PageEvent;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// A workspace of somebody's.
struct Own {
    id: i64,
    name: String,
    address: String,
    role: &'static str,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "workspaces.html", config = "src/web/askama.toml")]
struct WorkspacesView {
    frame: Frame,
    own: Vec<Own>,
    can_make: bool,
    reading: Option<ReadingShown>,
}

/// `GET /workspaces`
pub async fn show(State(page): State<Page>, signed_in: SignedIn) -> Response {
    show_with(&page, &signed_in, None)
}

pub(super) fn show_with(page: &Page, signed_in: &SignedIn, notice: Option<Notice>) -> Response {
    let current = signed_in.current().map(|(workspace, _)| workspace.id);
    let own = signed_in.workspaces.iter().map(|(workspace, role)| Own {
        id: workspace.id,
        name: workspace.name.clone(),
        address: format!("{}@{}", workspace.slug, page.settings.mail_domain),
        role: role.word(),
        is_current: Some(workspace.id) == current,
    });
    let whose = (signed_in.visitor.account.id, HOUSE);
    shown(&WorkspacesView {
        reading: ReadingShown::last(page, whose),
        own: own.collect(),
        can_make: page.settings.sign_up.lets_members(),
        frame: Frame::for_member(page, signed_in, "Workspaces").with(notice),
    })
}

/// An error for people where the operator alone makes workspaces.
pub(super) fn demand_right(page: &Page) -> Result<(), Refusal> {
    match page.settings.sign_up.lets_members() {
        true => Ok(()),
        false => Err(Refusal::Failed(crate::domain::Error::new(
            Kind::Forbidden,
            "workspaces are made by the operator of this server alone: ask them; what they set is RAPPORT_SIGN_UP",
        ))),
    }
}

/// `POST /workspaces`
pub async fn make(
    State(page): State<Page>,
    Filled(signed_in, fields): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    demand_right(&page)?;
    page.limits
        .demand(Trying::Letter, signed_in.visitor.address)?;
    let intake = address::intake(chance::nonce(page.random));
    let account = &signed_in.visitor.account;
    let founder = Founder {
        email: &account.email,
        by: By::Person,
        app_password: "",
        zone: None,
        intake: &intake,
    };
    let made = match founding::name_of(fields.get("name")) {
        Ok(name) => founding::found(&page.store, &name, founder, page.now_us()).await,
        Err(error) => Err(error),
    };
    let (row, _) = match made {
        Ok(made) => made,
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let notice = Notice::wrong(format!("No workspace was made: {}.", error.message));
            return Ok(show_with(&page, &signed_in, Some(notice)));
        }
        Err(error) => return Err(error.into()),
    };
    page.note(PageEvent {
        workspace_id: Some(row.id),
        ..signed_in.visitor.event("made the workspace", &row.slug)
    })
    .await?;
    let domain = &page.settings.mail_domain;
    let notice = Notice {
        is_wrong: false,
        lines: vec![
            format!(
                "The workspace \"{}\" is made, and you look at it now.",
                row.name
            ),
            format!("Forward or BCC mail to {intake}@{domain}; that address is yours alone."),
            format!("The workspace's own address is {}@{domain}.", row.slug),
        ],
    };
    let signed_in = turned(&page, signed_in, row.id).await?;
    Ok(show_with(&page, &signed_in, Some(notice)))
}

/// Looks at a workspace from now on.
pub(super) async fn turned(
    page: &Page,
    mut signed_in: SignedIn,
    workspace_id: i64,
) -> Result<SignedIn, Refusal> {
    let registry = &page.store.registry;
    let visitor = &mut signed_in.visitor;
    registry
        .turn_session(&visitor.session.digest, Some(workspace_id))
        .await?;
    visitor.session.workspace_id = Some(workspace_id);
    signed_in.workspaces = registry.workspaces_of(visitor.account.id).await?;
    Ok(signed_in)
}
