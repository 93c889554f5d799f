//! `/sending`: a relay of the workspace's own, and domains that it signs for, through the page.

use crate::common::lock::{HOST, Lock, NAME, PASSWORD};
use crate::common::world::{Mood, Step, World};
use crate::common::{Place, databases};
use crate::site::{Answer, Browser, JON, MIA, Site};
use rapport::delivery::{Gate, Patience, Private};
use rapport::mail::resolver::Resolver;
use rapport::on;
use rapport::store::registry::NewWorkspace;
use rapport::store::workspace::sending;
use rapport::web::Settings;
use reqwest::StatusCode;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

fn gate(zone: &str, lock: Option<&Lock>) -> Gate {
    let each = Duration::from_millis(4_000);
    Gate {
        resolver: Some(Arc::new(Resolver::zone(zone).unwrap())),
        host_name: "crm.example".to_owned(),
        patience: Patience {
            hello: each,
            command: each,
            message: each,
        },
        private: lock.map(|lock| Private {
            certificate: Some(lock.certificate.clone()),
        }),
    }
}

const DOMAIN: &str = "studio.example";
const INSIDE: &str = "relay.studio.example. A 127.0.0.1\n";

async fn house(place: &Place) -> (Site, World) {
    let lock = Lock::new(place.folder.path(), true);
    let site = Site::behind(place, gate(INSIDE, Some(&lock))).await;
    (site, World::locked(lock).await)
}

async fn set(browser: &mut Browser, host: &str, port: &str, name: &str, password: &str) -> Answer {
    let fields = [
        ("host", host),
        ("port", port),
        ("tls", "implicit"),
        ("name", name),
        ("password", password),
    ];
    browser.post("/sending/relay", &fields).await
}

