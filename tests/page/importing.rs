//! Contacts and mail of before, through the page: looked at and taken in behind it, stopped, and gone on with.

use crate::common::{Place, databases, until};
use crate::site::{Answer, Browser, JON, MIA, Site};
use rapport::on;
use rapport::store::Tx;
use rapport::store::registry::Role;
use rapport::web::Settings;
use reqwest::StatusCode;
use std::time::Duration;

/// A page that waits for nothing: whatever takes time is shown by how far it is.
async fn hasty(place: &Place) -> Site {
    Site::open_with(place, |_| Settings {
        import_patience: Some(Duration::ZERO),
        ..Settings::default()
    })
    .await
}

async fn count(site: &Site, sql: &'static str) -> i64 {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

const CONTACTS: &str = "select count(*) from contact";
const INTERACTIONS: &str = "select count(*) from interaction";

/// Nobody else writes into the workspace as long as it is held.
async fn held(site: &Site) -> Tx {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    workspace.write().await.unwrap()
}

fn sheet(people: usize) -> String {
    let rows = (0..people).map(|n| format!("P{n} Q,p{n}@f{}.example\n", n % 50));
    format!("name,email\n{}", rows.collect::<String>())
}

fn mbox(mails: usize) -> String {
    let mails = (0..mails).map(|n| {
        format!(
            "From mia@studio.example Tue Nov 10 11:30:00 2026\nFrom: mia@studio.example\nTo: Ada <ada{n}@acme.example>\n\
             Message-ID: <old{n}@studio.example>\nDate: Tue, 10 Nov 2025 11:30:00 +0000\nSubject: Old\n\nHello Ada.\n\n"
        )
    });
    mails.collect()
}

/// What Mia writes is done.
async fn say(site: &Site, line: &str) {
    let id = line.len();
    let mail = format!(
        "From: mia@studio.example\nTo: log.m7a2x4@crm.example\nMessage-ID: <say{id}@studio.example>\n\
         Date: Tue, 10 Nov 2026 11:30:00 +0000\n\n{line}\n"
    );
    site.desk.spool(Some(MIA), &["log.m7a2x4"], &mail).await;
    site.desk.lanes.drain().await.unwrap();
}

/// Uploads a file, and waits until it was looked at; gives its token.
async fn looked(browser: &mut Browser, name: &str, bytes: &[u8]) -> (String, Answer) {
    browser.get("/data").await;
    let mut look = browser.upload("/data/import", name, bytes).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.body);
    let token = look.between("name=\"upload\" value=\"", "\"");
    let path = format!("/data/import/{token}");
    until("it is looked at", async || {
        if look.body.contains("<progress") {
            assert!(look.headers["refresh"].to_str().unwrap().contains(&path));
            look = browser.get(&path).await;
        }
        !look.body.contains("<progress")
    })
    .await;
    (token, look)
}

async fn go(browser: &mut Browser, token: &str) -> Answer {
    let fields = [("upload", token), ("what", "go")];
    browser.post("/data/import/columns", &fields).await
}

/// What is told at the end of an import.
async fn told(browser: &mut Browser) -> Answer {
    let mut page = browser.get("/data").await;
    until("the import ends", async || {
        page = browser.get("/data").await;
        !page.body.contains("<progress")
    })
    .await;
    page
}

#[tokio::test]
async fn people_are_taken_in_behind_the_page_and_it_tells_of_it() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let file = format!("{},no address\n", sheet(250));
        let (token, look) = looked(&mut mia, "people.csv", file.as_bytes()).await;
        look.assert_says("250 contacts would be made");
        assert_eq!(count(&site, CONTACTS).await, 0);
        // A look is its own, and the file too.
        let mut jon = site.signed_in(JON).await;
        let path = format!("/data/import/{token}");
        assert_eq!(jon.get(&path).await.status, StatusCode::BAD_REQUEST);
        let lock = held(&site).await;
        let answer = go(&mut mia, &token).await;
        answer.assert_says("people are done");
        answer.assert_says("How far is it now?");
        assert_eq!(answer.headers["refresh"], "3; url=/data/import");
        lock.commit().await.unwrap();
        let page = told(&mut mia).await;
        page.assert_says("Done: 250 contacts were made");
        page.assert_says("1 was skipped");
        page.assert_says("Line 252: ");
        assert_eq!(count(&site, CONTACTS).await, 250);
        let undo = format!("undo all #j{}", page.between("undo all #j", "&#34;"));
        say(&site, "new: Bob <bob@else.example>").await;
        say(&site, &undo).await;
        assert_eq!(count(&site, CONTACTS).await, 1);
    }
}

