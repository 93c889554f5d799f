//! What a ZIP that anybody brings may not have: addresses of others, and rows that are too long.

use crate::adopting::{EVE, at_workspaces, bring, column, exported, id_of, registered, with};
use crate::common::databases;
use crate::common::zips::changed;
use crate::site::{JON, MIA, Site};
use rapport::domain::retention::{DAY_US, OF_ACCOUNTS, OfAccounts};
use rapport::domain::sign_up::SignUp;
use rapport::{commands, transfer};
use std::io::Write;

#[tokio::test]
async fn addresses_that_are_none_of_ours_are_made_anew() {
    for place in databases().await {
        let home = Site::open(&place).await;
        let zip = exported(&home).await;
        let old = home.desk.capture("ada@acme.example").await;
        let others = databases().await;
        let other = others.into_iter().find(|p| p.name == place.name).unwrap();
        let site = Site::empty(&other, SignUp::Open).await;
        // Whose these are is never asked: they would be the first to have them.
        for (number, wanted) in [
            "billing.dept",
            "support.team",
            "john.smith",
            "billing.7k3q9x",
            "log.7k3q9x",
            "ada.7k3q9x.b",
        ]
        .into_iter()
        .enumerate()
        {
            let forged = changed(&zip, |name, bytes| {
                let is_text = name.ends_with(".jsonl");
                let text = is_text.then(|| String::from_utf8(bytes.clone()).unwrap());
                Some(text.map_or(bytes, |text| text.replace(&old, wanted).into_bytes()))
            });
            let forged = with(
                &forged,
                "registry/addresses.jsonl",
                "\"log.m7a2x4\"",
                "\"log.from.billing\"",
            );
            let email = format!("eve{number}@else.example");
            let mut eve = at_workspaces(&site, &email).await;
            let said = bring(&mut eve, &forged).await;
            // Bob's is taken over by the first.
            let kept = match number {
                0 => "as they were: 1; new: 1.",
                _ => "as they were: 0; new: 2.",
            };
            assert!(said.contains(kept), "{wanted}: {said}");
            let registry = &site.desk.store.registry;
            for local_part in [wanted, "log.from.billing"] {
                let route = registry.route(local_part).await.unwrap();
                assert!(route.is_none(), "{local_part}");
            }
            let slug = match number {
                0 => "acme".to_owned(),
                more => format!("acme-{}", more + 1),
            };
            let id = id_of(&site, &slug).await;
            let captures = column(&site, id, "select capture from contact").await;
            assert!(!captures.contains(&wanted.to_owned()), "{captures:?}");
            for capture in &captures {
                let route = registry.route(capture).await.unwrap().unwrap();
                assert_eq!(route.workspace_id, id);
            }
        }
    }
}

#[tokio::test]
async fn what_was_deleted_leaves_addresses_that_no_person_gets_again() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let (store, registry) = (&site.desk.store, &site.desk.store.registry);
        let zip = exported(&site).await;
        let ada = site.desk.capture("ada@acme.example").await;
        let erased = crate::site::cx(&site, MIA).await;
        let asked = commands::run(store, &erased, "erase ada@acme.example").await;
        let asked = format!("{:?}", asked.unwrap());
        let code = asked.split("confirm ").find_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            (digits.len() == 4).then_some(digits)
        });
        let confirm = format!("confirm {}", code.expect("a code"));
        commands::run(store, &erased, &confirm).await.unwrap();
        store
            .settle_erasures(site.desk.id, site.now_us())
            .await
            .unwrap();
        assert!(registry.route(&ada).await.unwrap().is_none());
        // Ada's is free, and Bob's is somebody's.
        let mut eve = at_workspaces(&site, EVE).await;
        let said = bring(&mut eve, &zip).await;
        assert!(said.contains("as they were: 0; new: 2."), "{said}");
        store
            .remove_workspace(site.desk.id, site.now_us())
            .await
            .unwrap();
        eve.get("/workspaces").await;
        eve.post("/workspaces", &[("name", "Acme")])
            .await
            .assert_says("was somebody&#39;s address here");
        // Whoever had them gets new ones, too: nobody knows any more who that was.
        for (email, slug) in [(EVE, "acme-3@"), (MIA, "acme-4@")] {
            let mut browser = at_workspaces(&site, email).await;
            let said = bring(&mut browser, &zip).await;
            for words in [
                slug,
                "as they were: 0; new: 2.",
                "Your intake address is a new one",
            ] {
                assert!(said.contains(words), "{words}: {said}");
            }
        }
        eve.get("/privacy")
            .await
            .assert_says("so that nobody else gets their mail");
        for local_part in ["acme", "log.m7a2x4", &ada] {
            let route = registry.route(local_part).await.unwrap();
            assert!(route.is_none(), "{local_part}");
        }
        // Nothing says which they were: acme, Ada's, Bob's, and two of members.
        let hashes = registered(&site, "select hash from released").await;
        assert_eq!(hashes.len(), 5);
        assert!(hashes.iter().all(|hash| hash.len() == 32), "{hashes:?}");
        // The operator may.
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&zip).unwrap();
        let brought = transfer::import(
            store,
            file,
            None,
            transfer::Mode::Write,
            site.now_us(),
            Default::default(),
        );
        let id = brought.await.unwrap().workspace_id;
        for local_part in ["acme", "log.m7a2x4", &ada] {
            let route = registry.route(local_part).await.unwrap().unwrap();
            assert_eq!(Some(route.workspace_id), id, "{local_part}");
        }
        // One day that is forgotten.
        let row = OF_ACCOUNTS
            .into_iter()
            .find(|row| row.kept == OfAccounts::Released)
            .unwrap();
        for (day, wanted) in [(row.days, 0), (row.days + 1, 5)] {
            let now_us = site.now_us() + day * DAY_US;
            let gone = registry.forget_old(row, now_us, 100).await.unwrap();
            assert_eq!(gone, wanted, "after {day} days");
        }
    }
}

/// A ZIP whose first row of a file has another text in a column.
fn set(zip: &[u8], name: &str, column: &str, value: &str) -> Vec<u8> {
    changed(zip, |entry, bytes| {
        if entry != name {
            return Some(bytes);
        }
        let text = String::from_utf8(bytes).unwrap();
        let (first, rest) = text.split_once('\n').unwrap();
        let mut row: serde_json::Value = serde_json::from_str(first).unwrap();
        row[column] = value.into();
        Some(format!("{row}\n{rest}").into_bytes())
    })
}

#[tokio::test]
async fn what_is_left_out_may_be_long() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let zip = exported(&site).await;
        let letter = "A".repeat(17 << 20);
        let long = set(&zip, "data/outbox.jsonl", "message", &letter);
        let changes = "\"".repeat(9 << 20);
        let long = set(&long, "data/journal.jsonl", "changes", &changes);
        let mut jon = at_workspaces(&site, JON).await;
        let said = bring(&mut jon, &long).await;
        assert!(said.contains("acme-2@crm.example"), "{said}");
        let id = id_of(&site, "acme-2").await;
        let written = "select cast(id as text) from outbox where message is not null union all \
                       select cast(id as text) from journal where changes is not null";
        assert_eq!(column(&site, id, written).await, [""; 0]);
        for rows in ["select state from outbox", "select verb from journal"] {
            let count = column(&site, id, rows).await.len();
            assert_eq!(count, column(&site, site.desk.id, rows).await.len());
        }
    }
}
