//! The submission door.

use crate::common::databases;
use crate::server::{PASSWORD, start};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

pub fn plain(password: &str) -> String {
    BASE64_STANDARD.encode(format!("\0ada@example.com\0{password}"))
}

#[tokio::test]
async fn members_sign_in_before_they_send() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        for mechanism in ["PLAIN", "LOGIN"] {
            let mut wire = server.connect_to_submission().await.start_tls().await;
            let offer = wire.ask("EHLO c.example", "250").await;
            assert!(offer.contains("250-AUTH PLAIN LOGIN\r\n"));
            wire.ask("MAIL FROM:<ada@example.com>", "530").await;
            if mechanism == "PLAIN" {
                wire.ask(&format!("AUTH PLAIN {}", plain(PASSWORD)), "235")
                    .await;
            } else {
                wire.ask("AUTH LOGIN", "334 VXNlcm5hbWU6").await;
                wire.ask(
                    &BASE64_STANDARD.encode("Ada@Example.com"),
                    "334 UGFzc3dvcmQ6",
                )
                .await;
                wire.ask(&BASE64_STANDARD.encode("tide plum oath"), "235")
                    .await;
            }
            wire.ask("MAIL FROM:<ada@example.com>", "250").await;
            wire.ask("RCPT TO:<bob@example.org>", "550 5.7.1").await;
            wire.ask("RCPT TO:<log.u4x9k2@crm.example>", "250").await;
            wire.ask("DATA", "354").await;
            wire.ask("Subject: a\r\n\r\nb\r\n.", "250").await;
        }
        let kept = server.kept().await;
        for arrival in &kept {
            assert_eq!(
                arrival.envelope.authenticated.as_deref(),
                Some("ada@example.com")
            );
            assert!(String::from_utf8_lossy(&arrival.raw).contains(" with ESMTPSA id "));
        }
        assert_eq!(kept.len(), 2);
    }
}

#[tokio::test]
async fn passwords_cannot_be_guessed_for_long() {
    for database in databases().await {
        let server = start(&database, |c| c.bounds.wrong_passwords_of_address = 4).await;
        let mut wire = server.connect_to_submission().await;
        wire.ask(&format!("AUTH PLAIN {}", plain("a")), "535 5.7.8")
            .await;
        wire.ask(&format!("AUTH PLAIN {}", plain("b")), "535 5.7.8")
            .await;
        wire.ask(&format!("AUTH PLAIN {}", plain("c")), "535 5.7.8")
            .await;
        assert!(wire.rest().await.starts_with("421 4.7.0"));
        let mut wire = server.connect_to_submission().await;
        wire.ask(&format!("AUTH PLAIN {}", plain("d")), "535 5.7.8")
            .await;
        wire.ask(&format!("AUTH PLAIN {}", plain(PASSWORD)), "421 4.7.0")
            .await;
        assert_eq!(wire.rest().await, "");
        server.serves().await;
    }
}

#[tokio::test]
async fn other_servers_are_not_asked_to_sign_in() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        let mut wire = server.connect().await;
        let offer = wire.ask("EHLO c.example", "250").await;
        assert!(!offer.contains("AUTH "));
        wire.ask(&format!("AUTH PLAIN {}", plain(PASSWORD)), "502")
            .await;
    }
}
