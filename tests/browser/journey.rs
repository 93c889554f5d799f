//! The whole journey of somebody who lives in their mail and opens the page twice a year.

use crate::common::databases;
use crate::driver::{Scripts, Window};
use crate::site::{JON, MIA, Site};
use rapport::domain::sign_up::SignUp;
use totp_rs::{Builder, Secret};

/// Asks for a letter that signs in.
async fn ask(window: &Window, site: &Site, email: &str) -> crate::site::WayIn {
    let before = site.letters(email).await.len();
    window.go(&format!("{}/sign-in", site.origin)).await;
    window.fill("#email", email).await;
    window.click("main button").await;
    window.assert_at("/sign-in/code").await;
    site.letter(email, before).await
}

/// By the code of a letter.
pub async fn sign_in(window: &Window, site: &Site, email: &str) {
    let letter = ask(window, site, email).await;
    window.fill("#code", &letter.code).await;
    window.click("main button").await;
    window.assert_at("/you").await;
}

pub async fn accessible(window: &Window, scripts: Scripts, what: &str) {
    match scripts {
        Scripts::On => window.assert_accessible(what).await,
        Scripts::Off => window.picture(what).await,
    }
}

/// A further address is asked for, and its code; then it is not wanted any more.
async fn further(window: &Window, site: &Site, scripts: Scripts, width: u32) {
    let address = format!("mia{width}{scripts:?}@home.example").to_lowercase();
    window.fill("#further", &address).await;
    window.click("form[action='/you/address'] button").await;
    window.assert_says("a letter with a link and a code").await;
    // It is written behind the answer's back.
    site.letter(&address, 0).await;
    window.go(&format!("{}/you", site.origin)).await;
    window.assert_says(&address).await;
    accessible(window, scripts, "you-asked").await;
    window
        .click("form[action='/you/address/cancel'] button")
        .await;
    window.assert_says("is worth nothing any more").await;
}

