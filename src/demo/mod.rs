//! `rapport demo`: the whole of it in a scratch folder, through real sockets, told step by step. Every outcome is checked; the
//! demo fails where one is not as it should be.

mod chat;
mod hand_in;
mod outside;
mod refusals;
mod script;
mod steering;
pub mod telegram;
mod tell;
mod world;
mod writing;

use crate::commands::{self, reply::text::plain};
use crate::domain::{Error, Result};
use crate::store::workspace::{contacts, mail_keys, timeline};
use script::{ADA_CAPTURE_IN_SAMPLES, By, Step};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tell::Teller;
use world::World;

/// A message that is not filed by then never will be.
const FILED_WITHIN: Duration = Duration::from_secs(10);
/// Columns of an answer, which stands indented.
const WIDTH: usize = 100;
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What becomes of the scratch folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scratch {
    /// It goes.
    Remove,
    /// It stays, and is named at the end.
    Keep,
}

/// Runs the demo.
pub async fn run(scratch: Scratch) -> Result<ExitCode> {
    let started = Instant::now();
    let folder = tempfile::Builder::new()
        .prefix("rapport-demo-")
        .tempdir()
        .map_err(|e| {
            Error::unavailable("there is no room for a scratch folder; set TMPDIR").because(e)
        })?;
    let mut tell = Teller::on_stdout();
    let world = World::make(folder.path()).await?;
    tell.say(&format!(
        "A real server runs on {}, in {}.\nThe workspace \"acme\" has three members: Mia, Jon and Kei of studio.example.",
        world.smtp(),
        folder.path().display()
    ));
    for step in script::members_bring_in() {
        play(&world, &mut tell, &step).await?;
    }
    for step in script::others_send() {
        play(&world, &mut tell, &step).await?;
    }
    correct(&world, &mut tell).await?;
    refusals::run(&world, &mut tell).await?;
    ask(&world, &mut tell).await?;
    count(&world, &mut tell).await?;
    steering::run(&world, &mut tell).await?;
    chat::run(&world, &mut tell).await?;
    world.end().await;
    tell.say(&format!(
        "It took {:.1} seconds.",
        started.elapsed().as_secs_f32()
    ));
    if scratch == Scratch::Keep {
        let kept = folder.keep();
        tell.say(&format!(
            "Kept. Look around with\n  RAPPORT_DATA={0}/data RAPPORT_MAIL_DOMAIN={1} rapport do list",
            kept.display(),
            world::MAIL_DOMAIN
        ));
    }
    Ok(if tell.end() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Hands a message in, waits until it is filed, and checks what it became.
async fn play(world: &World, tell: &mut Teller, step: &Step) -> Result<()> {
    tell.step(step.title);
    let capture = ada_s_capture(world).await?;
    let raw = on_the_wire(step.raw, &capture);
    let to: Vec<String> = step
        .rcpt_to
        .iter()
        .map(|to| to.replace(ADA_CAPTURE_IN_SAMPLES, &capture))
        .collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let answer = match step.by {
        By::ServerOf(domain) => {
            let signed = world.signed(domain, &raw)?;
            hand_in::send(
                &hand_in::as_server(world.smtp()),
                step.mail_from,
                &to,
                &signed,
            )
            .await?
        }
        By::AnyServer => {
            hand_in::send(&hand_in::as_server(world.smtp()), step.mail_from, &to, &raw).await?
        }
        By::MiaSignedIn => {
            let transport = hand_in::as_member(
                world.submission(),
                &world.certificate,
                "mia@studio.example",
                world::APP_PASSWORD,
            )?;
            hand_in::send(&transport, step.mail_from, &to, &raw).await?
        }
    };
    tell.fact(
        "mail",
        &format!("samples/{}.eml → {}", step.name, to.join(", ")),
    );
    tell.fact("server", &format!("{} {}", answer.code, answer.text));
    let Some(spool_id) = answer.spool_id() else {
        tell.check(false, "the server takes it");
        return Ok(());
    };
    let Some(id) = filed(world, spool_id).await? else {
        tell.check(
            false,
            &format!("it is filed within {} seconds", FILED_WITHIN.as_secs()),
        );
        return Ok(());
    };
    check(world, tell, step, id).await
}

/// Waits until a spooled message has become an interaction.
async fn filed(world: &World, spool_id: i64) -> Result<Option<i64>> {
    let until = Instant::now() + FILED_WITHIN;
    while Instant::now() < until {
        let mut tx = world.workspace.read().await?;
        if let Some(id) = mail_keys::interaction_of(&mut tx, spool_id).await? {
            return Ok(Some(id));
        }
        drop(tx);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(None)
}

async fn check(world: &World, tell: &mut Teller, step: &Step, id: i64) -> Result<()> {
    let mut tx = world.workspace.read().await?;
    let Some(row) = timeline::interaction(&mut tx, id).await? else {
        tell.check(false, &format!("#i{id} is there"));
        return Ok(());
    };
    let mut with = Vec::new();
    for role in timeline::roles(&mut tx, id).await? {
        with.extend(contacts::addresses(&mut tx, role.contact_id).await?);
    }
    drop(tx);
    let subject = row.subject.as_deref().unwrap_or("(no subject)");
    tell.fact("kept as", &format!("#i{id} {}", plain(subject)));
    tell.fact(
        "why",
        &sentences(&run_command(world, &format!("why #i{id}")).await?),
    );
    let becomes = &step.becomes;
    let author = row.author_address.as_deref().unwrap_or("nobody");
    let wanted = in_words(
        becomes.state,
        becomes.direction,
        becomes.kind,
        becomes.author,
        becomes.with,
    );
    let with: Vec<&str> = with.iter().map(String::as_str).collect();
    let got = in_words(&row.state, &row.direction, &row.kind, author, &with);
    tell.check_eq(&got, &wanted, "so it is");
    Ok(())
}

fn in_words(state: &str, direction: &str, kind: &str, author: &str, with: &[&str]) -> String {
    let with = if with.is_empty() {
        "nobody".to_owned()
    } else {
        with.join(", ")
    };
    format!(
        "{}, {kind} {direction}, written by {author}, with {with}",
        state.replace('_', " ")
    )
}

/// The reasons of an answer to `why`: what stands between its title and the list of changes.
fn sentences(answer: &str) -> String {
    let paragraphs: Vec<&str> = answer.split("\n\n").collect();
    let reasons = paragraphs.get(1).copied().unwrap_or(answer);
    reasons
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A member finds the stranger's letter and says whose it is; the next one files itself.
async fn correct(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Mia looks at what is unfiled, and says whose it is");
    let unfiled = run_command(world, "list unfiled").await?;
    tell.fact("list", &unfiled);
    tell.check(
        unfiled.contains("please file"),
        "the stranger's letter is in the list",
    );
    let Some(number) = numbers(&unfiled).next() else {
        tell.check(false, "the list names interactions by number");
        return Ok(());
    };
    let done = run_command(
        world,
        &format!("file #i{number}: rupert@cheapsigns.example"),
    )
    .await?;
    tell.fact("file", &done);
    tell.fact(
        "why",
        &sentences(&run_command(world, &format!("why #i{number}")).await?),
    );
    let mut tx = world.workspace.read().await?;
    let row = timeline::interaction(&mut tx, number).await?;
    drop(tx);
    tell.check(row.is_some_and(|r| r.state == "filed"), "it is filed now");
    Ok(())
}

/// What people ask afterwards.
async fn ask(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("And asked from a terminal, it answers");
    for (command, expected) in [
        ("list", "Ada Byron"),
        ("show ada", "Northwind"),
        ("find \"pier 4\"", "Signs for Pier 4"),
        ("timeline klaus", "Schuppen 52"),
    ] {
        let answer = run_command(world, command).await?;
        tell.fact("you", command);
        tell.fact("rapport", &answer);
        tell.check(
            answer.contains(expected),
            &format!("the answer names {expected}"),
        );
    }
    Ok(())
}

async fn count(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Nothing was lost, nothing stands twice");
    let status = world.app.status().await?;
    tell.fact("status", &status.text());
    let sent = (script::members_bring_in().len() + script::others_send().len()) as i64;
    tell.check(
        status.spool.waiting == 0 && status.spool.parked == 0,
        "the spool is empty",
    );
    tell.check(
        status.counts.interactions == sent - 1,
        &format!(
            "{sent} letters are {} interactions, since one came twice",
            sent - 1
        ),
    );
    Ok(())
}

/// Runs commands as Mia at the command line; the answer as text.
async fn run_command(world: &World, text: &str) -> Result<String> {
    let row = world.app.workspace(None).await?;
    let cx = world.app.cx(&row, None).await?;
    let replies = commands::run(&world.app.store, &cx, text).await?;
    Ok(commands::reply::text::render(&replies, WIDTH))
}

/// The numbers behind `#i` in a text.
fn numbers(text: &str) -> impl Iterator<Item = i64> {
    text.split("#i").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

/// Ada's real capture address, once she is a contact.
async fn ada_s_capture(world: &World) -> Result<String> {
    let mut tx = world.workspace.read().await?;
    let ada = contacts::by_address(&mut tx, "ada@northwind.example").await?;
    Ok(ada
        .and_then(|c| c.capture)
        .unwrap_or_else(|| ADA_CAPTURE_IN_SAMPLES.to_owned()))
}

/// The bytes of a sample as they go over the wire: lines end in CR LF (RFC 5321 §2.3.8), and the capture address is the real one.
fn on_the_wire(raw: &[u8], capture: &str) -> Vec<u8> {
    let raw = replaced(raw, b"\r\n", b"\n");
    let raw = replaced(&raw, ADA_CAPTURE_IN_SAMPLES.as_bytes(), capture.as_bytes());
    replaced(&raw, b"\n", b"\r\n")
}

fn replaced(raw: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memmem::find(rest, from) {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(to);
        rest = after.get(from.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}
