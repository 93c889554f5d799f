//! How fast messages are read that were made to be slow: each line is one of 10 MB, with its seconds and its MB/s.
//!
//! Run with `cargo bench --bench reading`. None may take a second.

use std::fmt::Write as _;
use std::time::Instant;

const BYTES: usize = 10 * 1024 * 1024;

fn repeated(head: &str, piece: &str) -> Vec<u8> {
    let mut raw = head.as_bytes().to_vec();
    while raw.len() < BYTES {
        raw.extend_from_slice(piece.as_bytes());
    }
    raw
}

fn body(header: &str, piece: &str) -> Vec<u8> {
    repeated(
        &format!("From: ada@acme.example\nSubject: x\n{header}\n\n"),
        piece,
    )
}

fn html(piece: &str) -> Vec<u8> {
    body("Content-Type: text/html; charset=utf-8", piece)
}

/// Multiparts in multiparts, each with a boundary of its own.
fn nested() -> Vec<u8> {
    let mut raw = "From: ada@acme.example\n".to_owned();
    let mut level = 0;
    while raw.len() < BYTES {
        _ = write!(
            raw,
            "Content-Type: multipart/mixed; boundary=\"b{level}\"\n\n--b{level}\n"
        );
        level += 1;
    }
    raw.into_bytes()
}

/// Headers of parts, each full of one piece.
fn parts_with(field: &str, piece: &str) -> Vec<u8> {
    let field = format!(
        "--b\n{field}: {}\n\nx\n",
        piece.repeat(100_000 / piece.len())
    );
    body("Content-Type: multipart/mixed; boundary=b", &field)
}

fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let letter = "Content-Type: message/rfc822\n\n";
    let mixed = "Content-Type: multipart/mixed; boundary=b";
    vec![
        (
            "plain text",
            body(
                "",
                "Hello Ada,\nthis is a line of plain text as people write it.\n\n",
            ),
        ),
        ("one line", body("", "x")),
        ("From of parentheses", repeated("From: ", "(((((")),
        ("From of angles", repeated("From: ", "<<<<<")),
        ("To of parentheses and an end", repeated("To: )", "(\\((")),
        ("To of angles and commas", repeated("To: ", "<a,")),
        ("To of quotes", repeated("To: ", "\"\\\" ")),
        (
            "To of addresses",
            repeated("To: ", "Ada <a@acme.example>, "),
        ),
        (
            "folded To",
            repeated("To: a@acme.example", ",\n a@acme.example"),
        ),
        ("one header", repeated("X-Long: ", "aaaaaaaaaa")),
        ("many headers", repeated("", "X-A: b\n")),
        ("no headers", repeated("", "a line without a colon\n")),
        ("empty lines", repeated("", "\n")),
        ("lines of a space", repeated("Subject: x\n", " \n")),
        (
            "encoded words",
            repeated("Subject: ", "=?utf-8?Q?=C3=A4?= "),
        ),
        (
            "encoded words without end",
            repeated("Subject: ", "=?utf-8?Q?=41"),
        ),
        (
            "parts with encoded words",
            parts_with("Subject", "=?a?q?=41"),
        ),
        (
            "parts with parameters",
            parts_with("Content-Type", "a*1*=\"b\";"),
        ),
        (
            "parts with open quotes",
            parts_with("Content-Disposition", "a;b=\"\\\""),
        ),
        (
            "letters with addresses",
            body(
                mixed,
                &format!("--b\n{letter}To: {}\n\nx\n", "<a,".repeat(30_000)),
            ),
        ),
        ("boundary lines", body(mixed, "--b\n")),
        (
            "lines of hyphens",
            body("Content-Type: multipart/mixed; boundary=-", "---\n"),
        ),
        (
            "hyphens",
            body("Content-Type: multipart/mixed; boundary=-", "-"),
        ),
        (
            "no boundary",
            body("Content-Type: multipart/mixed", "--x\n\n"),
        ),
        ("nested multiparts", nested()),
        (
            "nested letters",
            repeated("From: ada@acme.example\n", letter),
        ),
        (
            "quoted-printable",
            body("Content-Transfer-Encoding: quoted-printable", "=3D=\n="),
        ),
        (
            "base64",
            body("Content-Transfer-Encoding: base64", "QUJD====\n"),
        ),
        ("uuencode", body("", "begin 644 x\n#0V%T\n")),
        (
            "yEnc without end",
            body("", "=ybegin line=1 size=1 name=x\nabc\n"),
        ),
        (
            "flowed",
            body("Content-Type: text/plain; format=flowed", ">> word \n"),
        ),
        (
            "raw 8-bit",
            body("", "\u{e4}\u{f6}")
                .into_iter()
                .filter(|b| *b != 0xc3)
                .collect(),
        ),
        (
            "ISO-2022-JP",
            body(
                "Content-Type: text/plain; charset=iso-2022-jp",
                "\u{1b}$B\u{1b}(B",
            ),
        ),
        (
            "UTF-7",
            body("Content-Type: text/plain; charset=utf-7", "+AOQ-+"),
        ),
        (
            "clear-signed",
            body("", "-----BEGIN PGP SIGNED MESSAGE-----\n"),
        ),
        (
            "enriched",
            body("Content-Type: text/enriched", "<param>< <"),
        ),
        ("ampersands", html("&")),
        ("references", html("&auml;&#228;&nosuchname")),
        ("open tags", html("<")),
        ("tags without end", html("<a ")),
        ("open quotes", html("<a b=\"><a b='>")),
        ("nested div", html("<div>")),
        ("nested blockquote", html("<blockquote>a")),
        ("nested lists", html("<ol><li>a")),
        ("hidden div", html("<div style=\"display:none\">")),
        ("comments", html("<!--")),
        ("styles", html("<style>")),
        (
            "a page",
            html(
                "<p>Hello <b>Ada</b>,<br>this is <a href=\"https://example.com/\">a link</a>.</p>\n",
            ),
        ),
        (
            "calendar",
            body(
                "Content-Type: text/calendar; method=REQUEST",
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
            ),
        ),
    ]
}

