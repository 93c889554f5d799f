//! A Maildir and the folders in it: which messages it holds, and which of them are passed over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// How deep folders lie in each other, and how many there are, at most.
const DEPTH_MAX: usize = 16;
const FOLDERS_MAX: usize = 10_000;
/// What a folder itself consists of.
const OWN: [&str; 3] = ["cur", "new", "tmp"];
/// Why a message is passed over by its flags (D and T).
const DRAFT: &str = "it is a draft";
pub const DELETED: &str = "it is marked as deleted";

/// Folders that are passed over, in lower case, and why.
const PASSED_OVER: &[(&str, &[&str])] = &[
    (
        "it lies in a folder of drafts",
        &[
            "draft",
            "drafts",
            "templates",
            "luonnokset",
            "entwürfe",
            "vorlagen",
            "brouillons",
            "borradores",
            "utkast",
        ],
    ),
    (
        "it lies in a folder of what was thrown away",
        &[
            "trash",
            "bin",
            "deleted",
            "deleted items",
            "deleted messages",
            "roskakori",
            "poistetut",
            "papierkorb",
            "gelöscht",
            "gelöschte elemente",
            "gelöschte objekte",
            "corbeille",
            "éléments supprimés",
            "papelera",
            "elementos eliminados",
            "papperskorgen",
            "borttaget",
            "borttagna objekt",
        ],
    ),
    (
        "it lies in a folder of spam",
        &[
            "spam",
            "junk",
            "junk mail",
            "junk e-mail",
            "junk email",
            "bulk mail",
            "roskaposti",
            "spamverdacht",
            "unerwünscht",
            "indésirables",
            "courrier indésirable",
            "pourriel",
            "correo no deseado",
            "skräppost",
        ],
    ),
];

/// Letters of those names as IMAP writes them (RFC 3501 §5.1.3), in lower case.
const IMAP_LETTERS: [(&str, &str); 5] = [
    ("&apw-", "ü"),
    ("&apy-", "ö"),
    ("&aoq-", "ä"),
    ("&aok-", "é"),
    ("&amk-", "é"),
];

/// A message of a Maildir.
pub struct Entry {
    /// Its file.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
    /// Why it is passed over; absent where it is not.
    pub passed_over: Option<&'static str>,
}

/// The messages of a Maildir and of all folders in it, by their names. A folder is passed over by its name; not the one that is read
/// itself.
pub fn entries(root: &Path) -> io::Result<Vec<Entry>> {
    let mut all = Vec::new();
    for folder in folders(root)? {
        let within = folder.strip_prefix(root).unwrap_or(&folder);
        let by_folder = of_folder(within);
        for part in ["cur", "new"] {
            let files = match fs::read_dir(folder.join(part)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                files => files?,
            };
            for file in files {
                let file = file?;
                if file.file_type()?.is_file() {
                    let by_flags = || of_flags(&file.file_name().to_string_lossy());
                    all.push(Entry {
                        path: file.path(),
                        bytes: file.metadata()?.len(),
                        passed_over: by_folder.or_else(by_flags),
                    });
                }
            }
        }
    }
    all.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(all)
}

/// All folders, the whole first: `.Sent` of Maildir++ beside its others, `Archive/2024` of other programs in each other.
fn folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = vec![root.to_owned()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        let depth = folder.components().count() - root.components().count();
        if depth > DEPTH_MAX || folders.len() > FOLDERS_MAX {
            return Err(io::Error::other("there are too many folders in each other"));
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let is_own = OWN.iter().any(|own| entry.file_name() == *own);
            if !is_own && entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(folders)
}

/// Why what lies in a folder is passed over.
fn of_folder(within: &Path) -> Option<&'static str> {
    let within = within.to_string_lossy().to_lowercase();
    let within = IMAP_LETTERS.iter().fold(within, |name, (written, letter)| {
        name.replace(written, letter)
    });
    within.split(['/', '.']).find_map(of_name)
}

/// Why what lies in a folder of a name, or has a label of it, is passed over.
pub fn of_name(name: &str) -> Option<&'static str> {
    let name: String = name.trim().to_lowercase().nfc().collect();
    let found = PASSED_OVER
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()));
    found.map(|(why, _)| *why)
}

/// Why a message is passed over by its flags: what stands behind `:2,`, where some file systems take no colon.
fn of_flags(name: &str) -> Option<&'static str> {
    let (_, info) = name.rsplit_once([':', ';', '!'])?;
    let flags = info.strip_prefix("2,")?;
    let has = |flag: char| flags.contains(flag);
    match (has('T'), has('D')) {
        (true, _) => Some(DELETED),
        (false, true) => Some(DRAFT),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_flags_say_what_is_passed_over() {
        for (within, wanted) in [
            ("", None),
            (".Sent", None),
            (".Binders", None),
            ("Archive/2024", None),
            (".Drafts", Some("drafts")),
            (".INBOX.Trash.2019", Some("thrown away")),
            ("[Gmail]/Spam", Some("spam")),
            (".Entw&APw-rfe", Some("drafts")),
            ("Gelo\u{308}schte Elemente", Some("thrown away")),
            (".&AMk-l&AOk-ments supprim&AOk-s", Some("thrown away")),
            ("Roskaposti", Some("spam")),
        ] {
            let why = of_folder(Path::new(within));
            let is_right = match wanted {
                Some(words) => why.is_some_and(|why| why.contains(words)),
                None => why.is_none(),
            };
            assert!(is_right, "{within}: {why:?}");
        }
        for (name, wanted) in [
            ("1700000000.M1P2.host", None),
            ("1700000000.M1P2.host:2,", None),
            ("1700000000.M1P2.host,S=12:2,FRSad", None),
            ("1700000000.M1P2.host:2,DS", Some(DRAFT)),
            ("1700000000.M1P2.host;2,DST", Some(DELETED)),
        ] {
            assert_eq!(of_flags(name), wanted, "{name}");
        }
    }
}