#[tokio::test]
async fn an_import_of_people_is_stopped_and_goes_on_where_it_was() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let file = sheet(300);
        let (token, _) = looked(&mut mia, "people.csv", file.as_bytes()).await;
        let lock = held(&site).await;
        go(&mut mia, &token).await;
        mia.post("/data/import/stop", &[]).await;
        lock.commit().await.unwrap();
        let page = told(&mut mia).await;
        page.assert_says("It ended before its end: it was stopped");
        page.assert_says("the same file again goes on from there");
        let there = count(&site, CONTACTS).await;
        assert!(there < 300, "{there}");
        let (token, _) = looked(&mut mia, "people.csv", file.as_bytes()).await;
        go(&mut mia, &token).await;
        let page = told(&mut mia).await;
        page.assert_says(&format!("Done: {} contacts were made", 300 - there));
        page.assert_says(&format!("{there} are known"));
        assert_eq!(count(&site, CONTACTS).await, 300);
    }
}

#[tokio::test]
async fn whoever_may_not_write_any_more_brings_nobody_in() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut jon = site.signed_in(JON).await;
        let (token, _) = looked(&mut jon, "people.csv", sheet(10).as_bytes()).await;
        let lock = held(&site).await;
        go(&mut jon, &token).await;
        let (id, account) = site.ids(JON).await;
        let registry = &site.desk.store.registry;
        registry.set_role(id, account, Role::Viewer).await.unwrap();
        lock.commit().await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        until("the import ends", async || {
            let log = mia.get("/log").await;
            log.body.contains("imported contacts")
        })
        .await;
        assert_eq!(count(&site, CONTACTS).await, 0, "{}", place.name);
    }
}

#[tokio::test]
async fn mail_is_looked_at_before_it_is_filed_and_what_is_passed_over_is_named() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let file = mbox(20) + &mbox(2);
        let (token, look) = looked(&mut mia, "old.mbox", file.as_bytes()).await;
        look.assert_says("20 would be filed");
        look.assert_says("2 here already");
        look.assert_says("20 contacts would be made");
        look.assert_says("mail 21, &#60;old0@studio.example&#62;: it is here already");
        assert_eq!(count(&site, CONTACTS).await, 0);
        assert_eq!(count(&site, INTERACTIONS).await, 0);
        go(&mut mia, &token).await;
        let page = told(&mut mia).await;
        page.assert_says("Done: 20 filed");
        page.assert_says("2 passed over: it is here already");
        assert_eq!(count(&site, INTERACTIONS).await, 20);
        let (_, look) = looked(&mut mia, "old.mbox", file.as_bytes()).await;
        look.assert_says("0 would be filed");
        look.assert_says("22 here already");
        look.assert_says("0 contacts would be made");
        let report = mia.get("/data/import/report").await;
        report.assert_says("mail 22, <old1@studio.example>: it is here already");
    }
}

