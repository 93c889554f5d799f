//! The store, as a process and its neighbours use it: opened twice at once, on both databases.

#[path = "store/chat.rs"]
mod chat;
mod common;

use common::databases;
use rapport::domain::Kind;
use rapport::domain::instance_key::{InstanceKey, Purpose, Token};
use rapport::store::Store;
use rapport::store::registry::{
    AddressKind, DkimRow, Envelope, Lane, NewWorkspace, Recipient, Role,
};

const NOW: i64 = 1_700_000_000_000_000;
const SECOND: i64 = 1_000_000;

async fn workspace(store: &Store, slug: &str) -> i64 {
    let new = NewWorkspace {
        slug,
        name: slug,
        owner_email: "Mia@Studio.example",
        intake: &format!("log.{slug}"),
        app_password: "bcdf-ghjk",
    };
    store.registry.make_workspace(new, NOW).await.unwrap().0.id
}

fn recipient(workspace_id: i64) -> Recipient {
    Recipient {
        address: "acme@crm.example".to_owned(),
        local_part: "acme".to_owned(),
        kind: AddressKind::Plain,
        workspace_id,
        account_id: None,
        contact_id: None,
        number: None,
    }
}

async fn spool(store: &Store, workspaces: &[i64], raw: &[u8], now: i64) -> i64 {
    let recipients = workspaces.iter().map(|id| recipient(*id)).collect();
    store
        .registry
        .spool()
        .accept(&Envelope::default(), recipients, raw.to_vec(), now)
        .await
        .unwrap()
}

#[tokio::test]
async fn two_processes_that_open_at_once_both_find_the_newest_schema() {
    for place in databases().await {
        let (a, b, c) = tokio::join!(place.open(), place.open(), place.open());
        let id = workspace(&a, "acme").await;
        let opened = tokio::join!(
            a.workspaces.get(id),
            b.workspaces.get(id),
            c.workspaces.get(id)
        );
        assert!(
            opened.0.is_ok() && opened.1.is_ok() && opened.2.is_ok(),
            "{}",
            place.name
        );
        assert_eq!(
            c.registry
                .workspace_by_slug("acme")
                .await
                .unwrap()
                .unwrap()
                .id,
            id
        );
    }
}

