//! What is too large, too slow or too often.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use rapport::store::registry::AddressKind;
use rapport::web::Settings;
use reqwest::{Method, StatusCode};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn what_is_too_large_or_too_slow_is_given_up() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        let large = "x".repeat(70_000);
        let answer = mia.post("/you", &[("name", &large)]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        let answer = mia
            .ask(
                Method::POST,
                "/you",
                None,
                &[("content-type", "multipart/form-data; boundary=x")],
            )
            .await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        // A head that never ends is cut off, and others are answered meanwhile.
        let mut slow = TcpStream::connect(site.origin.trim_start_matches("http://"))
            .await
            .unwrap();
        slow.write_all(b"GET /you HTTP/1.1\r\nHost: x\r\n")
            .await
            .unwrap();
        assert_eq!(mia.get("/you").await.status, StatusCode::OK);
        let mut rest = Vec::new();
        let ended =
            tokio::time::timeout(Duration::from_secs(60), slow.read_to_end(&mut rest)).await;
        ended.expect("the connection ends").unwrap();
    }
}

#[tokio::test]
async fn an_upload_that_rests_is_given_up_and_nothing_of_it_is_kept() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            upload_patience: Some(Duration::from_millis(300)),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let field = |name: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"");
        let token = format!("{}\r\n\r\n{}\r\n", field("form"), mia.form);
        let file = format!(
            "{}; filename=\"a.csv\"\r\n\r\nName,Email\nEve,eve",
            field("file")
        );
        // It rests before it proved anything, between two fields, and in the middle of the file.
        for body in [
            "--x\r\nConte".to_owned(),
            token.clone(),
            token.clone() + &file,
        ] {
            let host = site.origin.trim_start_matches("http://");
            let mut slow = TcpStream::connect(host).await.unwrap();
            let head = format!(
                "POST /data/import HTTP/1.1\r\nHost: {host}\r\nCookie: rapport-session={}\r\n\
                 Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n",
                mia.cookies["rapport-session"]
            );
            slow.write_all(head.as_bytes()).await.unwrap();
            slow.write_all(body.as_bytes()).await.unwrap();
            let mut said = vec![0; 12];
            let answered = slow.read_exact(&mut said);
            let answered = tokio::time::timeout(Duration::from_secs(60), answered).await;
            answered.expect("it is given up").unwrap();
            assert_eq!(said, b"HTTP/1.1 408", "{body}");
        }
        let page = mia.get("/data").await;
        assert!(!page.body.contains("a.csv"), "{}", page.body);
    }
}

#[tokio::test]
async fn an_upload_that_dawdles_is_given_up() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            upload_patience: Some(Duration::from_millis(300)),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let host = site.origin.trim_start_matches("http://");
        let mut slow = TcpStream::connect(host).await.unwrap();
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a.csv\"\r\n\r\nName,Email\n",
            mia.form
        );
        let head = format!(
            "POST /data/import HTTP/1.1\r\nHost: {host}\r\nCookie: rapport-session={}\r\n\
             Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n",
            mia.cookies["rapport-session"]
        );
        slow.write_all((head + &body).as_bytes()).await.unwrap();
        // It never rests for long: at this pace it would be here in minutes.
        let (mut reading, mut writing) = slow.split();
        let dawdling = async {
            let mut turns = tokio::time::interval(Duration::from_millis(50));
            loop {
                turns.tick().await;
                if writing.write_all(b"e").await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let mut said = vec![0; 12];
        let answered = reading.read_exact(&mut said);
        let answered = tokio::time::timeout(Duration::from_secs(60), answered);
        tokio::select! {
            answered = answered => { answered.expect("it is given up").unwrap(); }
            () = dawdling => {}
        }
        assert_eq!(said, b"HTTP/1.1 408");
    }
}

#[tokio::test]
async fn files_have_a_share_of_the_disk_and_mail_keeps_the_rest() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            upload_bytes: Some(300_000),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        let small = b"Name,Email\nCora Lane,cora@acme.example\n";
        let large = [&small[..], &b"\n".repeat(110_000)].concat();
        for (file, status) in [
            (&small[..], StatusCode::OK),
            (&large[..], StatusCode::TOO_MANY_REQUESTS),
            (&small[..], StatusCode::OK),
        ] {
            mia.get("/data").await;
            let answer = mia.upload("/data/import", "people.csv", file).await;
            assert_eq!(answer.status, status, "{}", answer.body);
        }
        // Where nothing is free at all.
        let full = site.again(Settings {
            scratch: Some("/proc".into()),
            ..Settings::default()
        });
        let full = full.await;
        let mut there = full.visited_by(&mia);
        there.get("/data").await;
        let answer = there.upload("/data/import", "people.csv", small).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        answer.assert_says("nearly full, and what is left is for mail");
    }
}

#[tokio::test]
async fn whoever_asks_and_never_reads_is_given_up() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            answer_patience: Some(Duration::from_millis(300)),
            ..Settings::default()
        })
        .await;
        let host = site.origin.trim_start_matches("http://");
        let mut line = TcpStream::connect(host).await.unwrap();
        let asked = format!("GET /style.css HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(100);
        let asking = async { while line.write_all(asked.as_bytes()).await.is_ok() {} };
        let given_up = tokio::time::timeout(Duration::from_secs(60), asking).await;
        given_up.expect("it is given up");
    }
}

#[tokio::test]
async fn guesses_from_one_address_are_slowed_down() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        browser.get("/sign-in").await;
        let mut refused = 0;
        for number in 0..60 {
            let link = format!("/sign-in/link/guess{number}");
            refused += u32::from(browser.get(&link).await.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(refused >= 10, "{refused}");
        let mut other = site.browser();
        assert_eq!(
            other.get("/sign-in/link/guess").await.status,
            StatusCode::GONE
        );
        // Those that are slowed down can still sign in by what they have.
        browser.get("/sign-in").await;
        assert_eq!(
            browser.post("/sign-in", &[("email", MIA)]).await.location(),
            "/sign-in/code"
        );
    }
}

#[tokio::test]
async fn new_intake_addresses_are_slowed_down_and_at_most_twenty() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        let mut slowed = 0;
        for _ in 0..24 {
            let answer = jon.post("/you/intake", &[]).await;
            slowed += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(slowed > 0, "{}", place.name);
        // From many places at once there are no more either.
        let mut shown = String::new();
        for number in 1..=3 {
            jon.address = format!("198.51.100.{number}");
            shown = jon.post("/you/intake", &[]).await.body;
        }
        assert!(shown.contains("20 intake addresses already"), "{shown}");
        let (id, account_id) = site.ids(JON).await;
        let intakes = registry.addresses_of(id, AddressKind::Intake, Some(account_id));
        assert_eq!(intakes.await.unwrap().len(), 20, "{}", place.name);
        assert!(registry.route("log.j9k3w6").await.unwrap().is_some());
    }
}
