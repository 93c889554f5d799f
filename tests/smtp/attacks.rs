//! What others have tried, or will. Each case ends with proof that the server still serves.

use crate::common::databases;
use crate::server::{Server, start};
use crate::wire::Wire;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Bodies that carry a second message behind something that only looks like the end of the first.
const SMUGGLERS: &[&str] = &[
    "\n.\n",
    "\r.\r",
    "\n.\r\n",
    "\r\n.\n",
    "\r\n.\r",
    "\r.\r\n",
    "\r.\n",
    "\r\n.\r\r\n",
    "\r\r\n.\r\r\n",
    "\n\n.\n\n",
];

#[tokio::test]
async fn no_message_hides_in_another() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO client.example", "250").await;
        for end in SMUGGLERS {
            wire.ask("MAIL FROM:<bob@example.org>", "250").await;
            wire.ask("RCPT TO:<acme@crm.example>", "250").await;
            wire.ask("DATA", "354").await;
            wire.send(format!(
                "Subject: a\r\n\r\nouter{end}MAIL FROM:<eve@example.com>\r\nRCPT TO:<acme@crm.example>\r\nDATA\r\ninner\r\n.\r\n"
            ))
            .await;
            let reply = wire.reply().await;
            assert!(reply.starts_with("550 5.6.0"), "{end:?}: {reply}");
            wire.ask("NOOP", "250").await;
        }
        assert_eq!(server.kept().await.len(), 0, "{}", database.name);
        server.serves().await;
    }
}

#[tokio::test]
async fn commands_with_other_line_ends_are_no_commands() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        for (bytes, codes) in [
            (
                &b"EHLO c\nMAIL FROM:<bob@example.org>\n"[..],
                &["500", "500"][..],
            ),
            (b"EHLO c\rMAIL FROM:<bob@example.org>\r\n", &["500"]),
            (b"EHLO c\r\r\n", &["500"]),
            (b"EHLO \xff\xfe\r\n", &["500"]),
            (b"MAIL FROM:<b\xc3\xb6b@example.org>\r\n", &["503"]),
            (b"EHLO c\0d\r\n", &["500"]),
            (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
                &["500"],
            ),
        ] {
            let mut wire = server.connect().await;
            wire.send(bytes).await;
            for code in codes {
                wire.expect(code).await;
            }
        }
        server.serves().await;
    }
}

#[tokio::test]
async fn lines_without_end_cost_nothing_and_end_the_session() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.send(vec![b'x'; 2_500]).await;
        wire.ask("\r\nNOOP", "500 5.5.2").await;
        wire.expect("250").await;
        wire.send(vec![b'x'; 1_100_000]).await;
        assert!(wire.rest().await.starts_with("500 5.5.2"));
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        flood(&mut wire, &[b'x'; 100_000], 30).await;
        let rest = wire.rest().await;
        assert!(rest.is_empty() || rest.starts_with("552 5.3.4"), "{rest}");
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.ask(&format!("{}\r\n.", "x".repeat(900_000)), "250")
            .await;
        assert_eq!(server.kept().await.len(), 1);
        server.serves().await;
    }
}

/// Sends until the server closes, or so many times.
async fn flood(wire: &mut Wire, bytes: &[u8], times: usize) {
    for _ in 0..times {
        let sent = tokio::time::timeout(Duration::from_secs(10), wire.stream().write_all(bytes));
        if !sent.await.is_ok_and(|sent| sent.is_ok()) {
            return;
        }
    }
}

#[tokio::test]
async fn a_thousand_idle_sessions_do_not_stop_the_others() {
    for database in databases().await {
        let server = start(&database, |c| {
            c.bounds.places = 600;
            c.bounds.places_of_loopback = 2_000;
        })
        .await;
        let mut idle = Vec::new();
        for _ in 0..1_000 {
            idle.push(Wire::connect(server.address).await);
        }
        server.serves().await;
        assert!(
            idle[0]
                .rest()
                .await
                .ends_with("421 4.3.2 too many sessions; try again later\r\n")
        );
        let mut newest = idle.pop().expect("a session");
        newest.expect("220").await;
        newest.ask("NOOP", "250").await;
    }
}

