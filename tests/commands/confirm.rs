//! What destroys waits for a code of four digits, which its member was given, once, for a day.

use crate::world::{World, worlds};
use rapport::commands::execute::confirm::{Waiting, wait};
use rapport::commands::reply::text;
use rapport::commands::{Confirmation, Cx, Verdict, apply, parse, run};
use rapport::domain::chance::Chance;
use rapport::domain::language::Language;
use rapport::on;
use rapport::store::registry::Role;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const HOUR_US: i64 = 3_600_000_000;

/// Ada (#c1), Bob (#c2), and for each an action (#a1, #a2). Codes are 0007, 0007, 0008, 0008, 0009, …
async fn desk(world: &World) -> Cx {
    world.contact("Ada Byron", "Acme", "ada@acme.example").await;
    world.contact("Bob Ray", "Acme", "bob@acme.example").await;
    let drawn = Arc::new(AtomicU64::new(14));
    let cx = Cx {
        chance: Chance::of(move || drawn.fetch_add(1, Ordering::Relaxed) / 2),
        ..world.cx.clone()
    };
    for line in ["next action #c1: call", "next action #c2: write"] {
        assert_eq!(say(world, &cx, line).await.0, Verdict::Done);
    }
    world.settle().await;
    cx
}

async fn say(world: &World, cx: &Cx, line: &str) -> (Verdict, String) {
    let replies = run(&world.store, cx, line).await.unwrap();
    let refused = replies.iter().any(|r| r.verdict == Verdict::Refused);
    let verdict = match refused {
        true => Verdict::Refused,
        false => replies[0].verdict,
    };
    (verdict, text::render(&replies, 200))
}

fn later(cx: &Cx, us: i64) -> Cx {
    Cx {
        now_us: cx.now_us + us,
        ..cx.clone()
    }
}

async fn waiting(world: &World) -> i64 {
    let mut tx = world.read().await;
    on!(&mut tx, c => sqlx::query_scalar("select count(*) from confirmation where used_at is null")
        .fetch_one(c).await.unwrap())
}

#[tokio::test]
async fn what_destroys_is_told_first_and_done_once_when_its_code_comes() {
    for world in worlds().await {
        let cx = desk(&world).await;
        let before = world.dump().await;
        let (verdict, shown) = say(&world, &cx, "delete #a1").await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert!(shown.contains("Nothing is done yet"), "{shown}");
        assert!(
            shown.contains("confirm 0007 does it, until 15 Nov 2026 07:30"),
            "{shown}"
        );
        assert_eq!(before, world.dump().await);
        let (verdict, shown) = say(&world, &cx, "?confirm 0007").await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert_eq!(before, world.dump().await);
        let (verdict, shown) = say(&world, &cx, "confirm 0007").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("Confirmed: delete #a1"), "{shown}");
        assert_ne!(before, world.dump().await);
        let (verdict, shown) = say(&world, &cx, "confirm 0007").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(
            shown.contains("0007 was confirmed already, on Sat 14 Nov 2026 07:30"),
            "{shown}"
        );
        assert_eq!(say(&world, &cx, "undo").await.0, Verdict::Done);
        assert_eq!(before, world.dump().await);
    }
}

#[tokio::test]
async fn what_cannot_be_done_or_is_only_told_gets_no_code() {
    for world in worlds().await {
        let cx = desk(&world).await;
        for (line, wanted) in [
            ("delete #a99", Verdict::Refused),
            ("?delete #a1", Verdict::Told),
            // All or none: the code of a text that is refused is none.
            ("delete #a1\nnote #c99: x", Verdict::Refused),
        ] {
            let (verdict, shown) = say(&world, &cx, line).await;
            assert_eq!(verdict, wanted, "{shown}");
            assert!(!shown.contains("confirm 00"), "{line}: {shown}");
            assert_eq!(waiting(&world).await, 0, "{line}");
        }
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        assert_eq!(say(&world, &viewer, "delete #a1").await.0, Verdict::Refused);
        assert_eq!(waiting(&world).await, 0);
    }
}

#[tokio::test]
async fn lines_that_need_no_code_are_done_beside_one_that_does() {
    for world in worlds().await {
        let cx = desk(&world).await;
        let (_, shown) = say(&world, &cx, "note #c1: tea\ndelete #a1\ndelete #a2").await;
        assert!(shown.contains("Noted for #c1"), "{shown}");
        assert!(
            shown.contains("confirm 0007") && shown.contains("confirm 0008"),
            "{shown}"
        );
        assert_eq!(waiting(&world).await, 2);
        let (verdict, shown) = say(&world, &cx, "confirm 0007\nconfirm 0008").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert_eq!(waiting(&world).await, 0);
    }
}

#[tokio::test]
async fn a_code_is_its_members_and_for_a_day() {
    for world in worlds().await {
        let cx = desk(&world).await;
        let adam = world.member("adam@us.example", Role::Admin).await;
        say(&world, &cx, "delete #a1").await;
        let (verdict, shown) = say(&world, &adam, "confirm 0007").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("nothing of yours waits for 0007"), "{shown}");
        let (verdict, shown) = say(&world, &later(&cx, 24 * HOUR_US), "confirm 0007").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(
            shown.contains("0007 ran out on Sun 15 Nov 2026 07:30"),
            "{shown}"
        );
        let (verdict, _) = say(&world, &later(&cx, 24 * HOUR_US - 1), "confirm 0007").await;
        assert_eq!(verdict, Verdict::Done);
    }
}

