//! A message as plain text with its files: the form that is left where nothing richer can be made with certainty.

use super::{Cover, header};
use crate::domain::error::Result;
use crate::mail::compose::{container, part};
use crate::mail::mime;

/// Writes this text under the cover, with the files of the original.
pub fn write(cover: &Cover, text: &str, raw: &[u8]) -> Result<Vec<u8>> {
    let mut written = header(cover)?;
    written.line("MIME-Version", "1.0");
    let mut written = written.finish();
    let mut parts = vec![part::text("text/plain", text)];
    for (file, bytes) in mime::files(raw) {
        let is_hidden_text = file.content_type.ends_with("ms-tnef");
        let is_signature = file.content_type.ends_with("-signature");
        if !is_hidden_text && !is_signature {
            let name = file.name.as_deref().unwrap_or_default();
            parts.push(part::file(name, &file.content_type, &bytes));
        }
    }
    match parts.as_slice() {
        [alone] => written.extend_from_slice(alone),
        _ => written.extend(container::write(
            "mixed",
            cover.message_id.as_bytes(),
            &parts,
        )),
    }
    Ok(written)
}
