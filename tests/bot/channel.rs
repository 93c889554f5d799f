//! The workspace's own bot: people who write to it, and what reaches them.

use crate::common::databases;
use crate::house::{ADA, BOT, House, JON, MIA, OWN};
use rapport::demo::telegram::Passed;

#[tokio::test]
async fn a_bot_is_connected_by_its_token_which_leaves_the_chat_and_stands_nowhere() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        let id = house.api.says(BOT, MIA, &format!("connect bot: {OWN}"));
        house.until_served(OWN).await;
        house
            .api
            .until(|api| api.is_deleted(BOT, MIA, id))
            .await
            .unwrap();
        assert_eq!(
            house
                .count("select count(*) from channel_bot where username = 'AcmeBot'")
                .await,
            1
        );
        let secret = OWN.split(':').nth(1).unwrap();
        let all = house.api.said_to(BOT, MIA);
        assert!(all.iter().all(|shown| !shown.text.contains(secret)));
        assert_eq!(house.count("select count(*) from journal where changes like '%workspace_bot_token%' or after like '%workspace_bot_token%'").await, 0);
        assert_eq!(
            house
                .count("select count(*) from channel_bot where sealed like '%workspace_bot_token%'")
                .await,
            0
        );
        // A token that Telegram does not know connects nothing.
        let wrong = house
            .ask(
                BOT,
                MIA,
                "connect bot: 300003:nobody_knows_this_token_of_letters",
            )
            .await;
        assert!(wrong.text.starts_with("Nothing changed"), "{}", wrong.text);
        // Disconnected, it is served no more.
        house.ask(BOT, MIA, "disconnect bot").await;
        house.api.until(|api| !api.is_asked(OWN)).await.unwrap();
    }
}

#[tokio::test]
async fn who_writes_becomes_a_contact_is_told_of_and_answered_by_chat_and_by_mail() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(BOT, MIA, "my notify: both").await;
        let greeting = house.ask(OWN, ADA, "/start").await;
        assert!(
            greeting.text.contains("einverstanden") && greeting.text.contains("Acme"),
            "{}",
            greeting.text
        );
        let before = house.api.said_to(BOT, MIA).len();
        house.api.says(OWN, ADA, "delete #c1\nis the pilot on?");
        let news = house.said(BOT, MIA, before + 1).await;
        assert!(
            news.text.contains("Ada Byron wrote") && !news.text.contains("pilot"),
            "{}",
            news.text
        );
        assert_eq!(
            house
                .count("select count(*) from contact where name = 'Ada Byron'")
                .await,
            1
        );
        assert_eq!(house.count("select count(*) from confirmation").await, 0);
        assert_eq!(
            house
                .count("select count(*) from outbox where kind = 'relay_in'")
                .await,
            1
        );
        // Mia answers in her chat: commands stay, words go on after the hold.
        let said = house
            .answer(BOT, MIA, news.id, "tag: pilot\n\nYes, from May on.\nMia")
            .await;
        assert!(
            said.text.contains("Your words go to Ada Byron in the chat"),
            "{}",
            said.text
        );
        assert_eq!(house.api.said_to(OWN, ADA).len(), 1, "it waits");
        house.pass(61);
        let got = house.said(OWN, ADA, 2).await;
        assert_eq!(got.text, "Yes, from May on.\nMia");
        assert_eq!(
            house
                .count("select count(*) from contact_tag where tag = 'pilot'")
                .await,
            1
        );
        // And by mail, through the capture address, in answer to what came by mail.
        let relayed = house.posted("relay_in").await;
        let capture = relayed[0].answer_to();
        let id = relayed[0].message.message_id.clone().unwrap();
        let mail = format!(
            "From: Mia <mia@studio.example>\nTo: {capture}@crm.example\nSubject: Re: Ada\nMessage-ID: <m1@studio.example>\nIn-Reply-To: <{id}>\nReferences: <{id}>\n\nBy mail too.\n"
        );
        house
            .desk
            .spool(Some("mia@studio.example"), &[&capture], &mail)
            .await;
        house.desk.lanes.drain().await.unwrap();
        house.pass(61);
        let got = house.said(OWN, ADA, 3).await;
        assert_eq!(got.text, "By mail too.");
        // One conversation, whatever the channel.
        assert_eq!(
            house
                .count("select count(distinct thread_id) from interaction")
                .await,
            1,
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn new_mail_of_a_contact_is_told_in_the_chat_and_answered_from_there_by_mail() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Bob Roe <bob@foo.example>").await;
        house.ask(BOT, MIA, "my notify: chat").await;
        house
            .ask(BOT, MIA, r"my signature: Mia Moe\nStudio Moe")
            .await;
        let capture = house.texts("select capture from contact").await.remove(0);
        let before = house.api.said_to(BOT, MIA).len();
        let mail = format!(
            "From: Bob Roe <bob@foo.example>\nTo: {capture}@crm.example\nSubject: The offer\nMessage-ID: <b1@foo.example>\n\nIs it still good?\n"
        );
        house.desk.spool(None, &[&capture], &mail).await;
        house.desk.lanes.drain().await.unwrap();
        let news = house.said(BOT, MIA, before + 1).await;
        assert!(
            news.text.contains("Bob Roe wrote") && !news.text.contains("still"),
            "{}",
            news.text
        );
        assert!(house.posted("relay_in").await.is_empty(), "{}", place.name);
        let said = house
            .answer(BOT, MIA, news.id, "tag: offer\n\nYes, until Friday.")
            .await;
        assert!(
            said.text.contains("by mail to bob@foo.example"),
            "{}",
            said.text
        );
        let out = house.posted("relay_out").await;
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].to, "bob@foo.example");
        assert_eq!(out[0].from(), format!("{capture}@crm.example"));
        assert_eq!(
            out[0].message.body.trim(),
            "Yes, until Friday.\n\n-- \nMia Moe\nStudio Moe"
        );
        assert_eq!(out[0].message.text.trim(), "Yes, until Friday.");
        assert_eq!(out[0].message.subject.as_deref(), Some("Re: The offer"));
        assert!(out[0].raw.windows(14).any(|w| w == b"b1@foo.example"));
    }
}

