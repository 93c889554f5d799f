//! Which action is current, which wait, and what comes again.

use super::{action, at, queue_of, refused, told, us};
use crate::world::worlds;
use rapport::commands::Cx;

#[tokio::test]
async fn a_new_action_comes_first_or_is_queued_by_its_date_and_says_so() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = &world.cx;
        let first = told(&world, cx, "next @ada: call by friday").await;
        assert_eq!(
            first,
            format!(
                "Next for #c{ada} Ada Byron: #a1 \"call\", due Fri 20 Nov 2026 (Europe/Helsinki).\n"
            )
        );
        let sooner = told(&world, cx, "next @ada: send the offer tuesday 14:30").await;
        assert_eq!(
            sooner,
            format!(
                "Next for #c{ada} Ada Byron: #a2 \"send the offer\", due Tue 17 Nov 2026, 14:30 EET (Europe/Helsinki).\n\
                 #a1 \"call\", due Fri 20 Nov 2026 (Europe/Helsinki), waits behind it; next #a1 puts that first again.\n"
            )
        );
        let later = told(&world, cx, &format!("@#c{ada}:\nna: visit in 3 weeks")).await;
        assert_eq!(
            later,
            format!(
                "Queued for #c{ada} Ada Byron: #a3 \"visit\", due Sat 5 Dec 2026 (Europe/Helsinki).\n\
                 First comes #a2 \"send the offer\", due Tue 17 Nov 2026, 14:30 EET (Europe/Helsinki); \
                 next #a3 puts this one first.\n"
            )
        );
        assert_eq!(queue_of(&world, ada).await, "*2 1 3");
        let by_hand = told(&world, cx, "next #a3").await;
        assert!(
            by_hand.starts_with(&format!("Next for #c{ada} Ada Byron: #a3 \"visit\"")),
            "{by_hand}"
        );
        assert_eq!(queue_of(&world, ada).await, "*3 2 1");
        let changed = told(&world, cx, "next #a1: 1 Dec").await;
        assert!(
            changed.contains("#a1 \"call\", due Tue 1 Dec 2026")
                && changed.contains("Before, it was #a1 \"call\", due Fri 20 Nov 2026"),
            "{changed}"
        );
        assert_eq!(queue_of(&world, ada).await, "*1 3 2");
        // With words it is a new one for the same contact, as an answer to a digest says it.
        let new = told(&world, cx, "next #a1: write to her by monday").await;
        assert!(
            new.starts_with(&format!("Next for #c{ada} Ada Byron: #a4 \"write to her\"")),
            "{new}"
        );
        assert_eq!(queue_of(&world, ada).await, "*4 1 3 2");
        assert_eq!(action(&world, 1).await.text, "call");
    }
}

#[tokio::test]
async fn what_is_done_lets_the_next_one_come_up_and_keeps_what_came_of_it() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = &world.cx;
        told(&world, cx, "next @ada: call by friday\nnext @ada: visit").await;
        let done = told(&world, cx, "done @ada: she wants the pilot").await;
        assert_eq!(
            done,
            format!(
                "Done: #a1 \"call\" for #c{ada} Ada Byron.\n\
                 \"she wants the pilot\" is kept with it, and as #i1 in the timeline.\n\
                 Next is #a2 \"visit\" now.\n"
            )
        );
        let row = action(&world, 1).await;
        assert_eq!(
            (row.state.as_str(), row.result.as_deref(), row.done_at),
            ("done", Some("she wants the pilot"), Some(cx.now_us))
        );
        let timeline = told(&world, cx, "timeline ada").await;
        assert!(timeline.contains("call: she wants the pilot"), "{timeline}");
        assert!(
            told(&world, cx, "find pilot")
                .await
                .contains("note by Grace"),
            "the note is found"
        );
        let last = told(&world, cx, "done #a2").await;
        assert!(
            last.ends_with(&format!(
                "Nothing is next for #c{ada} Ada Byron now; next #c{ada}: … sets it.\n"
            )),
            "{last}"
        );
        let again = refused(&world, cx, "done #a2").await;
        assert!(
            again.contains("#a2 \"visit\" was done on Sat 14 Nov 2026 (Europe/Helsinki)"),
            "{again}"
        );
        let journal = world.changes("#a1").await;
        let changes = journal[0].changes.as_deref().unwrap_or_default();
        for table in ["\"action\"", "\"interaction\"", "\"interaction_contact\""] {
            assert!(changes.contains(table), "{table} in {changes}");
        }
        assert_eq!(changes.matches("\"action\"").count(), 2, "{changes}");
    }
}

