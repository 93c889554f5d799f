//! What holds for any message.

use super::clients::CLIENTS;
use super::*;
use proptest::prelude::*;

/// Lines that a member writes on top.
fn command() -> impl Strategy<Value = String> {
    let verbs = proptest::sample::select(vec![
        "next action: ",
        "note: ",
        "tag: ",
        "set email: ",
        "call: ",
        "company: ",
        "2 done ",
        "? won ",
        "/lost ",
        "@ada: ",
        "# ",
    ]);
    let words = "[a-zäöé0-9]{3,9}( [a-zA-Z0-9ß€&<>\"'.,@+*_-]{1,9}){0,5}";
    (verbs, words).prop_map(|(verb, words)| format!("{verb}zq{words}").trim_end().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_command_reaches_a_contact(
        head in proptest::collection::vec(command(), 1..5),
        client in 0..CLIENTS.len(),
        note in proptest::sample::select(vec!["", "Hei Ada,\n\nsee you.", "ok", "one\ntwo\n\nthree"]),
    ) {
        let mut typed = head.clone();
        typed.push(String::new());
        typed.extend(note.lines().map(str::to_owned));
        let raw = reply(&CLIENTS[client], &typed);
        let sent = outward(&raw, &to_contact(), &head, &[]).unwrap();
        assert_wire(&sent.bytes);
        let all = letters::letters(&everything(&sent.bytes));
        for line in &head {
            let mark: String = letters::letters(line).chars().skip_while(|c| *c != 'z').take(5).collect();
            prop_assert!(!all.contains(&mark), "{}: {line}\n{}", CLIENTS[client].name, everything(&sent.bytes));
        }
        prop_assert_eq!(sent.is_empty(), note.is_empty());
    }

    #[test]
    fn whatever_comes_in_goes_through(body in proptest::collection::vec(any::<u8>(), 0..600), shape in 0..6_usize) {
        let shapes = [
            "Content-Type: text/plain\r\n\r\n",
            "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: image/png\r\n\r\n",
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
            "",
        ];
        let raw = [b"From: ada@acme.example\r\n", shapes[shape].as_bytes(), &body].concat();
        let relayed = inward(&raw, &to_member(), &Footer::naming("Ada")).unwrap();
        assert_wire(&relayed);
        let read = mail::read(&relayed);
        prop_assert_eq!(read.from.unwrap().key(), "ada.7k3q9x@crm.example");
        prop_assert_eq!(read.attachments.len(), mail::read(&raw).attachments.len());
        if let Ok(sent) = outward(&raw, &to_contact(), &[], &[]) {
            assert_wire(&sent.bytes);
            prop_assert_eq!(mail::read(&sent.bytes).from.unwrap().key(), "ada.7k3q9x@crm.example");
        }
    }
}