async fn journey(site: &Site, width: u32, scripts: Scripts) {
    let Some(window) = Window::open(width, scripts).await else {
        return;
    };
    window.go(&format!("{}/sign-in", site.origin)).await;
    accessible(&window, scripts, "sign-in").await;
    // By the code.
    let letter = ask(&window, site, MIA).await;
    accessible(&window, scripts, "code").await;
    window.fill("#code", "999999x").await;
    window.click("main button").await;
    window.assert_says("That is not the code").await;
    window.fill("#code", &letter.code).await;
    window.click("main button").await;
    window.assert_at("/you").await;
    // Settings.
    accessible(&window, scripts, "you").await;
    window.fill("#name", "Mia Moe").await;
    window.fill("#zone", "Europe/Helsinki").await;
    window.fill("#hold", "90").await;
    window.click("main > form button").await;
    window.assert_says("Europe/Helsinki").await;
    accessible(&window, scripts, "you-saved").await;
    further(&window, site, scripts, width).await;
    // The team.
    window.click("a[href='/team']").await;
    window
        .fill(
            "#email",
            &format!("kim{width}{scripts:?}@studio.example").to_lowercase(),
        )
        .await;
    window.click("form[action='/team/invite'] button").await;
    window.assert_says("is invited as member").await;
    accessible(&window, scripts, "team").await;
    // The second factor.
    window.click("a[href='/security']").await;
    accessible(&window, scripts, "security").await;
    window.click("form[action='/security/factor'] button").await;
    let secret = window.text("img.qr + p code").await.replace(' ', "");
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    accessible(&window, scripts, "factor").await;
    let code = |site: &Site| {
        totp.generate(u64::try_from(site.now_us() / 1_000_000).unwrap())
            .to_string()
    };
    window.fill("#first-code", &code(site)).await;
    window
        .click("form[action='/security/factor/confirm'] button")
        .await;
    window.assert_says("counts from now on").await;
    accessible(&window, scripts, "recovery").await;
    window.fill("#label", "Thunderbird").await;
    window
        .click("form[action='/security/password'] button")
        .await;
    window.assert_says("shown only now").await;
    // Out, and in by the link with the factor; the button is pressed from the keyboard.
    window.click("form[action='/sign-out'] button").await;
    window.assert_at("/sign-in").await;
    let letter = ask(&window, site, MIA).await;
    window.go(&format!("{}{}", site.origin, letter.link)).await;
    accessible(&window, scripts, "link").await;
    window.click("main button").await;
    window.assert_at("/sign-in/factor").await;
    accessible(&window, scripts, "factor-asked").await;
    site.pass(30);
    window.fill("#code", &code(site)).await;
    window.keys("\u{e007}").await;
    window.assert_at("/you").await;
    window.click("a[href='/workspace']").await;
    accessible(&window, scripts, "workspace").await;
    window.click("a[href='/connections']").await;
    window.fill("#url", "https://127.0.0.1/v1").await;
    window.click("form[action='/connections/ai'] button").await;
    window.assert_says("has to be at a public address").await;
    accessible(&window, scripts, "connections").await;
    for (path, what) in [
        ("/billing", "billing"),
        ("/sending", "sending"),
        ("/workspaces", "workspaces"),
        ("/account", "account"),
    ] {
        window.go(&format!("{}{path}", site.origin)).await;
        window.assert_at(path).await;
        accessible(&window, scripts, what).await;
    }
    window.click("a[href='/log']").await;
    window.assert_says("set up a second factor").await;
    accessible(&window, scripts, "log").await;
    window.click("a[href='/data']").await;
    accessible(&window, scripts, "data").await;
    let sheet = window.file(
        "people.csv",
        "Name,Email,Shoe size\nCora Lane,cora@acme.example,41\n",
    );
    window.fill("#file", &sheet).await;
    window.click("form[action='/data/import'] button").await;
    window.assert_says("What the columns are").await;
    accessible(&window, scripts, "import").await;
    window.click("button[value='go']").await;
    // Made in the first window, known in the next.
    window.assert_says("0 were skipped").await;
    window.click("footer a").await;
    window.assert_says("For how long").await;
    accessible(&window, scripts, "privacy").await;
    window.go(&format!("{}/nowhere", site.origin)).await;
    accessible(&window, scripts, "nowhere").await;
    // The factor goes, so that the next window begins as this one did.
    site.pass(30);
    window.go(&format!("{}/security", site.origin)).await;
    window.fill("#last-code", &code(site)).await;
    window
        .click("form[action='/security/factor/remove'] button")
        .await;
    window.assert_says("is removed").await;
}

#[tokio::test]
async fn the_journey_holds_at_a_phone_s_width_and_a_desk_s_with_scripts_and_without() {
    // What differs between the databases is tested without a browser.
    let place = databases().await.into_iter().next().unwrap();
    let site = Site::where_sign_up_is(&place, SignUp::Members).await;
    for width in [380, 1_280] {
        for scripts in [Scripts::On, Scripts::Off] {
            // New browsers get six letters in a quarter of an hour.
            site.pass(16 * 60);
            journey(&site, width, scripts).await;
        }
    }
}

#[tokio::test]
async fn who_is_invited_joins_in_a_browser() {
    let place = databases().await.into_iter().next().unwrap();
    let site = Site::open(&place).await;
    let Some(window) = Window::open(380, Scripts::On).await else {
        return;
    };
    sign_in(&window, &site, MIA).await;
    window.go(&format!("{}/team", site.origin)).await;
    window.fill("#email", "kim@studio.example").await;
    window.click("form[action='/team/invite'] button").await;
    let letter = site.letter("kim@studio.example", 0).await;
    let Some(kim) = Window::open(380, Scripts::On).await else {
        return;
    };
    kim.go(&format!("{}{}", site.origin, letter.link)).await;
    kim.assert_accessible("invited").await;
    kim.fill("#code", &letter.code).await;
    kim.click("main button").await;
    kim.assert_at("/you").await;
    kim.assert_says("kim@studio.example").await;
    // Jon is taken out; it takes two clicks.
    window.go(&format!("{}/team", site.origin)).await;
    window
        .click("details:has(form[action='/team/remove']) summary")
        .await;
    window.click("form[action='/team/remove'] button").await;
    window.assert_says(JON).await;
    window
        .assert_says("does not belong to the workspace any more")
        .await;
}
