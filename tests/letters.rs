//! Letters of ours as members see them: each as the golden files in `samples/letters` say, in HTML and in text.
//!
//! The test writes them to `target/letters` too, to be looked at in a browser. `RAPPORT_BLESS=1 cargo test --test letters`
//! rewrites the golden files; read the difference, and look at the pictures, before you commit it.

use rapport::commands::Ref;
use rapport::commands::parse;
use rapport::commands::problem::{Candidate, Problem};
use rapport::commands::reply::{self, Block, Entry, Refused, Reply, Row, Step, Table};
use rapport::domain::language::Language;
use rapport::post::{self, Answered, Letter, Occasion};
use std::fs;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

#[path = "letters/digest.rs"]
mod digest;

const ANSWER_TO: &str = "r.5z0abcdefghjkm0123456789ab@crm.example";

/// A letter to look at.
struct Sample {
    name: &'static str,
    occasion: Occasion,
    subject: &'static str,
    batch: Option<i64>,
    replies: Vec<Reply>,
}

fn lines(said: &[&str]) -> Block {
    Block::Lines(said.iter().map(|line| (*line).to_owned()).collect())
}

fn title(said: &str) -> Block {
    Block::Title(said.to_owned())
}

fn row<const N: usize>(item: Option<Ref>, cells: [&str; N]) -> Row {
    Row {
        cells: cells.map(str::to_owned).to_vec(),
        below: None,
        item,
    }
}

fn table(widths_max: &[usize], strong: usize, rows: Vec<Row>) -> Block {
    Block::Table(Table {
        widths_max: widths_max.to_vec(),
        strong: Some(strong),
        rows,
    })
}

fn ack() -> Sample {
    let said = [
        "Next for #c12 Ada Byron: call about the pilot, due Fri 13 Nov 2026 09:00 Europe/Helsinki.",
        "Phone of #c12 Ada Byron: +358 40 123 4567 (before: +358 9 1234).",
        "Tagged #c12 Ada Byron with vip, berlin.",
    ];
    let replies = said.iter().zip(1..);
    Sample {
        name: "ack",
        occasion: Occasion::Commands,
        subject: "Fwd: Pilot in May",
        batch: Some(4),
        replies: replies
            .map(|(said, line)| Reply::done(vec![lines(&[said])]).of_line(line))
            .collect(),
    }
}

fn ack_of_one() -> Sample {
    let said =
        "Next for #c12 Ada Byron: call about the pilot, due Fri 13 Nov 2026 09:00 Europe/Helsinki.";
    Sample {
        name: "ack-one",
        replies: vec![Reply::done(vec![lines(&[said])])],
        ..ack()
    }
}

fn error() -> Sample {
    let text = "next @ada: call Friday\namout: 4500\ntag: vip";
    let parsed = parse::lines(text, Language::English);
    let mut ambiguous = Problem::new("@ada is 2 people: #c12 Ada Byron (Acme), #c77 Ada Ray (Foo)");
    ambiguous.candidates = [(12, "Ada Byron (Acme)"), (77, "Ada Ray (Foo)")]
        .map(|(id, shown)| Candidate {
            written: "ada".to_owned(),
            record: Ref::Contact(id),
            shown: shown.to_owned(),
        })
        .to_vec();
    let amount = Problem::new("it was not understood").nearest("amount: 4500");
    let refused = |number, text: &str, problem| Refused {
        number,
        text: text.to_owned(),
        problem,
        at: Step::Reading,
    };
    let all = [
        refused(1, "next @ada: call Friday", ambiguous),
        refused(2, "amout: 4500", amount),
    ];
    let mut reply = reply::refusal(&all, &parsed);
    if let Some(Block::Lines(said)) = reply.blocks.first_mut() {
        said[0].push_str(" Your mail was filed.");
    }
    Sample {
        name: "error",
        batch: None,
        replies: vec![reply],
        ..ack()
    }
}

