//! The workers: what is sent, tried again, given up, held back, and sent again after a death. The world is a server of another
//! make, the clock is the test's.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON, SECOND};
use crate::common::world::{Mood, Step, World};
use rapport::delivery::{
    Caps, Delivery, HORIZON_US, KEPT_US, Outbound, Patience, Settings, Transport,
};
use rapport::mail::sign::Signer;
use rapport::store::registry::{AddressKind, Lane, NewWorkspace};
use rapport::store::workspace::member_chats::{self, MemberChatRow};
use rapport::store::workspace::members;
use rapport::store::workspace::outbox::{self, NewMail, OutboxKind, OutboxRow};
use rapport::store::workspace::suppression::{self, SuppressionReason};
use std::time::Duration;

pub const ADA: &str = "ada@northwind.example";
const MINUTE: i64 = 60 * SECOND;

pub fn settings() -> Settings {
    Settings::new("crm.example")
}

/// With the peers of most tests, some of which say nothing for good.
const SHORT: Duration = Duration::from_millis(1_500);

/// Workers of this desk that send to a world.
pub fn workers(desk: &Desk, world: &World, settings: Settings) -> Delivery {
    workers_as("n1", desk, world, settings)
}

pub fn workers_as(node: &str, desk: &Desk, world: &World, settings: Settings) -> Delivery {
    workers_with(SHORT, node, desk, world, settings)
}

/// With a patience for each step of a peer.
fn workers_with(
    patience: Duration,
    node: &str,
    desk: &Desk,
    world: &World,
    settings: Settings,
) -> Delivery {
    let outbound = Outbound::parse(&world.outbound()).unwrap();
    let [hello, command, message] = [patience; 3];
    let patience = Patience {
        hello,
        command,
        message,
    };
    let way = Transport::open(outbound, "crm.example", patience).unwrap();
    let signer = Signer::generate("crm.example", "test").unwrap();
    let clock = desk.lanes.clock.clone();
    Delivery::new(
        desk.store.clone(),
        settings,
        (way, vec![signer]),
        node,
        clock,
        rand::random,
    )
}

/// Writes a mail of Mia's into the outbox as a change does: the wake-up first, then the commit.
pub async fn put(desk: &Desk, kind: OutboxKind, recipient: &str) -> i64 {
    let mut tx = desk.read().await;
    let mia = members::by_address(&mut tx, "mia@studio.example").await;
    let mia = mia.unwrap().unwrap();
    drop(tx);
    let from = "acme@crm.example";
    put_into(desk, (desk.id, Some(mia.id)), kind, (from, recipient)).await
}

/// The same in any workspace, for a member of it or for none.
pub async fn put_into(
    desk: &Desk,
    (workspace_id, member_id): (i64, Option<i64>),
    kind: OutboxKind,
    (from, recipient): (&str, &str),
) -> i64 {
    let now_us = desk.lanes.clock.now_us();
    let key = desk.store.registry.key();
    let message_id = key.message_id(rand::random(), "crm.example");
    let message = format!(
        "From: {from}\r\nTo: {recipient}\r\nMessage-ID: <{message_id}>\r\nSubject: Signs\r\n\r\nSixty signs.\r\n"
    );
    let mail = NewMail {
        kind,
        due_at: now_us,
        recipient,
        message_id: &message_id,
        message: message.as_bytes(),
        member_id,
        contact_id: None,
        interaction_id: None,
        object: None,
    };
    let workspace = desk.store.workspaces.get(workspace_id).await.unwrap();
    let mut tx = workspace.write().await.unwrap();
    let id = outbox::insert(&mut tx, &mail, now_us).await.unwrap();
    wake(desk, workspace_id).await;
    tx.commit().await.unwrap();
    id
}

/// Has the workers look at what a workspace has to send.
pub async fn wake(desk: &Desk, workspace_id: i64) {
    let now_us = desk.lanes.clock.now_us();
    let registry = &desk.store.registry;
    let woken = registry.wake(workspace_id, Lane::Delivery, now_us);
    woken.await.unwrap();
}

