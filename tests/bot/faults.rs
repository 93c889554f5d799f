//! Restarts in the middle, updates that come again, limits, a Telegram that is down.

use crate::common::{databases, until};
use crate::house::{ADA, BOT, House, MIA, OWN};
use rapport::demo::telegram::Mood;
use serde_json::json;

#[tokio::test]
async fn an_update_that_comes_again_is_done_once() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        let update = json!({ "message": {
            "message_id": 800, "date": 1_700_000_000, "text": "note: once",
            "from": { "id": MIA, "is_bot": false, "first_name": "Mia" },
            "chat": { "id": MIA, "type": "private", "first_name": "Mia" },
        } });
        house.run("new: Ada Byron <ada@acme.example>").await;
        let mut update = update;
        update["message"]["text"] = json!("note @ada: once");
        let before = house.api.said_to(BOT, MIA).len();
        let number = house.api.push(BOT, update.clone());
        house.said(BOT, MIA, before + 1).await;
        house.stop().await;
        // The same number again, as after a crash before it was confirmed.
        house.api.push_again(BOT, number, update);
        house.start();
        house.ask(BOT, MIA, "list").await;
        assert_eq!(
            house
                .count("select count(*) from interaction where text = 'once'")
                .await,
            1
        );
        assert_eq!(
            house.api.said_to(BOT, MIA).len(),
            before + 2,
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn killed_at_any_moment_every_line_is_done_once_and_answered() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let before = house.api.said_to(BOT, MIA).len();
        let mut said = 0;
        for round in 0..6 {
            for line in 0..3 {
                house
                    .api
                    .says(BOT, MIA, &format!("note @ada: round {round} line {line}"));
                said += 1;
            }
            for _ in 0..round * 11 {
                tokio::task::yield_now().await;
            }
            house.kill();
            house.start();
        }
        let all = i64::from(said);
        house
            .until_count("select count(*) from interaction where kind = 'note'", all)
            .await;
        house.said(BOT, MIA, before + said as usize).await;
        assert_eq!(
            house
                .count("select count(*) from interaction where kind = 'note'")
                .await,
            all
        );
        assert_eq!(
            house
                .count("select count(distinct text) from interaction where kind = 'note'")
                .await,
            all
        );
    }
}

#[tokio::test]
async fn limits_are_waited_for_and_an_edit_that_changes_nothing_is_fine() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house
            .api
            .answers_next("sendMessage", &[Mood::TooMany(3), Mood::TooMany(2)]);
        let before = house.api.said_to(BOT, MIA).len();
        house.api.says(BOT, MIA, "list");
        house
            .api
            .until(|api| api.calls("sendMessage").len() > before)
            .await
            .unwrap();
        assert_eq!(house.api.said_to(BOT, MIA).len(), before);
        // Each time that it waits passes on the test's own clock.
        until("an answer", async || {
            house.pass(5);
            house.api.said_to(BOT, MIA).len() > before
        })
        .await;
        assert_eq!(house.api.said_to(BOT, MIA).len(), before + 1);
    }
}

#[tokio::test]
async fn what_a_member_was_to_be_told_goes_by_mail_when_telegram_is_down() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(BOT, MIA, "my notify: chat").await;
        house.ask(OWN, ADA, "/start").await;
        house
            .api
            .answers_next("sendMessage", &[Mood::TooMany(60); 40]);
        house.api.says(OWN, ADA, "anybody there?");
        until("a notice by mail", async || {
            house.pass(30);
            house
                .count("select count(*) from outbox where kind = 'notice'")
                .await
                > 0
        })
        .await;
        let notice = house.posted("notice").await;
        assert_eq!(notice.len(), 1);
        assert!(
            notice[0].message.body.contains("Ada Byron wrote"),
            "{}",
            notice[0].message.body
        );
        assert_eq!(notice[0].to, "mia@studio.example");
    }
}

#[tokio::test]
async fn a_contact_who_blocked_the_bot_gets_nothing_and_the_member_is_told() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(BOT, MIA, "my notify: chat").await;
        let before = house.api.said_to(BOT, MIA).len();
        house.ask(OWN, ADA, "hello").await;
        let news = house.said(BOT, MIA, before + 1).await;
        house.answer(BOT, MIA, news.id, "Hello Ada").await;
        house.api.blocks(OWN, ADA, true);
        house.pass(61);
        let told = house.said(BOT, MIA, before + 3).await;
        assert!(told.text.contains("not delivered"), "{}", told.text);
        assert_eq!(
            house
                .count("select count(*) from contact_chat where blocked_at is not null")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_broadcast_whose_sender_dies_is_sent_to_nobody_twice() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        house.connect().await;
        for person in 40..48 {
            house.api.person(person, &format!("Fan {person}"), "", "en");
            house.ask(OWN, person, "/start").await;
            house.api.says(OWN, person, "hi");
        }
        house
            .until_count(
                "select count(*) from contact_chat where consented_at is not null",
                8,
            )
            .await;
        let asked = house.ask(BOT, MIA, "broadcast to all: once to each").await;
        // The line breaks behind some of them: taken, and nobody here knows.
        house.api.answers_next("sendMessage", &[Mood::DoneAndGone]);
        assert!(
            house.api.presses(BOT, MIA, asked.id, "Confirm"),
            "{asked:?}"
        );
        let heard = |api: &rapport::demo::telegram::BotApi| {
            (40..48)
                .filter(|p| {
                    api.said_to(OWN, *p)
                        .iter()
                        .any(|s| s.text == "once to each")
                })
                .count()
        };
        house.api.until(|api| heard(api) >= 2).await.unwrap();
        house.kill();
        house.start();
        house.pass(120);
        until("the broadcast's end", async || {
            house.pass(10);
            house.count("select count(*) from chat_message where kind = 'broadcast' and state in ('waiting', 'sending', 'handed')").await == 0
        })
        .await;
        for person in 40..48 {
            let times = house
                .api
                .said_to(OWN, person)
                .iter()
                .filter(|s| s.text == "once to each")
                .count();
            assert!(times <= 1, "{person}: {times}");
        }
        // Nobody is forgotten: each was sent to, or is marked as one who may have it.
        let sent = house
            .count("select count(*) from chat_message where kind = 'broadcast' and state = 'sent'")
            .await;
        let uncertain = house.count("select count(*) from chat_message where kind = 'broadcast' and state = 'uncertain'").await;
        assert_eq!(sent + uncertain, 8);
        let heard = heard(&house.api) as i64;
        assert!(
            heard >= sent,
            "{heard} heard, {sent} sent, {uncertain} uncertain"
        );
    }
}
