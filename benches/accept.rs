//! How fast mail is accepted, on disk before 250: `cargo bench --bench accept`.
//!
//! Starts `rapport serve` on a fresh folder and sends to it over kept connections, in several shapes; then at half the best
//! rate, for the time from the final dot to 250. `-- --to NAME@DOMAIN --against HOST:PORT` measures another server that runs
//! already, with the same client: for a comparison, take both in turn on a quiet machine.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Sessions, messages, bytes of a message.
const SHAPES: [(usize, usize, usize); 4] = [
    (1, 3_000, 2_048),
    (10, 20_000, 2_048),
    (50, 20_000, 2_048),
    (10, 5_000, 51_200),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|a| a == name)?;
        arguments.get(at + 1).cloned()
    };
    let ours = value("--against").is_none().then(Ours::start);
    let address = match &ours {
        Some(ours) => ours.address.clone(),
        None => value("--against").unwrap(),
    };
    let to = value("--to").unwrap_or_else(|| "bench@bench.example".to_owned());
    if let Some(ours) = &ours {
        println!("resident memory, idle: {}", ours.resident());
    }
    println!("sessions  bytes   messages/s   p50 ms   p99 ms");
    let mut best_of_ten = 0.0_f64;
    for (sessions, messages, bytes) in SHAPES {
        let load = Load {
            address: &address,
            to: &to,
            sessions,
            messages,
            bytes,
            pause: None,
        };
        let figures = load.run();
        figures.print(sessions, bytes);
        if sessions == 10 && bytes == 2_048 {
            best_of_ten = figures.rate;
        }
    }
    println!("at half the rate:");
    let pause = Duration::from_secs_f64(10.0 / (best_of_ten / 2.0));
    let load = Load {
        address: &address,
        to: &to,
        sessions: 10,
        messages: 10_000,
        bytes: 2_048,
        pause: Some(pause),
    };
    load.run().print(10, 2_048);
    if let Some(ours) = &ours {
        ours.wait_until_filed();
        let started = Instant::now();
        let load = Load {
            pause: None,
            ..load
        };
        let accepted = load.run();
        ours.wait_until_filed();
        let filed = load.messages as f64 / started.elapsed().as_secs_f64();
        println!(
            "accepted and filed, end to end: {filed:.0} messages/s (accepted {:.0}/s)",
            accepted.rate
        );
        println!("resident memory, after: {}", ours.resident());
    }
}

/// Tells the messages of one run from those of another.
static RUNS: AtomicUsize = AtomicUsize::new(0);

struct Load<'a> {
    address: &'a str,
    to: &'a str,
    sessions: usize,
    messages: usize,
    bytes: usize,
    /// Each session begins a message so often; at once where absent.
    pause: Option<Duration>,
}

struct Figures {
    rate: f64,
    /// From the final dot to 250, sorted.
    waits: Vec<Duration>,
}

impl Load<'_> {
    fn run(&self) -> Figures {
        let message = Arc::new(message(self.bytes, self.to));
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let left = Arc::new(AtomicUsize::new(self.messages));
        let started = Instant::now();
        let sessions: Vec<_> = (0..self.sessions)
            .map(|session| {
                let ids = format!("{run}.{session}");
                let (message, left) = (message.clone(), left.clone());
                let mut client = Client::connect(self.address);
                let (to, pause) = (self.to.to_owned(), self.pause);
                std::thread::spawn(move || client.send_all(&to, &ids, &message, &left, pause))
            })
            .collect();
        let mut waits: Vec<Duration> = sessions
            .into_iter()
            .flat_map(|session| session.join().unwrap())
            .collect();
        let rate = waits.len() as f64 / started.elapsed().as_secs_f64();
        waits.sort();
        Figures { rate, waits }
    }
}

