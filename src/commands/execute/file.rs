//! `file`: an interaction belongs to another contact; the next one of its author goes there by itself.

use super::deed::Deed;
use super::{called, contact, filed_with, named, proof_of_mail};
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::outcome::{Change, Filed, Outcome};
use crate::commands::problem::{Failure, Problem};
use crate::commands::resolve;
use crate::domain::why::{Rule, Why};
use crate::domain::{address, people};
use crate::store::Tx;
use crate::store::workspace::contacts::{self, ContactRow};
use crate::store::workspace::interactions::{ContactRole, InteractionRow};
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::{members, refile, rules, timeline};
use serde_json::{Value, json};

/// Kinds of mail that no person wrote, or wrote to many: their author teaches nothing about the next one.
const UNTAUGHT: [&str; 5] = ["list", "bounce", "delayed", "delivered", "feedback"];

const EXAMPLE: &str = "file #i9: bob@acme.example";

/// Moves the target to a contact, which is made where the address is new, and learns the author's address.
pub async fn file(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    to: &Ref,
) -> Result<Outcome, Failure> {
    let interaction = resolve::interaction(tx, number(cx, target)?).await?;
    let from = filed_with(tx, interaction.id).await?;
    let (contact, change) = destination(tx, cx, &interaction, to).await?;
    let to_named = named(tx, &contact).await?;
    let only_there = from.len() == 1 && from.iter().all(|c| c.id == contact.id);
    let there = interaction.state == "filed" && only_there;
    let learned = learn(tx, cx, &interaction, &contact).await?;
    let outcome = |change, learned| {
        Outcome::Filed(Filed {
            id: interaction.id,
            what: called(&interaction),
            from,
            to: to_named,
            change,
            learned,
        })
    };
    if there && learned.is_none() {
        return Ok(outcome(Change::None, None));
    }
    let before = state(tx, &interaction, learned.as_deref()).await?;
    let mut deed = Deed::new("file");
    touch(tx, &mut deed, &interaction, &contact, learned.as_deref()).await?;
    let moved = moved(tx, cx, &interaction, &contact, to).await?;
    if let Some(author) = &learned {
        let member = cx.actor.member_id;
        rules::learn(tx, author, contact.id, interaction.id, member, cx.now_us).await?;
    }
    let after = state(tx, &moved, learned.as_deref()).await?;
    let subject = format!("#i{}", interaction.id);
    deed.finish(tx, cx, subject, before, after).await?;
    Ok(outcome(if there { Change::None } else { change }, learned))
}

/// The rows that filing changes.
async fn touch(
    tx: &mut Tx,
    deed: &mut Deed,
    interaction: &InteractionRow,
    contact: &ContactRow,
    learned: Option<&str>,
) -> Result<(), Failure> {
    let id = interaction.id;
    deed.touch(tx, RowKey::number(Table::Interaction, id))
        .await?;
    deed.touch(tx, RowKey::part(contact.id, id)).await?;
    for role in timeline::roles(tx, id).await? {
        deed.touch(tx, RowKey::part(role.contact_id, id)).await?;
    }
    if let Some(author) = learned {
        deed.touch(tx, RowKey::text(Table::FilingRule, author))
            .await?;
    }
    Ok(())
}

/// Which interaction: the target, or the mail that the command came with.
fn number(cx: &Cx, target: Option<&Ref>) -> Result<i64, Problem> {
    match (target, cx.about_interaction) {
        (Some(Ref::Interaction(id)), _) => Ok(*id),
        (_, Some(id)) => Ok(id),
        (Some(other), None) => {
            let problem = format!("{other} is no mail or note: say which, by its number");
            Err(Problem::new(problem).nearest(EXAMPLE))
        }
        (None, None) => {
            let problem = "which mail or note is to be filed? Say its number";
            Err(Problem::new(problem).nearest(EXAMPLE))
        }
    }
}

/// The contact that was named; made where an address is new and can be a contact's.
async fn destination(
    tx: &mut Tx,
    cx: &Cx,
    interaction: &InteractionRow,
    to: &Ref,
) -> Result<(ContactRow, Change), Failure> {
    let Ref::Address { name, address } = to else {
        return Ok((resolve::contact(tx, to).await?, Change::Moved));
    };
    if contacts::by_address(tx, address).await?.is_some() {
        return Ok((resolve::contact(tx, to).await?, Change::Moved));
    }
    let (local_part, domain) = address::split(address).unwrap_or_default();
    if domain.eq_ignore_ascii_case(&cx.mail_domain) {
        let (bare, _) = address::split_tag(local_part);
        let owner = contacts::by_capture(tx, bare).await?;
        let problem = || Problem::new(format!("{address} is an address of ours, and no contact's"));
        let owner = Ref::Contact(owner.ok_or_else(problem)?.id);
        return Ok((resolve::contact(tx, &owner).await?, Change::Moved));
    }
    if members::by_address(tx, address).await?.is_some() {
        let problem = format!("{address} is a member of this workspace, not a contact");
        return Err(Problem::new(problem).into());
    }
    if people::is_role(address) {
        let problem = format!(
            "{address} is nobody's own address, so it makes no contact; name a person or a #c number"
        );
        return Err(Problem::new(problem).into());
    }
    let is_author = interaction.author_address.as_deref() == Some(address);
    let known = interaction.author_name.as_deref().filter(|_| is_author);
    let made = contact::make(tx, cx, address, name.as_deref().or(known)).await?;
    Ok((made, Change::MadeContact))
}

