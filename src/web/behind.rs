//! What is done behind the page with a file: a look at it, and taking it in. Whoever began it need not wait, and may stop it.

use super::Page;
use super::columns;
use super::form::Fields;
use super::imported::{self, Told};
use super::message::Refusal;
use super::uploads::{self, Found, Held, Look, Upload, Way, What};
use super::visitor::Membership;
use crate::domain::{Error, Kind, Result};
use crate::ingest::history::{self, Archive, Progress, Source};
use crate::store::registry::{IMPORTED, PageEvent};
use crate::transfer::{self, Form, Mode, Roll, Watch};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// So long a look waits for its turn.
const TURN_WAIT_MAX: Duration = Duration::from_secs(30);
/// The stack of a thread that reads mail: as deep as a worker's.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Comes when it has ended.
pub type Ended = oneshot::Receiver<()>;

/// Looks at a file.
pub async fn look(
    page: &Page,
    membership: &Membership,
    (token, upload): (&str, Upload),
    fields: Option<Fields>,
) -> Result<Ended, Refusal> {
    // Whoever has another file looked at wants that one.
    page.uploads.stop_looks_of(upload.account_id);
    let limits = &page.limits.reading;
    let turn = limits.take_next(upload.account_id, TURN_WAIT_MAX).await?;
    let cx = page.cx(membership).await?;
    let stop = CancellationToken::new();
    let uploads = page.uploads.clone();
    let token = token.to_owned();
    let (ending, ended) = oneshot::channel();
    match upload.what {
        What::People(form) => {
            let watch = Arc::new(Watch::stopped_by(stop.clone()));
            uploads.look(&token, Look::begun(way(&watch), stop.clone()));
            let store = page.store.clone();
            tokio::spawn(async move {
                let opened = open(&upload, form, fields).await;
                let found = match opened {
                    Ok(roll) => look_at(&store, &cx, &roll, &watch).await,
                    Err(error) => Found::wrong(&error),
                };
                drop((upload, turn));
                uploads.found(&token, &stop, found);
                drop(ending);
            });
        }
        What::Mail => {
            let (progress, tell) = telling(Mode::DryRun);
            uploads.look(&token, Look::begun(progress, stop.clone()));
            let archive = archive(page, membership, stop.clone());
            on_deep_stack(async move {
                let source = Source::Open(upload.file.clone());
                let (report, ended) = history::look(&archive, &source, tell).await;
                let told = imported::mail(&report, Mode::DryRun, &ended);
                drop((source, upload, turn));
                uploads.found(&token, &stop, Found::of(told, ended.is_ok()));
                drop(ending);
            })?;
        }
    }
    Ok(ended)
}

async fn look_at(
    store: &crate::store::Store,
    cx: &crate::commands::context::Cx,
    roll: &Roll,
    watch: &Watch,
) -> Found {
    let columns = roll.table.as_ref().map(columns::columns);
    let tells = roll
        .table
        .as_ref()
        .map_or(Ok(()), |table| table.demand_people());
    let found = match tells {
        Err(error) => Found::wrong(&error),
        Ok(()) => {
            let (report, ended) = transfer::bring(store, cx, roll, Mode::DryRun, watch).await;
            Found::of(
                imported::people(&report, Mode::DryRun, &ended),
                ended.is_ok(),
            )
        }
    };
    Found {
        columns: columns.unwrap_or_default(),
        ..found
    }
}

/// Brings the people of a file in.
pub async fn bring(
    page: &Page,
    membership: &Membership,
    (upload, form): (Upload, Form),
    fields: Fields,
) -> Result<Ended, Refusal> {
    let cx = page.cx(membership).await?;
    page.note_commands(membership, &cx).await?;
    let whose = (upload.account_id, upload.workspace_id);
    let stop = page
        .uploads
        .begin(whose, upload.name.clone(), page.now_us())?;
    let held = Held::of(&page.uploads, whose);
    let watch = Arc::new(Watch::stopped_by(stop));
    let progress = way(&watch);
    page.uploads
        .tell(whose, |reading| reading.progress = progress);
    let event = membership.event(&format!("{IMPORTED} contacts"), &upload.name);
    let page = page.clone();
    let (ending, ended) = oneshot::channel();
    tokio::spawn(async move {
        let (report, result) = match open(&upload, form, Some(fields)).await {
            Ok(roll) => transfer::bring(&page.store, &cx, &roll, Mode::Write, &watch).await,
            Err(error) => (transfer::Report::default(), Err(error)),
        };
        let told = imported::people(&report, Mode::Write, &result);
        end(&page, whose, told, &result, event).await;
        drop((held, upload, ending));
    });
    Ok(ended)
}

