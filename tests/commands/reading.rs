//! What only reads: names, lists, cards, and how they look in 80 columns.

use crate::world::{World, worlds};

/// Two people of one first name, one of another script, mail and notes.
async fn fill(world: &World) {
    let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
    world.contact("Ada Ray", "Foo", "ada@foo.example").await;
    world
        .contact("Łukasz Żak", "Brauerei Größe", "lukasz@bier.example")
        .await;
    world
        .contact("田中太郎", "Tanaka", "taro@tanaka.example")
        .await;
    world
        .mail(
            "ada@acme.example",
            Some(ada),
            "Pilot in Berlin",
            "We could start the pilot next year.\n\nIs that right?",
        )
        .await;
    world
        .mail(
            "bob.private@home.example",
            None,
            "Brauerei Łódź",
            "Hello there",
        )
        .await;
}

#[tokio::test]
async fn a_name_means_the_one_who_has_it() {
    for world in worlds().await {
        fill(&world).await;
        for (name, expected) in [
            ("ada byron", "#c1 Ada Byron"),
            ("ADA BYRON", "#c1 Ada Byron"),
            ("byron", "#c1 Ada Byron"),
            ("\"Ada Ray\"", "#c2 Ada Ray"),
            ("lukasz", "#c3 Łukasz Żak"),
            ("ŁUKASZ", "#c3 Łukasz Żak"),
            ("zak", "#c3 Łukasz Żak"),
            ("acme", "#c1 Ada Byron"),
            ("brauerei grosse", "#c3 Łukasz Żak"),
            ("田中", "#c4 田中太郎"),
            ("田中太郎", "#c4 田中太郎"),
            ("taro", "#c4 田中太郎"),
            ("#c4", "#c4 田中太郎"),
            ("Taro@Tanaka.example", "#c4 田中太郎"),
        ] {
            let shown = world.done(&format!("show {name}")).await;
            assert_eq!(shown.lines().next(), Some(expected), "{name}");
        }
        for (name, expected) in [
            (
                "ada",
                "@ada is 2 people: #c1 Ada Byron (Acme), #c2 Ada Ray (Foo)",
            ),
            ("adda", "nobody here is called \"adda\""),
            (
                "luk",
                "nobody here is called \"luk\"; there is #c3 Łukasz Żak (Brauerei Größe)",
            ),
            ("x@y.example", "nobody here has the address x@y.example"),
            ("#c9", "there is no contact #c9"),
            ("#i9", "there is no #i9"),
            ("#d1", "#d1 is no contact; #c12 is one, #i9 is a mail"),
        ] {
            let shown = world.refused(&format!("show {name}")).await;
            let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(expected), "{name}: {shown}");
        }
    }
}

#[tokio::test]
async fn answers_stand_in_80_columns() {
    for world in worlds().await {
        fill(&world).await;
        for (line, expected) in [
            (
                "list",
                "Contacts, who was heard of last first\n  \
                 #c1  Ada Byron   Acme            14 Nov  ada@acme.example\n  \
                 #c4  田中太郎    Tanaka                  taro@tanaka.example\n  \
                 #c3  Łukasz Żak  Brauerei Größe          lukasz@bier.example\n  \
                 #c2  Ada Ray     Foo                     ada@foo.example\n",
            ),
            (
                "list unfiled",
                "Waiting for a contact\n  #i2  14 Nov  from bob.private@home…  Brauerei Łódź\n\n\
                 Say whose each is: file #i2: name@company.example\n",
            ),
            ("list held", "Nothing is held.\n"),
            (
                "find pilot",
                "Said\n  #i1  14 Nov  from ada@acme.example  → Ada Byron  Pilot in Berlin\n    \
                 We could start the pilot next year. Is that right?\n",
            ),
            (
                "find brauerei",
                "Contacts\n  #c3  Łukasz Żak  Brauerei Größe  lukasz@bier.example\n\n\
                 Said\n  #i2  14 Nov  from bob.private@home…  Brauerei Łódź\n    Hello there\n",
            ),
            (
                "find zzz",
                "Nothing here holds zzz.\nFewer words, or the beginning of one as in pilo*, find more.\n",
            ),
            (
                "show #c1",
                "#c1 Ada Byron\n  company    Acme\n  addresses  ada@acme.example\n  since      14 Nov\n\n\
                 Said\n  #i1  14 Nov  from ada@acme.example  Pilot in Berlin\n",
            ),
            (
                "show #i1",
                "#i1 Pilot in Berlin\n  what        mail that came in, filed\n  from        ada@acme.example\n  \
                 when        Sat 14 Nov 2026 07:28 Europe/Helsinki\n  filed with  #c1 Ada Byron\n\n  \
                 We could start the pilot next year.\n\n  Is that right?\n",
            ),
            (
                "timeline ada byron",
                "#c1 Ada Byron\n  #i1  14 Nov  from ada@acme.example  Pilot in Berlin\n",
            ),
            (
                "why #i1",
                "#i1 Pilot in Berlin\n\nIt is filed with #c1 Ada Byron.\n\
                 Grace forwarded a letter of ada@acme.example.\n",
            ),
        ] {
            assert_eq!(
                world.done(line).await,
                expected,
                "{line} on {}",
                world.place.name
            );
        }
    }
}

#[tokio::test]
async fn who_moved_something_is_told_by_why() {
    for world in worlds().await {
        fill(&world).await;
        world.done("file #i1: #c2").await;
        assert_eq!(
            world.done("why #i1").await,
            "#i1 Pilot in Berlin\n\nIt is filed with #c2 Ada Ray.\nGrace said where it belongs.\n\n\
             Changed\n  14 Nov 2026 07:30  Grace filed it with #c2 instead of #c1, on the command line\n"
        );
    }
}

#[tokio::test]
async fn help_tells_of_every_verb() {
    for world in worlds().await {
        let all = world.done("help").await;
        for row in rapport::commands::specification::ROWS {
            assert!(
                all.contains(row.usage) && all.contains(row.help),
                "{}",
                row.name()
            );
            let one = world.done(&format!("help {}", row.name())).await;
            assert!(row.examples.iter().all(|e| one.contains(e)), "{one}");
        }
        assert!(all.lines().all(|l| l.chars().count() <= 80), "{all}");
        assert_eq!(world.done("").await, all);
    }
}

#[tokio::test]
async fn a_list_goes_by_who_was_heard_of_last() {
    for world in worlds().await {
        let ids = [
            world.contact("First One", "A", "one@a.example").await,
            world.contact("Second Two", "B", "two@b.example").await,
            world.contact("Third Three", "C", "three@c.example").await,
        ];
        for id in [ids[2], ids[0], ids[1], ids[0]] {
            world
                .mail("x@home.example", Some(id), "Hello", "Hello")
                .await;
        }
        let shown = world.done("list").await;
        let names: Vec<&str> = shown
            .lines()
            .skip(1)
            .filter_map(|l| l.split_whitespace().nth(1))
            .collect();
        assert_eq!(names, ["First", "Second", "Third"]);
    }
}
