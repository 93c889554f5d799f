//! What a digest tells: read from the workspace in a few bounded queries.

use super::schedule;
use crate::domain::Result;
use crate::domain::member_settings::MemberSettings;
use crate::domain::workspace_settings::WorkspaceSettings;
use crate::store::Tx;
use crate::store::workspace::actions::{self, ActionRow};
use crate::store::workspace::digests::{self, NewsLine, QuietLine, ReturnLine, Since, Tally};
use crate::store::workspace::listing::InteractionLine;
use crate::store::workspace::{members, settings};
use std::collections::HashMap;

/// How much of each kind is told; what is beyond is counted.
const ACTIONS_MAX: usize = 30;
const NEWS_MAX: usize = 15;
const QUIET_MAX: i64 = 8;
const QUIET_BY_DEFAULT_MAX: i64 = 5;
const WAITING_MAX: i64 = 5;
const CHANGES_MAX: i64 = 20;
/// Counting ends here: "and more than a thousand" says enough.
const COUNT_MAX: i64 = 1_000;

/// What a digest tells a member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// Due before today, the longest due first.
    pub overdue: Vec<ActionRow>,
    /// Due today, or before the next digest.
    pub due: Vec<ActionRow>,
    /// Contacts by the number that an action names: (number, name).
    pub names: HashMap<i64, (i64, String)>,
    /// What contacts wrote since the last digest, and others at their addresses.
    pub news: Vec<NewsLine>,
    /// Deleted contacts who wrote again.
    pub returned: Vec<ReturnLine>,
    /// Contacts gone quiet.
    pub quiet: Vec<QuietLine>,
    /// What waits for a contact to be named, and came since the last digest.
    pub unfiled: Vec<InteractionLine>,
    /// How much waits for that in all.
    pub unfiled_count: i64,
    /// What waits for a proof, and came since the last digest.
    pub held: Vec<InteractionLine>,
    /// How much waits for that in all.
    pub held_count: i64,
    /// Mails to contacts that were given up.
    pub given_up: i64,
    /// What a quiet member's commands changed: verb and subject.
    pub changes: Vec<(String, String)>,
    /// What happened in the last week, where nothing else is to be told.
    pub week: Option<Tally>,
    /// Whether there is more due than is told.
    pub has_more_due: bool,
    /// Whether there is more news than is told.
    pub has_more_news: bool,
}

impl Contents {
    /// Whether there is nothing to tell. What waits for long is told with the rest, and not by itself.
    pub fn is_empty(&self) -> bool {
        let has_tally = self.week.is_some_and(|tally| tally != Tally::default());
        self.overdue.is_empty()
            && self.due.is_empty()
            && self.news.is_empty()
            && self.returned.is_empty()
            && self.quiet.is_empty()
            && self.unfiled.is_empty()
            && self.held.is_empty()
            && self.given_up == 0
            && self.changes.is_empty()
            && !has_tally
    }
}

/// Reads what a digest of this moment tells, of what is new since the last one.
pub async fn contents(tx: &mut Tx, member_id: i64, since: Since, now_us: i64) -> Result<Contents> {
    let own = members::settings(tx, member_id).await?;
    let mut contents = Contents::default();
    due(tx, &mut contents, member_id, &own, now_us).await?;
    contents.news = digests::news(tx, member_id, since, more(NEWS_MAX)).await?;
    contents.has_more_news = contents.news.len() > NEWS_MAX;
    contents.news.truncate(NEWS_MAX);
    contents.returned = digests::returned(tx, member_id, since, WAITING_MAX).await?;
    contents.quiet = digests::quiet(tx, member_id, (since.at_us, now_us), QUIET_MAX).await?;
    let chosen = WorkspaceSettings::of(&settings::all(tx).await?);
    if let Some(days) = chosen.keep_in_touch_days {
        let between = (since.at_us, now_us);
        let quiet =
            digests::quiet_by_default(tx, member_id, days, between, QUIET_BY_DEFAULT_MAX).await?;
        contents.quiet.extend(quiet);
    }
    contents.unfiled = digests::came(tx, "unfiled", since, WAITING_MAX).await?;
    contents.held = digests::came(tx, "held", since, WAITING_MAX).await?;
    contents.unfiled_count = digests::waiting(tx, "unfiled", COUNT_MAX).await?;
    contents.held_count = digests::waiting(tx, "held", COUNT_MAX).await?;
    contents.given_up = digests::given_up(tx, member_id, since.at_us, COUNT_MAX).await?;
    if own.quiet == Some(true) {
        contents.changes = digests::changes(tx, member_id, since.at_us, CHANGES_MAX).await?;
    }
    if contents.is_empty() && schedule::is_first_of_week(&own, now_us) {
        let week_ago = schedule::days_before(now_us, 7);
        contents.week = Some(digests::tally(tx, member_id, week_ago).await?);
    }
    Ok(contents)
}

async fn due(
    tx: &mut Tx,
    contents: &mut Contents,
    member_id: i64,
    settings: &MemberSettings,
    now_us: i64,
) -> Result<()> {
    let until_us = schedule::horizon(settings, now_us);
    let mut rows = actions::due_actions(tx, member_id, until_us, more(ACTIONS_MAX)).await?;
    contents.has_more_due = rows.len() > ACTIONS_MAX;
    rows.truncate(ACTIONS_MAX);
    let contacts: Vec<i64> = rows.iter().filter_map(|row| row.contact_id).collect();
    for (asked, id, name) in actions::names_of(tx, &contacts).await? {
        contents.names.insert(asked, (id, name));
    }
    let today = schedule::day_of(settings, now_us);
    let is_overdue = |row: &ActionRow| row.due_at.is_some_and(|due| due < today);
    (contents.overdue, contents.due) = rows.into_iter().partition(is_overdue);
    Ok(())
}

/// One more than is told says that there is more.
fn more(told: usize) -> i64 {
    i64::try_from(told + 1).unwrap_or(i64::MAX)
}
