//! The outbox and the suppression list by themselves.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON, SECOND};
use rapport::domain::Kind;
use rapport::store::Tx;
use rapport::store::workspace::outbox::{self, Claim, NewMail, OutboxKind, Whose};
use rapport::store::workspace::suppression::{self, SuppressionReason};

const NONE: [i64; 0] = [];
const DAY: i64 = 86_400 * SECOND;

fn claim_of(node: &'static str, run: &'static str, now_us: i64) -> Claim<'static> {
    Claim {
        node,
        run,
        now_us,
        until_us: now_us + 60 * SECOND,
    }
}

async fn put(tx: &mut Tx, id: &str, due_at: i64) -> i64 {
    let message = format!("Message-ID: <{id}>\r\n\r\nDone.\r\n");
    let mail = NewMail {
        kind: OutboxKind::Ack,
        due_at,
        recipient: "Mia@Studio.example",
        message_id: id,
        message: message.as_bytes(),
        member_id: Some(1),
        contact_id: None,
        interaction_id: None,
        object: None,
    };
    outbox::insert(tx, &mail, NOON).await.unwrap()
}

async fn state(tx: &mut Tx, id: i64) -> String {
    outbox::by_id(tx, id).await.unwrap().unwrap().state
}

async fn ids(tx: &mut Tx, claim: Claim<'_>) -> Vec<i64> {
    let rows = outbox::claim(tx, claim, Whose::All, 10).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn rows_are_claimed_once_in_the_order_in_which_they_are_due() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        for (id, due_at) in [("a", NOON + 5), ("b", NOON), ("c", NOON + 99)] {
            put(&mut tx, id, due_at).await;
        }
        let claim = claim_of("n1", "x", NOON + 10);
        let rows = outbox::claim(&mut tx, claim, Whose::All, 10).await.unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|r| (r.id, &*r.message_id, r.attempts))
            .collect();
        assert_eq!(found, [(2, "b", 1), (1, "a", 1)], "on {}", place.name);
        assert_eq!(rows[0].recipient, "mia@studio.example");
        assert_eq!(rows[0].recipient_domain, "studio.example");
        assert_eq!(ids(&mut tx, claim_of("n2", "y", NOON + 11)).await, NONE);
        let message = outbox::message(&mut tx, 2).await.unwrap().unwrap();
        assert_eq!(message, b"Message-ID: <b>\r\n\r\nDone.\r\n");
        let next = outbox::next_due(&mut tx, 30 * DAY).await.unwrap();
        assert_eq!(
            next,
            Some(NOON + 99),
            "the soonest of what waits and what is claimed"
        );
        let counts = outbox::counts(&mut tx).await.unwrap();
        let counts: Vec<_> = counts.iter().map(|(s, n)| (&**s, *n)).collect();
        assert_eq!(counts, [("sending", 2), ("waiting", 1)]);
    }
}

#[tokio::test]
async fn what_a_dead_worker_had_is_sent_again_with_its_message_id() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        put(&mut tx, "a", NOON).await;
        assert_eq!(ids(&mut tx, claim_of("n1", "x", NOON)).await, [1]);
        // Another node waits until the claim has run out.
        assert_eq!(
            ids(&mut tx, claim_of("n2", "y", NOON + 60 * SECOND)).await,
            NONE
        );
        assert_eq!(
            ids(&mut tx, claim_of("n2", "y", NOON + 60 * SECOND + 1)).await,
            [1]
        );
        // The same node, started anew, knows at once that it has died.
        assert_eq!(
            ids(&mut tx, claim_of("n2", "z", NOON + 61 * SECOND)).await,
            [1]
        );
        assert_eq!(
            ids(&mut tx, claim_of("n2", "z", NOON + 62 * SECOND)).await,
            NONE
        );
        let row = outbox::by_message_id(&mut tx, "a").await.unwrap().unwrap();
        assert_eq!(
            (row.attempts, &*row.state),
            (3, "sending"),
            "on {}",
            place.name
        );
    }
}

#[tokio::test]
async fn an_outcome_counts_only_while_the_claim_holds_but_sent_is_sent() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        for id in ["a", "b", "c", "d"] {
            put(&mut tx, id, NOON).await;
        }
        let (first, later) = (
            claim_of("n1", "x", NOON),
            claim_of("n2", "y", NOON + 61 * SECOND),
        );
        assert_eq!(ids(&mut tx, first).await, [1, 2, 3, 4]);
        assert_eq!(ids(&mut tx, later).await, [1, 2, 3, 4]);
        assert!(
            !outbox::retry(&mut tx, first, 1, NOON, "late")
                .await
                .unwrap()
        );
        assert!(!outbox::dead(&mut tx, first, 2, "late").await.unwrap());
        outbox::give_back(&mut tx, first, 3, NOON).await.unwrap();
        outbox::sent(&mut tx, 4, NOON).await.unwrap();
        for (id, expected) in [(1, "sending"), (2, "sending"), (3, "sending"), (4, "sent")] {
            assert_eq!(state(&mut tx, id).await, expected, "{id} on {}", place.name);
        }
        assert!(
            outbox::retry(&mut tx, later, 1, NOON + 7, "451 \0 later")
                .await
                .unwrap()
        );
        assert!(
            outbox::dead(&mut tx, later, 2, &"é".repeat(1_000))
                .await
                .unwrap()
        );
        outbox::give_back(&mut tx, later, 3, NOON + 9)
            .await
            .unwrap();
        let row = outbox::by_id(&mut tx, 1).await.unwrap().unwrap();
        assert_eq!(
            (row.due_at, row.error.as_deref()),
            (NOON + 7, Some("451  later"))
        );
        let row = outbox::by_id(&mut tx, 3).await.unwrap().unwrap();
        assert_eq!(
            (row.due_at, row.attempts),
            (NOON + 9, 1),
            "not counted as tried"
        );
    }
}

