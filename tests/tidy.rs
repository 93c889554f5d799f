//! The house keeps its order: who may import whom, how long files and functions are, and what never stands in the code.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// Rooms and their layers: a file imports only from lower numbers or its own room.
const LAYERS: [(&str, u8); 14] = [
    ("domain", 0),
    ("mail", 1),
    ("store", 1),
    ("commands", 2),
    ("ai", 2),
    ("post", 3),
    ("ingest", 4),
    ("digest", 4),
    ("outreach", 4),
    ("delivery", 4),
    ("transfer", 4),
    ("smtp", 5),
    ("bot", 5),
    ("web", 5),
];
/// Rooms on top: they may import all, nobody may import them.
const TOP: [&str; 5] = ["app", "cli", "config", "demo", "explain"];

struct Source {
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(Source {
                    text: fs::read_to_string(&path).unwrap(),
                    path,
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The room of a file: the first folder or file name below `src`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let first = below.components().next().unwrap();
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn layer(room: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, layer)| *layer)
}

/// The rooms that a line names behind `crate::`, also in a group.
fn imported_rooms(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let names = group
                .split(['}', ','])
                .map(|n| n.trim().split("::").next().unwrap_or(""));
            rooms.extend(names.map(str::to_owned));
        } else {
            rooms.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    rooms
}

/// Lines with their place, without comment lines.
fn code_lines(source: &Source) -> impl Iterator<Item = (String, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (format!("{}:{}", source.path.display(), number + 1), line))
}

#[track_caller]
fn assert_none(faults: Vec<String>, what: &str) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

#[test]
fn a_file_imports_only_from_lower_layers_or_its_own_room() {
    let mut faults = Vec::new();
    for source in sources("src") {
        let own = room(&source.path);
        let Some(own_layer) = layer(&own) else {
            continue;
        };
        for (place, line) in code_lines(&source) {
            for other in imported_rooms(line) {
                let higher = layer(&other).is_some_and(|l| l >= own_layer) && other != own;
                if higher || TOP.contains(&other.as_str()) {
                    faults.push(format!("{place} {own} imports {other}"));
                }
            }
        }
    }
    assert_none(faults, "imports against the layers");
}

#[test]
fn every_room_has_its_layer() {
    let rooms = sources("src").into_iter().map(|s| room(&s.path));
    let unknown: Vec<String> = rooms
        .filter(|r| layer(r).is_none() && !TOP.contains(&r.as_str()) && r != "lib" && r != "main")
        .collect();
    assert_none(unknown, "rooms without a layer");
}

#[test]
fn files_are_at_most_500_lines() {
    let all = sources("src")
        .into_iter()
        .chain(sources("tests"))
        .chain(sources("benches"));
    let faults = all
        .map(|s| (s.text.lines().count(), s.path))
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert_none(faults, "files to split");
}

#[test]
fn functions_are_at_most_70_lines() {
    let mut faults = Vec::new();
    for source in sources("src") {
        for (name, first, lines) in functions(&source.text) {
            if lines > FUNCTION_LINES_MAX {
                faults.push(format!(
                    "{}:{first} {name}: {lines} lines",
                    source.path.display()
                ));
            }
        }
    }
    assert_none(faults, "functions to split");
}

/// Functions by indentation, which rustfmt keeps true: name, first line, length.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let words: Vec<&str> = bare.split_whitespace().take(6).collect();
        let Some(keyword) = words.iter().position(|w| *w == "fn") else {
            continue;
        };
        let qualifiers = ["pub", "pub(crate)", "pub(super)", "async", "const"];
        if !words[..keyword].iter().all(|w| qualifiers.contains(w)) {
            continue;
        }
        let indentation = &line[..line.len() - bare.len()];
        let end = format!("{indentation}}}");
        let length = lines[at..]
            .iter()
            .position(|l| *l == end)
            .map_or(1, |n| n + 1);
        found.push((
            words.get(keyword + 1).unwrap_or(&"").to_string(),
            at + 1,
            length,
        ));
    }
    found
}

/// Whether a file of `src` holds tests only.
fn is_test_file(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|c| c.as_os_str() == "tests")
}

#[test]
fn product_code_never_panics_on_purpose_or_leaves_work_undone() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "unreachable!(",
        "dbg!(",
    ];
    let mut faults = Vec::new();
    for source in sources("src")
        .into_iter()
        .filter(|s| !is_test_file(&s.path))
    {
        // Test modules stand last in a file.
        let product = source
            .text
            .split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or("")
            .lines()
            .count();
        for (number, line) in source.text.lines().take(product).enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if words.iter().any(|word| code.contains(word)) {
                faults.push(format!(
                    "{}:{} {}",
                    source.path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    assert_none(faults, "words that have no place in the product");
}

#[test]
fn tests_neither_sleep_nor_are_skipped() {
    let mut faults = Vec::new();
    for source in sources("tests").into_iter().chain(sources("src")) {
        let in_tests = source.path.starts_with(root().join("tests")) || is_test_file(&source.path);
        for (place, line) in code_lines(&source) {
            let sleeps = in_tests && line.contains("::sleep(");
            if sleeps || line.trim_start().starts_with("#[ignore") {
                faults.push(format!("{place} {}", line.trim()));
            }
        }
    }
    faults.retain(|f| !f.contains("tidy.rs"));
    assert_none(faults, "tests that wait for luck or do not run");
}

#[test]
fn every_file_begins_with_what_it_holds() {
    let missing = sources("src")
        .into_iter()
        .filter(|s| !s.text.starts_with("//!"));
    assert_none(
        missing.map(|s| s.path.display().to_string()).collect(),
        "files without a first line",
    );
}

#[test]
fn sql_stands_in_the_store_alone() {
    let mut faults = Vec::new();
    for source in sources("src")
        .into_iter()
        .filter(|s| room(&s.path) != "store")
    {
        for (place, line) in code_lines(&source) {
            if line.contains("sqlx::query") {
                faults.push(format!("{place} {}", line.trim()));
            }
        }
    }
    assert_none(faults, "queries outside the store");
}

#[test]
fn names_that_say_nothing_are_not_used() {
    let mut faults = Vec::new();
    for source in sources("src") {
        for (place, line) in code_lines(&source) {
            let declared = ["struct ", "enum ", "trait ", "mod "]
                .iter()
                .any(|k| line.contains(k));
            let empty = ["Manager", "Service", "Helper", "Util"]
                .iter()
                .any(|w| line.contains(w));
            if declared && empty {
                faults.push(format!("{place} {}", line.trim()));
            }
        }
    }
    assert_none(faults, "names to replace by words of the domain");
}
