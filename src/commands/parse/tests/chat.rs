//! The chat and money: link, connect, greeting, broadcast, paid.

use super::*;
use crate::domain::bot_token::is_masked;

const TOKEN: &str = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

#[test]
fn what_was_paid_is_read_with_who_and_when() {
    check_lines(&[
        ("paid: 25 EUR", "1: paid 25.00 EUR"),
        ("paid 25 EUR", "1: paid 25.00 EUR"),
        (
            "paid @ada: 4,500 EUR on 3 Nov",
            "1: paid @ada 4,500.00 EUR ^ 3 november",
        ),
        (
            "paid #c12 €25.50 yesterday",
            "1: paid #c12 25.50 EUR ^ yesterday",
        ),
        ("paid ada: 25 EUR", "1: paid @ada 25.00 EUR"),
        ("/paid ada 25 EUR", "1: paid @ada 25.00 EUR"),
        (
            "/paid Ada Byron 25 EUR friday",
            "1: paid @Ada Byron 25.00 EUR ^ friday",
        ),
        (
            "paid ada@acme.example 1.234,50 € on 3 Nov",
            "1: paid ada@acme.example 1,234.50 EUR ^ 3 november",
        ),
        ("2 paid: 1000 JPY", "1: 2 paid 1,000 JPY"),
        ("?paid: 25 EUR", "1: ?paid 25.00 EUR"),
        // In the workspace's currency, where it chose one.
        ("paid: 25", "1: paid 25"),
        (
            "paid @ada: 1.234,50 on 3 Nov",
            "1: paid @ada 1.234,50 ^ 3 november",
        ),
        ("/paid ada 25", "1: paid @ada 25"),
        (
            "paid: 0",
            "1! it names no currency: write 25 EUR; did you mean \"paid: 25 EUR\"?",
        ),
        (
            "/paid 25 30",
            "1! it names no currency: write 25 EUR; did you mean \"paid: 25 EUR\"?",
        ),
        (
            "paid: 0 EUR",
            "1! nothing was paid, then; did you mean \"paid: 25 EUR\"?",
        ),
        (
            "paid:",
            "1! paid needs an amount; did you mean \"paid: 25 EUR\"?",
        ),
        (
            "paid: the rent",
            "1! an amount has digits: 25 EUR; did you mean \"paid: 25 EUR\"?",
        ),
    ]);
    let later = "1! invoices come with a later version; say who paid, and how much; did you mean \"paid @ada: 25 EUR\"?";
    check_lines(&[
        ("paid #i9 on 3 Nov", later),
        ("paid: #i9", later),
        ("/paid #i9", later),
    ]);
    check_head(&[
        ("paid: 25 EUR", "1: paid 25.00 EUR"),
        ("paid @ada 25 EUR", "1: paid @ada 25.00 EUR"),
        ("Paid 25 EUR yesterday.", "~ Paid 25 EUR yesterday."),
        ("paid #i9 on 3 Nov", later),
    ]);
}

#[test]
fn a_chat_is_linked_and_a_bot_connected() {
    check_lines(&[
        ("link telegram", "1: link"),
        ("/link telegram", "1: link"),
        ("?link telegram", "1: ?link"),
        (
            "link telegram.",
            "1! \"link telegram.\" was not understood; help shows what can be said",
        ),
        (
            "link telegram now",
            "1! link telegram stands alone; did you mean \"link telegram\"?",
        ),
        ("unlink telegram", "1: unlink"),
        ("unlink", "1: unlink"),
        ("disconnect bot", "1: disconnect"),
        ("greeting", "1: greeting"),
        ("greeting:", "1: greeting"),
        (
            "greeting: Hello!\\nWe answer.",
            "1: greeting \"Hello!\\nWe answer.\"",
        ),
        ("greeting hello", "1: greeting \"hello\""),
    ]);
    check_head(&[
        ("link telegram", "1: link"),
        ("Link: https://acme.example", "~ Link: https://acme.example"),
        ("Unlink", "1: unlink"),
        ("Greetings: from Berlin", "~ Greetings: from Berlin"),
        ("Greeting cards are in.", "~ Greeting cards are in."),
        ("disconnect bot", "1: disconnect"),
    ]);
}

