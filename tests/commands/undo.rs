//! Undo and redo: what a command did is as if it had never been, and what others did since is never lost.

use crate::dump::difference;
use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Answering, Confirmation, Cx, Verdict, run};
use rapport::store::registry::Role;
use rapport::store::workspace::last_numbers;
use std::collections::BTreeMap;

const DAY_US: i64 = 86_400_000_000;

/// Ada (#c1) and Bob (#c2) of Acme, a mail of Ada (#i1) and one of somebody who is no contact yet (#i2).
pub async fn desk(world: &World) {
    world.contact("Ada Byron", "Acme", "ada@acme.example").await;
    world.contact("Bob Ray", "Acme", "bob@acme.example").await;
    world
        .mail("ada@acme.example", Some(1), "Pilot", "Shall we?")
        .await;
    world
        .mail("eve@home.example", None, "Hello", "It is me")
        .await;
    world.settle().await;
}

async fn say_as(world: &World, cx: &Cx, line: &str) -> (Verdict, String) {
    let replies = run(&world.store, cx, line).await.unwrap();
    let worst = match replies.iter().any(|r| r.verdict == Verdict::Refused) {
        true => Verdict::Refused,
        false => replies[0].verdict,
    };
    (worst, text::render(&replies, 200))
}

impl World {
    /// The last number of a kind that was given out.
    pub async fn last(&self, kind: &str) -> i64 {
        let numbers = last_numbers(&mut self.read().await).await.unwrap();
        numbers.get(kind).copied().unwrap_or_default()
    }
}

/// An answer to the message that acknowledged a batch.
fn answering(cx: &Cx, batch: Option<i64>) -> Cx {
    Cx {
        answering: Some(Answering {
            number: 1,
            kind: "ack".to_owned(),
            items: BTreeMap::new(),
            batch,
        }),
        ..cx.clone()
    }
}

#[tokio::test]
async fn what_each_verb_did_is_undone_redone_and_undone_again() {
    let cases = [
        ("", "next action #c1: call by friday"),
        ("next action #c1: call", "next action #c1: write on Monday"),
        (
            "next action #c1: call\nnext action #c1: write",
            "done #a1 by post",
        ),
        ("next action #c1: call every monday", "done #a1"),
        ("next action #c1: call by friday", "snooze #a1 3 days"),
        ("", "remind me to look in 2 weeks"),
        ("", "call #c1: wants the pilot"),
        ("", "meeting #c2: went well"),
        ("", "tag #c1: vip, berlin"),
        ("tag #c1: vip, berlin", "untag #c1: vip"),
        ("", "phone #c1: +49 30 1234"),
        ("phone #c1: +49 30 1234", "clear #c1 phone"),
        ("", "name #c1: Ada Lovelace"),
        ("", "email #c1: ada@new.example"),
        ("", "@ada:\nset shoe size: 38"),
        ("@ada:\nset shoe size: 38", "clear @ada: shoe size"),
        ("", "company #c1: Foo Oy"),
        ("", "new: Carl Moor <carl@new.example>"),
        ("", "assign #c1: me"),
        ("", "status #c1: qualified"),
        ("", "score #c1: 80"),
        ("", "keep in touch #c1: 30 days"),
        ("", "mute #c1"),
        ("mute #c1", "unmute #c1"),
        ("", "rotate #c1"),
        ("tag #c2: vip\nnext action #c2: call", "merge #c1: #c2"),
        ("merge #c1: #c2", "unmerge #c2"),
        ("", "delete #c1"),
        ("delete #c1", "restore #c1"),
        ("note #c1: tea", "delete #i9"),
        ("next action #c1: call", "delete #a1"),
        ("", "my zone: Asia/Tokyo"),
        ("", "my quiet: on"),
        ("", "note #c1: prefers tea"),
        ("", "note #i1: they want tea"),
        ("", "file #i2: #c1"),
        ("", "file #i1: #c2"),
        ("", "file #i2: Eve Moor <eve@home.example>"),
        ("", "file #i2: Carl <carl@new.example>"),
        ("file #i2: #c1", "file #i2: #c2"),
        ("", "note #c1: one\nnote #c2: two\nfile #i2: #c2"),
        ("", "next #c1: call by friday"),
        ("next #c1: call by 20 Dec", "next #c1: visit by friday"),
        ("next #c1: call\nnext #c1: visit", "done #c1: she agreed"),
        ("next #c1: call every monday", "done #c1"),
        (
            "next #c1: call by friday\nnext #c1: visit by 30 Nov",
            "snooze #c1: 3 weeks",
        ),
        ("", "remind me to buy stamps tomorrow"),
        ("remind #i1: every monday", "snooze #i1: tomorrow"),
        ("", "call #c1: she wants tea\nmet #i1: at the fair"),
        ("", "my zone: Europe/Berlin\nmy name: Grace Hopper"),
    ];
    for mut world in worlds().await {
        desk(&world).await;
        world.cx.confirmation = Confirmation::Given;
        for (first, line) in cases {
            // Numbers go on from case to case.
            let action = format!("#a{}", world.last("action").await + 1);
            let note = format!("#i{}", world.last("interaction").await + 1);
            let line = &line.replace("#a1", &action).replace("#i9", &note);
            let clean = world.dump().await;
            if !first.is_empty() {
                world.done(first).await;
            }
            let before = world.dump().await;
            world.done(line).await;
            let after = world.dump().await;
            assert_ne!(before, after, "{line}");
            for (word, wanted) in [
                ("undo", &before),
                ("redo", &after),
                ("undo", &before),
                ("redo", &after),
                ("undo", &before),
            ] {
                let shown = world.done(word).await;
                let is = world.dump().await;
                assert_eq!(
                    *wanted,
                    is,
                    "{line}, {word}: {shown}\n{}",
                    difference(wanted, &is)
                );
            }
            if !first.is_empty() {
                world.done("undo").await;
            }
            let left = world.dump().await;
            assert_eq!(clean, left, "{first}: {}", difference(&clean, &left));
        }
    }
}

