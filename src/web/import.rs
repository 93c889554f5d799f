//! Contacts and mail of before, from a file: uploaded, looked at, and then taken in. Of a spreadsheet the columns are shown and may
//! be changed; an archive of mail is read behind the page, which says how far it is.

use super::Page;
use super::data;
use super::form::{Fields, Filled};
use super::message::Refusal;
use super::receiving::Sent;
use super::turns::Turn;
use super::uploads::{Upload, Uploads};
use super::view::{Choice, ColumnShown, Frame, ImportView, Notice, show as shown};
use super::visitor::Membership;
use crate::commands::execute::Incoming;
use crate::domain::{Error, Kind, Result, token};
use crate::ingest::history::{self, Archive, Progress, Source};
use crate::store::registry::{IMPORTED, Role};
use crate::transfer::mapping::Column;
use crate::transfer::{self, FILE_BYTES_MAX, Mode, Report, Table};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

/// The largest file that a browser hands in; larger ones go by `rapport import`.
pub const UPLOAD_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;
/// So long a file waits for its turn to be read.
const TURN_WAIT_MAX: Duration = Duration::from_secs(30);
/// Rows of a spreadsheet that are shown.
const SHOWN_ROWS: usize = 3;
/// Reasons that are shown.
const SHOWN_REASONS: usize = 20;
/// Columns that are shown.
const COLUMNS_MAX: usize = 150;
/// The stack of a thread that reads mail: as deep as a worker's.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What a column may hold: the word of the form, and what it is called.
const CHOICES: [(&str, &str); 13] = [
    ("skip", "nothing that is taken"),
    ("name", "name"),
    ("first", "first name"),
    ("middle", "middle name"),
    ("last", "last name"),
    ("email", "mail address"),
    ("phone", "phone"),
    ("company", "company"),
    ("title", "job title"),
    ("tags", "tags"),
    ("status", "status"),
    ("score", "score"),
    ("address", "postal address"),
];

/// `POST /data/import`: keeps the file, and shows what it is.
pub async fn upload(
    State(page): State<Page>,
    membership: Membership,
    sent: Sent,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    let visitor = &membership.signed_in.visitor;
    let account_id = visitor.account.id;
    let is_right = |drawn| membership.demand_drawn(drawn);
    let received = sent.receive(&page, visitor, is_right).await?;
    let membership = membership.still(&page).await?;
    membership.demand(Role::Member)?;
    let upload = Upload {
        account_id,
        workspace_id: membership.workspace.id,
        name: received.name,
        file: received.file,
        at: page.now_us(),
    };
    let token = token::token((page.random)());
    let read = Opened::of(&page, &upload).await?;
    if let File::Mail = read.file {
        read_archive(&page, &membership, upload)?;
        return Ok(Redirect::to("/data#import").into_response());
    }
    page.uploads.keep(token.clone(), upload.clone())?;
    look(&page, &membership, (&token, upload, read), None).await
}

/// What a file is.
enum File {
    People(People),
    Mail,
}

/// The people of a file, as far as it tells who they are.
enum People {
    Table(Table),
    Cards(Vec<(u64, Incoming)>),
}

/// A file that was read. It is its account's turn as long as it is held: the people of a file take a lot of memory.
struct Opened {
    file: File,
    _turn: Turn,
}

impl Opened {
    /// Reads a file on a thread of its own, when it is its turn.
    async fn of(page: &Page, upload: &Upload) -> Result<Opened, Refusal> {
        let turn = page
            .limits
            .reading
            .take(upload.account_id, TURN_WAIT_MAX)
            .await?;
        let upload = upload.clone();
        // Whoever goes away meanwhile has had their turn only when it is read.
        let read = tokio::task::spawn_blocking(move || {
            let file = kind(&upload)?;
            Ok::<_, Error>(Opened { file, _turn: turn })
        });
        let read = read.await;
        Ok(read.map_err(|e| Error::new(Kind::Corrupt, "the file cannot be read").because(e))??)
    }
}

fn kind(upload: &Upload) -> Result<File> {
    let failed =
        |e| Error::unavailable("the file cannot be read any more; upload it again").because(e);
    let mut file = &*upload.file;
    file.rewind().map_err(failed)?;
    let mut bytes = Vec::new();
    file.by_ref()
        .take(512)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Error::invalid(
            "that is a ZIP: a whole workspace comes in under Workspaces, or by `rapport import FILE.zip` at the server; contacts and mail are inside it as contacts.csv and mail.mbox",
        ));
    }
    if bytes.starts_with(b"From ") {
        return Ok(File::Mail);
    }
    if file.metadata().map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(Error::new(
            Kind::TooMuch,
            "the file is larger than 64 MiB; split it",
        ));
    }
    file.read_to_end(&mut bytes).map_err(failed)?;
    let begin = bytes.trim_ascii_start().get(..11).unwrap_or_default();
    let is_card = begin.eq_ignore_ascii_case(b"BEGIN:VCARD");
    Ok(File::People(
        match is_card || upload.name.to_lowercase().ends_with(".vcf") {
            true => People::Cards(transfer::people_of_cards(&bytes)?),
            false => People::Table(Table::read(&bytes)?),
        },
    ))
}

