//! The tables of words are whole and unambiguous.

use super::*;
use crate::commands::parse::{head, lines};
use std::collections::BTreeMap;

#[test]
fn every_verb_field_setting_and_listing_has_a_word_in_every_language() {
    for language in Language::ALL {
        let words = of(language);
        assert_eq!(words.language, language);
        for row in ROWS {
            let all = TABLES.iter().filter(|(of, _)| *of == language);
            let mut all = all.flat_map(|(_, entries)| entries);
            // Some words are the same in English: Status, Tag, Note.
            let shared = [Verb::Status, Verb::Note, Verb::Score];
            assert!(
                all.any(|entry| entry.meaning == Meaning::Verb(row.verb))
                    || shared.contains(&row.verb),
                "{language} has no word for {}",
                row.name()
            );
        }
        assert_eq!(words.fields.len(), 8, "{language}");
        assert_eq!(words.channels.len(), 2, "{language}");
        assert!(words.settings.len() >= 8, "{language}");
        assert_eq!(words.workspace.len(), 10, "{language}");
        assert!(
            words.listings.len() >= 7 || language == Language::English,
            "{language}"
        );
        assert!(
            words.units.iter().all(|unit| !unit.is_empty()),
            "{language}"
        );
        for list in [words.end, words.on, words.off, words.never, words.me] {
            assert!(!list.is_empty(), "{language}");
        }
    }
}

#[test]
fn no_word_means_two_things_in_a_language_and_in_english_beside_it() {
    for language in Language::ALL {
        let mut seen: BTreeMap<&str, Meaning> = BTreeMap::new();
        for entry in openings(language) {
            let before = seen.insert(entry.folded(), entry.meaning);
            assert!(
                before.is_none_or(|before| before == entry.meaning),
                "{language}: {} is {before:?} and {:?}",
                entry.name,
                entry.meaning
            );
            assert_eq!(
                named(entry.name, language),
                Some(entry.meaning),
                "{}",
                entry.name
            );
            assert_eq!(entry.name, entry.name.to_lowercase(), "{}", entry.name);
        }
    }
}

#[test]
fn every_word_opens_a_line_of_its_language_and_no_line_of_another() {
    for language in Language::ALL {
        for entry in openings(language) {
            let line = format!("{}: x", entry.name);
            let (found, length) = opening(&line, language).expect(entry.name);
            assert_eq!(
                (found.meaning, length),
                (entry.meaning, entry.name.len()),
                "{line}"
            );
            // It is a command, or one that is wrong; it is never prose.
            assert_eq!(lines(&line, language).len(), 1, "{line}");
            assert_eq!(
                lines(&format!("/{}", entry.name), language).len(),
                1,
                "{line}"
            );
        }
    }
    assert!(head("muistiinpano: x", Language::German).lines.is_empty());
    assert!(head("muistiinpano: x", Language::English).lines.is_empty());
    assert!(!head("muistiinpano: x", Language::Finnish).lines.is_empty());
}

#[test]
fn the_channels_are_words_of_log() {
    for language in Language::ALL {
        for (channel, names) in of(language).channels {
            for name in *names {
                assert_eq!(
                    named(name, language),
                    Some(Meaning::Verb(Verb::Log)),
                    "{name}"
                );
                assert_eq!(super::channel(name, language), *channel, "{name}");
            }
        }
    }
    assert_eq!(channel("log", Language::English), Channel::Other);
}

#[test]
fn headers_of_mail_are_words_of_nothing() {
    let headers = [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "sent",
        "reply-to",
        "re",
        "fw",
        "fwd",
        "aw",
        "wg",
        "sv",
        "vs",
        "tr",
        "rv",
        "von",
        "an",
        "betreff",
        "gesendet",
        "datum",
        "lähettäjä",
        "lähetetty",
        "vastaanottaja",
        "aihe",
        "päivä",
        "kopio",
        "de",
        "à",
        "envoyé",
        "objet",
        "para",
        "enviado",
        "asunto",
        "fecha",
        "från",
        "till",
        "skickat",
        "ämne",
    ];
    for language in Language::ALL {
        for header in headers {
            assert_eq!(named(header, language), None, "{language}: {header}");
            let text = format!("{header}: Ada Byron <ada@acme.example>");
            assert!(head(&text, language).lines.is_empty(), "{language}: {text}");
        }
    }
}

#[test]
fn words_compare_by_their_letters() {
    let german = |line: &str| {
        let (found, length) = opening(line, Language::German)?;
        Some((found.name, line.get(length..)?.to_owned()))
    };
    for (line, rest) in [
        ("nächster Schritt: x", ": x"),
        ("NÄCHSTER SCHRITT: x", ": x"),
        ("na\u{308}chster Schritt: x", ": x"),
        ("nachster\u{a0} schritt : x", " : x"),
        ("nächster Schritt", ""),
    ] {
        assert_eq!(
            german(line),
            Some(("nächster schritt", rest.to_owned())),
            "{line}"
        );
    }
    assert_eq!(german("nächster Schritts: x"), None);
    assert_eq!(german(""), None);
    assert_eq!(folded("Straße  Œuvre’s"), "strasse oeuvre's");
    let long = "ä".repeat(1_000);
    assert!(opening(&long, Language::German).is_none());
}

#[test]
fn small_words_are_read_in_both_languages() {
    for (text, language, expected) in [
        ("on", Language::Finnish, Some(true)),
        ("kyllä", Language::Finnish, Some(true)),
        ("Ei", Language::Finnish, Some(false)),
        ("aus", Language::German, Some(false)),
        ("oui", Language::French, Some(true)),
        ("oui", Language::German, None),
        ("", Language::English, None),
    ] {
        assert_eq!(on_or_off(text, language), expected, "{text}");
    }
    assert_eq!(days_of_unit("viikkoa", Language::Finnish), Some(7));
    assert_eq!(days_of_unit("Monate", Language::German), Some(30));
    assert_eq!(
        listing("Kontakte", Language::German),
        Some(Listing::Contacts)
    );
    assert_eq!(listing("unfiled", Language::German), Some(Listing::Unfiled));
    assert_eq!(setting("Zeitzone", Language::German), Some(Setting::Zone));
    assert_eq!(field("Anschrift", Language::German), Some(&Field::Address));
    assert_eq!(field("Anschrift", Language::English), None);
}