#[tokio::test]
async fn what_others_changed_since_is_shown_and_not_lost() {
    for world in worlds().await {
        desk(&world).await;
        let mia = world.member("mia@us.example", Role::Member).await;
        world.done("file #i2: #c1").await;
        let mine = world.changes("#i2").await[0].id;
        say_as(&world, &mia, "file #i2: #c2").await;
        let before = world.dump().await;
        for line in ["undo".to_owned(), format!("undo #j{mine}")] {
            let shown = world.refused(&line).await;
            assert!(shown.contains("mia@us.example"), "{shown}");
            assert!(shown.contains("eve@home.example"), "{shown}");
            assert!(shown.contains("#c2 Bob Ray"), "{shown}");
            assert!(
                shown.contains(&format!("undo #j{mine} would lose that")),
                "{shown}"
            );
        }
        assert_eq!(before, world.dump().await);
        // Taken back by the one who made it, the way is free.
        assert_eq!(say_as(&world, &mia, "undo").await.0, Verdict::Done);
        world.done("undo").await;
    }
}

#[tokio::test]
async fn every_kind_of_conflict_is_shown_as_a_difference() {
    // What is done, what another member does then, and what the refusal of the undo says.
    let cases: [(&str, &str, &[&str]); 8] = [
        (
            "phone #c1: +49 30 1234",
            "phone #c1: +49 40 9",
            &[
                "#c1 Ada Byron phone: you set +49 30 1234, mia@us.example set +49 40 9 on Sat 14 Nov 2026 07:30",
                "would lose that",
            ],
        ),
        (
            "@ada:\nset shoe size: 38",
            "@ada:\nset shoe size: 39",
            &["#c1 Ada Byron shoe size: you set 38, mia@us.example set 39"],
        ),
        (
            "new: Carl Moor <carl@new.example>",
            "tag @carl: vip",
            &["Carl Moor: 1 tag belongs to it now"],
        ),
        (
            "new: Carl Moor <carl@new.example>",
            "note @carl: tea\nnote @carl: milk",
            &["Carl Moor: 2 interactions belong to it now"],
        ),
        (
            "new: Carl Moor <carl@new.example>",
            "next action @carl: call",
            &["Carl Moor: 1 action belongs to it now"],
        ),
        (
            "new: Carl Moor <carl@new.example>",
            "status @carl: qualified",
            &["Carl Moor status: you emptied it, mia@us.example set qualified"],
        ),
        (
            "assign #c1: me",
            "assign #c1: mia@us.example",
            &["responsible: you set Grace, mia@us.example set mia@us.example"],
        ),
        (
            "status #c1: cold\nphone #c1: +49 30 1234",
            "status #c1: warm",
            &[
                "status: you set cold, mia@us.example set warm",
                "the rest alone: undo #j",
            ],
        ),
    ];
    for world in worlds().await {
        desk(&world).await;
        let mia = world.member("mia@us.example", Role::Member).await;
        let start = world.dump().await;
        for (mine, theirs, told) in cases {
            world.done(mine).await;
            let (verdict, shown) = say_as(&world, &mia, theirs).await;
            assert_eq!(verdict, Verdict::Done, "{shown}");
            let before = world.dump().await;
            let (verdict, shown) = say_as(&world, &world.cx, "undo").await;
            assert_eq!(verdict, Verdict::Refused, "{mine}: {shown}");
            for part in told {
                assert!(shown.contains(part), "{mine}: {shown}");
            }
            assert_eq!(before, world.dump().await, "{mine}");
            let (verdict, shown) = say_as(&world, &mia, "undo").await;
            assert_eq!(verdict, Verdict::Done, "{shown}");
            world.done("undo").await;
            let left = world.dump().await;
            assert_eq!(start, left, "{mine}: {}", difference(&start, &left));
        }
    }
}

