//! Pages of HTML: nothing that is said becomes markup, and links say what they shall.

use super::*;
use crate::commands::command::Ref;
use proptest::prelude::*;

const FRAME: Frame<'_> = Frame {
    title: "Rapport",
    answer_to: "r.1abc@crm.example",
    answer_subject: "Re: Today",
    note: None,
    hints: &[Hint {
        says: "help",
        does: "for more",
    }],
};

/// Every kind of block, with the same words in each place.
fn everything(words: &str) -> Vec<Reply> {
    let said = || words.to_owned();
    let rows = |strong| {
        Block::Table(Table {
            widths_max: Vec::new(),
            strong,
            rows: vec![
                Row {
                    cells: vec![said(), said(), said()],
                    below: Some(said()),
                    item: Some(Ref::Contact(1)),
                },
                Row::new([said()]),
            ],
        })
    };
    let blocks = vec![
        Block::Title(said()),
        Block::Lines(vec![said(), said()]),
        Block::Card(vec![(said(), said())]),
        rows(None),
        rows(Some(1)),
        Block::Numbered(vec![
            Entry::of(Ref::Action(2), vec![said(), said()]).link(said(), said()),
            Entry::marked(said(), vec![said()]).link(said(), said()),
        ]),
        Block::Quote(said()),
    ];
    vec![
        Reply::done(blocks.clone()),
        Reply {
            verdict: Verdict::Refused,
            ..Reply::done(blocks).of_line(2)
        },
    ]
}

fn shown(words: &str) -> String {
    let frame = Frame {
        title: words,
        answer_subject: words,
        note: Some(words),
        ..FRAME
    };
    page(&everything(words), &frame)
}

/// The tags, each with its attributes, without where its links lead.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|tag| {
            let tag = tag.split('>').next().unwrap_or_default();
            match tag.strip_prefix("a href=\"mailto:") {
                Some(rest) => format!("a {:?}", rest.split_once('"').map(|(_, rest)| rest)),
                None => tag.to_owned(),
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn nothing_that_is_said_becomes_a_tag_or_an_attribute(
        words in "x[ -~<>\"'&=/`\u{a0}-\u{17f}\u{202e}\u{1f600}]{0,40}",
    ) {
        prop_assert_eq!(tags(&shown(&words)), tags(&shown("x")));
    }

    #[test]
    fn a_link_reads_back_as_what_it_says(body in "\\PC{0,40}") {
        let link = mailto("r.1@crm.example", "Re: a & b", &body);
        let encoded = link.strip_prefix("mailto:r.1@crm.example?subject=Re%3A%20a%20%26%20b&body=");
        let mut bytes = Vec::new();
        let mut rest = encoded.unwrap().bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                byte => byte,
            });
        }
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), body);
    }
}

#[test]
fn what_is_said_stands_there_escaped() {
    let html = shown("<b onclick=\"x\">&amp;'");
    assert!(html.contains("&lt;b onclick=&quot;x&quot;&gt;&amp;amp;&#39;"));
    assert!(!html.contains("<b onclick"));
    // Neither does it turn the direction of writing or hide anything.
    assert!(!shown("a\u{202e}b\u{200b}c\u{7}").contains(['\u{202e}', '\u{200b}', '\u{7}']));
}

#[test]
fn links_answer_by_number_and_are_encoded() {
    let cases = [
        ("1 done", "Re: Today", "subject=Re%3A%20Today&body=1%20done"),
        (
            "1 done sent it & more",
            "Re: Käse + Brot?",
            "subject=Re%3A%20K%C3%A4se%20%2B%20Brot%3F&body=1%20done%20sent%20it%20%26%20more",
        ),
        ("a\nb", "x", "subject=x&body=a%0D%0Ab"),
        ("a\r\nb", "x", "subject=x&body=a%0D%0Ab"),
    ];
    for (body, subject, expected) in cases {
        let link = mailto("r.1abc@crm.example", subject, body);
        assert_eq!(link, format!("mailto:r.1abc@crm.example?{expected}"));
    }
    // A local part cannot smuggle in a header or another recipient.
    let link = mailto("r.1?cc=x@y.example,z@crm.example", "s", "b");
    assert!(link.starts_with("mailto:r.1%3Fcc%3Dx%40y.example%2Cz@crm.example?subject="));
    let entry = |id: i64| Entry::of(Ref::Action(id), vec!["call".to_owned()]).link("Done", "done");
    let html = page(
        &[
            Reply::done(vec![Block::Numbered(vec![entry(7)])]),
            Reply::done(vec![Block::Numbered(vec![entry(9)])]),
        ],
        &FRAME,
    );
    for number in ["1", "2"] {
        let link =
            format!("mailto:r.1abc@crm.example?subject=Re%3A%20Today&amp;body={number}%20done\"");
        assert!(html.contains(&link), "{number}");
    }
    assert!(html.contains("body=help\""));
}

#[test]
fn a_page_loads_nothing_and_knows_the_dark() {
    let html = shown("x");
    for absent in [
        "<img",
        "<script",
        "<link",
        "url(",
        "@import",
        "http:",
        "https:",
        "src=",
        "flex",
        "grid",
        "background",
    ] {
        assert!(!html.contains(absent), "{absent}");
    }
    for present in [
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "@media (prefers-color-scheme:dark)",
        "[data-ogsc]",
        "<!--[if mso]>",
        "name=\"viewport\"",
    ] {
        assert!(html.contains(present), "{present}");
    }
    // Every colour on an element has its class for the dark.
    for tag in tags(&html) {
        if tag.contains("color:#") && !tag.contains("border") {
            assert!(
                tag.contains("class=\"") || tag.contains("class=\\\""),
                "{tag}"
            );
        }
    }
}

#[test]
fn a_digest_of_fifteen_things_stays_below_20_kb() {
    let entry = |id: i64| {
        let lines = vec![
            format!("Call Ada Byron about the pilot in spring, number {id}"),
            "Ada Byron, Acme · due Fri 13 Nov 2026".to_owned(),
        ];
        Entry::of(Ref::Action(id), lines)
            .link("Done", "done")
            .link("Tomorrow", "snooze tomorrow")
            .link("Next week", "snooze next monday")
    };
    let entries = |from: i64| Block::Numbered((from..from + 5).map(entry).collect());
    let digest = Reply::done(vec![
        Block::Title("Overdue".to_owned()),
        entries(1),
        Block::Title("Today".to_owned()),
        entries(6),
        Block::Title("New".to_owned()),
        entries(11),
    ]);
    let frame = Frame {
        answer_to: "r.5z0abcdefghjkm0123456789ab@crm.example",
        ..FRAME
    };
    let html = page(&[digest], &frame);
    assert!(html.len() < 20_000, "{} bytes", html.len());
}
