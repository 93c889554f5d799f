//! What the README says of the program is what the program says of itself.

use clap::CommandFactory;
use rapport::cli::Cli;
use rapport::commands::specification;
use std::path::Path;

const BEGIN: &str = "<!-- commands: made from the specification; a test keeps it true -->\n";
const END: &str = "<!-- /commands -->";

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn the_command_table_is_the_specification() {
    let readme = readme();
    let (before, rest) = readme.split_once(BEGIN).expect("the table's beginning");
    let (table, after) = rest.split_once(END).expect("the table's end");
    let wanted = format!("\n{}\n", specification::table_markdown().trim());
    if std::env::var_os("RAPPORT_BLESS").is_some() && table != wanted {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        std::fs::write(file, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        table, wanted,
        "write it anew with RAPPORT_BLESS=1 cargo test --test readme"
    );
}

#[test]
fn every_subcommand_that_the_readme_shows_is_there() {
    let cli = Cli::command();
    let known: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    let readme = readme();
    let shown = readme
        .lines()
        .filter_map(|line| line.trim().strip_prefix("rapport "));
    let mut count = 0;
    for line in shown {
        let name = line.split_whitespace().next().unwrap_or("");
        assert!(
            known.contains(&name),
            "rapport {name} is in the README and not in the program"
        );
        count += 1;
    }
    assert!(count >= 5, "the README shows how to use it");
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_setting_of_the_environment_stands_in_the_readme() {
    let readme = readme();
    let config = include_str!("../src/config.rs");
    let names = config
        .split('"')
        .filter(|word| word.starts_with("RAPPORT_") && !word.contains(' '));
    let missing: Vec<&str> = names
        .filter(|name| !readme.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "settings that the README does not name: {missing:?}"
    );
}