/// Another workspace of the same instance, and the account of its owner.
pub async fn another(desk: &Desk, slug: &str, owner: &str) -> (i64, i64) {
    let new = NewWorkspace {
        slug,
        name: slug,
        owner_email: owner,
        intake: &format!("log.{slug}"),
        app_password: "incorrect horse",
    };
    let now_us = desk.lanes.clock.now_us();
    let made = desk.store.registry.make_workspace(new, now_us);
    let (workspace, account) = made.await.unwrap();
    (workspace.id, account.id)
}

pub async fn row(desk: &Desk, id: i64) -> OutboxRow {
    let mut tx = desk.read().await;
    outbox::by_id(&mut tx, id).await.unwrap().unwrap()
}

pub async fn drain(delivery: &Delivery) {
    delivery
        .drain()
        .await
        .unwrap_or_else(|e| panic!("{e}: {:?}", e.cause));
}

/// A desk whose workspace knows its members.
pub async fn desk(place: &crate::common::Place) -> Desk {
    let desk = Desk::open(place).await;
    let mut tx = desk.write().await;
    for member in desk.store.registry.members(desk.id).await.unwrap() {
        let row = members::MemberRow {
            id: member.account.id,
            email: member.account.email,
            name: member.account.name,
            role: member.role.word().to_owned(),
        };
        members::put(&mut tx, &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    desk
}

#[tokio::test]
async fn a_mail_goes_out_signed_with_a_return_path_of_its_own() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers(&desk, &world, settings())).await;
        let mails = world.mails();
        assert_eq!(mails.len(), 1, "on {}", place.name);
        assert_eq!(mails[0].to, [ADA]);
        let signature = mails[0].header("DKIM-Signature");
        assert!(
            signature.contains("d=crm.example") && signature.contains("s=test"),
            "{signature}"
        );
        let (local, domain) = mails[0].from.split_once('@').unwrap();
        assert_eq!(domain, "crm.example");
        let route = desk.store.registry.route(local).await.unwrap().unwrap();
        let leads_to = (route.kind, route.workspace_id, route.number);
        assert_eq!(leads_to, (AddressKind::Bounce, desk.id, Some(id)));
        let row = row(&desk, id).await;
        assert_eq!(
            (&*row.state, row.sent_at, row.attempts),
            ("sent", Some(NOON), 1)
        );
        let marked = mails[0].header("Message-ID");
        assert!(desk.store.registry.key().marks(&marked), "{marked}");
    }
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_later_and_later_and_given_up_after_five_days() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let workers = workers(&desk, &world, settings());
        world.becomes(Step::Rcpt, Mood::Says(451, "4.7.1 greylisted"));
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        let mut waits = Vec::new();
        let last = loop {
            drain(&workers).await;
            let row = row(&desk, id).await;
            if row.state != "waiting" {
                break row;
            }
            assert_eq!(row.error.as_deref(), Some("451 4.7.1 greylisted"));
            let wait = row.due_at - desk.lanes.clock.now_us();
            waits.push(wait);
            // Nothing happens before it is due.
            desk.pass(wait / SECOND - 1);
            drain(&workers).await;
            assert_eq!(self::row(&desk, id).await.attempts, row.attempts);
            desk.pass(2);
        };
        assert!(waits[..7].windows(2).all(|w| w[0] < w[1]), "{waits:?}");
        assert!(
            waits.len() > 25 && waits.len() < 60,
            "{} tries",
            waits.len()
        );
        let passed = desk.lanes.clock.now_us() - NOON;
        assert!(passed > HORIZON_US - 6 * 60 * MINUTE && passed <= HORIZON_US + MINUTE);
        assert_eq!(last.state, "dead", "on {}", place.name);
        assert_eq!(world.mails_to(ADA), []);
        // The member's notice was refused like all else; it goes when the world takes mail again, and is about one mail.
        world.recovers();
        desk.pass(120);
        drain(&workers).await;
        let notices = world.take();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert_eq!(notices[0].to, ["mia@studio.example"]);
        assert!(
            notices[0].text().contains("tries in five days"),
            "{}",
            notices[0].text()
        );
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_dead_with_one_notice_and_its_address_gets_nothing_more() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let workers = workers(&desk, &world, settings());
        world.becomes(Step::Rcpt, Mood::Says(550, "5.1.1 no such user here"));
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers).await;
        assert_eq!(row(&desk, id).await.state, "dead");
        // The notice was refused too, and is about nobody: no notice about a notice.
        let states = desk
            .column("select kind || ' ' || state from outbox order by id")
            .await;
        assert_eq!(
            states,
            ["relay_out dead", "notice dead"],
            "on {}",
            place.name
        );
        world.recovers();
        let again = put(&desk, OutboxKind::RelayOut, "Ada@Northwind.example").await;
        let other = put(&desk, OutboxKind::RelayOut, "bob@northwind.example").await;
        let member = put(&desk, OutboxKind::Ack, "mia@studio.example").await;
        drain(&workers).await;
        let suppressed = row(&desk, again).await;
        assert_eq!(suppressed.state, "dead");
        assert!(
            suppressed
                .error
                .unwrap()
                .contains("suppression list: bounced")
        );
        assert_eq!(row(&desk, other).await.state, "sent");
        assert_eq!(
            row(&desk, member).await.state,
            "sent",
            "a member is not cut off by one word"
        );
        // Both are on their way at once, in any order.
        let mut notices = world.mails_to("mia@studio.example");
        notices.sort_by_key(|mail| mail.header("Subject") != "Signs");
        let subjects: Vec<_> = notices.iter().map(|m| m.header("Subject")).collect();
        assert_eq!(
            subjects,
            ["Signs", "Not delivered: your mail to ada@northwind.example"]
        );
        assert_eq!(notices[1].header("Auto-Submitted"), "auto-generated");
        assert!(
            notices[1].text().contains("suppression list"),
            "{}",
            notices[1].text()
        );
        assert_eq!(world.mails_to(ADA), []);
    }
}

