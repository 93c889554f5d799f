//! Mail to those whom every domain has: the postmaster, and whoever hears of abuse.

use crate::common::databases;
use crate::common::workspace::{Desk, SECOND};
use crate::server::{PASSWORD, Server, start};
use crate::sign_in::plain;
use crate::wire::Wire;
use rapport::domain::Clock;
use rapport::store::registry::{AddressKind, NewWorkspace};
use tokio::io::{AsyncRead, AsyncWrite};

const TO: [&str; 2] = ["postmaster@crm.example", "Abuse@CRM.example"];
/// What is nobody's.
const NOBODY: [&str; 3] = [
    "postmaster+next.friday@crm.example",
    "abuse--tag.vip@crm.example",
    "webmaster@crm.example",
];
/// What would be done, were it a letter to the workspace itself.
const COMMANDS: &str =
    "new: Eve <eve@evil.example>\r\nnote: a note\r\nnext action: call friday\r\n\r\nHello.";

/// A stranger's workspace on the same instance, which is older.
async fn older(server: &Server) {
    let new = NewWorkspace {
        slug: "older",
        name: "Older",
        owner_email: "eve@evil.example",
        intake: "log.e8v2e4",
        app_password: "incorrect horse",
    };
    let made = server
        .store
        .registry
        .make_workspace_within(new, Some(10), 0);
    made.await.expect("a workspace");
}

/// Hands in a letter to each of the addresses.
async fn hand_in<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    mail_from: &str,
    head: &str,
) {
    for (number, to) in TO.iter().enumerate() {
        wire.ask(&format!("MAIL FROM:<{mail_from}>"), "250").await;
        wire.ask(&format!("RCPT TO:<{to}>"), "250").await;
        wire.ask("DATA", "354").await;
        let head = head.replace('#', &number.to_string());
        let letter = format!("{head}\r\nTo: {to}\r\n\r\n{COMMANDS}\r\n.");
        wire.ask(&letter, "250").await;
    }
}

#[tokio::test]
async fn mail_to_the_operator_is_filed_with_the_operator_s_workspace_and_commands_nothing() {
    for database in databases().await {
        let server = start(&database, |_| {}).await;
        older(&server).await;
        let mut wire = server.connect().await;
        wire.ask("EHLO c.example", "250").await;
        let cases = [
            (
                "bob@example.org",
                "From: Bob <bob@example.org>\r\nMessage-ID: <b#@example.org>\r\nSubject: note: open relay",
            ),
            // What only looks like the owner's.
            (
                "ada@example.com",
                "From: Ada <ada@example.com>\r\nMessage-ID: <f#@example.com>\r\nSubject: note: x",
            ),
            (
                "",
                "From: <mailer-daemon@example.org>\r\nMessage-ID: <d#@example.org>\r\nAuto-Submitted: auto-replied\r\nSubject: late",
            ),
        ];
        wire.ask("MAIL FROM:<bob@example.org>", "250").await;
        for to in NOBODY {
            wire.ask(&format!("RCPT TO:<{to}>"), "550 5.1.1").await;
        }
        wire.ask("RSET", "250").await;
        for (mail_from, head) in cases {
            hand_in(&mut wire, mail_from, head).await;
        }
        let mut wire = server.connect_to_submission().await.start_tls().await;
        wire.ask("EHLO c.example", "250").await;
        wire.ask(&format!("AUTH PLAIN {}", plain(PASSWORD)), "235")
            .await;
        let head =
            "From: Ada <ada@example.com>\r\nMessage-ID: <a#@example.com>\r\nSubject: note: y";
        hand_in(&mut wire, "ada@example.com", head).await;
        let kept = server.kept().await;
        assert_eq!(kept.len(), 4 * TO.len(), "on {}", database.name);
        let recipients = kept.iter().flat_map(|arrival| &arrival.recipients);
        for recipient in recipients {
            assert_eq!(
                (recipient.kind, &*recipient.local_part),
                (AddressKind::Plain, "acme")
            );
        }

        let mut desk = Desk::beside(&database).await;
        desk.id = server.workspace_id;
        // The listener has the system's clock.
        let ahead_us = Clock::system().now_us() - desk.lanes.clock.now_us();
        desk.pass(ahead_us / SECOND + 60);
        desk.file().await;
        assert_eq!(server.kept().await.len(), 0);
        let filed = desk.interactions().await;
        let expected = [
            "unfiled mail in author.unknown by other:bob@example.org",
            "held mail in held.unproved by other:ada@example.com",
            "set_aside mail in automatic by other:mailer-daemon@example.org",
            "unfiled note internal note.nobody by member:ada@example.com",
        ];
        let each = expected.iter().flat_map(|line| [*line; TO.len()]);
        assert_eq!(filed, each.collect::<Vec<_>>(), "on {}", database.name);
        for nothing in [
            "select name from contact",
            "select text from action",
            "select text from interaction where kind = 'note' and text = 'a note'",
        ] {
            assert_eq!(desk.column(nothing).await, [""; 0], "{nothing}");
        }
        // Nobody outside is answered; the owner is asked about what bears her name.
        let outbox = desk.outbox().await;
        let told = outbox.iter().map(|posted| (&*posted.kind, &*posted.to));
        let told: Vec<_> = told.collect();
        assert_eq!(told, [("notice", "ada@example.com"); TO.len()]);
    }
}
