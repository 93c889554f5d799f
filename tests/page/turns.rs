//! What one member may take of the instance: uploads and exports, how many and how slowly.

use crate::common::{databases, until};
use crate::site::{Answer, Browser, JON, MIA, Site};
use rapport::store::registry::Role;
use rapport::store::workspace::raw::{RawRow, insert_many};
use rapport::web::Settings;
use reqwest::StatusCode;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GIBIBYTE: usize = 1 << 30;

fn field(name: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"")
}

/// The form's token, and the beginning of a file.
fn begun(browser: &Browser) -> String {
    let file = "; filename=\"a.csv\"\r\n\r\nName,Email\nEve,eve";
    format!(
        "{}\r\n\r\n{}\r\n{}{file}",
        field("form"),
        browser.form,
        field("file")
    )
}

/// Begins a request whose body would be so long, and sends the beginning of it.
async fn begin(site: &Site, browser: &Browser, head: &str, bytes: usize, body: &str) -> TcpStream {
    let host = site.origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {head}\r\nHost: {host}\r\nCookie: rapport-session={}\r\nContent-Length: {bytes}\r\n\r\n",
        browser.cookies["rapport-session"]
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // It may be answered, and closed, before all of it is sent.
    let _ = stream.write_all(body.as_bytes()).await;
    stream
}

const UPLOAD: &str = "/data/import HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x";

const EXPORT: &str = "/data/export HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";

async fn status(mut stream: TcpStream) -> String {
    let mut said = vec![0; 12];
    let answered = stream.read_exact(&mut said);
    let answered = tokio::time::timeout(Duration::from_secs(20), answered).await;
    answered.expect("it is answered at once").unwrap();
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn what_comes_before_a_file_is_small() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            import_patience: Some(Duration::from_secs(60)),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let many = "x".repeat(100_000);
        for (body, wanted) in [
            // A token that never ends.
            (format!("{}\r\n\r\n{many}", field("form")), "403"),
            // A head that never ends, before the token and behind it.
            (format!("{}\r\nX-Long: {many}", field("form")), "400"),
            (
                format!(
                    "{}\r\n\r\n{}\r\n{}{many}",
                    field("form"),
                    mia.form,
                    field("file")
                ),
                "400",
            ),
            // No part ever begins.
            (many.clone(), "400"),
        ] {
            let stream = begin(&site, &mia, UPLOAD, GIBIBYTE, &body).await;
            assert_eq!(status(stream).await, format!("HTTP/1.1 {wanted}"));
        }
        // What comes after is not.
        let note = "x".repeat(500);
        let rows: String = (0..400).map(|n| format!("note {n},,{note}\n")).collect();
        let file = format!("name,email,note\nEve,eve@x.example,\n{rows}");
        assert!(file.len() > 200_000);
        let look = mia.upload("/data/import", "a.csv", file.as_bytes()).await;
        look.assert_says("401 contacts would be made");
    }
}

/// How many open files have no name any more and were in a folder.
fn nameless(folder: &Path) -> usize {
    let files = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    targets.filter(|target| target.starts_with(folder)).count()
}

async fn columns(browser: &mut Browser, look: &Answer) -> StatusCode {
    let upload = look.between("name=\"upload\" value=\"", "\"");
    let fields = [("upload", upload.as_str()), ("what", "look")];
    browser.post("/data/import/columns", &fields).await.status
}

#[tokio::test]
async fn a_file_that_waits_has_no_name_and_is_one_of_two_for_an_hour() {
    for place in databases().await {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::open_with(&place, |_| Settings {
            scratch: Some(folder.path().to_owned()),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        mia.get("/data").await;
        jon.get("/data").await;
        let file = b"name,email\nEve,eve@x.example\n";
        let of_jon = jon.upload("/data/import", "a.csv", file).await;
        let mut looks = Vec::new();
        for _ in 0..3 {
            looks.push(mia.upload("/data/import", "a.csv", file).await);
            site.pass(60);
        }
        assert_eq!(columns(&mut mia, &looks[0]).await, StatusCode::BAD_REQUEST);
        for look in &looks[1..] {
            assert_eq!(columns(&mut mia, look).await, StatusCode::OK);
        }
        assert_eq!(columns(&mut jon, &of_jon).await, StatusCode::OK);
        assert_eq!(nameless(folder.path()), 3, "{}", place.name);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        // Nobody uploads any more.
        site.pass(3_600);
        mia.get("/data").await;
        assert_eq!(nameless(folder.path()), 0, "{}", place.name);
    }
}

#[tokio::test]
async fn two_files_of_one_account_come_in_at_a_time() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        mia.get("/data").await;
        jon.get("/data").await;
        let file = b"name,email\nEve,eve@x.example\n";
        // Of three, one is answered at once, whichever comes last.
        let mut three = Vec::new();
        for _ in 0..3 {
            let slow = begin(&site, &mia, UPLOAD, GIBIBYTE, &begun(&mia)).await;
            three.push(Box::pin(status(slow)));
        }
        let (refused, _, slow) = futures_util::future::select_all(three).await;
        assert_eq!(refused, "HTTP/1.1 429");
        let form = mia.form.clone();
        let answer = mia.upload("/data/import", "a.csv", file).await;
        answer.assert_says("Other files are coming in");
        let of_jon = jon.upload("/data/import", "a.csv", file).await;
        assert_eq!(of_jon.status, StatusCode::OK);
        drop(slow);
        until("both are given up", async || {
            mia.form.clone_from(&form);
            mia.upload("/data/import", "a.csv", file).await.status == StatusCode::OK
        })
        .await;
    }
}

