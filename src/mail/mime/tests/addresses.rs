//! Address fields.

use super::read;

/// A mailbox as `name <address>`, `-` where either is missing.
fn shown(value: &[u8]) -> String {
    let raw = [b"To: ", value, b"\n\nx\n"].concat();
    let show = |m: &crate::mail::Mailbox| {
        format!(
            "{} <{}>",
            m.name.as_deref().unwrap_or("-"),
            m.address.as_deref().unwrap_or("-")
        )
    };
    read(&raw)
        .to
        .iter()
        .map(show)
        .collect::<Vec<_>>()
        .join(" | ")
}

fn check(cases: &[(&[u8], &str)]) {
    for (value, expected) in cases {
        assert_eq!(
            shown(value),
            *expected,
            "{}",
            String::from_utf8_lossy(value)
        );
    }
}

#[test]
fn addresses_of_the_standard_are_read() {
    check(&[
        (b"ada@acme.example", "- <ada@acme.example>"),
        (b"Ada <ada@ACME.Example>", "Ada <ada@acme.example>"),
        (b"\"Byron, Ada\" <ada@acme.example>, bob@example.com", "Byron, Ada <ada@acme.example> | - <bob@example.com>"),
        (b"\"Ada \\\"A.\\\" Byron\" <ada@acme.example>", "Ada \"A.\" Byron <ada@acme.example>"),
        (b"ada@acme.example (Ada (the first) Byron)", "Ada  Byron <ada@acme.example>"),
        (b"Pete(A nice \\) chap) <pete(his account)@silly.example(his host)>", "Pete <pete@silly.example>"),
        (b"A Group(Some people)\n :Chris <c@(host.)a.example>,\n  joe@b.example,\n John <j@c.example> (my friend); (the end)",
         "Chris <c@a.example> | - <joe@b.example> | John <j@c.example>"),
        (b"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", ""),
        (b"Undisclosed recipients:;", ""),
        (b"A:a@a.example;, B:b@b.example;", "- <a@a.example> | - <b@b.example>"),
        (b"Ada <@relay.example,@other.example:ada@acme.example>", "Ada <ada@acme.example>"),
        (b"\"ada byron\"@acme.example", "- <\"ada byron\"@acme.example>"),
        (b"Ada <\"ada byron\"@acme.example>", "Ada <\"ada byron\"@acme.example>"),
        (b"ada@[IPv6:2001:db8::1], bob@[192.0.2.1]", "- <ada@[ipv6:2001:db8::1]> | - <bob@[192.0.2.1]>"),
    ]);
}

#[test]
fn addresses_that_people_and_programs_write_are_read_too() {
    check(&[
        (
            b", a@a.example, , b@b.example,",
            "- <a@a.example> | - <b@b.example>",
        ),
        (
            b"a@a.example; b@b.example;",
            "- <a@a.example> | - <b@b.example>",
        ),
        (
            b"Ada Byron ada@acme.example",
            "Ada Byron <ada@acme.example>",
        ),
        (
            b"a@a.example b@b.example",
            "- <a@a.example> | - <b@b.example>",
        ),
        (
            b"<a@a.example> <b@b.example>",
            "- <a@a.example> | - <b@b.example>",
        ),
        (
            b"Ada <a@a.example> Bob <b@b.example>",
            "Ada <a@a.example> | Bob <b@b.example>",
        ),
        (
            b"\"A\" <a@a.example> \"B\" <b@b.example>",
            "A <a@a.example> | B <b@b.example>",
        ),
        (
            b"Ada <a@a.example, Bob <b@b.example>",
            "Ada <a@a.example> | Bob <b@b.example>",
        ),
        (b"Ada <ada@acme.example", "Ada <ada@acme.example>"),
        (b"Ada ada@acme.example>", "Ada <ada@acme.example>"),
        (b"\"Ada <ada@acme.example>", "Ada <ada@acme.example>"),
        (
            b"\"Ada <a@a.example>, \"Bob\" <b@b.example>",
            "Ada <a@a.example> | Bob <b@b.example>",
        ),
        (b"Ada\" <ada@acme.example>", "Ada <ada@acme.example>"),
        (
            b"Ada (at work <ada@acme.example>",
            "Ada at work <ada@acme.example>",
        ),
        (b"<<ada@acme.example>>", "- <ada@acme.example>"),
        (b"< ada@acme.example >", "- <ada@acme.example>"),
        (b"Ada <mailto:ada@acme.example>", "Ada <ada@acme.example>"),
        (b"mailto:ada@acme.example", "- <ada@acme.example>"),
        (
            b"ada@acme.example <ada@acme.example>",
            "ada@acme.example <ada@acme.example>",
        ),
        (b"ada@acme.example.", "- <ada@acme.example>"),
        (
            b"Ada <a@test>, jdoe@test   . example",
            "Ada <a@test> | - <jdoe@test.example>",
        ),
        (b"<Undisclosed-Recipient:@relay.example;>", ""),
        (b"<undisclosed-recipients:;>", ""),
        (b"Ada Byron", "Ada Byron <->"),
        (b"<ada>", "ada <->"),
        (b"", ""),
        (b"<>", ""),
        (b",,,;;;:::<<<>>>(((", ""),
    ]);
}

