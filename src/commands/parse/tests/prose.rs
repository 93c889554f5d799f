//! What people write in mails, in six languages, is no command; and what is one among it.

use super::*;

#[track_caller]
fn check_prose<'t>(language: Language, texts: impl Iterator<Item = &'t str>) {
    let faults: Vec<String> = texts
        .filter(|text| {
            let head = head(text, language);
            !head.lines.is_empty() || head.note != text.trim()
        })
        .map(|text| format!("{text:?} is {}", shown_head(text, language)))
        .collect();
    assert!(faults.is_empty(), "{language}\n{}", faults.join("\n"));
}

#[test]
fn prose_is_no_command_in_any_language() {
    for (language, text) in [
        (Language::English, include_str!("prose/english.txt")),
        (Language::Finnish, include_str!("prose/finnish.txt")),
        (Language::German, include_str!("prose/german.txt")),
        (Language::French, include_str!("prose/french.txt")),
        (Language::Spanish, include_str!("prose/spanish.txt")),
        (Language::Swedish, include_str!("prose/swedish.txt")),
    ] {
        assert!(text.lines().count() > 20, "{language}");
        check_prose(language, text.lines());
    }
    // English is spoken beside every language.
    for language in Language::ALL {
        check_prose(language, include_str!("prose/english.txt").lines());
    }
}

#[test]
fn what_stands_before_a_colon_in_letters_forms_and_headers_is_no_mistyped_verb() {
    for word in include_str!("prose/before_colon.txt").lines() {
        for rest in ["see below", "42", ""] {
            check_prose(
                Language::English,
                [format!("{word}: {rest}").as_str()].into_iter(),
            );
        }
    }
}

#[test]
fn a_form_at_the_top_of_a_note_is_its_fields_and_a_signature_is_none() {
    check_head(&[
        (
            "Name: Bob Stone\nEmail: bob@acme.example\nPhone: +49 30 1234\nMessage: call me",
            "1: set name = Bob Stone | 2: set email = bob@acme.example | 3: set phone = +49 30 1234 | ~ Message: call me",
        ),
        (
            "Met him at the fair.\nName: Bob Stone\nPhone: +49 30 1234",
            "~ Met him at the fair.\nName: Bob Stone\nPhone: +49 30 1234",
        ),
        (
            "Best regards\nGrace Hopper\nPhone: +49 30 1234",
            "~ Best regards\nGrace Hopper\nPhone: +49 30 1234",
        ),
        (
            "From: Bob Stone\nSubject: pilot\nName: x",
            "~ From: Bob Stone\nSubject: pilot\nName: x",
        ),
        (
            "name: Bob Stone\nSubject: pilot\nphone: 1",
            "1: set name = Bob Stone | ~ Subject: pilot\nphone: 1",
        ),
    ]);
}