#[tokio::test]
async fn a_member_s_words_can_be_stopped_while_they_wait() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(BOT, MIA, "my notify: chat").await;
        let before = house.api.said_to(BOT, MIA).len();
        house.ask(OWN, ADA, "hello").await;
        let news = house.said(BOT, MIA, before + 1).await;
        assert_eq!(
            house
                .count("select count(*) from outbox where kind = 'relay_in'")
                .await,
            0
        );
        let said = house.answer(BOT, MIA, news.id, "Wrong words").await;
        assert!(house.api.presses(BOT, MIA, said.id, "Undo"), "{said:?}");
        house.edited(BOT, MIA, said.id).await;
        house.pass(120);
        let said = house.answer(BOT, MIA, news.id, "Right words").await;
        assert!(said.text.contains("Your words go"), "{}", said.text);
        house.pass(61);
        house
            .api
            .until(|api| {
                api.said_to(OWN, ADA)
                    .iter()
                    .any(|s| s.text == "Right words")
            })
            .await
            .unwrap();
        assert!(
            house
                .api
                .said_to(OWN, ADA)
                .iter()
                .all(|s| s.text != "Wrong words")
        );
    }
}

#[tokio::test]
async fn media_go_both_ways() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(BOT, MIA, "my notify: chat").await;
        house.ask(OWN, ADA, "/start").await;
        let before = house.api.said_to(BOT, MIA).len();
        house.api.passes(
            OWN,
            ADA,
            &Passed::Document(b"a plan", "plan.txt", "my plan"),
        );
        let news = house.said(BOT, MIA, before + 1).await;
        assert!(news.text.contains("with a file"), "{}", news.text);
        assert_eq!(
            house
                .count("select count(*) from attachment where name = 'plan.txt'")
                .await,
            1
        );
        let seen = house.api.said_to(OWN, ADA).len();
        house.api.passes_in_answer(
            BOT,
            MIA,
            &Passed::Photo(b"\xff\xd8\xff our plan", "ours"),
            Some(news.id),
        );
        house.said(BOT, MIA, before + 2).await;
        house.pass(61);
        let text = house.said(OWN, ADA, seen + 1).await;
        let file = house.said(OWN, ADA, seen + 2).await;
        assert_eq!(
            (text.text.as_str(), file.file.as_deref()),
            ("ours", Some(b"\xff\xd8\xff our plan".as_slice()))
        );
    }
}

