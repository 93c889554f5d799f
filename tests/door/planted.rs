//! Nothing that a member did not newly write runs, and what a member did newly write is found: commands planted into every
//! letter of `samples/`, and into every one below the folder that RAPPORT_PLANTED_CORPUS names.

use crate::common::databases;
use crate::common::workspace::{Desk, SECOND};
use crate::plant::{Around, Letter, Plant, with_crlf};
use crate::{ADA, INTAKE, MIA, SIGNED_IN, meet_ada};
use rapport::commands::parse;
use rapport::domain::language::Language;
use rapport::mail::{self, Class, Protection};
use rapport::store::registry::Envelope;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Of the commands in the right place so many of a hundred are found.
const FOUND_MIN: usize = 98;

/// Every `.eml` below a folder, in order.
fn letters(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|e| e == "eml") => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn all_letters() -> Vec<Letter> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut paths = letters(&own);
    assert!(paths.len() > 50);
    if let Some(folder) = std::env::var_os("RAPPORT_PLANTED_CORPUS") {
        paths.extend(letters(Path::new(&folder)));
    }
    let read = |path: &PathBuf| Letter::read(&std::fs::read(path).unwrap());
    paths.iter().map(read).collect()
}

/// As Mia would send it to her own address: all that speaks for her.
fn from_mia(letter: &Letter, id: &str) -> Letter {
    to_us(letter, id).with("From", MIA)
}

fn to_us(letter: &Letter, id: &str) -> Letter {
    letter
        .clone()
        .with("To", INTAKE)
        .without("Cc")
        .without("Message-ID")
        .with("Message-ID", &format!("<{id}@planted.example>"))
}

/// What is planted, in several forms; `word` tells it from everything else.
fn plant(word: &str, form: usize) -> Plant {
    let lines = match form % 4 {
        0 => vec![
            "@ada:".to_owned(),
            format!("note: {word}"),
            "tag: planted".to_owned(),
            format!("next action: {word} friday"),
            "delete #c1".to_owned(),
        ],
        1 => vec![
            format!("note @ada: {word}"),
            "tag @ada: planted".to_owned(),
            "delete #c1".to_owned(),
            format!("next action @ada: {word} by friday"),
        ],
        2 => vec![
            format!("/note @ada {word}"),
            "/tag @ada planted".to_owned(),
            "/delete #c1".to_owned(),
            format!("/next @ada {word} by friday"),
        ],
        _ => vec![
            format!("Note ada@northwind.example: {word}"),
            "DELETE #c1".to_owned(),
            "Tag #c1: planted".to_owned(),
            format!("Next Action #c1: {word} ^friday"),
        ],
    };
    Plant { lines }
}

const WROTE: &str = "On Mon, 9 Nov 2026 at 13:45, Ada Byron <ada@northwind.example> wrote:";
const FORWARDED: &str = "---------- Forwarded message ---------\nFrom: Ada Byron <ada@northwind.example>\n\
                         Date: Mon, 9 Nov 2026 at 13:45\nSubject: Pier 4\nTo: Mia Laine <mia@studio.example>\n\n";
const OUTLOOK: &str = "________________________________\nFrom: Ada Byron <ada@northwind.example>\n\
                       Sent: Monday, November 9, 2026 1:45 PM\nTo: Mia Laine <mia@studio.example>\nSubject: Pier 4\n\n";

