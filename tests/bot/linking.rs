//! Who is linked, and who is not.

use crate::common::databases;
use crate::house::{ADA, BOT, House, JON, MIA};
use serde_json::json;

#[tokio::test]
async fn a_link_works_once_and_a_stranger_hears_one_sentence() {
    for place in databases().await {
        let house = House::open(&place).await;
        let token = house.link_token("mia@studio.example").await;
        assert!(token.len() <= 64 && token.len() >= 20, "{token}");
        house.api.says(BOT, MIA, &format!("/start {token}"));
        let welcome = house.said(BOT, MIA, 1).await;
        assert!(
            welcome.text.starts_with("This chat is yours now"),
            "{}",
            welcome.text
        );
        // The menu of her chat has the language's own commands.
        let told = house.api.until(|api| !api.menu(BOT, Some(MIA)).is_empty());
        told.await.unwrap();
        let menu = house.api.menu(BOT, Some(MIA));
        assert!(
            ["next", "done", "note", "undo", "switch"]
                .iter()
                .all(|c| menu.contains(&c.to_string())),
            "{menu:?}"
        );
        // Somebody else with the same link gets nothing by it.
        house.api.says(BOT, JON, &format!("/start {token}"));
        let refused = house.said(BOT, JON, 1).await;
        assert!(refused.text.contains("used up"), "{}", refused.text);
        // A stranger hears one sentence in an hour, whatever is said.
        house.api.says(BOT, ADA, "next: call me");
        let once = house.said(BOT, ADA, 1).await;
        assert!(once.text.contains("members"), "{}", once.text);
        for text in ["hello", "/start", "list", "delete #c1"] {
            house.api.says(BOT, ADA, text);
        }
        let last = house.ask(BOT, MIA, "list").await;
        assert!(!last.text.is_empty());
        house.api.until(|api| api.waiting(BOT) == 0).await.unwrap();
        assert_eq!(house.api.said_to(BOT, ADA).len(), 1, "{}", place.name);
        assert_eq!(house.api.said_to(BOT, JON).len(), 1, "{}", place.name);
    }
}

#[tokio::test]
async fn a_link_that_ran_out_links_nobody() {
    for place in databases().await {
        let house = House::open(&place).await;
        let token = house.link_token("mia@studio.example").await;
        house.pass(16 * 60);
        house.api.says(BOT, MIA, &format!("/start {token}"));
        assert!(house.said(BOT, MIA, 1).await.text.contains("ran out"));
        assert_eq!(house.count("select count(*) from member_chat").await, 0);
    }
}

#[tokio::test]
async fn who_unlinks_is_a_stranger_again() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        let said = house.ask(BOT, MIA, "unlink telegram").await;
        assert!(!said.text.is_empty());
        let stranger = house.ask(BOT, MIA, "list").await;
        assert!(stranger.text.contains("members"), "{}", stranger.text);
    }
}

#[tokio::test]
async fn groups_and_bots_are_not_listened_to() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        let group = json!({ "message": {
            "message_id": 900, "date": 1_700_000_000, "text": "note: from a group",
            "from": { "id": MIA, "is_bot": false, "first_name": "Mia" },
            "chat": { "id": -5, "type": "group", "title": "all" },
        } });
        house.api.push(BOT, group);
        let bot = json!({ "message": {
            "message_id": 901, "date": 1_700_000_000, "text": "new: From A Bot",
            "from": { "id": MIA, "is_bot": true, "first_name": "Mia" },
            "chat": { "id": MIA, "type": "private", "first_name": "Mia" },
        } });
        house.api.push(BOT, bot);
        house.ask(BOT, MIA, "list").await;
        assert_eq!(house.count("select count(*) from contact").await, 0);
        assert_eq!(house.count("select count(*) from interaction").await, 0);
    }
}