#[tokio::test]
async fn a_contact_to_which_something_was_filed_since_is_not_unmade() {
    for world in worlds().await {
        desk(&world).await;
        world.done("file #i2: Eve Moor <eve@home.example>").await;
        world.mail("eve@home.example", Some(3), "Again", "Me").await;
        let before = world.dump().await;
        let shown = world.refused("undo").await;
        assert!(
            shown.contains("#c3 Eve Moor: 1 interaction belongs to it now"),
            "{shown}"
        );
        assert_eq!(before, world.dump().await);
        world.done("note #c3: tea").await;
        world.done("undo").await;
        world.refused("undo").await;
    }
}

#[tokio::test]
async fn a_change_is_kept_for_thirty_days() {
    for world in worlds().await {
        desk(&world).await;
        world.done("note #c1: tea").await;
        let change = world.changes("#i3").await[0].id;
        let later = |days: i64, more_us: i64| Cx {
            now_us: world.cx.now_us + days * DAY_US + more_us,
            ..world.cx.clone()
        };
        for line in ["undo".to_owned(), format!("undo #j{change}")] {
            let (verdict, shown) = say_as(&world, &later(30, 1), &line).await;
            assert_eq!(verdict, Verdict::Refused, "{shown}");
            assert!(shown.contains("30 days"), "{shown}");
        }
        let (verdict, shown) = say_as(&world, &later(30, 0), "undo").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        // The undo is younger than what it took back.
        let (verdict, shown) = say_as(&world, &later(40, 0), "redo").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
    }
}

#[tokio::test]
async fn ones_own_changes_are_taken_back_and_by_admins_anybodys() {
    for world in worlds().await {
        desk(&world).await;
        let mia = world.member("mia@us.example", Role::Member).await;
        let adam = world.member("adam@us.example", Role::Admin).await;
        world.done("note #c1: tea").await;
        let change = world.changes("#i3").await[0].id;
        let line = format!("undo #j{change}");
        let (verdict, shown) = say_as(&world, &mia, &line).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("is not yours"), "{shown}");
        // Not by the back door of an answer either.
        let batch = world.changes("#i3").await[0].batch;
        for line in ["undo", "undo 1"] {
            let (verdict, _) = say_as(&world, &answering(&mia, Some(batch)), line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
        }
        assert_eq!(say_as(&world, &mia, "undo").await.0, Verdict::Refused);
        let (verdict, shown) = say_as(&world, &adam, &line).await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("by Grace"), "{shown}");
        // Whose undo it was, may do it again; and the one whose change it was hears who took it back.
        let shown = world.refused(&line).await;
        assert!(
            shown.contains("was taken back already, by adam@us.example"),
            "{shown}"
        );
        assert_eq!(say_as(&world, &mia, "redo").await.0, Verdict::Refused);
        assert_eq!(say_as(&world, &adam, "redo").await.0, Verdict::Done);
        world.refused("undo").await;
        world.done(&line).await;
    }
}

