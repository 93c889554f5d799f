//! `merge`, `unmerge`.

use super::{Desk, desks};
use rapport::commands::Verdict;
use rapport::on;
use rapport::store::workspace::contacts;

/// A second Ada, #c3, with a mail (#i3), fields, tags, an action and what was taught.
async fn two_adas(desk: &Desk) {
    desk.world
        .contact("A. Byron", "Home", "ada@home.example")
        .await;
    desk.world
        .mail("ada@home.example", Some(3), "Private", "Hello")
        .await;
    desk.world.settle().await;
    let stranger = desk
        .world
        .mail("ada.b@else.example", None, "Hi", "It is me")
        .await;
    desk.done(&format!(
        "file #i{stranger}: #c3\nset #c1 phone: 111111\nset #c3 phone: 333333\nset #c3 title: Countess\n\
         set #c3 shoe size: 42\ntag #c1: vip\ntag #c3: vip, friend\nnext #c1: call her\nnext #c3: write to her\nrotate #c3"
    ))
    .await;
}

#[tokio::test]
async fn what_belongs_to_the_other_goes_over_and_its_number_leads_on() {
    for desk in desks().await {
        two_adas(&desk).await;
        let capture = contacts::by_id(&mut desk.world.read().await, 3)
            .await
            .unwrap()
            .unwrap()
            .capture;
        let shown = desk.changes("merge #c1: #c3").await;
        for words in [
            "#c3 A. Byron is part of #c1 Ada Byron now.",
            "Went over: 2 mails, notes and meetings; 1 open action; ada@home.example; tags friend.",
            "Title is now Countess; there was none.",
            "Shoe size is now 42; there was none.",
            "Name stays Ada Byron; that of #c3 was A. Byron.",
            "Phone stays 111111; that of #c3 was 333333.",
            "#c3 and its old address lead to #c1; unmerge #c3 parts them.",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let card = desk.done("show #c3").await;
        assert!(
            card.starts_with("#c1 Ada Byron") && card.contains("merged     #c3 A. Byron"),
            "{card}"
        );
        assert_eq!(desk.world.contacts_of(3).await, [1]);
        assert_eq!(desk.world.rule_of("ada.b@else.example").await, Some(1));
        let mut tx = desk.world.read().await;
        for found in [
            contacts::by_address(&mut tx, "ada@home.example")
                .await
                .unwrap(),
            contacts::by_capture(&mut tx, &capture.unwrap())
                .await
                .unwrap(),
        ] {
            assert_eq!(found.unwrap().id, 1);
        }
        drop(tx);
        let list = desk.done("list").await;
        assert!(
            !list.contains("A. Byron") && list.contains("Ada Byron"),
            "{list}"
        );
        let current: i64 = {
            let mut tx = desk.world.read().await;
            on!(&mut tx, c => sqlx::query_scalar(
                "select count(*) from action where contact_id = 1 and state = 'current'")
                .fetch_one(c).await)
            .unwrap()
        };
        assert_eq!(current, 1);
        let again = desk.changes_nothing("merge #c1: #c3").await;
        assert!(
            again.contains("is part of #c1 Ada Byron already"),
            "{again}"
        );
    }
}

#[tokio::test]
async fn a_merge_waits_for_its_code() {
    for desk in desks().await {
        let (verdict, shown) = desk.say(&desk.world.cx, "merge #c1: #c2").await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert!(desk.done("show #c2").await.starts_with("#c2 Bob"));
        let code = shown
            .split("confirm ")
            .nth(1)
            .unwrap()
            .chars()
            .take(4)
            .collect::<String>();
        let (_, shown) = desk.say(&desk.world.cx, &format!("confirm {code}")).await;
        assert!(
            shown.contains("#c2 Bob Stone is part of #c1 Ada Byron now."),
            "{shown}"
        );
        assert!(desk.done("show #c2").await.starts_with("#c1 Ada"));
    }
}

#[tokio::test]
async fn unmerge_parts_them_and_keeps_what_was_changed_since() {
    for desk in desks().await {
        two_adas(&desk).await;
        let before = desk.world.dump().await;
        desk.done("merge #c1: #c3").await;
        let shown = desk.changes("unmerge #c3").await;
        assert!(
            shown.contains(
                "#c3 A. Byron is a contact of its own again; it was part of #c1 Ada Byron."
            ),
            "{shown}"
        );
        assert!(
            shown.contains("With it: ada@home.example; 2 mails, notes and meetings."),
            "{shown}"
        );
        assert_eq!(before, desk.world.dump().await);

        desk.done("merge #c1: #c3").await;
        desk.done("set #c1 title: Queen\nset #c1 phone: 999999\nnote #c1: since then")
            .await;
        // The only one that was merged into it.
        let shown = desk.done("unmerge #c1").await;
        assert!(
            shown.contains("1 thing was changed since the merge"),
            "{shown}"
        );
        let card = desk.done("show #c1").await;
        assert!(
            card.contains("Queen") && card.contains("999999") && card.contains("since then"),
            "{card}"
        );
        let card = desk.done("show #c3").await;
        assert!(
            card.contains("ada@home.example") && card.contains("Countess"),
            "{card}"
        );
    }
}

#[tokio::test]
async fn merges_of_merges_lead_on_in_one_step_and_part_in_order() {
    for desk in desks().await {
        two_adas(&desk).await;
        desk.done("merge #c1: #c3").await;
        desk.done("merge #c2: #c1").await;
        assert!(desk.done("show #c3").await.starts_with("#c2 Bob"));
        let row = contacts::itself(&mut desk.world.read().await, 3)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.merged_into, Some(2));
        let shown = desk.refused("unmerge #c2").await;
        assert!(
            shown.contains("2 were merged into #c2: #c1 Ada Byron, #c3 A. Byron; say which"),
            "{shown}"
        );
        let shown = desk.refused("unmerge #c3").await;
        assert!(shown.contains("part those first"), "{shown}");
        desk.done("unmerge #c1").await;
        desk.done("unmerge #c3").await;
        assert!(desk.done("show #c3").await.starts_with("#c3 A. Byron"));
    }
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused() {
    for desk in desks().await {
        for (line, words) in [
            ("merge #c1: #c1", "is #c1 itself"),
            ("merge #c1: ada@acme.example", "is #c1 itself"),
            ("merge #c1: #c9", "there is no contact #c9"),
            ("unmerge #c1", "nobody was merged into #c1"),
        ] {
            let shown = desk.refused(line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        desk.done("delete #c2").await;
        let shown = desk.refused("merge #c1: #c2").await;
        assert!(shown.contains("#c2 Bob Stone is deleted"), "{shown}");
    }
}

#[tokio::test]
async fn what_was_filed_elsewhere_since_stays_there_when_they_part() {
    for desk in desks().await {
        two_adas(&desk).await;
        desk.done("merge #c1: #c3").await;
        desk.done("file #i3: #c2").await;
        let shown = desk.done("unmerge #c3").await;
        assert!(
            shown.contains("With it: ada@home.example; 1 mail, note or meeting."),
            "{shown}"
        );
        assert_eq!(desk.world.contacts_of(3).await, [2]);
        assert_eq!(desk.world.contacts_of(4).await, [3]);
    }
}

/// Notes for a contact, put there in one statement.
async fn many_notes(desk: &Desk, contact: i64, count: i64) {
    let mut tx = desk.world.write().await;
    on!(&mut tx, c => sqlx::query(
        "with recursive n (id) as (select cast(1000000 as bigint) union all select id + 1 from n where id < 999999 + $1) \
         insert into interaction (id, kind, direction, state, class, happened_at, created_at, author_kind, text, protection, \
         thread_id, why, trust) select id, 'note', 'internal', 'filed', 'person', id, id, 'member', '', 'none', id, '{}', '{}' from n")
        .bind(count).execute(c).await.map(drop))
    .unwrap();
    on!(&mut tx, c => sqlx::query(
        "insert into interaction_contact (contact_id, interaction_id, role) \
         select cast($1 as bigint), id, 'about' from interaction where id >= 1000000")
        .bind(contact).execute(c).await.map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_contact_with_more_than_can_be_taken_back_does_not_go() {
    for desk in desks().await {
        many_notes(&desk, 2, 20_001).await;
        let shown = desk.refused("merge #c1: #c2").await;
        assert!(
            shown.contains("#c2 has more than 20000 mails and notes"),
            "{shown}"
        );
        assert!(shown.contains("merge #c2: #c1"), "{shown}");
        let shown = desk.done("merge #c2: #c1").await;
        assert!(
            shown.contains("#c1 Ada Byron is part of #c2 Bob Stone now."),
            "{shown}"
        );
    }
}