fn error_of_one() -> Sample {
    let text = "next @ada: call Friday";
    let mut problem = Problem::new("@ada is 2 people: #c12 Ada Byron (Acme), #c77 Ada Ray (Foo)");
    problem.candidates = [(12, "Ada Byron (Acme)"), (77, "Ada Ray (Foo)")]
        .map(|(id, shown)| Candidate {
            written: "ada".to_owned(),
            record: Ref::Contact(id),
            shown: shown.to_owned(),
        })
        .to_vec();
    let refused = Refused {
        number: 1,
        text: text.to_owned(),
        problem,
        at: Step::Doing,
    };
    Sample {
        name: "error-one",
        batch: None,
        replies: vec![reply::refusal(
            &[refused],
            &parse::lines(text, Language::English),
        )],
        ..ack()
    }
}

fn confirmation() -> Sample {
    let said = [
        "This would merge #c41 Ada B. into #c12 Ada Byron: 3 addresses, 12 mails, 1 next action.",
        "Reply with the code within 24 hours; until then nothing changes.",
    ];
    let entry = Entry::marked(String::new(), vec!["confirm 4821".to_owned()])
        .link("Confirm", "confirm 4821");
    Sample {
        name: "confirmation",
        subject: "Two Adas",
        batch: None,
        replies: vec![Reply::done(vec![lines(&said), Block::Numbered(vec![entry])]).answer()],
        ..ack()
    }
}

fn list() -> Sample {
    let people = [
        ("Ada Byron", "Acme Oy", "10 Nov", "ada@acme.example"),
        (
            "Bo Lindqvist",
            "Nordwind GmbH",
            "9 Nov",
            "bo.lindqvist@nordwind.example",
        ),
        ("Chloé Dubois", "", "9 Nov", "chloe@atelier.example"),
        ("田中太郎", "Sakura", "7 Nov", "tanaka@sakura.example"),
        ("", "", "6 Nov", "sales@wholesale-of-fine-things.example"),
        (
            "Eero Virtanen",
            "Virtanen & Sons",
            "5 Nov",
            "eero@virtanen.example",
        ),
        (
            "Fatima <script>",
            "\"Quote\" Ltd",
            "3 Nov",
            "fatima@quote.example",
        ),
        (
            "Gwendolyn Featherstonehaugh-Cholmondeley",
            "A company with a very long name",
            "1 Nov",
            "gwen@long.example",
        ),
        (
            "Hüseyin Çelik",
            "Çelik A.Ş.",
            "30 Oct",
            "huseyin@celik.example",
        ),
        ("Iris", "", "", "iris@home.example"),
    ];
    let rows = people
        .iter()
        .zip(12..)
        .map(|((name, company, last, address), id)| {
            row(
                Some(Ref::Contact(id)),
                [&format!("#c{id}"), name, company, last, address],
            )
        });
    let blocks = vec![
        title("Contacts, who was heard of last first"),
        table(&[10, 24, 16, 12], 1, rows.collect()),
        lines(&["There are more; find finds them by a word."]),
    ];
    Sample {
        name: "list",
        subject: "list",
        batch: None,
        replies: vec![Reply::done(blocks).answer()],
        ..ack()
    }
}

fn said_rows() -> Vec<Row> {
    let said = [
        (
            9,
            "10 Nov",
            "from Ada Byron",
            "Re: Pilot in May: dates and who comes along",
        ),
        (8, "9 Nov", "sent by Mia Lind", "Pilot in May"),
        (
            6,
            "2 Nov",
            "note by Mia Lind",
            "prefers mornings, has a dog called Turing",
        ),
        (3, "28 Oct", "meeting, Ada Byron", "Kick-off"),
    ];
    said.iter()
        .map(|(id, when, who, what)| {
            row(
                Some(Ref::Interaction(*id)),
                [&format!("#i{id}"), when, who, what],
            )
        })
        .collect()
}

fn card() -> Sample {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = vec![
        field("company", "Acme Oy"),
        field("title", "Head of Research"),
        field("phone", "+358 40 123 4567"),
        field(
            "addresses",
            "ada@acme.example\nada.byron@university-of-somewhere.example",
        ),
        field("write to", "ada.7k3q9x@crm.example"),
        field("tags", "vip, berlin"),
        field("responsible", "Mia Lind"),
        field("since", "28 Oct"),
    ];
    let blocks = vec![
        title("#c12 Ada Byron"),
        Block::Card(fields),
        title("Last of 14"),
        table(&[10, 12, 24], 3, said_rows()),
    ];
    Sample {
        name: "card",
        subject: "show ada",
        replies: vec![Reply::done(blocks).answer()],
        ..list()
    }
}

