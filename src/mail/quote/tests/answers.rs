//! Answers below quotes and between them.

use super::{check, of_text};

#[test]
fn an_answer_below_the_quote_is_the_text() {
    check(
        "On 1 May 2024 10:15, Ada <ada@example.com> wrote:\n> Which day?\n> Ada\n\nFriday.\n",
        "Friday.",
    );
    check("> Which day?\n\nFriday.\n", "Friday.");
    check(
        "Hi,\nOn Tue, 2024-05-01 at 10:15 +0200, Ada wrote:\n> Which day?\n\nFriday.\n\n> Ada\n",
        "Hi,\nFriday.",
    );
    check(
        "Hi Ada,\n\nOn 1 May 2024 10:15, Ada wrote:\n> Which day?\n\nFriday.\n\nBob",
        "Hi Ada,\n\nFriday.\n\nBob",
    );
}

#[test]
fn quotes_between_answers_stay() {
    check(
        "I have three points:\n\n> One\n\nYes.\n\n> Two\n\nNo.\n",
        "I have three points:\n\n> One\n\nYes.\n\n> Two\n\nNo.",
    );
    check(
        "Hi,\n\nOn 1 May 2024 10:15, Ada wrote:\n> One?\nYes.\n> Two?\nNo.\n> Ada\n",
        "Hi,\n\n> One?\nYes.\n> Two?\nNo.",
    );
    check(
        "On 1 May 2024 10:15, Ada wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n\n-- \nBob\n",
        "Yes.\n\n> Two?\n\nNo.",
    );
}

#[test]
fn a_quoted_line_that_a_server_wrapped_is_no_answer() {
    check(
        "Fine.\n\nOn 1 May 2024 10:15, Ada <ada@example.com> wrote:\n> We would like to know whether it is possible to come to the office\non a Friday,\n> or else on a Monday.\n",
        "Fine.",
    );
    check(
        "Fine.\n\nAda <ada@example.com> wrote:\n> See the page (https://example.com/a\n/long/link)\n> and tell me.\n",
        "Fine.",
    );
    check(
        "On 1 May 2024 10:15, Ada wrote:\n> One?\nYes\n> Two?\nNo\n",
        "Yes\n> Two?\nNo",
    );
}

#[test]
fn only_what_stands_above_any_quote_is_the_opening() {
    let opening = |body: &str| of_text(body).opening().to_owned();
    assert_eq!(
        opening("note: one\n\nOn 1 May 2024 10:15, Ada wrote:\n> Two?\n\nThree\n"),
        "note: one"
    );
    assert_eq!(opening("> Two?\n\nnote: one\n"), "");
    assert_eq!(opening("note: one\n\n> Two?\n\nThree\n"), "note: one");
    assert_eq!(
        opening("note: one\n\nBob\n-- \nBob Boole\n"),
        "note: one\n\nBob"
    );
}

#[test]
fn a_mail_without_quotes_is_all_text() {
    for body in [
        "",
        "Hi",
        "Hi,\n\nall of this is mine.\n\nBob",
        "Yes",
        "👍",
        "-",
        ">:)",
        "1. one\n2. two",
    ] {
        let expected = if body.starts_with('>') { "" } else { body };
        check(body, expected);
    }
    check(
        ">From now on it is Friday.\n\nBob",
        ">From now on it is Friday.\n\nBob",
    );
}

#[test]
fn a_reply_of_nothing_but_its_quote_is_empty() {
    check("\n\nOn 1 May 2024 10:15, Ada wrote:\n> Which day?\n", "");
    check(
        "From: Ada <ada@example.com>\nSent: 1 May 2024 10:15\nTo: Bob\nSubject: Offer\n\nWhich day?",
        "",
    );
}
