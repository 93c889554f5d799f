//! Any text is read as commands and a note: nothing panics, line ends do not matter, prose above keeps what is below from running.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::commands::parse::{self, LINES_MAX};
use rapport::domain::language::Language;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let languages = Language::ALL;
    let language = languages[usize::from(*first) % languages.len()];
    let head = parse::head(text, language);
    let lines = parse::lines(text, language);
    assert!(head.lines.len() <= LINES_MAX && lines.len() <= LINES_MAX + 1);
    for line in &head.lines {
        assert!(text.contains(line.text.as_str()), "a line says what stands there");
    }
    if !text.contains('\r') {
        let again = parse::head(&text.replace('\n', "\r\n"), language);
        assert_eq!(head, again);
    }
    let below = parse::head(&format!("Dear Ada, this is a letter.\n{text}"), language);
    assert!(below.lines.is_empty(), "what follows prose never runs");
});
