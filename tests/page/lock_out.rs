//! Who asks for letters in another's name: they keep nobody out, and fill nobody's mailbox.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site, WayIn};
use rapport::ingest;
use reqwest::StatusCode;
use std::sync::Arc;

const NEW_LAPTOP: &str = "198.51.100.9";

/// Asks in Mia's name, from an address.
async fn asks(site: &Site, address: &str) {
    let mut attacker = site.browser();
    attacker.address = address.to_owned();
    attacker.get("/sign-in").await;
    let asked = attacker.post("/sign-in", &[("email", MIA)]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
}

/// How many letters Mia got when there are at least so many, and what was asked for before is done.
async fn letters(site: &Site, at_least: usize) -> usize {
    for _ in 0..2 {
        site.ask(&mut site.browser(), JON).await;
    }
    crate::common::until("the letters", async || {
        site.letters(MIA).await.len() >= at_least
    })
    .await;
    site.letters(MIA).await.len()
}

/// A browser that Mia never signed in with, somewhere else.
fn new_laptop(site: &Site) -> Browser {
    let mut laptop = site.browser();
    laptop.address = NEW_LAPTOP.to_owned();
    laptop
}

/// Opens a letter's link in a browser, and types its code.
async fn signs_in(browser: &mut Browser, letter: &WayIn) {
    browser.get(&letter.link).await.assert_says("The code");
    let signed = browser.post(&letter.link, &[("code", &letter.code)]).await;
    assert_eq!(signed.location(), "/you", "{}", signed.body);
}

#[tokio::test]
async fn one_network_has_its_share_and_the_owner_another() {
    for place in databases().await {
        let site = Site::open(&place).await;
        for (round, count) in [6, 12, 12].into_iter().enumerate() {
            for host in 1..=9 {
                asks(&site, &format!("203.0.113.{}", 10 * round + host)).await;
            }
            assert_eq!(letters(&site, count).await, count, "round {round}");
            site.pass(16 * 60);
        }
        let mut laptop = new_laptop(&site);
        let letter = site.ask(&mut laptop, MIA).await;
        // It has a code, so that the phone where it is read signs in too.
        signs_in(&mut site.browser(), &letter).await;
        let letter = site.ask(&mut laptop, MIA).await;
        laptop
            .get(&letter.link)
            .await
            .assert_says("Press the button");
        assert_eq!(laptop.post(&letter.link, &[]).await.location(), "/you");
        site.pass(86_400);
        asks(&site, "203.0.113.1").await;
        assert_eq!(letters(&site, 15).await, 15, "another day");
    }
}

#[tokio::test]
async fn many_networks_fill_no_mailbox_and_the_owner_writes_a_mail() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut own = site.signed_in(MIA).await;
        own.post("/sign-out", &[]).await;
        for network in 0..110 {
            asks(&site, &format!("100.64.{network}.1")).await;
            asks(&site, &format!("100.64.{network}.2")).await;
        }
        let count = letters(&site, 100).await;
        assert_eq!(count, 100, "of all networks in a day");
        let all = site.letters(MIA).await;
        // No code is missing; where there are many of them, they are longer. The letters are written side by side, in any order.
        let with_digits = |count: usize| {
            let codes = all.iter().map(|letter| letter.code.len());
            codes.filter(|digits| *digits == count).count()
        };
        assert_eq!((with_digits(6), with_digits(9)), (20, 80));

        // A browser that is known has its own share.
        let letter = site.ask(&mut own, MIA).await;
        assert_eq!(own.post(&letter.link, &[]).await.location(), "/you");
        // On a new laptop the page alone brings nothing now; what Mia herself writes does, and what another writes does not.
        let mut laptop = new_laptop(&site);
        laptop.get("/sign-in").await;
        laptop.post("/sign-in", &[("email", MIA)]).await;
        laptop
            .get("/sign-in/code")
            .await
            .assert_says("<kbd>sign in</kbd>");
        assert_eq!(letters(&site, 101).await, 101);
        let mail = "From: mia@studio.example\nTo: log.m7a2x4@crm.example\nSubject: N\nMessage-ID: <N@studio.example>\n\nsign in\n";
        let desk = mail_desk(&site);
        desk.spool(None, &["log.m7a2x4"], &mail.replace('N', "1"))
            .await;
        desk.file().await;
        site.time_passes().await;
        assert_eq!(site.letters(MIA).await.len(), 101, "not proven");
        for number in 2..12 {
            let mail = mail.replace('N', &number.to_string());
            desk.spool(Some(MIA), &["log.m7a2x4"], &mail).await;
            desk.file().await;
            site.time_passes().await;
        }
        let all = site.letters(MIA).await;
        assert_eq!(
            all.len(),
            101 + 6,
            "those that she writes herself are bounded, too"
        );
        signs_in(&mut laptop, &all[101]).await;
        let told = desk.outbox().await;
        let last = told.last().unwrap().message.text.clone();
        assert!(last.contains("look into your mail"), "{last}");
    }
}

/// Whoever files mail, and knows where the page is.
fn mail_desk(site: &Site) -> crate::common::workspace::Desk {
    let mut desk = site.desk.clone();
    desk.lanes.settings = Arc::new(ingest::Settings {
        page_origin: Some(site.origin.clone()),
        ..(*desk.lanes.settings).clone()
    });
    desk
}
