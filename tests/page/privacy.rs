//! What /privacy says follows from the configuration, of the program itself.

use crate::common::{Place, databases};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that does not outlive its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Serves with these settings, and gives what the page says.
async fn said(place: &Place, settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command
        .arg("serve")
        .env_clear()
        .env("RAPPORT_DATA", place.folder.path())
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .env("RAPPORT_SMTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_HTTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_TELEGRAM_API_URL", "http://127.0.0.1:9")
        .env("RAPPORT_LOG", "off")
        .envs(settings.iter().copied())
        .current_dir(place.folder.path())
        .stdout(Stdio::piped());
    if let Some(url) = &place.database_url {
        command.env("RAPPORT_DATABASE_URL", url);
    }
    let mut server = Server(command.spawn().unwrap());
    let lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let mut address = None;
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| line != "ready")
    {
        address = address.or(line.strip_prefix("page ").map(str::to_owned));
    }
    let address = address.expect("it serves a page");
    let answer = reqwest::get(format!("http://{address}/privacy")).await;
    answer.unwrap().text().await.unwrap()
}

/// Settings, what they switch on, and what else is said.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static [&'static str],
);

const RELAY: &str = "the mail relay relay.example";
const TELEGRAM: &str = "<dt>Telegram</dt>";
const PLACES: &str = "says where an IP address is";
const DNS: &str = "<dt>the DNS</dt>";
const FOLDER: &str = "written into a folder of this server";
const NOT_SENT: &str = "No letter is sent";
const NOBODY: &str = "nothing is switched on that hands anything to others";
const AI: &str = "the AI provider";
const SWITCHES: [&str; 8] = [RELAY, TELEGRAM, PLACES, DNS, FOLDER, NOT_SENT, NOBODY, AI];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_privacy_is_what_is_switched_on() {
    for place in databases().await {
        let folder = place.folder.path();
        std::fs::write(folder.join("zone"), "").unwrap();
        std::fs::write(folder.join("places.mmdb"), crate::places::database()).unwrap();
        let cases: [Case; 3] = [
            (
                &[("RAPPORT_DNS_ZONE", "zone")],
                &[NOT_SENT, NOBODY],
                &["how long that is was not said", "the operator alone"],
            ),
            (
                &[
                    ("RAPPORT_OUTBOUND", "smtp://relay.example"),
                    (
                        "RAPPORT_TELEGRAM_TOKEN",
                        "123456789:AAExampleExampleExampleExampleExampl",
                    ),
                    ("RAPPORT_AI_BASE_URL", "http://ai.example/v1"),
                    ("RAPPORT_PLACES", "places.mmdb"),
                    ("RAPPORT_SIGN_UP", "open"),
                    ("RAPPORT_BACKUP_DAYS", "35"),
                ],
                &[RELAY, TELEGRAM, AI, PLACES, DNS],
                &["35 days", "http://ai.example/v1", "anybody"],
            ),
            (
                &[
                    ("RAPPORT_OUTBOUND", "file:sent"),
                    ("RAPPORT_AI_API_KEY", "sk-example"),
                    ("RAPPORT_SIGN_UP", "members"),
                    ("RAPPORT_BACKUP_DAYS", "0"),
                    ("RAPPORT_DNS_ZONE", "zone"),
                ],
                &[FOLDER, AI],
                &["there are none", "https://api.openai.com"],
            ),
        ];
        for (settings, on, words) in cases {
            let page = said(&place, settings).await;
            for mark in SWITCHES {
                assert_eq!(
                    page.contains(mark),
                    on.contains(&mark),
                    "{settings:?}: {mark}: {page}"
                );
            }
            let is_postgres = place.database_url.is_some();
            for (database, is_it) in [
                ("In the PostgreSQL server", is_postgres),
                ("In SQLite databases", !is_postgres),
            ] {
                assert_eq!(page.contains(database), is_it, "{database}: {page}");
            }
            let always = [
                "that somebody was erased",
                "who gets no mail any more",
                "own log, which the operator reads",
                "backups of all of this",
                "invitations that were used, cancelled, or not used in their 7 days</dt><dd>30 days",
                "sessions that are not used, with browser and IP address</dt><dd>7 days",
                "with the IP address</dt><dd>365 days",
            ];
            for word in words.iter().chain(&always) {
                assert!(page.contains(word), "{settings:?}: {word}: {page}");
            }
            assert!(
                !page.contains("sk-example") && !page.contains("AAExample"),
                "{page}"
            );
        }
    }
}
