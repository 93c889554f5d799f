//! Which phrase of a line counts.

use crate::domain::dates::{Found, find};
use crate::domain::language::Language::{self, *};

/// `words | phrase` where one was found, `first ? second` where two were, nothing where none was.
fn told(text: &str, language: Language) -> String {
    match find(text, language) {
        Found::Nothing => String::new(),
        Found::One { words, when, .. } => format!("{words} | {when}"),
        Found::Ambiguous { first, second } => format!("{first} ? {second}"),
    }
}

const ENGLISH: &[(&str, &str)] = &[
    ("call Friday", "call | friday"),
    (
        "call Ada by Friday about the contract",
        "call Ada about the contract | friday",
    ),
    (
        "call Friday about the pilot",
        "call about the pilot | friday",
    ),
    ("call about the May 2024 contract", ""),
    ("march to the office", ""),
    ("may need a call", ""),
    ("call May", ""),
    (
        "20 min, wants the pilot in May",
        "20 min, wants the pilot | start of may",
    ),
    ("2 x 600 EUR", ""),
    (
        "2 x Design day @ 600 EUR vat 25.5% due 14d",
        "2 x Design day @ 600 EUR vat 25.5% | in 14 days",
    ),
    (
        "Website redesign 4,500 EUR stage proposal by 30 Nov",
        "Website redesign 4,500 EUR stage proposal | 30 november",
    ),
    ("send the monday report", ""),
    (
        "send the monday report on friday",
        "send the monday report | friday",
    ),
    ("move tuesday call to friday", "tuesday ? friday"),
    ("call friday or monday", "friday ? monday"),
    (
        "call on Monday about invoice due Friday",
        "call on Monday about invoice | friday",
    ),
    ("call on monday by friday", "monday ? friday"),
    ("tomorrow call Ada", "call Ada | tomorrow"),
    ("tomorrow: call Ada", "call Ada | tomorrow"),
    ("call Ada, friday.", "call Ada | friday"),
    ("call Ada (friday)", "call Ada | friday"),
    ("meet at 9", "meet | at 09:00"),
    ("meet at 9 Rue de Rivoli", ""),
    ("meet at 9 tomorrow", "meet | tomorrow 09:00"),
    (
        "meet tomorrow at 9 with Bob",
        "meet with Bob | tomorrow 09:00",
    ),
    ("send mail to ada@friday.example", ""),
    ("ask about Monday", ""),
    ("Friday's meeting notes", ""),
    ("post-friday debrief", ""),
    ("check fri", "check | friday"),
    ("fri call Ada", "call Ada | friday"),
    ("look at the sun", ""),
    ("snooze until friday", "snooze | friday"),
    ("schedule a call for friday", "schedule a call | friday"),
    ("trial for 2 weeks", ""),
    ("trial 2 weeks", "trial | in 2 weeks"),
    ("follow up 3d", "follow up | in 3 days"),
    ("call in 3 days", "call | in 3 days"),
    (
        "ping in 2 weeks about the offer",
        "ping about the offer | in 2 weeks",
    ),
    ("pay 03/11", "pay | 03/11"),
    ("support 24/7", ""),
    ("1/2 price", ""),
    ("pay 1/2", ""),
    ("review monthly", "review | every month"),
    ("monthly report", ""),
    (
        "send invoice every month on the 15th",
        "send invoice | every month on the 15th",
    ),
    ("second call", ""),
    ("call due: friday", "call | friday"),
    ("call ^fri", "call | friday"),
    ("call ^ fri", "call | friday"),
    ("reply to Ada on 3 Nov", "reply to Ada | 3 november"),
    ("reply by end of march", "reply | end of march"),
    ("report by end of day", "report | at 17:00"),
    ("ask Ada in a week", "ask Ada | in 1 week"),
    ("twice a week", ""),
    ("on friday call Ada", "call Ada | friday"),
    ("at the end of march call Ada", "call Ada | end of march"),
    ("done by friday, 9am", "done | friday 09:00"),
    ("buy 3 days pass", ""),
    ("nothing here", ""),
    ("", ""),
    ("the friday deadline", ""),
    ("visit in may", "visit | start of may"),
    ("version 2.11 released", ""),
    ("at noon", " | at 12:00"),
    ("lunch at noon with Ada", "lunch with Ada | at 12:00"),
    ("call at 9:30", "call | at 09:30"),
    ("call 9:30", "call | at 09:30"),
    ("talk to April", ""),
    ("talk to April Jones", ""),
    ("approved by April Jones", ""),
    ("sat with Bob", ""),
    ("call Sun Li", ""),
    ("fly to Sun Valley", ""),
    ("email tomorrow's agenda", ""),
    ("today", " | today"),
    ("call Ada today please", "call Ada please | today"),
    ("https://example.com/friday", ""),
    ("black friday offer", ""),
    ("renew 2026-12-31", "renew | 31 december 2026"),
    ("renew contract ending 2026-12-31 now", ""),
    ("call back on the 15th", "call back | the 15th"),
    ("Nov 30 call Ada", "call Ada | 30 november"),
    (
        "prepare Q3 report by eom",
        "prepare Q3 report | end of this month",
    ),
    ("order 5 may take time", ""),
    ("call Ada end of next week", "call Ada | end of next week"),
    (
        "check whether invoice #i9 is paid next friday",
        "check whether invoice #i9 is paid | next friday",
    ),
    ("call friday or monday", "friday ? monday"),
    ("call on monday or friday", "monday ? friday"),
    ("call on monday and friday", "monday ? friday"),
    ("call Ada (friday)", "call Ada | friday"),
    ("(friday) call Ada", "call Ada | friday"),
    ("fri call Ada", "call Ada | friday"),
    ("9am call Ada", "call Ada | at 09:00"),
    ("3d call Ada", ""),
    ("call Ada in two weeks or so", "call Ada or so | in 2 weeks"),
    ("on weekends", ""),
    ("the weekend", " | saturday"),
    ("lunch at 8 in the evening", "lunch | at 20:00"),
];

