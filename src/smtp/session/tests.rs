//! Dialogues: what is sent, and what comes back. A recipient `known…` exists; the password is `right`.

use super::*;
use crate::store::registry::{AddressKind, Recipient};
use proptest::prelude::*;

fn terms(door: Door) -> Terms {
    Terms {
        host_name: "mx.example.com".to_owned(),
        mail_domain: "crm.example".to_owned(),
        door,
        tls: Tls::Offered,
        limits: Limits {
            message_bytes_max: 2_000,
            recipients_max: 4,
            errors_max: 5,
            idle_commands_max: 8,
            wrong_passwords_max: 3,
            messages_max: 6,
        },
    }
}

/// What a run gave: replies in order, the messages that were handed over, and whether it closed.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    said: String,
    messages: Vec<Handover>,
    closed: bool,
}

impl Outcome {
    /// Codes of the replies behind the greeting; of a reply of many lines the last.
    fn codes(&self) -> String {
        let last = |line: &&str| line.get(3..4) != Some("-");
        let codes: Vec<&str> = self
            .said
            .lines()
            .skip(1)
            .filter(last)
            .map(|l| &l[..3])
            .collect();
        codes.join(" ")
    }
}

fn run_on(door: Door, client: Client, pieces: &[&[u8]]) -> Outcome {
    let mut session = Session::new(Arc::new(terms(door)), client);
    let mut outcome = Outcome::default();
    let mut held = Vec::new();
    for piece in std::iter::once(&&b""[..]).chain(pieces) {
        let mut input = *piece;
        while let Some(action) = session.advance(&mut input) {
            match action {
                Action::Reply(text) => outcome.said.push_str(&text),
                Action::StartTls => {
                    input = &[];
                    session.tls_started();
                }
                Action::CheckRecipient {
                    address,
                    local_part,
                } => session.answer(look_up(&address, &local_part)),
                Action::CheckPassword(credentials) => session.answer(check(&credentials)),
                Action::Accept(handover) => {
                    outcome.messages.push(*handover);
                    session.answer(Answer::Kept(0x7f3a));
                }
                Action::Close => outcome.closed = true,
            }
        }
        assert!(input.is_empty());
        held.push(session.held_bytes());
    }
    assert!(held.iter().all(|bytes| *bytes <= 2_000));
    outcome
}

fn look_up(address: &str, local_part: &str) -> Answer {
    if local_part.starts_with("later") {
        return Answer::Later;
    }
    if !local_part.to_lowercase().starts_with("known") && local_part != "Postmaster" {
        return Answer::NoRecipient;
    }
    Answer::Recipient(Box::new(Recipient {
        address: address.to_lowercase(),
        local_part: local_part.to_lowercase(),
        kind: AddressKind::Plain,
        workspace_id: 1,
        account_id: None,
        contact_id: None,
    }))
}

fn check(credentials: &Credentials) -> Answer {
    match credentials.password.as_str() {
        "right" => Answer::RightPassword(credentials.name.clone()),
        "later" => Answer::Later,
        _ => Answer::WrongPassword,
    }
}

fn run(text: &str) -> Outcome {
    run_on(Door::Exchange, Client::Remote, &[text.as_bytes()])
}

/// Runs a dialogue whose lines are parted by `|`, on the door for other servers.
fn codes(dialogue: &str) -> String {
    run(&dialogue.replace('|', "\r\n")).codes()
}

