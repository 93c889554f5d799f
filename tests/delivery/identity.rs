//! Letters to contacts from a member's own address: signed by keys that stand in the DNS of its domain, or not from there at all.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::common::world::{Received, World};
use crate::sending::{ADA, another, drain, put_into, settings, workers};
use rapport::delivery::{Delivery, Gate, Settings, identity};
use rapport::mail::records::Published;
use rapport::mail::resolver::Resolver;
use rapport::mail::trust::{self, Relays};
use rapport::post::Letterhead;
use rapport::store::registry::{Envelope, Role};
use rapport::store::workspace::members::{self, MemberRow};
use rapport::store::workspace::outbox::OutboxKind;
use rapport::store::workspace::sending;
use std::sync::Arc;

const MIA: &str = "mia@studio.example";
const DOMAIN: &str = "studio.example";
const POLICY: &str = "_dmarc.studio.example. TXT \"v=DMARC1; p=reject\"\n";

/// What the domain's owner would publish for a workspace.
async fn zone_of(desk: &Desk, workspace_id: i64) -> String {
    let workspace = desk.store.workspaces.get(workspace_id).await.unwrap();
    let keys = sending::keys_of(&mut workspace.read().await.unwrap(), DOMAIN)
        .await
        .unwrap();
    let key = desk.store.registry.key();
    let records = keys
        .iter()
        .map(|row| identity::record(key, workspace_id, row).unwrap());
    let lines: Vec<String> = records.map(|record| record.line()).collect();
    format!("{POLICY}{}\n", lines.join("\n"))
}

fn resolver(zone: &str) -> Arc<Resolver> {
    Arc::new(Resolver::zone(zone).unwrap())
}

fn sees(desk: &Desk, world: &World, zone: &str) -> Delivery {
    let gate = Gate {
        resolver: Some(resolver(zone)),
        ..Gate::default()
    };
    workers(desk, world, Settings { gate, ..settings() })
}

async fn check(desk: &Desk, workspace_id: i64, zone: &str) -> Vec<Published> {
    let head = Letterhead {
        key: desk.store.registry.key(),
        mail_domain: "crm.example",
        workspace_id,
        now_us: desk.lanes.clock.now_us(),
    };
    let resolver = resolver(zone);
    let random = rand::random::<[u8; 32]>;
    let found = identity::check(&desk.store, Some(&resolver), &head, random, DOMAIN).await;
    found
        .unwrap()
        .into_iter()
        .map(|(_, published)| published)
        .collect()
}

async fn mia_writes(desk: &Desk, to: &str, id: &str, body: &str) {
    let to_address = format!("{to}@crm.example");
    let raw = mail(
        "Mia Laine <mia@studio.example>",
        &to_address,
        id,
        "Subject: Signs\n",
        body,
    );
    desk.spool(Some(MIA), &[to], &raw).await;
    desk.file().await;
}

/// Writes to Ada, and takes what comes out of the house for her.
async fn letter(desk: &Desk, world: &World, workers: &Delivery, id: &str) -> Received {
    let capture = desk.capture(ADA).await;
    mia_writes(desk, &capture, id, "On Tuesday.").await;
    desk.pass(61);
    drain(workers).await;
    world.mails_to(ADA).pop().expect("a letter for Ada")
}

/// What the receiving server finds out.
async fn trust(mail: &Received, zone: &str) -> (String, String) {
    let envelope = trust::Envelope {
        client: "127.0.0.1".parse().unwrap(),
        helo: "crm.example".to_owned(),
        mail_from: mail.from.clone(),
        host: "world.example".to_owned(),
        authenticated: None,
    };
    let trust = trust::verify(&resolver(zone), &Relays::default(), &mail.data, &envelope).await;
    (trust.dkim, trust.dmarc)
}

