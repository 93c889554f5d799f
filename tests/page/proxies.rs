//! Who visits through proxies: the log, the list of sessions and the limits believe those alone that the operator names.

use crate::common::databases;
use crate::site::{MIA, Site};
use rapport::config::networks;
use rapport::web::Settings;
use reqwest::StatusCode;
use std::io::Write;
use std::net::{IpAddr, UdpSocket};

/// Where visitors are, and what is forged.
const VISITORS: &str = "203.0.113.";
const FORGED: &str = "198.51.100.";
/// Guesses that one address has at once, and some more.
const GUESSES: u32 = 60;

/// An address of this machine at which it is no loopback to itself; none where it has no network.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: it is asked which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}

fn believing(networks_named: &[String]) -> Settings {
    Settings {
        trusted_proxies: networks(networks_named).unwrap(),
        ..Settings::default()
    }
}

/// How many of many guesses are slowed down; each says another X-Forwarded-For.
async fn slowed_down(site: &Site, said: impl Fn(u32) -> String) -> u32 {
    let mut browser = site.browser();
    let mut count = 0;
    for number in 0..GUESSES {
        browser.address = said(number);
        let answer = browser.get(&format!("/sign-in/link/guess{number}")).await;
        count += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    count
}

/// Whoever signs in with this X-Forwarded-For is in the list of sessions and in the log with an address, and nowhere with a forged one.
async fn is_seen(site: &Site, said: &str, expected: &str) {
    let mut mia = site.browser();
    said.clone_into(&mut mia.address);
    site.sign_in(&mut mia, MIA).await;
    mia.get("/security").await;
    mia.post("/security/password", &[("label", "laptop")]).await;
    let (_, account_id) = site.ids(MIA).await;
    let registry = &site.desk.store.registry;
    let sessions = registry.sessions(account_id, site.now_us()).await.unwrap();
    assert_eq!(sessions[0].address, expected, "{said}");
    for path in ["/security", "/log"] {
        let page = mia.get(path).await;
        page.assert_says(expected);
        assert!(!page.body.contains(FORGED), "{path} {said}: {}", page.body);
    }
    // An account gets some letters in an hour.
    site.pass(3_601);
}

#[tokio::test]
async fn a_proxy_of_this_machine_names_the_visitor_by_its_last_word() {
    for place in databases().await {
        let site = Site::open(&place).await;
        is_seen(&site, "203.0.113.1", "203.0.113.1").await;
        is_seen(&site, "198.51.100.1, 203.0.113.2", "203.0.113.2").await;
        let chain = "198.51.100.1, 203.0.113.3, 127.0.0.1";
        is_seen(&site, chain, "203.0.113.3").await;
        // A visitor who writes names before their own is slowed down as they are; others behind the same proxy are not.
        let one = |number| format!("{FORGED}{number}, {VISITORS}9");
        let slowed = slowed_down(&site, one).await;
        assert!(slowed >= 10, "{slowed} on {}", place.name);
        let each = |number| format!("{FORGED}1, {VISITORS}{}", 100 + number);
        assert_eq!(slowed_down(&site, each).await, 0);
    }
}

#[tokio::test]
async fn a_proxy_elsewhere_is_believed_where_it_is_named_and_nobody_else_is() {
    let Some(own) = own_address() else {
        let _ = writeln!(
            std::io::stderr(),
            "no network here: proxies elsewhere were not tried"
        );
        return;
    };
    for place in databases().await {
        let site = Site::open(&place).await;
        let own_text = own.to_string();
        let named = site.at(own, believing(&[format!("{own}/32")])).await;
        is_seen(&named, "203.0.113.1", "203.0.113.1").await;
        is_seen(&named, "198.51.100.1, 203.0.113.2", "203.0.113.2").await;
        let chain = format!("198.51.100.1, 203.0.113.3, {own}");
        is_seen(&named, &chain, "203.0.113.3").await;
        let each = |number| format!("{FORGED}1, {VISITORS}{}", 100 + number);
        assert_eq!(slowed_down(&named, each).await, 0);

        for settings in [believing(&[]), believing(&["10.0.0.0/8".to_owned()])] {
            let other = site.at(own, settings).await;
            is_seen(&other, "198.51.100.1", &own_text).await;
            is_seen(&other, "127.0.0.1, 198.51.100.1", &own_text).await;
            let slowed = slowed_down(&other, |number| format!("{FORGED}{number}")).await;
            assert!(slowed >= 10, "{slowed} on {}", place.name);
        }
    }
}
