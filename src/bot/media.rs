//! What comes with a message besides its text: photos, files, voices, places; and how they are had.

use super::api::{Refusal, refusal};
use super::update::{Serving, unreached};
use crate::domain::Result;
use crate::ingest::chat::{Passage, TalkFile};
use teloxide::net::Download;
use teloxide::prelude::*;
use teloxide::types::{FileId, Message};

/// Telegram gives bots no larger ones (Bot API, "getFile").
const FILE_BYTES_MAX: u32 = 20 * 1024 * 1024;

/// A file as a message names it.
struct Named {
    id: FileId,
    name: String,
    media_type: String,
    size_bytes: u32,
}

/// What came with a message.
pub(super) struct Media {
    /// Its files.
    pub files: Vec<TalkFile>,
    /// What is said of what cannot be had, and places as text; a line each.
    pub said: Vec<String>,
    /// What a voice says, where somebody hears it.
    pub heard: Option<String>,
}

/// What passing on needs to know.
pub(super) fn passage(serving: &Serving, workspace_id: i64) -> Passage<'_> {
    Passage {
        store: &serving.bots.store,
        workspace_id,
        mail_domain: &serving.bots.settings.mail_domain,
        now_us: serving.now_us(),
        random: serving.bots.random,
    }
}

/// Has what came with a message. An error is Telegram's: it is tried again.
pub(super) async fn of(serving: &Serving, message: &Message) -> Result<Media> {
    let mut media = Media {
        files: Vec::new(),
        said: place(message).into_iter().collect(),
        heard: None,
    };
    let Some(named) = named(message) else {
        return Ok(media);
    };
    if named.size_bytes > FILE_BYTES_MAX {
        let said = format!(
            "[{} is larger than {} MB, which no bot is given]",
            named.name,
            FILE_BYTES_MAX / 1024 / 1024
        );
        media.said.push(said);
        return Ok(media);
    }
    match download(serving, &named).await? {
        Some(bytes) => media.files.push(TalkFile {
            name: named.name,
            media_type: named.media_type,
            bytes,
        }),
        None => media
            .said
            .push(format!("[{} could not be had from Telegram]", named.name)),
    }
    Ok(media)
}

/// Has a voice heard. Where the provider does not answer that is said, and the recording is kept all the same.
pub(super) async fn hear(
    serving: &Serving,
    workspace_id: i64,
    message: &Message,
    media: &mut Media,
) {
    let is_voice = message.voice().is_some() || message.audio().is_some();
    let (Some(file), true) = (media.files.first(), is_voice) else {
        return;
    };
    let ais = &serving.bots.ai;
    let heard = match ais.of_workspace(&serving.bots.store, workspace_id).await {
        Ok(None) => return,
        Ok(Some(ai)) => ai.transcribe(&file.name, file.bytes.clone()).await,
        Err(error) => Err(error),
    };
    match heard {
        Ok(text) if text.is_empty() => {}
        Ok(text) => media.heard = Some(text),
        Err(error) => {
            tracing::warn!(error = %error, cause = ?error.cause, "a voice note was not transcribed");
            let said = format!(
                "[{} was not transcribed: the AI provider did not answer]",
                file.name
            );
            media.said.push(said);
        }
    }
}

/// The bytes of a file; none where Telegram has it no more.
async fn download(serving: &Serving, named: &Named) -> Result<Option<Vec<u8>>> {
    let file = match serving.client.get_file(named.id.clone()).await {
        Ok(file) => file,
        Err(error) if matches!(refusal(&error), Refusal::Later(_) | Refusal::Unsure) => {
            return Err(unreached(error));
        }
        Err(_) => return Ok(None),
    };
    let mut bytes = Bounded::default();
    match serving.client.download_file(&file.path, &mut bytes).await {
        Ok(()) => Ok(Some(bytes.0)),
        Err(_) if bytes.is_full() => Ok(None),
        Err(error) => Err(unreached(error)),
    }
}

/// Bytes up to what a bot may be given, whatever the server says.
#[derive(Default)]
struct Bounded(Vec<u8>);

impl Bounded {
    fn is_full(&self) -> bool {
        self.0.len() >= FILE_BYTES_MAX as usize
    }
}

impl tokio::io::AsyncWrite for Bounded {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        if self.0.len() + bytes.len() > FILE_BYTES_MAX as usize {
            let room = FILE_BYTES_MAX as usize - self.0.len();
            self.0
                .extend_from_slice(bytes.get(..room).unwrap_or_default());
            return std::task::Poll::Ready(Err(std::io::Error::other("the file is too large")));
        }
        self.0.extend_from_slice(bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

fn named(message: &Message) -> Option<Named> {
    let of = |file: &teloxide::types::FileMeta,
              name: Option<String>,
              kind: &str,
              media_type: Option<String>| {
        let (fallback, default_type) = match kind {
            "photo" => ("photo.jpg", "image/jpeg"),
            "voice" => ("voice.ogg", "audio/ogg"),
            "video" => ("video.mp4", "video/mp4"),
            "audio" => ("audio.mp3", "audio/mpeg"),
            "sticker" => ("sticker.webp", "image/webp"),
            _ => ("file", "application/octet-stream"),
        };
        Named {
            id: file.id.clone(),
            name: name.unwrap_or_else(|| fallback.to_owned()),
            media_type: media_type.unwrap_or_else(|| default_type.to_owned()),
            size_bytes: file.size,
        }
    };
    let mime = |mime: &Option<mime::Mime>| mime.as_ref().map(|m| m.essence_str().to_owned());
    if let Some(largest) = message.photo().and_then(|sizes| sizes.last()) {
        return Some(of(&largest.file, None, "photo", None));
    }
    if let Some(it) = message.document() {
        return Some(of(
            &it.file,
            it.file_name.clone(),
            "file",
            mime(&it.mime_type),
        ));
    }
    if let Some(it) = message.voice() {
        return Some(of(&it.file, None, "voice", mime(&it.mime_type)));
    }
    if let Some(it) = message.audio() {
        return Some(of(
            &it.file,
            it.file_name.clone(),
            "audio",
            mime(&it.mime_type),
        ));
    }
    if let Some(it) = message.video() {
        return Some(of(
            &it.file,
            it.file_name.clone(),
            "video",
            mime(&it.mime_type),
        ));
    }
    if let Some(it) = message.video_note() {
        return Some(of(&it.file, None, "video", None));
    }
    let it = message.sticker()?;
    Some(of(&it.file, None, "sticker", None))
}

/// A place as text that a map understands.
fn place(message: &Message) -> Option<String> {
    if let Some(venue) = message.venue() {
        return Some(format!(
            "{}, {} ({:.5}, {:.5})",
            venue.title, venue.address, venue.location.latitude, venue.location.longitude
        ));
    }
    let at = message.location()?;
    Some(format!("Place: {:.5}, {:.5}", at.latitude, at.longitude))
}

/// Takes a message with a secret out of the chat, where Telegram allows it.
pub(super) async fn delete(client: &Bot, message: &Message) {
    if let Err(error) = client.delete_message(message.chat.id, message.id).await {
        let why = refusal(&error);
        tracing::warn!(
            ?why,
            "a message with a bot's token could not be taken out of the chat"
        );
    }
}
