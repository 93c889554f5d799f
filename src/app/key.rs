//! The key file: read, or made on the first start.

use crate::domain::instance_key::KEY_BYTES;
use crate::domain::{Error, InstanceKey, Kind, Result};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// The file holds the key in hexadecimal on one line, so that it goes through any store of secrets unharmed.
const LETTERS: usize = 2 * KEY_BYTES;

/// Reads the key file, or makes it: 0600, all of it or nothing, and never over one that is there.
pub fn load_or_make(path: &Path) -> Result<InstanceKey> {
    match read(path)? {
        Some(key) => Ok(key),
        None => make(path),
    }
}

fn read(path: &Path) -> Result<Option<InstanceKey>> {
    let mut text = String::new();
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed("read", path, e)),
    };
    // One byte beyond what is right is enough to know that it is wrong.
    let bounded = file.take(LETTERS as u64 + 3).read_to_string(&mut text);
    match bounded {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::InvalidData => return Err(wrong(path)),
        Err(e) => return Err(failed("read", path, e)),
    }
    let key = key_of(text.trim_end_matches(['\n', '\r'])).ok_or_else(|| wrong(path))?;
    Ok(Some(key))
}

fn make(path: &Path) -> Result<InstanceKey> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let bytes: [u8; KEY_BYTES] = rand::random();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let written = || -> std::io::Result<tempfile::NamedTempFile> {
        // Readable by its owner alone from the beginning.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{text}")?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = written().map_err(|e| failed("make", path, e))?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        // Another process made one meanwhile: that one it is.
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => {
            return read(path)?.ok_or_else(|| wrong(path));
        }
        Err(e) => return Err(failed("make", path, e.error)),
    }
    // The name too is on disk before anything is made with the key.
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| failed("make", path, e))?;
    Ok(InstanceKey::of(bytes))
}

fn key_of(text: &str) -> Option<InstanceKey> {
    if text.len() != LETTERS || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; KEY_BYTES];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(InstanceKey::of(bytes))
}

fn wrong(path: &Path) -> Error {
    Error::new(
        Kind::Corrupt,
        format!(
            "the key file {} does not hold {LETTERS} hexadecimal digits on one line; restore it from the backup, or name the right one with RAPPORT_KEY_FILE",
            path.display()
        ),
    )
}

fn failed(what: &str, path: &Path, cause: std::io::Error) -> Error {
    Error::unavailable(format!(
        "cannot {what} the key file {}; name another with RAPPORT_KEY_FILE",
        path.display()
    ))
    .because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("instance.key");
        let made = load_or_make(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = load_or_make(&path).unwrap();
        assert_eq!(made.fingerprint(), read.fingerprint());
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is left behind");
    }

    #[test]
    fn many_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("instance.key");
        let keys: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| load_or_make(&path).unwrap().fingerprint()))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn what_is_no_key_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("instance.key");
        for content in [
            "",
            "\n",
            "abcd",
            &"a".repeat(63),
            &"a".repeat(65),
            &"g".repeat(64),
            &"a".repeat(100_000),
        ] {
            std::fs::write(&path, content).unwrap();
            let error = load_or_make(&path).unwrap_err();
            assert_eq!(error.kind, Kind::Corrupt, "{content:.10}");
            assert!(error.message.contains("64 hexadecimal digits"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        std::fs::write(&path, [0xff; 32]).unwrap();
        assert_eq!(load_or_make(&path).unwrap_err().kind, Kind::Corrupt);
        std::fs::write(&path, format!("{}\r\n", "A1".repeat(32))).unwrap();
        assert!(load_or_make(&path).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = load_or_make(Path::new("/nowhere/instance.key")).unwrap_err();
        assert!(error.message.contains("/nowhere/instance.key"), "{error}");
    }
}
