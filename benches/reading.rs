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

fn main() {
    for (name, raw) in cases() {
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