#[test]
fn the_one_phrase_of_a_line_in_english() {
    for (text, expected) in ENGLISH {
        assert_eq!(told(text, English), *expected, "{text}");
    }
}

#[test]
fn the_one_phrase_of_a_line_in_german() {
    for (text, expected) in [
        ("Ada anrufen bis Freitag", "Ada anrufen | friday"),
        ("Ada am Freitag anrufen", "Ada anrufen | friday"),
        ("Freitag anrufen", "anrufen | friday"),
        ("anrufen morgen um 9", "anrufen | tomorrow 09:00"),
        ("mach das so", ""),
        (
            "Angebot bis zum 30.11. schicken",
            "Angebot schicken | 30 november",
        ),
        ("Treffen am Montag oder Dienstag", "Montag ? Dienstag"),
    ] {
        assert_eq!(told(text, German), expected, "{text}");
    }
}

#[test]
fn the_one_phrase_of_a_line_in_finnish() {
    for (text, expected) in [
        (
            "soita Adalle perjantaihin mennessä",
            "soita Adalle | friday",
        ),
        ("soita Adalle perjantaina", "soita Adalle | friday"),
        ("soita pe", "soita | friday"),
        (
            "soita Adalle perjantaina klo 9 koskien sopimusta",
            "soita Adalle koskien sopimusta | friday 09:00",
        ),
        (
            "lähetä tarjous kuun loppuun mennessä Adalle",
            "lähetä tarjous Adalle | end of this month",
        ),
    ] {
        assert_eq!(told(text, Finnish), expected, "{text}");
    }
}

#[test]
fn the_one_phrase_of_a_line_in_french() {
    for (text, expected) in [
        ("appeler Ada d'ici vendredi", "appeler Ada | friday"),
        ("appeler Ada le 15", "appeler Ada | the 15th"),
        ("relancer Ada demain à 9h", "relancer Ada | tomorrow 09:00"),
    ] {
        assert_eq!(told(text, French), expected, "{text}");
    }
}

#[test]
fn the_one_phrase_of_a_line_in_spanish() {
    for (text, expected) in [
        ("llamar a Ada para el viernes", "llamar a Ada | friday"),
        ("llamar el viernes a Ada", "llamar a Ada | friday"),
        ("enviar antes del 30 de noviembre", "enviar | 30 november"),
        ("llamar a las 9", "llamar | at 09:00"),
        ("fin de semana", " | saturday"),
    ] {
        assert_eq!(told(text, Spanish), expected, "{text}");
    }
}

#[test]
fn the_one_phrase_of_a_line_in_swedish() {
    for (text, expected) in [
        ("ring Ada senast fredag", "ring Ada | friday"),
        ("ring Ada på fredag", "ring Ada | friday"),
        ("ring Ada kl 9", "ring Ada | at 09:00"),
        (
            "ring Ada imorgon kl 9 om avtalet",
            "ring Ada om avtalet | tomorrow 09:00",
        ),
    ] {
        assert_eq!(told(text, Swedish), expected, "{text}");
    }
}

#[test]
fn the_phrase_is_given_as_it_was_written() {
    let Found::One { phrase, .. } = find("call Ada by  Next  FRIDAY, about it", English) else {
        panic!("not found");
    };
    assert_eq!(phrase, "Next  FRIDAY");
}

#[test]
fn what_only_looks_like_a_due_date_is_left_alone() {
    for (language, text, expected) in [
        (English, "extend the deadline by 3 days", ""),
        (English, "spoke 3 days ago", ""),
        // A number that is no year.
        (English, "26-11-30980", ""),
        (English, "upgrade to version 1.5.", ""),
        (English, "call Jan", ""),
        (German, "angerufen vor 3 Tagen", ""),
        (French, "appelé il y a 3 jours", ""),
        (Spanish, "llamado hace 3 días", ""),
        (English, "deliver by 3bd", "deliver | in 3 business days"),
        (English, "due 3 days", " | in 3 days"),
        (Finnish, "soita 1.5.", "soita | 1 may"),
        (English, "call 30.11.", "call | 30 november"),
        (
            English,
            "remind me in 2 weeks to call Bob",
            "remind me to call Bob | in 2 weeks",
        ),
        (English, "meet tomorrow 9-10", "meet | tomorrow 09:00"),
        (
            English,
            "meet friday 9:00-10:30 about it",
            "meet about it | friday 09:00",
        ),
        (English, "call tomorrow, or friday", "tomorrow ? friday"),
    ] {
        assert_eq!(told(text, language), expected, "{text}");
    }
}
