//! The process is killed (SIGKILL) at random moments under load, again and again, on both databases. Every message that got its
//! 250 is filed exactly once; none is filed twice.

mod common;
#[path = "crash/files.rs"]
mod files;

use common::{PATIENCE, Place, databases};
use rapport::on;
use rapport::store::workspace::{contacts, counts, mail_keys};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

const KILLS: u64 = 26;
const CLIENTS: u64 = 4;
/// How many acknowledged messages a round goes on for at the most.
const ACKS_MAX: u64 = 120;
const FILED_WITHIN: Duration = Duration::from_secs(60);

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn rapport(place: &Place) -> Command {
    settled(place, env!("CARGO_BIN_EXE_rapport"))
}

/// A program with the settings of a place.
fn settled(place: &Place, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("RAPPORT_DATA", place.folder.path())
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .env("RAPPORT_SMTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_HTTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_DNS_ZONE", place.folder.path().join("zone"))
        .env("RAPPORT_LOG", "error")
        .current_dir(place.folder.path());
    if let Some(url) = &place.database_url {
        command.env("RAPPORT_DATABASE_URL", url);
    }
    command
}

fn output(place: &Place, arguments: &[&str]) -> serde_json::Value {
    let output = rapport(place)
        .args(arguments)
        .output()
        .expect("rapport runs");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
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

/// A server that is ready, and its address.
fn serve(place: &Place) -> (Server, String) {
    let (server, mut addresses) = started(rapport(place).arg("serve"));
    let address = addresses.remove("smtp");
    (server, address.expect("an address before the server ended"))
}

/// A server that is ready, and its addresses by their doors: `smtp`, `page`.
fn started(command: &mut Command) -> (Server, BTreeMap<String, String>) {
    let serving = command.stdout(Stdio::piped()).spawn();
    let mut server = Server(serving.expect("rapport serves"));
    let lines = BufReader::new(server.0.stdout.take().expect("its output")).lines();
    let lines = lines.map(|line| line.expect("a line"));
    let addresses = lines.take_while(|line| line != "ready").filter_map(|line| {
        let (door, address) = line.split_once(' ')?;
        Some((door.to_owned(), address.to_owned()))
    });
    let addresses = addresses.collect();
    (server, addresses)
}

/// Stops a server as a person would stop it.
fn stop(mut server: Server) {
    let stopped = Command::new("kill")
        .arg(server.0.id().to_string())
        .status()
        .expect("kill runs");
    assert!(stopped.success());
    assert!(
        server.0.wait().expect("it ends").success(),
        "SIGTERM ends it well"
    );
}

/// A workspace of Mia's; gives her intake address.
fn made(place: &Place) -> String {
    std::fs::write(place.folder.path().join("zone"), "").expect("a zone");
    let owner = ["init", "--owner", "mia@studio.example"];
    let made = output(
        place,
        &[&owner[..], &["--workspace", "acme", "--json"]].concat(),
    );
    made["intake"]
        .as_str()
        .expect("an intake address")
        .to_owned()
}

/// Every second message is a forward of somebody new, so that contacts and their addresses are made under fire too; every second
/// one of those says what is to be done next.
fn message(number: u64) -> String {
    let forwarded = format!(
        "---------- Forwarded message ---------\r\nFrom: Person {number} <p{number}@customer{number}.example>\r\n\
         Date: Mon, 2 Nov 2026 at 10:58\r\nSubject: Question {number}\r\nTo: Mia <mia@studio.example>\r\n\r\n\
         What would {number} cost?\r\n"
    );
    let body = if number.is_multiple_of(4) {
        format!("next action: call {number} friday\r\n\r\n{forwarded}")
    } else if number.is_multiple_of(2) {
        forwarded
    } else {
        format!("Remember {number}.\r\n")
    };
    format!(
        "From: Mia <mia@studio.example>\r\nTo: log@crm.example\r\nSubject: Fwd: Question {number}\r\n\
         Message-ID: <m{number}@studio.example>\r\nDate: Mon, 2 Nov 2026 11:00:00 +0000\r\n\r\n{body}"
    )
}

/// A session that hands messages in.
struct Session {
    stream: TcpStream,
    replies: BufReader<TcpStream>,
}

impl Session {
    /// Behind the greeting, once that comes.
    fn greeted(stream: TcpStream) -> std::io::Result<Session> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let replies = BufReader::new(stream.try_clone()?);
        let mut session = Session { stream, replies };
        session.reply()?;
        session.stream.write_all(b"EHLO client.example\r\n")?;
        session.reply()?;
        Ok(session)
    }

    fn reply(&mut self) -> std::io::Result<String> {
        loop {
            let mut line = String::new();
            if self.replies.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) == Some(&b' ') {
                return Ok(line);
            }
        }
    }

    /// Hands one message in; gives the reply to it, or the one that it was refused with before.
    fn hand_in(&mut self, intake: &str, number: u64) -> std::io::Result<String> {
        for line in [
            "MAIL FROM:<mia@studio.example>",
            &format!("RCPT TO:<{intake}>"),
            "DATA",
        ] {
            self.stream.write_all(format!("{line}\r\n").as_bytes())?;
            let reply = self.reply()?;
            if !reply.starts_with(['2', '3']) {
                self.stream.write_all(b"RSET\r\n")?;
                self.reply()?;
                return Ok(reply);
            }
        }
        let message = format!("{}.\r\n", message(number));
        self.stream.write_all(message.as_bytes())?;
        self.reply()
    }
}

