//! After an erasure nothing of the person is found: not in a file, not in a log, not in the index, not behind what is packed.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::house::{ADA, BOB, done, mia_writes, open, places_of, rows_of, timekeeper, writes};
use rapport::on;
use rapport::store::registry::Envelope;
use rapport::store::workspace::contact_fields;
use rapport::store::workspace::search::{self, Kind};
use rapport::store::workspace::suppression::{self, SuppressionReason};

/// What only Ada and her letters hold.
const WORDS: [&str; 7] = [
    "ada@acme.example",
    "Byron",
    "zanzibar",
    "quartz",
    "+49 30 555",
    "pistachio",
    "marmalade",
];

/// Mail of every kind with Ada alone and with Bob too, notes, actions, a payment, a letter that waits and one that was put aside.
async fn lived_with(desk: &Desk) -> String {
    done(desk, "new: Ada Byron <ada@acme.example>").await;
    done(desk, "new: Bob Stone <bob@foo.example>").await;
    let ada = desk.capture("ada@acme.example").await;
    let bob = desk.capture("bob@foo.example").await;
    writes(
        desk,
        ADA,
        &ada,
        "one@acme.example",
        "Zanzibar",
        "The zanzibar pilot, with quartz.",
    )
    .await;
    let part = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n";
    let raw = format!(
        "From: {ADA}\nTo: <{ada}@crm.example>\nMessage-ID: <two@acme.example>\nSubject: Plans\n\
         Date: Tue, 10 Nov 2026 11:31:00 +0000\n{part}\n--x\nContent-Type: text/plain\n\nSee the pistachio plan.\n--x\n\
         Content-Type: text/plain; name=\"pistachio.txt\"\nContent-Disposition: attachment; filename=\"pistachio.txt\"\n\n\
         quartz\n--x--\n"
    );
    desk.spool(None, &[&ada], &raw).await;
    Box::pin(desk.file()).await;
    // Both are recipients: what was said to Bob stays.
    let both = format!("{ADA}, {BOB}");
    mia_writes(
        desk,
        &["log.m7a2x4"],
        &both,
        "three@studio.example",
        "Both of you",
        "Dear Ada Byron, dear Bob: write to ada@acme.example about the harbour.",
    )
    .await;
    mia_writes(
        desk,
        &[&bob],
        "bob",
        "four@studio.example",
        "Harbour",
        "Bob, the harbour is fine.",
    )
    .await;
    for line in [
        "note @ada: likes marmalade",
        "call @ada: 20 min about quartz",
        "next @ada: send the pistachio offer by 30 Nov",
        "remind @ada: ask about zanzibar in 2 hours",
        "phone @ada: +49 30 555 1234",
        "tag @ada: vip",
        "set @ada shoe size: marmalade",
        "paid @ada: 25 EUR",
        "note @bob: knows ada@acme.example from school",
        "rotate @ada",
        "next @bob: call him",
    ] {
        done(desk, line).await;
    }
    // One that was taken back is in no table any more, and in the journal still.
    done(desk, "note @ada: quartz and pistachio").await;
    done(desk, "undo").await;
    let registry = &desk.store.registry;
    let envelope = Envelope {
        mail_from: "ada@acme.example".to_owned(),
        ..Envelope::default()
    };
    let raw = mail(
        ADA,
        "x",
        "five@acme.example",
        "Subject: Parked\n",
        "zanzibar",
    )
    .into_bytes();
    let spooled = desk.spool_bytes(&envelope, &[&ada], raw).await;
    registry
        .spool()
        .put_off(desk.id, spooled, 0, Some(1), "it could not be read")
        .await
        .unwrap();
    let mut tx = desk.write().await;
    let hash = registry.key().suppression_hash("ada@acme.example");
    suppression::add(&mut tx, &hash, SuppressionReason::Asked, None, 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // A digest tells of it, and a reminder.
    desk.pass(86_400);
    timekeeper(desk).begin().await.unwrap();
    Box::pin(timekeeper(desk).drain()).await.unwrap();
    ada
}

async fn code(desk: &Desk) -> String {
    let codes = desk
        .column("select code from confirmation where used_at is null order by id desc limit 1")
        .await;
    codes.into_iter().next().expect("a code")
}

#[tokio::test]
async fn a_person_who_is_erased_by_mail_is_found_nowhere() {
    for place in databases().await {
        let desk = open(&place).await;
        let capture = Box::pin(lived_with(&desk)).await;
        let captures = desk
            .column("select capture from contact where id = 1 union select local_part from contact_capture")
            .await;
        assert_eq!(captures.len(), 2);
        let bobs = |sql| desk.column(sql);
        for word in WORDS {
            let found = places_of(&place, &desk, word).await;
            assert!(!found.is_empty(), "{word} is nowhere on {}", place.name);
        }
        mia_writes(
            &desk,
            &["log.m7a2x4"],
            "x",
            "six@studio.example",
            "erase ada@acme.example",
            "",
        )
        .await;
        let mut asked = desk
            .column("select text from confirmation where used_at is null")
            .await;
        if asked.is_empty() {
            mia_writes(
                &desk,
                &["log.m7a2x4"],
                "x",
                "six-b@studio.example",
                "",
                "erase ada@acme.example",
            )
            .await;
            asked = desk
                .column("select text from confirmation where used_at is null")
                .await;
        }
        assert_eq!(asked, ["erase #c1"]);
        let confirm = format!("confirm {}", code(&desk).await);
        let subject = "Re: erase ada@acme.example";
        mia_writes(
            &desk,
            &["log.m7a2x4"],
            "x",
            "seven@studio.example",
            subject,
            &confirm,
        )
        .await;
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        let mut words: Vec<&str> = WORDS.to_vec();
        words.extend(captures.iter().map(String::as_str));
        for word in words {
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word} on {}: {found:#?}", place.name);
        }
        // The answer was written, and is on its way.
        let waits =
            bobs("select state from outbox where kind = 'ack' order by id desc limit 1").await;
        assert_eq!(waits, ["waiting"]);
        // Bob's are there.
        assert_eq!(bobs("select name from contact").await, ["Bob Stone"]);
        assert_eq!(bobs("select text from action").await, ["call him"]);
        let said = bobs("select text from interaction order by id").await;
        assert!(
            said.iter().any(|t| t == "knows [erased] from school"),
            "{said:?}"
        );
        assert!(
            said.iter()
                .any(|t| t == "Dear [erased], dear Bob: write to [erased] about the harbour."),
            "{said:?}"
        );
        assert!(
            said.iter().any(|t| t == "Bob, the harbour is fine."),
            "{said:?}"
        );
        // The address leads nowhere, the hash stays, and so does the receipt.
        assert!(desk.store.registry.route(&capture).await.unwrap().is_none());
        assert_eq!(bobs("select reason from suppression").await, ["asked"]);
        let receipts =
            bobs("select counts || holds || coalesce(pending, 'done') from erasure").await;
        assert_eq!(receipts.len(), 1);
        assert!(receipts[0].ends_with("[]done"), "{receipts:?}");
        let counts = desk
            .store
            .registry
            .spool()
            .counts(Some(desk.id))
            .await
            .unwrap();
        assert_eq!(counts.parked, 0);
        // Who writes again is somebody new, as any stranger.
        writes(
            &desk,
            ADA,
            "acme",
            "eight@acme.example",
            "Again",
            "It is me.",
        )
        .await;
        let contacts = bobs("select cast(id as text) from contact order by id").await;
        assert!(!contacts.contains(&"1".to_owned()), "{contacts:?}");
        let again = bobs("select author_address from interaction where subject = 'Again'").await;
        assert_eq!(again, ["ada@acme.example"]);
    }
}

#[tokio::test]
async fn the_index_forgets_words_only_when_it_is_put_together_anew() {
    for place in databases().await {
        if place.database_url.is_some() {
            continue;
        }
        let desk = open(&place).await;
        let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
        let words = "xylophone quagmirezebra";
        for id in [901, 902] {
            let mut tx = workspace.write().await.unwrap();
            let said = if id == 901 { words } else { "harbour" };
            search::index(&mut tx, Kind::Interaction, id, said)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = workspace.write().await.unwrap();
        search::remove(&mut tx, Kind::Interaction, 901)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(workspace.db().cleaned().await.unwrap());
        // Not searched for any more, and in the file still.
        assert_eq!(rows_of(&place, "quagmirezebra").await.len(), 1);
        let mut tx = workspace.write().await.unwrap();
        search::compact(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(workspace.db().cleaned().await.unwrap());
        assert_eq!(rows_of(&place, "quagmirezebra").await, [""; 0]);
        let found = search::search(&mut desk.read().await, "harbour", 10, 0).await;
        assert_eq!(found.unwrap().len(), 1);
    }
}

/// What the cards of others say of Ada, a file of an interaction that is not hers, and a company.
async fn said_of_ada_elsewhere(desk: &Desk) {
    for line in [
        "new: Ada Byron <ada@quagmire.example>",
        "email @ada: ada@quicksand.example",
        "new: Bob Stone <bob@foo.example>",
        "new: Eve Ring <eve@bar.example>",
        "company @eve: Friends of ada@quagmire.example",
        "title @bob: assistant of ada@quagmire.example",
        "status @bob: waits for ada@quagmire.example",
        "tag @bob: friend of ada@quagmire.example",
        "tag @bob: friend of ada@quicksand.example",
        "tag @bob: vip",
        "set @bob boss: ada@quagmire.example",
        "note @bob: likes tea",
    ] {
        done(desk, line).await;
    }
    let mut tx = desk.write().await;
    let bob: i64 =
        on!(&mut tx, c => sqlx::query_scalar("select id from contact where name = 'Bob Stone'")
        .fetch_one(c).await)
        .unwrap();
    for (name, value) in [
        ("ask ada@quagmire.example", "on Fridays"),
        ("ask ada@quicksand.example", "on Mondays"),
    ] {
        contact_fields::put_field(&mut tx, bob, name, value)
            .await
            .unwrap();
    }
    let note: i64 =
        on!(&mut tx, c => sqlx::query_scalar("select id from interaction where kind = 'note'")
        .fetch_one(c).await)
        .unwrap();
    on!(&mut tx, c => sqlx::query(
        "insert into attachment (interaction_id, position, name, type, size_bytes, sha256) \
         values ($1, 1, 'ada@quagmire.example.pdf', 'application/pdf', 1, '')")
        .bind(note).execute(c).await.map(drop))
    .unwrap();
    search::index_interaction(&mut tx, note).await.unwrap();
    search::index_contact(&mut tx, bob).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_others_cards_say_of_the_person_goes_and_so_do_its_words_in_the_index() {
    for place in databases().await {
        let desk = open(&place).await;
        said_of_ada_elsewhere(&desk).await;
        let words = ["quagmire", "quicksand"];
        for word in words {
            let found = places_of(&place, &desk, word).await;
            assert!(!found.is_empty(), "{word} is nowhere on {}", place.name);
        }
        done(&desk, "erase ada@quagmire.example").await;
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        for word in words {
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word} on {}: {found:#?}", place.name);
            let found = search::search(&mut desk.read().await, word, 10, 0).await;
            assert_eq!(found.unwrap(), [], "{word} on {}", place.name);
        }
        let card =
            desk.column("select title || ', ' || status from contact where name = 'Bob Stone'");
        assert_eq!(card.await, ["assistant of [erased], waits for [erased]"]);
        assert_eq!(
            desk.column("select tag from contact_tag order by tag")
                .await,
            ["friend of [erased]", "vip"]
        );
        assert_eq!(
            desk.column("select name || ': ' || value from contact_field order by name, value")
                .await,
            [
                "ask [erased]: on Fridays",
                "ask [erased] 2: on Mondays",
                "boss: [erased]"
            ]
        );
        let companies =
            desk.column("select name || ', ' || name_key from company where name like 'Friends%'");
        assert_eq!(
            companies.await,
            ["Friends of [erased], friends of [erased]"]
        );
        // What stays is found still, by what it says now.
        for word in ["assistant", "Fridays", "pdf", "vip"] {
            let found = search::search(&mut desk.read().await, word, 10, 0).await;
            assert_eq!(found.unwrap().len(), 1, "{word} on {}", place.name);
        }
        let changed = "select count(*) from journal where verb = 'erase' and after = '{\"person\":\"erased\"}'";
        let changed: i64 =
            on!(&mut desk.read().await, c => sqlx::query_scalar(changed).fetch_one(c).await)
                .unwrap();
        assert_eq!(changed, 3, "the note, Bob and Eve on {}", place.name);
    }
}

#[tokio::test]
async fn receipts_end_when_nobody_sees_any_more_what_was_erased_or_after_a_day() {
    for place in databases().await {
        let desk = open(&place).await;
        let pending = "select coalesce(pending, 'done') from erasure order by id";
        let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
        let now_us = desk.lanes.clock.now_us();
        let reads = async || {
            let mut reading = workspace.db().snapshot().await.unwrap();
            let seen: i64 =
                on!(&mut reading, c => sqlx::query_scalar("select count(*) from contact")
                .fetch_one(c).await)
                .unwrap();
            (seen, reading)
        };
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        let (seen, reading) = reads().await;
        assert_eq!(seen, 2);
        done(&desk, "erase ada@acme.example\nerase bob@foo.example").await;
        assert_eq!(desk.column(pending).await, ["{}", "{}"], "{}", place.name);
        drop(reading);
        crate::common::until("the space is cleaned", async || {
            desk.store.settle_erasures(desk.id, now_us).await.is_ok()
        })
        .await;
        assert_eq!(desk.column(pending).await, ["done", "done"]);
        // What reads for ever keeps no receipt for ever.
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        let (seen, _reading) = reads().await;
        assert_eq!(seen, 1);
        done(&desk, "erase ada@acme.example").await;
        let day_us = 86_400_000_000;
        let settled = desk.store.settle_erasures(desk.id, now_us + day_us).await;
        assert_eq!(settled.unwrap(), 1, "{}", place.name);
        assert_eq!(desk.column(pending).await, ["done", "done", "done"]);
    }
}