#[test]
fn dialogues_are_answered_as_the_rfc_says() {
    let start = "EHLO c.example|MAIL FROM:<ada@example.com>|RCPT TO:<known@crm.example>|";
    for (dialogue, expected) in [
        ("HELO c.example|QUIT|", "250 221"),
        ("ehlo c.example|", "250"),
        ("EHLO|HELO|", "501 501"),
        ("EHLO [192.0.2.1]|", "250"),
        ("EHLO c.example x y|", "250"),
        (
            "NOOP|NOOP at all|HELP|HELP me|VRFY ada|EXPN list|",
            "250 250 214 214 252 502",
        ),
        ("VRFY|ETRN a|LHLO a|BURL imap://a|", "501 502 502 502"),
        ("MAIL FROM:<ada@example.com>|", "503"),
        ("RCPT TO:<known@crm.example>|DATA|", "503 503"),
        (
            "EHLO c|MAIL FROM:<>|RCPT TO:<known@crm.example>|DATA|a|.|",
            "250 250 250 354 250",
        ),
        (
            "EHLO c|MAIL FROM:<ada@example.com>|MAIL FROM:<eve@example.com>|",
            "250 250 503",
        ),
        (
            "EHLO c|MAIL FROM:<ada@example.com>|RSET|MAIL FROM:<eve@example.com>|",
            "250 250 250 250",
        ),
        (
            "EHLO c|MAIL FROM:<ada@example.com>|EHLO c|RCPT TO:<known@crm.example>|",
            "250 250 250 503",
        ),
        (
            "EHLO c|MAIL FROM: <ada@example.com> SIZE=10 BODY=8BITMIME|",
            "250 250",
        ),
        (
            "EHLO c|mail from:<ada@example.com> size=10 body=7bit smtputf8|",
            "250 250",
        ),
        ("EHLO c|MAIL FROM:<ada@example.com> SIZE=2001|", "250 552"),
        (
            "EHLO c|MAIL FROM:<ada@example.com> SIZE=99999999999999999999999|",
            "250 552",
        ),
        ("EHLO c|MAIL FROM:<ada@example.com> SIZE=x|", "250 501"),
        ("EHLO c|MAIL FROM:<ada@example.com> AUTH=<>|", "250 250"),
        (
            "EHLO c|MAIL FROM:<ada@example.com> BODY=BINARYMIME|",
            "250 555",
        ),
        ("EHLO c|MAIL FROM:<ada@example.com> REQUIRETLS|", "250 555"),
        ("EHLO c|MAIL FROM:<ada@example.com> RET=HDRS|", "250 555"),
        ("EHLO c|MAIL FROM:<ada@example.com> SHOE=44|", "250 555"),
        ("EHLO c|MAIL FROM:<ada@example.com>SIZE=1|", "250 501"),
        (
            "EHLO c|MAIL FROM:ada@example.com|MAIL <ada@example.com>|MAIL|",
            "250 501 501 501",
        ),
        ("EHLO c|MAIL FROM:<ada>|", "250 501"),
        (
            "EHLO c|MAIL FROM:<łucja@example.com>|MAIL FROM:<łucja@example.com> SMTPUTF8|",
            "250 553 250",
        ),
        (start, "250 250 250"),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<known+x@CRM.Example>|RCPT TO:<\"known\"@crm.example>|",
            "250 250 250 250",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<@r.example:known@crm.example>|",
            "250 250 250",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<Postmaster>|RCPT TO:<Postmaster@crm.example>|",
            "250 250 250 250",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<known>|RCPT TO:<>|RCPT TO:<known@|",
            "250 250 501 501 501",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<nobody@crm.example>|",
            "250 250 550",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<later@crm.example>|",
            "250 250 451",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<known@crm.example> NOTIFY=NEVER|",
            "250 250 555",
        ),
        ("EHLO c|MAIL FROM:<a@b>|DATA|", "250 250 503"),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<nobody@crm.example>|DATA|",
            "250 250 550 554",
        ),
        (
            "EHLO c|MAIL FROM:<a@b>|RCPT TO:<known@crm.example>|DATA now|",
            "250 250 250 501",
        ),
        ("STARTTLS now|AUTH PLAIN AGEAcmlnaHQ=|", "501 502"),
        ("GET / HTTP/1.1|Host: x|", "554"),
    ] {
        assert_eq!(codes(dialogue), expected, "{dialogue}");
    }
}

#[test]
fn nobody_is_relayed_for() {
    for recipient in [
        "bob@example.com",
        "bob%example.com@example.org",
        "known@crm.example.example.com",
        "known@sub.crm.example",
        "known@crm.exampl",
        "@crm.example:bob@example.com",
        "known@[127.0.0.1]",
        "\"bob@example.com\"@example.org",
        "example.com!bob@example.org",
    ] {
        let outcome = run(&format!(
            "EHLO c\r\nMAIL FROM:<known@crm.example>\r\nRCPT TO:<{recipient}>\r\n"
        ));
        assert!(
            outcome.said.contains("\r\n550 5.7.1 "),
            "{recipient}: {}",
            outcome.said
        );
    }
    for recipient in [
        "bob%example.com@crm.example",
        "\"bob@example.com\"@crm.example",
    ] {
        let outcome = run(&format!(
            "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{recipient}>\r\n"
        ));
        assert!(
            outcome.said.contains("\r\n550 5.1.1 "),
            "{recipient}: {}",
            outcome.said
        );
    }
}