/// So much mail that it does not all wait between here and a reader.
async fn fill(site: &Site) {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    for id in 1..=5 {
        let mut bytes = Vec::new();
        while bytes.len() < 3_000_000 {
            bytes.extend_from_slice(&rand::random::<[u8; 1024]>());
        }
        let row = RawRow {
            id: 1_000 + id,
            digest: format!("{id:064}"),
            size_bytes: i64::try_from(bytes.len()).unwrap(),
            zstd: zstd::bulk::compress(&bytes, 1).unwrap(),
        };
        let mut tx = workspace.write().await.unwrap();
        insert_many(&mut tx, &[row]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_workspace_is_exported_once_at_a_time_and_not_for_whoever_does_not_read() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let (id, _) = site.ids(MIA).await;
        let id = id.to_string();
        let body = format!("form={}&workspace={id}", mia.form);
        let slow = begin(&site, &mia, EXPORT, body.len(), &body).await;
        let asked = [("workspace", id.as_str())];
        // The slow one has its turn when its answer begins.
        slow.readable().await.unwrap();
        let refused = mia.post("/data/export", &asked).await;
        assert_eq!(
            refused.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{}",
            place.name
        );
        refused.assert_says("An export is on its way already");
        drop(slow);
        mia.get("/data").await;
        let form = mia.form.clone();
        // At another page of the instance nobody waits long for who reads nothing.
        let hasty = site
            .again(Settings {
                export_patience: Some(Duration::from_millis(200)),
                ..Settings::default()
            })
            .await;
        let mut there = hasty.visited_by(&mia);
        there.form.clone_from(&form);
        let slow = begin(&hasty, &there, EXPORT, body.len(), &body).await;
        slow.readable().await.unwrap();
        let other = format!("form={form}&workspace={id}");
        until("the slow reader is given up", async || {
            let mut stream = begin(&hasty, &there, EXPORT, other.len(), &other).await;
            let mut said = vec![0; 12];
            stream.read_exact(&mut said).await.unwrap();
            said == b"HTTP/1.1 200"
        })
        .await;
        drop(slow);
    }
}

/// All that is still said to a slow reader; whether it was all of the answer.
async fn is_whole(mut slow: TcpStream) -> bool {
    let mut said = Vec::new();
    // A connection that breaks off may say so.
    let _ = slow.read_to_end(&mut said).await;
    said.ends_with(b"\r\n0\r\n\r\n")
}

#[tokio::test]
async fn an_export_ends_where_its_workspace_is_deleted_and_nobody_waits_for_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let (id, _) = site.ids(MIA).await;
        let body = format!("form={}&workspace={id}", mia.form);
        let slow = begin(&site, &mia, EXPORT, body.len(), &body).await;
        slow.readable().await.unwrap();
        let now = [("slug", "acme"), ("what", "now")];
        let deleting = mia.post("/data/leave", &now);
        let deleted = tokio::time::timeout(Duration::from_secs(20), deleting).await;
        let deleted = deleted.expect("nobody waits for a reader");
        deleted.assert_says("The workspace is gone");
        assert!(!is_whole(slow).await, "{}", place.name);
    }
}

#[tokio::test]
async fn an_export_ends_where_whoever_asked_for_it_is_no_admin_any_more() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        registry.set_role(id, jon_id, Role::Admin).await.unwrap();
        let mut jon = site.signed_in(JON).await;
        jon.get("/data").await;
        let body = format!("form={}&workspace={id}", jon.form);
        let slow = begin(&site, &jon, EXPORT, body.len(), &body).await;
        slow.readable().await.unwrap();
        registry.set_role(id, jon_id, Role::Member).await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let body = format!("form={}&workspace={id}", mia.form);
        until("the place is free", async || {
            let other = begin(&site, &mia, EXPORT, body.len(), &body).await;
            status(other).await == "HTTP/1.1 200"
        })
        .await;
        assert!(!is_whole(slow).await, "{}", place.name);
    }
}