#[tokio::test]
async fn an_archive_of_mail_is_stopped_and_goes_on_where_it_was() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let file = mbox(300);
        let (token, _) = looked(&mut mia, "old.mbox", file.as_bytes()).await;
        let lock = held(&site).await;
        go(&mut mia, &token).await.assert_says("<progress");
        mia.post("/data/import/stop", &[]).await;
        lock.commit().await.unwrap();
        told(&mut mia)
            .await
            .assert_says("It ended before its end: it was stopped");
        let there = count(&site, INTERACTIONS).await;
        assert!(there < 300, "{there}");
        let (token, _) = looked(&mut mia, "old.mbox", file.as_bytes()).await;
        go(&mut mia, &token).await;
        let page = told(&mut mia).await;
        page.assert_says(&format!("Done: {} filed", 300 - there));
        page.assert_says(&format!("{there} here already"));
        assert_eq!(count(&site, INTERACTIONS).await, 300);
    }
}

#[tokio::test]
async fn a_look_is_stopped_and_its_file_is_gone() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        looked(&mut mia, "before.csv", sheet(1).as_bytes()).await;
        let lock = held(&site).await;
        let look = mia
            .upload("/data/import", "people.csv", sheet(10).as_bytes())
            .await;
        look.assert_says("it is looked at");
        let token = look.between("name=\"upload\" value=\"", "\"");
        let stopped = mia.post("/data/import/stop", &[("upload", &token)]).await;
        assert_eq!(stopped.location(), "/data/import");
        let gone = mia.get(&format!("/data/import/{token}")).await;
        assert_eq!(gone.status, StatusCode::BAD_REQUEST);
        lock.commit().await.unwrap();
    }
}

#[tokio::test]
async fn what_came_of_a_long_import_is_told_for_an_hour_from_its_end() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let (token, _) = looked(&mut mia, "people.csv", sheet(10).as_bytes()).await;
        let lock = held(&site).await;
        go(&mut mia, &token).await;
        site.pass(2 * 3_600);
        lock.commit().await.unwrap();
        let done = "Done: 10 contacts were made";
        told(&mut mia).await.assert_says(done);
        site.pass(3_500);
        mia.get("/data").await.assert_says(done);
        site.pass(200);
        let page = mia.get("/data").await;
        assert!(!page.body.contains(done), "{}", place.name);
    }
}

#[tokio::test]
async fn a_further_file_is_looked_at_instead_of_the_one_before() {
    for place in databases().await {
        let site = hasty(&place).await;
        let mut mia = site.signed_in(MIA).await;
        looked(&mut mia, "before.csv", sheet(1).as_bytes()).await;
        site.pass(60);
        mia.get("/data").await;
        let lock = held(&site).await;
        let first = sheet(10);
        let look = mia.upload("/data/import", "a.csv", first.as_bytes()).await;
        look.assert_says("it is looked at");
        let token = look.between("name=\"upload\" value=\"", "\"");
        let path = format!("/data/import/{token}");
        let mut beside = site.visited_by(&mia);
        let second = sheet(20);
        let ended = async {
            until("the look before ends", async || {
                beside.get(&path).await.body.contains("another look began")
            })
            .await;
            lock.commit().await.unwrap();
        };
        let ((_, look), ()) = tokio::join!(looked(&mut mia, "b.csv", second.as_bytes()), ended);
        look.assert_says("20 contacts would be made");
        // And the one before again.
        let fields = [("upload", token.as_str()), ("what", "look")];
        let mut again = mia.post("/data/import/columns", &fields).await;
        until("it is looked at", async || {
            again = mia.get(&path).await;
            !again.body.contains("<progress")
        })
        .await;
        again.assert_says("10 contacts would be made");
    }
}

#[tokio::test]
async fn a_file_that_holds_nothing_says_so_and_cannot_be_taken_in() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        for (name, words) in [
            ("none.vcf", "The file holds nobody."),
            ("none.mbox", "The file holds no mail."),
        ] {
            let (_, look) = looked(&mut mia, name, b"nothing of the kind\n").await;
            look.assert_says(words);
            look.assert_says("value=\"go\" disabled");
        }
        let cards = "BEGIN:VCARD\rVERSION:3.0\rFN:Ada\rEND:VCARD\r";
        let (_, look) = looked(&mut mia, "old.vcf", cards.as_bytes()).await;
        look.assert_says("1 contact would be made");
    }
}
