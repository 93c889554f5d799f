//! What a well-behaved client sees.

use crate::common::databases;
use crate::server::start;
use rapport::domain::instance_key::{Purpose, Token};

#[tokio::test]
async fn a_message_is_kept_with_its_envelope_before_250_is_said() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO client.example", "250-mx.example.com\r\n")
            .await;
        wire.ask(
            "MAIL FROM:<bob@example.org> SIZE=100 BODY=8BITMIME",
            "250 2.1.0",
        )
        .await;
        wire.ask("RCPT TO:<Acme+next.fri@CRM.example>", "250 2.1.5")
            .await;
        wire.ask("RCPT TO:<log.u4x9k2@crm.example>", "250 2.1.5")
            .await;
        wire.ask("DATA", "354").await;
        let reply = wire
            .ask("Subject: a\r\n\r\n..b\r\n.", "250 2.0.0 kept as ")
            .await;
        let [arrival] = &server.kept().await[..] else {
            panic!("{}: one message", database.name);
        };
        assert_eq!(
            reply.trim(),
            format!("250 2.0.0 kept as {:x}", arrival.spool_id)
        );
        assert_eq!(arrival.envelope.mail_from, "bob@example.org");
        assert_eq!(arrival.envelope.helo, "client.example");
        assert_eq!(arrival.envelope.client_ip, Some([127, 0, 0, 1].into()));
        assert_eq!(
            (arrival.envelope.tls, &arrival.envelope.authenticated),
            (false, &None)
        );
        let addresses: Vec<(&str, &str)> = arrival
            .recipients
            .iter()
            .map(|r| (&*r.address, &*r.local_part))
            .collect();
        let expected = [
            ("acme+next.fri@crm.example", "acme"),
            ("log.u4x9k2@crm.example", "log.u4x9k2"),
        ];
        assert_eq!(addresses, expected);
        let raw = String::from_utf8_lossy(&arrival.raw);
        let (trace, message) = raw.split_at(raw.find("Subject").expect("the message"));
        assert!(trace.starts_with(
            "Received: from client.example ([127.0.0.1])\r\n\tby mx.example.com with ESMTP id "
        ));
        assert!(
            trace.contains(&format!("{:x};\r\n", arrival.spool_id)) && !trace.contains("acme"),
            "{trace}"
        );
        assert_eq!(message, "Subject: a\r\n\r\n.b\r\n");
        wire.ask("QUIT", "221").await;
        assert_eq!(wire.rest().await, "");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_bounce_with_the_null_sender_is_taken() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.ask("HELO client.example", "250").await;
        wire.ask("MAIL FROM:<>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire.ask("DATA", "354").await;
        wire.ask(".", "250").await;
        let kept = server.kept().await;
        assert_eq!(kept[0].envelope.mail_from, "");
        assert!(String::from_utf8_lossy(&kept[0].raw).contains("with SMTP id"));
    }
}

#[tokio::test]
async fn a_group_of_commands_is_answered_in_order() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.send(
            "EHLO c.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<nobody@crm.example>\r\n\
             RCPT TO:<acme@crm.example>\r\nRCPT TO:<acme@example.net>\r\nDATA\r\n",
        )
        .await;
        for start in [
            "250",
            "250 2.1.0",
            "550 5.1.1",
            "250 2.1.5",
            "550 5.7.1",
            "354",
        ] {
            wire.expect(start).await;
        }
        wire.send(
            "a\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<acme@crm.example>\r\nBDAT 3 LAST\r\nb\r\nQUIT\r\n",
        )
        .await;
        for start in [
            "250 2.0.0 kept",
            "250 2.1.0",
            "250 2.1.5",
            "250 2.0.0 kept",
            "221",
        ] {
            wire.expect(start).await;
        }
        assert_eq!(server.kept().await.len(), 2);
    }
}

