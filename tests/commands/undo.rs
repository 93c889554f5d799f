//! Undo and redo: what a command did is as if it had never been, and what others did since is never lost.

use crate::dump::difference;
use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Answering, Cx, Verdict, run};
use rapport::store::registry::Role;
use std::collections::BTreeMap;

const DAY_US: i64 = 86_400_000_000;

/// Ada (#c1) and Bob (#c2) of Acme, a mail of Ada (#i1) and one of somebody who is no contact yet (#i2).
async fn desk(world: &World) {
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
    for world in worlds().await {
        desk(&world).await;
        for (first, line) in cases {
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