#[tokio::test]
async fn drops_that_fall_slowly_do_not_keep_a_place() {
    for database in databases().await {
        let server = start(&database, |c| c.bounds.places = 4).await;
        let mut slow = Vec::new();
        for _ in 0..4 {
            let mut wire = server.connect_for_mail().await;
            wire.ask("DATA", "354").await;
            slow.push(wire);
        }
        for wire in &mut slow {
            wire.send("x").await;
        }
        let mut busy = server.connect_for_mail().await;
        for wire in &mut slow[1..] {
            wire.send("x").await;
        }
        busy.ask("DATA", "354").await;
        busy.ask("Subject: a\r\n\r\n.", "250").await;
        assert!(slow[0].rest().await.starts_with("421 4.3.2"));
        assert_eq!(server.kept().await.len(), 1);
        server.serves().await;
    }
}

#[tokio::test]
async fn one_address_has_its_share_of_the_places() {
    for database in databases().await {
        let server = start(&database, |c| c.bounds.places_of_loopback = 3).await;
        let held = [
            server.connect().await,
            server.connect().await,
            server.connect().await,
        ];
        let mut fourth = Wire::connect(server.address).await;
        assert!(fourth.rest().await.starts_with("421 4.7.0"));
        for mut wire in held {
            wire.ask("QUIT", "221").await;
            wire.rest().await;
        }
        server.serves().await;
    }
}

#[tokio::test]
async fn silence_and_slowness_end_a_session() {
    for database in databases().await {
        let server = start(&database, |c| {
            c.bounds.silence_max = Duration::from_millis(1_500);
            c.bounds.message_time_max = Duration::from_secs(3);
        })
        .await;
        let mut silent = server.connect().await;
        assert!(silent.rest().await.starts_with("421 4.4.2"));
        let in_command = server.connect().await;
        let mut in_message = server.connect_for_mail().await;
        in_message.ask("DATA", "354").await;
        for mut slow in [in_command, in_message] {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            let dripped = async {
                while slow.stream().write_all(b"x").await.is_ok() {
                    ticks.tick().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(10), dripped)
                .await
                .expect("the server closes");
        }
        assert_eq!(server.kept().await.len(), 0);
        server.serves().await;
    }
}

#[tokio::test]
async fn floods_of_commands_are_answered_within_bounds() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        for (flood, end) in [
            (
                "NOOP\r\n".repeat(50_000),
                "421 4.7.0 too many commands without a message\r\n",
            ),
            (
                "RSET\r\nVRFY a\r\n".repeat(20_000),
                "421 4.7.0 too many commands without a message\r\n",
            ),
            ("x\r\n".repeat(50_000), "421 4.7.0 too many errors\r\n"),
            (
                "MAIL FROM:<a@b>\r\nRSET\r\n".repeat(20_000),
                "421 4.7.0 too many commands without a message\r\n",
            ),
            (
                format!(
                    "MAIL FROM:<>\r\n{}",
                    "RCPT TO:<acme@crm.example>\r\n".repeat(20_000)
                ),
                "421 4.7.0 too many errors\r\n",
            ),
            (
                format!(
                    "MAIL FROM:<>\r\n{}",
                    "RCPT TO:<nobody@crm.example>\r\n".repeat(20_000)
                ),
                "421 4.7.0 too many errors\r\n",
            ),
        ] {
            let mut wire = server.connect().await;
            wire.ask("EHLO c.example", "250").await;
            let _ = wire.stream().write_all(flood.as_bytes()).await;
            let rest = wire.rest().await;
            let shown: String = flood.chars().take(40).collect();
            assert!(
                rest.is_empty() || rest.ends_with(end),
                "{shown:?}: {:?}",
                rest.lines().last()
            );
            assert!(rest.lines().count() < 1_300, "{shown:?}");
        }
        server.serves().await;
    }
}

#[tokio::test]
async fn a_recipient_named_often_is_one_and_too_many_are_put_off() {
    for database in databases().await {
        let server = start(&database, |c| c.limits.recipients_max = 4).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO c.example", "250").await;
        wire.ask("MAIL FROM:<bob@example.org>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire.ask("RCPT TO:<ACME@crm.example>", "250").await;
        for n in 0..2 {
            wire.ask(&format!("RCPT TO:<acme+{n}@crm.example>"), "250")
                .await;
        }
        wire.ask("RCPT TO:<acme+9@crm.example>", "452 4.5.3").await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: a\r\n\r\n.", "250").await;
        assert_eq!(server.kept().await[0].recipients.len(), 3);
    }
}

#[tokio::test]
async fn what_was_sent_in_clear_before_tls_is_never_obeyed() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let wire = inject_before_tls(&server).await;
        let mut wire = wire.after_tls().await;
        wire.ask(
            "RCPT TO:<acme@crm.example>",
            "503 5.5.1 say MAIL FROM first",
        )
        .await;
        wire.ask("MAIL FROM:<bob@example.org>", "503 5.5.1 say EHLO first")
            .await;
        wire.ask("EHLO c.example", "250").await;
        assert_eq!(server.kept().await.len(), 0);
    }
}