/// Shows what would come of a file, with the columns as they are chosen.
async fn look(
    page: &Page,
    membership: &Membership,
    (token, upload, read): (&str, Upload, Opened),
    fields: Option<&Fields>,
) -> Result<Response, Refusal> {
    let Chosen {
        people,
        columns,
        _turn,
    } = chosen(read, fields)?;
    let report = match &people {
        Ok(people) => {
            let cx = page.cx(membership).await?;
            Ok(transfer::bring(&page.store, &cx, people, Mode::DryRun).await?)
        }
        Err(error) => Err(error.message.clone()),
    };
    let can_go = report.is_ok();
    let told = match report {
        Ok(report) => told(&report, Mode::DryRun),
        Err(why) => vec![why],
    };
    Ok(shown(&ImportView {
        frame: Frame::for_member(page, &membership.signed_in, "Import"),
        upload: token.to_owned(),
        name: upload.name,
        columns,
        told,
        can_go,
    }))
}

/// The people of a file, and its columns as they are shown.
struct Chosen {
    people: Result<Vec<(u64, Incoming)>>,
    columns: Vec<ColumnShown>,
    _turn: Turn,
}

/// The file of a token, read again.
async fn found(
    page: &Page,
    membership: &Membership,
    token: &str,
) -> Result<(Upload, Opened), Refusal> {
    let account_id = membership.signed_in.visitor.account.id;
    let upload = page
        .uploads
        .get(token, (account_id, membership.workspace.id), page.now_us());
    let Some(upload) = upload else {
        return Err(Refusal::Invalid(
            "The file is not here any more. Upload it again.".to_owned(),
        ));
    };
    let read = Opened::of(page, &upload).await?;
    Ok((upload, read))
}

fn chosen(read: Opened, fields: Option<&Fields>) -> Result<Chosen, Refusal> {
    let (people, columns) = match read.file {
        File::People(People::Cards(people)) => (Ok(people), Vec::new()),
        File::People(People::Table(mut table)) => {
            if let Some(fields) = fields {
                for (at, column) in table.columns.iter_mut().enumerate() {
                    choose(
                        column,
                        fields.get(&format!("column{at}")),
                        table.header.get(at),
                    );
                }
            }
            let people = table.demand_people().map(|()| table.people());
            (people, columns(&table))
        }
        File::Mail => return Err(Refusal::Status(StatusCode::BAD_REQUEST)),
    };
    Ok(Chosen {
        people,
        columns,
        _turn: read._turn,
    })
}

/// Has a column hold what a form says; what says nothing leaves it as it was guessed.
fn choose(column: &mut Column, word: &str, header: Option<&String>) {
    *column = match word {
        "skip" => Column::Skip,
        "name" => Column::Name,
        "first" => Column::First,
        "middle" => Column::Middle,
        "last" => Column::Last,
        "email" => Column::Email,
        "phone" => Column::Phone,
        "company" => Column::Company,
        "title" => Column::Title,
        "tags" => Column::Tags,
        "status" => Column::Status,
        "score" => Column::Score,
        "address" => Column::Address,
        "field" => Column::Field(header.cloned().unwrap_or_default()),
        _ => return,
    };
}

fn word(column: &Column) -> &'static str {
    match column {
        Column::Skip => "skip",
        Column::Name => "name",
        Column::First => "first",
        Column::Middle => "middle",
        Column::Last => "last",
        Column::Email => "email",
        Column::Phone => "phone",
        Column::Company => "company",
        Column::Title => "title",
        Column::Tags => "tags",
        Column::Status => "status",
        Column::Score => "score",
        Column::Address => "address",
        Column::Fields => "fields",
        Column::Field(_) => "field",
    }
}

fn columns(table: &Table) -> Vec<ColumnShown> {
    let columns = table
        .header
        .iter()
        .zip(&table.columns)
        .enumerate()
        .take(COLUMNS_MAX);
    columns
        .map(|(at, (header, column))| {
            let cells = table.rows.iter().take(SHOWN_ROWS);
            let chosen = word(column);
            let mut choices: Vec<Choice> = super::you::choices(&CHOICES, chosen);
            choices.push(Choice {
                value: "field".to_owned(),
                label: format!("a field \"{header}\""),
                is_chosen: chosen == "field",
            });
            if chosen == "fields" {
                choices.push(Choice {
                    value: "fields".to_owned(),
                    label: "fields of our own export".to_owned(),
                    is_chosen: true,
                });
            }
            ColumnShown {
                at,
                header: header.clone(),
                cells: cells
                    .filter_map(|(_, row)| row.get(at).cloned())
                    .filter(|cell| !cell.is_empty())
                    .collect(),
                choices,
            }
        })
        .collect()
}

