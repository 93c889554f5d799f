//! The command `erase`: told before it is done, done with its code by who may, and never undone.

use crate::common::databases;
use crate::common::workspace::Desk;
use crate::house::{answer, cx, done, mia_writes, open, places_of, say, timekeeper};
use rapport::commands::Verdict;
use rapport::domain::InstanceKey;
use rapport::on;
use rapport::store::registry::{Role, UpdateRow};
use rapport::store::workspace::erasing;
use rapport::store::workspace::members::{self, MemberRow};

async fn met(desk: &Desk) {
    for line in [
        "new: Ada Byron <ada@acme.example>",
        "new: Bob Stone <bob@foo.example>",
        "note @bob: prefers tea",
        "note @ada: prefers mornings",
        "next @ada: call",
    ] {
        done(desk, line).await;
    }
}

fn code(shown: &str) -> String {
    let at = shown.find("confirm ").expect("a code");
    shown[at + 8..at + 12].to_owned()
}

#[tokio::test]
async fn it_tells_what_would_go_and_does_it_with_its_code() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        for line in ["?erase ada@acme.example", "erase @ada"] {
            let (_, shown) = say(&desk, line).await;
            for said in [
                "This is about #c1 Ada Byron <ada@acme.example>.",
                "Erased #c1 for good: 1 note, call or message, 1 action, 1 address.",
                "It cannot be undone.",
                "Nothing is held because a law asks for it.",
            ] {
                assert!(shown.contains(said), "{line}: {said}: {shown}");
            }
        }
        assert!(done(&desk, "show #c1").await.contains("Ada Byron"));
        let (_, asked) = say(&desk, "erase ada@acme.example").await;
        let (verdict, shown) = say(&desk, &format!("confirm {}", code(&asked))).await;
        assert_eq!(verdict, Verdict::Done, "{shown}");
        assert!(shown.contains("Erased #c1 for good"), "{shown}");
        assert!(!shown.contains("Ada"), "{shown}");
        for line in [
            "show #c1",
            "show ada@acme.example",
            "note #c1: x",
            "erase #c1",
        ] {
            assert_eq!(say(&desk, line).await.0, Verdict::Refused, "{line}");
        }
        assert!(
            done(&desk, "find mornings")
                .await
                .contains("Nothing here holds")
        );
        let rows = erasing::recent(&mut desk.read().await, 10).await.unwrap();
        let [receipt] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        let key: &InstanceKey = desk.store.registry.key();
        let hash = key.suppression_hash("ada@acme.example");
        assert_eq!(receipt.address_hashes, format!("[\"{hash}\"]"));
        assert_eq!((receipt.contact_id, receipt.pending.as_deref()), (1, None));
        assert_eq!(receipt.counts().notes, 1);
        let tombstones = desk.store.registry.tombstones(0).await.unwrap();
        assert_eq!(tombstones.len(), 1);
        let kept = std::fs::read_to_string(place.folder.path().join("erasures.jsonl")).unwrap();
        assert!(kept.contains(&hash), "{kept}");
    }
}

#[tokio::test]
async fn it_cannot_be_undone_and_neither_can_what_spoke_of_the_person() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        let notes = desk
            .column("select cast(id as text) from journal where verb = 'note' order by id")
            .await;
        done(&desk, "erase @ada").await;
        let erased = desk
            .column("select cast(max(id) as text) from journal where verb = 'erase'")
            .await;
        for (line, why) in [
            (
                "undo".to_owned(),
                "erased somebody for good, and cannot be undone",
            ),
            (
                format!("undo #j{}", erased[0]),
                "erased somebody for good, and cannot be undone",
            ),
            (
                format!("undo #j{}", notes[1]),
                "spoke of somebody who was erased since",
            ),
        ] {
            let (verdict, shown) = say(&desk, &line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
            assert!(shown.contains(why), "{line}: {shown}");
        }
        // What was said of others can.
        done(&desk, &format!("undo #j{}", notes[0])).await;
        let left = desk
            .column("select text from interaction where state = 'filed'")
            .await;
        assert_eq!(left, [""; 0]);
    }
}

#[tokio::test]
async fn only_admins_erase_and_only_whom_they_name() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        let mut jon = cx(&desk, "jon@studio.example").await;
        let (verdict, shown) = answer(&desk, &jon, "erase @ada").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("needs the role admin"), "{shown}");
        jon.actor.role = Role::Admin;
        let (verdict, shown) = answer(&desk, &jon, "erase @ada").await;
        assert_ne!(verdict, Verdict::Refused, "{shown}");
        let became = MemberRow {
            id: 7,
            email: "bob@foo.example".to_owned(),
            name: None,
            role: "member".to_owned(),
        };
        let mut tx = desk.write().await;
        members::put(&mut tx, &became).await.unwrap();
        tx.commit().await.unwrap();
        for (line, why) in [
            ("erase: #i1", "say who is to be erased"),
            ("erase:", "say who is to be erased"),
            ("erase: bob@foo.example", "is the address of a member"),
            ("erase: nobody@acme.example", "nobody here has the address"),
        ] {
            let (verdict, shown) = say(&desk, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
            assert!(shown.contains(why), "{line}: {shown}");
        }
    }
}