fn timeline() -> Sample {
    let mut rows = said_rows();
    rows[0].below =
        Some("… could we move the pilot to the second week of May, since half of us …".to_owned());
    Sample {
        name: "timeline",
        subject: "timeline ada",
        replies: vec![
            Reply::done(vec![
                title("#c12 Ada Byron: the last 4 of 14"),
                table(&[10, 12, 24], 3, rows),
            ])
            .answer(),
        ],
        ..list()
    }
}

fn mail() -> Sample {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = vec![
        field("what", "mail that came in, filed"),
        field("from", "Ada Byron <ada@acme.example>"),
        field("when", "Tue 10 Nov 2026 09:30 Europe/Helsinki"),
        field("filed with", "#c12 Ada Byron"),
        field("files", "plan.pdf (application/pdf, 212 kB)"),
    ];
    let text = "Dear Mia,\n\ncould we move the pilot to the second week of May, since half of us are away in the first? \
                The rest stands as we said.\n\nBest,\nAda";
    Sample {
        name: "mail",
        subject: "show #i9",
        replies: vec![
            Reply::done(vec![
                title("#i9 Re: Pilot in May"),
                Block::Card(fields),
                Block::Quote(text.to_owned()),
            ])
            .answer(),
        ],
        ..list()
    }
}

fn samples() -> Vec<Sample> {
    vec![
        ack(),
        ack_of_one(),
        error(),
        error_of_one(),
        confirmation(),
        list(),
        card(),
        timeline(),
        mail(),
        digest::sample(),
    ]
}

/// Text and HTML of a sample.
fn written(sample: &Sample) -> (String, String) {
    let answered = Answered {
        subject: Some(sample.subject.to_owned()),
        ..Answered::default()
    };
    let letter = Letter {
        member_id: 1,
        occasion: sample.occasion,
        replies: &sample.replies,
        subject: sample.subject,
        answers: Some(&answered),
        about_contact_id: None,
        about_interaction_id: None,
        batch: sample.batch,
        nonce: [0; 10],
    };
    let subject = format!("Re: {}", sample.subject);
    let (text, html) = post::body(&letter, &sample.replies, &subject, ANSWER_TO);
    (text, html.unwrap())
}

#[test]
fn letters_are_as_their_golden_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden: PathBuf = root.join("samples/letters");
    let shown = root.join("target/letters");
    fs::create_dir_all(&shown).unwrap();
    for sample in samples() {
        let (text, html) = written(&sample);
        for (extension, content) in [("txt", text), ("html", html)] {
            let name = format!("{}.{extension}", sample.name);
            fs::write(shown.join(&name), &content).unwrap();
            if std::env::var_os("RAPPORT_BLESS").is_some() {
                fs::write(golden.join(&name), &content).unwrap();
            }
            let expected = fs::read_to_string(golden.join(&name)).unwrap_or_default();
            assert!(content == expected, "{name} differs:\n{content}");
        }
    }
}

#[test]
fn numbers_are_the_same_in_text_and_html() {
    for sample in samples() {
        let (text, html) = written(&sample);
        let items = reply::items(&sample.replies);
        for (number, record) in &items {
            let begins = format!("{number}  ");
            let in_text = text.lines().filter(|l| l.trim_start().starts_with(&begins));
            assert_eq!(in_text.count(), 1, "{} {number} {record}", sample.name);
            let cell = format!(">{number}</td>");
            assert_eq!(
                html.matches(&cell).count(),
                1,
                "{} {number} {record}",
                sample.name
            );
        }
        let next = format!(">{}</td>", items.len() + 1);
        assert!(!html.contains(&next), "{}", sample.name);
    }
}

#[test]
fn letters_fit_a_terminal_and_are_small() {
    for sample in samples() {
        let (text, html) = written(&sample);
        for line in text.lines() {
            assert!(line.width() <= 72, "{}: {line}", sample.name);
        }
        assert!(html.len() < 20_000, "{}: {} bytes", sample.name, html.len());
    }
}
