//! Reminders stand beside the next actions, and come at their time.

use super::{action, at, by_text, refused, told, us};
use crate::world::worlds;
use rapport::store::registry::Lane;
use rapport::store::workspace::actions;

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
        let due = actions::next_due_reminder(&mut world.read().await, i64::MIN)
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
        let due = actions::due_reminders(&mut tx, us("2026-11-17T07:00:00Z"), (i64::MIN, 0), 10);
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
