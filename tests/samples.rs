//! Every letter of `samples/` is understood as the golden file beside it says.
//!
//! `RAPPORT_BLESS=1 cargo test --test samples` rewrites the golden files; read the difference before you commit it.

use rapport::explain::{self, Input};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Letters with a file that came unencoded, so that its size and digest, and nothing else, follow the line ends.
const UNENCODED_FILES: &[(&str, &str)] = &[
    ("bounce-exchange-online-de", "a report and a letter"),
    ("bounce-exim-unrouteable-en", "a report"),
    ("bounce-gmail-not-found-en", "a report and a letter"),
    ("bounce-postfix-unknown-user-en", "a report and a letter"),
    ("bounce-two-recipients-sendmail-en", "a report"),
    ("delay-postfix-en", "a report"),
    ("delivered-postfix-relayed-en", "a report"),
    ("encrypted-pgp-mime-pl", "an armoured message"),
    ("feedback-abuse-arf-en", "a report and a letter"),
    ("forward-attached-apple-mail-en", "a letter"),
    ("forward-several-attached-thunderbird-de", "three letters"),
    ("hostile-deep-letters", "a letter of letters"),
    ("receipt-read-outlook-de", "a report"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The files of the folder with this extension, without it, in order.
fn names(extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn letter(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.eml"))).unwrap()
}

/// What is understood, without what depends on the place (`file`) and on DNS (`trust`).
fn understood(raw: &[u8]) -> Value {
    let mut value = explain::to_json("", &explain::read(Input::Eml, raw, None), None);
    let object = value.as_object_mut().unwrap();
    object.remove("file");
    object.remove("trust");
    value
}

fn with_lf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for (at, &byte) in raw.iter().enumerate() {
        if byte != b'\r' || raw.get(at + 1) != Some(&b'\n') {
            out.push(byte);
        }
    }
    out
}

fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
    for byte in with_lf(raw) {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

/// Without size and digest of the files, which count line ends where a file came unencoded.
fn without_file_sizes(mut value: Value) -> Value {
    for file in value["attachments"].as_array_mut().into_iter().flatten() {
        file["bytes"] = Value::Null;
        file["sha256"] = Value::Null;
    }
    value
}

/// The fields that differ, both values of each on a line: what a person needs to judge.
fn differences(want: &Value, got: &Value) -> String {
    let (Some(want), Some(got)) = (want.as_object(), got.as_object()) else {
        return format!("want {want}\ngot  {got}");
    };
    let mut keys: Vec<&String> = want.keys().chain(got.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .filter(|key| want.get(*key) != got.get(*key))
        .map(|key| {
            let [want, got] = [want.get(key), got.get(key)].map(|v| v.unwrap_or(&Value::Null));
            format!("  {key}\n    want {want}\n    got  {got}\n")
        })
        .collect()
}

fn blessing() -> bool {
    std::env::var_os("RAPPORT_BLESS").is_some_and(|value| value == "1")
}

#[test]
fn every_letter_is_understood_as_its_golden_file_says() {
    let mut wrong = String::new();
    for name in names("eml") {
        let path = folder().join(format!("{name}.json"));
        let got = understood(&letter(&name));
        if blessing() {
            let pretty = serde_json::to_string_pretty(&got).unwrap();
            fs::write(&path, pretty + "\n").unwrap();
            continue;
        }
        let golden = fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{name}.json is missing: RAPPORT_BLESS=1 writes it"));
        let want: Value = serde_json::from_str(&golden).unwrap();
        if want != got {
            wrong += &format!("{name}.eml\n{}", differences(&want, &got));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn line_ends_change_nothing() {
    let mut wrong = String::new();
    for name in names("eml") {
        let raw = letter(&name);
        let [mut lf, mut crlf] = [with_lf(&raw), with_crlf(&raw)].map(|raw| understood(&raw));
        if UNENCODED_FILES.iter().any(|(listed, _)| *listed == name) {
            [lf, crlf] = [lf, crlf].map(without_file_sizes);
        }

        if lf != crlf {
            wrong += &format!("{name}.eml, LF against CRLF\n{}", differences(&lf, &crlf));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn letters_golden_files_and_the_table_name_the_same() {
    let letters = names("eml");
    assert_eq!(letters, names("json"));
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let mut table: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once(".eml` |"))
        .map(|(name, _)| name)
        .collect();
    table.sort_unstable();
    assert_eq!(letters, table);
}

#[test]
fn only_domains_kept_for_examples_are_named() {
    let address =
        regex::bytes::Regex::new(r#"(?i)[^\s"@]@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\b"#)
            .unwrap();
    let kept =
        regex::bytes::Regex::new(r"(?i)(?:\.(?:example|test)|(?:^|\.)example\.(?:com|net|org))$")
            .unwrap();
    for name in names("json") {
        let golden = fs::read(folder().join(format!("{name}.json"))).unwrap();
        for found in address.captures_iter(&golden) {
            let domain = String::from_utf8_lossy(&found[1]).into_owned();
            assert!(kept.is_match(&found[1]), "{name}: {domain}");
        }
    }
}
