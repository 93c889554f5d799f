//! `new`, `set`, `clear`, `company`, `tag`, `status`, `score`, `keep in touch`, `mute`, `assign`, `rotate`.

use super::desks;
use rapport::store::workspace::contacts;

#[tokio::test]
async fn each_change_is_told_from_what_to_what_and_can_be_undone() {
    let cases = [
        (
            "new: Eve Moor <eve@moor.example>",
            "Made #c3 Eve Moor <eve@moor.example>.",
        ),
        ("new: Carl Day", "Made #c4 Carl Day, without an address."),
        (
            "set #c1 phone: +49 30 1234",
            "Phone of #c1 Ada Byron is now +49 30 1234; there was none.",
        ),
        (
            "phone @ada: +358 40 1234567",
            "Phone of #c1 Ada Byron is now +358 40 1234567; it was +49 30 1234.",
        ),
        (
            "clear #c1 phone",
            "Phone of #c1 Ada Byron is empty now; it was +358 40 1234567.",
        ),
        (
            "set #c1 title: CTO",
            "Title of #c1 Ada Byron is now CTO; there was none.",
        ),
        (
            "set #c1 name: Ada King",
            "Name of #c1 Ada King is now Ada King; it was Ada Byron.",
        ),
        (
            "company #c1: Acme Oy",
            "Company of #c1 Ada King is now Acme Oy; it was Acme.",
        ),
        (
            "company #c2: ACME OY",
            "Company of #c2 Bob Stone is now Acme Oy; it was Foo.",
        ),
        (
            "clear #c2 company",
            "Company of #c2 Bob Stone is empty now; it was Acme Oy.",
        ),
        (
            "set #c1 birthday: 12 March 1985",
            "Birthday of #c1 Ada King is now 1985-03-12; there was none.",
        ),
        (
            "set #c1 birthday: 12 March",
            "Birthday of #c1 Ada King is now --03-12; it was 1985-03-12.",
        ),
        (
            "set #c1 site: https://acme.example/us",
            "Site of #c1 Ada King is now https://acme.example/us; there was none.",
        ),
        (
            "set #c1 address: Main St 1, Helsinki",
            "Address of #c1 Ada King is now Main St 1, Helsinki; there was none.",
        ),
        (
            "set #c1 shoe size: 42",
            "Shoe size of #c1 Ada King is now 42; there was none.",
        ),
        (
            "set #c1 shoe size: 43",
            "Shoe size of #c1 Ada King is now 43; it was 42.",
        ),
        (
            "clear #c1: shoe size",
            "Shoe size of #c1 Ada King is empty now; it was 43.",
        ),
        (
            "tag #c1: VIP, berlin",
            "Tagged #c1 Ada King: vip, berlin.\nIts tags: berlin, vip.",
        ),
        (
            "tag #c1: vip, pilot",
            "Tagged #c1 Ada King: pilot.\n#c1 Ada King has vip already.",
        ),
        (
            "untag #c1: Berlin, moon",
            "Took off #c1 Ada King: berlin.\n#c1 Ada King has no tag moon already.",
        ),
        (
            "status #c1: Qualified",
            "Status of #c1 Ada King is now qualified; there was none.",
        ),
        (
            "status #c1: won over",
            "Status of #c1 Ada King is now won over; it was qualified.",
        ),
        (
            "clear #c1: status",
            "Status of #c1 Ada King is empty now; it was won over.",
        ),
        (
            "score #c1: 80",
            "Score of #c1 Ada King is now 80; there was none.",
        ),
        (
            "score #c1: -5",
            "Score of #c1 Ada King is now -5; it was 80.",
        ),
        (
            "keep in touch #c1: 30 days",
            "Interval to keep in touch of #c1 Ada King is now 30 days; there was none.",
        ),
        (
            "keep in touch #c1: never",
            "Interval to keep in touch of #c1 Ada King is now never; it was 30 days.",
        ),
        ("mute #c1", "Muted #c1 Ada King: mail is still filed"),
        ("unmute #c1", "#c1 Ada King is told of again; it was muted."),
        (
            "assign #c1: bob@us.example",
            "bob@us.example answers for #c1 Ada King now; before, nobody did.",
        ),
        (
            "assign #c1: me",
            "Grace answers for #c1 Ada King now; before, bob@us.example did.",
        ),
        (
            "assign #c1: bob",
            "bob@us.example answers for #c1 Ada King now; before, Grace did.",
        ),
        (
            "set #c1 email: Ada@King.example",
            "Email of #c1 Ada King is now ada@king.example; it was ada@acme.example.",
        ),
        (
            "clear #c1 email: ada@king.example",
            "Email of #c1 Ada King is empty now; it was ada@king.example.\nada@acme.example is the one to write to.",
        ),
        ("rotate #c1", "#c1 Ada King is now ada."),
    ];
    for desk in desks().await {
        for (line, words) in cases {
            let shown = desk.changes(line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
    }
}

#[tokio::test]
async fn what_is_so_already_is_said_and_changes_nothing() {
    let first = "set #c1 phone: 123456\ntag #c1: vip\nstatus #c1: new\nscore #c1: 1\nkeep in touch #c1: 3 weeks\nmute #c1\n\
                 assign #c1: me\nset #c1 shoe size: 42\nnew: Carl Day";
    let cases = [
        (
            "set #c1 phone: 123456",
            "Phone of #c1 Ada Byron is 123456 already.",
        ),
        (
            "set #c1 name: Ada  Byron",
            "Name of #c1 Ada Byron is Ada Byron already.",
        ),
        (
            "clear #c1 title",
            "Title of #c1 Ada Byron is empty already.",
        ),
        (
            "company #c1: acme",
            "Company of #c1 Ada Byron is Acme already.",
        ),
        (
            "set #c1 shoe size: 42",
            "Shoe size of #c1 Ada Byron is 42 already.",
        ),
        (
            "clear #c1: hat size",
            "Hat size of #c1 Ada Byron is empty already.",
        ),
        (
            "set #c1 email: ADA@acme.example",
            "Email of #c1 Ada Byron is ada@acme.example already.",
        ),
        ("tag #c1: VIP", "#c1 Ada Byron has vip already."),
        ("untag #c1: moon", "#c1 Ada Byron has no tag moon already."),
        ("status #c1: NEW", "Status of #c1 Ada Byron is new already."),
        ("score #c1: 1", "Score of #c1 Ada Byron is 1 already."),
        (
            "keep in touch #c1: 21 days",
            "Interval to keep in touch of #c1 Ada Byron is 21 days already.",
        ),
        ("mute #c1", "#c1 Ada Byron is muted already."),
        ("unmute #c2", "#c2 Bob Stone is not muted."),
        (
            "assign #c1: grace@us.example",
            "Grace answers for #c1 Ada Byron already.",
        ),
        ("new: carl day", "#c3 Carl Day is there already."),
        (
            "new: ada@acme.example",
            "#c1 Ada Byron is there already, with ada@acme.example.",
        ),
    ];
    for desk in desks().await {
        desk.done(first).await;
        for (line, words) in cases {
            let shown = desk.changes_nothing(line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_words() {
    let long = "x".repeat(201);
    let cases = [
        ("set #c1 phone: 123".to_owned(), "has fewer than 5 digits"),
        (format!("set #c1 name: {long}"), "has at most 200 letters"),
        (format!("status #c1: {long}"), "has at most 50 letters"),
        (
            format!("tag #c1: {}", &long[..55]),
            "has at most 50 letters",
        ),
        ("set #c1 birthday: 3/4/1985".to_owned(), "may mean two days"),
        ("set #c1 birthday: 31 February".to_owned(), "is no birthday"),
        (
            "set #c1 birthday: 1 Jan 2099".to_owned(),
            "nobody was born on",
        ),
        (
            "set #c1 site: javascript:alert(1)".to_owned(),
            "is no web site",
        ),
        (
            "set #c1 email: ada at home".to_owned(),
            "is no mail address",
        ),
        (
            "set #c1 email: bob@foo.example".to_owned(),
            "belongs to #c2 Bob Stone; where both are one person, merge them",
        ),
        (
            "set #c1 email: bob@us.example".to_owned(),
            "is a member of this workspace",
        ),
        (
            "set #c1 email: x@crm.example".to_owned(),
            "is an address of ours",
        ),
        (
            "clear #c1 email".to_owned(),
            "which address? There is ada@acme.example",
        ),
        (
            "clear #c1 email: bob@foo.example".to_owned(),
            "has no address bob@foo.example",
        ),
        ("score #c1: 1001".to_owned(), "from -1000 to 1000"),
        (
            "assign #c1: nobody@us.example".to_owned(),
            "is no member of this workspace; there is",
        ),
        ("assign #c1: vera@us.example".to_owned(), "only reads"),
        ("set #c1 tags: vip".to_owned(), "tags are no field"),
        (
            "new: grace@us.example".to_owned(),
            "is a member of this workspace",
        ),
        (
            "new: info@acme.example".to_owned(),
            "is nobody's own address",
        ),
        (
            "new: log.k3v7q2@crm.example".to_owned(),
            "is an address of ours",
        ),
        ("phone #c9: 123456".to_owned(), "there is no contact #c9"),
        ("mute".to_owned(), "say whom"),
    ];
    for desk in desks().await {
        let before = desk.world.dump().await;
        for (line, words) in &cases {
            let shown = desk.refused(line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        assert_eq!(before, desk.world.dump().await);
    }
}

#[tokio::test]
async fn more_tags_fields_and_letters_than_are_kept_are_refused() {
    for desk in desks().await {
        let tags: Vec<String> = (0..50).map(|n| format!("tag #c1: t{n}")).collect();
        desk.done(&tags.join("\n")).await;
        let shown = desk.refused("tag #c1: one more").await;
        assert!(shown.contains("at most 50 tags"), "{shown}");
        let fields: Vec<String> = (0..100)
            .map(|n| format!("set #c1 field {n}: {n}"))
            .collect();
        desk.done(&fields.join("\n")).await;
        let shown = desk.refused("set #c1 one more: x").await;
        assert!(shown.contains("#c1 has 100 fields"), "{shown}");
    }
}

#[tokio::test]
async fn a_card_shows_all_of_a_contact_and_find_knows_it() {
    for desk in desks().await {
        desk.done(
            "set #c1 shoe size: fortytwo\ntag #c1: vip\nstatus #c1: qualified\nscore #c1: 7\nkeep in touch #c1: 30 days\n\
             assign #c1: bob\nnext #c1: call her\nmute #c1\nrotate #c1\nrotate #c1\nset #c1 email: ada@king.example",
        )
        .await;
        let card = desk.done("show #c1").await;
        for line in [
            "company        Acme",
            "addresses      ada@king.example",
            "shoe size      fortytwo",
            "tags           vip",
            "status         qualified",
            "score          7",
            "responsible    bob@us.example",
            "keep in touch  every 30 days, last heard of on 14 Nov",
            "muted          since 14 Nov",
            "before         ada.",
            "write to       ada.",
            "call her",
        ] {
            assert!(card.contains(line), "{line} in {card}");
        }
        for words in ["fortytwo", "vip", "qualified", "king.example"] {
            let found = desk.done(&format!("find {words}")).await;
            assert!(found.contains("#c1"), "{words}: {found}");
        }
        desk.done("untag #c1: vip\nclear #c1: shoe size").await;
        for words in ["fortytwo", "vip"] {
            let found = desk.done(&format!("find {words}")).await;
            assert!(found.contains("Nothing here holds"), "{words}: {found}");
        }
    }
}

#[tokio::test]
async fn mail_to_every_address_that_a_contact_ever_had_finds_it() {
    for desk in desks().await {
        let mut captures = Vec::new();
        for _ in 0..3 {
            desk.done("rotate #c1").await;
            let row = contacts::by_id(&mut desk.world.read().await, 1)
                .await
                .unwrap()
                .unwrap();
            captures.push(row.capture.unwrap());
        }
        desk.done("merge #c2: #c1").await;
        for capture in &captures {
            let mut tx = desk.world.read().await;
            let found = contacts::by_capture(&mut tx, capture)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(found.id, 2);
            let route = desk.world.store.registry.route(capture).await.unwrap();
            assert!(route.is_some(), "{capture}");
        }
    }
}

#[tokio::test]
async fn nobody_draws_addresses_who_may_not() {
    for desk in desks().await {
        desk.say(&desk.viewer, "rotate #c1\nnew: Eve Moor").await;
        let card = desk.done("show #c1").await;
        assert!(!card.contains("write to"), "{card}");
        let (_, shown) = desk.say(&desk.bob, "rotate #c1").await;
        assert!(shown.contains("is now ada."), "{shown}");
    }
}

#[tokio::test]
async fn what_was_taught_of_an_address_yields_to_its_owner() {
    for desk in desks().await {
        let mail = desk
            .world
            .mail("ada@home.example", None, "Hello", "Hello")
            .await;
        desk.done(&format!("file #i{mail}: #c2")).await;
        assert_eq!(desk.world.rule_of("ada@home.example").await, Some(2));
        let shown = desk.done("set #c1 email: ada@home.example").await;
        assert!(shown.contains("was filed with #c2 till now"), "{shown}");
        assert_eq!(desk.world.rule_of("ada@home.example").await, Some(1));
    }
}
