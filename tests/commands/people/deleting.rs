//! `delete`, `restore`.

use super::desks;
use rapport::commands::Cx;

#[tokio::test]
async fn what_is_deleted_is_found_nowhere_and_comes_back() {
    for desk in desks().await {
        desk.done("next #c2: call him").await;
        let shown = desk.changes("delete #c2").await;
        assert!(
            shown.contains("Deleted #c2 Bob Stone. restore #c2 brings it back."),
            "{shown}"
        );
        assert!(shown.contains("1 open action rests with it."), "{shown}");
        for (line, absent) in [
            ("list", "#c2"),
            ("find stone", "#c2"),
            ("today", "call him"),
            ("list actions", "call him"),
        ] {
            let shown = desk.done(line).await;
            assert!(!shown.contains(absent), "{line}: {shown}");
        }
        for line in [
            "show #c2",
            "note #c2: x",
            "tag bob@foo.example: x",
            "file #i1: #c2",
            "set @bob phone: 12345",
        ] {
            let shown = desk.refused(line).await;
            assert!(
                shown.contains("#c2 Bob Stone is deleted"),
                "{line}: {shown}"
            );
            assert!(shown.contains("restore #c2"), "{line}: {shown}");
        }
        for line in [
            "file #i1: bob@foo.example",
            "assign #c2: me",
            "merge #c2: #c1",
            "mute #i2",
            "phone #c2: 12345",
        ] {
            let shown = desk.refused(line).await;
            assert!(
                shown.contains("#c2 Bob Stone is deleted"),
                "{line}: {shown}"
            );
        }
        let shown = desk.refused("new: Bob <bob@foo.example>").await;
        assert!(shown.contains("who is deleted"), "{shown}");
        let shown = desk.changes_nothing("delete #c2").await;
        assert!(
            shown.contains("#c2 Bob Stone is deleted already."),
            "{shown}"
        );
        let shown = desk.done("list deleted").await;
        assert!(
            shown.contains("#c2") && shown.contains("14 Nov") && !shown.contains("wrote again"),
            "{shown}"
        );

        let shown = desk.changes("restore @bob").await;
        assert!(
            shown.contains("#c2 Bob Stone is back; it was deleted."),
            "{shown}"
        );
        assert!(desk.done("find stone").await.contains("#c2"));
        assert!(desk.done("list actions").await.contains("call him"));
        let shown = desk.changes_nothing("restore #c2").await;
        assert!(shown.contains("#c2 Bob Stone is not deleted."), "{shown}");
        assert_eq!(desk.done("list deleted").await, "Nothing is deleted.\n");
    }
}

#[tokio::test]
async fn a_name_is_restored_only_of_those_who_are_deleted() {
    for desk in desks().await {
        let shown = desk.refused("restore @ada").await;
        assert!(
            shown.contains("nobody who is called \"ada\" is deleted"),
            "{shown}"
        );
        desk.world
            .contact("Ada Ray", "Foo", "ray@foo.example")
            .await;
        desk.done("delete #c1\ndelete #c3").await;
        let shown = desk.refused("restore @ada").await;
        assert!(
            shown.contains("#c1 Ada Byron") && shown.contains("#c3 Ada Ray"),
            "{shown}"
        );
        desk.done("restore @\"Ada Ray\"").await;
        assert!(desk.done("show @ada").await.starts_with("#c3 Ada Ray"));
    }
}

#[tokio::test]
async fn a_note_is_deleted_and_a_mail_is_not() {
    for desk in desks().await {
        desk.done("note #c1: prefers tea").await;
        let shown = desk.changes("delete #i3").await;
        assert!(
            shown.contains("Deleted #i3 \"prefers tea\". restore #i3 brings it back."),
            "{shown}"
        );
        for line in ["list notes", "find tea", "timeline #c1", "show #c1"] {
            let shown = desk.done(line).await;
            assert!(!shown.contains("prefers tea"), "{line}: {shown}");
        }
        desk.changes_nothing("delete #i3").await;
        let shown = desk.changes("restore #i3").await;
        assert!(shown.contains("#i3 \"prefers tea\" is back"), "{shown}");
        assert!(desk.done("find tea").await.contains("#i3"));
        desk.changes_nothing("restore #i3").await;
        let shown = desk.refused("delete #i1").await;
        assert!(shown.contains("mails are not deleted"), "{shown}");
    }
}

#[tokio::test]
async fn who_writes_again_after_being_deleted_is_seen() {
    for desk in desks().await {
        desk.done("delete #c2").await;
        let later = Cx {
            now_us: desk.world.cx.now_us + 3_600_000_000,
            ..desk.given()
        };
        let mut tx = desk.world.write().await;
        rapport::on!(&mut tx, c => sqlx::query("update interaction set created_at = $1 where id = 2")
            .bind(later.now_us).execute(c).await.map(drop))
        .unwrap();
        tx.commit().await.unwrap();
        let (_, shown) = desk.say(&later, "list deleted").await;
        assert!(shown.contains("wrote again on 14 Nov"), "{shown}");
    }
}
