//! What a client may say, and what it hears.

use super::*;

const DIALOGUES: &[(&str, &str)] = &[
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
        "250 501",
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
    (
        "EHLO c|MAIL FROM:<ada@example.com>|RCPT TO:<known@crm.example>|",
        "250 250 250",
    ),
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
];

#[test]
fn dialogues_are_answered_as_the_rfc_says() {
    for (dialogue, expected) in DIALOGUES {
        assert_eq!(codes(dialogue), *expected, "{dialogue}");
    }
}

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

const SIGN_INS: &[(Door, Client, &str, &str)] = &[
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
];

#[test]
fn signing_in_is_a_matter_of_the_submission_door() {
    for (door, client, dialogue, expected) in SIGN_INS {
        let bytes = dialogue.replace('|', "\r\n");
        let outcome = run_on(*door, *client, &[bytes.as_bytes()]);
        assert_eq!(outcome.codes(), *expected, "{door:?} {client:?} {dialogue}");
        let offered = outcome.said.contains("AUTH PLAIN LOGIN");
        let is_local_member = *door == Door::Submission && *client == Client::Local;
        assert_eq!(
            offered,
            is_local_member && dialogue.starts_with("EHLO"),
            "{dialogue}"
        );
    }
}
