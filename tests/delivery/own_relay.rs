//! A relay of the workspace's own: what goes by it, and what comes of it where it is shut, hangs, or leads inside.

use crate::common::databases;
use crate::common::lock::{HOST, Lock, NAME, PASSWORD};
use crate::common::workspace::Desk;
use crate::common::world::{Mood, Step, World};
use crate::sending::{self, ADA, desk, drain, put, put_into, row, settings, wake, workers};
use rapport::delivery::own::{self, Wanted};
use rapport::delivery::{Gate, Parcel, Patience, Private, Settings};
use rapport::domain::member_settings::MemberSettings;
use rapport::mail::resolver::Resolver;
use rapport::store::workspace::members;
use rapport::store::workspace::outbox::{self, OutboxKind};
use rapport::store::workspace::sending::{self as relays, RelayRow};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const MIA: &str = "mia@studio.example";
const ZONE: &str = "relay.studio.example. A 127.0.0.1\n";

fn patience(each: Duration) -> Patience {
    Patience {
        hello: each,
        command: each,
        message: each,
    }
}

/// A gate of an operator who allows private relays, where a lock is given.
fn gate(lock: Option<&Lock>) -> Gate {
    Gate {
        resolver: Some(Arc::new(Resolver::zone(ZONE).unwrap())),
        host_name: "crm.example".to_owned(),
        patience: patience(Duration::from_millis(4_000)),
        private: lock.map(|lock| Private {
            certificate: Some(lock.certificate.clone()),
        }),
    }
}

fn through(gate: Gate) -> Settings {
    Settings { gate, ..settings() }
}

/// The row that the page would keep.
fn relay(desk: &Desk, workspace_id: i64, world: &World, lock: &Lock, password: &str) -> RelayRow {
    let port = world.address.port().to_string();
    let wanted = Wanted {
        host: HOST,
        port: &port,
        is_implicit: lock.is_implicit,
        name: NAME,
        password,
    };
    let sealing = (desk.store.registry.key(), rand::random());
    own::row(&gate(Some(lock)), sealing, workspace_id, None, wanted).unwrap()
}

/// Sets a relay as the page does: what waited goes by it now.
async fn set(desk: &Desk, row: &RelayRow) {
    let now_us = desk.lanes.clock.now_us();
    let mut tx = desk.write().await;
    relays::put_relay(&mut tx, row).await.unwrap();
    outbox::pull(&mut tx, now_us).await.unwrap();
    wake(desk, desk.id).await;
    tx.commit().await.unwrap();
}

async fn error(desk: &Desk) -> Option<String> {
    relays::relay(&mut desk.read().await)
        .await
        .unwrap()
        .unwrap()
        .error
}

/// Another workspace with a mail to a contact.
async fn another(desk: &Desk, slug: &str) -> i64 {
    let (id, _) = sending::another(desk, slug, &format!("eve@{slug}.example")).await;
    let (from, to) = (
        format!("{slug}@crm.example"),
        format!("{slug}@northwind.example"),
    );
    put_into(desk, (id, None), OutboxKind::RelayOut, (&from, &to)).await;
    id
}

#[tokio::test]
async fn letters_to_contacts_go_by_it_under_tls_and_signed_in_and_all_else_by_the_operators_way() {
    for (place, is_implicit) in databases().await.into_iter().zip([true, false]) {
        let lock = Lock::new(place.folder.path(), is_implicit);
        let (desk, world) = (desk(&place).await, World::start().await);
        let own_world = World::locked(lock.clone()).await;
        set(&desk, &relay(&desk, desk.id, &own_world, &lock, PASSWORD)).await;
        let mut tx = desk.write().await;
        let mia = members::by_address(&mut tx, MIA).await.unwrap().unwrap();
        let chosen = MemberSettings {
            from: Some(MIA.to_owned()),
            ..MemberSettings::default()
        };
        members::put_settings(&mut tx, mia.id, &chosen)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        another(&desk, "other").await;
        let to_contact = put(&desk, OutboxKind::RelayOut, ADA).await;
        put(&desk, OutboxKind::Ack, MIA).await;
        put(&desk, OutboxKind::SignIn, "kim@studio.example").await;
        drain(&workers(&desk, &world, through(gate(Some(&lock))))).await;
        assert_eq!(
            row(&desk, to_contact).await.state,
            "sent",
            "on {}",
            place.name
        );
        let own = own_world.mails();
        assert_eq!(own.len(), 1, "on {}: {own:?}", place.name);
        assert_eq!(own[0].to, [ADA]);
        // A relay of the workspace's vouches for its members' addresses; answers come here all the same.
        assert_eq!(own[0].header("From"), MIA);
        assert_eq!(own[0].header("Reply-To"), "acme@crm.example");
        assert!(own[0].from.starts_with("b.") && own[0].from.ends_with("@crm.example"));
        assert_eq!(
            own[0].header("DKIM-Signature"),
            "",
            "nothing signs for a domain that is not ours"
        );
        let mut to: Vec<_> = world
            .mails()
            .iter()
            .map(|mail| mail.to[0].clone())
            .collect();
        to.sort();
        assert_eq!(to, ["kim@studio.example", MIA, "other@northwind.example"]);
        assert!(
            world
                .mails()
                .iter()
                .all(|mail| mail.header("DKIM-Signature").contains("d=crm.example"))
        );
    }
}