impl Figures {
    fn print(&self, sessions: usize, bytes: usize) {
        let at = |part: f64| {
            let place = ((self.waits.len() - 1) as f64 * part) as usize;
            self.waits[place].as_secs_f64() * 1_000.0
        };
        let (p50, p99) = (at(0.5), at(0.99));
        println!(
            "{sessions:8} {bytes:6} {:12.0} {p50:8.2} {p99:8.2}",
            self.rate
        );
    }
}

struct Client {
    replies: BufReader<TcpStream>,
    stream: TcpStream,
}

impl Client {
    fn connect(address: &str) -> Client {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).unwrap();
        let replies = BufReader::new(stream.try_clone().unwrap());
        let mut client = Client { replies, stream };
        client.expect("220");
        client.ask("EHLO bench.example\r\n", "250");
        client
    }

    fn send_all(
        &mut self,
        to: &str,
        ids: &str,
        message: &[u8],
        left: &AtomicUsize,
        pause: Option<Duration>,
    ) -> Vec<Duration> {
        let mut waits = Vec::new();
        let take = |n: usize| n.checked_sub(1);
        let mut next = Instant::now();
        while left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
        {
            self.ask("MAIL FROM:<load@example.org>\r\n", "250");
            self.ask(&format!("RCPT TO:<{to}>\r\n"), "250");
            self.ask("DATA\r\n", "354");
            // Each is a mail of its own: the same one again would be a second witness, and cost less.
            let mut own =
                format!("Message-ID: <{ids}.{}@example.org>\r\n", waits.len()).into_bytes();
            own.extend_from_slice(message);
            self.stream.write_all(&own).unwrap();
            let sent = Instant::now();
            self.expect("250");
            waits.push(sent.elapsed());
            if let Some(pause) = pause {
                next += pause;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        }
        waits
    }

    fn ask(&mut self, command: &str, start: &str) {
        self.stream.write_all(command.as_bytes()).unwrap();
        self.expect(start);
    }

    fn expect(&mut self, start: &str) {
        let mut line = String::new();
        loop {
            line.clear();
            self.replies.read_line(&mut line).unwrap();
            assert!(line.starts_with(start), "{start} expected, {line:?} came");
            if line.get(3..4) != Some("-") {
                return;
            }
        }
    }
}

fn message(bytes: usize, to: &str) -> Vec<u8> {
    let mut message = format!(
        "From: Load <load@example.org>\r\nTo: <{to}>\r\nSubject: How fast\r\n\
         Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    );
    while message.len() + 64 < bytes {
        message.push_str("Ships that pass in the night, and speak each other in passing.\r\n");
    }
    message.push_str(".\r\n");
    message.into_bytes()
}

fn rapport(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command
        .env("RAPPORT_DATA", folder)
        .env("RAPPORT_MAIL_DOMAIN", "bench.example")
        .env("RAPPORT_SMTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_HTTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_DNS_ZONE", folder.join("zone"))
        .env("RAPPORT_LOG", "error")
        .stdout(Stdio::piped());
    command
}

/// The server of this crate, on a folder of its own.
struct Ours {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Ours {
    fn start() -> Ours {
        let folder = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
        // A zone without names: no look-up leaves the machine.
        std::fs::write(folder.path().join("zone"), "").unwrap();
        let rapport = || rapport(folder.path());
        let init = [
            "init",
            "--owner",
            "load@example.org",
            "--workspace",
            "bench",
        ];
        let made = rapport().args(init).output().unwrap();
        assert!(made.status.success(), "rapport init");
        let mut child = rapport().arg("serve").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.ok()?.strip_prefix("smtp ").map(str::to_owned))
            .expect("rapport serve listens");
        // Its later lines are read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Ours {
            child,
            address,
            folder,
        }
    }

    /// Returns when the spool is empty.
    fn wait_until_filed(&self) {
        loop {
            let status = rapport(self.folder.path())
                .args(["status", "--json"])
                .output()
                .unwrap();
            let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
            if status["spool"] == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn resident(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.unwrap_or("unknown here").trim().to_owned()
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
