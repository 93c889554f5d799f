//! Spreadsheets and address books of others: found, completed, made, told, and taken back.

use crate::common::databases;
use crate::common::workspace::Desk;
use crate::{dump, world};
use rapport::transfer::{Form, Mode, Report, Roll, Watch, bring};

const FILE: &str = "First Name,Last Name,E-mail Address,Company,Job Title,Mobile Phone,Business Phone,Categories,Birthday,Notes,Fax\n\
    Ada,Byron,ADA@northwind.example,Northwind Oy,Countess,+44 20 7946 0000,,vip;press,10 December 1985,met in Paris,1\n\
    Zoë,Müller,zoe@mueller.example,,Owner,+49 30 123456,+49 30 99999,,,,\n\
    ,,no address,,,,,,,,\n\
    Mia,Laine,mia@studio.example,,,,,,,,\n\
    Bob,Day,,Acme,,call me,,,,,\n\
    Bob,Day,,ACME,Baker,,,,,,\n\
    Bob,Day,,Other,,,,,,,\n\
    Zoë,Müller,zoe@mueller.example,,,,,,,,\n\
    Łukasz,Größe,lukasz@lodz.example;second@lodz.example,,,,,,,,\n\
    Carl,Gone,gone@x.example,,,,,,,,\n";

/// What differs in a workspace, but for numbers, the journal, and addresses that are kept for later.
async fn state(desk: &Desk) -> Vec<String> {
    let lines = dump::dump(&mut desk.read().await).await;
    let left_out = ["journal ", "counter ", "workspace "];
    lines
        .into_iter()
        .filter(|line| !left_out.iter().any(|begin| line.starts_with(begin)))
        .collect()
}

#[tokio::test]
async fn rows_are_found_completed_made_or_skipped_and_one_undo_takes_all_back() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::letters(&desk).await;
        world::say(&desk, "new: Carl Gone <gone@x.example>").await;
        let asked = world::say(&desk, "delete #c4").await;
        world::confirm(&desk, &asked).await;
        let before = state(&desk).await;
        let people = world::sheet(FILE);
        assert_eq!(people.table.as_ref().unwrap().skipped(), ["Fax"]);
        let dry = world::brought(&desk, &people, Mode::DryRun).await;
        assert!(dry.batches.is_empty());
        assert!(
            dump::difference(&before, &state(&desk).await).is_empty(),
            "{}",
            place.name
        );
        let told = world::brought(&desk, &people, Mode::Write).await;
        assert_eq!(
            (dry.made, dry.completed, dry.known, dry.skipped),
            (told.made, told.completed, told.known, told.skipped)
        );
        // Zoë, Bob of Acme and Bob of Other; Ada, Bob again, Łukasz; Zoë again; nobody, a member, and one who is deleted.
        assert_eq!(
            (told.made, told.completed, told.known, told.skipped),
            (3, 3, 1, 3),
            "{told:#?}"
        );
        let lines: Vec<u64> = told.reasons.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5, 11], "{:?}", told.reasons);
        assert!(
            told.reasons[1].1.contains("is a member of this workspace"),
            "{:?}",
            told.reasons
        );
        assert!(
            told.reasons[2].1.contains("restore #c4"),
            "{:?}",
            told.reasons
        );
        assert!(
            told.left_out
                .iter()
                .any(|(line, what)| *line == 6 && what.contains("phone")),
            "{:?}",
            told.left_out
        );
        let shown = desk
            .column(
                "select c.name || '|' || coalesce(o.name, '') || '|' || coalesce(c.title, '') || '|' || coalesce(c.phone, '') || '|' || \
                 (case when c.capture is null then 'no' else 'yes' end) from contact c left join company o on o.id = c.company_id order by c.id",
            )
            .await;
        assert_eq!(
            shown,
            [
                "Ada Byron|Northwind|Countess|+44 20 7946 0000|yes",
                "Ada B.|Mail||yes".replace("Mail||", "Mail|||").as_str(),
                "Łukasz Größe|Lodz|||yes",
                "Carl Gone|X|||yes",
                "Zoë Müller|Mueller|Owner|+49 30 123456|yes",
                "Bob Day|Acme|Baker||yes",
                "Bob Day|Other|||yes",
            ],
            "{}",
            place.name
        );
        let fields = desk
            .column("select name || '=' || value from contact_field order by contact_id, name")
            .await;
        assert_eq!(
            fields,
            [
                "birthday=1985-12-10",
                "notes=met in Paris",
                "phone 2=+49 30 99999"
            ]
        );
        assert_eq!(
            desk.column("select tag from contact_tag order by tag")
                .await,
            ["press", "vip"]
        );
        // The same again changes nothing.
        let again = world::brought(&desk, &people, Mode::Write).await;
        assert_eq!(
            (again.made, again.completed, again.known, again.skipped),
            (0, 0, 7, 3),
            "{again:#?}"
        );
        // What is found by words, and mail to the new capture address.
        world::say(&desk, "find müller").await;
        let told = world::say(&desk, "undo").await;
        assert!(told.contains("Zoë"), "{told}");
        let difference = dump::difference(&before, &state(&desk).await);
        assert!(difference.is_empty(), "{}: {difference:#?}", place.name);
    }
}

