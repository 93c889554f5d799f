//! A file that a browser sends: a form of parts, its token first. What comes before the file is small, the file goes to the disk
//! under no name, and whoever rests is given up.

use super::Page;
use super::form::{self, Drawn};
use super::import::UPLOAD_BYTES_MAX;
use super::message::Refusal;
use super::pace::Pace;
use super::room::Taken;
use super::turns::Turn;
use super::visitor::Visitor;
use crate::domain::Error;
use crate::store::disk;
use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;

/// No piece of a file takes longer; and all of it twice as long …
const PIECE_MAX: Duration = Duration::from_secs(30);
/// … and a second longer for each so many bytes: that is the least pace.
const PACE_BYTES: u64 = 16 * 1024;
/// No file is waited for longer, at whatever pace.
const WHOLE_MAX: Duration = Duration::from_secs(2 * 3_600);
/// After so many bytes it is asked again whether the disk has room.
const LOOK_EVERY_BYTES: u64 = 8 * 1024 * 1024;
/// A token of ours is shorter.
const TOKEN_BYTES_MAX: usize = 200;
/// What comes before the file: its token, and the heads of the parts.
const BEFORE_BYTES_MAX: usize = 64 * 1024;
/// Of that, what is looked through at once.
const BEFORE_BYTES: usize = 1024;

/// A form with a file that is coming in.
pub struct Sent {
    form: Multipart,
    /// Set when the file begins.
    is_begun: Arc<AtomicBool>,
}

/// A file that came in.
pub struct Received {
    /// What it was called.
    pub name: String,
    /// It has no name here, and goes with the last one who holds it, even where the process is killed.
    pub file: Arc<File>,
    /// Its bytes, as long as it is here.
    pub taken: Arc<Taken>,
}

impl FromRequest<Page> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, page: &Page) -> Result<Sent, Refusal> {
        // What says so itself is not written to the disk first.
        let told = request.headers().get(header::CONTENT_LENGTH);
        let told = told.and_then(|told| told.to_str().ok()?.parse::<u64>().ok());
        if told.is_some_and(|bytes| bytes > UPLOAD_BYTES_MAX as u64) {
            return Err(Refusal::Status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let is_begun = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| {
            Body::from_stream(Before {
                body: body.into_data_stream().boxed(),
                waiting: Bytes::new(),
                is_begun: is_begun.clone(),
                bytes: 0,
                rests: false,
            })
        });
        let form = Multipart::from_request(request, page).await;
        let form = form.map_err(|refused| Refusal::Status(refused.status()))?;
        Ok(Sent { form, is_begun })
    }
}

impl Sent {
    /// Takes the file; the form's token comes before it, and has to be right for what is done. One account has so many on their way,
    /// and all together.
    pub async fn receive(
        mut self,
        page: &Page,
        visitor: &Visitor,
        is_right: impl Fn(Drawn) -> Result<(), Refusal>,
    ) -> Result<Received, Refusal> {
        let _turn: Turn = page
            .limits
            .receiving
            .take(visitor.account.id, Duration::ZERO)
            .await?;
        let broken = |_| Refusal::Status(StatusCode::BAD_REQUEST);
        let patience = page.settings.upload_patience.unwrap_or(PIECE_MAX);
        let mut pace = Pace::new(patience, patience * 2, WHOLE_MAX, PACE_BYTES);
        let mut proved = false;
        loop {
            let field = in_time(&mut pace, self.form.next_field()).await?;
            let Some(mut field) = field.map_err(broken)? else {
                break;
            };
            if field.name() == Some(form::TOKEN) {
                let said = short(&mut pace, &mut field).await?;
                is_right(visitor.drawn(page, &said)?)?;
                proved = true;
                continue;
            }
            if !proved {
                return Err(Refusal::Stale);
            }
            self.is_begun.store(true, Ordering::Relaxed);
            let letters = field.file_name().unwrap_or("file").chars();
            let name = letters.filter(|c| !c.is_control()).take(100).collect();
            let mut taken = page.limits.room.of(visitor.account.id);
            let file = kept(page, &mut pace, &mut taken, &mut field).await?;
            let (file, taken) = (Arc::new(file), Arc::new(taken));
            return Ok(Received { name, file, taken });
        }
        Err(Refusal::Invalid("Choose a file first.".to_owned()))
    }
}

/// What stands in a small field.
async fn short(pace: &mut Pace, field: &mut Field<'_>) -> Result<String, Refusal> {
    let mut said = Vec::new();
    while let Some(piece) = in_time(pace, field.chunk())
        .await?
        .map_err(|_| Refusal::Status(StatusCode::BAD_REQUEST))?
    {
        if said.len() + piece.len() > TOKEN_BYTES_MAX {
            return Err(Refusal::Stale);
        }
        said.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

async fn kept(
    page: &Page,
    pace: &mut Pace,
    taken: &mut Taken,
    field: &mut Field<'_>,
) -> Result<File, Refusal> {
    let failed = |e: io::Error| {
        Error::unavailable("the file could not be kept; is the disk full?").because(e)
    };
    let folder = page.settings.scratch.clone();
    let folder = folder.unwrap_or_else(std::env::temp_dir);
    disk::demand_spare(&folder)?;
    let scratch = tempfile::tempfile_in(&folder).map_err(failed)?;
    let mut file = tokio::fs::File::from_std(scratch);
    let mut unlooked = 0;
    loop {
        let piece = in_time(pace, field.chunk()).await?;
        let piece = piece.map_err(|refused| Refusal::Status(refused.status()))?;
        let Some(piece) = piece else { break };
        pace.went(piece.len());
        taken.take(piece.len() as u64)?;
        unlooked += piece.len() as u64;
        if unlooked >= LOOK_EVERY_BYTES {
            disk::demand_spare(&folder)?;
            unlooked = 0;
        }
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    Ok(file.into_std().await)
}

/// What comes in time; a sender who rests longer, or dawdles, is given up.
async fn in_time<T>(pace: &mut Pace, piece: impl Future<Output = T>) -> Result<T, Refusal> {
    let began = Instant::now();
    let came = tokio::time::timeout(pace.longest(), piece).await;
    pace.waited(began.elapsed());
    came.map_err(|_| Refusal::Status(StatusCode::REQUEST_TIMEOUT))
}

/// A body of which little comes before its file begins. The reader of forms keeps a head until it ends, and takes all that is there:
/// so it is given small pieces, and looks through each before the next.
struct Before {
    body: Pin<Box<dyn Stream<Item = Result<Bytes, axum::Error>> + Send>>,
    waiting: Bytes,
    is_begun: Arc<AtomicBool>,
    bytes: usize,
    rests: bool,
}

impl Stream for Before {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_begun.load(Ordering::Relaxed) {
            if !self.waiting.is_empty() {
                return Poll::Ready(Some(Ok(std::mem::take(&mut self.waiting))));
            }
            return self.body.poll_next_unpin(cx);
        }
        if std::mem::take(&mut self.rests) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.bytes >= BEFORE_BYTES_MAX {
            let error = io::Error::other("no file begins");
            return Poll::Ready(Some(Err(axum::Error::new(error))));
        }
        if self.waiting.is_empty() {
            match std::task::ready!(self.body.poll_next_unpin(cx)) {
                Some(Ok(piece)) => self.waiting = piece,
                ended => return Poll::Ready(ended),
            }
        }
        let length = self.waiting.len().min(BEFORE_BYTES);
        let piece = self.waiting.split_to(length);
        self.bytes += length;
        self.rests = true;
        Poll::Ready(Some(Ok(piece)))
    }
}
