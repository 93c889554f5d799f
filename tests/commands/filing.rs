//! `note` and `file` change what they say, teach what they should, and write the journal.

use crate::world::worlds;
use rapport::commands::{self, Verdict, parse};
use rapport::domain::language::Language;
use rapport::store::registry::AddressKind;
use rapport::store::workspace::contacts;

#[tokio::test]
async fn a_note_is_filed_with_its_target_and_found_again() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        let mail = world
            .mail("ada@acme.example", Some(ada), "Pilot", "Hello")
            .await;
        for (line, contact) in [
            (format!("note @ada: tea in the morning {mail}"), ada),
            (format!("note #c{bob}: beer at night"), bob),
            (format!("@#i{mail}:\nnote: about this very mail"), ada),
            ("@bob@foo.example:\nnote: by address".to_owned(), bob),
        ] {
            let shown = world.done(&line).await;
            let note: i64 = shown
                .split("#i")
                .nth(1)
                .unwrap()
                .split('.')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!(world.contacts_of(note).await, [contact], "{line}");
            let changes = world.changes(&format!("#i{note}")).await;
            assert_eq!(changes.len(), 1);
            assert_eq!(
                (
                    changes[0].verb.as_str(),
                    changes[0].door.as_str(),
                    changes[0].proof.as_str()
                ),
                ("note", "command_line", "machine")
            );
        }
        assert!(
            world
                .done("find tea morning")
                .await
                .contains("note by Grace")
        );
        let why = world.done(&format!("why #i{}", mail + 1)).await;
        assert!(
            why.contains("A note of Grace that names the contact: @ada."),
            "{why}"
        );
    }
}

#[tokio::test]
async fn filing_moves_makes_the_contact_and_teaches_the_next_one() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mail = world
            .mail("bob.private@home.example", Some(ada), "Beer", "Hello")
            .await;
        let shown = world
            .done(&format!("file #i{mail}: Bob Stone <Bob@Brewery.example>"))
            .await;
        let bob = ada + 1;
        assert_eq!(
            shown,
            format!(
                "Filed #i{mail} \"Beer\" with #c{bob} Bob Stone; before, it was with #c{ada} Ada Byron.\n\
                 #c{bob} Bob Stone is a new contact.\n\
                 Mail of bob.private@home.example is filed with #c{bob} Bob Stone from now on.\n"
            )
        );
        assert_eq!(world.contacts_of(mail).await, [bob]);
        assert_eq!(world.rule_of("bob.private@home.example").await, Some(bob));
        let changes = world.changes(&format!("#i{mail}")).await;
        let [change] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        let before: serde_json::Value = serde_json::from_str(&change.before).unwrap();
        let after: serde_json::Value = serde_json::from_str(&change.after).unwrap();
        assert_eq!(before["contacts"][0]["contact"], ada);
        assert_eq!(before["why"]["rule"], "forward.from");
        assert_eq!(before["rule"]["contact"], serde_json::Value::Null);
        assert_eq!(after["contacts"][0]["contact"], bob);
        assert_eq!(after["why"]["rule"], "by_hand");
        assert_eq!(after["rule"]["contact"], bob);

        let card = world.done("show bob").await;
        assert!(
            card.contains("company      Brewery") && card.contains("write to     bob."),
            "{card}"
        );
        let row = contacts::by_id(&mut world.read().await, bob)
            .await
            .unwrap()
            .unwrap();
        let route = world
            .store
            .registry
            .route(&row.capture.unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (route.kind, route.workspace_id),
            (AddressKind::Capture, world.cx.workspace_id)
        );

        let again = world
            .done(&format!("file #i{mail}: bob@brewery.example"))
            .await;
        assert!(again.contains("already"), "{again}");
        assert_eq!(world.changes(&format!("#i{mail}")).await.len(), 1);
    }
}

#[tokio::test]
async fn filing_teaches_nothing_that_would_lead_astray() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        for (class, author, to, taught) in [
            ("person", "ada@acme.example", ada, None),
            ("person", "grace@us.example", bob, None),
            ("list", "news@list.example", bob, None),
            ("bounce", "mailer-daemon@mx.example", bob, None),
            ("person", "stranger@home.example", bob, Some(bob)),
            ("automatic", "invoices@shop.example", bob, Some(bob)),
        ] {
            let mail = world
                .mail_of_class(class, author, None, "Hello", "Hello")
                .await;
            world.done(&format!("file #i{mail}: #c{to}")).await;
            assert_eq!(world.contacts_of(mail).await, [to], "{author}");
            assert_eq!(world.rule_of(author).await, taught, "{class} of {author}");
        }
    }
}

