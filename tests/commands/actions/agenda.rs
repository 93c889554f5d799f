//! What is to be done today, and what was said.

use super::{at, refused, told, us};
use crate::world::worlds;
use rapport::commands::{Cx, Ref, run};
use rapport::store::workspace::actions;

#[tokio::test]
async fn today_tells_what_is_overdue_and_due_and_counts_the_rest() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        let cx = &world.cx;
        told(
            &world,
            cx,
            "next @ada: call by friday\nnext @ada: visit\nnext @bob: offer 16 Nov 10:00\nnext @bob: lunch by 20 Dec",
        )
        .await;
        assert!(
            told(&world, cx, "today")
                .await
                .starts_with("Nothing is due today.\n")
        );
        // On Friday 20 November in Helsinki; in Honolulu it is still Thursday.
        let friday = at(cx, "2026-11-20T06:00:00Z");
        assert_eq!(
            told(&world, &friday, "today").await,
            format!(
                "Overdue\n\
                 #a3  offer\n     for #c{bob} Bob Stone · due Mon 16 Nov 2026, 10:00, 4 days ago\n\
                 \nToday\n\
                 #a1  call\n     for #c{ada} Ada Byron · due Fri 20 Nov 2026\n\
                 \nBeside that: 2 queued behind a current action; list actions shows all.\n\
                 Dates are those of Europe/Helsinki. done #a3 finishes one, snooze #a3: monday puts it off.\n"
            )
        );
        let honolulu = Cx {
            zone: jiff::tz::TimeZone::get("Pacific/Honolulu").unwrap(),
            ..friday.clone()
        };
        let there = told(&world, &honolulu, "today").await;
        assert!(there.contains("Today\n#a1  call"), "{there}");
        let list = told(&world, cx, "list actions").await;
        let ids: Vec<&str> = list.lines().filter(|l| l.starts_with('#')).collect();
        assert_eq!(
            ids,
            ["#a3  offer", "#a1  call", "#a4  lunch", "#a2  visit"],
            "{list}"
        );
        let replies = run(&world.store, &friday, "today").await.unwrap();
        let items = rapport::commands::reply::items(&replies);
        assert_eq!(items, [(1, Ref::Action(3)), (2, Ref::Action(1))]);
        let mut tx = world.read().await;
        let due = actions::due_actions(&mut tx, cx.actor.member_id, us("2026-11-21T00:00:00Z"), 1);
        assert_eq!(due.await.unwrap()[0].id, 3);
    }
}

#[tokio::test]
async fn calls_and_meetings_are_written_down_as_what_they_were() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = &world.cx;
        let call = told(&world, cx, "call @ada: 20 min, wants the pilot in May").await;
        assert_eq!(
            call,
            format!(
                "Call with #c{ada} Ada Byron kept as #i1.\n\n  20 min, wants the pilot in May\n"
            )
        );
        told(
            &world,
            cx,
            "met @ada: showed her the plans\nlog @ada: sent a fax",
        )
        .await;
        let timeline = told(&world, cx, "timeline ada").await;
        for words in ["call, Grace", "meeting, Grace", "talk, Grace"] {
            assert!(timeline.contains(words), "{words}: {timeline}");
        }
        let meetings = told(&world, cx, "list meetings").await;
        assert!(
            meetings.contains("showed her the plans") && !meetings.contains("pilot"),
            "{meetings}"
        );
        let card = told(&world, cx, "show #i2").await;
        assert!(card.contains("meeting that was written down"), "{card}");
        assert!(
            told(&world, cx, "find pilot may")
                .await
                .contains("call, Grace")
        );
        assert!(
            refused(&world, cx, "call: nobody said")
                .await
                .contains("the call names nobody")
        );
    }
}
