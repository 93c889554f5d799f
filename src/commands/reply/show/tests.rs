//! What is said of changes and of strangers.

use super::*;

#[test]
fn a_change_is_told_as_it_was() {
    let told = |before: &str, after: &str| {
        let change = JournalRow {
            id: 1,
            at: 0,
            member_id: None,
            door: "mail".to_owned(),
            proof: "none".to_owned(),
            verb: "file".to_owned(),
            subject: "#i1".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            ..JournalRow::default()
        };
        change_words(&change, "Rapport")
    };
    let cases = [
        ("{}", r#"{"state":"held","contacts":[]}"#, "held it"),
        (
            "{}",
            r#"{"state":"set_aside","contacts":[]}"#,
            "set it aside",
        ),
        (
            "{}",
            r#"{"state":"unfiled","contacts":[]}"#,
            "put it with what waits for a contact",
        ),
        (
            "{}",
            r#"{"state":"filed","contacts":[]}"#,
            "filed it with nobody",
        ),
        (
            "{}",
            r#"{"state":"filed","contacts":[2]}"#,
            "filed it with #c2",
        ),
        (
            r#"{"contacts":[1]}"#,
            r#"{"state":"filed","contacts":[2]}"#,
            "filed it with #c2 instead of #c1",
        ),
    ];
    for (before, after, words) in cases {
        assert_eq!(told(before, after), format!("Rapport {words}, by mail"));
    }
}

#[test]
fn a_name_is_shown_of_those_alone_who_are_known() {
    let line = |kind: &str| InteractionLine {
        id: 1,
        kind: "mail".to_owned(),
        direction: "in".to_owned(),
        state: "unfiled".to_owned(),
        happened_at: 0,
        author_kind: kind.to_owned(),
        author_name: Some("Mia Laine".to_owned()),
        author_address: Some("eve@evil.example".to_owned()),
        subject: None,
        text: String::new(),
    };
    assert_eq!(who(&line("other")), "from eve@evil.example");
    assert_eq!(who(&line("contact")), "from Mia Laine");
}
