//! `/privacy`: what this instance stores, where, for how long, and who else gets something of it; said from its configuration.

use super::Page;
use super::message::Refusal;
use super::view::{Frame, PrivacyView, show as shown};
use super::visitor::{Browser, SignedIn};
use crate::domain::backups::Backups;
use crate::domain::retention;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeMap;

/// What stays.
const WITHOUT_END: [(&str, &str); 3] = [
    (
        "that somebody was erased, or an account or a workspace deleted",
        "without end, so that a backup that is put back is erased of them again: numbers, the time, and keyed hashes of addresses",
    ),
    (
        "who gets no mail any more, since they asked for that or it came back",
        "until the workspace is deleted, as keyed hashes of the addresses",
    ),
    (
        "the program's own log, which the operator reads",
        "as long as the operator keeps it: what happened and when, by numbers, without mail addresses and without what was written",
    ),
];

/// What the page itself keeps, and for how long.
const KEPT: [(&str, &str); 6] = [
    (
        "letters that bring a link and a code",
        "worth something for 15 minutes, one to a further address for 24 hours",
    ),
    (
        "those letters themselves, and those that invite somebody",
        "a day after they went; where they did not go, five days more at most",
    ),
    (
        "the address of who asked for an account and did not come back",
        "15 minutes; a day longer a keyed hash of it and of the network, to count letters",
    ),
    (
        "an account that is to be deleted",
        "30 days, in which that can be taken back, or none; what its owner filed stays with the workspace, with name and address",
    ),
    ("invitations", "they stand for 7 days"),
    (
        "the cookie that knows your browser again",
        "90 days, in your browser",
    ),
];

/// All that goes after a time, and when; and what stays.
fn kept(backups: Backups) -> Vec<(&'static str, String)> {
    let usual = retention::table(&BTreeMap::new()).into_iter();
    let usual = usual.map(|row| {
        (
            row.what,
            format!(
                "{} days, where the workspace chose nothing else",
                row.current_days
            ),
        )
    });
    let own = KEPT.iter().map(|(what, long)| (*what, (*long).to_owned()));
    let accounts = retention::OF_ACCOUNTS.iter();
    let accounts = accounts.map(|row| (row.what, format!("{} days", row.days)));
    let ends = WITHOUT_END.iter();
    let ends = ends.map(|(what, long)| (*what, (*long).to_owned()));
    let backups = [("backups of all of this", backups.kept())];
    let kept = own.chain(accounts).chain(usual);
    kept.chain(backups).chain(ends).collect()
}

/// `GET /privacy`
pub async fn show(
    State(page): State<Page>,
    browser: Browser,
    signed_in: Result<SignedIn, Refusal>,
) -> Response {
    let frame = match &signed_in {
        Ok(signed_in) => Frame::for_member(&page, signed_in, "Privacy"),
        Err(_) => Frame::for_browser(&page, &browser, "Privacy"),
    };
    let processors = page.settings.processors.iter();
    shown(&PrivacyView {
        frame,
        host: page.place.hosts.first().cloned().unwrap_or_default(),
        database: page.settings.database.clone(),
        mail_domain: page.settings.mail_domain.clone(),
        is_secure: page.place.is_secure,
        founders: page.settings.sign_up.who(),
        processors: processors.map(|one| (one.name.clone(), one.what)).collect(),
        has_places: page.settings.places.is_some(),
        letters: page.settings.letters.clone(),
        kept: kept(page.store.backups),
    })
}