#[tokio::test]
async fn only_what_waits_is_taken_back_and_only_what_was_tried_can_bounce() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        for id in ["a", "b", "c"] {
            put(&mut tx, id, NOON).await;
        }
        assert!(
            !outbox::bounced(&mut tx, 1, NOON, "5.1.1").await.unwrap(),
            "never tried"
        );
        assert!(outbox::cancel(&mut tx, 1).await.unwrap());
        assert!(!outbox::cancel(&mut tx, 1).await.unwrap(), "once");
        assert_eq!(ids(&mut tx, claim_of("n1", "x", NOON)).await, [2, 3]);
        assert!(!outbox::cancel(&mut tx, 2).await.unwrap(), "too late");
        outbox::sent(&mut tx, 2, NOON).await.unwrap();
        assert!(
            outbox::bounced(&mut tx, 2, NOON + 1, "5.1.1")
                .await
                .unwrap()
        );
        assert!(
            !outbox::bounced(&mut tx, 2, NOON + 2, "again")
                .await
                .unwrap(),
            "once"
        );
        outbox::note(&mut tx, 2, "late delay").await.unwrap();
        let row = outbox::by_id(&mut tx, 2).await.unwrap().unwrap();
        let told = (&*row.state, row.bounced_at, row.error.as_deref());
        assert_eq!(
            told,
            ("dead", Some(NOON + 1), Some("5.1.1")),
            "on {}",
            place.name
        );
        let counts = outbox::counts(&mut tx).await.unwrap();
        assert_eq!(counts["bounced"], 1);
    }
}

#[tokio::test]
async fn a_message_is_written_once_and_kept_for_a_while() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        for id in ["a", "b"] {
            put(&mut tx, id, NOON).await;
        }
        tx.savepoint().await.unwrap();
        let again = NewMail {
            kind: OutboxKind::Notice,
            due_at: NOON,
            recipient: "mia@studio.example",
            message_id: "a",
            message: b"",
            member_id: None,
            contact_id: None,
            interaction_id: None,
            object: None,
        };
        let error = outbox::insert(&mut tx, &again, NOON).await.unwrap_err();
        assert_eq!(error.kind, Kind::Conflict, "on {}", place.name);
        tx.back_to_savepoint().await.unwrap();
        for recipient in [
            "",
            "mia",
            "@studio.example",
            &format!("{}@x.example", "m".repeat(250)),
        ] {
            let mail = NewMail {
                recipient,
                message_id: "z",
                ..again.clone()
            };
            let error = outbox::insert(&mut tx, &mail, NOON).await.unwrap_err();
            assert_eq!(error.kind, Kind::Invalid, "{recipient}");
        }
        outbox::claim(&mut tx, claim_of("n1", "x", NOON), Whose::All, 1)
            .await
            .unwrap();
        outbox::sent(&mut tx, 1, NOON + 5).await.unwrap();
        assert_eq!(
            outbox::sent_since(&mut tx, None, NOON, 9).await.unwrap(),
            (1, Some(NOON + 5))
        );
        for (domain, since, expected) in [
            ("studio.example", NOON + 5, (1, Some(NOON + 5))),
            ("studio.example", NOON + 6, (0, None)),
            ("other.example", NOON, (0, None)),
        ] {
            let found = outbox::sent_since(&mut tx, Some(domain), since, 9)
                .await
                .unwrap();
            assert_eq!(found, expected, "{domain} on {}", place.name);
        }
        assert_eq!(
            outbox::purge(&mut tx, NOON - 1, 9).await.unwrap(),
            0,
            "not yet"
        );
        assert_eq!(
            outbox::purge(&mut tx, NOON, 9).await.unwrap(),
            1,
            "what waits stays"
        );
        assert_eq!(outbox::message(&mut tx, 1).await.unwrap(), None);
        assert!(outbox::message(&mut tx, 2).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn an_address_is_on_the_list_until_a_person_takes_it_off() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.write().await;
        for reason in [SuppressionReason::Bounced, SuppressionReason::Asked] {
            suppression::add(&mut tx, "hash", reason, Some(3), NOON)
                .await
                .unwrap();
        }
        let asked = ["hash".to_owned(), "other".to_owned()];
        let found = suppression::among(&mut tx, &asked).await.unwrap();
        assert_eq!(
            found,
            [("hash".to_owned(), "bounced".to_owned())],
            "on {}",
            place.name
        );
        assert_eq!(suppression::count(&mut tx).await.unwrap(), 1);
        assert!(suppression::remove(&mut tx, "hash").await.unwrap());
        assert!(!suppression::remove(&mut tx, "hash").await.unwrap());
        assert_eq!(suppression::among(&mut tx, &asked).await.unwrap().len(), 0);
    }
}
