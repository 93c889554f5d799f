//! Next actions and reminders: one is current, the others wait; dates are echoed; nothing is guessed.

mod agenda;
mod asking;
mod queue;
mod reminders;

use crate::world::World;
use rapport::commands::reply::text;
use rapport::commands::{Cx, Verdict, run};
use rapport::store::workspace::actions::{self, ActionRow};

/// Microseconds of a moment such as `2026-03-27T07:00:00Z`.
pub fn us(moment: &str) -> i64 {
    moment.parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

/// The same context at another moment.
pub fn at(cx: &Cx, moment: &str) -> Cx {
    Cx {
        now_us: us(moment),
        reference_us: us(moment),
        ..cx.clone()
    }
}

/// What is answered to lines that must be done.
pub async fn told(world: &World, cx: &Cx, line: &str) -> String {
    let replies = run(&world.store, cx, line).await.unwrap();
    let shown = text::render(&replies, 200);
    let done = replies.iter().all(|r| r.verdict != Verdict::Refused);
    assert!(done, "{line}: {shown}");
    shown
}

/// What is answered to lines that must be refused.
pub async fn refused(world: &World, cx: &Cx, line: &str) -> String {
    let replies = run(&world.store, cx, line).await.unwrap();
    let shown = text::render(&replies, 400);
    assert!(
        replies.iter().all(|r| r.verdict == Verdict::Refused),
        "{line}: {shown}"
    );
    shown
}

pub async fn action(world: &World, id: i64) -> ActionRow {
    let mut tx = world.read().await;
    actions::by_id(&mut tx, id).await.unwrap().unwrap()
}

pub async fn by_text(world: &World, text: &str) -> ActionRow {
    let mut tx = world.read().await;
    let member = world.cx.actor.member_id;
    let rows = actions::open_actions(&mut tx, member, 100).await.unwrap();
    rows.into_iter().find(|row| row.text == text).unwrap()
}

/// `*3 5 4`: the current action of a contact and those behind it, in their order.
pub async fn queue_of(world: &World, contact: i64) -> String {
    let mut tx = world.read().await;
    let member = world.cx.actor.member_id;
    let rows = actions::queue(&mut tx, member, contact, 100).await.unwrap();
    let shown: Vec<String> = rows
        .iter()
        .map(|row| match row.state.as_str() {
            "current" => format!("*{}", row.id),
            _ => row.id.to_string(),
        })
        .collect();
    shown.join(" ")
}