/// Sends until the connection breaks; tells each number that was acknowledged.
fn send(
    address: &str,
    intake: &str,
    numbers: &AtomicU64,
    acknowledged: &Sender<u64>,
) -> std::io::Result<()> {
    let mut session = Session::greeted(TcpStream::connect(address)?)?;
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let last = session.hand_in(intake, number)?;
        if last.starts_with("250") && acknowledged.send(number).is_err() {
            return Ok(());
        }
    }
}

/// One round: load from several clients until so many were acknowledged, then SIGKILL. Gives what was acknowledged.
fn round(place: &Place, intake: &str, numbers: &AtomicU64, acks: u64) -> Vec<u64> {
    let (mut server, address) = serve(place);
    let (sender, receiver) = channel();
    let acknowledged = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let sender = sender.clone();
            let address = &address;
            // A broken connection is how each client ends.
            scope.spawn(move || drop(send(address, intake, numbers, &sender)));
        }
        drop(sender);
        let mut acknowledged: Vec<u64> = receiver.iter().take(acks as usize).collect();
        server.0.kill().expect("it is killed");
        acknowledged.extend(receiver.iter());
        acknowledged
    });
    server.0.wait().expect("it is gone");
    acknowledged
}

/// Serves without load until the spool is empty, then stops as a person would stop it.
fn drain(place: &Place) {
    let (server, _) = serve(place);
    let mut least = i64::MAX;
    let mut until = Instant::now() + FILED_WITHIN;
    loop {
        let status = output(place, &["status", "--json"]);
        assert_eq!(status["parked"], 0, "nothing here is poison: {status}");
        let left = status["spool"].as_i64().expect("a count");
        if left == 0 {
            break;
        }
        if left < least {
            least = left;
            until = Instant::now() + FILED_WITHIN;
        }
        assert!(
            Instant::now() < until,
            "nothing was filed for {FILED_WITHIN:?}: {status}"
        );
    }
    stop(server);
}

#[tokio::test]
async fn every_acknowledged_message_is_filed_exactly_once_whatever_is_killed() {
    for place in databases().await {
        let intake = made(&place);
        let numbers = AtomicU64::new(0);
        let mut dice = Dice(0x5eed_0000_0000_0001);
        let mut acknowledged = BTreeSet::new();
        for _ in 0..KILLS {
            acknowledged.extend(round(&place, &intake, &numbers, dice.below(ACKS_MAX)));
        }
        drain(&place);

        let store = place.open().await;
        let row = store
            .registry
            .workspace_by_slug("acme")
            .await
            .unwrap()
            .unwrap();
        let workspace = store.workspaces.get(row.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let sent = numbers.load(Ordering::Relaxed);
        let ids: Vec<String> = (0..sent).map(|n| format!("m{n}@studio.example")).collect();
        let mut filed: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for ids in ids.chunks(500) {
            for row in mail_keys::by_message_ids(&mut tx, ids).await.unwrap() {
                filed
                    .entry(row.message_id)
                    .or_default()
                    .insert(row.interaction_id);
            }
        }
        let lost: Vec<u64> = acknowledged
            .iter()
            .copied()
            .filter(|n| !filed.contains_key(&format!("m{n}@studio.example")))
            .collect();
        assert_eq!(
            lost,
            [] as [u64; 0],
            "acknowledged and not filed, on {}",
            place.name
        );
        let twice: Vec<_> = filed
            .iter()
            .filter(|(_, interactions)| interactions.len() != 1)
            .collect();
        assert!(
            twice.is_empty(),
            "filed more than once on {}: {twice:?}",
            place.name
        );
        let counts = counts::counts(&mut tx).await.unwrap();
        assert_eq!(counts.interactions, filed.len() as i64, "on {}", place.name);
        let commanded: BTreeSet<String> = (0..sent)
            .filter(|n| n.is_multiple_of(4) && filed.contains_key(&format!("m{n}@studio.example")))
            .map(|n| format!("call {n}"))
            .collect();
        let done: Vec<String> =
            on!(&mut tx, c => sqlx::query_scalar("select text from action").fetch_all(c).await)
                .unwrap();
        assert_eq!(
            done.len(),
            commanded.len(),
            "commands done twice or not at all, on {}",
            place.name
        );
        assert_eq!(
            done.into_iter().collect::<BTreeSet<_>>(),
            commanded,
            "on {}",
            place.name
        );
        for id in 1..=counts.contacts {
            let contact = contacts::by_id(&mut tx, id).await.unwrap().unwrap();
            let capture = contact.capture.unwrap();
            let route = store.registry.route(&capture).await.unwrap().unwrap();
            let leads_to = (route.workspace_id, route.contact_id);
            assert_eq!(leads_to, (row.id, Some(id)), "{capture} on {}", place.name);
        }
        assert!(
            acknowledged.len() as u64 > KILLS,
            "the load was real: {}",
            acknowledged.len()
        );
        let _ = writeln!(
            std::io::stderr(),
            "{}: {KILLS} kills, {} sent, {} acknowledged, {} filed, none lost, none twice",
            place.name,
            sent,
            acknowledged.len(),
            filed.len()
        );
    }
}
