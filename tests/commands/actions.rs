//! Next actions and reminders: one is current, the others wait; dates are echoed; nothing is guessed.

use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Answering, Cx, Ref, Verdict, run};
use rapport::on;
use rapport::store::registry::{Lane, Role};
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

async fn by_text(world: &World, text: &str) -> ActionRow {
    let mut tx = world.read().await;
    let member = world.cx.actor.member_id;
    let rows = actions::open_actions(&mut tx, member, 100).await.unwrap();
    rows.into_iter().find(|row| row.text == text).unwrap()
}

/// `*3 5 4`: the current action of a contact and those behind it, in their order.
async fn queue(world: &World, contact: i64) -> String {
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
        assert_eq!(queue(&world, ada).await, "*2 1 3");
        let by_hand = told(&world, cx, "next #a3").await;
        assert!(
            by_hand.starts_with(&format!("Next for #c{ada} Ada Byron: #a3 \"visit\"")),
            "{by_hand}"
        );
        assert_eq!(queue(&world, ada).await, "*3 2 1");
        let changed = told(&world, cx, "next #a1: write to her by 1 Dec").await;
        assert!(
            changed.contains("Before, it was #a1 \"call\", due Fri 20 Nov 2026"),
            "{changed}"
        );
        assert_eq!(queue(&world, ada).await, "*1 3 2");
        let row = action(&world, 1).await;
        assert_eq!(
            (row.text.as_str(), row.due_at),
            ("write to her", Some(us("2026-12-01T07:00:00Z")))
        );
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
        assert_eq!(queue(&world, ada).await, "*2 1");
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

#[tokio::test]
async fn several_reminders_stand_and_wake_the_lane_of_time() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mail = world
            .mail("ada@acme.example", Some(ada), "Pilot", "Hello")
            .await;
        let mut cx = world.cx.clone();
        let registry = &world.store.registry;
        let told_words = told(&world, &cx, "remind @ada: in 2 weeks").await;
        assert_eq!(
            told_words,
            format!(
                "Reminder #a1 about #c{ada} Ada Byron: Sat 28 Nov 2026, 09:00 EET (Europe/Helsinki).\n"
            )
        );
        told(&world, &cx, "remind me to buy stamps tomorrow 14:30").await;
        cx.about_interaction = Some(mail);
        let of_mail = told(&world, &cx, "remind me in 3 days").await;
        assert!(of_mail.contains("#a3 \"Pilot\" about"), "{of_mail}");
        let first = us("2026-11-15T12:30:00Z");
        let due = actions::next_due_reminder(&mut world.read().await)
            .await
            .unwrap();
        assert_eq!(due, Some(first));
        let claim = |now| registry.claim_lane(Lane::Time, "test", now, now + 1);
        assert_eq!(
            claim(first - 1).await.unwrap(),
            None,
            "{}",
            world.place.name
        );
        assert_eq!(claim(first).await.unwrap(), Some(world.cx.workspace_id));
        let mut tx = world.read().await;
        let due = actions::due_reminders(&mut tx, us("2026-11-17T07:00:00Z"), 10);
        let due: Vec<i64> = due.await.unwrap().iter().map(|row| row.id).collect();
        assert_eq!(due, [2, 3]);
        drop(tx);
        let later = told(&world, &world.cx, "snooze #a2: 20 Nov 8am").await;
        assert!(
            later.starts_with("Reminder #a2 \"buy stamps\": Fri 20 Nov 2026, 08:00 EET (Europe/Helsinki), instead of Sun 15 Nov"),
            "{later}"
        );
        // Told, one stands until it is done; one that comes again stands for its next time, under its number.
        told(
            &world,
            &world.cx,
            "remind me to water the plants every monday at 9",
        )
        .await;
        let plants = by_text(&world, "water the plants").await;
        let monday = us("2026-11-16T07:00:01Z");
        let mut tx = world.write().await;
        for row in [plants.clone(), action(&world, 3).await] {
            actions::told(&mut tx, &row, monday).await.unwrap();
        }
        tx.commit().await.unwrap();
        let next = us("2026-11-23T07:00:00Z");
        let row = action(&world, plants.id).await;
        assert_eq!((row.due_at, row.reminded_at), (Some(next), None));
        assert_eq!(action(&world, 3).await.reminded_at, Some(monday));
        let done = told(
            &world,
            &at(&world.cx, "2026-11-16T10:00:00Z"),
            &format!("done #a{}", plants.id),
        )
        .await;
        assert!(
            done.contains(&format!(
                "It comes again: #a{} \"water the plants\", due Mon 23 Nov 2026",
                plants.id
            )),
            "{done}"
        );
        let late = at(&world.cx, "2026-11-24T10:00:00Z");
        assert!(
            told(&world, &late, &format!("done #a{}", plants.id))
                .await
                .contains("due Mon 30 Nov 2026")
        );
        let asked = told(&world, &late, &format!("delete #a{}", plants.id)).await;
        let code = asked.split("confirm ").nth(1).unwrap();
        let ended = told(&world, &late, &format!("confirm {}", &code[..4])).await;
        assert!(ended.contains("Given up: #a4"), "{ended}");
        assert_eq!(action(&world, plants.id).await.state, "dropped");
        told(&world, &late, "undo").await;
        assert_eq!(action(&world, plants.id).await.state, "current");
        assert!(
            refused(&world, &world.cx, "remind me tomorrow")
                .await
                .contains("remind you of what?")
        );
        // A reminder is no next action: those of Ada are told beside it.
        told(&world, &world.cx, "next @ada: call").await;
        assert!(
            told(&world, &world.cx, "done @ada")
                .await
                .contains("Done: #a5")
        );
        let card = told(&world, &world.cx, "show ada").await;
        assert!(card.contains("reminder #a1, due Sat 28 Nov 2026"), "{card}");
    }
}

