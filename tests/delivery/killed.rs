//! The process is killed (SIGKILL) at random moments while it sends, on both databases: no mail is lost, and what arrives twice
//! is the same mail.

use crate::common::workspace::{NOON, SECOND};
use crate::common::world::World;
use crate::common::{databases, until};
use crate::sending::{desk, put};
use rapport::domain::Clock;
use rapport::store::workspace::outbox::OutboxKind;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

const KILLS: u64 = 25;
const MAILS_A_ROUND: u64 = 6;

fn serve(place: &crate::common::Place, world: &World) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command
        .arg("serve")
        .env_clear()
        .env("RAPPORT_DATA", place.folder.path())
        .env("RAPPORT_MAIL_DOMAIN", "crm.example")
        .env("RAPPORT_SMTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_HTTP_LISTEN", "127.0.0.1:0")
        .env("RAPPORT_DNS_ZONE", place.folder.path().join("zone"))
        .env("RAPPORT_OUTBOUND", world.outbound())
        .env("RAPPORT_LOG", "error")
        .current_dir(place.folder.path())
        .stdout(Stdio::piped());
    if let Some(url) = &place.database_url {
        command.env("RAPPORT_DATABASE_URL", url);
    }
    let mut child = command.spawn().expect("rapport serves");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(
        lines.any(|line| line.is_ok_and(|l| l == "ready")),
        "it serves"
    );
    child
}

fn received(world: &World) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for mail in world.mails() {
        *count.entry(mail.header("Message-ID")).or_default() += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_is_lost_whatever_is_killed() {
    for place in databases().await {
        std::fs::write(place.folder.path().join("zone"), "").unwrap();
        let (desk, world) = (desk(&place).await, World::start().await);
        desk.pass((Clock::system().now_us() - NOON) / SECOND);
        // Numbers that look random and are the same in every run (Marsaglia's xorshift).
        let mut dice = 0x5eed_0000_0000_0001_u64;
        for round in 0..KILLS {
            for number in 0..MAILS_A_ROUND {
                let to = format!("p{round}-{number}@d{number}.example");
                put(&desk, OutboxKind::RelayOut, &to).await;
            }
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            let mut child = serve(&place, &world);
            let enough = world.mails().len() + (dice % (MAILS_A_ROUND + 1)) as usize;
            world.until(|world| world.mails().len() >= enough).await;
            child.kill().expect("it is killed");
            child.wait().expect("it is gone");
        }
        let written = desk
            .column("select '<' || message_id || '>' from outbox order by id")
            .await;
        assert_eq!(written.len() as u64, KILLS * MAILS_A_ROUND);
        let mut child = serve(&place, &world);
        world
            .until(|world| {
                let received = received(world);
                written.iter().all(|id| received.contains_key(id))
            })
            .await;
        let states = "select distinct state from outbox";
        until("all is marked", async || {
            desk.column(states).await == ["sent"]
        })
        .await;
        let stopped = Command::new("kill").arg(child.id().to_string()).status();
        assert!(stopped.expect("kill runs").success());
        assert!(
            child.wait().expect("it ends").success(),
            "SIGTERM ends it well"
        );
        let received = received(&world);
        assert_eq!(received.len(), written.len(), "on {}", place.name);
        let twice = received.values().filter(|count| **count > 1).count();
        assert_eq!(desk.column(states).await, ["sent"], "on {}", place.name);
        let _ = writeln!(
            std::io::stderr(),
            "{}: {KILLS} kills, {} mails, none lost, {twice} more than once",
            place.name,
            written.len()
        );
    }
}