#[tokio::test]
async fn who_was_merged_or_deleted_goes_whole() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        done(&desk, "new: Ada Lovelace <lovelace@acme.example>").await;
        done(&desk, "note #c3: counts").await;
        done(&desk, "merge #c1: #c3").await;
        done(&desk, "delete #c1").await;
        done(&desk, "erase #c3").await;
        assert_eq!(
            desk.column("select cast(id as text) from contact").await,
            ["2"]
        );
        assert_eq!(
            desk.column("select address from contact_address").await,
            ["bob@foo.example"]
        );
        assert_eq!(desk.column("select name from company").await.len(), 1);
        let left = desk.column("select text from interaction").await;
        assert_eq!(left, ["prefers tea"]);
        let tombstones = desk.store.registry.tombstones(0).await.unwrap();
        let of: Vec<i64> = tombstones.iter().map(|t| t.contact_id).collect();
        assert_eq!(of, [1, 3]);
        assert_eq!(tombstones[0].address_hashes.len(), 2);
    }
}

#[tokio::test]
async fn chats_go_and_so_does_what_waits_to_be_said_there() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        let mut tx = desk.write().await;
        for sql in [
            "insert into contact_chat (bot_id, chat_id, contact_id, first_at, last_at, message_count) \
             values (77, 424242, 1, 1, 1, 1)",
            "insert into chat_message (id, kind, state, bot_id, chat_id, contact_id, body, due_at, attempts, pieces, created_at) \
             values (501, 'relay_out', 'waiting', 77, 424242, 1, '{\"pieces\":[]}', 1, 0, 0, 1)",
            "insert into chat_message (id, kind, state, chat_id, member_id, body, due_at, attempts, pieces, created_at) \
             values (502, 'notice', 'waiting', 9, 1, '{\"pieces\":[{\"text\":\"Ada Byron wrote\"}]}', 1, 0, 0, 1)",
            "insert into chat_message (id, kind, state, chat_id, member_id, interaction_id, body, due_at, attempts, pieces, created_at) \
             values (503, 'edit', 'sent', 9, 1, 502, '{\"pieces\":[{\"text\":\"she wrote\"}]}', 1, 0, 0, 1)",
            // The number of a message, not of the note about her.
            "insert into chat_message (id, kind, state, chat_id, member_id, interaction_id, body, due_at, attempts, pieces, created_at) \
             values (504, 'edit', 'waiting', 9, 1, 2, '{\"pieces\":[{\"text\":\"of something else\"}]}', 1, 0, 0, 1)",
        ] {
            on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
        }
        tx.commit().await.unwrap();
        let registry = &desk.store.registry;
        let update = |update_id, chat: &str| UpdateRow {
            update_id,
            body: format!("{{\"message\":{{\"chat\":{{\"id\":{chat}}},\"text\":\"hello\"}}}}"),
        };
        let updates = [update(1, "424242"), update(2, "4242421")];
        registry.keep_updates(77, &updates, None, 1).await.unwrap();
        registry.park_update(77, 1, 2).await.unwrap();
        let shown = done(&desk, "erase @ada").await;
        assert!(shown.contains("1 chat"), "{shown}");
        let left = desk
            .column("select id || state || body from chat_message order by id")
            .await;
        let empty = "{\"pieces\":[]}";
        let wanted = [
            format!("502cancelled{empty}"),
            format!("503sent{empty}"),
            "504waiting{\"pieces\":[{\"text\":\"of something else\"}]}".to_owned(),
        ];
        assert_eq!(left, wanted, "{}", place.name);
        assert_eq!(
            desk.column("select cast(chat_id as text) from contact_chat")
                .await,
            [""; 0]
        );
        assert_eq!(registry.count_updates().await.unwrap(), (1, 0));
        let waiting = registry.waiting_updates(77, 0, 10).await.unwrap();
        assert_eq!(waiting[0].update_id, 2);
    }
}

#[tokio::test]
async fn an_answer_to_the_question_may_itself_be_what_goes() {
    for place in databases().await {
        let desk = open(&place).await;
        met(&desk).await;
        let ada = desk.capture("ada@acme.example").await;
        // Written to her own address, the question and its answer are filed with her.
        for (to, id) in [("log.m7a2x4", "one"), (ada.as_str(), "two")] {
            let id = format!("{id}@studio.example");
            mia_writes(&desk, &[to], "x", &id, "", "erase ada@acme.example").await;
        }
        let asked = desk.outbox().await;
        let asked = asked.iter().rfind(|letter| letter.kind == "ack").unwrap();
        let confirm = format!("confirm {}", code(&asked.message.body));
        let answer_to = asked.answer_to();
        mia_writes(
            &desk,
            &[&answer_to],
            "x",
            "three@studio.example",
            "Re: x",
            &confirm,
        )
        .await;
        assert_eq!(desk.column("select name from contact").await, ["Bob Stone"]);
        let counts = desk
            .store
            .registry
            .spool()
            .counts(Some(desk.id))
            .await
            .unwrap();
        assert_eq!((counts.waiting, counts.parked), (0, 0), "{}", place.name);
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        for word in ["ada@acme.example", "Byron", "mornings"] {
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word} on {}: {found:?}", place.name);
        }
    }
}