#[tokio::test]
async fn five_wrong_codes_in_an_hour_close_the_door_for_that_hour() {
    for world in worlds().await {
        let cx = desk(&world).await;
        say(&world, &cx, "delete #a1").await;
        // However they are brought in: a line, a line only told, among others that are fine.
        for line in ["confirm 1111", "?confirm 1112", "note #c1: x\nconfirm 1113"] {
            assert_eq!(say(&world, &cx, line).await.0, Verdict::Refused, "{line}");
        }
        // A code of yesterday is no guess.
        let mut tries = String::new();
        for code in 2000..2090 {
            tries.push_str(&format!("confirm {code}\n"));
        }
        tries.push_str("confirm 0007");
        let (verdict, shown) = say(&world, &later(&cx, 1), &tries).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(
            !shown.contains("nothing of yours"),
            "what is right cannot be told from it: {shown}"
        );
        for line in ["confirm 0007", "?confirm 0007", "confirm 1111"] {
            let (verdict, shown) = say(&world, &later(&cx, HOUR_US - 1), line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(
                shown.contains("none is taken before Sat 14 Nov 2026 08:30"),
                "{shown}"
            );
        }
        let (verdict, shown) = say(&world, &later(&cx, HOUR_US + 1), "confirm 0007").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
    }
}

#[tokio::test]
async fn too_much_cannot_wait_and_no_code_stands_for_two_things() {
    for world in worlds().await {
        let cx = desk(&world).await;
        let mut tx = world.write().await;
        let held = Waiting::Held {
            interaction_id: 1,
            text: "Hello",
        };
        let member = cx.actor.member_id;
        let mut codes = Vec::new();
        while let Some(code) = wait(&mut tx, &cx.chance, member, cx.now_us, held)
            .await
            .unwrap()
        {
            codes.push(code);
        }
        tx.commit().await.unwrap();
        assert_eq!(codes.len(), 180);
        codes.dedup();
        assert_eq!(codes.len(), 180);
        // What strangers fill leaves room for what the member asks for.
        for _ in 0..20 {
            assert_eq!(say(&world, &cx, "delete #a1").await.0, Verdict::Told);
        }
        let (verdict, shown) = say(&world, &cx, "delete #a1").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("20 commands wait"), "{shown}");
        // A day later there is room again.
        let tomorrow = later(&cx, 24 * HOUR_US);
        assert_eq!(say(&world, &tomorrow, "delete #a1").await.0, Verdict::Told);
    }
}

#[tokio::test]
async fn the_code_of_something_held_gives_it_to_who_files_it() {
    for world in worlds().await {
        let cx = desk(&world).await;
        let id = world
            .mail("eve@home.example", None, "Hello", "It is me")
            .await;
        let mut tx = world.write().await;
        let held = Waiting::Held {
            interaction_id: id,
            text: "Hello",
        };
        let member = cx.actor.member_id;
        let code = wait(&mut tx, &cx.chance, member, cx.now_us, held)
            .await
            .unwrap()
            .unwrap();
        let lines = parse::lines(&format!("note #c1: tea\nconfirm {code}"), Language::English);
        let applied = apply(&mut tx, &cx, &lines).await.unwrap();
        assert!(applied.is_done());
        assert_eq!(applied.let_in, [id]);
        let again = apply(&mut tx, &cx, &lines).await.unwrap();
        assert!(!again.is_done() && again.let_in.is_empty());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn with_the_button_pressed_nothing_waits() {
    for world in worlds().await {
        let cx = Cx {
            confirmation: Confirmation::Given,
            ..desk(&world).await
        };
        assert_eq!(say(&world, &cx, "delete #a1").await.0, Verdict::Done);
        assert_eq!(waiting(&world).await, 0);
    }
}

#[tokio::test]
async fn the_export_is_a_link_that_an_admin_gets_for_a_code() {
    for world in worlds().await {
        let mut cx = desk(&world).await;
        // Without an address of the page there is still a way.
        say(&world, &cx, "export").await;
        let (_, shown) = say(&world, &cx, "confirm 0007").await;
        assert!(shown.contains("rapport export --out FILE.zip"), "{shown}");
        cx.page_origin = Some("https://crm.example".to_owned());
        let (verdict, shown) = say(&world, &cx, "export").await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert!(shown.contains("confirm 0007"), "{shown}");
        assert!(!shown.contains("/data/export/"), "{shown}");
        let (verdict, shown) = say(&world, &cx, "confirm 0007").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        let link = format!("https://crm.example/data/export/{} ", cx.workspace_id);
        assert!(shown.contains(&link), "{shown}");
        cx.actor.role = Role::Member;
        let (verdict, shown) = say(&world, &cx, "export").await;
        assert_eq!(verdict, Verdict::Refused, "{shown}");
    }
}
