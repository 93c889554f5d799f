//! What stands in the data folder is for the one who runs the program.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

#[test]
fn nobody_else_reads_what_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    // A umask that lets everybody read, whatever that of the test is.
    let done = Command::new("sh")
        .args([
            "-c",
            "umask 000; exec \"$0\" init --owner mia@studio.example",
        ])
        .arg(env!("CARGO_BIN_EXE_rapport"))
        .env("RAPPORT_DATA", &data)
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .env_remove("RAPPORT_DATABASE_URL")
        .output()
        .expect("it runs");
    assert!(done.status.success(), "{done:?}");
    let mut seen = Vec::new();
    look(&data, &mut seen);
    assert!(seen.iter().any(|name| name.ends_with("registry.db")));
}

fn look(path: &Path, seen: &mut Vec<String>) {
    let about = std::fs::metadata(path).expect("it is there");
    let rights = about.permissions().mode() & 0o077;
    assert_eq!(rights, 0, "{} is open to others", path.display());
    seen.push(path.display().to_string());
    if about.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            look(&entry.expect("an entry").path(), seen);
        }
    }
}