/// The author whose next mail is to be filed with this contact: not a member, not the contact itself, nobody's program, and
/// not learned before.
async fn learn(
    tx: &mut Tx,
    cx: &Cx,
    interaction: &InteractionRow,
    contact: &ContactRow,
) -> Result<Option<String>, Failure> {
    let Some(author) = interaction.author_address.clone() else {
        return Ok(None);
    };
    let by_member = interaction.author_kind == "member"
        || author == cx.actor.email
        || members::by_address(tx, &author).await?.is_some();
    let untaught = UNTAUGHT.contains(&interaction.class.as_str());
    if by_member || untaught || interaction.kind == "report" {
        return Ok(None);
    }
    let owner = contacts::by_address(tx, &author).await?;
    let needed = match refile::rule_of(tx, &author).await? {
        // What was taught before leads away, also from the owner of the address.
        Some(other) => other != contact.id,
        // The contact's own address needs no rule.
        None => owner.is_none_or(|owner| owner.id != contact.id),
    };
    Ok(needed.then_some(author))
}

/// Writes the interaction where it belongs, by hand.
async fn moved(
    tx: &mut Tx,
    cx: &Cx,
    interaction: &InteractionRow,
    contact: &ContactRow,
    to: &Ref,
) -> Result<InteractionRow, Failure> {
    let mut roles = timeline::roles(tx, interaction.id).await?;
    let role = role(interaction, &roles);
    roles.retain(|r| r.role == "participant" && r.contact_id != contact.id);
    roles.push(ContactRole {
        contact_id: contact.id,
        interaction_id: interaction.id,
        role,
    });
    let mut row = interaction.clone();
    row.state = "filed".to_owned();
    row.why = Why {
        rule: Rule::ByHand,
        address: Some(to.to_string()),
        member: Some(cx.actor.member_id),
        proof: proof_of_mail(cx),
        ..Why::default()
    }
    .to_json();
    if wrote(tx, &row, contact).await? {
        row.author_kind = "contact".to_owned();
        row.author_contact_id = Some(contact.id);
    }
    refile::refile(tx, &row, &roles).await?;
    Ok(row)
}

/// The role of the contact in the place of those who had the interaction before.
fn role(interaction: &InteractionRow, before: &[ContactRole]) -> String {
    if let Some(role) = before.iter().find(|r| r.role != "participant") {
        return role.role.clone();
    }
    let author = interaction.author_kind.as_str();
    let word = match (interaction.direction.as_str(), author) {
        ("out", _) => "recipient",
        ("in", "contact" | "other") => "author",
        _ => "about",
    };
    word.to_owned()
}

/// Whether this contact wrote it, as its address says.
async fn wrote(tx: &mut Tx, row: &InteractionRow, contact: &ContactRow) -> Result<bool, Failure> {
    let outside = row.author_kind != "member";
    let Some(author) = row.author_address.as_deref().filter(|_| outside) else {
        return Ok(false);
    };
    let owner = contacts::by_address(tx, author).await?;
    Ok(owner.is_some_and(|owner| owner.id == contact.id))
}

/// What filing changes, for the journal.
async fn state(tx: &mut Tx, of: &InteractionRow, learned: Option<&str>) -> Result<Value, Failure> {
    let roles = timeline::roles(tx, of.id).await?;
    let contacts: Vec<Value> = roles
        .iter()
        .map(|r| json!({ "contact": r.contact_id, "role": r.role }))
        .collect();
    let rule = match learned {
        Some(author) => json!({ "author": author, "contact": refile::rule_of(tx, author).await? }),
        None => Value::Null,
    };
    let why: Value = serde_json::from_str(&of.why).unwrap_or(Value::Null);
    Ok(json!({
        "state": of.state,
        "contacts": contacts,
        "author_kind": of.author_kind,
        "author_contact": of.author_contact_id,
        "why": why,
        "rule": rule,
    }))
}
