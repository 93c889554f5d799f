//! Who belongs to the workspace: roles, invitations, handing it over, taking somebody out.

use super::form::Filled;
use super::limits::Trying;
use super::message::Refusal;
use super::sign_in::send;
use super::view::{Choice, Frame, MemberShown, Notice, TeamView, show as shown};
use super::visitor::Membership;
use super::you::choices;
use super::{Page, security, time};
use crate::commands::context::Actor;
use crate::commands::team;
use crate::domain::retention::DAY_US;
use crate::domain::{address, chance, counted, token};
use crate::post::account::{Reason, WayIn};
use crate::store::registry::{InvitationRow, Member, Role};
use crate::store::workspace::suppression;
use axum::extract::State;
use axum::response::Response;

/// How long an invitation stands, microseconds.
const STANDS_US: i64 = 7 * 86_400 * 1_000_000;
/// More are not open at a time.
const OPEN_MAX: usize = 100;
/// Letters of one workspace in a day, and to one address from all: nobody is annoyed by them.
const DAY_MAX: i64 = 200;
const ADDRESS_DAY_MAX: i64 = 10;

/// `GET /team`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    show_with(&page, &membership, None).await
}

async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let registry = &page.store.registry;
    let members = registry.members(membership.workspace.id).await?;
    let account_id = membership.signed_in.visitor.account.id;
    let has_factor = registry.confirmed_factor(account_id).await?;
    let settings = time::chosen(page, &membership.signed_in).await?;
    let leaving = registry.leaving_members(membership.workspace.id).await?;
    let leaving = leaving
        .into_iter()
        .map(|(account, at)| (account.email, time::shown(at, &settings)));
    let now_us = page.now_us();
    let can_change = membership.role >= Role::Admin;
    let invitations = match can_change {
        true => {
            registry
                .invitations(membership.workspace.id, now_us)
                .await?
        }
        false => Vec::new(),
    };
    let invitations = invitations.into_iter().map(|row| {
        let until = time::shown(row.expires_at, &settings);
        (row.id, row.email, row.role, until, row.expires_at <= now_us)
    });
    Ok(shown(&TeamView {
        frame: Frame::for_member(page, &membership.signed_in, "Team").with(notice),
        workspace: membership.workspace.name.clone(),
        members: members
            .into_iter()
            .map(|member| member_shown(membership, member))
            .collect(),
        leaving: leaving.collect(),
        invitations: invitations.collect(),
        roles: roles(membership.role, Role::Member),
        can_change,
        can_hand_over: membership.role == Role::Owner,
        has_factor: has_factor.is_some(),
    }))
}

fn member_shown(membership: &Membership, member: Member) -> MemberShown {
    MemberShown {
        is_self: member.account.id == membership.signed_in.visitor.account.id,
        id: member.account.id,
        email: member.account.email,
        name: member.account.name.unwrap_or_default(),
        roles: roles(membership.role, member.role),
        role: member.role.word(),
        is_owner: member.role == Role::Owner,
    }
}

/// The roles that somebody of a role may give: none above their own.
fn roles(own: Role, chosen: Role) -> Vec<Choice> {
    let all = [
        (Role::Viewer, "viewer: reads"),
        (Role::Member, "member: reads and changes"),
        (Role::Admin, "admin: also the team and settings"),
    ];
    let all: Vec<(&str, &str)> = all
        .iter()
        .filter(|(role, _)| *role <= own)
        .map(|(role, label)| (role.word(), *label))
        .collect();
    choices(&all, chosen.word())
}

/// A role that a form may give.
fn given(membership: &Membership, word: &str) -> Result<Role, Refusal> {
    let role = Role::from_word(word);
    let is_one = role.word() == word && role != Role::Owner;
    match is_one && role <= membership.role {
        true => Ok(role),
        false => Err(Refusal::Forbidden(Role::Owner)),
    }
}

/// What a change of the team is made with.
fn changing<'a>(page: &Page, membership: &Membership, actor: &'a Actor) -> team::Changing<'a> {
    team::Changing {
        actor,
        workspace_id: membership.workspace.id,
        now_us: page.now_us(),
    }
}

/// `POST /team/invite`
pub async fn invite(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let role = given(&membership, fields.get("role"))?;
    let email = address::normalise(fields.get("email"));
    let notice = match invited(&page, &membership, &email, role).await? {
        None => Notice::done(format!(
            "{email} is invited as {}; the letter is on its way.",
            role.word()
        )),
        Some(why) => Notice::wrong(why),
    };
    show_with(&page, &membership, Some(notice)).await
}

