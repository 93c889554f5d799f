//! Every row of the language with every role: who may what, as a table that the rows are held against.

use crate::world::worlds;
use rapport::commands::reply::text;
use rapport::commands::specification::ROWS;
use rapport::commands::{Verdict, run};
use rapport::store::registry::Role;
use std::collections::BTreeSet;

/// The lowest role that may, and what it may, by the first name of each row.
const MAY: [(Role, &[&str]); 4] = [
    (
        Role::Viewer,
        &[
            "find",
            "help",
            "link telegram",
            "list",
            "my",
            "pipeline",
            "show",
            "sign in",
            "stats",
            "timeline",
            "today",
            "unlink telegram",
            "why",
        ],
    ),
    (
        Role::Member,
        &[
            "assign",
            "broadcast",
            "clear",
            "company",
            "confirm",
            "delete",
            "done",
            "file",
            "greeting",
            "keep in touch",
            "log",
            "merge",
            "mute",
            "new",
            "next action",
            "note",
            "paid",
            "redo",
            "remind",
            "restore",
            "rotate",
            "score",
            "set",
            "snooze",
            "status",
            "tag",
            "undo",
            "unmerge",
            "unmute",
            "untag",
        ],
    ),
    (
        Role::Admin,
        &[
            "connect bot",
            "disconnect bot",
            "erase",
            "export",
            "workspace",
        ],
    ),
    (Role::Owner, &["delete workspace", "restore workspace"]),
];

#[tokio::test]
async fn each_command_is_refused_to_each_role_below_its_own_and_to_no_other() {
    let all: BTreeSet<&str> = MAY
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.names[0]).collect();
    assert_eq!(all, rows, "the table and the language");
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let roles = [Role::Viewer, Role::Member, Role::Admin, Role::Owner];
        for (at, role) in roles.into_iter().enumerate() {
            // The length of an address makes its number.
            let email = format!("{}{}@us.example", role.word(), "x".repeat(10 * at));
            let cx = world.member(&email, role).await;
            for (lowest, names) in MAY {
                for name in names {
                    let row = ROWS.iter().find(|row| row.names[0] == *name).unwrap();
                    let line = row.examples[0];
                    let replies = run(&world.store, &cx, line).await.unwrap();
                    let said = text::render(&replies, 80);
                    assert!(!said.contains("was not understood"), "{line}: {said}");
                    let needed = format!("needs the role {}", lowest.word());
                    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
                    let is_refused = words.contains(&needed);
                    assert_eq!(is_refused, role < lowest, "{role:?} {line}: {said}");
                    assert!(
                        !is_refused || replies[0].verdict == Verdict::Refused,
                        "{role:?} {line}: {said}"
                    );
                }
            }
        }
    }
}