#[tokio::test]
async fn a_closed_workspace_takes_nothing_and_says_so_for_good() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO c.example", "250").await;
        wire.ask("MAIL FROM:<a@example.org>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250 2.1.5").await;
        server.store.close(server.workspace_id, 1).await.unwrap();
        for address in ["acme", "log.u4x9k2", "acme+next.fri"] {
            let line = format!("RCPT TO:<{address}@crm.example>");
            wire.ask(&line, "550 5.2.1").await;
        }
        wire.ask("RCPT TO:<Postmaster>", "550 5.1.1").await;
        server.store.reopen(server.workspace_id, 2).await.unwrap();
        wire.ask("RCPT TO:<log.u4x9k2@crm.example>", "250 2.1.5")
            .await;
        // The addresses that stand in no table are closed with it too, once it is gone.
        let answers = [Purpose::Reply, Purpose::Bounce].map(|purpose| {
            let token = Token {
                purpose,
                workspace_id: server.workspace_id,
                number: 1,
            };
            let local_part = server.store.registry.key().local_part(token);
            format!("RCPT TO:<{local_part}@crm.example>")
        });
        for line in &answers {
            wire.ask(line, "250 2.1.5").await;
        }
        let removed = server.store.remove_workspace(server.workspace_id, 3);
        removed.await.unwrap();
        for line in &answers {
            wire.ask(line, "550 5.2.1").await;
        }
        wire.ask("RCPT TO:<acme@crm.example>", "550 5.1.1").await;
        server.stop().await;
    }
}

#[tokio::test]
async fn mail_to_the_postmaster_has_a_reader() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO c.example", "250").await;
        wire.ask("MAIL FROM:<>", "250").await;
        wire.ask("RCPT TO:<Postmaster>", "250").await;
        wire.ask("RCPT TO:<POSTMASTER@crm.example>", "250").await;
        wire.ask("RCPT TO:<postmaster@example.net>", "550 5.7.1")
            .await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: a\r\n\r\n.", "250").await;
        let kept = server.kept().await;
        assert_eq!(kept[0].recipients[0].address, "postmaster@crm.example");
        assert_eq!(kept[0].recipients[0].local_part, "acme");
    }
}

#[tokio::test]
async fn large_messages_go_through_a_file_and_come_out_whole() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let line = "0123456789abcdef".repeat(4);
        let body = format!(
            "Subject: large\r\n\r\n{}",
            format!("{line}\r\n").repeat(9_000)
        );
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.ask(&format!("{body}."), "250").await;
        wire.ask("MAIL FROM:<>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire.send(format!("BDAT {}\r\n{body}", body.len())).await;
        wire.expect("250").await;
        wire.ask("BDAT 0 LAST", "250").await;
        let kept = server.kept().await;
        for arrival in &kept {
            assert!(
                arrival.raw.ends_with(body.as_bytes()),
                "{}",
                arrival.raw.len()
            );
        }
        assert_eq!(kept.len(), 2);
        let mut wire = server.connect_for_mail().await;
        wire.ask("DATA", "354").await;
        wire.ask(&format!("{}.", body.repeat(2)), "552 5.3.4").await;
        wire.ask("MAIL FROM:<> SIZE=1000001", "552 5.3.4").await;
        assert_eq!(server.kept().await.len(), 2);
    }
}

#[tokio::test]
async fn tls_starts_and_what_was_said_before_is_forgotten() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        let offer = wire.ask("EHLO c.example", "250").await;
        assert!(offer.contains("250-STARTTLS\r\n"));
        wire.ask("MAIL FROM:<bob@example.org>", "250").await;
        let mut wire = wire.start_tls().await;
        wire.ask("RCPT TO:<acme@crm.example>", "503").await;
        let offer = wire.ask("EHLO c.example", "250").await;
        assert!(!offer.contains("STARTTLS"));
        wire.ask("STARTTLS", "503").await;
        wire.ask("MAIL FROM:<bob@example.org>", "250").await;
        wire.ask("RCPT TO:<acme@crm.example>", "250").await;
        wire.ask("DATA", "354").await;
        wire.ask("Subject: a\r\n\r\nb\r\n.", "250").await;
        wire.ask("QUIT", "221").await;
        let kept = server.kept().await;
        assert!(kept[0].envelope.tls);
        assert!(String::from_utf8_lossy(&kept[0].raw).contains(" with ESMTPS id "));
    }
}

#[tokio::test]
async fn a_stop_lets_a_message_come_in_and_ends_the_rest() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut idle = server.connect().await;
        let mut busy = server.connect_for_mail().await;
        busy.ask("DATA", "354").await;
        busy.send("Subject: a\r\n\r\n").await;
        let mut late = server.connect_for_mail().await;
        late.ask("DATA", "354").await;
        server.shutdown.cancel();
        assert!(idle.rest().await.starts_with("421 4.3.2"));
        busy.ask("b\r\n.", "250 2.0.0 kept").await;
        busy.expect("421 4.3.2").await;
        late.ask(".", "250 2.0.0 kept").await;
        assert!(
            tokio::net::TcpStream::connect(server.address)
                .await
                .is_err()
        );
        assert_eq!(server.kept().await.len(), 2);
        server.stop().await;
    }
}