#[tokio::test]
async fn what_cannot_reach_a_member_by_mail_is_told_in_their_chat_once() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let workers = workers(&desk, &world, settings());
        let mut tx = desk.write().await;
        let mia = members::by_address(&mut tx, "mia@studio.example")
            .await
            .unwrap()
            .unwrap();
        let chat = MemberChatRow {
            member_id: mia.id,
            user_id: 77,
            chat_id: 77,
            linked_at: NOON,
        };
        member_chats::put(&mut tx, &chat).await.unwrap();
        tx.commit().await.unwrap();
        world.becomes(Step::Rcpt, Mood::Says(550, "5.1.1 no such user here"));
        // The notice that this is refused is refused as well.
        put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers).await;
        drain(&workers).await;
        let said = desk
            .column("select kind || ' ' || chat_id || ' ' || body from chat_message")
            .await;
        let [notice] = said.as_slice() else {
            panic!("{said:?}")
        };
        assert!(notice.starts_with("notice 77 "), "{notice}");
        assert!(
            notice.contains("Not delivered: your mail to ada@northwind.example"),
            "{notice}"
        );
        assert!(
            notice.contains("refused: 550 5.1.1 no such user here"),
            "{notice}"
        );
        // It has the letter's number: an answer to it is an answer to the letter.
        let number = desk
            .column("select cast(c.number - s.number as text) from chat_message c, sent_message s")
            .await;
        assert_eq!(number, ["0"]);
    }
}

#[tokio::test]
async fn a_refusal_that_says_nothing_of_the_address_suppresses_nobody() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let workers = workers(&desk, &world, settings());
        world.becomes(Step::End, Mood::Says(554, "5.7.1 looks like spam"));
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers).await;
        let refused = row(&desk, id).await;
        assert_eq!(
            (&*refused.state, refused.error.as_deref()),
            ("dead", Some("554 5.7.1 looks like spam"))
        );
        world.recovers();
        let again = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers).await;
        assert_eq!(row(&desk, again).await.state, "sent", "on {}", place.name);
    }
}

#[tokio::test]
async fn suppression_wins_over_what_waits_already() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        let hash = desk.store.registry.key().suppression_hash(ADA);
        let mut tx = desk.write().await;
        suppression::add(&mut tx, &hash, SuppressionReason::Asked, None, NOON)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        drain(&workers(&desk, &world, settings())).await;
        assert_eq!(row(&desk, id).await.state, "dead", "on {}", place.name);
        assert_eq!(world.mails_to(ADA), []);
        assert_eq!(
            world.mails_to("mia@studio.example").len(),
            1,
            "and its member knows"
        );
    }
}