/// `POST /data/import/columns`: looks again with other columns, or takes the people in.
pub async fn bring(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Member)?;
    let token = fields.get("upload").to_owned();
    let (upload, read) = found(&page, &membership, &token).await?;
    if fields.get("what") != "go" {
        return look(&page, &membership, (&token, upload, read), Some(&fields)).await;
    }
    let chosen = chosen(read, Some(&fields))?;
    let cx = page.cx(&membership).await?;
    let report = transfer::bring(&page.store, &cx, &chosen.people?, Mode::Write).await?;
    page.note_commands(&membership, &cx).await?;
    page.uploads.forget(&token);
    page.note(membership.event(IMPORTED, &upload.name)).await?;
    let mut notice = Notice::done("");
    notice.lines = told(&report, Mode::Write);
    data::show_with(&page, &membership, Some(notice)).await
}

/// What came of it, in sentences.
fn told(report: &Report, mode: Mode) -> Vec<String> {
    let verb = match mode {
        Mode::Write => "were",
        Mode::DryRun => "would be",
    };
    let mut lines = vec![format!(
        "{} contacts {verb} made, {} {verb} completed, {} are known with all of it, {} {verb} skipped.",
        report.made, report.completed, report.known, report.skipped
    )];
    let reasons = report
        .reasons
        .iter()
        .chain(&report.left_out)
        .take(SHOWN_REASONS);
    lines.extend(reasons.map(|(line, why)| format!("Line {line}: {why}")));
    let more = (report.reasons.len() + report.left_out.len()).saturating_sub(SHOWN_REASONS);
    if more > 0 {
        lines.push(format!("And {more} more of such lines."));
    }
    if mode == Mode::Write && !report.batches.is_empty() {
        lines.push("To take it back, write \"undo\".".to_owned());
    }
    lines
}

/// `POST /data/import/stop`
pub async fn stop(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    let whose = (
        membership.signed_in.visitor.account.id,
        membership.workspace.id,
    );
    if let Some(reading) = page.uploads.reading(whose) {
        reading.stop.cancel();
    }
    Ok(Redirect::to("/data#import").into_response())
}

/// Reads an archive behind the page. What was filed when it is stopped stays; the same file again goes on from there.
fn read_archive(page: &Page, membership: &Membership, upload: Upload) -> Result<()> {
    let account_id = membership.signed_in.visitor.account.id;
    let whose = (account_id, membership.workspace.id);
    let stop = page
        .uploads
        .begin(whose, upload.name.clone(), page.now_us())?;
    let archive = Archive {
        store: page.store.clone(),
        workspace_id: membership.workspace.id,
        member_id: account_id,
        mail_domain: page.settings.mail_domain.clone(),
        clock: page.clock.clone(),
        random: rand::random,
    };
    let uploads = page.uploads.clone();
    let runtime = tokio::runtime::Handle::current();
    let reading = move || {
        let ended = runtime.block_on(async {
            tokio::select! {
                ended = read(&archive, &upload, &uploads, whose) => ended,
                () = stop.cancelled() => ("Stopped. What was filed stays; the same file again goes on from there.".to_owned(), false),
            }
        });
        uploads.tell(whose, |reading| reading.ended = Some(ended));
    };
    let thread = std::thread::Builder::new()
        .name("archive".to_owned())
        .stack_size(STACK_BYTES);
    let begun = thread.spawn(reading);
    begun
        .map(drop)
        .map_err(|e| Error::unavailable("the archive could not be read; try again").because(e))
}

/// How far an archive is, in percent and in words.
fn far(progress: Progress) -> (u64, String) {
    let counts = progress.counts;
    let percent = (progress.done_bytes * 100).checked_div(progress.total_bytes);
    let said = format!(
        "{} filed, {} whose nobody knows, {} put aside, {} here already, {} not to be read",
        counts.filed, counts.unfiled, counts.aside, counts.duplicates, counts.unreadable
    );
    (percent.unwrap_or_default(), said)
}

async fn read(
    archive: &Archive,
    upload: &Upload,
    uploads: &Arc<Uploads>,
    whose: (i64, i64),
) -> (String, bool) {
    let filed = async {
        let source = Source::Open(upload.file.clone());
        history::file(archive, &source, |progress| {
            let told: Arc<dyn Fn() -> (u64, String) + Send + Sync> =
                Arc::new(move || far(progress));
            uploads.tell(whose, |reading| reading.progress = told);
        })
        .await
    };
    match filed.await {
        Ok(counts) => (
            format!(
                "Done: {} filed, {} whose nobody knows, {} put aside, {} here already, {} not to be read.",
                counts.filed, counts.unfiled, counts.aside, counts.duplicates, counts.unreadable
            ),
            false,
        ),
        Err(error) => {
            tracing::error!(error = %error, "an archive broke off");
            (
                format!(
                    "It broke off: {} The same file again goes on from there.",
                    error.message
                ),
                true,
            )
        }
    }
}
