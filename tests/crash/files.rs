//! The process has no files left: so many connections are open. The doors wait without spinning, and serve again when some close;
//! what was handed in meanwhile is filed, or was put off.

use super::{Server, Session, made, output, settled, started, stop};
use crate::common::{Place, databases, until};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Files that the process may have open: what it begins with, and some connections.
const FILES_MAX: u32 = 128;
/// Connections that are opened to the page.
const FLOOD: usize = 300;
/// What the doors log when they can take no connection, and rest before the next try.
const PAGE: (&str, Duration) = (
    "a connection to the page was not taken",
    Duration::from_millis(200),
);
const SMTP: (&str, Duration) = (
    "a connection could not be accepted",
    Duration::from_millis(100),
);
/// How often a door fails while it is watched.
const FAILURES: usize = 10;
/// Clock ticks in a second, of which the system counts the time of processes.
const TICKS: f64 = 100.0;

/// A server with few files, its addresses, and where it logs.
fn cramped(place: &Place) -> (Server, BTreeMap<String, String>, PathBuf) {
    let log = place.folder.path().join("log");
    let mut command = settled(place, "/bin/sh");
    let few = format!("ulimit -n {FILES_MAX} && exec \"$0\" serve");
    command
        .args(["-c", &few, env!("CARGO_BIN_EXE_rapport")])
        .env("RAPPORT_LOG", "warn")
        .stderr(File::create(&log).unwrap());
    let (server, addresses) = started(&mut command);
    (server, addresses, log)
}

fn lines(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// How often a door could take no connection for want of files.
fn failures(log: &Path, (words, _): (&str, Duration)) -> usize {
    let lines = lines(log);
    let of_door = lines.iter().filter(|line| line.contains(words));
    of_door.filter(|line| line.contains("os error 24")).count()
}

/// Seconds of a processor that a process had so far.
fn worked(server: &Server) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.0.id())).unwrap();
    // Behind the name of the program, which may hold anything: the 14th and the 15th field of all.
    let behind = stat.rsplit_once(')').unwrap().1;
    let fields = behind.split_whitespace().skip(11).take(2);
    let ticks: f64 = fields.map(|field| field.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}

/// The doors fail again and again, and rest between.
async fn rests(server: &Server, log: &Path) {
    let (began, worked_before) = (Instant::now(), worked(server));
    let before = (failures(log, PAGE), failures(log, SMTP), lines(log).len());
    until("the page fails on", async || {
        failures(log, PAGE) >= before.0 + FAILURES
    })
    .await;
    let failed = (
        failures(log, PAGE) - before.0,
        failures(log, SMTP) - before.1,
    );
    let said = lines(log).len() - before.2;
    let (worked, took) = (worked(server) - worked_before, began.elapsed());
    for (count, (words, rest)) in [(failed.0, PAGE), (failed.1, SMTP)] {
        let most = took.as_millis() / rest.as_millis() + 2;
        assert!(count as u128 <= most, "{words}: {count} times in {took:?}");
    }
    let most = [PAGE, SMTP].map(|(_, rest)| took.as_millis() / rest.as_millis());
    let most = 2 * most.iter().sum::<u128>() + 20;
    assert!(said as u128 <= most, "{said} lines in {took:?}");
    assert!(
        worked < took.as_secs_f64() / 2.0,
        "{worked} seconds of work in {took:?}"
    );
}

/// Whether the page answers.
fn answers(page: &str) -> bool {
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(page)?;
        stream.set_read_timeout(Some(crate::PATIENCE))?;
        let request = format!("GET /sign-in HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut said = String::new();
        stream.read_to_string(&mut said)?;
        Ok(said)
    };
    asked().is_ok_and(|said| said.starts_with("HTTP/1.1 200"))
}

/// Hands a message in until it is taken. Gives how often it was put off.
async fn handed_in(session: &mut Session, intake: &str, number: u64) -> usize {
    let mut put_off = 0;
    until("the message is taken", async || {
        let reply = session.hand_in(intake, number).unwrap();
        assert!(reply.starts_with(['2', '4']), "{number}: {reply}");
        put_off += usize::from(reply.starts_with('4'));
        reply.starts_with("250")
    })
    .await;
    put_off
}

#[tokio::test]
async fn without_files_for_more_connections_the_doors_wait_and_nothing_is_lost() {
    for place in databases().await {
        let intake = made(&place);
        let (mut server, addresses, log) = cramped(&place);
        let (page, smtp) = (&addresses["page"], &addresses["smtp"]);
        let mut early = Session::greeted(TcpStream::connect(smtp).unwrap()).unwrap();
        let flood: Vec<TcpStream> = (0..FLOOD)
            .map(|_| TcpStream::connect(page).unwrap())
            .collect();
        until("the page has no files", async || failures(&log, PAGE) > 0).await;
        // It waits for its greeting in the queue of the system.
        let late = TcpStream::connect(smtp).unwrap();
        until("SMTP has no files", async || failures(&log, SMTP) > 0).await;
        let reply = early.hand_in(&intake, 1).unwrap();
        assert!(reply.starts_with(['2', '4']), "{reply}");
        rests(&server, &log).await;
        assert!(server.0.try_wait().unwrap().is_none(), "it serves still");

        drop(flood);
        until("the page answers again", async || answers(page)).await;
        let mut late = Session::greeted(late).unwrap();
        for number in 1..6 {
            handed_in(&mut early, &intake, number).await;
            handed_in(&mut late, &intake, 10 + number).await;
        }
        until("all is filed", async || {
            let status = output(&place, &["status", "--json"]);
            assert_eq!(status["parked"], 0, "{status}");
            status["spool"] == 0
        })
        .await;
        let status = output(&place, &["status", "--json"]);
        assert_eq!(status["interactions"], 10, "{status} on {}", place.name);
        stop(server);
    }
}