/// Invites an address; the words say why not.
async fn invited(
    page: &Page,
    membership: &Membership,
    email: &str,
    role: Role,
) -> Result<Option<&'static str>, Refusal> {
    if !address::is_whole(email) {
        return Ok(Some("Write a whole address, such as jon@your.example."));
    }
    let (registry, workspace_id, now_us) =
        (&page.store.registry, membership.workspace.id, page.now_us());
    let members = registry.members(workspace_id).await?;
    if members.iter().any(|member| member.account.email == email) {
        return Ok(Some("They belong to the workspace already."));
    }
    if let Some(why) = hindrance(page, membership, email).await? {
        return Ok(Some(why));
    }
    let workspace = page.store.workspaces.get(workspace_id).await?;
    let hash = registry.key().suppression_hash(email);
    if !suppression::among(&mut workspace.read().await?, &[hash])
        .await?
        .is_empty()
    {
        return Ok(Some(
            "Mail to that address came back, or they asked for none: nothing is sent there.",
        ));
    }
    let link = token::token((page.random)());
    let digest = token::digest(&link);
    let code = token::code((page.random)());
    let row = InvitationRow {
        id: registry.new_id(now_us),
        code: token::keyed_code(registry.key(), &digest, &code),
        digest,
        workspace_id,
        email: email.to_owned(),
        role: role.word().to_owned(),
        misses: 0,
        invited_by: membership.signed_in.visitor.account.id,
        created_at: now_us,
        expires_at: now_us + STANDS_US,
        ended_at: None,
    };
    registry.add_invitation(&row).await?;
    let by = membership.actor();
    let way = WayIn {
        email,
        link: Some(&format!("{}/invitation/{link}", page.place.origin)),
        code: Some(&code),
        reason: Reason::Invited {
            by: by.shown(),
            workspace_id,
            workspace: &membership.workspace.name,
            role: role.word(),
        },
        nonce: chance::nonce(page.random),
    };
    send(page, &way).await?;
    page.note(membership.event("invited", email)).await?;
    Ok(None)
}

/// Why an address is not invited now, beside what is wrong with it: who leaves is told nothing, and nobody is annoyed.
async fn hindrance(
    page: &Page,
    membership: &Membership,
    email: &str,
) -> Result<Option<&'static str>, Refusal> {
    let (registry, workspace_id, now_us) =
        (&page.store.registry, membership.workspace.id, page.now_us());
    let leaving = registry.leaving_members(workspace_id).await?;
    if leaving.iter().any(|(account, _)| account.email == email) {
        return Ok(Some(
            "They delete their account, and are told nothing; they can take that back themselves.",
        ));
    }
    let (of_workspace, to_address) = registry
        .invitation_counts(workspace_id, email, now_us - DAY_US)
        .await?;
    if of_workspace >= DAY_MAX || to_address >= ADDRESS_DAY_MAX {
        return Err(Refusal::TooOften);
    }
    if registry.invitations(workspace_id, now_us).await?.len() >= OPEN_MAX {
        return Ok(Some("A hundred invitations stand open; cancel some first."));
    }
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    page.limits.demand_invited(email)?;
    Ok(None)
}

/// `POST /team/invitation/again`: a new letter with a new link; the old one is worth nothing.
pub async fn invite_again(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let registry = &page.store.registry;
    let row = registry
        .invitation(membership.workspace.id, fields.id("id")?)
        .await?;
    let notice = match row {
        None => Notice::wrong("That invitation does not stand any more."),
        Some(row) => {
            let role = given(&membership, &row.role)?;
            match invited(&page, &membership, &row.email, role).await? {
                None => Notice::done(format!(
                    "{} got a new letter; the old link is worth nothing.",
                    row.email
                )),
                Some(why) => Notice::wrong(why),
            }
        }
    };
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /team/invitation/cancel`
pub async fn cancel(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let registry = &page.store.registry;
    let ended = registry
        .cancel_invitation(membership.workspace.id, fields.id("id")?, page.now_us())
        .await?;
    let notice = match ended {
        true => {
            page.note(membership.event("cancelled an invitation", ""))
                .await?;
            Notice::done("The invitation is cancelled.")
        }
        false => Notice::wrong("That invitation does not stand any more."),
    };
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /team/role`
pub async fn change_role(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let role = given(&membership, fields.get("role"))?;
    let actor = membership.actor();
    let changing = changing(&page, &membership, &actor);
    let member = team::change_role(&page.store, changing, fields.id("id")?, role).await?;
    page.note(membership.event("changed a role", &format!("{member} {}", role.word())))
        .await?;
    let notice = Notice::done(format!("{member} is {} now.", role.word()));
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /team/remove`
pub async fn remove(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let actor = membership.actor();
    let changing = changing(&page, &membership, &actor);
    let removed = team::remove(&page.store, changing, fields.id("id")?).await?;
    page.note(membership.event("took out of the workspace", &removed.email))
        .await?;
    let notice = Notice::done(format!(
        "{} does not belong to the workspace any more. What they filed stays; {} yours now.",
        removed.email,
        counted(
            removed.actions,
            "open action of theirs is",
            "open actions of theirs are"
        )
    ));
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /team/owner`: takes a code where there is a second factor.
pub async fn hand_over(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Owner)?;
    let visitor = &membership.signed_in.visitor;
    if let Some(wrong) = security::unproved(&page, visitor, &fields).await? {
        return show_with(&page, &membership, Some(Notice::wrong(wrong))).await;
    }
    let actor = membership.actor();
    let changing = changing(&page, &membership, &actor);
    let member = team::hand_over(&page.store, changing, fields.id("id")?).await?;
    page.note(membership.event("handed the workspace over", &member))
        .await?;
    let membership = Membership {
        role: Role::Admin,
        ..membership
    };
    let notice = Notice::done(format!(
        "{member} owns the workspace now, and you are an admin of it."
    ));
    show_with(&page, &membership, Some(notice)).await
}