const START: &str = "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<known@crm.example>\r\n";

#[test]
fn a_message_is_handed_over_with_its_envelope() {
    let outcome = run(&format!(
        "{START}RCPT TO:<known@crm.example>\r\nRCPT TO:<knownTOO@crm.example>\r\nDATA\r\n..a\r\n.b\r\n\r\n.\r\nQUIT\r\n"
    ));
    assert_eq!(outcome.codes(), "250 250 250 250 250 354 250 221");
    assert!(outcome.said.contains("250 2.0.0 kept as 7f3a\r\n"));
    assert!(outcome.closed);
    let [handover] = &outcome.messages[..] else {
        panic!()
    };
    assert_eq!(handover.body, b".a\r\nb\r\n\r\n");
    assert_eq!(handover.mail_from, "a@b.example");
    assert_eq!((handover.helo.as_str(), handover.protocol), ("c", "ESMTP"));
    let addresses: Vec<&str> = handover
        .recipients
        .iter()
        .map(|r| r.address.as_str())
        .collect();
    assert_eq!(addresses, ["known@crm.example", "knowntoo@crm.example"]);
}

#[test]
fn chunks_are_counted_not_read() {
    for (chunks, expected, body) in [
        ("BDAT 3 LAST\r\na\r\n", "250", Some("a\r\n")),
        ("BDAT 3\r\na\r\nBDAT 0 LAST\r\n", "250 250", Some("a\r\n")),
        (
            "bdat 5\r\n.\r\na\nBDAT 4 last\r\nQUIT",
            "250 250",
            Some(".\r\na\nQUIT"),
        ),
        ("BDAT 3\r\na\r\nDATA\r\n", "250 503", None),
        (
            "BDAT 3\r\na\r\nRCPT TO:<known2@crm.example>\r\n",
            "250 503",
            None,
        ),
        (
            "BDAT 3\r\na\r\nRSET\r\nBDAT 4 LAST\r\nQUIT",
            "250 250 503",
            None,
        ),
        (
            "BDAT 99999999999999999999999995 LAST\r\nQUIT\r\n",
            "501 221",
            None,
        ),
        ("BDAT -1 LAST\r\n", "501", None),
        ("BDAT +3 LAST\r\n", "501", None),
        ("BDAT 3 FIRST\r\n", "501", None),
        ("BDAT 3 LAST x\r\n", "501", None),
        ("BDAT\r\n", "501", None),
        ("BDAT 4001 LAST\r\nQUIT\r\n", "552", None),
    ] {
        let outcome = run(&format!("{START}{chunks}"));
        assert_eq!(
            outcome.codes(),
            format!("250 250 250 {expected}"),
            "{chunks:?}"
        );
        let body = body.map(|b: &str| b.as_bytes().to_vec());
        assert_eq!(
            outcome.messages.first().map(|m| m.body.clone()),
            body,
            "{chunks:?}"
        );
    }
    let lost =
        "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@crm.example>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n";
    assert_eq!(run(lost).codes(), "250 250 550 554 250");
    let large = format!(
        "{START}BDAT 2001\r\n{}BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
        "a".repeat(2_001)
    );
    assert_eq!(run(&large).codes(), "250 250 250 552 503 250");
}

