//! The index without a database: what it is asked, and what it is given.

use super::*;
use proptest::prelude::*;

#[test]
fn a_query_is_asked_alike_on_both_databases() {
    for (text, fts5, tsquery) in [
        ("pilot", "(\"pilot\" *)", "('pilot':*)"),
        (
            "Pilot Berlin",
            "(\"pilot\" AND \"berlin\" *)",
            "('pilot') & ('berlin':*)",
        ),
        (
            "\"pilot in Berlin\"",
            "(\"pilot in berlin\")",
            "('pilot' <-> 'in' <-> 'berlin')",
        ),
        (
            "“pilot in” Berlin",
            "(\"pilot in\" AND \"berlin\" *)",
            "('pilot' <-> 'in') & ('berlin':*)",
        ),
        (
            "pilo* berlin -\"next year\"",
            "(\"pilo\" * AND \"berlin\") NOT \"next year\"",
            "('pilo':*) & ('berlin') & !('next' <-> 'year')",
        ),
        (
            "ada@acme.example",
            "(\"ada acme example\" *)",
            "('ada' <-> 'acme' <-> 'example':*)",
        ),
        (
            "AND OR NOT NEAR(x)",
            "(\"and\" AND \"or\" AND \"not\" AND \"near x\" *)",
            "('and') & ('or') & ('not') & ('near' <-> 'x':*)",
        ),
        (
            "田中太郎",
            "(\"田中 中太 太郎\")",
            "('田中' <-> '中太' <-> '太郎')",
        ),
        ("田", "(\"田\" *)", "('田':*)"),
        (
            "\"unclosed phrase",
            "(\"unclosed phrase\")",
            "('unclosed' <-> 'phrase')",
        ),
        ("a' & | ! \\ b", "(\"a\" AND \"b\" *)", "('a') & ('b':*)"),
    ] {
        let query = Query::read(text);
        assert_eq!(query.for_fts5(), fts5, "{text}");
        assert_eq!(query.for_tsquery(), tsquery, "{text}");
    }
}

#[test]
fn a_query_of_nothing_is_empty() {
    for text in [
        "", "  ", "\"\"", "-", "--", "😀", "-berlin", "*", "\" \"", "()", ":",
    ] {
        assert!(Query::read(text).is_empty(), "{text}");
    }
}

#[test]
fn a_word_that_is_too_often_there_keeps_its_neighbours_in_place() {
    let text = "spam ".repeat(300) + "pilot berlin";
    let words = indexed_words(&text);
    assert_eq!(words.split(' ').count(), 302);
    assert_eq!(words.split(' ').filter(|t| *t == FILLER).count(), 50);
    assert!(as_tsvector(&words).ends_with("'spam':250 'pilot':301 'berlin':302 "));
}

#[test]
fn what_is_indexed_of_a_text_is_bounded() {
    let words: String = (0..200_000).map(|n| format!("w{n} ")).collect();
    assert_eq!(indexed_words(&words).split(' ').count(), TOKENS_MAX);
    let long: String = (0..20_000)
        .map(|n| format!("{n}{} ", "x".repeat(100)))
        .collect();
    assert!(indexed_words(&long).len() <= WORDS_BYTES_MAX);
}

#[test]
fn a_snippet_shows_the_place_that_fits_in_one_line() {
    let long = format!(
        "{} We could start the pilot\nin Berlin. {}",
        "Before. ".repeat(30),
        "After. ".repeat(60)
    );
    let shown = snippet::snippet(&Query::read("berlin"), &long);
    assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
    assert!(shown.contains("pilot in Berlin."), "{shown}");
    assert!(shown.len() < 200);
    for (query, text, expected) in [
        ("lodz", "From Łódź with care", "From Łódź with care"),
        ("nothing", "A short text", "A short text"),
        ("x", "", ""),
        (
            "太郎",
            "こんにちは、田中太郎さん",
            "こんにちは、田中太郎さん",
        ),
    ] {
        assert_eq!(snippet::snippet(&Query::read(query), text), expected);
    }
}

proptest! {
    #[test]
    fn any_text_can_be_indexed_and_asked(text in any::<String>(), query in any::<String>()) {
        let query = Query::read(&query);
        let asked = query.for_fts5();
        prop_assert_eq!(asked.matches('"').count() % 2, 0);
        prop_assert!(!query.for_tsquery().contains('\\'));
        let words = indexed_words(&text);
        for token in words.split(' ') {
            prop_assert!(token.len() <= fold::TOKEN_BYTES_MAX);
            prop_assert!(!token.contains(|c: char| c.is_whitespace() || c.is_control() || "'\"\\".contains(c)));
        }
        prop_assert!(snippet::snippet(&query, &text).len() < 400);
    }

    #[test]
    fn what_is_folded_folds_to_itself(text in "\\PC{0,40}") {
        let once = fold::key(&text);
        prop_assert_eq!(fold::key(&once), once);
    }
}