/// Texts of one piece, as quotes and forwards are found in.
const TEXTS: &[&str] = &[
    "> quoted\n",
    ">> a\n>\n",
    "> a\nb\n",
    ">",
    "On \n",
    "-----\n",
    "a:\n",
    ":",
    "On 1 a@b.c:\n",
    "On May 1 2024, ",
    "On May 1, 2024 Ada <ada@example.com> said so\n",
    "On 6 March 2024 Jane <jane@acme.example> wrote:\n",
    "x wrote 1:\n",
    "From: a@b.c\n",
    "From: x\n\n",
    "From: x ",
    "From:To:Subject:",
    "*From:*\n",
    "> From: x@y.example\n",
    "From: Jane <jane@acme.example>\nSent: March 6, 2024\nTo: ada@example.com\nSubject: x\n",
    "To: a,\n",
    "---------- Forwarded message ---------\n",
    "-----Original Message-----\n",
    "________\n",
    "__\n",
    "- Ada\n",
    "-- x\n",
    "Sent from\n",
    "Tel: +49 30 1234567 ",
    "Acme GmbH\n",
    "x\n\n",
    "\u{200b}",
    "<",
    "(",
    "a@",
    "1.",
    "写",
];

/// Markup of one piece.
const MARKUPS: &[&str] = &[
    "<div class=gmail_quote>",
    "</div>",
    "<div></blockquote>",
    "<p>x",
    "<a href=\"mailto:a@b.example\">x</a>",
    "&amp;",
    "<br>",
    "<td><div></td>",
    "<td>From</td>",
    "<span>a</div>",
];

/// Notices of one piece, behind the header of a mail system.
const NOTICES: &[&str] = &[
    "<a@b.example>\n",
    "Final-Recipient: rfc822; a@b.example\nStatus: 5.1.1\n",
    "550 5.1.1 a@b.example@c.example ",
    "to @@@@@@@@ ",
];

/// Delivery status fields of one piece.
const FIELDS: &[&str] = &[
    "Final-Recipient: rfc822; a@b.example\n",
    "Final-Recipient: \n",
    "Action: failed\n\n",
];

/// The beginning of a piece, as one line.
fn title(piece: &str) -> String {
    piece
        .chars()
        .take(28)
        .flat_map(char::escape_debug)
        .collect()
}

fn pieces() -> Vec<(String, Vec<u8>)> {
    let daemon = "From: MAILER-DAEMON@host.example\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\n";
    let status = "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n";
    let mut cases = Vec::new();
    for piece in TEXTS {
        cases.push((title(piece), body("", piece)));
        let forward = repeated("From: ada@acme.example\nSubject: Fwd: x\n\n", piece);
        cases.push((format!("Fwd: {}", title(piece)), forward));
    }
    for piece in MARKUPS {
        cases.push((title(piece), html(piece)));
    }
    for piece in NOTICES {
        let notice = repeated(&format!("{daemon}\n"), piece);
        cases.push((format!("notice {}", title(piece)), notice));
    }
    for piece in FIELDS {
        let report = repeated(&format!("{daemon}{status}"), piece);
        cases.push((format!("status {}", title(piece)), report));
    }
    let failed = repeated(&format!("{daemon}X-Failed-Recipients: "), "a@b.example, ");
    cases.push(("X-Failed-Recipients".to_owned(), failed));
    cases
}

fn main() {
    let named = cases()
        .into_iter()
        .map(|(name, raw)| (name.to_owned(), raw));
    for (name, raw) in named.chain(pieces()) {
        let start = Instant::now();
        let parts = rapport::mail::mime::read(&raw);
        let structure = start.elapsed().as_secs_f64();
        drop(parts);
        let start = Instant::now();
        drop(rapport::mail::read(&raw));
        let whole = start.elapsed().as_secs_f64();
        let speed = raw.len() as f64 / 1e6 / structure;
        let mark = if whole > 1.0 { " SLOW" } else { "" };
        println!(
            "{name:32} {structure:8.3} s {speed:8.0} MB/s   with quotes and reports {whole:8.3} s{mark}"
        );
    }
}