#[tokio::test]
async fn a_broadcast_is_counted_confirmed_sent_once_and_ends_with_stop_and_block() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        for (person, name) in [
            (31, "Fan One"),
            (32, "Fan Two"),
            (33, "Fan Three"),
            (34, "Fan Four"),
        ] {
            house.api.person(person, name, "", "en");
            house.ask(OWN, person, "/start").await;
            house.api.says(OWN, person, "hi");
        }
        house.api.until(|api| api.waiting(OWN) == 0).await.unwrap();
        house
            .until_count("select count(*) from interaction", 4)
            .await;
        for name in ["Fan One", "Fan Two", "Fan Three"] {
            house.run(&format!("tag @\"{name}\": fan")).await;
        }
        let stopped = house.ask(OWN, 32, "/stop").await;
        assert!(stopped.text.contains("no more"), "{}", stopped.text);
        let asked = house
            .ask(BOT, MIA, "broadcast to #fan: The new album is out")
            .await;
        assert!(
            asked.text.contains('2') && asked.text.contains("album"),
            "{}",
            asked.text
        );
        house.api.blocks(OWN, 33, true);
        house.api.until(|api| api.waiting(OWN) == 0).await.unwrap();
        house
            .until_count(
                "select count(*) from contact_chat where blocked_at is not null",
                1,
            )
            .await;
        assert!(
            house.api.presses(BOT, MIA, asked.id, "Confirm"),
            "{asked:?}"
        );
        house
            .api
            .until(|api| {
                api.said_to(OWN, 31)
                    .iter()
                    .any(|s| s.text == "The new album is out")
            })
            .await
            .unwrap();
        for other in [32, 33, 34] {
            assert!(
                house
                    .api
                    .said_to(OWN, other)
                    .iter()
                    .all(|s| !s.text.contains("album")),
                "{other}"
            );
        }
        assert_eq!(
            house
                .count("select count(*) from chat_message where kind = 'broadcast'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn what_somebody_changes_is_filed_again_and_what_a_member_changes_commands_nothing() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(OWN, ADA, "/start").await;
        let id = house.api.says(OWN, ADA, "at noon");
        house.api.changes(OWN, ADA, id, "at one");
        house
            .until_count(
                "select count(*) from interaction where text like '%at one'",
                1,
            )
            .await;
        let own = house.api.says(BOT, MIA, "list");
        house.api.changes(BOT, MIA, own, "new: Nobody At All");
        house.ask(BOT, MIA, "list").await;
        assert_eq!(house.count("select count(*) from contact").await, 1);
    }
}

#[tokio::test]
async fn a_workspace_sees_its_own_people_alone() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.connect().await;
        house.ask(OWN, ADA, "secret of acme").await;
        let other = house.other_workspace("jon@studio.example", JON).await;
        let list = house.ask(BOT, JON, "list").await;
        assert!(!list.text.contains("Ada"), "{}", list.text);
        let found = house.ask(BOT, JON, "find secret").await;
        assert!(!found.text.contains("acme"), "{}", found.text);
        // The same bot cannot be taken by another workspace.
        let taken = house.ask(BOT, JON, &format!("connect bot: {OWN}")).await;
        assert!(taken.text.starts_with("Nothing changed"), "{}", taken.text);
        // A button of Mia's message does nothing for Jon.
        let said = house.ask(BOT, MIA, "tag @ada: vip").await;
        let data = said.buttons.last().unwrap()[0].1.clone();
        let ticks = house.api.ticks(BOT).len();
        house.api.presses_data(BOT, JON, said.id, &data);
        house
            .api
            .until(|api| api.ticks(BOT).len() > ticks)
            .await
            .unwrap();
        assert!(house.api.ticks(BOT).last().unwrap().contains("used up"));
        assert_eq!(house.count("select count(*) from contact_tag").await, 1);
        assert_ne!(other, house.desk.id);
    }
}

#[tokio::test]
async fn a_person_of_two_workspaces_switches_and_answers_where_the_message_came_from() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let acme = house.ask(BOT, MIA, "list").await;
        assert!(acme.text.contains("Ada"));
        house.other_workspace("mia@studio.example", MIA).await;
        let there = house.ask(BOT, MIA, "list").await;
        assert!(!there.text.contains("Ada"), "{}", there.text);
        // The answer to a message of the first one is done in the first one.
        let shown = house.answer(BOT, MIA, acme.id, "1 tag: vip").await;
        assert!(shown.text.contains("vip"), "{}", shown.text);
        assert_eq!(house.count("select count(*) from contact_tag").await, 1);
        let back = house.ask(BOT, MIA, "/switch acme").await;
        assert!(back.text.contains("You are in Acme"), "{}", back.text);
        assert!(house.ask(BOT, MIA, "list").await.text.contains("Ada"));
    }
}