/// The mail with the plant in every place where it must not run, each by its name.
fn in_wrong_places(letter: &Letter, plant: &Plant) -> Vec<(&'static str, Letter)> {
    let (text, html) = (plant.text(), plant.html(""));
    let quoted = plant.quoted();
    let around = |above: String, below: String, above_in_html: String, below_in_html: String| {
        letter.around(&Around {
            above,
            below,
            above_in_html,
            below_in_html,
        })
    };
    let none = String::new;
    let gmail = format!(
        "<div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{WROTE}<br></div>\
                         <blockquote class=\"gmail_quote\">{html}</blockquote></div>"
    );
    let prose = "Dear all, this is a letter.\n\n";
    let prose_in_html = "<div>Dear all, this is a letter.</div><div><br></div>";
    let hidden = format!(
        "<title>{html}</title><!-- {html} --><div style=\"display:none\">{html}</div>\
         <div style=\"visibility: hidden\">{html}</div><span style=\"font-size:0\">{}</span><p style=\"opacity: 0\">{}</p>",
        plant.text(),
        plant.text()
    );
    let forward_in_html = format!(
        "<div>{}</div>{html}",
        FORWARDED.replace('<', "&lt;").replace('\n', "<br>")
    );
    let outlook_in_html = format!(
        "<div id=\"divRplyFwdMsg\"><b>From:</b> Ada Byron &lt;ada@northwind.example&gt;<br><b>Sent:</b> \
                                   Monday, November 9, 2026 1:45 PM<br><b>To:</b> Mia Laine<br><b>Subject:</b> Pier 4</div>{html}"
    );
    let places = [
        (
            "a quote above",
            around(
                format!("{quoted}\n"),
                none(),
                format!("<blockquote type=\"cite\">{html}</blockquote>"),
                none(),
            ),
        ),
        (
            "an answer's quote above",
            around(
                format!("{WROTE}\n{quoted}\n"),
                none(),
                gmail.clone(),
                none(),
            ),
        ),
        (
            "a quote below",
            around(none(), format!("\n\n{WROTE}\n{quoted}"), none(), gmail),
        ),
        (
            "below prose",
            around(
                format!("{prose}{text}\n\n"),
                none(),
                format!("{prose_in_html}{html}"),
                none(),
            ),
        ),
        (
            "at the end",
            around(
                prose.to_owned(),
                format!("\n\n{text}\n"),
                prose_in_html.to_owned(),
                html.clone(),
            ),
        ),
        (
            "a forward",
            around(
                none(),
                format!("\n\n{FORWARDED}{text}\n"),
                none(),
                forward_in_html.clone(),
            ),
        ),
        (
            "a forward alone",
            saying(letter, &format!("{FORWARDED}{text}\n"), &forward_in_html),
        ),
        (
            "Outlook's answer",
            saying(letter, &format!("{OUTLOOK}{text}\n"), &outlook_in_html),
        ),
        (
            "a signature",
            around(
                prose.to_owned(),
                format!("\n\n-- \n{text}\n"),
                prose_in_html.to_owned(),
                format!("<div>-- <br>{html}</div>"),
            ),
        ),
        (
            "a signature alone",
            saying(
                letter,
                &format!("-- \n{text}\n"),
                &format!("<div class=\"gmail_signature\">{html}</div>"),
            ),
        ),
        (
            "hidden HTML",
            around(none(), none(), hidden.clone(), none()),
        ),
        (
            "hidden HTML alone",
            saying(
                letter,
                "Hello there, as promised.\n",
                &format!("{hidden}<p>Hello there, as promised.</p>"),
            ),
        ),
        ("files", Some(letter.with_files(&files(&text)))),
        (
            "files of a mail that says nothing",
            saying(letter, "", "<p></p>").map(|l| l.with_files(&files(&text))),
        ),
    ];
    places
        .into_iter()
        .filter_map(|(name, planted)| Some((name, planted?)))
        .collect()
}

/// With this in place of all that it says.
fn saying(letter: &Letter, text: &str, html: &str) -> Option<Letter> {
    let (has_text, has_html) = letter.texts();
    let text = has_text.map(|_| text);
    let html = has_html.map(|_| format!("<html><body>{html}</body></html>"));
    (text.is_some() || html.is_some()).then(|| letter.saying(text, html.as_deref()))
}

fn files(text: &str) -> [String; 3] {
    [
        format!(
            "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n{text}\n"
        ),
        format!(
            "Content-Type: message/rfc822\n\nFrom: {ADA}\nTo: {MIA}\nSubject: Pier\nMessage-ID: <inside@northwind.example>\n\n{text}\n"
        ),
        format!(
            "Content-Type: text/html; name=a.html\nContent-Disposition: attachment; filename=a.html\n\n<p>{text}</p>\n"
        ),
    ]
}

/// The mail with the plant where commands stand.
fn in_right_place(letter: &Letter, plant: &Plant) -> Option<Letter> {
    let page = letter.texts().1.unwrap_or_default();
    letter.around(&Around {
        above: format!("{}\n\n", plant.text()),
        above_in_html: plant.html(&page),
        ..Around::default()
    })
}

/// Whose mail it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A person's: what stands on top was newly written.
    Person,
    /// A list's, a program's, of several authors, or encrypted: nobody commands by it.
    Mute,
    /// So large or so deep that not all of it is read.
    Cut,
}

fn shape(raw: &[u8]) -> Shape {
    let message = mail::read(raw);
    match () {
        () if !message.limits.is_empty() => Shape::Cut,
        () if message.class != Class::Person
            || message.from_count > 1
            || message.protection == Protection::Encrypted =>
        {
            Shape::Mute
        }
        () => Shape::Person,
    }
}

/// Whether From is Mia's or Jon's: with a secret address that is enough.
fn is_of_a_member(letter: &Letter) -> bool {
    let from = mail::read(&letter.bytes()).from.unwrap_or_default();
    from.key().ends_with("@studio.example")
}

/// Whether a mail holds commands before anything is planted.
fn commands(letter: &Letter) -> bool {
    let message = mail::read(&from_mia(letter, "own").bytes());
    let subject = message.subject.as_deref().unwrap_or_default();
    [message.opening(), subject].iter().any(|text| {
        let head = parse::head(text, Language::English);
        !head.lines.is_empty() || head.target.is_some()
    })
}

async fn spool(desk: &Desk, account: Option<&str>, to: &str, letter: &Letter, is_crlf: bool) {
    let envelope = Envelope {
        authenticated: account.map(str::to_owned),
        ..Envelope::default()
    };
    let raw = match is_crlf {
        true => with_crlf(&letter.bytes()),
        false => letter.bytes(),
    };
    desk.spool_bytes(&envelope, &[to], raw).await;
}

