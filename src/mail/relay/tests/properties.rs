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

/// What a broken program, a filter on the way or an attacker puts into a page.
const DEBRIS: &[&str] = &[
    "<div>",
    "</div>",
    "<br>",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "<!--[if mso]>",
    "<![endif]-->",
    "<table><tr><td>",
    "</td></tr></table>",
    "&nbsp;",
    "<img src=\"cid:x\">",
    "<style>",
    "</style>",
    "<pre>",
    "</pre>",
    "x",
    "<b",
    "\"",
    "'",
    ">",
    "<",
    "&",
    "&#x0a;",
    "\n",
    "\u{200b}",
    "<span style=\"display:none\">",
    "</span>",
    "<blockquote>",
    "</blockquote>",
    "<div class=\"gmail_quote\">",
    "<title>",
    "</title>",
    "<svg>",
    "<template>",
    "<li>",
    "<o:p>",
    "</html>",
    "<body>",
    "<a href=\"x",
    "<font color=red>",
    "<hr>",
    "next action",
    " ",
    "\u{1f600}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_command_reaches_a_contact_through_a_broken_page(
        head in proptest::collection::vec(command(), 1..4),
        client in 0..CLIENTS.len(),
        debris in proptest::collection::vec((0..DEBRIS.len(), 0.0..1.0_f64), 0..6),
        is_near in any::<bool>(),
    ) {
        let mut typed = head.clone();
        typed.extend(["", "Hei Ada,", "see you."].map(str::to_owned));
        let raw = reply(&CLIENTS[client], &typed);
        let tree = tree::read(&raw);
        let nodes = tree.all();
        let text: String = nodes.iter().filter(|n| n.role == tree::Role::Plain).map(|n| n.text()).collect();
        let mut page = page_of(&raw);
        for (index, place) in debris {
            // Near the commands is where it hurts.
            let reach = if is_near { page.find("Hei Ada").unwrap_or(page.len()) } else { page.len() };
            let mut at = (reach as f64 * place) as usize;
            while !page.is_char_boundary(at) {
                at -= 1;
            }
            page.insert_str(at, DEBRIS[index]);
        }
        let raw = [b"From: mia@studio.example\r\nMIME-Version: 1.0\r\n", &body(&text, &page)[..]].concat();
        if let Ok(sent) = outward(&raw, &to_contact(), &head, &[]) {
            assert_wire(&sent.bytes);
            let all = everything(&sent.bytes);
            let letters_of_all = letters::letters(&all);
            let read = mail::read(&sent.bytes);
            let shown = letters::letters(&format!("{}{}", read.body, crate::mail::html::to_text(&page_of(&sent.bytes))));
            for line in &head {
                let line = letters::letters(line);
                prop_assert!(!letters_of_all.contains(&line) && !shown.contains(&line), "{}: {line}\n{all}", CLIENTS[client].name);
            }
        }
    }

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
        let Ok(sent) = outward(&raw, &to_contact(), &head, &[]) else {
            // A line that a mail program takes for an address may not be found again; then the letter stays, and nothing goes.
            prop_assert!(head.iter().any(|line| line.contains(['@', '<', '>', '"'])), "{head:?}");
            return Ok(());
        };
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
