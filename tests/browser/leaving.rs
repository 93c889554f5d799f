//! Taking everything along, and going: what was exported is brought back, and what was closed is opened again.

use crate::common::databases;
use crate::driver::{Scripts, Window};
use crate::journey::{accessible, sign_in};
use crate::site::{JON, MIA, Site};
use rapport::domain::sign_up::SignUp;

const PEOPLE: &str = "Name,Email\nCora Lane,cora@acme.example\nDan Moor,dan@acme.example\n";

/// Two people come in, the workspace goes out as a ZIP, and comes in beside itself.
async fn export_and_bring_back(window: &Window, site: &Site, scripts: Scripts) {
    window.go(&format!("{}/data", site.origin)).await;
    let sheet = window.file("people.csv", PEOPLE);
    window.fill("#file", &sheet).await;
    window.click("form[action='/data/import'] button").await;
    window.assert_says("What the columns are").await;
    window.click("button[value='go']").await;
    window.assert_says("2 contacts were made").await;
    window.go(&format!("{}/data", site.origin)).await;
    let zip = window
        .download("form[action='/data/export'] button", "acme-2026-11-10.zip")
        .await;
    window.click("a[href='/workspaces']").await;
    window.fill("#file", &zip).await;
    window
        .click("form[action='/workspaces/import'] button")
        .await;
    window.assert_at("/workspaces/import").await;
    // The page does not turn by itself: whoever waits asks again.
    crate::common::until("the ZIP is read", async || {
        window.go(&format!("{}/workspaces", site.origin)).await;
        window.text("main").await.contains("Contacts: 2,")
    })
    .await;
    window.assert_says("acme-2@crm.example").await;
    // Both are called so.
    window.assert_says("Acme (acme-2)").await;
    accessible(window, scripts, "workspaces-brought").await;
}

/// The workspace is closed and opened again; the one beside it is looked at, and deleted for good.
async fn close_and_open(window: &Window, site: &Site, scripts: Scripts) {
    window.go(&format!("{}/data", site.origin)).await;
    window.fill("#slug", "acm").await;
    window.click("form[action='/data/leave'] button").await;
    window.assert_says("Nothing was changed").await;
    window.fill("#slug", "acme").await;
    window.click("form[action='/data/leave'] button").await;
    window.assert_says("The workspace is closed").await;
    window.go(&format!("{}/data", site.origin)).await;
    window.assert_says("everything in it is deleted").await;
    accessible(window, scripts, "data-closed").await;
    window.click("form[action='/data/leave'] button").await;
    window.assert_says("The workspace stays").await;
    window.go(&format!("{}/workspaces", site.origin)).await;
    window
        .click("main form[action='/workspace/switch'] button")
        .await;
    window.assert_at("/you").await;
    window.go(&format!("{}/data", site.origin)).await;
    window.fill("#slug", "acme-2").await;
    window.choose("#what", "now").await;
    window.click("form[action='/data/leave'] button").await;
    window.assert_says("The workspace is gone").await;
    window.go(&format!("{}/workspaces", site.origin)).await;
    window.assert_says("(this one)").await;
    assert!(!window.text("main ul.rows").await.contains("acme-2@"));
}

#[tokio::test]
async fn a_workspace_goes_out_comes_in_closes_and_opens_in_a_browser() {
    for (width, scripts) in [(380, Scripts::Off), (1_280, Scripts::On)] {
        let place = databases().await.into_iter().next().unwrap();
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let Some(window) = Window::open(width, scripts).await else {
            return;
        };
        sign_in(&window, &site, MIA).await;
        export_and_bring_back(&window, &site, scripts).await;
        close_and_open(&window, &site, scripts).await;
    }
}

#[tokio::test]
async fn an_account_is_closed_and_kept_in_a_browser() {
    let place = databases().await.into_iter().next().unwrap();
    let site = Site::open(&place).await;
    for (width, scripts) in [(380, Scripts::On), (1_280, Scripts::Off)] {
        let Some(window) = Window::open(width, scripts).await else {
            return;
        };
        sign_in(&window, &site, JON).await;
        window.go(&format!("{}/account", site.origin)).await;
        window.fill("#email", JON).await;
        window.click("form[action='/account/leave'] button").await;
        window.assert_says("Your account is closed").await;
        // Wherever he goes, one page is left.
        window.go(&format!("{}/data", site.origin)).await;
        window.assert_at("/account").await;
        accessible(&window, scripts, "account-closed").await;
        window.click("form[action='/account/stay'] button").await;
        window.assert_says("Your account stays").await;
        window.go(&format!("{}/you", site.origin)).await;
        window.assert_at("/you").await;
    }
}