#[test]
fn a_message_of_another_kind_than_ours_is_refused_at_its_end() {
    for (message, expected) in [
        ("a\n.\nMAIL FROM:<eve@example.com>\r\n.\r\n", "550 5.6.0"),
        ("a\r.\rMAIL FROM:<eve@example.com>\r\n.\r\n", "550 5.6.0"),
        ("a\r\n.\nMAIL FROM:<eve@example.com>\r\n.\r\n", "550 5.6.0"),
        ("a\r\n.\rMAIL FROM:<eve@example.com>\r\n.\r\n", "550 5.6.0"),
        ("a\n.\r\nMAIL FROM:<eve@example.com>\r\n.\r\n", "550 5.6.0"),
        (
            "a\r\n.\r\r\nMAIL FROM:<eve@example.com>\r\n.\r\n",
            "550 5.6.0",
        ),
        ("Received: x\r\n\r\na\r\n.\r\n", "250 2.0.0"),
        (".\r\n", "250 2.0.0"),
    ] {
        let outcome = run(&format!("{START}DATA\r\n{message}NOOP\r\n"));
        let (_, after) = outcome.said.split_once("354 end").expect("354");
        assert_eq!(
            after.lines().nth(1).map(|l| &l[..9]),
            Some(expected),
            "{message:?}"
        );
        assert_eq!(outcome.codes().split(' ').count(), 6, "{message:?}");
    }
    let large = format!("{START}DATA\r\n{}\r\n.\r\nNOOP\r\n", "a".repeat(2_000));
    assert_eq!(run(&large).codes(), "250 250 250 354 552 250");
    let looping = format!("{START}DATA\r\n{}\r\n.\r\n", "Received: x\r\n".repeat(51));
    assert_eq!(run(&looping).codes(), "250 250 250 354 554");
    let endless = format!("{START}DATA\r\n{}", "\n".repeat(5_000));
    assert_eq!(run(&endless).codes(), "250 250 250 354 552");
}

#[test]
fn lines_that_are_no_commands_are_refused_one_by_one() {
    let long = "x".repeat(3_000);
    for (bytes, expected) in [
        ("NOOP\nNOOP\r\n".as_bytes(), "500 250"),
        (b"NOOP\rNOOP\r\n", "500"),
        (b"\r\n", "500"),
        (b"NOOP\0\r\n", "500"),
        (b"NOOP \xff\xfe\r\n", "500"),
        (b"EHLO \xc3\xa4\r\n", "501"),
        (format!("{long}\r\nNOOP\r\n").as_bytes(), "500 250"),
        (format!("NOOP {}\r\n", "x".repeat(2_041)).as_bytes(), "250"),
        (format!("NOOP {}\r\n", "x".repeat(2_042)).as_bytes(), "500"),
        ("x".repeat(1_200_000).as_bytes(), "500"),
    ] {
        let outcome = run_on(Door::Exchange, Client::Remote, &[bytes]);
        let shown: String = bytes.escape_ascii().to_string().chars().take(60).collect();
        assert_eq!(outcome.codes(), expected, "{shown}");
    }
}

#[test]
fn a_session_that_only_errs_or_idles_is_closed() {
    for (dialogue, expected) in [
        ("x\r\n".repeat(9), "500 500 500 500 500 421"),
        ("NOOP\r\n".repeat(20), "250 250 250 250 250 250 250 250 421"),
        (
            format!(
                "EHLO c\r\nMAIL FROM:<a@b>\r\n{}",
                "RCPT TO:<no@crm.example>\r\n".repeat(9)
            ),
            "250 250 550 550 550 550 421",
        ),
        (
            format!(
                "EHLO c\r\nMAIL FROM:<a@b>\r\n{}",
                (0..6)
                    .map(|n| format!("RCPT TO:<known{n}@crm.example>\r\n"))
                    .collect::<String>()
            ),
            "250 250 250 250 250 250 452 452",
        ),
    ] {
        assert_eq!(run(&dialogue).codes(), expected, "{dialogue}");
    }
    let bomb = format!(
        "EHLO c\r\nMAIL FROM:<a@b>\r\n{}",
        "RCPT TO:<known@crm.example>\r\n".repeat(9)
    );
    assert_eq!(run(&bomb).messages.len(), 0);
    let messages = format!(
        "EHLO c\r\n{}",
        "MAIL FROM:<a@b>\r\nRCPT TO:<known@crm.example>\r\nDATA\r\n.\r\n".repeat(9)
    );
    let outcome = run(&messages);
    assert_eq!((outcome.messages.len(), outcome.closed), (6, true));
    assert!(
        outcome
            .said
            .ends_with("421 4.7.0 enough for one session; connect again\r\n")
    );
}

#[test]
fn what_is_said_before_tls_does_not_count() {
    let bytes = b"EHLO c\r\nMAIL FROM:<a@b>\r\nSTARTTLS\r\nRCPT TO:<known@crm.example>\r\nDATA\r\n";
    let later = b"MAIL FROM:<a@b>\r\nEHLO c\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\nRCPT TO:<known@crm.example>\r\nDATA\r\n.\r\n";
    let outcome = run_on(Door::Exchange, Client::Remote, &[bytes, later]);
    assert_eq!(outcome.codes(), "250 250 220 503 250 503 250 250 354 250");
    assert_eq!(outcome.said.matches("STARTTLS\r\n").count(), 1);
    assert_eq!(outcome.messages[0].protocol, "ESMTPS");
}

