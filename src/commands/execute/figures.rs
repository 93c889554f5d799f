//! `pipeline`, `stats`, and how a contact's time went: numbers, each with the chart that shows them.

use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::figures::{Pipeline, Stats, Week};
use crate::commands::problem::Failure;
use crate::domain::chat::{Chart, ChartForm};
use crate::store::Tx;
use crate::store::workspace::figures;
use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan, Zoned};

/// Weeks that `stats` looks back, this one included.
const WEEKS: i64 = 8;
/// Months of a contact.
const MONTHS: i64 = 12;

/// Contacts by status.
pub async fn pipeline(tx: &mut Tx) -> Result<Outcome, Failure> {
    let stages = figures::by_status(tx).await?;
    Ok(Outcome::Pipeline(Pipeline { stages }))
}

/// What happened in the last weeks.
pub async fn stats(tx: &mut Tx, cx: &Cx) -> Result<Outcome, Failure> {
    let mut weeks = Vec::new();
    for (from, until) in weeks_back(cx) {
        let (from_us, until_us) = (micros(&from), micros(&until));
        let mut week = Week {
            begins: from.strftime("%-d %b").to_string(),
            new_contacts: figures::new_contacts(tx, from_us, until_us).await?,
            done: figures::actions_done(tx, cx.actor.member_id, from_us, until_us).await?,
            ..Week::default()
        };
        for (direction, count) in figures::by_direction(tx, from_us, until_us).await? {
            match direction.as_str() {
                "in" => week.came = count,
                "out" => week.went = count,
                _ => week.notes += count,
            }
        }
        weeks.push(week);
    }
    let (open, overdue) = figures::actions_open(tx, cx.actor.member_id, cx.now_us).await?;
    let stages = figures::by_status(tx).await?;
    let contacts = stages.iter().map(|(_, count)| count).sum();
    Ok(Outcome::Stats(Stats {
        weeks,
        contacts,
        open,
        overdue,
    }))
}

fn now(cx: &Cx) -> Zoned {
    let now = Timestamp::from_microsecond(cx.now_us).unwrap_or(Timestamp::UNIX_EPOCH);
    now.to_zoned(cx.zone.clone())
}

fn micros(at: &Zoned) -> i64 {
    at.timestamp().as_microsecond()
}

/// Weeks from Monday to Monday in the member's zone, the oldest first.
fn weeks_back(cx: &Cx) -> Vec<(Zoned, Zoned)> {
    let now = now(cx);
    let behind = i64::from(now.weekday().since(Weekday::Monday));
    let begin = |weeks: i64| {
        let days = behind + 7 * weeks;
        now.checked_sub(days.days())
            .and_then(|day| day.start_of_day())
    };
    let week = |back: i64| Some((begin(back).ok()?, begin(back - 1).ok()?));
    (0..WEEKS).rev().filter_map(week).collect()
}

/// What was said with a contact month by month; none where there is too little to be seen.
pub async fn months_of(tx: &mut Tx, cx: &Cx, contact_id: i64) -> Result<Option<Chart>, Failure> {
    let first = now(cx).first_of_month().ok();
    let first = first.and_then(|first| first.checked_sub((MONTHS - 1).months()).ok());
    let Some(first) = first.and_then(|first| first.start_of_day().ok()) else {
        return Ok(None);
    };
    let said = figures::of_contact(tx, contact_id, micros(&first)).await?;
    if said.len() < 2 {
        return Ok(None);
    }
    let months: Vec<Zoned> = (0..MONTHS)
        .filter_map(|month| first.checked_add(month.months()).ok())
        .collect();
    let at = |happened_at: i64| {
        let before = months
            .iter()
            .take_while(|month| micros(month) <= happened_at)
            .count();
        before.saturating_sub(1)
    };
    let mut series = ["in", "out", "notes"].map(|name| (name.to_owned(), vec![0; months.len()]));
    for (happened_at, direction) in said {
        let which = match direction.as_str() {
            "in" => 0,
            "out" => 1,
            _ => 2,
        };
        let month = at(happened_at);
        if let Some(count) = series
            .get_mut(which)
            .and_then(|(_, all)| all.get_mut(month))
        {
            *count += 1;
        }
    }
    let labels = months.iter().map(|month| month.strftime("%b").to_string());
    Ok(Some(Chart {
        title: "Said in the last twelve months".to_owned(),
        form: ChartForm::Columns,
        labels: labels.collect(),
        series: series.to_vec(),
        ..Chart::default()
    }))
}