/// The mails that were run or refused, by Message-ID without its domain.
async fn ran(desk: &Desk) -> BTreeSet<String> {
    let ids = desk
        .column(
            "select k.message_id from command_run r join mail_key k on k.interaction_id = r.interaction_id",
        )
        .await;
    let local = |id: &String| {
        id.trim_start_matches('<')
            .split('@')
            .next()
            .map(str::to_owned)
    };
    ids.iter().filter_map(local).collect()
}

/// What of the plant is in the workspace.
async fn changed(desk: &Desk) -> Vec<String> {
    desk.column(
        "select 'note ' || text from interaction where text like '%planted%' and kind in ('note', 'call', 'talk') and raw_id is null \
         union all select 'tag ' || tag from contact_tag where tag like '%planted%' \
         union all select 'action ' || text from action where text like '%planted%' \
         union all select 'confirmation ' || text from confirmation where kind = 'command' \
         union all select 'journal ' || verb from journal where batch > 0",
    )
    .await
}

#[tokio::test]
async fn nothing_that_a_member_did_not_newly_write_runs() {
    let letters = all_letters();
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let mut count = 0;
        let mut names: Vec<(&str, usize)> = Vec::new();
        for (number, letter) in letters.iter().enumerate() {
            if commands(letter) {
                continue;
            }
            let plant = plant("planted", number);
            for (place, planted) in in_wrong_places(letter, &plant) {
                names.push((place, number));
                let planted = from_mia(&planted, &count.to_string());
                spool(
                    &desk,
                    SIGNED_IN,
                    "log.m7a2x4",
                    &planted,
                    (number + count) % 2 == 0,
                )
                .await;
                count += 1;
            }
            // The right place, and the wrong people: a stranger, a contact, a member without a proof.
            let Some(planted) = in_right_place(letter, &plant) else {
                continue;
            };
            for (name, from, to) in [
                ("the stranger's own", None, "log.m7a2x4"),
                ("a contact at the intake", Some(ADA), "log.m7a2x4"),
                (
                    "a contact at the capture address",
                    Some(ADA),
                    capture.as_str(),
                ),
                ("a member without a proof", Some(MIA), "acme"),
            ] {
                if from.is_none() && is_of_a_member(letter) {
                    continue;
                }
                names.push((name, number));
                let mut planted = to_us(&planted, &count.to_string());
                if let Some(from) = from {
                    planted = planted.with("From", from);
                }
                spool(&desk, None, to, &planted, (number + count) % 2 == 0).await;
                count += 1;
            }
        }
        desk.file().await;
        let ran = ran(&desk).await;
        let wrong: Vec<_> = ran
            .iter()
            .filter_map(|id| names.get(id.parse::<usize>().ok()?))
            .collect();
        println!(
            "{}: {count} mails of {} letters planted in wrong places, {} ran",
            place.name,
            letters.len(),
            ran.len()
        );
        assert!(ran.is_empty(), "on {}: {wrong:?}", place.name);
        assert_eq!(changed(&desk).await, Vec::<String>::new(), "{}", place.name);
    }
}

#[tokio::test]
async fn what_a_member_newly_wrote_is_found() {
    let letters = all_letters();
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let (mut mute, mut said, mut cut, mut without_text) = (Vec::new(), Vec::new(), 0, 0);
        for (number, letter) in letters.iter().enumerate() {
            if commands(letter) {
                continue;
            }
            for form in 0..2 {
                let id = format!("{}", 2 * number + form);
                let mut plant = plant(&format!("planted{id}"), number + form);
                // What destroys waits for a confirmation, and only so many wait at a time.
                plant
                    .lines
                    .retain(|line| !line.to_lowercase().contains("delete"));
                let Some(planted) = in_right_place(letter, &plant) else {
                    without_text += 1;
                    continue;
                };
                let planted = from_mia(&planted, &id);
                match shape(&planted.bytes()) {
                    Shape::Person => said.push(id),
                    Shape::Mute => mute.push(id),
                    Shape::Cut => cut += 1,
                }
                spool(&desk, SIGNED_IN, "log.m7a2x4", &planted, form == 0).await;
            }
        }
        desk.file().await;
        desk.pass(SECOND);
        let changed: BTreeSet<String> = changed(&desk).await.into_iter().collect();
        let is_found = |id: &&String| {
            ["note", "action"]
                .iter()
                .all(|what| changed.contains(&format!("{what} planted{id}")))
        };
        let missed: Vec<&String> = said.iter().filter(|id| !is_found(id)).collect();
        println!(
            "{}: {} of {} mails with commands in the right place found; {} of lists, programs, several authors or encrypted, \
             {cut} that are not read to their end, {without_text} without a text",
            place.name,
            said.len() - missed.len(),
            said.len(),
            mute.len()
        );
        let wrong: Vec<&String> = mute.iter().filter(is_found).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", place.name);
        assert!(
            missed.len() * 100 <= said.len() * (100 - FOUND_MIN),
            "{}: {missed:?}",
            place.name
        );
    }
}
