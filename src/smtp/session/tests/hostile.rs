//! What a client should not say, and what becomes of it.

use super::*;

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
fn passwords_are_not_shown() {
    let credentials = Credentials {
        name: "ada".to_owned(),
        password: "secret".to_owned(),
    };
    let shown = format!("{:?}", Action::CheckPassword(credentials));
    assert_eq!(shown, "CheckPassword(Credentials)");
}
