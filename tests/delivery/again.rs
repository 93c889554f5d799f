//! Peers that are silent, workers that die, keys that are read again: nothing is lost.

use crate::common::databases;
use crate::common::workspace::NOON;
use crate::common::workspace::SECOND;
use crate::common::world::{Mood, Step, World};
use crate::sending::{ADA, desk, drain, put, row, settings, workers, workers_as};
use rapport::delivery::signing;
use rapport::mail::sign::Signer;
use rapport::store::registry::Lane;
use rapport::store::workspace::outbox::OutboxKind;

#[tokio::test]
async fn a_relay_that_is_silent_or_away_is_tried_again() {
    for (step, mood) in [
        (Step::End, Mood::Silent),
        (Step::Greeting, Mood::Gone),
        (Step::Rcpt, Mood::Silent),
    ] {
        for place in databases().await {
            let (desk, world) = (desk(&place).await, World::start().await);
            let workers = workers(&desk, &world, settings());
            world.becomes(step, mood.clone());
            let id = put(&desk, OutboxKind::Digest, "mia@studio.example").await;
            drain(&workers).await;
            let waiting = row(&desk, id).await;
            assert_eq!((&*waiting.state, waiting.attempts), ("waiting", 1));
            world.recovers();
            desk.pass((waiting.due_at - NOON) / SECOND + 1);
            drain(&workers).await;
            assert_eq!(
                row(&desk, id).await.state,
                "sent",
                "{step:?} on {}",
                place.name
            );
        }
    }
}

#[tokio::test]
async fn a_worker_that_dies_between_the_answer_and_the_mark_sends_the_same_mail_again() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        // The world takes the mail and its answer is never read: the worker is gone, as by SIGKILL.
        world.becomes(Step::Answer, Mood::Silent);
        let dies = workers(&desk, &world, settings());
        let dying = tokio::spawn(async move { dies.drain().await });
        world.until(|world| world.mails().len() == 1).await;
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        world.recovers();
        assert_eq!(row(&desk, id).await.state, "sending", "on {}", place.name);
        // Another node must wait for the lane and for the claim; the same node, started anew, need not.
        let other_node = workers_as("n2", &desk, &world, settings());
        drain(&other_node).await;
        desk.pass(61);
        drain(&other_node).await;
        assert_eq!(world.mails().len(), 1);
        assert_eq!(row(&desk, id).await.state, "sending");
        desk.store
            .registry
            .wake(desk.id, Lane::Delivery, NOON)
            .await
            .unwrap();
        drain(&workers(&desk, &world, settings())).await;
        let mails = world.mails();
        assert_eq!(mails.len(), 2, "at least once, on {}", place.name);
        assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
        assert_eq!(mails[0].from, mails[1].from);
        assert_eq!(row(&desk, id).await.state, "sent");
    }
}

#[tokio::test]
async fn another_node_sends_what_a_dead_one_had_when_its_claim_has_run_out() {
    for place in databases().await {
        let (desk, world) = (desk(&place).await, World::start().await);
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        world.becomes(Step::Mail, Mood::Silent);
        let dies = workers(&desk, &world, settings());
        let dying = tokio::spawn(async move { dies.drain().await });
        world.until(|world| world.connections() == 1).await;
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        world.recovers();
        let other_node = workers_as("n2", &desk, &world, settings());
        for (minutes, expected) in [(2, "sending"), (57, "sending"), (2, "sent")] {
            desk.pass(minutes * 60);
            drain(&other_node).await;
            assert_eq!(row(&desk, id).await.state, expected, "on {}", place.name);
        }
        assert_eq!(world.mails().len(), 1, "never lost");
    }
}

#[tokio::test]
async fn signing_keys_are_sealed_and_open_for_their_own_domain() {
    for place in databases().await {
        let desk = desk(&place).await;
        let registry = &desk.store.registry;
        let made = Signer::generate("crm.example", "one").unwrap();
        signing::keep(registry, &[&made], rand::random, NOON)
            .await
            .unwrap();
        let opened = signing::signers(registry, "crm.example").await.unwrap();
        assert_eq!(opened.len(), 1, "on {}", place.name);
        assert_eq!(opened[0].dns_record(), made.dns_record());
        assert_eq!(opened[0].to_pem(), made.to_pem());
        let there = signing::signers_or_new(registry, "crm.example", rand::random, NOON)
            .await
            .unwrap();
        assert_eq!(there.len(), 1, "what is there is not made again");
        let rows = registry.dkim_keys("crm.example").await.unwrap();
        assert!(!rows[0].sealed.contains("PRIVATE"));
        registry
            .add_dkim_keys("other.example", &rows, NOON)
            .await
            .unwrap();
        let moved = signing::signers(registry, "other.example").await;
        assert!(moved.is_err(), "a key that was moved opens no more");
    }
}
