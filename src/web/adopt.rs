//! A whole workspace from the ZIP of an export: uploaded by whoever may make a workspace, and read behind the page, which says how far
//! it is.

use super::Page;
use super::form::Filled;
use super::limits::Trying;
use super::message::Refusal;
use super::reading::AS_WORKSPACE;
use super::receiving::{Received, Sent};
use super::uploads::{Ended, Held};
use super::visitor::SignedIn;
use super::workspaces::demand_right;
use crate::domain::{Error, Result};
use crate::store::house::HOUSE;
use crate::store::registry::PageEvent;
use crate::transfer::{self, Adopted, Watch};
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// `POST /workspaces/import`
pub async fn upload(
    State(page): State<Page>,
    signed_in: SignedIn,
    sent: Sent,
) -> Result<Response, Refusal> {
    demand_right(&page)?;
    page.limits
        .demand(Trying::Letter, signed_in.visitor.address)?;
    // It is for no workspace that is there.
    let received = sent.receive(&page, &signed_in.visitor, |_| Ok(())).await?;
    let signed_in = signed_in.still(&page).await?;
    begin(&page, &signed_in, received)?;
    Ok(AS_WORKSPACE.redirect())
}

/// `GET /workspaces/import`
pub async fn progress(State(page): State<Page>, signed_in: SignedIn) -> Response {
    AS_WORKSPACE.show(&page, &signed_in, HOUSE)
}

/// `POST /workspaces/import/stop`
pub async fn stop(
    State(page): State<Page>,
    Filled(signed_in, _): Filled<SignedIn>,
) -> Result<Response, Refusal> {
    let whose = (signed_in.visitor.account.id, HOUSE);
    if let Some(reading) = page.uploads.reading(whose) {
        reading.stop.cancel();
    }
    Ok(AS_WORKSPACE.redirect())
}

/// Reads the ZIP behind the page. The file goes with it, whatever comes of it.
fn begin(page: &Page, signed_in: &SignedIn, received: Received) -> Result<()> {
    let Received { name, file, taken } = received;
    let failed =
        |e| Error::unavailable("the file cannot be read any more; upload it again").because(e);
    let file = file.try_clone().map_err(failed)?;
    let account = signed_in.visitor.account.clone();
    let whose = (account.id, HOUSE);
    let watch = Arc::new(Watch::stopped_by(page.uploads.begin(
        whose,
        name,
        page.now_us(),
    )?));
    let held = Held::of(&page.uploads, whose);
    let watched = watch.clone();
    page.uploads.tell(whose, |reading| {
        reading.progress = Arc::new(move || (watched.percent(), "read".to_owned()));
    });
    let (page, event) = (
        page.clone(),
        signed_in.visitor.event("brought the workspace", ""),
    );
    tokio::spawn(async move {
        let moment = (page.now_us(), page.random);
        let adopting = transfer::adopt(&page.store, file, &account, watch, moment);
        let ended = match Box::pin(adopting).await {
            Ok(adopted) => {
                let event = PageEvent {
                    workspace_id: adopted.imported.workspace_id,
                    subject: adopted.imported.slug.clone(),
                    ..event
                };
                if let Err(error) = page.note(event).await {
                    tracing::error!(error = %error, "that a workspace was brought is not in the log");
                }
                (told(&page, &adopted), false)
            }
            Err(error) => {
                let cause = error.cause.as_ref().map(ToString::to_string);
                tracing::warn!(account_id = account.id, error = %error, cause = cause.unwrap_or_default(), "a workspace was not brought");
                (format!("No workspace was made: {}.", error.message), true)
            }
        };
        let (words, is_wrong) = ended;
        let ended = Ended {
            lines: vec![words],
            is_wrong,
            ..Ended::default()
        };
        page.uploads.end(whose, ended, page.now_us());
        drop((held, taken));
    });
    Ok(())
}

/// What came of it, in sentences.
fn told(page: &Page, adopted: &Adopted) -> String {
    let rows = &adopted.imported.manifest.rows;
    let count = |table: &str| rows.get(table).copied().unwrap_or_default();
    let mut said = format!(
        "The workspace is made. Contacts: {}, interactions: {}. Its address is {}@{}. ",
        count("contact"),
        count("interaction"),
        adopted.imported.slug,
        page.settings.mail_domain
    );
    said.push_str(&format!(
        "Addresses of contacts that are as they were: {}; new: {}. ",
        adopted.addresses_kept, adopted.addresses_new
    ));
    said.push_str(match adopted.intakes_kept {
        0 => "Your intake address is a new one. ",
        _ => "Your intake address is as it was. ",
    });
    said.push_str(&format!(
        "Intake addresses that lead nowhere any more: {}. Members who are named and have no access: {}. ",
        adopted.intakes_dropped, adopted.former
    ));
    said.push_str(&format!(
        "Letters that waited and are not sent: {}. What was done before cannot be undone here.",
        adopted.imported.not_sent
    ));
    said
}