#[tokio::test]
async fn what_was_taught_wrongly_is_taught_anew() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        let mail = world
            .mail("ada@acme.example", Some(ada), "Hello", "Hello")
            .await;
        world.done(&format!("file #i{mail}: #c{bob}")).await;
        assert_eq!(world.rule_of("ada@acme.example").await, Some(bob));
        world
            .done(&format!("file #i{mail}: ada@acme.example"))
            .await;
        assert_eq!(world.rule_of("ada@acme.example").await, Some(ada));
        assert_eq!(world.contacts_of(mail).await, [ada]);
        assert_eq!(world.changes(&format!("#i{mail}")).await.len(), 2);
    }
}

#[tokio::test]
async fn an_address_that_can_be_no_contact_s_is_refused() {
    for world in worlds().await {
        let mail = world.mail("x@home.example", None, "Hello", "Hello").await;
        for (address, reason) in [
            ("info@acme.example", "nobody's own address"),
            ("no-reply@acme.example", "nobody's own address"),
            ("grace@us.example", "is a member of this workspace"),
            ("log.k3v7q2@crm.example", "an address of ours"),
        ] {
            let shown = world.refused(&format!("file #i{mail}: {address}")).await;
            assert!(shown.contains(reason), "{shown}");
        }
        assert_eq!(world.contacts_of(mail).await, [0_i64; 0]);
        assert!(world.done("list").await.contains("no contacts yet"));
    }
}

#[tokio::test]
async fn a_capture_address_names_its_contact() {
    for world in worlds().await {
        let first = world.mail("x@home.example", None, "Hello", "Hello").await;
        let second = world.mail("y@home.example", None, "Hello", "Hello").await;
        world
            .done(&format!("file #i{first}: bob@foo.example"))
            .await;
        let bob = contacts::by_address(&mut world.read().await, "bob@foo.example")
            .await
            .unwrap()
            .unwrap();
        let capture = bob.capture.unwrap();
        world
            .done(&format!("file #i{second}: {capture}+next.fri@crm.example"))
            .await;
        assert_eq!(world.contacts_of(second).await, [bob.id]);
    }
}

#[tokio::test]
async fn one_wrong_line_undoes_all_of_them() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mail = world.mail("x@home.example", None, "Hello", "Hello").await;
        let lines = format!("note @ada: tea\nfile #i{mail}: #c{ada}\nnoet: x\nshow #c99");
        let shown = world.refused(&lines).await;
        assert_eq!(
            shown,
            "Nothing changed: 2 of 4 lines were not understood.\n\
             3 ?  \"noet: x\"     did you mean \"note: x\"?\n\
             4 ?  \"show #c99\"     did you mean \"list contacts\"?\n     there is no contact #c99\n"
        );
        assert_eq!(world.contacts_of(mail).await, [0_i64; 0]);
        assert_eq!(world.done("list notes").await, "There are no notes yet.\n");
        assert_eq!(world.changes(&format!("#i{mail}")).await.len(), 0);
    }
}

#[tokio::test]
async fn a_dry_run_tells_and_changes_nothing() {
    for world in worlds().await {
        let mail = world.mail("x@home.example", None, "Hello", "Hello").await;
        let replies = world.say(&format!("?file #i{mail}: bob@foo.example")).await;
        assert_eq!(replies[0].verdict, Verdict::Told);
        assert_eq!(world.contacts_of(mail).await, [0_i64; 0]);
        assert_eq!(world.rule_of("x@home.example").await, None);
        assert_eq!(world.done("list unfiled").await.lines().count(), 4);
        let mixed = format!("?note @bob: x\nfile #i{mail}: bob@foo.example");
        assert!(
            world
                .refused(&mixed)
                .await
                .contains("nobody here is called \"bob\"")
        );
    }
}

#[tokio::test]
async fn lines_of_a_mail_run_in_the_transaction_that_files_it() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mail = world
            .mail("x@home.example", Some(ada), "Hello", "Hello")
            .await;
        let mut cx = world.cx.clone();
        cx.about_interaction = Some(mail);
        let mut tx = world.write().await;
        let wrong = parse::head("note: kept?\nfile: #c99", Language::English);
        let applied = commands::apply(&mut tx, &cx, &wrong.lines).await.unwrap();
        assert!(!applied.is_done());
        let right = parse::head("note: tea\nwhy:", Language::English);
        let applied = commands::apply(&mut tx, &cx, &right.lines).await.unwrap();
        assert!(applied.is_done() && applied.replies.len() == 2);
        tx.commit().await.unwrap();
        let notes = world.done("list notes").await;
        assert!(notes.contains("tea") && !notes.contains("kept"), "{notes}");
    }
}

#[tokio::test]
async fn commands_that_run_at_once_all_count() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..10 {
            let (store, cx) = (world.store.clone(), world.cx.clone());
            tasks.spawn(async move {
                let line = format!("note @ada: number {number}");
                commands::run(&store, &cx, &line).await.unwrap()
            });
        }
        while let Some(replies) = tasks.join_next().await {
            assert_eq!(replies.unwrap()[0].verdict, Verdict::Done);
        }
        assert_eq!(world.done("list notes").await.lines().count(), 11);
    }
}
