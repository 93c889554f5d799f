//! `tag`, `untag`.

use super::contact;
use super::fields::said;
use crate::commands::command::Ref;
use crate::commands::context::Cx;
use crate::commands::execute::deed::Deed;
use crate::commands::execute::named;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::people::Tagged;
use crate::commands::problem::{Failure, Problem};
use crate::domain::people::field;
use crate::store::Tx;
use crate::store::workspace::contact_fields;
use crate::store::workspace::ledger::RowKey;
use serde_json::json;

/// The most tags of a contact, and of one line.
pub(super) const TAGS_MAX: usize = 50;

/// Adds tags.
pub async fn tag(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    tags: &[String],
) -> Result<Outcome, Failure> {
    let tags = read(tags)?;
    let row = contact(tx, cx, target, "tag @ada: vip").await?;
    let before = contact_fields::tags(tx, row.id).await?;
    let (already, added): (Vec<String>, Vec<String>) =
        tags.into_iter().partition(|tag| before.contains(tag));
    if before.len() + added.len() > TAGS_MAX {
        let problem = format!(
            "a contact has at most {TAGS_MAX} tags; #c{} has {}",
            row.id,
            before.len()
        );
        return Err(Problem::new(problem).into());
    }
    let mut deed = Deed::new("tag");
    for tag in &added {
        deed.touch(tx, RowKey::tag(row.id, tag)).await?;
        contact_fields::add_tag(tx, row.id, tag).await?;
    }
    let of = named(tx, &row).await?;
    let tagged = Tagged {
        of,
        added,
        removed: Vec::new(),
        already,
        all: contact_fields::tags(tx, row.id).await?,
    };
    told(tx, cx, deed, before, tagged).await
}

/// Takes tags off.
pub async fn untag(
    tx: &mut Tx,
    cx: &Cx,
    target: Option<&Ref>,
    tags: &[String],
) -> Result<Outcome, Failure> {
    let tags = read(tags)?;
    let row = contact(tx, cx, target, "untag @ada: vip").await?;
    let before = contact_fields::tags(tx, row.id).await?;
    let (removed, already): (Vec<String>, Vec<String>) =
        tags.into_iter().partition(|tag| before.contains(tag));
    let mut deed = Deed::new("untag");
    for tag in &removed {
        deed.touch(tx, RowKey::tag(row.id, tag)).await?;
        contact_fields::drop_tag(tx, row.id, tag).await?;
    }
    let of = named(tx, &row).await?;
    let tagged = Tagged {
        of,
        added: Vec::new(),
        removed,
        already,
        all: contact_fields::tags(tx, row.id).await?,
    };
    told(tx, cx, deed, before, tagged).await
}

async fn told(
    tx: &mut Tx,
    cx: &Cx,
    deed: Deed,
    before: Vec<String>,
    tagged: Tagged,
) -> Result<Outcome, Failure> {
    let subject = format!("#c{}", tagged.of.id);
    let (before, after) = (json!({ "tags": before }), json!({ "tags": tagged.all }));
    deed.finish(tx, cx, subject, before, after).await?;
    Ok(Outcome::Tagged(tagged))
}

/// Each once, as they compare.
fn read(tags: &[String]) -> Result<Vec<String>, Problem> {
    if tags.is_empty() {
        return Err(Problem::new("it names no tag").nearest("tag: vip"));
    }
    if tags.len() > TAGS_MAX {
        return Err(Problem::new(format!(
            "a contact has at most {TAGS_MAX} tags"
        )));
    }
    let mut read: Vec<String> = Vec::new();
    for tag in tags {
        let tag = field::tag(tag).map_err(said)?;
        if !read.contains(&tag) {
            read.push(tag);
        }
    }
    Ok(read)
}