/// All that an export holds, as text.
async fn exported(browser: &mut Browser) -> String {
    let bytes = browser.export().await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        all.push_str(file.name());
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

#[tokio::test]
async fn a_relay_is_set_tried_and_removed_and_its_password_is_seen_nowhere() {
    for place in databases().await {
        let (site, world) = house(&place).await;
        let port = world.address.port().to_string();
        let mut mia = site.signed_in(MIA).await;
        mia.get("/workspace").await.assert_says("href=\"/sending\"");
        let page = mia.get("/sending").await;
        page.assert_says("goes by the way of this instance");
        assert_eq!(page.body.matches("<h1>").count(), 1);
        let wrong = set(&mut mia, HOST, &port, NAME, "open barley").await;
        wrong.assert_says("goes by this relay now");
        let refused = mia.post("/sending/relay/trial", &[]).await;
        refused.assert_says("role=\"alert\"");
        refused.assert_says("did not take the letter: 535");
        let right = set(&mut mia, HOST, &port, NAME, PASSWORD).await;
        right.assert_says(HOST);
        let took = mia.post("/sending/relay/trial", &[]).await;
        took.assert_says("The relay took the letter for mia@studio.example");
        let mails = world.mails();
        assert_eq!(mails.len(), 1, "on {}", place.name);
        assert_eq!(mails[0].to, [MIA]);
        assert_eq!(mails[0].header("From"), "Acme <acme@crm.example>");
        assert!(mails[0].from.starts_with("b.") && mails[0].from.ends_with("@crm.example"));

        // Nothing typed: the same password stays, and goes to no other host.
        set(&mut mia, HOST, &port, NAME, "")
            .await
            .assert_says("goes by this relay now");
        mia.post("/sending/relay/trial", &[])
            .await
            .assert_says("took the letter");
        let elsewhere = set(&mut mia, "evil.example", &port, NAME, "").await;
        elsewhere.assert_says("type the password too");
        mia.get("/sending")
            .await
            .assert_says(&format!("<code>{HOST}</code>"));

        let log = mia.get("/log").await;
        log.assert_says("set a relay");
        log.assert_says("tried the relay");
        let exported = exported(&mut mia).await;
        let mut pages = String::new();
        for path in ["/sending", "/workspace", "/you", "/log", "/privacy"] {
            pages.push_str(&mia.get(path).await.body);
        }
        let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
        let row = sending::relay(&mut workspace.read().await.unwrap())
            .await
            .unwrap()
            .unwrap();
        for secret in [PASSWORD, "open barley", &row.sealed] {
            for (what, text) in [
                ("page", &pages),
                ("export", &exported),
                ("row", &row.sealed),
            ] {
                let is_itself = what == "row" && secret == row.sealed;
                assert!(
                    is_itself || !text.contains(secret),
                    "{secret} in the {what} on {}",
                    place.name
                );
            }
        }
        assert!(!exported.contains("data/relay.jsonl"), "on {}", place.name);
        mia.get("/sending").await;
        mia.post("/sending/relay/remove", &[])
            .await
            .assert_says("way of this instance again");
        mia.post("/sending/relay/trial", &[])
            .await
            .assert_says("no relay to try");
        let left: i64 = {
            let mut tx = workspace.read().await.unwrap();
            on!(&mut tx, c => sqlx::query_scalar("select count(*) from relay").fetch_one(c).await)
                .unwrap()
        };
        assert_eq!(left, 0);
    }
}

#[tokio::test]
async fn a_relay_that_hangs_or_raves_is_told_in_a_bounded_time_and_in_few_words() {
    for place in databases().await {
        let (site, world) = house(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/sending").await;
        let port = world.address.port().to_string();
        set(&mut mia, HOST, &port, NAME, PASSWORD).await;
        world.becomes(Step::Mail, Mood::Silent);
        let silent = mia.post("/sending/relay/trial", &[]).await;
        silent.assert_says("did not answer in time");
        world.becomes(
            Step::Mail,
            Mood::Says(550, "<script>alert(1)</script>\u{202e}\u{1b}[2J no"),
        );
        let raving = mia.post("/sending/relay/trial", &[]).await;
        assert!(!raving.body.contains("<script>alert"), "{}", raving.body);
        assert!(
            !raving.body.contains(['\u{202e}', '\u{1b}']),
            "{}",
            raving.body
        );
        let said = raving.between("did not take the letter: ", "</p>");
        assert!(said.contains("550") && said.len() < 600, "{said}");
    }
}

#[tokio::test]
async fn nobody_looks_inside_by_a_relay() {
    for place in databases().await {
        let lock = Lock::new(place.folder.path(), true);
        let inside = World::locked(lock).await;
        let site = Site::behind(&place, gate(INSIDE, None)).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/sending").await;
        for host in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "[::1]",
            "::1",
            "0x7f.1",
            "localhost",
        ] {
            let answer = set(&mut mia, host, "465", NAME, PASSWORD).await;
            let is_refused = answer.body.contains("role=\"alert\"");
            let tried = mia.post("/sending/relay/trial", &[]).await;
            let leads_nowhere = tried.body.contains("no public address");
            assert!(is_refused || leads_nowhere, "{host} on {}", place.name);
        }
        let port = inside.address.port().to_string();
        set(&mut mia, HOST, &port, NAME, PASSWORD)
            .await
            .assert_says("The port is one of");
        set(&mut mia, HOST, "2525", NAME, PASSWORD)
            .await
            .assert_says("goes by this relay now");
        let tried = mia.post("/sending/relay/trial", &[]).await;
        tried.assert_says("leads to no public address");
        assert_eq!(inside.connections(), 0);
    }
}

#[tokio::test]
async fn a_member_writes_from_their_own_address_once_their_domain_publishes_the_keys() {
    for place in databases().await {
        // A zone is said before there are keys: with them it is another page, on the same store.
        let site = Site::behind(&place, gate("", None)).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        let chosen = mia.post("/you", &[("from", MIA)]).await;
        chosen.assert_says("Your from is mia@studio.example now");
        chosen.assert_says("What you chose has no effect yet");
        let not_hers = mia.post("/you", &[("from", JON)]).await;
        not_hers.assert_says("no address that is proved to be yours");
        mia.get("/sending")
            .await
            .assert_says("<option value=\"studio.example\">");
        for domain in ["crm.example", "gmail.com", "northwind.example", ""] {
            let answer = mia.post("/sending/domain", &[("domain", domain)]).await;
            answer.assert_says("role=\"alert\"");
        }
        let made = mia.post("/sending/domain", &[("domain", DOMAIN)]).await;
        made.assert_says("studio.example: not signed yet");
        made.assert_says("_dmarc.studio.example");
        let mut zone = String::new();
        for part in made.body.split("<dt>TXT ").skip(1) {
            let (name, rest) = part.split_once("</dt>").unwrap();
            let value = rest
                .split_once("\">")
                .unwrap()
                .1
                .split_once("</code>")
                .unwrap()
                .0;
            let halves = value.split_at(value.len().min(200));
            zone.push_str(&format!("{name}. TXT \"{}\" \"{}\"\n", halves.0, halves.1));
        }
        assert_eq!(zone.lines().count(), 2, "{zone}");
        let checked = mia
            .post("/sending/domain/check", &[("domain", DOMAIN)])
            .await;
        checked.assert_says("not published as it should be");

        let settings = Settings {
            gate: gate(&zone, None),
            ..Settings::default()
        };
        let beside = site.again(settings).await;
        let mut there = beside.visited_by(&mia);
        there.get("/sending").await;
        let checked = there
            .post("/sending/domain/check", &[("domain", DOMAIN)])
            .await;
        checked.assert_says("studio.example: signed");
        assert_eq!(
            checked
                .body
                .matches("<p role=\"status\">published</p>")
                .count(),
            2
        );
        let you = there.get("/you").await;
        assert!(!you.body.contains("has no effect yet"), "on {}", place.name);
        // What another workspace has no keys for is not to be looked for, nor removed there.
        let registry = &site.desk.store.registry;
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: JON,
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (other, _) = registry.make_workspace(new, site.now_us()).await.unwrap();
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        jon.post("/workspace/switch", &[("id", &other.id.to_string())])
            .await;
        jon.get("/sending")
            .await
            .assert_says("<option value=\"studio.example\">");
        for path in ["/sending/domain/check", "/sending/domain/remove"] {
            let answer = jon.post(path, &[("domain", DOMAIN)]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let removed = there
            .post("/sending/domain/remove", &[("domain", DOMAIN)])
            .await;
        removed.assert_says("Nothing is signed for studio.example any more");
        there.get("/you").await.assert_says("has no effect yet");
    }
}
