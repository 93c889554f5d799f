//! Undo and mail on its way: what waits is stopped, what left is said, and nothing is sent by a redo.

use crate::undo::desk;
use crate::world::{World, worlds};
use rapport::commands::execute::sending::on_its_way;
use rapport::on;
use rapport::store::Tx;
use rapport::store::workspace::ledger::Table;
use rapport::store::workspace::next_number;
use rapport::store::workspace::outbox::{self, NewMail, OutboxKind};

/// A note, and a mail to Ada that came with it and waits.
async fn mail_on_its_way(world: &World) -> i64 {
    world.done("note #c1: tea").await;
    let note = format!("#i{}", world.last("interaction").await);
    let batch = world.changes(&note).await[0].batch;
    let mut tx = world.write().await;
    let id = waiting_mail(&mut tx, world).await;
    on_its_way(&mut tx, &world.cx, Some(batch), (Table::Outbox, id), 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn waiting_mail(tx: &mut Tx, world: &World) -> i64 {
    let number = next_number(tx, "test").await.unwrap();
    let message_id = format!("{number}@us.example");
    let mail = NewMail {
        kind: OutboxKind::RelayOut,
        due_at: world.cx.now_us,
        recipient: "ada@acme.example",
        message_id: &message_id,
        message: b"From: grace@us.example\r\n\r\nHello\r\n",
        member_id: Some(world.cx.actor.member_id),
        contact_id: Some(1),
        interaction_id: None,
        object: None,
    };
    outbox::insert(tx, &mail, world.cx.now_us).await.unwrap()
}

async fn set_state(world: &World, id: i64, state: &str, sent_at: Option<i64>) {
    let mut tx = world.write().await;
    on!(&mut tx, c => sqlx::query("update outbox set state = $2, sent_at = $3 where id = $1")
        .bind(id).bind(state).bind(sent_at).execute(c).await.map(drop).unwrap());
    tx.commit().await.unwrap();
}

async fn state(world: &World, id: i64) -> String {
    let row = outbox::by_id(&mut world.read().await, id).await.unwrap();
    row.unwrap().state
}

#[tokio::test]
async fn a_mail_that_waits_is_stopped_and_no_redo_sends_it() {
    for world in worlds().await {
        desk(&world).await;
        let id = mail_on_its_way(&world).await;
        let shown = world.done("undo").await;
        assert!(
            shown.contains("The mail waited, and is stopped."),
            "{shown}"
        );
        assert_eq!(state(&world, id).await, "cancelled");
        let shown = world.done("redo").await;
        assert!(
            shown.contains("The mail that was stopped stays so"),
            "{shown}"
        );
        assert_eq!(state(&world, id).await, "cancelled");
        let shown = world.done("undo").await;
        assert!(shown.contains("#i3 note \"tea\": gone again"), "{shown}");
        assert_eq!(state(&world, id).await, "cancelled");
    }
}

#[tokio::test]
async fn a_mail_that_left_is_not_taken_back_and_the_rest_can_be() {
    for world in worlds().await {
        for (number, state_word, sent_at, told) in [
            (
                1,
                "sent",
                Some(world.cx.now_us),
                "the mail was sent on Sat 14 Nov 2026 07:30 and cannot be taken back",
            ),
            (
                2,
                "sending",
                None,
                "the mail is on its way and cannot be taken back",
            ),
        ] {
            if number == 1 {
                desk(&world).await;
            }
            let id = mail_on_its_way(&world).await;
            set_state(&world, id, state_word, sent_at).await;
            let before = world.dump().await;
            let shown = world.refused("undo").await;
            assert!(shown.contains(told), "{shown}");
            let note = format!("#i{}", world.last("interaction").await);
            let rest = format!("undo #j{}", world.changes(&note).await[0].id);
            assert!(
                shown.contains(&format!("the rest alone: {rest}")),
                "{shown}"
            );
            assert_eq!(before, world.dump().await);
            world.done(&rest).await;
            assert_eq!(state(&world, id).await, state_word);
        }
    }
}
