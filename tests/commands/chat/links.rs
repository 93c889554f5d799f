//! A member's own chat: the link that links it, and that it is the member's alone.

use super::{members_bot, say};
use crate::people::desks;
use rapport::commands::execute::chat::linked;
use rapport::commands::{Cx, Verdict};
use rapport::store::registry::{Role, link_digest};
use rapport::store::workspace::member_chats;

const MINUTE_US: i64 = 60_000_000;

/// The token of the link in an answer.
fn token(shown: &str) -> String {
    let behind = shown.split("https://t.me/rapport_bot?start=").nth(1);
    let letters = behind
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_alphanumeric);
    letters.collect()
}

#[tokio::test]
async fn a_link_is_good_once_for_fifteen_minutes_and_for_its_member() {
    for desk in desks().await {
        let (world, cx) = (&desk.world, &desk.world.cx);
        let (verdict, shown) = say(world, cx, "link telegram").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("RAPPORT_TELEGRAM_TOKEN"), "{shown}");
        world.store.registry.put_bot(&members_bot()).await.unwrap();
        let before = world.dump().await;
        let (verdict, shown) = say(world, cx, "link telegram").await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        let first = token(&shown);
        assert_eq!(first.len(), 32, "{shown}");
        assert!(shown.contains(&format!("Or write to @rapport_bot: /start {first}")));
        assert!(shown.contains("until 14 Nov 2026 07:45"), "{shown}");
        assert_eq!(before, world.dump().await, "nothing is linked yet");
        let second = token(&say(world, cx, "link telegram").await.1);
        assert_ne!(first, second);
        let third = token(&say(world, cx, "link telegram").await.1);
        let (_, told) = say(world, cx, "?link telegram").await;
        assert_eq!(token(&told), "", "{told}");
        let registry = &world.store.registry;
        let take = async |token: &str, now_us: i64| {
            let digest = link_digest(token);
            registry.take_link_token(&digest, now_us).await.unwrap()
        };
        let owner = (cx.workspace_id, cx.actor.member_id);
        assert_eq!(take(&first, cx.now_us).await, Some(owner));
        assert_eq!(take(&first, cx.now_us).await, None, "it was used");
        let late = cx.now_us + 15 * MINUTE_US;
        assert_eq!(take(&second, late).await, None, "it ran out");
        assert_eq!(take(&third, late - 1).await, Some(owner));
        assert_eq!(take("…", cx.now_us).await, None);
        assert_eq!(take("", cx.now_us).await, None);
    }
}

#[tokio::test]
async fn whoever_reads_only_links_and_unlinks_a_chat_too() {
    for desk in desks().await {
        let world = &desk.world;
        let registry = &world.store.registry;
        registry.put_bot(&members_bot()).await.unwrap();
        let workspace = world.cx.workspace_id;
        let email = "vera@us.example";
        let account = registry
            .add_member(
                workspace,
                email,
                Role::Viewer,
                "log.vera77",
                world.cx.now_us,
            )
            .await
            .unwrap();
        let mut viewer = desk.viewer.clone();
        let known = viewer.actor.member_id;
        viewer.actor.member_id = account.id;
        assert_eq!(say(world, &viewer, "link telegram").await.0, Verdict::Done);
        viewer.actor.member_id = known;
        let mut tx = world.write().await;
        linked(&mut tx, &viewer, 5, 5).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(say(world, &viewer, "unlink").await.0, Verdict::Done);
    }
}

#[tokio::test]
async fn unlinking_is_the_members_own_and_is_taken_back() {
    for desk in desks().await {
        let desk = desk.with_chat().await;
        let world = &desk.world;
        let before = world.dump().await;
        let (verdict, shown) = say(world, &desk.bob, "unlink telegram").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("no chat of yours is linked"), "{shown}");
        assert_eq!(before, world.dump().await);
        let shown = desk.done("?unlink telegram").await;
        assert!(shown.contains("not linked any more"), "{shown}");
        assert_eq!(before, world.dump().await);
        desk.done("unlink telegram").await;
        let after = world.dump().await;
        assert_ne!(before, after);
        let shown = desk.done("undo").await;
        assert!(shown.contains("your linked chat: there again"), "{shown}");
        assert_eq!(before, world.dump().await);
        desk.done("redo").await;
        assert_eq!(after, world.dump().await);
        let refused = desk.refused("unlink").await;
        assert!(refused.contains("link telegram"), "{refused}");
    }
}

#[tokio::test]
async fn a_chat_that_is_linked_is_in_the_journal_and_nobody_elses() {
    for desk in desks().await {
        let world = &desk.world;
        let before = world.dump().await;
        let mut tx = world.write().await;
        assert_eq!(linked(&mut tx, &world.cx, 5, 50).await.unwrap(), None);
        assert!(linked(&mut tx, &desk.bob, 5, 50).await.is_err());
        let nobody = Cx {
            actor: rapport::commands::Actor {
                member_id: 999_999,
                ..world.cx.actor.clone()
            },
            ..world.cx.clone()
        };
        assert!(linked(&mut tx, &nobody, 6, 60).await.is_err());
        // Another telephone takes the place of the first.
        let old = linked(&mut tx, &world.cx, 7, 70).await.unwrap();
        assert_eq!(old.map(|row| row.user_id), Some(5));
        let row = member_chats::of_user(&mut tx, 7).await.unwrap();
        assert_eq!(row.map(|row| row.chat_id), Some(70));
        assert_eq!(member_chats::all(&mut tx).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        assert_eq!(world.changes("my chat").await.len(), 2);
        desk.done("undo 2").await;
        assert_eq!(before, world.dump().await);
    }
}

#[tokio::test]
async fn who_has_no_chat_is_told_by_mail() {
    for desk in desks().await {
        for line in ["my notify: chat", "my notify: both"] {
            let shown = desk.refused(line).await;
            assert!(shown.contains("link telegram"), "{shown}");
        }
        let shown = desk.refused("my notify: pigeon").await;
        assert!(shown.contains("by mail, in the chat, or both"), "{shown}");
        assert_eq!(
            desk.done("my notify: mail").await,
            "Your notify is mail already.\n"
        );
        let desk = desk.with_chat().await;
        for (line, shown) in [
            ("my notify: chat", "Your notify is chat now; it was mail.\n"),
            ("my notify: Both", "Your notify is both now; it was chat.\n"),
            (
                "my preview: on",
                "Your preview is on: what contacts write stands in the chat now; it was off.\n",
            ),
        ] {
            assert_eq!(desk.done(line).await, shown, "{line}");
        }
        desk.done("undo 3").await;
        let all = desk.done("my").await;
        assert!(all.contains("my notify: mail, chat, or both"), "{all}");
        assert!(all.contains("my preview: on, or off"), "{all}");
        assert!(
            desk.refused("my preview: maybe")
                .await
                .contains("preview is on or off")
        );
    }
}
