//! Dialogues: what is sent, and what comes back. A recipient `known…` exists; the password is `right`.

mod dialogues;
mod hostile;

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
                    ..
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
        number: None,
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

const START: &str = "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<known@crm.example>\r\n";

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