#[tokio::test]
async fn a_letter_comes_from_its_member_as_long_as_the_keys_stand_in_the_dns() {
    for place in databases().await {
        let (desk, world) = (crate::sending::desk(&place).await, World::start().await);
        let lines = "new: Ada Byron <ada@northwind.example>\nmy name: Mia Laine\nmy from: Mia@studio.example";
        mia_writes(&desk, "log.m7a2x4", "m0@studio.example", lines).await;
        let ack = desk.outbox().await.pop().unwrap().message.text;
        let ack = ack.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ack.contains("Your from is mia@studio.example now"), "{ack}");
        assert!(
            ack.contains("It has no effect yet") && ack.contains("no key of it stands in the DNS"),
            "{ack}"
        );
        let capture = format!("{}@crm.example", desk.capture(ADA).await);

        let random = rand::random::<[u8; 32]>;
        let now_us = desk.lanes.clock.now_us();
        identity::add(&desk.store, desk.id, DOMAIN, random, now_us)
            .await
            .unwrap();
        let zone = zone_of(&desk, desk.id).await;
        // Published, but nobody looked yet.
        let first = letter(
            &desk,
            &world,
            &sees(&desk, &world, &zone),
            "m1@studio.example",
        )
        .await;
        assert_eq!(
            first.header("From"),
            format!("Mia Laine <{capture}>"),
            "on {}",
            place.name
        );
        assert!(!first.text().contains("d=studio.example"));

        assert_eq!(
            check(&desk, desk.id, &zone).await,
            [Published::Right, Published::Right]
        );
        let own = letter(
            &desk,
            &world,
            &sees(&desk, &world, &zone),
            "m2@studio.example",
        )
        .await;
        assert_eq!(
            own.header("From"),
            format!("Mia Laine <{MIA}>"),
            "on {}",
            place.name
        );
        assert_eq!(own.header("Reply-To"), format!("Mia Laine <{capture}>"));
        assert!(
            own.from.starts_with("b.") && own.from.ends_with("@crm.example"),
            "bounces come here"
        );
        assert_eq!(own.text().matches("DKIM-Signature:").count(), 2);
        assert_eq!(
            own.text().matches("d=studio.example").count(),
            2,
            "{}",
            own.text()
        );
        let found = trust(&own, &zone).await;
        assert_eq!(
            found,
            ("pass".to_owned(), "pass".to_owned()),
            "on {}",
            place.name
        );
        assert!(!own.text().contains("log.m7a2x4"));

        // The records go: what is asked again in an hour finds that out before a letter leaves.
        desk.pass(3_601);
        world.take();
        let gone = sees(&desk, &world, POLICY);
        let after = letter(&desk, &world, &gone, "m3@studio.example").await;
        assert_eq!(
            after.header("From"),
            format!("Mia Laine <{capture}>"),
            "on {}",
            place.name
        );
        letter(&desk, &world, &gone, "m4@studio.example").await;
        drain(&gone).await;
        let told: Vec<_> = world
            .take()
            .into_iter()
            .filter(|m| m.header("Subject").starts_with("No longer signed"))
            .collect();
        assert_eq!(told.len(), 1, "the owner, once, on {}", place.name);
        assert_eq!(told[0].to, [MIA]);
        // A DNS that does not answer changes nothing: that is not known to be gone.
        assert_eq!(
            check(&desk, desk.id, &zone).await,
            [Published::Right, Published::Right]
        );
        let own = letter(
            &desk,
            &world,
            &sees(&desk, &world, &zone),
            "m5@studio.example",
        )
        .await;
        assert_eq!(own.header("From"), format!("Mia Laine <{MIA}>"));
    }
}