#[tokio::test]
async fn an_answer_takes_back_what_was_acknowledged_and_a_number_its_line() {
    for world in worlds().await {
        desk(&world).await;
        let start = world.dump().await;
        world.done("note #c1: one\nshow #c1\nnote #c2: two").await;
        let batch = world.changes("#i3").await[0].batch;
        world.done("note #c1: three").await;
        let answer = answering(&world.cx, Some(batch));
        let (verdict, shown) = say_as(&world, &answer, "undo 3").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("#i4") && !shown.contains("#i3"), "{shown}");
        for (line, why) in [
            ("undo 3", "was taken back already, by you"),
            ("undo 2", "line 2 of that message changed nothing"),
            ("undo 9", "line 9 of that message changed nothing"),
        ] {
            let (verdict, shown) = say_as(&world, &answer, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(shown.contains(why), "{line}: {shown}");
        }
        // What is left of it.
        let (verdict, shown) = say_as(&world, &answer, "undo").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("#i3") && !shown.contains("#i4"), "{shown}");
        assert_eq!(say_as(&world, &answer, "undo").await.0, Verdict::Refused);
        let (verdict, shown) = say_as(&world, &answer, "redo").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("#i3") && shown.contains("#i4"), "{shown}");
        // A digest acknowledges nothing: its numbers are none of changes, and undo alone means the last text.
        let digest = answering(&world.cx, None);
        assert_eq!(say_as(&world, &digest, "undo 2").await.0, Verdict::Refused);
        assert_eq!(say_as(&world, &digest, "undo").await.0, Verdict::Done);
        world.done("undo").await;
        let left = world.dump().await;
        assert_eq!(start, left, "{}", difference(&start, &left));
    }
}

#[tokio::test]
async fn elsewhere_a_number_says_how_many_texts() {
    for world in worlds().await {
        desk(&world).await;
        let start = world.dump().await;
        let shown = world.refused("undo").await;
        assert!(shown.contains("changed nothing"), "{shown}");
        for text in [
            "note #c1: one",
            "note #c1: two\nnote #c2: three",
            "note #c1: four",
        ] {
            world.done(text).await;
        }
        let shown = world.refused("undo 4").await;
        assert!(shown.contains("only 3"), "{shown}");
        world.refused("undo 0").await;
        let shown = world.done("undo 2").await;
        assert!(!shown.contains("#i3"), "{shown}");
        let shown = world.done("undo").await;
        assert!(shown.contains("#i3"), "{shown}");
        assert_eq!(start, world.dump().await);
        // Two undos are two: the last one is done again first.
        let shown = world.done("redo").await;
        assert!(shown.contains("#i3") && !shown.contains("#i6"), "{shown}");
        let shown = world.done("redo").await;
        assert!(shown.contains("#i6") && shown.contains("#i4"), "{shown}");
        world.refused("redo").await;
        world.done("undo\nundo").await;
        assert_eq!(start, world.dump().await);
    }
}

#[tokio::test]
async fn the_last_that_was_done_again_is_the_last_that_undo_takes_back() {
    for world in worlds().await {
        desk(&world).await;
        world.done("note #c1: one").await;
        world.done("undo").await;
        world.done("note #c2: two").await;
        world.done("redo").await;
        let shown = world.done("undo").await;
        assert!(shown.contains("#i3 note \"one\""), "{shown}");
        let shown = world.done("undo").await;
        assert!(shown.contains("#i4 note \"two\""), "{shown}");
    }
}

#[tokio::test]
async fn an_undo_that_is_only_told_changes_nothing() {
    for world in worlds().await {
        desk(&world).await;
        world.done("note #c1: one").await;
        let before = world.dump().await;
        let replies = world.say("?undo").await;
        assert_eq!(replies[0].verdict, Verdict::Told);
        assert_eq!(before, world.dump().await);
        // Of a text of which a line fails, the undo is undone as well.
        world.refused("undo\nnote #c99: two").await;
        assert_eq!(before, world.dump().await);
        world.done("undo").await;
    }
}

#[tokio::test]
async fn what_is_in_no_journal_of_commands_cannot_be_taken_back() {
    for world in worlds().await {
        desk(&world).await;
        let shown = world.refused("undo #j1").await;
        assert!(shown.contains("there is no change #j1"), "{shown}");
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        world.done("note #c1: one").await;
        for line in ["undo", "undo #j1", "redo", "confirm 1234"] {
            let (verdict, shown) = say_as(&world, &viewer, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(shown.contains("needs the role member"), "{shown}");
        }
    }
}

#[tokio::test]
async fn why_of_a_contact_tells_who_changed_what() {
    for world in worlds().await {
        desk(&world).await;
        world.done("file #i2: Eve Moor <eve@home.example>").await;
        let shown = world.done("why #c3").await;
        assert!(shown.contains("#c3 Eve Moor"), "{shown}");
        assert!(shown.contains("Grace: new, on the command line"), "{shown}");
        let shown = world.done("why #c1").await;
        assert!(shown.contains("Nobody changed it by a command"), "{shown}");
    }
}