#[tokio::test]
async fn an_address_book_comes_in_and_our_own_finds_everybody_again() {
    for place in databases().await {
        let desk = world::lived_in(&place).await;
        let zip = crate::round::exported(&desk).await;
        for (name, form) in [("contacts.vcf", Form::Cards), ("contacts.csv", Form::Table)] {
            let file = crate::round::entry(&zip, name);
            let people = Roll::of_bytes(file.as_bytes(), form).unwrap();
            let told = world::brought(&desk, &people, Mode::Write).await;
            assert_eq!(
                (told.made, told.completed, told.known, told.skipped),
                (0, 0, 2, 0),
                "{name}: {told:#?}"
            );
        }
        let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Dora Day\nEMAIL:dora@day.example\nEND:VCARD\n";
        let people = Roll::of_bytes(cards.as_bytes(), Form::Cards).unwrap();
        let told = world::brought(&desk, &people, Mode::Write).await;
        assert_eq!((told.made, told.skipped), (1, 0));
        assert!(
            world::say(&desk, "show dora@day.example")
                .await
                .contains("Dora Day")
        );
    }
}

#[tokio::test]
async fn a_dry_run_lets_others_write_and_knows_who_stands_in_the_file_twice() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::letters(&desk).await;
        let workspace = desk.store.workspaces.get(desk.id).await.unwrap();
        let row = |n: usize| format!("P{n} Q,p{n}@f{}.example,\n", n % 50);
        let mut rows: String = (0..1_200).map(row).collect();
        // Far behind the first ones: by address, and by name in the same company.
        rows.push_str("P3 Q,p3@f3.example,\nP4 Q,P4@f4.example,Acme\nAda Day,,Acme\n");
        rows.extend((1_200..1_500).map(row));
        rows.push_str("ada  day,,ACME\n");
        let people = world::sheet(&format!("name,email,company\n{rows}"));
        let (cx, watch) = (world::cx(&desk).await, Watch::default());
        let mut looking = Box::pin(bring(&desk.store, &cx, &people, Mode::DryRun, &watch));
        let mut wrote = 0;
        let dry = loop {
            tokio::select! {
                biased;
                (told, ended) = &mut looking => {
                    ended.unwrap();
                    break told;
                }
                tx = workspace.write() => {
                    tx.unwrap().commit().await.unwrap();
                    wrote += 1;
                }
            }
        };
        assert!(wrote >= 3, "{}: {wrote}", place.name);
        let told = world::brought(&desk, &people, Mode::Write).await;
        let counts = |told: &Report| (told.made, told.completed, told.known, told.skipped);
        assert_eq!(counts(&dry), counts(&told), "{}", place.name);
        assert_eq!(told.made, 1_501, "{}", place.name);
    }
}

#[tokio::test]
async fn thousands_come_in_batches_that_can_be_undone_one_by_one() {
    let place = databases().await.swap_remove(0);
    let desk = Desk::open(&place).await;
    world::letters(&desk).await;
    let rows: String = (0..2_000)
        .map(|n| format!("P{n} Q,p{n}@f{}.example\n", n % 50))
        .collect();
    let people = world::sheet(&format!("name,email\n{rows}"));
    let told = world::brought(&desk, &people, Mode::Write).await;
    assert_eq!((told.made, told.batches.len()), (2_000, 2));
    world::say(&desk, "undo").await;
    assert_eq!(
        desk.column("select cast(count(*) as text) from contact")
            .await,
        ["1803"]
    );
}

#[tokio::test]
async fn whoever_has_thousands_of_addresses_is_told_in_a_line() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::letters(&desk).await;
        let header = vec!["email"; 500].join(",");
        let row = vec!["no;where;to;be"; 500].join(",");
        let people = world::sheet(&format!("{header}\n{row}\n{row}\n"));
        for mode in [Mode::DryRun, Mode::Write] {
            let told = world::brought(&desk, &people, mode).await;
            assert_eq!((told.skipped, told.reasons.len()), (2, 2));
            for (_, why) in told.reasons {
                assert!(why.len() < 400, "{why}");
                assert!(why.contains("1800 more mail addresses"), "{why}");
                assert!(why.ends_with("; and 198 more"), "{why}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_found_by_name_gets_no_further_address() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::letters(&desk).await;
        let people = world::sheet(
            "name,company,email\nBob Day,Acme,\nCarl Day,,\nDora,,d@x.example\n,,no\n",
        );
        let told = world::brought(&desk, &people, Mode::Write).await;
        assert_eq!((told.made, told.skipped), (3, 1), "{told:#?}");
        let captures = "select capture from contact where capture is not null";
        assert_eq!(desk.column(captures).await.len(), 6);
        let before = world::addresses(&desk, desk.id).await.len();
        let told = world::brought(&desk, &people, Mode::Write).await;
        assert_eq!((told.known, told.skipped), (3, 1), "{told:#?}");
        let after = world::addresses(&desk, desk.id).await.len();
        assert_eq!(after, before, "{}", place.name);
    }
}
