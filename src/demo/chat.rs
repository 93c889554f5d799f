//! The demo's third part: the chat beside the mail. The members' bot and a bot of the workspace's own speak with a stand-in for
//! Telegram, which refuses what Telegram refuses.

use super::telegram::{BotApi, Shown};
use super::tell::Teller;
use super::world::World;
use super::{run_command, steering};
use crate::domain::Result;

/// The token of the members' bot, and that of the workspace's own.
pub const MEMBERS_BOT: &str = "100001:demo_token_of_the_members_bot_0000";
const OWN_BOT: &str = "200002:demo_token_of_the_workspaces_bot_0";
/// Mia's account at Telegram, and that of somebody who listens to her music.
const MIA: i64 = 11;
const NORA: i64 = 21;

/// The people and the bots that the demo needs.
pub fn people(api: &BotApi) {
    api.add_bot(MEMBERS_BOT, 100_001, "RapportDemoBot");
    api.add_bot(OWN_BOT, 200_002, "StudioBot");
    api.person(MIA, "Mia", "mia", "en");
    api.person(NORA, "Nora Lind", "nora", "sv");
}

/// Tells and checks all of it.
pub async fn run(world: &World, tell: &mut Teller) -> Result<()> {
    link(world, tell).await?;
    same_command(world, tell).await?;
    channel(world, tell).await
}

async fn link(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("Mia links her chat: a link that works once, given to her alone");
    let offered = run_command(world, "link telegram").await?;
    let token = offered.split("/start ").nth(1).unwrap_or_default();
    let token = token.split_whitespace().next().unwrap_or_default();
    let welcome = ask(world, MEMBERS_BOT, MIA, &format!("/start {token}")).await;
    shows(tell, "the bot", &welcome);
    tell.check(
        welcome.text.starts_with("This chat is yours now"),
        "the chat is linked",
    );
    Ok(())
}

async fn same_command(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("The same command as in her mail, typed in the chat, and taken back with a button");
    let said = ask(world, MEMBERS_BOT, MIA, "@elina:\ntag: pilot").await;
    shows(tell, "the bot", &said);
    let ada = steering::tags_of(world, super::writing::ADA_ADDRESS).await?;
    let elina = steering::tags_of(world, steering::ELINA).await?;
    tell.check_eq(
        &elina.join(", "),
        &ada.join(", "),
        "Elina has the tags that Ada got by mail",
    );
    world.telegram.presses(MEMBERS_BOT, MIA, said.id, "Undo");
    let is_shown = |api: &BotApi| {
        api.said_to(MEMBERS_BOT, MIA)
            .iter()
            .any(|s| s.id == said.id && s.edits > 0)
    };
    within(world, is_shown).await;
    tell.check(
        is_shown(&world.telegram),
        "the message shows what came of it",
    );
    let elina = steering::tags_of(world, steering::ELINA).await?;
    tell.check(elina.is_empty(), "and the tags are gone");
    Ok(())
}

async fn channel(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("The studio has a bot of its own: who writes to it is a contact, and Mia answers in her chat");
    ask(
        world,
        MEMBERS_BOT,
        MIA,
        "my notify: chat\nmy preview: on\nmy hold: 0",
    )
    .await;
    let connected = ask(world, MEMBERS_BOT, MIA, &format!("connect bot: {OWN_BOT}")).await;
    shows(tell, "the bot", &connected);
    within(world, |api| api.is_asked(OWN_BOT)).await;
    let greeting = ask(world, OWN_BOT, NORA, "/start").await;
    shows(tell, "Nora reads", &greeting);
    tell.check(
        greeting.text.starts_with("Hej!"),
        "she is asked in her language",
    );
    let before = world.telegram.said_to(MEMBERS_BOT, MIA).len();
    world
        .telegram
        .says(OWN_BOT, NORA, "When is the next concert?");
    let news = said(world, MEMBERS_BOT, MIA, before).await;
    shows(tell, "Mia reads", &news);
    tell.check(news.text.contains("Nora Lind wrote"), "Mia is told");
    let heard = world.telegram.said_to(OWN_BOT, NORA).len();
    world.telegram.answers(
        MEMBERS_BOT,
        MIA,
        news.id,
        "tag: fan\n\nOn Friday at the pier, 20:00.",
    );
    let answer = said(world, OWN_BOT, NORA, heard).await;
    shows(tell, "Nora reads", &answer);
    tell.check_eq(
        &answer.text,
        "On Friday at the pier, 20:00.",
        "what reaches Nora",
    );
    let mut tx = world.workspace.read().await?;
    let fans = crate::store::workspace::broadcasts::audience(&mut tx, 200_002, Some("fan")).await?;
    drop(tx);
    tell.check(fans == 1, "the line on top stayed here, and Nora is a fan");
    Ok(())
}

fn shows(tell: &mut Teller, who: &str, shown: &Shown) {
    let line: Vec<&str> = shown.text.lines().take(3).collect();
    tell.fact(who, &line.join(" / "));
}

/// Says something to a bot, and gives what it says back; an empty message where it says nothing.
async fn ask(world: &World, token: &str, person: i64, text: &str) -> Shown {
    let before = world.telegram.said_to(token, person).len();
    world.telegram.says(token, person, text);
    said(world, token, person, before).await
}

async fn said(world: &World, token: &str, person: i64, before: usize) -> Shown {
    within(world, |api| api.said_to(token, person).len() > before).await;
    let all = world.telegram.said_to(token, person);
    all.into_iter().nth(before).unwrap_or_default()
}

async fn within(world: &World, is_so: impl Fn(&BotApi) -> bool) {
    let _ = world.telegram.until(is_so).await;
}