#[tokio::test]
async fn what_a_line_means_is_asked_where_it_is_not_certain() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        let mail = world
            .mail("ada@acme.example", Some(ada), "Pilot", "Hello")
            .await;
        let cx = &world.cx;
        assert!(
            refused(&world, cx, "done")
                .await
                .contains("nothing is open for you")
        );
        let nobody = refused(&world, cx, "next: call friday").await;
        assert!(
            nobody.contains("for nobody") && nobody.contains("next @name: call"),
            "{nobody}"
        );
        told(&world, cx, "next @ada: call by friday").await;
        // The only one that is open is meant; of two, none.
        assert!(told(&world, cx, "?done").await.contains("Done: #a1"));
        told(&world, cx, "next @bob: visit").await;
        let several = refused(&world, cx, "done").await;
        assert!(
            several.contains("2 are open: #a1 \"call\" (due Fri 20 Nov 2026), #a2 \"visit\"")
                && several.contains("done #a1"),
            "{several}"
        );
        // In a mail, the contact of the mail.
        let in_mail = Cx {
            about_interaction: Some(mail),
            ..cx.clone()
        };
        assert!(told(&world, &in_mail, "?done").await.contains("Done: #a1"));
        let from_bob = Cx {
            about_contact: Some(bob),
            ..cx.clone()
        };
        assert!(told(&world, &from_bob, "?done").await.contains("Done: #a2"));
        let jon = world.member("jon@us.example", Role::Member).await;
        let others = refused(&world, &jon, "done @ada").await;
        assert!(
            others.contains("nothing of yours is open") && others.contains("#a1 \"call\" of Grace"),
            "{others}"
        );
        let his = told(&world, &jon, "done #a1: she called me").await;
        assert!(his.contains("of Grace"), "{his}");
        assert!(
            refused(&world, cx, "done #a99")
                .await
                .contains("there is no #a99")
        );
        assert!(
            refused(&world, cx, &format!("next @ada: {}", "x".repeat(501)))
                .await
                .contains("500 letters")
        );
    }
}

#[tokio::test]
async fn an_answer_to_a_message_of_ours_means_what_was_numbered_there() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        let cx = &world.cx;
        told(&world, cx, "next @ada: call\nnext @bob: visit").await;
        let answering = |items: &[(u32, i64)]| Cx {
            answering: Some(Answering {
                number: 1,
                kind: "digest".to_owned(),
                items: items.iter().map(|(n, id)| (*n, Ref::Action(*id))).collect(),
                ..Answering::default()
            }),
            ..cx.clone()
        };
        let one = answering(&[(1, 2)]);
        assert!(told(&world, &one, "?done").await.contains("Done: #a2"));
        let two = answering(&[(1, 2), (2, 1)]);
        let asked = refused(&world, &two, "done").await;
        assert!(
            asked.contains("say which") && asked.contains("1 done"),
            "{asked}"
        );
    }
}

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
async fn a_dry_run_and_a_viewer_change_nothing() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = &world.cx;
        told(&world, cx, "next @ada: call").await;
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        for line in [
            "next @ada: x",
            "done @ada",
            "snooze @ada: mon",
            "remind me to x tomorrow",
            "call @ada: x",
        ] {
            let shown = refused(&world, &viewer, line).await;
            assert!(shown.contains("needs the role member"), "{line}: {shown}");
        }
        for line in [
            "?next @ada: mail",
            "?done @ada: x",
            "?snooze @ada: mon",
            "?remind @ada: tomorrow",
            "?call @ada: x",
        ] {
            let shown = told(&world, cx, line).await;
            assert!(shown.starts_with("Only told"), "{line}: {shown}");
        }
        assert!(
            told(&world, &viewer, "today")
                .await
                .contains("Nothing is due")
        );
        let mut tx = world.read().await;
        let counts: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from action union all select count(*) from interaction union all select count(*) from journal")
            .fetch_all(c).await)
        .unwrap();
        assert_eq!(counts, [1, 0, 1], "{}", world.place.name);
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
