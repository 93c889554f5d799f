//! Bytes of a client against the session's state machine: however they are cut, the same is said and the same is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapport::smtp::session::{Action, Answer, Client, Door, Limits, Session, Terms, Tls};
use rapport::store::registry::{AddressKind, Recipient};
use std::sync::Arc;

const MESSAGE_BYTES_MAX: u64 = 4_000;
const RECIPIENTS_MAX: usize = 5;

/// What one run of the whole input gave.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    said: Vec<String>,
    messages: Vec<(String, Vec<String>, Vec<u8>)>,
    closed: bool,
}

fuzz_target!(|data: &[u8]| {
    let [setting, cut, bytes @ ..] = data else {
        return;
    };
    let door = match setting & 1 {
        0 => Door::Exchange,
        _ => Door::Submission,
    };
    let client = match setting & 2 {
        0 => Client::Remote,
        _ => Client::Local,
    };
    // STARTTLS throws away what was read with it, so what follows does depend on the cut.
    let tls = match setting & 4 {
        0 => Tls::Absent,
        _ => Tls::Offered,
    };
    let whole = run(door, client, tls, &[bytes]);
    if tls == Tls::Absent {
        let pieces: Vec<&[u8]> = bytes.chunks(usize::from(*cut).max(1)).collect();
        assert_eq!(whole, run(door, client, tls, &pieces));
    }
    let lines = bytes.iter().filter(|b| **b == b'\n').count();
    // The greeting, the closing, and for one line at most an answer and a closing.
    assert!(whole.said.len() <= 2 * lines + 3, "{:?}", whole.said);
});

fn run(door: Door, client: Client, tls: Tls, pieces: &[&[u8]]) -> Outcome {
    let limits = Limits {
        message_bytes_max: MESSAGE_BYTES_MAX,
        recipients_max: RECIPIENTS_MAX,
        errors_max: 10,
        idle_commands_max: 20,
        wrong_passwords_max: 3,
        messages_max: 8,
    };
    let terms = Terms {
        host_name: "mx.example.com".to_owned(),
        mail_domain: "crm.example".to_owned(),
        door,
        tls,
        limits,
    };
    let mut session = Session::new(Arc::new(terms), client);
    let mut outcome = Outcome::default();
    let mut secured = false;
    // BDAT counts its bytes, so that no line end can end the message (RFC 3030); DATA does not.
    let may_hold_anything = names_chunks(&pieces.concat());
    for piece in std::iter::once(&&b""[..]).chain(pieces) {
        let mut input = *piece;
        while let Some(action) = session.advance(&mut input) {
            assert!(!outcome.closed, "something after the end: {action:?}");
            match action {
                Action::Reply(text) => outcome.said.push(checked(&text)),
                Action::StartTls => {
                    assert_eq!(tls, Tls::Offered);
                    assert!(!secured, "TLS in TLS");
                    secured = true;
                    input = &[];
                    session.tls_started();
                }
                Action::CheckRecipient {
                    address,
                    local_part,
                    ..
                } => session.answer(look_up(&address, &local_part)),
                Action::CheckPassword(credentials) => {
                    assert!(
                        secured || client == Client::Local,
                        "a password in the clear"
                    );
                    session.answer(match credentials.password.as_str() {
                        "right" => Answer::RightPassword("mia@studio.example".to_owned()),
                        "later" => Answer::Later,
                        _ => Answer::WrongPassword,
                    });
                }
                Action::Accept(handover) => {
                    assert!(door == Door::Exchange || handover.authenticated.is_some());
                    assert!((1..=RECIPIENTS_MAX).contains(&handover.recipients.len()));
                    assert!(handover.body.len() as u64 <= MESSAGE_BYTES_MAX);
                    assert!(may_hold_anything || has_no_bare_line_end(&handover.body));
                    let recipients = handover.recipients.iter().map(|r| r.address.clone());
                    let kept = (
                        handover.mail_from.clone(),
                        recipients.collect(),
                        handover.body,
                    );
                    outcome.messages.push(kept);
                    session.answer(Answer::Kept(7));
                }
                Action::Close => outcome.closed = true,
            }
        }
        assert!(input.is_empty(), "bytes were left lying");
        assert!(session.held_bytes() as u64 <= MESSAGE_BYTES_MAX);
    }
    outcome
}

/// A reply of whole lines with one code, the last of them without a hyphen.
fn checked(text: &str) -> String {
    let lines = text.strip_suffix("\r\n").expect("a reply ends in CR LF");
    let last = lines.split("\r\n").count() - 1;
    for (at, line) in lines.split("\r\n").enumerate() {
        assert!(line.len() >= 4 && line.len() <= 510, "{line:?}");
        assert_eq!(line.get(..3), text.get(..3), "{text:?}");
        assert!(line[..3].bytes().all(|b| b.is_ascii_digit()), "{line:?}");
        let mark = if at == last { b' ' } else { b'-' };
        assert_eq!(line.as_bytes()[3], mark, "{text:?}");
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    text.to_owned()
}

fn look_up(address: &str, local_part: &str) -> Answer {
    match local_part.as_bytes().first() {
        Some(b'l') => Answer::Later,
        Some(b'n') => Answer::NoRecipient,
        _ => Answer::Recipient(Box::new(Recipient {
            address: address.to_lowercase(),
            local_part: local_part.to_lowercase(),
            kind: AddressKind::Plain,
            workspace_id: 1,
            account_id: None,
            contact_id: None,
            number: None,
        })),
    }
}

fn names_chunks(bytes: &[u8]) -> bool {
    bytes
        .windows(4)
        .any(|word| word.eq_ignore_ascii_case(b"bdat"))
}

fn has_no_bare_line_end(body: &[u8]) -> bool {
    let before = |at: usize| at.checked_sub(1).and_then(|at| body.get(at));
    body.iter().enumerate().all(|(at, byte)| match byte {
        b'\r' => body.get(at + 1) == Some(&b'\n'),
        b'\n' => before(at) == Some(&b'\r'),
        _ => true,
    })
}