/// Commands in the same packet as STARTTLS.
async fn inject_before_tls(server: &Server) -> Wire {
    let mut wire = server.connect().await;
    wire.ask("EHLO c.example", "250").await;
    wire.send(
        "STARTTLS\r\nEHLO c\r\nMAIL FROM:<eve@example.com>\r\nRCPT TO:<acme@crm.example>\r\n",
    )
    .await;
    wire.expect("220").await;
    wire
}

#[tokio::test]
async fn chunks_whose_size_is_a_lie_change_nothing_else() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        for (chunks, codes) in [
            (
                "BDAT 20 LAST\r\na\r\nBDAT 0 LAST\r\nNOOP\r\nNOOP\r\n",
                &["250 2.0.0 kept", "500", "250"][..],
            ),
            (
                "BDAT 99999999999999999999999995 LAST\r\nNOOP\r\n",
                &["501", "250"],
            ),
            ("BDAT 2000001 LAST\r\nNOOP\r\n", &["552"]),
            (
                "BDAT 0\r\nBDAT 0\r\nBDAT 0 LAST\r\n",
                &["250", "250", "250 2.0.0 kept"],
            ),
        ] {
            let mut wire = server.connect_for_mail().await;
            wire.send(chunks).await;
            for code in codes {
                let reply = wire.reply().await;
                assert!(
                    reply.starts_with(code),
                    "{chunks:?}: {code} expected, {reply:?} came"
                );
            }
        }
        server.serves().await;
    }
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_half() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.send(format!("Subject: a\r\n\r\n{}", "half\r\n".repeat(20_000)))
            .await;
        drop(wire);
        let mut wire = server.connect_for_mail().await;
        wire.send("BDAT 100 LAST\r\nhalf").await;
        drop(wire);
        // Gone right behind the final dot: the message is whole, and the client will send it again.
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.send("Subject: whole\r\n\r\n.\r\n").await;
        drop(wire);
        server.serves().await;
        let shutdown = server.shutdown.clone();
        let (store, workspace_id) = (server.store.clone(), server.workspace_id);
        shutdown.cancel();
        server.running.finished().await;
        let spool = store.registry.spool();
        let kept = spool
            .arrivals(workspace_id, i64::MAX, 10, i64::MAX)
            .await
            .expect("the spool");
        assert_eq!(kept.len(), 2, "{}", database.name);
        assert!(
            kept.iter()
                .all(|a| !String::from_utf8_lossy(&a.raw).contains("half"))
        );
    }
}

#[tokio::test]
async fn a_message_that_goes_round_is_stopped() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        let fields =
            "Received: from a.example by b.example; Mon, 1 Jan 2026 00:00:00 +0000\r\n".repeat(51);
        wire.ask(&format!("{fields}Subject: a\r\n\r\n."), "554 5.4.6")
            .await;
        assert_eq!(server.kept().await.len(), 0);
    }
}

#[tokio::test]
async fn memory_and_disk_that_run_short_put_mail_off() {
    for database in databases().await {
        let server = start(&database, |c| {
            c.bounds.memory_bytes_max = 100_000;
            c.bounds.disk_bytes_max = 300_000;
        })
        .await;
        let mut first = server.connect_for_mail().await;
        let lines = "0123456789abcde\r\n".repeat(15_000);
        first.send(format!("BDAT {}\r\n{lines}", lines.len())).await;
        first.expect("250 2.0.0").await;
        let mut second = server.connect_for_mail().await;
        second.ask("DATA", "354").await;
        second.ask(&format!("{lines}."), "452 4.3.1").await;
        first.ask("BDAT 0 LAST", "250").await;
        second.ask("MAIL FROM:<>", "250").await;
        second.ask("RCPT TO:<acme@crm.example>", "250").await;
        second.ask("DATA", "354").await;
        second.ask(&format!("{lines}."), "250").await;
        assert_eq!(server.kept().await.len(), 2);
    }
}

#[tokio::test]
async fn a_browser_is_turned_away() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.send("POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c\r\nMAIL FROM:<>\r\n")
            .await;
        assert_eq!(wire.rest().await, "554 5.5.1 this is a mail server\r\n");
    }
}
