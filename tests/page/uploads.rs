//! What is tried where files are uploaded: by strangers, from another site, with another's form, and too much.

use crate::attacks::ELSEWHERE;
use crate::common::databases;
use crate::data::{UPLOADED, uploaded};
use crate::site::{JON, MIA, Site};
use rapport::domain::sign_up::SignUp;
use reqwest::StatusCode;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Every path that takes a file, and the page with its form.
pub const UPLOADS: [(&str, &str); 3] = [
    ("/billing/logo", "/billing"),
    ("/data/import", "/data"),
    ("/workspaces/import", "/workspaces"),
];
const FILE: &[u8] = b"name,email\nEve,eve@evil.example\n";
/// More than the 2 GiB that a file may have.
const TOO_MANY_BYTES: u64 = 3 << 30;

#[tokio::test]
async fn no_file_is_taken_without_a_form_of_ours() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let mut mia = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        for (path, page) in UPLOADS {
            let mut stranger = site.browser();
            stranger.get("/sign-in").await;
            let answer = stranger.upload(path, "a.csv", FILE).await;
            assert_eq!(answer.location(), "/sign-in", "{path}");
            mia.get(page).await;
            let own = mia.form.clone();
            for token in ["", "x", &jon.form, &stranger.form] {
                let body = uploaded(token, "a.csv", FILE);
                let answer = mia.send(path, UPLOADED, body).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
            }
            mia.form.clone_from(&own);
            let answer = mia.upload_token_last(path, FILE).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            for header in ELSEWHERE {
                let said = [("content-type", UPLOADED), header];
                let body = uploaded(&own, "a.csv", FILE);
                let answer = mia.send_with(path, &said, body).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {header:?}");
            }
            // Nor as another kind of form, whatever is in it.
            for kind in [
                "application/x-www-form-urlencoded",
                "application/json",
                "text/csv",
                "multipart/mixed; boundary=b",
                "multipart/form-data",
            ] {
                let plain = format!("form={own}").into_bytes();
                for body in [plain, uploaded(&own, "a.csv", FILE)] {
                    let answer = mia.send(path, kind, body).await;
                    let is_refused = [StatusCode::BAD_REQUEST, StatusCode::UNSUPPORTED_MEDIA_TYPE];
                    assert!(
                        is_refused.contains(&answer.status),
                        "{path} {kind} {}",
                        answer.status
                    );
                }
            }
            let looked = mia.get(&format!("{path}?form={own}")).await;
            // A logo is looked at where it is set; there is none. The others say how far a file is.
            match path {
                "/billing/logo" => assert_eq!(looked.status, StatusCode::NOT_FOUND),
                _ => looked.assert_says("Nothing of yours is being read"),
            }
            let page = mia.get(page).await;
            assert!(!page.body.contains("a.csv"), "{path}: {}", page.body);
        }
        let workspaces = site.desk.store.registry.workspaces(10).await.unwrap();
        assert_eq!(workspaces.len(), 1);
        let people = "select name from contact";
        assert_eq!(site.desk.column(people).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_file_that_says_that_it_is_too_large_is_not_read() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let mut mia = site.signed_in(MIA).await;
        for (path, page) in UPLOADS {
            mia.get(page).await;
            let host = site.origin.trim_start_matches("http://");
            let mut line = TcpStream::connect(host).await.unwrap();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: rapport-session={}\r\nContent-Type: {UPLOADED}\r\n\
                 Content-Length: {TOO_MANY_BYTES}\r\n\r\n",
                mia.cookies["rapport-session"]
            );
            line.write_all(head.as_bytes()).await.unwrap();
            // It may be answered, and closed, before all of this is sent.
            let _ = line.write_all(&uploaded(&mia.form, "a.csv", FILE)).await;
            let mut said = vec![0; 12];
            let answered =
                tokio::time::timeout(Duration::from_secs(60), line.read_exact(&mut said));
            answered.await.expect("it is answered").unwrap();
            assert_eq!(said, b"HTTP/1.1 413", "{path}");
        }
    }
}
