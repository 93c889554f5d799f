//! How much is free on the disk that mail is written to.

use crate::domain::{Error, Result};
use std::io;
use std::path::Path;

/// What files that people bring leave free: mail goes on with it.
pub const SPARE_BYTES: u64 = 512 * 1024 * 1024;

/// `Kind::Unavailable` where the disk of a folder is so full that only mail is taken in.
pub fn demand_spare(folder: &Path) -> Result<()> {
    let found = rustix::fs::statvfs(folder).map_err(|e| {
        Error::unavailable("it is not known how full the disk is; try again")
            .because(io::Error::from(e))
    })?;
    match found.f_bavail.saturating_mul(found.f_frsize) >= SPARE_BYTES {
        true => Ok(()),
        false => Err(Error::unavailable(
            "the disk of this server is nearly full, and what is left is for mail; tell its operator",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_told_from_one_with_some() {
        let folder = tempfile::tempdir().unwrap();
        demand_spare(folder.path()).unwrap();
        // A file system that has no blocks at all.
        let full = demand_spare(Path::new("/proc")).unwrap_err();
        assert!(full.message.contains("nearly full"), "{full}");
        assert!(demand_spare(&folder.path().join("none")).is_err());
    }
}