#[test]
fn a_token_is_taken_whole_and_shown_nowhere() {
    for (text, shown) in [
        ("connect bot: T", "1: connect 123456789:•••"),
        ("connect bot T", "1: connect 123456789:•••"),
        ("/connect bot <T>", "1: connect 123456789:•••"),
        ("?connect bot: T", "1: ?connect 123456789:•••"),
    ] {
        assert_eq!(
            shown_lines(&text.replace('T', TOKEN), Language::English),
            shown
        );
    }
    for text in [
        "connect bot: T x",
        "connect bot: Tä",
        "connct bot: T",
        "connect bto: T",
        "conect bot T",
        "/connectbot T",
        "note @ada T",
        "my dog: T",
        "my zone: T",
        "find T",
        "paid: T",
        "T",
        "? T",
        "2 T",
    ] {
        let written = text.replace('T', TOKEN);
        for line in lines(&written, Language::English) {
            assert!(is_masked(&line.text), "{text}");
            if let Err(problem) = &line.result {
                assert!(!problem.to_string().contains("AAHdq"), "{text}: {problem}");
            }
        }
        let told = crate::commands::explain(&format!("{written}\nconnect bot: {TOKEN}"));
        assert!(
            !format!("{told:?}").contains("connect bot: 123456789:AAH"),
            "{told:?}"
        );
    }
    let all = lines(&format!("connect bot: {TOKEN}"), Language::English);
    assert!(!format!("{all:?}").contains("AAHdq"), "{all:?}");
}

#[test]
fn a_broadcast_says_to_whom_and_what() {
    let wrong = "1! broadcast needs a tag or all, a colon, and a text; did you mean \"broadcast to #vip: We open on Monday.\"?";
    check_lines(&[
        (
            "broadcast to #vip: Hello",
            "1: broadcast Tag(\"vip\") \"Hello\"",
        ),
        (
            "/broadcast to #VIP : Hello: all",
            "1: broadcast Tag(\"vip\") \"Hello: all\"",
        ),
        (
            "broadcast #very  important: Hello",
            "1: broadcast Tag(\"very important\") \"Hello\"",
        ),
        (
            "broadcast: to #vip: Hello",
            "1: broadcast Tag(\"vip\") \"Hello\"",
        ),
        ("broadcast to all: a\\nb\\n", "1: broadcast All \"a\\nb\""),
        ("broadcast to everybody: a", "1: broadcast All \"a\""),
        ("?broadcast to all: a", "1: ?broadcast All \"a\""),
        ("broadcast to vip: Hello", wrong),
        ("broadcast to #vip Hello", wrong),
        ("broadcast to #vip:", wrong),
        ("broadcast to #: Hello", wrong),
        ("broadcast", wrong),
    ]);
    check_head(&[
        (
            "broadcast to #vip: Hello",
            "1: broadcast Tag(\"vip\") \"Hello\"",
        ),
        (
            "Broadcast rights: see below",
            "~ Broadcast rights: see below",
        ),
        (
            "Broadcast to the whole team: hi",
            "~ Broadcast to the whole team: hi",
        ),
    ]);
    for (language, text) in [
        (Language::Finnish, "joukkoviesti #vip: Hei"),
        (Language::German, "Rundnachricht an alle: Hallo"),
        (Language::French, "diffuser à tous: Bonjour"),
        (Language::Spanish, "difundir a #vip: Hola"),
        (Language::Swedish, "utskick till alla: Hej"),
    ] {
        let shown = shown_lines(text, language);
        assert!(shown.starts_with("1: broadcast "), "{text}: {shown}");
    }
}
