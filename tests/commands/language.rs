//! The language against a workspace: names without a mark, and the words of the member's own language.

use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Cx, Verdict, run};

async fn say_in(world: &World, language: &str, line: &str) -> (Verdict, String) {
    let mut cx: Cx = world.cx.clone();
    cx.settings.language = Some(language.to_owned());
    let replies = run(&world.store, &cx, line).await.unwrap();
    (replies[0].verdict, text::render(&replies, 200))
}

/// The number of the note that an answer tells of.
fn note_of(shown: &str) -> i64 {
    let behind = shown.split("#i").nth(1).unwrap();
    let digits = behind.chars().take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}

#[tokio::test]
async fn first_words_are_the_target_where_one_contact_is_called_so() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        world.contact("Bob Ray", "Foo", "ray@foo.example").await;
        for (line, contact, said) in [
            ("/note ada likes tea", ada, "likes tea"),
            ("note Ada Byron likes tea", ada, "likes tea"),
            ("/note bob stone likes beer", bob, "likes beer"),
        ] {
            let note = note_of(&world.done(line).await);
            assert_eq!(world.contacts_of(note).await, [contact], "{line}");
            let shown = world.done(&format!("show #i{note}")).await;
            assert!(shown.contains(said), "{shown}");
        }
        let refused = world.refused("/note bob likes beer").await;
        assert!(refused.contains("@bob is 2 people"), "{refused}");
        // A company's name is no name of a person: nothing is filed with its only one by guessing.
        let company = world.say("/note acme wants tea").await;
        let shown = text::render(&company, 200);
        assert!(!shown.contains("Ada"), "{shown}");
    }
}

#[tokio::test]
async fn a_member_speaks_the_language_that_the_member_chose_and_english() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        for (language, line) in [
            ("fi", "muistiinpano @ada: haluaa teetä"),
            ("fi", "note @ada: wants tea"),
            ("de", "Notiz @ada: trinkt Tee"),
            ("fr", "note @ada : préfère le thé"),
            ("es", "nota @ada: prefiere té"),
            ("sv", "anteckning @ada: vill ha te"),
        ] {
            let (verdict, shown) = say_in(&world, language, line).await;
            assert_ne!(verdict, Verdict::Refused, "{line}: {shown}");
            assert_eq!(world.contacts_of(note_of(&shown)).await, [ada], "{line}");
        }
        for (language, line) in [
            ("en", "Notiz @ada: Tee"),
            ("fi", "Notiz @ada: Tee"),
            ("xx", "nota @ada: té"),
        ] {
            let (verdict, shown) = say_in(&world, language, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
        }
    }
}
