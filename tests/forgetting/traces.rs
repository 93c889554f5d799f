//! After an erasure nothing of the person is found: not in a file, not in a log, not in the index, not behind what is packed.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::house::{ADA, BOB, done, mia_writes, open, places_of, rows_of, timekeeper, writes};
use rapport::store::registry::Envelope;
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
        workspace.db().clean().await.unwrap();
        // Not searched for any more, and in the file still.
        assert_eq!(rows_of(&place, "quagmirezebra").await.len(), 1);
        let mut tx = workspace.write().await.unwrap();
        search::compact(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        workspace.db().clean().await.unwrap();
        assert_eq!(rows_of(&place, "quagmirezebra").await, [""; 0]);
        let found = search::search(&mut desk.read().await, "harbour", 10, 0).await;
        assert_eq!(found.unwrap().len(), 1);
    }
}