#[tokio::test]
async fn a_letter_that_comes_back_under_its_signature_commands_nothing_and_goes_nowhere() {
    for place in databases().await {
        let (mut desk, world) = (crate::sending::desk(&place).await, World::start().await);
        let lines = "new: Ada Byron <ada@northwind.example>\nnew: Bob <bob@northwind.example>\nmy from: mia@studio.example";
        mia_writes(&desk, "log.m7a2x4", "m0@studio.example", lines).await;
        let random = rand::random::<[u8; 32]>;
        let now_us = desk.lanes.clock.now_us();
        identity::add(&desk.store, desk.id, DOMAIN, random, now_us)
            .await
            .unwrap();
        let zone = zone_of(&desk, desk.id).await;
        check(&desk, desk.id, &zone).await;
        let capture = desk.capture(ADA).await;
        // What stands below the head block is for Ada, also where it looks like a command.
        let body = "note: she asked\nend\n\nnext action: pay the invoice\ntag: vip";
        mia_writes(&desk, &capture, "m1@studio.example", body).await;
        desk.pass(61);
        drain(&sees(&desk, &world, &zone)).await;
        let letter = world.mails_to(ADA).pop().unwrap();
        assert_eq!(trust(&letter, &zone).await.1, "pass");
        assert!(
            letter.text().contains("pay the invoice"),
            "{}",
            letter.text()
        );
        let before = desk.outbox().await.len();

        // Ada, or whoever reads her mail, hands it in again: the signature holds, and says that Mia wrote it.
        desk.lanes.resolver = resolver(&zone);
        let bob = desk.capture("bob@northwind.example").await;
        for to in ["acme", &capture, &bob, "friday"] {
            let envelope = Envelope {
                client_ip: Some("203.0.113.5".parse().unwrap()),
                helo: "mx.northwind.example".to_owned(),
                mail_from: "ada@northwind.example".to_owned(),
                ..Envelope::default()
            };
            let to = if to == "friday" {
                format!("{bob}+next.friday")
            } else {
                to.to_owned()
            };
            let local = to.split('+').next().unwrap();
            let route = desk.store.registry.route(local).await.unwrap().unwrap();
            let recipient = route.recipient(&format!("{to}@crm.example"));
            let spool = desk.store.registry.spool();
            let now_us = desk.lanes.clock.now_us();
            spool
                .accept(&envelope, vec![recipient], letter.data.clone(), now_us)
                .await
                .unwrap();
            desk.file().await;
        }
        assert_eq!(
            desk.column("select text from action").await,
            Vec::<String>::new(),
            "on {}",
            place.name
        );
        assert_eq!(
            desk.column("select tag from contact_tag").await,
            Vec::<String>::new()
        );
        let outbox = desk.outbox().await;
        let new: Vec<_> = outbox[before..]
            .iter()
            .filter(|row| row.kind == "relay_out")
            .collect();
        assert!(new.is_empty(), "on {}: {:?}", place.name, new.len());
    }
}

#[tokio::test]
async fn another_workspace_signs_nothing_with_what_this_one_published() {
    for place in databases().await {
        let (desk, world) = (crate::sending::desk(&place).await, World::start().await);
        let now_us = desk.lanes.clock.now_us();
        let random = rand::random::<[u8; 32]>;
        identity::add(&desk.store, desk.id, DOMAIN, random, now_us)
            .await
            .unwrap();
        let zone = zone_of(&desk, desk.id).await;
        check(&desk, desk.id, &zone).await;

        let owner = "eve@studio.example";
        let (other, eve) = another(&desk, "other", owner).await;
        identity::add(&desk.store, other, DOMAIN, random, now_us)
            .await
            .unwrap();
        assert_ne!(zone_of(&desk, other).await, zone);
        let found = check(&desk, other, &zone).await;
        assert!(
            found.iter().all(|one| matches!(one, Published::Wrong(_))),
            "{found:?}"
        );

        let workspace = desk.store.workspaces.get(other).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        let row = MemberRow {
            id: eve,
            email: owner.to_owned(),
            name: None,
            role: Role::Owner.word().to_owned(),
        };
        members::put(&mut tx, &row).await.unwrap();
        let mut chosen = members::settings(&mut tx, eve).await.unwrap();
        // Neither hers, as she chose, nor somebody else's, however it came into the row.
        for from in [owner, MIA] {
            chosen.from = Some(from.to_owned());
            members::put_settings(&mut tx, eve, &chosen).await.unwrap();
            tx.commit().await.unwrap();
            let mail = ("Eve <other@crm.example>", ADA);
            put_into(&desk, (other, Some(eve)), OutboxKind::RelayOut, mail).await;
            drain(&sees(&desk, &world, &zone)).await;
            tx = workspace.write().await.unwrap();
        }
        drop(tx);
        let mails = world.mails_to(ADA);
        assert_eq!(mails.len(), 2, "on {}", place.name);
        for mail in mails {
            assert_eq!(
                mail.header("From"),
                "Eve <other@crm.example>",
                "on {}",
                place.name
            );
            assert!(!mail.text().contains("d=studio.example"), "{}", mail.text());
        }
    }
}
