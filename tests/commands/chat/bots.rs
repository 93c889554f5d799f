//! The workspace's own bot: connected where its token can be checked, and the token is kept from every eye.

use super::{BOT, TOKEN, say, verified};
use crate::people::{Desk, desks};
use rapport::commands::{Cx, Verdict};
use rapport::on;
use rapport::store::registry::Role;
use rapport::store::workspace::channel_bots;

async fn bot(desk: &Desk) -> Option<(i64, Option<String>)> {
    let mut tx = desk.world.read().await;
    let bot = channel_bots::get(&mut tx).await.unwrap();
    bot.map(|bot| (bot.id, bot.greeting))
}

#[tokio::test]
async fn a_bot_is_connected_where_its_token_was_verified_and_nowhere_else() {
    for desk in desks().await {
        let (world, cx) = (&desk.world, verified(&desk.world.cx));
        let line = format!("connect bot: {TOKEN}");
        let (verdict, shown) = say(world, &world.cx, &line).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(
            shown.contains("the private chat with the members' bot"),
            "{shown}"
        );
        assert!(shown.contains("\"connect bot: 123456789:•••\""), "{shown}");
        assert!(!shown.contains("AAHdq"), "{shown}");
        let other = line.replace("123456789", "987654321");
        let (verdict, shown) = say(world, &cx, &other).await;
        assert_eq!(verdict, Verdict::Refused, "another bot was verified");
        assert!(!shown.contains("AAHdq"), "{shown}");
        let before = world.dump().await;
        let (_, told) = say(world, &cx, &format!("?{line}")).await;
        assert!(told.contains("@acme_bot is your bot now."), "{told}");
        assert_eq!(before, world.dump().await);
        let (verdict, shown) = say(world, &cx, &line).await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert_eq!(bot(&desk).await, Some((BOT, None)));
        let after = world.dump().await;
        let shown = desk.done("undo").await;
        assert!(
            shown.contains("Bot @acme_bot: gone again")
                || shown.contains("bot @acme_bot: gone again"),
            "{shown}"
        );
        assert_eq!(before, world.dump().await);
        desk.done("redo").await;
        assert_eq!(after, world.dump().await);
        let mut tx = world.read().await;
        let journal: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select coalesce(changes, '') || before || after || subject from journal")
            .fetch_all(c).await.unwrap());
        assert!(
            journal.iter().all(|row| !row.contains("AAHdq")),
            "{journal:?}"
        );
        let shown = desk.done("why #c1").await;
        assert!(!shown.contains("c2VhbGVk"), "{shown}");
    }
}

#[tokio::test]
async fn another_bot_takes_the_place_of_the_first_and_its_greeting() {
    for desk in desks().await {
        let desk = desk.with_bot().await;
        desk.done("greeting: Hello!").await;
        let before = desk.world.dump().await;
        let mut cx = verified(&desk.world.cx);
        let (_, shown) = say(&desk.world, &cx, &format!("connect bot: {TOKEN}")).await;
        assert!(shown.contains("@acme_bot is your bot still"), "{shown}");
        if let Some(bot) = &mut cx.verified_bot {
            bot.id = 987_654_321;
            bot.username = "other_bot".to_owned();
        }
        let line = format!("connect bot: {}", TOKEN.replace("123456789", "987654321"));
        let (verdict, shown) = say(&desk.world, &cx, &line).await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(
            shown.contains("@other_bot is your bot now; @acme_bot was before."),
            "{shown}"
        );
        assert_eq!(
            bot(&desk).await,
            Some((987_654_321, Some("Hello!".to_owned())))
        );
        desk.done("undo").await;
        assert_eq!(bot(&desk).await, Some((BOT, Some("Hello!".to_owned()))));
        assert_eq!(before, desk.world.dump().await);
    }
}

#[tokio::test]
async fn a_bot_is_disconnected_and_connected_again_by_undo() {
    for desk in desks().await {
        let refused = desk.refused("disconnect bot").await;
        assert!(
            refused.contains("no bot of yours is connected"),
            "{refused}"
        );
        let desk = desk.with_bot().await;
        let before = desk.world.dump().await;
        let shown = desk.done("disconnect bot").await;
        assert!(shown.contains("@acme_bot is disconnected"), "{shown}");
        assert_eq!(bot(&desk).await, None);
        desk.done("undo").await;
        assert_eq!(before, desk.world.dump().await);
    }
}

#[tokio::test]
async fn a_greeting_is_shown_set_emptied_and_taken_back() {
    for desk in desks().await {
        let refused = desk.refused("greeting: Hello!").await;
        assert!(refused.contains("connect bot"), "{refused}");
        let desk = desk.with_bot().await;
        let shown = desk.changes_nothing("greeting").await;
        assert!(shown.contains("words of Rapport's own"), "{shown}");
        let shown = desk.changes("greeting: Hello!\\nWe answer soon.").await;
        assert!(shown.contains("@acme_bot greets with this now:"), "{shown}");
        assert!(shown.contains("Hello!\n"), "{shown}");
        assert_eq!(
            bot(&desk).await,
            Some((BOT, Some("Hello!\nWe answer soon.".to_owned())))
        );
        let shown = desk.changes_nothing("greeting").await;
        assert!(shown.contains("@acme_bot greets with:"), "{shown}");
        desk.changes("greeting: none").await;
        assert_eq!(bot(&desk).await, Some((BOT, None)));
        let shown = desk
            .refused(&format!("greeting: {}", "x".repeat(4_097)))
            .await;
        assert!(shown.contains("4097 letters"), "{shown}");
    }
}

#[tokio::test]
async fn only_an_admin_connects_and_disconnects_a_bot() {
    for desk in desks().await {
        let desk = desk.with_bot().await;
        let adam = desk.world.member("adam@us.example", Role::Admin).await;
        let line = format!("connect bot: {TOKEN}");
        for (cx, wanted) in [
            (&desk.viewer, Verdict::Refused),
            (&desk.bob, Verdict::Refused),
            (&adam, Verdict::Done),
        ] {
            let cx = verified(cx);
            for line in [line.as_str(), "disconnect bot"] {
                let (verdict, shown) = say(&desk.world, &cx, line).await;
                assert_eq!(verdict, wanted, "{} {shown}", cx.actor.email);
                assert!(!shown.contains("AAHdq"), "{shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_shown_in_no_refusal_and_in_no_link_that_mends_one() {
    for desk in desks().await {
        for line in [
            "connct bot: T",
            "connect bot: T x",
            "my zone: T",
            "my default time: T",
            "note @nobody: T",
            "show T",
            "assign #c1: T",
            "birthday #c1: T",
            "paid #c1: T",
            "noet #c1: x\nconnct bot: T",
        ] {
            let cx = Cx {
                ..verified(&desk.world.cx)
            };
            let written = line.replace('T', TOKEN);
            let replies = rapport::commands::run(&desk.world.store, &cx, &written).await;
            let replies = replies.unwrap();
            assert_eq!(replies[0].verdict, Verdict::Refused, "{line}");
            let shown = format!("{replies:?}");
            assert!(!shown.contains("AAHdq"), "{line}: {shown}");
            assert!(!shown.contains("Send it corrected"), "{line}: {shown}");
        }
    }
}