#[tokio::test]
async fn a_wrong_password_makes_letters_wait_and_admins_are_told_once_by_the_operators_way() {
    for place in databases().await {
        let lock = Lock::new(place.folder.path(), true);
        let (desk, world) = (desk(&place).await, World::start().await);
        let own_world = World::locked(lock.clone()).await;
        set(
            &desk,
            &relay(&desk, desk.id, &own_world, &lock, "open barley"),
        )
        .await;
        let mut ids = Vec::new();
        for number in 0..12 {
            let to = format!("p{number}@northwind.example");
            ids.push(put(&desk, OutboxKind::RelayOut, &to).await);
        }
        let workers = workers(&desk, &world, through(gate(Some(&lock))));
        for _ in 0..3 {
            drain(&workers).await;
            desk.pass(400);
        }
        for id in &ids {
            let row = row(&desk, *id).await;
            assert_eq!(row.state, "waiting", "on {}", place.name);
            assert!(row.error.unwrap().contains("535"));
        }
        // They do not all try by themselves: a provider locks out who guesses.
        let tries: i64 = own_world.connections().try_into().unwrap();
        assert!(tries <= 3 * 8, "{tries} on {}", place.name);
        assert_eq!(own_world.mails(), []);
        let told = world.mails();
        assert_eq!(told.len(), 1, "one letter, on {}: {told:?}", place.name);
        assert_eq!(told[0].to, [MIA]);
        assert!(
            told[0].header("Subject").contains("your relay is shut"),
            "{}",
            told[0].text()
        );
        let text = rapport::mail::read(&told[0].data).text;
        assert!(text.contains(HOST) && text.contains("535"), "{text}");
        assert!(error(&desk).await.unwrap().contains("535"));
        assert!(
            !told[0].text().contains("barley") && !error(&desk).await.unwrap().contains("barley")
        );

        set(&desk, &relay(&desk, desk.id, &own_world, &lock, PASSWORD)).await;
        drain(&workers).await;
        assert_eq!(own_world.mails().len(), ids.len(), "on {}", place.name);
        assert_eq!(error(&desk).await, None);
        // Shut again: it is another time, and nobody is told twice a day.
        own_world.becomes(Step::Mail, Mood::Says(553, "5.7.1 not as that sender"));
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers).await;
        drain(&workers).await;
        assert_eq!(
            row(&desk, id).await.state,
            "waiting",
            "a sender that is refused is no fault of the letter"
        );
        assert_eq!(
            world.mails().len(),
            2,
            "one more, for the relay was set anew"
        );
        // Without a relay it goes by the operator's way.
        let mut tx = desk.write().await;
        assert!(relays::remove_relay(&mut tx).await.unwrap());
        outbox::pull(&mut tx, desk.lanes.clock.now_us())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        wake(&desk, desk.id).await;
        drain(&workers).await;
        assert_eq!(row(&desk, id).await.state, "sent");
        assert_eq!(world.mails_to(ADA).len(), 1, "on {}", place.name);
    }
}