/// Files an archive of mail. What was filed when it is stopped stays; the same file again goes on from there.
pub fn file(page: &Page, membership: &Membership, upload: Upload) -> Result<Ended> {
    let whose = (upload.account_id, upload.workspace_id);
    let stop = page
        .uploads
        .begin(whose, upload.name.clone(), page.now_us())?;
    let held = Held::of(&page.uploads, whose);
    let (progress, tell) = telling(Mode::Write);
    page.uploads
        .tell(whose, |reading| reading.progress = progress);
    let archive = archive(page, membership, stop);
    let event = membership.event(&format!("{IMPORTED} mail"), &upload.name);
    let page = page.clone();
    let (ending, ended) = oneshot::channel();
    on_deep_stack(async move {
        let source = Source::Open(upload.file.clone());
        let (report, result) = history::file(&archive, &source, tell).await;
        let told = imported::mail(&report, Mode::Write, &result);
        end(&page, whose, told, &result, event).await;
        drop((held, upload, ending));
    })?;
    Ok(ended)
}

/// Tells how an import ended: on the page, and in the log.
async fn end(page: &Page, whose: (i64, i64), told: Told, result: &Result<()>, event: PageEvent) {
    let how_far = match result {
        Ok(()) => "",
        Err(_) => "; not to its end",
    };
    let subject = format!("{}: {}{how_far}", event.subject, told.short);
    let ended = uploads::Ended {
        lines: told.lines,
        all: told.all,
        is_wrong: result.is_err(),
    };
    page.uploads.end(whose, ended, page.now_us());
    if let Err(error) = result {
        let cause = error.cause.as_ref().map(ToString::to_string);
        tracing::warn!(workspace_id = whose.1, error = %error, cause = cause.unwrap_or_default(), "an import ended before its end");
    }
    let noted = page.note(PageEvent { subject, ..event }).await;
    if let Err(error) = noted {
        tracing::error!(error = %error, "an import is not in the log");
    }
}

/// How far people are.
fn way(watch: &Arc<Watch>) -> Way {
    let watch = watch.clone();
    Arc::new(move || {
        (
            watch.percent(),
            format!("{} people are done", watch.people()),
        )
    })
}

/// How far mail is, and who tells it.
fn telling(mode: Mode) -> (Way, impl FnMut(Progress) + Send) {
    let last = Arc::new(Mutex::new(Progress::default()));
    let told = last.clone();
    let way = Arc::new(move || {
        let progress = *told.lock().unwrap_or_else(PoisonError::into_inner);
        let percent = (progress.done_bytes * 100).checked_div(progress.total_bytes);
        let said = imported::counts(&progress.counts, mode);
        (percent.unwrap_or_default().min(99), said)
    });
    let tell = move |progress| {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    };
    (way, tell)
}

fn archive(page: &Page, membership: &Membership, stop: CancellationToken) -> Archive {
    let whose = (
        membership.workspace.id,
        membership.signed_in.visitor.account.id,
    );
    let (domain, clock) = (&page.settings.mail_domain, page.clock.clone());
    Archive::of(&page.store, whose, domain, clock, stop)
}

/// Opens a file of people, with the columns as a form says; on a thread that may wait for the disk.
async fn open(upload: &Upload, form: Form, fields: Option<Fields>) -> Result<Roll> {
    let file = upload.file.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let mut roll = Roll::of_file(file, form)?;
        if let (Some(table), Some(fields)) = (&mut roll.table, &fields) {
            columns::choose_all(table, fields);
        }
        Ok::<_, Error>(roll)
    });
    let roll = opened
        .await
        .map_err(|e| Error::new(Kind::Corrupt, "the file cannot be read").because(e))??;
    Ok(roll)
}

/// Runs on a thread of its own: reading mail takes a deep stack.
fn on_deep_stack(work: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let runtime = tokio::runtime::Handle::current();
    let thread = std::thread::Builder::new()
        .name("archive".to_owned())
        .stack_size(STACK_BYTES);
    let begun = thread.spawn(move || runtime.block_on(work));
    begun
        .map(drop)
        .map_err(|e| Error::unavailable("the file could not be read; try again").because(e))
}
