//! What a line means is asked where it is not certain, and told before it is done.

use super::{refused, told};
use crate::world::worlds;
use rapport::commands::{Answering, Cx, Ref};
use rapport::on;
use rapport::store::registry::Role;

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
        told(&world, cx, "next @ada: write by 20 Dec").await;
        let three = answering(&[(1, 2), (2, 1), (3, 3)]);
        for (line, words) in [
            (
                "3 next",
                "Next for #c1 Ada Byron: #a3 \"write\", due Sun 20 Dec 2026",
            ),
            (
                "2 next: call her sister",
                "Queued for #c1 Ada Byron: #a4 \"call her sister\"",
            ),
            ("1 snooze mon", "#a2 \"visit\", due Mon 16 Nov 2026"),
            (
                "1 remind me in 3 days",
                "Reminder #a5 \"visit\" about #c2 Bob Stone: Tue 17 Nov",
            ),
            ("2 note: her number changed", "Noted for #c1 Ada Byron"),
            (
                "3 done sent it by post",
                "\"sent it by post\" is kept with it, and as #i2",
            ),
        ] {
            let shown = told(&world, &three, line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
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
async fn a_line_in_a_mail_is_about_the_mail_and_its_people() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let filed = world
            .mail("ada@acme.example", Some(ada), "Pilot", "Hello")
            .await;
        let unfiled = world
            .mail("eve@home.example", None, "Hello", "It is me")
            .await;
        let within = |id: i64| Cx {
            about_interaction: Some(id),
            ..world.cx.clone()
        };
        let shown = told(&world, &within(filed), "next: friday").await;
        assert!(
            shown.starts_with(&format!(
                "Next for #c{ada} Ada Byron: #a1 \"Pilot\", due Fri 20 Nov"
            )),
            "{shown}"
        );
        // Nobody has it yet: the action is about the mail, and becomes its contact's with it.
        let shown = told(&world, &within(unfiled), "next: answer by friday").await;
        assert!(
            shown.starts_with("Next about \"Hello\": #a2 \"answer\""),
            "{shown}"
        );
        assert!(
            told(&world, &within(unfiled), "?done")
                .await
                .contains("Done: #a2")
        );
        told(
            &world,
            &world.cx,
            &format!("file #i{unfiled}: Eve Moor <eve@home.example>"),
        )
        .await;
        let shown = told(&world, &world.cx, "done @eve: I answered").await;
        assert!(
            shown.contains("Done: #a2 \"answer\" for #c2 Eve Moor")
                && shown.contains("as #i3 in the timeline"),
            "{shown}"
        );
    }
}