#[tokio::test]
async fn relays_that_hang_stop_no_other_workspace_and_no_letter_to_a_member() {
    for place in databases().await {
        let lock = Lock::new(place.folder.path(), true);
        let (desk, world) = (desk(&place).await, World::start().await);
        let hanging = World::locked(lock.clone()).await;
        hanging.becomes(Step::Greeting, Mood::Silent);
        // One more than workspaces are sent for at a time.
        for number in 0..9 {
            let id = another(&desk, &format!("w{number}")).await;
            let workspace = desk.store.workspaces.get(id).await.unwrap();
            let mut tx = workspace.write().await.unwrap();
            let row = relay(&desk, id, &hanging, &lock, PASSWORD);
            relays::put_relay(&mut tx, &row).await.unwrap();
            tx.commit().await.unwrap();
        }
        let gate = Gate {
            patience: patience(Duration::from_secs(300)),
            ..gate(Some(&lock))
        };
        let workers = workers(&desk, &world, through(gate));
        let sending = tokio::spawn(workers.run(CancellationToken::new()));
        hanging.until(|world| world.connections() == 9).await;
        // And the relay of this very workspace hangs as well.
        set(&desk, &relay(&desk, desk.id, &hanging, &lock, PASSWORD)).await;
        for number in 0..20 {
            put(
                &desk,
                OutboxKind::RelayOut,
                &format!("p{number}@northwind.example"),
            )
            .await;
        }
        another(&desk, "calm").await;
        put(&desk, OutboxKind::Ack, MIA).await;
        world.until(|world| world.mails().len() == 2).await;
        let mut to: Vec<_> = world
            .mails()
            .iter()
            .map(|mail| mail.to[0].clone())
            .collect();
        to.sort();
        assert_eq!(to, ["calm@northwind.example", MIA], "on {}", place.name);
        sending.abort();
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to_whatever_it_said_before() {
    for place in databases().await {
        let lock = Lock::new(place.folder.path(), true);
        let (desk, world) = (desk(&place).await, World::start().await);
        let inside = World::locked(lock.clone()).await;
        set(&desk, &relay(&desk, desk.id, &inside, &lock, PASSWORD)).await;
        let strict = || Gate {
            private: None,
            ..gate(Some(&lock))
        };
        let id = put(&desk, OutboxKind::RelayOut, ADA).await;
        drain(&workers(&desk, &world, through(strict()))).await;
        let port = format!("port {} is none", inside.address.port());
        assert!(
            row(&desk, id).await.error.unwrap().contains(&port),
            "on {}",
            place.name
        );
        // The same at a port where mail is handed in.
        let usual = RelayRow {
            port: 587,
            ..relay(&desk, desk.id, &inside, &lock, PASSWORD)
        };
        set(&desk, &usual).await;
        drain(&workers(&desk, &world, through(strict()))).await;
        let said = row(&desk, id).await.error.unwrap();
        assert_eq!(said, "the relay's name leads to no public address");
        assert_eq!((inside.connections(), world.mails_to(ADA).len()), (0, 0));
    }
}

#[tokio::test]
async fn a_relay_that_ends_no_line_is_cut_off() {
    let place = databases().await.remove(0);
    let desk = desk(&place).await;
    let lock = Lock::new(place.folder.path(), false);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let raves = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut said = 0_usize;
        let words = [b'a'; 65_536];
        stream.write_all(b"220-").await.unwrap();
        while stream.write_all(&words).await.is_ok() {
            said += words.len();
        }
        said
    });
    let row = RelayRow {
        port: i64::from(port),
        ..relay(&desk, desk.id, &World::start().await, &lock, PASSWORD)
    };
    let parcel = Parcel {
        name: "trial".to_owned(),
        from: "b.1@crm.example".to_owned(),
        to: MIA.to_owned(),
        message: b"From: acme@crm.example\r\n\r\nHello.\r\n".to_vec(),
    };
    let key = desk.store.registry.key();
    let said = own::trial(&gate(Some(&lock)), key, desk.id, &row, &parcel).await;
    assert!(
        said.clone().unwrap_err().contains("it says too much"),
        "{said:?}"
    );
    assert!(
        raves.await.unwrap() < 16 << 20,
        "what the sockets hold, and no more"
    );
}

#[tokio::test]
async fn what_is_typed_for_a_relay_is_looked_at() {
    let place = databases().await.remove(0);
    let desk = desk(&place).await;
    let strict = Gate::default();
    let key = desk.store.registry.key();
    let typed = |host: &str, port: &str, name: &str, password: &str, before: Option<&RelayRow>| {
        let wanted = Wanted {
            host,
            port,
            is_implicit: true,
            name,
            password,
        };
        own::row(&strict, (key, rand::random()), desk.id, before, wanted)
    };
    for (host, port, name, password) in [
        ("127.0.0.1", "465", "mia", "x"),
        ("10.0.0.1", "465", "mia", "x"),
        ("169.254.169.254", "25", "mia", "x"),
        ("::1", "465", "mia", "x"),
        ("::ffff:10.0.0.1", "465", "mia", "x"),
        ("localhost", "465", "mia", "x"),
        ("", "465", "mia", "x"),
        ("relay.example/x", "465", "mia", "x"),
        ("user@relay.example", "465", "mia", "x"),
        ("relay.example", "80", "mia", "x"),
        ("relay.example", "22", "mia", "x"),
        ("relay.example", "0", "mia", "x"),
        ("relay.example", "", "mia", "x"),
        ("relay.example", "465", "", "x"),
        ("relay.example", "465", "mia\0eve", "x"),
        ("relay.example", "465", "mia", "x\r\ny"),
        ("relay.example", "465", "mia", ""),
    ] {
        let error = typed(host, port, name, password, None).unwrap_err();
        assert!(
            !error.message.contains("mia"),
            "{host} {port} {name:?}: {error}"
        );
    }
    let kept = typed("Relay.Example.", "465", "mia", "secret", None).unwrap();
    assert_eq!(kept.host, "relay.example");
    assert!(!kept.sealed.contains("secret"));
    let same = typed("relay.example", "587", "mia", "", Some(&kept)).unwrap();
    assert_eq!(same.sealed, kept.sealed);
    // Nobody has the password sent to a host of their own.
    assert!(typed("evil.example", "465", "mia", "", Some(&kept)).is_err());
    assert!(typed("relay.example", "465", "eve", "", Some(&kept)).is_err());
}
