//! A text to many: told with whom and how many first, one message for each who may get it, and stopped by undo.

use super::{BOT, say};
use crate::people::{Desk, desks};
use rapport::commands::Verdict;
use rapport::domain::chat::Outgoing;
use rapport::on;
use rapport::store::workspace::broadcasts;

/// Ada (#c1, vip) with two chats, Bob (#c2, vip, muted) with one, and five who get nothing.
async fn crowd(desk: Desk) -> Desk {
    let desk = desk.with_bot().await;
    for (name, address) in [
        ("Carl Moor", "carl@foo.example"),
        ("Dora Lind", "dora@foo.example"),
        ("Emil Sand", "emil@foo.example"),
        ("Fred Gone", "fred@foo.example"),
        ("Gus Part", "gus@foo.example"),
    ] {
        desk.world.contact(name, "Foo", address).await;
    }
    for line in [
        "tag #c1: vip",
        "tag #c2: vip",
        "mute #c2",
        "delete #c6",
        "merge #c3: #c7",
    ] {
        desk.done(line).await;
    }
    desk.contact_chat(101, 1, "").await;
    desk.contact_chat(100, 1, "").await;
    desk.contact_chat(102, 2, "").await;
    desk.contact_chat(103, 3, "stopped_at = 1").await;
    desk.contact_chat(104, 4, "blocked_at = 1").await;
    desk.contact_chat(105, 5, "consented_at = null").await;
    desk.contact_chat(106, 6, "").await;
    desk.contact_chat(107, 7, "").await;
    desk.contact_chat(108, 4, "bot_id = 1").await;
    desk
}

type Sent = (i64, i64, String, Option<i64>, Option<i64>, String);

async fn messages(desk: &Desk) -> Vec<Sent> {
    let mut tx = desk.world.read().await;
    on!(&mut tx, c => sqlx::query_as(
        "select id, chat_id, state, contact_id, broadcast_id, body from chat_message order by id")
        .fetch_all(c).await.unwrap())
}

async fn set_state(desk: &Desk, chat_id: i64, state: &str) {
    let mut tx = desk.world.write().await;
    on!(&mut tx, c => sqlx::query("update chat_message set state = $2 where chat_id = $1")
        .bind(chat_id).bind(state).execute(c).await.map(drop).unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_broadcast_is_told_first_and_goes_to_who_may_get_it() {
    for desk in desks().await {
        let desk = crowd(desk).await;
        let (world, cx) = (&desk.world, &desk.world.cx);
        let before = world.dump().await;
        let line = "broadcast to #VIP: We open.\\nCome!";
        let (verdict, told) = say(world, cx, &format!("?{line}")).await;
        assert_eq!(verdict, Verdict::Told);
        assert!(
            told.contains("3 people with the tag vip, from @acme_bot"),
            "{told}"
        );
        let (verdict, shown) = say(world, cx, line).await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert!(shown.contains("Nothing is done yet"), "{shown}");
        assert!(shown.contains("3 people with the tag vip"), "{shown}");
        assert!(
            shown.contains("We open.\n") && shown.contains("Come!"),
            "{shown}"
        );
        assert_eq!(before, world.dump().await);
        let code = shown
            .split("confirm ")
            .nth(1)
            .unwrap()
            .get(..4)
            .unwrap()
            .to_owned();
        let (verdict, shown) = say(world, cx, &format!("confirm {code}")).await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(
            shown.contains("Confirmed: broadcast to #vip: We open.\\nCome!"),
            "{shown}"
        );
        let sent = messages(&desk).await;
        let body = serde_json::from_str::<Outgoing>(&sent[0].5).unwrap();
        assert_eq!(body.pieces[0].text, "We open.\nCome!");
        let rows = sent.iter().map(|(id, chat, state, contact, broadcast, _)| {
            (*id, *chat, state.as_str(), *contact, *broadcast)
        });
        assert_eq!(
            rows.collect::<Vec<_>>(),
            [
                (1, 100, "waiting", Some(1), Some(1)),
                (2, 101, "waiting", Some(1), Some(1)),
                (3, 102, "waiting", Some(2), Some(1)),
            ]
        );
        // All: nobody more may get it; numbers go on.
        desk.done("broadcast to all: Hello").await;
        let sent = messages(&desk).await;
        assert_eq!(sent.len(), 6);
        assert_eq!(sent[5].0, 6);
        let mut tx = world.read().await;
        let row = broadcasts::by_id(&mut tx, 2).await.unwrap().unwrap();
        assert_eq!(
            (row.tag, row.audience, row.state.as_str()),
            (None, 3, "going")
        );
        assert_eq!(broadcasts::audience(&mut tx, BOT, None).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn what_reaches_nobody_or_does_not_fit_is_refused() {
    for desk in desks().await {
        let refused = desk.refused("broadcast to all: Hello").await;
        assert!(refused.contains("connect bot:"), "{refused}");
        let desk = crowd(desk).await;
        let refused = desk.refused("broadcast to #berlin: Hello").await;
        assert!(refused.contains("nobody would get it"), "{refused}");
        assert!(refused.contains("has the tag berlin"), "{refused}");
        // A letter outside of the first plane is two units.
        let text = "🦀".repeat(2_049);
        let refused = desk.refused(&format!("broadcast to all: {text}")).await;
        assert!(refused.contains("4098 letters"), "{refused}");
        desk.done(&format!("broadcast to all: {}", "🦀".repeat(2_048)))
            .await;
        let (verdict, shown) = say(&desk.world, &desk.viewer, "broadcast to all: x").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("needs the role member"), "{shown}");
    }
}

#[tokio::test]
async fn undo_stops_what_waits_and_no_redo_sends_it() {
    for desk in desks().await {
        let desk = crowd(desk).await;
        desk.done("broadcast to all: Hello").await;
        set_state(&desk, 100, "sent").await;
        let shown = desk.done("undo").await;
        assert!(
            shown.contains("2 of the broadcast waited, and are stopped; 1 had gone already."),
            "{shown}"
        );
        let states =
            |sent: Vec<Sent>| -> Vec<String> { sent.into_iter().map(|row| row.2).collect() };
        let stopped = ["sent", "cancelled", "cancelled"];
        assert_eq!(states(messages(&desk).await), stopped);
        assert_eq!(
            desk.world.changes("to all").await.len(),
            2,
            "undo is journalled"
        );
        let shown = desk.refused("redo").await;
        assert!(
            shown.contains("the broadcast that was stopped stays so"),
            "{shown}"
        );
        assert_eq!(states(messages(&desk).await), stopped);
        let mut tx = desk.world.read().await;
        let row = broadcasts::by_id(&mut tx, 1).await.unwrap().unwrap();
        assert_eq!(row.state, "stopped");
    }
}

#[tokio::test]
async fn a_broadcast_that_left_for_all_is_not_taken_back_and_the_rest_can_be() {
    for desk in desks().await {
        let desk = crowd(desk).await;
        let shown = desk.done("note #c1: tea\nbroadcast to all: Hello").await;
        assert!(shown.contains("Noted"), "{shown}");
        for chat in [100, 101, 102] {
            set_state(&desk, chat, "sent").await;
        }
        let before = desk.world.dump().await;
        let shown = desk.refused("undo").await;
        assert!(
            shown.contains("the broadcast left for all 3 already and cannot be taken back"),
            "{shown}"
        );
        assert!(shown.contains("the rest alone: undo #j"), "{shown}");
        assert_eq!(before, desk.world.dump().await);
    }
}
