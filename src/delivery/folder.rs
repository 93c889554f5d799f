//! A folder as the world: one `.eml` a message, the envelope beside it as JSON. For machines without a network, for another
//! program that picks mail up, and for looking at what would be sent.

use super::refusal::Refusal;
use super::transport::Parcel;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes a parcel: `NAME.json` first, then `NAME.eml`, each whole or not at all. The name is that of the outbox row, so what
/// is sent again after a crash lies there once.
pub(super) async fn put(folder: &Path, parcel: &Parcel) -> Result<String, Refusal> {
    let folder = folder.to_owned();
    let envelope = serde_json::json!({ "from": parcel.from, "to": parcel.to }).to_string();
    let (name, message) = (parcel.name.clone(), parcel.message.clone());
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        write(&folder.join(format!("{name}.json")), envelope.as_bytes())?;
        write(&folder.join(format!("{name}.eml")), &message)
    });
    match written.await {
        Ok(Ok(())) => Ok("written".to_owned()),
        Ok(Err(e)) => Err(Refusal::Later(format!("the folder cannot be written: {e}"))),
        Err(_) => Err(Refusal::Later("the folder was not written".to_owned())),
    }
}

fn write(path: &PathBuf, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    std::fs::File::open(folder)?.sync_all()
}