#[tokio::test]
async fn an_address_leads_to_its_workspace_with_and_without_a_tag() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        for (local_part, kind) in [
            ("acme", AddressKind::Plain),
            ("ACME", AddressKind::Plain),
            ("log.acme+tag.vip", AddressKind::Intake),
            ("log.acme--next.fri", AddressKind::Intake),
        ] {
            let route = store.registry.route(local_part).await.unwrap().unwrap();
            assert_eq!(
                (route.workspace_id, route.kind),
                (id, kind),
                "{local_part} on {}",
                place.name
            );
        }
        assert_eq!(store.registry.route("nobody").await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_address_that_carries_its_meaning_is_known_without_a_row() {
    for place in databases().await {
        let store = place.open().await;
        for (purpose, kind) in [
            (Purpose::Reply, AddressKind::Reply),
            (Purpose::Bounce, AddressKind::Bounce),
        ] {
            let token = Token {
                purpose,
                workspace_id: 9 << 58,
                number: 4711,
            };
            let local_part = store.registry.key().local_part(token);
            for written in [
                local_part.clone(),
                local_part.to_uppercase(),
                format!("{local_part}+next.fri"),
            ] {
                let route = store.registry.route(&written).await.unwrap().unwrap();
                assert_eq!(
                    (route.kind, route.workspace_id, route.number),
                    (kind, 9 << 58, Some(4711)),
                    "{written}"
                );
                assert_eq!(route.local_part, local_part);
            }
            let other_key = InstanceKey::of([8; 32]).local_part(token);
            assert_eq!(store.registry.route(&other_key).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_registry_opens_with_the_key_that_it_was_begun_with_alone() {
    for place in databases().await {
        place.open().await;
        let other_key = InstanceKey::of([8; 32]);
        let url = place.database_url.as_deref();
        let error = Store::open(place.folder.path(), url, other_key)
            .await
            .unwrap_err();
        assert_eq!(error.kind, Kind::Conflict, "on {}", place.name);
        assert!(error.message.contains("RAPPORT_KEY_FILE"), "{error}");
        place.open().await;
    }
}

#[tokio::test]
async fn a_lane_is_due_when_it_was_woken_for_and_the_soonest_wins() {
    for place in databases().await {
        let registry = place.open().await.registry;
        let claim = async |lane, now_us| {
            let claimed = registry.claim_lane(lane, "n1", now_us, now_us + 60).await;
            let claimed = claimed.unwrap();
            if let Some(id) = claimed {
                registry.release_lane(id, lane, "n1", None).await.unwrap();
            }
            claimed
        };
        for due_us in [NOW + 50, NOW + 10, NOW + 90] {
            registry.wake(7, Lane::Time, due_us).await.unwrap();
        }
        assert_eq!(claim(Lane::Time, NOW + 9).await, None, "on {}", place.name);
        assert_eq!(claim(Lane::Delivery, NOW + 10).await, None);
        assert_eq!(claim(Lane::Time, NOW + 10).await, Some(7));
        assert_eq!(claim(Lane::Time, NOW + 99).await, None, "it was consumed");
        registry.wake(7, Lane::Delivery, NOW).await.unwrap();
        assert_eq!(claim(Lane::Delivery, NOW).await, Some(7));
    }
}

#[tokio::test]
async fn signing_keys_are_kept_once() {
    for place in databases().await {
        let registry = place.open().await.registry;
        let row = |selector: &str, sealed: &str| DkimRow {
            selector: selector.to_owned(),
            sealed: sealed.to_owned(),
        };
        let first = [row("rapport-e", "sealed"), row("rapport-r", "sealed")];
        let kept = registry.add_dkim_keys("crm.example", &first, NOW).await;
        assert_eq!(kept.unwrap(), first, "on {}", place.name);
        let second = [row("rapport-e", "other"), row("rapport-r", "other")];
        let kept = registry
            .add_dkim_keys("crm.example", &second, NOW + 1)
            .await;
        assert_eq!(kept.unwrap(), first);
        assert_eq!(registry.dkim_keys("other.example").await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_and_leaves_nothing_behind() {
    for place in databases().await {
        let store = place.open().await;
        workspace(&store, "acme").await;
        let again = NewWorkspace {
            slug: "acme",
            name: "Acme",
            owner_email: "jon@studio.example",
            intake: "log.other",
            app_password: "x",
        };
        let error = store.registry.make_workspace(again, NOW).await.unwrap_err();
        assert!(error.message.contains("choose another name"), "{error}");
        assert_eq!(store.registry.route("log.other").await.unwrap(), None);
        assert_eq!(store.registry.workspaces(10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_app_password_signs_in_with_or_without_its_hyphens_and_no_other_does() {
    for place in databases().await {
        let store = place.open().await;
        workspace(&store, "acme").await;
        for (email, password, expected) in [
            ("mia@studio.example", "bcdf-ghjk", true),
            ("MIA@studio.example", "bcdfghjk", true),
            ("mia@studio.example", "bcdf-ghjx", false),
            ("mia@studio.example", "", false),
            ("nobody@studio.example", "bcdf-ghjk", false),
        ] {
            let account = store.registry.sign_in(email, password).await.unwrap();
            assert_eq!(
                account.is_some(),
                expected,
                "{email} {password} on {}",
                place.name
            );
        }
    }
}

#[tokio::test]
async fn members_stand_in_the_order_in_which_they_came() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        store
            .registry
            .add_member(id, "jon@studio.example", Role::Member, "log.jon", NOW + 1)
            .await
            .unwrap();
        let members = store.registry.members(id).await.unwrap();
        let found: Vec<_> = members
            .iter()
            .map(|m| (m.account.email.as_str(), m.role))
            .collect();
        assert_eq!(
            found,
            [
                ("mia@studio.example", Role::Owner),
                ("jon@studio.example", Role::Member)
            ]
        );
    }
}

#[tokio::test]
async fn what_was_accepted_comes_out_in_order_once_and_whole() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(spool(&store, &[id], format!("message {n}").as_bytes(), NOW).await);
        }
        let spool = store.registry.spool();
        let first = spool.arrivals(id, NOW, 3, 1 << 20).await.unwrap();
        let found: Vec<_> = first.iter().map(|a| a.spool_id).collect();
        assert_eq!(found, ids[..3], "on {}", place.name);
        assert_eq!(first[1].raw, b"message 1");
        assert_eq!(first[1].recipients, [recipient(id)]);
        spool.done(id, found).await.unwrap();
        let rest = spool.arrivals(id, NOW, 10, 1).await.unwrap();
        assert_eq!(rest.len(), 1, "the byte bound lets one through");
        let counts = spool.counts(None).await.unwrap();
        assert_eq!((counts.waiting, counts.parked), (2, 0));
    }
}

#[tokio::test]
async fn a_message_for_two_workspaces_stays_until_both_are_done() {
    for place in databases().await {
        let store = place.open().await;
        let (a, b) = (workspace(&store, "a").await, workspace(&store, "b").await);
        let message = spool(&store, &[a, b, a], b"for both", NOW).await;
        let spool = store.registry.spool();
        assert_eq!(
            spool.arrivals(a, NOW, 9, 99).await.unwrap()[0]
                .recipients
                .len(),
            2
        );
        spool.done(a, vec![message]).await.unwrap();
        assert_eq!(
            spool.arrivals(a, NOW, 9, 99).await.unwrap().len(),
            0,
            "on {}",
            place.name
        );
        assert_eq!(
            spool.arrivals(b, NOW, 9, 99).await.unwrap()[0].raw,
            b"for both"
        );
        spool.done(b, vec![message]).await.unwrap();
        assert_eq!(spool.counts(None).await.unwrap().waiting, 0);
    }
}

#[tokio::test]
async fn a_parked_message_is_kept_and_no_longer_handed_out() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        let message = spool(&store, &[id], b"poison", NOW).await;
        let spool = store.registry.spool();
        spool
            .put_off(id, message, NOW + 10 * SECOND, None, "no")
            .await
            .unwrap();
        assert_eq!(spool.arrivals(id, NOW, 9, 99).await.unwrap().len(), 0);
        assert_eq!(spool.next_due(id).await.unwrap(), Some(NOW + 10 * SECOND));
        assert_eq!(
            spool.arrivals(id, NOW + 10 * SECOND, 9, 99).await.unwrap()[0].attempts,
            1
        );
        spool
            .put_off(id, message, NOW, Some(NOW), "no")
            .await
            .unwrap();
        assert_eq!(
            spool
                .arrivals(id, NOW + 99 * SECOND, 9, 99)
                .await
                .unwrap()
                .len(),
            0
        );
        let counts = spool.counts(Some(id)).await.unwrap();
        assert_eq!((counts.waiting, counts.parked), (0, 1), "on {}", place.name);
    }
}

#[tokio::test]
async fn one_lane_is_held_by_one_node_and_nothing_that_comes_meanwhile_is_missed() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        let registry = &store.registry;
        let claim = |node: &'static str, now: i64| {
            registry.claim_lane(Lane::Ingest, node, now, now + 15 * SECOND)
        };
        assert_eq!(claim("n1", NOW).await.unwrap(), None);
        spool(&store, &[id], b"one", NOW).await;
        assert_eq!(claim("n1", NOW).await.unwrap(), Some(id));
        assert_eq!(
            claim("n2", NOW).await.unwrap(),
            None,
            "held, on {}",
            place.name
        );
        spool(&store, &[id], b"two", NOW + 1).await;
        registry
            .release_lane(id, Lane::Ingest, "n1", None)
            .await
            .unwrap();
        assert_eq!(
            claim("n2", NOW + 1).await.unwrap(),
            Some(id),
            "woken while it was held"
        );
        registry
            .release_lane(id, Lane::Ingest, "n2", None)
            .await
            .unwrap();
        assert_eq!(claim("n1", NOW + 2).await.unwrap(), None, "nothing is due");
    }
}

#[tokio::test]
async fn the_lane_of_a_dead_node_is_taken_over_when_its_lease_has_run_out_or_it_starts_again() {
    for place in databases().await {
        let store = place.open().await;
        let id = workspace(&store, "acme").await;
        let registry = &store.registry;
        spool(&store, &[id], b"one", NOW).await;
        let claim = |node: &'static str, now: i64| {
            registry.claim_lane(Lane::Ingest, node, now, now + 15 * SECOND)
        };
        assert_eq!(claim("dead", NOW).await.unwrap(), Some(id));
        assert_eq!(claim("other", NOW + 14 * SECOND).await.unwrap(), None);
        assert_eq!(
            claim("other", NOW + 16 * SECOND).await.unwrap(),
            Some(id),
            "on {}",
            place.name
        );
        assert!(
            !registry
                .renew_lane(id, Lane::Ingest, "dead", NOW + 40 * SECOND)
                .await
                .unwrap()
        );
        registry
            .reclaim_leases("other", NOW + 17 * SECOND)
            .await
            .unwrap();
        assert_eq!(claim("other", NOW + 17 * SECOND).await.unwrap(), Some(id));
    }
}

#[tokio::test]
async fn an_instance_value_is_made_once() {
    for place in databases().await {
        let (a, b) = (place.open().await, place.open().await);
        let first = a
            .registry
            .instance_value("name", || "one".to_owned())
            .await
            .unwrap();
        let second = b
            .registry
            .instance_value("name", || "two".to_owned())
            .await
            .unwrap();
        assert_eq!(
            (first.as_str(), second.as_str()),
            ("one", "one"),
            "on {}",
            place.name
        );
    }
}