#[test]
fn names_are_decoded_however_they_are_written() {
    check(&[
        (
            b"=?utf-8?Q?J=C3=BCrgen?= <j@acme.example>",
            "Jürgen <j@acme.example>",
        ),
        (
            "Jürgen Müller <j@acme.example>".as_bytes(),
            "Jürgen Müller <j@acme.example>",
        ),
        (
            b"J\xfcrgen M\xfcller <j@acme.example>",
            "Jürgen Müller <j@acme.example>",
        ),
        (
            b"\"=?utf-8?B?SsO8cmdlbg==?=\" <j@acme.example>",
            "Jürgen <j@acme.example>",
        ),
        (
            b"=?iso-8859-1?Q?M=FCller,_J=FCrgen?= <j@acme.example>",
            "Müller, Jürgen <j@acme.example>",
        ),
        (
            b"=?iso-8859-1?Q?M=FCller, J=FCrgen?= <j@acme.example>",
            "Müller, Jürgen <j@acme.example>",
        ),
        (
            b"=?utf-8?Q?J?= =?utf-8?Q?=C3=BCrgen?= Junior <j@acme.example>",
            "Jürgen Junior <j@acme.example>",
        ),
        (
            b"=?utf-8?Q?J=C3?=\n =?utf-8?Q?=BCrgen?= <j@acme.example>",
            "Jürgen <j@acme.example>",
        ),
        (
            b"=?utf-8?Q?=22M=C3=BCller=22?= <j@acme.example>",
            "Müller <j@acme.example>",
        ),
        (
            b"j@acme.example (=?utf-8?Q?J=C3=BCrgen?=)",
            "Jürgen <j@acme.example>",
        ),
        (
            b"=?utf-8?Q?J=C3=BCrgen_=3Cj=40acme=2Eexample=3E?=",
            "Jürgen <j@acme.example>",
        ),
        (
            b"\x1b$BF|K\\8l\x1b(B <j@acme.example>",
            "日本語 <j@acme.example>",
        ),
    ]);
}

#[test]
fn names_do_not_pretend() {
    check(&[
        (b"\"ada\"@acme.example", "- <ada@acme.example>"),
        (
            "moc.emca \u{202e}adA\u{202c} <eve@evil.example>".as_bytes(),
            "moc.emca adA <eve@evil.example>",
        ),
        (
            b"=?utf-8?Q?ada=40acme=2Eexample?= <eve@evil.example>",
            "ada@acme.example <eve@evil.example>",
        ),
        (
            b"\"ada@acme.example\" <eve@evil.example>",
            "ada@acme.example <eve@evil.example>",
        ),
        (
            b"ada@acme.example, <eve@evil.example>",
            "- <ada@acme.example> | - <eve@evil.example>",
        ),
    ]);
}

#[test]
fn every_from_field_is_counted() {
    let message = read(b"From: a@a.example, b@b.example\nFrom: c@c.example\n\nx\n");
    assert_eq!(message.from_count, 3);
    assert_eq!(
        message.from.unwrap().address.as_deref(),
        Some("a@a.example")
    );
}

#[test]
fn the_author_behind_a_list_counts_only_with_signs_of_the_list() {
    let author = |header: &str| {
        let raw = format!(
            "From: Ada via L <l@lists.example>\nTo: l@lists.example\nReply-To: Ada <ada@acme.example>\n{header}\nx\n"
        );
        read(raw.as_bytes()).author.unwrap().address.unwrap()
    };
    assert_eq!(author(""), "l@lists.example");
    assert_eq!(
        author("X-Original-From: eve@evil.example\n"),
        "l@lists.example"
    );
    assert_eq!(author("List-Id: <l.lists.example>\n"), "ada@acme.example");
    assert_eq!(
        author("List-Id: <l.lists.example>\nX-Original-From: Bob <bob@acme.example>\n"),
        "bob@acme.example"
    );
}