#[tokio::test]
async fn an_hour_has_room_for_so_many_and_the_rest_goes_in_the_next() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let caps = Caps {
            workspace_hour_max: 5,
            domain_hour_max: 3,
        };
        let workers = workers(&desk, &world, Settings { caps, ..settings() });
        for number in 0..5 {
            put(
                &desk,
                OutboxKind::RelayOut,
                &format!("p{number}@one.example"),
            )
            .await;
        }
        for number in 0..4 {
            put(
                &desk,
                OutboxKind::RelayOut,
                &format!("p{number}@two.example"),
            )
            .await;
        }
        let mut taken = Vec::new();
        for minutes in [0, 59, 2, 59, 2] {
            desk.pass(minutes * 60);
            drain(&workers).await;
            let mails = world.take();
            let one = mails
                .iter()
                .filter(|m| m.to[0].ends_with("@one.example"))
                .count();
            taken.push((one, mails.len()));
        }
        assert_eq!(taken[0], (3, 5), "on {}: {taken:?}", place.name);
        assert_eq!(taken[1], (0, 0), "the hour is not over");
        assert_eq!(taken[2], (2, 4), "on {}: {taken:?}", place.name);
        assert_eq!(taken[3..], [(0, 0), (0, 0)]);
    }
}

#[tokio::test]
async fn four_mails_at_once_go_to_one_domain_and_others_pass_them() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let settings = Settings {
            mails_max: 20,
            mails_to_domain_max: 4,
            ..settings()
        };
        // The world waits for the last of them with the first, and nobody is silent for good.
        let workers = workers_with(crate::common::PATIENCE, "n1", &desk, &world, settings);
        for number in 0..7 {
            put(
                &desk,
                OutboxKind::RelayOut,
                &format!("p{number}@one.example"),
            )
            .await;
        }
        for number in 0..2 {
            put(
                &desk,
                OutboxKind::RelayOut,
                &format!("p{number}@two.example"),
            )
            .await;
        }
        world.becomes(Step::End, Mood::Waits);
        let sending = tokio::spawn(async move { workers.drain().await });
        world
            .until(|w| w.at_end("one.example").0 == 4 && w.at_end("two.example").0 == 2)
            .await;
        world.recovers();
        sending.await.unwrap().unwrap();
        assert_eq!(world.mails().len(), 9, "on {}", place.name);
        assert_eq!(world.at_end("one.example").1, 4, "at most");
    }
}

#[tokio::test]
async fn what_was_taken_back_in_time_is_not_sent() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        let mut tx = desk.write().await;
        assert!(outbox::cancel(&mut tx, id).await.unwrap());
        tx.commit().await.unwrap();
        drain(&workers(&desk, &world, settings())).await;
        assert_eq!(row(&desk, id).await.state, "cancelled", "on {}", place.name);
        assert_eq!(world.mails(), []);
    }
}

#[tokio::test]
async fn what_nobody_sent_for_five_days_is_given_up_and_old_bytes_go_after_thirty() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let workers = workers(&desk, &world, settings());
        let stale = put(&desk, OutboxKind::RelayOut, ADA).await;
        desk.pass(HORIZON_US / SECOND + 1);
        let fresh = put(&desk, OutboxKind::Ack, "mia@studio.example").await;
        drain(&workers).await;
        assert_eq!(row(&desk, stale).await.state, "dead", "on {}", place.name);
        assert_eq!(row(&desk, fresh).await.state, "sent");
        assert_eq!(world.mails_to(ADA), []);
        // The lane wakes itself for the bytes.
        desk.pass(KEPT_US / SECOND - HORIZON_US / SECOND - 1);
        drain(&workers).await;
        let mut tx = desk.read().await;
        assert_eq!(outbox::message(&mut tx, stale).await.unwrap(), None);
        assert!(outbox::message(&mut tx, fresh).await.unwrap().is_some());
    }
}