#[tokio::test]
async fn what_comes_again_comes_at_the_same_time_of_the_wall_clock() {
    // (zone, said at, line, first due, done at, then due): over the change of clocks in each zone.
    let cases = [
        (
            "Europe/Helsinki",
            "2026-03-20T10:00:00Z",
            "call every monday 9:00",
            "2026-03-23T07:00:00Z",
            "2026-03-24T10:00:00Z",
            "2026-03-30T06:00:00Z",
        ),
        (
            "America/New_York",
            "2026-10-30T15:00:00Z",
            "call every day at 8:30",
            "2026-10-31T12:30:00Z",
            "2026-10-31T13:00:00Z",
            "2026-11-01T13:30:00Z",
        ),
        (
            "Asia/Kathmandu",
            "2026-11-10T00:00:00Z",
            "call every 2 weeks",
            "2026-11-24T03:15:00Z",
            "2026-11-20T00:00:00Z",
            "2026-12-08T03:15:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-03T00:00:00Z",
            "call every sunday 10:00",
            "2026-04-04T23:30:00Z",
            "2026-05-01T00:00:00Z",
            "2026-05-02T23:30:00Z",
        ),
    ];
    for world in worlds().await {
        for (zone, said, line, first, done, then) in cases {
            let name = zone.replace('/', " ");
            let contact = world
                .contact(&name, "Acme", &format!("{}@acme.example", zone.len()))
                .await;
            let mut cx = at(&world.cx, said);
            cx.zone = jiff::tz::TimeZone::get(zone).unwrap();
            let made = told(&world, &cx, &format!("next #c{contact}: {line}")).await;
            assert!(made.contains("It comes every"), "{made}");
            let id: i64 = made
                .split("#a")
                .nth(1)
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!(action(&world, id).await.due_at, Some(us(first)), "{made}");
            let cx = Cx {
                // Elsewhere by now: the recurrence keeps its own zone.
                zone: jiff::tz::TimeZone::UTC,
                ..at(&cx, done)
            };
            let told = told(&world, &cx, &format!("done #c{contact}")).await;
            assert!(
                told.contains(&format!("It comes again: #a{} \"call\"", id + 1)),
                "{told}"
            );
            let next = action(&world, id + 1).await;
            assert_eq!(
                (next.due_at, next.state.as_str()),
                (Some(us(then)), "current"),
                "{zone}: {told}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_put_off_moves_and_lets_what_is_due_before_go_first() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = &world.cx;
        told(
            &world,
            cx,
            "next @ada: call by friday\nnext @ada: visit by 27 Nov",
        )
        .await;
        let little = told(&world, cx, "snooze @ada: mon").await;
        assert_eq!(
            little,
            format!(
                "#a1 \"call\", due Mon 16 Nov 2026 (Europe/Helsinki) for #c{ada} Ada Byron, \
                 instead of Fri 20 Nov 2026 (Europe/Helsinki).\n"
            )
        );
        let far = told(&world, cx, "snooze #a1: 3 weeks").await;
        assert!(
            far.ends_with(
                "First comes #a2 \"visit\", due Fri 27 Nov 2026 (Europe/Helsinki), which is due before it.\n"
            ),
            "{far}"
        );
        assert_eq!(queue_of(&world, ada).await, "*2 1");
        told(&world, cx, "next @ada: undated\ndone #a2\ndone #a1").await;
        let dated = told(&world, cx, "snooze @ada: tomorrow 9am").await;
        assert!(
            dated.contains("due Sun 15 Nov 2026, 09:00 EET (Europe/Helsinki)")
                && dated.contains("it had no date before"),
            "{dated}"
        );
        let past = refused(&world, cx, "snooze #a3: 1 Nov 2026").await;
        assert!(past.contains("past"), "{past}");
    }
}