#[test]
fn signing_in_is_a_matter_of_the_submission_door() {
    for (door, client, dialogue, expected) in [
        (
            Door::Exchange,
            Client::Local,
            "EHLO c|AUTH PLAIN AGEAcmlnaHQ=|",
            "250 502",
        ),
        (
            Door::Submission,
            Client::Remote,
            "EHLO c|AUTH PLAIN AGEAcmlnaHQ=|",
            "250 538",
        ),
        (
            Door::Submission,
            Client::Local,
            "AUTH PLAIN AGEAcmlnaHQ=|",
            "503",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|MAIL FROM:<a@b>|",
            "250 530",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN AGEAcmlnaHQ=|MAIL FROM:<a@b>|",
            "250 235 250",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|auth plain|AGEAcmlnaHQ=|AUTH PLAIN|",
            "250 334 235 503",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN|*|NOOP|",
            "250 334 501 250",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN =|",
            "250 501",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN !!!|",
            "250 501",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN YgBhAHJpZ2h0|",
            "250 501",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH LOGIN|YQ==|cmlnaHQ=|",
            "250 334 334 235",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH LOGIN YQ==|cmlnaHQ=|",
            "250 334 235",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH LOGIN|YQ==|*|",
            "250 334 334 501",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH CRAM-MD5|AUTH|",
            "250 504 501",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN AGEAbGF0ZXI=|",
            "250 454",
        ),
        (
            Door::Submission,
            Client::Local,
            "EHLO c|AUTH PLAIN AGEAd3Jvbmc=|AUTH PLAIN AGEAd3Jvbmc=|AUTH PLAIN AGEAd3Jvbmc=|NOOP|",
            "250 535 535 535 421",
        ),
    ] {
        let bytes = dialogue.replace('|', "\r\n");
        let outcome = run_on(door, client, &[bytes.as_bytes()]);
        assert_eq!(outcome.codes(), expected, "{door:?} {client:?} {dialogue}");
        let offered = outcome.said.contains("AUTH PLAIN LOGIN");
        let is_local_member = door == Door::Submission && client == Client::Local;
        assert_eq!(
            offered,
            is_local_member && dialogue.starts_with("EHLO"),
            "{dialogue}"
        );
    }
}

#[test]
fn passwords_are_not_shown() {
    let credentials = Credentials {
        name: "ada".to_owned(),
        password: "secret".to_owned(),
    };
    let shown = format!("{:?}", Action::CheckPassword(credentials));
    assert_eq!(shown, "CheckPassword(Credentials)");
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let lines: &[&[u8]] = &[
        b"EHLO c\r\n",
        b"MAIL FROM:<a@b.example> SIZE=9\r\n",
        b"MAIL FROM:<>\r\n",
        b"RCPT TO:<known@crm.example>\r\n",
        b"RCPT TO:<nobody@crm.example>\r\n",
        b"DATA\r\n",
        b"DATA\r\nReceived: x\r\n\r\n..a\r\n.\r\n",
        b"BDAT 4\r\n",
        b"BDAT 7 LAST\r\na\r\nb.\r\n",
        b"AUTH PLAIN AGEAcmlnaHQ=\r\n",
        b"AUTH LOGIN\r\nYQ==\r\ncmlnaHQ=\r\n",
        b"RSET\r\n",
        b"NOOP\r\n",
        b".\r\n",
        b".\n",
        b"\r",
        b"\n",
        b"\x00\xff",
    ];
    prop::collection::vec(prop::sample::select(lines), 0..40).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_gives_the_same_outcome(
        bytes in lines(),
        sizes in prop::collection::vec(1..9_usize, 1..40),
        is_submission: bool,
    ) {
        let door = if is_submission { Door::Submission } else { Door::Exchange };
        let whole = run_on(door, Client::Local, &[&bytes]);
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(run_on(door, Client::Local, &pieces), whole);
    }

    #[test]
    fn any_bytes_at_all_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
        run_on(Door::Exchange, Client::Remote, &[&bytes]);
    }
}
