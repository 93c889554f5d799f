//! The program itself erases somebody: its log, all of it, names nobody, and neither does an export of afterwards.

use crate::common::workspace::{Desk, mail};
use crate::common::{Place, databases, until};
use crate::house::{ADA, done, holds, open, places_of};
use rapport::domain::Clock;
use rapport::on;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const WORDS: [&str; 3] = ["ada@acme.example", "Byron", "zanzibar"];

fn rapport(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command
        .env_clear()
        .env("RAPPORT_DATA", place.folder.path())
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .env("RAPPORT_SMTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_HTTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_DNS_ZONE", place.folder.path().join("zone"))
        .env("RAPPORT_LOG", "debug")
        .current_dir(place.folder.path());
    if let Some(url) = &place.database_url {
        command.env("RAPPORT_DATABASE_URL", url);
    }
    command
}

fn says(place: &Place, arguments: &[&str]) -> String {
    let output = rapport(place).args(arguments).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {shown} {output:?}");
    shown
}

/// A server that does not outlive its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A server whose log goes into a file, and where it takes mail.
fn serve(place: &Place, log: &Path) -> (Server, String) {
    let log = File::create(log).unwrap();
    let serving = rapport(place)
        .arg("serve")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn();
    let mut server = Server(serving.unwrap());
    let lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let mut address = None;
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| line != "ready")
    {
        address = address.or(line.strip_prefix("smtp ").map(str::to_owned));
    }
    (server, address.expect("it serves"))
}

/// Ada writes to an address, and to one that nobody has.
fn writes(address: &str, to: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let mut replied = move || loop {
        let mut line = String::new();
        replies.read_line(&mut line).unwrap();
        if line.as_bytes().get(3) == Some(&b' ') {
            return line;
        }
    };
    let letter = mail(
        ADA,
        to,
        "one@acme.example",
        "Subject: Zanzibar\n",
        "The zanzibar pilot.",
    );
    let letter = letter.replace('\n', "\r\n");
    replied();
    for (line, code) in [
        ("EHLO mx.acme.example".to_owned(), "250"),
        ("MAIL FROM:<ada@acme.example>".to_owned(), "250"),
        ("RCPT TO:<ada@acme.example>".to_owned(), "5"),
        (format!("RCPT TO:<{to}>"), "250"),
        ("DATA".to_owned(), "354"),
        (format!("{letter}\r\n."), "250"),
        ("QUIT".to_owned(), "221"),
    ] {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        let reply = replied();
        assert!(reply.starts_with(code), "{line}: {reply}");
    }
}

/// Each entry of a ZIP, unpacked.
fn entries(zip: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().to_owned(), bytes)
        })
        .collect()
}

async fn count(desk: &Desk, sql: &'static str) -> usize {
    desk.column(sql).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_and_no_export_names_who_was_erased() {
    for place in databases().await {
        std::fs::write(place.folder.path().join("zone"), "").unwrap();
        let beside = tempfile::tempdir().unwrap();
        let log = beside.path().join("log");
        let desk = open(&place).await;
        desk.pass((Clock::system().now_us() - desk.lanes.clock.now_us()) / 1_000_000);
        done(&desk, "new: Ada Byron <ada@acme.example>").await;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        done(&desk, "note @bob: knows ada@acme.example from school").await;
        let capture = desk.capture("ada@acme.example").await;
        let (server, address) = serve(&place, &log);
        writes(&address, &format!("{capture}@crm.example"));
        until("the letter is filed", async || {
            count(&desk, "select text from interaction where kind = 'mail'").await == 1
        })
        .await;
        let before = beside.path().join("before.zip");
        says(&place, &["export", "--out", &before.display().to_string()]);
        for word in WORDS {
            assert!(
                entries(&before).iter().any(|(_, bytes)| holds(bytes, word)),
                "{word}"
            );
        }
        let asked = says(&place, &["do", "erase ada@acme.example"]);
        let at = asked.find("confirm ").expect("a code");
        says(&place, &["do", &asked[at..at + 12]]);
        until("all is done", async || {
            count(&desk, "select counts from erasure where pending is null").await == 1
        })
        .await;
        drop(server);
        let log = std::fs::read(&log).unwrap();
        assert!(holds(&log, "a message is kept"), "what happened is logged");
        let after = beside.path().join("after.zip");
        says(&place, &["export", "--out", &after.display().to_string()]);
        for word in [WORDS.as_slice(), &[&capture]].concat() {
            assert!(
                !holds(&log, word),
                "{word}: {}",
                String::from_utf8_lossy(&log)
            );
            for (name, bytes) in entries(&after) {
                assert!(!holds(&bytes, word), "{word} in {name} on {}", place.name);
            }
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word} on {}: {found:#?}", place.name);
        }
    }
}

#[tokio::test]
async fn an_export_that_is_stopped_leaves_nothing_of_it_behind() {
    for place in databases().await {
        // Only there somebody else holds it up half way.
        if place.database_url.is_none() {
            continue;
        }
        let desk = open(&place).await;
        let mut tx = desk.write().await;
        on!(&mut tx, c => sqlx::raw_sql("lock table interaction in access exclusive mode")
            .execute(c).await.map(drop))
        .unwrap();
        let out = tempfile::tempdir().unwrap();
        let mut exporting = rapport(&place)
            .args(["export", "--out"])
            .arg(out.path().join("a.zip"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let files = || std::fs::read_dir(out.path()).unwrap().count();
        until("it has begun", async || files() == 1).await;
        let id = rustix::process::Pid::from_child(&exporting);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
        assert!(!exporting.wait().unwrap().success());
        assert_eq!(files(), 0);
    }
}
